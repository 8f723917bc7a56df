"""Plain text: whatever its encoding, lines become the paragraphs, items, rows, headings and pages that they were."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read.block import Block, BlockKind
from knowledge.read.text import decode, read
from knowledge.section import KnowledgeError

SENTENCES = (
    "Får vi åka?",
    "Hej där",
    "Resor med tåg görs på våren – helst i maj.",
    "”Vänort” är en ort … med avtal, 10 § och 5 €.",
    "Å ena sidan Åbo, å andra sidan Östersund.",
    "Mötet i Šiauliai hölls på kaféet i Kupiškis.",
)


def blocks(text: str) -> list[tuple[BlockKind, str]]:
    return [(b.kind, b.text) for b in read(text.encode()).blocks]


def paragraphs(*texts: str) -> list[tuple[BlockKind, str]]:
    return [(BlockKind.PARAGRAPH, t) for t in texts]


def items(*texts: str) -> list[tuple[BlockKind, str]]:
    return [(BlockKind.ITEM, t) for t in texts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", SENTENCES)
def test_a_short_text_is_read_rightly_in_every_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_utf_16_with_the_big_end_first_is_told_by_its_mark() -> None:
    assert decode(b"\xfe\xff" + SENTENCES[0].encode("utf-16-be")) == SENTENCES[0]


SWEDISH = st.text("abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖé –”…§.,:;!?0123456789\n", max_size=8)


@given(text=SWEDISH, encoding=st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]))
def test_any_swedish_text_is_read_rightly_in_every_encoding(text: str, encoding: str) -> None:
    text = f"Vi reser med {text} till vänorten."
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", [SENTENCES[0], SENTENCES[2], "Vad är det som gäller?", "Åtgärder och ansvar"])
def test_an_old_mac_text_is_not_taken_for_windows(text: str) -> None:
    assert decode(text.encode("mac_roman")) == text


def test_a_text_cut_inside_a_letter_loses_that_letter_alone() -> None:
    whole = "Först söker vi på nätet, därefter frågar vi på möten, och så väljer vi två få här: då går det rätt så"
    assert decode(f"{whole} ö".encode()[:-1]) == f"{whole} \ufffd"


@given(st.binary())
def test_any_bytes_give_a_text_or_a_remedy(data: bytes) -> None:
    with contextlib.suppress(KnowledgeError):
        assert isinstance(decode(data), str)


@pytest.mark.parametrize("data", [b"", b" \n\t\n", "\u200b\ufeff".encode()])
def test_a_text_of_nothing_that_can_be_seen_is_refused(data: bytes) -> None:
    with pytest.raises(KnowledgeError, match="ingen text"):
        read(data)


def test_what_no_reader_sees_is_dropped() -> None:
    assert blocks("Vän\u00adorten\u200b heter\u00a0\u202eLindburg.\x07") == paragraphs("Vänorten heter Lindburg.")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    assert blocks(f"Ett.{end}{end}Två.{end}") == paragraphs("Ett.", "Två.")


WRAPPED = """\
Kommunen samarbetar med orter i andra länder för att lära och för att
visa vad vi själva kan. Arbetet planeras varje höst av samordnaren och
följs upp av kommunstyrelsen i samband med årsredovisningen. Den som
reser i tjänsten lämnar en kort rapport om vad som gav nytta i arbe-
tet hemma, så att fler kan ta del av det. Rapporten skickas till den
samordnare som finns på kansliet och sparas där.

En vänort är en ort som kommunen har ett avtal med. Avtalet prövas på
nytt vart femte år, och då bedöms om utbytet har varit till nytta. För
invånarna ska det vara lätt att delta. Information lämnas av kansli-
och kulturenheten, som också svarar på frågor.
"""


def test_paragraphs_that_were_broken_by_hand_are_joined_again() -> None:
    first, second = read(WRAPPED.encode()).blocks
    assert first.text.startswith("Kommunen samarbetar")
    assert first.text.endswith("på kansliet och sparas där.")
    assert "nytta i arbetet hemma" in first.text
    assert "\n" not in first.text + second.text
    assert "nytta. För invånarna ska" in second.text
    assert "kansli- och kulturenheten" in second.text  # a hyphen that stands for a word left out stays
    assert (first.lines, second.lines) == (6, 4)


def test_lines_that_are_whole_are_not_joined() -> None:
    assert blocks("Bakgrund\nKommunen har tre vänorter.\nDe besöks varje år.") == paragraphs(
        "Bakgrund", "Kommunen har tre vänorter.", "De besöks varje år."
    )


def test_lines_with_tabs_are_rows_of_a_table() -> None:
    text = "Roll\tUppgift\nRektor\tansöker om medel\nSamordnare\tsvarar på frågor\n\nEfter tabellen följer text."
    rows = [(BlockKind.ROW, r) for r in ("Roll | Uppgift", "Rektor | ansöker om medel", "Samordnare | svarar på frågor")]
    assert blocks(text) == rows + paragraphs("Efter tabellen följer text.")


@pytest.mark.parametrize("sign", ["-", "–", "•", "*", "·", "●", "▪", "o", "✓", "→", "• ✓"])
def test_every_usual_bullet_makes_an_item(sign: str) -> None:
    assert blocks(f"Vi ska:\n\n{sign} lära av andra\n{sign} dela med oss") == paragraphs("Vi ska:") + items("lära av andra", "dela med oss")


def test_a_hyphen_inside_a_word_is_no_bullet() -> None:
    assert blocks("-talet är okänt.\n\nEU-projekt söks i mars.") == paragraphs("-talet är okänt.", "EU-projekt söks i mars.")


def test_short_lines_after_a_colon_are_a_list_without_signs() -> None:
    text = "Ansökan ska innehålla:\n\nsyfte med resan\nkostnader\nvem som reser\n\nDen lämnas i mars."
    assert blocks(text) == paragraphs("Ansökan ska innehålla:") + items("syfte med resan", "kostnader", "vem som reser") + paragraphs(
        "Den lämnas i mars."
    )


def test_lines_in_small_letters_that_end_in_commas_are_a_list_too() -> None:
    assert blocks("Kommunen ska\n\nlära av andra,\nsprida kunskap,\nfölja upp.")[1:] == items(
        "lära av andra,", "sprida kunskap,", "följa upp."
    )


def test_lines_that_follow_no_colon_are_no_list() -> None:
    assert {kind for kind, _ in blocks("Ansökan görs så här.\n\nSyfte med resan\nKostnader\nVem som reser")} == {BlockKind.PARAGRAPH}


def test_the_menu_of_a_web_page_is_dropped() -> None:
    menu = "Start\nOm kommunen\nBygga och bo\nOmsorg och stöd\nKontakta oss"
    assert blocks(f"{menu}\n\nPolicyn gäller alla nämnder.") == paragraphs("Policyn gäller alla nämnder.")


@pytest.mark.parametrize("line", ["Bygga och bo.", "Antagen 2021", "- Bygga och bo", "Dnr: okänt"])
def test_short_lines_of_which_one_says_something_are_no_menu(line: str) -> None:
    assert len(blocks(f"Start\nOm kommunen\n{line}\nOmsorg och stöd\nKontakta oss\n\nPolicyn gäller.")) > 1


def test_form_feeds_part_the_pages() -> None:
    found = read("Sida ett.\fSida två.\n\nMer på sida två.\f\fSida fyra.".encode()).blocks
    assert [(b.page, b.text) for b in found] == [(1, "Sida ett."), (2, "Sida två."), (2, "Mer på sida två."), (4, "Sida fyra.")]


def test_without_form_feeds_no_page_is_claimed() -> None:
    assert [b.page for b in read(b"Ett.\n\nTv.").blocks] == [None, None]


def test_marks_of_headings_and_emphasis_are_understood() -> None:
    assert read(b"# Rubrik\n\n## Underrubrik ##\n\n**Fet rad**\n\nText med **fet** del.").blocks == (
        Block("Rubrik", BlockKind.HEADING, level=1),
        Block("Underrubrik", BlockKind.HEADING, level=2),
        Block("Fet rad", bold=True),
        Block("Text med fet del."),
    )


BACKGROUND = (
    "Kommunen har haft utbyten med andra länder i snart trettio år. Under den tiden har arbetet vuxit från enstaka besök till fasta "
    "samarbeten. Flera förvaltningar deltar numera. Skolorna är de som reser oftast. Bibliotek och museer tar emot gäster varje sommar. "
    "Det finns därför behov av gemensamma regler. Erfarenheterna från tidigare år har samlats in av kansliet. De visar att tydliga mål "
    "ger mer än långa program. De visar också att den som förbereder sig väl får ut mer av sin resa."
)
PURPOSE = "Reglerna ska göra det lätt att planera ett utbyte. De ska också visa vem som fattar beslut."
APPLYING = "En ansökan lämnas senast sex veckor före resan. Följande bilagor ska finnas med:"
ANNEXES = ("program för besöket", "kostnader per deltagare", "intyg från mottagaren")
FOLLOWING = "Varje utbyte följs upp inom en månad. Resultatet redovisas för nämnden en gång om året."
LEAVES = {
    "title": "Regler för utbyten Antagen av kommunstyrelsen 2021-03-04",
    "contents": "Innehåll Bakgrund ..... 3 Syfte ..... 3 Uppföljning ..... 4 Ansökan om medel ..... 4",
    "why": f"Bakgrund {BACKGROUND} Syfte {PURPOSE}",
    "how": f"Uppföljning {FOLLOWING} Ansökan om medel {APPLYING} {' '.join(f'• {a}' for a in ANNEXES)}",
}


def flattened(*leaves: str) -> list[tuple[int | None, BlockKind, str]]:
    """The blocks of a transcript of these pages as a site that shares documents gives it, a footer on each page."""
    text = "\n\n".join(f"{n} {leaf} Regler för utbyten {n} ({len(leaves)})" for n, leaf in enumerate(leaves, 1))
    found = read(f"Dela\nLadda ner\n\n{text}\n\nMer från samma avsändare".encode()).blocks
    return [(b.page, b.kind, b.text) for b in found]


def expected(first: int) -> list[tuple[int | None, BlockKind, str]]:
    """What must come of the two pages of text, of which the first has this number."""
    heading, paragraph, item = BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.ITEM
    return [
        (first, heading, "Bakgrund"),
        (first, paragraph, BACKGROUND),
        (first, heading, "Syfte"),
        (first, paragraph, PURPOSE),
        (first + 1, heading, "Uppföljning"),
        (first + 1, paragraph, FOLLOWING),
        (first + 1, heading, "Ansökan om medel"),
        (first + 1, paragraph, APPLYING),
        *((first + 1, item, annex) for annex in ANNEXES),
    ]


COVER = [(1, BlockKind.PARAGRAPH, "Regler för utbyten"), (1, BlockKind.PARAGRAPH, "Antagen av kommunstyrelsen 2021-03-04")]


def test_a_flattened_transcript_gets_its_pages_headings_and_lists_back_from_its_contents_page() -> None:
    assert flattened(*LEAVES.values()) == COVER + expected(first=3)


def test_a_flattened_transcript_without_contents_has_its_headings_told_by_their_capitals() -> None:
    assert flattened(LEAVES["title"], LEAVES["why"], LEAVES["how"]) == COVER + expected(first=2)


def test_a_numbered_list_is_no_transcript() -> None:
    text = "\n\n".join(f"{n} Den som reser lämnar en rapport." for n in range(1, 6))
    assert [b.page for b in read(text.encode()).blocks] == [None] * 5
