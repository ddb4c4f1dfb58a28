"""The call graph: for each unit the edges to the units that it makes run, in source order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from lambdalint.catalog import consumers
from lambdalint.link.arguments import Passed, passed
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.classes import is_property
from lambdalint.link.model import (
    ClassValue,
    Edge,
    External,
    FunctionValue,
    Instance,
    Scope,
    Site,
    Unit,
    Value,
)
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Attribute, Call, ClassDef, Expr, For, FunctionDef, Subscript, With
from lambdalint.walk import Frame, Place, argument

_CONSTRUCTORS = ("__new__", "__init__", "__post_init__", "__attrs_post_init__", "model_post_init")
_MAKING = frozenset((Call, Attribute, Subscript))
_RUNNING_MORE = frozenset((With, For, FunctionDef, ClassDef))
_CONTEXT = ("__enter__", "__exit__", "__aenter__", "__aexit__")


class Graph:
    """The edges between the units of a set of modules.

    Built in two passes: the second knows from the first what is passed for each parameter; where that tells nothing,
    it would find what the first did, and is left out.  `unresolved` counts the calls whose target is not known.
    """

    def __init__(self, resolver: Resolver, modules: Mapping[str, ModuleIndex]) -> None:
        self.resolver = resolver
        self.modules = modules
        self.unresolved = 0
        self._made: dict[Unit, list[tuple[ClassValue, Site]]] = {}
        self._edges: dict[Unit, tuple[Edge, ...]] = {}
        self._into: dict[Unit, list[Edge]] = {}
        asked: dict[tuple[Unit, str], None] = {}
        resolver.arguments = lambda unit, name: asked.setdefault((unit, name)) or ()
        self._build()
        heirs = self._heirs()
        is_first_enough = not heirs and not self._is_told(asked)
        resolver.arguments, resolver.heirs = self._argument_values, heirs
        resolver.made = frozenset(cls for found in self._made.values() for cls, _ in found)
        if not is_first_enough:
            resolver.forget()
            self._build()

    def edges(self, unit: Unit) -> tuple[Edge, ...]:
        """The edges out of a unit."""
        return self._edges.get(unit, ())

    def callers(self, unit: Unit) -> list[Edge]:
        """The edges into a unit."""
        return self._into.get(unit, [])

    def made(self, unit: Unit) -> list[tuple[ClassValue, Site]]:
        """The project classes of which a unit makes objects, whether or not they have a constructor, and where."""
        return self._made.get(unit, [])

    def passed(self, unit: Unit, name: str, running: Collection[Unit] = ()) -> list[Passed | None]:
        """What each caller passes for a parameter; None where it takes the default or cannot be told.

        Where some callers are units that are known to be `running`, the others don't count.
        """
        function = self.modules[unit.path].function(unit.number)
        found: list[Passed | None] = []
        callers = self.callers(unit)
        for edge in [edge for edge in callers if edge.source in running] or callers:
            given = passed(edge, function)
            found.append(None if given is None else given.get(name))
        return found

    def _heirs(self) -> dict[ClassValue, tuple[ClassValue, ...]]:
        """The subclasses of each class of which objects are made, sorted."""
        made = {cls for found in self._made.values() for cls, _ in found}
        found: dict[ClassValue, set[ClassValue]] = {}
        for cls in made:
            for ancestor in self.resolver.ancestry(cls)[1:]:
                if isinstance(ancestor, ClassValue):
                    found.setdefault(ancestor, set()).add(cls)
        return {cls: tuple(sorted(heirs)) for cls, heirs in found.items()}

    def _argument_values(self, unit: Unit, name: str) -> tuple[Value, ...]:
        found: list[Value] = []
        for given in self.passed(unit, name)[:8]:
            if given is not None:
                found += self.resolver.resolve(given.expr, given.scope)
        return tuple(found)

    def _is_told(self, asked: dict[tuple[Unit, str], None]) -> bool:
        """Whether anything is known of what is passed for some parameters, and those that are asked for meanwhile."""
        done = 0
        while done < len(asked):
            for unit, name in list(asked)[done:]:
                if self._argument_values(unit, name):
                    return True
                done += 1
        return False

    def _build(self) -> None:
        edges: dict[Unit, tuple[Edge, ...]] = {}
        into: dict[Unit, list[Edge]] = {}
        self.unresolved = 0
        self._made.clear()
        for path in sorted(self.modules):
            module = self.modules[path]
            for unit in module.units():
                edges[unit] = tuple(dict.fromkeys(self._unit_edges(module, unit)))
        for found in edges.values():
            for edge in found:
                into.setdefault(edge.target, []).append(edge)
        self._edges, self._into = edges, into

    # --- the edges of one unit ---

    def _unit_edges(self, module: ModuleIndex, unit: Unit) -> Iterator[Edge]:
        resolve = self.resolver.resolve
        for site in module.sites(unit):
            expr = site.place.expr
            if expr.__class__ not in _MAKING:
                continue
            if isinstance(expr, Call):
                yield from self._call(site, expr)
            elif isinstance(expr, Attribute):
                for value in resolve(expr.value, site.scope):
                    if isinstance(value, Instance):
                        yield from self._property(site, expr, value)
            elif isinstance(expr, Subscript):
                yield from self._implicit(site, expr.value, ("__getitem__",))
        yield from self._statement_edges(module, unit)
        if unit.number >= 0:
            yield from self._around(module, unit)

    def _around(self, module: ModuleIndex, unit: Unit) -> Iterator[Edge]:
        """What a function's decorators run whenever it is called, besides what they return in its place."""
        function = module.function(unit.number)
        scope = self.resolver.definition_scope(module.path, function)
        for decorator in function.decorators if function.body else ():
            site = Site(unit, scope, Place(decorator, function.body[0], ()))
            for value in self.resolver.resolve(decorator, scope):
                if isinstance(value, FunctionValue):
                    paths = {path.removesuffix("()") for path in self.resolver.decorator_paths(value)}
                    if paths & consumers.DECORATOR_FACTORIES:
                        yield self._edge(site, value, "callback", None)
                elif isinstance(value, ClassValue):
                    method = self.resolver.method(value, "__call__")
                    if method is not None:
                        yield self._edge(site, method, "callback", None)
                elif isinstance(value, External) and isinstance(decorator, Call):
                    keyword = consumers.DECORATORS.get(value.path.removesuffix("()"))
                    handed = argument(decorator, keyword, None) if keyword else None
                    for called in () if handed is None else self.resolver.resolve(handed, scope):
                        if isinstance(called, FunctionValue):
                            yield self._edge(site, called, "callback", None)

    def _call(self, site: Site, call: Call) -> Iterator[Edge]:
        values = self.resolver.resolve(call.func, site.scope)
        if not values:
            self.unresolved += 1
        for value in values:
            if isinstance(value, FunctionValue):
                yield self._edge(site, value, "call", call)
            elif isinstance(value, ClassValue):
                yield from self._construct(site, value, call)
            elif isinstance(value, Instance):
                for method in self._methods(value, ("__call__",)):
                    yield self._edge(site, method, "call", call)
            elif isinstance(value, External):
                yield from self._callbacks(site, value, call)

    def _construct(self, site: Site, cls: ClassValue, call: Call) -> Iterator[Edge]:
        self._made.setdefault(site.unit, []).append((cls, site))
        for name in _CONSTRUCTORS:
            method = self.resolver.method(cls, name)
            if method is not None:
                method = method._replace(bound=Instance(cls, call, site.scope))
                yield self._edge(site, method, "construct", call)._replace(cls=cls)
        for factory in self.resolver.factories(cls):
            if not factory.is_given(call):
                for value in self.resolver.resolve(factory.expr, factory.scope):
                    if isinstance(value, FunctionValue):
                        yield self._edge(site, value, "construct", None)._replace(cls=cls)

    def _callbacks(self, site: Site, callee: External, call: Call) -> Iterator[Edge]:
        """The functions that an outside call is handed and runs within the invocation."""
        where = _function_place(callee)
        if where is None:
            return
        handed = argument(call, where[1] or "", where[0])
        for value in () if handed is None else self.resolver.resolve(handed, site.scope):
            if isinstance(value, FunctionValue):
                yield self._edge(site, value, "callback", None)
            elif isinstance(value, ClassValue):
                yield from self._construct(site, value, call)
            elif isinstance(value, Instance):
                for method in self._methods(value, ("__call__",)):
                    yield self._edge(site, method, "callback", None)

    def _property(self, site: Site, expr: Attribute, owner: Instance) -> Iterator[Edge]:
        method = self.resolver.method(owner.cls, expr.attr)
        if method is not None and is_property(self.resolver.decorator_paths(method)):
            yield self._edge(site, method._replace(bound=owner), "property", None)

    def _implicit(self, site: Site, expr: Expr, names: Iterable[str]) -> Iterator[Edge]:
        for value in self.resolver.resolve(expr, site.scope):
            if isinstance(value, Instance):
                for method in self._methods(value, names):
                    yield self._edge(site, method, "context", None)

    def _methods(self, instance: Instance, names: Iterable[str]) -> Iterator[FunctionValue]:
        for name in names:
            method = self.resolver.method(instance.cls, name)
            if method is not None:
                yield method._replace(bound=instance)

    def _statement_edges(self, module: ModuleIndex, unit: Unit) -> Iterator[Edge]:
        scope = Scope(module.path, "function", unit.number) if unit.number >= 0 else module.scope
        for statement, frames in module.statements(unit):
            if statement.__class__ not in _RUNNING_MORE:
                continue
            if isinstance(statement, With):
                for item in statement.items:
                    site = Site(unit, scope, Place(item.context, statement, frames))
                    yield from self._implicit(site, item.context, _CONTEXT)
            elif isinstance(statement, For):
                site = Site(unit, scope, Place(statement.iterable, statement, frames))
                yield from self._implicit(site, statement.iterable, ("__iter__", "__next__", "__aiter__", "__anext__"))
            elif isinstance(statement, FunctionDef):
                yield from self._decorators(module, unit, statement, frames)
            elif isinstance(statement, ClassDef):
                yield from self._class_decorators(module, unit, statement.cls, frames)

    def _class_decorators(
        self, module: ModuleIndex, unit: Unit, number: int, frames: tuple[Frame, ...]
    ) -> Iterator[Edge]:
        for inner in module.summary.classes[number].body:
            if isinstance(inner, FunctionDef):
                yield from self._decorators(module, unit, inner, frames)
            elif isinstance(inner, ClassDef):
                yield from self._class_decorators(module, unit, inner.cls, frames)

    def _decorators(
        self, module: ModuleIndex, unit: Unit, statement: FunctionDef, frames: tuple[Frame, ...]
    ) -> Iterator[Edge]:
        function = module.function(statement.function)
        scope = self.resolver.definition_scope(module.path, function)
        for decorator in function.decorators:
            for value in self.resolver.resolve(decorator, scope):
                if isinstance(value, FunctionValue):
                    site = Site(unit, scope, Place(decorator, statement, frames))
                    yield self._edge(site, value, "decorator", None)

    def _edge(self, site: Site, value: FunctionValue, kind: str, call: Call | None) -> Edge:
        return Edge(site.unit, Unit(value.path, value.number), kind, site, call, value)

    @cached_property
    def size(self) -> int:
        """How many edges there are."""
        return sum(len(found) for found in self._edges.values())


_RUNNING = frozenset(("now", "thread", "process", "loop"))


def _function_place(callee: External) -> tuple[int | None, str | None] | None:
    """Where an outside callable takes a function that it runs within the invocation: (position, keyword)."""
    known = consumers.find(callee.path)
    if known is not None:
        return (known.position, known.keyword) if known.when in _RUNNING else None
    if callee.base is None:
        return None
    method = consumers.METHODS.get(callee.path.rpartition(".")[2])
    return method[:2] if method is not None and method[2] in _RUNNING else None
