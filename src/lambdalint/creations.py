"""Where INVOKE code makes clients, sessions, connections, pools and engines that it could keep."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import clients
from lambdalint.link.model import ClassValue, Edge, External, Scope, Site, Unit
from lambdalint.link.switches import NOTHING, contradict, truths
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program, Reach
from lambdalint.summary import (
    Assign,
    Attribute,
    BoolOp,
    Call,
    Compare,
    Expr,
    If,
    IfExp,
    Literal,
    Name,
    Stmt,
    UnaryOp,
)
from lambdalint.walk import Frame, in_except, is_literal_none, keyword_names

_TELLING = frozenset(("Logger", "Tracer", "Metrics", "EphemeralMetrics", "DatadogMetrics"))


class Creation(NamedTuple):
    """A call that makes something worth keeping; `value` is the factory."""

    site: Site
    call: Call
    factory: clients.Factory
    value: External


class Construction(NamedTuple):
    """INVOKE code that makes an object of a project class whose construction makes a client."""

    edge: Edge
    cls: ClassValue
    creation: Creation
    reach: Reach


def noun(creation: Creation) -> str:
    """What a creation makes, in one word: "client", "session", "pool"."""
    label = creation.factory.label
    return "client" if label.startswith("`") else label.rpartition(" ")[2].lower()


def creation_of(program: Program, site: Site, call: Call) -> Creation | None:
    """The creation that a call is, whether or not it could be kept."""
    values = program.external(call.func, site.scope)
    extra = frozenset(program.config.client_factories) if values else frozenset()
    for value in values:
        factory = clients.find(value.path, extra)
        if factory is not None and not _is_pooled(factory, call):
            return Creation(site, call, factory, value)
    return None


def _is_pooled(factory: clients.Factory, call: Call) -> bool:
    return bool(clients.POOLED_BY_KEYWORD.get(factory.path, frozenset()) & keyword_names(call.arguments))


def creations(program: Program) -> Iterator[tuple[Creation, Reach]]:
    """The creations that happen on every invocation where they stand, and could happen once instead."""
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for site, call in program.sites_of(unit, Call):
            found = creation_of(program, site, call)
            if found is None or (_only_tells(found) and in_except(site.place.frames)):
                continue
            reach = program.reach(site, direct=True)
            if reach is not None and is_keepable(program, found) and not _is_spoken_for(program, found):
                yield found, reach


def is_keepable(program: Program, creation: Creation) -> bool:
    """Whether a creation depends on nothing of the invocation, and is no fallback for an injected client."""
    site = creation.site
    return not is_fallback(program, site.unit, site.place.frames) and is_lasting(program, creation)


def is_lasting(program: Program, creation: Creation) -> bool:
    """Whether a creation depends on nothing of the invocation, a fallback or not."""
    site, call, factory, _ = creation
    given = program.origins.of_all((argument.value for argument in call.arguments), site.scope)
    if isinstance(call.func, Attribute):
        given = max(given, program.origins.of(call.func.value, site.scope))
        if _is_given(program, site.unit, call.func.value):
            return False
    for name in _bound(site.place.statement, call):
        given = max(given, program.origins.completion(call, name, site.scope))
    return given is Origin.FIXED and not (factory.is_async and _is_driven(program, site.unit))


def _bound(statement: Stmt, expr: Expr) -> Iterator[str]:
    """The names and the attributes that get what an expression makes."""
    if isinstance(statement, Assign) and statement.value is expr:
        for target in statement.targets:
            if isinstance(target, Name | Attribute):
                yield target.id if isinstance(target, Name) else target.attr


def _is_spoken_for(program: Program, creation: Creation) -> bool:
    """Whether the session that a client comes from is made in INVOKE code as well: one defect, the session speaks."""
    step = creation.value.base
    while step is not None:
        if step.path.endswith("()") and step.call is not None and step.scope is not None:
            if clients.find(step.path.removesuffix("()")) is not None:
                return _is_made_per_invocation(program, step)
        step = step.base
    return False


def _is_made_per_invocation(program: Program, made: External) -> bool:
    if made.scope is None or made.call is None or made.scope.kind != "function":
        return False
    unit = Unit(made.scope.path, made.scope.number)
    return any(site.place.expr is made.call and program.reach(site) is not None for site in program.sites(unit))


def _is_driven(program: Program, unit: Unit) -> bool:
    """Whether a unit is part of a coroutine that a new event loop drives on each invocation."""
    if not program.function(unit).is_async:
        return False
    return any(unit in phases.invoke and _runs_loop(program, phases) for phases in program.phases.handlers)


def _runs_loop(program: Program, phases: HandlerPhases) -> bool:
    for unit in phases.invoke:
        for _, _, values in program.calls(unit):
            for value in values:
                name = value.path.rpartition(".")[2]
                if value.path in clients.NEW_LOOP_RUNNERS or name == "run_until_complete":
                    return True
    return False


def is_fallback(program: Program, unit: Unit, frames: tuple[Frame, ...]) -> bool:
    """Whether code runs only where a parameter given from outside holds nothing."""
    return next(missing(program, unit, frames), None) is not None


def missing(program: Program, unit: Unit, frames: tuple[Frame, ...]) -> Iterator[str]:
    """The parameters that may be left out and without which code runs only.

    `injected or make()`, `client if client else make()`, and `if client is None:` for a parameter.
    """
    for frame in frames:
        node = frame.node
        if isinstance(node, BoolOp) and node.op == "or" and frame.branch == "right":
            asked = [node.left]
        elif isinstance(node, IfExp | If) and frame.branch in ("body", "orelse"):
            asked = list(_tested(node.test))
        else:
            continue
        yield from (part.id for part in asked if isinstance(part, Name) and _is_given(program, unit, part))


def _tested(test: Expr) -> Iterator[Expr]:
    """What a test asks to be there: `x`, `not x`, `x is None`, `x is not None`."""
    if isinstance(test, UnaryOp) and test.op == "not":
        yield from _tested(test.operand)
    elif isinstance(test, Compare) and len(test.ops) == 1 and test.ops[0] in ("is", "is not", "==", "!="):
        against = test.comparators[0]
        if is_literal_none(against):
            yield test.left
    elif isinstance(test, BoolOp):
        yield from _tested(test.left)
        yield from _tested(test.right)
    elif isinstance(test, Name | Attribute):
        yield test


def _is_given(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether an expression is a parameter of the unit that may be left out."""
    if isinstance(expr, Name):
        function = program.function(unit)
        return any(p.name == expr.id and p.default is not None for p in function.parameters)
    return False


def constructions(program: Program) -> Iterator[Construction]:
    """Objects made in INVOKE code whose construction makes a client; the outermost one of nested constructions."""
    seen: set[tuple[Unit, int]] = set()
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for edge in program.edges(unit):
            key = (unit, id(edge.site.place.expr))
            if edge.kind != "construct" or edge.cls is None or key in seen:
                continue
            reach = program.reach(edge.site, direct=True)
            if reach is None or program.phases.is_singleton(edge.cls):
                continue
            if is_fallback(program, unit, edge.site.place.frames):
                continue
            found = next(_unspoken(program, edge, reach.phases), None)
            if found is None or _is_for_invocation(program, edge, reach.phases):
                continue
            if not (found.factory.is_async and _is_driven(program, unit)):
                seen.add(key)
                yield Construction(edge, edge.cls, found, reach)


def creations_inside(program: Program, construction: Construction) -> Iterator[Creation]:
    """Every creation that a construction runs, other than behind a memo and from a session that it makes as well."""
    return _unspoken(program, construction.edge, construction.reach.phases)


def is_spread(program: Program, construction: Construction) -> bool:
    """Whether what a construction makes is made in several places: a session in its class, clients in its parts."""
    made = [f for f in _made_inside(program, construction.edge, construction.reach.phases) if not _only_tells(f)]
    own = {cls for cls in program.resolver.ancestry(construction.cls) if isinstance(cls, ClassValue)}
    classes = (ClassValue(f.site.unit.path, program.function(f.site.unit).cls) for f in made)
    return len({None if cls in own else f.site.unit for f, cls in zip(made, classes, strict=True)}) > 1


def _unspoken(program: Program, edge: Edge, phases: HandlerPhases) -> Iterator[Creation]:
    inside = (found for found in _made_inside(program, edge, phases) if is_keepable(program, found))
    return (found for found in inside if not _is_spoken_for(program, found) and not _only_tells(found))


def _only_tells(creation: Creation) -> bool:
    """Whether a creation is a logger, a tracer or metrics: no client that makes an object worth keeping."""
    return creation.factory.kind == "powertools" and creation.factory.path.rpartition(".")[2] in _TELLING


def _is_for_invocation(program: Program, edge: Edge, phases: HandlerPhases) -> bool:
    """Whether an object is made for what comes with the invocation, such as an account, and has a client of that.

    The session and the STS client that it takes to get there are not worth keeping for their own sake.
    """
    given = (
        program.origins.of_all((argument.value for argument in edge.call.arguments), edge.site.scope)
        if edge.call
        else None
    )
    if given is not Origin.INVOCATION:
        return False
    made = list(_made_inside(program, edge, phases))
    rest = [found for found in made if is_keepable(program, found)]
    return len(rest) < len(made) and all(_is_session(found) or _is_spoken_for(program, found) for found in rest)


def _is_session(creation: Creation) -> bool:
    first = creation.call.arguments[0].value if creation.call.arguments else None
    return creation.factory.kind == "session" or (isinstance(first, Literal) and first.value == "sts")


def _made_inside(program: Program, edge: Edge, phases: HandlerPhases) -> Iterator[Creation]:
    """The creations that a constructor runs other than behind a memo, the nearest first."""
    for site, call in calls_inside(program, edge, phases):
        found = creation_of(program, site, call)
        if found is not None:
            yield found


def calls_inside(program: Program, edge: Edge, phases: HandlerPhases) -> Iterator[tuple[Site, Call]]:
    """The calls that a constructor makes other than behind a memo, the nearest first."""
    queue = deque([(edge, NOTHING)] if edge.target in phases.invoke else [])  # a cached factory is in no invocation
    seen = {edge.target}
    while queue:
        way, outer = queue.popleft()
        unit = way.target
        told = truths(way, program.modules[unit.path], outer) if unit.number >= 0 else NOTHING
        for site, call in program.sites_of(unit, Call):
            if not program.phases.is_memoized(site, phases) and not contradict(site.place.frames, told):
                yield site, call
        for inner in program.edges(unit):
            if inner.target not in seen and inner.target in phases.invoke and inner.kind != "callback":
                is_run = not contradict(inner.site.place.frames, told)
                if is_run and not program.phases.is_memoized(inner.site, phases):
                    seen.add(inner.target)
                    queue.append((inner, told))


def cast_value(program: Program, call: Call, scope: Scope) -> Expr | None:
    """What `typing.cast` is told the type of, None for any other call."""
    is_cast = len(call.arguments) == 2 and "typing.cast" in program.paths(call.func, scope)
    return call.arguments[1].value if is_cast else None
