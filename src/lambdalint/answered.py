"""Whether a part of a value is what an AWS service or a database answered: it may hold decimals, dates and bytes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from lambdalint.aws import client_call
from lambdalint.catalog import responses as known
from lambdalint.kinds import Kinds, Term
from lambdalint.link.model import External, FunctionValue, Scope, Unit
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Call, Expr, Name, Subscript
from lambdalint.walk import children

_PLAIN = frozenset(("str", "number", "bool", "none"))
_MOST = 500


class AnsweredParts:
    """Follows the parts of a value to the calls that they come from."""

    def __init__(self, program: Program, kinds: Kinds) -> None:
        self._program = program
        self._kinds = kinds

    def any_in(self, value: Term) -> bool:
        """Whether a part of a value comes from such an answer."""
        queue = deque([value])
        seen: set[tuple[int, Scope]] = set()
        while queue and len(seen) < _MOST:
            term = queue.popleft()
            key = (id(term.expr), term.scope)
            if key in seen or self._kinds.of(term) <= _PLAIN:
                continue
            seen.add(key)
            expr = term.expr
            if isinstance(expr, Call):
                values = self._program.resolve(expr.func, term.scope)
                if self._is_answer(expr, values):
                    return True
                if self._is_plain(expr, values):
                    continue
                for found in values:
                    if isinstance(found, FunctionValue):
                        queue.extend(self._kinds.returned(found, term, expr))
            elif isinstance(expr, Name):
                queue.extend(self._meant(term, expr))
            queue.extend(term._replace(expr=part) for part in children(expr))
        return False

    def _is_answer(self, call: Call, values: tuple[object, ...]) -> bool:
        if isinstance(call.func, Attribute) and call.func.attr in known.ROW_METHODS:
            return True
        calls = (client_call(self._program.resolver, value) for value in values if isinstance(value, External))
        return any(found is not None and found.method not in known.TEXT_OPERATIONS for found in calls)

    def _is_plain(self, call: Call, values: tuple[object, ...]) -> bool:
        """Whether a call gives text, or what JSON held."""
        if isinstance(call.func, Attribute) and call.func.attr in known.TEXT_METHODS | known.TEXT_OPERATIONS:
            return True
        return bool(values) and all(isinstance(v, External) and v.path in known.JSON_LOADS for v in values)

    def _meant(self, term: Term, name: Name) -> Iterator[Term]:
        """What a name may hold, and what its function puts into that."""
        module = self._program.modules[term.scope.path]
        home, bindings = module.bindings(term.scope, name.id, name.span)
        for binding in bindings:
            if binding.kind == "parameter":
                yield from self._passed(term, binding.scope, name.id)
            elif binding.value is not None:
                yield Term(binding.value, binding.scope, term.given if binding.scope == term.scope else {})
        if home is not None and home == term.scope and home.kind == "function":
            for part in self._put_in(Unit(home.path, home.number), name.id):
                yield term._replace(expr=part)

    def _passed(self, term: Term, scope: Scope, name: str) -> Iterator[Term]:
        """What a parameter is given: by the call that was followed, else by all calls."""
        if scope == term.scope and name in term.given:
            yield term.given[name]
            return
        for edge in self._program.callers(Unit(scope.path, scope.number)):
            if edge.call is not None:
                given = self._kinds.passed(edge.function, Term(edge.call, edge.site.scope, {}), edge.call)
                if name in given:
                    yield given[name]

    def _put_in(self, unit: Unit, name: str) -> Iterator[Expr]:
        for _, call in self._program.sites_of(unit, Call):
            func = call.func
            if isinstance(func, Attribute) and func.attr in known.FILLING_METHODS and _root(func.value) == name:
                yield from (argument.value for argument in call.arguments)
        for statement, _ in self._program.statements(unit):
            if isinstance(statement, Assign) and statement.value is not None:
                if any((isinstance(t, Subscript) or statement.op) and _root(t) == name for t in statement.targets):
                    yield statement.value


def _root(expr: Expr) -> str | None:
    """The name whose items an expression is about."""
    while isinstance(expr, Subscript):
        expr = expr.value
    return expr.id if isinstance(expr, Name) else None
