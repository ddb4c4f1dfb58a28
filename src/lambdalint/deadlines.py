"""Which calls wait for another machine without a limit: given in the call, by its client or for the whole process."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lambdalint.catalog import timeouts
from lambdalint.link.constants import constant
from lambdalint.link.model import External, Instance, Scope, Site
from lambdalint.program import Program
from lambdalint.remote import is_local, text_of
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Expr
from lambdalint.walk import argument, has_star

_REPLACED = frozenset(("request", "send", "get", "post", "put", "patch", "delete", "head", "options"))


class Deadlines:
    """What bounds the blocking calls of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def is_unbounded(self, site: Site, call: Call, value: External) -> bool:
        """Whether a call of an outside value may block for ever; False for calls that block on nobody."""
        row = timeouts.find(value.path)
        if row is None or has_star(call, "**") or has_star(call, "*"):
            return False
        if any(argument(call, keyword) is not None for keyword in timeouts.POOL_KEYWORDS):
            return False
        given = [expr for k in row.keywords if (expr := argument(call, k, row.position)) is not None]
        if given:
            return all(self._is_none(expr, site.scope) for expr in given)
        if row.has_default:
            return self._is_made_unbounded(value)
        return not self._is_bounded_elsewhere(site, call, value, row)

    def _is_none(self, expr: Expr | None, scope: Scope) -> bool:
        literal = constant(self._program.resolver, expr, scope)
        return literal is not None and literal.kind == "none"

    def _is_made_unbounded(self, value: External) -> bool:
        """Whether a client was made at INIT with `timeout=None`; one that an invocation makes speaks for itself."""
        made = value.base
        if made is None or made.call is None or made.scope is None or made.scope.kind == "function":
            return False
        return self._is_none(argument(made.call, "timeout"), made.scope)

    def _is_bounded_elsewhere(self, site: Site, call: Call, value: External, row: timeouts.Blocking) -> bool:
        resolver = self._program.resolver
        if timeouts.is_standard_library(row) and self._has_socket_default:
            return True
        if row.keywords == ("timeout",) and is_local(resolver, call, site.scope):
            return True
        keyword = timeouts.DSN_KEYWORD.get(row.path)
        dsn = argument(call, keyword, 0) if keyword is not None else None
        if dsn is not None and row.keywords[0] in text_of(resolver, dsn, site.scope):
            return True
        return isinstance(call.func, Attribute) and self._is_bounded_session(site, call.func.value, value.base)

    @cached_property
    def _has_socket_default(self) -> bool:
        """Whether the program sets a default timeout for sockets."""
        return any(
            given is not None and not self._is_none(given, site.scope)
            for site, call, values in self._calls()
            if any(value.path in timeouts.GLOBAL_BOUND for value in values)
            for given in (argument(call, "timeout", 0),)
        )

    def _is_bounded_session(self, site: Site, receiver: Expr, session: External | None) -> bool:
        """Whether a session is an object of the project, has an adapter of its own, or methods put in its place."""
        if any(isinstance(value, Instance) for value in self._program.resolve(receiver, site.scope)):
            return True
        return session is not None and _made_at(session) in self._changed_sessions

    @cached_property
    def _changed_sessions(self) -> frozenset[tuple[str, Span] | None]:
        """Where sessions are made that get a timeout adapter or another `request`."""
        found: set[tuple[str, Span] | None] = set()
        for site, call, values in self._calls():
            for value in values:
                if value.path.endswith("()." + timeouts.ADAPTER_METHOD) and self._is_own_adapter(site, call):
                    found.add(_made_at(value.base))
        for unit in self._program.running_units:
            scope = self._program.scope(unit)
            for statement, _ in self._program.statements(unit):
                for target in statement.targets if isinstance(statement, Assign) else ():
                    if isinstance(target, Attribute) and target.attr in _REPLACED:
                        found.update(_made_at(value) for value in self._program.external(target.value, scope))
        return frozenset(found - {None})

    def _is_own_adapter(self, site: Site, call: Call) -> bool:
        adapter = argument(call, "adapter", 1)
        if adapter is None:
            return True
        values = self._program.resolve(adapter, site.scope)
        return not values or any(getattr(value, "path", "") not in timeouts.PLAIN_ADAPTERS for value in values)

    def _calls(self) -> Iterator[tuple[Site, Call, tuple[External, ...]]]:
        for unit in self._program.running_units:
            yield from self._program.calls(unit)


def _made_at(value: External | None) -> tuple[str, Span] | None:
    """Where the call stands that made a value."""
    if value is None or value.call is None or value.scope is None:
        return None
    return value.scope.path, value.call.span
