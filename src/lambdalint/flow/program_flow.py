"""The value flow of a program, as rules ask for it; computed once, when the first rule asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from lambdalint.diagnostic import Step
from lambdalint.flow.engine import Engine
from lambdalint.flow.entries import entries
from lambdalint.flow.origins import Origin, Origins
from lambdalint.flow.printing import TEXT_METHODS
from lambdalint.flow.secrets import Secrets
from lambdalint.flow.sinks import Sink
from lambdalint.flow.values import Value, flatten
from lambdalint.handlers import Handler
from lambdalint.link.dead import never_runs
from lambdalint.link.model import Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program


class Flow:
    """Sinks, and what reaches them, in the code that runs on Lambda: at INIT or on an invocation, memoized or not."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._handlers = _reached(program)
        names = {path: program.project.imports.module_name(path) for path in program.modules}
        units = (*self._handlers, *_texts(program, {unit.path for unit in self._handlers}))
        self.engine = Engine(program.graph, program.config, units, names, program.project.stored)
        self.origins = Origins(self.engine, entries(program.graph, program.phases.handlers))
        self.secrets = Secrets(self.origins)

    def handler(self, unit: Unit) -> Handler | None:
        """A handler that makes a unit run."""
        phases = self._handlers.get(unit)
        return None if phases is None else phases.handler

    def sinks(self, *kinds: str) -> Iterator[Sink]:
        """The sinks of some kinds in code that runs on Lambda; bodies that a durable runtime replays are left out."""
        return (sink for sink in self._running if sink.kind in kinds)

    @cached_property
    def _running(self) -> tuple[Sink, ...]:
        return tuple(
            sink
            for sink in self.engine.sinks
            if sink.unit in self._handlers
            and not never_runs(sink.frames)
            and not self.program.phases.switches.never_run(sink.unit, sink.frames)
            and not self.program.is_durable(sink.unit)
        )

    def origins_of(self, value: Value) -> Iterator[Origin]:
        """The roots that show when a value is printed."""
        for atom in flatten(value):
            yield from self.origins.of(atom)

    def is_passed_by_some(self, value: Value, unit: Unit, is_bad: Callable[[Value], bool]) -> bool:
        """Whether what is bad in a value is a parameter of a unit that only some of its callers give such a thing."""
        for atom in flatten(value):
            if atom.root.kind == "parameter" and atom.root.unit == unit:
                told = [is_bad(way.value) for way in self.origins.ways(atom)]
                if any(told) and not all(told):
                    return True
        return False

    def end(self, sink: Sink) -> Step:
        """The last step of a trail."""
        return Step(sink.unit.path, sink.span, self.program.name(sink.unit))

    def entry_units(self) -> dict[Unit, HandlerPhases]:
        """The functions whose returned value leaves Lambda: handlers, their wrappers and routes."""
        found: dict[Unit, HandlerPhases] = {}
        for phases in self.program.phases.handlers:
            for unit, edge in phases.invoke.items():
                if edge is None and unit.number >= 0:
                    found.setdefault(unit, phases)
        return found


def flow_of(program: Program) -> Flow:
    """The value flow of a program."""
    found: Flow | None = program.memo.get(Flow)
    if found is None:
        found = program.memo[Flow] = Flow(program)
    return found


def _reached(program: Program) -> dict[Unit, HandlerPhases]:
    """Every unit that runs on Lambda, memoized ones included, with the first handler that makes it run."""
    found: dict[Unit, HandlerPhases] = {}
    for phases in program.phases.handlers:
        for unit in (*phases.invoke, *program.running.invoked(phases), *program.running.started(phases)):
            found.setdefault(unit, phases)
    return found


def _texts(program: Program, paths: set[str]) -> Iterator[Unit]:
    """The methods by which objects of the classes in some files make a text of themselves: no call leads to them."""
    for path in paths:
        for function in program.modules[path].summary.functions:
            if function.cls >= 0 and function.name in TEXT_METHODS:
                yield Unit(path, function.number)
