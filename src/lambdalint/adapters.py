"""The Mangum adapters of a program: where each is made, for which application, and what it does with lifespans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import apps
from lambdalint.discovery import is_test
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.constants import constant
from lambdalint.link.model import ClassValue, External, Scope, Site, Unit, Value
from lambdalint.program import Program
from lambdalint.summary import Call, Expr, Import
from lambdalint.walk import argument, has_star

# Keywords of Mangum's older releases that say what becomes of the lifespan.
# https://github.com/Kludex/mangum/blob/main/CHANGELOG.md
_OLD_KEYWORDS = frozenset(("enable_lifespan",))


class Given(NamedTuple):
    """An argument with the scope that it is evaluated in."""

    expr: Expr
    scope: Scope


class MangumAdapter(NamedTuple):
    """One call that makes a Mangum adapter.

    `app` is the application that it is given, None where that cannot be told; `lifespan` is the argument's value,
    "auto" where it is left out, None where it cannot be told.  `is_direct` is False where a partial call has fixed
    some of the arguments, so that positions do not count.
    """

    site: Site
    call: Call
    app: Given | None
    lifespan: str | None
    is_direct: bool


def mangum_adapters(program: Program) -> tuple[MangumAdapter, ...]:
    """Every adapter that the program's code makes, tests and code that never runs on Lambda left out."""
    if not any(_imports_mangum(module) for module in program.modules.values()):
        return ()
    found: list[MangumAdapter] = []
    for path in sorted(program.modules):
        if is_test(path, program.project.root):
            continue
        for unit in program.modules[path].units():
            for site, call in program.sites_of(unit, Call):
                if program.runs_on_lambda(site):
                    found += _made(program, site, call)
    return tuple(found)


def _imports_mangum(module: ModuleIndex) -> bool:
    for unit in module.units():
        for statement, _ in module.statements(unit):
            if isinstance(statement, Import):
                names = [statement.module] if statement.module is not None else [n.name for n in statement.names]
                if any(name.partition(".")[0] == "mangum" for name in names):
                    return True
    return False


def _made(program: Program, site: Site, call: Call) -> Iterator[MangumAdapter]:
    for value in program.resolve(call.func, site.scope):
        if not is_mangum(program, value):
            continue
        fixed = value if isinstance(value, External) and value.given is not None else None
        yield MangumAdapter(
            site, call, _app(call, site.scope, fixed), _lifespan(program, call, site.scope, fixed), fixed is None
        )
        return


def is_mangum(program: Program, value: Value) -> bool:
    """Whether calling a value makes an adapter: Mangum, `super().__init__` in a subclass, a subclass without one."""
    if isinstance(value, External):
        return value.path.removesuffix("().__init__") in apps.MANGUM
    if isinstance(value, ClassValue):
        ancestry = program.resolver.ancestry(value)
        is_adapter = any(isinstance(cls, External) and cls.path in apps.MANGUM for cls in ancestry)
        return is_adapter and program.resolver.method(value, "__init__") is None
    return False


def _app(call: Call, scope: Scope, fixed: External | None) -> Given | None:
    given = argument(call, "app", 0)
    if given is not None:
        return Given(given, scope)
    if fixed is not None and fixed.given is not None and fixed.given_scope is not None:
        inner = argument(fixed.given, "app", 1)
        return None if inner is None else Given(inner, fixed.given_scope)
    return None


def _lifespan(program: Program, call: Call, scope: Scope, fixed: External | None) -> str | None:
    """The value of the `lifespan` argument, "auto" where it is certainly left out; None where it cannot be told."""
    if has_star(call, "**") or has_star(call, "*") or any(given.keyword in _OLD_KEYWORDS for given in call.arguments):
        return None
    position = apps.LIFESPAN_POSITION
    if fixed is None or fixed.given is None or fixed.given_scope is None:
        return _value(program, argument(call, apps.LIFESPAN_KEYWORD, position), scope)
    own = argument(call, apps.LIFESPAN_KEYWORD)
    if own is not None:
        return _value(program, own, scope)
    is_plain = all(given.keyword is not None for given in (*call.arguments[1:], *fixed.given.arguments[2:]))
    return _value(program, argument(fixed.given, apps.LIFESPAN_KEYWORD), fixed.given_scope) if is_plain else None


def _value(program: Program, expr: Expr | None, scope: Scope) -> str | None:
    if expr is None:
        return "auto"
    literal = constant(program.resolver, expr, scope)
    if literal is None or not isinstance(literal.value, str) or literal.value not in apps.LIFESPAN_VALUES:
        return None
    return literal.value


def serves(program: Program, unit: Unit) -> Iterator[tuple[Site, External]]:
    """The calls of a unit that hand an event to a Mangum adapter, each with the adapter."""
    for site, _, values in program.calls(unit):
        for value in values:
            if value.path.removesuffix("()") in apps.MANGUM and value.path.endswith("()"):
                yield site, value
