"""Locals that hold already what a function makes once more further down."""

from __future__ import annotations

from lambdalint.creations import Creation, creation_of, is_keepable
from lambdalint.holders import bound_names
from lambdalint.makers import is_equal
from lambdalint.program import Program
from lambdalint.summary import Assign, Call, Return


def held_here(program: Program, creation: Creation) -> str:
    """The local that holds an equal client wherever a creation stands, "" for none; its own statement's is none.

    That is one which is bound once, before, and on every way there.
    """
    site, statement = creation.site, creation.site.place.statement
    if creation.factory.kind not in ("client", "resource") or isinstance(statement, Assign | Return):
        return ""
    module = program.modules[site.unit.path]
    table = module.table(site.scope)
    for other, call in program.sites_of(site.unit, Call):
        held = other.place.statement
        names = bound_names(held, call)
        if len(names) != 1 or held.span.end_row >= statement.span.row or other.scope != site.scope:
            continue
        around = other.place.frames
        if site.place.frames[: len(around)] != around or len(table.get(names[0], ())) != 1:
            continue
        made = creation_of(program, other, call)
        if made is not None and is_equal(made, creation) and is_keepable(program, made):
            return names[0]
    return ""
