"""Hands -> how the billing platform is built and run: packages, builds, workflows, scripts, services and functions."""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import DEVELOPMENT, EUROPE, NAMES, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal


def seed(hands: Hands) -> None:
    """All of it in Europe; America is the standby."""
    _builds(hands)
    _workflows(hands)
    _scripts(hands)
    _platforms(hands)
    _containers(hands)
    _functions(hands)


def _builds(hands: Hands) -> None:
    answer = hands.rules.answer
    repository = {
        "name": "billing",
        "administratorAccount": PRODUCTION,
        "domainName": "example",
        "domainOwner": PRODUCTION,
        "arn": f"arn:aws:codeartifact:{EUROPE}:{PRODUCTION}:repository/example/billing",
    }
    answer("codeartifact:ListRepositories", {"repositories": [repository]}, account=PRODUCTION, region=EUROPE)
    answer("codeartifact:ListRepositories", {"repositories": []})
    mixed = {"restrictions": {"publish": "ALLOW", "upstream": "ALLOW"}}
    package = {"format": "npm", "package": "billing-client", "originConfiguration": mixed}
    answer("codeartifact:ListPackages", {"packages": [package]})
    arn = f"arn:aws:codebuild:{EUROPE}:{PRODUCTION}:report-group/billing-api-tests"
    answer("codebuild:ListReportGroups", {"reportGroups": [arn]}, account=PRODUCTION, region=EUROPE)
    answer("codebuild:ListReportGroups", {"reportGroups": []})
    export = {"bucket": "example-ltd-access-logs", "packaging": "ZIP", "encryptionDisabled": False}
    group = {
        "arn": arn,
        "name": "billing-api-tests",
        "type": "TEST",
        "status": "ACTIVE",
        "created": hands.clock.ago(200),
        "exportConfig": {"exportConfigType": "S3", "s3Destination": export},
    }
    answer("codebuild:BatchGetReportGroups", {"reportGroups": [group]})
    kept = {
        "webhook": {"pullRequestBuildPolicy": {"requiresCommentApproval": "ALL_PULL_REQUESTS"}},
        "artifacts": {"type": "S3", "location": "example-ltd-access-logs", "encryptionDisabled": False},
        "logsConfig": {
            "cloudWatchLogs": {"status": "ENABLED"},
            "s3Logs": {"status": "ENABLED", "location": "example-ltd-access-logs/builds", "encryptionDisabled": False},
        },
    }

    def projects(asked: Asked, said: Reply) -> Reply:
        rows = []
        for row in said.get("projects", []):
            extra: dict[str, Any] = {"serviceRole": f"arn:aws:iam::{asked.account}:role/billing-app"}
            if row["name"] == "billing-api":
                extra |= kept | {"source": row["source"] | {"buildspec": "version: 0.2\nphases: {}\n"}}
            elif row["name"] == "dev-api":
                extra["webhook"] = {"filterGroups": [[{"type": "EVENT", "pattern": "PULL_REQUEST_CREATED"}]]}
                extra["source"] = row["source"] | {"location": "https://robot@bitbucket.org/example-ltd/billing.git"}
            rows.append(row | extra)
        return said | {"projects": rows}

    hands.rules.amend("codebuild:BatchGetProjects", projects)


def _workflows(hands: Hands) -> None:
    stem = f"arn:aws:states:{EUROPE}:{PRODUCTION}:stateMachine"
    made = hands.clock.ago(180)
    group = {"logGroupArn": f"arn:aws:logs:{EUROPE}:{PRODUCTION}:log-group:/ecs/billing:*"}
    logged = {
        "level": "ALL",
        "includeExecutionData": False,
        "destinations": [{"cloudWatchLogsLogGroup": group}],
    }
    machines = {"invoice-run": logged, "reminders": {"level": "OFF", "includeExecutionData": False}}
    rows = [
        {"stateMachineArn": f"{stem}:{name}", "name": name, "type": "STANDARD", "creationDate": made}
        for name in machines
    ]
    answer = hands.rules.answer
    answer("stepfunctions:ListStateMachines", {"stateMachines": rows}, account=PRODUCTION, region=EUROPE)
    answer("stepfunctions:ListStateMachines", {"stateMachines": []})
    for row, logging in zip(rows, machines.values(), strict=True):
        about = {
            "status": "ACTIVE",
            "definition": json.dumps({"StartAt": "Collect", "States": {"Collect": {"Type": "Pass", "End": True}}}),
            "roleArn": f"arn:aws:iam::{PRODUCTION}:role/billing-functions",
            "loggingConfiguration": logging,
            "tracingConfiguration": {"enabled": False},
        }
        answer("stepfunctions:DescribeStateMachine", row | about, stateMachineArn=str(row["stateMachineArn"]))
    endpoint = {
        "Name": "billing-events",
        "Arn": f"arn:aws:events:{EUROPE}:{PRODUCTION}:endpoint/billing-events",
        "State": "ACTIVE",
        "ReplicationConfig": {"State": "ENABLED"},
        "EventBuses": [],
    }
    answer("events:ListEndpoints", {"Endpoints": [endpoint]}, account=PRODUCTION, region=EUROPE)
    answer("events:ListEndpoints", {"Endpoints": []})


def _scripts(hands: Hands) -> None:
    answer = hands.rules.answer
    document = {"Owner": PRODUCTION, "DocumentType": "Command", "DocumentFormat": "JSON", "SchemaVersion": "2.2"}
    names = {PRODUCTION: "restart-billing", DEVELOPMENT: "load-test-data"}
    for account, name in names.items():
        row = document | {"Name": name, "Owner": account, "DocumentVersion": "1"}
        answer("ssm:ListDocuments", {"DocumentIdentifiers": [row]}, account=account, region=EUROPE)
        shared = [] if account == PRODUCTION else ["all"]
        answer("ssm:DescribeDocumentPermission", {"AccountIds": shared, "AccountSharingInfoList": []}, Name=name)
        content = {"schemaVersion": "2.2", "mainSteps": [{"action": "aws:runShellScript", "name": "run"}]}
        about = {"Name": name, "DocumentVersion": "1", "Status": "Active", "DocumentFormat": "JSON"}
        answer("ssm:GetDocument", about | {"Content": json.dumps(content), "DocumentType": "Command"}, Name=name)
    answer("ssm:ListDocuments", {"DocumentIdentifiers": []})


def _platforms(hands: Hands) -> None:
    for account, name in ((PRODUCTION, "help-centre"), (DEVELOPMENT, "help-centre-dev")):
        environment = {
            "EnvironmentName": name,
            "EnvironmentId": "e-example001",
            "ApplicationName": "help-centre",
            "SolutionStackName": "64bit Amazon Linux 2023 v4.5.0 running Python 3.13",
            "Status": "Ready",
            "Health": "Green",
            "DateCreated": hands.clock.ago(240),
            "DateUpdated": hands.clock.ago(20),
        }
        reply = {"Environments": [environment]}
        hands.rules.answer("elasticbeanstalk:DescribeEnvironments", reply, account=account, region=EUROPE)
    hands.rules.answer("elasticbeanstalk:DescribeEnvironments", {"Environments": []})
    logs = hands.client("logs", PRODUCTION, EUROPE)
    group = "/aws/elasticbeanstalk/help-centre/var/log/web.stdout.log"
    logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=365)


def _containers(hands: Hands) -> None:
    answer, amend = hands.rules.answer, hands.rules.amend
    for account in NAMES:
        tidy = account == PRODUCTION
        hands.client("ecs", account, EUROPE).create_service(
            cluster="billing",
            serviceName="billing-api",
            taskDefinition="billing-api",
            desiredCount=2,
            launchType="FARGATE",
            platformVersion="LATEST" if tidy else "1.3.0",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": [hands.ids[f"subnet private-a {account} {EUROPE}"]],
                    "securityGroups": [hands.ids[f"group billing-web {account} {EUROPE}"]],
                    "assignPublicIp": "DISABLED" if tidy else "ENABLED",
                }
            },
        )
        mode = {"name": "defaultLogDriverMode", "value": "non-blocking" if tidy else "blocking", "type": "user"}
        answer("ecs:ListAccountSettings", {"settings": [mode]}, account=account)
    policy = {"rules": [{"rulePriority": 1, "action": {"type": "expire"}}]}
    answer(
        "ecr:GetLifecyclePolicy",
        {"repositoryName": "billing/api", "lifecyclePolicyText": json.dumps(policy)},
        account=PRODUCTION,
        repositoryName="billing/api",
    )
    none = Refusal(code="LifecyclePolicyNotFoundException", message="Lifecycle policy does not exist.")
    answer("ecr:GetLifecyclePolicy", lambda _asked: none)
    rules = [{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}]
    scanning = {"scanType": "ENHANCED", "rules": rules}
    answer(
        "ecr:GetRegistryScanningConfiguration",
        {"registryId": PRODUCTION, "scanningConfiguration": scanning},
        account=PRODUCTION,
    )
    support = {"1.31": "EXTENDED_SUPPORT", "1.34": "STANDARD_SUPPORT", "1.35": "STANDARD_SUPPORT"}
    versions = [
        {"clusterVersion": version, "clusterType": "eks", "versionStatus": state} for version, state in support.items()
    ]
    answer("eks:DescribeClusterVersions", {"clusterVersions": versions})

    def upgraded(_asked: Asked, said: Reply) -> Reply:
        return {"cluster": said["cluster"] | {"version": "1.34"}} if "cluster" in said else said

    amend("eks:DescribeCluster", upgraded, account=PRODUCTION)


def _functions(hands: Hands) -> None:
    def functions(asked: Asked, said: Reply) -> Reply:
        subnets = [hands.ids[f"subnet private-{zone} {PRODUCTION} {asked.region}"] for zone in "ab"]
        network = {
            "VpcId": hands.ids[f"vpc {PRODUCTION} {asked.region}"],
            "SubnetIds": subnets,
            "SecurityGroupIds": [hands.ids[f"group billing-app {PRODUCTION} {asked.region}"]],
        }
        queue = {"TargetArn": f"arn:aws:sqs:{asked.region}:{PRODUCTION}:billing-failed-events"}
        extra = {
            "billing-webhook": {"VpcConfig": network, "DeadLetterConfig": queue},
            "invoice-renderer": {"VpcConfig": network | {"SubnetIds": subnets[:1]}},
        }
        return said | {"Functions": [row | extra.get(row["FunctionName"], {}) for row in said.get("Functions", [])]}

    hands.rules.amend("lambda:ListFunctions", functions, account=PRODUCTION)
