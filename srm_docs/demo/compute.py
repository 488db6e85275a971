"""Hands -> instances and their disks and images, patch state, containers and functions."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from srm_docs.demo import patching
from srm_docs.demo.asked import Asked
from srm_docs.demo.company import AMERICA, DEVELOPMENT, EUROPE, HOSTILE, NAMES, PRODUCTION, REGIONS
from srm_docs.demo.hands import Hands
from srm_docs.demo.network import tags
from srm_docs.demo.patching import Managed
from srm_docs.demo.planted import PLANTED, PRESIGNED_URL, USER_DATA
from srm_docs.demo.rules import Reply

# name -> (subnet, security group, IMDSv2 required, known to Systems Manager, critical patches missing)
_INSTANCES: dict[tuple[str, str], dict[str, tuple[str, str, bool, bool, int]]] = {
    (PRODUCTION, EUROPE): {
        "billing-api-1": ("private-a", "billing-app", True, True, 0),
        "billing-api-2": ("private-b", "billing-app", True, True, 0),
        "billing-worker-1": ("private-a", "billing-app", True, True, 0),
        "legacy-report-1": ("private-b", "billing-app", False, True, 3),
    },
    (PRODUCTION, AMERICA): {"billing-standby-1": ("private-a", "billing-app", True, True, 0)},
    (DEVELOPMENT, EUROPE): {
        "dev-api-1": ("private-a", "billing-app", True, True, 1),
        "bastion": ("public-a", "bastion-temporary", False, False, 0),
        "long-name": ("private-b", "billing-app", True, True, 0),
    },
    (DEVELOPMENT, AMERICA): {"dev-loadtest-1": ("private-a", "billing-app", True, True, 0)},
}


def seed(hands: Hands) -> None:
    """Each place: an image, instances, a container set-up and functions."""
    for account in NAMES:
        for region in REGIONS:
            with hands.clock.at(34 if account == PRODUCTION else 120):
                image = _image(hands, account, region)
            with hands.clock.at(30):
                _instances(hands, account, region, image)
            with hands.clock.at(20):
                _containers(hands, account, region)
                _functions(hands, account, region)
    _urls(hands)
    signer = f"arn:aws:lambda:{EUROPE}:{PRODUCTION}:code-signing-config:csc-0f6c341c3ae9d8b27"
    hands.rules.answer(
        "lambda:GetFunctionCodeSigningConfig",
        {"FunctionName": "billing-webhook", "CodeSigningConfigArn": signer},
        account=PRODUCTION,
        region=EUROPE,
        FunctionName="billing-webhook",
    )
    hands.rules.amend(
        "lambda:GetFunction", lambda _asked, said: said | {"Code": {"RepositoryType": "S3", "Location": PRESIGNED_URL}}
    )


def _image(hands: Hands, account: str, region: str) -> str:
    made: str = hands.client("ec2", account, region).register_image(
        Name="billing-golden-al2023",
        Architecture="x86_64",
        RootDeviceName="/dev/sda1",
        VirtualizationType="hvm",
        Description="Hardened Amazon Linux 2023",
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "VolumeType": "gp3"}}],
    )["ImageId"]
    return made


_OWNERS = {
    "billing-worker-1": HOSTILE["template"],
    "legacy-report-1": f"platform, runner {PLANTED['instance tag gitlab token']}",
}
_LEAKING_COMMAND = (
    f"curl -u ci:{PLANTED['ecs command login']} https://reports.example.com | "
    f"send --with {PLANTED['ecs command sendgrid key']}"
)


def _instances(hands: Hands, account: str, region: str, image: str) -> None:
    ec2, tidy = hands.client("ec2", account, region), account == PRODUCTION
    ec2.enable_ebs_encryption_by_default()
    known: list[Managed] = []
    for name, (subnet, group, token, managed, missing) in _INSTANCES[account, region].items():
        shown = HOSTILE["long"][:255] if name == "long-name" else name
        made = ec2.run_instances(
            ImageId=image,
            MinCount=1,
            MaxCount=1,
            InstanceType="t3.medium",
            SubnetId=hands.ids[f"subnet {subnet} {account} {region}"],
            SecurityGroupIds=[hands.ids[f"group {group} {account} {region}"]],
            MetadataOptions={"HttpTokens": "required" if token else "optional", "HttpEndpoint": "enabled"},
            Monitoring={"Enabled": tidy},
            IamInstanceProfile={"Name": "billing-app"},
            BlockDeviceMappings=[
                {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "VolumeType": "gp3", "Encrypted": True}}
            ],
            UserData=USER_DATA if name in ("legacy-report-1", "bastion") else "#!/bin/bash\nsystemctl enable billing\n",
            TagSpecifications=[
                {
                    "ResourceType": "instance",
                    "Tags": tags(
                        Name=shown,
                        data_classification="internal",
                        owner=_OWNERS.get(name, "platform"),
                    ),
                }
            ],
        )["Instances"][0]["InstanceId"]
        hands.ids[f"instance {name}"] = made
        if managed:
            known.append(Managed(instance=made, name=name, missing=missing))
    patching.seed(hands, account, region, known)
    volume = ec2.create_volume(AvailabilityZone=region + "a", Size=20, Encrypted=True, VolumeType="gp3")["VolumeId"]
    ec2.create_tags(Resources=[volume], Tags=tags(Name="invoice-archive", data_classification="confidential"))
    hands.ids[f"snapshot {account} {region}"] = ec2.create_snapshot(VolumeId=volume, Description="nightly")[
        "SnapshotId"
    ]

    def public(_asked: Asked, said: Reply) -> Reply:
        # moto lists all of them, whoever may restore them.
        shared = {hands.ids[f"snapshot {DEVELOPMENT} {EUROPE}"]}
        return {"Snapshots": [row for row in said.get("Snapshots", []) if row["SnapshotId"] in shared]}

    hands.rules.amend("ec2:DescribeSnapshots", public, account=account, region=region, **{"RestorableBy.1": "all"})


def _containers(hands: Hands, account: str, region: str) -> None:
    tidy = account == PRODUCTION
    if region == AMERICA and not tidy:
        return
    ecr = hands.client("ecr", account, region)
    for name, clean in (("billing/api", True), ("billing/report", False)):
        ecr.create_repository(
            repositoryName=name,
            imageTagMutability="IMMUTABLE" if clean else "MUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
            encryptionConfiguration={"encryptionType": "KMS" if clean else "AES256"},
            tags=tags(owner="platform"),
        )
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "config": {
                    "mediaType": "application/vnd.docker.container.image.v1+json",
                    "size": 7023,
                    "digest": f"sha256:{_sha256(name)}",
                },
                "layers": [],
            }
        )
        ecr.put_image(
            repositoryName=name, imageTag="2.4.1", imageManifest=manifest, imageDigest=f"sha256:{_sha256(manifest)}"
        )
        counts = {"MEDIUM": 2} if clean else {"CRITICAL": 1, "HIGH": 4, "MEDIUM": 9}

        def scanned(_asked: Asked, said: Reply, counts: dict[str, int] = counts) -> Reply:
            extra: dict[str, Any] = {
                "imageScanStatus": {"status": "COMPLETE", "description": "The scan was completed successfully."},
                "imageScanFindingsSummary": {
                    "imageScanCompletedAt": hands.clock.ago(1),
                    "findingSeverityCounts": counts,
                },
            }
            return {"imageDetails": [row | extra for row in said.get("imageDetails", [])]}

        hands.rules.amend("ecr:DescribeImages", scanned, account=account, region=region, repositoryName=name)
    ecs = hands.client("ecs", account, region)
    ecs.create_cluster(
        clusterName="billing", settings=[{"name": "containerInsights", "value": "enabled" if tidy else "disabled"}]
    )
    secret = [
        {"name": "STRIPE_API_KEY", "value": PLANTED["ecs stripe key"]},
        {"name": "SESSION_PASSWORD", "value": PLANTED["ecs session password"]},
    ]
    for family, clean in (("billing-api", True), ("billing-report", tidy and region == AMERICA)):
        logging = (
            {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/billing"}}}
            if clean
            else {}
        )
        ecs.register_task_definition(
            family=family,
            networkMode="awsvpc",
            containerDefinitions=[
                {
                    "name": family,
                    "image": f"{account}.dkr.ecr.{region}.amazonaws.com/{family.replace('-', '/')}:"
                    + ("2.4.1" if clean else "latest"),
                    "memory": 512,
                    "privileged": not clean,
                    "readonlyRootFilesystem": clean,
                    "user": "1000" if clean else "root",
                    "environment": [{"name": "STAGE", "value": "live"}, *([] if clean else secret)],
                    "command": ["serve"] if clean else ["sh", "-c", _LEAKING_COMMAND],
                    **logging,
                }
            ],
        )
    key = f"arn:aws:kms:{region}:{account}:alias/billing-data"
    hands.client("eks", account, region).create_cluster(
        name="billing",
        version="1.35" if tidy else "1.31",
        roleArn=f"arn:aws:iam::{account}:role/billing-app",
        resourcesVpcConfig={
            "subnetIds": [hands.ids[f"subnet private-{zone} {account} {region}"] for zone in "ab"],
            "endpointPublicAccess": not tidy,
            "endpointPrivateAccess": tidy,
            "publicAccessCidrs": [] if tidy else ["203.0.113.0/24"],
        },
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": key}}],
        logging={"clusterLogging": [{"types": ["api", "audit", "authenticator"], "enabled": True}]},
    )


def _functions(hands: Hands, account: str, region: str) -> None:
    client, tidy = hands.client("lambda", account, region), account == PRODUCTION
    leaks = {
        "DB_PASSWORD": PLANTED["lambda DB_PASSWORD"],
        "AWS_ACCESS_KEY": PLANTED["lambda AWS access key id"],
        "AWS_SECRET": PLANTED["lambda AWS secret access key"],
        "SERVICE_JWT": PLANTED["json web token"],
    }
    functions: dict[str, tuple[str, dict[str, str]]] = {"billing-webhook": ("python3.13", {"STAGE": "live"})}
    if region == EUROPE:
        functions["invoice-renderer"] = ("nodejs22.x", {"STAGE": "live"})
        functions["legacy-import"] = ("python3.8", leaks)
    for name, (runtime, variables) in functions.items():
        client.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=f"arn:aws:iam::{account}:role/billing-functions",
            Handler="index.handler",
            Description=f"publishes with {PLANTED['lambda description npm token']}" if variables is leaks else "",
            Code={"ZipFile": _zip(f"def handler(event, context):\n    return {name!r}\n")},
            Environment={"Variables": variables},
            TracingConfig={"Mode": "Active" if tidy else "PassThrough"},
            Tags={"owner": HOSTILE["command"] if name == "legacy-import" else "platform"},
        )
    if not tidy and region == EUROPE:
        client.add_permission(
            FunctionName="legacy-import", StatementId="public", Action="lambda:InvokeFunction", Principal="*"
        )
        client.create_function_url_config(FunctionName="legacy-import", AuthType="NONE")
    else:
        client.add_permission(
            FunctionName="billing-webhook",
            StatementId="gateway",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceAccount=account,
        )


def _urls(hands: Hands) -> None:
    """Function URLs, which moto can make but not list: one open to anybody, in development."""

    def urls(asked: Asked) -> Reply:
        name = asked.params["FunctionName"].rpartition(":")[2]
        arn = f"arn:aws:lambda:{asked.region}:{asked.account}:function:{name}"
        if (asked.account, asked.region, name) != (DEVELOPMENT, EUROPE, "legacy-import"):
            return {"FunctionUrlConfigs": []}
        made = hands.clock.ago(20).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
        return {
            "FunctionUrlConfigs": [
                {
                    "FunctionUrl": f"https://q7rm2xv9kp4tn6wb.lambda-url.{asked.region}.on.aws/",
                    "FunctionArn": arn,
                    "AuthType": "NONE",
                    "CreationTime": made,
                    "LastModifiedTime": made,
                    "InvokeMode": "BUFFERED",
                }
            ]
        }

    hands.rules.answer("lambda:ListFunctionUrlConfigs", urls)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _zip(source: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py", (2020, 1, 1, 0, 0, 0)), source)
    return out.getvalue()
