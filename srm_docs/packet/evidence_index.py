"""Index the evidence with the fields an auditor relies on (IPE): entries in, evidence and redaction lines out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from srm_docs.catalog.model import Catalog
from srm_docs.checks.call import Call
from srm_docs.checks.observation import Status
from srm_docs.collect.answer import State
from srm_docs.evidence.entry import Entry, Header
from srm_docs.findings.conclude import RequirementResult
from srm_docs.findings.judge import Result
from srm_docs.packet.declared import Declared
from srm_docs.packet.model import COLLECTED, NOT_PROVIDED, EvidenceLine, RedactionLine
from srm_docs.packet.terms import term
from srm_docs.packet.words import instant, joined, listed, plural, region_words, say

_FRAMEWORKS = ("soc2", "iso27001")
_REMEMBERED = 4_096
_TO_THE_LAST_PAGE = say("read to the last page")
SKEW_SHOWN = 60
"""Seconds of difference between this machine's clock and AWS's from which it is printed."""


def file_of(entry: Entry) -> str:
    """The path of an entry's pages in the packet; empty where nothing was read."""
    return f"evidence/{entry.evidence_id}.json" if entry.digest else ""


def evidence_lines(
    header: Header,
    entries: Iterable[Entry],
    calls: Mapping[str, Call],
    results: Iterable[Result],
    catalog: Catalog,
    requirements: Iterable[RequirementResult],
    seconds: Mapping[str, str],
    declared: Declared,
) -> tuple[EvidenceLine, ...]:
    """A line for every question that was asked, by call, account, region and parameters; `requirements` in scope.

    `seconds` says of an evidence id how its count compares with the number that AWS itself states. What people brought
    follows what AWS returned.
    """
    bullets: dict[str, dict[str, None]] = {}
    for result in results:
        for evidence in result.evidence:
            bullets.setdefault(evidence, {}).update(dict.fromkeys(result.check.bullets))
    order = {(r.requirement.framework, r.requirement.id): n for n, r in enumerate(requirements)}
    links = {b.id: {(f, x.requirement) for f in _FRAMEWORKS for x in b.links_of(f)} for b in catalog.responsibilities}

    @cache
    def behind(named: tuple[str, ...]) -> tuple[str, ...]:
        # many entries stand behind the same few sets of bullets
        found = {pair for bullet in named for pair in links[bullet]} & order.keys()
        return tuple(name for _, name in sorted(found, key=order.__getitem__))

    def reviewed(line: EvidenceLine, entry: Entry) -> EvidenceLine:
        read = entry.circumstances.ended if entry.circumstances else header.ended or header.began
        who, on = declared.reviewed(line.id, entry.question.call, read.astimezone(dt.UTC).date())
        return replace(line, reviewed=who, reviewed_on=on)

    collected = tuple(
        reviewed(_line(header, entry, calls, named, behind(named), seconds), entry)
        for entry in sorted(entries, key=sort_key)
        for named in [tuple(bullets.get(entry.evidence_id, ()))]
    )
    return (*collected, *declared.evidence_lines({name: n for (_, name), n in order.items()}))


def review_words(lines: Sequence[EvidenceLine]) -> str:
    """How many items management reviewed, for a line of prose; NOT PROVIDED where none was."""
    done = [line for line in lines if line.reviewed != NOT_PROVIDED]
    if not done:
        return NOT_PROVIDED
    who = listed(tuple(dict.fromkeys(line.reviewed for line in done)), most=3)
    if len(done) == len(lines):
        return plural(len(lines), "All {n:,} item reviewed by {who}", "All {n:,} items reviewed by {who}", who=who)
    return plural(
        len(lines),
        "{done:,} of {n:,} item reviewed by {who}; of the others NOT PROVIDED",
        "{done:,} of {n:,} items reviewed by {who}; of the others NOT PROVIDED",
        done=len(done),
        who=who,
    )


_WORST = (Status.UNMET, Status.UNKNOWN, Status.MET, Status.NOT_APPLICABLE)


def worst_first(results: Sequence[Result]) -> tuple[str, ...]:
    """The evidence ids behind self-tests, each once: where the worst was seen, then what else the tests read.

    The first id is the one that a matrix prints, so it has to show what the line says.
    """
    ordered = sorted(results, key=lambda r: _WORST.index(r.status))
    seen = (j.evidence for status in _WORST for r in ordered for j in r.judged(status) if j.evidence)
    return tuple(dict.fromkeys([*seen, *(e for r in ordered for e in r.evidence)]))


def sort_key(entry: Entry) -> tuple[str, str, str, str]:
    """Call, account, region, parameters."""
    q = entry.question
    return q.call, q.place.account, q.place.region, params_words(q.params)


def params_words(params: Mapping[str, object]) -> str:
    """The parameters in full, as compact JSON; empty where there are none."""
    return json.dumps(params, sort_keys=True, ensure_ascii=False) if params else ""


def _line(
    header: Header,
    entry: Entry,
    calls: Mapping[str, Call],
    bullets: tuple[str, ...],
    requirements: tuple[str, ...],
    seconds: Mapping[str, str],
) -> EvidenceLine:
    call, said = calls.get(entry.question.call), entry.circumstances
    refusal = entry.refusal
    skew = said.skew_seconds if said else 0
    place = entry.question.place
    error: str = f"{refusal.code}: {refusal.message}".rstrip(": ") if refusal else ""
    if entry.absent:
        error = (
            say("{code} (an answer: the service is not offered in the region)", code=entry.absent)
            if _not_offered(entry)
            else say("{code} (an answer: it is off or does not exist)", code=entry.absent)
        )
    return EvidenceLine(
        id=entry.evidence_id,
        title=_title(call.nouns) if call else entry.question.call,
        file=file_of(entry),
        call=entry.question.call,
        params=params_words(entry.question.params),
        account=place.account,
        partition=said.partition if said else "",
        asked_in=said.region if said else "",
        region=region_words(place.region),
        state=term(entry.state),
        caller_arn=said.caller_arn if said else "",
        tool=_tool(header.tool_version),
        started=instant(said.started) if said else "",
        ended=instant(said.ended) if said else "",
        aws_date=instant(said.aws_date) if said and said.aws_date else "",
        skew=say("{seconds} s", seconds=skew) if skew > SKEW_SHOWN else "",
        request_ids=said.request_ids if said else (),
        paginated=_paginated(entry),
        pages=entry.pages,
        rows=entry.rows,
        size=entry.size,
        sha256=entry.digest or "",
        error=error,
        redactions=len(entry.redactions),
        requirements=requirements,
        responsibilities=bullets,
        covers=_only(said.ended.replace(second=0, microsecond=0)) if said else "",
        completeness=_completeness(entry, seconds.get(entry.evidence_id, "")),
        accuracy=_accuracy(entry),
    )


# Texts that tens of thousands of items have alike are made once and kept once.


@lru_cache(maxsize=_REMEMBERED)
def _title(nouns: str) -> str:
    return f"{nouns[0].upper()}{nouns[1:]}"


@lru_cache(maxsize=_REMEMBERED)
def _tool(version: str) -> str:
    return f"srm-docs {version}"


@lru_cache(maxsize=_REMEMBERED)
def _only(minute: dt.datetime) -> str:
    return say("{when} only", when=minute)


@lru_cache(maxsize=_REMEMBERED)
def _all_read(pages: int, rows: int, second: str) -> str:
    return plural(
        rows,
        "All pages read ({pages:,}), {n:,} row counted; {second}.",
        "All pages read ({pages:,}), {n:,} rows counted; {second}.",
        pages=pages,
        second=second or say("no second count"),
    )


@lru_cache(maxsize=_REMEMBERED)
def _as_sent(redactions: int) -> str:
    if not redactions:
        return say("Kept as AWS sent it; unchanged while its SHA-256 is the one named.")
    return plural(
        redactions,
        "Kept as AWS sent it but for {n:,} value masked; unchanged while its SHA-256 is the one named.",
        "Kept as AWS sent it but for {n:,} values masked; unchanged while its SHA-256 is the one named.",
    )


def _completeness(entry: Entry, second: str) -> str:
    """What is known of it; `second` is how it compares with the number that AWS itself states, where it states one."""
    if entry.refusal:
        if not entry.pages:
            return say("Not complete: {code}, nothing read.", code=entry.refusal.code)
        return plural(
            entry.rows,
            "Not complete: {code}, {n:,} row read before it; there may be more.",
            "Not complete: {code}, {n:,} rows read before it; there may be more.",
            code=entry.refusal.code,
        )
    if _not_offered(entry):
        return say("No endpoint of the service has a name in the region, so nothing can be there.")
    if entry.absent:
        return say("AWS answered that there is none.")
    return _all_read(entry.pages, entry.rows, second)


def _not_offered(entry: Entry) -> bool:
    return entry.state is State.NOT_OFFERED


def _accuracy(entry: Entry) -> str:
    if not entry.digest:
        return ""
    return _as_sent(len(entry.redactions))


def _paginated(entry: Entry) -> str:
    if entry.refusal and entry.pages:
        return say("stopped after page {page}", page=entry.pages)
    return _TO_THE_LAST_PAGE if entry.pages else ""


def index_words(lines: Sequence[EvidenceLine]) -> str:
    """What an item of the index is, and how many have a reply on file: exactly, because not every question has one."""
    brought = sum(1 for line in lines if line.kind != COLLECTED)
    lines = [line for line in lines if line.kind == COLLECTED]
    kept = sum(1 for line in lines if line.file)
    absent = sum(1 for line in lines if not line.file and line.state == State.ABSENT)
    no_service = sum(1 for line in lines if line.state == State.NOT_OFFERED)
    unread = len(lines) - kept - absent - no_service
    said = [
        plural(
            kept,
            "{n:,} item has AWS's reply on file, in evidence/ under the item's id",
            "{n:,} items have AWS's reply on file, in evidence/ under the item's id",
        )
    ]
    if absent:
        said.append(
            plural(
                absent,
                "{n:,} was answered that there is none or that it is off, without a page",
                "{n:,} were answered that there is none or that it is off, without a page",
            )
        )
    if no_service:
        said.append(
            plural(
                no_service,
                "{n:,} asks for a service that AWS does not offer in the region",
                "{n:,} ask for a service that AWS does not offer in the region",
            )
        )
    if unread:
        said.append(
            plural(
                unread,
                "{n:,} was not answered, so that nothing is kept",
                "{n:,} were not answered, so that nothing is kept",
            )
        )
    parts = [
        plural(
            len(lines),
            "{n:,} item, each one question to the AWS API at one place.",
            "{n:,} items, each one question to the AWS API at one place.",
        ),
        joined("", (joined("; ", said), ".")),
    ]
    if brought:
        parts.append(
            plural(
                brought,
                "{n:,} further item was provided by management.",
                "{n:,} further items were provided by management.",
            )
        )
    return joined(" ", parts)


def redaction_lines(entries: Iterable[Entry]) -> tuple[RedactionLine, ...]:
    """A line for every value that was replaced before it reached the disk."""
    return tuple(
        RedactionLine(
            evidence=entry.evidence_id,
            call=entry.question.call,
            account=entry.question.place.account,
            region=region_words(entry.question.place.region),
            path=redaction.path,
            kind=redaction.kind,
            why=redaction.why,
        )
        for entry in sorted(entries, key=sort_key)
        for redaction in entry.redactions
    )
