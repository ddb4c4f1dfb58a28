from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdalint.diagnostic import FixAvailability, Severity
from lambdalint.rules.base import Rule

# What a shell starts in the background ignores SIGINT, and so would all that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SNAPSHOTS = Path(__file__).parent / "snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write the snapshots instead of comparing")


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the snapshot of that name, or write it with --update-snapshots."""

    def compare(text: str, name: str) -> None:
        path = SNAPSHOTS / name
        if request.config.getoption("--update-snapshots"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8"))
        assert path.is_file(), f"no snapshot {name}: run pytest --update-snapshots"
        assert text == path.read_bytes().decode("utf-8")

    return compare


def _rule(code: str, name: str, *, default: bool = True, always: bool = False) -> Rule:
    severity = Severity.ERROR if always else Severity.WARNING if default else Severity.NOTE
    documentation = f"Does what {name} says.\n\n## Why is this bad?\nIt is."
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",)
    return Rule(
        code,
        name,
        severity,
        FixAvailability.NONE,
        default,
        always,
        "0.1.0",
        references,
        documentation,
        lambda _: iter(()),
    )


@pytest.fixture
def sample_rules(monkeypatch: pytest.MonkeyPatch) -> tuple[Rule, ...]:
    """A small registry that stays the same whatever rules there are, in the place of the real one."""
    rules = (
        _rule("LMB101", "import-in-invoke"),
        _rule("LMB103", "network-call-at-init", default=False),
        _rule("LMB201", "client-per-invocation"),
        _rule("LMB203", "call-without-timeout"),
        _rule("LMB401", "uncached-secret"),
        _rule("LMB901", "syntax-error", always=True),
        _rule("LMB903", "unused-noqa", default=False),
    )
    monkeypatch.setattr("lambdalint.rules.all_rules", lambda: rules)
    return rules
