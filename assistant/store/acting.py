"""On whose behalf the store is called, where Chainlit's interface has no place for it: the web application sets it for each request."""

from __future__ import annotations

from contextvars import ContextVar

acting: ContextVar[str | None] = ContextVar("acting", default=None)
"""The identifier of the user who is logged in; None where nobody is known, who then may change nothing."""
