"""Where each name of a scope gets its values, and which sites each unit holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from lambdalint.link.dead import dead_stretches, never_runs
from lambdalint.link.imports import ImportResolver
from lambdalint.link.model import Binding, Scope, Site, Unit
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    ClassDef,
    Comprehension,
    Display,
    Expr,
    For,
    Function,
    FunctionDef,
    Import,
    Match,
    ModuleSummary,
    Name,
    NamedExpr,
    Star,
    Stmt,
    Try,
    While,
    With,
)
from lambdalint.walk import Frame, Place, blocks, expressions, places, places_of, statements

Table = dict[str, list[Binding]]
_E = TypeVar("_E", bound=Expr)
_LOOPS = frozenset((For, While))
_DEFINITIONS = frozenset((FunctionDef, ClassDef))
_BINDING = frozenset((FunctionDef, ClassDef, Assign, For, With, Import, Try, Match))
_NOTED = frozenset((Comprehension, NamedExpr))
_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python


class ModuleIndex:
    """A module's summary with its scopes indexed: bindings by name, sites by unit; `scope` is the module's own.

    `loads` remembers what `imported_files` finds, by the identity of the resolver that is asked.
    """

    def __init__(self, path: str, summary: ModuleSummary) -> None:
        self.path = path
        self.summary = summary
        self.scope = Scope(path, "module", -1)
        self._units = (Unit(path, -1), *[Unit(path, function.number) for function in summary.functions])
        self._tables: dict[Scope, Table] = {}
        self._own_table: Table | None = None
        self._sites: dict[int, tuple[Site, ...]] = {}
        self._sites_of: dict[int, dict[type, tuple[Any, ...]]] = {}
        self._functions = summary.functions
        self._statements: dict[int, tuple[tuple[Stmt, tuple[Frame, ...]], ...]] = {}
        self._dead: dict[int, tuple[Span, ...]] = {}
        self._off: dict[int, tuple[bool, tuple[Frame, ...]]] = {}
        self._noted: dict[int, list[Place]] = {}
        self._named: dict[int, dict[int, list[NamedExpr]]] = {}
        self._inner: dict[Scope, dict[str, list[tuple[Span, Binding]]]] = {}
        self.loads: dict[int, tuple[ImportResolver, tuple[str, ...]]] = {}

    def function(self, number: int) -> Function:
        """The function of that number."""
        return self._functions[number]

    def body(self, scope: Scope) -> tuple[Stmt, ...]:
        """The statements of a scope."""
        if scope.kind == "function":
            return self.summary.functions[scope.number].body
        if scope.kind == "class":
            return self.summary.classes[scope.number].body
        return self.summary.body

    def units(self) -> tuple[Unit, ...]:
        """The module's unit and those of its functions."""
        return self._units

    def table(self, scope: Scope) -> Table:
        """The bindings of a scope by name, in source order; a module's include those of `global` statements."""
        found = self._tables.get(scope)
        if found is None:
            found = self._tables[scope] = {}
            if scope.kind == "function":
                function = self.function(scope.number)
                for parameter in function.parameters:
                    binding = Binding("parameter", parameter.span, (), scope, parameter.default)
                    found.setdefault(parameter.name, []).append(binding)
            for name, binding in self._bindings(scope):
                found.setdefault(name, []).append(binding)
            if scope.kind == "module":
                self._add_globals(found)
        return found

    def _bindings(self, scope: Scope) -> Iterator[tuple[str, Binding]]:
        own, named = self._own_statements(scope)
        for statement, frames in own:
            if statement.__class__ not in _BINDING:
                pass
            elif isinstance(statement, FunctionDef):
                name = self.function(statement.function).name
                yield name, Binding("function", statement.span, frames, scope, number=statement.function)
            elif isinstance(statement, ClassDef):
                name = self.summary.classes[statement.cls].name
                yield name, Binding("class", statement.span, frames, scope, number=statement.cls)
            else:
                yield from _statement_bindings(statement, frames, scope)
            for expr in named.get(id(statement), ()) if named else ():
                yield expr.target.id, Binding("value", expr.span, frames, scope, expr.value)

    def _own_statements(
        self, scope: Scope
    ) -> tuple[Iterable[tuple[Stmt, tuple[Frame, ...]]], dict[int, list[NamedExpr]]]:
        """The statements of a scope, and by their identity the named expressions in them."""
        if scope.kind != "class":
            unit = Unit(self.path, scope.number)
            self.sites(unit)
            return self.statements(unit), self._named.get(unit.number, {})
        named: dict[int, list[NamedExpr]] = {}
        body = self.body(scope)
        for place in places(body):
            if isinstance(place.expr, NamedExpr):
                named.setdefault(id(place.statement), []).append(place.expr)
        return statements(body), named

    def _add_globals(self, table: Table) -> None:
        for function in self.summary.functions:
            if function.globals:
                scope = Scope(self.path, "function", function.number)
                own = self.table(scope)
                for name in function.globals:
                    table.setdefault(name, []).extend(own.get(name, ()))

    def lookup_scope(self, scope: Scope, name: str) -> Scope | None:
        """The scope in which a name that is read in `scope` is bound; None for a builtin or an unknown name."""
        first = True
        while (kind := scope.kind) != "module":
            if kind == "function":
                function = self._functions[scope.number]
                if name in function.globals:
                    break
                if name in function.locals:
                    return scope
                outer, cls = function.outer, function.cls
            else:
                definition = self.summary.classes[scope.number]
                if first and name in definition.locals:
                    return scope
                outer, cls = definition.outer, definition.cls
            first = False
            scope = self._enclosing(outer, cls)
        if self._own_table is None:
            self._own_table = self.table(self.scope)
        return self.scope if name in self._own_table else None

    def _enclosing(self, outer: int, cls: int) -> Scope:
        """The scope around a definition; class scopes are passed over by lookups from inside functions."""
        if cls >= 0:
            return _new(Scope, (self.path, "class", cls))
        if outer >= 0:
            return _new(Scope, (self.path, "function", outer))
        return self.scope

    def bindings(self, scope: Scope, name: str, use: Span) -> tuple[Scope | None, list[Binding]]:
        """The scope in which a name is bound that is read at a place, and the bindings that may hold there.

        Targets of the comprehensions around the place come first; the scope is None for a builtin.
        """
        inner = self._comprehensions(scope)
        if inner and name in inner:
            around = [pair for pair in inner[name] if pair[0].contains(use)]
            if around:
                return scope, [around[-1][1]]
        home = self.lookup_scope(scope, name)
        if home is None:
            return None, []
        found = self.table(home).get(name, [])
        return home, visible(found, use) if home == scope else found

    def _comprehensions(self, scope: Scope) -> dict[str, list[tuple[Span, Binding]]]:
        """The targets of a scope's comprehensions with the span in which each is known, outermost first."""
        found = self._inner.get(scope)
        if found is None:
            found = self._inner[scope] = {}
            for place in self._comprehension_places(scope):
                if isinstance(place.expr, Comprehension):
                    for generator in place.expr.generators:
                        for name, binding in _target_bindings(
                            generator.target, "element", generator.iterable, (), place.frames, scope, place.expr.span
                        ):
                            found.setdefault(name, []).append((place.expr.span, binding))
        return found

    def _comprehension_places(self, scope: Scope) -> Iterable[Place]:
        """The places among which are the comprehensions of a scope: a unit's are noted when its sites are listed."""
        if scope.kind != "class":
            self.sites(Unit(self.path, scope.number))
            return self._noted.get(scope.number, ())
        return places(self.body(scope))

    def owner_class(self, number: int) -> int:
        """The class whose body directly holds a function, else -1."""
        return self.function(number).cls

    def statements(self, unit: Unit) -> tuple[tuple[Stmt, tuple[Frame, ...]], ...]:
        """A unit's statements with their frames; for a module those of its class bodies excluded."""
        found = self._statements.get(unit.number)
        if found is None:
            body = self.summary.body if unit.number < 0 else self.function(unit.number).body
            found = self._statements[unit.number] = tuple(statements(body))
        return found

    def runs(self, unit: Unit, span: Span, frames: tuple[Frame, ...]) -> bool:
        """Whether a span of a unit, which stands in some frames, may run on Lambda when the unit does."""
        dead = self._dead.get(unit.number)
        if dead is None:
            body = self.summary.body if unit.number < 0 else self.function(unit.number).body
            dead = dead_stretches(body, self.statements(unit), is_function=unit.number >= 0)
            self._dead[unit.number] = dead
        if dead and any(stretch.contains(span) for stretch in dead):
            return False
        if not frames:
            return True
        known = self._off.get(id(frames))
        if known is None:
            known = self._off[id(frames)] = (never_runs(frames), frames)  # kept: no other object gets its identity
        return not known[0]

    def sites(self, unit: Unit) -> tuple[Site, ...]:
        """Every expression that runs when a unit runs: its statements, class bodies, decorators and defaults."""
        found = self._sites.get(unit.number)
        if found is None:
            kind = "module" if unit.number < 0 else "function"
            scope = Scope(self.path, kind, unit.number)
            collected: list[Site] = []
            self._collect(collected, self.body(scope), unit, scope, ())
            found = self._sites[unit.number] = tuple(collected)
        return found

    def sites_of(self, unit: Unit, kind: type[_E]) -> tuple[tuple[Site, _E], ...]:
        """Those of a unit's sites whose expression is of one kind, in the same order, each with its expression."""
        found = self._sites_of.get(unit.number)
        if found is None:
            grouped: dict[type, list[tuple[Site, Expr]]] = {}
            for site in self.sites(unit):
                expr = site.place.expr
                grouped.setdefault(expr.__class__, []).append((site, expr))
            found = self._sites_of[unit.number] = {kind: tuple(group) for kind, group in grouped.items()}
        return found.get(kind, ())

    def _note(self, number: int, place: Place) -> None:
        """Remember what the tables of a unit's scope need, so that its expressions are walked once."""
        if place.expr.__class__ is Comprehension:
            self._noted.setdefault(number, []).append(place)
        else:
            self._named.setdefault(number, {}).setdefault(id(place.statement), []).append(place.expr)  # type: ignore[arg-type]

    def _collect(
        self, sites: list[Site], body: tuple[Stmt, ...], unit: Unit, scope: Scope, frames: tuple[Frame, ...]
    ) -> None:
        is_own = scope.kind != "class"
        found = self.statements(unit) if is_own else tuple(statements(body, frames))
        places = places_of(found)
        sites += [_new(Site, (unit, scope, place)) for place in places]
        if is_own:
            for place in places:
                if place[0].__class__ in _NOTED:
                    self._note(unit.number, place)
        for statement, around in found:
            if statement.__class__ not in _DEFINITIONS:
                continue
            if isinstance(statement, FunctionDef):
                for head in _function_heads(self.function(statement.function)):
                    sites += _head_sites(head, statement, unit, scope, around)
            elif isinstance(statement, ClassDef):
                definition = self.summary.classes[statement.cls]
                for head in (*definition.decorators, *(given.value for given in definition.arguments)):
                    sites += _head_sites(head, statement, unit, scope, around)
                inner = Scope(self.path, "class", statement.cls)
                self._collect(sites, definition.body, unit, inner, around)


def _head_sites(head: Expr, statement: Stmt, unit: Unit, scope: Scope, frames: tuple[Frame, ...]) -> Iterator[Site]:
    for expr in expressions(head):
        yield Site(unit, scope, Place(expr, statement, frames))


def _function_heads(function: Function) -> Iterator[Expr]:
    yield from function.decorators
    for parameter in function.parameters:
        if parameter.default is not None:
            yield parameter.default


def _statement_bindings(statement: Stmt, frames: tuple[Frame, ...], scope: Scope) -> Iterator[tuple[str, Binding]]:
    if isinstance(statement, Assign):
        if statement.value is None:
            return
        kind = "opaque" if statement.op else "value"
        for target in statement.targets:
            yield from _target_bindings(target, kind, statement.value, (), frames, scope, statement.span)
    elif isinstance(statement, For):
        inner = (*frames, Frame(statement, "body"))
        yield from _target_bindings(
            statement.target, "element", statement.iterable, (), inner, scope, statement.target.span
        )
    elif isinstance(statement, With):
        for item in statement.items:
            if item.target is not None:
                yield from _target_bindings(item.target, "context", item.context, (), frames, scope, item.target.span)
    elif isinstance(statement, Import):
        for imported in statement.names:
            binding = Binding("import", statement.span, frames, scope, statement=statement, imported=imported)
            yield imported.bound, binding
        if statement.is_star:
            yield "*", Binding("import", statement.span, frames, scope, statement=statement)
    elif isinstance(statement, Try):
        for nth, handler in enumerate(statement.handlers):
            if handler.name is not None:
                yield handler.name, Binding("opaque", handler.span, (*frames, Frame(statement, "handler", nth)), scope)
    elif isinstance(statement, Match):
        for nth, case in enumerate(statement.cases):
            for name in case.binds:
                yield name.id, Binding("opaque", name.span, (*frames, Frame(statement, "case", nth)), scope)


def _target_bindings(
    target: Expr,
    kind: str,
    value: Expr,
    unpack: tuple[int, ...],
    frames: tuple[Frame, ...],
    scope: Scope,
    span: Span,
) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, Name):
        yield target.id, Binding(kind, span, frames, scope, value, unpack)
    elif isinstance(target, Display):
        for position, item in enumerate(target.items):
            inner = item.value if isinstance(item, Star) else item
            where = (*unpack, -1 if isinstance(item, Star) else position)
            yield from _target_bindings(inner, kind, value, where, frames, scope, span)


def attribute_stores(body: tuple[Stmt, ...]) -> Iterator[tuple[Attribute, Assign, tuple[Frame, ...]]]:
    """The plain assignments to attributes in a body: the target, the statement and its frames."""
    for statement, frames in statements(body):
        if isinstance(statement, Assign) and statement.value is not None:
            for target in statement.targets:
                if isinstance(target, Attribute):
                    yield target, statement, frames


def visible(bindings: list[Binding], use: Span) -> list[Binding]:
    """The bindings of a name's own scope that may hold at a use: those behind a surely later one are left out.

    A binding surely holds when it stands before the use and outside any construct that does not hold the use.
    """
    if len(bindings) < 2:
        return bindings
    start = use[:2]
    before: list[Binding] = []
    later: list[Binding] = []
    for binding in bindings:
        (before if binding.span[:2] < start and not _is_made_from(binding, use) else later).append(binding)
    if not before:
        return bindings
    found: list[Binding] = []
    for binding in reversed(before):
        found.append(binding)
        if all(frame.node[0].contains(use) and _same_branch(frame, use) for frame in binding.frames):
            break
    found.reverse()
    found += [b for b in later if any(f.node.__class__ in _LOOPS and f.node[0].contains(use) for f in b.frames)]
    return found


def _is_made_from(binding: Binding, use: Span) -> bool:
    """Whether a use stands in what an assignment binds: it reads the name as it was before."""
    return binding.value is not None and binding.kind in ("value", "opaque") and binding.span.contains(use)


def _same_branch(frame: Frame, use: Span) -> bool:
    """Whether a use inside a construct lies in the branch of the frame: True unless it surely lies in another."""
    for block, branch, nth in blocks(frame.node):  # type: ignore[arg-type]
        if block and (block[0].span[:2] <= use[:2] <= block[-1].span[2:]):
            return (branch, nth) == (frame.branch, frame.nth)
    return True
