"""What of a web page nobody sees: hidden by an attribute, a style or the page's own style sheet, of no size, or in the paper's colour."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import soupsieve
from bs4 import BeautifulSoup, Tag

_SECONDS = 5.0
"""How long a page's style sheets may take; what they hide after that is not known."""
_HIDING = re.compile(
    r"display|visibility|opacity|font|colou?r|background|text-indent|left|top|right|bottom|margin|position|clip|transform|height|width",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_NUMBER = re.compile(r"^\s*([+-]?(?:\d+\.?\d*|\.\d+))")
_FAR = 999
"""Pixels (or any other unit) beside the page from where nothing is seen."""
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240), "whitesmoke": (245, 245, 245)}
_ALIKE = 18
"""How little each of red, green and blue may differ (0–255) for text not to be told from what it stands on."""
_MOST = 400
"""Letters of a colour or size that are read."""

Colour = tuple[int, int, int]
Style = dict[str, str]


class Sight:
    """What a page's styles say of its elements. `complete` is false when there were more style rules than could be tried."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self.complete = True
        self._rules: dict[int, list[tuple[int, int, Style]]] = {}
        self._apply(soup)

    def hidden(self, root: Tag) -> Iterator[Tag]:
        """The outermost elements within `root` of which nothing is seen."""
        grounds: dict[int, tuple[Colour | None, Colour | None]] = {}
        for element in root.find_all(True):
            if element.decomposed:
                continue
            text, ground = grounds.get(id(element.parent), (None, (255, 255, 255)))
            style = self._style(element)
            declared = _colour(style.get("color", str(element.get("color") or "")))
            beneath = style.get("background-color") or style.get("background") or str(element.get("bgcolor") or "")
            ground = _ground(beneath, ground)
            text = declared or text
            grounds[id(element)] = text, ground
            same = text is not None and ground is not None and (declared or beneath) and _alike(text, ground)
            if element.has_attr("hidden") or element.get("aria-hidden") == "true" or _unseen(style) or same:
                yield element

    def _style(self, element: Tag) -> Style:
        rules = sorted(self._rules.get(id(element), ()), key=lambda rule: rule[:2])
        style = {name: value for _, _, declared in rules for name, value in declared.items()}
        return style | _declarations(str(element.get("style") or ""))

    def _apply(self, soup: BeautifulSoup) -> None:
        until = time.monotonic() + _SECONDS
        sheets = "\n".join(sheet.get_text() for sheet in soup.find_all("style") if "print" not in str(sheet.get("media") or "").split())
        for order, (selector, declared) in enumerate(_rules_of(_COMMENT.sub(" ", sheets))):
            if time.monotonic() > until:
                self.complete = False
                return
            try:
                found = soupsieve.select(selector, soup)
            except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError):
                continue
            for element in found:
                self._rules.setdefault(id(element), []).append((_weight(selector), order, declared))


def _rules_of(sheet: str) -> Iterator[tuple[str, Style]]:
    """The rules that may hide something: (selector, declarations). What only counts for print or on some screens is left out."""
    position = 0
    while (opened := sheet.find("{", position)) >= 0:
        head = sheet[position:opened].rpartition(";")[2].strip()
        closed = _closing(sheet, opened)
        body = sheet[opened + 1 : closed]
        if head.startswith("@"):
            if re.match(r"@(?:media\s+(?:all|screen)\s*$|layer\b|supports\b)", head, re.IGNORECASE):
                yield from _rules_of(body)
        elif head and (declared := {n: v for n, v in _declarations(body).items() if _HIDING.search(n)}):
            yield head, declared
        position = closed + 1


def _closing(sheet: str, opened: int) -> int:
    depth = 0
    for mark in re.finditer(r"[{}]", sheet[opened:]):
        depth += 1 if mark[0] == "{" else -1
        if depth == 0:
            return opened + mark.start()
    return len(sheet)


def _declarations(text: str) -> Style:
    """A style's declarations, names and values in small letters; a later one wins."""
    pairs = (part.partition(":") for part in _COMMENT.sub(" ", text).lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip()[:_MOST] for name, _, value in pairs if value.strip()}


def _weight(selector: str) -> int:
    """About how much a selector weighs against others."""
    return 100 * selector.count("#") + 10 * len(re.findall(r"[.\[]|(?<!:):(?!:)", selector)) + len(re.findall(r"(?:^|[\s>+~])\w", selector))


def _unseen(style: Style) -> bool:
    """Whether declarations alone hide an element."""
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"} or style.get("content-visibility") == "hidden":
        return True
    if (
        _at_most(style.get("opacity"), 0.05)
        or _at_most(style.get("font-size"), 1)
        or re.match(r"0(?:px|pt|em|rem|%)?[\s/]", style.get("font", ""))
    ):
        return True
    if _transparent(style.get("color", "")) or re.search(r"scale[xy]?\(\s*0?\.?0*\s*[,)]", style.get("transform", "")):
        return True
    away = (
        [_length(style.get(name)) for name in ("left", "top", "right", "bottom")] if style.get("position") in {"absolute", "fixed"} else []
    )
    away += [_length(style.get(name)) for name in ("text-indent", "margin-left", "margin-top")]
    if any(length is not None and length <= -_FAR for length in away):
        return True
    clipped = re.search(r"rect\((?:\s*[01]?(?:px)?[\s,]*){4}\)|inset\((?:50|100)%", style.get("clip", "") + style.get("clip-path", ""))
    small = "hidden" in style.get("overflow", "") and any(
        _at_most(style.get(name), 1) for name in ("height", "width", "max-height", "max-width")
    )
    return bool(clipped) or small


def _length(value: str | None) -> float | None:
    found = _NUMBER.match(value or "")
    if not found or value is None:
        return None
    return float(found[1]) * (16 if re.search(r"r?em|ch|v[wh]|%", value) else 1)


def _at_most(value: str | None, limit: float) -> bool:
    """Whether a size is so small: in em and percent a tenth counts as one."""
    found = _NUMBER.match(value or "")
    if not found or value is None:
        return False
    return float(found[1]) * (10 if re.search(r"\d\s*r?em", value) else 1) <= limit


def _transparent(value: str) -> bool:
    return value == "transparent" or bool(
        re.search(r"(?:rgba?|hsla?)\([^)]*[,/]\s*0?\.?0*%?\s*\)$|^#(?:\w{3}0|\w{6}00)$", value) and _has_alpha(value)
    )


def _has_alpha(value: str) -> bool:
    return value.startswith(("#", "rgba", "hsla")) or "/" in value


def _colour(value: str) -> Colour | None:
    """A colour as red, green, blue; None for one that is not known here."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if digits := re.fullmatch(r"#?([0-9a-f]{3}[0-9a-f]?|[0-9a-f]{6}(?:[0-9a-f]{2})?)", value):
        short = digits[1]
        parts = [c * 2 for c in short[:3]] if len(short) <= 4 else [short[0:2], short[2:4], short[4:6]]
        return int(parts[0], 16), int(parts[1], 16), int(parts[2], 16)
    if found := re.match(r"rgba?\(\s*(\d+)(%?)[\s,]+(\d+)%?[\s,]+(\d+)%?", value):
        red, green, blue = (min(255, round(int(n) * (2.55 if found[2] else 1))) for n in (found[1], found[3], found[4]))
        return red, green, blue
    if found := re.match(r"hsla?\([^,\s]+[\s,]+[^,\s]+[\s,]+(\d+)%", value):
        light = min(255, round(int(found[1]) * 2.55))
        return (light, light, light) if light > 240 or light < 15 else None
    return None


def _ground(value: str, before: Colour | None) -> Colour | None:
    """The colour that text stands on; None where that is an image or unknown, so that nothing is said of it."""
    if not value or value in {"none", "transparent", "inherit", "initial", "unset"}:
        return before
    colours = [c for word in re.findall(r"(?:rgba?|hsla?)\([^)]*\)|[#\w]+", value) if (c := _colour(word))]
    return colours[0] if len(colours) == 1 and "gradient" not in value and "url(" not in value else None


def _alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= _ALIKE for a, b in zip(one, other, strict=True))
