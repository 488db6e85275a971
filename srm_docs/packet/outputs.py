"""The packet's files that are not documents: model and evidence in, (path, bytes) out, ending with contents.json."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from srm_docs import __version__
from srm_docs.catalog.model import RequirementKind as Kind
from srm_docs.declare.audit import to_data as audit_to_data
from srm_docs.declare.register import FOLDER, Register
from srm_docs.evidence.data import entry_to_data, header_to_data
from srm_docs.evidence.entry import Entry
from srm_docs.evidence.snapshot import Snapshot
from srm_docs.evidence.streamed import Each, pieces
from srm_docs.findings.conclude import Conclusions, as_of
from srm_docs.findings.conclude import to_data as conclusions_to_data
from srm_docs.packet.coverage import completeness, coverage_line, not_made, totals
from srm_docs.packet.declared import Declared
from srm_docs.packet.evidence_index import file_of, sort_key
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.leftout import out_of_scope
from srm_docs.packet.model import FileLine
from srm_docs.packet.words import moment, say

_TITLES = {
    "findings.json": say("Conclusions: self-tests, responsibilities, criteria and controls"),
    "coverage.json": say("Coverage ledger: every planned call and place"),
    "evidence-index.json": say("Evidence index: every question with its circumstances"),
    "inputs.json": say("Declared frame and parameters in force"),
    "workbook.xlsx": say("Workbook"),
    "responsibility-matrix.xlsx": say("Responsibility matrix, workbook"),
}


DOCUMENTS: Final = {
    "executive-summary.pdf": "",
    "responsibility-matrix.pdf": "",
    "responsibility-matrix.xlsx": "",
    "workbook.xlsx": "",
    "soc2-packet.pdf": "soc2",
    "management-assertion.pdf": "soc2",
    "bridge-letter.pdf": "soc2",
    "iso27001-packet.pdf": "iso27001",
}
"""What is printed from the model -> the framework (a criterion or control of it in scope) without which it is not."""


def documents_due(conclusions: Conclusions) -> frozenset[str]:
    """The documents that a packet with these conclusions has."""
    there = {r.requirement.framework for r in conclusions.requirements if r.requirement.kind is not Kind.CLAUSE}
    return frozenset(name for name, framework in DOCUMENTS.items() if not framework or framework in there)


def to_bytes(data: Mapping[str, Any]) -> bytes:
    """A table as `streamed.pieces` writes it, for those that are small."""
    return b"".join(pieces(data))


def data_files(given: Ingredients, checks: Sequence[str]) -> dict[str, Iterator[bytes]]:
    """findings.json, coverage.json, evidence-index.json and inputs.json, each in pieces: of a large estate, none fits.

    `verify` makes them anew with this very function and compares them whole, so that no field of them escapes it.
    """
    header, rows = given.header, given.ledger
    scope = {r.requirement.id: n for n, r in enumerate(given.conclusions.requirements)}
    provided = Declared(given.register, as_of(header)).evidence_lines(scope)
    stamp = {"as_read_on": moment(header.ended or header.began), "snapshot": header.id}
    return {
        "findings.json": pieces({"schema": "srm-docs/findings/1", **stamp, **conclusions_to_data(given.conclusions)}),
        "coverage.json": pieces(
            {
                "schema": "srm-docs/coverage/1",
                **stamp,
                "completeness": completeness(header, rows).text,
                "out_of_scope": out_of_scope(header, not_made(rows)),
                "rows": Each(lambda: (_plain(coverage_line(row)) for row in rows)),
                "totals": dict(totals(rows)),
            }
        ),
        "evidence-index.json": pieces(
            {
                "schema": "srm-docs/evidence-index/1",
                **stamp,
                "provided": [_plain(line) for line in provided],
                "entries": Each(lambda: map(_indexed, sorted(given.entries, key=sort_key))),
                "header": header_to_data(header),
                "record_digest": given.snapshot_digest,
            }
        ),
        "inputs.json": pieces(
            {
                "schema": "srm-docs/inputs/1",
                **stamp,
                "audit": audit_to_data(given.audit),
                "catalog_digest": given.catalog.digest,
                "register_digest": given.register.digest,
                "check_set": given.check_set,
                "checks": list(checks),
                "parameters": dict(given.parameter_values),
                "since": {"manifest": given.earlier.manifest, "packet": given.earlier.packet}
                if given.earlier
                else None,
                "tool_version": __version__,
            }
        ),
    }


def register_files(register: Register) -> Iterable[tuple[str, bytes]]:
    """What management registered, manual evidence with it, as it was read."""
    return ((f"{FOLDER}/{name}", body) for name, body in register.files)


def evidence_files(snapshot: Snapshot) -> Iterator[FileLine]:
    """The file of every question that has kept pages. ValueError where two would be one file.

    The digest is the one under which the pages are kept; whoever reads them compares them with it.
    """
    seen: set[str] = set()
    for entry in sorted(snapshot.entries.values(), key=sort_key):
        if entry.digest:
            path = file_of(entry)
            if path in seen:
                raise ValueError(f"two questions share the evidence id {entry.evidence_id}")
            seen.add(path)
            yield FileLine(path=path, sha256=entry.digest, size=entry.size, title="")


def file_line(path: str, body: bytes) -> FileLine:
    """The line of a file that is in memory."""
    return FileLine(path=path, sha256=hashlib.sha256(body).hexdigest(), size=len(body), title="")


def listed(lines: Iterable[FileLine], titles: Mapping[str, str]) -> tuple[FileLine, ...]:
    """The lines of contents.json, in its order, with their titles. It names all that is there before the first PDF."""
    return tuple(
        replace(line, title=_TITLES.get(line.path) or titles.get(line.path, ""))
        for line in sorted(lines, key=lambda line: _top_first(line.path))
    )


def contents(lines: Iterable[FileLine]) -> Iterator[bytes]:
    """contents.json that names these files, in pieces."""
    ordered = sorted(lines, key=lambda line: _top_first(line.path))
    files = Each(lambda: ({"path": f.path, "sha256": f.sha256, "size": f.size} for f in ordered))
    return pieces({"files": files, "schema": "srm-docs/contents/1"})


def _top_first(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _indexed(entry: Entry) -> dict[str, Any]:
    return {**entry_to_data(entry), "file": file_of(entry)}


def _plain(line: Any) -> dict[str, Any]:
    return {
        k: list(v) if isinstance(v, tuple) else str(v) if k == "shape" else v
        for k, v in dataclasses.asdict(line).items()
    }
