"""The accounts of an organization: its own listing and the configuration's choice in, who is read and who is not out.

The listing is asked like any other question and kept as evidence. Where an answer that the choice rests on is refused,
the whole choice is: nobody's account is read by guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from srm_docs.checks.call import Call
from srm_docs.checks.calls.membership import MEMBERS, PARENTS, TAGS
from srm_docs.checks.place import Place
from srm_docs.collect.access import Access, Organization
from srm_docs.collect.answer import REFUSALS, Question, Refusal
from srm_docs.collect.ask import Ask, Keep
from srm_docs.collect.scope import LeftOut, OrganizationScope, Out

ACTIVE: Final = frozenset({"ACTIVE", "PENDING_CLOSURE", ""})
"""Words for an account's state with which it can be entered: `State`, or `Status` where AWS does not say it yet."""
_DEEPEST: Final = 16
"""Units above an account at most: AWS allows five; more is no tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The accounts to enter, and how they were found."""

    accounts: tuple[Access, ...]
    scope: OrganizationScope


class _Refused(Exception):
    def __init__(self, call: Call, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.call, self.refusal = call, refusal


def members(
    wanted: Organization, configured: Sequence[Access], *, lister: Place, partition: str, ask: Ask, keep: Keep
) -> Members:
    """Who is entered and how. An account that `configured` names too is entered as it says there.

    Where the listing is refused, only the configured accounts are left, and the scope carries the refusal.
    """
    own = {a.account: a for a in configured if a.account}
    asking = _Asking(lister, ask, keep)
    try:
        listed = [_Member(row, asking) for row in asking.rows(MEMBERS, {})]
        left_out = tuple(out for member in listed if (out := _left_out(member, wanted)))
    except _Refused as stop:
        scope = OrganizationScope(lister=lister.account, management="", members=0, left_out=(), refusal=stop.refusal)
        return Members(accounts=tuple(own.values()), scope=scope)
    gone = {out.id for out in left_out}
    accounts = [_access(m, wanted, own, lister, partition) for m in listed if m.id not in gone]
    known = {m.id for m in listed}
    accounts += [access for number, access in own.items() if number not in known]
    management = next((m.management for m in listed if m.management), "")
    scope = OrganizationScope(lister=lister.account, management=management, members=len(listed), left_out=left_out)
    return Members(accounts=tuple(accounts), scope=scope)


def _access(member: _Member, wanted: Organization, own: Mapping[str, Access], lister: Place, partition: str) -> Access:
    if member.id in own:
        access = own[member.id]
        return access if access.name else _named(access, member.name)
    if member.id == lister.account and wanted.own_account == "session":
        return Access(account=member.id, name=member.name, profile=wanted.profile)
    return Access(
        account=member.id,
        name=member.name,
        profile=wanted.profile,
        role_arn=f"arn:{partition}:iam::{member.id}:role/{wanted.role_name}",
        external_id=wanted.external_id,
        session_name=wanted.session_name,
    )


def _named(access: Access, name: str) -> Access:
    return Access(
        account=access.account, name=name, profile=access.profile, role_arn=access.role_arn,
        external_id=access.external_id, session_name=access.session_name,
    )  # fmt: skip


@dataclass(slots=True)
class _Asking:
    """Asks what is not kept yet, and gives the rows of what is whole."""

    lister: Place
    ask: Ask
    keep: Keep

    def rows(self, call: Call, params: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        question = Question(call=call.id, place=self.lister, params=params)
        state = self.keep.kept(question)
        if state is None:
            answer = self.ask.ask(call, self.lister, params)
            state = self.keep.keep(call, question, answer)
            if answer.refusal is not None:
                raise _Refused(call, answer.refusal)
        if state in REFUSALS:
            raise _Refused(call, Refusal(state=state, code=str(state), message=f"{call.id} was refused before."))
        return [row for page in self.keep.pages(question) for row in call.rows_in(page)]


@dataclass(slots=True)
class _Member:
    """An account as AWS Organizations lists it; its units and tags are asked for only where the choice needs them."""

    row: Mapping[str, Any]
    asking: _Asking
    _units: tuple[str, ...] | None = field(default=None)

    @property
    def id(self) -> str:
        return str(self.row.get("Id", ""))

    @property
    def name(self) -> str:
        return str(self.row.get("Name", ""))

    @property
    def state(self) -> str:
        return str(self.row.get("State") or self.row.get("Status") or "")

    @property
    def management(self) -> str:
        """`arn:aws:organizations::<management account>:account/<organization>/<account>`."""
        return (str(self.row.get("Arn", "")).split(":") + [""] * 5)[4]

    @property
    def units(self) -> tuple[str, ...]:
        """All units above the account and the root, from AWS's own path or by asking upwards."""
        if self._units is None:
            paths = [str(p).strip("/").split("/")[1:] for p in self.row.get("Paths") or ()]
            above = [step for path in paths for step in path if step != self.id]
            self._units = tuple(above) if paths else tuple(self._upwards())
        return self._units

    def _upwards(self) -> Iterator[str]:
        child = self.id
        for _ in range(_DEEPEST):
            above = next(iter(self.asking.rows(PARENTS, {"ChildId": child})), None)
            if above is None:
                return
            child = str(above.get("Id", ""))
            yield child
            if above.get("Type") == "ROOT" or not child:
                return

    def tagged(self, wanted: Sequence[str]) -> str:
        """The first of the wanted tags (`key` or `key=value`) that the account has."""
        if not wanted:
            return ""
        tags = {str(t.get("Key", "")): str(t.get("Value", "")) for t in self.asking.rows(TAGS, {"ResourceId": self.id})}
        known = {*tags, *(f"{key}={value}" for key, value in tags.items())}
        return next((tag for tag in wanted if tag in known), "")


def _left_out(member: _Member, wanted: Organization) -> LeftOut | None:
    why = _excluded(member, wanted) or _not_included(member, wanted)
    if why:
        return LeftOut(id=member.id, name=member.name, out=Out.CONFIGURATION, why=why)
    if member.state not in ACTIVE:
        why = f"AWS Organizations lists it as {member.state}, and nobody can enter it"
        return LeftOut(id=member.id, name=member.name, out=Out.STATE, why=why)
    return None


def _excluded(member: _Member, wanted: Organization) -> str:
    if member.id in wanted.exclude_accounts:
        return "exclude_accounts names it"
    if unit := _below(member, wanted.exclude_ous):
        return f"exclude_ous names {unit}"
    tag = member.tagged(wanted.exclude_tags)
    return f"exclude_tags names {tag}" if tag else ""


def _not_included(member: _Member, wanted: Organization) -> str:
    if not (wanted.include_accounts or wanted.include_ous or wanted.include_tags):
        return ""
    chosen = member.id in wanted.include_accounts or _below(member, wanted.include_ous)
    return "" if chosen or member.tagged(wanted.include_tags) else "none of include_accounts, _ous and _tags names it"


def _below(member: _Member, units: Sequence[str]) -> str:
    return next((unit for unit in units if unit in member.units), "") if units else ""
