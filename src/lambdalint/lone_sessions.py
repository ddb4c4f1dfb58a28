"""Sessions that are made for one client alone: the client is what is worth keeping, and its session goes along."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.creations import Creation, creation_of, is_keepable
from lambdalint.fixes import AddDecorator, MemoizeExpression
from lambdalint.holders import bound_names
from lambdalint.link.model import Unit
from lambdalint.locals_read import read_elsewhere
from lambdalint.makers import is_equal, same
from lambdalint.program import Program
from lambdalint.remedies import Remedy
from lambdalint.summary import Assign, Attribute, Call, Expr, Name, Return
from lambdalint.walk import expressions

# The methods of a session that make what asks a service.
CLIENT_METHODS = ("client", "resource")


def only_client(program: Program, creation: Creation) -> Creation | None:
    """The client for which alone a session is made, if it is one.

    None where equal sessions of the file serve different clients, or where a cached function of it keeps such a
    session: then all of them share one.
    """
    found = _only_client(program, creation)
    if found is None:
        return None
    for other in _equal_sessions(program, creation):
        if program.caches.condition(other.site.unit) is not None:
            if isinstance(other.site.place.statement, Return) and other.site.place.statement.value is other.call:
                return None
        elif program.reach(other.site) is not None:
            client = _only_client(program, other)
            if client is None or not _is_alike(client.call, found.call):
                return None
    return found


def takes_along(program: Program, remedy: Remedy, session: Creation) -> bool:
    """Whether a client's remedy has its session made in the same cached function."""
    own, function = session.site.place.statement.span, program.function(session.site.unit)
    return any(
        (isinstance(one, MemoizeExpression) and own in one.moved and own not in one.copied)
        or (isinstance(one, AddDecorator) and one.definition == function.span)
        for one in remedy.operations
    )


def _only_client(program: Program, session: Creation) -> Creation | None:
    """The creation of a client that is all that a function does with the session that it names."""
    site, statement = session.site, session.site.place.statement
    names = bound_names(statement, session.call)
    if session.factory.kind != "session" or len(names) != 1 or not isinstance(statement, Assign):
        return None
    if len(statement.targets) != 1 or site.unit.number < 0:
        return None
    reads = [(found, expr) for found, expr in program.sites_of(site.unit, Name) if expr.id == names[0]]
    reads = [(found, expr) for found, expr in reads if expr not in statement.targets]
    if len(reads) != 1:
        return None
    used = reads[0][0].place.statement
    if read_elsewhere(program.modules[site.unit.path], site.unit, statement, frozenset((statement.span, used.span))):
        return None
    client = _called_on(program, site.unit, reads[0][1])
    return client if client is not None and is_keepable(program, client) else None


def _called_on(program: Program, unit: Unit, owner: Expr) -> Creation | None:
    """The creation of a client by a method of what an expression names."""
    for site, call in program.sites_of(unit, Call):
        if isinstance(call.func, Attribute) and call.func.value is owner and call.func.attr in CLIENT_METHODS:
            return creation_of(program, site, call)
    return None


def _equal_sessions(program: Program, creation: Creation) -> Iterator[Creation]:
    """The other creations in a file that make the same session; what is made of locals is no other function's."""
    module = program.modules[creation.site.unit.path]
    parts = (part for given in creation.call.arguments for part in expressions(given.value))
    homes = {module.lookup_scope(creation.site.scope, part.id) for part in parts if isinstance(part, Name)}
    is_own = any(home is not None and home.kind != "module" for home in homes)
    for unit in (creation.site.unit,) if is_own else module.units():
        for site, call in program.sites_of(unit, Call) if unit.number >= 0 else ():
            if call is creation.call or not same(call.arguments, creation.call.arguments):
                continue
            found = creation_of(program, site, call)
            if found is not None and is_equal(found, creation):
                yield found


def _is_alike(one: Call, other: Call) -> bool:
    """Whether two sessions are asked for the same client."""
    attrs = {getattr(call.func, "attr", "") for call in (one, other)}
    return len(attrs) == 1 and same(one.arguments, other.arguments)
