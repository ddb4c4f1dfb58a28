"""Fixes of fetches: a cache around the function that fetches, or around the fetch itself."""

from __future__ import annotations

from lambdalint.aws import called_operation
from lambdalint.catalog import clients
from lambdalint.diagnostic import Fix
from lambdalint.fetches import Fetch
from lambdalint.fixes import AddDecorator, AddImport, ExtractFunction, MemoizeExpression, ReplaceExpression
from lambdalint.hoisting import movable
from lambdalint.link.arguments import passed
from lambdalint.link.constants import constant
from lambdalint.link.model import External, Scope, Unit
from lambdalint.program import Program, make_fix
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Expr,
    Function,
    Import,
    Literal,
    Name,
    Parameter,
    Return,
    Stmt,
    Subscript,
)
from lambdalint.walk import dotted, expressions, statement_expressions

_WARNING = "a rotated secret is then seen only by new execution environments (Powertools' `max_age` sets an expiry)"
_HASHABLE = frozenset(("str", "int", "bool", "bytes", "float", "None", "Optional", "Union"))
_HARMLESS = (
    "json.loads",
    "base64.b64decode",
    "os.getenv",
    "os.environ.get",
    "ast.literal_eval",
    "str",
    "dict",
    "print",
)
_MUTATORS = frozenset(("update", "pop", "popitem", "clear", "setdefault", "append", "extend", "insert", "remove"))
_EXPECTED = ("SecretString", "SecretBinary", "Parameter", "Value", "Plaintext")


def secret_fix(program: Program, fetch: Fetch) -> tuple[Fix | None, str | None]:
    """The fix of an uncached fetch, always unsafe, or why there is none."""
    if program.config.secret_cache == "powertools":
        return _powertools(program, fetch)
    unit = fetch.site.unit
    obstacle = _decorator_obstacle(program, unit, fetch)
    if obstacle is None:
        function = program.function(unit)
        name = _cache_name(program, unit)
        add = () if name == "lru_cache" else (AddImport("functools"),)
        return make_fix(
            f"Cache the function's result; {_WARNING}", False, *add, AddDecorator(function.span, name)
        ), None
    return _around_fetch(program, fetch, obstacle)


def _cache_name(program: Program, unit: Unit) -> str:
    """`lru_cache` where the module imports it by name, else `functools.lru_cache`."""
    module = program.modules[unit.path]
    for binding in module.table(module.scope).get("lru_cache", ()):
        statement = binding.statement
        if isinstance(statement, Import) and statement.module == "functools" and not binding.frames:
            return "lru_cache"
    return "functools.lru_cache"


# --- a cache around the function -----------------------------------------------------------------


def _decorator_obstacle(program: Program, unit: Unit, fetch: Fetch) -> str | None:
    """Why the enclosing function cannot be cached as it is."""
    function = program.function(unit)
    if unit in program.roots:
        return "the handler itself fetches"
    if function.is_async or function.is_generator:
        return "a coroutine's or a generator's result cannot be cached"
    if function.outer >= 0:
        return "the function is made anew by the one around it"
    if function.cls >= 0 and not _is_static(function):
        return "a cache on a method keeps its object"
    if not any(isinstance(s, Return) and s.value is not None for s, _ in program.statements(unit)):
        return "the function returns nothing"
    if not _is_hashable(program, unit, function):
        return "an argument may not be hashable"
    if _does_more(program, unit, fetch):
        return "the function does more than fetch"
    if _is_result_changed(program, unit):
        return "a caller changes what the function returns"
    return None


def _is_static(function: Function) -> bool:
    return any(isinstance(d, Name) and d.id in ("staticmethod", "classmethod") for d in function.decorators)


def _is_hashable(program: Program, unit: Unit, function: Function) -> bool:
    own = function.parameters[1:] if function.cls >= 0 and _is_class_method(function) else function.parameters
    edges = program.callers(unit)
    for parameter in own:
        if parameter.kind.startswith("var"):
            return False
        if _is_annotated_hashable(parameter):
            continue
        for edge in edges:
            given = passed(edge, function)
            if given is None:
                return False
            value = given.get(parameter.name)
            if value is None and parameter.default is not None:
                continue
            if value is None or not _is_text(program, value.expr, value.scope):
                return False
    return True


def _is_class_method(function: Function) -> bool:
    return any(isinstance(d, Name) and d.id == "classmethod" for d in function.decorators)


def _is_annotated_hashable(parameter: Parameter) -> bool:
    if parameter.annotation is None:
        return False
    names = {part.id for part in expressions(parameter.annotation) if isinstance(part, Name)}
    return bool(names) and names <= _HASHABLE


def _is_text(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an argument is a literal, or an environment variable."""
    if constant(program.resolver, expr, scope) is not None:
        return True
    if isinstance(expr, Subscript):
        return (dotted(expr.value) or "") == "os.environ"
    if isinstance(expr, Call):
        return (dotted(expr.func) or "") in ("os.getenv", "os.environ.get")
    if isinstance(expr, Name):
        module = program.modules[scope.path]
        home, bindings = module.bindings(scope, expr.id, expr.span)
        if home is not None and len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].value is not None:
            value = bindings[0].value
            return not isinstance(value, Name) and _is_text(program, value, bindings[0].scope)
    return type(expr).__name__ == "Joined"


def _does_more(program: Program, unit: Unit, fetch: Fetch) -> bool:
    """Whether a function calls anything but the fetch, what makes a client, and what only transforms or logs."""
    for site, call, values in program.calls(unit):
        if call is fetch.call or any(_is_harmless(program, value, call) for value in values):
            continue
        if isinstance(call.func, Attribute) and not program.resolve(call.func, site.scope):
            continue
        if isinstance(call.func, Name) and call.func.id[:1].isupper():
            continue
        return True
    for statement, _ in program.statements(unit):
        if type(statement).__name__ in ("Scope", "Delete"):
            return True
        if isinstance(statement, Assign) and any(not isinstance(t, Name) for t in statement.targets):
            return True
    return False


def _is_harmless(program: Program, value: External, call: Call) -> bool:
    if (
        clients.find(value.path) is not None
        or value.path in _HARMLESS
        or called_operation(program.resolver, value, call)
    ):
        return True
    owner = value.path.rpartition(".")[0]
    return owner.startswith(("logging", "aws_lambda_powertools.Logger")) or ("()" in value.path and "[" in value.path)


def _is_result_changed(program: Program, unit: Unit) -> bool:
    """Whether a caller stores into what it got, or calls a method on it that changes it."""
    for edge in program.callers(unit):
        statement = edge.site.place.statement
        if not isinstance(statement, Assign) or statement.value is not edge.call:
            continue
        names = {target.id for target in statement.targets if isinstance(target, Name)}
        if names and any(_changes(other, names) for other, _ in program.statements(edge.source)):
            return True
    return False


def _changes(statement: Stmt, names: set[str]) -> bool:
    targets = statement.targets if isinstance(statement, Assign) else ()
    if any(isinstance(t, Subscript) and isinstance(t.value, Name) and t.value.id in names for t in targets):
        return True
    return any(
        isinstance(part, Call)
        and isinstance(part.func, Attribute)
        and part.func.attr in _MUTATORS
        and isinstance(part.func.value, Name)
        and part.func.value.id in names
        for head in statement_expressions(statement)
        for part in expressions(head)
    )


# --- a cache around the fetch --------------------------------------------------------------------


def _around_fetch(program: Program, fetch: Fetch, obstacle: str) -> tuple[Fix | None, str | None]:
    """Move the fetch, with what parses its answer, into a cached function of its own."""
    unit, statement = fetch.site.unit, fetch.site.place.statement
    module = program.modules[unit.path]
    expr = _parsed(statement, fetch.call)
    plan = movable(program, module, unit, expr)
    if plan.obstacle is not None:
        return None, f"{obstacle}, and {plan.obstacle}"
    bound = statement.targets[0] if isinstance(statement, Assign) and len(statement.targets) == 1 else None
    name = f"_{bound.id.lstrip('_')}" if isinstance(bound, Name) else f"_{fetch.kind}"
    message = f"Fetch it once, in a cached function; {_WARNING}"
    if not plan.local:
        operation = MemoizeExpression(expr.span, name, plan.after, decorator="functools.lru_cache")
        return make_fix(message, False, operation), None
    if not isinstance(bound, Name) or not isinstance(statement, Assign) or statement.value is not expr:
        return None, f"{obstacle}, and a local variable would have to move along"
    if fetch.site.place.frames:
        return None, f"{obstacle}, and it is fetched on some paths only"
    copied = tuple(needed.span for needed in plan.local)
    extract = ExtractFunction((statement.span,), name, (bound.id,), copied, plan.after, decorator="functools.lru_cache")
    return make_fix(message, False, extract), None


def _parsed(statement: Stmt, call: Call) -> Expr:
    """The fetch with the subscripts that open its answer and the `json.loads` around them."""
    found: Expr = call
    parents: dict[int, Expr] = {}
    for head in statement_expressions(statement):
        for part in expressions(head):
            if isinstance(part, Subscript):
                parents[id(part.value)] = part
            elif isinstance(part, Call) and len(part.arguments) == 1 and dotted(part.func) == "json.loads":
                parents[id(part.arguments[0].value)] = part
    while (parent := parents.get(id(found))) is not None:
        if isinstance(parent, Subscript) and not _is_expected(parent):
            break
        found = parent
        if isinstance(parent, Call):
            break
    return found


def _is_expected(expr: Subscript) -> bool:
    return isinstance(expr.key, Literal) and expr.key.value in _EXPECTED


# --- Powertools ----------------------------------------------------------------------------------


def _powertools(program: Program, fetch: Fetch) -> tuple[Fix | None, str | None]:
    """Replace `client.get_secret_value(SecretId=x)["SecretString"]` by Powertools' cached getter."""
    if not any(_imports_powertools(program, path) for path in program.modules):
        return None, "the project does not use Powertools"
    expr = _parsed(fetch.site.place.statement, fetch.call)
    getter = {"secret": "get_secret", "parameter": "get_parameter"}.get(fetch.kind)
    keys = _keys(expr, fetch.call)
    wanted = {"get_secret": ["SecretString"], "get_parameter": ["Parameter", "Value"]}
    if getter is None or fetch.name is None or keys != wanted.get(getter) or len(fetch.call.arguments) > 2:
        return None, "Powertools has no getter of the same form"
    name = constant(program.resolver, fetch.name, fetch.site.scope)
    shown = dotted(fetch.name) or (repr(name.value) if name is not None and isinstance(fetch.name, Literal) else None)
    if shown is None:
        return None, "the secret's name is computed in the call"
    options = ', transform="json"' if isinstance(expr, Call) and expr is not fetch.call else ""
    if any(given.keyword == "WithDecryption" for given in fetch.call.arguments):
        options += ", decrypt=True"
    text = f"parameters.{getter}({shown.replace(chr(39), chr(34))}{options})"
    message = "Fetch it through Powertools, which keeps it for five minutes; a rotated secret is seen only after that"
    operations = (AddImport("aws_lambda_powertools.utilities", "parameters"), ReplaceExpression(expr.span, text))
    return make_fix(message, False, *operations), None


def _keys(expr: Expr, call: Call) -> list[object]:
    """The literal keys between a fetch and the expression around it, innermost first."""
    found: list[object] = []
    if isinstance(expr, Call) and expr is not call:
        expr = expr.arguments[0].value
    while expr is not call and isinstance(expr, Subscript) and isinstance(expr.key, Literal):
        found.append(expr.key.value)
        expr = expr.value
    return list(reversed(found))


def _imports_powertools(program: Program, path: str) -> bool:
    return any(
        isinstance(s, Import) and (s.module or s.names[0].name).startswith("aws_lambda_powertools")
        for s, _ in program.statements(Unit(path, -1))
        if isinstance(s, Import) and (s.module is not None or s.names)
    )
