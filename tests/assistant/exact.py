"""Two hundred strings that a chat's Markdown would eat or change: what documents write, before and after words of theirs."""

from __future__ import annotations

from itertools import product

_WRITTEN = (
    "EU:s program", "3:e stycket", "1:a hand", "§ 5", "§§ 1–2", "1–3 kap.", "kap. 2:4", "SFS 2018:1937", "KS 2021/0123", "kl. 12:30",
    "a)–c)", "t.ex. Åmål", "*en* stjärna", "_streck_", "**fet**", "# rubrik", "> citat", "1. Syfte", "- punkt", "+ plus",
    "[länk](adress)", "![bild](adress)", "`kod`", "~~struket~~", "x|y", "&amp;", "<b>text</b>", "C:\\mapp", "www.kommun.example",
    "eu@kommun.example", ":::ruta", ":ord[text]", "$5 och $6", "50 % – 75 %", "”citat”", "Ö:s och Ä:s", "[9]", "^upp^", "{a=b}", "h:i:j",
)  # fmt: skip
_AROUND = ("{}", "Enligt {}", "{} gäller för åk 7–9", "({})", "På ön: {}, §")
STRINGS = [around.format(written) for written, around in product(_WRITTEN, _AROUND)]
