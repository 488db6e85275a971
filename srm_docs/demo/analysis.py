"""Hands -> what works on data (Glue, migration, EMR, Athena, models) and what the customer sets of AWS's own part.

Answers are ours throughout, because moto knows few of these settings. Production is tidy but for one thing of a kind.
"""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, DEVELOPMENT, EUROPE, PRODUCTION
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal

_ENDS = ("SOURCE_UNLOAD", "SOURCE_CAPTURE", "TARGET_LOAD", "TARGET_APPLY")


def seed(hands: Hands) -> None:
    """What a place has first, then what all other places answer."""
    for account in (PRODUCTION, DEVELOPMENT):
        _glue(hands, account)
        _clusters(hands, account)
        _models(hands, account)
    _movement(hands)
    _workgroups(hands)
    _patching(hands)
    _shield(hands)
    _policies_of_aws(hands)
    _left_off(hands)
    with hands.clock.at(120):
        _alarms(hands)
    _elsewhere(hands)


def _say(hands: Hands, call: str, reply: Reply, account: str = PRODUCTION, **params: str) -> None:
    hands.rules.answer(call, reply, account=account, region=EUROPE, **params)


def _key(hands: Hands, account: str) -> str:
    return f"arn:aws:kms:{EUROPE}:{account}:key/{hands.ids[f'key billing-data {account} {EUROPE}']}"


def _glue(hands: Hands, account: str) -> None:
    tidy = account == PRODUCTION
    mode = {"CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": _key(hands, account)}
    settings = {
        "EncryptionAtRest": mode if tidy else {"CatalogEncryptionMode": "DISABLED"},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": True},
    }
    _say(hands, "glue:GetDataCatalogEncryptionSettings", {"DataCatalogEncryptionSettings": settings}, account)
    _say(
        hands, "glue:GetDatabases", {"DatabaseList": [{"Name": "ledger", "CreateTime": hands.clock.ago(300)}]}, account
    )
    job = {
        "Name": "load-ledger",
        "Role": f"arn:aws:iam::{account}:role/billing-app",
        "Command": {"Name": "glueetl", "ScriptLocation": "s3://example-ltd-access-logs/load.py"},
        "DefaultArguments": {"--enable-continuous-cloudwatch-log": "true", "--stage": "live"},
        "GlueVersion": "4.0",
        **({"SecurityConfiguration": "all-encrypted"} if tidy else {}),
    }
    _say(hands, "glue:GetJobs", {"Jobs": [job]}, account)
    if tidy:
        key = _key(hands, account)
        encryption = {
            "S3Encryption": [{"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": key}],
            "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": key},
            "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": key},
        }
        made = {"SecurityConfigurations": [{"Name": "all-encrypted", "EncryptionConfiguration": encryption}]}
        _say(hands, "glue:GetSecurityConfigurations", made)
        learnt = {"MlUserDataEncryption": {"MlUserDataEncryptionMode": "SSE-KMS", "KmsKeyId": key}}
        transform = {"TransformId": "tfm-1", "Name": "same-customer", "TransformEncryption": learnt}
        _say(hands, "glue:GetMLTransforms", {"Transforms": [transform]})
        own = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{DEVELOPMENT}:root"}, "Action": "glue:GetTable"}
        policy = {
            "Version": "2012-10-17",
            "Statement": [own | {"Resource": f"arn:aws:glue:{EUROPE}:{account}:catalog"}],
        }
        _say(hands, "glue:GetResourcePolicy", {"PolicyInJson": json.dumps(policy)})
    else:
        endpoint = {"EndpointName": "try-out", "Status": "READY", "GlueVersion": "1.0"}
        _say(hands, "glue:GetDevEndpoints", {"DevEndpoints": [endpoint]}, account)


def _movement(hands: Hands) -> None:
    arn = f"arn:aws:dms:{EUROPE}:{PRODUCTION}"
    instance = {
        "ReplicationInstanceIdentifier": "ledger-move",
        "ReplicationInstanceArn": f"{arn}:rep:LEDGER",
        "MultiAZ": True,
        "PubliclyAccessible": False,
        "AutoMinorVersionUpgrade": True,
        "EngineVersion": "3.5.4",
    }
    _say(hands, "dms:DescribeReplicationInstances", {"ReplicationInstances": [instance]})
    endpoints: list[dict[str, Any]] = [
        {"EndpointIdentifier": "erp", "EndpointType": "SOURCE", "EngineName": "mysql", "SslMode": "verify-full"},
        {
            "EndpointIdentifier": "session-cache",
            "EndpointType": "TARGET",
            "EngineName": "redis",
            "SslMode": "none",
            "RedisSettings": {"ServerName": "cache", "Port": 6379, "SslSecurityProtocol": "plaintext"},
        },
    ]
    _say(hands, "dms:DescribeEndpoints", {"Endpoints": endpoints})
    logging = {
        "EnableLogging": True,
        "LogComponents": [{"Id": end, "Severity": "LOGGER_SEVERITY_DEFAULT"} for end in _ENDS],
    }
    task = {
        "ReplicationTaskIdentifier": "erp-to-ledger",
        "ReplicationTaskArn": f"{arn}:task:LEDGER",
        "MigrationType": "full-load-and-cdc",
        "ReplicationTaskSettings": json.dumps({"Logging": logging}),
    }
    _say(hands, "dms:DescribeReplicationTasks", {"ReplicationTasks": [task]})
    transfer = {"TaskArn": f"arn:aws:datasync:{EUROPE}:{PRODUCTION}:task/task-1", "Name": "invoices-to-archive"}
    _say(hands, "datasync:ListTasks", {"Tasks": [transfer | {"Status": "AVAILABLE"}]})
    group = f"arn:aws:logs:{EUROPE}:{PRODUCTION}:log-group:/aws/datasync"
    _say(
        hands,
        "datasync:DescribeTask",
        {**transfer, "CloudWatchLogGroupArn": group, "Options": {"LogLevel": "TRANSFER"}},
    )


def _clusters(hands: Hands, account: str) -> None:
    tidy = account == PRODUCTION
    name = "billing-analysis" if tidy else "try-out"
    state = {"State": "WAITING", "Timeline": {"CreationDateTime": hands.clock.ago(20)}}
    listed = {"Id": f"j-{name.upper()}", "Name": name, "Status": state}
    where = {"EmrManagedMasterSecurityGroup": hands.ids[f"group billing-database {account} {EUROPE}"]}
    host = "ip-10-20-10-7.eu-west-1.compute.internal" if tidy else "ec2-198-51-100-7.eu-west-1.compute.amazonaws.com"
    settings = {"LogUri": "s3n://example-ltd-access-logs/emr/"}
    if tidy:
        settings["SecurityConfiguration"] = "all-encrypted"
        switches = {"EnableAtRestEncryption": True, "EnableInTransitEncryption": True}
        body = json.dumps({"EncryptionConfiguration": switches})
        chosen = {"Name": "all-encrypted", "SecurityConfiguration": body, "CreationDateTime": hands.clock.ago(200)}
        _say(hands, "emr:DescribeSecurityConfiguration", chosen)
    _say(hands, "emr:ListClusters", {"Clusters": [listed]}, account)
    about = listed | {"Ec2InstanceAttributes": where, "MasterPublicDnsName": host, **settings}
    _say(hands, "emr:DescribeCluster", {"Cluster": about}, account)


def _workgroups(hands: Hands) -> None:
    def described(asked: Asked) -> Reply:
        name = asked.params["WorkGroup"]
        settings: dict[str, Any] = {
            "ResultConfiguration": {},
            "EnforceWorkGroupConfiguration": True,
            "PublishCloudWatchMetricsEnabled": True,
        }
        if name == "finance":
            encryption = {"EncryptionOption": "SSE_KMS", "KmsKey": _key(hands, PRODUCTION)}
            place = "s3://example-ltd-access-logs/athena/"
            settings["ResultConfiguration"] = {"OutputLocation": place, "EncryptionConfiguration": encryption}
        if name == "analysts":
            settings |= {"EnforceWorkGroupConfiguration": False, "ResultConfiguration": {"OutputLocation": "s3://dev/"}}
        return {"WorkGroup": {"Name": name, "State": "ENABLED", "Configuration": settings}}

    listed = [{"Name": "primary", "State": "ENABLED"}]
    for account, name in ((PRODUCTION, "finance"), (DEVELOPMENT, "analysts")):
        _say(hands, "athena:ListWorkGroups", {"WorkGroups": [*listed, {"Name": name, "State": "ENABLED"}]}, account)
    hands.rules.answer("athena:ListWorkGroups", {"WorkGroups": listed})
    hands.rules.answer("athena:GetWorkGroup", described)


def _models(hands: Hands, account: str) -> None:
    used = {"Metrics": [{"Namespace": "AWS/Bedrock", "MetricName": "Invocations", "Dimensions": []}]}
    hands.rules.answer("cloudwatch:ListMetrics", used, account=account, region=EUROPE)
    if account != PRODUCTION:
        return
    _notebooks(hands)
    _inference(hands)
    group = "/aws/cloudtrail"
    place = {"logGroupName": group, "roleArn": f"arn:aws:iam::{account}:role/billing-app"}
    logging = {"cloudWatchConfig": place, "textDataDeliveryEnabled": True}
    _say(hands, "bedrock:GetModelInvocationLoggingConfiguration", {"loggingConfig": logging})
    dates = {"createdAt": hands.clock.ago(80), "updatedAt": hands.clock.ago(30)}
    about = {"name": "dunning-letter", "id": "PROMPT0001", "version": "DRAFT", **dates}
    about["arn"] = f"arn:aws:bedrock:{EUROPE}:{account}:prompt/PROMPT0001"
    _say(hands, "bedrock-agent:ListPrompts", {"promptSummaries": [about]})
    _say(hands, "bedrock-agent:GetPrompt", about | {"customerEncryptionKeyArn": _key(hands, account)})
    agent = {"agentId": "AGENT00001", "agentName": "invoice-helper", "agentStatus": "PREPARED"}
    guard = {"guardrailConfiguration": {"guardrailIdentifier": "guard0001", "guardrailVersion": "1"}}
    _say(hands, "bedrock-agent:ListAgents", {"agentSummaries": [agent | guard | {"updatedAt": hands.clock.ago(30)}]})


def _notebooks(hands: Hands) -> None:
    arn = f"arn:aws:sagemaker:{EUROPE}:{PRODUCTION}"
    name = "payment-risk"
    listed = {"NotebookInstanceName": name, "NotebookInstanceArn": f"{arn}:notebook-instance/{name}"}
    _say(hands, "sagemaker:ListNotebookInstances", {"NotebookInstances": [listed]})
    about = {
        "KmsKeyId": _key(hands, PRODUCTION),
        "SubnetId": hands.ids[f"subnet private-a {PRODUCTION} {EUROPE}"],
        "DirectInternetAccess": "Disabled",
        "RootAccess": "Enabled",
    }
    _say(hands, "sagemaker:DescribeNotebookInstance", listed | about)
    jobs = [
        {
            "TrainingJob": {
                "TrainingJobName": f"payment-risk-{number}",
                "TrainingJobStatus": "Completed",
                "CreationTime": hands.clock.ago(age),
                "ResourceConfig": {"InstanceCount": 2, "VolumeKmsKeyId": _key(hands, PRODUCTION)},
                "OutputDataConfig": {"KmsKeyId": _key(hands, PRODUCTION), "S3OutputPath": "s3://models/"},
                "VpcConfig": {"Subnets": [about["SubnetId"]], "SecurityGroupIds": []},
                "EnableInterContainerTrafficEncryption": age < 90,  # noqa: PLR2004 - the newer job only
            }
        }
        for number, age in enumerate((300, 15), start=1)
    ]
    _say(hands, "sagemaker:Search", {"Results": jobs})


def _inference(hands: Hands) -> None:
    arn, name = f"arn:aws:sagemaker:{EUROPE}:{PRODUCTION}", "payment-risk"
    made = {"CreationTime": hands.clock.ago(15)}
    model = {"ModelName": name, "ModelArn": f"{arn}:model/{name}", **made}
    _say(hands, "sagemaker:ListModels", {"Models": [model]})
    network = {"Subnets": [hands.ids[f"subnet private-a {PRODUCTION} {EUROPE}"]], "SecurityGroupIds": []}
    _say(hands, "sagemaker:DescribeModel", model | {"VpcConfig": network, "EnableNetworkIsolation": True})
    endpoint = {"EndpointConfigName": name, "EndpointConfigArn": f"{arn}:endpoint-config/{name}", **made}
    _say(hands, "sagemaker:ListEndpointConfigs", {"EndpointConfigs": [endpoint]})
    variant = {"VariantName": "all", "ModelName": name, "InitialInstanceCount": 2, "InstanceType": "ml.m5.large"}
    about = {"ProductionVariants": [variant], "KmsKeyId": _key(hands, PRODUCTION)}
    _say(hands, "sagemaker:DescribeEndpointConfig", endpoint | about)


def _patching(hands: Hands) -> None:
    waiting = {"Action": "system-update", "Description": "New operating system update is available"}
    database = f"arn:aws:rds:{EUROPE}:{PRODUCTION}:db:reporting"
    pending = [{"ResourceIdentifier": database, "PendingMaintenanceActionDetails": [waiting]}]
    _say(hands, "rds:DescribePendingMaintenanceActions", {"PendingMaintenanceActions": pending})
    updates = [
        {
            "ReplicationGroupId": group,
            "ServiceUpdateName": "elasticache-20260801",
            "ServiceUpdateStatus": "available",
            "ServiceUpdateSeverity": "important",
            "ServiceUpdateRecommendedApplyByDate": hands.clock.ago(30),
            "UpdateActionStatus": status,
        }
        for group, status in (("billing-sessions", "complete"), ("report-cache", "not-applied"))
    ]
    _say(hands, "elasticache:DescribeUpdateActions", {"UpdateActions": updates})
    versions = [
        {"clusterVersion": "1.35", "clusterType": "eks", "versionStatus": "STANDARD_SUPPORT"},
        {"clusterVersion": "1.31", "clusterType": "eks", "versionStatus": "EXTENDED_SUPPORT"},
    ]
    hands.rules.answer("eks:DescribeClusterVersions", {"clusterVersions": versions})


def _shield(hands: Hands) -> None:
    elb = hands.client("elbv2", PRODUCTION, EUROPE)
    arns = {b["LoadBalancerName"]: b["LoadBalancerArn"] for b in elb.describe_load_balancers()["LoadBalancers"]}
    rules = hands.rules
    rules.answer("shield:GetSubscriptionState", {"SubscriptionState": "ACTIVE"}, account=PRODUCTION)
    rules.answer("shield:GetSubscriptionState", {"SubscriptionState": "INACTIVE"})
    bought = {"StartTime": hands.clock.ago(200), "AutoRenew": "ENABLED", "TimeCommitmentInSeconds": 31536000}
    limits = {
        "ProtectionLimits": {"ProtectedResourceTypeLimits": []},
        "ProtectionGroupLimits": {
            "MaxProtectionGroups": 100,
            "PatternTypeLimits": {"ArbitraryPatternLimits": {"MaxMembers": 1000}},
        },
    }
    rules.answer(
        "shield:DescribeSubscription", {"Subscription": bought | {"SubscriptionLimits": limits}}, account=PRODUCTION
    )
    protection = {"Id": "protection-1", "Name": "billing-edge", "ResourceArn": arns["billing-edge"]}
    rules.answer("shield:ListProtections", {"Protections": [protection]}, account=PRODUCTION)
    for call in ("shield:DescribeSubscription", "shield:ListProtections"):
        rules.answer(call, lambda _asked: Refusal(code="ResourceNotFoundException", message="No subscription exists."))


def _policies_of_aws(hands: Hands) -> None:
    """Which of AWS's own policies the roles hold; moto knows none of them."""
    held = {
        PRODUCTION: {"auditor-readonly": "SecurityAudit", "billing-app": "AmazonEC2RoleforSSM"},
        DEVELOPMENT: {"billing-app": "AmazonSSMManagedInstanceCore", "vendor-support": "AmazonBedrockFullAccess"},
    }
    for account, roles in held.items():

        def attached(_asked: Asked, said: Reply, roles: dict[str, str] = roles) -> Reply:
            for role in said.get("RoleDetailList", []):
                if name := roles.get(role["RoleName"]):
                    policy = {"PolicyName": name, "PolicyArn": f"arn:aws:iam::aws:policy/{name}"}
                    role["AttachedManagedPolicies"] = [*role.get("AttachedManagedPolicies", []), policy]
            return said

        listed = [
            {
                "PolicyName": name,
                "Arn": f"arn:aws:iam::aws:policy/{name}",
                "AttachmentCount": 1,
                "IsAttachable": name != "AmazonEC2RoleforSSM",
            }
            for name in sorted(roles.values())
        ]
        hands.rules.amend("iam:GetAccountAuthorizationDetails", attached, account=account)
        hands.rules.answer("iam:ListPolicies", {"Policies": listed}, account=account, Scope="AWS")


def _left_off(hands: Hands) -> None:
    """What development left off of what AWS offers to everybody."""

    def unsigned(_asked: Asked, said: Reply) -> Reply:
        return said | {"trailList": [trail | {"LogFileValidationEnabled": False} for trail in said["trailList"]]}

    hands.rules.amend("cloudtrail:DescribeTrails", unsigned, account=DEVELOPMENT)
    off = {"EbsEncryptionByDefault": False}
    hands.rules.answer("ec2:GetEbsEncryptionByDefault", off, account=DEVELOPMENT, region=AMERICA)


def _alarms(hands: Hands) -> None:
    client = hands.client("cloudwatch", PRODUCTION, EUROPE)
    for name, metric, database in (
        ("billing-storage", "FreeStorageSpace", "billing"),
        ("billing-load", "CPUUtilization", "billing"),
        ("reporting-lag", "ReplicaLag", "gone"),
    ):
        client.put_metric_alarm(
            AlarmName=name,
            MetricName=metric,
            Namespace="AWS/RDS",
            Dimensions=[{"Name": "DBInstanceIdentifier", "Value": database}],
            Statistic="Average",
            Period=300,
            EvaluationPeriods=3,
            Threshold=1,
            ComparisonOperator="LessThanThreshold",
            AlarmActions=[f"arn:aws:sns:{EUROPE}:{PRODUCTION}:platform"] if name == "billing-storage" else [],
        )
    # moto has no alarms on alarms
    trouble = {
        "AlarmName": "billing-trouble",
        "AlarmRule": 'ALARM("billing-load")',
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{EUROPE}:{PRODUCTION}:platform"],
    }
    hands.rules.amend(
        "cloudwatch:DescribeAlarms",
        lambda _asked, said: said | {"CompositeAlarms": [trouble]},
        account=PRODUCTION,
        region=EUROPE,
    )


def _elsewhere(hands: Hands) -> None:
    """Where nothing of the kind exists."""
    empty: dict[str, Reply] = {
        "glue:GetDataCatalogEncryptionSettings": {
            "DataCatalogEncryptionSettings": {
                "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
                "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
            }
        },
        "glue:GetDatabases": {"DatabaseList": []},
        "glue:GetJobs": {"Jobs": []},
        "glue:GetSecurityConfigurations": {"SecurityConfigurations": []},
        "glue:GetDevEndpoints": {"DevEndpoints": []},
        "glue:GetMLTransforms": {"Transforms": []},
        "dms:DescribeReplicationInstances": {"ReplicationInstances": []},
        "dms:DescribeEndpoints": {"Endpoints": []},
        "dms:DescribeReplicationTasks": {"ReplicationTasks": []},
        "datasync:ListTasks": {"Tasks": []},
        "emr:ListClusters": {"Clusters": []},
        "emr:GetBlockPublicAccessConfiguration": {
            "BlockPublicAccessConfiguration": {
                "BlockPublicSecurityGroupRules": True,
                "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
            },
            "BlockPublicAccessConfigurationMetadata": {
                "CreationDateTime": hands.clock.ago(600),
                "CreatedByArn": f"arn:aws:iam::{PRODUCTION}:root",
            },
        },
        "cloudwatch:ListMetrics": {"Metrics": []},
        "sagemaker:ListNotebookInstances": {"NotebookInstances": []},
        "sagemaker:ListModels": {"Models": []},
        "sagemaker:ListEndpointConfigs": {"EndpointConfigs": []},
        "sagemaker:Search": {"Results": []},
        "bedrock:GetModelInvocationLoggingConfiguration": {},
        "bedrock-agent:ListPrompts": {"promptSummaries": []},
        "bedrock-agent:ListAgents": {"agentSummaries": []},
        "rds:DescribePendingMaintenanceActions": {"PendingMaintenanceActions": []},
        "elasticache:DescribeUpdateActions": {"UpdateActions": []},
    }
    for call, reply in empty.items():
        hands.rules.answer(call, reply)
    hands.rules.answer(
        "glue:GetResourcePolicy",
        lambda _asked: Refusal(code="EntityNotFoundException", message="Policy not found"),
    )
