"""What is Anna's in the tests, and whose it is."""

from __future__ import annotations

from uuid import uuid4

ANNA = "konto:anna"
SECRET = "ANNAS HEMLIGA FRÅGA"
THREAD, STEP, FEEDBACK = (str(uuid4()) for _ in range(3))
OWNERS = {("thread", THREAD): ANNA, ("step", STEP): ANNA, ("feedback", FEEDBACK): ANNA}


def owner_of(kind: str, id_: str) -> str | None:
    return OWNERS.get((kind, id_))
