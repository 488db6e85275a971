"""Say what management registered: register and day in, the words of its columns out.

Nothing here changes what a self-test found. What is missing prints NOT PROVIDED, what is over prints that it expired.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from srm_docs.checks.observation import Status
from srm_docs.checks.place import GLOBAL, Place
from srm_docs.declare.items import (
    KnownException,
    ManualEvidence,
    OwnControl,
    Progress,
    Readiness,
    ReportReview,
    Request,
    RequestStatus,
    RiskAcceptance,
    Suppression,
)
from srm_docs.declare.pattern import is_pattern, matches
from srm_docs.declare.register import Register, counts, past, served
from srm_docs.findings.judge import Judged, Result
from srm_docs.packet.model import (
    NOT_PROVIDED,
    Answer,
    DeclaredLine,
    EvidenceLine,
    FindingLine,
    GapLine,
    OwnControlLine,
    OwnCuecLine,
    RequestLine,
    Shape,
)
from srm_docs.packet.terms import flag, heading, term
from srm_docs.packet.words import capital, count, day, joined, listed, plural, say, sentence, span
from srm_docs.said import Said

PROVIDED_BY = say("provided by management")
"""The kind of evidence that people brought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The four columns of the organization's own controls."""

    control: str = NOT_PROVIDED
    description: str = NOT_PROVIDED
    owner: str = NOT_PROVIDED
    frequency: str = NOT_PROVIDED

    @property
    def columns(self) -> dict[str, str]:
        """As the lines of the model name them."""
        return {
            "own_control": self.control,
            "own_description": self.description,
            "own_owner": self.owner,
            "own_frequency": self.frequency,
        }


def itself(place: Place) -> str:
    """How a place is named where it is judged as a whole."""
    return say("The account itself") if place.region == GLOBAL else say("The region itself")


_DRAFT = " (DRAFT)"


def adopted(own_control: str) -> bool:
    """Whether a column of own controls names one that management adopted. A draft is no control; an empty one asks."""
    return own_control != NOT_PROVIDED and not all(c.endswith(_DRAFT) for c in own_control.split(", "))


NO_OWN = Own(control="", description="", owner="", frequency="")
"""Of what asks for no own control."""


class Declared:
    """What is registered, looked up by what it is about; `today` is the day of the snapshot.

    `results` are what the self-tests judged: a suppression whose text is the very name of such a resource is of that
    one, because names of AWS hold `*` too.
    """

    def __init__(self, register: Register, today: dt.date, results: Iterable[Result] = ()) -> None:
        """Index once."""
        self.register, self.today = register, today
        self._serving: dict[str, list[OwnControl]] = {}
        for control in register.controls:
            for name in (*control.soc2, *control.iso27001, *control.responsibilities):
                self._serving.setdefault(name, []).append(control)
        self._soa = {line.id: line for line in register.soa}
        self._status = {line.id: line for line in register.responsibilities}
        self._responses = {line.id: line for line in register.findings}
        self._suppressed: dict[str, list[Suppression]] = {}
        for item in register.suppressions:
            self._suppressed.setdefault(item.check, []).append(item)
        self._patterns = self._true_patterns({r.check.id: r for r in results})

    # -- own controls

    def own(self, requirement: str, responsibility: str = "") -> Own:
        """The own controls of a requirement; beside a responsibility those that answer it too, where there are any."""
        found = self._serving.get(requirement, [])
        both = [c for c in found if responsibility in c.responsibilities]
        return _own(both or found)

    def answering(self, responsibility: str) -> Own:
        """The own controls that answer a responsibility of the AWS model."""
        return _own(self._serving.get(responsibility, []))

    def status_of(self, responsibility: str) -> tuple[str, str]:
        """How far a responsibility is implemented, and how."""
        said = self._status.get(responsibility)
        if said is None:
            return NOT_PROVIDED, NOT_PROVIDED
        return _with_day(said.status, said.planned_for) or NOT_PROVIDED, said.statement or NOT_PROVIDED

    # -- Statement of Applicability

    def applicable(self, control: str) -> str:
        """`Yes`, where management decided it; empty where it did not."""
        said = self._soa.get(control)
        if said is None or said.applicable is None:
            return ""
        return say("Yes") if said.applicable else say("No")

    def inclusion(self, control: str) -> str:
        """Why a control is included: reasons, risks, and the sentence."""
        said = self._soa.get(control)
        if said is None:
            return NOT_PROVIDED
        why = capital(listed([term(reason) for reason in said.reasons]))
        risks = f"({', '.join(said.risks)})" if said.risks else ""
        return joined(": ", filter(None, (joined(" ", filter(None, (why, risks))), said.inclusion))) or NOT_PROVIDED

    def implemented(self, control: str) -> str:
        """How far a control is implemented; what is planned with its day."""
        said = self._soa.get(control)
        return (_with_day(said.implemented, said.planned_for) if said else "") or NOT_PROVIDED

    # -- AWS reports

    def review_columns(self, report: str, newest: dt.date | None) -> dict[str, str]:
        """The columns of a review that is in force and of the listed report; none of any other."""
        review = self.register.review_of(report, self.today)
        if review is None or review.reviewed_on is None or not self._in_force(review, newest):
            return {}
        scope: list[str] = [say("services: {flag}", flag=flag(review.services_in_scope))]
        if review.services_missing:
            scope.append(say("not {services}", services=listed(review.services_missing)))
        scope.append(say("regions: {flag}", flag=flag(review.regions_in_scope)))
        return {
            "auditor": review.auditor or NOT_PROVIDED,
            "opinion": term(review.opinion) if review.opinion else NOT_PROVIDED,
            "services": joined("; ", scope),
            "exceptions": review.exceptions or NOT_PROVIDED,
            "cuecs": flag(review.cuecs_mapped),
            "bridged": review.bridge or NOT_PROVIDED,
            "reviewer": joined(", ", (review.reviewed_by, day(review.reviewed_on))),
            "approver": review.approved_by or NOT_PROVIDED,
        }

    def _in_force(self, review: ReportReview, newest: dt.date | None) -> bool:
        of_another = newest is not None and (review.period_to is None or review.period_to < newest)
        return not past(review.valid_until, self.today) and not of_another

    def report_review(self, report: str, newest: dt.date | None, columns: Mapping[str, str]) -> str:
        """Management's review of a report, and whether it is of the newest that AWS lists (`newest`: its last day).

        `columns` are those of the review as they print, so that sentence, table and list of gaps say the same.
        """
        review = self.register.review_of(report, self.today)
        if review is None or review.reviewed_on is None:
            return NOT_PROVIDED
        by = joined(", ", (review.reviewed_by, day(review.reviewed_on)))
        if past(review.valid_until, self.today) and review.valid_until:
            return say("Review by {by} expired on {day}", by=by, day=review.valid_until)
        if newest and review.period_to is None:
            return say(
                "Review of the listed report NOT PROVIDED; {by} reviewed another, whose period was not given", by=by
            )
        if newest and review.period_to and review.period_to < newest:
            return say(
                "Review of the listed report NOT PROVIDED; {by} reviewed another, which ended {day}",
                by=by,
                day=review.period_to,
            )
        said: list[str] = [
            say("Reviewed by {by}", by=by),
            say("opinion: {opinion}", opinion=term(review.opinion) if review.opinion else NOT_PROVIDED),
            say("services in scope: {flag}", flag=flag(review.services_in_scope)),
            say("regions in scope: {flag}", flag=flag(review.regions_in_scope)),
            say("CUECs mapped: {flag}", flag=columns.get("cuecs", NOT_PROVIDED)),
        ]
        if review.services_missing:
            said.append(say("not in scope: {services}", services=listed(review.services_missing)))
        said += [
            say("exceptions: {exceptions}", exceptions=review.exceptions or NOT_PROVIDED),
            say("auditor: {auditor}", auditor=review.auditor or NOT_PROVIDED),
            say("bridge: {bridge}", bridge=columns.get("bridged", NOT_PROVIDED)),
            say("approver: {approver}", approver=review.approved_by or NOT_PROVIDED),
        ]
        return joined("; ", said)

    def reviewed_in_short(self, report: str, newest: dt.date | None) -> str:
        """The same in a few words, for where several reports stand in one cell."""
        review = self.register.review_of(report, self.today)
        if review is None or review.reviewed_on is None:
            return NOT_PROVIDED
        if past(review.valid_until, self.today) and review.valid_until:
            return say("review expired on {day}", day=review.valid_until)
        if not self._in_force(review, newest):
            return say("another report was reviewed, this one NOT PROVIDED")
        return say("reviewed on {day}", day=review.reviewed_on)

    # -- findings

    def response(self, number: str) -> dict[str, str]:
        """Management's columns of a finding."""
        said = self._responses.get(number)
        if said is None:
            return {}
        closed = (
            [say("Closed on {day}.", day=said.closed_on)] if said.status == Progress.CLOSED and said.closed_on else []
        )
        due: str = NOT_PROVIDED
        if said.due:
            late = past(said.due, self.today) and said.status != Progress.CLOSED
            due = say("{day}, overdue", day=said.due) if late else day(said.due)
        return {
            "given_cause": said.cause or NOT_PROVIDED,
            "response": joined(" ", filter(None, (*closed, said.response))) or NOT_PROVIDED,
            "owner": said.owner or NOT_PROVIDED,
            "due": due,
        }

    def beside(self, number: str, check: str, deviating: Sequence[Judged]) -> tuple[str, ...]:
        """What stands beside a finding: exceptions, accepted risks, and suppressions with their counts."""
        said: list[str] = [
            say(
                "Exception (waiver) {id}: {state}; compensating control: {control}",
                id=e.id,
                state=_within(e, self.today),
                control=sentence(e.compensating_control or NOT_PROVIDED),
            )
            for e in self.register.exceptions
            if number in e.findings
        ]
        said += [
            say(
                "Risk accepted ({id}): {state}, approved by {name}; compensating control: {control}",
                id=r.id,
                state=_within(r, self.today),
                name=r.approved_by,
                control=sentence(r.compensating_control),
            )
            for r in self.register.risk_acceptances
            if number in r.findings
        ]
        for item in self.register.suppressions:
            hit = sum(self._hits(item, check, j) for j in deviating)
            if item.check == check and hit:
                says = {
                    "id": item.id,
                    "state": _within(item, self.today),
                    "which": say(
                        "{number:,} of {deviations}",
                        number=hit,
                        deviations=count(len(deviating), "deviation", "deviations"),
                    ),
                    "reason": sentence(item.reason),
                    "proof": listed(item.proof),
                }
                said.append(
                    say(
                        "Suppression {id}, {state}: management declares {which} a false positive: {reason} "
                        "Proof: {proof}.",
                        **says,
                    )
                    if _state(item, self.today).shape is Shape.PLAIN
                    else say(
                        "Suppression {id}, {state}: management declared {which} a false positive: {reason} "
                        "Proof: {proof}.",
                        **says,
                    )
                )
        return tuple(said)

    def false_positive(self, check: str, judged: Judged) -> str:
        """What management says of one deviating resource; empty where it says nothing or no longer."""
        for item in self._suppressed.get(check, ()):
            if self._hits(item, check, judged) and _state(item, self.today).shape is Shape.PLAIN:
                return say("Declared a false positive by management: {id}", id=item.id)
        return ""

    def _true_patterns(self, results: Mapping[str, Result]) -> frozenset[str]:
        """The suppressions that are of all resources whose names fit, by their ids: nothing bears that very name."""
        asked = [s for s in self.register.suppressions if is_pattern(s.resource)]
        judged = {s.check: results[s.check].judged(*Status) for s in asked if s.check in results}
        return frozenset(
            s.id for s in asked if not any(_reaches(s, j) and s.resource in _names(j) for j in judged.get(s.check, ()))
        )

    def _hits(self, item: Suppression, check: str, judged: Judged) -> bool:
        if item.check != check or not _reaches(item, judged):
            return False
        names = _names(judged)
        return any(matches(item.resource, n) for n in names) if item.id in self._patterns else item.resource in names

    # -- evidence

    def reviewed(self, evidence: str, call: str, read_on: dt.date) -> tuple[str, str]:
        """Who reviewed an item and when. A review counts for what was read until its day, not for a later reading."""
        names = (evidence, call, call.partition("#")[0])
        found = [r for r in self.register.reviews if r.id in names and r.reviewed_on]
        if not found:
            return NOT_PROVIDED, NOT_PROVIDED
        newest = max(found, key=lambda r: (r.reviewed_on or dt.date.min, r.id))
        on = newest.reviewed_on or dt.date.min
        if on < read_on:
            return NOT_PROVIDED, say("NOT PROVIDED; an earlier reading was reviewed on {day}", day=on)
        return newest.reviewed_by, on.isoformat()

    def evidence_lines(self, order: Mapping[str, int]) -> tuple[EvidenceLine, ...]:
        """The manual evidence as rows of the evidence index; `order` are the requirements in scope."""
        sizes = {name: len(body) for name, body in self.register.files}
        return tuple(self._evidence(e, order, sizes) for e in sorted(self.register.evidence, key=lambda e: e.id))

    def _evidence(self, e: ManualEvidence, order: Mapping[str, int], sizes: Mapping[str, int]) -> EvidenceLine:
        obtained = e.obtained_on.isoformat() if e.obtained_on else NOT_PROVIDED
        return EvidenceLine(
            id=e.id,
            title=e.title,
            file=f"register/{e.file}",
            call=say("Provided by management"),
            params=e.how_obtained,
            account="",
            partition="",
            region=e.source,
            state=self.standing(e),
            caller_arn=e.obtained_by,
            tool="",
            started=obtained,
            ended=obtained,
            aws_date="",
            skew="",
            request_ids=(),
            paginated="",
            pages=0,
            rows=0,
            size=sizes.get(e.file, 0),
            sha256=e.sha256,
            error="",
            redactions=0,
            requirements=tuple(sorted({*e.soc2, *e.iso27001} & order.keys(), key=order.__getitem__)),
            responsibilities=e.responsibilities,
            kind=joined(", ", (term(e.material), PROVIDED_BY)) if e.material else PROVIDED_BY,
            covers=span(e.period_from, e.period_to) or NOT_PROVIDED,
            completeness=e.completeness or NOT_PROVIDED,
            accuracy=e.accuracy or NOT_PROVIDED,
            reviewed=e.reviewed_by or NOT_PROVIDED,
            reviewed_on=e.reviewed_on.isoformat() if e.reviewed_on else NOT_PROVIDED,
        )

    def standing(self, e: ManualEvidence) -> str:
        """`ready`, or why an item of manual evidence does not count."""
        if counts(e, self.today):
            return term(Readiness.READY)
        if e.obtained_on and e.obtained_on > self.today:
            return say("obtained later")
        if e.valid_until and past(e.valid_until, self.today):
            return say("expired on {day}", day=e.valid_until)
        return term(e.status)

    def provided(self, *names: str) -> tuple[str, ...]:
        """The ids of manual evidence that counts for any of the names."""
        return tuple(e.id for e in self.register.evidence if counts(e, self.today) and {*names} & {*served(e)})

    # -- whole lists

    def controls(self, results: Mapping[str, Result]) -> tuple[OwnControlLine, ...]:
        """The organization's own controls."""
        return tuple(self._control(c, [results[t] for t in c.checks if t in results]) for c in self.register.controls)

    def _control(self, c: OwnControl, results: Sequence[Result]) -> OwnControlLine:
        manual = [e.id for e in self.register.evidence if c.id in e.controls and counts(e, self.today)]
        return OwnControlLine(
            id=c.id,
            draft=say("DRAFT") if c.draft else "",
            title=c.title,
            description=c.description or NOT_PROVIDED,
            nature=term(c.nature) or NOT_PROVIDED,
            operation=term(c.operation) or NOT_PROVIDED,
            frequency=term(c.frequency) or NOT_PROVIDED,
            owner=c.owner or NOT_PROVIDED,
            soc2=c.soc2,
            iso=c.iso27001,
            responsibilities=c.responsibilities,
            tests=tuple(r.check.id for r in results),
            result=_result(results),
            evidence=(*manual, *dict.fromkeys(e for r in results for e in r.evidence)),
            reviewed=_by(c.reviewed_by, c.reviewed_on),
        )

    def exceptions(self) -> tuple[DeclaredLine, ...]:
        """The registered exceptions."""
        return tuple(
            DeclaredLine(
                id=e.id,
                about=(*e.findings, *e.controls, *e.soc2, *e.iso27001),
                text=e.description,
                reason=e.cause or NOT_PROVIDED,
                compensating=e.compensating_control or NOT_PROVIDED,
                requested_by=e.requested_by or NOT_PROVIDED,
                approved=_by(e.approved_by, e.approved_on),
                state=_state(e, self.today),
                owner=e.owner or NOT_PROVIDED,
                response=e.response or NOT_PROVIDED,
                due=day(e.due) if e.due else NOT_PROVIDED,
                evidence=e.retest,
            )
            for e in self.register.exceptions
        )

    def risk_acceptances(self) -> tuple[DeclaredLine, ...]:
        """The accepted risks."""
        return tuple(
            DeclaredLine(
                id=r.id,
                about=(*r.findings, *r.controls, *r.risks),
                text=r.risk,
                reason=r.reason,
                compensating=r.compensating_control,
                requested_by=r.requested_by,
                approved=_by(r.approved_by, r.approved_on),
                state=_state(r, self.today),
                owner="",
                response="",
                due="",
                evidence=(),
            )
            for r in self.register.risk_acceptances
        )

    def suppressions(self, results: Mapping[str, Result]) -> tuple[DeclaredLine, ...]:
        """The suppressions, each with whether what it is about deviates in this packet."""
        lines = []
        for s in self.register.suppressions:
            result = results.get(s.check)
            state = _state(s, self.today)
            if odd := self._odd(s, result):
                state = Answer(text=joined("; ", (state.text, odd)), shape=state.shape)
            lines.append(
                DeclaredLine(
                    id=s.id,
                    about=(s.check, s.resource, s.account, *([s.region] if s.region else [])),
                    text=say("False positive"),
                    reason=s.reason,
                    compensating="",
                    requested_by=s.requested_by,
                    approved=_by(s.approved_by, s.approved_on),
                    state=state,
                    owner="",
                    response="",
                    due="",
                    evidence=s.proof,
                )
            )
        return tuple(lines)

    def _odd(self, item: Suppression, result: Result | None) -> str:
        """What is odd about what a suppression names in this packet: nothing that deviates, or all that was judged."""
        judged = result.judged(*Status) if result else ()
        hit = [j for j in judged if self._hits(item, item.check, j)]
        if not any(j.status is Status.UNMET for j in hit):
            return say("nothing in this packet deviates so")
        if item.id in self._patterns and len(hit) == len(judged) > 1:
            return say("its pattern fits all {number:,} resources that were judged", number=len(judged))
        return ""

    def suppression_gaps(self, results: Mapping[str, Result]) -> list[GapLine]:
        """A row for each pattern that fits nothing or everything: it is not what its writer meant."""
        return [
            GapLine(
                subject=say("Suppression {id}", id=s.id),
                what=capital(odd),
                bring=say("The name of the resource, or a narrower pattern"),
                where=say("Register"),
                framework="",
            )
            for s in self.register.suppressions
            if s.id in self._patterns and (odd := self._odd(s, results.get(s.check)))
        ]

    def own_cuecs(self) -> tuple[OwnCuecLine, ...]:
        """What the organization expects of its own users."""
        return tuple(
            OwnCuecLine(
                id=c.id,
                statement=c.statement,
                soc2=c.soc2,
                controls=c.controls,
                reviewed=_by(c.reviewed_by, c.reviewed_on),
            )
            for c in self.register.cuecs
        )

    def requests(self, there: Iterable[str]) -> tuple[RequestLine, ...]:
        """The auditor's requests; `there` are the evidence ids of the packet."""
        known = frozenset(there)
        return tuple(self._request(r, known) for r in self.register.requests)

    def _request(self, r: Request, known: frozenset[str]) -> RequestLine:
        answered = r.status in (RequestStatus.PROVIDED, RequestStatus.ACCEPTED, RequestStatus.NOT_APPLICABLE)
        status = r.status or RequestStatus.OPEN
        text = heading(status)
        if r.due and past(r.due, self.today) and not answered:
            text = joined(", ", (text, say("overdue since {day}", day=r.due)))
        return RequestLine(
            id=r.id,
            text=r.text,
            due=day(r.due) if r.due else NOT_PROVIDED,
            state=Answer(text=text, shape=Shape.PLAIN if answered else Shape.MISSING),
            owner=r.owner or NOT_PROVIDED,
            evidence=tuple(e for e in r.evidence if e in known),
            missing=tuple(e for e in r.evidence if e not in known),
            soc2=r.soc2,
            iso=r.iso27001,
            note=r.note,
        )

    def words(self, findings: Sequence[FindingLine]) -> str:
        """What stands beside the findings, counted apart; empty where nothing is registered."""
        register = self.register
        kinds = (
            (register.exceptions, count(len(register.exceptions), "exception (waiver)", "exceptions (waivers)")),
            (register.risk_acceptances, count(len(register.risk_acceptances), "accepted risk", "accepted risks")),
            (register.suppressions, count(len(register.suppressions), "suppression", "suppressions")),
        )
        there = [words for items, words in kinds if items]
        if not there:
            return ""
        said: list[str] = [say("Registered beside the findings: {kinds}.", kinds=listed(there))]
        if suppressed := sum(f.suppressed for f in findings):
            said.append(
                plural(
                    suppressed,
                    "Management declares {n:,} deviating resource to be a false positive.",
                    "Management declares {n:,} deviating resources to be false positives.",
                )
            )
        if over := [name for name, _ in self.expired() if not name.startswith("Manual")]:
            said.append(say("Expired: {names}.", names=listed(over)))
        return joined(" ", (*said, say("None of them changes a result or a count.")))

    def expired(self) -> tuple[tuple[str, str], ...]:
        """What is over and was not renewed: its name, and when it expired."""
        there, found = self.register, list[tuple[str, dt.date | None]]()
        found += [
            (say("Exception (waiver) {id}", id=e.id), e.expires)
            for e in there.exceptions
            if e.status != Progress.CLOSED
        ]
        found += [(say("Risk acceptance {id}", id=r.id), r.expires) for r in there.risk_acceptances]
        found += [(say("Suppression {id}", id=s.id), s.expires) for s in there.suppressions]
        found += [(say("Manual evidence {id}", id=e.id), e.valid_until) for e in there.evidence]
        return tuple(
            (name, say("Expired on {day}", day=last)) for name, last in found if last and past(last, self.today)
        )


def _reaches(item: Suppression, judged: Judged) -> bool:
    """Whether a suppression is of where something was judged."""
    return judged.place.account == item.account and item.region in ("", judged.place.region)


def _names(judged: Judged) -> tuple[str, ...]:
    """What a suppression may call what was judged."""
    return (judged.name, itself(judged.place)) if judged.is_place else (judged.name,)


def _own(controls: Sequence[OwnControl]) -> Own:
    if not controls:
        return Own()

    def each(values: Sequence[str]) -> str:
        """One value, or each under its control's id where they differ."""
        shown = [value or NOT_PROVIDED for value in values]
        if len({*shown}) == 1:
            return shown[0]
        # NOT PROVIDED and the words of a closed set are ours, and have no full stop to take off
        bare = [value if isinstance(value, Said) else value.rstrip(".") for value in shown]
        return joined("; ", (joined(": ", (c.id, value)) for c, value in zip(controls, bare, strict=True)))

    return Own(
        control=joined(", ", (say("{id} (DRAFT)", id=c.id) if c.draft else c.id for c in controls)),
        description=each([c.description for c in controls]),
        owner=each([c.owner for c in controls]),
        frequency=each([term(c.frequency) for c in controls]),
    )


def _with_day(status: str, planned_for: dt.date | None) -> str:
    text = heading(status)
    return say("{status} for {day}", status=text, day=planned_for) if text and planned_for else text


def _by(who: str, on: dt.date | None) -> str:
    return joined(", ", (who, day(on))) if who and on else NOT_PROVIDED


def _state(item: KnownException | RiskAcceptance | Suppression, today: dt.date) -> Answer:
    """Closed, expired, or in force."""
    return _standing(item, today)[0]


def _within(item: KnownException | RiskAcceptance | Suppression, today: dt.date) -> str:
    """The same in the middle of a sentence."""
    return _standing(item, today)[1]


def _standing(item: KnownException | RiskAcceptance | Suppression, today: dt.date) -> tuple[Answer, str]:
    if isinstance(item, KnownException) and item.status == Progress.CLOSED and (on := item.closed_on):
        return Answer(text=say("Closed on {day}", day=on), shape=Shape.PLAIN), say("closed on {day}", day=on)
    if (last := item.expires) and past(last, today):
        return Answer(text=say("Expired on {day}", day=last), shape=Shape.MISSING), say("expired on {day}", day=last)
    if isinstance(item, KnownException) and not item.approved_by:
        return Answer(text=say("Open, not approved"), shape=Shape.MISSING), say("open, not approved")
    if (start := item.approved_on) and start > today:
        late = say("Approved only from {day}", day=start)
        return Answer(text=late, shape=Shape.MISSING), say("approved only from {day}", day=start)
    if last:
        until = say("In force until {day}", day=last)
        return Answer(text=until, shape=Shape.PLAIN), say("in force until {day}", day=last)
    return Answer(text=say("In force, without an end"), shape=Shape.PLAIN), say("in force, without an end")


def _result(results: Sequence[Result]) -> Answer:
    if not results:
        return Answer(text=say("No self-test named"), shape=Shape.PLAIN)
    statuses = [r.status for r in results]
    n = count(len(statuses), "self-test", "self-tests")
    if bad := statuses.count(Status.UNMET):
        return Answer(text=say("{number} of {tests} deviated", number=bad, tests=n), shape=Shape.DEVIATION)
    if unread := statuses.count(Status.UNKNOWN):
        return Answer(text=say("{number} of {tests} not determined", number=unread, tests=n), shape=Shape.UNREAD)
    if good := statuses.count(Status.MET):
        return Answer(text=say("{number} of {tests} without deviation", number=good, tests=n), shape=Shape.MET)
    return Answer(text=say("{tests} not applicable", tests=n), shape=Shape.NOT_APPLICABLE)
