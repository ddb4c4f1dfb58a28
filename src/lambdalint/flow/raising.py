"""Exceptions: what their messages hold, where they are caught, and which of them leave the function."""

from __future__ import annotations

import builtins
from abc import abstractmethod
from typing import Any

from lambdalint.flow import values as v
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.state import State, merge
from lambdalint.flow.storing import Storing
from lambdalint.flow.values import UNKNOWN, Value
from lambdalint.link.model import ClassValue
from lambdalint.summary import Assert, Attribute, Call, Display, ExceptHandler, Expr, Name, Raise, Stmt, Try
from lambdalint.walk import Frame

_BROAD = frozenset(("Exception", "BaseException"))


class Raising(Storing):
    """Interprets what raises and what catches; `escaped` are the exceptions that leave the unit, by class name."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.escaped: dict[str, Value] = {}
        self._raised: list[dict[str, Value]] = []

    @abstractmethod
    def block(self, body: tuple[Stmt, ...], state: State | None, frames: tuple[Frame, ...]) -> State | None:
        """Interpret statements one after the other."""

    def note_raised(self, name: str, value: Value) -> None:
        """An exception of a class is raised here whose message holds a value: the innermost `try` may catch it."""
        if v.flatten(value):
            held = self._raised[-1] if self._raised else self.escaped
            held[name] = v.bounded(v.join(held[name], value)) if name in held else value

    def as_raise(self, statement: Raise, frames: tuple[Frame, ...]) -> State | None:
        """`raise`: what the exception is given is in its message."""
        exception = statement.exception
        if exception is None:
            for name, value in self.caught.items():
                self.note_raised(name, value)
            return None
        value = self.value(exception)
        if isinstance(exception, Call | Name):
            given = [argument.value for argument in exception.arguments] if isinstance(exception, Call) else [exception]
            shown = tuple(Shown(part, self.value(part)) for part in given)
            self.engine.note_sink(Sink("raise", self.unit, self.scope, exception, statement, frames, shown))
            if not self._formats_itself(exception):
                told = v.join(*(part.value for part in shown)) if isinstance(exception, Call) and shown else value
                self.note_raised(_last(exception.func if isinstance(exception, Call) else exception), told)
        return None

    def _formats_itself(self, exception: Expr) -> bool:
        """Whether a class of the project decides what its message holds."""
        raised = exception.func if isinstance(exception, Call) else exception
        resolver = self.engine.resolver
        return any(
            isinstance(found, ClassValue)
            and any(resolver.method(found, name) is not None for name in ("__init__", "__str__"))
            for found in resolver.resolve(raised, self.scope)
        )

    def as_assert(self, statement: Assert, frames: tuple[Frame, ...]) -> State | None:
        """`assert`: its message is that of an exception."""
        self.value(statement.test)
        before = self.state.checked
        if statement.message is not None:
            lacking = self.state.lacking
            self.state.lacking |= self.lacks(statement.test, False)
            shown = (Shown(statement.message, self.value(statement.message)),)
            failed = Name(statement.message.span, "AssertionError")
            self.engine.note_sink(Sink("raise", self.unit, self.scope, failed, statement, frames, shown))
            self.note_raised("AssertionError", shown[0].value)
            self.state.lacking = lacking
        self.state.checked = before | self.checks(statement.test, True)
        return self.state

    def as_try(self, statement: Try, frames: tuple[Frame, ...]) -> State | None:
        """`try`: a handler may begin at any point of the body, and holds what was raised there."""
        inner = (*frames, Frame(statement, "body"))
        state: State | None = self.state
        points: list[State | None] = [self.state.copy()]
        self._raised.append({})
        for child in statement.body:
            if state is None:
                break
            state = self.block((child,), state, inner)
            points.append(None if state is None else state.copy())
        raised = self._raised.pop()
        ends: list[State | None] = []
        entry = merge(points)
        outer = self.caught
        for nth, handler in enumerate(statement.handlers):
            start = None if entry is None else entry.copy()
            self.caught = {name: raised.pop(name) for name in tuple(raised) if _catches(handler, name)}
            if start is not None and handler.name is not None:
                start.values[handler.name] = v.join(*self.caught.values()) if self.caught else UNKNOWN
            ends.append(self.block(handler.body, start, (*frames, Frame(statement, "handler", nth))))
        self.caught = outer
        for name, value in raised.items():
            self.note_raised(name, value)
        ends.append(self.block(statement.orelse, state, (*frames, Frame(statement, "orelse"))))
        found = merge(ends)
        if not statement.finalbody:
            return found
        final = (*frames, Frame(statement, "final"))
        if found is None:
            self.block(statement.finalbody, merge(points), final)
            return None
        return self.block(statement.finalbody, found, final)


def _catches(handler: ExceptHandler, raised: str) -> bool:
    """Whether an except clause surely takes an exception of a class."""
    if handler.type is None:
        return True
    kind = getattr(builtins, raised, None)
    bases = {base.__name__ for base in kind.__mro__} if isinstance(kind, type) else set()
    types = handler.type.items if isinstance(handler.type, Display) else (handler.type,)
    return not (_BROAD | bases | {raised}).isdisjoint(map(_last, types))


def _last(expr: Expr) -> str:
    if isinstance(expr, Attribute):
        return expr.attr
    return expr.id if isinstance(expr, Name) else ""
