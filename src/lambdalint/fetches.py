"""Where secrets and parameters are fetched from a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.aws import called_operation, method_of, service_of
from lambdalint.catalog import secrets
from lambdalint.catalog.names import STATE_WORDS, words
from lambdalint.catalog.terms import terms
from lambdalint.link.constants import constant, definition
from lambdalint.link.model import External, Scope, Site, Unit
from lambdalint.origin import Origin
from lambdalint.parameter_names import ANY, may_be_below, may_be_same, rotated, somewhere, top_folder
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import (
    Attribute,
    BinOp,
    Call,
    Display,
    Expr,
    Joined,
    Literal,
    Name,
    Subscript,
    Try,
)
from lambdalint.taken import is_idle
from lambdalint.walk import argument, keyword_names

_DEEPEST = 4
# Words by which the name of a parameter says that its value changes while the code runs.
_TURNED = terms(
    "mode modes flag flags switch switches toggle toggles enabled disabled feature features state status since last",
    "latest current next paused schedule ami image weight weights ratio percent percentage threshold",
)
# Words by which a name says that it is of a token which soon expires, unless others say that it is what signs such.
_EXPIRING = (("jwt",), ("otp",), ("access", "token"), ("session", "token"), ("id", "token"), ("bearer", "token"))
_LASTING = terms(
    "secret secrets key keys signing signer private public issuer audience algorithm url uri endpoint expiry ttl",
    "personal lifetime header",
)
# What a variable says that holds the name of something, beside what that is.
_HOLDER = terms("arn name id path param parameter ssm")
_VARIABLES = frozenset(("os.getenv", "os.environ.get"))


class Fetch(NamedTuple):
    """A call that fetches.  `kind` is secret, parameter, decrypt or configuration; `name` what says which one."""

    site: Site
    call: Call
    label: str
    kind: str
    service: str | None
    name: Expr | None


def fetch_of(program: Program, site: Site, call: Call) -> Fetch | None:
    """The uncached fetch that a call is; one through a library that caches is none, unless it goes round the cache."""
    values = program.external(call.func, site.scope)
    for value in values:
        found = _known(program, site, call, value)
        if found is not None:
            return found
    if not program.resolve(call.func, site.scope) and isinstance(call.func, Attribute):
        known = secrets.operation_by_keywords(call.func.attr, keyword_names(call.arguments))
        if known is not None and known.kind in ("secret", "parameter"):
            return Fetch(site, call, call.func.attr, known.kind, known.service, _identity(call, known))
    return None


def _known(program: Program, site: Site, call: Call, value: External) -> Fetch | None:
    operation = called_operation(program.resolver, value, call) or _paginated(program, value)
    if operation is not None:
        if operation.kind == "credentials" or (operation.kind == "decrypt" and not _is_fixed(program, call, site)):
            return None
        return Fetch(site, call, operation.method, operation.kind, operation.service, _identity(call, operation))
    getter = secrets.GETTERS.get(value.path)
    if getter is not None:
        if _bypasses(program, site, call, getter) or _has_short_lived_cache(program, value):
            return Fetch(site, call, method_of(value), getter.kind, None, argument(call, "name", 0))
        return None
    if secrets.is_vault_read(value.path) or secrets.is_other_store_read(value.path):
        return Fetch(site, call, method_of(value), "secret", None, argument(call, "path", 0))
    if value.path in program.config.secret_calls:
        return Fetch(site, call, method_of(value), "secret", None, argument(call, "name", 0))
    return None


def _identity(call: Call, operation: secrets.Operation) -> Expr | None:
    return next((found for k in operation.identified_by if (found := argument(call, k)) is not None), None)


def _paginated(program: Program, value: External) -> secrets.Operation | None:
    """The operation behind `client.get_paginator("…").paginate(…)`."""
    base = value.base
    if method_of(value) != "paginate" or base is None or base.call is None or base.scope is None:
        return None
    service = service_of(program.resolver, value)
    named = constant(program.resolver, argument(base.call, "operation_name", 0), base.scope)
    if service is None or named is None or not isinstance(named.value, str):
        return None
    return secrets.operation(service, named.value)


def _is_fixed(program: Program, call: Call, site: Site) -> bool:
    return program.origins.of_all((given.value for given in call.arguments), site.scope) is Origin.FIXED


def _bypasses(program: Program, site: Site, call: Call, getter: secrets.Getter) -> bool:
    if not getter.can_bypass:
        return False
    forced = constant(program.resolver, argument(call, "force_fetch"), site.scope)
    age = constant(program.resolver, argument(call, "max_age"), site.scope)
    return (forced is not None and forced.value is True) or (age is not None and age.kind == "int" and age.value == 0)


def _has_short_lived_cache(program: Program, value: External) -> bool:
    """Whether the object that caches is itself made on every invocation."""
    base = value.base
    while base is not None:
        if base.path.endswith("()") and base.call is not None and base.scope is not None:
            if base.scope.kind != "function":
                return False
            unit = Unit(base.scope.path, base.scope.number)
            made = base.call
            return any(s.place.expr is made and program.reach(s) is not None for s in program.sites(unit))
        base = base.base
    return False


# --- code that must read through -----------------------------------------------------------------


def is_rotation(program: Program, phases: HandlerPhases) -> bool:
    """Whether a handler rotates secrets: it reads the steps of a rotation event, or writes secret values."""
    return any(_rotates(program, unit) for unit in phases.invoke)


def _rotates(program: Program, unit: Unit) -> bool:
    for site, subscript in program.sites_of(unit, Subscript):
        if isinstance(subscript.key, Literal) and subscript.key.value in secrets.ROTATION_KEYS:
            if _is_from_event(program, subscript.value, site):
                return True
    for site, call in program.sites_of(unit, Call):
        if isinstance(call.func, Attribute):
            if call.func.attr in ("put_secret_value", "update_secret_version_stage"):
                return True
            key = argument(call, "key", 0) if call.func.attr == "get" else None
            if isinstance(key, Literal) and key.value in secrets.ROTATION_KEYS:
                if _is_from_event(program, call.func.value, site):
                    return True
    return False


def _is_from_event(program: Program, expr: Expr, site: Site) -> bool:
    return program.origins.of(expr, site.scope) is Origin.INVOCATION


def is_unread(program: Program, fetch: Fetch) -> bool:
    """Whether nobody reads what a `try` fetches: the code asks whether it is there, and wants the answer of now."""
    frames = fetch.site.place.frames
    is_tried = any(isinstance(frame.node, Try) and frame.branch == "body" for frame in frames)
    return is_tried and is_idle(program, fetch.site, fetch.call)


def is_written(program: Program, fetch: Fetch) -> bool:
    """Whether the code around a fetch may write what it fetches: a cursor or a counter is no configuration."""
    names = secrets.WRITES.get(fetch.service or "", frozenset())
    return _is_state(program, fetch) or any(
        call.func.attr in names and not _differs(program, fetch, call, site)
        for site, call in module_calls(program, fetch.site.unit.path)
        if isinstance(call.func, Attribute)
    )


def _is_state(program: Program, fetch: Fetch) -> bool:
    """Whether a fetch reads a parameter that some invocation writes, or whose name says that it changes: a lock."""
    if fetch.service != "ssm" or fetch.name is None:
        return False
    named = _named(program, fetch.name, fetch.site.scope)
    return named is not None and (not STATE_WORDS.isdisjoint(words(named[1])) or named in _kept(program))


def _kept(program: Program) -> frozenset[tuple[str, str]]:
    """The names of the parameters that invocations write."""
    found: frozenset[tuple[str, str]] | None = program.memo.get(Fetch)
    if found is None:
        written = [
            _named(program, name, site.scope)
            for unit in program.invoked_units
            for site, call in program.sites_of(unit, Call)
            if isinstance(call.func, Attribute) and call.func.attr == "put_parameter"
            if (name := argument(call, "Name")) is not None
        ]
        found = program.memo[Fetch] = frozenset(name for name in written if name is not None)
    return found


def _named(program: Program, expr: Expr, scope: Scope) -> tuple[str, str] | None:
    """The text that an expression is, or the environment variable that holds it; which of the two comes first."""
    literal = constant(program.resolver, expr, scope)
    if literal is not None:
        return ("text", literal.value) if isinstance(literal.value, str) else None
    expr, scope = definition(program.resolver, expr, scope) or (expr, scope)
    key: Expr | None = None
    if isinstance(expr, Subscript) and "os.environ" in program.paths(expr.value, scope):
        key = expr.key
    elif isinstance(expr, Call) and not _VARIABLES.isdisjoint(program.paths(expr.func, scope)):
        key = argument(expr, "key", 0)
    variable = constant(program.resolver, key, scope)
    return ("variable", variable.value) if variable is not None and isinstance(variable.value, str) else None


def may_be_rewritten(program: Program, fetch: Fetch) -> bool:
    """Whether some code of the project, which may be another Lambda's, may write what is fetched while it runs.

    So may whoever turns what is named as a switch.
    """
    written = program.project.written
    folder = top_folder(fetch.site.unit.path, program.project.root)
    if fetch.kind == "secret":
        return rotated(folder) in written
    if fetch.service != "ssm":
        return False
    said = set(words(name_pattern(program, fetch.name, fetch.site.scope)))
    if not said.isdisjoint(_TURNED) or somewhere(folder) in written:
        return True
    asked = fetch.name.items if isinstance(fetch.name, Display) else (fetch.name,)
    is_one = may_be_below if argument(fetch.call, "Path") is not None else may_be_same
    return any(is_one(name_pattern(program, expr, fetch.site.scope), written) for expr in asked)


def soon_expires(program: Program, fetch: Fetch) -> bool:
    """Whether the name of what is fetched says that it is a token which lives shorter than an environment may."""
    spelt = fetch.name.id if isinstance(fetch.name, Name) else ""
    return any(map(_is_expiring, (spelt, name_pattern(program, fetch.name, fetch.site.scope))))


def _is_expiring(name: str) -> bool:
    said = list(words(name))
    is_held = bool(said) and said[-1] in _HOLDER
    while said and said[-1] in _HOLDER:
        said.pop()
    if is_held and said[-1:] == ["secret"]:  # `ACCESS_TOKEN_SECRET_ARN` tells of the store
        said.pop()
    spelt = " ".join(("", *said, ""))
    return _LASTING.isdisjoint(said) and any(f" {' '.join(term)} " in spelt for term in _EXPIRING)


def name_pattern(program: Program, expr: Expr | None, scope: Scope, depth: int = 0) -> str:
    """The name that an expression is as `lambdalint.parameter_names` spells it: `*` unknown, `$X` a variable."""
    if expr is None or depth > _DEEPEST:
        return ANY
    named = _named(program, expr, scope)
    if named is not None:
        return f"${named[1]}" if named[0] == "variable" else named[1]
    expr, scope = definition(program.resolver, expr, scope) or (expr, scope)
    if isinstance(expr, Joined):
        parts: tuple[Expr, ...] = expr.parts
    elif isinstance(expr, BinOp) and expr.op == "+":
        parts = (expr.left, expr.right)
    else:
        return ANY
    spelt = (name_pattern(program, part, scope, depth + 1) for part in parts)
    return "".join(ANY if part.startswith("$") else part for part in spelt)


def module_calls(program: Program, path: str) -> Iterator[tuple[Site, Call]]:
    """The calls of a file, those at its own level and those of its functions, each with its place."""
    module = program.modules[path]
    for unit in module.units():
        yield from module.sites_of(unit, Call)


def _differs(program: Program, fetch: Fetch, write: Call, site: Site) -> bool:
    """Whether a write surely means another parameter than a fetch: both names are literals, and not the same."""
    own = constant(program.resolver, fetch.name, fetch.site.scope)
    named = argument(write, "Name") or argument(write, "SecretId")
    other = constant(program.resolver, named, site.scope)
    return own is not None and other is not None and own.value != other.value
