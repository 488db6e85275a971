"""Packet -> the rows of every sheet by the name of their source; a row is a few named lines of the packet.

A source only joins what the packet already says (a link with its responsibility, a resource with its test). It
counts nothing and words nothing. Sources are generators, so that 100,000 evidence lines cost no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import zip_longest
from typing import Any, Final

from srm_docs.declare.register import EMPTY, Register
from srm_docs.packet.gaps import subject_of
from srm_docs.packet.model import (
    COLLECTED,
    NOT_PROVIDED,
    Answer,
    DomainLine,
    MatrixRow,
    NetworkAccount,
    Packet,
    RequirementLine,
    ResponsibilityLine,
    Shape,
)
from srm_docs.render.sheets import Book

Row = Mapping[str, Any]


def of(source: str, packet: Packet, book: Book, register: Register = EMPTY) -> Iterator[Row]:
    """Yield the rows of `source`; KeyError where there is no such source."""
    made = _SOURCES.get(source)
    if made is not None:
        yield from made(packet)
    elif source == "manual_evidence":
        yield from ({"item": item} for item in register.evidence)
    elif source == "legend":
        yield from _legend(packet, book)
    else:
        yield from ({"line": line} for line in _LINES[source](packet))


def known() -> tuple[str, ...]:
    """Return the names of all sources."""
    return tuple(sorted({*_SOURCES, *_LINES, "legend", "manual_evidence"}))


def value(row: Any, path: str) -> Any:
    """Return what `path` (`link.requirement`) leads to; None where a step on the way is None.

    AttributeError or KeyError where there is no such step.
    """
    return walk(row, path.split("."))


def walk(row: Any, steps: Iterable[str]) -> Any:
    """Return what the steps of a path lead to, as `value` does."""
    for step in steps:
        if row is None:
            return None
        row = row[step] if isinstance(row, dict) else getattr(row, step)
    return row


def _bullets(domain: DomainLine) -> Iterator[ResponsibilityLine]:
    yield from domain.aws
    yield from domain.customer
    if domain.not_applicable_line is not None:
        yield domain.not_applicable_line


def no_duty(row: Row) -> bool:
    """Whether a row is about the entry of the model that says that there is no duty."""
    bullet = row.get("bullet")
    domain = row.get("domain")
    return bullet is not None and domain is not None and bullet is domain.not_applicable_line


def _customer_side(domain: DomainLine) -> tuple[ResponsibilityLine, ...]:
    last = domain.not_applicable_line
    return domain.customer if last is None else (*domain.customer, last)


def _matrix(packet: Packet) -> Iterator[Row]:
    """Give a row per responsibility and link; a responsibility without a link still has its row."""
    own: dict[tuple[str, str, str], MatrixRow] = {
        (row.framework, row.requirement, row.responsibility): row for row in (*packet.soc2_matrix, *packet.iso_matrix)
    }
    for domain in packet.domains:
        for bullet in _bullets(domain):
            for link in bullet.links or (None,):
                given = own.get((link.framework, link.requirement, bullet.id)) if link else None
                yield {
                    "domain": domain,
                    "bullet": bullet,
                    "link": link,
                    "own": given or bullet,
                }


def _sides(packet: Packet) -> Iterator[Row]:
    for domain in packet.domains:
        for aws, customer in zip_longest(domain.aws, _customer_side(domain)):
            yield {"domain": domain, "aws": aws, "customer": customer}


def _responsibilities(packet: Packet) -> Iterator[Row]:
    for domain in packet.domains:
        for bullet in _bullets(domain):
            yield {"domain": domain, "bullet": bullet}


def _links(packet: Packet) -> Iterator[Row]:
    return (row for row in _matrix(packet) if row["link"] is not None)


def _by(lines: Iterable[RequirementLine], packet: Packet) -> Iterator[Row]:
    """Give a row per requirement and link; a requirement that no responsibility reaches still has its row."""
    bullets = {bullet.id: (domain, bullet) for domain in packet.domains for bullet in _bullets(domain)}
    for line in lines:
        for link in line.links or (None,):
            domain, bullet = bullets[link.responsibility] if link else (None, None)
            yield {"line": line, "link": link, "domain": domain, "bullet": bullet}


def _resources(packet: Packet) -> Iterator[Row]:
    findings = {line.id: line.number for line in packet.findings}
    for test in packet.tests:
        finding = findings.get(test.id, "")
        for resource in test.deviations:
            yield {"test": test, "line": resource, "finding": finding}
        for resource in test.not_determined:
            yield {"test": test, "line": resource, "finding": ""}


def _tested(lines: Iterable[MatrixRow], packet: Packet) -> Iterator[Row]:
    """Give rows of a control matrix with the type of the organization's own controls that they name."""
    types = {c.id: ", ".join(filter(None, (c.nature, c.operation))) for c in packet.own_controls}
    for line in lines:
        own = dict.fromkeys(
            types[name] for said in line.own_control.split(", ") if (name := said.removesuffix(" (DRAFT)")) in types
        )
        yield {"line": line, "type": "; ".join(own) or NOT_PROVIDED}


def _evidence(packet: Packet) -> Iterator[Row]:
    """Give evidence lines with the shape that the coverage ledger gives their state."""
    shapes = {line.state: line.shape for line in packet.coverage}
    for line in packet.evidence:
        review = line.id if line.kind == COLLECTED else None  # people review what they bring where they enter it
        yield {
            "line": line,
            "review": review,
            "state": Answer(text=line.state, shape=shapes.get(line.state, Shape.PLAIN)),
        }


def _coverage(packet: Packet) -> Iterator[Row]:
    for line in packet.coverage:
        yield {"line": line, "state": Answer(text=line.state, shape=line.shape)}


def _unread(packet: Packet) -> Iterator[Row]:
    for line in packet.unread:
        yield {"line": line, "state": Answer(text=line.state, shape=Shape.UNREAD)}


def _gaps(packet: Packet) -> Iterator[Row]:
    """Give gaps with the id of the criterion, control or clause that misses something, where it is one."""
    ids = {subject_of(line): line.id for line in (*packet.soc2, *packet.annex_a, *packet.clauses)}
    for line in packet.gaps:
        yield {"line": line, "requirement": ids.get(line.subject, "")}


def _networks(packet: Packet) -> Iterator[Row]:
    """Give a row per VPC, per link and per list that was not read, under the account that each is of."""
    for account in packet.networks:
        for vpc in account.vpcs:
            yield _network(account, vpc.region, "VPC", vpc.id, vpc.exposure, vpc=vpc)
        for link in account.links:
            state = Answer(text=link.state or "Not given", shape=Shape.PLAIN)
            yield _network(account, link.region, link.kind, link.id, state, link=link)
        for noun, region, why in account.unread:
            yield _network(account, region, noun, "", Answer(text=f"Not read: {why}", shape=Shape.UNREAD))


def _network(account: NetworkAccount, region: str, kind: str, ident: str, state: Answer, **lines: object) -> Row:
    made = {"account": account, "region": region, "kind": kind, "id": ident, "state": state}
    vpc = lines.get("vpc")
    figures = {name: _figure(vpc, name) for name in _FIGURES}
    return {**made, "vpc": None, "link": None, "figures": figures, **lines}


def _figure(vpc: object, name: str) -> object:
    """What a VPC's line says; what could not be read is said, because an empty cell would look like nothing there."""
    if vpc is None:
        return None
    found = getattr(vpc, name)
    return "Not read" if found is None else found


_FIGURES: Final = (
    "subnets", "subnets_in", "subnets_out", "subnets_no", "zones", "gateways", "outlets", "endpoints", "interfaces",
    "addresses", "balancers", "open_groups",
)  # fmt: skip


def _parameters(packet: Packet) -> Iterator[Row]:
    """Give numbers as numbers, so that they can be compared."""
    for line in packet.parameters:
        yield {"line": line} | {name: _number(getattr(line, name)) for name in ("value", "default", "loosest")}


def _number(said: str) -> int | str:
    return int(said) if said.isascii() and said.isdigit() else said


def _legend(packet: Packet, book: Book) -> Iterator[Row]:
    for statement in packet.statements:
        counts = f"{statement.count_soc2} SOC 2 criteria, {statement.count_iso} Annex A controls"
        yield _meant("Statement about a criterion or control", statement.statement, statement.when, counts)
    for line in book.legend:
        yield _meant(line.about, Answer(text=line.word, shape=Shape(line.shape)), line.meaning, "")
    for name, why in packet.sources:
        yield _meant("Source of the mapping", Answer(text=name, shape=Shape.PLAIN), why, "")


def _meant(about: str, word: Answer, meaning: str, counts: str) -> Row:
    return {"about": about, "word": word, "meaning": meaning, "counts": counts}


_SOURCES: Final[Mapping[str, Callable[[Packet], Iterator[Row]]]] = {
    "matrix": _matrix,
    "sides": _sides,
    "responsibilities": _responsibilities,
    "links": _links,
    "by soc2": lambda packet: _by(packet.soc2, packet),
    "by iso": lambda packet: _by((*packet.annex_a, *packet.clauses), packet),
    "resources": _resources,
    "evidence": _evidence,
    "soc2_matrix": lambda packet: _tested(packet.soc2_matrix, packet),
    "iso_matrix": lambda packet: _tested(packet.iso_matrix, packet),
    "coverage": _coverage,
    "unread": _unread,
    "networks": _networks,
    "changes": lambda packet: ({"line": line} for line in (packet.since.changes if packet.since else ())),
    "parameters": _parameters,
    "gaps": _gaps,
}
_LINES: Final[Mapping[str, Callable[[Packet], Iterable[Any]]]] = {
    name: lambda packet, name=name: getattr(packet, name)  # type: ignore[misc]
    for name in (
        "soc2", "annex_a", "clauses", "tests", "findings", "reports", "csocs", "cuecs",
        "redactions", "accounts", "second_counts", "own_controls", "exceptions", "risk_acceptances", "suppressions",
        "own_cuecs", "requests", "populations", "components", "incidents", "system_changes", "records", "system_parts",
        "letters",
    )
}  # fmt: skip
