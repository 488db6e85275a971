"""Domain 6, containers and serverless: where Lambda functions run, who calls them, what becomes of failures."""

from __future__ import annotations

from collections.abc import Iterator

from srm_docs.checks.calls.awslambda import FUNCTION_URLS, FUNCTIONS
from srm_docs.checks.calls.ec2 import SUBNETS
from srm_docs.checks.functions import FUNCTION, NO_FUNCTION
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import NotAnswered, Row

VPC = "networking.vpc-configuration"
INPUT = "application-security.input-validation-secrets"


def _subnets(function: Row) -> list[str]:
    # AWS leaves the field out, or empty, for a function outside every VPC.
    found: list[str] = function.get("VpcConfig", {}).get("SubnetIds", [])
    return found


@check(FUNCTION, VPC, each=FUNCTIONS, none=NO_FUNCTION, severity="low")
def lambda_functions_run_in_a_vpc(function: Row) -> Observation:
    """Every Lambda function runs in a VPC of the organization, where security groups and flow logs reach it.

    A function outside may talk to any address on the internet, and no flow log shows it.

    Remedy: Attach the function to private subnets, or record that it needs nothing of the network.

    Met:   {FunctionName: pay, VpcConfig: {VpcId: vpc-1, SubnetIds: [subnet-1]}}
    Unmet: {FunctionName: pay, VpcConfig: {VpcId: "", SubnetIds: []}}
    Unmet: {FunctionName: pay}
    """
    if _subnets(function):
        return met(f"The function runs in {function.at('VpcConfig.VpcId')}.")
    return unmet("The function runs outside every VPC.")


@check(FUNCTION, VPC, whole=(FUNCTIONS, SUBNETS), none=not_applicable("No Lambda function runs in a VPC here."))
def lambda_functions_in_a_vpc_use_two_zones(
    functions: tuple[Row, ...], subnets: tuple[Row, ...]
) -> Iterator[Observation]:
    """Every Lambda function that runs in a VPC has subnets in two availability zones at least.

    Otherwise it stops with its zone.

    Remedy: Add a subnet of another availability zone to the function.

    Met:
      lambda:ListFunctions: [{FunctionName: pay, VpcConfig: {SubnetIds: [subnet-1, subnet-2]}}]
      ec2:DescribeSubnets: [{SubnetId: subnet-1, AvailabilityZone: eu-west-1a},
                            {SubnetId: subnet-2, AvailabilityZone: eu-west-1b}]
    Unmet:
      lambda:ListFunctions: [{FunctionName: pay, VpcConfig: {SubnetIds: [subnet-1, subnet-2]}}]
      ec2:DescribeSubnets: [{SubnetId: subnet-1, AvailabilityZone: eu-west-1a},
                            {SubnetId: subnet-2, AvailabilityZone: eu-west-1a}]
    Not applicable:
      lambda:ListFunctions: [{FunctionName: pay}]
      ec2:DescribeSubnets: []
    """
    zones = {subnet["SubnetId"]: subnet["AvailabilityZone"] for subnet in subnets}
    for function in functions:
        chosen = {_zone(name, zones) for name in _subnets(function)}
        if not chosen:
            yield not_applicable("The function runs outside every VPC.").about(function)
        elif len(chosen) > 1:
            yield met(f"Zones: {', '.join(sorted(chosen))}.").about(function)
        else:
            yield unmet(f"Every subnet is in {', '.join(chosen)}.").about(function)


def _zone(subnet: str, zones: dict[str, str]) -> str:
    if subnet not in zones:
        raise NotAnswered(f"the availability zone of {subnet}")
    return zones[subnet]


@check(FUNCTION, INPUT, each=FUNCTION_URLS, none=not_applicable("No Lambda function has a URL here."), severity="low")
def lambda_urls_name_their_origins(url: Row) -> Observation:
    """No Lambda function URL lets web pages of every origin read its answers.

    With a wildcard, any page that a user visits can call the function on the user's behalf.

    Remedy: Name the origins in the URL's CORS settings.

    Met:   {AuthType: AWS_IAM, Cors: {AllowOrigins: ["https://billing.example.com"]}}
    Met:   {AuthType: AWS_IAM}
    Unmet: {AuthType: AWS_IAM, Cors: {AllowOrigins: ["*"]}}
    Met:   {}
    """
    # Without settings for other origins, browsers keep the answers from their pages.
    origins = url.get("Cors", {}).get("AllowOrigins", [])
    if "*" in origins:
        return unmet("Pages of every origin may read the answers.")
    return met("Origins: " + (", ".join(origins) or "none but its own") + ".")


@check(FUNCTION, each=FUNCTIONS, none=NO_FUNCTION, severity="low")
def lambda_functions_keep_failed_events(function: Row) -> Observation:
    """Every Lambda function has a queue or topic for events that it failed to process.

    An event that failed twice is otherwise gone, and nobody knows that it was there.

    Remedy: Set a dead-letter queue for the function, or a destination for failures.

    Met:   {FunctionName: pay, DeadLetterConfig: {TargetArn: "arn:aws:sqs:eu-west-1:111122223333:failed"}}
    Unmet: {FunctionName: pay}
    """
    if function.get("DeadLetterConfig", {}).get("TargetArn"):
        return met("A dead-letter queue is set.")
    return unmet("No dead-letter queue is set.")
