"""The structure of a tagged PDF: which heading, list item or table cell each piece of marked text belongs to."""

from __future__ import annotations

from typing import Any

from knowledge.read.pdf.piece import Tag

_BLOCKS = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "TD", "TH", "Caption", "Title", "BlockQuote", "TOCI", "Note"}
_CELLS = {"TD", "TH"}
_MAX_ELEMENTS = 300_000
_MAX_DEPTH = 60


def structure(reader: Any, pages: dict[int | None, int]) -> dict[int, dict[int, Tag]]:
    """Return, by page number, the tag of each marked-content id; empty when the PDF is not tagged. `pages`: object number → page number."""
    try:
        root = reader.trailer["/Root"].get_object().get("/StructTreeRoot")
        if root is None:
            return {}
        walk = _Walk(root.get_object(), pages)
        walk.kids(root.get_object(), Tag("", 0), None, 0)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return {}
    return walk.found


class _Walk:
    def __init__(self, root: Any, pages: dict[int | None, int]) -> None:
        roles = root.get("/RoleMap")
        self._roles = roles.get_object() if roles is not None else {}
        self._pages = pages
        self._count = 0
        self.found: dict[int, dict[int, Tag]] = {}

    def kids(self, element: Any, tag: Tag, page: int | None, depth: int) -> None:
        kids = element.get("/K")
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        for kid in kids if isinstance(kids, list) else [] if kids is None else [kids]:
            self._kid(kid.get_object() if hasattr(kid, "get_object") else kid, tag, page, depth)

    def _kid(self, kid: Any, tag: Tag, page: int | None, depth: int) -> None:
        if isinstance(kid, int):
            self._mark(page, kid, tag)
        elif kid.get("/Type") == "/MCR":
            self._mark(self._page(kid, page), kid.get("/MCID"), tag)
        elif kid.get("/S") is not None and depth < _MAX_DEPTH and self._count < _MAX_ELEMENTS:
            self._count += 1
            self.kids(kid, self._tag(self._role(kid["/S"]), tag), self._page(kid, page), depth + 1)

    def _mark(self, page: int | None, identity: Any, tag: Tag) -> None:
        if page is not None and tag.role and isinstance(identity, int):
            self.found.setdefault(page, {})[int(identity)] = tag

    def _page(self, element: Any, page: int | None) -> int | None:
        own = element.raw_get("/Pg") if "/Pg" in element else None
        return self._pages.get(getattr(own, "idnum", None), page) if own is not None else page

    def _role(self, name: Any) -> str:
        for _ in range(5):
            mapped = self._roles.get(name)
            if mapped is None or mapped == name:
                break
            name = mapped
        return str(name).lstrip("/")

    def _tag(self, role: str, above: Tag) -> Tag:
        own = self._count
        if role == "Table":
            return Tag("Table", own, table=above.table or own, row=above.row, cell=above.cell)
        if role == "TR" and above.cell is None:
            return Tag("TR", own, table=above.table, row=own)
        if role in _CELLS and above.cell is None:
            return Tag(role, own, table=above.table, row=above.row, cell=own)
        if role in {"TOC", "TOCI"} or above.role == "TOC":
            return Tag("TOC", above.block if above.role == "TOC" else own)
        if role == "LI" or (role in _BLOCKS and above.role != "LI"):
            return Tag(role, own, above.table, above.row, above.cell)
        return above
