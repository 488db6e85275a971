"""Hands -> buckets, databases, keys, certificates, backups and what Macie knows."""

from __future__ import annotations

import json
from typing import Any

from srm_docs.demo.asked import Asked
from srm_docs.demo.company import DEVELOPMENT, EUROPE, HOSTILE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.network import tags
from srm_docs.demo.planted import DATABASE_URL, PLANTED
from srm_docs.demo.rules import Reply

_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)

_RENEWED = 100
"""Days left above which a certificate of this estate is one that AWS issues and renews."""

# bucket -> (account, region, data class, tidy)
BUCKETS: dict[str, tuple[str, str, str, bool]] = {
    "example-ltd-invoices": (PRODUCTION, EUROPE, "confidential", True),
    "example-ltd-access-logs": (PRODUCTION, EUROPE, "internal", True),
    "example-ltd-ledger-archive": (PRODUCTION, EUROPE, "confidential", True),
    "example-ltd-statements": (PRODUCTION, EUROPE, "", False),
    "example-ltd-standby": (PRODUCTION, REGIONS[1], "internal", True),
    "example-ltd-dev-scratch": (DEVELOPMENT, EUROPE, "", False),
    "example-ltd-dev-fixtures": (DEVELOPMENT, EUROPE, "internal", True),
}


def seed(hands: Hands) -> None:
    """Keys first, because the stores name them."""
    for account in NAMES:
        for region in REGIONS:
            with hands.clock.at(600):
                _keys(hands, account, region)
                _stores(hands, account, region)
            _certificates(hands, account, region)
            _backups(hands, account, region)
    for number, (bucket, about) in enumerate(BUCKETS.items()):
        with hands.clock.at(580 - number):
            _bucket(hands, bucket, *about[:3], tidy=about[3])
    _what_moto_misjudges(hands)
    hands.client("s3control", PRODUCTION).put_public_access_block(
        AccountId=PRODUCTION, PublicAccessBlockConfiguration=_BLOCKED
    )
    with hands.clock.at(90):
        for region in REGIONS:
            hands.client("macie2", PRODUCTION, region).enable_macie()


def _what_moto_misjudges(hands: Hands) -> None:
    def managed(_asked: Asked, said: Reply) -> Reply:
        about = said["KeyMetadata"]
        by_aws = str(about.get("Description", "")).startswith("Default ")
        return {"KeyMetadata": about | ({"KeyManager": "AWS"} if by_aws else {})}

    def status(asked: Asked, said: Reply) -> Reply:
        _, _, _, tidy = BUCKETS[asked.params["Bucket"]]
        return said | {"PolicyStatus": {"IsPublic": not tidy}}

    hands.rules.amend("kms:DescribeKey", managed)
    hands.rules.amend("s3:GetBucketPolicyStatus", status)


def _keys(hands: Hands, account: str, region: str) -> None:
    kms, tidy = hands.client("kms", account, region), account == PRODUCTION
    names = {"billing-data": True, "payroll": True, "exports": True} if region == EUROPE else {"billing-data": True}
    for name, rotated in names.items():
        made = kms.create_key(
            Description=f"{name} of the billing platform", Tags=[{"TagKey": "owner", "TagValue": "platform"}]
        )
        key = made["KeyMetadata"]["KeyId"]
        hands.ids[f"key {name} {account} {region}"] = key
        kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
        if rotated:
            kms.enable_key_rotation(KeyId=key)
        who = "*" if name == "exports" and not tidy else f"arn:aws:iam::{account}:root"
        statement = {"Sid": "use", "Effect": "Allow", "Principal": {"AWS": who}, "Action": "kms:*", "Resource": "*"}
        kms.put_key_policy(
            KeyId=key, PolicyName="default", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        )


def _bucket(hands: Hands, bucket: str, account: str, region: str, data_class: str, *, tidy: bool) -> None:
    s3 = hands.client("s3", account, region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **place)
    labels = {"owner": "billing@example.com"}
    if data_class:
        labels["data_classification"] = data_class
    if bucket == "example-ltd-dev-scratch":
        labels |= {"note": HOSTILE["markdown"], "source": DATABASE_URL}
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags(**labels)})
    key = f"arn:aws:kms:{region}:{account}:key/{hands.ids[f'key billing-data {account} {region}']}"
    default: dict[str, str] = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if tidy else {"SSEAlgorithm": "AES256"}
    s3.put_bucket_encryption(
        Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    )
    resource = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    statement: dict[str, Any] = {
        "Sid": "tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    if not tidy:
        statement = {
            "Sid": "read",
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": resource[1],
        }
    if tidy:
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=_BLOCKED)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    if tidy or account == DEVELOPMENT:
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    if tidy and account == PRODUCTION and region == EUROPE and bucket != "example-ltd-access-logs":
        target = "example-ltd-access-logs"
        from moto.s3.models import s3_backends

        # moto wants the target to exist and to grant delivery by an ACL; AWS no longer does.
        s3_backends[account]["aws"].get_bucket(bucket).logging = {"TargetBucket": target, "TargetPrefix": f"{bucket}/"}


def _stores(hands: Hands, account: str, region: str) -> None:
    if region != EUROPE:
        return
    tidy = account == PRODUCTION
    key = f"arn:aws:kms:{region}:{account}:key/{hands.ids[f'key billing-data {account} {region}']}"
    rds = hands.client("rds", account, region)
    rds.create_db_subnet_group(
        DBSubnetGroupName="billing",
        DBSubnetGroupDescription=f"private; password: {PLANTED['subnet group description password']}",
        SubnetIds=[hands.ids[f"subnet private-{zone} {account} {region}"] for zone in "ab"],
    )
    databases = {"billing": True, "reporting": False} if tidy else {"billing-dev": False}
    for name, safe in databases.items():
        rds.create_db_instance(
            DBInstanceIdentifier=name,
            Engine="postgres",
            EngineVersion="16.4",
            DBInstanceClass="db.t3.medium",
            AllocatedStorage=20,
            MasterUsername="owner",
            MasterUserPassword="Long-Enough-" + "2!",
            DBSubnetGroupName="billing",
            VpcSecurityGroupIds=[hands.ids[f"group billing-database {account} {region}"]],
            StorageEncrypted=True,
            PubliclyAccessible=False,
            MultiAZ=safe,
            BackupRetentionPeriod=14 if tidy else 7,
            AutoMinorVersionUpgrade=safe,
            DeletionProtection=True,
            EnableIAMDatabaseAuthentication=safe,
            Tags=tags(data_classification="confidential", note=HOSTILE["formula"], source=HOSTILE["command"]),
            KmsKeyId=key,
        )
    for name in ("billing",) if tidy else ("billing-dev",):
        rds.create_db_snapshot(DBSnapshotIdentifier=f"{name}-before-upgrade", DBInstanceIdentifier=name)
    dynamodb = hands.client("dynamodb", account, region)
    for table, safe in (("sessions", True), ("idempotency", False)):
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            DeletionProtectionEnabled=safe,
            SSESpecification={"Enabled": True, "SSEType": "KMS"} if safe else {"Enabled": False},
        )
        if safe:
            dynamodb.update_continuous_backups(
                TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
            )


def _certificates(hands: Hands, account: str, region: str) -> None:
    """Ours entirely: moto makes a random key for each and refuses one that has expired."""
    rows = []
    if region == EUROPE:
        names = (
            {"billing.example.com": 212, "old.example.com": 9} if account == PRODUCTION else {"dev.example.com": -17}
        )
        stem = f"arn:aws:acm:{region}:{account}:certificate"
        rows = [
            {
                "CertificateArn": f"{stem}/0000000{number}-de40-4000-8000-000000000000",
                "DomainName": name,
                "SubjectAlternativeNameSummaries": [name],
                "Status": "ISSUED" if days > 0 else "EXPIRED",
                "Type": "AMAZON_ISSUED" if days > _RENEWED else "IMPORTED",
                "KeyAlgorithm": "RSA-2048",
                "InUse": days > 0,
                "RenewalEligibility": "ELIGIBLE" if days > _RENEWED else "INELIGIBLE",
                "NotBefore": hands.clock.ago(180),
                "NotAfter": hands.clock.ago(-days),
                "CreatedAt": hands.clock.ago(181),
            }
            for number, (name, days) in enumerate(names.items(), start=1)
        ]

    def describe(asked: Asked) -> Reply:
        row = next(row for row in rows if row["CertificateArn"] == asked.params["CertificateArn"])
        drop = ("SubjectAlternativeNameSummaries", "InUse")
        kept = {key: value for key, value in row.items() if key not in drop}
        used = (
            [f"arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/app/billing-edge/1"] if row["InUse"] else []
        )
        return {
            "Certificate": kept | {"SubjectAlternativeNames": [row["DomainName"]], "InUseBy": used, "Issuer": "Amazon"}
        }

    hands.rules.answer("acm:ListCertificates", {"CertificateSummaryList": rows}, account=account, region=region)
    hands.rules.answer("acm:DescribeCertificate", describe, account=account, region=region)


def _backups(hands: Hands, account: str, region: str) -> None:
    rows = []
    if account == PRODUCTION and region == EUROPE:
        backup = hands.client("backup", account, region)
        backup.create_backup_vault(BackupVaultName="billing")
        backup.create_backup_plan(
            BackupPlan={
                "BackupPlanName": "nightly-35-days",
                "Rules": [
                    {
                        "RuleName": "nightly",
                        "TargetBackupVaultName": "billing",
                        "ScheduleExpression": "cron(0 2 * * ? *)",
                        "Lifecycle": {"DeleteAfterDays": 35},
                    }
                ],
            }
        )
        rows = [
            {
                "ResourceArn": f"arn:aws:rds:{region}:{account}:db:billing",
                "ResourceType": "RDS",
                "ResourceName": "billing",
                "LastBackupTime": hands.clock.ago(0.1),
                "LastBackupVaultArn": f"arn:aws:backup:{region}:{account}:backup-vault:billing",
            },
            {
                "ResourceArn": f"arn:aws:dynamodb:{region}:{account}:table/sessions",
                "ResourceType": "DynamoDB",
                "ResourceName": "sessions",
                "LastBackupTime": hands.clock.ago(0.1),
                "LastBackupVaultArn": f"arn:aws:backup:{region}:{account}:backup-vault:billing",
            },
        ]
    hands.rules.answer("backup:ListProtectedResources", {"Results": rows}, account=account, region=region)
