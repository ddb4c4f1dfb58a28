"""Functions that make something, tell of it and return it: what keeping all that they do changes."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog import sinks
from lambdalint.changing import changes
from lambdalint.creations import Creation, creation_of, is_keepable
from lambdalint.link.model import ClassValue, Edge, External, FunctionValue, Site, Unit, Value
from lambdalint.movable import ENVIRONMENT
from lambdalint.origin import Origin
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    DictDisplay,
    Display,
    Expr,
    ExprStmt,
    If,
    Name,
    Raise,
    Return,
    Try,
)
from lambdalint.walk import dotted

_STATEMENTS = (Assign, ExprStmt, If, Raise, Return, Try)
_PLAIN = frozenset(("str", "int", "float", "bool", "len", "dict", "isinstance", "os.getenv", "os.environ.get"))
_TEXT_METHODS = frozenset(("format", "get", "strip", "lower", "upper", "replace", "split", "join", "startswith"))


class Whole(NamedTuple):
    """What is done once where a function's result is kept: whether it logs and reads the environment, and calls."""

    logs: bool
    reads_environment: bool
    computes: str | None


def whole_maker(program: Program, creation: Creation) -> Whole | None:
    """What a creation's function does besides making what it returns; None where it cannot be cached as it is."""
    unit = creation.site.unit
    function = program.function(unit)
    if function.parameters or function.outer >= 0 or function.cls >= 0 or unit in program.roots:
        return None
    if function.is_async or function.is_generator or function.decorators or function.globals:
        return None
    if not (_returns_only(program, creation) or _returns_all(program, unit)):
        return None
    for statement, _ in program.statements(unit):
        targets = statement.targets if isinstance(statement, Assign) else ()
        if not isinstance(statement, _STATEMENTS) or not all(isinstance(target, Name) for target in targets):
            return None
    found = Whole(False, False, None)
    for site, call, _ in program.calls(unit):
        made = _taken(program, creation, site, call, found)
        if made is None:
            return None
        found = made
    reads = (dotted(site.place.expr) for site in program.sites(unit))
    return found._replace(reads_environment=any(name in ENVIRONMENT for name in reads))


def returned_call(program: Program, unit: Unit) -> Call | None:
    """The one call whose result a function returns wherever it returns, by itself or by a local's name."""
    returned = [s.value for s, _ in program.statements(unit) if isinstance(s, Return)]
    found = [_values(program, unit, expr) for expr in returned]
    is_one = bool(found) and all(len(calls) == 1 and calls[0] is found[0][0] for calls in found)
    return found[0][0] if is_one else None


def _returns_only(program: Program, creation: Creation) -> bool:
    """Whether all that a function returns, on whichever of its ways, is what it makes itself: clients of one kind.

    Which way it goes may not depend on the invocation.
    """
    unit = creation.site.unit
    returned = [s.value for s, _ in program.statements(unit) if isinstance(s, Return)]
    calls = {id(call): call for expr in returned for call in _values(program, unit, expr)}
    if not calls or not all(_values(program, unit, expr) for expr in returned):
        return False
    tests = [s.test for s, _ in program.statements(unit) if isinstance(s, If)]
    if len(calls) > 1 and program.origins.of_all(tests, program.scope(unit)) is not Origin.FIXED:
        return False
    sites = {id(call): site for site, call in program.sites_of(unit, Call)}
    return all(key in sites and _is_made(program, creation, sites[key], call) for key, call in calls.items())


def _is_made(program: Program, creation: Creation, site: Site, call: Call) -> bool:
    """Whether a call is a creation, or makes a client of it, or is another creation of the same kind."""
    if call is creation.call:
        return True
    made = creation_of(program, site, call)
    if made is None or not is_keepable(program, made):
        return False
    return made.value.is_made_by(creation.call) or made.factory.kind == creation.factory.kind


def _returns_all(program: Program, unit: Unit) -> bool:
    """Whether all that a function does is to return a collection of clients, which no caller changes.

    It may give them, and the session that makes them, names first.
    """
    function = program.function(unit)
    *first, last = function.body[1:] if function.docstring is not None else function.body
    items = _items(last.value if isinstance(last, Return) else None)
    if not items or not all(isinstance(statement, Assign) for statement in first):
        return False
    calls = [_values(program, unit, item) for item in items]
    sites = {id(call): site for site, call in program.sites_of(unit, Call)}
    made = [creation_of(program, sites[id(one)], one) for found in calls for one in found if id(one) in sites]
    if len(made) != len(items) or any(one is None or not is_keepable(program, one) for one in made):
        return False
    return not any(_is_changed(program, edge) for edge in program.callers(unit))


def _items(value: Expr | None) -> tuple[Expr, ...]:
    if isinstance(value, DictDisplay):
        return tuple(item.value for item in value.items if item.key is not None)
    return value.items if isinstance(value, Display) else ()


def _is_changed(program: Program, edge: Edge) -> bool:
    """Whether a caller stores into what it got, or has a method of it change it."""
    statement = edge.site.place.statement
    targets = statement.targets if isinstance(statement, Assign) else ()
    names = {target.id for target in targets if isinstance(target, Name)}
    return bool(names) and any(changes(other, names) for other, _ in program.statements(edge.source))


def _values(program: Program, unit: Unit, expr: Expr | None) -> tuple[Call, ...]:
    """The call that an expression is, or those that the local is given which it names; none where it may be another."""
    found = (expr,)
    if isinstance(expr, Name):
        bindings = program.modules[unit.path].table(program.scope(unit)).get(expr.id, ())
        found = tuple(None if binding.unpack else binding.value for binding in bindings)  # type: ignore[assignment]
    calls = tuple(one for one in found if isinstance(one, Call))
    return calls if len(calls) == len(found) else ()


def _taken(program: Program, creation: Creation, site: Site, call: Call, found: Whole) -> Whole | None:
    """What is known so far with one more call of the function; None where that does something else."""
    if call is creation.call or creation_of(program, site, call) is not None:
        return found
    values = program.resolve(call.func, creation.site.scope)
    if any(isinstance(value, FunctionValue) for value in values):
        return found._replace(computes=found.computes or dotted(call.func) or "a function")
    if isinstance(call.func, Attribute) and call.func.attr in _TEXT_METHODS:
        return found
    if not values or not all(_is_part(value, creation) for value in values):
        return None
    is_log = any(isinstance(value, External) and _is_log(value.path) for value in values)
    return found._replace(logs=found.logs or is_log)


def _is_part(value: Value, creation: Creation) -> bool:
    """Whether calling a value makes an object, works on what is made, computes or logs."""
    if isinstance(value, ClassValue):
        return True
    if not isinstance(value, External):
        return False
    if value.is_made_by(creation.call):
        return creation.factory.kind == "session"  # its own methods ask no service
    return value.path in _PLAIN or value.path.rpartition(".")[2][:1].isupper() or _is_log(value.path)


def _is_log(path: str) -> bool:
    return path == "print" or sinks.level(path) is not None
