"""LMB703 ``unknown-context-attribute``: code reads an attribute that the context object does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cached_property

from lambdalint.catalog import runtime
from lambdalint.catalog.handlers import CONTEXT_TYPES, is_context_name
from lambdalint.decorations import passes_context
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import ReplaceExpression
from lambdalint.handlers import Handler
from lambdalint.handling import is_caught
from lambdalint.link.dead import never_runs
from lambdalint.link.model import External, FunctionValue, Site, Unit
from lambdalint.parameters import CONTEXT, Passed
from lambdalint.program import Program, Reach, make_fix
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    Call,
    DictDisplay,
    Display,
    Expr,
    Literal,
    Name,
    Parameter,
    Subscript,
)
from lambdalint.walk import dotted, expressions

_CUTOFF = 0.76
_UNTYPED = frozenset(("typing.Any", "object", "typing_extensions.Any"))
_PARTS = {
    "identity": runtime.IDENTITY_ATTRIBUTES,
    "client_context": runtime.CLIENT_CONTEXT_ATTRIBUTES,
}


@rule(
    "LMB703",
    "unknown-context-attribute",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-context.html",),
)
def unknown_context_attribute(program: Program) -> Iterator[Diagnostic]:
    """Reads an attribute that the context object does not have.

    ## Why is this bad?
    The runtime's `LambdaContext` has a fixed set of attributes, and other names raise an `AttributeError`.  The
    request's id is `aws_request_id`; names from other languages' runtimes (`awsRequestId`, `functionName`) do not
    exist in Python.

    ## Bad
    ```python
    def lambda_handler(event, context):
        return {"request": context.request_id}
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        return {"request": context.aws_request_id}
    ```

    ## Fix safety
    Safe for `request_id`, `function_arn` and `memory_limit`, which always fail and mean one thing; a test with a
    context of its own needs the same change.  Unsafe for what is only spelt alike.

    ## Errs towards
    Silence: a context that is annotated as something else, assigned anew, given by a decorator of unknown effect or
    asked with `hasattr` is not judged, and an attribute that the project stores exists.  Nor is a function that only
    looks like a handler and is handed to something that may call it, such as a task of a state machine.
    """
    finder = _Finder(program)
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site, attribute in program.sites_of(unit, Attribute):
            found = finder.unknown(site, attribute)
            if found is None:
                continue
            reach = program.reach_invoked(site)
            if reach is not None and not finder.may_get_another(reach.handler):
                yield _diagnostic(program, site, *found, reach)


class _Finder:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._context = Passed(program, CONTEXT, self._accepts)
        self._stored = frozenset(self._find_stored())
        self._certain: dict[Unit, bool] = {}

    def unknown(self, site: Site, expr: Attribute) -> tuple[Attribute, str | None] | None:
        """The attribute that a site reads in vain, and the one that is meant."""
        if _is_stored_to(site):
            return None
        owner = expr.value
        if isinstance(owner, Attribute) and owner.attr in _PARTS and self._is_context(owner.value, site):
            return self._judge(expr, site, _PARTS[owner.attr], {})
        if not isinstance(owner, Name) or not self._is_context(owner, site):
            return None
        names = runtime.CONTEXT_ATTRIBUTES | runtime.CONTEXT_METHODS
        return self._judge(expr, site, names, runtime.CONTEXT_RENAMES)

    def _judge(
        self, expr: Attribute, site: Site, names: frozenset[str], renames: dict[str, str]
    ) -> tuple[Attribute, str | None] | None:
        name = expr.attr
        if name in names or (name.startswith("__") and name.endswith("__")) or name in self._stored:
            return None
        if self._is_asked(site, name) or is_caught(
            self._program, site.place.frames, site.scope, frozenset(("AttributeError",))
        ):
            return None
        meant = renames.get(name) or next(iter(get_close_matches(name.lower(), sorted(names), 1, _CUTOFF)), None)
        return (expr, meant) if meant is not None or self._is_certain(site.unit) else None

    def _is_context(self, expr: Expr, site: Site) -> bool:
        return self._context.is_argument(expr, site.scope)

    # --- what tells that the context is another ---

    def _accepts(self, unit: Unit, parameter: Parameter) -> bool:
        if parameter.annotation is not None and not self._is_context_type(unit, parameter.annotation):
            return False
        is_handler = self._program.handler_of(unit) is not None
        return not self._program.is_durable(unit) and (not is_handler or passes_context(self._program, unit))

    def may_get_another(self, handler: Handler) -> bool:
        """Whether a handler found by its shape is handed to something that may call it with a context of its own."""
        return handler.how == "shape" and handler.unit in self._handed_on

    @cached_property
    def _handed_on(self) -> frozenset[Unit]:
        """The functions that some module passes to a call or puts into a display."""
        found: set[Unit] = set()
        wanted = {handler.name.rpartition(".")[2] for handler in self._program.handlers if handler.how == "shape"}
        sites = (s for module in self._program.modules.values() for unit in module.units() for s in module.sites(unit))
        for site in sites:
            for given in _held(site.place.expr) if not never_runs(site.place.frames) else ():
                if isinstance(given, Name | Attribute) and (dotted(given) or "").rpartition(".")[2] in wanted:
                    values = self._program.resolve(given, site.scope)
                    found.update(Unit(v.path, v.number) for v in values if isinstance(v, FunctionValue))
        return frozenset(found)

    def _is_context_type(self, unit: Unit, annotation: Expr) -> bool:
        if isinstance(annotation, Literal):
            return isinstance(annotation.value, str) and annotation.value.rpartition(".")[2] == "LambdaContext"
        if isinstance(annotation, BinOp):
            return self._is_context_type(unit, annotation.left)
        if isinstance(annotation, Subscript):
            return (dotted(annotation.value) or "").endswith("Optional") and self._is_context_type(unit, annotation.key)
        program = self._program
        scope = program.resolver.definition_scope(unit.path, program.function(unit))
        values = program.resolve(annotation, scope)
        return bool(values) and all(
            isinstance(value, External)
            and (value.path in CONTEXT_TYPES or value.path in _UNTYPED or value.path.endswith(".LambdaContext"))
            for value in values
        )

    def _find_stored(self) -> Iterator[str]:
        """The attributes that the project sets on what is called a context."""
        for module in self._program.modules.values():
            for unit in module.units():
                for statement, _ in module.statements(unit):
                    for target in statement.targets if isinstance(statement, Assign) else ():
                        for part in expressions(target):
                            if isinstance(part, Attribute) and isinstance(part.value, Name):
                                scope = self._program.scope(unit)
                                if is_context_name(part.value.id) or self._context.is_argument(part.value, scope):
                                    yield part.attr

    def _is_asked(self, site: Site, name: str) -> bool:
        """Whether the function asks for the attribute by name, or sets it so."""
        return any(
            isinstance(call := other.place.expr, Call)
            and isinstance(call.func, Name)
            and call.func.id in ("hasattr", "setattr", "getattr")
            and len(call.arguments) > 1
            and isinstance(asked := call.arguments[1].value, Literal)
            and asked.value == name
            for other in self._program.sites(site.unit)
        )

    def _is_certain(self, unit: Unit) -> bool:
        """Whether the runtime surely calls a handler by which a unit is reached.

        Elsewhere a name that is like no attribute may be one that a framework puts there.
        """
        found = self._certain.get(unit)
        if found is None:
            handlers = [p.handler for p in self._program.phases.handlers if unit in self._program.running.invoked(p)]
            found = self._certain[unit] = any(
                handler.how != "shape" or "handler" in handler.name.rpartition(".")[2].lower() for handler in handlers
            )
        return found


def _held(expr: Expr) -> Iterator[Expr]:
    """The arguments of a call and the items of a display."""
    if isinstance(expr, Call):
        yield from (given.value for given in expr.arguments)
    elif isinstance(expr, DictDisplay):
        yield from (item.value for item in expr.items)
    elif isinstance(expr, Display):
        yield from expr.items


def _is_stored_to(site: Site) -> bool:
    statement = site.place.statement
    return isinstance(statement, Assign) and any(
        part is site.place.expr for target in statement.targets for part in expressions(target)
    )


# --- diagnostic ----------------------------------------------------------------------------------


def _diagnostic(program: Program, site: Site, expr: Attribute, meant: str | None, reach: Reach) -> Diagnostic:
    owner = dotted(expr.value) or "context"
    return program.report(
        site,
        f"the context has no attribute `{expr.attr}`",
        f"read `{owner}.{meant}`" if meant is not None else "see the attributes that the runtime's context has",
        reach=reach,
        fix=None if meant is None else _fix(program, site, expr, meant),
    )


def _fix(program: Program, site: Site, expr: Attribute, meant: str) -> Fix | None:
    """The attribute's name replaced; a method that is not called yet is called."""
    span = expr.span
    is_called = any(
        isinstance(call := other.place.expr, Call) and call.func is expr for other in program.sites(site.unit)
    )
    is_method = meant in runtime.CONTEXT_METHODS
    if is_called and not is_method:
        return None
    place = Span(span.end_row, span.end_column - len(expr.attr), span.end_row, span.end_column)
    text = f"{meant}()" if is_method and not is_called else meant
    safe = expr.attr in runtime.CERTAIN_RENAMES
    message = f"Read `{meant}`" if safe else f"Read `{meant}`, which is spelt alike"
    return make_fix(message, safe, ReplaceExpression(place, text))
