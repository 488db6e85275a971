"""Hands -> what faces users and builders: load balancers, WAF, APIs, builds, pipelines, secrets and Inspector."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, EUROPE, HOSTILE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.network import tags
from srm_docs.demo.planted import PLANTED
from srm_docs.demo.rules import Reply

_MANAGED_RULES = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)


def seed(hands: Hands) -> None:
    """Most stands in Europe; America is the standby."""
    for account in NAMES:
        with hands.clock.at(200):
            _edge(hands, account, EUROPE)
            _gateway(hands, account, EUROPE)
            _builds(hands, account, EUROPE)
        for region in REGIONS:
            with hands.clock.at(150):
                _secrets(hands, account, region)
            _inspector(hands, account, region)


def _edge(hands: Hands, account: str, region: str) -> None:
    elb, waf, tidy = (
        hands.client("elbv2", account, region),
        hands.client("wafv2", account, region),
        account == PRODUCTION,
    )
    subnets = [hands.ids[f"subnet {name} {account} {region}"] for name in ("public-a", "private-b")]
    group = hands.ids[f"group billing-web {account} {region}"]
    shielded = {"billing-edge": True, "partner-edge": False} if tidy else {"dev-edge": False}
    acl = ""
    if tidy:
        seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "edge"}
        rules = [
            {
                "Name": name,
                "Priority": number,
                "Statement": {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}},
                "OverrideAction": {"None": {}},
                "VisibilityConfig": seen,
            }
            for number, name in enumerate(_MANAGED_RULES, start=1)
        ]
        for name in ("billing-edge",):
            made = waf.create_web_acl(
                Name=name,
                Scope="REGIONAL",
                DefaultAction={"Allow": {}},
                VisibilityConfig=seen,
                Rules=rules if name == "billing-edge" else [],
            )["Summary"]["ARN"]
            acl = acl or made
        hands.ids[f"web acl {account} {region}"] = acl
        stream = f"arn:aws:firehose:{region}:{account}:deliverystream/aws-waf-logs-siem"
        waf.put_logging_configuration(LoggingConfiguration={"ResourceArn": acl, "LogDestinationConfigs": [stream]})
    for name, good in shielded.items():
        balancer = elb.create_load_balancer(
            Name=name,
            Subnets=subnets,
            SecurityGroups=[group],
            Scheme="internet-facing",
            Type="application",
            Tags=tags(owner="platform"),
        )["LoadBalancers"][0]["LoadBalancerArn"]
        target = elb.create_target_group(
            Name=name, Protocol="HTTP", Port=8443, VpcId=hands.ids[f"vpc {account} {region}"]
        )
        certificate = f"arn:aws:acm:{region}:{account}:certificate/00000001-de40-4000-8000-000000000000"
        _register_certificate(account, region, certificate)
        secure: dict[str, Any] = {
            "Protocol": "HTTPS",
            "Port": 443,
            "Certificates": [{"CertificateArn": certificate}],
            "SslPolicy": "ELBSecurityPolicy-2016-08"
            if name == "partner-edge"
            else "ELBSecurityPolicy-TLS13-1-2-2021-06",
        }
        elb.create_listener(
            LoadBalancerArn=balancer,
            **secure,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": target["TargetGroups"][0]["TargetGroupArn"]}],
        )
        attributes = {
            "deletion_protection.enabled": str(good).lower(),
            "access_logs.s3.enabled": str(good).lower(),
            "access_logs.s3.bucket": "example-ltd-access-logs" if good else "",
            "routing.http.drop_invalid_header_fields.enabled": str(good).lower(),
        }
        elb.modify_load_balancer_attributes(
            LoadBalancerArn=balancer, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
        )
        if good:
            waf.associate_web_acl(WebACLArn=acl, ResourceArn=balancer)


def _register_certificate(account: str, region: str, arn: str) -> None:
    """Let moto's load balancer believe in a certificate that our own answers describe."""
    from moto.acm.models import acm_backends

    known = cast("dict[str, Any]", acm_backends[account][region]._certificates)  # noqa: SLF001
    known[arn] = SimpleNamespace(arn=arn, in_use_by=[])


def _gateway(hands: Hands, account: str, region: str) -> None:
    api, tidy = hands.client("apigateway", account, region), account == PRODUCTION
    made = api.create_rest_api(name="billing-public", description=HOSTILE["markup"])["id"]
    root = api.get_resources(restApiId=made)["items"][0]["id"]
    api.put_method(restApiId=made, resourceId=root, httpMethod="GET", authorizationType="AWS_IAM")
    api.put_integration(restApiId=made, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = api.create_deployment(restApiId=made)["id"]
    api.create_stage(restApiId=made, stageName="live", deploymentId=deployment, tracingEnabled=tidy)
    validator = api.create_request_validator(
        restApiId=made, name="body", validateRequestBody=True, validateRequestParameters=True
    )["id"]
    stage = {
        "accessLogSettings": {
            "destinationArn": f"arn:aws:logs:{region}:{account}:log-group:/api/billing",
            "format": "$context.requestId",
        },
        "cacheClusterEnabled": tidy,
        "methodSettings": {"*/*": {"loggingLevel": "ERROR", "cachingEnabled": tidy, "cacheDataEncrypted": tidy}},
        **({"webAclArn": hands.ids[f"web acl {account} {region}"]} if tidy else {}),
    }

    def resources(_asked: Asked, said: Reply) -> Reply:
        rows = said.get("items", [])
        for row in rows:
            for method in row.get("resourceMethods", {}).values():
                method["requestValidatorId"] = validator
        return {"items": rows}

    # moto forgets the validator of a method and has no log, cache or firewall for a stage
    hands.rules.amend("apigateway:GetResources", resources, account=account, region=region)
    hands.rules.amend(
        "apigateway:GetStages",
        lambda _asked, said: {"item": [row | stage for row in said.get("item", [])]},
        account=account,
        region=region,
    )


def _builds(hands: Hands, account: str, region: str) -> None:
    codebuild, tidy = hands.client("codebuild", account, region), account == PRODUCTION
    leaks = [
        {"name": "GITHUB_TOKEN", "value": PLANTED["codebuild github token"], "type": "PLAINTEXT"},
        {"name": "SLACK_TOKEN", "value": PLANTED["codebuild slack token"], "type": "PLAINTEXT"},
    ]
    stored = [{"name": "GITHUB_TOKEN", "value": "/build/github-token", "type": "PARAMETER_STORE"}]
    for name, clean in {"billing-api": True, "billing-report": False}.items() if tidy else {"dev-api": True}.items():
        codebuild.create_project(
            name=name,
            source={"type": "GITHUB", "location": "https://github.com/example-ltd/billing.git"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
                "privilegedMode": not clean,
                "environmentVariables": stored if clean else leaks,
            },
            serviceRole=f"arn:aws:iam::{account}:role/service-role/billing-app",
        )
    stages: list[dict[str, Any]] = []
    for stage, category, provider in (
        ("Source", "Source", "CodeStarSourceConnection"),
        ("Approve", "Approval", "Manual"),
        ("Deploy", "Deploy", "ECS"),
    ):
        if stage != "Approve" or tidy:
            kind = {"category": category, "owner": "AWS", "provider": provider, "version": "1"}
            stages.append({"name": stage, "actions": [{"name": stage, "actionTypeId": kind, "runOrder": 1}]})
    about: dict[str, Any] = {
        "name": "billing-release",
        "version": 7,
        "roleArn": f"arn:aws:iam::{account}:role/billing-app",
        "artifactStore": {"type": "S3", "location": "example-ltd-access-logs"},
        "stages": stages,
    }
    dates = {"created": hands.clock.ago(400), "updated": hands.clock.ago(35)}
    hands.rules.answer(
        "codepipeline:ListPipelines",
        {"pipelines": [{"name": "billing-release", "version": 7, **dates}]},
        account=account,
        region=region,
    )
    hands.rules.answer(
        "codepipeline:GetPipeline",
        {
            "pipeline": about,
            "metadata": {"pipelineArn": f"arn:aws:codepipeline:{region}:{account}:billing-release", **dates},
        },
        account=account,
        region=region,
        name="billing-release",
    )


def _secrets(hands: Hands, account: str, region: str) -> None:
    secrets, ssm = hands.client("secretsmanager", account, region), hands.client("ssm", account, region)
    names = ("billing/database", "billing/stripe", "billing/erp-legacy") if region == EUROPE else ("billing/database",)
    for name in names:
        labels = {"owner": "platform"}
        if "erp" in name:
            labels = {"owner": HOSTILE["reversed"], "note": HOSTILE["control"]}
        secrets.create_secret(Name=name, SecretString="never-read", Tags=tags(**labels))
    rotated = ("billing/database", "billing/stripe")

    def rotation(_asked: Asked, said: Reply) -> Reply:
        # moto rotates only through a function that it would have to run.
        rows = []
        for row in said.get("SecretList", []):
            on = row["Name"] in rotated
            extra: dict[str, Any] = {"RotationEnabled": on, "LastAccessedDate": hands.clock.ago(1)}
            if on:
                extra |= {
                    "RotationRules": {"AutomaticallyAfterDays": 30},
                    "LastRotatedDate": hands.clock.ago(12),
                    "RotationLambdaARN": f"arn:aws:lambda:{region}:{account}:function:rotate",
                }
            rows.append(row | extra)
        return said | {"SecretList": sorted(rows, key=lambda row: str(row["Name"]))}

    hands.rules.amend("secretsmanager:ListSecrets", rotation, account=account, region=region)
    ssm.put_parameter(Name="/billing/log-level", Value="info", Type="String")
    kind = "SecureString" if account == PRODUCTION else "String"
    ssm.put_parameter(Name="/billing/smtp-password", Value="never-read", Type=kind)


def _inspector(hands: Hands, account: str, region: str) -> None:
    on = account == PRODUCTION
    state = "ENABLED" if on else "DISABLED"
    status = {"status": state, "errorCode": "ALREADY_ENABLED", "errorMessage": ""}
    hands.rules.answer(
        "inspector2:BatchGetAccountStatus",
        {
            "accounts": [
                {
                    "accountId": account,
                    "state": status,
                    "resourceState": dict.fromkeys(("ec2", "ecr", "lambda", "lambdaCode"), status),
                }
            ],
            "failedAccounts": [],
        },
        account=account,
        region=region,
    )
    covered = []
    if on and region == EUROPE:
        names = ("billing-api-1", "billing-api-2", "billing-worker-1", "legacy-report-1")
        covered = [
            (
                hands.ids[f"instance {name}"],
                "AWS_EC2_INSTANCE",
                ("INACTIVE", "NO_INVENTORY") if name == "legacy-report-1" else ("ACTIVE", "SUCCESSFUL"),
            )
            for name in names
        ]
        covered.append(
            (f"arn:aws:ecr:{region}:{account}:repository/billing/api", "AWS_ECR_REPOSITORY", ("ACTIVE", "SUCCESSFUL"))
        )
    if on and region == AMERICA:
        covered = [(hands.ids["instance billing-standby-1"], "AWS_EC2_INSTANCE", ("ACTIVE", "SUCCESSFUL"))]
    hands.rules.answer(
        "inspector2:ListCoverage",
        {
            "coveredResources": [
                {
                    "resourceId": name,
                    "resourceType": kind,
                    "accountId": account,
                    "scanType": "PACKAGE",
                    "scanStatus": {"statusCode": code, "reason": reason},
                    "lastScannedAt": hands.clock.ago(1),
                }
                for name, kind, (code, reason) in covered
            ]
        },
        account=account,
        region=region,
    )
    findings = []
    if on and region == EUROPE:
        for number, (severity, kind, resource) in enumerate(
            (
                (
                    "CRITICAL",
                    "AWS_ECR_CONTAINER_IMAGE",
                    f"arn:aws:ecr:{region}:{account}:repository/billing/report/sha256:{'e' * 64}",
                ),
                ("HIGH", "AWS_LAMBDA_FUNCTION", f"arn:aws:lambda:{region}:{account}:function:legacy-import:$LATEST"),
            ),
            start=1,
        ):
            age = hands.clock.ago(16 * number)
            findings.append(
                {
                    "findingArn": f"arn:aws:inspector2:{region}:{account}:finding/{number:032d}",
                    "awsAccountId": account,
                    "type": "PACKAGE_VULNERABILITY",
                    "description": "A package with a known weakness is installed.",
                    "title": f"CVE-2026-1000{number} - openssl",
                    "severity": severity,
                    "status": "ACTIVE",
                    "fixAvailable": "YES",
                    "firstObservedAt": age,
                    "lastObservedAt": hands.clock.ago(1),
                    "updatedAt": hands.clock.ago(1),
                    "remediation": {"recommendation": {"text": "Update the package."}},
                    "inspectorScore": 9.8,
                    "resources": [{"type": kind, "id": resource, "region": region, "partition": "aws"}],
                }
            )
    hands.rules.answer("inspector2:ListFindings", {"findings": findings}, account=account, region=region)
