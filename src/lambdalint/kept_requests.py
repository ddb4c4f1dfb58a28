"""Requests that would fail, or be answered otherwise, over what an earlier invocation has left of a connection."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import keeping
from lambdalint.creations import Creation
from lambdalint.holders import attributes_of, chains, concerned, givers_of, holders_of
from lambdalint.link.constants import constant
from lambdalint.link.model import Scope, Site
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Expr, Literal, Stmt, Subscript
from lambdalint.walk import expressions, root_name, statement_expressions

NOT_REOPENED = "a connection that the server has closed would not open again"
NOT_REPEATED = "a kept connection may have been closed meanwhile, and its request is not repeated"
STOPPING = "a request stops at a redirect, which cookies that it keeps may change"


def request_obstacle(program: Program, creation: Creation, expr: Expr) -> str | None:
    """Why a later request would fail where the object that an expression makes is kept; None when it would not.

    An environment is frozen between invocations, and what the other side closes meanwhile is noticed by the request.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    if creation.factory.path in keeping.NOT_REOPENED:
        return NOT_REOPENED
    if creation.factory.kind != "http":
        return None
    requests = _requests(program, creation, expr)
    calls = ((creation.site.scope, creation.call), *((site.scope, call) for site, call in requests))
    return next((told for scope, call in calls if (told := _obstacle(program, scope, call)) is not None), None)


def _requests(program: Program, creation: Creation, expr: Expr) -> Iterator[tuple[Site, Call]]:
    """The calls of methods of an object: where it is made or asked for, by the names and by the attributes of it."""
    site, factory = creation.site, creation.factory
    for there, giver in givers_of(program, site, expr, factory):
        yield from ((there, call) for call in _calls_below(there.place.statement, giver))
    for holder in dict.fromkeys(holders_of(program, site, expr, factory)):
        for there, call in program.sites_of(holder.unit, Call):
            if isinstance(call.func, Attribute) and root_name(call.func) == holder.name:
                yield there, call
    attributes = attributes_of(program, site, expr, factory)
    for path in sorted(concerned(program, site.unit)) if attributes else ():
        for there, chain in chains(program, path):
            if chain.attr in attributes:
                yield from ((there, call) for call in _calls_below(there.place.statement, chain))


def _calls_below(statement: Stmt, receiver: Expr) -> Iterator[Call]:
    """The calls in a statement of what is reached from an expression by attributes and items."""
    for part in (part for head in statement_expressions(statement) for part in expressions(head)):
        below = part.func if isinstance(part, Call) else None
        while isinstance(below, Attribute | Subscript):
            below = below.value
            if below is receiver and isinstance(part, Call):
                yield part


def _obstacle(program: Program, scope: Scope, call: Call) -> str | None:
    """What a request asks, or the constructor for all of them, that goes ill with a connection or cookies kept."""
    for given in call.arguments:
        if given.keyword == keeping.REPETITIONS and _is_once(program, given.value, scope):
            return NOT_REPEATED
        if given.keyword in keeping.FOLLOWING and isinstance(given.value, Literal) and given.value.value is False:
            return STOPPING
    return None


def _is_once(program: Program, value: Expr, scope: Scope) -> bool:
    """Whether a number of repetitions, or an object that holds several, allows none where no answer came."""
    literal = constant(program.resolver, value, scope)
    if literal is not None:
        return literal.kind in ("bool", "int") and not literal.value
    for made in program.external(value, scope):
        if made.call is None or made.scope is None or made.path.rpartition(".")[2] != f"{keeping.REPEATING}()":
            continue
        for position, given in enumerate(made.call.arguments):
            name = given.keyword or dict(enumerate(keeping.REPEATING_ARGUMENTS)).get(position, "")
            if name in keeping.REPEATING_UNANSWERED and _is_once(program, given.value, made.scope):
                return True
    return False
