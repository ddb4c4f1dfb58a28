"""Dictionaries that a module lays out, and of which invocations fill the slots before each use of the whole."""

from __future__ import annotations

from lambdalint.link.model import Site
from lambdalint.mutations import Mutation, Mutations
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, DictDisplay, Display, Expr, Literal, Name, Star, Stmt, Subscript
from lambdalint.walk import Frame


class Slots:
    """Tells which changes fill the slot of a template."""

    def __init__(self, program: Program, mutations: Mutations) -> None:
        self._program = program
        self._mutations = mutations

    def fills_template(self, mutation: Mutation) -> bool:
        """Whether an item that stands in a module's display is set before each use, which is one of the whole.

        That other items of it are set is no use.  What is read back by its key is no template but state.
        """
        place, unit = mutation.site.place, mutation.site.unit
        if mutation.how != "item" or not self._stands_in_display(mutation):
            return False
        uses = [
            site
            for site in self._mutations.variables.reads(mutation.variable)
            if not _is_owner_of_target(site.place.expr, site.place.statement)
        ]
        taken_apart = {
            id(site.place.expr.value)
            for site in self._program.sites(unit)
            if isinstance(site.place.expr, Subscript | Attribute)
        }
        return bool(uses) and all(
            use.unit == unit
            and id(use.place.expr) not in taken_apart
            and use.place.statement.span[:2] > place.statement.span[:2]
            and all(lies_in(use, frame) for frame in place.frames)
            for use in uses
        )

    def _stands_in_display(self, mutation: Mutation) -> bool:
        """Whether the module's one display of a variable has the item that a change sets, under literal keys."""
        variable, expr = mutation.variable, mutation.site.place.expr
        keys: list[object] = []
        while isinstance(expr, Subscript) and isinstance(expr.key, Literal):
            keys.append(expr.key.value)
            expr = expr.value
        if variable.kind != "module" or not isinstance(expr, Name | Attribute):
            return False
        module = self._program.modules[variable.path]
        bindings = module.table(module.scope).get(variable.name, [])
        found = bindings[0].value if len(bindings) == 1 and not bindings[0].unpack else None
        while keys and found is not None:
            found = _item(found, keys.pop())
        return found is not None


def _item(display: Expr, key: object) -> Expr | None:
    """The item of a dictionary's or list's display under a key."""
    if isinstance(display, DictDisplay):
        return next((i.value for i in display.items if isinstance(i.key, Literal) and i.key.value == key), None)
    if isinstance(display, Display) and isinstance(key, int) and 0 <= key < len(display.items):
        return None if any(isinstance(item, Star) for item in display.items) else display.items[key]
    return None


def _is_owner_of_target(expr: Expr, statement: Stmt) -> bool:
    """Whether an expression is that whose item a plain assignment sets."""
    for target in statement.targets if isinstance(statement, Assign) and not statement.op else ():
        while isinstance(target, Subscript):
            target = target.value
        if target is expr:
            return True
    return False


def lies_in(site: Site, frame: Frame) -> bool:
    """Whether a place lies in the branch of a frame."""
    return any(other.node is frame.node and other[1:] == frame[1:] for other in site.place.frames)
