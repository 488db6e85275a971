"""Hands -> what holds and carries data beside buckets and tables: databases' settings, files, caches, search, messages.

Answers are ours throughout: moto knows few of these settings. Production is tidy but for one thing of a kind.
"""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import DEVELOPMENT, EUROPE, PRODUCTION
from srm_docs.demo.data import BUCKETS
from srm_docs.demo.hands import Hands
from srm_docs.demo.rules import Reply
from srm_docs.demo.wire import Refusal

_ROOT = f"arn:aws:iam::{PRODUCTION}:root"


def seed(hands: Hands) -> None:
    """What a place has first, then what all other places answer."""
    _databases(hands)
    _snapshots(hands)
    _warehouse(hands)
    _search(hands)
    _caches(hands)
    _files(hands)
    _copies(hands)
    _streams(hands)
    _messages(hands)
    _directory(hands)
    _buckets(hands)
    _elsewhere(hands)


def _say(hands: Hands, call: str, reply: Reply, account: str = PRODUCTION, **params: str) -> None:
    hands.rules.answer(call, reply, account=account, region=EUROPE, **params)


def _arn(service: str, rest: str, account: str = PRODUCTION) -> str:
    return f"arn:aws:{service}:{EUROPE}:{account}:{rest}"


def _key(hands: Hands, account: str = PRODUCTION) -> str:
    return _arn("kms", f"key/{hands.ids[f'key billing-data {account} {EUROPE}']}", account)


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _ours(action: str) -> dict[str, Any]:
    return {"Sid": "ours", "Effect": "Allow", "Principal": {"AWS": _ROOT}, "Action": action, "Resource": "*"}


def _tls_only(action: str) -> dict[str, Any]:
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    about = {"Sid": "tls", "Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return about | {"Condition": condition}


def _databases(hands: Hands) -> None:
    """What moto leaves out of an instance; a cluster that production runs; and whether TLS is forced."""

    def instances(asked: Asked, said: Reply) -> Reply:
        tidy = asked.account == PRODUCTION
        more: dict[str, Any] = {
            "CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": hands.clock.ago(-300)},
            "MonitoringInterval": 60,
            "CopyTagsToSnapshot": True,
            "MasterUsername": "billing_owner",
            "EnabledCloudwatchLogsExports": ["postgresql"],
        }
        if tidy:
            secret = {"SecretArn": _arn("secretsmanager", "secret:rds!db-1"), "SecretStatus": "active"}
            more["MasterUserSecret"] = secret
        return said | {"DBInstances": [row | more for row in said.get("DBInstances", [])]}

    hands.rules.amend("rds:DescribeDBInstances", instances)
    cluster = {
        "DBClusterIdentifier": "ledger",
        "DBClusterArn": _arn("rds", "cluster:ledger"),
        "Engine": "aurora-postgresql",
        "EngineVersion": "16.4",
        "Status": "available",
        "DBClusterParameterGroup": "ledger",
        "MasterUsername": "ledger_owner",
        "MasterUserSecret": {"SecretArn": _arn("secretsmanager", "secret:rds!cluster-1"), "SecretStatus": "active"},
        "MultiAZ": True,
        "StorageEncrypted": True,
        "KmsKeyId": _key(hands),
        "BackupRetentionPeriod": 14,
        "DeletionProtection": True,
        "IAMDatabaseAuthenticationEnabled": True,
        "CopyTagsToSnapshot": True,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "DBClusterMembers": [],
    }
    _say(hands, "rds:DescribeDBClusters", {"DBClusters": [cluster]})
    forced = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "Source": "user", "IsModifiable": True}
    _say(hands, "rds:DescribeDBParameters", {"Parameters": [forced]})
    hands.rules.answer("rds:DescribeDBParameters", {"Parameters": [forced | {"ParameterValue": "0"}]})
    _say(hands, "rds:DescribeDBClusterParameters", {"Parameters": [forced]})
    notice = {
        "CustSubscriptionId": "platform",
        "SnsTopicArn": _arn("sns", "platform"),
        "Status": "active",
        "SourceType": "db-instance",
        "Enabled": True,
    }
    for account in (PRODUCTION, DEVELOPMENT):
        _say(hands, "rds:DescribeEventSubscriptions", {"EventSubscriptionsList": [notice]}, account)


def _snapshots(hands: Hands) -> None:
    row = {
        "DBClusterSnapshotIdentifier": "ledger-year-end",
        "DBClusterIdentifier": "ledger",
        "Engine": "aurora-postgresql",
        "SnapshotType": "manual",
        "Status": "available",
        "StorageEncrypted": True,
    }
    _say(hands, "rds:DescribeDBClusterSnapshots", {"DBClusterSnapshots": [row]})
    # the auditors' account, which nobody has listed
    shared = {"AttributeName": "restore", "AttributeValues": ["777788889999"]}
    about = {"DBClusterSnapshotIdentifier": "ledger-year-end", "DBClusterSnapshotAttributes": [shared]}
    _say(hands, "rds:DescribeDBClusterSnapshotAttributes", {"DBClusterSnapshotAttributesResult": about})


def _warehouse(hands: Hands) -> None:
    row = {
        "ClusterIdentifier": "billing-warehouse",
        "ClusterStatus": "available",
        "NodeType": "ra3.large",
        "MasterUsername": "warehouse_owner",
        "ClusterParameterGroups": [{"ParameterGroupName": "tls", "ParameterApplyStatus": "in-sync"}],
        "VpcId": hands.ids[f"vpc {PRODUCTION} {EUROPE}"],
        "AutomatedSnapshotRetentionPeriod": 14,
        "PubliclyAccessible": False,
        "Encrypted": True,
        "KmsKeyId": _key(hands),
        "EnhancedVpcRouting": True,
        "AllowVersionUpgrade": True,
        "MultiAZ": "Disabled",
    }
    _say(hands, "redshift:DescribeClusters", {"Clusters": [row]})
    _say(hands, "redshift:DescribeLoggingStatus", {"LoggingEnabled": True, "LogDestinationType": "cloudwatch"})
    forced = {"ParameterName": "require_ssl", "ParameterValue": "true", "Source": "user"}
    _say(hands, "redshift:DescribeClusterParameters", {"Parameters": [forced]})


def _search(hands: Hands) -> None:
    """The search for invoices, in order but for its slow logs."""
    name = "invoice-search"
    audit = {"CloudWatchLogsLogGroupArn": _arn("logs", "log-group:/search/audit"), "Enabled": True}
    about = {
        "DomainId": f"{PRODUCTION}/{name}",
        "DomainName": name,
        "ARN": _arn("es", f"domain/{name}"),
        "EngineVersion": "OpenSearch_2.19",
        "ClusterConfig": {
            "InstanceCount": 3,
            "ZoneAwarenessEnabled": True,
            "DedicatedMasterEnabled": True,
            "DedicatedMasterCount": 3,
        },
        "AccessPolicies": _policy(_ours("es:ESHttp*")),
        "VPCOptions": {"VPCId": hands.ids[f"vpc {PRODUCTION} {EUROPE}"]},
        "EncryptionAtRestOptions": {"Enabled": True},
        "NodeToNodeEncryptionOptions": {"Enabled": True},
        "DomainEndpointOptions": {"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        "AdvancedSecurityOptions": {"Enabled": True, "InternalUserDatabaseEnabled": False},
        "LogPublishingOptions": {"AUDIT_LOGS": audit},
        "ServiceSoftwareOptions": {"CurrentVersion": "OpenSearch_2_19_R20261001", "UpdateAvailable": False},
    }
    listed = {"DomainNames": [{"DomainName": name, "EngineType": "OpenSearch"}]}
    _say(hands, "opensearch:ListDomainNames", listed)
    _say(hands, "opensearch:DescribeDomain", {"DomainStatus": about})


def _caches(hands: Hands) -> None:
    groups = [
        {
            "ReplicationGroupId": name,
            "Status": "available",
            "AtRestEncryptionEnabled": True,
            "TransitEncryptionEnabled": True,
            "TransitEncryptionMode": "required",
            "AuthTokenEnabled": False,
            "UserGroupIds": ["billing"] if good else [],
            "AutomaticFailover": "enabled",
            "MultiAZ": "enabled",
            "AutoMinorVersionUpgrade": True,
        }
        for name, good in (("billing-sessions", True), ("report-cache", False))
    ]
    _say(hands, "elasticache:DescribeReplicationGroups", {"ReplicationGroups": groups})
    lone = {
        "CacheClusterId": "exchange-rates",
        "Engine": "memcached",
        "CacheClusterStatus": "available",
        "TransitEncryptionEnabled": True,
        "AutoMinorVersionUpgrade": True,
    }
    _say(hands, "elasticache:DescribeCacheClusters", {"CacheClusters": [lone]})
    nodes = [{"NodeId": f"sessions-{zone}", "AvailabilityZone": f"{EUROPE}{zone}"} for zone in "abc"]
    cluster = {
        "ClusterName": "sessions",
        "ClusterArn": _arn("dax", "cache/sessions"),
        "Status": "available",
        "Nodes": nodes,
        "SSEDescription": {"Status": "ENABLED"},
        "ClusterEndpointEncryptionType": "TLS",
    }
    _say(hands, "dax:DescribeClusters", {"Clusters": [cluster]})


def _files(hands: Hands) -> None:
    made: dict[str, Any] = {
        "OwnerId": PRODUCTION,
        "CreationToken": "documents",
        "FileSystemId": "fs-0b1111111",
        "CreationTime": hands.clock.ago(300),
        "LifeCycleState": "available",
        "Name": "documents",
        "NumberOfMountTargets": 2,
        "SizeInBytes": {"Value": 6144},
        "PerformanceMode": "generalPurpose",
        "Encrypted": True,
        "KmsKeyId": _key(hands),
        "Tags": [],
    }
    scratch = made | {"FileSystemId": "fs-0b2222222", "Name": "conversion"}
    _say(hands, "efs:DescribeFileSystems", {"FileSystems": [made, scratch]})
    _say(hands, "efs:DescribeBackupPolicy", {"BackupPolicy": {"Status": "ENABLED"}}, FileSystemId="fs-0b1111111")
    policy = _policy(_ours("elasticfilesystem:ClientMount"), _tls_only("*"))
    for name in ("fs-0b1111111", "fs-0b2222222"):
        answer = {"FileSystemId": name, "Policy": policy}
        _say(hands, "efs:DescribeFileSystemPolicy", answer, FileSystemId=name)
    no_policy = Refusal(code="PolicyNotFound", message="There is no policy for this file system.", status=404)
    for call in ("efs:DescribeBackupPolicy", "efs:DescribeFileSystemPolicy"):
        hands.rules.answer(call, lambda _asked: no_policy)
    point = {
        "AccessPointId": "fsap-0b1111111",
        "FileSystemId": "fs-0b1111111",
        "PosixUser": {"Uid": 1001, "Gid": 1001},
        "RootDirectory": {"Path": "/documents"},
        "OwnerId": PRODUCTION,
        "LifeCycleState": "available",
    }
    _say(hands, "efs:DescribeAccessPoints", {"AccessPoints": [point]})
    share = {
        "FileSystemId": "fs-0b3333333",
        "FileSystemType": "WINDOWS",
        "Lifecycle": "AVAILABLE",
        "KmsKeyId": _key(hands),
        "WindowsConfiguration": {
            "DeploymentType": "MULTI_AZ_1",
            "AutomaticBackupRetentionDays": 30,
            "CopyTagsToBackups": True,
            "AuditLogConfiguration": {"FileAccessAuditLogLevel": "SUCCESS_AND_FAILURE"},
        },
    }
    _say(hands, "fsx:DescribeFileSystems", {"FileSystems": [share]})


def _copies(hands: Hands) -> None:
    """What the vault of production holds; a report, but no test of a restore for half a year."""
    vault, place = _arn("backup", "backup-vault:billing"), {"account": PRODUCTION, "region": EUROPE}

    def vaults(_asked: Asked, said: Reply) -> Reply:
        more = {"NumberOfRecoveryPoints": 2, "EncryptionKeyArn": _key(hands)}
        return said | {"BackupVaultList": [row | more for row in said.get("BackupVaultList", [])]}

    hands.rules.amend("backup:ListBackupVaults", vaults, **place)
    points = [
        {
            "RecoveryPointArn": _arn(service, f"snapshot:{name}"),
            "BackupVaultName": "billing",
            "BackupVaultArn": vault,
            "ResourceType": kind,
            "Status": "COMPLETED",
            "CreationDate": hands.clock.ago(0.1),
            "IsEncrypted": True,
        }
        for service, name, kind in (("rds", "awsbackup:job-1", "RDS"), ("dynamodb", "awsbackup-2", "DynamoDB"))
    ]
    _say(hands, "backup:ListRecoveryPointsByBackupVault", {"RecoveryPoints": points})
    policy = {
        "BackupVaultName": "billing",
        "BackupVaultArn": vault,
        "Policy": _policy(_ours("backup:CopyIntoBackupVault")),
    }
    _say(hands, "backup:GetBackupVaultAccessPolicy", policy)
    report = {
        "ReportPlanName": "nightly_jobs",
        "ReportPlanArn": _arn("backup", "report-plan:nightly_jobs"),
        "ReportSetting": {"ReportTemplate": "BACKUP_JOB_REPORT"},
        "LastSuccessfulExecutionTime": hands.clock.ago(0.5),
    }
    _say(hands, "backup:ListReportPlans", {"ReportPlans": [report]})
    test = {
        "RestoreTestingPlanName": "half_yearly",
        "RestoreTestingPlanArn": _arn("backup", "restore-testing-plan:half_yearly"),
        "CreationTime": hands.clock.ago(400),
        "LastExecutionTime": hands.clock.ago(170),
        "ScheduleExpression": "cron(0 5 1 6,12 ? *)",
    }
    _say(hands, "backup:ListRestoreTestingPlans", {"RestoreTestingPlans": [test]})
    archive = {
        "VaultARN": _arn("glacier", "vaults/ledger-2014"),
        "VaultName": "ledger-2014",
        "CreationDate": "2015-01-07T00:00:00.000Z",
        "NumberOfArchives": 12,
    }
    _say(hands, "glacier:ListVaults", {"VaultList": [archive]})
    _say(hands, "glacier:GetVaultAccessPolicy", {"policy": {"Policy": _policy(_ours("glacier:InitiateJob"))}})
    reader = _ours("dynamodb:GetItem") | {"Principal": {"AWS": f"arn:aws:iam::{PRODUCTION}:role/billing-app"}}
    table = _arn("dynamodb", "table/sessions")
    _say(hands, "dynamodb:GetResourcePolicy", {"Policy": _policy(reader), "RevisionId": "1"}, ResourceArn=table)
    gone = Refusal(code="PolicyNotFoundException", message="Resource-based policy not found.")
    hands.rules.answer("dynamodb:GetResourcePolicy", lambda _asked: gone)


def _streams(hands: Hands) -> None:
    stream = {
        "StreamName": "invoice-events",
        "StreamARN": _arn("kinesis", "stream/invoice-events"),
        "StreamStatus": "ACTIVE",
    }
    listed = {"StreamNames": ["invoice-events"], "HasMoreStreams": False, "StreamSummaries": [stream]}
    _say(hands, "kinesis:ListStreams", listed)
    about = {"RetentionPeriodHours": 168, "EncryptionType": "KMS", "KeyId": _key(hands)}
    summary = stream | about | {"StreamCreationTimestamp": hands.clock.ago(200), "OpenShardCount": 2}
    _say(hands, "kinesis:DescribeStreamSummary", {"StreamDescriptionSummary": summary})
    _say(hands, "kinesis:GetResourcePolicy", {"Policy": _policy(_ours("kinesis:PutRecord"))})
    cluster = {
        "ClusterType": "PROVISIONED",
        "ClusterArn": _arn("kafka", "cluster/ledger-events/1"),
        "ClusterName": "ledger-events",
        "State": "ACTIVE",
        "Provisioned": {
            "BrokerNodeGroupInfo": {"ConnectivityInfo": {"PublicAccess": {"Type": "DISABLED"}}},
            "ClientAuthentication": {"Unauthenticated": {"Enabled": False}, "Sasl": {"Iam": {"Enabled": True}}},
            "EncryptionInfo": {
                "EncryptionAtRest": {"DataVolumeKMSKeyId": _key(hands)},
                "EncryptionInTransit": {"ClientBroker": "TLS_PLAINTEXT", "InCluster": True},
            },
            "LoggingInfo": {"BrokerLogs": {"CloudWatchLogs": {"Enabled": True, "LogGroup": "/kafka/ledger"}}},
            "NumberOfBrokerNodes": 3,
        },
    }
    _say(hands, "kafka:ListClustersV2", {"ClusterInfoList": [cluster]})
    connector = {
        "connectorName": "ledger-to-lake",
        "connectorArn": _arn("kafkaconnect", "connector/ledger-to-lake/1"),
        "connectorState": "RUNNING",
        "kafkaClusterEncryptionInTransit": {"encryptionType": "TLS"},
    }
    _say(hands, "kafkaconnect:ListConnectors", {"connectors": [connector]})
    broker = {
        "BrokerArn": _arn("mq", "broker:payments:b-1"),
        "BrokerId": "b-1",
        "BrokerName": "payments",
        "BrokerState": "RUNNING",
        "DeploymentMode": "ACTIVE_STANDBY_MULTI_AZ",
        "EngineType": "ACTIVEMQ",
    }
    _say(hands, "mq:ListBrokers", {"BrokerSummaries": [broker]})
    settings = {
        "AutoMinorVersionUpgrade": True,
        "PubliclyAccessible": False,
        "Logs": {"General": True, "Audit": True},
        "Users": [{"Username": "payments"}],
    }
    _say(hands, "mq:DescribeBroker", broker | settings)


def _messages(hands: Hands) -> None:
    """Queues and topics of production, one without a key; development's queue is open to everyone."""
    stem = f"https://sqs.{EUROPE}.amazonaws.com"
    both = _policy(_ours("sqs:*"), _tls_only("sqs:*"))
    opened = _policy({"Sid": "any", "Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"})
    queues = {
        PRODUCTION: {
            "billing-jobs": {"KmsMasterKeyId": "alias/billing-data", "SqsManagedSseEnabled": "false", "Policy": both},
            "erp-legacy": {"SqsManagedSseEnabled": "true"},
        },
        DEVELOPMENT: {"try-out": {"SqsManagedSseEnabled": "true", "Policy": opened}},
    }
    for account, names in queues.items():
        _say(hands, "sqs:ListQueues", {"QueueUrls": [f"{stem}/{account}/{name}" for name in names]}, account)
        for name, about in names.items():
            arn = _arn("sqs", name, account)
            said = {"Attributes": {"QueueArn": arn, "VisibilityTimeout": "30", **about}}
            _say(hands, "sqs:GetQueueAttributes", said, account, QueueUrl=f"{stem}/{account}/{name}")
    both = _policy(_ours("sns:Publish"), _tls_only("sns:Publish"))
    topics = {
        "platform": {"Policy": both},
        "security-alerts": {"Policy": both, "KmsMasterKeyId": "alias/billing-data"},
    }
    _say(hands, "sns:ListTopics", {"Topics": [{"TopicArn": _arn("sns", name)} for name in topics]})
    for name, about in topics.items():
        said = {"Attributes": {"TopicArn": _arn("sns", name), "Owner": PRODUCTION, **about}}
        _say(hands, "sns:GetTopicAttributes", said, TopicArn=_arn("sns", name))
    subscription = {
        "SubscriptionArn": _arn("sns", "platform:0b111111-0000-4000-8000-000000000001"),
        "Owner": PRODUCTION,
        "Protocol": "https",
        "Endpoint": "https://desk.example.com/hooks/platform",
        "TopicArn": _arn("sns", "platform"),
    }
    _say(hands, "sns:ListSubscriptions", {"Subscriptions": [subscription]})


def _directory(hands: Hands) -> None:
    row = {
        "DirectoryId": "d-93670b1111",
        "Name": "corp.example.com",
        "Type": "MicrosoftAD",
        "Stage": "Active",
        "RadiusStatus": "Completed",
    }
    _say(hands, "ds:DescribeDirectories", {"DirectoryDescriptions": [row]})
    sent = {"DirectoryId": "d-93670b1111", "LogGroupName": "/directory/corp"}
    _say(hands, "ds:ListLogSubscriptions", {"LogSubscriptions": [sent]})
    _say(hands, "ds:DescribeLDAPSSettings", {"LDAPSSettingsInfo": [{"LDAPSStatus": "Disabled"}]})


def _buckets(hands: Hands) -> None:
    """Tidy buckets keep to a schedule and have no access control lists; two are locked; one is copied far."""

    def listed(_asked: Asked, said: Reply) -> Reply:
        return said | {"Buckets": [row | {"BucketRegion": BUCKETS[row["Name"]][1]} for row in said["Buckets"]]}

    hands.rules.amend("s3:ListBuckets", listed)
    kept = {
        "Rules": [{"ID": "seven-years", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 2557}}]
    }
    owned = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
    retention = {"Mode": "COMPLIANCE", "Years": 7}
    locked = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}}
    rule = {
        "ID": "far",
        "Status": "Enabled",
        "Priority": 1,
        "Destination": {"Bucket": "arn:aws:s3:::example-ltd-standby"},
    }
    copied = {"ReplicationConfiguration": {"Role": f"arn:aws:iam::{PRODUCTION}:role/billing-app", "Rules": [rule]}}
    told: Reply = {"EventBridgeConfiguration": {}}
    tidy = tuple(name for name, about in BUCKETS.items() if about[3])
    answers: tuple[tuple[str, Reply, tuple[str, ...], Reply | str], ...] = (
        ("GetBucketLifecycleConfiguration", kept, tidy, "NoSuchLifecycleConfiguration"),
        ("GetBucketOwnershipControls", owned, tidy, "OwnershipControlsNotFoundError"),
        (
            "GetObjectLockConfiguration",
            locked,
            ("example-ltd-access-logs", "example-ltd-ledger-archive"),
            "ObjectLockConfigurationNotFoundError",
        ),
        ("GetBucketReplication", copied, ("example-ltd-invoices",), "ReplicationConfigurationNotFoundError"),
        ("GetBucketNotificationConfiguration", told, ("example-ltd-invoices", "example-ltd-ledger-archive"), {}),
    )
    for operation, reply, buckets, otherwise in answers:

        def say(
            asked: Asked, reply: Reply = reply, buckets: tuple[str, ...] = buckets, otherwise: Reply | str = otherwise
        ) -> Reply | Refusal:
            if asked.params["Bucket"] in buckets:
                return reply
            if isinstance(otherwise, str):
                return Refusal(code=otherwise, message="It was never set.", status=404)
            return otherwise

        hands.rules.answer(f"s3:{operation}", say)


def _elsewhere(hands: Hands) -> None:
    """Where nothing of the kind exists."""
    empty: dict[str, str] = {
        "rds:DescribeDBClusterSnapshots": "DBClusterSnapshots",
        "rds:DescribeDBClusters": "DBClusters",
        "rds:DescribeEventSubscriptions": "EventSubscriptionsList",
        "redshift:DescribeClusters": "Clusters",
        "opensearch:ListDomainNames": "DomainNames",
        "elasticache:DescribeReplicationGroups": "ReplicationGroups",
        "elasticache:DescribeCacheClusters": "CacheClusters",
        "dax:DescribeClusters": "Clusters",
        "efs:DescribeFileSystems": "FileSystems",
        "efs:DescribeAccessPoints": "AccessPoints",
        "fsx:DescribeFileSystems": "FileSystems",
        "backup:ListReportPlans": "ReportPlans",
        "backup:ListRestoreTestingPlans": "RestoreTestingPlans",
        "glacier:ListVaults": "VaultList",
        "kinesis:ListStreams": "StreamSummaries",
        "kafka:ListClustersV2": "ClusterInfoList",
        "kafkaconnect:ListConnectors": "connectors",
        "mq:ListBrokers": "BrokerSummaries",
        "sqs:ListQueues": "QueueUrls",
        "sns:ListTopics": "Topics",
        "sns:ListSubscriptions": "Subscriptions",
        "ds:DescribeDirectories": "DirectoryDescriptions",
        "ds:ListLogSubscriptions": "LogSubscriptions",
    }
    for call, member in empty.items():
        hands.rules.answer(call, {member: []})
