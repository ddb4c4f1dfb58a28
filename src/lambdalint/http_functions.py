"""Whether a function answers HTTP requests: what its template, its code and its module say."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import http as known
from lambdalint.catalog.apps import framework
from lambdalint.handlers import Handler
from lambdalint.link.model import Unit
from lambdalint.parameters import EVENT, Passed, handler_parameters
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Compare, Expr, Literal, Subscript

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
        return not known.REQUEST_KEYS.isdisjoint(read) and known.RECORDS_KEY not in read

    def _keys_read(self, unit: Unit) -> Iterator[object]:
        """The literal keys that a unit reads of the event, or asks it for."""
        for site in self._program.sites(unit):
            expr = site.place.expr
            key: object = None
            owner: Expr | None = None
            if isinstance(expr, Subscript) and isinstance(expr.key, Literal):
                owner, key = expr.value, expr.key.value
            elif isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "get":
                first = expr.arguments[0].value if expr.arguments else None
                owner, key = expr.func.value, first.value if isinstance(first, Literal) else None
            elif isinstance(expr, Compare) and expr.ops in (("in",), ("not in",)) and isinstance(expr.left, Literal):
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
