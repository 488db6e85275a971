"""One file of controls/domains in, a Domain out; faults go to the table."""

from __future__ import annotations

from typing import Any, Final

from srm_docs.catalog.fields import Table, one_of
from srm_docs.catalog.model import Confidence, Domain, Kind, Link, Responsibility, Side, Strength

_LINK: Final = ("strength", "confidence", "reason")
_KINDS: Final = {
    Side.AWS: (Kind.INHERITED, Kind.SHARED),
    Side.CUSTOMER: (Kind.CUSTOMER, Kind.SHARED, Kind.NOT_APPLICABLE),
}


def read_domain(table: Table, *, number: int, id_: str) -> Domain:
    """Read a domain; `number` and `id_` come from the file's name, which must agree with the id inside."""
    if (given := table.text("id")) and given != id_:
        table.fault(f'the id "{given}" and the file name "{id_}" must agree', "id")
    domain = Domain(
        id=id_,
        number=number,
        title=table.text("title"),
        aws_does=table.text("aws_does"),
        customer_does=table.text("customer_does"),
        responsibilities=tuple(_responsibility(item, id_) for item in table.tables("responsibilities")),
    )
    table.close()
    return domain


def _responsibility(table: Table, domain: str) -> Responsibility:
    side, kind = table.word("side", Side), table.word("kind", Kind)
    read = Responsibility(
        id=f"{domain}.{table.text('id')}",
        domain=domain,
        text=table.text("text"),
        side=side or Side.CUSTOMER,
        kind=kind or Kind.CUSTOMER,
        soc2=_links(table, "soc2"),
        iso27001=_links(table, "iso27001"),
        csoc=table.optional("csoc"),
        aws_cuec=table.optional("aws_cuec"),
        otherwise=table.optional("otherwise"),
        caveat=table.optional("caveat"),
        evidence=table.texts("evidence"),
        reports=table.texts("reports"),
    )
    table.close()
    if side and kind:
        _agree(table, read)
    return read


def _links(table: Table, key: str) -> tuple[Link, ...]:
    links = []
    for requirement, given in table.pairs(key):
        link = _link(table, key, requirement, given)
        if link:
            links.append(link)
    return tuple(links)


def _link(table: Table, key: str, requirement: str, given: Any) -> Link | None:
    if not (isinstance(given, list) and len(given) == len(_LINK) and all(isinstance(item, str) for item in given)):
        table.fault(f'a link wants [{", ".join(_LINK)}], for example [primary, high, "…"]', key, requirement)
        return None
    strength = one_of(table, given[0], Strength, key, requirement, 0)
    confidence = one_of(table, given[1], Confidence, key, requirement, 1)
    because = given[2].strip()
    if not because:
        table.fault("a link wants its reason in one sentence", key, requirement, 2)
    return Link(
        requirement=requirement,
        strength=strength or Strength.SUPPORTING,
        confidence=confidence or Confidence.LOW,
        because=because,
    )


def _agree(table: Table, read: Responsibility) -> None:
    """Refuse what contradicts the side or the kind."""
    if read.kind not in _KINDS[read.side]:
        wanted = " or ".join(_KINDS[read.side])
        table.fault(f'kind on the {read.side} side is {wanted}, not "{read.kind}"', "kind")
    aws, empty = read.side is Side.AWS, read.kind is Kind.NOT_APPLICABLE
    wants = {"csoc": aws, "reports": aws, "aws_cuec": not aws and not empty, "caveat": empty}
    for key, wanted_here in wants.items():
        if wanted_here and key not in table.data:
            table.fault(f'"{read.id}" needs "{key}"')
        elif key in table.data and not wanted_here and key != "caveat":
            table.fault(f'"{key}" does not belong to a {read.side} responsibility', key)
    for key, name in (("soc2", "SOC 2"), ("iso27001", "ISO 27001")):
        if empty and key in table.data:
            table.fault("a responsibility that is not applicable has no links", key)
        elif not empty and not table.data.get(key):
            table.fault(f'"{read.id}" has no {name} link', *((key,) if key in table.data else ()))
