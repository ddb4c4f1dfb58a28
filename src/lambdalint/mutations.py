"""Where invocations change variables that outlive them, and which of these changes are caches or resets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import clients
from lambdalint.catalog.names import words
from lambdalint.catalog.processes import FRESH_CALLS
from lambdalint.catalog.state import CACHE_WORDS, EMPTYING, IDEMPOTENT, LOGGERS, MUTATING_CALLS, MUTATORS
from lambdalint.link.loads import never_runs
from lambdalint.link.model import External, Instance, Scope, Site, Unit
from lambdalint.origin import Origin
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Compare,
    Delete,
    Display,
    Expr,
    For,
    If,
    IfExp,
    Match,
    Name,
    Star,
    Stmt,
    Subscript,
    While,
)
from lambdalint.variables import Variable, Variables
from lambdalint.walk import Frame, Place, expressions


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
        for site in program.sites(unit):
            if isinstance(site.place.expr, Call) and not site.place.statement.__class__.__name__.endswith("Def"):
                yield from self._call(site, site.place.expr)

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


class Judge:
    """Tells which changes let something of one invocation reach the next."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.mutations = Mutations(program)
        self._caches = frozenset(self._find_caches())
        self._looked_up = frozenset(self._find_looked_up())
        self._emptied = frozenset(self._find_emptied())
        self._read: dict[Variable, bool] = {}

    def _find_caches(self) -> Iterator[Variable]:
        """Variables that some memo keeps: what else is done to them keeps the memo."""
        for unit in self.program.invoked_units:
            regions = self.program.phases.regions(unit)
            for mutation in self.mutations.of(unit):
                statement = mutation.site.place.statement.span
                if any(
                    region.span.contains(mutation.site.place.expr.span) or statement.contains(region.span)
                    for region in regions
                ):
                    yield mutation.variable

    def _find_looked_up(self) -> Iterator[Variable]:
        """Dictionaries that are asked whether they have a key: what is stored under one is remembered by it."""
        for unit in self.program.invoked_units:
            for site in self.program.sites(unit):
                expr = site.place.expr
                if isinstance(expr, Compare) and len(expr.ops) == 1 and expr.ops[0] in ("in", "not in"):
                    asked = expr.comparators[0]
                    if isinstance(asked, Call) and isinstance(asked.func, Attribute) and asked.func.attr == "keys":
                        asked = asked.func.value
                    found = self.mutations.variables.of(asked, site.scope)
                    if found is not None:
                        yield found

    def _find_emptied(self) -> Iterator[Variable]:
        """Attributes of lasting objects that a method other than the constructor makes anew."""
        for unit in self.program.invoked_units:
            if unit.number < 0 or self.program.function(unit).name == "__init__":
                continue
            for mutation in self.mutations.of(unit):
                if mutation.method == EMPTYING:
                    yield mutation.variable
            for statement, _ in self.program.statements(unit):
                if isinstance(statement, Assign) and not statement.op:
                    for target in (part for whole in statement.targets for part in expressions(whole)):
                        if isinstance(target, Attribute):
                            found = self.mutations.variables.of(target, self.program.scope(unit))
                            if found is not None:
                                yield found

    def leaks(self, mutation: Mutation) -> bool:
        """Whether a change carries something over, resets at the start of the handler apart."""
        variable = mutation.variable
        if variable.kind == "default":
            return True
        if variable in self._caches or not CACHE_WORDS.isdisjoint(words(variable.name)):
            return False
        if variable.kind == "instance" and variable in self._emptied:
            return False
        if mutation.how in ("item", "delete") and variable in self._looked_up:
            return False
        if mutation.how == "method" and mutation.method in IDEMPOTENT:
            return not self._is_constant(mutation) or self._is_chosen(mutation)
        if mutation.how not in ("assign", "item"):
            return True
        if self._is_kept(mutation):
            return False
        return not self._is_constant(mutation) or self._is_chosen(mutation)

    def _is_kept(self, mutation: Mutation) -> bool:
        """Whether what is stored is a client or a logger."""
        extra = frozenset(self.program.config.client_factories)
        for value in self.program.resolve(mutation.given[0], mutation.site.scope):
            if isinstance(value, External) and value.path.endswith("()"):
                made = value.path.removesuffix("()")
                if clients.find(made, extra) is not None or made in LOGGERS:
                    return True
        return False

    def _is_constant(self, mutation: Mutation) -> bool:
        """Whether every invocation stores the same."""
        scope = mutation.site.scope
        for expr in mutation.given:
            for part in expressions(expr):
                if isinstance(part, Call) and not FRESH_CALLS.isdisjoint(self.program.paths(part.func, scope)):
                    return False
        if self._reads_itself(mutation):
            return False
        return self.program.origins.of_all(mutation.given, scope) is Origin.FIXED

    def _reads_itself(self, mutation: Mutation) -> bool:
        """Whether what is stored depends on what was there."""
        return any(
            isinstance(part, Name | Attribute)
            and self.mutations.variables.of(part, mutation.site.scope) == mutation.variable
            for expr in mutation.given
            for part in expressions(expr)
        )

    def _is_chosen(self, mutation: Mutation) -> bool:
        """Whether the invocation decides if the change is made."""
        return any(
            self.program.origins.of(test, mutation.site.scope) is Origin.INVOCATION
            for frame in mutation.site.place.frames
            if (test := _test(frame)) is not None
        )

    # --- resets ---

    def is_reset(self, mutation: Mutation, root: Unit) -> bool:
        """Whether an entry point resets a change's variable before it uses it."""
        if mutation.variable.kind == "default":
            return False
        return self._resets(root, mutation.variable, 0) is True

    def _resets(self, unit: Unit, variable: Variable, depth: int) -> bool | None:
        """True when a unit surely resets a variable before it uses it, False when it may use it first, else None."""
        for statement, frames in self.program.statements(unit):
            if (
                isinstance(statement, If)
                and not _is_conditional(frames)
                and self._sets_either_way(unit, statement, variable)
            ):
                return True
            if _is_conditional(frames) or never_runs(frames):
                if self._uses(unit, statement, variable):
                    return False
                continue
            for mutation in self.mutations.of(unit):
                if mutation.site.place.statement is statement and mutation.variable == variable:
                    return self._empties(mutation)
            if depth < 3:
                for edge in self.program.edges(unit):
                    if edge.site.place.statement is statement and edge.kind == "call":
                        found = self._resets(edge.target, variable, depth + 1)
                        if found is not None:
                            return found
            if self._uses(unit, statement, variable):
                return False
        return None

    def _sets_either_way(self, unit: Unit, statement: If, variable: Variable) -> bool:
        """Whether both branches of a statement assign a variable, and its test does not read it."""
        first = {
            id(inner): branch for branch, block in enumerate((statement.body, statement.orelse)) for inner in block
        }
        found = {
            first[id(mutation.site.place.statement)]
            for mutation in self.mutations.of(unit)
            if mutation.variable == variable
            and mutation.how == "assign"
            and id(mutation.site.place.statement) in first
            and not self._reads_itself(mutation)
        }
        return found == {0, 1} and not self._uses(unit, statement, variable)

    def _empties(self, mutation: Mutation) -> bool:
        """Whether a change leaves nothing of an earlier value, and is no message to a later invocation."""
        if mutation.how == "method":
            return mutation.method == EMPTYING
        if mutation.how == "assign":
            return self._is_constant(mutation) or (
                not self._reads_itself(mutation) and self._is_read(mutation.variable)
            )
        return mutation.how == "delete"

    def _is_read(self, variable: Variable) -> bool:
        """Whether invocations read a variable at all."""
        found = self._read.get(variable)
        if found is None:
            reads = self.mutations.variables.reads(variable)
            found = self._read[variable] = next(reads, None) is not None
        return found

    def _uses(self, unit: Unit, statement: Stmt, variable: Variable) -> bool:
        return any(
            site.place.statement is statement
            and isinstance(site.place.expr, Name | Attribute)
            and self.mutations.variables.of(site.place.expr, site.scope) == variable
            for site in self.program.sites(unit)
        )


def _is_conditional(frames: tuple[Frame, ...]) -> bool:
    return any(isinstance(frame.node, If | For | While | Match) for frame in frames)


def _test(frame: Frame) -> Expr | None:
    """What decides whether the branch of a frame runs."""
    node = frame.node
    if isinstance(node, If | While | IfExp) and frame.branch in ("body", "orelse"):
        return node.test
    return node.subject if isinstance(node, Match) and frame.branch == "case" else None
