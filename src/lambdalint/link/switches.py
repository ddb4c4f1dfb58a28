"""Parameters that switch code on or off and that all calls give alike: `def save(item, copied=None)`, `if copied:`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from lambdalint.link.arguments import Passed, passed
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.graph import Graph
from lambdalint.link.loads import imported_files
from lambdalint.link.model import Edge, Scope, Unit
from lambdalint.summary import Attribute, BoolOp, Expr, If, Import, Literal, Name, Parameter, UnaryOp
from lambdalint.walk import Frame, dotted

NOTHING: Mapping[str, bool] = MappingProxyType({})


class Switches:
    """Judges which branches of functions no call of the project makes run.

    Certain only where every mention of a function's name, in any module and by any spelling, is a plain call of it
    that leaves the parameter to its literal default or passes a literal.  `roots` are functions that Lambda calls
    itself.
    """

    def __init__(self, graph: Graph, roots: Iterable[Unit]) -> None:
        self._graph = graph
        self._roots = frozenset(roots)
        self._told: dict[Unit, dict[str, bool]] = {}
        self._counted: dict[str, Counter[str]] = {}

    def never_run(self, unit: Unit, frames: tuple[Frame, ...]) -> bool:
        """Whether a place of a unit lies in a branch that no call takes, by what all of them give a parameter."""
        if not frames or unit.number < 0:
            return False
        return constrain(frames) and contradict(frames, self._truths(unit))

    def _truths(self, unit: Unit) -> dict[str, bool]:
        """The parameters of a function of which every call's literal is true, or false, by name."""
        found = self._told.get(unit)
        if found is None:
            found = self._told[unit] = self._find(unit)
        return found

    def _find(self, unit: Unit) -> dict[str, bool]:
        module = self._graph.modules[unit.path]
        function = module.function(unit.number)
        edges = self._graph.callers(unit)
        if function.outer >= 0 or function.cls >= 0 or function.decorators or unit in self._roots or not edges:
            return {}
        found = truths(edges[0], module, NOTHING)
        others = [truths(edge, module, NOTHING) for edge in edges[1:]] if found else []
        found = {name: truth for name, truth in found.items() if all(one.get(name) == truth for one in others)}
        if not found or any(edge.kind != "call" or edge.call is None for edge in edges):
            return {}
        calls = {(edge.source.path, edge.call.func.span) for edge in edges if edge.call is not None}
        spelt = {(dotted(edge.call.func) or "").rpartition(".")[2] for edge in edges if edge.call is not None}
        return found if spelt == {function.name} and self._mentioned(unit, function.name) == len(calls) else {}

    def _mentioned(self, unit: Unit, name: str) -> int:
        """How often code that can see a function speaks of its name, imports under its own name left out.

        That is the function's own file, every file that loads it, directly or not, and dotted names in strings.
        """
        return sum(self._spoken(path)[name] for path in self._seers(unit.path)) + self._dotted[name]

    def _seers(self, path: str) -> set[str]:
        """A file and those that load it, directly or not."""
        found, left = {path}, [path]
        while left:
            fresh = self._loaders.get(left.pop(), set()) - found
            found |= fresh
            left += fresh
        return found

    @cached_property
    def _loaders(self) -> dict[str, set[str]]:
        """For each file the files that import it."""
        found: dict[str, set[str]] = {}
        for path, module in self._graph.modules.items():
            for imported in imported_files(self._graph.resolver.imports, module):
                found.setdefault(imported, set()).add(path)
        return found

    def _spoken(self, path: str) -> Counter[str]:
        """How often a file speaks of each name."""
        found = self._counted.get(path)
        if found is None:
            found = self._counted[path] = Counter(_names(self._graph.modules[path]))
        return found

    @cached_property
    def _dotted(self) -> Counter[str]:
        """The last parts of dotted names that strings of any file hold."""
        return Counter(
            text.rpartition(".")[2] for module in self._graph.modules.values() for text in _texts(module) if "." in text
        )


def _names(module: ModuleIndex) -> Iterator[str]:
    """The names that a file speaks of: as a name, an attribute, an undotted string or one that is imported anew."""
    for unit in module.units():
        for site in module.sites(unit):
            expr = site.place.expr
            if isinstance(expr, Name):
                yield expr.id
            elif isinstance(expr, Attribute):
                yield expr.attr
        for statement, _ in module.statements(unit):
            if isinstance(statement, Import):
                yield from (item.name for item in statement.names if item.alias not in (None, item.name))
    yield from (text for text in _texts(module) if "." not in text)


def _texts(module: ModuleIndex) -> Iterator[str]:
    """The strings of a file that may be a name."""
    for unit in module.units():
        for site in module.sites(unit):
            expr = site.place.expr
            if isinstance(expr, Literal) and isinstance(expr.value, str):
                yield expr.value


def truths(edge: Edge, module: ModuleIndex, outer: Mapping[str, bool]) -> dict[str, bool]:
    """The parameters that are surely true, or false, in the function of a module that an edge runs, by name.

    `outer` are those of the edge's own function.
    """
    function = module.function(edge.target.number)
    given = passed(edge, function)
    found = {p.name: _truth(p.name, p.default, given, outer) for p in function.parameters if _is_kept(module, edge, p)}
    return {name: truth for name, truth in found.items() if truth is not None}


def _is_kept(module: ModuleIndex, edge: Edge, parameter: Parameter) -> bool:
    """Whether a function never binds a parameter anew."""
    table = module.table(Scope(module.path, "function", edge.target.number))
    is_shared = any(parameter.name in inner.nonlocals for inner in module.summary.functions)
    return len(table.get(parameter.name, ())) == 1 and not is_shared


def constrain(frames: tuple[Frame, ...]) -> bool:
    """Whether some frames say of a name that it has to be true, or false, for a place to be reached."""
    return bool(_needs(frames))


def contradict(frames: tuple[Frame, ...], told: Mapping[str, bool]) -> bool:
    """Whether a place lies in a branch that needs another truth of a name than what is told of it."""
    return any(told.get(name, truth) != truth for name, truth in _needs(frames))


def _needs(frames: tuple[Frame, ...]) -> set[tuple[str, bool]]:
    """The names that must be true, or false, where the branches of some frames run."""
    return {
        need
        for frame in frames
        if isinstance(frame.node, If) and frame.branch in ("body", "orelse")
        for need in _needed(frame.node.test, frame.branch == "body")
    }


def _needed(test: Expr, truth: bool) -> Iterator[tuple[str, bool]]:
    """The names that must be true, or false, where a test gives a truth."""
    if isinstance(test, Name):
        yield test.id, truth
    elif isinstance(test, UnaryOp) and test.op == "not":
        yield from _needed(test.operand, not truth)
    elif isinstance(test, BoolOp) and (test.op == "and") == truth:
        yield from _needed(test.left, truth)
        yield from _needed(test.right, truth)


def _truth(
    name: str, default: Expr | None, arguments: dict[str, Passed] | None, outer: Mapping[str, bool]
) -> bool | None:
    """Whether a call's literal for a parameter is true; None where it passes anything else, or cannot be told."""
    if arguments is None:
        return None
    given = arguments[name].expr if name in arguments else default
    if isinstance(given, Name) and name in arguments:
        return outer.get(given.id)
    if not isinstance(given, Literal):
        return None
    return bool(given.value) if given.kind in ("bool", "int", "float", "str", "bytes", "none") else None
