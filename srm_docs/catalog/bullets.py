"""The domain files as they could be read in, their bullets with file and line out: what the checks are joined with.

Faults elsewhere in the catalog do not keep the join from being judged, so that all faults come out at once. What
nobody could read, or reads wrongly because of a fault that is told already, is not judged a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from srm_docs.catalog.fields import Table
from srm_docs.catalog.model import Domain, Kind

ALL: Final = 10
"""How many domains the AWS model has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """A responsibility as its file says it; `kind` is None where it says none that there is."""

    id: str
    kind: Kind | None
    otherwise: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """All bullets that could be read, by id, and the domains of which all could be."""

    found: Mapping[str, Bullet]
    domains: frozenset[str]
    unread: frozenset[str]

    def may_exist(self, id_: str) -> bool:
        """Whether a bullet that is not in `found` may stand in what could not be read."""
        domain = id_.partition(".")[0]
        missing = len(self.domains | self.unread) < ALL
        return domain in self.unread or (missing and domain not in self.domains)


def bullets(domains: Iterable[tuple[Domain, Table]], unread: Iterable[str]) -> Bullets:
    """The bullets of the domains that could be parsed; `unread` are ids of those that could not."""
    found: dict[str, Bullet] = {}
    whole: set[str] = set()
    partly = {*unread}
    for domain, table in domains:
        items = table.data.get("responsibilities")
        sound = isinstance(items, list)
        for position, row in enumerate(items if isinstance(items, list) else ()):
            if not (isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"]):
                sound = False
                continue
            said = row.get("kind")
            bullet = Bullet(
                id=f"{domain.id}.{row['id']}",
                kind=Kind(said) if said in list(Kind) else None,
                otherwise=bool(row.get("otherwise")),
                file=table.source.file,
                line=table.source.line_of(("responsibilities", position, "id")),
            )
            found.setdefault(bullet.id, bullet)
        (whole if sound else partly).add(domain.id)
    return Bullets(found=found, domains=frozenset(whole), unread=frozenset(partly))
