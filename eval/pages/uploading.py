"""A form with files, read within limits: what is too large is told, and never read to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from knowledge.section import KnowledgeError

LARGEST = 200_000_000
"""Bytes of all files of one form together: as much as the largest file that can be read."""
MOST = 50
"""Files of one form."""
_FIELDS = 60
_LONGEST = 64 * 1024
"""Bytes of one field that is no file."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A form: its fields, the first of each name, and the files that were chosen."""

    fields: dict[str, str]
    files: list[UploadFile]


@asynccontextmanager
async def sent(request: Request, *, largest: int | None = None) -> AsyncIterator[Sent]:
    """The form of a request of at most so many bytes of files, LARGEST when None; they are gone afterwards.

    Raises:
        KnowledgeError: the form is larger than allowed, or cut off.
    """
    limited = Request(request.scope, _bounded(request, largest or LARGEST))
    try:
        form = await limited.form(max_files=MOST, max_fields=_FIELDS, max_part_size=_LONGEST)
    except HTTPException as error:
        remedy = f"Välj högst {MOST} filer åt gången och försök igen."
        raise KnowledgeError("Formuläret gick inte att läsa.", remedy) from error
    try:
        fields: dict[str, str] = {}
        files = []
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files += [value] if value.filename else []
            else:
                fields.setdefault(name, value)
        yield Sent(fields, files)
    finally:
        await form.close()


def _bounded(request: Request, largest: int) -> Any:
    """The request's `receive`, which stops at so many bytes."""
    too_large = KnowledgeError(
        f"Filerna är tillsammans större än {largest // 1_000_000} MB.",
        "Ladda upp färre filer åt gången, eller spara om dem utan stora bilder.",
    )
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > largest + _LONGEST:
        raise too_large
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > largest + _LONGEST:
            raise too_large
        return message

    return receiving
