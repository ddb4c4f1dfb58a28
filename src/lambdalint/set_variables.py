"""Environment variables that invocations set, and that what would be kept is made from: a kept one would not follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.creations import Construction, Creation, calls_inside
from lambdalint.environment import LOADERS, Change, changes, changes_nothing, is_off_lambda, variable_read
from lambdalint.link.constants import definition
from lambdalint.link.model import Scope, Site, Unit
from lambdalint.makers import is_maker
from lambdalint.movable import Plan
from lambdalint.origin import Origin
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Call, Expr, If, Literal, Name
from lambdalint.walk import expressions
from lambdalint.whole_makers import whole_maker

_SAME_EACH_TIME = LOADERS | {"os.environ.setdefault"}
_PLAIN = frozenset(("str", "int", "os.getenv", "os.environ.get"))


def variable_obstacle(program: Program, creation: Creation, expr: Expr, plan: Plan) -> str | None:
    """Why what an expression makes by a plan may not be kept: an invocation sets a variable that is read for it."""
    unit = creation.site.unit
    if whole_maker(program, creation) is not None or is_maker(program, unit, expr, plan):
        return _told(program, unit, _running(program, [unit]))
    return _told(program, unit, _moving(program, unit, expr, plan))


def object_obstacle(program: Program, construction: Construction, expr: Expr, plan: Plan) -> str | None:
    """The same of an object that an expression makes, whose constructor runs but once then."""
    edge = construction.edge
    inside = {edge.target, *(site.unit for site, _ in calls_inside(program, edge, construction.reach.phases))}
    sites = (site for unit in inside for site in program.sites(unit))
    return _told(program, edge.source, (*_moving(program, edge.source, expr, plan), *sites))


def _told(program: Program, unit: Unit, sites: Iterable[Site]) -> str | None:
    """Why some of the places where something is made rule out keeping it: they read what invocations set."""
    found = _set_anew(program, unit)
    read = sorted({name for site in sites if (name := variable_read(program, site)) is not None}) if found else []
    for name in read:
        if name in found:
            return f"an invocation sets `{name}`, which it is made from"
    return f"an invocation sets variables, maybe `{read[0]}`, which it is made from" if read and None in found else None


# --- what is set ---------------------------------------------------------------------------------


class _SetAnew(dict[Unit, frozenset[str | None]]):
    """The variables that invocations of handlers set, by the handlers' units, as a program keeps them."""


def _set_anew(program: Program, unit: Unit) -> frozenset[str | None]:
    """The variables that invocations which run a unit set, each maybe to something else; None for unknown names."""
    known: _SetAnew = program.memo.setdefault(_SetAnew, _SetAnew())
    found = frozenset[str | None]()
    for phases in program.phases.handlers:
        if unit not in phases.invoke:
            continue
        if phases.handler.unit not in known:
            every = changes(program, phases.invoke)
            known[phases.handler.unit] = frozenset(one.name for one in every if _is_anew(program, one))
        found |= known[phases.handler.unit]
    return found


def _is_anew(program: Program, change: Change) -> bool:
    """Whether a change may give a variable another value on another invocation.

    A file of settings says the same each time, and what is set only where it is missing is set once.
    """
    site, call = change.site, change.site.place.expr
    if isinstance(call, Call) and not _SAME_EACH_TIME.isdisjoint(program.paths(call.func, site.scope)):
        return False
    if changes_nothing(program, change) or not program.runs_on_lambda(site) or is_off_lambda(program, site):
        return False
    tests = (frame.node.test for frame in site.place.frames if isinstance(frame.node, If) and frame.branch != "test")
    if any(isinstance(part, Literal) and part.value == change.name for test in tests for part in expressions(test)):
        return False
    return change.value is None or not _is_steady(program, change.value, site.scope)


def _is_steady(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an expression gives the same on every invocation: what is fetched or computed anew may not."""
    if program.origins.of(expr, scope) is not Origin.FIXED:
        return False
    queue = [(expr, scope)]
    while queue:
        current, home = queue.pop()
        for part in expressions(current):
            if isinstance(part, Call) and _PLAIN.isdisjoint(program.paths(part.func, home)):
                return False
            if isinstance(part, Name) and program.modules[home.path].lookup_scope(home, part.id) == home != _top(home):
                found = definition(program.resolver, part, home)
                if found is None:
                    return False
                queue.append(found)
    return True


def _top(scope: Scope) -> Scope:
    return Scope(scope.path, "module", -1)


# --- what is read --------------------------------------------------------------------------------


def _moving(program: Program, unit: Unit, expr: Expr, plan: Plan) -> Iterator[Site]:
    """The places that run but once where an expression moves by a plan; what is passed does not move."""
    made = [expr.span, *(needed.span for needed in plan.local)]
    passed = [span for one in plan.given for span in one.spans]

    def moves(span: Span) -> bool:
        return any(one.contains(span) for one in made) and not any(one.contains(span) for one in passed)

    yield from (site for site in program.sites(unit) if moves(site.place.expr.span))
    called = (edge.target for edge in program.edges(unit) if moves(edge.site.place.expr.span))
    yield from _running(program, called)


def _running(program: Program, units: Iterable[Unit]) -> Iterator[Site]:
    """The places of some units and of what they call; what is cached reads nothing anew in any case."""
    queue, seen = list(units), set[Unit]()
    while queue:
        unit = queue.pop()
        if unit in seen or (unit.number >= 0 and program.caches.condition(unit) is not None):
            continue
        seen.add(unit)
        yield from program.sites(unit)
        queue += (edge.target for edge in program.edges(unit))
