"""Conclude again: a packet's own evidence, parameters and catalog in, what it states wrongly out.

Judging is the very function that made the packet (`findings.conclude.conclude`), and so is what writes its JSON files
(`packet.outputs`): each is made anew and compared whole. Whatever a stranger's packet holds, the worst that comes of
it is a difference: nothing here raises.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
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
from srm_docs.declare.load import known_ids
from srm_docs.declare.load import read_files as read_register
from srm_docs.declare.register import Register
from srm_docs.errors import SrmDocsError
from srm_docs.evidence.ledger import ledger
from srm_docs.findings.conclude import conclude
from srm_docs.packet import outputs
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.model import FileLine
from srm_docs.packet.since import Earlier
from srm_docs.resources import controls
from srm_docs.seal import manifest
from srm_docs.seal.manifest import CONTENTS, MANIFEST, Listed, Manifest, strict_json
from srm_docs.seal.packet_folder import PACKET_NAME, SIGNED_NAME
from srm_docs.verify.checkset import check_set
from srm_docs.verify.core import Found
from srm_docs.verify.differences import Difference, file_differences
from srm_docs.verify.evidence import FOLDER, PacketEvidence, index_differences

INPUTS: Final = "inputs.json"
INDEX: Final = "evidence-index.json"
CATALOG: Final = "catalog/"
REGISTER: Final = "register/"
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
    inputs, index = _table(found, read, INPUTS), _bytes(found, read, INDEX)
    if other := _other_rules(inputs, checks, own=own):
        return Rejudged(state=Judged.NOT_JUDGED, because=other)
    try:
        evidence = PacketEvidence(index, read, {call.id: call for call in calls})
    except ValueError as fault:
        raise ValueError(f"{INDEX} {fault}") from None
    del index  # of a large estate it is 200 MB, and what it says is read
    differs = list(index_differences(evidence, found))
    if differs:
        raise _Wrong("The evidence is not what its index says, so nothing was judged on it.", differs)
    catalog = _catalog(found, read)
    register = _register(found, read, catalog)
    audit = from_data(inputs["audit"])
    closing = _manifest(found, read)
    name = closing.built if closing else ""
    given = _ingredients(evidence, catalog, register, audit, checks, calls, name, _since(inputs))
    evidence.read_the_rest()
    differs += [*_loosened(audit, checks), *evidence.differs]
    if audit.demo != evidence.header.demo:  # it decides whether every page says that the estate is made up
        said, is_ = ("a demo" if demo else "no demo" for demo in (audit.demo, evidence.header.demo))
        differs.append(Difference(subject=f"{INPUTS}, audit, demo", stated=said, judged=is_))
    data_files = partial(outputs.data_files, given, [check.id for check in checks])
    for name in data_files():
        differs += _compared(name, found, read, partial(_one_of, data_files, name))
    if closing:
        differs += _sealed(closing, found, read, given)
        differs += _surplus_and_lacking(closing, {*data_files(), CONTENTS, *outputs.documents_due(given.conclusions)})
    judged = given.conclusions
    return Rejudged(
        state=Judged.DIFFERENT if differs else Judged.SAME,
        because="The packet states what does not follow from its evidence." if differs else "",
        differences=tuple(differs),
        counts={
            "evidence": len(evidence.entries),
            "rows": len(given.ledger),
            "checks": len(judged.results),
            "reports": len(judged.reports),
            "responsibilities": len(judged.responsibilities),
            "requirements": len(judged.requirements),
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


def _one_of(data_files: Callable[[], Mapping[str, Iterable[bytes]]], name: str) -> Iterable[bytes]:
    return data_files()[name]


def _compared(
    name: str, found: Mapping[str, Found], read: Read, due: Callable[[], Iterable[bytes]]
) -> Iterator[Difference]:
    """Each difference between a file and what is due, which is made in pieces and whole only to name what differs."""
    digest = hashlib.sha256()
    for piece in due():
        digest.update(piece)
    if name not in found or found[name].problem or found[name].sha256 != digest.hexdigest():
        yield from file_differences(name, _bytes(found, read, name), b"".join(due()))


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


def _ingredients(
    evidence: PacketEvidence, catalog: Catalog, register: Register, audit: Audit, checks: tuple[Check, ...],
    calls: tuple[Call, ...], name: str, earlier: Earlier | None,
) -> Ingredients:  # fmt: skip
    """What the packet was made of, from the packet alone."""
    by_id = {call.id: call for call in calls}
    parameters = tuple({one.id: one for check in checks for one in check.parameters}.values())
    return Ingredients(
        catalog=catalog,
        header=evidence.header,
        entries=tuple(evidence.entries.values()),
        ledger=ledger(evidence.header, evidence.entries, by_id, evidence.pages),
        conclusions=conclude(catalog, checks, calls, evidence, audit, register),
        register=register,
        calls=calls,
        parameters=parameters,
        parameter_values=resolve(parameters, audit.parameters),
        audit=audit,
        snapshot_digest=evidence.record,
        packet_name=name,
        check_set=check_set(),
        earlier=earlier,
    )


def _since(inputs: Mapping[str, Any]) -> Earlier | None:
    """The earlier packet as the packet names it. Whether that is so takes that one, which is not here."""
    said = inputs.get("since")
    if said is None:
        return None
    if not isinstance(said, dict) or not all(isinstance(said.get(name), str) for name in ("manifest", "packet")):
        raise ValueError(f"{INPUTS}, since, does not name a packet and its manifest")
    return Earlier(packet=said["packet"], manifest=said["manifest"])


def _manifest(found: Mapping[str, Found], read: Read) -> Manifest | None:
    """The manifest; None where it is none, of which the comparison of bytes tells."""
    try:
        return manifest.decode(_bytes(found, read, MANIFEST))
    except ValueError:
        return None


def _sealed(closing: Manifest, found: Mapping[str, Found], read: Read, given: Ingredients) -> Iterator[Difference]:
    """What manifest.json and contents.json say beyond digests: both are made anew from the files the manifest names.

    Whether those are the files that are there is compared with the bytes.
    """
    due = manifest.encode(closing.built, closing.built_files)
    yield from file_differences(MANIFEST, manifest.unsigned_body(read(MANIFEST)), due)
    named = PACKET_NAME.fullmatch(closing.built)
    if named is None or not closing.built.startswith(f"{given.header.id}-"):
        yield Difference(subject=f"{MANIFEST}, packet", stated=closing.built, judged=f"{given.header.id}-<8 digits>")
    name = SIGNED_NAME.fullmatch(closing.packet)
    if closing.unsigned and (name is None or name["built"] != closing.built):
        due_name = f"{closing.built}-signed-<8 digits>"
        yield Difference(subject=f"{MANIFEST}, packet", stated=closing.packet, judged=due_name)
    if CONTENTS in found:
        listed = [file for file in closing.built_files if file.path != CONTENTS and not manifest.is_document(file.path)]
        yield from _compared(CONTENTS, found, read, lambda: outputs.contents(map(_line, listed)))


def _surplus_and_lacking(closing: Manifest, due: set[str]) -> Iterator[Difference]:
    """Files that this version writes into no packet, and those that belong into this one. All lists may agree on them.

    What evidence/, catalog/ and register/ hold is compared with the evidence index and by the rules of the other two.
    """
    here = {file.path for file in closing.files if not file.path.startswith((FOLDER, CATALOG, REGISTER))}
    for path in sorted(here - due):
        yield Difference(subject=path, stated="a file of the packet", judged="srm-docs writes no such file")
    for path in sorted(due - here):
        yield Difference(subject=path, stated="no file of the packet", judged="srm-docs writes this file")


def _line(file: Listed) -> FileLine:
    return FileLine(path=file.path, sha256=file.sha256, size=file.size, title="")


def _catalog(found: Mapping[str, Found], read: Read) -> Catalog:
    names = sorted(name for name in found if name.startswith(CATALOG))
    content = tuple((name.removeprefix(CATALOG), _bytes(found, read, name)) for name in names)
    catalog, faults = read_files(content, root="catalog")
    if catalog is None:
        differs = (Difference(subject=str(fault), stated="a catalog", judged="a fault") for fault in faults)
        raise _Wrong("The packet's catalog is wrong, so nothing was judged by it.", differs)
    return catalog


def _register(found: Mapping[str, Found], read: Read, catalog: Catalog) -> Register:
    """What management declared, with each file of manual evidence held against the digest that it registered."""
    names = sorted(name.removeprefix(REGISTER) for name in found if name.startswith(REGISTER))
    survey = read_register(names, lambda name: _bytes(found, read, f"{REGISTER}{name}"), known_ids(catalog))
    differs = [Difference(subject=str(fault), stated="a register", judged="a fault") for fault in survey.faults]
    carried = {name for name, _ in survey.register.files} if survey.register else {*names}
    differs += [
        Difference(subject=f"{REGISTER}{name}", stated="a file of the register", judged="no item names it")
        for name in names
        if name not in carried
    ]
    if survey.register is None or differs:
        raise _Wrong("The packet's register is wrong, so nothing was judged by it.", differs)
    return survey.register


def _loosened(audit: Audit, checks: tuple[Check, ...]) -> Iterator[Difference]:
    """Parameters that are in force and may not be, and those that no self-test has."""
    known = {one.id: one for check in checks for one in check.parameters}
    for name in sorted(audit.parameters.keys() - known):
        yield Difference(subject=f"parameter {name}", stated="in force", judged="no self-test has it")
    for parameter in known.values():
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
