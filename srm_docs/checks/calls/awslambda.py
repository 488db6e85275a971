"""What is asked of AWS Lambda: functions, who may call them and how they are signed, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

# ListFunctions, never GetFunction: the latter hands out a link to the code.
FUNCTIONS = Call(
    service="lambda",
    operation="ListFunctions",
    noun="Lambda function",
    nouns="Lambda functions",
    rows="Functions",
    name="FunctionName",
    redact=(
        "Functions[].Environment.Variables.*",
        "Functions[].ImageConfigResponse.ImageConfig.EntryPoint[]",
        "Functions[].ImageConfigResponse.ImageConfig.Command[]",
    ),
)

FUNCTION_POLICIES = Call(
    service="lambda",
    operation="GetPolicy",
    noun="function's resource policy",
    nouns="functions' resource policies",
    per=FUNCTIONS,
    bind={"FunctionName": "FunctionName"},
    absent=("ResourceNotFoundException",),
)

FUNCTION_URLS = Call(
    service="lambda",
    operation="ListFunctionUrlConfigs",
    noun="function URL",
    nouns="function URLs",
    rows="FunctionUrlConfigs",
    name="FunctionArn",
    per=FUNCTIONS,
    bind={"FunctionName": "FunctionName"},
)

CODE_SIGNING = Call(
    service="lambda",
    operation="GetFunctionCodeSigningConfig",
    noun="function's code signing setting",
    nouns="functions' code signing settings",
    per=FUNCTIONS,
    bind={"FunctionName": "FunctionName"},
    when=lambda function: function.get("PackageType", "Zip") == "Zip",
)

ACCOUNT_SETTINGS = Call(
    service="lambda",
    operation="GetAccountSettings",
    noun="usage of Lambda",
    nouns="usages of Lambda",
    rows="AccountUsage",
    exhibit="How many functions Lambda itself counts: a second count beside the list.",
)
