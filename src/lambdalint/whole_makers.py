"""Functions that make something, tell of it and return it: what keeping all that they do changes."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog import sinks
from lambdalint.changing import changes
from lambdalint.creations import Creation, creation_of, is_keepable
from lambdalint.link.model import ClassValue, Edge, External, FunctionValue, Site, Unit, Value
from lambdalint.movable import ENVIRONMENT
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
    values = [value for expr in returned if (value := _value(program, unit, expr)) is not None]
    is_one = bool(values) and len(values) == len(returned) and all(value is values[0] for value in values)
    return values[0] if is_one else None


def _returns_only(program: Program, creation: Creation) -> bool:
    """Whether all that a function returns is what a creation makes, or a client of it."""
    unit = creation.site.unit
    call = returned_call(program, unit)
    if call is None or call is creation.call:
        return call is not None
    site = next((site for site, found in program.sites_of(unit, Call) if found is call), None)
    made = None if site is None else creation_of(program, site, call)
    return made is not None and made.value.is_made_by(creation.call) and is_keepable(program, made)


def _returns_all(program: Program, unit: Unit) -> bool:
    """Whether all that a function does is to return a collection of clients, which no caller changes."""
    *first, last = program.function(unit).body
    value = last.value if isinstance(last, Return) else None
    if first and not (program.function(unit).docstring is not None and len(first) == 1):
        return False
    items = _items(value)
    sites = {id(call): site for site, call in program.sites_of(unit, Call)}
    made = [creation_of(program, sites[id(i)], i) for i in items if isinstance(i, Call) and id(i) in sites]
    if not items or len(made) < len(items) or any(one is None or not is_keepable(program, one) for one in made):
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


def _value(program: Program, unit: Unit, expr: Expr | None) -> Call | None:
    """The call that an expression is, or that the local is given which it names."""
    if isinstance(expr, Name):
        bindings = program.modules[unit.path].table(program.scope(unit)).get(expr.id, ())
        expr = bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None
    return expr if isinstance(expr, Call) else None


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
