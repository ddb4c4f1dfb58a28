"""Where an event's parts stand: keys of events, records and contexts that hold whole payloads, and their spellings.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html (the page of each service) and
https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/ (2026-11-25).
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# Attributes under which frameworks keep what the invocation brought, whatever the object.
# https://docs.powertools.aws.dev/lambda/python/latest/core/event_handler/api_gateway/ and
# https://aws.github.io/chalice/api.html
REQUEST_ATTRIBUTES: dict[str, str] = {
    "current_event": "event",
    "lambda_context": "context",
    "current_request": "request",
}

# Names that stand for the request that is answered just now.
# https://flask.palletsprojects.com/en/stable/reqcontext/ and https://bottlepy.org/docs/stable/tutorial.html
REQUEST_OBJECTS: frozenset[str] = terms("flask.request quart.request bottle.request")

# Keys of an event that hold a whole payload; attributes of the data classes in snake case.
EVENT_PAYLOADS: frozenset[str] = terms(
    "headers body requestContext queryStringParameters multiValueHeaders multiValueQueryStringParameters detail",
    "request_context query_string_parameters multi_value_headers multi_value_query_string_parameters",
    "json_body decoded_body resolved_headers_field resolved_query_string_parameters raw_body query_params",
)
# Keys of an event that hold its records, or a document that holds them.
RECORDS: frozenset[str] = terms("Records records record")
# Keys of a record that hold its payload.
RECORD_PAYLOADS: frozenset[str] = terms("body json_body decoded_nested_sqs_event dynamodb kinesis Sns sns")
# Keys below these that hold it still.
INNER_PAYLOADS: frozenset[str] = terms(
    "Message message data data_as_text NewImage OldImage new_image old_image detail",
)

# Keys whose values the service sets, not who calls it.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html (a template's author sets
# ResourceProperties), https://docs.aws.amazon.com/AmazonS3/latest/userguide/olap-event-context.html and
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
_SERVICE_KEYS: frozenset[str] = terms(
    "ResponseURL ResourceProperties OldResourceProperties inputS3Url methodArn routeArn awsRegion eventSourceARN",
    "invokedFunctionArn eventID messageId",
)
# The same below `requestContext`.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
_CONTEXT_KEYS: frozenset[str] = terms("accountId apiId domainName domainPrefix requestId stage connectionId")


def is_set_by_service(path: tuple[object, ...]) -> bool:
    """Whether a part of an event, by its keys, is what the service itself put there."""
    if not _SERVICE_KEYS.isdisjoint(path):
        return True
    return bool(path) and path[0] in ("requestContext", "request_context") and not _CONTEXT_KEYS.isdisjoint(path)
