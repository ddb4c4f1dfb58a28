"""Which exceptions the code around a place handles, there and on the calls that lead to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from lambdalint.decorations import is_called_back, wrapped_calls
from lambdalint.link.model import ClassValue, Container, External, Scope, Site, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Call, Display, ExceptHandler, Expr, Raise, Try, With
from lambdalint.walk import Frame, dotted, statements

EVERYTHING = "BaseException"


def caught_names(program: Program, handler: ExceptHandler, scope: Scope) -> frozenset[str]:
    """The exceptions that an except clause names, by dotted path; BaseException for a bare one."""
    return frozenset((EVERYTHING,)) if handler.type is None else frozenset(_named(program, handler.type, scope))


def alternatives(program: Program, expr: Expr, scope: Scope) -> Iterator[frozenset[str]]:
    """For each exception of a clause's type the dotted paths that its name may stand for."""
    if isinstance(expr, Display):
        for item in expr.items:
            yield from alternatives(program, item, scope)
        return
    for value in program.resolve(expr, scope):
        if isinstance(value, Container) and isinstance(value.expr, Display):
            yield from alternatives(program, value.expr, value.scope)
            return
    yield frozenset(_named(program, expr, scope))


def _named(program: Program, expr: Expr, scope: Scope) -> Iterator[str]:
    if isinstance(expr, Display):
        for item in expr.items:
            yield from _named(program, item, scope)
        return
    values = program.resolve(expr, scope)
    for value in values:
        if isinstance(value, External):
            yield value.path
        elif isinstance(value, ClassValue):
            yield program.summary(value.path).classes[value.number].qualname
        elif isinstance(value, Container) and isinstance(value.expr, Display):
            yield from _named(program, value.expr, value.scope)
    if not values and (name := dotted(expr)) is not None:
        yield name


def is_caught(
    program: Program, frames: Iterable[Frame], scope: Scope, names: frozenset[str], *, passes_on: bool = True
) -> bool:
    """Whether a `try` or a `contextlib.suppress` among frames catches one of some exceptions.

    Names are compared whole and by their last part.  Without `passes_on` a clause that raises again does not count.
    """
    for frame in frames:
        node = frame.node
        if isinstance(node, Try) and frame.branch == "body":
            for handler in node.handlers:
                if _meets(caught_names(program, handler, scope), names) and (passes_on or not _raises_again(handler)):
                    return True
        elif isinstance(node, With) and frame.branch == "body":
            for item in node.items:
                if _suppresses(program, item.context, scope, names):
                    return True
    return False


def _meets(caught: frozenset[str], names: frozenset[str]) -> bool:
    return any(name in names or name.rpartition(".")[2] in names for name in caught)


def _raises_again(handler: ExceptHandler) -> bool:
    return any(isinstance(statement, Raise) for statement, _ in statements(handler.body))


def _suppresses(program: Program, context: Expr, scope: Scope, names: frozenset[str]) -> bool:
    if not isinstance(context, Call) or "contextlib.suppress" not in program.paths(context.func, scope):
        return False
    return any(_meets(frozenset(_named(program, given.value, scope)), names) for given in context.arguments)


class Exposed:
    """The places from which some exceptions reach the runtime or the framework: nothing on the way handles them."""

    def __init__(self, program: Program, names: frozenset[str], *, passes_on: bool = True) -> None:
        self._program = program
        self._names = names
        self._passes_on = passes_on
        self._units: dict[int, frozenset[Unit]] = {}

    def has(self, site: Site) -> bool:
        """Whether what a place raises leaves some handler that an invocation runs."""
        if is_caught(self._program, site.place.frames, site.scope, self._names, passes_on=self._passes_on):
            return False
        return any(site.unit in self._of(phases) for phases in self._program.phases.handlers)

    def _of(self, phases: HandlerPhases) -> frozenset[Unit]:
        found = self._units.get(id(phases))
        if found is None:
            found = self._units[id(phases)] = frozenset(self._walk(phases))
        return found

    def _walk(self, phases: HandlerPhases) -> set[Unit]:
        program = self._program
        invoked = program.running.invoked(phases)
        queue = deque(unit for unit, edge in invoked.items() if edge is None and not self._is_shielded(unit))
        found = set(queue)
        while queue:
            for edge in program.edges(queue.popleft()):
                site = edge.site
                if edge.target in found or edge.target not in invoked or not program.runs_on_lambda(site):
                    continue
                if self._is_shielded(edge.target):
                    continue
                if not is_caught(program, site.place.frames, site.scope, self._names, passes_on=self._passes_on):
                    found.add(edge.target)
                    queue.append(edge.target)
        return found

    def _is_shielded(self, unit: Unit) -> bool:
        """Whether a decorator of a function handles what that raises: each call of it in a wrapper, or a library."""
        if unit.number < 0 or not self._program.function(unit).decorators:
            return False
        if "Exception" in self._names and is_called_back(self._program, unit):
            return True
        return any(
            calls
            and all(
                is_caught(self._program, call.place.frames, call.scope, self._names, passes_on=self._passes_on)
                for call in calls
            )
            for calls in wrapped_calls(self._program, unit)
        )
