"""What the tests of fixes share: finding places in a module by their text, and applying operations to it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lambdalint.diagnostic import Operation
from lambdalint.extract import extract_source
from lambdalint.fixes import (
    AddDecorator,
    AddImport,
    DeleteStatement,
    DropImport,
    HoistAssignment,
    HoistImport,
    InsertStatements,
    MemoizeExpression,
    RemoveArgument,
    RemoveItem,
    ReplaceExpression,
    SetArgument,
    UnwrapWith,
)
from lambdalint.fixes.apply import Applied, apply
from lambdalint.fixes.layout import Layout
from lambdalint.source import SourceText, Span, decode
from lambdalint.summary import (
    Assign,
    Call,
    DictDisplay,
    ExprStmt,
    FunctionDef,
    Import,
    ModuleSummary,
    Stmt,
    With,
)
from lambdalint.walk import expressions, statement_expressions

Operations = tuple[Operation, ...]


@dataclass(frozen=True)
class Module:
    """A module as a rule sees it, with its places by their text."""

    source: SourceText
    summary: ModuleSummary

    def statement(self, text: str, nth: int = 0) -> Span:
        """The span of the nth statement whose text begins so."""
        found = sorted(span for span in Layout(self.source, self.summary).located if self._begins(span, text))
        return found[nth]

    def expression(self, text: str, nth: int = 0) -> Span:
        """The span of the nth expression whose text is that."""
        found = sorted({span for span in self._expressions() if self._text(span) == text})
        return found[nth]

    def spans(self) -> Iterator[tuple[Span, str]]:
        """The spans and texts of all expressions, in order, of those that begin together the largest first."""
        found = sorted(set(self._expressions()), key=lambda span: (span[:2], [-end for end in span[2:]]))
        return ((span, self._text(span)) for span in found)

    def comment(self, text: str) -> tuple[int, int, int]:
        """Row, column and end column of a stretch of a comment."""
        for comment in self.summary.comments:
            if (index := comment.text.find(text)) >= 0:
                return comment.row, comment.column + index, comment.column + index + len(text)
        raise LookupError(text)

    def _begins(self, span: Span, text: str) -> bool:
        return self._text(span).startswith(text)

    def _text(self, span: Span) -> str:
        return self.source.slice(span).replace("\r\n", "\n").replace("\r", "\n")

    def _expressions(self) -> Iterator[Span]:
        for located in Layout(self.source, self.summary).located.values():
            for head in statement_expressions(located.statement):
                for part in expressions(head):
                    yield part.span
                    for argument in getattr(part, "arguments", ()):
                        yield argument.span


def module(data: bytes | str) -> Module:
    """A module from its text or bytes; fails when it does not parse."""
    source = decode(data.encode() if isinstance(data, str) else data)
    summary = extract_source(source)
    assert isinstance(summary, ModuleSummary), (summary, source.text)
    return Module(source, summary)


Offer = Callable[[Module], list[Operations]]


def fixed(before: bytes | str, offer: Offer) -> Applied[int]:
    """Apply what is offered for a module in one batch; the result must parse."""
    found = module(before)
    result = apply(found.source, found.summary, list(enumerate(offer(found))))
    module(result.text)
    return result


def anything(found: Module, chance: random.Random, density: float) -> list[Operations]:
    """Fixes of every kind at places picked at random, whatever they do to the meaning."""
    fixes: list[Operations] = []
    functions = [function.span for function in found.summary.functions if function.name != "<lambda>"]
    for span, place in sorted(Layout(found.source, found.summary).located.items()):
        if chance.random() > density:
            continue
        statement = place.statement
        is_local = any(outer.contains(span) and outer != span for outer in functions)
        if isinstance(statement, Import) and not statement.is_star:
            if chance.random() < 0.5:
                names = [item.bound for item in statement.names if chance.random() < 0.6]
                fixes += [(DropImport(span, name),) for name in names]
            elif is_local:
                fixes.append((HoistImport(span),))
        elif isinstance(statement, Assign) and is_local and chance.random() < 0.3:
            fixes.append((HoistAssignment((span,)),))
        elif isinstance(statement, FunctionDef):
            fixes.append((AddDecorator(span, "functools.lru_cache()", "functools.lru_cache"),))
        elif isinstance(statement, With):
            fixes.append((UnwrapWith(span),))
        elif isinstance(statement, ExprStmt | Assign) and chance.random() < 0.4:
            fixes.append((chance.choice((DeleteStatement(span), InsertStatements(span, "if a:\n    b()"))),))
        fixes += _calls(statement, chance)
    return fixes


def _calls(statement: Stmt, chance: random.Random) -> Iterator[Operations]:
    """Fixes of the calls and the dict displays that a statement holds."""
    for head in statement_expressions(statement):
        for part in expressions(head):
            if isinstance(part, DictDisplay):
                items = [item for item in part.items if chance.random() < 0.5]
                yield from (
                    (RemoveItem(part.span, Span(*item.key.span[:2], *item.value.span[2:])),)
                    for item in items
                    if item.key is not None
                )
            if not isinstance(part, Call):
                continue
            choice = chance.random()
            if choice < 0.3:
                yield (SetArgument(part.span, "keyword_of_ours", "None"),)
            elif choice < 0.5 and part.arguments:
                yield (RemoveArgument(part.span, chance.choice(part.arguments).span),)
            elif choice < 0.7:
                yield (MemoizeExpression(part.span, "_kept"),)
            elif choice < 0.8:
                yield (ReplaceExpression(part.span, "name"), AddImport("json"))
