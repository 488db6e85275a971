"""The one document model that every renderer prints: frozen lines of words, counts and references.

Counts, order and wording are decided before this model exists, so that PDF and workbook cannot disagree. A renderer
may choose a layout, never a fact. Strings that came from AWS are raw here: each renderer neutralises them. What is
wording of ours is a `Said`, which can be said in another language; names, ids, texts of the catalog and of checks, and
management's words are plain str.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from srm_docs.said import say

NOT_PROVIDED: Final = say("NOT PROVIDED")
"""The one wording for input that nobody gave."""
COLLECTED: Final = say("AWS API reply")
"""The kind of evidence that was collected. Any other kind was brought by people."""


class Shape(StrEnum):
    """The mark beside a status word. The word carries the meaning; the shape repeats it for greyscale."""

    MET = "met"
    DEVIATION = "dev"
    UNREAD = "unr"
    PARTLY = "part"
    INHERITED = "inh"
    NOT_APPLICABLE = "na"
    MISSING = "missing"
    PLAIN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status as it is printed: `Deviation, 2 of 25` with its shape."""

    text: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What stands on every page and on the covers. `sealed`: the document is part of a packet, not printed alone."""

    organization: str
    system: str
    audit_type: str
    period: str
    as_read: str
    snapshot: str
    snapshot_digest: str
    chain_head: str
    packet: str
    tool: str
    catalog_digest: str
    version: str
    classification: str
    prepared_by: str
    accent: str
    paper: str
    demo: bool
    statement: str
    as_read_sentence: str
    type_2_sentence: str
    mapping_approval: str
    generated: dt.datetime
    sealed: bool = True
    legal_name: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """One account in scope: who read it, in which regions, and which enabled regions were left out by configuration."""

    id: str
    name: str
    caller_arn: str
    entered: Answer
    regions: tuple[str, ...]
    left_out: tuple[str, ...]
    regions_listed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What stands in one account: how many self-tests with which result there, and what could not be read.

    `unread` counts planned reads not answered in full, `evidence` questions on record, `deviating` names tests.
    """

    id: str
    name: str
    entered: Answer
    regions: tuple[str, ...]
    left_out: tuple[str, ...]
    tests: int
    met: int
    unmet: int
    unknown: int
    not_applicable: int
    deviating: tuple[str, ...]
    unread: int
    evidence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountOutLine:
    """One account of the organization that was not read on purpose, and why."""

    id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was read and what was not. `completeness` is one sentence.

    `accounts_found` says how the accounts were found; `part` which accounts of the snapshot the packet is about.
    """

    accounts: tuple[AccountLine, ...]
    regions: tuple[str, ...]
    left_out: tuple[str, ...]
    completeness: Answer
    frameworks: tuple[str, ...]
    categories: tuple[str, ...]
    categories_out: tuple[str, ...]
    offices: str
    skew: str
    accounts_out: tuple[AccountOutLine, ...] = ()
    accounts_found: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One mapping: a responsibility and a criterion or control, with strength, confidence and the reason."""

    responsibility: str
    responsibility_text: str
    side: str
    framework: str
    requirement: str
    requirement_title: str
    strength: str
    confidence: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityLine:
    """One bullet of the AWS model, as the matrix prints it.

    `relied_on` are report titles (AWS side); `expectation` is the CSOC (AWS side) or AWS CUEC (customer side) wording.
    `part` and `part_evidence` are of AWS bullets that are shared: what the self-tests say of the part that the
    customer configures. `answer` and `evidence` stay those of AWS's reports there.
    """

    id: str
    domain: str
    text: str
    side: str
    kind: str
    expectation: str
    caveat: str
    otherwise: str
    soc2_primary: tuple[str, ...]
    soc2_supporting: tuple[str, ...]
    iso_primary: tuple[str, ...]
    iso_supporting: tuple[str, ...]
    answer: Answer
    tests: tuple[str, ...]
    relied_on: tuple[str, ...]
    review: str
    evidence: tuple[str, ...]
    links: tuple[LinkLine, ...]
    part: Answer | None = None
    part_evidence: tuple[str, ...] = ()
    own_control: str = NOT_PROVIDED
    own_description: str = NOT_PROVIDED
    own_owner: str = NOT_PROVIDED
    own_frequency: str = NOT_PROVIDED
    implemented: str = NOT_PROVIDED
    statement: str = NOT_PROVIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLine:
    """One resource (or account, or region) that deviated or could not be judged.

    `declared` is what management says beside it, a false positive with its proof: the status stays what was read.
    """

    name: str
    account: str
    region: str
    note: str
    status: Answer
    evidence: tuple[str, ...]
    declared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TestLine:
    """One self-test: procedure, population, result.

    severity  as the check proposes it      primary  those of `soc2` and `iso` that a primary link leads to
    source    which calls the population and what it was compared with came from; empty where nothing was read
    """

    __test__ = False

    id: str
    title: str
    reason: str
    remedy: str
    severity: str
    domain: str
    responsibilities: tuple[str, ...]
    procedure: str
    population: str
    answer: Answer
    met: int
    unmet: int
    unknown: int
    not_applicable: int
    places_unread: int
    soc2: tuple[str, ...]
    iso: tuple[str, ...]
    primary: tuple[str, ...]
    calls: tuple[str, ...]
    evidence: tuple[str, ...]
    deviations: tuple[ResourceLine, ...]
    not_determined: tuple[ResourceLine, ...]
    gaps: tuple[str, ...]
    notes: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One deviation found by a self-test, titled with its count: `2 of 7 security groups: deviation from …`.

    id  the self-test's        number  the finding's own, `F-7KQ2M`, the same in every packet
    `given_cause`, `response`, `owner` and `due` are management's; `declared` names exceptions, accepted risks and
    suppressions beside it, and `suppressed` counts resources that management declares false positives. None of them
    changes what was found.
    """

    id: str
    number: str
    title: str
    severity: str
    domain: str
    domain_title: str
    responsibilities: tuple[str, ...]
    soc2: tuple[str, ...]
    iso: tuple[str, ...]
    primary: tuple[str, ...]
    count: str
    cause: str
    effect: str
    remedy: str
    resources: tuple[ResourceLine, ...]
    evidence: tuple[str, ...]
    response: str
    owner: str
    also_unread: str
    given_cause: str = NOT_PROVIDED
    due: str = NOT_PROVIDED
    declared: tuple[str, ...] = ()
    suppressed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadLine:
    """One call at one place that AWS did not answer in full, with what it leaves undetermined and how to mend it.

    `depends_on` is the call whose answer is missing, where the call itself was not refused; `reads` are the planned
    reads that the line stands for.
    """

    call: str
    account: str
    region: str
    state: str
    code: str
    message: str
    asked: int
    answered: int
    affects: tuple[str, ...]
    mend: str
    evidence: tuple[str, ...]
    depends_on: str = ""
    reads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementLine:
    """One SOC 2 criterion, Annex A control or ISMS clause, with exactly one of the seven statements.

    `statement` is the status, `because` names what decided it, `decided` the same as (label, words) lines. The `own_*`
    columns are the organization's, from its register.
    """

    framework: str
    kind: str
    id: str
    title: str
    summary: str
    group: str
    group_title: str
    category: str
    responsibility: str
    owner_because: str
    statement: Answer
    because: str
    bring: str
    tests: int
    tests_line: str
    primary: tuple[str, ...]
    supporting: tuple[str, ...]
    evidence: tuple[str, ...]
    links: tuple[LinkLine, ...]
    applicable: str
    inclusion: str
    exclusion: str
    implemented: str
    own_control: str
    own_description: str
    own_owner: str
    own_frequency: str
    decided: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One row of the SOC 2 or ISO control matrix: a requirement tested through one responsibility or a part of it.

    `procedure`, `population` and `result` stand under the heading "Management self-test, not audited".
    """

    framework: str
    requirement: str
    requirement_title: str
    responsibility: str
    responsibility_text: str
    strength: str
    procedure: str
    population: str
    result: Answer
    detail: str
    evidence: tuple[str, ...]
    own_control: str
    own_description: str
    own_owner: str
    own_frequency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """One AWS report: listed in AWS Artifact or not; `review` is management's and prints NOT PROVIDED until given.

    `gap` says how its end lies to the end of the audit period. What follows it is the review, column by column.
    """

    id: str
    title: str
    listed_as: str
    series: str
    version: str
    period: str
    answer: Answer
    uncovered: str
    review: str
    evidence: tuple[str, ...]
    relied_on_by: int
    gap: str = ""
    auditor: str = NOT_PROVIDED
    opinion: str = NOT_PROVIDED
    services: str = NOT_PROVIDED
    exceptions: str = NOT_PROVIDED
    cuecs: str = NOT_PROVIDED
    bridged: str = NOT_PROVIDED
    reviewer: str = NOT_PROVIDED
    approver: str = NOT_PROVIDED


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStatement:
    """One CSOC (what is expected of AWS) or one AWS CUEC (what AWS expects of its customer).

    `soc2` are primary criteria in scope, `monitored_by` is the organization's own control, `relied_on` are reports.
    """

    id: str
    domain: str
    text: str
    statement: str
    soc2: tuple[str, ...]
    monitored_by: str
    answer: Answer
    evidence: tuple[str, ...]
    soc2_supporting: tuple[str, ...] = ()
    relied_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLine:
    """One domain: a chapter of the packet and a row of the charts. Counts are of self-tests."""

    number: int
    id: str
    title: str
    lead: str
    met: int
    unmet: int
    unknown: int
    not_applicable: int
    evidence_items: int
    aws: tuple[ResponsibilityLine, ...]
    customer: tuple[ResponsibilityLine, ...]
    not_applicable_line: ResponsibilityLine | None
    tests: tuple[TestLine, ...]
    findings: tuple[FindingLine, ...]
    unread: tuple[UnreadLine, ...]
    inspected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One evidence item with its IPE fields. `file` is the path in the packet, empty where nothing was read.

    `covers` is the time that it speaks for, `completeness` and `accuracy` are what was done to know them, `reviewed`
    is management's to say.
    """

    id: str
    title: str
    file: str
    call: str
    params: str
    account: str
    partition: str
    region: str
    state: str
    caller_arn: str
    tool: str
    started: str
    ended: str
    aws_date: str
    skew: str
    request_ids: tuple[str, ...]
    paginated: str
    pages: int
    rows: int
    size: int
    sha256: str
    error: str
    redactions: int
    requirements: tuple[str, ...]
    responsibilities: tuple[str, ...]
    kind: str = COLLECTED
    covers: str = ""
    completeness: str = ""
    accuracy: str = ""
    reviewed: str = NOT_PROVIDED
    reviewed_on: str = NOT_PROVIDED
    asked_in: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnControlLine:
    """One control of the organization; `result` is what the self-tests that it names say, and is not its test."""

    id: str
    draft: str
    title: str
    description: str
    nature: str
    operation: str
    frequency: str
    owner: str
    soc2: tuple[str, ...]
    iso: tuple[str, ...]
    responsibilities: tuple[str, ...]
    tests: tuple[str, ...]
    result: Answer
    evidence: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredLine:
    """One exception, accepted risk or suppression: what management says beside a deviation, and until when."""

    id: str
    about: tuple[str, ...]
    text: str
    reason: str
    compensating: str
    requested_by: str
    approved: str
    state: Answer
    owner: str
    response: str
    due: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCuecLine:
    """One control that the organization expects of its own users."""

    id: str
    statement: str
    soc2: tuple[str, ...]
    controls: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLine:
    """An incident or control failure that management put on record."""

    id: str
    date: str
    title: str
    kind: str
    description: str
    about: tuple[str, ...]
    commitments: str
    state: Answer
    response: str
    reviewed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemChangeLine:
    """A material change that management put on record."""

    id: str
    date: str
    title: str
    kind: str
    description: str
    about: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """How far a record (incidents, changes) goes: its entries, and management's word that they are all."""

    id: str
    title: str
    entries: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPartLine:
    """A part of the system description that management gives; its words stand in the register and the description."""

    id: str
    criterion: str
    asks: str
    state: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLine:
    """One request of the auditor; `evidence` is in this packet, `missing` is named and is not."""

    id: str
    text: str
    due: str
    state: Answer
    owner: str
    evidence: tuple[str, ...]
    missing: tuple[str, ...]
    soc2: tuple[str, ...]
    iso: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """One planned call at one place, with the one state that the ledger gives it."""

    call: str
    account: str
    region: str
    state: str
    shape: Shape
    asked: int
    answered: int
    rows: int
    pages: int
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCountLine:
    """One list at one place beside the number that AWS itself states. None: there is no such number."""

    subject: str
    account: str
    region: str
    listed: int | None
    listed_call: str
    stated: int | None
    stated_call: str
    answer: Answer
    why: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondCountTotal:
    """One list: at how many places its comparison came to what."""

    subject: str
    stated_call: str
    agree: int
    differ: int
    not_stated: int
    not_determinable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionLine:
    """One value that was replaced before it reached the disk."""

    evidence: str
    call: str
    account: str
    region: str
    path: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapLine:
    """Something the packet needs and does not have: what, where it is missed, and who can bring it.

    `framework` is the one that alone asks for it; empty where every document does.
    """

    subject: str
    what: str
    bring: str
    where: str
    framework: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterLine:
    """A parameter's value in force, its default, and the loosest value that still proves anything."""

    id: str
    title: str
    value: str
    default: str
    loosest: str
    unit: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One row of the truth table in "How to read this"."""

    statement: Answer
    when: str
    count_soc2: int
    count_iso: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """One file named by contents.json."""

    path: str
    sha256: str
    size: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentLine:
    """One AWS service in use: what AWS listed of it, and at how many places a list was not answered in full."""

    group: str
    service: str
    parts: tuple[str, ...]
    count: int
    accounts: int
    regions: int
    unread: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DescriptionLine:
    """One of the nine description criteria: what the data says (label, words), and what management must bring.

    `see` are (anchor, words) of sections that go on with it; `answer` says how far the draft goes.
    """

    id: str
    title: str
    asks: str
    answer: Answer
    said: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    see: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLink:
    """A way out of a VPC to another network: what kind it is, its id and where it leads.

    `ends` are the VPCs of the account that it joins; none where it belongs to the region as a whole.
    """

    kind: str
    id: str
    region: str
    state: str
    leads_to: str
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLine:
    """One VPC. A count of None is one that could not be read.

    subnets_in  with a route to an internet gateway        subnets_out   with a way out only (NAT, egress-only)
    subnets_no  with neither                               gateways      internet gateways that routes lead to
    outlets     NAT and egress-only gateways               endpoints     private ways to AWS services
    interfaces  all network interfaces                     addresses     of them, with a public IPv4 address
    balancers   load balancers that face the internet      open_groups   security groups that admit any address
    open_ports  the ports that those groups open           unread        what was not read here, in words
    """

    id: str
    name: str
    account: str
    region: str
    blocks: tuple[str, ...]
    default: bool
    exposure: Answer
    subnets: int | None
    subnets_in: int | None
    subnets_out: int | None
    subnets_no: int | None
    zones: int | None
    gateways: tuple[str, ...] | None
    outlets: tuple[str, ...] | None
    endpoints: int | None
    interfaces: int | None
    addresses: int | None
    balancers: int | None
    open_groups: int | None
    open_ports: str
    unread: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAccount:
    """The networks of one account: its VPCs (those with a way in first), its links, and the places not readable.

    Counts are of what was read; `unread` are the lists that were not: (what, region, why).
    """

    account: str
    name: str
    regions: int
    with_way_in: int
    undetermined: int
    subnets: int
    subnets_in: int
    addresses: int
    vpcs: tuple[NetworkLine, ...]
    links: tuple[NetworkLink, ...]
    unread: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationLine:
    """What self-tests were done on: the kind of thing, how many, from which call, and what is known of completeness."""

    id: str
    what: str
    call: str
    size: int
    places: int
    unread: int
    completeness: Answer
    tests: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """A letter that management may sign: what it says in order, blanks included, and what its lint found.

    `parts` are (heading, answer); `refused` and `warned` are sentences.
    """

    id: str
    title: str
    parts: tuple[tuple[str, Answer], ...]
    refused: tuple[str, ...]
    warned: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """What another packet said of a self-test, criterion or control, and what this one says."""

    about: str
    id: str
    title: str
    before: str
    now: Answer
    worse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The earlier packet that this one is compared with: its name, the digest of its manifest, and what differs."""

    packet: str
    manifest: str
    as_read: str
    tests: tuple[tuple[str, int, int], ...]
    changes: tuple[ChangeLine, ...]
    comparable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Page one: a lead sentence, counts with denominators, and the three or more lines to read first."""

    lead: str
    tests: int
    met: int
    unmet: int
    unknown: int
    not_applicable: int
    aws_bullets: int
    customer_bullets: int
    links: int
    read_first: tuple[tuple[str, str], ...]
    out_of_scope: str
    refused: str
    responsibility_split: tuple[tuple[str, int, int, int], ...]
    statements_soc2: tuple[tuple[Answer, int], ...]
    statements_iso: tuple[tuple[Answer, int], ...]
    coverage_totals: tuple[tuple[str, int], ...]
    read_first_iso: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Everything that any document prints."""

    meta: Meta
    scope: Scope
    summary: Summary
    domains: tuple[DomainLine, ...]
    soc2: tuple[RequirementLine, ...]
    annex_a: tuple[RequirementLine, ...]
    clauses: tuple[RequirementLine, ...]
    soc2_matrix: tuple[MatrixRow, ...]
    iso_matrix: tuple[MatrixRow, ...]
    tests: tuple[TestLine, ...]
    findings: tuple[FindingLine, ...]
    unread: tuple[UnreadLine, ...]
    reports: tuple[ReportLine, ...]
    csocs: tuple[ControlStatement, ...]
    cuecs: tuple[ControlStatement, ...]
    evidence: tuple[EvidenceLine, ...]
    coverage: tuple[CoverageLine, ...]
    redactions: tuple[RedactionLine, ...]
    gaps: tuple[GapLine, ...]
    parameters: tuple[ParameterLine, ...]
    statements: tuple[StatementLine, ...]
    sources: tuple[tuple[str, str], ...]
    accounts: tuple[AccountPage, ...] = ()
    second_counts: tuple[SecondCountLine, ...] = ()
    second_count_totals: tuple[SecondCountTotal, ...] = ()
    own_controls: tuple[OwnControlLine, ...] = ()
    exceptions: tuple[DeclaredLine, ...] = ()
    risk_acceptances: tuple[DeclaredLine, ...] = ()
    suppressions: tuple[DeclaredLine, ...] = ()
    own_cuecs: tuple[OwnCuecLine, ...] = ()
    requests: tuple[RequestLine, ...] = ()
    incidents: tuple[IncidentLine, ...] = ()
    system_changes: tuple[SystemChangeLine, ...] = ()
    records: tuple[RecordLine, ...] = ()
    system_parts: tuple[SystemPartLine, ...] = ()
    evidence_review: str = NOT_PROVIDED
    declared_words: str = ""
    components: tuple[ComponentLine, ...] = ()
    description: tuple[DescriptionLine, ...] = ()
    networks: tuple[NetworkAccount, ...] = ()
    populations: tuple[PopulationLine, ...] = ()
    letters: tuple[LetterLine, ...] = ()
    since: Since | None = None
    contents: tuple[FileLine, ...] = ()
    contents_digest: str = ""
    data: Mapping[str, Any] | None = None
