"""What can be measured of a page in the browser beyond axe: names, headings, the way of the keyboard, other colours, movement."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession, Page

Node = Mapping[str, Any]
"""What the browser tells of a part of the page."""

NAMED = {
    *("button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "spinbutton", "slider", "switch", "tab"),
    *("menuitem", "menuitemcheckbox", "menuitemradio", "image", "img", "dialog", "alertdialog", "progressbar", "meter", "Date"),
    *("DateTime", "DisclosureTriangle", "PopUpButton", "navigation"),
}
"""Roles that a screen reader tells with a name. A navigation's tells it from the next."""


def nameless(page: Page) -> list[str]:
    """What a screen reader would tell without a name, from the tree that the browser gives it."""
    client = page.context.new_cdp_session(page)
    nodes = {n["nodeId"]: n for n in client.send("Accessibility.getFullAXTree")["nodes"]}
    wrong = [n for n in nodes.values() if _role(n) in NAMED and not _name(n) and not _within_named(n, nodes)]
    told = [f"{_role(n)} utan namn: {_markup(client, n)}" for n in wrong]
    client.detach()
    return told


def _role(node: Node) -> str:
    return "" if node.get("ignored") else str(node["role"]["value"])


def _name(node: Node) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def _within_named(node: Node, nodes: Mapping[str, Node]) -> bool:
    """Whether it is a picture within something that is pressed and has a name: that alone is told."""
    above = nodes.get(node.get("parentId", ""))
    return above is not None and ((_role(above) in ("button", "link") and bool(_name(above))) or _within_named(above, nodes))


def _markup(client: CDPSession, node: Node) -> str:
    found = client.send("DOM.getOuterHTML", {"backendNodeId": node["backendDOMNodeId"]})
    return str(found["outerHTML"])[:160]


def headings_out_of_order(page: Page) -> list[str]:
    """Headings that do not begin at the first level, come twice there, are empty, or skip a level on the way down."""
    levels = page.evaluate(
        """[...document.querySelectorAll('h1,h2,h3,h4,h5,h6,[role=heading]')].filter(h => h.checkVisibility())
            .map(h => [Number(h.getAttribute('aria-level') || h.tagName[1]), h.innerText.trim()])"""
    )
    wrong = [f"tom rubrik på nivå {level}" for level, text in levels if not text]
    if [level for level, _ in levels].count(1) != 1 or levels[0][0] != 1:
        wrong.append(f"nivå 1 står inte först och en gång: {levels[:3]}")
    return wrong + [f"från nivå {before} till {level}: {text}" for (before, _), (level, text) in pairwise(levels) if level > before + 1]


_WATCH = """() => {
  const shown = e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true}) && e.getClientRects().length;
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(e =>
    shown(e) && !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && !e.closest('[inert]'));
  const groups = new Set();  // of buttons that exclude each other the keyboard reaches one
  const wanted = all.filter(e => {
    if (e.type !== 'radio') return true;
    const chosen = document.querySelector(`input[type=radio][name="${CSS.escape(e.name)}"]:checked`);
    if (chosen ? chosen !== e : groups.has(e.name)) return false;
    groups.add(e.name);
    return true;
  });
  const line = e => `${e.tagName.toLowerCase()} ${(e.innerText || e.name || e.href || e.id || '').trim().slice(0, 50)}`;
  const came = [], started = document.activeElement === document.body ? 0 : 1;
  const faults = wanted.filter(e => e.tabIndex > 0).map(e => `egen ordning: ${line(e)}`);
  document.addEventListener('focusin', event => {
    const e = event.target, style = getComputedStyle(e), where = e.getBoundingClientRect();
    const shadow = style.boxShadow !== 'none', outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!outline && !shadow) faults.push(`fokus syns inte: ${line(e)}`);
    if (where.bottom <= 0 || where.right <= 0 || where.top >= innerHeight || where.left >= innerWidth)
      faults.push(`fokus utanför skärmen: ${line(e)}`);
    came.push(e);
  });
  window.walk = {reached: () => new Set(came).size, told: () => {
    const missed = wanted.filter(e => !came.includes(e) && shown(e)).map(e => `nås inte: ${line(e)}`);
    const order = came.filter(e => wanted.includes(e)).map(e => wanted.indexOf(e));
    const once = order.slice(0, order.findIndex((n, i) => new Set(order.slice(0, i + 1)).size === wanted.length) + 1);
    const back = once.filter((n, i) => i && n < once[i - 1]).length;  // who begins in the middle begins anew after the last
    if (back > started) faults.push(`hoppar: ${once}`);
    return [...faults, ...missed];
  }};
  return wanted.length + 4 * wanted.filter(e => ['date', 'time', 'month', 'week'].includes(e.type)).length;  // they hold several stops
}"""


def keyboard_faults(page: Page) -> list[str]:
    """What is wrong when the tab key goes through the page: not reached, not seen, an order of its own, or a place that holds it."""
    for _ in range(page.evaluate(_WATCH) + 3):
        page.keyboard.press("Tab")
    return list(page.evaluate("window.walk ? walk.told() : ['sidan byttes medan tangenten trycktes']"))


def reached(page: Page) -> int:
    """How many places the last walk came to."""
    return int(page.evaluate("window.walk ? walk.reached() : 0"))


def movements(page: Page) -> list[str]:
    """What still moves for one who has asked for none."""
    return list(
        page.evaluate(
            """[...document.querySelectorAll('*')].filter(e => {
                const s = getComputedStyle(e), long = t => t.split(',').some(p => parseFloat(p) > (p.includes('ms') ? 10 : 0.01));
                return (s.animationName !== 'none' && long(s.animationDuration)) || long(s.transitionDuration)
                  || s.scrollBehavior === 'smooth';
            }).map(e => `rör sig: ${e.tagName} ${e.className.baseVal ?? e.className}`)"""
        )
    )


def sideways(page: Page) -> list[str]:
    """What makes the page wider than the screen. What scrolls in a frame of its own, such as a wide table, does not."""
    return list(
        page.evaluate(
            """document.documentElement.scrollWidth <= innerWidth ? [] :
                [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                  .slice(0, 5).map(e => `bredare än skärmen: ${e.tagName} ${e.className.baseVal ?? e.className}`)"""
        )
    )


def clipped(page: Page) -> list[str]:
    """Text that is cut off once letters, words and lines stand as far apart as WCAG 1.4.12 says a reader may have them."""
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important; line-height: 1.5 !important; }
              p { margin-bottom: 2em !important; }`);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
    return [
        *sideways(page),
        *page.evaluate(
            """[...document.querySelectorAll('body *')].filter(e => {
                const s = getComputedStyle(e), cut = o => o === 'hidden' || o === 'clip';
                return e.checkVisibility() && e.innerText && e.clientWidth > 1 && e.clientHeight > 1
                  && ((cut(s.overflowY) && e.scrollHeight > e.clientHeight + 1) || (cut(s.overflowX) && e.scrollWidth > e.clientWidth + 1));
            }).map(e => `avklippt: ${e.tagName} ${e.className} ${e.innerText.slice(0, 40)}`)"""
        ),
    ]


def forced_colour_faults(page: Page) -> list[str]:
    """In colours of the reader's own: where one is, what can be pressed and what a picture says must be seen without ours."""
    return list(
        page.evaluate(
            """() => {
                const shown = e => e.checkVisibility({visibilityProperty: true});
                const look = e => { const s = getComputedStyle(e);
                  return [s.borderTopWidth, s.borderBottomWidth, s.fontWeight, s.textDecorationLine, s.outlineStyle, s.color].join(); };
                const faults = [];
                for (const here of document.querySelectorAll('nav [aria-current]')) {
                  const other = [...here.closest('nav').querySelectorAll('a')].find(a => !a.hasAttribute('aria-current'));
                  if (shown(here) && other && look(other) === look(here)) faults.push(`var man är syns inte: ${here.innerText}`);
                }
                for (const e of document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea')) {
                  const own = !['checkbox', 'radio', 'file', 'range'].includes(e.type), within = e.tagName === 'TEXTAREA' ? 4 : 1;
                  let edged = false;  // a text area may fill a frame that has the edge
                  for (let i = 0, around = e; i < within && around; i++, around = around.parentElement) {
                    const s = getComputedStyle(around);
                    edged ||= s.borderTopStyle !== 'none' && parseFloat(s.borderTopWidth) > 0;
                  }
                  if (shown(e) && own && !edged) faults.push(`kanten syns inte: ${e.tagName} ${e.innerText || e.name}`);
                }
                for (const e of document.querySelectorAll('body *'))
                  if (shown(e) && getComputedStyle(e).forcedColorAdjust === 'none' && e.innerText) faults.push(`egna färger: ${e.tagName}`);
                const probe = document.createElement('i');
                document.body.append(probe);
                const system = ['Canvas', 'CanvasText', 'LinkText', 'Highlight', 'GrayText', 'Mark', 'MarkText', 'ButtonText', 'ButtonFace',
                  'ButtonBorder', 'HighlightText'].map(name => { probe.style.color = name; return getComputedStyle(probe).color; });
                probe.remove();
                for (const e of document.querySelectorAll('svg *')) {
                  const s = getComputedStyle(e), own = c => c !== 'none' && !system.includes(c) && c !== 'rgba(0, 0, 0, 0)';
                  if (shown(e) && e.getBoundingClientRect().width && e.childElementCount === 0 && !['title', 'desc'].includes(e.tagName)
                      && (own(s.fill) || (own(s.stroke) && parseFloat(s.strokeWidth))))
                    faults.push(`egen färg i bild: ${e.tagName} ${s.fill} ${s.stroke}`);
                }
                return [...new Set(faults)];
            }"""
        )
    )
