"""Clients that are made where none was passed, and whether invocations pass none."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.creations import Creation, is_lasting, missing
from lambdalint.link.arguments import passed
from lambdalint.link.constants import given_parameter
from lambdalint.link.model import Unit
from lambdalint.makers import equal_creations
from lambdalint.program import Program, Reach
from lambdalint.walk import is_literal_none


def fallbacks(program: Program, creation: Creation) -> Iterator[tuple[Creation, Reach]]:
    """The same creations of a module that stand in for a client which some call of an invocation does not pass."""
    for found in equal_creations(program, creation):
        site = found.site
        reach = program.reach(site)
        if reach is None or not is_lasting(program, found):
            continue
        if any(_is_left_out(program, site.unit, name) for name in missing(program, site.unit, site.place.frames)):
            yield found, reach


def _is_left_out(program: Program, unit: Unit, name: str, seen: frozenset[Unit] = frozenset()) -> bool:
    """Whether some call that invocations make gives a parameter None, by its default or through the caller's own."""
    function = program.function(unit)
    default = next((p.default for p in function.parameters if p.name == name), None)
    if unit in program.roots:
        return is_literal_none(default)
    for edge in program.callers(unit):
        given = passed(edge, function) if edge.kind in ("call", "construct") else None
        if given is None or program.reach(edge.site) is None:
            continue
        value = given[name].expr if name in given else default
        if is_literal_none(value):
            return True
        outer = given_parameter(program.resolver, value, edge.site.scope) if name in given else None
        if outer is not None and edge.source not in seen:
            if _is_left_out(program, edge.source, outer, seen | {unit}):
                return True
    return False
