"""Names for the functions that fixes make: what a person would call them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambdalint.catalog.clients import CREDENTIAL_KEYWORDS
from lambdalint.creations import Creation, cast_value
from lambdalint.holders import bound_names
from lambdalint.link.constants import constant
from lambdalint.log_calls import meant
from lambdalint.makers import same
from lambdalint.movable import ENVIRONMENT
from lambdalint.naming import snake
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Call, Expr, Literal, Name, Subscript, With
from lambdalint.walk import dotted, expressions, root_name

# Names of variables that say nothing of what they hold.
_GENERIC = frozenset(("client", "resource", "session", "conn", "connection", "c", "cli", "boto_client", "boto3_client"))
# Words of variables' names that tell no client of a service from another.
_PLAIN_WORDS = frozenset((*_GENERIC, "boto", "boto3", "aws", "svc", "service", "sdk"))
_SERVICES = frozenset(("client", "resource"))
# Words that name the kind of a resource's name rather than the resource.
_NAMING = frozenset(("name", "arn", "url", "id"))
# A region's name, such as `us-gov-west-1`, which a placeholder of a template is not.
_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-\d+")
# Words of a variable for a region that tell it from no other one.
_REGION_WORDS = frozenset(("aws", "lambda", "default", "current", "region", "name"))
_MAX_WORDS = 3
# How long a variable's name has to be to say something.
_SHORTEST = 3


def accessor_name(program: Program, creation: Creation, expr: Expr) -> tuple[str, ...]:
    """A private function's name for what it makes, and others for where that is taken.

    `_s3_client`, `_dynamodb`, `_orders_table`, `_opensearch`; `_us_east_1_s3_client` and `_s3_client_with_config`
    beside another one.
    """
    if isinstance(expr, Call) and (value := cast_value(program, expr, creation.site.scope)) is not None:
        expr = value
    wanted, *others = _names(program, creation, expr)
    label = _said(creation.call) if creation.factory.kind == "powertools" else ""
    if label and _has_others(program, creation, label):
        wanted = f"_{label}_{wanted.lstrip('_')}"
    call = _service_call(creation, expr)
    if call is not None:
        return *_told_apart(program, creation, call, wanted), *others
    peculiar = _peculiar(creation.call)
    if not peculiar:
        return wanted, *others
    if wanted.endswith("_for") and peculiar != "region":
        return f"{wanted.removesuffix('_for')}_with_{peculiar}", wanted, *others
    return wanted, *others, f"{wanted}_with_{peculiar}"


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


def _peculiar(call: Call, keywords: Iterable[str] | None = None) -> str:
    """The keyword that tells a creation from others, of those given, or from a plain one; "" where it has none."""
    own = [given.keyword for given in call.arguments if given.keyword not in (None, "service_name")]
    named = [snake(keyword) for keyword in own if keyword and (keywords is None or keyword in keywords)]
    telling = [name for name in named if name != "region_name"] or named
    if "endpoint_url" in telling:  # a local stand-in's, which takes any credentials
        return "endpoint_url"
    if any(name in CREDENTIAL_KEYWORDS for name in telling):
        return "credentials"
    return telling[0].removesuffix("_name") if telling else ""


def _told_apart(program: Program, creation: Creation, call: Call, wanted: str) -> tuple[str, ...]:
    """A client's names, from that with what tells it from the others of its service and kind in the file, if any.

    That is rather the region than another keyword, where it has a name or is passed to the function.
    """
    own = _keywords(call)
    known = list(map(_keywords, _others_of_service(program, creation, call)))
    if "region_name" not in own:  # those of other regions are called by these
        known = [one for one in known if "region_name" not in one]

    def tells_from(name: str, one: dict[str, Expr]) -> bool:
        return name not in one or not same(one[name], own[name])

    differing = [name for name in own if any(tells_from(name, one) for one in known)]
    is_elsewhere = "region_name" in differing and all(tells_from("region_name", one) for one in known)
    region = constant(program.resolver, own["region_name"], creation.site.scope) if is_elsewhere else None
    if _is_text(region) and _REGION.fullmatch(str(region.value)):  # type: ignore[union-attr]
        return f"_{snake(str(region.value))}{wanted}", wanted  # type: ignore[union-attr]
    if is_elsewhere:
        regional = f"_{_region_label(own['region_name'])}{wanted}"
        is_passed = _is_local(program, creation, own["region_name"])
        return (wanted, regional) if is_passed else (regional, wanted)
    signed = _signed(own["config"], wanted, _named_service(call)) if "config" in differing else ""
    if signed:
        return signed, wanted
    peculiar = _peculiar(call, differing)
    return (f"{wanted}_with_{peculiar}", wanted) if peculiar else (wanted,)


def _keywords(call: Call) -> dict[str, Expr]:
    return {given.keyword: given.value for given in call.arguments if given.keyword}


def _signed(config: Expr, wanted: str, service: str) -> str:
    """The name of a client whose configuration only says how requests are signed: `_s3v4_client`; else ""."""
    given = config.arguments if isinstance(config, Call) else ()
    if len(given) != 1 or given[0].keyword != "signature_version" or not _is_text(given[0].value):
        return ""
    version = snake(str(given[0].value.value))  # type: ignore[union-attr]
    rest = wanted.removeprefix(f"_{service}")
    return f"_{version}{rest}" if version.startswith(service) and rest != wanted else f"_{version}{wanted}"


def _region_label(expr: Expr) -> str:
    """What a variable or an environment variable for a region calls it, `backup_region`; "regional" for no more."""
    value: Expr | None = expr
    if isinstance(expr, Call):
        value = expr.arguments[0].value if expr.arguments else None
    elif isinstance(expr, Subscript):
        value = expr.key
    text = value.id if isinstance(value, Name) else value.attr if isinstance(value, Attribute) else ""
    if isinstance(value, Literal):
        text = str(value.value)
    telling = [word for word in snake(text).split("_") if word not in _REGION_WORDS]
    return f"{'_'.join(telling)}_region" if "region" in text.lower() and 0 < len(telling) < _MAX_WORDS else "regional"


def _is_local(program: Program, creation: Creation, expr: Expr) -> bool:
    """Whether an expression belongs to the function that makes a creation, not to the module."""
    module, root = program.modules[creation.site.unit.path], root_name(expr)
    return root is not None and module.lookup_scope(creation.site.scope, root) == creation.site.scope


def _others_of_service(program: Program, creation: Creation, call: Call) -> Iterator[Call]:
    """The creations of a file that make the same kind of client as a call, with other arguments."""
    service, kind, func = _named_service(call), _kind(call), dotted(call.func)
    for unit in program.modules[creation.site.unit.path].units():
        for _, other in program.sites_of(unit, Call):
            is_alike = _kind(other) == kind if kind else dotted(other.func) == func
            if is_alike and _named_service(other) == service and not same(other.arguments, call.arguments):
                yield other


def _names(program: Program, creation: Creation, expr: Expr) -> tuple[str, ...]:
    bound = _bound(creation, expr)
    service, kind = service_of(creation, expr)
    if expr is not creation.call and isinstance(expr, Call) and isinstance(expr.func, Attribute):
        part = snake(expr.func.attr)
        if part not in _SERVICES:
            return _refined(part, bound, _label(program, creation, expr, part))
    if service:
        words = bound.split("_")
        is_told = service in words and not _PLAIN_WORDS.issuperset(word for word in words if word != service)
        if is_told and len(bound) >= len(service) + _SHORTEST:
            return f"_{bound}", f"_{service}"
        is_short = kind == "resource" and bound == service and not _has_client(program, creation, service)
        return (f"_{service}" if is_short else f"_{service}_{kind}"), f"_{service}_{kind}", f"_{service}"
    owner, _, made = creation.factory.path.rpartition(".")
    module = owner.rpartition(".")[2]
    if made == "Client" and module.isidentifier() and bound in ("", *_GENERIC):
        whole = "_".join(dict.fromkeys((owner.partition(".")[0], module)))
        return f"_{snake(module)}_client", f"_{snake(whole)}_client"
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


def _has_client(program: Program, creation: Creation, service: str) -> bool:
    """Whether a creation's file makes clients of a service."""
    units = program.modules[creation.site.unit.path].units()
    calls = (call for unit in units for _, call in program.sites_of(unit, Call))
    return any(_kind(call) == "client" and _named_service(call) == service for call in calls)


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
    return value is not None and dotted(value) in ENVIRONMENT


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


def service_of(creation: Creation, expr: Expr) -> tuple[str, str]:
    """The AWS service of a client, where a literal names it, and whether it is a "client" or a "resource"; else ""."""
    call = _service_call(creation, expr)
    if call is None:
        return "", ""
    kind = next((kind for kind in (_kind(call), creation.factory.kind) if kind in _SERVICES), "client")
    return _named_service(call), kind


def _service_call(creation: Creation, expr: Expr) -> Call | None:
    """The call that makes a client or a resource, of an expression that makes one."""
    call = expr if expr is not creation.call and isinstance(expr, Call) else creation.call
    is_service = creation.factory.kind in (*_SERVICES, "session") or _kind(call) in _SERVICES
    return call if is_service and _named_service(call) else None


def _kind(call: Call) -> str:
    return call.func.attr if isinstance(call.func, Attribute) else ""


def _named_service(call: Call) -> str:
    """The service that a literal names in a call, "" where none does."""
    named = next((a.value for a in call.arguments if a.keyword == "service_name"), None)
    first = named or (call.arguments[0].value if call.arguments and not call.arguments[0].keyword else None)
    return snake(str(first.value)) if _is_text(first) else ""  # type: ignore[union-attr]


def _is_text(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and isinstance(expr.value, str) and bool(re.search(r"[A-Za-z]", expr.value))
