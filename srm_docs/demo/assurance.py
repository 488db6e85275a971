"""Hands -> AWS Artifact's reports, the regions, and the refusals that the demo plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, DEVELOPMENT, ENABLED_REGIONS, EUROPE, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal, denied

# id, title, series, category, months the period has, days since it ended
_REPORTS: tuple[tuple[str, str, str, str, int, int], ...] = (
    ("SOC1", "SOC 1 Report", "SOC", "Certifications and Attestations", 12, 54),
    (
        "SOC2",
        "SOC 2 Security, Availability and Confidentiality Report",
        "SOC",
        "Certifications and Attestations",
        12,
        54,
    ),
    ("SOC3", "SOC 3 Report", "SOC", "Certifications and Attestations", 12, 54),
    ("SOCCO", "SOC Continued Operations Letter", "SOC", "Certifications and Attestations", 1, 24),
    ("ISO27001", "ISO 27001:2022 Certification", "ISO", "Certifications and Attestations", 36, -610),
    ("ISO27017", "ISO 27017:2015 Certification", "ISO", "Certifications and Attestations", 36, -610),
    ("ISO27018", "ISO 27018:2019 Certification", "ISO", "Certifications and Attestations", 36, -610),
    (
        "PCI",
        "PCI DSS v4.0.1 Attestation of Compliance and Responsibility Summary",
        "PCI",
        "Certifications and Attestations",
        12,
        96,
    ),
    ("C5", "C5 Type 2 Report", "C5", "Certifications and Attestations", 12, 54),
)


def seed(hands: Hands) -> None:
    """Refusals come last, because some name what was made before."""
    _artifact(hands)
    _regions(hands)
    _not_subscribed(hands)
    _refusals(hands)


def _artifact(hands: Hands) -> None:
    rows: list[dict[str, Any]] = []
    for number, (code, title, series, category, months, ended) in enumerate(_REPORTS, start=1):
        end = hands.clock.ago(ended).replace(hour=0)
        begin = end - dt.timedelta(days=round(months * 30.4375) - 1)
        published = end + dt.timedelta(days=40) if ended > 0 and months > 1 else hands.clock.ago(20)
        rows.append(
            {
                "id": f"report-{code.lower()}{number:04d}demo",
                "name": title,
                "description": f"{title} of Amazon Web Services",
                "series": series,
                "category": category,
                "version": 1,
                "state": "PUBLISHED",
                "uploadState": "COMPLETE",
                "companyName": "Amazon Web Services",
                "productName": "AWS",
                "acceptanceType": "PASSTHROUGH" if code == "SOC3" else "EXPLICIT",
                "periodStart": begin,
                "periodEnd": end,
                "statusMessage": "",
                "arn": f"arn:aws:artifact:us-east-1::report/report-{code.lower()}{number:04d}demo:1",
                "_published": min(published, hands.clock.ago(1)),
            }
        )
    listed = [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows]

    def metadata(asked: Asked) -> Reply | Refusal:
        for row, shown in zip(rows, listed, strict=True):
            if asked.params.get("reportId") == row["id"]:
                more = {"createdAt": row["_published"], "lastModifiedAt": row["_published"], "sequenceNumber": 1}
                return {"reportDetails": shown | more}
        return Refusal(code="ResourceNotFoundException", message="No such report.", status=404)

    hands.rules.answer("artifact:ListReports", {"reports": listed})
    hands.rules.answer("artifact:GetReportMetadata", metadata)
    hands.rules.answer("artifact:ListCustomerAgreements", {"customerAgreements": []})


def _regions(hands: Hands) -> None:
    closed = ("af-south-1", "ap-east-1", "eu-south-1", "me-south-1")

    def regions(asked: Asked) -> Reply:
        everything = asked.params.get("AllRegions") == "true"
        rows = [(name, "opt-in-not-required") for name in ENABLED_REGIONS]
        rows += [(name, "not-opted-in") for name in closed] if everything else []
        wanted = {value for name, value in asked.params.items() if name.startswith("RegionName.")}
        return {
            "Regions": [
                {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": state}
                for name, state in sorted(rows)
                if not wanted or name in wanted
            ]
        }

    def account_regions(_asked: Asked) -> Reply:
        rows = [(name, "ENABLED_BY_DEFAULT") for name in ENABLED_REGIONS] + [(name, "DISABLED") for name in closed]
        return {"Regions": [{"RegionName": name, "RegionOptStatus": state} for name, state in sorted(rows)]}

    hands.rules.answer("ec2:DescribeRegions", regions)
    hands.rules.answer("account:ListRegions", account_regions)


def _not_subscribed(hands: Hands) -> None:
    """Plans nobody bought, detection nobody switched on: AWS says so by an error, which is an answer."""
    hands.rules.answer(
        "macie2:GetMacieSession",
        lambda _asked: Refusal(code="AccessDeniedException", message="Macie is not enabled.", status=403),
        account=DEVELOPMENT,
    )
    hands.rules.answer(
        "securityhub:DescribeHub",
        lambda asked: Refusal(
            code="InvalidAccessException",
            status=401,
            message=f"Account {asked.account} is not subscribed to AWS Security Hub",
        ),
        account=DEVELOPMENT,
    )
    for call in ("health:DescribeEvents", "support:DescribeTrustedAdvisorChecks", "trustedadvisor:ListRecommendations"):
        hands.rules.answer(
            call,
            lambda _asked: Refusal(
                code="SubscriptionRequiredException",
                message="AWS Premium Support Subscription is required to use this service.",
            ),
        )


def _refusals(hands: Hands) -> None:
    refuse, ids = hands.rules.refuse, hands.ids
    payroll = ids[f"key payroll {PRODUCTION} {EUROPE}"]
    refuse(
        "kms:GetKeyPolicy",
        lambda asked: denied(
            asked,
            f"arn:aws:kms:{EUROPE}:{PRODUCTION}:key/{payroll}",
            "because no resource-based policy allows the kms:GetKeyPolicy action",
        ),
        account=PRODUCTION,
        region=EUROPE,
        kind="denied",
        about="the policy of the payroll key, which finance keeps to itself",
        KeyId=payroll,
    )
    guard = "with an explicit deny in a service control policy"
    refuse(
        "guardduty:ListDetectors",
        lambda asked: denied(asked, f"arn:aws:guardduty:{EUROPE}:{DEVELOPMENT}:detector/*", guard),
        account=DEVELOPMENT,
        region=EUROPE,
        kind="denied",
        about="GuardDuty's detectors, shut off by an organization policy",
    )
    bucket = "example-ltd-ledger-archive"
    refuse(
        "s3:GetBucketPolicy",
        lambda asked: Refusal(
            code="AccessDenied",
            status=403,
            message=f"User: arn:aws:sts::{asked.account}:assumed-role/srm-docs-reader/srm-docs is not authorized to "
            f'perform: "s3:GetBucketPolicy" on resource: "arn:aws:s3:::{bucket}" with an explicit deny in a '
            "resource-based policy",
        ),
        account=PRODUCTION,
        region="",
        kind="denied",
        about="the ledger archive's own policy forbids reading it",
        Bucket=bucket,
    )
    refuse(
        "iam:ListVirtualMFADevices",
        lambda asked: denied(
            asked,
            f"arn:aws:iam::{DEVELOPMENT}:mfa/",
            "because no identity-based policy allows the iam:ListVirtualMFADevices action",
        ),
        account=DEVELOPMENT,
        region="",
        kind="denied",
        about="virtual MFA devices: the role in development is older than this check",
    )
    refuse(
        "ec2:DescribeVpnConnections",
        lambda asked: denied(asked, f"arn:aws:ec2:{AMERICA}:{DEVELOPMENT}:vpn-connection/*", guard),
        account=DEVELOPMENT,
        region=AMERICA,
        kind="denied",
        about="VPN connections, shut off by an organization policy",
    )
    refuse(
        "logs:DescribeMetricFilters",
        lambda _asked: Refusal(code="ThrottlingException", message="Rate exceeded"),
        account=DEVELOPMENT,
        region=AMERICA,
        kind="throttled",
        about="metric filters, whatever the number of attempts",
    )
    refuse(
        "secretsmanager:ListSecrets",
        lambda asked: denied(asked, "*", guard),
        page=2,
        account=DEVELOPMENT,
        region=EUROPE,
        kind="partial",
        about="the second page of the list of secrets",
    )
    refuse(
        "codepipeline:ListPipelines",
        lambda _asked: Refusal(
            code="SubscriptionRequiredException",
            message="The AWS Access Key Id needs a subscription for the service",
        ),
        account=DEVELOPMENT,
        region=AMERICA,
        kind="disabled",
        about="pipelines, a service this account never signed up for there",
    )
    refuse(
        "backup:ListBackupVaults",
        lambda _asked: Refusal(
            code="Not Implemented", message="This server does not know the operation.", status=501, html=True
        ),
        account=DEVELOPMENT,
        region=AMERICA,
        kind="unsupported",
        about="backup vaults: a page of HTML instead of an answer",
    )
