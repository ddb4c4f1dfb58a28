"""What the decorators of a handler do to its arguments, to its coroutine and to what it returns."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.clients import NEW_LOOP_RUNNERS
from lambdalint.catalog.consumers import COROUTINE_METHODS, COROUTINE_RUNNERS
from lambdalint.catalog.handlers import is_callback, is_handler_decorator, is_transparent
from lambdalint.link.model import External, FunctionValue, Site, Unit, Value
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Expr, Function, Name, Return


def untold(program: Program, unit: Unit) -> tuple[Expr, ...]:
    """The decorators of a function whose effect is not known to be none."""
    function = program.function(unit)
    return tuple(
        decorator for decorator in function.decorators if not is_transparent_at(program, unit, function, decorator)
    )


def is_transparent_at(program: Program, unit: Unit, function: Function, decorator: Expr) -> bool:
    """Whether a decorator is known to change neither arguments nor what is returned."""
    values = _values(program, unit, function, decorator)
    return bool(values) and all(
        isinstance(value, External) and is_transparent(value.path.removesuffix("()")) for value in values
    )


def _values(program: Program, unit: Unit, function: Function, decorator: Expr) -> tuple[Value, ...]:
    return program.resolve(decorator, program.resolver.definition_scope(unit.path, function))


def _project_wrappers(
    program: Program, unit: Unit, decorator: Expr
) -> tuple[tuple[FunctionValue, Function], ...] | None:
    """The functions that a decorator of the project puts in a function's place; None when it is none of the project."""
    values = _values(program, unit, program.function(unit), decorator)
    found: list[tuple[FunctionValue, Function]] = []
    for value in values:
        if not isinstance(value, FunctionValue):
            return None
        if _returns_its_argument(program, Unit(value.path, value.number)):
            continue
        returned = program.resolver.returns(value)
        if not returned:
            return None
        for wrapper in returned:
            if not isinstance(wrapper, FunctionValue):
                return None
            found.append((wrapper, program.function(Unit(wrapper.path, wrapper.number))))
    return tuple(found) if values else None


def _returns_its_argument(program: Program, unit: Unit) -> bool:
    """Whether a decorator gives back the function that it is given."""
    names = [parameter.name for parameter in program.function(unit).parameters[:1]]
    returned = [s.value for s, _ in program.statements(unit) if isinstance(s, Return)]
    return bool(returned) and all(isinstance(value, Name) and value.id in names for value in returned)


def wrapped_calls(program: Program, unit: Unit) -> Iterator[tuple[Site, ...]]:
    """For each wrapper that the project's decorators put in a function's place the calls of what it wraps."""
    for decorator in program.function(unit).decorators:
        for value, function in _project_wrappers(program, unit, decorator) or ():
            wrapper = Unit(value.path, value.number)
            if wrapper != unit:
                yield tuple(
                    site
                    for site in program.sites(wrapper)
                    if _calls_wrapped(program, wrapper, function, site.place.expr)
                )


def is_called_back(program: Program, unit: Unit) -> bool:
    """Whether a decorator hands a function to an object of a library that calls it and answers for its failures."""
    function = program.function(unit)
    return any(
        isinstance(value, External) and is_callback(value.path)
        for decorator in function.decorators
        for value in _values(program, unit, function, decorator)
    )


def leaves_coroutine(program: Program, unit: Unit) -> bool:
    """Whether calling a decorated `async def` function certainly still gives a coroutine."""
    for decorator in untold(program, unit):
        wrappers = _project_wrappers(program, unit, decorator)
        if wrappers is None:
            return False
        for value, function in wrappers:
            if Unit(value.path, value.number) != unit and not function.is_async:
                if not _hands_back(program, Unit(value.path, value.number), function):
                    return False
    return True


def _hands_back(program: Program, unit: Unit, wrapper: Function) -> bool:
    """Whether a synchronous wrapper returns what the function that it wraps gives, and runs no coroutine."""
    for site, call in program.sites_of(unit, Call):
        names = program.paths(call.func, site.scope)
        if not (COROUTINE_RUNNERS | NEW_LOOP_RUNNERS).isdisjoint(names):
            return False
        if isinstance(call.func, Attribute) and call.func.attr in COROUTINE_METHODS:
            return False
    returned = [s.value for s, _ in program.statements(unit) if isinstance(s, Return)]
    return bool(returned) and all(
        value is not None and _calls_wrapped(program, unit, wrapper, value) for value in returned
    )


def _calls_wrapped(program: Program, unit: Unit, wrapper: Function, expr: Expr) -> bool:
    """Whether an expression calls the parameter of the function around a wrapper."""
    if not isinstance(expr, Call) or not isinstance(expr.func, Name) or wrapper.outer < 0:
        return False
    outer = program.function(Unit(unit.path, wrapper.outer))
    return expr.func.id in {parameter.name for parameter in outer.parameters}


def passes_context(program: Program, unit: Unit) -> bool:
    """Whether the decorators of a handler certainly give it the runtime's own context."""
    for decorator in untold(program, unit):
        wrappers = _project_wrappers(program, unit, decorator)
        if wrappers is None:
            return _passes(program, unit, decorator)
        for value, function in wrappers:
            wrapper = Unit(value.path, value.number)
            if wrapper != unit and not _passes_second(program, wrapper, function):
                return False
    return True


def _passes(program: Program, unit: Unit, decorator: Expr) -> bool:
    """Whether a decorator from outside is known to pass the context on."""
    values = _values(program, unit, program.function(unit), decorator)
    return bool(values) and all(
        isinstance(value, External) and is_handler_decorator(value.path.removesuffix("()")) for value in values
    )


def _passes_second(program: Program, unit: Unit, wrapper: Function) -> bool:
    """Whether a wrapper calls what it wraps with its own second parameter, or with `*args`."""
    positional = [p.name for p in wrapper.parameters if p.kind in ("positional-only", "positional")]
    calls = [
        site.place.expr
        for site in program.sites(unit)
        if isinstance(site.place.expr, Call) and _calls_wrapped(program, unit, wrapper, site.place.expr)
    ]
    return bool(calls) and all(
        any(given.star == "*" for given in call.arguments)
        or (
            len(call.arguments) > 1
            and len(positional) > 1
            and isinstance(second := call.arguments[1].value, Name)
            and second.id == positional[1]
        )
        for call in calls
    )
