"""Where invocations change variables that outlive them, and which of these changes are caches or resets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog.state import MUTATING_CALLS, MUTATORS
from lambdalint.link.model import Instance, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    ClassDef,
    Delete,
    Display,
    Expr,
    FunctionDef,
    Name,
    Star,
    Stmt,
    Subscript,
)
from lambdalint.variables import Variable, Variables
from lambdalint.walk import Frame, Place


class Mutation(NamedTuple):
    """One change: `how` is assign (a plain one), augment, item (a plain one of an item), delete or method.

    `given` are the expressions that are stored and the keys under which, for assign and item.
    """

    site: Site
    variable: Variable
    how: str
    given: tuple[Expr, ...] = ()
    method: str = ""


class Mutations:
    """The changes of lasting variables in a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.variables = Variables(program)
        self._units: dict[Unit, tuple[Mutation, ...]] = {}

    def of(self, unit: Unit) -> tuple[Mutation, ...]:
        """A unit's changes in source order, the first of each row."""
        found = self._units.get(unit)
        if found is None:
            rows: dict[int, Mutation] = {}
            for mutation in self._find(unit) if unit.number >= 0 else ():
                rows.setdefault(mutation.site.place.expr.span.row, mutation)
            found = self._units[unit] = tuple(rows[row] for row in sorted(rows))
        return found

    def _find(self, unit: Unit) -> Iterator[Mutation]:
        program, scope = self.program, self.program.scope(unit)
        for statement, frames in program.statements(unit):
            if isinstance(statement, Assign) and statement.value is not None:
                for target in statement.targets:
                    yield from self._target(target, statement, frames, unit, scope)
            elif isinstance(statement, Delete):
                for target in statement.targets:
                    if isinstance(target, Subscript):
                        yield from self._collection(target, target.value, "delete", statement, frames, unit, scope)
        for site, call in program.sites_of(unit, Call):
            if not isinstance(site.place.statement, FunctionDef | ClassDef):
                yield from self._call(site, call)

    # --- statements ---

    def _target(
        self, target: Expr, statement: Assign, frames: tuple[Frame, ...], unit: Unit, scope: Scope
    ) -> Iterator[Mutation]:
        if isinstance(target, Display | Star):
            for part in target.items if isinstance(target, Display) else (target.value,):
                yield from self._target(part, statement, frames, unit, scope)
            return
        value = statement.value
        if value is None:
            return
        site = Site(unit, scope, Place(target, statement, frames))
        how = "augment" if statement.op else "assign"
        if isinstance(target, Subscript):
            how = "augment" if statement.op else "item"
            for found in self._collection(target, target.value, how, statement, frames, unit, scope):
                yield found._replace(given=(value, target.key))
        elif isinstance(target, Name):
            if target.id in self.program.function(unit).globals:
                variable = self.variables.member(unit.path, target.id)
                if variable is not None:
                    yield Mutation(site, variable, how, (value,))
            elif statement.op:
                yield from self._collection(target, target, how, statement, frames, unit, scope)
        elif isinstance(target, Attribute):
            yield from self._attribute(target, site, how, value)

    def _attribute(self, target: Attribute, site: Site, how: str, value: Expr) -> Iterator[Mutation]:
        variable = self.variables.of(target, site.scope)
        if variable is None:
            return
        through_object = any(isinstance(found, Instance) for found in self.program.resolve(target.value, site.scope))
        if variable.kind == "class" and through_object:
            if how == "augment" and self.variables.holds_collection(variable):
                yield Mutation(site, variable, how, (value,))
        elif variable.kind != "instance" or how == "augment":
            yield Mutation(site, variable, how, (value,))

    def _collection(
        self, target: Expr, owner: Expr, how: str, statement: Stmt, frames: tuple[Frame, ...], unit: Unit, scope: Scope
    ) -> Iterator[Mutation]:
        variable = self.variables.of(owner, scope)
        if variable is not None and self.variables.holds_collection(variable):
            yield Mutation(Site(unit, scope, Place(target, statement, frames)), variable, how)

    # --- calls ---

    def _call(self, site: Site, call: Call) -> Iterator[Mutation]:
        owner: Expr | None = None
        method = ""
        if isinstance(call.func, Attribute) and call.func.attr in MUTATORS:
            owner, method = call.func.value, call.func.attr
        elif call.arguments and any(path in MUTATING_CALLS for path in self.program.paths(call.func, site.scope)):
            owner = call.arguments[0].value
        variable = None if owner is None else self.variables.of(owner, site.scope)
        if variable is not None and self.variables.holds_collection(variable):
            yield Mutation(site, variable, "method", tuple(given.value for given in call.arguments), method)
