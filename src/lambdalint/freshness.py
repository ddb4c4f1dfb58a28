"""Values that INIT computes once although each use wants a new one: times, identifiers, random numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.catalog.names import words
from lambdalint.catalog.processes import FIELD_CALLS, FRESH_CALLS, PASSING_PREFIXES, is_init_name
from lambdalint.catalog.records import DATACLASS_DECORATORS
from lambdalint.catalog.responses import MODEL_BASES
from lambdalint.link.constants import definition
from lambdalint.link.dead import never_runs
from lambdalint.link.model import ClassValue, External, FunctionValue, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    Call,
    ClassDef,
    Compare,
    Expr,
    FunctionDef,
    Literal,
    Name,
    Return,
    Stmt,
)
from lambdalint.uses import Reader
from lambdalint.variables import Variable, Variables
from lambdalint.walk import Frame, Place, children, keyword_names, statements

_DEPTH = 5
_SETTLED = frozenset(("tzinfo",))


class Frozen(NamedTuple):
    """A fresh value that INIT keeps: where it is computed, the name that holds it, and one use in an invocation."""

    site: Site
    name: str
    use: Site


class Freshness:
    """Finds the frozen values of a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._variables = Variables(program)
        self._reader = Reader(program)

    def frozen(self) -> Iterator[Frozen]:
        """All frozen values, module by module."""
        for path in self._program.loaded:
            scope = self._program.modules[path].scope
            yield from self._block(self._program.summary(path).body, Unit(path, -1), scope)

    def _block(self, body: tuple[Stmt, ...], unit: Unit, scope: Scope) -> Iterator[Frozen]:
        for statement, frames in statements(body):
            if never_runs(frames):
                continue
            if isinstance(statement, Assign) and statement.value is not None and not statement.op:
                yield from self._assigned(statement, frames, unit, scope)
            elif isinstance(statement, FunctionDef):
                yield from self._defaults(statement, frames, unit, scope)
            elif isinstance(statement, ClassDef):
                inner = Scope(unit.path, "class", statement.cls)
                yield from self._block(self._program.summary(unit.path).classes[statement.cls].body, unit, inner)

    # --- names of modules and classes ---

    def _assigned(self, statement: Assign, frames: tuple[Frame, ...], unit: Unit, scope: Scope) -> Iterator[Frozen]:
        value = statement.value
        names = [target.id for target in statement.targets if isinstance(target, Name)]
        if value is None or not names or is_init_name(words(names[0])):
            return
        fresh = self._fresh(value, scope)
        if fresh is None:
            return
        site = Site(unit, scope, Place(fresh if value.span.contains(fresh.span) else value, statement, frames))
        for name in names:
            use = self._use(name, scope, statement)
            if use is not None:
                yield Frozen(site, name, use)
                return

    def _use(self, name: str, scope: Scope, statement: Assign) -> Site | None:
        """A place in an invocation that takes the value of a name of a module or a class."""
        if scope.kind == "module":
            bindings = self._program.modules[scope.path].table(scope).get(name, ())
            if any(binding.scope.kind == "function" for binding in bindings):
                return None
            return self._read(Variable("module", scope.path, -1, name))
        cls = ClassValue(scope.path, scope.number)
        if statement.annotation is not None and self._has_fields(cls):
            return self._construction(cls, name)
        variable = Variable("class", scope.path, scope.number, name)
        if name in self._program.resolver.stores(cls) or self._is_set_again(variable):
            return None
        return self._read(variable)

    def _is_set_again(self, variable: Variable) -> bool:
        """Whether invocations give an attribute of a class another value: `Session.expires = …`."""
        return any(
            isinstance(target, Attribute)
            and target.attr == variable.name
            and self._variables.of(target, self._program.scope(unit)) == variable
            for unit in self._program.invoked_units
            for statement, _ in self._program.statements(unit)
            if isinstance(statement, Assign)
            for target in statement.targets
        )

    def _read(self, variable: Variable) -> Site | None:
        reads = list(self._variables.reads(variable))
        return None if all(self._measures(site) for site in reads) else reads[0]

    def _measures(self, site: Site) -> bool:
        """Whether a read is subtracted from a fresh value: it measures the time since INIT."""
        parent = self._reader.parent(site.unit, site.place.expr)
        return (
            isinstance(parent, BinOp)
            and parent.op == "-"
            and parent.right is site.place.expr
            and self._fresh(parent.left, site.scope) is not None
        )

    # --- fields ---

    def _has_fields(self, cls: ClassValue) -> bool:
        """Whether annotated attributes of a class are defaults of its constructor's parameters."""
        program = self._program
        for ancestor in program.resolver.ancestry(cls):
            if isinstance(ancestor, External):
                if ancestor.path in MODEL_BASES or ancestor.path == "typing.NamedTuple":
                    return True
                continue
            definition = program.summary(ancestor.path).classes[ancestor.number]
            scope = program.modules[ancestor.path].scope
            paths = {path.removesuffix("()") for d in definition.decorators for path in program.paths(d, scope)}
            if not DATACLASS_DECORATORS.isdisjoint(paths):
                return True
        return False

    def _construction(self, cls: ClassValue, name: str) -> Site | None:
        """A place in an invocation that makes an object of a class and leaves out a field."""
        for unit in self._program.invoked_units:
            for site, call in self._program.sites_of(unit, Call):
                if name not in keyword_names(call.arguments):
                    if any(self._is_kind_of(value, cls) for value in self._program.resolve(call.func, site.scope)):
                        return site
        return None

    def _is_kind_of(self, value: object, cls: ClassValue) -> bool:
        return isinstance(value, ClassValue) and cls in self._program.resolver.ancestry(value)

    # --- defaults ---

    def _defaults(
        self, statement: FunctionDef, frames: tuple[Frame, ...], unit: Unit, scope: Scope
    ) -> Iterator[Frozen]:
        target = Unit(unit.path, statement.function)
        if target not in self._program.invoked_units:
            return
        for parameter in self._program.function(target).parameters:
            if parameter.default is None or is_init_name(words(parameter.name)):
                continue
            fresh = self._fresh(parameter.default, scope)
            if fresh is None or not self._is_taken(target, parameter.name):
                continue
            place = fresh if parameter.default.span.contains(fresh.span) else parameter.default
            site = Site(unit, scope, Place(place, statement, frames))
            yield Frozen(site, parameter.name, site)

    def _is_taken(self, unit: Unit, name: str) -> bool:
        """Whether some caller takes a parameter's default."""
        passed = self._program.graph.passed(unit, name)
        return not passed or unit in self._program.roots or any(given is None for given in passed)

    # --- what is fresh ---

    def _fresh(self, expr: Expr, scope: Scope, depth: int = 0) -> Expr | None:
        """The call whose fresh value an expression has, or is put together from."""
        if depth > _DEPTH:
            return None
        if isinstance(expr, Call):
            return self._fresh_call(expr, scope, depth)
        if isinstance(expr, Name):
            found = definition(self._program.resolver, expr, scope)
            return None if found is None else self._fresh(*found, depth + 1)
        if isinstance(expr, Attribute) and expr.attr in _SETTLED:
            return None
        if isinstance(expr, Compare):
            return self._first((expr.left, *expr.comparators), scope, depth)
        return self._first(children(expr), scope, depth)

    def _first(self, parts: Iterable[Expr], scope: Scope, depth: int) -> Expr | None:
        return next((found for part in parts if (found := self._fresh(part, scope, depth + 1)) is not None), None)

    def _fresh_call(self, call: Call, scope: Scope, depth: int) -> Expr | None:
        program = self._program
        paths = program.paths(call.func, scope)
        if not FRESH_CALLS.isdisjoint(paths):
            return call
        given = tuple(argument.value for argument in call.arguments)
        if isinstance(call.func, Attribute):
            owner = self._fresh(call.func.value, scope, depth + 1)
            if owner is not None or isinstance(call.func.value, Literal):
                return owner or self._first(given, scope, depth)
        if any(path in FIELD_CALLS or "." not in path or path.startswith(PASSING_PREFIXES) for path in paths):
            return self._first(given, scope, depth)
        for value in program.resolve(call.func, scope):
            if isinstance(value, FunctionValue):
                found = self._returned(value, depth)
                if found is not None:
                    return found
        return None

    def _returned(self, function: FunctionValue, depth: int) -> Expr | None:
        scope = Scope(function.path, "function", function.number)
        for statement, _ in self._program.statements(Unit(function.path, function.number)):
            if isinstance(statement, Return) and statement.value is not None:
                found = self._fresh(statement.value, scope, depth + 2)
                if found is not None:
                    return found
        return None
