"""What is asked of Amazon API Gateway: REST APIs, their resources and stages, as calls."""

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
