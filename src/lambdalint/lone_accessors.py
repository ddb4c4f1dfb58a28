"""Cached functions that make a client for one place, which is about to be cached itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lambdalint.catalog.caches import SYNCHRONOUS_CACHES
from lambdalint.creations import creation_of
from lambdalint.diagnostic import Operation
from lambdalint.fixes import DropImport, Inlined, InlineFunction, MemoizeExpression
from lambdalint.fixes.one_row import LONGEST
from lambdalint.link.constants import definition
from lambdalint.link.model import FunctionValue, Site, Unit
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    Comprehension,
    Expr,
    For,
    Function,
    FunctionDef,
    Literal,
    Name,
    Opaque,
    Return,
    While,
)
from lambdalint.unread import drop_of, is_reached_for
from lambdalint.walk import dotted, expressions, root_name

_RETURN = len("    return ")


class LoneAccessor(NamedTuple):
    """The span of a function that makes a client, the value that it returns, and its one call.

    `unread` drops what its decorator was imported for, `passed` are the places in the value that name a parameter,
    each with what the call passes for it.
    """

    function: Span
    value: Call
    call: Call
    unread: tuple[DropImport, ...]
    passed: tuple[tuple[Name, Expr], ...]

    def inlined(self) -> tuple[Operation, ...]:
        """The operations that make the client where the call stands."""
        passed = tuple((place.span, given.span) for place, given in self.passed)
        return InlineFunction(self.function, self.value.span, self.call.span, passed), *self.unread

    def inlined_in(self, moved: MemoizeExpression) -> tuple[Operation, ...] | None:
        """An operation that moves the call, with the client made in its place.

        None where a row would be too long, and where the call also stays where it is.
        """
        place = self.call.span
        if any(span.contains(place) for span in moved.copied):
            return None
        own = next((one for one in moved.inlined if one.value == place), None)
        row = moved.expression if own is not None or moved.expression.contains(place) else None
        added = _width(self.value.span) - _width(place)
        added += sum(_width(given.span) - _width(name.span) for name, given in self.passed)
        if row is not None:
            is_short = row.row == row.end_row and _width(row) + _RETURN + added <= LONGEST
        else:
            plain = set(moved.moved) - set(moved.copied) - {one.statement for one in moved.inlined}
            is_short = place.end_column + added <= LONGEST and any(span.contains(place) for span in plain)
        others = tuple(one for one in moved.inlined if one is not own)
        if not is_short and own is not None and own.statement.row == own.statement.end_row:
            is_short, own = own.statement.end_column + added <= LONGEST, None  # a row of its own, as it was
        if not is_short:
            return None
        here = Inlined(self.function, self.value.span, place) if own is None else own._replace(value=self.value.span)
        passed = (Inlined(self.function, given.span, name.span) for name, given in self.passed)
        inlined = (*others, here, *self._gone(own), *passed)
        after = tuple(name for name in moved.after if name != getattr(self.call.func, "id", ""))
        operation = replace(moved, moved=(*moved.moved, self.function), inlined=inlined, after=after)
        return operation, *self.unread

    def _gone(self, own: Inlined | None) -> tuple[Inlined, ...]:
        """What has the function's rows left out where another value stands in the place already."""
        return () if own is None else (Inlined(self.function, self.value.span, self.call.span),)


def with_lone(
    program: Program, site: Site, call: Call, operations: tuple[Operation, ...], users: int = 1
) -> tuple[Operation, ...]:
    """Operations of which the last moves a call, with the call's lone accessor taken in as far as it can be.

    `users` are as many calls that move to the same place, each with such operations.
    """
    lone = lone_accessor(program, site, call, users)
    *others, last = operations
    inlined = lone.inlined_in(last) if lone is not None and isinstance(last, MemoizeExpression) else None
    return operations if inlined is None else (*others, *inlined)


def inlined_in_whole(program: Program, unit: Unit) -> tuple[Operation, ...]:
    """The operations that make the clients of a function where it asks lone accessors for them: it is cached itself.

    Where it takes parameters, these have to be what tells the accessor's clients apart as well, unless no invocation
    calls it more than once.
    """
    own = {parameter.name for parameter in program.function(unit).parameters}
    found = [lone for site, call in program.sites_of(unit, Call) if (lone := _lone(program, site, call)) is not None]
    is_once = is_called_once(program, unit)
    kept = (lone for lone in found if is_once or own <= {n.id for _, n in lone.passed if isinstance(n, Name)})
    return tuple(operation for lone in kept for operation in lone.inlined())


def is_called_once(program: Program, unit: Unit) -> bool:
    """Whether no handler has more than one place that calls a unit, and none of them lies in a loop."""
    edges = program.callers(unit)
    if any(isinstance(frame.node, For | While | Comprehension) for edge in edges for frame in edge.site.place.frames):
        return False
    reaching = [phases for phases in program.phases.handlers if unit in phases.invoke]
    return bool(reaching) and all(sum(edge.source in phases.invoke for edge in edges) == 1 for phases in reaching)


def lone_accessor(program: Program, site: Site, call: Call, users: int = 1) -> LoneAccessor | None:
    """The accessor of the client on which a call is made, where no more than so many places call it."""
    owner: Expr | None = call.func.value if isinstance(call.func, Attribute) else None
    if isinstance(owner, Name):
        found = definition(program.resolver, owner, site.scope)
        reads = [read for _, read in program.sites_of(site.unit, Name) if read.id == owner.id]
        is_one = sum(not _is_target(program, site.unit, read) for read in reads) == 1
        owner = found[0] if found is not None and found[1] == site.scope and is_one else None
    return _lone(program, site, owner, users) if isinstance(owner, Call) else None


def _is_target(program: Program, unit: Unit, name: Name) -> bool:
    """Whether an assignment of a unit binds a name where it stands."""
    assigned = (s for s, _ in program.statements(unit) if isinstance(s, Assign))
    return any(target is name for statement in assigned for target in statement.targets)


def _lone(program: Program, site: Site, call: Call, users: int = 1) -> LoneAccessor | None:
    """The accessor that a call asks for a client, where there are no more than so many that do."""
    if not isinstance(call.func, Name):
        return None
    values = program.resolve(call.func, site.scope)
    if len(values) != 1 or not isinstance(values[0], FunctionValue) or values[0].path != site.unit.path:
        return None
    unit = Unit(values[0].path, values[0].number)
    made = _made(program, unit)
    module, function = program.modules[unit.path], program.function(unit)
    if made is None or not function.name.startswith("_") or function.name != call.func.id:
        return None
    if is_reached_for(program, module, function.name) or _mentions(program, unit.path, function.name) != users:
        return None
    passed = _passed(function, made, call)
    if passed is None:
        return None
    parameters = {parameter.name for parameter in function.parameters}
    names = {part.id for part in expressions(made) if isinstance(part, Name)} - parameters
    if any(module.lookup_scope(site.scope, name) not in (None, module.scope) for name in names):
        return None
    rows = range(function.decorators[0].span.row - 1, function.span.end_row + 1)
    if any(comment.row in rows for comment in module.summary.comments):  # what it says would go with the function
        return None
    spans = (s.span for s, _ in module.statements(Unit(unit.path, -1)) if isinstance(s, FunctionDef))
    span = next((span for span in spans if span[:2] == function.span[:2]), None)
    return None if span is None else LoneAccessor(span, made, call, tuple(_unread(program, unit)), passed)


def _passed(function: Function, value: Call, call: Call) -> tuple[tuple[Name, Expr], ...] | None:
    """The places in a value that name parameters of its function, each with what a call passes for it.

    None unless the call passes a name or a constant for each, in order.
    """
    given = [one.value for one in call.arguments if one.keyword is None and not one.star]
    names = [parameter.name for parameter in function.parameters]
    if len(given) != len(call.arguments) or len(given) != len(names) or not all(map(_is_plain, given)):
        return None
    known = dict(zip(names, given, strict=True))
    return tuple((p, known[p.id]) for p in expressions(value) if isinstance(p, Name) and p.id in known)


def _is_plain(expr: Expr) -> bool:
    """Whether an expression reads the same wherever it stands, in one row."""
    return isinstance(expr, Name | Literal) or (isinstance(expr, Attribute) and dotted(expr) is not None)


def _unread(program: Program, unit: Unit) -> Iterator[DropImport]:
    """What drops the imports that a function's decorator and its annotation read."""
    function, scope = program.function(unit), program.modules[unit.path].scope
    annotation = () if function.returns is None else expressions(function.returns)
    roots = (root_name(function.decorators[0]), *(part.id for part in annotation if isinstance(part, Name)))
    drops = (drop_of(program, scope, root) for root in dict.fromkeys(roots) if root is not None)
    return (drop for drop in drops if drop is not None)


def _made(program: Program, unit: Unit) -> Call | None:
    """The creation that a function of the module, cached, returns and nothing else; it needs all that it takes."""
    function = program.function(unit)
    if any(p.kind != "positional" or p.default is not None for p in function.parameters):
        return None
    if function.outer >= 0 or function.cls >= 0 or len(function.decorators) != 1:
        return None
    decorator = function.decorators[0]
    cache = decorator.func if isinstance(decorator, Call) else decorator
    if SYNCHRONOUS_CACHES.isdisjoint(program.paths(cache, program.modules[unit.path].scope)):
        return None
    statement = function.body[0] if len(function.body) == 1 else None
    returned = statement.value if isinstance(statement, Return) else None
    made = (call for site, call in program.sites_of(unit, Call) if creation_of(program, site, call) is not None)
    return next((call for call in made if call is returned), None)


def _mentions(program: Program, path: str, name: str) -> int:
    """How often a module's code mentions a name."""
    module = program.modules[path]
    found = [site.place.expr for unit in module.units() for site in module.sites(unit)]
    names = sum(isinstance(expr, Name) and expr.id == name for expr in found)
    return names + sum(isinstance(expr, Opaque) and name in expr.names for expr in found)


def _width(span: Span) -> int:
    return span.end_column - span.column
