"""Sentences end where a reader says they do."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import sentences


def split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Det gäller t.ex. Erasmus och t. ex. Interreg.",
        "Vi deltar i nätverk m.m. Det bestäms varje år.",
        "Frågor om bl.a. EU och bl. a. FN behandlas.",
        "Det vill säga dvs. Alla nämnder.",
        "Enligt 2 kap. 3 § kommunallagen.",
        "Se bil. 3 och nr. 12 i Dnr. KS 2016/0110.",
        "Enligt § 4. Beslutet gäller.",
        "Kontakta A. Berg eller B. C. Lund.",
        "Beslutet togs 1.1.2020 och avser 3.5 miljoner.",
        "Det 3:e stycket gäller.",
        "1. Syfte och mål",
        "4.1. Kommunstyrelsen ansvarar för arbetet.",
        "Vad menas? frågade ledamoten.",
    ],
)
def test_no_sentence_ends_inside(text):
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Vi reser. Ni stannar.", ["Vi reser.", "Ni stannar."]),
        ("Får vi söka? Ja! Alla får.", ["Får vi söka?", "Ja!", "Alla får."]),
        ("Planen gäller till 2020. Därefter prövas den.", ["Planen gäller till 2020.", "Därefter prövas den."]),
        ("Det följer av 12 §. Nämnden beslutar.", ["Det följer av 12 §.", "Nämnden beslutar."]),
        ("Han sade ”vi reser.” Sedan for han.", ["Han sade ”vi reser.”", "Sedan for han."]),
        ("Första raden\nandra raden.\n\n  Tredje.", ["Första raden", "andra raden.", "Tredje."]),
        ("Vi tar bil. Ni tar tåg.", ["Vi tar bil.", "Ni tar tåg."]),
        ("Beslutet togs. 12 elever reser.", ["Beslutet togs.", "12 elever reser."]),
        ("Vi följer EU. Det är viktigt.", ["Vi följer EU.", "Det är viktigt."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_at_their_stop_or_the_end_of_the_line(text, parts):
    assert split(text) == parts


@given(st.text(alphabet=st.sampled_from("aB.?! \n§3k”"), max_size=120) | st.text(max_size=200))
def test_sentences_hold_all_of_the_text_but_the_space_around_them(text):
    spans = sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    kept = "".join(text[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(text.split())
    assert all("\n" not in text[start:end] for start, end in spans)
