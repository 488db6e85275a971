"""Domain 10, application security: API Gateway's caches, logs and callers, and AppSync, as checks."""

from __future__ import annotations

from srm_docs.checks.application_security import INPUT, NO_STAGE
from srm_docs.checks.calls.apigateway import API_DOMAINS, API_STAGES, HTTP_API_ROUTES, HTTP_API_STAGES, REST_APIS
from srm_docs.checks.calls.appsync import GRAPHQL_APIS
from srm_docs.checks.hypervisor_virtualization import PUBLIC_TAGS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.row import Given, Row

DATA = "data.data-classification-encryption"
LOGS = "monitoring-logging.enable-analyze-logs"
VPC = "networking.vpc-configuration"
LEAST_PRIVILEGE = "identity-access-management.least-privilege"
NO_GRAPHQL = not_applicable("No GraphQL API exists here.")


@check(DATA, INPUT, each=API_STAGES, none=NO_STAGE)
def api_caches_are_encrypted(stage: Row) -> Observation:
    """Every REST API's stage with a cache encrypts the answers that it keeps.

    Remedy: Turn on cache encryption in the settings of every method that is cached.

    Met:   {cacheClusterEnabled: true, methodSettings: {"*/*": {cachingEnabled: true, cacheDataEncrypted: true}}}
    Unmet: {cacheClusterEnabled: true, methodSettings: {"*/*": {cachingEnabled: true, cacheDataEncrypted: false}}}
    Met:   {cacheClusterEnabled: true, methodSettings: {"*/*": {cachingEnabled: false, cacheDataEncrypted: false}}}
    Not applicable: {cacheClusterEnabled: false}
    Not applicable: {}
    """
    if not stage.get("cacheClusterEnabled"):
        return not_applicable("The stage has no cache.")
    cached = {name: s for name, s in stage.get("methodSettings", {}).items() if s.get("cachingEnabled")}
    plain = [name for name, settings in cached.items() if not settings.get("cacheDataEncrypted")]
    if plain:
        return unmet(f"Cached without encryption: {', '.join(sorted(plain))}.")
    return met("No answer is cached without encryption.")


@check(LOGS, each=API_STAGES, none=NO_STAGE, severity="low")
def api_stages_log_executions(stage: Row) -> Observation:
    """Every REST API's stage logs the errors that occur while it handles requests, for all methods.

    Remedy: Set the log level of the stage to ERROR, and leave full request data out.

    Met:   {methodSettings: {"*/*": {loggingLevel: ERROR}}}
    Unmet: {methodSettings: {"*/*": {loggingLevel: "OFF"}}}
    Unmet: {methodSettings: {"orders/GET": {loggingLevel: INFO}}}
    Unmet: {}
    """
    level = stage.get("methodSettings", {}).get("*/*", {}).get("loggingLevel", "OFF")
    return unmet("Executions are not logged.") if level == "OFF" else met(f"The log level is {level}.")


@check(VPC, INPUT, each=REST_APIS, none=not_applicable("No REST API exists here."), parameters=[PUBLIC_TAGS])
def public_apis_are_planned(api: Row, given: Given) -> Observation:
    """Every REST API that the internet can reach is marked as meant to face it.

    Remedy: Make the API private, or tag it with a key listed under public_by_design_tags.

    Met:   {endpointConfiguration: {types: [PRIVATE]}}
    Met:   {endpointConfiguration: {types: [REGIONAL]}, tags: {internet-facing: "yes"}}
    Unmet: {endpointConfiguration: {types: [EDGE]}, tags: {owner: web}}
    Unmet: {endpointConfiguration: {types: [REGIONAL]}}
    """
    if api["endpointConfiguration"]["types"] == ["PRIVATE"]:
        return met("The API is private.")
    if any(key in given[PUBLIC_TAGS] for key in api.get("tags", {})):
        return met("The API is marked as public.")
    return unmet("The internet can reach the API, and it is not marked.")


@check(DATA, each=API_DOMAINS, none=not_applicable("No API has a domain name here."))
def api_domains_use_modern_tls(domain: Row) -> Observation:
    """Every domain name of an API refuses versions of TLS before 1.2.

    Remedy: Choose the security policy TLS_1_2 or a later one for the domain name.

    Met:   {securityPolicy: TLS_1_2}
    Unmet: {securityPolicy: TLS_1_0}
    """
    if domain["securityPolicy"] == "TLS_1_0":
        return unmet("TLS 1.0 is accepted.")
    return met(f"The security policy is {domain['securityPolicy']}.")


@check(
    INPUT,
    LOGS,
    each=HTTP_API_STAGES,
    none=not_applicable("No stage of an HTTP or WebSocket API exists here."),
)
def http_api_stages_log_requests(stage: Row) -> Observation:
    """Every stage of an HTTP or WebSocket API logs its requests.

    Remedy: Turn on access logging for the stage.

    Met:   {AccessLogSettings: {DestinationArn: "arn:aws:logs:eu-west-1:111122223333:log-group:api"}}
    Unmet: {StageName: live}
    Unmet: {}
    """
    if stage.get("AccessLogSettings", {}).get("DestinationArn"):
        return met("Requests are logged.")
    return unmet("Requests are not logged.")


@check(
    INPUT,
    LEAST_PRIVILEGE,
    each=HTTP_API_ROUTES,
    none=not_applicable("No route of an HTTP or WebSocket API exists here."),
    severity="high",
)
def http_api_routes_know_their_caller(route: Row) -> Observation:
    """Every route of an HTTP API, and the connection to every WebSocket API, asks who calls.

    Remedy: Attach an authorizer or IAM authorization to the route, or record that it is meant for everybody.

    Met:   {RouteKey: GET /orders, AuthorizationType: JWT, _parent: {ProtocolType: HTTP}}
    Unmet: {RouteKey: GET /orders, AuthorizationType: NONE, _parent: {ProtocolType: HTTP}}
    Unmet: {RouteKey: $connect, AuthorizationType: NONE, _parent: {ProtocolType: WEBSOCKET}}
    Not applicable: {RouteKey: OPTIONS /orders, AuthorizationType: NONE, _parent: {ProtocolType: HTTP}}
    Not applicable: {RouteKey: say, AuthorizationType: NONE, _parent: {ProtocolType: WEBSOCKET}}
    """
    key = route["RouteKey"]
    if key.startswith("OPTIONS "):
        return not_applicable("Browsers ask this before the real request.")
    if route.parent is not None and route.parent["ProtocolType"] == "WEBSOCKET" and key != "$connect":
        return not_applicable("Callers are known from the connection.")
    if route["AuthorizationType"] == "NONE":
        return unmet("The route answers everybody.")
    return met(f"Callers are known by {route['AuthorizationType']}.")


@check(LOGS, each=GRAPHQL_APIS, none=NO_GRAPHQL)
def graphql_apis_log_fields(api: Row) -> Observation:
    """Every GraphQL API logs errors field by field at least.

    Remedy: Turn on logging of the API with the field level ERROR or ALL.

    Met:   {logConfig: {fieldLogLevel: ERROR}}
    Unmet: {logConfig: {fieldLogLevel: NONE}}
    Unmet: {}
    """
    level = api.get("logConfig", {}).get("fieldLogLevel", "NONE")
    return unmet("Fields are not logged.") if level == "NONE" else met(f"The field log level is {level}.")


@check(INPUT, LEAST_PRIVILEGE, each=GRAPHQL_APIS, none=NO_GRAPHQL, severity="high")
def graphql_apis_know_their_caller(api: Row) -> Observation:
    """No GraphQL API accepts an API key in place of a caller's identity.

    A key is the same for all its callers, and is found in every application that holds it.

    Remedy: Use IAM, a user pool, OpenID Connect or a function for authorization, and remove the API key.

    Met:   {authenticationType: AWS_IAM, additionalAuthenticationProviders: [{authenticationType: OPENID_CONNECT}]}
    Met:   {authenticationType: AWS_IAM}
    Unmet: {authenticationType: AWS_IAM, additionalAuthenticationProviders: [{authenticationType: API_KEY}]}
    Unmet: {authenticationType: API_KEY}
    """
    more = [provider["authenticationType"] for provider in api.get("additionalAuthenticationProviders", ())]
    if "API_KEY" in (api["authenticationType"], *more):
        return unmet("An API key is accepted.")
    return met("Callers show their identity.")


@check("infrastructure-security.application-firewalls-waf", each=GRAPHQL_APIS, none=NO_GRAPHQL)
def graphql_apis_stand_behind_a_firewall(api: Row) -> Observation:
    """Every GraphQL API that the internet can reach is guarded by a web ACL.

    Remedy: Associate a web ACL with the API.

    Met:   {visibility: GLOBAL, wafWebAclArn: "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/main/1"}
    Unmet: {visibility: GLOBAL}
    Unmet: {}
    Not applicable: {visibility: PRIVATE}
    """
    if api.get("visibility") == "PRIVATE":
        return not_applicable("The API is private.")
    return met("A web ACL guards the API.") if api.get("wafWebAclArn") else unmet("No web ACL guards the API.")
