"""Answer → plain text with its sources, to paste into a mail."""

from __future__ import annotations

import re

from assistant.answer import Answer, Citation
from assistant.render import NOTICE_WORDS, VALIDITY_WORDS, cited_url, tells
from knowledge.section import Validity

ORIGIN = "Svaret kommer från Internationella assistenten, ett datorprogram. Det är dokumentet som gäller."

_LONGEST_ADDRESS = 600
"""Characters of a link: a longer one leaves the quoted words out, since mail programs break it."""


def plain_text(answer: Answer, site: str = "") -> str:
    """The question, the answer, its notices and its sources. `site` is what links begin with ("http://…", no slash at the end)."""
    sources = [_source(c, site, with_quote=not tells(answer.text, c.quote)) for c in answer.citations]
    blocks = [
        f"Fråga: {answer.question}",
        re.sub(r"\*\*([^*\n]+)\*\*", r"\1", answer.text).replace("[Om tjänsten](/om)", f"{site}/om"),
        *(f"{NOTICE_WORDS[n.kind]}: {n.text}" for n in answer.notices),
        *(["Källor:\n" + "\n".join(sources)] if sources else []),
        ORIGIN,
    ]
    return "\n\n".join(blocks)


def _source(citation: Citation, site: str, *, with_quote: bool) -> str:
    place = " › ".join(citation.headings) + (f", sida {citation.page}" if citation.page else "")
    quote = f" ”{citation.quote}”" if with_quote else ""
    address = cited_url(citation)
    if len(address) > _LONGEST_ADDRESS:
        address = address.partition("?")[0] + "#" + address.partition("#")[2]
    validity = VALIDITY_WORDS[Validity(citation.validity)]
    return f"[{citation.marker}] {citation.document_title}, {place} ({validity}).{quote} {site}{address}"
