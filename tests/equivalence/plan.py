"""What a folder of code is run with: events, environment and resources, and the scenarios made of them.

All of it comes from `scenario.json` in the folder; every key has a default, and so has the file.

    handler        "app.lambda_handler"
    events         list of events, default [{}]
    raising_event  an event on which the handler is expected to raise, default {}
    environment    the function's own variables, default none
    optional       names of variables for which no `environment-missing` scenario is run
    region         default "eu-west-1"
    resources      s3          {bucket: {key: text}}
                   dynamodb    {table: {"key": [partition, sort], "items": [plain JSON]}}
                   sqs         [queue]
                   sns         {topic: [subscribed queue]}
                   secretsmanager  {name: text or JSON}
                   ssm         {name: text, stored as SecureString}
    rotated        {secret or parameter: new value}; by default every value gets the suffix "-rotated"
    http           {"GET https://host/path": {"status": 200, "json": …}}: what `requests` is answered
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .record import Json

FILE_NAME = "scenario.json"

PLAIN = "plain"
WARM = "warm"
ROTATED = "rotated"
ENVIRONMENT_MISSING = "environment-missing"
NO_REGION = "no-region"
RAISES = "raises"

_KEYS = frozenset(
    ["handler", "events", "raising_event", "environment", "optional", "region", "resources", "rotated", "http"],
)
_SERVICES = frozenset({"s3", "dynamodb", "sqs", "sns", "secretsmanager", "ssm"})
_ROTATING = ("secretsmanager", "ssm")


@dataclass(frozen=True, slots=True)
class Plan:
    """The contents of `scenario.json`, checked, with defaults."""

    handler: str = "app.lambda_handler"
    events: tuple[Json, ...] = ({},)
    raising_event: Json = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    region: str = "eu-west-1"
    resources: dict[str, Any] = field(default_factory=dict)
    rotated: dict[str, Json] = field(default_factory=dict)
    http: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One process to run: the events in order, and what differs from the ordinary environment.

    Secrets are rotated after the invocation with the 1-based number `rotate_after`; 0 means never.
    """

    name: str
    events: tuple[Json, ...]
    without: str | None = None
    has_region: bool = True
    rotate_after: int = 0


def read_plan(folder: Path) -> Plan:
    """The plan of a folder of code; raises ValueError naming the file for unknown keys or services."""
    path = folder / FILE_NAME
    if not path.exists():
        return Plan()
    data = json.loads(path.read_text("utf-8"))
    unknown = sorted(set(data) - _KEYS) + sorted(set(data.get("resources", {})) - _SERVICES)
    if unknown:
        raise ValueError(f"{path}: unknown {', '.join(unknown)}")
    for name in ("events", "optional"):
        if name in data:
            data[name] = tuple(data[name])
    return Plan(**data)


def list_scenarios(plan: Plan) -> tuple[Scenario, ...]:
    """The scenarios that tell a safe fix from an unsafe one (those that the plan has no material for left out)."""
    events = plan.events
    first = events[0]
    warm = tuple(events[index % len(events)] for index in range(max(3, len(events))))
    scenarios = [
        Scenario(PLAIN, (first,)),
        Scenario(WARM, warm),
        Scenario(NO_REGION, (first, first), has_region=False),
        Scenario(RAISES, (plan.raising_event, first, plan.raising_event)),
    ]
    if any(plan.resources.get(service) for service in _ROTATING):
        scenarios.append(Scenario(ROTATED, (first, first), rotate_after=1))
    scenarios += [
        Scenario(f"{ENVIRONMENT_MISSING}:{name}", (first, first), without=name)
        for name in plan.environment
        if name not in plan.optional
    ]
    return tuple(scenarios)


def rotated_value(plan: Plan, name: str, value: Json) -> Json:
    """The value of a secret or parameter after its rotation."""
    if name in plan.rotated:
        return plan.rotated[name]
    if isinstance(value, dict):
        return {key: f"{item}-rotated" if isinstance(item, str) else item for key, item in value.items()}
    return f"{value}-rotated"
