"""Office files are zip archives: the same content gives the same bytes only when no member carries the time it was written."""

from __future__ import annotations

import io
import zipfile


def with_fixed_dates(archive: bytes) -> bytes:
    """The archive with every member dated 1 January 2025."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return written.getvalue()
