"""Hands -> contacts, the organization, alarms and what detection found; production well kept, development less so."""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, DEVELOPMENT, EUROPE, ORGANIZATION, PRODUCTION, REGIONS, SYSTEM
from srm_docs.demo.hands import Hands
from srm_docs.demo.planted import PLANTED
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal

_TEAMS = {"SECURITY": "security", "BILLING": "accounts", "OPERATIONS": "platform"}
_SECURITY_ACCOUNT = "222233334444"

# What raises an alarm in production besides use of the root user; the other events of a benchmark raise none.
_ALARMS = {
    "denied-calls": "",
    "sign-in-without-mfa": '{ $.eventName = "ConsoleLogin" && $.additionalEventData.MFAUsed != "Yes" }',
    "failed-sign-ins": '{ $.eventName = ConsoleLogin && $.errorMessage = "Failed authentication" }',
    "iam-changes": "{ $.eventName = PutRolePolicy || $.eventName = AttachRolePolicy"
    " || $.eventName = CreatePolicyVersion }",
    "trail-changes": "{ $.eventName = DeleteTrail || $.eventName = StopLogging || $.eventName = UpdateTrail }",
    "key-deletion": "{ $.eventName = DisableKey || $.eventName = ScheduleKeyDeletion }",
    "bucket-policies": "{ $.eventName = PutBucketAcl || $.eventName = PutBucketPolicy"
    " || $.eventName = DeleteBucketPolicy }",
}


def seed(hands: Hands) -> None:
    """Production is the management account of a small organization."""
    _contacts(hands)
    _organization(hands)
    _alarms(hands)
    _detection(hands)
    _identities(hands)
    _logs(hands)


def _contacts(hands: Hands) -> None:
    primary = {
        "FullName": ORGANIZATION,
        "CompanyName": ORGANIZATION,
        "AddressLine1": "1 Example Quay",
        "City": "Dublin",
        "PostalCode": "D02 XX00",
        "CountryCode": "IE",
        "PhoneNumber": "+353 1 555 0100",
    }
    hands.rules.answer("account:GetContactInformation", {"ContactInformation": primary})
    for kind, team in _TEAMS.items():
        contact = {
            "AlternateContactType": kind,
            "Name": f"{team.capitalize()} team",
            "Title": "On call",
            "EmailAddress": f"{team}@example.com",
            "PhoneNumber": "+353 1 555 0101",
        }
        for account in (PRODUCTION, DEVELOPMENT) if kind == "BILLING" else (PRODUCTION,):
            reply = {"AlternateContact": contact}
            hands.rules.answer("account:GetAlternateContact", reply, account=account, AlternateContactType=kind)
    none = Refusal(code="ResourceNotFoundException", message="No contact of the inputted type found.", status=404)
    hands.rules.answer("account:GetAlternateContact", lambda _asked: none)


def _organization(hands: Hands) -> None:
    answer, stem = hands.rules.answer, f"arn:aws:organizations::{PRODUCTION}"
    about = {
        "Id": "o-exampleltd1",
        "Arn": f"{stem}:organization/o-exampleltd1",
        "FeatureSet": "ALL",
        "MasterAccountId": PRODUCTION,
        "MasterAccountArn": f"{stem}:account/o-exampleltd1/{PRODUCTION}",
        "MasterAccountEmail": "aws@example.com",
    }
    answer("organizations:DescribeOrganization", {"Organization": about})
    policies = [
        {
            "Id": f"p-{name.lower()}",
            "Arn": f"arn:aws:organizations::aws:policy/service_control_policy/p-{name.lower()}",
            "Name": name,
            "Type": "SERVICE_CONTROL_POLICY",
            "AwsManaged": by_aws,
        }
        for name, by_aws in (("FullAWSAccess", True), ("example-guard-rails", False))
    ]
    answer("organizations:ListPolicies", {"Policies": policies})
    security = {
        "Id": _SECURITY_ACCOUNT,
        "Arn": f"{stem}:account/o-exampleltd1/{_SECURITY_ACCOUNT}",
        "Email": "aws-security@example.com",
        "Name": "example-security",
        "Status": "ACTIVE",
        "JoinedMethod": "CREATED",
        "JoinedTimestamp": hands.clock.ago(900),
        "DelegationEnabledDate": hands.clock.ago(870),
    }
    answer("organizations:ListDelegatedAdministrators", {"DelegatedAdministrators": [security]})
    tags = {"tags": {"data-classification": {"tag_key": "data-classification"}}}
    policy = {
        "PolicyContent": json.dumps(tags),
        "LastUpdatedTimestamp": hands.clock.ago(200),
        "TargetId": PRODUCTION,
        "PolicyType": "TAG_POLICY",
    }
    answer("organizations:DescribeEffectivePolicy", {"EffectivePolicy": policy}, account=PRODUCTION)
    none = Refusal(code="EffectivePolicyNotFoundException", message="No effective policy of this type.")
    answer("organizations:DescribeEffectivePolicy", lambda _asked: none)
    portfolio = {
        "Id": "port-example0001",
        "ARN": f"arn:aws:catalog:{EUROPE}:{PRODUCTION}:portfolio/port-example0001",
        "DisplayName": "billing-building-blocks",
        "ProviderName": "platform",
        "CreatedTime": hands.clock.ago(300),
    }
    answer("servicecatalog:ListPortfolios", {"PortfolioDetails": [portfolio]}, account=PRODUCTION, region=EUROPE)
    answer("servicecatalog:ListPortfolios", {"PortfolioDetails": []})
    share = {"PrincipalId": DEVELOPMENT, "Type": "ACCOUNT", "Accepted": True}
    answer("servicecatalog:DescribePortfolioShares", {"PortfolioShareDetails": [share]})
    workload = {
        "WorkloadId": "0" * 31 + "1",
        "WorkloadArn": f"arn:aws:wellarchitected:{EUROPE}:{PRODUCTION}:workload/{'0' * 31}1",
        "WorkloadName": SYSTEM,
        "Owner": PRODUCTION,
        "UpdatedAt": hands.clock.ago(60),
        "Lenses": ["wellarchitected"],
        "RiskCounts": {"NONE": 54, "NOT_APPLICABLE": 3},
        "ImprovementStatus": "COMPLETE",
    }
    answer("wellarchitected:ListWorkloads", {"WorkloadSummaries": [workload]}, account=PRODUCTION, region=EUROPE)
    answer("wellarchitected:ListWorkloads", {"WorkloadSummaries": []})


def _alarms(hands: Hands) -> None:
    logs = hands.client("logs", PRODUCTION, EUROPE)
    cloudwatch = hands.client("cloudwatch", PRODUCTION, EUROPE)
    for name, pattern in _ALARMS.items():
        if pattern:
            logs.put_metric_filter(
                logGroupName="/aws/cloudtrail",
                filterName=name,
                filterPattern=pattern,
                metricTransformations=[{"metricName": name, "metricNamespace": "Security", "metricValue": "1"}],
            )
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            AlarmDescription=f"posts to https://{PLANTED['alarm description slack webhook']}",
            MetricName=name,
            Namespace="Security",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[f"arn:aws:sns:{EUROPE}:{PRODUCTION}:security-alerts"],
        )


def _detection(hands: Hands) -> None:
    answer = hands.rules.answer
    answer("guardduty:ListFindings", {"FindingIds": ["16afba5c5c43e07c9e3e5e2e544e95df"]}, account=DEVELOPMENT)
    answer("guardduty:ListFindings", {"FindingIds": []})
    member = {
        "AccountId": DEVELOPMENT,
        "MasterId": PRODUCTION,
        "AdministratorId": PRODUCTION,
        "Email": "aws-dev@example.com",
        "RelationshipStatus": "Enabled",
        "UpdatedAt": hands.clock.ago(400).isoformat(),
    }
    answer("guardduty:ListMembers", {"Members": [member]}, account=PRODUCTION)
    answer("guardduty:ListMembers", {"Members": []})
    head = {"AccountId": PRODUCTION, "RelationshipStatus": "Enabled", "InvitedAt": hands.clock.ago(400).isoformat()}
    answer("guardduty:GetAdministratorAccount", {"Administrator": head}, account=DEVELOPMENT)
    answer("guardduty:GetAdministratorAccount", {})
    for region in REGIONS:
        name = "aws-foundational-security-best-practices/v/1.0.0"
        standard = {
            "StandardsArn": f"arn:aws:securityhub:{region}::standards/{name}",
            "StandardsSubscriptionArn": f"arn:aws:securityhub:{region}:{PRODUCTION}:subscription/{name}",
            "StandardsInput": {},
            "StandardsStatus": "READY",
        }
        answer(
            "securityhub:GetEnabledStandards",
            {"StandardsSubscriptions": [standard]},
            account=PRODUCTION,
            region=region,
        )
    off = Refusal(code="InvalidAccessException", status=401, message="Account is not subscribed to AWS Security Hub")
    answer("securityhub:GetEnabledStandards", lambda _asked: off)
    rules = {"encrypted-volumes": "COMPLIANT", "restricted-ssh": "COMPLIANT"}
    for account, found in ((PRODUCTION, rules), (DEVELOPMENT, rules | {"restricted-ssh": "NON_COMPLIANT"})):
        rows = [{"ConfigRuleName": name, "Compliance": {"ComplianceType": kind}} for name, kind in found.items()]
        answer("config:DescribeComplianceByConfigRule", {"ComplianceByConfigRules": rows}, account=account)


def _identities(hands: Hands) -> None:
    """AWS's own policies, which moto does not know, and what expires."""
    held = {"auditor-readonly": "SecurityAudit", "billing-app": "AWSSupportAccess", "vendor-support": "PowerUserAccess"}

    def details(asked: Asked, said: Reply) -> Reply:
        for role in said.get("RoleDetailList", []):
            name = held.get(role["RoleName"])
            if name and (asked.account == PRODUCTION) != (name == "PowerUserAccess"):
                policy = {"PolicyName": name, "PolicyArn": f"arn:aws:iam::aws:policy/{name}"}
                role["AttachedManagedPolicies"] = [*role.get("AttachedManagedPolicies", []), policy]
        return said

    hands.rules.amend("iam:GetAccountAuthorizationDetails", details)
    certificate = {
        "Path": "/",
        "ServerCertificateName": "dev-edge-2024",
        "ServerCertificateId": "ASCAEXAMPLE0000000001",
        "Arn": f"arn:aws:iam::{DEVELOPMENT}:server-certificate/dev-edge-2024",
        "UploadDate": hands.clock.ago(800),
        "Expiration": hands.clock.ago(70),
    }
    for account, rows in ((DEVELOPMENT, [certificate]), (PRODUCTION, [])):
        reply = {"ServerCertificateMetadataList": rows, "IsTruncated": False}
        hands.rules.answer("iam:ListServerCertificates", reply, account=account)
    provider = {
        "Arn": f"arn:aws:iam::{PRODUCTION}:saml-provider/example-workforce",
        "ValidUntil": hands.clock.ago(-900),
        "CreateDate": hands.clock.ago(700),
    }
    hands.rules.answer("iam:ListSAMLProviders", {"SAMLProviderList": [provider]}, account=PRODUCTION)
    hands.rules.answer("iam:ListSAMLProviders", {"SAMLProviderList": []})


def _logs(hands: Hands) -> None:
    def groups(asked: Asked, said: Reply) -> Reply:
        key = hands.ids[f"key billing-data {PRODUCTION} {asked.region}"]
        kept = {"kmsKeyId": f"arn:aws:kms:{asked.region}:{PRODUCTION}:key/{key}", "dataProtectionStatus": "ACTIVATED"}
        rows: list[dict[str, Any]] = said.get("logGroups", [])
        return said | {"logGroups": [row if "lambda" in row["logGroupName"] else row | kept for row in rows]}

    hands.rules.amend("logs:DescribeLogGroups", groups, account=PRODUCTION)

    def in_one_region(_asked: Asked, said: Reply) -> Reply:
        # AWS always says so; moto says nothing of a key that was made without a word on regions.
        return said | {"KeyMetadata": {"MultiRegion": False} | said["KeyMetadata"]}

    hands.rules.amend("kms:DescribeKey", in_one_region)
    for account, who in ((PRODUCTION, {"Service": "route53.amazonaws.com"}), (DEVELOPMENT, {"AWS": "*"})):
        statement = {"Effect": "Allow", "Principal": who, "Action": "logs:PutLogEvents", "Resource": "*"}
        policy = {
            "policyName": "query-logs",
            "policyDocument": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            "lastUpdatedTime": int(hands.clock.ago(300).timestamp() * 1000),
        }
        reply = {"resourcePolicies": [policy]}
        hands.rules.answer("logs:DescribeResourcePolicies", reply, account=account, region=EUROPE)
    hands.rules.answer("logs:DescribeResourcePolicies", {"resourcePolicies": []}, region=AMERICA)
