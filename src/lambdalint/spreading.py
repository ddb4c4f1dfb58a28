"""Dictionaries whose items are just what a function takes: they are passed as a whole, `f(**options)`."""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.changing import changes
from lambdalint.fixes import Given
from lambdalint.link.model import Unit
from lambdalint.program import Program
from lambdalint.summary import Assign, Call, DictDisplay, Expr, Literal, Name, Opaque, Return, Subscript


def spread(program: Program, unit: Unit, given: Collection[Given]) -> str:
    """The local of a unit whose items, each passed as the parameter of its key, are all that is given; "" for none.

    Its keys are all known, and the unit does nothing with it but look them up.
    """
    if len(given) < 2:
        return ""
    lookups = {subscript.span: subscript for _, subscript in program.sites_of(unit, Subscript)}
    found: set[str] = set()
    for one in given:
        for span in one.spans:
            subscript = lookups.get(span)
            if subscript is None or not isinstance(subscript.key, Literal) or subscript.key.value != one.name:
                return ""
            found.add(subscript.value.id if isinstance(subscript.value, Name) else "")
    name = found.pop() if len(found) == 1 else ""
    is_complete = bool(name) and _keys(program, unit, name) == {one.name for one in given}
    return name if is_complete and _is_only_read(program, unit, name) else ""


def _keys(program: Program, unit: Unit, name: str) -> set[object]:
    """All keys of the dictionary that a local of a unit is, an empty set where they are not known."""
    home = program.scope(unit)
    bindings = program.modules[unit.path].table(home).get(name, ())
    if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].unpack or bindings[0].value is None:
        return set()
    value: Expr | None = bindings[0].value
    if isinstance(value, Call):
        called = program.callees(value, home)
        value = _returned(program, Unit(called[0].path, called[0].number)) if len(called) == 1 else None
    if not isinstance(value, DictDisplay):
        return set()
    keys = [item.key.value if isinstance(item.key, Literal) else None for item in value.items]
    return set() if None in keys else set(keys)


def _returned(program: Program, unit: Unit) -> Expr | None:
    """What a function returns anew each time, where one statement of it does so."""
    function = program.function(unit)
    if function.is_async or function.is_generator or function.decorators:
        return None
    returned = [s for s, _ in program.statements(unit) if isinstance(s, Return)]
    return returned[0].value if len(returned) == 1 and returned[0] is function.body[-1] else None


def _is_only_read(program: Program, unit: Unit, name: str) -> bool:
    """Whether all that a unit and its inner functions do with a local is to look its items up."""
    if any(changes(statement, (name,)) for statement, _ in program.statements(unit)):
        return False
    module = program.modules[unit.path]
    inside = program.function(unit).span
    known = {id(subscript.value) for _, subscript in program.sites_of(unit, Subscript)}
    known.update(id(target) for s, _ in program.statements(unit) if isinstance(s, Assign) for target in s.targets)
    for other in module.units():
        if other.number < 0 or not inside.contains(program.function(other).span):
            continue
        for site in module.sites(other):
            expr = site.place.expr
            if isinstance(expr, Name) and expr.id == name and id(expr) not in known:
                return False
            if isinstance(expr, Opaque) and name in expr.names:
                return False
    return True
