"""Roles that another system gives people, and what they mean here: written in the settings as "App.Role=user:Lindhamn, …"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.access.visitor import RefusedError, Role
from knowledge.section import KnowledgeError


def no_role() -> RefusedError:
    return RefusedError(
        "Du har inte behörighet till tjänsten.",
        "Behöver du den i ditt arbete, be din chef eller den som ansvarar för tjänsten om behörighet.",
    )


def stranger() -> RefusedError:
    return RefusedError("Ditt konto hör inte till en kommun som använder tjänsten.", "Logga in med ditt konto i kommunen.")


def _ambiguous() -> RefusedError:
    return RefusedError(
        "Ditt konto har behörighet i flera kommuner, och tjänsten kan inte avgöra vilken som gäller.",
        "Be den som ansvarar för tjänsten att ge dig behörighet i en kommun.",
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """What roles and tenants mean. `meanings`: role → (our role, municipality or None); `tenants`: tenant → municipality or None."""

    meanings: Mapping[str, tuple[Role, str | None]] = field(default_factory=dict)
    tenants: Mapping[str, str | None] = field(default_factory=dict)

    def granted(self, names: Iterable[str], tenant: str | None = None) -> tuple[Role, str]:
        """The role and municipality of somebody with these role names. RefusedError when they have none, or more than one municipality.

        A tenant that is given a municipality rules over the roles' own: who hands out roles there cannot let anybody into another's.
        """
        of_tenant = self.tenants.get(tenant) if tenant is not None else None
        meant = [self.meanings[name] for name in names if name in self.meanings]
        found = {(role, place or of_tenant) for role, place in meant}
        if not found:
            raise no_role()
        places = {place for _role, place in found}
        if len(places) > 1:
            raise _ambiguous()
        place = places.pop()
        if place is None:
            raise no_role()
        if of_tenant is not None and place != of_tenant:
            raise stranger()
        return (Role.COORDINATOR if (Role.COORDINATOR, place) in found else Role.USER), place


def read_roles(roles: str, tenants: str) -> Roles:
    """The settings' texts as `Roles`. KnowledgeError names the part that cannot be read."""
    places = {name: value or None for name, value in _pairs(tenants)}
    if len(places) > 1 and None in places.values():  # whoever hands out roles in one could else let people into another's
        raise KnowledgeError("ASSISTANT_OIDC_TENANTS har flera tenanter men inte en kommun för varje.", "Skriv id=Kommun, id=Kommun.")
    meanings = {name: _meaning(name, value) for name, value in _pairs(roles)}
    return Roles(meanings, places)


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = part.partition("=")
        yield name.strip(), value.strip()


def _meaning(name: str, value: str) -> tuple[Role, str | None]:
    role, _, municipality = value.partition(":")
    if not name or role.strip() not in list(Role):
        raise KnowledgeError(
            f"Inställningen ASSISTANT_ROLES går inte att läsa vid ”{name}={value}”.",
            "Skriv till exempel Assistent.Medarbetare=user:Lindhamn, Assistent.Samordnare=coordinator:Lindhamn.",
        )
    return Role(role.strip()), municipality.strip() or None
