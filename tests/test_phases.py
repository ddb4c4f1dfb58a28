"""The phases against Python itself: what a stub SDK sees at INIT and on two invocations is what the analysis says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixture_cases import FixtureCase, cases, copy
from lambdalint.link.model import Site, Unit
from lambdalint.program import Program
from lambdalint.summary import Import
from programs import linked

ORACLE = Path(__file__).with_name("oracle.py")
FACTORIES = {"boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session"}
Place = tuple[str, int]


@dataclass(frozen=True)
class Trial:
    """A handler of a fixture project, with an event that leads it everywhere."""

    case: str
    module: str
    event: dict[str, object]
    handler: str = "lambda_handler"
    kind: str = "clients"
    unseen: frozenset[Place] = frozenset()
    """Places that run on every invocation, but not with this event."""

    def __str__(self) -> str:
        return f"{self.case}-{self.handler}"


TRIALS = [
    Trial("client-per-invocation/reached_by", "app", {"items": [1]}),
    Trial("client-per-invocation/no_memo", "app", {}),
    Trial("client-per-invocation/made_once", "singleton", {}),
    Trial("client-per-invocation/classes", "app", {"name": "a", "region": "eu"}),
    Trial("client-per-invocation/classes", "app", {}, "factory_handler"),
    Trial("client-per-invocation/injected", "app", {"name": "a", "url": "u"}),
    Trial("client-per-invocation/across_modules", "orders.handlers", {
        "id": "a", "text": "t", "action": "create", "keys": ["k"],
    }),
    Trial("import-in-invoke/helpers_across_modules", "app", {
        "path": "a", "amount": "1", "who": "me", "a": "x", "b": "y", "name": "n", "item": 1, "number": 1,
        "action": "create", "items": [1, 2],
    }, kind="imports", unseen=frozenset({("plain.py", 14)})),
    Trial("import-in-invoke/memoized", "app", {}, kind="imports"),
    Trial("import-in-invoke/runs_at_init", "app", {}, kind="imports"),
    Trial("import-in-invoke/straight_line", "app", {"lines": ["a,1"]}, kind="imports"),
    Trial("import-in-invoke/straight_line", "app", {"texts": ["1"]}, "loop_handler", kind="imports"),
    Trial("import-in-invoke/straight_line", "app", {"text": "1"}, "guarded_handler", kind="imports"),
    Trial("import-in-invoke/dispatch_and_async", "app", {"path": "a", "names": ["n"]}, kind="imports"),
]  # fmt: skip
CASES = {case.id: case for case in cases()}


def observed(folder: Path, trial: Trial) -> dict[str, set[Place]]:
    """The places that ran in each phase."""
    command = [sys.executable, str(ORACLE), str(folder), trial.module, trial.handler, json.dumps(trial.event)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    return {phase: {(path, row) for path, row in kinds[trial.kind]} for phase, kinds in seen.items()}


def places(program: Program, kind: str) -> Iterator[tuple[Unit, Site | Import, object]]:
    """Every client creation or import statement, with the unit that it is in."""
    for module in program.modules.values():
        for unit in module.units():
            if kind == "imports":
                yield from ((unit, s, frames) for s, frames in program.statements(unit) if isinstance(s, Import))
            else:
                for site, _, values in program.calls(unit):
                    if any(value.path in FACTORIES for value in values):
                        yield unit, site, ()


def judged(folder: Path, trial: Trial) -> tuple[set[Place], set[Place]]:
    """The places that the analysis puts on every invocation, and at INIT of the handler."""
    program = linked(folder)
    phases = next(
        p
        for p in program.phases.handlers
        if p.handler.name.endswith("." + trial.handler) and p.handler.name.startswith(trial.module.partition(".")[0])
    )
    each: set[Place] = set()
    init: set[Place] = set()
    for unit, found, frames in places(program, trial.kind):
        span = found.span if isinstance(found, Import) else found.place.expr.span
        around = frames if isinstance(found, Import) else found.place.frames
        place = (Path(unit.path).relative_to(folder).as_posix(), span.row)
        assert isinstance(around, tuple)
        if unit in phases.invoke and not program.phases.is_memoized_span(unit, span, around, phases):
            each.add(place)
        if unit in phases.init:
            init.add(place)
    for path, module in program.modules.items():  # A class body belongs to no unit's statements.
        rows = {s.span.row for cls in module.summary.classes for s in cls.body if isinstance(s, Import)}
        init |= {(Path(path).relative_to(folder).as_posix(), row) for row in rows}
    return each, init


@pytest.mark.parametrize("trial", TRIALS, ids=str)
def test_phases_are_those_that_python_shows(trial: Trial, tmp_path: Path) -> None:
    case: FixtureCase = CASES[trial.case]
    folder = copy(case, tmp_path / "project")
    seen = observed(folder, trial)
    each, init = judged(folder, trial)
    anywhere = set().union(*seen.values())
    assert anywhere, "the trial shows nothing"
    assert seen["first"] & seen["second"] == each - trial.unseen
    assert not trial.unseen & anywhere
    assert seen["init"] <= init
    assert seen["second"] <= seen["first"]
