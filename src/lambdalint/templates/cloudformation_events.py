"""What invokes the functions of a CloudFormation template: the kinds of their event sources.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType

from lambdalint.templates.event_patterns import change_kinds
from lambdalint.templates.intrinsics import referenced
from lambdalint.templates.tree import Mapping, Node, entries, get, items, literal_text, text, walk

_KINDS = {
    "api": {"api"},
    "httpapi": {"httpapi"},
    "sqs": {"sqs"},
    "sns": {"sns"},
    "s3": {"s3"},
    "kinesis": {"kinesis", "stream"},
    "dynamodb": {"dynamodb", "stream"},
    "schedule": {"schedule"},
    "schedulev2": {"schedule"},
    "cloudwatchevent": {"eventbridge"},
    "eventbridgerule": {"eventbridge"},
    "msk": {"kafka"},
    "selfmanagedkafka": {"kafka"},
    "mq": {"mq"},
}
_SOURCES = {
    "AWS::SQS::Queue": {"sqs"},
    "AWS::Kinesis::Stream": {"kinesis", "stream"},
    "AWS::DynamoDB::Table": {"dynamodb", "stream"},
    "AWS::DynamoDB::GlobalTable": {"dynamodb", "stream"},
}
_ARNS = {":sqs:": {"sqs"}, ":kinesis:": {"kinesis", "stream"}, ":dynamodb:": {"dynamodb", "stream"}}


def event_sources(resources: MappingType[str, Node]) -> dict[str, frozenset[str]]:
    """The kinds of event sources of each function, by logical name."""
    found: dict[str, set[str]] = {}
    for name, resource in resources.items():
        kind = text(get(resource, "Type")) or ""
        properties = get(resource, "Properties")
        if kind == "AWS::Serverless::Function":
            for event in entries(get(properties, "Events")):
                kinds = kinds_of(text(get(event.value, "Type")) or "")
                found.setdefault(name, set()).update(kinds | change_kinds(get(event.value, "Properties", "Pattern")))
        for target, kinds in _invoked(kind, properties, resources):
            for function in referenced(target):
                found.setdefault(function, set()).update(kinds)
    return {name: frozenset(kinds) for name, kinds in found.items()}


def kinds_of(event: str) -> set[str]:
    """The kinds of a SAM event type such as "HttpApi"."""
    return _KINDS.get(event.lower(), {event.lower()} if event else set())


def _invoked(
    kind: str, properties: Node | None, resources: MappingType[str, Node]
) -> list[tuple[Node | None, set[str]]]:
    """(the node that refers to the function, its kinds) for a resource that invokes functions."""
    if kind == "AWS::Lambda::Url":
        return [(get(properties, "TargetFunctionArn"), {"url"})]
    if kind == "AWS::Lambda::EventSourceMapping":
        return [(get(properties, "FunctionName"), _mapped(get(properties, "EventSourceArn"), resources))]
    if kind == "AWS::ApiGateway::Method":
        return [(get(properties, "Integration", "Uri"), _integration(get(properties, "Integration", "Type"), "api"))]
    if kind == "AWS::ApiGatewayV2::Integration":
        return [(get(properties, "IntegrationUri"), _integration(get(properties, "IntegrationType"), "httpapi"))]
    if kind == "AWS::ElasticLoadBalancingV2::TargetGroup":
        is_lambda = text(get(properties, "TargetType")) == "lambda"
        return [(get(properties, "Targets"), {"alb"})] if is_lambda else []
    if kind == "AWS::Events::Rule":
        scheduled = get(properties, "ScheduleExpression") is not None
        kinds = {"schedule" if scheduled else "eventbridge"} | change_kinds(get(properties, "EventPattern"))
        return [(get(target, "Arn"), kinds) for target in items(get(properties, "Targets"))]
    if kind == "AWS::SNS::Subscription":
        return [(get(properties, "Endpoint"), {"sns"})] if text(get(properties, "Protocol")) == "lambda" else []
    if kind == "AWS::S3::Bucket":
        targets = items(get(properties, "NotificationConfiguration", "LambdaConfigurations"))
        return [(get(target, "Function"), {"s3"}) for target in targets]
    return _described(properties, kind)


def _integration(kind: Node | None, proxy: str) -> set[str]:
    """A proxy integration hands the function's answer through; any other maps it."""
    return {proxy} if (text(kind) or "").upper() == "AWS_PROXY" else {"http-lambda"}


def _mapped(source: Node | None, resources: MappingType[str, Node]) -> set[str]:
    kinds: set[str] = set()
    for name in referenced(source):
        kinds |= _SOURCES.get(text(get(resources.get(name), "Type")) or "", set())
    arn = literal_text(source) or ""
    for service, found in _ARNS.items():
        if service in arn:
            kinds |= found
    return kinds


def _described(properties: Node | None, kind: str) -> list[tuple[Node | None, set[str]]]:
    """The integrations of an OpenAPI description inside an API."""
    proxies = {
        "AWS::Serverless::Api": ("DefinitionBody", "api"),
        "AWS::ApiGateway::RestApi": ("Body", "api"),
        "AWS::Serverless::HttpApi": ("DefinitionBody", "httpapi"),
        "AWS::ApiGatewayV2::Api": ("Body", "httpapi"),
    }
    if kind not in proxies:
        return []
    body, proxy = proxies[kind]
    found: list[tuple[Node | None, set[str]]] = []
    for node in walk(get(properties, body)):
        if isinstance(node, Mapping):
            integration = get(node, "x-amazon-apigateway-integration")
            if integration is not None:
                found.append((get(integration, "uri"), _integration(get(integration, "type"), proxy)))
    return found
