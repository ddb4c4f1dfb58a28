"""Where code calls another machine, and where the address says that it does not."""

from __future__ import annotations

from lambdalint.aws import client_call, method_of
from lambdalint.catalog import clients, network
from lambdalint.link.constants import constant, definition
from lambdalint.link.model import External, Scope, Site
from lambdalint.link.resolve import Resolver
from lambdalint.program import Program
from lambdalint.summary import Attribute, BinOp, Call, Expr, Joined, Literal
from lambdalint.walk import argument, children, expressions

RUNTIME_API = "AWS_LAMBDA_RUNTIME_API"
_URL_KEYWORDS = ("url", "fullurl")


def network_call(program: Program, site: Site, call: Call) -> str | None:
    """What a call sends or opens over the network, to be read after "this": None for a call that stays here."""
    for value in program.external(call.func, site.scope):
        found = _kind(program.resolver, value)
        if found is not None and not (found == "request" and is_local(program.resolver, call, site.scope)):
            return found
        if method_of(value) in network.LAZY_METHODS and _is_iterated(site) and _is_from_client(program, value):
            return "AWS call"
    return None


def _kind(resolver: Resolver, value: External) -> str | None:
    if value.path in network.NETWORK_CALLS:
        return "request" if value.path.rpartition(".")[2] != "connect" else "connection"
    factory = clients.find(value.path)
    if factory is not None:
        return "connection" if factory.connects else None
    if method_of(value) in network.WAITING_METHODS and value.base is not None and value.base.base is not None:
        getter = value.base.base
        return "AWS call" if getter.path.endswith(".get_waiter") and _is_call(resolver, getter) else None
    found = client_call(resolver, value)
    if found is None or found.method[:1].isupper() or found.method.startswith("_"):
        return None
    local = network.LOCAL_RESOURCE_METHODS if found.is_resource else network.LOCAL_CLIENT_METHODS
    return None if found.method in local else "AWS call"


def _is_call(resolver: Resolver, value: External) -> bool:
    return client_call(resolver, value) is not None


def _is_from_client(program: Program, value: External) -> bool:
    """Whether a value is `client.get_paginator(…).paginate`."""
    made = value.base
    return made is not None and made.base is not None and _is_call(program.resolver, made.base)


def _is_iterated(site: Site) -> bool:
    """Whether an expression stands where a loop or a comprehension iterates over it."""
    return bool(site.place.frames) and site.place.frames[-1].branch in ("iterable", "first")


# --- addresses -----------------------------------------------------------------------------------


def is_local(resolver: Resolver, call: Call, scope: Scope) -> bool:
    """Whether a request goes to the execution environment itself: an extension, the runtime's interface."""
    return any(_is_local_address(resolver, given, scope) for given in _addresses(call))


def _addresses(call: Call) -> list[Expr]:
    """Where a URL may stand in a request's arguments: the first two, or a keyword."""
    keyword = next((found for name in _URL_KEYWORDS if (found := argument(call, name)) is not None), None)
    if keyword is not None:
        return [keyword]
    return [given.value for given in call.arguments[:2] if given.keyword is None and not given.star]


def _is_local_address(resolver: Resolver, expr: Expr, scope: Scope, depth: int = 0) -> bool:
    head = head_of(resolver, expr, scope)
    if head and network.is_local_url(head):
        return True
    if any(isinstance(part, Literal) and part.value == RUNTIME_API for part in expressions(expr)):
        return True
    if depth > 2:
        return False
    for value in resolver.resolve(expr, scope):
        if isinstance(value, External) and value.path == "urllib.request.Request()" and value.call is not None:
            if value.scope is not None and is_local(resolver, value.call, value.scope):
                return True
    return False


def head_of(resolver: Resolver, expr: Expr, scope: Scope, depth: int = 0) -> str:
    """The literal beginning of a text, "" when it does not begin with one."""
    literal = constant(resolver, expr, scope)
    if literal is not None:
        return literal.value if isinstance(literal.value, str) else ""
    if depth > 4:
        return ""
    if isinstance(expr, Joined) and expr.parts:
        return head_of(resolver, expr.parts[0], scope, depth + 1)
    if isinstance(expr, BinOp) and expr.op in ("+", "%"):
        return head_of(resolver, expr.left, scope, depth + 1)
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "format":
        return head_of(resolver, expr.func.value, scope, depth + 1)
    found = definition(resolver, expr, scope)
    return head_of(resolver, *found, depth + 1) if found is not None else ""


def text_of(resolver: Resolver, expr: Expr, scope: Scope) -> str:
    """What can be told of a text: its literal parts, one after the other."""
    parts: list[str] = []
    queue: list[tuple[Expr, Scope, int]] = [(expr, scope, 0)]
    while queue:
        part, where, depth = queue.pop(0)
        literal = constant(resolver, part, where)
        if literal is not None:
            parts.append(str(literal.value))
            continue
        found = definition(resolver, part, where) if depth < 4 else None
        if found is not None:
            queue.insert(0, (*found, depth + 1))
        queue[:0] = [(child, where, depth) for child in children(part)]
    return "".join(parts)
