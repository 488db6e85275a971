"""Headers and entries as plain JSON data and back, so that a packet and its verification need no store.

Times are text like `2026-11-23T20:08:05Z`; parameters carry the table of `canonical`. Data that is
malformed raises EvidenceDamaged with the field's name, for it may come from a packet that somebody changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from sys import intern
from typing import Any, Final, TypeVar

from srm_docs.checks.place import Place, Scope
from srm_docs.collect.answer import Circumstances, Question, Refusal, State
from srm_docs.collect.scope import AccountScope, LeftOut, OrganizationScope, Out, Part
from srm_docs.errors import EvidenceDamaged
from srm_docs.evidence import canonical
from srm_docs.evidence.entry import Entry, Header, PlannedCall
from srm_docs.evidence.redact import Redaction

Data = Mapping[str, Any]
_T = TypeVar("_T")
_REMEMBERED: Final = 1 << 16
_NO_PARAMS: Final[Mapping[str, Any]] = {}


def header_to_data(header: Header) -> dict[str, Any]:
    """A header as JSON data."""
    return {
        "id": header.id,
        "began": _stamp(header.began),
        "ended": header.ended and _stamp(header.ended),
        "tool_version": header.tool_version,
        "catalog_digest": header.catalog_digest,
        "demo": header.demo,
        "accounts": [_account_to_data(account) for account in header.accounts],
        "calls": [{"id": call.id, "scope": call.scope.value, "per": call.per} for call in header.calls],
        "interrupted": [_stamp(moment) for moment in header.interrupted],
        "notes": list(header.notes),
        # a header without them is written as it always was, so that its digest stays
        **({"organization": _organization_to_data(header.organization)} if header.organization else {}),
        **({"part": {"accounts": header.part.accounts, "record": header.part.record}} if header.part else {}),
        **({"previous": header.previous} if header.previous else {}),
    }


def header_from_data(data: Data) -> Header:
    """The header whose data this is."""
    with _reading("header"):
        return Header(
            id=_get(data, "id", str),
            began=_moment(data["began"]),
            ended=None if data["ended"] is None else _moment(data["ended"]),
            tool_version=_get(data, "tool_version", str),
            catalog_digest=_get(data, "catalog_digest", str),
            demo=_get(data, "demo", bool),
            accounts=tuple(_account_from_data(account) for account in _get(data, "accounts", list)),
            calls=tuple(
                PlannedCall(id=_get(call, "id", str), scope=Scope(call["scope"]), per=_get(call, "per", str))
                for call in _get(data, "calls", list)
            ),
            interrupted=tuple(_moment(text) for text in _get(data, "interrupted", list)),
            notes=_texts(data, "notes"),
            organization=_organization_from_data(data["organization"]) if "organization" in data else None,
            part=_part_from_data(data["part"]) if "part" in data else None,
            previous=_get(data, "previous", str) if "previous" in data else "",
        )


def entry_to_data(entry: Entry) -> dict[str, Any]:
    """An entry as JSON data."""
    question, asked = entry.question, entry.circumstances
    return {
        "call": question.call,
        "account": question.place.account,
        "region": question.place.region,
        "params": canonical.to_json(question.params),
        "state": entry.state.value,
        "rows": entry.rows,
        "pages": entry.pages,
        "digest": entry.digest,
        "size": entry.size,
        "circumstances": None
        if asked is None
        else {
            "caller_arn": asked.caller_arn,
            "partition": asked.partition,
            "service": asked.service,
            "operation": asked.operation,
            "started": _stamp(asked.started),
            "ended": _stamp(asked.ended),
            "aws_date": asked.aws_date and _stamp(asked.aws_date),
            "request_ids": list(asked.request_ids),
            "attempts": asked.attempts,
            # an entry without it is written as it always was, so that the digest of its snapshot stays
            **({"region": asked.region} if asked.region else {}),
        },
        "refusal": _refusal_to_data(entry.refusal),
        "absent": entry.absent,
        "redactions": [{"path": one.path, "kind": one.kind, "why": one.why} for one in entry.redactions],
        "evidence_id": entry.evidence_id,
    }


def entry_from_data(data: Data) -> Entry:
    """The entry whose data this is. What many entries say alike is kept once: there may be 200,000 of them."""
    with _reading("entry"):
        asked = data["circumstances"]
        return Entry(
            question=Question(
                call=_word(data, "call"),
                place=_place(_word(data, "account"), _word(data, "region")),
                params=_params(_get(data, "params", dict)),
            ),
            state=State(data["state"]),
            rows=_get(data, "rows", int),
            pages=_get(data, "pages", int),
            digest=None if data["digest"] is None else _get(data, "digest", str),
            size=_get(data, "size", int),
            circumstances=None
            if asked is None
            else Circumstances(
                caller_arn=_word(asked, "caller_arn"),
                partition=_word(asked, "partition"),
                service=_word(asked, "service"),
                operation=_word(asked, "operation"),
                started=_moment(asked["started"]),
                ended=_moment(asked["ended"]),
                aws_date=None if asked["aws_date"] is None else _moment(asked["aws_date"]),
                request_ids=_texts(asked, "request_ids"),
                attempts=_get(asked, "attempts", int),
                region=_word(asked, "region") if "region" in asked else "",
            ),
            refusal=_refusal_from_data(data["refusal"]),
            absent=_word(data, "absent"),
            redactions=tuple(
                _redaction(_get(one, "path", str), _get(one, "kind", str), _get(one, "why", str))
                for one in _get(data, "redactions", list)
            ),
            evidence_id=_get(data, "evidence_id", str),
        )


@lru_cache(maxsize=_REMEMBERED)
def _place(account: str, region: str) -> Place:
    return Place(account=account, region=region)


@lru_cache(maxsize=_REMEMBERED)
def _redaction(path: str, kind: str, why: str) -> Redaction:
    return Redaction(path=path, kind=intern(kind), why=intern(why))


def _params(data: Data) -> Mapping[str, Any]:
    return {intern(key): value for key, value in canonical.from_json(data).items()} if data else _NO_PARAMS


def _account_to_data(account: AccountScope) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": canonical.to_json(account.name),
        "partition": account.partition,
        "caller_arn": account.caller_arn,
        "entered": account.entered,
        "refusal": _refusal_to_data(account.refusal),
        "regions": list(account.regions),
        "left_out": list(account.left_out),
        "regions_listed": account.regions_listed,
    }


def _account_from_data(data: Data) -> AccountScope:
    return AccountScope(
        id=_get(data, "id", str),
        name=str(canonical.from_json(data["name"])),
        partition=_get(data, "partition", str),
        caller_arn=_get(data, "caller_arn", str),
        entered=_get(data, "entered", bool),
        refusal=_refusal_from_data(data["refusal"]),
        regions=_texts(data, "regions"),
        left_out=_texts(data, "left_out"),
        regions_listed=_get(data, "regions_listed", bool),
    )


def _organization_to_data(found: OrganizationScope) -> dict[str, Any]:
    return {
        "lister": found.lister,
        "management": found.management,
        "members": found.members,
        "left_out": [
            {"id": a.id, "name": canonical.to_json(a.name), "out": a.out.value, "why": canonical.to_json(a.why)}
            for a in found.left_out
        ],
        "refusal": _refusal_to_data(found.refusal),
    }


def _organization_from_data(data: Data) -> OrganizationScope:
    return OrganizationScope(
        lister=_get(data, "lister", str),
        management=_get(data, "management", str),
        members=_get(data, "members", int),
        left_out=tuple(
            LeftOut(
                id=_get(a, "id", str),
                name=str(canonical.from_json(a["name"])),
                out=Out(a["out"]),
                why=str(canonical.from_json(a["why"])),
            )
            for a in _get(data, "left_out", list)
        ),
        refusal=_refusal_from_data(data["refusal"]),
    )


def _part_from_data(data: Data) -> Part:
    return Part(accounts=_get(data, "accounts", int), record=_get(data, "record", str))


def _refusal_to_data(refusal: Refusal | None) -> dict[str, Any] | None:
    if refusal is None:
        return None
    return {
        "state": refusal.state.value,
        "code": refusal.code,
        "message": canonical.to_json(refusal.message),
        "http_status": refusal.http_status,
        "page": refusal.page,
    }


def _refusal_from_data(data: Data | None) -> Refusal | None:
    if data is None:
        return None
    return Refusal(
        state=State(data["state"]),
        code=_get(data, "code", str),
        message=str(canonical.from_json(data["message"])),
        http_status=_get(data, "http_status", int),
        page=_get(data, "page", int),
    )


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat() + "Z"


def _moment(text: Any) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment


def _get(data: Data, name: str, kind: type[_T]) -> _T:
    value = data[name]
    if type(value) is not kind:
        raise TypeError(f"`{name}` is not of type {kind.__name__}")
    return value


def _word(data: Data, name: str) -> str:
    """A text that is one of few."""
    return intern(_get(data, name, str))


def _texts(data: Data, name: str) -> tuple[str, ...]:
    values = _get(data, name, list)
    if not all(isinstance(value, str) for value in values):
        raise TypeError(f"`{name}` holds something that is no text")
    return tuple(values)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        yield
    except KeyError as fault:
        raise EvidenceDamaged(f"A snapshot's {what} lacks the field {fault}.", hint=MEND) from fault
    except (TypeError, ValueError, AttributeError) as fault:
        raise EvidenceDamaged(f"A snapshot's {what} is malformed: {fault}.", hint=MEND) from fault


MEND = "Restore it from a backup or from the packet's sender; a snapshot that was changed is no evidence."
