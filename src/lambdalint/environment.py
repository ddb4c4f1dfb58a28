"""What code does with environment variables: which it needs, which it touches, which it sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.catalog.runtime import ALWAYS_SET, EQUAL_VARIABLES, FIXED_VARIABLES, NEVER_SET
from lambdalint.link.constants import constant, definition
from lambdalint.link.model import Site, Unit
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    BoolOp,
    Call,
    Compare,
    Delete,
    DictDisplay,
    Expr,
    If,
    IfExp,
    Literal,
    Name,
    Subscript,
    Try,
    UnaryOp,
    While,
)
from lambdalint.walk import Frame, argument, expressions, is_literal_none, stored

ENVIRON = "os.environ"
SETTERS = frozenset(
    (
        "os.environ.setdefault",
        "os.environ.pop",
        "os.environ.__setitem__",
        "os.environ.__delitem__",
        "os.putenv",
        "os.unsetenv",
    )
)
_STORES = frozenset(("os.environ.__setitem__", "os.putenv"))
LOADERS = frozenset(("dotenv.load_dotenv", "dotenv.main.load_dotenv", "os.environ.clear"))
_GETTERS = frozenset(("os.getenv", "os.environ.get"))
_MISSING = frozenset(("KeyError", "LookupError", "Exception", "BaseException"))


class Read(NamedTuple):
    """A place that fails when a variable is missing; `site` is where its name stands, or the helper is called."""

    site: Site
    name: str


def required(program: Program, units: Iterable[Unit]) -> Iterator[Read]:
    """The reads without a default in units that run together, as far as they are written out."""
    running = frozenset(units)
    for unit in sorted(running):
        for site, expr in program.sites_of(unit, Subscript):
            if _is_load(site) and is_environ(program, expr.value, site):
                for read in _named(program, site, expr.key, running):
                    if not _is_tolerated(program, site, read.name) and not _is_tolerated(program, read.site, read.name):
                        yield read


def _named(program: Program, site: Site, key: Expr, running: frozenset[Unit]) -> Iterator[Read]:
    """The names that a key may be: a constant, or what callers pass for the parameter that it is."""
    literal = constant(program.resolver, key, site.scope)
    if literal is not None:
        if isinstance(literal.value, str):
            yield Read(site, literal.value)
        return
    if not isinstance(key, Name) or site.unit.number < 0 or site.place.frames:
        return
    parameters = [parameter.name for parameter in program.function(site.unit).parameters]
    if key.id not in parameters or site.scope.number != site.unit.number:
        return
    edges = program.callers(site.unit)
    for edge, given in zip(edges, program.graph.passed(site.unit, key.id), strict=True):
        passed = constant(program.resolver, given.expr, given.scope) if given is not None else None
        if passed is not None and isinstance(passed.value, str) and edge.source in running and edge.call is not None:
            yield Read(edge.site, passed.value)


def is_environ(program: Program, expr: Expr, site: Site) -> bool:
    """Whether an expression is `os.environ`."""
    return isinstance(expr, Name | Attribute) and ENVIRON in program.paths(expr, site.scope)


def _is_load(site: Site) -> bool:
    """Whether a subscript is read, not stored to or deleted."""
    return all(target is not site.place.expr for target in stored(site.place.statement))


# --- what tolerates a missing variable -----------------------------------------------------------


def _is_tolerated(program: Program, site: Site, name: str) -> bool:
    """Whether a missing variable is expected at a place: caught, asked for before, or read only elsewhere."""
    if not program.runs_on_lambda(site) or is_off_lambda(program, site):
        return True
    return any(_expects_missing(frame) for frame in site.place.frames) or name in _asked(program, site)


def _expects_missing(frame: Frame) -> bool:
    if not isinstance(frame.node, Try) or frame.branch != "body":
        return False
    return any(
        handler.type is None
        or any(isinstance(part, Name) and part.id in _MISSING for part in expressions(handler.type))
        for handler in frame.node.handlers
    )


def _asked(program: Program, site: Site) -> frozenset[str]:
    """The names that the unit around a place asks for with `in os.environ`, `.get` or `getenv` in a condition."""
    found: set[str] = set()
    for other, expr in program.sites_of(site.unit, Literal):
        if isinstance(expr.value, str) and _is_in_condition(other):
            found.add(expr.value)
    return frozenset(found)


def _is_in_condition(site: Site) -> bool:
    """Whether a place is part of a test, or of the left side of `and` and `or`."""
    return any(
        (isinstance(frame.node, If | IfExp | While) and frame.branch == "test")
        or (isinstance(frame.node, BoolOp) and frame.branch == "left")
        for frame in site.place.frames
    )


def is_off_lambda(program: Program, site: Site) -> bool:
    """Whether a place is in a branch that Lambda never takes, by the variables that its runtime sets."""
    for frame in site.place.frames:
        if isinstance(frame.node, If | IfExp) and frame.branch in ("body", "orelse"):
            truth = _truth_on_lambda(program, frame.node.test, site)
            if truth is not None and truth != (frame.branch == "body"):
                return True
    return False


def _truth_on_lambda(program: Program, test: Expr, site: Site) -> bool | None:
    """What a test certainly gives on Lambda, None when that cannot be told."""
    if isinstance(test, UnaryOp) and test.op == "not":
        return _negated(_truth_on_lambda(program, test.operand, site))
    if isinstance(test, BoolOp):
        parts = [_truth_on_lambda(program, part, site) for part in (test.left, test.right)]
        decisive = test.op == "or"
        return decisive if decisive in parts else (None if None in parts else not decisive)
    if isinstance(test, Compare) and len(test.ops) == 1:
        against, op = test.comparators[0], test.ops[0]
        if op in ("in", "not in") and is_environ(program, against, site):
            there = _is_there(program, test.left, site)
            return there if op == "in" else _negated(there)
        if op in ("is", "is not", "==", "!=") and is_literal_none(against):
            truth = _truth_on_lambda(program, test.left, site)
            return truth if op in ("is not", "!=") else _negated(truth)
        return None
    if isinstance(test, Subscript) and is_environ(program, test.value, site):
        return _is_there(program, test.key, site)
    if isinstance(test, Call) and not _GETTERS.isdisjoint(program.paths(test.func, site.scope)):
        return _is_there(program, argument(test, "key", 0), site) if len(test.arguments) == 1 else None
    return None


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _is_there(program: Program, expr: Expr | None, site: Site) -> bool | None:
    """Whether the variable that an expression names is set on Lambda."""
    literal = constant(program.resolver, expr, site.scope)
    if literal is None or not isinstance(literal.value, str):
        return None
    return True if literal.value in ALWAYS_SET else False if literal.value in NEVER_SET else None


# --- what code sets ------------------------------------------------------------------------------


class Change(NamedTuple):
    """A place where code sets or removes a variable; `name` None when that cannot be told, `span` the place.

    `value` is what it is set to, None when it is removed or that cannot be told.
    """

    site: Site
    name: str | None
    span: Span
    value: Expr | None = None


def changes(program: Program, units: Iterable[Unit]) -> Iterator[Change]:
    """Where units set or remove variables of their own process, `load_dotenv()` included as one without a name."""
    known: dict[Unit, tuple[Change, ...]] = program.memo.setdefault(Change, {})  # handlers share units
    for unit in units:
        if unit not in known:
            known[unit] = tuple(_changes_in(program, unit))
        yield from known[unit]


def _changes_in(program: Program, unit: Unit) -> Iterator[Change]:
    for site, subscript in program.sites_of(unit, Subscript):
        if not _is_load(site) and is_environ(program, subscript.value, site):
            yield Change(site, _text(program, subscript.key, site), _set_at(site), _stored(site))
    for site, call in program.sites_of(unit, Call):
        yield from _called_changes(program, site, call)
    for kind in (Name, Attribute):
        for site, target in program.sites_of(unit, kind):
            statement = site.place.statement
            if isinstance(statement, Assign) and statement.op == "|" and target is statement.targets[0]:
                if is_environ(program, target, site):
                    yield from _updates(program, site, statement.value, statement.span)


def _set_at(site: Site) -> Span:
    """The place of a change: the whole of a simple statement, only the variable where a block follows."""
    statement = site.place.statement
    return statement.span if isinstance(statement, Assign | Delete) else site.place.expr.span


def _stored(site: Site) -> Expr | None:
    """What a plain assignment stores at a place that is one of its targets."""
    statement = site.place.statement
    if isinstance(statement, Assign) and not statement.op:
        return statement.value if any(target is site.place.expr for target in statement.targets) else None
    return None


def _called_changes(program: Program, site: Site, call: Call) -> Iterator[Change]:
    for path in program.paths(call.func, site.scope):
        if path in SETTERS:
            value = argument(call, "value", 1) if path in _STORES else None
            yield Change(site, _text(program, argument(call, "key", 0), site), call.span, value)
        elif path == ENVIRON + ".update":
            for given in call.arguments:
                if given.keyword is not None:
                    yield Change(site, given.keyword, call.span, given.value)
                else:
                    yield from _updates(program, site, given.value, call.span)
        elif path in LOADERS:
            yield Change(site, None, call.span)


def _updates(program: Program, site: Site, expr: Expr | None, span: Span) -> Iterator[Change]:
    """The variables of a dict display, or of one that a name stands for."""
    found = expr
    if expr is not None and not isinstance(expr, DictDisplay):
        known = definition(program.resolver, expr, site.scope)
        found = known[0] if known is not None else None
    if not isinstance(found, DictDisplay):
        yield Change(site, None, span)
        return
    for item in found.items:
        value = item.value if found is expr else None
        yield Change(site, None if item.key is None else _text(program, item.key, site), span, value)


def variable_read(program: Program, site: Site) -> str | None:
    """The variable that a place reads, None where it reads none or none that is written out."""
    expr = site.place.expr
    key = None
    if isinstance(expr, Subscript) and _is_load(site) and is_environ(program, expr.value, site):
        key = expr.key
    elif isinstance(expr, Call) and not _GETTERS.isdisjoint(program.paths(expr.func, site.scope)):
        key = argument(expr, "key", 0)
    return _text(program, key, site)


def _text(program: Program, expr: Expr | None, site: Site) -> str | None:
    literal = constant(program.resolver, expr, site.scope)
    return literal.value if literal is not None and isinstance(literal.value, str) else None


def changes_nothing(program: Program, change: Change) -> bool:
    """Whether a variable is set to the very value that the runtime gave it: its own, or one that always equals it."""
    if change.name is None or change.value is None:
        return False
    expr, scope = definition(program.resolver, change.value, change.site.scope) or (change.value, change.site.scope)
    literal = constant(program.resolver, expr, scope)
    if literal is not None:
        return FIXED_VARIABLES.get(change.name) == literal.value
    key: Expr | None = None
    if isinstance(expr, Subscript) and ENVIRON in program.paths(expr.value, scope):
        key = expr.key
    elif isinstance(expr, Call) and not _GETTERS.isdisjoint(program.paths(expr.func, scope)):
        key = argument(expr, "key", 0)
    read = constant(program.resolver, key, scope)
    if read is None or not isinstance(read.value, str) or read.value not in ALWAYS_SET:
        return False
    return read.value == change.name or {read.value, change.name} <= EQUAL_VARIABLES
