"""Walks over summaries: children, expressions in evaluation order, statements with their frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from lambdalint.summary import (
    Argument,
    Assert,
    Assign,
    Attribute,
    Await,
    BinOp,
    BoolOp,
    Call,
    Compare,
    Comprehension,
    Delete,
    DictDisplay,
    Display,
    Expr,
    ExprStmt,
    For,
    If,
    IfExp,
    Joined,
    LambdaExpr,
    Literal,
    Match,
    Name,
    NamedExpr,
    Opaque,
    Raise,
    Return,
    Slice,
    Star,
    Stmt,
    Subscript,
    Try,
    UnaryOp,
    While,
    With,
    Yield,
)

Holder: TypeAlias = "If | For | While | Try | With | Match | BoolOp | IfExp | Comprehension"


class Frame(NamedTuple):
    """One construct around a place, and the branch of it in which the place lies.

    Branches: If and IfExp "test", "body", "orelse"; For and While "iterable"/"test", "body", "orelse"; Try
    "body", "handler", "orelse", "final"; With "items", "body"; Match "subject", "case"; BoolOp "left",
    "right"; Comprehension "first" (the outermost iterable) and "body".  `nth` counts handlers and cases.
    """

    node: Holder
    branch: str
    nth: int = 0


class Place(NamedTuple):
    """An expression with the statement that holds it and the frames around it, outermost first."""

    expr: Expr
    statement: Stmt
    frames: tuple[Frame, ...]


def children(expr: Expr) -> tuple[Expr, ...]:
    """The direct sub-expressions of an expression, in source order; a lambda expression has none."""
    return _CHILDREN[expr.__class__](expr)


def _comprehension_children(expr: Comprehension) -> tuple[Expr, ...]:
    parts: list[Expr] = [] if expr.key is None else [expr.key]
    parts.append(expr.element)
    for generator in expr.generators:
        parts += (generator.target, generator.iterable, *generator.conditions)
    return tuple(parts)


def _dict_children(expr: DictDisplay) -> tuple[Expr, ...]:
    return tuple([part for item in expr.items for part in item if part is not None])


# By class, since walks spend most of their time here.
_CHILDREN: dict[type, Callable[[Any], tuple[Expr, ...]]] = {
    Literal: lambda expr: (),
    Name: lambda expr: (),
    Attribute: lambda expr: (expr.value,),
    Call: lambda expr: (expr.func, *[argument.value for argument in expr.arguments]),
    Subscript: lambda expr: (expr.value, expr.key),
    Slice: lambda expr: tuple([part for part in (expr.lower, expr.upper, expr.step) if part is not None]),
    Joined: lambda expr: expr.parts,
    DictDisplay: _dict_children,
    Display: lambda expr: expr.items,
    Star: lambda expr: (expr.value,),
    BinOp: lambda expr: (expr.left, expr.right),
    BoolOp: lambda expr: (expr.left, expr.right),
    Compare: lambda expr: (expr.left, *expr.comparators),
    UnaryOp: lambda expr: (expr.operand,),
    IfExp: lambda expr: (expr.test, expr.body, expr.orelse),
    LambdaExpr: lambda expr: (),
    Comprehension: _comprehension_children,
    Await: lambda expr: (expr.value,),
    Yield: lambda expr: () if expr.value is None else (expr.value,),
    NamedExpr: lambda expr: (expr.target, expr.value),
    Opaque: lambda expr: (),
}
_LEAVES = frozenset((Literal, Name, LambdaExpr, Opaque))


def expressions(root: Expr) -> Iterator[Expr]:
    """The expression and everything below it, pre-order."""
    stack = [root]
    while stack:
        expr = stack.pop()
        yield expr
        kind = expr.__class__
        if kind not in _LEAVES:
            stack.extend(reversed(_CHILDREN[kind](expr)))


def statement_expressions(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions that a statement holds itself, not those of its blocks nor of definitions."""
    heads = _HEADS.get(statement.__class__)
    return () if heads is None else tuple([expr for expr, _ in heads(statement, ())])


def blocks(statement: Stmt) -> tuple[tuple[tuple[Stmt, ...], str, int], ...]:
    """The blocks of a compound statement: (statements, branch, index); definitions have none here."""
    found = _BLOCKS.get(statement.__class__)
    return () if found is None else found(statement)


def _two_blocks(statement: If | For | While) -> tuple[tuple[tuple[Stmt, ...], str, int], ...]:
    return ((statement.body, "body", 0), (statement.orelse, "orelse", 0))


def _try_blocks(statement: Try) -> tuple[tuple[tuple[Stmt, ...], str, int], ...]:
    handlers = [(handler.body, "handler", i) for i, handler in enumerate(statement.handlers)]
    last = ((statement.orelse, "orelse", 0), (statement.finalbody, "final", 0))
    return ((statement.body, "body", 0), *handlers, *last)


_BLOCKS: dict[type, Callable[[Any], tuple[tuple[tuple[Stmt, ...], str, int], ...]]] = {
    If: _two_blocks,
    For: _two_blocks,
    While: _two_blocks,
    Try: _try_blocks,
    With: lambda statement: ((statement.body, "body", 0),),
    Match: lambda statement: tuple([(case.body, "case", i) for i, case in enumerate(statement.cases)]),
}


def statements(body: tuple[Stmt, ...], frames: tuple[Frame, ...] = ()) -> Iterator[tuple[Stmt, tuple[Frame, ...]]]:
    """Every statement of a body and of its blocks, in source order, with the frames around each.

    Bodies of functions and classes are not entered: they are units of their own.
    """
    stack: list[tuple[Stmt, tuple[Frame, ...]]] = [(statement, frames) for statement in reversed(body)]
    while stack:
        statement, around = stack.pop()
        yield statement, around
        if statement.__class__ not in _BLOCKS:
            continue
        for block, branch, index in reversed(blocks(statement)):
            inner = (*around, Frame(statement, branch, index))  # type: ignore[arg-type]
            stack.extend((child, inner) for child in reversed(block))


def places(body: tuple[Stmt, ...], frames: tuple[Frame, ...] = ()) -> Iterator[Place]:
    """Every expression of a body, pre-order, with its statement and frames; bodies of definitions excluded.

    Decorators, parameter defaults and class arguments belong to the definition, not to the statements here.
    """
    return iter(places_of(statements(body, frames)))


def places_of(found: Iterable[tuple[Stmt, tuple[Frame, ...]]]) -> list[Place]:
    """The same for statements with their frames, as `statements` gives them."""
    places: list[Place] = []
    for statement, around in found:
        heads = _HEADS.get(statement.__class__)
        if heads is not None:
            for head, head_frames in heads(statement, around):
                if head.__class__ in _LEAVES:
                    places.append(_new(Place, (head, statement, head_frames)))
                else:
                    _add_places(places, head, statement, head_frames)
    return places


_Heads: TypeAlias = "list[tuple[Expr, tuple[Frame, ...]]]"


def _assign_heads(statement: Assign, frames: tuple[Frame, ...]) -> _Heads:
    targets = [(target, frames) for target in statement.targets]
    return targets if statement.value is None else [(statement.value, frames), *targets]


def _raise_heads(statement: Raise, frames: tuple[Frame, ...]) -> _Heads:
    return [(part, frames) for part in (statement.exception, statement.cause) if part is not None]


def _assert_heads(statement: Assert, frames: tuple[Frame, ...]) -> _Heads:
    return [(part, frames) for part in (statement.test, statement.message) if part is not None]


def _for_heads(statement: For, frames: tuple[Frame, ...]) -> _Heads:
    iterable = (statement.iterable, (*frames, Frame(statement, "iterable")))
    return [iterable, (statement.target, (*frames, Frame(statement, "body")))]


def _try_heads(statement: Try, frames: tuple[Frame, ...]) -> _Heads:
    return [
        (handler.type, (*frames, Frame(statement, "handler", index)))
        for index, handler in enumerate(statement.handlers)
        if handler.type is not None
    ]


def _with_heads(statement: With, frames: tuple[Frame, ...]) -> _Heads:
    inner = (*frames, Frame(statement, "items"))
    return [(part, inner) for item in statement.items for part in (item.context, item.target) if part is not None]


def _match_heads(statement: Match, frames: tuple[Frame, ...]) -> _Heads:
    found = [(statement.subject, (*frames, Frame(statement, "subject")))]
    for index, case in enumerate(statement.cases):
        inner = (*frames, Frame(statement, "case", index))
        found += [(value, inner) for value in case.values]
        if case.guard is not None:
            found.append((case.guard, inner))
    return found


# The expressions of a statement's own head with the frames of each, by class.
_HEADS: dict[type, Callable[[Any, tuple[Frame, ...]], _Heads]] = {
    Assign: _assign_heads,
    ExprStmt: lambda statement, frames: [(statement.value, frames)],
    Return: lambda statement, frames: [] if statement.value is None else [(statement.value, frames)],
    Raise: _raise_heads,
    Assert: _assert_heads,
    Delete: lambda statement, frames: [(target, frames) for target in statement.targets],
    If: lambda statement, frames: [(statement.test, (*frames, Frame(statement, "test")))],
    While: lambda statement, frames: [(statement.test, (*frames, Frame(statement, "test")))],
    For: _for_heads,
    Try: _try_heads,
    With: _with_heads,
    Match: _match_heads,
}
_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python


def _add_places(found: list[Place], root: Expr, statement: Stmt, frames: tuple[Frame, ...]) -> None:
    """Add an expression and everything below it, with the frames that short circuits and comprehensions add."""
    stack: list[tuple[Expr, tuple[Frame, ...]]] = [(root, frames)]
    while stack:
        expr, around = stack.pop()
        found.append(_new(Place, (expr, statement, around)))
        kind = expr.__class__
        if kind in _LEAVES:
            continue
        if isinstance(expr, Attribute):
            stack.append((expr.value, around))
            continue
        if kind not in _FRAMING:
            stack.extend([(child, around) for child in reversed(_CHILDREN[kind](expr))])
            continue
        if isinstance(expr, BoolOp):
            parts = [(expr.left, (*around, Frame(expr, "left"))), (expr.right, (*around, Frame(expr, "right")))]
        elif isinstance(expr, IfExp):
            parts = [
                (expr.test, (*around, Frame(expr, "test"))),
                (expr.body, (*around, Frame(expr, "body"))),
                (expr.orelse, (*around, Frame(expr, "orelse"))),
            ]
        else:
            assert isinstance(expr, Comprehension)
            first = expr.generators[0].iterable
            inner = (*around, Frame(expr, "body"))
            parts = [(child, (*around, Frame(expr, "first")) if child is first else inner) for child in children(expr)]
        stack.extend(reversed(parts))


_FRAMING = frozenset((BoolOp, IfExp, Comprehension))


def in_except(frames: Iterable[Frame]) -> bool:
    """Whether a place within some frames is in an `except` clause, where no ordinary invocation comes."""
    return any(frame.branch == "handler" for frame in frames)


def is_literal_none(expr: Expr | None) -> bool:
    """Whether an expression is the constant None; where there is no expression it is not."""
    return isinstance(expr, Literal) and expr.kind == "none"


def key_read(expr: Expr) -> tuple[Expr, Expr] | None:
    """What an expression reads a key of, and the key: of `x[key]`, `x.get(key)` and `x.get(key, default)`."""
    if isinstance(expr, Subscript):
        return expr.value, expr.key
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "get" and expr.arguments:
        first = expr.arguments[0]
        return None if first.keyword is not None or first.star else (expr.func.value, first.value)
    return None


def argument(call: Call, keyword: str, position: int | None = None) -> Expr | None:
    """The value passed for a parameter by keyword or, failing that, at a 0-based position.

    None when it is not passed or may hide behind `*` or `**`.
    """
    for given in call.arguments:
        if given.keyword == keyword:
            return given.value
    if position is None:
        return None
    for index, given in enumerate(call.arguments):
        if given.star or given.keyword is not None:
            return None
        if index == position:
            return given.value
    return None


def has_star(call: Call, star: str) -> bool:
    """Whether a call passes `*args` ("*") or `**kwargs` ("**")."""
    return any(given.star == star for given in call.arguments)


def dotted(expr: Expr) -> str | None:
    """`a.b.c` for a chain of attributes on a name, else None."""
    if isinstance(expr, Name):
        return expr.id
    parts: list[str] = []
    while isinstance(expr, Attribute):
        parts.append(expr.attr)
        expr = expr.value
    if not isinstance(expr, Name):
        return None
    parts.append(expr.id)
    return ".".join(reversed(parts))


def root_name(expr: Expr) -> str | None:
    """The name below whose value an expression lies, by attributes and items; None below anything but a name."""
    while isinstance(expr, Attribute | Subscript):
        expr = expr.value
    return expr.id if isinstance(expr, Name) else None


def operands(expr: Expr) -> Iterator[Expr]:
    """What a chain of additions adds up, from left to right."""
    stack = [expr]
    while stack:
        current = stack.pop()
        if isinstance(current, BinOp) and current.op == "+":
            stack += (current.right, current.left)
        else:
            yield current


def free_names(expr: Expr) -> tuple[str, ...]:
    """The names that an expression reads, in order, once each; names bound inside it are included."""
    found: dict[str, None] = {}
    for part in expressions(expr):
        if isinstance(part, Name):
            found[part.id] = None
        elif isinstance(part, Opaque):
            found.update(dict.fromkeys(part.names))
    return tuple(found)


def keyword_names(arguments: tuple[Argument, ...]) -> frozenset[str]:
    """The keywords that are passed by name."""
    return frozenset(given.keyword for given in arguments if given.keyword is not None)


def stored(statement: Stmt) -> Iterator[Expr]:
    """The parts that a statement binds, stores to or deletes: its targets, those inside of displays each by itself."""
    stack: list[Expr] = []
    if isinstance(statement, Assign | Delete):
        stack.extend(statement.targets)
    elif isinstance(statement, For):
        stack.append(statement.target)
    elif isinstance(statement, With):
        stack.extend(item.target for item in statement.items if item.target is not None)
    while stack:
        target = stack.pop()
        if isinstance(target, Display):
            stack.extend(target.items)
        elif isinstance(target, Star):
            stack.append(target.value)
        else:
            yield target
