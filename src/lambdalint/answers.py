"""What becomes of a call's answer in the code around it: which of its keys are read, and whether it goes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import sinks
from lambdalint.link.model import Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BoolOp,
    Call,
    Compare,
    Expr,
    ExprStmt,
    If,
    IfExp,
    Literal,
    Name,
    NamedExpr,
    Return,
    Stmt,
    Subscript,
    UnaryOp,
    While,
)
from lambdalint.walk import children, dotted, statement_expressions

_READING_METHODS = frozenset(("get", "pop"))


class Use(NamedTuple):
    """What is done with an answer: `kind` is "key" (a key of it is read), "unused", "log" or "elsewhere".

    `is_first` marks a key of whose value only the first item, or whether there is one, is asked for.
    """

    kind: str
    key: str = ""
    is_first: bool = False


_DEPTH = 2


def uses(program: Program, site: Site, depth: int = 0) -> Iterator[Use]:
    """What is done with a call's answer: where it stands, through the name that it is bound to, and by callers."""
    parents = _parents(site.place.statement)
    expr = site.place.expr
    parent = parents.get(id(expr))
    while isinstance(parent, Await):
        expr, parent = parent, parents.get(id(parent))
    name = _bound(site.place.statement, expr, parent)
    if name is not None:
        yield from _name_uses(program, site, name, depth)
    elif parent is None and isinstance(site.place.statement, ExprStmt):
        yield Use("unused")
    else:
        yield from _place_uses(program, site, expr, parents, depth)


def _place_uses(program: Program, site: Site, expr: Expr, parents: dict[int, Expr], depth: int) -> Iterator[Use]:
    """What is done with an answer at one place; where it is returned, what the callers do with it."""
    parent = parents.get(id(expr))
    statement = site.place.statement
    callers = program.callers(site.unit) if isinstance(statement, Return) and statement.value is expr else []
    if not callers or depth >= _DEPTH or any(edge.call is None or edge.kind != "call" for edge in callers):
        yield _use(program, site, expr, parent, parents)
        return
    for edge in callers:
        yield from uses(program, edge.site, depth + 1)


def _bound(statement: Stmt, expr: Expr, parent: Expr | None) -> str | None:
    """The one name that an answer is bound to."""
    if isinstance(parent, NamedExpr):
        return parent.target.id
    if isinstance(statement, Assign) and statement.value is expr and not statement.op and len(statement.targets) == 1:
        target = statement.targets[0]
        return target.id if isinstance(target, Name) else None
    return None


def _name_uses(program: Program, site: Site, name: str, depth: int) -> Iterator[Use]:
    for other, parents in _readings(program, site, name):
        parent = parents.get(id(other.place.expr))
        if not (isinstance(parent, NamedExpr) and parent.target is other.place.expr):
            yield from _place_uses(program, other, other.place.expr, parents, depth)


def _readings(program: Program, site: Site, name: str) -> Iterator[tuple[Site, dict[int, Expr]]]:
    """Where a name is read that a statement binds, with the parents of that place's expressions."""
    module = program.modules[site.unit.path]
    units = module.units() if site.unit.number < 0 else related(program, site.unit)
    known: dict[int, dict[int, Expr]] = {}
    for unit in units:
        for other in module.sites(unit):
            expr = other.place.expr
            if not isinstance(expr, Name) or expr.id != name or module.lookup_scope(other.scope, name) is None:
                continue
            statement = other.place.statement
            if not _stores(statement, expr):
                yield other, known.setdefault(id(statement), _parents(statement))


def _stores(statement: Stmt, expr: Expr) -> bool:
    return isinstance(statement, Assign) and any(target is expr for target in statement.targets)


def _use(program: Program, site: Site, expr: Expr, parent: Expr | None, parents: dict[int, Expr]) -> Use:
    if isinstance(parent, Subscript) and parent.value is expr:
        return _key(parent.key)._replace(is_first=_only_first(program, site, parent, parents))
    if isinstance(parent, Attribute) and parent.attr in _READING_METHODS:
        call = parents.get(id(parent))
        if isinstance(call, Call) and call.func is parent and call.arguments:
            return _key(call.arguments[0].value)._replace(is_first=_only_first(program, site, call, parents))
    if isinstance(parent, Compare) and parent.ops[0] in ("in", "not in"):
        return _key(parent.left)._replace(is_first=True)
    if _is_logged(program, site, parent, parents):
        return Use("log")
    return Use("elsewhere")


def _only_first(program: Program, site: Site, expr: Expr, parents: dict[int, Expr]) -> bool:
    """Whether of a list, or of the name that holds it, only the first item or whether there is one is asked for."""
    name = _bound(site.place.statement, expr, parents.get(id(expr)))
    if name is None:
        return _is_first(expr, parents, site.place.statement)
    read = list(_readings(program, site, name))
    return bool(read) and all(_is_first(r.place.expr, around, r.place.statement) for r, around in read)


def _is_first(expr: Expr, parents: dict[int, Expr], statement: Stmt) -> bool:
    """Whether of a list only the first item is taken, or whether there is one is tested."""
    parent = parents.get(id(expr))
    if isinstance(parent, Subscript) and parent.value is expr:
        return isinstance(parent.key, Literal) and parent.key.value == 0
    if isinstance(parent, Call) and isinstance(parent.func, Name) and parent.func.id in ("len", "bool"):
        compared = parents.get(id(parent))
        return parent.func.id == "bool" or (isinstance(compared, Compare) and _tells_any(compared))
    while isinstance(parent, BoolOp | UnaryOp):
        expr, parent = parent, parents.get(id(parent))
    if isinstance(parent, IfExp):
        return parent.test is expr
    return parent is None and isinstance(statement, If | While) and statement.test is expr


def _tells_any(compared: Compare) -> bool:
    """Whether a comparison of a length asks no more than whether there is something: `> 0`, `== 0`, `< 1`, `>= 1`."""
    against = compared.comparators[0]
    number = against.value if isinstance(against, Literal) else None
    return (compared.ops[0], number) in {(">", 0), ("==", 0), ("!=", 0), ("<", 1), (">=", 1)}


def _key(expr: Expr) -> Use:
    if isinstance(expr, Literal) and isinstance(expr.value, str):
        return Use("key", expr.value)
    return Use("elsewhere")


def _is_logged(program: Program, site: Site, parent: Expr | None, parents: dict[int, Expr]) -> bool:
    """Whether an expression only ends up in a log line."""
    while parent is not None:
        if isinstance(parent, Call):
            paths = program.paths(parent.func, site.scope)
            if any(sinks.is_printer(path) or sinks.level(path) is not None for path in paths):
                return True
            if not paths and _is_logger_method(parent.func):
                return True
        parent = parents.get(id(parent))
    return False


def _is_logger_method(func: Expr) -> bool:
    """Whether a call that cannot be resolved is spelt as one of a logger."""
    if not isinstance(func, Attribute) or func.attr not in sinks.LEVELS:
        return False
    return sinks.is_logger_name((dotted(func.value) or "").rpartition(".")[2])


def _parents(statement: Stmt) -> dict[int, Expr]:
    """The expression around each expression of a statement, by identity."""
    found: dict[int, Expr] = {}
    stack = list(statement_expressions(statement))
    while stack:
        expr = stack.pop()
        for child in children(expr):
            found[id(child)] = expr
            stack.append(child)
    return found


def related(program: Program, unit: Unit) -> tuple[Unit, ...]:
    """A function with those around it and those nested in them."""
    functions = program.summary(unit.path).functions
    top = unit.number
    while functions[top].outer >= 0:
        top = functions[top].outer
    inside = {top}
    for function in functions:
        if function.outer in inside:
            inside.add(function.number)
    return tuple(Unit(unit.path, number) for number in sorted(inside))


def literals(program: Program, units: tuple[Unit, ...]) -> frozenset[str]:
    """The texts that stand in units."""
    return frozenset(
        site.place.expr.value
        for unit in units
        for site in program.sites(unit)
        if isinstance(site.place.expr, Literal) and isinstance(site.place.expr.value, str)
    )
