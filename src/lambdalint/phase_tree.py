"""What one handler makes run at INIT and on every invocation, as a tree in the order of execution.

A function's calls stand below it; what several calls reach is spread out once, and only named where it is met again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from lambdalint.analysis import Analysis
from lambdalint.costs import Cost, call_cost, import_cost
from lambdalint.declared import DeclaredFunction
from lambdalint.link.loads import statement_files
from lambdalint.link.model import Edge, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Call, Import

_MAX_DEPTH = 100  # of calls in calls: deeper ones are named, not spread out


class Place(NamedTuple):
    """A place that people see: an absolute path, a 1-based row and a 0-based column."""

    path: str
    row: int
    column: int


class Mark(NamedTuple):
    """A costly call or import; `is_once` says that a memo keeps it from running on later invocations."""

    cost: Cost
    place: Place
    is_once: bool


class Branch(NamedTuple):
    """A function, or a module that is loaded, with what it makes run.

    `place` is the call that enters it, for a root its own definition; `how` is "root", "import", or the kind of the
    edge; `is_repeated` says that its calls stand at an earlier branch.
    """

    name: str
    how: str
    place: Place
    is_once: bool
    is_repeated: bool
    inner: tuple[Branch | Mark, ...]


class PhaseTree(NamedTuple):
    """The phases of one handler; `declared` are the functions of templates that name it."""

    handler: str
    place: Place
    declared: tuple[DeclaredFunction, ...]
    init: tuple[Branch, ...]
    invoke: tuple[Branch, ...]


def build(analysis: Analysis, phases: HandlerPhases) -> PhaseTree:
    """The tree of a handler's phases."""
    program, handler = analysis.program, phases.handler
    loader = _Walk(analysis, phases, is_init=True)
    init = loader.branch(Unit(handler.path, -1), "root", loader.place(handler.path, Span(1, 0, 1, 0)), False)
    caller = _Walk(analysis, phases, is_init=False, loaded=loader.loaded)
    invoke: list[Branch] = []
    for unit, edge in phases.invoke.items():
        if edge is None and (unit, False) not in caller.seen:
            start = caller.place(unit.path, program.function(unit).header)
            invoke.append(caller.branch(unit, "root", start, False))
    return PhaseTree(handler.name, loader.place(handler.path, handler.span), handler.declared, (init,), tuple(invoke))


def marks(branches: tuple[Branch | Mark, ...]) -> Iterator[Mark]:
    """All marks of some branches, in the order of execution."""
    stack = list(reversed(branches))
    while stack:
        node = stack.pop()
        if isinstance(node, Mark):
            yield node
        else:
            stack.extend(reversed(node.inner))


def costly(tree: PhaseTree) -> PhaseTree:
    """The tree without the branches that lead to no mark."""
    init, invoke = (tuple(_pruned(branches)) for branches in (tree.init, tree.invoke))
    return tree._replace(init=init, invoke=invoke)


def _pruned(branches: tuple[Branch, ...]) -> Iterator[Branch]:
    for branch in branches:
        inner: list[Branch | Mark] = []
        for node in branch.inner:
            inner += [node] if isinstance(node, Mark) else _pruned((node,))
        if inner:
            yield branch._replace(inner=tuple(inner))


_Make: TypeAlias = "Callable[[], Branch | None]"
_Item: TypeAlias = "tuple[tuple[int, int], Mark | _Make]"


class _Walk:
    """One pass over the units of a phase.

    `seen` are the units that were spread out, once or often, with whether anything stood below them.
    """

    def __init__(
        self, analysis: Analysis, phases: HandlerPhases, *, is_init: bool, loaded: set[str] | None = None
    ) -> None:
        self._analysis = analysis
        self._program: Program = analysis.program
        self._phases = phases
        self._is_init = is_init
        self.loaded: set[str] = set() if loaded is None else loaded
        self.seen: dict[tuple[Unit, bool], bool] = {}
        self._depth = 0

    def place(self, path: str, span: Span) -> Place:
        """Where people see a span."""
        shown, there = self._analysis.place(path, span)
        return Place(shown, there.row, there.column)

    def branch(self, unit: Unit, how: str, place: Place, is_once: bool) -> Branch:
        """The branch of a unit, spread out when it has not been."""
        key = (unit, is_once)
        if key in self.seen or self._depth >= _MAX_DEPTH:
            return Branch(self._program.name(unit), how, place, is_once, self.seen.get(key, True), ())
        self.seen[key] = True
        if unit.number < 0:
            self.loaded.add(unit.path)
        self._depth += 1
        inner = tuple(self._inner(unit, is_once))
        self._depth -= 1
        self.seen[key] = bool(inner)
        return Branch(self._program.name(unit), how, place, is_once, False, inner)

    def _inner(self, unit: Unit, is_once: bool) -> Iterator[Branch | Mark]:
        """What a unit makes run; arguments run before their call, so the end of an expression decides."""
        ordered = sorted(self._items(unit, is_once), key=lambda item: item[0])
        for _, item in ordered:
            node = item if isinstance(item, Mark) else item()
            if node is not None:
                yield node

    def _items(self, unit: Unit, is_once: bool) -> Iterator[_Item]:
        yield from self._imports(unit, is_once)
        yield from self._calls(unit, is_once)
        for edge in self._program.edges(unit):
            if self._program.runs_on_lambda(edge.site):
                yield edge.site.place.expr.span[2:], self._follow(edge, is_once)

    def _follow(self, edge: Edge, is_once: bool) -> _Make:
        def follow() -> Branch | None:
            once = is_once or (not self._is_init and not self._program.phases.runs_per_invocation(edge, self._phases))
            place = self.place(edge.site.unit.path, edge.site.place.expr.span)
            return self.branch(edge.target, edge.kind, place, once)

        return follow

    def _calls(self, unit: Unit, is_once: bool) -> Iterator[_Item]:
        for site, call in self._program.sites_of(unit, Call):
            if not self._program.runs_on_lambda(site):
                continue
            cost = call_cost(self._program, site, call)
            if cost is not None:
                once = is_once or (not self._is_init and self._program.phases.is_memoized(site, self._phases))
                mark = Mark(cost, self.place(unit.path, call.span), once)
                yield call.span[2:], mark

    def _imports(self, unit: Unit, is_once: bool) -> Iterator[_Item]:
        for statement, frames in self._program.statements(unit):
            if not isinstance(statement, Import):
                continue
            if not self._program.modules[unit.path].runs(unit, statement.span, frames):
                continue
            place = self.place(unit.path, statement.span)
            files = statement_files(self._program.project.imports, statement, unit.path)
            for path in files:
                if path in self._program.modules:
                    yield statement.span[2:], self._load(path, place)
            cost = import_cost(statement, is_init=self._is_init or unit.number < 0)
            if cost is not None and not files:
                phases = self._program.phases
                once = is_once or (
                    not self._is_init and phases.is_memoized_span(unit, statement.span, frames, self._phases)
                )
                yield statement.span[2:], Mark(cost, place, once)

    def _load(self, path: str, place: Place) -> _Make:
        def load() -> Branch | None:
            if path in self.loaded:
                return None
            return self.branch(Unit(path, -1), "import", place, not self._is_init)

        return load
