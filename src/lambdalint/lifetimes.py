"""Whether what one invocation makes may serve the next: who holds it, and what they do to it."""

from __future__ import annotations

from lambdalint.catalog import consumers, keeping
from lambdalint.catalog.clients import Factory
from lambdalint.connections import connection_obstacle
from lambdalint.creations import Creation
from lambdalint.holders import Holder, attributes_of, chains, closed_by, concerned, holders_of, is_name
from lambdalint.kept_requests import NOT_REOPENED, request_obstacle
from lambdalint.link.model import Site, Unit
from lambdalint.program import Program, Reach
from lambdalint.summary import Assign, Attribute, Await, Call, Expr, Stmt, Subscript, With
from lambdalint.threads import threaded
from lambdalint.walk import dotted, expressions, root_name, statement_expressions

_CONTAINER_CHANGES = frozenset(("append", "extend", "insert", "clear", "pop", "remove", "setdefault", "update"))


def lifetime_obstacle(program: Program, creation: Creation, expr: Expr, reach: Reach | None) -> str | None:
    """Why the object that an expression makes may not outlive the invocation; None when it may."""
    site, factory = creation.site, creation.factory
    if factory.is_async:
        return "an async client belongs to its event loop"
    if factory.path in keeping.NOT_REOPENED:
        return NOT_REOPENED
    if _is_awaited(site.place.statement, expr):
        return "it is awaited"
    is_unsafe = factory.kind in ("resource", "session")
    if is_unsafe and (site.unit in threaded(program) or (reach is not None and _is_handed_on(reach, site.unit))):
        return "a boto3 resource or session must not be shared between threads"
    for attribute in attributes_of(program, site, expr, factory):
        change = _attribute_change(program, creation, attribute)
        if change is not None:
            return change
    for holder in holders_of(program, site, expr, factory):
        change = _change(program, holder, factory)
        if change is not None:
            return change
    return request_obstacle(program, creation, expr) or connection_obstacle(program, creation, expr)


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


# --- changes -------------------------------------------------------------------------------------


def _change(program: Program, holder: Holder, factory: Factory) -> str | None:
    """What a unit does to an object that a later invocation would meet."""
    if holder.name == "with":
        return "a `with` block closes it"
    for statement, _ in program.statements(holder.unit):
        for target in statement.targets if isinstance(statement, Assign) else ():
            if isinstance(target, Attribute | Subscript) and root_name(target) == holder.name:
                return f"`{holder.name}` is changed after it is made"
        if isinstance(statement, With) and any(
            is_name(closed, holder.name) for item in statement.items for closed in closed_by(item.context)
        ):
            return "a `with` block closes it"
    for site in program.sites(holder.unit):
        method = _changing_method(site.place.expr, factory) or _deep_change(site.place.expr)
        if method is not None and root_name(method) == holder.name:
            return f"`{dotted(method) or holder.name}` changes or closes it"
        if _goes_to_process(program, site, holder.name):
            return "a process of its own gets it, and would share its connections"
    return None


def _goes_to_process(program: Program, site: Site, name: str) -> bool:
    """Whether a name's value is handed to a process that a call starts."""
    call = site.place.expr
    if not isinstance(call, Call) or not any(is_name(e, name) for a in call.arguments for e in expressions(a.value)):
        return False
    known = (consumers.find(value.path) for value in program.external(call.func, site.scope))
    return any(one is not None and one.when == "process" for one in known)


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
    paths = concerned(program, creation.site.unit)
    for path in sorted(paths):
        for site, chain in chains(program, path):
            if chain.attr != attribute:
                continue
            if isinstance(site.place.statement, With):
                if any(item.context is chain for item in site.place.statement.items):
                    return "a `with` block closes it"
            if _is_changed_at(site, chain, creation.factory):
                return f"`{dotted(chain) or attribute}` is changed or closed after it is made"
    return None


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
