"""What is asked of AWS AppSync: the GraphQL APIs, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

GRAPHQL_APIS = Call(
    service="appsync",
    operation="ListGraphqlApis",
    noun="GraphQL API",
    nouns="GraphQL APIs",
    rows="graphqlApis",
    name="name",
)
