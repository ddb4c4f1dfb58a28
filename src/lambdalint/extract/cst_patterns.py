"""Conversion of match patterns: the names that they bind and the values that they compare with."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from lambdalint.extract.cst_context import Context, identifier
from lambdalint.summary import Case, Expr, Name, Stmt


def case(context: Context, node: cst.MatchCase, block: Callable[[Context, cst.BaseSuite], tuple[Stmt, ...]]) -> Case:
    """One case of a match statement."""
    binds: list[Name] = []
    values: list[Expr] = []
    stack: list[cst.CSTNode] = [node.pattern]
    while stack:
        pattern = stack.pop()
        for name in _bound(pattern):
            binds.append(Name(context.span(name), identifier(name)))
            context.scope.bind(binds[-1].id)
        values.extend(context.expr(value) for value in _values(pattern))
        stack.extend(reversed(_inner(pattern)))
    guard = context.maybe(node.guard)
    return Case(
        context.span(node),
        tuple(sorted(binds)),
        tuple(values),
        _always_matches(node.pattern),
        guard,
        block(context, node.body),
    )


def _always_matches(pattern: cst.MatchPattern) -> bool:
    """Whether a pattern is `_`, a bare name, or alternatives that end in one."""
    if isinstance(pattern, cst.MatchAs):
        return pattern.pattern is None or _always_matches(pattern.pattern)
    if isinstance(pattern, cst.MatchOr):
        return any(_always_matches(element.pattern) for element in pattern.patterns)
    return False


def _bound(pattern: cst.CSTNode) -> tuple[cst.Name, ...]:
    """The name that a pattern itself binds."""
    name = None
    if isinstance(pattern, cst.MatchAs | cst.MatchStar):
        name = pattern.name
    elif isinstance(pattern, cst.MatchMapping):
        name = pattern.rest
    return () if name is None else (name,)


def _values(pattern: cst.CSTNode) -> tuple[cst.BaseExpression, ...]:
    """The expressions that a pattern itself evaluates."""
    if isinstance(pattern, cst.MatchValue | cst.MatchSingleton):
        return (pattern.value,)
    if isinstance(pattern, cst.MatchClass):
        return (pattern.cls,)
    if isinstance(pattern, cst.MatchMappingElement):
        return (pattern.key,)
    return ()


def _inner(pattern: cst.CSTNode) -> list[cst.CSTNode]:
    """The patterns inside a pattern, in source order."""
    if isinstance(pattern, cst.MatchAs):
        return [] if pattern.pattern is None else [pattern.pattern]
    if isinstance(pattern, cst.MatchOr | cst.MatchList | cst.MatchTuple):
        return list(pattern.patterns)
    if isinstance(pattern, cst.MatchMapping):
        return list(pattern.elements)
    if isinstance(pattern, cst.MatchClass):
        return [*pattern.patterns, *pattern.kwds]
    if isinstance(pattern, cst.MatchSequenceElement):
        return [pattern.value]
    if isinstance(pattern, cst.MatchOrElement | cst.MatchMappingElement | cst.MatchKeywordElement):
        return [pattern.pattern]
    return []
