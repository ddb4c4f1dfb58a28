"""What runs in which phase: for each handler the units that INIT and INVOKE reach, and how.

Reaching under-approximates: an edge that is not known is not followed, and code behind a memo guard or a
cache decorator is left out of INVOKE.  https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lambdalint.handlers import Handler
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.graph import Graph
from lambdalint.link.loads import imported_files
from lambdalint.link.memo import Condition, Region, regions
from lambdalint.link.model import ClassValue, Edge, Site, Unit
from lambdalint.link.switches import Switches
from lambdalint.source import Span
from lambdalint.walk import Frame


@dataclass(slots=True)
class HandlerPhases:
    """What one handler makes run.

    `invoke` maps each unit that runs on every invocation to the edge that reaches it first (None for entry
    points); `direct` the same without edges into constructors; `init` the units that run at INIT; `modules` the
    files loaded.  `short_lived` are the classes of which INVOKE code makes objects.
    """

    handler: Handler
    invoke: dict[Unit, Edge | None] = field(default_factory=dict)
    direct: dict[Unit, Edge | None] = field(default_factory=dict)
    init: dict[Unit, Edge | None] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    short_lived: frozenset[ClassValue] = frozenset()


class Phases:
    """Phases of all handlers; `cached` gives the condition under which a function is memoized, None when it is not."""

    def __init__(
        self,
        modules: Mapping[str, ModuleIndex],
        graph: Graph,
        handlers: Iterable[Handler],
        cached: Callable[[Unit], Condition | None],
        entry_points: Callable[[Handler, tuple[str, ...]], tuple[Unit, ...]],
    ) -> None:
        self._modules = modules
        self._graph = graph
        self._cached = cached
        self._entry_points = entry_points
        self._regions: dict[Unit, tuple[Region, ...]] = {}
        self._closures: dict[str, tuple[str, ...]] = {}
        self._singletons: dict[ClassValue, bool] = {}
        found = tuple(handlers)
        self.switches = Switches(graph, (handler.unit for handler in found))
        self.handlers = tuple(self._judge(handler) for handler in found)

    # --- one handler ---

    def _judge(self, handler: Handler) -> HandlerPhases:
        modules = self.closure(handler.unit.path)
        found = HandlerPhases(handler, modules=modules)
        found.init = self._walk([Unit(path, -1) for path in modules], self._runs_at_init)
        entries = (handler.unit, *self._entry_points(handler, modules))
        roots = [root for unit in entries if unit.number >= 0 for root in self._with_wrappers(unit)]
        while True:
            before = len(found.invoke)
            found.invoke = self._walk(roots, lambda edge: self.runs_per_invocation(edge, found))
            short = frozenset(self._made(found))
            if short == found.short_lived and len(found.invoke) == before:
                break
            found.short_lived = short
        found.direct = self._walk(
            roots, lambda edge: edge.kind != "construct" and self.runs_per_invocation(edge, found)
        )
        return found

    def _with_wrappers(self, unit: Unit) -> list[Unit]:
        """A function, and the functions that the project's decorators put in its place."""
        return [unit, *(Unit(w.path, w.number) for w in self._graph.resolver.wrappers(*unit))]

    def _walk(self, roots: Iterable[Unit], follows: Callable[[Edge], bool]) -> dict[Unit, Edge | None]:
        found: dict[Unit, Edge | None] = dict.fromkeys(roots)
        queue = deque(found)
        while queue:
            for edge in self._graph.edges(queue.popleft()):
                if edge.target not in found and follows(edge):
                    found[edge.target] = edge
                    queue.append(edge.target)
        return found

    def _runs_at_init(self, edge: Edge) -> bool:
        place = edge.site.place
        return self._modules[edge.site.unit.path].runs(edge.site.unit, place.expr.span, place.frames)

    def runs_per_invocation(self, edge: Edge, phases: HandlerPhases) -> bool:
        """Whether an edge out of INVOKE code is followed on every invocation: neither memoized nor cached."""
        if edge.kind == "construct" and edge.cls is not None and self.is_singleton(edge.cls):
            return False
        return not self.is_memoized(edge.site, phases) and not self._is_cached(edge.target, phases)

    def _is_cached(self, unit: Unit, phases: HandlerPhases) -> bool:
        condition = self._cached(unit)
        return condition is not None and holds(condition, phases)

    def _made(self, phases: HandlerPhases) -> Iterable[ClassValue]:
        """The classes of which INVOKE code makes objects, with their bases: what those keep lasts no longer."""
        for unit in phases.invoke:
            for cls, site in self._graph.made(unit):
                if not self.is_singleton(cls) and not self.is_memoized(site, phases):
                    yield from (c for c in self._graph.resolver.ancestry(cls) if isinstance(c, ClassValue))

    # --- memo ---

    def regions(self, unit: Unit) -> tuple[Region, ...]:
        """The memoized stretches of a unit."""
        found = self._regions.get(unit)
        if found is None:
            found = self._regions[unit] = regions(self._modules[unit.path], unit)
        return found

    def is_memoized(self, site: Site, phases: HandlerPhases) -> bool:
        """Whether a place in INVOKE code runs at most once per execution environment, or never on Lambda."""
        return self.is_memoized_span(site.unit, site.place.expr.span, site.place.frames, phases)

    def is_memoized_span(self, unit: Unit, span: Span, frames: tuple[Frame, ...], phases: HandlerPhases) -> bool:
        """The same for a span of a unit, such as a statement's."""
        if not self.may_run(unit, span, frames):
            return True
        return any(region.span.contains(span) and holds(region.condition, phases) for region in self.regions(unit))

    def may_run(self, unit: Unit, span: Span, frames: tuple[Frame, ...]) -> bool:
        """Whether a span of a unit may run on Lambda, by what is asked around it and by what callers pass."""
        return self._modules[unit.path].runs(unit, span, frames) and not self.switches.never_run(unit, frames)

    def is_singleton(self, cls: ClassValue) -> bool:
        """Whether making an object of a class gives the one object that its `__new__` keeps."""
        found = self._singletons.get(cls)
        if found is None:
            method = self._graph.resolver.method(cls, "__new__")
            found = method is not None and bool(self.regions(Unit(method.path, method.number)))
            found = found or self._has_singleton_metaclass(cls)
            self._singletons[cls] = found
        return found

    def _has_singleton_metaclass(self, cls: ClassValue) -> bool:
        for ancestor in self._graph.resolver.ancestry(cls):
            if not isinstance(ancestor, ClassValue):
                continue
            definition = self._modules[ancestor.path].summary.classes[ancestor.number]
            for given in definition.arguments:
                if given.keyword != "metaclass":
                    continue
                for value in self._graph.resolver.resolve(given.value, self._modules[ancestor.path].scope):
                    if isinstance(value, ClassValue):
                        method = self._graph.resolver.method(value, "__call__")
                        if method is not None and self.regions(Unit(method.path, method.number)):
                            return True
        return False

    # --- modules ---

    def closure(self, path: str) -> tuple[str, ...]:
        """The files that importing a file loads, itself first, in the order that they are met."""
        found = self._closures.get(path)
        if found is None:
            seen: dict[str, None] = {path: None}
            queue = deque([path])
            while queue:
                module = self._modules.get(queue.popleft())
                if module is None:
                    continue
                for imported in imported_files(self._graph.resolver.imports, module):
                    if imported not in seen and imported in self._modules:
                        seen[imported] = None
                        queue.append(imported)
            found = self._closures[path] = tuple(seen)
        return found


def holds(condition: Condition, phases: HandlerPhases) -> bool:
    """Whether a memo's condition holds for a handler."""
    if condition.cls is not None:
        return condition.cls not in phases.short_lived
    return condition.outer is None or condition.outer not in phases.invoke
