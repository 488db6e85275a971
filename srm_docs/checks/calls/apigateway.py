"""What is asked of Amazon API Gateway: APIs of both generations, their paths, stages and domains, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

REST_APIS = Call(
    service="apigateway",
    operation="GetRestApis",
    noun="REST API",
    nouns="REST APIs",
    rows="items",
    name="name",
)

API_RESOURCES = Call(
    service="apigateway",
    operation="GetResources",
    noun="API path",
    nouns="API paths",
    rows="items",
    name="path",
    params={"embed": ["methods"]},
    per=REST_APIS,
    bind={"restApiId": "id"},
    # What is put into a request on its way to the backend: fixed headers are where its key is kept.
    redact=(
        "items[].resourceMethods.*.methodIntegration.requestParameters.*",
        "items[].resourceMethods.*.methodIntegration.requestTemplates.*",
        "items[].resourceMethods.*.methodIntegration.integrationResponses.*.responseParameters.*",
        "items[].resourceMethods.*.methodIntegration.integrationResponses.*.responseTemplates.*",
    ),
)

API_STAGES = Call(
    service="apigateway",
    operation="GetStages",
    noun="API stage",
    nouns="API stages",
    rows="item",
    name="stageName",
    per=REST_APIS,
    bind={"restApiId": "id"},
    redact=("item[].variables.*", "item[].canarySettings.stageVariableOverrides.*"),
)

API_DOMAINS = Call(
    service="apigateway",
    operation="GetDomainNames",
    noun="API domain name",
    nouns="API domain names",
    rows="items",
    name="domainName",
)

HTTP_APIS = Call(
    service="apigatewayv2",
    operation="GetApis",
    noun="HTTP or WebSocket API",
    nouns="HTTP and WebSocket APIs",
    rows="Items",
    name="Name",
)

HTTP_API_STAGES = Call(
    service="apigatewayv2",
    operation="GetStages",
    noun="HTTP or WebSocket API's stage",
    nouns="HTTP and WebSocket APIs' stages",
    rows="Items",
    name="StageName",
    per=HTTP_APIS,
    bind={"ApiId": "ApiId"},
    redact=("Items[].StageVariables.*",),
)

HTTP_API_ROUTES = Call(
    service="apigatewayv2",
    operation="GetRoutes",
    noun="HTTP or WebSocket API's route",
    nouns="HTTP and WebSocket APIs' routes",
    rows="Items",
    name="RouteKey",
    per=HTTP_APIS,
    bind={"ApiId": "ApiId"},
)
