"""The fixtures of the rules through the harness: their handlers run before and after the fixes of their rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from equivalence import Difference, Harness, Json, Kind, Plan, Record, Run, compare, why_unavailable
from fixture_cases import FixtureCase, cases, copy, request, settings
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

IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError")

# Failures (handler, type, message) that a safe fix is there to mend: what stands there never works, or fails with
# a message that misleads.
MENDED_FAILURES: dict[str, Callable[[Json, Json], bool]] = {
    "LMB703": lambda old, _: old[1] == "AttributeError" and "'LambdaContext' object has no attribute" in old[2],
    "LMB803": lambda old, new: old[1] == new[1] == "ValidationError" and "Field required" in new[2],
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


def differences(before: Run, after: Run, case: FixtureCase) -> tuple[Difference, ...]:
    """What differs, without what the rule's fix is meant to change.

    Each handler's own failure is compared: the runner itself never fails.  `fix-style = "module"` asks for clients
    that are made at INIT.
    """
    wanted = settings(case.folder).get("fix-style") == "module"
    found = compare(before, after, creation_at_init_is_wanted=wanted)
    records = {old.scenario: (old, new) for old, new in zip(before, after, strict=True)}
    return tuple(found_one for found_one in found if not is_meant(found_one, records[found_one.scenario], case))


def is_meant(difference: Difference, records: tuple[Record, Record], case: FixtureCase) -> bool:
    if difference.kind is not Kind.POST:
        return False
    changed = [(old, new) for old, new in zip(difference.before.body, difference.after.body, strict=True) if old != new]
    failure = MENDED_FAILURES.get(case.rule.code)
    return all(
        (failure is not None and failure(old, new)) or moves_import_failure(old[0], *records) for old, new in changed
    )


def moves_import_failure(name: str, before: Record, after: Record) -> bool:
    """Whether a handler whose import failed where it never succeeded fails as it is loaded: imports may do so."""
    old, new = (
        [answer for post in record.posts for answer in post.body if answer[0] == name] for record in (before, after)
    )
    never_succeeds = all(len(answer) == 3 for answer in old)
    return never_succeeds and all(answer == new[0] and answer[1] in IMPORT_ERRORS and answer in old for answer in new)


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
    found = differences(runs[0], runs[1], case) if is_safe_there else ()
    assert not found, "\n".join(str(difference)[:2000] for difference in found)
    if not is_safe_there and not differences(runs[0], runs[2], case):
        assert case.rule.code in REASONS, "an unsafe fix that changes nothing here needs a reason"
