"""Where a function reads its locals, and assigns them."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Binding, Site, Unit
from lambdalint.source import Span
from lambdalint.summary import Assign, Function, Name


def read_elsewhere(module: ModuleIndex, unit: Unit, needed: Assign, moved: frozenset[Span]) -> bool:
    """Whether statements that stay read the name that a statement assigns."""
    target = needed.targets[0]
    name = target.id if isinstance(target, Name) else ""
    if any(site.place.statement.span not in moved for site in _reading(module, unit, name)):
        return True
    nested: list[Function] = []
    inside = {unit.number}
    for function in module.summary.functions:  # numbers rise in source order: what is around a function comes first
        if function.outer in inside:
            inside.add(function.number)
            nested.append(function)
    return any(name not in f.locals and bool(list(_reading(module, Unit(module.path, f.number), name))) for f in nested)


def _reading(module: ModuleIndex, unit: Unit, name: str) -> Iterator[Site]:
    return (site for site in module.sites(unit) if isinstance(site.place.expr, Name) and site.place.expr.id == name)


def assignment_of(module: ModuleIndex, unit: Unit, binding: Binding) -> Assign | None:
    """The plain assignment of one name that a binding is."""
    for statement, _ in module.statements(unit):
        if isinstance(statement, Assign) and (statement.span == binding.span or statement.value is binding.value):
            is_single = len(statement.targets) == 1 and isinstance(statement.targets[0], Name) and not statement.op
            return statement if is_single else None
    return None
