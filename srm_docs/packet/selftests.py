"""Say what each self-test looked at and found: a result in, a test line and (for a deviation) a finding line out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from srm_docs.catalog.model import Catalog
from srm_docs.checks.kit import Check, Quantifier, Severity
from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, UNLISTED, Place, Scope
from srm_docs.findings.gather import Gap
from srm_docs.findings.judge import Judged, Result
from srm_docs.packet.model import NOT_PROVIDED, Answer, FindingLine, ResourceLine, Shape, TestLine
from srm_docs.packet.words import count, listed, sentence

SEVERITY_ORDER = {s: n for n, s in enumerate(Severity)}
SHAPES = {
    Status.MET: Shape.MET,
    Status.UNMET: Shape.DEVIATION,
    Status.UNKNOWN: Shape.UNREAD,
    Status.NOT_APPLICABLE: Shape.NOT_APPLICABLE,
}
WORDS = {
    Status.MET: "Met",
    Status.UNMET: "Deviation",
    Status.UNKNOWN: "Not determined",
    Status.NOT_APPLICABLE: "Not applicable",
}


def place_words(place: Place) -> str:
    """`eu-west-1`, `account-wide`, or `regions not listed`."""
    return {GLOBAL: "account-wide", UNLISTED: "regions not listed"}.get(place.region, place.region)


def gap_words(gap: Gap) -> str:
    """`AccessDenied on kms:GetKeyPolicy in 111122223333/eu-west-1`."""
    where = gap.place.account if gap.place.region in (GLOBAL, UNLISTED) else str(gap.place)
    return f"{gap.code} on {gap.call.partition('#')[0]} in {where}"


class Selftests:
    """Lines for all results, with the requirements behind each check looked up once."""

    def __init__(self, catalog: Catalog, results: Sequence[Result], as_read: str, frameworks: Sequence[str]) -> None:
        """`as_read` is the time of reading in words."""
        self._catalog, self._as_read, self._frameworks = catalog, as_read, frameworks
        self.by_id: Mapping[str, Result] = {r.check.id: r for r in results}
        self.lines: tuple[TestLine, ...] = tuple(self._line(r) for r in results)
        self.findings: tuple[FindingLine, ...] = tuple(
            sorted(
                (self._finding(line, self.by_id[line.id]) for line in self.lines if line.unmet),
                key=lambda f: (SEVERITY_ORDER[Severity(f.severity)], -len(f.resources), f.id),
            )
        )

    def _requirements(self, check: Check, framework: str) -> tuple[str, ...]:
        if framework not in self._frameworks:
            return ()
        order = {r.id: n for n, r in enumerate(self._catalog.requirements(framework))}
        found = {
            link.requirement
            for bullet in check.bullets
            for link in self._catalog.responsibility(bullet).links_of(framework)
        }
        return tuple(sorted(found, key=order.__getitem__))

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
            severity=str(check.severity),
            domain=self._catalog.responsibility(check.bullets[0]).domain,
            responsibilities=check.bullets,
            procedure=self._procedure(check, result),
            population=population(check, result),
            answer=Answer(text=answer_words(result.status, met, unmet, unknown, unread), shape=SHAPES[result.status]),
            met=len(met),
            unmet=len(unmet),
            unknown=len(unknown),
            not_applicable=len(skipped),
            places_unread=unread,
            soc2=self._requirements(check, "soc2"),
            iso=self._requirements(check, "iso27001"),
            calls=tuple(c.id for c in check.calls),
            evidence=result.evidence,
            deviations=tuple(resource(j) for j in unmet),
            not_determined=tuple(resource(j) for j in unknown),
            gaps=tuple(dict.fromkeys(gap_words(g) for g in result.gaps)),
            notes=tuple(dict.fromkeys(f"{count_notes(skipped, j.note)}: {sentence(j.note)}" for j in skipped)),
        )

    def _procedure(self, check: Check, result: Result) -> str:
        names = [c.id.partition("#")[0] for c in check.calls]
        where = places(result)
        looked = f"all {check.call.nouns}" if check.quantifier is not Quantifier.SOME else check.call.nouns
        text = f"Inspected {looked} {where}, as returned by {names[0]}"
        if len(names) > 1:
            text += f", and compared them with {listed(names[1:])}"
        if check.quantifier is Quantifier.SOME:
            text += f", for at least one in each {'account' if check.scope is Scope.ACCOUNT else 'region'}"
        return f"{text}, on {self._as_read}."

    def _finding(self, line: TestLine, result: Result) -> FindingLine:
        check = result.check
        domain = self._catalog.domain(line.domain)
        deviating = result.judged(Status.UNMET)
        return FindingLine(
            id=line.id,
            title=f"{tally(check, result)} deviated: {_lower(line.title)}",
            severity=line.severity,
            domain=line.domain,
            domain_title=domain.title,
            responsibilities=line.responsibilities,
            soc2=line.soc2,
            iso=line.iso,
            count=tally(check, result),
            cause=listed(tuple(dict.fromkeys(j.note.rstrip(".") for j in deviating)), most=3) + ".",
            effect=line.reason,
            remedy=line.remedy,
            resources=line.deviations,
            evidence=tuple(dict.fromkeys(j.evidence for j in deviating if j.evidence)),
            response=NOT_PROVIDED,
            owner=NOT_PROVIDED,
            also_unread=listed(line.gaps, most=3),
        )


def _lower(title: str) -> str:
    first = title.split(maxsplit=1)[0]
    return title[0].lower() + title[1:] if first[1:].islower() or len(first) == 1 else title


def count_notes(judged: Sequence[Judged], note: str) -> str:
    """How many things carry the same note."""
    return count(sum(1 for j in judged if j.note == note), "time", "times")


def resource(judged: Judged) -> ResourceLine:
    """One judged thing as a line."""
    return ResourceLine(
        name=judged.name
        if not judged.is_place
        else f"The {'account' if judged.place.region == GLOBAL else 'region'} itself",
        account=judged.place.account,
        region=place_words(judged.place),
        note=judged.note,
        status=Answer(text=WORDS[judged.status], shape=SHAPES[judged.status]),
        evidence=(judged.evidence,) if judged.evidence else (),
    )


def _applicable(result: Result) -> tuple[Judged, ...]:
    return result.judged(Status.MET, Status.UNMET, Status.UNKNOWN)


def _nouns(check: Check, judged: Sequence[Judged]) -> tuple[str, str]:
    if judged and all(j.is_place for j in judged):
        return ("account", "accounts") if check.scope is Scope.ACCOUNT else ("region", "regions")
    return check.call.noun, check.call.nouns


def tally(check: Check, result: Result) -> str:
    """`2 of 7 security groups`; places that lack a thing altogether are counted with it."""
    judged, unmet = _applicable(result), result.judged(Status.UNMET)
    rows, places_ = [j for j in judged if not j.is_place], [j for j in judged if j.is_place]
    if rows and places_:
        bad_rows, bad_places = sum(not j.is_place for j in unmet), sum(j.is_place for j in unmet)
        noun = ("account", "accounts") if check.scope is Scope.ACCOUNT else ("region", "regions")
        parts = []
        if bad_rows:
            parts.append(f"{bad_rows:,} of {count(len(rows), check.call.noun, check.call.nouns)}")
        if bad_places:
            units = len({(f.place.account, f.place.region) for f in result.findings})
            parts.append(f"{bad_places:,} of {count(units, *noun)}")
        return " and ".join(parts)
    return f"{len(unmet):,} of {count(len(judged), *_nouns(check, judged))}"


def places(result: Result) -> str:
    """`in 2 accounts, 2 regions`."""
    units = [f.place for f in result.findings if f.place.region != UNLISTED]
    accounts = len({u.account for u in units})
    regions = {j.place.region for f in result.findings for j in f.judged} | {u.region for u in units}
    named = len(regions - {GLOBAL, UNLISTED})
    text = f"in {count(accounts, 'account', 'accounts')}"
    return f"{text}, {count(named, 'region', 'regions')}" if named else text


def population(check: Check, result: Result) -> str:
    """`7 security groups in 2 accounts, 2 regions`, and whether that is all of them."""
    judged = _applicable(result)
    if judged and all(j.is_place for j in judged):
        text = count(len(judged), "account", "accounts")
        if check.scope is Scope.REGION:
            accounts = len({j.place.account for j in judged})
            text = f"{count(len(judged), 'region', 'regions')} of {count(accounts, 'account', 'accounts')}"
    else:
        text = f"{count(len(judged), check.call.noun, check.call.nouns)} {places(result)}"
    return f"{text}; as far as it could be read" if any(f.gaps for f in result.findings) else text


def answer_words(
    status: Status, met: Sequence[Judged], unmet: Sequence[Judged], unknown: Sequence[Judged], unread: int
) -> str:
    """`Deviation, 2 of 7; 1 place not read`."""
    whole = len(met) + len(unmet) + len(unknown)
    missing = f"{count(unread, 'place', 'places')} not read" if unread else ""
    if status is Status.MET:
        return f"Met, {len(met):,} of {whole:,}"
    if status is Status.UNMET:
        return f"Deviation, {len(unmet):,} of {whole:,}" + (f"; {missing}" if missing else "")
    if status is Status.UNKNOWN:
        said = [f"{len(unknown):,} of {whole:,} not determined"] if unknown else []
        return f"Not determined: {', '.join([*said, missing] if missing else said)}"
    return WORDS[status]
