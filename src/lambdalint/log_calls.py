"""The log calls of a program: what they say, and what sets logging up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import log_setup, sinks
from lambdalint.link.constants import definition
from lambdalint.link.model import ClassValue, External, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    Call,
    Delete,
    Expr,
    If,
    Import,
    Joined,
    Literal,
    Name,
    Subscript,
)
from lambdalint.walk import Frame, argument, expressions


class LogCall(NamedTuple):
    """A call that writes a log line; `message` is what it says, None where that is not passed plainly."""

    site: Site
    call: Call
    message: Expr | None


def log_calls(program: Program, unit: Unit) -> Iterator[LogCall]:
    """The log calls of a unit."""
    for site, call, values in program.calls(unit):
        for value in values:
            level = sinks.level(value.path)
            if level is not None and program.runs_on_lambda(site):
                yield LogCall(site, call, argument(call, "msg", 1 if level == "log" else 0))
                break


def meant(program: Program, expr: Expr, scope: Scope) -> Expr:
    """What an expression is: itself, or what the one assignment of the name holds."""
    found = definition(program.resolver, expr, scope)
    return expr if found is None else found[0]


def is_free_text(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether a message is put together from text and values: an f-string, `%`, `+` or `.format`."""
    expr = meant(program, expr, scope)
    if isinstance(expr, Joined):
        return any(not isinstance(part, Literal) for part in expr.parts)
    if isinstance(expr, BinOp) and expr.op in ("+", "%"):
        return any(isinstance(part, Joined) or _is_text(part) for part in expressions(expr))
    return isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "format"


def _is_text(expr: Expr) -> bool:
    return isinstance(expr, Literal) and expr.kind == "str"


# --- what makes lines structured -----------------------------------------------------------------


def is_structured(program: Program, path: str) -> bool:
    """Whether anything in a file makes log lines structured, or configures logging out of view."""
    module = program.modules[path]
    for unit in module.units():
        for statement, _ in module.statements(unit):
            if isinstance(statement, Import) and _imports_structure(statement):
                return True
        for _, _, values in program.calls(unit):
            if any(value.path in log_setup.POWERTOOLS_LOGGERS | log_setup.CONFIGURATORS for value in values):
                return True
        if any(_is_document(program, call) for call in log_calls(program, unit)):
            return True
    return any(_is_json_formatter(program, ClassValue(path, cls.number)) for cls in module.summary.classes)


def _imports_structure(statement: Import) -> bool:
    names = [n.name for n in statement.names] if statement.module is None else [statement.module]
    return not statement.level and any(name.partition(".")[0] in log_setup.STRUCTURED_PACKAGES for name in names)


def _is_document(program: Program, logged: LogCall) -> bool:
    if logged.message is None:
        return False
    expr = meant(program, logged.message, logged.site.scope)
    if not isinstance(expr, Call):
        return False
    return any(path in log_setup.SERIALIZERS for path in program.paths(expr.func, logged.site.scope))


def _is_json_formatter(program: Program, cls: ClassValue) -> bool:
    outside = {base.path for base in program.resolver.ancestry(cls) if isinstance(base, External)}
    if not outside & log_setup.FORMATTERS:
        return False
    module = program.modules[cls.path]
    methods = [Unit(cls.path, f.number) for f in module.summary.functions if f.cls == cls.number]
    calls = (values for unit in methods for _, _, values in program.calls(unit))
    return "json" in module.summary.classes[cls.number].name.lower() or any(
        value.path in log_setup.SERIALIZERS for values in calls for value in values
    )


# --- guards --------------------------------------------------------------------------------------


def asks_for_handlers(frames: tuple[Frame, ...]) -> bool:
    """Whether an `if` around a place looks at a logger's handlers."""
    return any(isinstance(f.node, If) and f.branch != "test" and _reads_handlers(f.node.test) for f in frames)


def _reads_handlers(expr: Expr) -> bool:
    return any(isinstance(p, Attribute) and p.attr in log_setup.HANDLER_ATTRIBUTES for p in expressions(expr))


def asks_for_lambda(frames: tuple[Frame, ...]) -> bool:
    """Whether an `if` around a place asks whether the code runs on Lambda, or locally."""
    return any(isinstance(f.node, If) and f.branch != "test" and _names_place(f.node.test) for f in frames)


def _names_place(test: Expr) -> bool:
    for part in expressions(test):
        if isinstance(part, Literal) and isinstance(part.value, str):
            if part.value in log_setup.LAMBDA_VARIABLES or "local" in part.value.lower():
                return True
        name = part.id if isinstance(part, Name) else part.attr if isinstance(part, Attribute) else ""
        if any(word in name.lower() for word in ("local", "lambda", "aws_")):
            return True
    return False


def takes_handlers_away(program: Program, path: str) -> bool:
    """Whether a file removes a logger's handlers, or replaces their list."""
    module = program.modules[path]
    for unit in module.units():
        for site, call in program.sites_of(unit, Call):
            if isinstance(call.func, Attribute):
                owner = call.func.value
                is_list = isinstance(owner, Attribute) and owner.attr == "handlers"
                if call.func.attr == "removeHandler" or (is_list and call.func.attr in ("clear", "pop", "remove")):
                    return True
            if _starts_anew(program, call, site.scope):
                return True
        for statement, _ in program.statements(unit):
            targets = statement.targets if isinstance(statement, Assign | Delete) else ()
            for target in targets:
                inner = target.value if isinstance(target, Subscript) else target
                if isinstance(inner, Attribute) and inner.attr == "handlers":
                    return True
    return False


def _starts_anew(program: Program, call: Call, scope: Scope) -> bool:
    paths = program.paths(call.func, scope)
    if not log_setup.CLEARERS.isdisjoint(paths):
        return True
    is_reload = not log_setup.RELOADERS.isdisjoint(paths)
    return is_reload and bool(call.arguments) and program.paths(call.arguments[0].value, scope) == ("logging",)


def sets_root_level(program: Program, path: str) -> bool:
    """Whether code of a file that runs on Lambda sets the level of the root logger itself."""
    for unit in program.modules[path].units():
        for site, call, values in program.calls(unit):
            if any(value.path in log_setup.ROOT_LEVEL for value in values) and isinstance(call.func, Attribute):
                owner = meant(program, call.func.value, site.scope)
                is_root = not isinstance(owner, Call) or not owner.arguments
                if is_root and program.runs_on_lambda(site):
                    return True
    return False


def returns_early(program: Program, site: Site) -> bool:
    """Whether an earlier `if logger.handlers: return` of the same unit guards a place."""
    for statement, _ in program.statements(site.unit):
        if statement.span >= site.place.statement.span:
            return False
        if isinstance(statement, If) and _reads_handlers(statement.test):
            return True
    return False
