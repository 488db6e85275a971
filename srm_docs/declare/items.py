"""What management says, item by item: one frozen dataclass for each file of the register. Pure values.

Each field carries its description (`fields.said`): editors, the workbook and the reader take it from here. An item is
addressed by the kind of its file and its id; an id is a promise, because findings, requests and packets name it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from srm_docs.checks.kit import Severity
from srm_docs.declare.fields import Form, Refers, said
from srm_docs.said import say

_ID: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
_PERSON: Final = "Name or role"


class Nature(StrEnum):
    """When a control works."""

    PREVENTIVE = "preventive"
    DETECTIVE = "detective"
    CORRECTIVE = "corrective"


class Operation(StrEnum):
    """Who performs a control."""

    MANUAL = "manual"
    AUTOMATED = "automated"
    IT_DEPENDENT = "IT-dependent manual"


class Frequency(StrEnum):
    """How often the control itself runs."""

    CONTINUOUS = "continuous"
    MANY_A_DAY = "many a day"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    AS_NEEDED = "as needed"


class Implementation(StrEnum):
    """How far something is implemented."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"
    ALTERNATIVE = "alternative"
    NOT_APPLICABLE = "not applicable"


class Implemented(StrEnum):
    """How far an applicable Annex A control is implemented."""

    IMPLEMENTED = "implemented"
    PARTIAL = "partial"
    PLANNED = "planned"


class Reason(StrEnum):
    """Why an Annex A control is included."""

    RISK = "risk treatment"
    LAW = "law or regulation"
    CONTRACT = "contract"
    BUSINESS = "business need"


class Progress(StrEnum):
    """Where a response or an exception stands."""

    OPEN = "open"
    UNDER_WAY = "under way"
    CLOSED = "closed"


class Origin(StrEnum):
    """Who noticed an exception."""

    SELF_TEST = "self-test"
    INTERNAL_AUDIT = "internal audit"
    AUDITOR = "auditor"
    INCIDENT = "incident"
    OTHER = "other"


class Material(StrEnum):
    """What manual evidence is."""

    DOCUMENT = "document"
    SCREENSHOT = "screenshot"
    EXPORT = "export"
    TICKET = "ticket"
    STATEMENT = "statement"


class Readiness(StrEnum):
    """Whether manual evidence may be relied on. Only what is ready counts."""

    READY = "ready"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class Opinion(StrEnum):
    """What the auditor of AWS concluded, as the reviewer read it."""

    UNMODIFIED = "unmodified"
    QUALIFIED = "qualified"
    ADVERSE = "adverse"
    DISCLAIMER = "disclaimer"
    CERTIFIED = "certified"


class RequestStatus(StrEnum):
    """Where a request of the auditor stands."""

    OPEN = "open"
    PROVIDED = "provided"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    NOT_APPLICABLE = "not applicable"


class Mishap(StrEnum):
    """What went wrong."""

    INCIDENT = "incident"
    CONTROL_FAILURE = "control failure"


class Changed(StrEnum):
    """What a material change is of: a part of the system (DC 3), a control, or what was promised."""

    INFRASTRUCTURE = "infrastructure"
    SOFTWARE = "software"
    PEOPLE = "people"
    PROCEDURES = "procedures"
    DATA = "data"
    CONTROL = "control"
    SUBSERVICE = "subservice organization"
    COMMITMENT = "commitment"


class Holds(StrEnum):
    """What management says of a record between two days."""

    NONE = "none"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What all kinds have: KIND names the file and the list in it, TITLE is its heading for people."""

    KIND: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    WRITER: ClassVar[str] = ""
    """The command that alone writes items of this kind; empty where people do."""

    id: str


UNWRITTEN: Final = "To be written"
"""How the description of a draft begins: nobody's words yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnControl(Item):
    """A control of the organization, in its own numbering. SOC 2 tests these, not criteria."""

    KIND: ClassVar[str] = "controls"
    TITLE: ClassVar[str] = "Own controls"

    id: str = said(Form.LINE, "The control's own number.", needed=True, pattern=_ID, like="NET-02")
    draft: bool | None = said(Form.FLAG, "Yes until management has made the draft its own.")
    title: str = said(Form.LINE, "A few words that name it.", needed=True)
    description: str = said(Form.TEXT, "Who does what, how often, on what, with what record. One testable sentence.")
    nature: str = said(Form.WORD, "When it works.", words=Nature)
    operation: str = said(Form.WORD, "Who performs it.", words=Operation)
    frequency: str = said(Form.WORD, "How often the control itself runs.", words=Frequency)
    owner: str = said(Form.LINE, "The role that answers for it.")
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria that it serves.", refers=Refers.SOC2, like="CC6.6")
    iso27001: tuple[str, ...] = said(
        Form.LIST, "The Annex A controls and clauses that it serves.", refers=Refers.ISO, like="A.8.20"
    )
    responsibilities: tuple[str, ...] = said(
        Form.LIST,
        "The responsibilities of the AWS model that it answers: a CUEC of AWS, or the watch over AWS's part.",
        refers=Refers.RESPONSIBILITY,
        like="networking.security-groups-nacls",
    )
    checks: tuple[str, ...] = said(Form.LIST, "The self-tests that test it.", refers=Refers.CHECK)
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(Item):
    """How far a responsibility of the AWS model is implemented, in management's words."""

    KIND: ClassVar[str] = "responsibilities"
    TITLE: ClassVar[str] = "Implementation of responsibilities"

    id: str = said(
        Form.LINE,
        "The responsibility, as `srm-docs controls list` names it.",
        needed=True,
        refers=Refers.RESPONSIBILITY,
        like="networking.security-groups-nacls",
    )
    status: str = said(Form.WORD, "How far it is implemented.", words=Implementation)
    statement: str = said(Form.TEXT, "How it is implemented: policy, procedure, system.")
    owner: str = said(Form.LINE, "The role that answers for it.")
    planned_for: dt.date | None = said(Form.DATE, "The day by which what is planned will be done.")
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicability(Item):
    """A decision of the Statement of Applicability (ISO/IEC 27001, clause 6.1.3 d)."""

    KIND: ClassVar[str] = "soa"
    TITLE: ClassVar[str] = "Statement of Applicability"

    id: str = said(Form.LINE, "The Annex A control.", needed=True, refers=Refers.ANNEX_A, like="A.8.20")
    applicable: bool | None = said(Form.FLAG, "No needs a reason that holds in the scope.")
    reasons: tuple[str, ...] = said(Form.LIST, "Why it is included.", words=Reason)
    inclusion: str = said(Form.TEXT, "The justification for inclusion, in a sentence.")
    exclusion: str = said(Form.TEXT, "The justification for exclusion, if not applicable. That AWS runs it is none.")
    implemented: str = said(Form.WORD, "How far it is implemented.", words=Implemented)
    planned_for: dt.date | None = said(Form.DATE, "The day by which what is planned will be done.")
    risks: tuple[str, ...] = said(Form.LIST, "Risks and treatment plans of the risk register.", like="R-017")
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who decided it.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Item):
    """What management answers to a finding of a self-test."""

    KIND: ClassVar[str] = "findings"
    TITLE: ClassVar[str] = "Responses to findings"

    id: str = said(
        Form.LINE, "The finding's number, the same in every packet.", needed=True, refers=Refers.FINDING, like="F-7KQ2M"
    )
    cause: str = said(Form.TEXT, "Why it came about.")
    response: str = said(Form.TEXT, "What was or will be done, and how recurrence is prevented.")
    owner: str = said(Form.LINE, "The role that answers for it.")
    due: dt.date | None = said(Form.DATE, "The day by which it will be done.")
    status: str = said(Form.WORD, "Where it stands.", words=Progress)
    closed_on: dt.date | None = said(Form.DATE, "The day on which it was done.")
    retest: tuple[str, ...] = said(Form.LIST, "Evidence of the retest.", refers=Refers.EVIDENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownException(Item):
    """A deviation that management knows of and has registered, with what compensates it until it is mended."""

    KIND: ClassVar[str] = "exceptions"
    TITLE: ClassVar[str] = "Approved exceptions (waivers)"

    id: str = said(Form.LINE, "The exception's own number.", needed=True, pattern=_ID, like="EX-001")
    description: str = said(Form.TEXT, "What deviates, with counts.", needed=True)
    findings: tuple[str, ...] = said(Form.LIST, "The findings it is about.", refers=Refers.FINDING, like="F-7KQ2M")
    controls: tuple[str, ...] = said(Form.LIST, "The own controls it is about.", refers=Refers.CONTROL)
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria it is about.", refers=Refers.SOC2)
    iso27001: tuple[str, ...] = said(Form.LIST, "The Annex A controls and clauses it is about.", refers=Refers.ISO)
    origin: str = said(Form.WORD, "Who noticed it.", words=Origin)
    found_on: dt.date | None = said(Form.DATE, "When it was noticed.")
    cause: str = said(Form.TEXT, "Why it came about.")
    impact: str = said(Form.TEXT, "What it may lead to.")
    severity: str = said(Form.WORD, "How grave management holds it to be.", words=Severity)
    affected_from: dt.date | None = said(Form.DATE, "The first day affected.")
    affected_to: dt.date | None = said(Form.DATE, "The last day affected; blank while it lasts.")
    compensating_control: str = said(Form.TEXT, 'What compensates it meanwhile, or "none".')
    requested_by: str = said(Form.LINE, f"{_PERSON} of who asked for it.")
    approved_by: str = said(Form.LINE, f"{_PERSON} of who approved it: not who asked for it.")
    approved_on: dt.date | None = said(Form.DATE, "When it was approved.")
    expires: dt.date | None = said(Form.DATE, "The last day on which the approval holds.")
    owner: str = said(Form.LINE, "The role that mends it.")
    response: str = said(Form.TEXT, "What is done about it, and how recurrence is prevented.")
    due: dt.date | None = said(Form.DATE, "The day by which it will be done.")
    status: str = said(Form.WORD, "Where it stands.", words=Progress)
    closed_on: dt.date | None = said(Form.DATE, "The day on which it was closed.")
    retest: tuple[str, ...] = said(Form.LIST, "Evidence of the retest.", refers=Refers.EVIDENCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAcceptance(Item):
    """A risk that management accepts for a time. The deviation stays a deviation."""

    KIND: ClassVar[str] = "risk-acceptances"
    TITLE: ClassVar[str] = "Risk acceptances"

    id: str = said(Form.LINE, "The acceptance's own number.", needed=True, pattern=_ID, like="RA-001")
    risk: str = said(Form.TEXT, "The risk that is accepted, and for which resources.", needed=True)
    findings: tuple[str, ...] = said(Form.LIST, "The findings it is about.", refers=Refers.FINDING, like="F-7KQ2M")
    controls: tuple[str, ...] = said(Form.LIST, "The own controls it is about.", refers=Refers.CONTROL)
    reason: str = said(Form.TEXT, "Why it is accepted.", needed=True)
    compensating_control: str = said(Form.TEXT, 'What compensates it meanwhile, or "none".', needed=True)
    requested_by: str = said(Form.LINE, f"{_PERSON} of who asked for it.", needed=True)
    approved_by: str = said(Form.LINE, f"{_PERSON} of who approved it: not who asked for it.", needed=True)
    approved_on: dt.date | None = said(Form.DATE, "When it was approved.", needed=True)
    expires: dt.date | None = said(Form.DATE, "The last day on which it holds.", needed=True)
    risks: tuple[str, ...] = said(Form.LIST, "Its entries in the risk register.", like="R-017")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression(Item):
    """A verdict that management holds to be false, with proof. It is printed and counted apart.

    It is of one resource, or of those whose names fit a pattern.
    """

    KIND: ClassVar[str] = "suppressions"
    TITLE: ClassVar[str] = "Suppressions"

    id: str = said(Form.LINE, "The suppression's own number.", needed=True, pattern=_ID, like="SUP-001")
    check: str = said(Form.LINE, "The self-test that is wrong about it.", needed=True, refers=Refers.CHECK)
    resource: str = said(
        Form.LINE,
        "The resource, as the packet names it; * stands for any characters, as in app-*-logs.",
        needed=True,
        like="app-*-logs",
    )
    account: str = said(
        Form.LINE, "The account that it is in.", needed=True, pattern=r"\d{12}", like="111122223333 (12 digits, quoted)"
    )
    region: str = said(Form.LINE, "The region that it is in; blank: any.", like="eu-west-1")
    reason: str = said(Form.TEXT, "Why the verdict is false.", needed=True)
    proof: tuple[str, ...] = said(Form.LIST, "The evidence that shows it.", needed=True, refers=Refers.EVIDENCE)
    requested_by: str = said(Form.LINE, f"{_PERSON} of who asked for it.", needed=True)
    approved_by: str = said(Form.LINE, f"{_PERSON} of who approved it: not who asked for it.", needed=True)
    approved_on: dt.date | None = said(Form.DATE, "When it was approved.", needed=True)
    expires: dt.date | None = said(Form.DATE, "The last day on which it holds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEvidence(Item):
    """A file that people bring, with what an auditor must know to rely on it (IPE)."""

    KIND: ClassVar[str] = "evidence"
    TITLE: ClassVar[str] = "Manual evidence"

    id: str = said(
        Form.LINE, "The item's own number; EV- is kept for what AWS returned.", needed=True,
        pattern=rf"(?!(?i:EV-)){_ID}", like="ME-001",
    )  # fmt: skip
    title: str = said(Form.LINE, "What it is.", needed=True)
    file: str = said(
        Form.LINE,
        "The file, relative to register/.",
        needed=True,
        pattern=r"[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(?:/[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)*",
        like="evidence/access-review-2026-q2.pdf (letters, digits, dots, hyphens and underscores; inside register/)",
    )
    sha256: str = said(
        Form.LINE, "The file's SHA-256: `sha256sum FILE`.", needed=True, pattern="[0-9a-f]{64}", like="64 hex digits"
    )
    material: str = said(Form.WORD, "What it is made of.", words=Material)
    source: str = said(Form.LINE, "The system or person that it comes from.", needed=True)
    how_obtained: str = said(Form.TEXT, "How it was obtained: query, filters, steps.", needed=True)
    obtained_by: str = said(Form.LINE, f"{_PERSON} of who obtained it.", needed=True)
    obtained_on: dt.date | None = said(Form.DATE, "When.", needed=True)
    period_from: dt.date | None = said(Form.DATE, "The first day that it speaks for.")
    period_to: dt.date | None = said(Form.DATE, "The last day that it speaks for.")
    valid_until: dt.date | None = said(Form.DATE, "The last day on which it may be relied on.")
    completeness: str = said(Form.TEXT, "How it is known to be complete.")
    accuracy: str = said(Form.TEXT, "How it is known to be accurate.")
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria that it serves.", refers=Refers.SOC2)
    iso27001: tuple[str, ...] = said(Form.LIST, "The Annex A controls and clauses that it serves.", refers=Refers.ISO)
    responsibilities: tuple[str, ...] = said(
        Form.LIST, "The responsibilities that it serves.", refers=Refers.RESPONSIBILITY
    )
    controls: tuple[str, ...] = said(Form.LIST, "The own controls that it serves.", refers=Refers.CONTROL)
    completes: tuple[str, ...] = said(
        Form.LIST,
        "Those of the criteria, controls and responsibilities above for which, with this item, nothing that the "
        "packet asks people for is outstanding any more.",
    )
    status: str = said(Form.WORD, "Only what is ready counts.", needed=True, words=Readiness)
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who reviewed it.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Item):
    """Management's review of what AWS returned, before an auditor relies on it."""

    KIND: ClassVar[str] = "reviews"
    TITLE: ClassVar[str] = "Reviews of collected evidence"

    id: str = said(
        Form.LINE,
        "An evidence id, or a call for all items of it.",
        needed=True,
        refers=Refers.COLLECTED,
        like="EV-ABCD2345 or iam:ListUsers",
    )
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who reviewed it.", needed=True)
    reviewed_on: dt.date | None = said(Form.DATE, "When. It counts for what was read until that day.", needed=True)
    note: str = said(Form.TEXT, "What was noticed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReview(Item):
    """Management's review of a report of AWS. Facts and our judgement only: the report itself is under NDA."""

    KIND: ClassVar[str] = "aws-reports"
    TITLE: ClassVar[str] = "Reviews of AWS reports"

    id: str = said(Form.LINE, "The report, as aws-reports.yaml names it.", needed=True, refers=Refers.REPORT)
    period_from: dt.date | None = said(Form.DATE, "The first day that the reviewed report covers.")
    period_to: dt.date | None = said(Form.DATE, "The last day; of a certificate, the last day of its validity.")
    sha256: str = said(Form.LINE, "The SHA-256 of the reviewed file.", pattern="[0-9a-f]{64}", like="64 hex digits")
    auditor: str = said(Form.LINE, "Who issued it.")
    opinion: str = said(Form.WORD, "What its auditor concluded.", words=Opinion)
    services_in_scope: bool | None = said(Form.FLAG, "Whether all services in use are in its scope.")
    services_missing: tuple[str, ...] = said(Form.LIST, "Services in use that are not.")
    regions_in_scope: bool | None = said(Form.FLAG, "Whether all regions in use are in its scope.")
    exceptions: str = said(Form.TEXT, 'Its exceptions that matter to us and our judgement, or "none".')
    cuecs_mapped: bool | None = said(Form.FLAG, "Whether each of its CUECs is answered by an own control.")
    bridge: str = said(Form.TEXT, "How the days between its end and the end of our period are bridged.")
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who reviewed it.", needed=True)
    reviewed_on: dt.date | None = said(Form.DATE, "When.", needed=True)
    approved_by: str = said(Form.LINE, f"{_PERSON} of who approved the review: not who made it.")
    valid_until: dt.date | None = said(Form.DATE, "The last day on which the review may be relied on.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCuec(Item):
    """What the organization expects of its own users. Never the same list as AWS's CUECs."""

    KIND: ClassVar[str] = "cuecs"
    TITLE: ClassVar[str] = "Own user-entity controls"

    id: str = said(Form.LINE, "The CUEC's own number.", needed=True, pattern=_ID, like="UC-01")
    statement: str = said(Form.TEXT, '"User entities are responsible for …"', needed=True)
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria that it serves.", refers=Refers.SOC2)
    controls: tuple[str, ...] = said(Form.LIST, "The own controls that assume it.", refers=Refers.CONTROL)
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident(Item):
    """An incident or the failure of a control: its nature, time and extent."""

    KIND: ClassVar[str] = "incidents"
    TITLE: ClassVar[str] = "Incidents and control failures"

    id: str = said(Form.LINE, "The incident's own number.", needed=True, pattern=_ID, like="INC-001")
    date: dt.date | None = said(Form.DATE, "The day on which it began.", needed=True)
    title: str = said(Form.LINE, "A few words that name it.", needed=True)
    kind: str = said(Form.WORD, "What went wrong.", words=Mishap)
    description: str = said(Form.TEXT, "What happened, why, and how far it reached: systems, data, users.")
    controls: tuple[str, ...] = said(Form.LIST, "The own controls that failed or were affected.", refers=Refers.CONTROL)
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria that it bears on.", refers=Refers.SOC2)
    iso27001: tuple[str, ...] = said(Form.LIST, "The Annex A controls and clauses it bears on.", refers=Refers.ISO)
    commitments_missed: bool | None = said(Form.FLAG, "Whether a commitment to users was missed.")
    resolved_on: dt.date | None = said(Form.DATE, "The day on which it was over; blank while it lasts.")
    response: str = said(Form.TEXT, "What was done, and how recurrence is prevented.")
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemChange(Item):
    """A material change to the system or its controls. What is not material does not belong here."""

    KIND: ClassVar[str] = "changes"
    TITLE: ClassVar[str] = "Material changes"

    id: str = said(Form.LINE, "The change's own number.", needed=True, pattern=_ID, like="CH-001")
    date: dt.date | None = said(Form.DATE, "The day from which it was in force.", needed=True)
    title: str = said(Form.LINE, "A few words that name it.", needed=True)
    kind: str = said(Form.WORD, "What it is a change of.", words=Changed)
    description: str = said(Form.TEXT, "What was before, what is now, and why.")
    controls: tuple[str, ...] = said(Form.LIST, "The own controls that it affects.", refers=Refers.CONTROL)
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria that it bears on.", refers=Refers.SOC2)
    iso27001: tuple[str, ...] = said(Form.LIST, "The Annex A controls and clauses it bears on.", refers=Refers.ISO)
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKept(Item):
    """Management's word that a list is whole between two days. Without it an empty list says nothing."""

    KIND: ClassVar[str] = "records"
    TITLE: ClassVar[str] = "Completeness of the records"

    id: str = said(
        Form.LINE, "The list that it speaks of.", needed=True, pattern="incidents|changes", like="incidents or changes"
    )
    period_from: dt.date | None = said(Form.DATE, "The first day that it speaks for.", needed=True)
    period_to: dt.date | None = said(Form.DATE, "The last day that it speaks for.", needed=True)
    holds: str = said(
        Form.WORD,
        "What there was in these days: none, or all that the list has and no other.",
        needed=True,
        words=Holds,
    )
    how: str = said(Form.TEXT, "How it is known: which system was searched, who was asked.")
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who looked.", needed=True)
    reviewed_on: dt.date | None = said(Form.DATE, "When; not before the last of these days.", needed=True)


PARTS: Final[Mapping[str, str]] = {
    "services": say("The kinds of service provided"),
    "commitments": say("Principal service commitments"),
    "requirements": say("Principal system requirements"),
    "infrastructure": say("Infrastructure outside AWS, such as networks of offices and machines of staff"),
    "software": say("Software: own applications and what is bought, operating systems of instances"),
    "people": say("People: the roles that run, watch and support the system"),
    "procedures": say("Procedures: automated and manual, by which it is run"),
    "data": say("Data: its kinds and how each is classified"),
    "user-controls": say(
        "The organization's own complementary user entity controls, or the statement that it has none"
    ),
    "subservice-organizations": say("Subservice organizations besides AWS, or the statement that there are none"),
    "subservice-monitoring": say("How the organization monitors each of them"),
    "categories-left-out": say("The reason for each category that is left out"),
    "criteria-left-out": say(
        "Criteria in scope that are not relevant, each with its reason, or the statement that all are"
    ),
}
"""The parts of the system description that only management can give, with what each asks for. Lists are other files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPart(Item):
    """What management says in a part of the system description that configuration and inventory cannot know."""

    KIND: ClassVar[str] = "system"
    TITLE: ClassVar[str] = "System description"

    id: str = said(Form.LINE, f"The part: {', '.join(PARTS)}.", needed=True, refers=Refers.PART, like="commitments")
    draft: bool | None = said(Form.FLAG, "Yes until management has made the draft its own.")
    statement: str = said(Form.TEXT, "What the description says there, in management's words.", needed=True)
    reviewed_by: str = said(Form.LINE, f"{_PERSON} of who last reviewed this text.")
    reviewed_on: dt.date | None = said(Form.DATE, "When.")


ASSERTION: Final = "management-assertion"
BRIDGE: Final = "bridge-letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts(Item):
    """What management gives for a letter that it may sign. A signature is never among it."""

    KIND: ClassVar[str] = "letters"
    TITLE: ClassVar[str] = "Facts of the letters"

    id: str = said(
        Form.LINE, "The letter.", needed=True, pattern=f"{ASSERTION}|{BRIDGE}", like=f"{ASSERTION} or {BRIDGE}"
    )
    addressee: str = said(Form.LINE, "To whom it is written.")
    report: str = said(Form.LINE, "Title and type of the last report (bridge letter).")
    auditor: str = said(Form.LINE, "Who issued that report.")
    report_end: dt.date | None = said(Form.DATE, "The last day of the period of that report.")
    bridge_to: dt.date | None = said(Form.DATE, "The last day that the bridge letter speaks for.")
    next_report: dt.date | None = said(Form.DATE, "The day on which the next report is expected.")
    no_changes: bool | None = said(
        Form.FLAG, "Whether management wants to state that there were no material changes: refused if one is on record."
    )
    no_incidents: bool | None = said(
        Form.FLAG, "Whether management wants to state that there were no incidents: refused if one is on record."
    )
    exceptions: str = said(Form.TEXT, 'What the assertion takes out (assertion), or "none".')
    signer: str = said(Form.LINE, "Name and title of who will sign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Item):
    """A request of the auditor (PBC list), by the auditor's own number."""

    KIND: ClassVar[str] = "requests"
    TITLE: ClassVar[str] = "Requests of the auditor"

    id: str = said(
        Form.LINE, "The auditor's number.", needed=True, pattern=r"[A-Za-z0-9][A-Za-z0-9 ._/#-]{0,39}", like="PBC-12"
    )
    text: str = said(Form.TEXT, "What is asked for.", needed=True)
    due: dt.date | None = said(Form.DATE, "The day by which it is due.")
    status: str = said(Form.WORD, "Where it stands.", words=RequestStatus)
    owner: str = said(Form.LINE, "Who answers it.")
    evidence: tuple[str, ...] = said(
        Form.LIST, "What answers it: EV- ids of the packet and ids of manual evidence.", refers=Refers.EVIDENCE
    )
    soc2: tuple[str, ...] = said(Form.LIST, "The SOC 2 criteria it is about.", refers=Refers.SOC2)
    iso27001: tuple[str, ...] = said(Form.LIST, "The Annex A controls and clauses it is about.", refers=Refers.ISO)
    note: str = said(Form.TEXT, "What the auditor should know.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported(Item):
    """One import of a workbook into this register: who handed it in, and when. Written by the import itself."""

    KIND: ClassVar[str] = "imports"
    TITLE: ClassVar[str] = "Imports of workbooks"
    WRITER: ClassVar[str] = "srm-docs import"

    id: str = said(Form.LINE, "The import.", needed=True, pattern=_ID, like="IM-20260630-101500")
    by: str = said(Form.LINE, f"{_PERSON} of whose words they are, as the import was told.", needed=True)
    at: str = said(
        Form.LINE,
        "When it was imported, in UTC.",
        needed=True,
        pattern=r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC",
        like="2026-06-30 10:15:00 UTC",
    )
    file: str = said(Form.LINE, "The name of the file.", needed=True)
    sha256: str = said(Form.LINE, "Its SHA-256.", needed=True, pattern=r"[0-9a-f]{64}", like="64 hexadecimal digits")
    packet: str = said(Form.LINE, "The packet that the workbook was made with, as it says; blank where it has no base.")
    changed: str = said(Form.LINE, "How many values it changed.", needed=True, pattern=r"\d+ values?", like="12 values")


MODELS: Final[tuple[type[Item], ...]] = (
    OwnControl,
    Responsibility,
    Applicability,
    Response,
    KnownException,
    RiskAcceptance,
    Suppression,
    ManualEvidence,
    Review,
    ReportReview,
    OwnCuec,
    Incident,
    SystemChange,
    RecordKept,
    SystemPart,
    LetterFacts,
    Request,
    Imported,
)
"""All kinds, in the order in which a person would fill them in."""
KINDS: Final = {model.KIND: model for model in MODELS}
