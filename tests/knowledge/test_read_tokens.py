"""Content streams are split into instructions as pypdf splits them, only faster."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import ContentStream

from knowledge.read.pdf.tokens import instructions


def plain(value: Any) -> Any:
    """Return an operand as built-in types, so that both sides can be compared."""
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 4)
    return bytes(value) if isinstance(value, bytes) else value if value is None else str(value)


def by_pypdf(data: bytes) -> list[tuple[Any, bytes]]:
    stream = ContentStream(None, None, "bytes")
    stream.set_data(data)
    return [(plain(operands), bytes(operator)) for operands, operator in stream.operations]


def ours(data: bytes) -> list[tuple[Any, bytes]]:
    return [(plain(operands), operator) for operands, operator in instructions(data) if operator]


@pytest.mark.parametrize(
    "data",
    [
        b"BT /F1 11 Tf 1 0 0 -1 56.8 .5 Tm (Hej) Tj ET",
        rb"(a\(b\) \345 \\ (inner) c) Tj",
        b"<0048 0065> Tj\n7.25 0 Td\n<006A> Tj",
        b"[(Hej) -250 <64> 3.5] TJ",
        b"/Span << /MCID 3 /ActualText (x) /L [1 2] >> BDC EMC",
        b"q 1 0 0 1 -5 +3 cm % a comment ( < [\n/Im#20x Do Q",
        b"(two\\\nlines) Tj T* (next) '",
    ],
)
def test_instructions_are_those_that_pypdf_gives(data: bytes) -> None:
    assert ours(data) == by_pypdf(data)


words = st.sampled_from(
    [b"1", b"-2.5", b".75", b"/F1", b"(text)", b"<0041>", b"Tj", b"Td", b"Tf", b"q", b"Q", b"BT", b"ET", b"re", b"[(a) 2]", b"TJ"]
)


@given(st.lists(words, max_size=30))
def test_any_row_of_tokens_ends_in_the_same_operators(parts: list[bytes]) -> None:
    assert [operator for _, operator in ours(b" ".join(parts))] == [operator for _, operator in by_pypdf(b" ".join(parts))]


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    assert all(isinstance(operator, bytes) for _, operator in instructions(data))


def test_an_image_inside_the_stream_is_stepped_over() -> None:
    assert [operator for _, operator in ours(b"BI /W 1 /H 1 ID \x00(<[EIx\xff EI\nQ")] == [b"BI", b"ID", b"Q"]


def test_what_is_never_closed_swallows_no_more_than_itself() -> None:
    assert ours(b"[ 1 2 (a) Tj 3 w")[-1] == ([3.0], b"w")


def test_much_white_space_takes_little_time() -> None:
    assert ours(b" " * 200_000 + b"Q") == [([], b"Q")]
