"""Conclude again: a packet's own evidence, parameters and catalog in, what it states wrongly out.

Judging is the very function that made the packet (`findings.conclude.conclude`). Whatever a stranger's packet holds,
the worst that comes of it is a difference: nothing here raises.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from srm_docs import __version__
from srm_docs.catalog.load import digest as catalog_digest
from srm_docs.catalog.load import files as catalog_files
from srm_docs.catalog.load import read_files
from srm_docs.catalog.model import Catalog
from srm_docs.checks.call import Call
from srm_docs.checks.discover import calls as all_calls
from srm_docs.checks.discover import checks as all_checks
from srm_docs.checks.kit import Check
from srm_docs.checks.parameter import resolve
from srm_docs.declare.audit import Audit, from_data
from srm_docs.errors import SrmDocsError
from srm_docs.evidence.ledger import ledger
from srm_docs.findings.conclude import conclude, to_data
from srm_docs.packet.coverage import coverage_lines, totals
from srm_docs.packet.words import moment
from srm_docs.resources import controls
from srm_docs.seal.manifest import strict_json
from srm_docs.verify.checkset import check_set
from srm_docs.verify.core import Found
from srm_docs.verify.differences import Difference, differences, ledger_differences
from srm_docs.verify.evidence import PacketEvidence, index_differences

INPUTS: Final = "inputs.json"
INDEX: Final = "evidence-index.json"
FINDINGS: Final = "findings.json"
COVERAGE: Final = "coverage.json"
CATALOG: Final = "catalog/"
JUDGING: Final = "judging"
"""The subject of the difference that says why judging stopped."""
_CUT: Final = 300

Read = Callable[[str], bytes]


class Judged(StrEnum):
    """Whether the conclusions follow from the packet."""

    SAME = "as stated"
    DIFFERENT = "not as stated"
    NOT_JUDGED = "not re-judged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """The outcome: its `because` is one sentence, `counts` what was concluded again (`{"checks": 66, …}`)."""

    state: Judged
    because: str = ""
    differences: tuple[Difference, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def rejudge(
    found: Mapping[str, Found],
    read: Read,
    *,
    checks: Iterable[Check] | None = None,
    calls: Iterable[Call] | None = None,
) -> Rejudged:
    """Conclude again and compare. `found` are the packet's files by path, `read` gives the bytes of one."""
    judges = tuple(all_checks() if checks is None else checks)
    asked = tuple(all_calls() if calls is None else calls)
    try:
        return _rejudge(found, read, judges, asked, own=checks is None)
    except _Wrong as wrong:
        return Rejudged(state=Judged.DIFFERENT, because=wrong.args[0], differences=wrong.differs)
    except (Exception, RecursionError, MemoryError) as fault:  # noqa: BLE001 - a stranger's evidence must not end verify
        said = fault.message if isinstance(fault, SrmDocsError) else str(fault)
        kind = "" if isinstance(fault, (SrmDocsError, ValueError)) else f"{type(fault).__name__}: "
        because = f"The packet cannot be judged again: {kind}{said[:_CUT]}".rstrip(". ") + "."
        differs = Difference(subject=JUDGING, stated="conclusions", judged=f"stopped: {kind}{said[:_CUT]}")
        return Rejudged(state=Judged.DIFFERENT, because=because, differences=(differs,))


class _Wrong(Exception):
    def __init__(self, because: str, differs: Iterable[Difference]) -> None:
        super().__init__(because)
        self.differs = tuple(differs)


def _rejudge(
    found: Mapping[str, Found], read: Read, checks: tuple[Check, ...], calls: tuple[Call, ...], *, own: bool
) -> Rejudged:
    inputs, index, stated, coverage = (_table(found, read, name) for name in (INPUTS, INDEX, FINDINGS, COVERAGE))
    if other := _other_rules(inputs, checks, own=own):
        return Rejudged(state=Judged.NOT_JUDGED, because=other)
    evidence = PacketEvidence(index, read, {call.id: call for call in calls})
    differs = list(index_differences(evidence, found))
    if differs:
        raise _Wrong("The evidence is not what its index says, so nothing was judged on it.", differs)
    catalog = _catalog(found, read)
    audit = from_data(inputs["audit"])
    differs += _frame(inputs, index, stated, evidence, catalog, audit, checks)
    judged = json.loads(json.dumps(to_data(conclude(catalog, checks, calls, evidence, audit))))
    covered = _covered(evidence, calls)
    evidence.read_the_rest()
    differs += [*evidence.differs, *differences(stated, judged), *ledger_differences(coverage, covered)]
    return Rejudged(
        state=Judged.DIFFERENT if differs else Judged.SAME,
        because="The packet states what does not follow from its evidence." if differs else "",
        differences=tuple(differs),
        counts={
            "evidence": len(evidence.entries),
            "rows": len(covered["rows"]),
            **{name: len(items) for name, items in judged.items()},
        },
        notes=_notes(catalog) if own else (),
    )


def _table(found: Mapping[str, Found], read: Read, name: str) -> dict[str, Any]:
    body = _bytes(found, read, name)
    try:
        data = strict_json(body)
    except ValueError as fault:
        raise ValueError(f"{name} {fault}") from None
    if not isinstance(data, dict):
        raise ValueError(f"{name} is not a table")  # noqa: TRY004 - one kind of fault
    return data


def _bytes(found: Mapping[str, Found], read: Read, name: str) -> bytes:
    if name not in found:
        raise ValueError(f"{name} is missing")
    try:
        return read(name)
    except ValueError as fault:
        raise ValueError(f"{name} {fault}") from None


def _other_rules(inputs: Mapping[str, Any], checks: tuple[Check, ...], *, own: bool) -> str:
    """Why judging again would compare two programs rather than prove one; empty where both are the same."""
    made = inputs.get("tool_version")
    if made != __version__:
        return f"not re-judged: made with srm-docs {made}, this is {__version__}"
    if inputs.get("checks") != [check.id for check in checks]:
        return f"not re-judged: made with srm-docs {made} and another set of checks"
    if own and "check_set" in inputs and inputs["check_set"] != check_set():
        return f"not re-judged: made with another build of srm-docs {made}, whose checks differ"
    return ""


def _covered(evidence: PacketEvidence, calls: Iterable[Call]) -> dict[str, Any]:
    """The body of coverage.json that follows from the evidence."""
    rows = ledger(evidence.header, evidence.entries, {call.id: call for call in calls}, evidence.pages)
    lines = [dataclasses.asdict(line) for line in coverage_lines(rows)]
    covered: dict[str, Any] = json.loads(json.dumps({"rows": lines, "totals": dict(totals(rows))}))
    return covered


def _catalog(found: Mapping[str, Found], read: Read) -> Catalog:
    names = sorted(name for name in found if name.startswith(CATALOG))
    content = tuple((name.removeprefix(CATALOG), _bytes(found, read, name)) for name in names)
    catalog, faults = read_files(content, root="catalog")
    if catalog is None:
        differs = (Difference(subject=str(fault), stated="a catalog", judged="a fault") for fault in faults)
        raise _Wrong("The packet's catalog is wrong, so nothing was judged by it.", differs)
    return catalog


def _frame(
    inputs: Mapping[str, Any], index: Mapping[str, Any], stated: Mapping[str, Any], evidence: PacketEvidence,
    catalog: Catalog, audit: Audit, checks: tuple[Check, ...],
) -> Iterator[Difference]:  # fmt: skip
    """What the packet says of its snapshot, its catalog and its parameters, and what they are."""
    header = evidence.header
    known = [parameter for check in checks for parameter in check.parameters]
    stamp = {"snapshot": header.id, "as_read_on": moment(header.ended or header.began)}
    dues: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
        (INPUTS, inputs, {**stamp, "catalog_digest": catalog.digest, "parameters": resolve(known, audit.parameters)}),
        (INDEX, index, {**stamp, "record_digest": evidence.record}),
        (FINDINGS, stated, stamp),
    ]
    for name, said, due in dues:
        for key, value in due.items():
            if said.get(key) != value:
                texts = [json.dumps(one, sort_keys=True)[:_CUT] for one in (said.get(key), value)]
                yield Difference(subject=f"{name}, {key}", stated=texts[0], judged=texts[1])
    for parameter in {parameter.id: parameter for parameter in known}.values():
        if parameter.id in audit.parameters and (fault := parameter.fault(audit.parameters[parameter.id])):
            yield Difference(subject=f"parameter {parameter.id}", stated="in force", judged=fault)


def _notes(catalog: Catalog) -> tuple[str, ...]:
    try:
        ours = catalog_digest(catalog_files(controls()))
    except (OSError, SrmDocsError):
        return ()
    if ours == catalog.digest:
        return ()
    return (f"The packet was judged by its own catalog, which is not the one that comes with srm-docs {__version__}.",)
