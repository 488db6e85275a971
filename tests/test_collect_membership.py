"""Which accounts of an organization are read: by unit, account and tag, never by guess, and nobody left out unsaid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.collect.access import Access, Organization
from srm_docs.collect.answer import Answer, Circumstances, Refusal, State
from srm_docs.collect.enter import Early
from srm_docs.collect.membership import Members, members
from srm_docs.collect.scope import Out

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
ROOT, TOP, LOW, SIDE = "r-ab12", "ou-ab12-top00000", "ou-ab12-low00000", "ou-ab12-side0000"
MANAGER, WEB, LAB, GONE, NEW = (str(n) * 12 for n in range(1, 6))
ABOVE = {MANAGER: ROOT, WEB: LOW, LAB: SIDE, GONE: TOP, NEW: TOP, LOW: TOP, TOP: ROOT, SIDE: ROOT}
STATES = {GONE: "SUSPENDED", NEW: "PENDING_ACTIVATION"}
TAGS = {WEB: {"environment": "production", "audited": ""}, LAB: {"environment": "sandbox"}}
HERE = Place(account=MANAGER, region=GLOBAL)


@dataclass
class Told:
    """Implements Ask: AWS Organizations, with or without the newer fields of its list, refusing what it is told to."""

    paths: bool = False
    refuse: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def ask(self, call: Call, place: Place, params: Mapping[str, Any]) -> Answer:
        assert place == HERE
        self.asked.append(call.operation)
        told = Circumstances(caller_arn="arn:aws:iam::1:user/x", partition="aws", service=call.service, aws_date=None,
                             operation=call.operation, started=NOW, ended=NOW, request_ids=())  # fmt: skip
        if call.operation in self.refuse:
            refusal = Refusal(state=State.DENIED, code="AccessDeniedException", message="No.", http_status=400)
            return Answer(refusal=refusal, circumstances=told)
        page = {"ListAccounts": self._accounts, "ListParents": self._parents, "ListTagsForResource": self._tags}
        return Answer(pages=(page[call.operation](**params),), circumstances=told)

    def release(self, service: str) -> None:
        raise AssertionError(service)

    def _accounts(self) -> dict[str, Any]:
        return {"Accounts": [self._account(a) for a in (MANAGER, WEB, LAB, GONE, NEW)]}

    def _account(self, account: str) -> dict[str, Any]:
        row: dict[str, Any] = {"Id": account, "Name": f"a{account[0]}",
                               "Arn": f"arn:aws:organizations::{MANAGER}:account/o-1/{account}"}  # fmt: skip
        if not self.paths:
            return row | {"Status": STATES.get(account, "ACTIVE")}
        way, step = [account], account
        while step != ROOT:
            step = ABOVE[step]
            way.insert(0, step)
        return row | {"State": STATES.get(account, "ACTIVE"), "Paths": ["/".join(["o-1", *way, ""])]}

    def _parents(self, *, ChildId: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        above = ABOVE[ChildId]
        return {"Parents": [{"Id": above, "Type": "ROOT" if above == ROOT else "ORGANIZATIONAL_UNIT"}]}

    def _tags(self, *, ResourceId: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
        return {"Tags": [{"Key": k, "Value": v} for k, v in TAGS.get(ResourceId, {}).items()]}


def found(wanted: Organization, *configured: Access, told: Told | None = None, partition: str = "aws") -> Members:
    return members(wanted, configured, lister=HERE, partition=partition, ask=told or Told(), keep=Early())


CHOICES: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, (MANAGER, WEB, LAB)),
    ({"include_ous": (TOP,)}, (WEB,)),
    ({"include_ous": (LOW, SIDE)}, (WEB, LAB)),
    ({"include_ous": (ROOT,)}, (MANAGER, WEB, LAB)),
    ({"exclude_ous": (TOP,)}, (MANAGER, LAB)),
    ({"include_accounts": (LAB,)}, (LAB,)),
    ({"include_accounts": (LAB,), "include_ous": (TOP,)}, (WEB, LAB)),
    ({"exclude_accounts": (MANAGER, LAB)}, (WEB,)),
    ({"include_tags": ("environment=production",)}, (WEB,)),
    ({"include_tags": ("environment",)}, (WEB, LAB)),
    ({"include_tags": ("environ",)}, ()),
    ({"exclude_tags": ("audited",)}, (MANAGER, LAB)),
    ({"include_ous": (TOP,), "exclude_tags": ("environment=production",)}, ()),
]


@pytest.mark.parametrize("paths", [False, True], ids=["asked upwards", "AWS's own path"])
@pytest.mark.parametrize(("chosen", "read"), CHOICES, ids=lambda c: str(c) if isinstance(c, dict) else "")
def test_the_choice(chosen: dict[str, Any], read: tuple[str, ...], paths: bool) -> None:
    told = Told(paths=paths)
    got = found(Organization(**chosen), told=told)
    assert tuple(a.account for a in got.accounts) == read
    left = {out.id: out for out in got.scope.left_out}
    assert {*left, *read} == {MANAGER, WEB, LAB, GONE, NEW}, "nobody is neither read nor said to be left out"
    assert not {*left} & {*read}
    assert (got.scope.members, got.scope.management, got.scope.refusal) == (5, MANAGER, None)
    assert all(out.why for out in left.values())
    if not chosen:
        assert {out.out for out in left.values()} == {Out.STATE}
        assert "SUSPENDED" in left[GONE].why
    assert paths is False or "ListParents" not in told.asked


def test_nothing_is_asked_that_the_choice_does_not_need() -> None:
    told = Told()
    found(Organization(exclude_accounts=(LAB,)), told=told)
    assert told.asked == ["ListAccounts"]
    told = Told()
    found(Organization(include_ous=(TOP,)), told=told)
    assert told.asked.count("ListParents") == len({MANAGER, WEB, LAB, GONE, NEW, LOW, TOP, SIDE}), "each unit once"
    assert "ListTagsForResource" not in told.asked


def test_members_are_entered_by_the_role_and_the_lister_by_its_own_session() -> None:
    wanted = Organization(role_name="audit", external_id="x", session_name="s", profile="p")
    by = {a.account: a for a in found(wanted, partition="aws-us-gov").accounts}
    assert by[MANAGER] == Access(account=MANAGER, name="a1", profile="p")
    assert by[WEB] == Access(
        account=WEB, name="a2", profile="p", role_arn=f"arn:aws-us-gov:iam::{WEB}:role/audit", external_id="x",
        session_name="s",
    )  # fmt: skip
    by = {a.account: a for a in found(replace(wanted, own_account="role")).accounts}
    assert by[MANAGER].role_arn == f"arn:aws:iam::{MANAGER}:role/audit"


def test_an_account_under_accounts_is_entered_as_it_says_there() -> None:
    other = "9" * 12
    by = {
        a.account: a
        for a in found(Organization(), Access(), Access(account=WEB, profile="w"), Access(account=other)).accounts
    }
    assert (by[WEB].profile, by[WEB].name, by[WEB].role_arn) == ("w", "a2", "")
    assert other in by, "one that the organization does not have is read too"
    assert "" not in by
    left = found(Organization(exclude_accounts=(WEB,)), Access(account=WEB)).scope.left_out
    assert WEB in {out.id for out in left}, "to exclude it counts more"


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ("ListAccounts", Organization()),
        ("ListParents", Organization(exclude_ous=(TOP,))),
        ("ListTagsForResource", Organization(exclude_tags=("a",))),
    ],
)
def test_a_choice_that_rests_on_a_refusal_is_refused(operation: str, wanted: Organization) -> None:
    got = found(wanted, Access(), told=Told(refuse=(operation,)))
    assert got.accounts == ()
    assert got.scope.refusal is not None
    assert got.scope.refusal.code == "AccessDeniedException"
    got = found(wanted, Access(account=WEB), told=Told(refuse=(operation,)))
    assert [a.account for a in got.accounts] == [WEB]
    assert got.scope.left_out == ()
    assert got.scope.refusal is not None
