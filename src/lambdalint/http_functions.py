"""Whether a function answers HTTP requests: what its template, its code and its module say."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import http as known
from lambdalint.catalog.apps import framework
from lambdalint.handlers import Handler
from lambdalint.link.model import Scope, Unit
from lambdalint.parameters import EVENT, Passed, handler_parameters
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import (
    BoolOp,
    Call,
    Compare,
    Expr,
    If,
    IfExp,
    Literal,
    Name,
    Raise,
    Return,
    UnaryOp,
)
from lambdalint.walk import dotted, expressions, key_read

_BODY = "body"
_KEYS = known.REQUEST_KEYS | {known.RECORDS_KEY}


class HttpFunctions:
    """Tells which handlers answer HTTP."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._event = Passed(program, EVENT)

    def answers(self, phases: HandlerPhases) -> bool:
        """Whether something says that a handler's answer goes to API Gateway, a function URL or a load balancer."""
        events = {kind for declared in phases.handler.declared for kind in declared.events}
        if known.INTEGRATION_EVENT in events:
            return False
        if not known.HTTP_EVENTS.isdisjoint(events):
            return True
        if self._has_http_type(phases.handler) or self._stands_beside_resolver(phases.handler):
            return True
        read = {key for unit in self._program.running.invoked(phases) for key in self._keys_read(unit)}
        asked = known.REQUEST_KEYS & read
        if not asked or known.RECORDS_KEY in read:
            return False
        return asked != {_BODY} or not any(self._takes_mapping(unit) for unit in self._program.running.invoked(phases))

    def _takes_mapping(self, unit: Unit) -> bool:
        """Whether a unit asks which type the event's body has, and goes on where it is no text.

        The body of an HTTP request is always a text; who sends a dictionary invokes the function directly.
        """
        for site in self._program.sites(unit):
            if isinstance(site.place.expr, IfExp) and self._asks_text(site.place.expr.test, site.scope) is not None:
                return True
        for statement, _ in self._program.statements(unit):
            if not isinstance(statement, If):
                continue
            is_text = self._asks_text(statement.test, self._program.scope(unit))
            branch = statement.orelse if is_text else statement.body
            if is_text is not None and not (branch and isinstance(branch[-1], Return | Raise)):
                return True
        return False

    def _asks_text(self, test: Expr, scope: Scope) -> bool | None:
        """Whether a test asks if the event's body is a text (or if it is a dictionary: false); None when neither."""
        if isinstance(test, UnaryOp) and test.op == "not":
            inner = self._asks_text(test.operand, scope)
            return None if inner is None else not inner
        if isinstance(test, BoolOp):
            found = (self._asks_text(side, scope) for side in (test.left, test.right))
            return next((asked for asked in found if asked is not None), None)
        if not isinstance(test, Call) or len(test.arguments) != 2 or dotted(test.func) != "isinstance":
            return None
        owner, types = (given.value for given in test.arguments)
        if not self._is_body(owner, scope):
            return None
        names = {part.id for part in expressions(types) if isinstance(part, Name)}
        if "str" in names:
            return True
        return False if "dict" in names else None

    def _is_body(self, expr: Expr, scope: Scope) -> bool:
        """Whether an expression reads the event's body, or is a name that is given it somewhere."""
        module = self._program.modules.get(scope.path)
        if isinstance(expr, Name) and module is not None:
            bindings = module.table(scope).get(expr.id, ())
            return any(
                binding.kind == "value" and binding.value is not None and self._reads_body(binding.value, binding.scope)
                for binding in bindings
            )
        return self._reads_body(expr, scope)

    def _reads_body(self, expr: Expr, scope: Scope) -> bool:
        owner, key = _key_read(expr)
        return owner is not None and key == _BODY and self._event.is_argument(owner, scope)

    def _keys_read(self, unit: Unit) -> Iterator[object]:
        """The literal keys that a unit reads of the event, or asks it for."""
        for site in self._program.sites(unit):
            expr = site.place.expr
            owner, key = _key_read(expr)
            if isinstance(expr, Compare) and expr.ops in (("in",), ("not in",)) and isinstance(expr.left, Literal):
                if expr.left.value == known.RECORDS_KEY:  # whether another key is there says nothing
                    owner, key = expr.comparators[0], expr.left.value
            if owner is not None and key in _KEYS and self._event.is_argument(owner, site.scope):
                yield key

    def _has_http_type(self, handler: Handler) -> bool:
        """Whether the event is annotated as an HTTP event, or a decorator makes it one."""
        if handler.unit.number < 0:
            return False
        program, function = self._program, self._program.function(handler.unit)
        scope = program.resolver.definition_scope(handler.unit.path, function)
        parts: list[Expr] = [p.annotation for p in handler_parameters(program, handler.unit)[:1] if p.annotation]
        for decorator in function.decorators:
            if isinstance(decorator, Call):
                parts += [given.value for given in decorator.arguments]
        paths = {path for part in parts for path in program.paths(part, scope)}
        return any(path.rpartition(".")[2] in known.HTTP_EVENT_TYPES for path in paths)

    def _stands_beside_resolver(self, handler: Handler) -> bool:
        """Whether the handler's module makes a Powertools resolver of HTTP requests."""
        unit = Unit(handler.path, -1)
        return any(
            (found := framework(value.path)) is not None
            and found.name == known.RESOLVERS
            and value.path in found.constructors
            for _, _, values in self._program.calls(unit)
            for value in values
        )


def _key_read(expr: Expr) -> tuple[Expr | None, object]:
    """What an expression reads a literal key of, and the key: of `event["body"]` and `event.get("body")`."""
    holder, key = key_read(expr) or (None, None)
    return (holder, key.value) if isinstance(key, Literal) else (None, None)
