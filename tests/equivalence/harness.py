"""The near side of the harness: starts the zygote and turns folders of code into runs."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from .compare import Difference, Run, compare
from .plan import Plan, Scenario, list_scenarios, read_plan
from .record import Json, Record, decode

_RUNTIME_VERSION = "4.2."
_PACKAGES = ("awslambdaric", "boto3", "moto", "responses")


class HarnessError(Exception):
    """The harness itself could not run a scenario."""


def why_unavailable() -> str | None:
    """Why the harness cannot run here, in one line, or None where it can."""
    if sys.platform != "linux":
        return "awslambdaric, the Lambda runtime, is only run on Linux"
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        return f"{', '.join(missing)} not installed: pip install --group equivalence"
    version = importlib.metadata.version("awslambdaric")
    if not version.startswith(_RUNTIME_VERSION):
        return f"awslambdaric {version}: its private interface is known for {_RUNTIME_VERSION}* only"
    return None


class Harness:
    """A running zygote; a context manager.  One is enough for any number of runs."""

    def __init__(self) -> None:
        package = __package__ or "equivalence"
        root = Path(__file__).resolve().parents[1 + package.count(".")]
        # The runtime reads AWS_EXECUTION_ENV when it is imported.
        environment = {**os.environ, "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13", "PYTHONPATH": str(root)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{package}.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Harness:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the zygote."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def run(self, folder: Path, plan: Plan | None = None) -> Run:
        """Run the code of a folder in every scenario of its plan (by default that of its `scenario.json`)."""
        (run,) = self.run_all([(folder, plan or read_plan(folder))])
        return run

    def run_all(self, variants: Iterable[tuple[Path, Plan]]) -> tuple[Run, ...]:
        """Run several folders of code at once; raises HarnessError when a scenario could not be run."""
        jobs = [(folder, plan, list_scenarios(plan)) for folder, plan in variants]
        encoded = [_encode(folder, plan, scenario) for folder, plan, scenarios in jobs for scenario in scenarios]
        results = iter(self._exchange(encoded))
        return tuple(
            tuple(_decode(folder, scenario, next(results)) for scenario in scenarios) for folder, _, scenarios in jobs
        )

    def _exchange(self, jobs: list[Json]) -> list[Json]:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(jobs) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise HarnessError("the process that runs the scenarios has ended")
        results: list[Json] = json.loads(answer)
        return results


def _encode(folder: Path, plan: Plan, scenario: Scenario) -> Json:
    return {
        "folder": str(folder.resolve()),
        "plan": dataclasses.asdict(plan),
        "scenario": dataclasses.asdict(scenario),
    }


def _decode(folder: Path, scenario: Scenario, result: Json) -> Record:
    if result.get("failure"):
        raise HarnessError(f"{folder}, {scenario.name}: {result['failure']}")
    return decode(scenario.name, result)


def equivalent(before: Path, after: Path, plan: Plan | None = None) -> tuple[Difference, ...]:
    """The differences between two folders of code, both run with the plan of the first."""
    plan = plan or read_plan(before)
    with Harness() as harness:
        runs = harness.run_all([(before, plan), (after, plan)])
    return compare(*runs)
