"""Every list that AWS counts a second time, as a table. Most have no such count, and their evidence says so.

Only counts that are about the same things: AWS Config does not record keys that AWS manages, and a subnet shared by
another account is listed here and recorded there. Where a list is wider than the count, `counts` narrows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from srm_docs.checks.call import Call
from srm_docs.checks.calls import awslambda, config, dynamodb, ec2, elbv2, iam, rds, route53, secretsmanager
from srm_docs.checks.row import Row
from srm_docs.checks.second_count import SecondCount, every, field_of, first_number

_ROOT = "<root_account>"


def _is_own(row: Row) -> bool:
    """Whether this account owns it: lists of a VPC's parts name what others share with it, too."""
    return bool(row["OwnerId"] == row.place.account)


def _is_there(instance: Row) -> bool:
    """Whether an instance still exists: AWS lists one for an hour after its end, and Config no longer counts it."""
    return bool(instance.at("State.Name") != "terminated")


def _is_a_user(row: Row) -> bool:
    return bool(row["user"] != _ROOT)


def _in_iam(subject: str, listed: Call, field: str, counts: Callable[[Row], bool] = every) -> SecondCount:
    return SecondCount(
        id=f"iam-{subject.replace(' ', '-')}",
        subject=f"IAM {subject}",
        listed=listed,
        stated=(iam.ACCOUNT_SUMMARY,),
        number=field_of(field),
        counts=counts,
    )


def _in_config(
    subject: str, listed: Call, resource_type: str, counts: Callable[[Row], bool] = every, *, name: str
) -> SecondCount:
    """A count of AWS Config; none where no recorder runs (its numbers are old then) or the type is not recorded."""

    def number(discovered: Sequence[Row], recorders: Sequence[Row]) -> int | None:
        if not any(row.get("recording") for row in recorders):
            return None
        return first_number(row.get("count") for row in discovered if row.get("resourceType") == resource_type)

    return SecondCount(
        id=f"config-{name}",
        subject=subject,
        listed=listed,
        stated=(config.DISCOVERED_COUNTS, config.RECORDER_STATUS),
        number=number,
        counts=counts,
    )


SECOND_COUNTS: tuple[SecondCount, ...] = (
    _in_iam("users", iam.USERS, "Users"),
    _in_iam("users in the credential report", iam.CREDENTIALS, "Users", _is_a_user),
    _in_iam("groups", iam.GROUPS, "Groups"),
    _in_iam("roles", iam.ROLES, "Roles"),
    _in_iam("customer-managed policies", iam.POLICIES, "Policies"),
    _in_iam("server certificates", iam.SERVER_CERTIFICATES, "ServerCertificates"),
    SecondCount(
        id="lambda-functions",
        subject="Lambda functions",
        listed=awslambda.FUNCTIONS,
        stated=(awslambda.ACCOUNT_SETTINGS,),
        number=field_of("FunctionCount"),
    ),
    SecondCount(
        id="route53-hosted-zones",
        subject="Hosted zones",
        listed=route53.HOSTED_ZONES,
        stated=(route53.HOSTED_ZONE_COUNT,),
        number=field_of("HostedZoneCount"),
    ),
    _in_config("EC2 instances", ec2.INSTANCES, "AWS::EC2::Instance", _is_there, name="ec2-instances"),
    _in_config("EBS volumes", ec2.VOLUMES, "AWS::EC2::Volume", name="ebs-volumes"),
    _in_config("VPCs", ec2.VPCS, "AWS::EC2::VPC", _is_own, name="vpcs"),
    _in_config("Subnets", ec2.SUBNETS, "AWS::EC2::Subnet", _is_own, name="subnets"),
    _in_config("Security groups", ec2.SECURITY_GROUPS, "AWS::EC2::SecurityGroup", _is_own, name="security-groups"),
    _in_config("Network ACLs", ec2.NETWORK_ACLS, "AWS::EC2::NetworkAcl", _is_own, name="network-acls"),
    _in_config("Lambda functions", awslambda.FUNCTIONS, "AWS::Lambda::Function", name="lambda-functions"),
    _in_config("Database instances", rds.DB_INSTANCES, "AWS::RDS::DBInstance", name="db-instances"),
    _in_config("DynamoDB tables", dynamodb.TABLE_NAMES, "AWS::DynamoDB::Table", name="dynamodb-tables"),
    _in_config(
        "Load balancers", elbv2.LOAD_BALANCERS, "AWS::ElasticLoadBalancingV2::LoadBalancer", name="load-balancers"
    ),
    _in_config("Secrets", secretsmanager.SECRETS, "AWS::SecretsManager::Secret", name="secrets"),
)
