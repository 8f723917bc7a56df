"""What of Swedish grammar a question is made with: which words can be the finite verb, which lead in an adverbial or a clause."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.lexicon import commonness

_KNOWN = 2.6
"""How common (log10 in a billion words) a verb's other forms must be for a word to count as one of its forms."""

MODALS = frozenset("ska skall bör får kan måste behöver".split())
AUXILIARIES = MODALS | frozenset(
    "är har blir finns ges sker vill går tar ger står gör avser utgör ser beror "
    "ses hålls tas nås bärs sägs förs läggs dras utgörs fås".split()
)
PREPOSITIONS = frozenset(
    "av efter enligt för före från genom hos i inför inom med mellan mot om på till under utan utanför utifrån utöver vid via över åt "
    "gentemot tillsammans innan".split()
)
SUBORDINATORS = frozenset("som att om när innan där eftersom vilken vilket vilka så hur vad vem varav sedan medan".split())
ADVERBS = frozenset(
    "också även dessutom däremot därför dock samtidigt då därutöver vidare sedan därefter först här där så nu redan ändå dels generellt "
    "normalt följaktligen därmed således tillsvidare i".split()
)
"""Words that may stand before the finite verb without being its subject."""
NEGATIONS = frozenset("inte aldrig heller ej".split())
_BEFORE_NOUN = frozenset(
    "en ett den det de alla varje många flera fler olika andra egna nya stora små dessa denna detta två tre fyra fem sex sju åtta nio tio "
    "och eller samt såväl både olika sådana vissa några inga samtliga kommunens stadens övriga".split()
)
_ADJECTIVE = re.compile(r"(?:iska|ella|ala|ära|liga|iga|bara|samma|ande|ade|erade|ända)$")


def is_finite(word: str, before: str = "") -> bool:
    """Whether a word can be a clause's present-tense verb, active or passive, standing after the word `before`."""
    if word in AUXILIARIES:
        return True
    if not word.islower() or word in PREPOSITIONS or before in PREPOSITIONS or before in _BEFORE_NOUN or _ADJECTIVE.search(before):
        return False
    return _is_present(word)


@lru_cache(maxsize=20_000)
def _is_present(word: str) -> bool:
    if word.endswith("ar") and len(word) > 4:
        return any(_all_known(word[:-1], word[:-1] + ending) for ending in ("de", "s", "t")) and not word.endswith(("ningar", "ingar"))
    if word.endswith("er") and len(word) > 3:
        root = word[:-2]
        strong = any(_all_known(root + "a", root + ending) for ending in ("as", "de", "te", "s"))
        return (strong and commonness(root + "a") > commonness(word + "na")) or _all_known(root + "e", root + "es", root + "er")
    if word.endswith("s") and len(word) > 4:
        return active(word) is not None
    if word.endswith(("ör", "är")) and len(word) > 2 and word not in ("för", "när", "där", "här"):
        return _all_known(word + "a", word + "s")
    return word.endswith("r") and word[-2:-1] in "åöä" and commonness(word[:-1]) > 3.5 and len(word) > 2


@lru_cache(maxsize=20_000)
def active(passive: str) -> str | None:
    """The active form of a passive: "utses" to "utser", "beslutas" to "beslutar" and "fastställs" to "fastställer"; None for no passive."""
    root = passive[:-1]
    if not passive.endswith("s") or commonness(passive) < 2.0:
        return None
    if root.endswith("a"):
        return root + "r" if _all_known(root, root + "r") else None
    if root.endswith("e"):
        return root + "r" if _all_known(root, root + "r") and not _all_known(root + "n") else None
    return root + "er" if _all_known(root + "er", root + "a") and commonness(root + "a") > commonness(root + "en") else None


def active_infinitive(passive: str) -> str | None:
    """The active infinitive of a passive one: "godkännas" to "godkänna"; None for no passive."""
    return passive[:-1] if passive.endswith(("as", "es")) and commonness(passive[:-1]) >= _KNOWN else None


def _all_known(*words: str) -> bool:
    return all(commonness(w) >= _KNOWN for w in words)
