"""Text that nobody expects: the same strings for a seed, each of a kind that has broken some program before."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

MEGABYTE = 2**20
QUESTIONS = (
    "Vem utser kontaktpersoner?",
    "När antogs policyn?",
    "Får vi söka pengar ur Nordväg?",
    "Vilka kommuner har policyer som är äldre än tio år?",
    "Vad är min roll som kontaktperson, och hur ofta ska jag rapportera?",
    "Gäller Norrfors riktlinjer för oss?",
    "How often is the policy revised?",
)
_LIGATURES = "ﬁﬂﬀﬃﬄﬅﬆŒœÆæĲĳŀŉǄǅǆﷺﷻ㍿㌀℻⑴㎏ªº½ẞßİıſ"
_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e\u034f\u115f\u3164\U000e0001\U000e0041\U000e007f\ufe0f"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
_SCRIPTS = "абвгде אבגדה ابتثج 中文字符 ひらがな 한국어 ไทยภาษา हिन्दी ελληνικά ქართული"
_EMOJI = ("👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇸🇪", "👍🏽", "🤷🏻‍♂️", "❤️‍🔥", "🫠")
_MARKS = "\u0300\u0301\u0308\u030a\u0327\u0336\u0489\u20dd"
_MARKUP = (
    "<script>alert(1)</script>", "</textarea><svg onload=x>", "{{7*7}}", "${7*7}", "%s%n%x", "'; DROP TABLE svar; --", "\" OR 1=1 --",
    "[1]", "[[document]]", "**fet**", ":::notis", "\\", '"""', "'''", "`" * 7, "&#0;", "&amp;nbsp;", "%00", "%2e%2e%2f", "../../etc/passwd",
    "# rubrik", "- punkt", "a | b | c", "---", "CON", "nul.txt", ".", "..", "~$dok", "register.toml", "-rf", "$(id)", "\x1b[31m",
    "\r\n\r\nSet-Cookie: a=b",
)  # fmt: skip
_NUMBERS = (
    "äldre än 99999999999999999999 år", "före 1999 efter 2099", "äldre än ٣٣ år", "§ 0", "§ 99999999999999999999", "0000-00-00",
    "31 februari 2024",
    "9999-12-31", "2024-13-45", "1e999", "NaN", "-0", "¼ kr", "²³ år", "KS 99999/99999999", "1.2.3.4.5.6.7.8.9", "3:e 4:e 5:e",
)  # fmt: skip
_REPEATED = (
    "a", "å", "(", "[", "<", "och ", "? ", "§ ", "hur vem när ", "1,", "-", "skola", "har ", "den ", "\n", "\n- ", " | ", ".", "\u0301",
    "x" * 50 + " ",
)  # fmt: skip


def strings(count: int, *, seed: int = 8) -> list[str]:
    """That many strings: most of at most some hundred characters, a few of thousands. None is empty."""
    random_ = random.Random(seed)
    return [_one(random_) for _ in range(count)]


def megabytes() -> Iterator[str]:
    """Strings of a million characters, each of a kind that costs most in some step."""
    for unit in (
        "a",
        "å ",
        "ﷺ",
        "\u202e",
        "\x00",
        "\ud800",
        "🇸🇪",
        "e\u0301\u0327",
        "Vem utser? ",
        "\n",
        "- x\n",
        "# r\n",
        "(",
        "x | y\n",
        "[1] ",
        "<b>",
    ):
        yield (unit * (MEGABYTE // len(unit)))[:MEGABYTE]


def sendable(text: str) -> str:
    """The text as a program can send it in UTF-8: lone surrogates cannot be."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _one(random_: random.Random) -> str:
    makers: list[Callable[[random.Random], str]] = [_any, _sprinkled, _joined, _repeated, _broken, _points, _asked]
    text = random_.choice(makers)(random_)
    return text or "\x00"


def _length(random_: random.Random) -> int:
    return random_.choices([8, 60, 400, 2_500], [50, 35, 13, 2])[0]


def _points(random_: random.Random) -> str:
    """Code points from anywhere, those that Unicode never gives a character to among them."""
    return "".join(chr(random_.choice([random_.randrange(0x110000), random_.randrange(0x3000)])) for _ in range(_length(random_) // 3))


def _any(random_: random.Random) -> str:
    pool = (
        _LIGATURES
        + _HIDDEN
        + _BIDI
        + _SCRIPTS
        + _MARKS
        + "\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x85\u2028\u2029\ud800\udfff\ufffe\uffff\t\r\n åäö§?"
    )
    return "".join(random_.choice(pool) for _ in range(random_.randrange(1, _length(random_))))


def _sprinkled(random_: random.Random) -> str:
    """A question with something unseen between its letters."""
    pool = [*_HIDDEN, *_BIDI, *_MARKS, "\x00", "\ud83d", *_EMOJI]
    return "".join(c + (random_.choice(pool) if random_.random() < 0.3 else "") for c in random_.choice(QUESTIONS))


def _joined(random_: random.Random) -> str:
    pieces = [*_MARKUP, *_NUMBERS, *_EMOJI, *QUESTIONS, *_SCRIPTS.split()]
    return random_.choice(["", " ", "\n", ", och "]).join(random_.choices(pieces, k=random_.randrange(1, 8)))


def _repeated(random_: random.Random) -> str:
    unit = random_.choice([*_REPEATED, *_LIGATURES, *_EMOJI])
    return (unit * _length(random_))[: _length(random_)]


def _broken(random_: random.Random) -> str:
    """UTF-8 read as something else, or cut in the middle of a character."""
    raw = random_.choice([*QUESTIONS, *_SCRIPTS.split(), *_EMOJI]).encode()
    kind = random_.randrange(3)
    return (
        raw.decode("latin-1")
        if kind == 0
        else raw[: random_.randrange(1, len(raw))].decode("utf-8", "surrogateescape" if kind == 1 else "replace")
    )


def _asked(random_: random.Random) -> str:
    """A question about something odd: the words of a question lead it far into the program."""
    odd = random_.choice([*_NUMBERS, *_MARKUP, *_EMOJI, *_LIGATURES, random_.choice(_REPEATED) * random_.randrange(1, 300)])
    asked = random_.choice(["Vem ansvarar för {}?", "Vilka dokument är {}?", "När antogs policyn {}?", "Gäller {} för Norrfors?",
    "Vad betyder {}?", "{} kommuner",
                            "Får vi {}, och när ska {} ske?", "Hur gamla är {} policyerna?"])  # fmt: skip
    return asked.replace("{}", odd)
