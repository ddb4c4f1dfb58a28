"""What invokes the functions of a CDK app."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.templates.cdk_names import argument, keywords, method
from lambdalint.templates.tree import Call, Reference, Scalar, entries

_INTEGRATIONS = {
    "lambda_integration": "api",
    "lambda_rest_api": "api",
    "http_lambda_integration": "httpapi",
    "lambda_target": "alb",
    "lambda_subscription": "sns",
    "lambda_function": "eventbridge",
    "lambda_destination": "s3",
}
_MAY_MAP = "lambda_integration"
_SOURCES = {
    "sqs_event_source": {"sqs"},
    "kinesis_event_source": {"kinesis", "stream"},
    "dynamo_event_source": {"dynamodb", "stream"},
    "s3_event_source": {"s3"},
    "sns_event_source": {"sns"},
    "api_event_source": {"api"},
}


def events_by_name(calls: Iterable[Call]) -> dict[str, set[str]]:
    """The kinds of event sources that a file gives to each function, by the name that the function is bound to."""
    found: dict[str, set[str]] = {}
    for call in calls:
        name = method(call)
        owner = call.name.rpartition(".")[0]
        if name == "add_function_url":
            found.setdefault(owner, set()).add("url")
        elif name == "add_event_source" and call.arguments:
            found.setdefault(owner, set()).update(_SOURCES.get(method(call.arguments[0]), set()))
        elif name in _INTEGRATIONS:
            proxy = argument(call, "proxy", 9)
            is_off = isinstance(proxy, Scalar) and proxy.value.lower() == "false"
            is_mapped = is_off and name == _MAY_MAP  # for an API `proxy` says which paths it has
            for passed in _passed(call):
                found.setdefault(passed, set()).add("http-lambda" if is_mapped else _INTEGRATIONS[name])
    return found


def _passed(call: Call) -> list[str]:
    """The names that are given to a call."""
    nodes = (*call.arguments, *(entry.value for entry in entries(keywords(call))))
    return [node.name for node in nodes if isinstance(node, Reference)]
