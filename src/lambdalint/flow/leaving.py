"""Which values leave Lambda: what handlers and routes return, and the messages of exceptions that nobody catches."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from lambdalint.catalog import apps
from lambdalint.link.model import ClassValue, Edge, FunctionValue, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Display, ExceptHandler, Expr, Name, Raise, Try
from lambdalint.walk import Frame, statements

_BROAD = frozenset(("Exception", "BaseException"))


def answering_units(program: Program) -> dict[Unit, HandlerPhases]:
    """The functions whose returned value is an answer: handlers, what wraps them, and routes."""
    found: dict[Unit, HandlerPhases] = {}
    for phases in program.phases.handlers:
        handler = phases.handler.unit
        own = {handler}
        if handler.number >= 0:
            own |= {Unit(w.path, w.number) for w in program.resolver.wrappers(*handler)}
        for unit, edge in phases.invoke.items():
            if edge is None and unit.number >= 0 and (unit in own or _is_route(program, unit)):
                found.setdefault(unit, phases)
    return found


def _is_route(program: Program, unit: Unit) -> bool:
    for path in program.resolver.decorator_paths(FunctionValue(unit.path, unit.number)):
        owner, _, method = path.removesuffix("()").rpartition(".")
        framework = apps.framework(owner.removesuffix("()"))
        if framework is not None and method in framework.routes:
            return True
    return False


def leaves(program: Program, unit: Unit, frames: tuple[Frame, ...], exception: Expr) -> HandlerPhases | None:
    """A handler that an exception raised at a place leaves with its message; None where it is caught on the way."""
    for phases in program.phases.handlers:
        if unit in phases.invoke and not any(
            _catches(program, unit, around, exception) for around in _ways_out(phases, unit, frames)
        ):
            return phases
    return None


def _ways_out(phases: HandlerPhases, unit: Unit, frames: tuple[Frame, ...]) -> Iterator[tuple[Frame, ...]]:
    """The constructs around a place, and around each call on the way from the handler to it."""
    yield frames
    edge: Edge | None = phases.invoke.get(unit)
    while edge is not None:
        yield edge.site.place.frames
        edge = phases.invoke.get(edge.source)


def _catches(program: Program, unit: Unit, frames: tuple[Frame, ...], exception: Expr) -> bool:
    for frame in frames:
        if isinstance(frame.node, Try) and frame.branch == "body":
            for handler in frame.node.handlers:
                if _matches(program, unit, handler, exception):
                    return not _raises_again(handler)
    return False


def _raises_again(handler: ExceptHandler) -> bool:
    return any(
        isinstance(statement, Raise) and statement.exception is None for statement, _ in statements(handler.body)
    )


def _matches(program: Program, unit: Unit, handler: ExceptHandler, exception: Expr) -> bool:
    """Whether an except clause may take an exception; a class of which nothing is known may."""
    if handler.type is None:
        return True
    raised = exception.func if isinstance(exception, Call) else exception
    ancestors = _ancestors(program, unit, raised)
    types = handler.type.items if isinstance(handler.type, Display) else (handler.type,)
    return any(_last(kind) in _BROAD or _last(kind) in ancestors for kind in types)


def _ancestors(program: Program, unit: Unit, raised: Expr) -> frozenset[str]:
    """The names of an exception's class and of its bases."""
    found = {_last(raised)}
    for value in program.resolve(raised, program.scope(unit)):
        if isinstance(value, ClassValue):
            for ancestor in program.resolver.ancestry(value):
                if isinstance(ancestor, ClassValue):
                    found.add(program.summary(ancestor.path).classes[ancestor.number].name)
                else:
                    found.add(ancestor.path.rpartition(".")[2])
    for name in tuple(found):
        builtin = getattr(builtins, name, None)
        if isinstance(builtin, type) and issubclass(builtin, BaseException):
            found.update(base.__name__ for base in builtin.__mro__)
    return frozenset(found)


def _last(expr: Expr) -> str:
    if isinstance(expr, Attribute):
        return expr.attr
    return expr.id if isinstance(expr, Name) else ""
