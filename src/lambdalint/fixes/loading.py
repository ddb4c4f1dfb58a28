"""What the top-level statements of a module may run while it is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from lambdalint.fixes.layout import Layout
from lambdalint.source import Span
from lambdalint.summary import (
    Class,
    Expr,
    Function,
    LambdaExpr,
    Name,
    Opaque,
    Stmt,
)
from lambdalint.walk import expressions, places, statements, stored


class Loading:
    """The definitions that a module's statements may run, by the names that they mention.

    A name stands for all that the statements which bind it mention, a definition's whole body included.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._run: dict[Span, frozenset[str]] = {}

    def may_run(self, statement: Stmt, definitions: frozenset[str]) -> bool:
        """Whether loading a top-level statement may run one of some top-level definitions, by name."""
        if statement.span not in self._run:
            self._run[statement.span] = self._reached(self._mentioned_at_load(statement))
        return not definitions.isdisjoint(self._run[statement.span])

    def _reached(self, names: Iterable[str]) -> frozenset[str]:
        reached: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in reached:
                reached.add(name)
                stack.extend(self._behind.get(name, ()))
        return frozenset(reached)

    @cached_property
    def _behind(self) -> dict[str, set[str]]:
        """What is mentioned by the statements that bind a name at the top of the module."""
        behind: dict[str, set[str]] = {}
        for statement, _ in statements(self.layout.summary.body):
            definition = self.layout.definition(statement)
            if definition is not None:
                behind.setdefault(definition.name, set()).update(self._mentioned_within(definition.span))
                continue
            bound = {part.id for one in stored(statement) for part in expressions(one) if isinstance(part, Name)}
            mentioned = self._mentioned(statement) if bound else set()
            for name in bound:
                behind.setdefault(name, set()).update(mentioned)
        return behind

    def _mentioned_within(self, span: Span) -> set[str]:
        """The names that a definition mentions, those in its own head and in the definitions in it included."""
        summary = self.layout.summary
        inside: list[Function | Class] = [one for one in summary.functions if span.contains(one.span)]
        inside += [one for one in summary.classes if span.contains(one.span)]
        return set().union(*(_named((*_head(one), *(p.expr for p in places(one.body)))) for one in inside))

    def _mentioned_at_load(self, statement: Stmt) -> set[str]:
        """The names that a statement mentions in what runs when it does: of a function its head alone."""
        named: set[str] = set()
        for inner, _ in statements((statement,)):
            definition = self.layout.definition(inner)
            if definition is not None:
                named |= _named(_head(definition))
            if isinstance(definition, Class):
                named |= set().union(*map(self._mentioned_at_load, definition.body))
        return named | self._mentioned(statement)

    def _mentioned(self, statement: Stmt) -> set[str]:
        """The names that a statement mentions, those in its lambda expressions included."""
        found = [place.expr for place in places((statement,))]
        functions = self.layout.summary.functions
        lambdas = (functions[expr.function].body for expr in found if isinstance(expr, LambdaExpr))
        return _named((*found, *(place.expr for body in lambdas for place in places(body))))


def _head(definition: Function | Class) -> tuple[Expr, ...]:
    """What is evaluated where a definition stands."""
    if isinstance(definition, Class):
        return (*definition.decorators, *(argument.value for argument in definition.arguments))
    return (*definition.decorators, *(p.default for p in definition.parameters if p.default is not None))


def _named(exprs: Iterable[Expr]) -> set[str]:
    """The names in some expressions and below them."""
    parts = [part for expr in exprs for part in expressions(expr)]
    names = {part.id for part in parts if isinstance(part, Name)}
    names.update(name for part in parts if isinstance(part, Opaque) for name in part.names)
    return names
