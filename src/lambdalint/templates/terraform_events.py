"""What invokes the functions of a folder of Terraform files."""

from __future__ import annotations

from typing import cast

from lambdalint.templates.event_patterns import change_kinds
from lambdalint.templates.hcl import Block
from lambdalint.templates.project import Project
from lambdalint.templates.terraform_scope import Folder
from lambdalint.templates.tree import Node, Reference, text, walk

_RULE_TARGET = "aws_cloudwatch_event_target"
_TARGETS = {
    "aws_lambda_function_url": ("function_name", "url"),
    "aws_apigatewayv2_integration": ("integration_uri", "httpapi"),
    "aws_lb_target_group_attachment": ("target_id", "alb"),
    "aws_alb_target_group_attachment": ("target_id", "alb"),
    _RULE_TARGET: ("arn", "eventbridge"),
    "aws_sns_topic_subscription": ("endpoint", "sns"),
}
_SOURCES = {
    "aws_sqs_queue": {"sqs"},
    "aws_kinesis_stream": {"kinesis", "stream"},
    "aws_dynamodb_table": {"dynamodb", "stream"},
}


def event_sources(folder: Folder, project: Project) -> dict[str, frozenset[str]]:
    """The kinds of event sources of each function, by its resource's name."""
    key = ("terraform events", folder.path)
    if key not in project.memo:
        project.memo[key] = _event_sources(folder)
    return cast("dict[str, frozenset[str]]", project.memo[key])


def _event_sources(folder: Folder) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for block in folder.blocks:
        kind = block.labels[0] if block.kind == "resource" and block.labels else ""
        target, kinds = _invoked(kind, block)
        if kind == _RULE_TARGET:
            kinds = kinds | _told(block.get("rule"), folder)
        for name in _functions(target):
            found.setdefault(name, set()).update(kinds)
    return {name: frozenset(kinds) for name, kinds in found.items()}


def _invoked(kind: str, block: Block) -> tuple[Node | None, set[str]]:
    if kind == "aws_api_gateway_integration":
        is_proxy = (text(block.get("type")) or "").upper() == "AWS_PROXY"
        return block.get("uri"), {"api" if is_proxy else "http-lambda"}
    if kind == "aws_lambda_event_source_mapping":
        return block.get("function_name"), _mapped(block.get("event_source_arn"))
    attribute, event = _TARGETS.get(kind, ("", ""))
    return (block.get(attribute), {event}) if attribute else (None, set())


def _told(rule: Node | None, folder: Folder) -> set[str]:
    """The changes that the pattern of an event target's rule asks for."""
    names = (part.name.split(".") for part in walk(rule, 20) if isinstance(part, Reference))
    named = [words[1] for words in names if len(words) > 1 and words[0] == "aws_cloudwatch_event_rule"]
    rules = (folder.find("resource", "aws_cloudwatch_event_rule", name) for name in named)
    return {kind for found in rules if found is not None for kind in change_kinds(found.get("event_pattern"))}


def _mapped(node: Node | None) -> set[str]:
    kinds: set[str] = set()
    for part in walk(node, 20):
        if isinstance(part, Reference):
            kinds |= _SOURCES.get(part.name.removeprefix("data.").split(".")[0], set())
    return kinds


def _functions(node: Node | None) -> list[str]:
    """The names of the functions that an expression refers to."""
    names = (part.name.split(".") for part in walk(node, 20) if isinstance(part, Reference))
    return [words[1] for words in names if len(words) > 1 and words[0] == "aws_lambda_function"]
