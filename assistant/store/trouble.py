"""What goes wrong with a disk, told in Swedish with what to do about it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.section import KnowledgeError

_OPERATOR = "Hjälper det inte, säg till den som sköter assistenten."


def full() -> KnowledgeError:
    """There is no room left."""
    return KnowledgeError("Det gick inte att spara: disken är full.", f"Frigör plats på disken och försök igen. {_OPERATOR}")


def read_only() -> KnowledgeError:
    """The program may not write there."""
    return KnowledgeError(
        "Det gick inte att spara: programmet får inte skriva i mappen för det som sparas.",
        "Ge den som kör programmet rätt att skriva i mappen som ASSISTANT_HOME anger, och försök igen.",
    )


def unopened() -> KnowledgeError:
    """The database's file is gone, or cannot be opened."""
    return KnowledgeError(
        "Databasen går inte att öppna: filen är borta, eller så får programmet inte läsa den.",
        f"Den behöver återställas från en säkerhetskopia. {_OPERATOR}",
    )


def busy() -> KnowledgeError:
    """Somebody else writes, and went on for too long."""
    return KnowledgeError("Det gick inte att spara: något annat skriver just nu.", f"Försök igen om en stund. {_OPERATOR}")


def broken() -> KnowledgeError:
    """The database's file is damaged."""
    return KnowledgeError("Databasen är skadad.", f"Den behöver återställas från en säkerhetskopia. {_OPERATOR}")


def failed() -> KnowledgeError:
    """Anything else."""
    return KnowledgeError("Det gick inte att läsa eller spara.", f"Försök igen om en stund. {_OPERATOR}")


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def told() -> Iterator[None]:
    """Turns an OSError of the block into a KnowledgeError."""
    try:
        yield
    except OSError as error:
        raise (full() if error.errno in _FULL else read_only() if error.errno in _READ_ONLY else failed()) from error
