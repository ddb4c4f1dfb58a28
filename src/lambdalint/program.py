"""The program as rules see it: modules, values, phases and origins behind one read-only facade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from lambdalint.caching import CacheKinds
from lambdalint.diagnostic import Applicability, Diagnostic, Fix, Operation, Severity, Step
from lambdalint.handlers import Handler
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.graph import Graph
from lambdalint.link.model import Edge, External, FunctionValue, Instance, Scope, Site, Unit, Value
from lambdalint.link.resolve import Resolver
from lambdalint.origin import Origins
from lambdalint.phases import HandlerPhases, Phases
from lambdalint.running import Running
from lambdalint.source import Span
from lambdalint.summary import Call, Expr, Function, ModuleSummary, Stmt
from lambdalint.walk import Frame, Place, blocks

if TYPE_CHECKING:
    from lambdalint.config import Config
    from lambdalint.project import Project

_E = TypeVar("_E", bound=Expr)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a place is reached on every invocation: the handler's phases, and the trail from it to the place's unit."""

    phases: HandlerPhases
    trail: tuple[Step, ...]

    @property
    def handler(self) -> Handler:
        """The handler from which the trail starts."""
        return self.phases.handler


class Program:
    """Everything a rule may ask.  Built once a run by `lambdalint.linking.link`.

    `memo` holds further analyses by their class: what lasts as long as the program does; `secret_names` are the names
    of secrets that the configuration adds.
    """

    def __init__(
        self,
        project: Project,
        config: Config,
        graph: Graph,
        handlers: tuple[Handler, ...],
        phases: Phases,
        caches: CacheKinds,
        roots: Iterable[Unit],
        durable: frozenset[Unit],
    ) -> None:
        self.project = project
        self.config = config
        self.secret_names = frozenset(config.secret_names)
        self.graph = graph
        self.modules: Mapping[str, ModuleIndex] = graph.modules
        """All modules by absolute path."""
        self.resolver: Resolver = graph.resolver
        """Resolution of expressions to values."""
        self.handlers = handlers
        self.phases = phases
        self.caches = caches
        self.roots = frozenset(roots)
        self.origins = Origins(graph, roots, (u for one in phases.handlers for u in (*one.invoke, *one.init)))
        self.running = Running(graph, phases.switches, phases.handlers)
        self.memo: dict[type, Any] = {}
        self._durable = durable
        self._calls: dict[Unit, tuple[tuple[Site, Call, tuple[External, ...]], ...]] = {}
        self._reached: dict[bool, dict[Unit, list[HandlerPhases]]] = {}

    # --- modules ---

    def summary(self, path: str) -> ModuleSummary:
        """A module's summary."""
        return self.modules[path].summary

    def function(self, unit: Unit) -> Function:
        """The function of a unit that is no module."""
        return self.modules[unit.path].function(unit.number)

    def name(self, unit: Unit) -> str:
        """The dotted name of a unit: the module's, and the function's qualified name."""
        module = self.project.imports.module_name(unit.path)
        return module if unit.number < 0 else f"{module}.{self.function(unit).qualname}"

    def sites(self, unit: Unit) -> tuple[Site, ...]:
        """Every expression that runs when a unit runs, in source order of statements."""
        return self.modules[unit.path].sites(unit)

    def sites_of(self, unit: Unit, kind: type[_E]) -> tuple[tuple[Site, _E], ...]:
        """Those of them whose expression is of one kind, such as `Call`, each with its expression."""
        return self.modules[unit.path].sites_of(unit, kind)

    def statements(self, unit: Unit) -> tuple[tuple[Stmt, tuple[Frame, ...]], ...]:
        """A unit's statements with their frames."""
        return self.modules[unit.path].statements(unit)

    def scope(self, unit: Unit) -> Scope:
        """The scope of a unit's own statements."""
        return Scope(unit.path, "module" if unit.number < 0 else "function", unit.number)

    # --- values ---

    def resolve(self, expr: Expr, scope: Scope) -> tuple[Value, ...]:
        """The values that an expression may have."""
        return self.resolver.resolve(expr, scope)

    def external(self, expr: Expr, scope: Scope) -> tuple[External, ...]:
        """The outside values among them."""
        return tuple([value for value in self.resolver.resolve(expr, scope) if value.__class__ is External])

    def paths(self, expr: Expr, scope: Scope) -> tuple[str, ...]:
        """The dotted paths of the outside values that an expression may have; `os.getenv()` for a call's result."""
        return tuple([value.path for value in self.resolver.resolve(expr, scope) if value.__class__ is External])

    def calls(self, unit: Unit) -> tuple[tuple[Site, Call, tuple[External, ...]], ...]:
        """The calls of a unit with the outside callables that they may call."""
        found = self._calls.get(unit)
        if found is None:
            found = self._calls[unit] = tuple(
                [(site, call, self.external(call.func, site.scope)) for site, call in self.sites_of(unit, Call)]
            )
        return found

    # --- phases ---

    @cached_property
    def invoke_units(self) -> tuple[Unit, ...]:
        """Every unit that some handler runs on every invocation, sorted; durable bodies included."""
        return tuple(sorted({unit for phases in self.phases.handlers for unit in phases.invoke}))

    @cached_property
    def init_units(self) -> tuple[Unit, ...]:
        """Every unit that runs at INIT of some handler, sorted."""
        return tuple(sorted({unit for phases in self.phases.handlers for unit in phases.init}))

    @cached_property
    def invoked_units(self) -> tuple[Unit, ...]:
        """Every unit that some invocation runs, memoized or not, sorted; durable bodies included."""
        return tuple(sorted({unit for phases in self.phases.handlers for unit in self.running.invoked(phases)}))

    @cached_property
    def running_units(self) -> tuple[Unit, ...]:
        """Every unit that runs on Lambda at all, at INIT or later, sorted."""
        started = {unit for phases in self.phases.handlers for unit in self.running.started(phases)}
        return tuple(sorted(started.union(self.invoked_units)))

    @cached_property
    def loaded(self) -> tuple[str, ...]:
        """Every file that some handler loads, sorted."""
        return tuple(sorted({path for phases in self.phases.handlers for path in phases.modules}))

    def reach(self, site: Site, *, direct: bool = False) -> Reach | None:
        """How a place runs on every invocation, by the shortest trail; None when it does not, or is memoized.

        With `direct` trails through constructors do not count.
        """
        return self.reach_span(site.unit, site.place.expr.span, site.place.frames, direct=direct)

    def reach_span(self, unit: Unit, span: Span, frames: tuple[Frame, ...], *, direct: bool = False) -> Reach | None:
        """The same for a span of a unit, such as a statement's."""
        for phases in self._reaching(direct).get(unit, ()):
            if not self.phases.is_memoized_span(unit, span, frames, phases):
                return Reach(phases, self.trail(phases, unit, direct=direct))
        return None

    def reaches(self, site: Site) -> Iterator[Reach]:
        """Every handler that runs a place on every invocation, the nearest first."""
        for phases in self._reaching(False).get(site.unit, ()):
            if not self.phases.is_memoized(site, phases):
                yield Reach(phases, self.trail(phases, site.unit))

    def reach_invoked(self, site: Site) -> Reach | None:
        """How an invocation runs a place, memoized or not; None when none does."""
        found = self.reach(site)
        if found is not None or not self.phases.may_run(site.unit, site.place.expr.span, site.place.frames):
            return found
        for phases in self.phases.handlers:
            edges = self.running.invoked(phases)
            if site.unit in edges:
                return Reach(phases, self.trail_over(edges, phases, site.unit))
        return None

    def _reaching(self, direct: bool) -> dict[Unit, list[HandlerPhases]]:
        """For each unit the handlers that reach it, the nearest first."""
        found = self._reached.get(direct)
        if found is None:
            ranked: dict[Unit, list[tuple[int, int, HandlerPhases]]] = {}
            for order, phases in enumerate(self.phases.handlers):
                depths: dict[Unit, int] = {}
                for unit, edge in (phases.direct if direct else phases.invoke).items():
                    depths[unit] = 0 if edge is None else depths[edge.source] + 1
                    ranked.setdefault(unit, []).append((depths[unit], order, phases))
            found = {unit: [p for _, _, p in sorted(ways, key=lambda w: w[:2])] for unit, ways in ranked.items()}
            self._reached[direct] = found
        return found

    def trail(self, phases: HandlerPhases, unit: Unit, *, direct: bool = False) -> tuple[Step, ...]:
        """The calls from a handler to a unit: the handler's definition, then each call with the function it enters."""
        return self.trail_over(phases.direct if direct else phases.invoke, phases, unit)

    def trail_over(self, edges: Mapping[Unit, Edge | None], phases: HandlerPhases, unit: Unit) -> tuple[Step, ...]:
        """The trail from a handler to a unit over edges that reach it, such as those of `running`."""
        steps: list[Step] = []
        current = unit
        while (edge := edges.get(current)) is not None:
            steps.append(Step(edge.site.unit.path, edge.site.place.expr.span, self.name(current)))
            current = edge.source
        return (*self._first_steps(phases.handler, current), *reversed(steps))

    def _first_steps(self, handler: Handler, entry: Unit) -> tuple[Step, ...]:
        """Where a trail starts: the template's declaration, if there is one, and the handler or the entry point."""
        if entry == handler.unit or entry.number < 0:
            first = Step(handler.path, handler.span, handler.name)
        else:
            first = Step(entry.path, self.function(entry).header, self.name(entry))
        declared = [Step(d.template, Span(d.row, 0, d.row, 0), d.name) for d in handler.declared[:1]]
        return (*declared, first)

    def handler_of(self, unit: Unit) -> Handler | None:
        """The handler whose function a unit is."""
        return next((handler for handler in self.handlers if handler.unit == unit), None)

    def is_durable(self, unit: Unit) -> bool:
        """Whether a durable-execution runtime replays a unit's body: no phase and no fix is right there."""
        return unit in self._durable

    def runs_on_lambda(self, site: Site) -> bool:
        """Whether a place is not under `TYPE_CHECKING` or `__name__ == "__main__"`, nor behind a `return`."""
        return self.modules[site.unit.path].runs(site.unit, site.place.expr.span, site.place.frames)

    # --- call graph ---

    def edges(self, unit: Unit) -> tuple[Edge, ...]:
        """What a unit makes run."""
        return self.graph.edges(unit)

    def callers(self, unit: Unit) -> list[Edge]:
        """What makes a unit run."""
        return self.graph.callers(unit)

    def callees(self, expr: Call, scope: Scope) -> tuple[FunctionValue, ...]:
        """The project functions that a call may call, constructors left out."""
        return tuple(value for value in self.resolve(expr.func, scope) if isinstance(value, FunctionValue))

    def instances(self, expr: Expr, scope: Scope) -> tuple[Instance, ...]:
        """The project objects that an expression may be."""
        return tuple(value for value in self.resolve(expr, scope) if isinstance(value, Instance))

    # --- diagnostics ---

    def report(
        self,
        site: Site,
        message: str,
        help: str = "",
        *,
        span: Span | None = None,
        reach: Reach | None = None,
        fix: Fix | None = None,
        no_fix: str | None = None,
        severity: Severity | None = None,
        masked: tuple[Span, ...] = (),
        trail: tuple[Step, ...] | None = None,
    ) -> Diagnostic:
        """A diagnostic at a site's expression (or at `span`), with the rows of its statement and the reach's trail."""
        return Diagnostic(
            path=site.unit.path,
            span=span or site.place.expr.span,
            message=message,
            help=help,
            statement=head_span(site.place),
            handler=None if reach is None else reach.handler.name,
            trail=trail if trail is not None else (() if reach is None else reach.trail),
            fix=fix,
            no_fix=no_fix,
            severity=severity,
            masked=masked,
        )


def head_span(place: Place) -> Span:
    """The rows on which a suppression for a place may stand: its statement, of a compound one only the head."""
    return statement_head(place.statement)


def statement_head(statement: Stmt) -> Span:
    """A statement's span, cut before the body of a compound statement."""
    firsts = [block[0].span for block, _, _ in blocks(statement) if block]
    if not firsts:
        return statement.span
    first = min(firsts)
    if first.row == statement.span.row:
        return Span(*statement.span[:2], first.row, first.column)
    return Span(*statement.span[:2], first.row - 1, 1 << 20)


def make_fix(message: str, safe: bool, *operations: Operation) -> Fix:
    """A fix of one file."""
    return Fix(message, Applicability.SAFE if safe else Applicability.UNSAFE, operations)
