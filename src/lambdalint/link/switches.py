"""Parameters that switch code on, and which nobody passes: `def save(item, copied=None)` with `if copied:`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lambdalint.link.arguments import passed
from lambdalint.link.graph import Graph
from lambdalint.link.model import Scope, Unit
from lambdalint.summary import Attribute, BoolOp, Expr, Function, If, Import, Literal, Name, Parameter
from lambdalint.walk import Frame, dotted


class Switches:
    """Judges which branches of functions no call of the project makes run.

    Certain only where every mention of a function's name, in any module and by any spelling, is a plain call of it
    that leaves the parameter out.  `roots` are functions that Lambda calls itself.
    """

    def __init__(self, graph: Graph, roots: Iterable[Unit]) -> None:
        self._graph = graph
        self._roots = frozenset(roots)
        self._off: dict[Unit, frozenset[str]] = {}
        self._mentions: Counter[str] | None = None

    def never_run(self, unit: Unit, frames: tuple[Frame, ...]) -> bool:
        """Whether a place of a unit lies in a branch that needs a parameter which nobody passes."""
        if not frames or unit.number < 0:
            return False
        needed = {
            name
            for frame in frames
            if isinstance(frame.node, If) and frame.branch == "body"
            for name in _needed(frame.node.test)
        }
        return bool(needed) and not needed.isdisjoint(self._left_out(unit))

    def _left_out(self, unit: Unit) -> frozenset[str]:
        """The parameters of a function that are off unless somebody passes them, and that nobody passes."""
        found = self._off.get(unit)
        if found is None:
            found = self._off[unit] = frozenset(self._find(unit))
        return found

    def _find(self, unit: Unit) -> Iterator[str]:
        module = self._graph.modules[unit.path]
        function = module.function(unit.number)
        if function.outer >= 0 or function.cls >= 0 or function.decorators or unit in self._roots:
            return
        names = {parameter.name for parameter in function.parameters if _is_off(parameter)}
        if not names:
            return
        edges = self._graph.callers(unit)
        given = [passed(edge, function) for edge in edges]
        table = module.table(Scope(unit.path, "function", unit.number))
        for inner in module.summary.functions:
            names.difference_update(inner.nonlocals)
        names = {name for name in names if len(table.get(name, ())) == 1}
        names = {name for name in names if all(found is not None and name not in found for found in given)}
        if not names or not edges or any(edge.kind != "call" or edge.call is None for edge in edges):
            return
        calls = {(edge.source.path, edge.call.func.span) for edge in edges if edge.call is not None}
        spelt = {(dotted(edge.call.func) or "").rpartition(".")[2] for edge in edges if edge.call is not None}
        if spelt == {function.name} and self._mentioned(function) == len(calls):
            yield from names

    def _mentioned(self, function: Function) -> int:
        """How often code speaks of a function, imports under its own name left out."""
        if self._mentions is None:
            self._mentions = Counter(self._spoken())
        return self._mentions[function.name]

    def _spoken(self) -> Iterator[str]:
        for module in self._graph.modules.values():
            for unit in module.units():
                for site in module.sites(unit):
                    expr = site.place.expr
                    if isinstance(expr, Name):
                        yield expr.id
                    elif isinstance(expr, Attribute):
                        yield expr.attr
                    elif isinstance(expr, Literal) and isinstance(expr.value, str):
                        yield expr.value.rpartition(".")[2]
                for statement, _ in module.statements(unit):
                    if isinstance(statement, Import):
                        yield from (item.name for item in statement.names if item.alias not in (None, item.name))


def _needed(test: Expr) -> Iterator[str]:
    """The names that must hold something where a test holds."""
    if isinstance(test, Name):
        yield test.id
    elif isinstance(test, BoolOp) and test.op == "and":
        yield from _needed(test.left)
        yield from _needed(test.right)


def _is_off(parameter: Parameter) -> bool:
    default = parameter.default
    return isinstance(default, Literal) and (default.kind == "none" or default.value is False)
