"""The fixtures of the rules through the harness: their handlers run before and after the fixes of their rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from equivalence import Difference, Harness, Plan, Run, compare, why_unavailable
from fixture_cases import FixtureCase, cases, copy, request
from lambdalint import engine
from lambdalint.diagnostic import FixAvailability

UNAVAILABLE = why_unavailable()
pytestmark = pytest.mark.skipif(UNAVAILABLE is not None, reason=UNAVAILABLE or "")

CASES = [case for case in cases() if case.rule.fix is not FixAvailability.NONE]

# Why an unsafe fix of a rule may differ in no scenario here.
REASONS = {
    "LMB101": "an import that fails is not among what the scenarios take away",
    "LMB201": "no scenario lets connections go stale, sets cookies or changes a variable while the environment lives",
    "LMB301": "what starts out of sight is not there",
    "LMB303": "what starts out of sight is not there",
    "LMB401": "the names that the fixtures fetch hold nothing, so that nothing is there to rotate",
    "LMB402": "a secret that is not there is logged by nobody",
    "LMB403": "a handler that fails before it logs says the same",
    "LMB501": "a handler that fails before it prints says the same",
    "LMB503": "a module that does not configure logging itself logs nothing here",
    "LMB703": "an attribute that is read after something else has failed is not missed",
    "LMB803": "without the library there are no settings",
}

EVENT = {
    **{key: key for key in ("id", "key", "tenant", "name", "text", "by", "user", "stage", "token", "path", "url")},
    "version": "2.0",
    "httpMethod": "GET",
    "rawPath": "/ping",
    "rawQueryString": "",
    "headers": {"host": "example.com", "x-api-key": "x"},
    "requestContext": {
        "requestId": "r",
        "stage": "$default",
        "http": {"method": "GET", "path": "/ping", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "x"},
    },
    "queryStringParameters": {"id": "1"},
    "pathParameters": {"id": "1"},
    "isBase64Encoded": False,
    "body": json.dumps({"id": "1", "name": "n"}),
    "lines": ["a,b"],
    "items": [{"id": "1"}],
    "detail": {"id": "1"},
    "Records": [{"messageId": "m", "eventSource": "aws:sqs", "body": json.dumps({"id": "1"})}],
}

# One handler that runs those of a project in turn.  A module that cannot be imported fails as its handlers do.
RUNNER = """
import importlib
import json

def _load(name):
    module, _, function = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), function)
    except Exception as error:
        return error

HANDLERS = [(name, _load(name)) for name in {names!r}]

def _plain(answer):
    # What a service says of its response differs from run to run.
    if isinstance(answer, dict):
        return {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}
    return [_plain(item) for item in answer] if isinstance(answer, list) else answer

def run_all(event, context):
    answers = []
    for name, handler in HANDLERS:
        try:
            if isinstance(handler, Exception):
                raise handler
            answers.append([name, _plain(json.loads(json.dumps(handler(event, context), default=repr)))])
        except Exception as error:
            answers.append([name, type(error).__name__, str(error)])
    return answers
"""


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as harness:
        yield harness


def fixed(case: FixtureCase, place: Path, *, unsafe: bool) -> tuple[Path, bool]:
    """A copy of a case with the fixes of its rule, and whether there were any."""
    folder = copy(case, place)
    outcome = engine.fix(request(folder, (case.rule.code,), unsafe=unsafe))
    for file in outcome.fixed:
        Path(file.path).write_bytes(file.after)
    return folder, any(file.path.endswith(".py") for file in outcome.fixed)


def with_runner(folder: Path, names: list[str]) -> Path:
    (folder / "every_handler.py").write_text(RUNNER.replace("{names!r}", repr(names)), "utf-8")
    return folder


def handlers(folder: Path, case: FixtureCase) -> list[str]:
    """The handlers of a case whose modules lie directly below its folder."""
    rows = engine.handlers(request(folder, (case.rule.code,)))
    return sorted({row.handler for row in rows if Path(row.path).suffix == ".py"})


def differences(before: Run, after: Run) -> tuple[Difference, ...]:
    return compare(before, after, failure_may_move_to_init=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_fixes_keep_what_they_declare_to_keep(case: FixtureCase, harness: Harness, tmp_path: Path) -> None:
    safe, is_safe_there = fixed(case, tmp_path / "safe", unsafe=False)
    unsafe, is_there = fixed(case, tmp_path / "unsafe", unsafe=True)
    before = copy(case, tmp_path / "before")
    names = handlers(before, case)
    if not is_there or not names:
        pytest.skip("there is no fix in code that can run")
    plan = Plan(handler="every_handler.run_all", events=(EVENT,), raising_event={})
    variants = [with_runner(folder, names) for folder in (before, safe, unsafe)]
    runs = harness.run_all((folder, plan) for folder in variants)
    found = differences(runs[0], runs[1]) if is_safe_there else ()
    assert not found, "\n".join(str(difference)[:2000] for difference in found)
    if not is_safe_there and not differences(runs[0], runs[2]):
        assert case.rule.code in REASONS, "an unsafe fix that changes nothing here needs a reason"
