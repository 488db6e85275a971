"""Say what each self-test looked at and found: a result in, a test line and (for a deviation) a finding line out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from srm_docs.catalog.model import Catalog, Strength
from srm_docs.checks.kit import Check, Quantifier, Severity
from srm_docs.checks.number import finding_number
from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, UNLISTED, Scope
from srm_docs.evidence.entry import Entry
from srm_docs.findings.conclude import RequirementResult
from srm_docs.findings.gather import Gap
from srm_docs.findings.judge import Judged, Result
from srm_docs.packet.declared import Declared, itself
from srm_docs.packet.model import NOT_PROVIDED, Answer, FindingLine, ResourceLine, Shape, TestLine
from srm_docs.packet.terms import term
from srm_docs.packet.words import (
    amount,
    count,
    joined,
    listed,
    of_catalog,
    of_check,
    plural,
    region_words,
    say,
    sentence,
)
from srm_docs.said import Value

SEVERITY_ORDER = {s: n for n, s in enumerate(Severity)}
SHAPES = {
    Status.MET: Shape.MET,
    Status.UNMET: Shape.DEVIATION,
    Status.UNKNOWN: Shape.UNREAD,
    Status.NOT_APPLICABLE: Shape.NOT_APPLICABLE,
}
WORDS = {
    Status.MET: say("Met"),
    Status.UNMET: say("Deviation"),
    Status.UNKNOWN: say("Not determined"),
    Status.NOT_APPLICABLE: say("Not applicable"),
}
APPLICABLE = (Status.MET, Status.UNMET, Status.UNKNOWN)
_MOST = 3


def gap_words(gap: Gap) -> str:
    """`AccessDenied on kms:GetKeyPolicy in 111122223333/eu-west-1`."""
    where = gap.place.account if gap.place.region in (GLOBAL, UNLISTED) else str(gap.place)
    return say("{code} on {call} in {where}", code=gap.code, call=gap.call.partition("#")[0], where=where)


class Selftests:
    """Lines for all results, with the requirements behind each check looked up once."""

    def __init__(
        self,
        catalog: Catalog,
        results: Sequence[Result],
        as_read: str,
        requirements: Iterable[RequirementResult],
        entries: Iterable[Entry],
        declared: Declared,
    ) -> None:
        """`as_read` is the time of reading in words, `requirements` are those in scope, `entries` all on record."""
        self._catalog, self._as_read, self._declared = catalog, as_read, declared
        self._order = {(r.requirement.framework, r.requirement.id): n for n, r in enumerate(requirements)}
        self._read = {e.evidence_id: e.question.place for e in entries if e.digest or e.absent}
        self.by_id: Mapping[str, Result] = {r.check.id: r for r in results}
        self.lines: tuple[TestLine, ...] = tuple(self._line(r) for r in results)
        self.findings: tuple[FindingLine, ...] = tuple(
            sorted(
                (self._finding(line, self.by_id[line.id]) for line in self.lines if line.unmet),
                key=lambda f: (SEVERITY_ORDER[Severity(f.severity)], -len(f.resources), f.id),
            )
        )

    def _requirements(self, check: Check, framework: str, strengths: Iterable[Strength] = Strength) -> tuple[str, ...]:
        found = {
            (framework, link.requirement)
            for bullet in check.bullets
            for link in self._catalog.responsibility(bullet).links_of(framework)
            if link.strength in strengths
        }
        return tuple(name for _, name in sorted(found & self._order.keys(), key=self._order.__getitem__))

    def _line(self, result: Result) -> TestLine:
        check = result.check
        met, unmet = result.judged(Status.MET), result.judged(Status.UNMET)
        unknown, skipped = result.judged(Status.UNKNOWN), result.judged(Status.NOT_APPLICABLE)
        unread = sum(1 for f in result.findings if f.gaps)
        return TestLine(
            id=check.id,
            title=check.title,
            reason=check.doc.reason,
            remedy=check.doc.remedy,
            severity=term(check.severity),
            domain=self._catalog.responsibility(check.bullets[0]).domain,
            responsibilities=check.bullets,
            procedure=self._procedure(check, result),
            source=self._source(check, result),
            population=population(check, result, self._read_where(result)),
            answer=Answer(text=answer_words(check, result), shape=SHAPES[result.status]),
            met=len(met),
            unmet=len(unmet),
            unknown=len(unknown),
            not_applicable=len(skipped),
            places_unread=unread,
            soc2=self._requirements(check, "soc2"),
            iso=self._requirements(check, "iso27001"),
            primary=tuple(r for f in ("soc2", "iso27001") for r in self._requirements(check, f, (Strength.PRIMARY,))),
            calls=tuple(c.id for c in check.calls),
            evidence=result.evidence,
            deviations=_resources(result, Status.UNMET, declared=self._declared),
            not_determined=_resources(result, Status.UNKNOWN),
            gaps=tuple(dict.fromkeys(gap_words(g) for g in result.gaps)),
            notes=_notes(result),
        )

    def _procedure(self, check: Check, result: Result) -> str:
        names = _operations(check)
        where = self._where(result)
        if not where:
            return say(
                "Nothing was inspected: {calls} was not answered. As read on {when}.",
                calls=listed(names),
                when=self._as_read,
            )
        looked = {"things": check.call.nouns, "where": where, "call": names[0], "when": self._as_read}
        if check.quantifier is Quantifier.SOME and check.scope is Scope.ACCOUNT:
            text = say(
                "Inspected {things} {where}, as returned by {call}, for at least one in each account, on {when}.",
                **looked,
            )
        elif check.quantifier is Quantifier.SOME:
            text = say(
                "Inspected {things} {where}, as returned by {call}, for at least one in each region, on {when}.",
                **looked,
            )
        elif len(names) > 1:
            text = say(
                "Inspected all {things} {where}, as returned by {call}, and compared them with {calls}, on {when}.",
                calls=listed(names[1:]),
                **looked,
            )
        else:
            text = say("Inspected all {things} {where}, as returned by {call}, on {when}.", **looked)
        return text

    def _source(self, check: Check, result: Result) -> str:
        """What the procedure says besides the population, in few words; empty where nothing was read."""
        call, *others = _operations(check)
        if not self._where(result):
            return ""
        if check.quantifier is Quantifier.SOME and check.scope is Scope.ACCOUNT:
            return say("From {call}, for at least one in each account.", call=call)
        if check.quantifier is Quantifier.SOME:
            return say("From {call}, for at least one in each region.", call=call)
        if others:
            return say("From {call}, compared with {calls}.", call=call, calls=listed(others))
        return say("From {call}.", call=call)

    def _where(self, result: Result) -> str:
        """`in 2 accounts, 2 regions`: where something was read; empty where nothing was."""
        read = {self._read[e] for e in result.evidence if e in self._read}
        if not read:
            return ""
        regions = len({p.region for p in read} - {GLOBAL})
        accounts = count(len({p.account for p in read}), "account", "accounts")
        if not regions:
            return say("in {accounts}", accounts=accounts)
        return say("in {accounts}, {regions}", accounts=accounts, regions=count(regions, "region", "regions"))

    def _read_where(self, result: Result) -> str:
        """The same for a population. An account-wide list was read there, which gives no account one of its things."""
        where = self._where(result)
        accounts_only = where and all(self._read[e].region == GLOBAL for e in result.evidence if e in self._read)
        return say("read {where}", where=where) if accounts_only else where

    def _finding(self, line: TestLine, result: Result) -> FindingLine:
        check = result.check
        domain = self._catalog.domain(line.domain)
        deviating = result.judged(Status.UNMET)
        number = finding_number(line.id)
        return FindingLine(
            id=line.id,
            number=number,
            title=say("{tally}: deviation from “{title}”", tally=tally(check, result), title=of_catalog(line.title)),
            severity=line.severity,
            domain=line.domain,
            domain_title=domain.title,
            responsibilities=line.responsibilities,
            soc2=line.soc2,
            iso=line.iso,
            primary=line.primary,
            count=tally(check, result),
            cause=_causes(deviating),
            effect=line.reason,
            remedy=line.remedy,
            resources=line.deviations,
            evidence=tuple(dict.fromkeys(e for r in line.deviations for e in r.evidence)),
            also_unread=listed(line.gaps, most=3),
            declared=self._declared.beside(number, line.id, deviating),
            suppressed=sum(1 for r in line.deviations if r.declared),
            **{"response": NOT_PROVIDED, "owner": NOT_PROVIDED, **self._declared.response(number)},
        )


def _operations(check: Check) -> list[str]:
    """The calls of a check, each once, without the filters that are ours."""
    return list(dict.fromkeys(c.id.partition("#")[0] for c in check.calls))


def _causes(deviating: Sequence[Judged]) -> str:
    notes = list(dict.fromkeys(of_check(j.note.rstrip(".")) for j in deviating))
    more = [say("and {n:,} more", n=len(notes) - _MOST)] if len(notes) > _MOST else []
    return joined("", [joined("; ", [*notes[:_MOST], *more]), "."])


def _resources(result: Result, status: Status, declared: Declared | None = None) -> tuple[ResourceLine, ...]:
    """What has the status, as lines. A verdict on a place as a whole rests on all that was read there."""
    return tuple(
        ResourceLine(
            name=itself(j.place) if j.is_place or j.name == str(j.place) else j.name,
            account=j.place.account,
            region=region_words(j.place.region),
            note=of_check(j.note) if j.note else "",
            status=Answer(text=WORDS[j.status], shape=SHAPES[j.status]),
            evidence=f.evidence if j.is_place else (j.evidence,) if j.evidence else (),
            declared=declared.false_positive(result.check.id, j) if declared else "",
        )
        for f in result.findings
        for j in f.judged
        if j.status is status
    )


def _parted(result: Result, *statuses: Status) -> tuple[int, int]:
    """How many resources, and how many places as a whole, have one of the statuses."""
    judged = result.judged(*statuses)
    wholes = sum(j.is_place for j in judged)
    return len(judged) - wholes, wholes


def _notes(result: Result) -> tuple[str, ...]:
    """Why something was not determined though AWS answered, and why something does not apply: of how many, and why."""
    places = len(result.findings)
    things = sum(not j.is_place for f in result.findings for j in f.judged)
    unknown = Counter((j.is_place, j.note) for j in result.judged(Status.UNKNOWN) if j.note)
    skipped = Counter((j.is_place, j.note) for j in result.judged(Status.NOT_APPLICABLE))
    said = []
    for (whole, note), of in unknown.items():
        told: dict[str, Value] = {"of": of, "note": sentence(of_check(note))}
        said.append(
            plural(
                places,
                "Not determined in {of:,} of {n:,} place: {note}",
                "Not determined in {of:,} of {n:,} places: {note}",
                **told,
            )
            if whole
            else say("Not determined, {of:,} of {all:,}: {note}", all=things, **told)
        )
    for (whole, note), of in skipped.items():
        told = {"of": of, "note": sentence(of_check(note))}
        said.append(
            plural(
                places,
                "Not applicable in {of:,} of {n:,} place: {note}",
                "Not applicable in {of:,} of {n:,} places: {note}",
                **told,
            )
            if whole
            else say("Not applicable, {of:,} of {all:,}: {note}", all=things, **told)
        )
    return tuple(said)


def _units(check: Check, number: int) -> str:
    if check.scope is Scope.ACCOUNT:
        return count(number, "account", "accounts")
    return count(number, "region", "regions")


def _judged_places(result: Result) -> int:
    """At how many places something was judged, as a whole or thing by thing."""
    return sum(1 for f in result.findings if any(j.status is not Status.NOT_APPLICABLE for j in f.judged))


def tally(check: Check, result: Result, *, noun: bool = True) -> str:
    """`2 of 7 security groups`; places that deviate as a whole are counted beside: `and 1 of 4 regions`."""
    rows, wholes = _parted(result, *APPLICABLE)
    bad, bad_wholes = _parted(result, Status.UNMET)
    parts = []
    if bad or not bad_wholes:
        parts.append(
            say("{bad:,} of {things}", bad=bad, things=amount(rows, *check.counts))
            if noun
            else say("{bad:,} of {all:,}", bad=bad, all=rows)
        )
    if bad_wholes:
        named = noun or parts or rows
        parts.append(
            say("{bad:,} of {things}", bad=bad_wholes, things=_units(check, _judged_places(result)))
            if named
            else say("{bad:,} of {all:,}", bad=bad_wholes, all=wholes)
        )
    return listed(parts)


def population(check: Check, result: Result, where: str) -> str:
    """`7 security groups in 2 accounts, 2 regions`, what is not in that number, and whether that is all of them."""
    rows, wholes = _parted(result, *APPLICABLE)
    skipped, _ = _parted(result, Status.NOT_APPLICABLE)
    if wholes and not rows:
        accounts = len({j.place.account for j in result.judged(*APPLICABLE)})
        text = _units(check, wholes)
        if check.scope is Scope.REGION:
            text = say("{regions} of {accounts}", regions=text, accounts=count(accounts, "account", "accounts"))
    else:
        text = joined(" ", filter(None, (amount(rows, *check.counts), where)))
        if wholes:
            places = say("{bad:,} of {things}", bad=wholes, things=_units(check, _judged_places(result)))
            text = say("{things}, and {places} as a whole", things=text, places=places)
    parts = [text]
    if skipped:
        parts.append(
            plural(skipped, "{n:,} more does not apply", "{n:,} more do not apply")
            if rows or wholes
            else plural(skipped, "{n:,} does not apply", "{n:,} do not apply")
        )
    if any(f.gaps for f in result.findings):
        parts.append(say("as far as it could be read") if rows + wholes == 1 else say("as far as they could be read"))
    return joined("; ", parts)


def answer_words(check: Check, result: Result) -> str:
    """`Deviation, 2 of 7; 1 of 4 places not read in full`."""
    rows, wholes = _parted(result, *APPLICABLE)
    unknown = len(result.judged(Status.UNKNOWN))
    unread = sum(1 for f in result.findings if f.gaps)
    all_places = len(result.findings)
    missing = [
        plural(
            all_places,
            "{unread:,} of {n:,} place not read in full",
            "{unread:,} of {n:,} places not read in full",
            unread=unread,
        )
    ] if unread else []  # fmt: skip
    if result.status is Status.MET:
        also = [_units(check, wholes)] if rows and wholes else []
        number = rows or wholes
        said = say("{met:,} of {all:,}", met=number, all=number)
        return say("Met, {numbers}", numbers=listed([said, *also]))
    if result.status is Status.UNMET:
        unsaid = [say("{unknown:,} not determined", unknown=unknown)] if unknown else []
        # where the population has two parts, a bare number could be of either
        deviation = say("Deviation, {tally}", tally=tally(check, result, noun=bool(rows and wholes)))
        return joined("; ", [deviation, *unsaid, *missing])
    if result.status is Status.UNKNOWN:
        unsaid = [say("{unknown:,} of {all:,}", unknown=unknown, all=rows + wholes)] if unknown else []
        why = joined("; ", [*unsaid, *missing])
        return say("Not determined: {why}", why=why) if why else WORDS[Status.UNKNOWN]
    return WORDS[result.status]
