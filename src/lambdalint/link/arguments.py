"""Which expression a call passes for each parameter of the function that it reaches."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.link.model import Edge, Scope
from lambdalint.summary import Attribute, Call, Expr, Function


class Passed(NamedTuple):
    """An argument and the scope that it is evaluated in."""

    expr: Expr
    scope: Scope


def passed(edge: Edge, function: Function) -> dict[str, Passed] | None:
    """What an edge's call passes, by parameter name; a parameter left out takes its default.

    None when the call cannot be mapped: there is none, or it passes `*args` or `**kwargs`.
    """
    call = edge.call
    if call is None:
        return None
    found: dict[str, Passed] = {}
    positional = [p.name for p in function.parameters if p.kind in ("positional-only", "positional")]
    if function.cls >= 0 and (edge.function.bound is not None or edge.kind == "construct"):
        positional = positional[1:]
    given = edge.function.given
    if given is not None and edge.function.given_scope is not None:
        taken = _collect(given, edge.function.given_scope, positional, found, first=1)
        if taken is None:
            return None
        positional = positional[taken:]
    if edge.kind == "callback":
        return found or None
    return found if _collect(call, edge.site.scope, positional, found) is not None else None


def received(function: Function, call: Call | None, is_bound: bool) -> dict[str, Expr]:
    """The expressions that a call, where there is one, passes to a function itself: by parameter name, if known.

    `is_bound` says that it is a method, which gets what stands before its name.
    """
    if call is None:
        return {}
    positional = [p.name for p in function.parameters if p.kind in ("positional-only", "positional")]
    found: dict[str, Expr] = {}
    if is_bound and positional and isinstance(call.func, Attribute):
        found[positional[0]] = call.func.value
        positional = positional[1:]
    for name, given in zip(positional, call.arguments, strict=False):
        if given.star:
            break
        if given.keyword is None:
            found[name] = given.value
    found.update({given.keyword: given.value for given in call.arguments if given.keyword})
    return found


def _collect(call: Call, scope: Scope, positional: list[str], found: dict[str, Passed], first: int = 0) -> int | None:
    """Add a call's arguments, the `first` left out; how many were positional, None for star arguments."""
    taken = 0
    for given in call.arguments[first:]:
        if given.star:
            return None
        if given.keyword is not None:
            found[given.keyword] = Passed(given.value, scope)
        elif taken < len(positional):
            found[positional[taken]] = Passed(given.value, scope)
            taken += 1
    return taken
