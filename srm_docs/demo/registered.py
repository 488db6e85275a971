"""The made-up register of the demo's company: a snapshot's header in, what its management would have typed out.

Modest on purpose, with gaps that a reader should see: an acceptance that expired, evidence past its day, a draft, a
request that is overdue, a letter with blanks, and much that is not there. Days are counted from the reading, so that
none grows old.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Final

from srm_docs.catalog.model import Catalog
from srm_docs.checks.number import finding_number
from srm_docs.declare.load import known_ids, read_files
from srm_docs.declare.register import Register
from srm_docs.demo.company import PRODUCTION
from srm_docs.evidence.entry import Header

_REVIEW: Final = b"""Example Ltd (fictional): quarterly access review of the billing platform
Reviewed: 14 users, 9 roles. Removed: 1 user. Reviewer: Platform lead.
"""
_CONDUCT: Final = b"""Example Ltd (fictional): code of conduct, acknowledgements
Signed: 41 of 41 employees.
"""
_HEALTH: Final = b"""Example Ltd (fictional): handler of GET /health, as reviewed
It answers 200 and the word OK. It reads no header, no body and no data, and calls nothing.
"""
_FILES: Final[dict[str, str]] = {
    "controls.yaml": """\
# Own controls of Example Ltd (fictional).
controls:
  - id: IAM-01
    title: Access is reviewed
    description: The platform lead reviews all users and roles each quarter, removes what is not needed, and
      records it in a ticket.
    nature: detective
    operation: manual
    frequency: quarterly
    owner: Platform lead (fictional)
    soc2: [CC6.1, CC6.2, CC6.3]
    iso27001: [A.5.15, A.5.18, A.8.2]
    responsibilities: [identity-access-management.iam-policies, identity-access-management.least-privilege]
    checks: [console_users_have_mfa, unused_credentials_are_disabled, access_keys_are_young]
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
  - id: NET-02
    title: Rules are approved
    description: A second engineer approves each change of a security group in the pull request that makes it.
    nature: preventive
    operation: IT-dependent manual
    frequency: as needed
    owner: Platform lead (fictional)
    soc2: [CC6.6]
    iso27001: [A.8.20, A.8.22]
    responsibilities: [networking.security-groups-nacls]
    checks: [security_groups_keep_admin_ports_closed, security_groups_open_only_public_ports]
  - id: PPL-01
    draft: true
    title: Code of conduct
    soc2: [CC1.1]
  - id: SUP-01
    title: AWS is monitored
    description: The Head of Compliance reviews each new report of AWS, its exceptions and its CUECs.
    nature: detective
    operation: manual
    frequency: yearly
    owner: Head of Compliance (fictional)
    soc2: [CC6.4, CC9.2]
    iso27001: [A.5.22]
    responsibilities: [physical-infrastructure.data-center-facilities]
""",
    "responsibilities.yaml": """\
responsibilities:
  - id: networking.security-groups-nacls
    status: partial
    statement: Production follows NET-02; the development account does not yet.
    owner: Platform lead (fictional)
""",
    "soa.yaml": """\
soa:
  - id: A.8.20
    applicable: yes
    reasons: [risk treatment, contract]
    inclusion: The billing platform is reached from the internet.
    implemented: partial
    risks: [R-004]
  - id: A.8.30
    applicable: no
    exclusion: No development is outsourced.
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
""",
    "findings.yaml": """\
findings:
  - id: {console_users}
    cause: Two users were made by hand before the rule.
    response: MFA will be required by a policy; both users lose their password until then.
    owner: Platform lead (fictional)
    due: {in_a_month}
    status: under way
  - id: {open_ports}
    response: The rule will be closed.
    owner: Platform lead (fictional)
    due: {month_ago}
    status: open
""",
    "exceptions.yaml": """\
exceptions:
  - id: EX-001
    description: The development account is not under NET-02.
    findings: [{open_ports}]
    controls: [NET-02]
    origin: self-test
    found_on: {quarter_ago}
    cause: The account is older than the rule.
    impact: Hosts of the development account can be reached from outside.
    severity: high
    compensating_control: No customer data may be kept there.
    requested_by: Platform lead (fictional)
    approved_by: Head of Compliance (fictional)
    approved_on: {quarter_ago}
    expires: {in_a_month}
    owner: Platform lead (fictional)
    due: {in_a_month}
    status: open
""",
    "risk-acceptances.yaml": """\
risk-acceptances:
  - id: RA-001
    risk: One Direct Connect link is not encrypted.
    findings: [{direct_connect}]
    reason: The provider cannot encrypt it before the contract ends.
    compensating_control: Everything on it is encrypted by TLS.
    requested_by: Network engineer (fictional)
    approved_by: Chief technology officer (fictional)
    approved_on: {quarter_ago}
    expires: {in_a_quarter}
  - id: RA-002   # expired on purpose: the packet must say so
    risk: The VPN of the development account has one tunnel.
    findings: [{vpn}]
    reason: It carries no production traffic.
    compensating_control: none
    requested_by: Network engineer (fictional)
    approved_by: Chief technology officer (fictional)
    approved_on: {year_ago}
    expires: {month_ago}
""",
    "suppressions.yaml": """\
suppressions:
  - id: FP-001
    check: http_api_routes_know_their_caller
    resource: GET /health
    account: "{production}"
    reason: The route answers the word OK to a load balancer and reads nothing.
    proof: [ME-003]
    requested_by: Platform engineer (fictional)
    approved_by: Head of Compliance (fictional)
    approved_on: {month_ago}
    expires: {in_a_quarter}
""",
    "evidence.yaml": """\
evidence:
  - id: ME-001
    title: Access review, last quarter (fictional)
    file: evidence/access-review.txt
    sha256: {review}
    material: document
    source: Ticket system
    how_obtained: Exported from the closed ticket.
    obtained_by: Compliance officer (fictional)
    obtained_on: {month_ago}
    period_from: {quarter_ago}
    period_to: {month_ago}
    completeness: All users and roles of both accounts, counted against IAM's own summary.
    accuracy: Compared with the list of employees.
    soc2: [CC6.1, CC6.2, CC6.3]
    iso27001: [A.5.18]
    responsibilities: [identity-access-management.iam-policies]
    controls: [IAM-01]
    status: ready
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
  - id: ME-002   # past its day on purpose
    title: Acknowledgements of the code of conduct (fictional)
    file: evidence/code-of-conduct.txt
    sha256: {conduct}
    material: document
    source: Personnel system
    how_obtained: Exported as text.
    obtained_by: Compliance officer (fictional)
    obtained_on: {year_ago}
    valid_until: {month_ago}
    soc2: [CC1.1]
    completes: [CC1.1]
    status: ready
  - id: ME-003
    title: What the route GET /health answers, and to whom (fictional)
    file: evidence/health-route.txt
    sha256: {health}
    material: document
    source: Source code of the billing platform
    how_obtained: Copied from the reviewed change that added the route.
    obtained_by: Platform engineer (fictional)
    obtained_on: {month_ago}
    completeness: The whole handler of the route.
    accuracy: Compared with an answer of the route in production.
    responsibilities: [application-security.input-validation-secrets]
    status: ready
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
""",
    "aws-reports.yaml": """\
aws-reports:
  - id: aws-iso27001-cert-soa
    period_to: {certificate_end}
    auditor: Certification body (fictional)
    opinion: certified
    services_in_scope: yes
    exceptions: none
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
    valid_until: {in_a_quarter}
""",
    "cuecs.yaml": """\
cuecs:
  - id: UC-01
    statement: User entities are responsible for removing users of the billing platform who leave.
    soc2: [CC6.2]
    controls: [IAM-01]
""",
    "incidents.yaml": """\
incidents:
  - id: INC-001
    date: {quarter_ago}
    title: Invoices were late for six hours
    kind: incident
    description: A queue of the billing platform filled up after a release. Invoices of 212 customers were sent late;
      no data was lost or seen by others.
    soc2: [CC7.4, CC7.5]
    iso27001: [A.5.26]
    commitments_missed: no
    resolved_on: {quarter_ago}
    response: The release was taken back, and an alarm was set on the length of the queue.
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
""",
    "changes.yaml": """\
changes:
  - id: CH-001
    date: {two_months_ago}
    title: Invoices are rendered by a new service
    kind: software
    description: The rendering of invoices left the monolith and runs as functions of its own, to scale apart.
    soc2: [CC8.1]
    iso27001: [A.8.32]
""",
    "records.yaml": """\
# Of changes nobody has said yet that the list is whole: the packet asks for it.
records:
  - id: incidents
    period_from: {record_from}
    period_to: {today}
    holds: all
    how: The ticket system was searched for incidents of all severities.
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {today}
""",
    "system.yaml": """\
# Infrastructure, people and more are missing on purpose.
system:
  - id: services
    statement: A billing platform for subscription businesses, offered as a service over the internet.
    reviewed_by: Head of Compliance (fictional)
    reviewed_on: {month_ago}
  - id: commitments
    statement: Customer data is kept confidential, is encrypted, and is deleted within 30 days of the end of a contract.
  - id: requirements
    draft: true
    statement: Access is by role and with a second factor; backups are made daily.
  - id: software
    statement: The billing platform is own software. The ticket system and the identity provider are bought as services.
  - id: data
    statement: Invoices and names of customers (confidential), usage records (internal), price lists (public).
  - id: subservice-organizations
    statement: Besides AWS, an identity provider (fictional) signs in all staff; it is carved out too.
""",
    "letters.yaml": """\
letters:
  - id: management-assertion
    signer: A. Example, Chief executive officer (fictional)
  - id: bridge-letter
    report: SOC 2 type 2, security (fictional)
    auditor: Example Assurance LLP (fictional)
    report_end: {report_end}
    bridge_to: {today}
    no_incidents: yes
    signer: A. Example, Chief executive officer (fictional)
""",
    "requests.yaml": """\
requests:
  - id: PBC-01
    text: List of users with access to production, and its last review
    due: {in_a_month}
    status: provided
    owner: Compliance officer (fictional)
    evidence: [ME-001]
    soc2: [CC6.2, CC6.3]
  - id: PBC-02   # overdue on purpose
    text: Minutes of the board on risk
    due: {month_ago}
    status: open
""",
}


def registered(header: Header, catalog: Catalog) -> Register:
    """The register as of a snapshot's day. ValueError where it does not fit the catalog, which a test rules out."""
    files = content((header.ended or header.began).astimezone(dt.UTC).date())
    survey = read_files(sorted(files), files.__getitem__, known_ids(catalog))
    if survey.register is None:
        raise ValueError("; ".join(map(str, survey.faults)))
    return survey.register


def content(today: dt.date) -> dict[str, bytes]:
    """The register's files by name, with days counted from `today`."""

    def day(days: int) -> str:
        return (today + dt.timedelta(days=days)).isoformat()

    said = {
        "year_ago": day(-395),
        "quarter_ago": day(-120),
        "two_months_ago": day(-60),
        "month_ago": day(-30),
        "record_from": day(-400),
        "report_end": day(-75),
        "today": day(0),
        "in_a_month": day(30),
        "in_a_quarter": day(120),
        "certificate_end": day(610),
        "production": PRODUCTION,
        "console_users": finding_number("console_users_have_mfa"),
        "open_ports": finding_number("security_groups_keep_admin_ports_closed"),
        "direct_connect": finding_number("direct_connect_links_are_encrypted"),
        "vpn": finding_number("vpn_connections_have_both_tunnels_up"),
        "review": hashlib.sha256(_REVIEW).hexdigest(),
        "conduct": hashlib.sha256(_CONDUCT).hexdigest(),
        "health": hashlib.sha256(_HEALTH).hexdigest(),
    }
    files = {name: text.format_map(said).encode() for name, text in _FILES.items()}
    return files | {
        "evidence/access-review.txt": _REVIEW,
        "evidence/code-of-conduct.txt": _CONDUCT,
        "evidence/health-route.txt": _HEALTH,
    }
