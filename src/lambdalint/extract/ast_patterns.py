"""Conversion of match patterns: the names that they bind and the values that they compare with."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from lambdalint.extract.ast_context import EXPRESSIONS, Context, Unsure, maybe, place
from lambdalint.source import Span
from lambdalint.summary import Case, Expr, Literal, Name, Stmt


def case(context: Context, node: ast.match_case, block: Callable[[Context, list[ast.stmt]], tuple[Stmt, ...]]) -> Case:
    """One case of a match statement, which `ast` does not place."""
    binds: list[Name] = []
    values: list[Expr] = []
    stack: list[Any] = [node.pattern]
    while stack:
        pattern = stack.pop()
        bound = _bound(context, pattern)
        if bound is not None:
            binds.append(bound)
            context.scope.bound.add(bound.id)
        values.extend(_values(context, pattern))
        stack.extend(reversed(_inner(pattern)))
    guard = maybe(context, node.guard)
    body = block(context, node.body)
    row, column = _start(context, node.pattern)
    last = body[-1].span
    return Case(
        Span(row, column, last.end_row, last.end_column),
        tuple(sorted(binds)),
        tuple(values),
        _always_matches(node.pattern),
        guard,
        body,
    )


def _start(context: Context, pattern: ast.pattern) -> tuple[int, int]:
    """The row and column of the `case` before a pattern."""
    code, stop = context.code, context.start(pattern)
    start = code.rfind("case", 0, stop)
    if start < 0 or code[start + 4 : stop].strip("( \t\f\r\n\\"):
        raise Unsure("case")
    return context.between(start, start)[:2]


def _always_matches(pattern: ast.pattern | None) -> bool:
    """Whether a pattern is `_`, a bare name, or alternatives that end in one."""
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _always_matches(pattern.pattern)
    return isinstance(pattern, ast.MatchOr) and any(map(_always_matches, pattern.patterns))


def _bound(context: Context, pattern: Any) -> Name | None:
    """The name that a pattern itself binds.  It is the last word of a capture."""
    if isinstance(pattern, ast.MatchAs | ast.MatchStar):
        name = pattern.name
        if name is None:
            return None
        row, column = pattern.end_lineno, pattern.end_col_offset
    elif isinstance(pattern, ast.MatchMapping) and pattern.rest is not None:
        name = pattern.rest
        row, column = _rest(context, pattern, name)
    else:
        return None
    return Name(Span(row, column - len(name), row, column), name)


def _rest(context: Context, pattern: ast.MatchMapping, name: str) -> tuple[int, int]:
    """Where the name ends that a mapping binds to the rest."""
    code, start, end = context.code, context.start(pattern), context.end(pattern)
    found = code.rfind(name, start, end)
    if "#" in code[found:end] or code[found + len(name) : end].strip(", \t\f\r\n\\") != "}":
        raise Unsure("rest")
    return context.between(found + len(name), found + len(name))[:2]


def _values(context: Context, pattern: Any) -> list[Expr]:
    """The expressions that a pattern itself evaluates."""
    nodes: list[ast.expr] = []
    if isinstance(pattern, ast.MatchValue):
        nodes = [pattern.value]
    elif isinstance(pattern, ast.MatchSingleton):
        value = pattern.value
        return [Literal(Span(*place(pattern)), "none" if value is None else "bool", value)]
    elif isinstance(pattern, ast.MatchClass):
        nodes = [pattern.cls]
    elif isinstance(pattern, _Key):
        nodes = [pattern.key]
    return [EXPRESSIONS[node.__class__](context, node) for node in nodes]


class _Key:
    """One key of a mapping pattern, with the pattern of its value."""

    def __init__(self, key: ast.expr, pattern: ast.pattern) -> None:
        self.key = key
        self.pattern = pattern


def _inner(pattern: Any) -> list[Any]:
    """The patterns inside a pattern, in source order."""
    if isinstance(pattern, ast.MatchAs):
        return [] if pattern.pattern is None else [pattern.pattern]
    if isinstance(pattern, ast.MatchOr | ast.MatchSequence):
        return list(pattern.patterns)
    if isinstance(pattern, ast.MatchMapping):
        return [_Key(key, inner) for key, inner in zip(pattern.keys, pattern.patterns, strict=True)]
    if isinstance(pattern, ast.MatchClass):
        return [*pattern.patterns, *pattern.kwd_patterns]
    return [pattern.pattern] if isinstance(pattern, _Key) else []
