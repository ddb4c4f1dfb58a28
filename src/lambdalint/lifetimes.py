"""Whether what one invocation makes may serve the next: who holds it, and what they do to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from lambdalint.catalog import consumers, keeping
from lambdalint.catalog.clients import Factory
from lambdalint.creations import Creation
from lambdalint.link.arguments import passed
from lambdalint.link.model import Site, Unit
from lambdalint.program import Program, Reach
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BoolOp,
    Call,
    Expr,
    IfExp,
    Literal,
    Name,
    Return,
    Stmt,
    Subscript,
    With,
)
from lambdalint.threads import threaded
from lambdalint.walk import children, dotted, expressions, root_name, statement_expressions

_DEPTH = 3
# What the methods of such an object return is an answer of its own.
_ANSWERING_KINDS = ("client", "http")
_CONTAINER_CHANGES = frozenset(("append", "extend", "insert", "clear", "pop", "remove", "setdefault", "update"))


class _Holder(NamedTuple):
    """A name of a unit that holds an object."""

    unit: Unit
    name: str


def lifetime_obstacle(program: Program, creation: Creation, expr: Expr, reach: Reach | None) -> str | None:
    """Why the object that an expression makes may not outlive the invocation; None when it may."""
    site, factory = creation.site, creation.factory
    if factory.is_async:
        return "an async client belongs to its event loop"
    if factory.path in keeping.NOT_REOPENED:
        return "a connection that the server has closed would not open again"
    if _is_awaited(site.place.statement, expr):
        return "it is awaited"
    is_unsafe = factory.kind in ("resource", "session")
    if is_unsafe and (site.unit in threaded(program) or (reach is not None and _is_handed_on(reach, site.unit))):
        return "a boto3 resource or session must not be shared between threads"
    names = _holding_names(site.place.statement, expr, factory)
    attributes = (*_attributes(site.place.statement, expr), *_kept_as(program, site.unit, names))
    for attribute in attributes:
        change = _attribute_change(program, creation, attribute)
        if change is not None:
            return change
    given = [holder for attribute in attributes for holder in _given_out(program, site.unit, attribute)]
    for holder in (*given, *_holders(program, site, expr, factory)):
        change = _change(program, holder, factory)
        if change is not None:
            return change
    return None


def _is_awaited(statement: Stmt, expr: Expr) -> bool:
    return any(
        isinstance(part, Await) and part.value is expr
        for head in statement_expressions(statement)
        for part in expressions(head)
    )


def _is_handed_on(reach: Reach, unit: Unit) -> bool:
    """Whether the trail to a unit goes through a function that something else calls, maybe on a thread of its own."""
    edge = reach.phases.invoke.get(unit)
    while edge is not None:
        if edge.kind == "callback":
            return True
        edge = reach.phases.invoke.get(edge.source)
    return False


# --- holders -------------------------------------------------------------------------------------


def bound_names(statement: Stmt, expr: Expr | None = None) -> tuple[str, ...]:
    """The names that a statement binds to its value; with `expr` only where that is the value."""
    if (
        not isinstance(statement, Assign)
        or statement.value is None
        or (expr is not None and statement.value is not expr)
    ):
        return ()
    return tuple(target.id for target in statement.targets if isinstance(target, Name))


def _taking_names(statement: Stmt, expr: Expr) -> tuple[str, ...]:
    """The names that may get what an expression gives: `a = expr`, `a = expr if x else y`, `a = b or expr`."""
    is_taken = isinstance(statement, Assign) and any(value is expr for value in _choices(statement.value))
    return bound_names(statement) if is_taken else ()


def _choices(value: Expr | None) -> Iterator[Expr]:
    """What a value may be: the branches of a conditional expression, the operands of `or` and `and`, or itself."""
    if isinstance(value, IfExp):
        yield from (*_choices(value.body), *_choices(value.orelse))
    elif isinstance(value, BoolOp):
        yield from (*_choices(value.left), *_choices(value.right))
    elif value is not None:
        yield value


def _attributes(statement: Stmt, expr: Expr) -> tuple[str, ...]:
    if not isinstance(statement, Assign) or not any(value is expr for value in _choices(statement.value)):
        return ()
    return tuple(target.attr for target in statement.targets if isinstance(target, Attribute))


def _kept_as(program: Program, unit: Unit, names: tuple[str, ...]) -> Iterator[str]:
    """The attributes to which a unit assigns what some of its names hold."""
    for statement, _ in program.statements(unit):
        if isinstance(statement, Assign) and isinstance(statement.value, Name) and statement.value.id in names:
            yield from (target.attr for target in statement.targets if isinstance(target, Attribute))


def _holders(program: Program, site: Site, expr: Expr, factory: Factory) -> Iterator[_Holder]:
    """The names that hold what an expression makes: here, where the unit returns it, and where it is passed on."""
    unit, statement = site.unit, site.place.statement
    queue = [_Holder(unit, name) for name in _holding_names(statement, expr, factory)]
    if isinstance(statement, Return) and _holds(statement.value, expr, factory):
        queue += _received(program, unit)
    seen: set[_Holder] = set()
    depth = 0
    while queue and depth <= _DEPTH:
        found, queue = [holder for holder in dict.fromkeys(queue) if holder not in seen], []
        seen.update(found)
        for holder in found:
            yield holder
            queue += _passed_on(program, holder)
        depth += 1


def _holding_names(statement: Stmt, expr: Expr, factory: Factory) -> tuple[str, ...]:
    """The names that a statement, or an item of a `with` statement, gives to what an expression makes."""
    if isinstance(statement, With):
        items = (item for item in statement.items if _holds(item.context, expr, factory))
        return tuple(item.target.id for item in items if isinstance(item.target, Name))
    is_held = isinstance(statement, Assign) and _holds(statement.value, expr, factory)
    return bound_names(statement) if is_held else ()


def _holds(value: Expr | None, expr: Expr, factory: Factory) -> bool:
    """Whether a value is an expression, or a display or a call that holds it.

    The answer of a client's method holds no client; a cursor belongs to its connection, a table to its resource.
    """
    if value is None or value is expr:
        return value is expr
    if isinstance(value, Call) and isinstance(value.func, Attribute) and factory.kind in _ANSWERING_KINDS:
        return any(_holds(argument.value, expr, factory) for argument in value.arguments)
    return any(_holds(part, expr, factory) for part in children(value))


def _passed_on(program: Program, holder: _Holder) -> Iterator[_Holder]:
    """Where a name's value goes: to who calls the unit, and to parameters of what the unit calls."""
    for statement, _ in program.statements(holder.unit):
        if isinstance(statement, Return) and isinstance(statement.value, Name) and statement.value.id == holder.name:
            yield from _received(program, holder.unit)
    for edge in program.edges(holder.unit):
        if edge.call is None or not any(_is_name(given.value, holder.name) for given in edge.call.arguments):
            continue
        given = passed(edge, program.function(edge.target)) or {}
        for name, value in given.items():
            if _is_name(value.expr, holder.name):
                yield _Holder(edge.target, name)


def _received(program: Program, unit: Unit, seen: frozenset[Unit] = frozenset()) -> Iterator[_Holder]:
    """The names that callers bind to what a unit returns, at once or through callers that return it themselves.

    A `with` around the call counts as one named `with`.
    """
    for edge in program.callers(unit):
        statement = edge.site.place.statement
        if edge.call is None:
            continue
        if isinstance(statement, With) and any(
            closed is edge.call for item in statement.items for closed in _closed_by(item.context)
        ):
            yield _Holder(edge.source, "with")
            continue
        for name in _taking_names(statement, edge.call):
            yield _Holder(edge.source, name)
        is_returned = isinstance(statement, Return) and any(v is edge.call for v in _choices(statement.value))
        if is_returned and edge.source not in seen:
            yield from _received(program, edge.source, seen | {unit})


def _closed_by(context: Expr) -> Iterator[Expr]:
    """What a `with` item closes: its own value, or that which `closing` gets."""
    yield context
    if isinstance(context, Call) and (dotted(context.func) or "").rpartition(".")[2] == "closing":
        yield from (given.value for given in context.arguments)


def _is_name(expr: Expr, name: str) -> bool:
    return isinstance(expr, Name) and expr.id == name


# --- changes -------------------------------------------------------------------------------------


def _change(program: Program, holder: _Holder, factory: Factory) -> str | None:
    """What a unit does to an object that a later invocation would meet."""
    if holder.name == "with":
        return "a `with` block closes it"
    for statement, _ in program.statements(holder.unit):
        for target in statement.targets if isinstance(statement, Assign) else ():
            if isinstance(target, Attribute | Subscript) and root_name(target) == holder.name:
                return f"`{holder.name}` is changed after it is made"
        if isinstance(statement, With) and any(
            _is_name(closed, holder.name) for item in statement.items for closed in _closed_by(item.context)
        ):
            return "a `with` block closes it"
    for site in program.sites(holder.unit):
        method = _changing_method(site.place.expr, factory) or _deep_change(site.place.expr)
        if method is not None and root_name(method) == holder.name:
            return f"`{dotted(method) or holder.name}` changes or closes it"
        if _goes_to_process(program, site, holder.name):
            return "a process of its own gets it, and would share its connections"
        if factory.kind == "http" and _stops_at_redirect(site.place.expr, holder.name):
            return "a request stops at a redirect, which cookies that it keeps may change"
    return None


def _goes_to_process(program: Program, site: Site, name: str) -> bool:
    """Whether a name's value is handed to a process that a call starts."""
    call = site.place.expr
    if not isinstance(call, Call) or not any(_is_name(e, name) for a in call.arguments for e in expressions(a.value)):
        return False
    known = (consumers.find(value.path) for value in program.external(call.func, site.scope))
    return any(one is not None and one.when == "process" for one in known)


def _stops_at_redirect(expr: Expr, name: str) -> bool:
    """Whether a request by a name's value wants the redirect itself, as logging in does."""
    if not isinstance(expr, Call) or not isinstance(expr.func, Attribute) or root_name(expr.func) != name:
        return False
    stops = (given.value for given in expr.arguments if given.keyword in ("allow_redirects", "follow_redirects"))
    return any(isinstance(value, Literal) and value.value is False for value in stops)


def _deep_change(expr: Expr) -> Attribute | None:
    """The method by which a call changes a list or a dictionary inside an object: `session.a.b.append(…)`."""
    func = expr.func if isinstance(expr, Call) else None
    is_deep = isinstance(func, Attribute) and isinstance(func.value, Attribute) and func.attr in _CONTAINER_CHANGES
    return func if is_deep and isinstance(func, Attribute) else None


def _changing_method(expr: Expr, factory: Factory) -> Attribute | None:
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and keeping.changes(factory, expr.func.attr):
        return expr.func
    return None


# --- attributes ----------------------------------------------------------------------------------


def _attribute_change(program: Program, creation: Creation, attribute: str) -> str | None:
    """What some code of the class, or of the modules that make its objects, does to an attribute's value."""
    paths = _concerned(program, creation.site.unit)
    for path in sorted(paths):
        for site, chain in _chains(program, path):
            if chain.attr != attribute:
                continue
            if isinstance(site.place.statement, With):
                if any(item.context is chain for item in site.place.statement.items):
                    return "a `with` block closes it"
            if _is_changed_at(site, chain, creation.factory):
                return f"`{dotted(chain) or attribute}` is changed or closed after it is made"
    return None


def _given_out(program: Program, unit: Unit, attribute: str) -> Iterator[_Holder]:
    """The names that hold what some method of a unit's module returns of an attribute: `return self.handle`."""
    for other in program.modules[unit.path].units():
        for statement, _ in program.statements(other):
            value = statement.value if isinstance(statement, Return) else None
            if isinstance(value, Attribute) and value.attr == attribute:
                yield from _received(program, other)


def _concerned(program: Program, unit: Unit) -> set[str]:
    """The files of a method's class and of those that make objects of it or inherit from it."""
    found = {unit.path}
    for edge in program.callers(unit):
        found.add(edge.source.path)
    return found


def _is_changed_at(site: Site, chain: Attribute, factory: Factory) -> bool:
    """Whether a statement stores below an attribute's value, or calls a method on it that changes it."""
    statement = site.place.statement
    for target in statement.targets if isinstance(statement, Assign) else ():
        inner: Expr = target
        while isinstance(inner, Attribute | Subscript):
            inner = inner.value
            if inner is chain:
                return True
    for head in statement_expressions(statement):
        for part in expressions(head):
            method = _changing_method(part, factory)
            below: Expr | None = method
            while isinstance(below, Attribute | Subscript):
                below = below.value
                if below is chain:
                    return True
    return False


_CHAINS: WeakKeyDictionary[Program, dict[str, tuple[tuple[Site, Attribute], ...]]] = WeakKeyDictionary()


def _chains(program: Program, path: str) -> tuple[tuple[Site, Attribute], ...]:
    """Every attribute that a file reads or stores below."""
    known = _CHAINS.setdefault(program, {})
    if path not in known:
        module = program.modules[path]
        known[path] = tuple(
            (site, site.place.expr)
            for unit in module.units()
            for site in module.sites(unit)
            if isinstance(site.place.expr, Attribute)
        )
    return known[path]


_NAMES: WeakKeyDictionary[Program, frozenset[str]] = WeakKeyDictionary()


def attribute_names(program: Program) -> frozenset[str]:
    """The names of all attributes that some file reads, calls or stores below."""
    if program not in _NAMES:
        _NAMES[program] = frozenset(chain.attr for path in program.loaded for _, chain in _chains(program, path))
    return _NAMES[program]
