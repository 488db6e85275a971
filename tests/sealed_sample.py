"""A small packet made by the real functions: two checks on two calls in two regions, in about 30 files."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from srm_docs import __version__
from srm_docs.catalog.load import files as catalog_files
from srm_docs.catalog.load import read_files
from srm_docs.checks.call import Call
from srm_docs.checks.kit import Check, check
from srm_docs.checks.observation import Observation, met, unmet
from srm_docs.checks.parameter import Parameter, resolve
from srm_docs.checks.place import GLOBAL, Place, Scope
from srm_docs.checks.row import Given, Row
from srm_docs.collect.answer import Answer, Question, Refusal, State
from srm_docs.collect.scope import AccountScope
from srm_docs.declare.audit import Audit
from srm_docs.declare.register import EMPTY, Register
from srm_docs.evidence import canonical
from srm_docs.evidence.entry import Entry, Header, PlannedCall
from srm_docs.evidence.ledger import ledger
from srm_docs.evidence.snapshot import record_digest
from srm_docs.findings.conclude import conclude
from srm_docs.packet.ingredients import Ingredients
from srm_docs.packet.outputs import documents_due, register_files, to_bytes
from srm_docs.seal import manifest
from srm_docs.seal.manifest import Listed
from srm_docs.verify.checkset import check_set
from tests.whole import contents as contents_of
from tests.whole import data_files

ACCOUNT = "111122223333"
REGIONS = ("eu-west-1", "us-east-1")
SNAPSHOT = "2026-11-23T200805Z-3f9a7c"
NAME = f"{SNAPSHOT}-7b2e91d0"
CONTROLS = Path(__file__).parents[1] / "controls"

VOLUMES = Call(
    service="ec2", operation="DescribeVolumes", noun="volume", nouns="volumes", rows="Volumes", name="VolumeId"
)
USERS = Call(
    service="iam", operation="ListUsers", noun="user", nouns="users", rows="Users", name="UserName",
    scope=Scope.ACCOUNT,
)  # fmt: skip
CALLS = (VOLUMES, USERS)
OLDEST = Parameter(id="oldest_user", title="Age of a user", default=90, loosest=365, unit="days")


@check("data.data-classification-encryption", each=VOLUMES, none=met("There is no volume."))
def sample_volumes_are_encrypted(volume: Row) -> Observation:
    """Every volume is encrypted.

    A stolen disk tells nothing.

    Remedy: Encrypt it.

    Met:   {Encrypted: true}
    Unmet: {Encrypted: false}
    """
    return met("Encrypted.") if volume["Encrypted"] else unmet("Not encrypted.")


@check("identity-access-management.iam-policies", each=USERS, none=unmet("There is no user."), parameters=[OLDEST])
def sample_users_are_young(user: Row, given: Given) -> Observation:
    """Every user is young.

    Old users are forgotten.

    Remedy: Remove them.

    Met:   {CreateDate: 2026-11-01}
    Unmet: {CreateDate: 2020-11-01}
    """
    return met("Young.") if given.days_since(user["CreateDate"]) <= given[OLDEST] else unmet("Old.")


CHECKS: tuple[Check, ...] = (sample_users_are_young, sample_volumes_are_encrypted)
_ANSWERS: dict[tuple[str, str], Answer] = {
    ("ec2:DescribeVolumes", "eu-west-1"): Answer(
        pages=(
            {"Volumes": [{"VolumeId": "vol-1", "Encrypted": True}, {"VolumeId": "vol-2", "Encrypted": False}]},
            {"Volumes": [{"VolumeId": "vol-3\u202e\ud800", "Encrypted": True}]},
        )
    ),
    ("ec2:DescribeVolumes", "us-east-1"): Answer(
        refusal=Refusal(state=State.DENIED, code="UnauthorizedOperation", message="No.", http_status=403)
    ),
    ("iam:ListUsers", GLOBAL): Answer(
        pages=({"Users": [{"UserName": "ann", "CreateDate": dt.datetime(2026, 11, 1, tzinfo=dt.UTC)}]},)
    ),
}


class Evidence:
    """What `conclude` reads, in memory."""

    def __init__(self, header: Header, entries: Mapping[str, Entry], pages: Mapping[str, Any]) -> None:
        self.header, self.entries, self._pages = header, entries, pages

    def entry(self, key: str) -> Entry | None:
        return self.entries.get(key)

    def pages(self, key: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(self._pages[key])


def evidence() -> Evidence:
    """Header, entries and pages of the sample."""
    entries, pages = {}, {}
    for (call_id, region), answer in _ANSWERS.items():
        question = Question(call=call_id, place=Place(account=ACCOUNT, region=region), params={})
        call = next(c for c in CALLS if c.id == call_id)
        rows = sum(len(call.rows_in(page)) for page in answer.pages)
        body = canonical.encode(answer.pages) if answer.pages else b""
        pages[question.key] = answer.pages
        entries[question.key] = Entry(
            question=question, state=answer.state(rows), rows=rows, pages=len(answer.pages),
            digest=hashlib.sha256(body).hexdigest() if body else None, size=len(body), circumstances=None,
            refusal=answer.refusal, absent="", redactions=(), evidence_id=question.evidence_id,
        )  # fmt: skip
    began = dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC)
    account = AccountScope(
        id=ACCOUNT, name="Production", partition="aws", caller_arn=f"arn:aws:iam::{ACCOUNT}:user/x", entered=True,
        refusal=None, regions=REGIONS, left_out=(), regions_listed=True,
    )  # fmt: skip
    header = Header(
        id=SNAPSHOT, began=began, ended=began + dt.timedelta(minutes=1), tool_version=__version__,
        catalog_digest="", demo=True, accounts=(account,),
        calls=tuple(PlannedCall(id=c.id, scope=c.scope) for c in CALLS),
    )  # fmt: skip
    return Evidence(header, entries, pages)


def ingredients(register: Register = EMPTY) -> Ingredients:
    """What the sample is assembled from, with a register beside it."""
    found = evidence()
    catalog, faults = read_files(catalog_files(CONTROLS))
    assert catalog is not None, faults
    audit = Audit(organization="Example Ltd", parameters={"oldest_user": 60}, demo=True)
    return Ingredients(
        catalog=catalog,
        header=found.header,
        entries=tuple(found.entries.values()),
        ledger=ledger(found.header, found.entries, {call.id: call for call in CALLS}, found.pages),
        conclusions=conclude(catalog, CHECKS, CALLS, found, audit, register),
        register=register,
        calls=CALLS,
        parameters=(OLDEST,),
        parameter_values=resolve([OLDEST], audit.parameters),
        audit=audit,
        snapshot_digest=record_digest(found.header, found.entries),
        packet_name=NAME,
        check_set=check_set(),
    )


@cache
def _files(register: Register = EMPTY) -> tuple[tuple[str, bytes], ...]:
    found, given = evidence(), ingredients(register)
    files = {
        **data_files(given, [c.id for c in CHECKS]),
        "workbook.xlsx": b"PK workbook" * 40,
        "responsibility-matrix.xlsx": b"PK matrix" * 40,
        **{f"catalog/{name}": body for name, body in catalog_files(CONTROLS)},
        **dict(register_files(register)),
        **{
            f"evidence/{e.evidence_id}.json": canonical.encode(found.pages(key))
            for key, e in found.entries.items()
            if e.digest
        },
    }
    files["contents.json"] = contents(files)
    for name in documents_due(given.conclusions):
        if name.endswith(".pdf"):
            files[name] = b"%PDF-1.7 sample of " + name.encode() * 40
    return tuple(files.items())


def contents(files: Mapping[str, bytes]) -> bytes:
    """contents.json as the packet stage makes it."""
    listed = {path: body for path, body in files.items() if not path.endswith(".pdf") and path != "contents.json"}
    return contents_of(listed, {})[0]


def closed(files: Mapping[str, bytes], name: str = NAME) -> dict[str, bytes]:
    """The files of a packet in memory, with the two lists that close it."""
    listed = [Listed(path=p, sha256=hashlib.sha256(b).hexdigest(), size=len(b)) for p, b in sorted(files.items())]
    body = manifest.encode(name, listed)
    return {**files, "manifest.json": body, "SHA256SUMS": manifest.sums(listed, body)}


def registered(register: Register) -> dict[str, bytes]:
    """Every file of the sample with a register, but those that close it."""
    return dict(_files(register))


def files(**changed: bytes) -> dict[str, bytes]:
    """Every file of the sample but those that close it."""
    return {**dict(_files()), **changed}


def changed(path: str, *steps: str | int, to: Any) -> dict[str, bytes]:
    """The sample with one value of one JSON file replaced, and contents.json made to agree."""
    made = files()
    data = json.loads(made[path])
    inner = data
    for step in steps[:-1]:
        inner = inner[step]
    inner[steps[-1]] = to(inner[steps[-1]]) if callable(to) else to
    made[path] = to_bytes(data)
    made["contents.json"] = contents(made)
    return made
