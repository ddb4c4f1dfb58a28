"""Names for the functions that fixes make: what a person would call them."""

from __future__ import annotations

import keyword
import re

from lambdalint.catalog.clients import CREDENTIAL_KEYWORDS
from lambdalint.creations import Creation
from lambdalint.lifetimes import bound_names
from lambdalint.link.constants import constant
from lambdalint.log_calls import meant
from lambdalint.naming import snake
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Call, Expr, Literal, Name, Subscript, With
from lambdalint.walk import dotted, expressions, root_name

# Names of variables that say nothing of what they hold.
_GENERIC = frozenset(("client", "resource", "session", "conn", "connection", "c", "cli", "boto_client", "boto3_client"))
_SERVICES = frozenset(("client", "resource"))


_ENVIRONMENT = ("os.environ", "os.environ.get", "os.getenv", "environ", "environ.get", "getenv")
# Words that name the kind of a resource's name rather than the resource.
_NAMING = frozenset(("name", "arn", "url", "id"))
_MAX_WORDS = 3
# How long a variable's name has to be to say something.
_SHORTEST = 3


def accessor_name(program: Program, creation: Creation, expr: Expr) -> tuple[str, ...]:
    """A private function's name for what it makes, and others for where that is taken.

    `_s3`, `_orders_table`, `_opensearch`; `_dynamodb_resource`; `_s3_with_config`.
    """
    wanted, *others = _names(program, creation, expr)
    label = _said(creation.call) if creation.factory.kind == "powertools" else ""
    if label and _has_others(program, creation, label):
        wanted = f"_{label}_{wanted.lstrip('_')}"
    peculiar = _peculiar(creation)
    if not peculiar:
        return wanted, *others
    if peculiar == "region" and (region := _region(creation)):
        return wanted, f"{wanted}_{region}", *others
    if wanted.endswith("_for") and peculiar != "region":
        return f"{wanted.removesuffix('_for')}_with_{peculiar}", wanted, *others
    named = f"{wanted}_with_{peculiar}"
    if creation.factory.kind in _SERVICES and (peculiar == "credentials" or _has_plain(program, creation)):
        return named, wanted, *others
    return (wanted, named, *others) if creation.factory.kind in _SERVICES else (wanted, *others, named)


def _said(call: Call) -> str:
    """The name that a logger, a tracer or metrics get: `orders` of `Logger("shop.orders")`."""
    first = call.arguments[0] if call.arguments else None
    if first is None or first.keyword not in (None, "service") or not isinstance(first.value, Literal):
        return ""
    name = snake(str(first.value.value).rpartition(".")[2])
    return name if name.isidentifier() else ""


def _has_others(program: Program, creation: Creation, label: str) -> bool:
    """Whether the file makes the same kind of thing by another name as well."""
    module, made = program.modules[creation.site.unit.path], dotted(creation.call.func)
    calls = (call for unit in module.units() for _, call in module.sites_of(unit, Call) if dotted(call.func) == made)
    return any(_said(call) not in ("", label) for call in calls)


def _peculiar(creation: Creation) -> str:
    """The keyword that tells a creation from a plain one of the same service, "" where it has none."""
    named = [snake(given.keyword) for given in creation.call.arguments if given.keyword not in (None, "service_name")]
    telling = [name for name in named if name != "region_name"] or named
    if any(name in CREDENTIAL_KEYWORDS for name in telling):
        return "credentials"
    return telling[0].removesuffix("_name") if telling else ""


def _region(creation: Creation) -> str:
    """The region that a literal names, as part of a name: `us_east_1`."""
    named = next((a.value for a in creation.call.arguments if a.keyword == "region_name"), None)
    return str(named.value).replace("-", "_") if isinstance(named, Literal) and _is_text(named) else ""


def _names(program: Program, creation: Creation, expr: Expr) -> tuple[str, str]:
    bound = _bound(creation, expr)
    service = _service(creation, expr)
    if expr is not creation.call and isinstance(expr, Call) and isinstance(expr.func, Attribute):
        kind = snake(expr.func.attr)
        if kind not in _SERVICES:
            return _refined(kind, bound, _label(program, creation, expr, kind))
    if service:
        others = [word for word in bound.split("_") if word != service]
        if service in bound.split("_") and max(map(len, others), default=0) >= _SHORTEST and bound not in _GENERIC:
            return f"_{bound}", f"_{service}"
        kind = creation.factory.kind if creation.factory.kind in _SERVICES else "client"
        path = creation.site.unit.path
        is_long = _calls_clients_so(program, path) if kind == "client" else bound in _GENERIC
        is_long = is_long or keyword.iskeyword(service) or _has_other_kind(program, path, service, kind)
        return (f"_{service}_{kind}" if is_long else f"_{service}"), f"_{service}_{kind}"
    owner, _, made = creation.factory.path.rpartition(".")
    module = owner.rpartition(".")[2]
    if made == "Client" and "." in owner and module.isidentifier() and bound in ("", *_GENERIC):
        return f"_{snake(module)}_client", f"_{snake(owner.partition('.')[0])}_{snake(module)}_client"
    library = snake(creation.factory.path.partition(".")[0])
    own = made.lower() if library.startswith(made.lower()) else snake(made)
    own = "connection" if own == "connect" else own
    if bound and bound not in _GENERIC:
        return f"_{bound}", f"_{own}"
    if creation.factory.kind in _SERVICES and own in _SERVICES:
        return f"_{own}_for", f"_{library}_{own}_for"
    if made[:1].isupper() and own not in _GENERIC:
        return f"_{own}", f"_{own}_{bound or (library if library != own else 'client')}"
    named = bound if bound in ("session", "connection", "client") else ""
    return f"_{named or own}", f"_{library}_{named or own}"


def _calls_clients_so(program: Program, path: str) -> bool:
    """Whether a file rather calls its clients `s3_client`, or a mere `client`, than `s3`."""
    long = short = 0
    for unit in program.modules[path].units():
        for statement, _ in program.statements(unit):
            call = statement.value if isinstance(statement, Assign) else None
            if not isinstance(call, Call) or not (dotted(call.func) or "").endswith(".client") or not call.arguments:
                continue
            service = call.arguments[0].value
            for name in bound_names(statement):
                long += name.lower().endswith("client") or snake(name) in _GENERIC
                short += isinstance(service, Literal) and snake(name).strip("_") == snake(str(service.value))
    return long > short


def _has_other_kind(program: Program, path: str, service: str, kind: str) -> bool:
    """Whether a file makes the resource of a service as well as its client, or the other way round."""
    other = f".{'resource' if kind == 'client' else 'client'}"
    calls = (call for unit in program.modules[path].units() for _, call in program.sites_of(unit, Call))
    named = (call.arguments[0].value for call in calls if call.arguments and (dotted(call.func) or "").endswith(other))
    return any(isinstance(name, Literal) and snake(str(name.value)) == service for name in named)


def _has_plain(program: Program, creation: Creation) -> bool:
    """Whether a file makes a client, or a resource, of the same service without any further argument as well."""
    first = creation.call.arguments[0].value if creation.call.arguments else None
    units = program.modules[creation.site.unit.path].units()
    calls = (call for unit in units for _, call in program.sites_of(unit, Call) if len(call.arguments) == 1)
    named = (c.arguments[0].value for c in calls if dotted(c.func) == dotted(creation.call.func))
    return isinstance(first, Literal) and any(isinstance(n, Literal) and n.value == first.value for n in named)


def _refined(kind: str, bound: str, label: str) -> tuple[str, str]:
    """The name of a table, a bucket or a queue."""
    if bound and bound != kind and kind in bound.split("_"):
        return f"_{bound}", f"_{kind}"
    return (f"_{label}_{kind}", f"_{kind}") if label else (f"_{kind}", f"_{bound or kind}")


def _label(program: Program, creation: Creation, expr: Call, kind: str) -> str:
    """What tells a table from others, by the constant that holds its name or else by that itself; "" for nothing."""
    own = expr.arguments[0].value if expr.arguments else None
    literal = constant(program.resolver, own, creation.site.scope)
    names: list[str] = []
    if isinstance(own, Name | Attribute):
        module, root = program.modules[creation.site.unit.path], root_name(own)
        home = None if root is None else module.lookup_scope(creation.site.scope, root)
        is_known = literal is not None or (home is not None and home.kind == "module")
        if is_known or _is_environment(meant(program, own, creation.site.scope)):
            names.append(own.id if isinstance(own, Name) else own.attr)
    if _is_text(literal):
        names.append(re.split("[/:]", str(literal.value))[-1])  # type: ignore[union-attr]
    for name in names:
        words = [word for word in snake(name).split("_") if word != kind and word not in _NAMING]
        if 0 < len(words) <= _MAX_WORDS:
            return "_".join(words)
    return ""


def _is_environment(expr: Expr) -> bool:
    """Whether an expression reads an environment variable."""
    value = expr.func if isinstance(expr, Call) else expr.value if isinstance(expr, Subscript) else None
    return value is not None and dotted(value) in _ENVIRONMENT


def _bound(creation: Creation, expr: Expr) -> str:
    """The name of the variable or the attribute that gets what an expression makes."""
    statement = creation.site.place.statement
    names = bound_names(statement, expr)
    if isinstance(statement, With):
        held = [item.target for item in statement.items if any(part is expr for part in expressions(item.context))]
        names = tuple(target.id for target in held if isinstance(target, Name))
    if not names and isinstance(statement, Assign) and statement.value is expr:
        names = tuple(target.attr for target in statement.targets if isinstance(target, Attribute))
    name = snake(names[0]) if names else ""
    return name if len(name) >= _SHORTEST else ""


def _service(creation: Creation, expr: Expr) -> str:
    """The AWS service of a client, where a literal names it."""
    call = expr if expr is not creation.call and isinstance(expr, Call) else creation.call
    kind = call.func.attr if isinstance(call.func, Attribute) else creation.factory.kind
    if creation.factory.kind not in ("client", "resource", "session") and kind not in _SERVICES:
        return ""
    named = next((a.value for a in call.arguments if a.keyword == "service_name"), None)
    first = named or (call.arguments[0].value if call.arguments and not call.arguments[0].keyword else None)
    return snake(str(first.value)) if _is_text(first) else ""  # type: ignore[union-attr]


def _is_text(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, str) and bool(re.search(r"[A-Za-z]", expr.value))
