"""Domain 6, containers and serverless: Lambda functions, who may call them and what they run on, as checks."""

from __future__ import annotations

from collections.abc import Sequence

from srm_docs.checks.calls.awslambda import CODE_SIGNING, FUNCTION_POLICIES, FUNCTION_URLS, FUNCTIONS
from srm_docs.checks.calls.inspector2 import INSPECTOR
from srm_docs.checks.kit import check
from srm_docs.checks.lambda_runtimes import deprecation
from srm_docs.checks.observation import Observation, met, not_applicable, unknown, unmet
from srm_docs.checks.policy_document import read
from srm_docs.checks.policy_judgement import open_to_everyone
from srm_docs.checks.redacted import secret_names
from srm_docs.checks.row import Given, Row
from srm_docs.dates import day

FUNCTION = "containers-serverless.function-code-dependencies"
MANAGED_PATCHING = "operating-system-runtime.managed-service-patching"
SECRETS = "application-security.input-validation-secrets"

NO_FUNCTION = not_applicable("No Lambda function exists here.")


@check(FUNCTION, MANAGED_PATCHING, each=FUNCTIONS, none=NO_FUNCTION, severity="high")
def lambda_runtimes_are_supported(function: Row, given: Given) -> Observation:
    """Every Lambda function runs on a runtime that AWS still patches.

    Faults found in a deprecated runtime are no longer mended.

    Remedy: Move the function to the current runtime of its language.

    Met:   {PackageType: Zip, Runtime: python3.13}
    Unmet: {PackageType: Zip, Runtime: python3.8}
    Not applicable: {PackageType: Image}
    Unknown: {PackageType: Zip, Runtime: nodejs26.x}
    """
    if function["PackageType"] == "Image":
        return not_applicable("The function is a container image.")
    ends = deprecation(function["Runtime"])
    if ends is None:
        return unknown(f"The runtime {function['Runtime']} is newer than the table of runtimes.")
    if ends < given.as_of.date():
        return unmet(f"AWS deprecated the runtime {function['Runtime']} on {day(ends)}.")
    return met(f"The runtime {function['Runtime']} is supported until {day(ends)} at least.")


@check(FUNCTION, each=FUNCTION_POLICIES, none=NO_FUNCTION, severity="critical")
def lambda_functions_are_not_public(policy: Row) -> Observation:
    """No Lambda function's resource policy lets everyone call it.

    Anybody with an AWS account can run the function, at the organization's cost and with its rights.

    Remedy: Name the calling account, or add a condition on its account, organization or resource.

    Met:   absent
    Met:
        Policy: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"},
          "Action": "lambda:InvokeFunction", "Resource": "*"}]}'
    Unmet:
        Policy: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
          "Resource": "*"}]}'
    """
    if policy.absent:
        return met("The function has no resource policy.")
    if open_to_everyone(read(policy["Policy"])):
        return unmet("The resource policy lets everyone call the function.")
    return met("The resource policy names who may call the function.")


@check(FUNCTION, each=FUNCTION_URLS, none=not_applicable("No Lambda function has a URL here."), severity="high")
def lambda_urls_require_authentication(url: Row) -> Observation:
    """Every Lambda function URL requires callers to sign their requests.

    Anybody who finds the URL can run the function.

    Remedy: Set the URL's authentication type to AWS_IAM, or put an API with an authorizer in front.

    Met:   {AuthType: AWS_IAM}
    Unmet: {AuthType: NONE}
    """
    if url["AuthType"] == "AWS_IAM":
        return met("Callers must sign.")
    return unmet("Anyone may call the URL.")


@check(FUNCTION, SECRETS, each=FUNCTIONS, none=NO_FUNCTION, severity="high")
def lambda_environments_hold_no_secret(function: Row) -> Observation:
    """No environment variable of a Lambda function holds a recognized kind of secret.

    Everyone who may read the function's configuration can read the secret.

    Remedy: Move the value to Secrets Manager or Parameter Store, and revoke the old one.

    Met:   {FunctionName: pay}
    Met:   {FunctionName: pay, Environment: {Variables: {MODE: "[redacted:declared:5f2c]"}}}
    Unmet: {FunctionName: pay, Environment: {Variables: {KEY: "[redacted:stripe-key:5f2c]"}}}
    Unknown: {FunctionName: pay, Environment: {Error: {ErrorCode: AccessDeniedException}}}
    """
    # AWS leaves the field out where no variable is set, and answers Error where its key could not be used.
    if "Environment" not in function:
        return met(f"{function['FunctionName']} has no environment variable.")
    found = secret_names(function["Environment"]["Variables"].items())
    if found:
        return unmet(f"Recognized secrets: {', '.join(found)}.")
    return met("No recognized secret is in the environment.")


@check(
    FUNCTION, each=CODE_SIGNING, none=not_applicable("No Lambda function of uploaded code exists here."), severity="low"
)
def lambda_code_is_signed(setting: Row) -> Observation:
    """Every Lambda function accepts signed code only.

    Unsigned code can be replaced by whoever may update the function.

    Remedy: Create a code signing configuration and attach it to the function.

    Met:   {FunctionName: pay, CodeSigningConfigArn: "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-1"}
    Unmet: {FunctionName: pay}
    """
    if setting.get("CodeSigningConfigArn"):
        return met("A code signing configuration is attached.")
    return unmet("No code signing configuration is attached.")


@check(
    FUNCTION,
    whole=(FUNCTIONS, INSPECTOR),
    counts=("region's Amazon Inspector setting", "regions' Amazon Inspector settings"),
    none=NO_FUNCTION,
)
def lambda_functions_are_scanned_for_vulnerabilities(
    functions: Sequence[Row], settings: Sequence[Row]
) -> list[Observation]:
    """Where Lambda functions exist, Amazon Inspector scans their dependencies for known vulnerabilities.

    Without a scan, a vulnerable dependency is found by chance.

    Remedy: Turn on Amazon Inspector for Lambda, or keep the reports of the scanner that takes its place.

    Met:
        lambda:ListFunctions: [{FunctionName: pay}]
        inspector2:BatchGetAccountStatus: [{resourceState: {lambda: {status: ENABLED}}}]
    Unmet:
        lambda:ListFunctions: [{FunctionName: pay}]
        inspector2:BatchGetAccountStatus: [{resourceState: {lambda: {status: DISABLED}}}]
    Unmet:
        lambda:ListFunctions: [{FunctionName: pay}]
        inspector2:BatchGetAccountStatus: [{resourceState: {ec2: {status: ENABLED}}}]
    Not applicable:
        lambda:ListFunctions: []
        inspector2:BatchGetAccountStatus: [{resourceState: {lambda: {status: DISABLED}}}]
    """
    if not functions:
        return [not_applicable("No Lambda function exists here.")]
    # AWS leaves a kind of resource out where Inspector cannot scan it in the region.
    return [
        (
            met("Amazon Inspector scans Lambda functions.")
            if row["resourceState"].get("lambda", {}).get("status") == "ENABLED"
            else unmet("Amazon Inspector does not scan Lambda functions.")
        ).about(row)
        for row in settings
    ]
