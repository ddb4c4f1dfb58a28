"""How it shows that a function answers HTTP requests (LMB705).

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html,
https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html and
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# Kinds of event sources, as the template readers name them.
HTTP_EVENTS: frozenset[str] = terms("api httpapi url alb")
# A Serverless Framework function whose answer the integration maps itself.
# https://www.serverless.com/framework/docs/providers/aws/events/apigateway#lambda-integration
INTEGRATION_EVENT = "http-lambda"
# Keys of the event that only HTTP requests have.
REQUEST_KEYS: frozenset[str] = terms(
    "httpMethod requestContext rawPath rawQueryString pathParameters queryStringParameters headers body",
    "multiValueHeaders multiValueQueryStringParameters isBase64Encoded",
)
# The key that queues, streams, buckets and topics hand their records under, and that no HTTP request has.
# https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
RECORDS_KEY = "Records"
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/ and .../utilities/parser/
HTTP_EVENT_TYPES: frozenset[str] = terms(
    "APIGatewayProxyEvent APIGatewayProxyEventV2 ALBEvent LambdaFunctionUrlEvent VPCLatticeEvent VPCLatticeEventV2",
    "APIGatewayProxyEventModel APIGatewayProxyEventV2Model AlbModel LambdaFunctionUrlModel",
)
# The framework whose resolvers answer HTTP requests, as `apps` names it.
RESOLVERS = "Powertools resolver"
# Kinds of values that are no text, whatever is in them.
NO_TEXT_KINDS: frozenset[str] = terms("dict list tuple number bool")
