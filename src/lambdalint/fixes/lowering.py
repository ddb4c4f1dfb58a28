"""What each operation comes to: changes at its own place, and demands that are met for all fixes together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lambdalint.diagnostic import Operation
from lambdalint.fixes import (
    AddDecorator,
    AddImport,
    DeleteComment,
    DeleteStatement,
    DropDefault,
    DropImport,
    ExtractFunction,
    HoistAssignment,
    HoistImport,
    InlineFunction,
    InsertStatements,
    MemoizeExpression,
    RemoveArgument,
    RemoveItem,
    RenameDefinition,
    ReplaceExpression,
    ReplaceField,
    Reword,
    SetArgument,
    UnwrapWith,
)
from lambdalint.fixes.accessors import AccessorDemand
from lambdalint.fixes.arguments import ArgumentChange, filled
from lambdalint.fixes.blocks import insert_statements
from lambdalint.fixes.edits import Change, Unfit
from lambdalint.fixes.fields import field_around
from lambdalint.fixes.hoist import HoistDemand
from lambdalint.fixes.imports import ImportDemand, spelling
from lambdalint.fixes.layout import Layout, enclosing_quotes, glued, statement_around
from lambdalint.fixes.module import Top
from lambdalint.fixes.pragmas import leading, told_above, trailing, without_local_pragmas
from lambdalint.fixes.removal import Removal
from lambdalint.fixes.scan import open_brackets, opening_quote, tokens
from lambdalint.source import Span
from lambdalint.summary import Assign, Import

Moving = frozenset[Span]
_PLAIN = re.compile(r"""\"[^'"\\{}\n]*\"""")


@dataclass
class Demands:
    """What some fixes come to, before it is turned into edits.

    `unwrapped` are the spans of the `with` statements that go with what stays of their items, `decorators` are
    (row of the def, text), `fields` the replaced fields of f-strings by the statement around them, all as offsets,
    `unread` the names that go from some imports once nothing reads them.
    """

    changes: list[Change] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    arguments: list[ArgumentChange] = field(default_factory=list)
    imports: list[ImportDemand] = field(default_factory=list)
    hoisted: list[HoistDemand] = field(default_factory=list)
    accessors: list[AccessorDemand] = field(default_factory=list)
    unwrapped: dict[Span, Span | None] = field(default_factory=dict)
    decorators: dict[tuple[int, str], None] = field(default_factory=dict)
    settled: list[Span] = field(default_factory=list)
    fields: dict[tuple[int, int], set[tuple[int, int]]] = field(default_factory=dict)
    unread: dict[Span, dict[str, None]] = field(default_factory=dict)


class Lowering:
    """Turns operations into demands.  `moving` are the statements that any fix of the batch takes away."""

    def __init__(self, layout: Layout, top: Top, moving: Moving) -> None:
        self.layout = layout
        self.top = top
        self.moving = moving
        self.demands = Demands()

    def add(self, operation: Operation) -> None:
        """Add what one operation comes to; raises Unfit when it cannot be carried out."""
        lower = _LOWER.get(type(operation))
        if lower is None:
            raise Unfit(f"no such operation: {type(operation).__name__}")
        lower(self, operation)

    def hoist_import(self, operation: HoistImport) -> None:
        """Delete a local import and demand it at module level."""
        layout = self.layout
        located = layout.locate(operation.statement)
        statement = located.statement
        if not isinstance(statement, Import) or statement.is_star:
            raise Unfit("the statement is no import that can move")
        first_row, comments = leading(layout, located, self.moving)
        self.demands.removals.append(Removal(operation.statement, first_row))
        behind = without_local_pragmas(trailing(layout, located, self.moving))
        inner = [
            layout.comments[row].text
            for row in range(statement.span.row, statement.span.end_row)
            if row in layout.comments
        ]
        comments = (*comments, *(text for text in map(without_local_pragmas, inner) if text))
        names = [name for name in statement.names if name.bound not in operation.present]
        for index, name in enumerate(names):
            about = {"comments": comments, "trailing": behind} if index == 0 else {}
            alias = None if name.bound in operation.plain else name.alias
            self.demands.imports.append(_demand(statement, name.name, alias, about))

    def add_import(self, operation: AddImport) -> None:
        """Demand an import."""
        self.demands.imports.append(ImportDemand(operation.module, operation.name, operation.alias))

    def memoize(self, operation: MemoizeExpression) -> None:
        """Demand an accessor for an expression."""
        self.demands.accessors.append(
            AccessorDemand(
                (operation.expression,),
                operation.name,
                operation.after,
                operation.decorator,
                operation.arguments,
                is_expression=True,
                copied=operation.copied,
                moved=operation.moved,
                given=operation.given,
                annotation=operation.returns,
                otherwise=operation.otherwise,
                inlined=operation.inlined,
                meaning=operation.meaning,
                spread=operation.spread,
                remark=operation.remark,
            )
        )

    def inline(self, operation: InlineFunction) -> None:
        """Put a function's value in the place of its call."""
        layout = self.layout
        layout.locate(operation.definition)
        start, end = layout.start(operation.call), layout.end(operation.call)
        value, call = operation.value, operation.call
        passed = tuple(
            Change(layout.start(place), layout.end(place), layout.source.slice(given))
            for place, given in operation.arguments
        )
        text = layout.moved(layout.start(value), layout.end(value), layout.indentation(call.row), call.column, passed)
        text = glued(layout.text, start, end, layout.lines(text, call.row))
        self.demands.changes.append(Change(start, end, text))
        self.demands.removals.append(Removal(operation.definition))

    def extract(self, operation: ExtractFunction) -> None:
        """Demand an accessor for statements."""
        if not operation.statements:
            raise Unfit("there is no statement to extract")
        self.demands.accessors.append(
            AccessorDemand(
                operation.statements,
                operation.name,
                operation.after,
                operation.decorator,
                operation.arguments,
                False,
                operation.returns,
                operation.copied,
            )
        )

    def hoist_assignment(self, operation: HoistAssignment) -> None:
        """Demand assignments at module level."""
        self.demands.hoisted.append(HoistDemand(operation.statements, operation.after))

    def unwrap(self, operation: UnwrapWith) -> None:
        """Dedent the body of a with statement."""
        self.demands.unwrapped[operation.statement] = operation.value

    def set_argument(self, operation: SetArgument) -> None:
        """Demand an argument."""
        self.demands.arguments.append(
            ArgumentChange(operation.call, operation.keyword, operation.text, operation.position)
        )

    def remove_argument(self, operation: RemoveArgument) -> None:
        """Demand that an argument goes."""
        self.demands.arguments.append(ArgumentChange(operation.call, removed=self.layout.start(operation.argument)))

    def remove_item(self, operation: RemoveItem) -> None:
        """Demand that an item goes."""
        start = self.layout.start(operation.item)
        self.demands.arguments.append(ArgumentChange(operation.display, removed=start, closing="}"))

    def replace(self, operation: ReplaceExpression) -> None:
        """Replace text."""
        start, end = self.layout.start(operation.span), self.layout.end(operation.span)
        text = self.layout.lines(self._quoted(operation.span, operation.text), operation.span.row)
        self.demands.changes.append(Change(start, end, glued(self.layout.text, start, end, text)))

    def _habit(self, span: Span) -> str:
        """The quote of most other strings of the statement around a span, else of the file."""
        start, end = statement_around(self.layout, span) or (0, 0)
        own = self.layout.start(span)
        strings = [t for t in tokens(self.layout.text, start, end) if t.kind == "string" and t.start != own]
        ends = [self.layout.text[token.end - 1] for token in strings]
        single, double = ends.count("'"), ends.count('"')
        return self.layout.quote if single == double else "'" if single > double else '"'

    def _quoted(self, span: Span, text: str) -> str:
        """Text that stands in an f-string, with quotes that do not end it, whatever the Python.

        Raises Unfit when there are none left.
        """
        if not ("'" in text or '"' in text):
            return text
        if _PLAIN.fullmatch(text):
            quote = self._habit(span)
            text = f"{quote}{text[1:-1]}{quote}"
        quotes = enclosing_quotes(self.layout, span)
        if not any(quote in text for quote in quotes):
            return text
        free = [quote for quote in "'\"" if quote not in quotes and quote not in text]
        if not free:
            raise Unfit("the string around it leaves no quote to use")
        return text.translate({ord(quote): free[0] for quote in quotes})

    def replace_field(self, operation: ReplaceField) -> None:
        """Replace an f-string's field."""
        start, end = self.layout.start(operation.expression), self.layout.end(operation.expression)
        opening, closing = field_around(self.layout.text, start, end)
        self.demands.changes.append(Change(opening, closing, operation.text))
        around = statement_around(self.layout, operation.expression)
        if around is not None:
            self.demands.fields.setdefault(around, set()).add((opening, closing))

    def reword(self, operation: Reword) -> None:
        """Put a plain string in the place of a string, in the same kind of quotes."""
        text = self.layout.text
        start, end = self.layout.start(operation.string), self.layout.end(operation.string)
        _, quotes = opening_quote(text, start)
        left_open, closed = open_brackets(text, start, end)
        before = text[:start].rstrip("( \t\r\n\\")
        if text[len(before) : start].count("(") < closed:
            raise Unfit("a bracket around the string holds something else")
        for _ in range(closed):
            start = text.rindex("(", 0, start)
        end = _after_brackets(self.layout, end, left_open)
        start, end = _grouped(text, start, end)
        string = f"{quotes[0]}{operation.text}{quotes[0]}"
        self.demands.changes.append(Change(*filled(self.layout, start, end, len(string)), string))

    def decorate(self, operation: AddDecorator) -> None:
        """Put a decorator above a def, unless it has it."""
        definition = self.layout.definition(self.layout.locate(operation.definition).statement)
        if definition is None:
            raise Unfit("the definition is not there any more")
        self.demands.settled += operation.settled
        text = operation.text
        if operation.imported is not None:
            spelt, needed = spelling(self.top, operation.imported, frozenset(self.layout.summary.locals))
            text = spelt + text.removeprefix(operation.imported)
            if needed is not None:
                self.demands.imports.append(needed)
        if text not in {self.layout.source.slice(decorator.span) for decorator in definition.decorators}:
            self.demands.decorators[operation.definition.row, text] = None

    def rename(self, operation: RenameDefinition) -> None:
        """Replace the name in a def or class statement."""
        layout = self.layout
        definition = layout.definition(layout.locate(operation.definition).statement)
        start = layout.start(operation.definition)
        if definition is None:
            raise Unfit("the definition is not there any more")
        keyword = layout.text.index("class" if layout.text.startswith("class", start) else "def", start)
        place = layout.text.index(definition.name, keyword + 3)
        self.demands.changes.append(Change(place, place + len(definition.name), operation.name))

    def delete(self, operation: DeleteStatement) -> None:
        """Delete a statement."""
        first_row = 0
        if operation.told:
            located = self.layout.locate(operation.statement)
            first_row = told_above(self.layout, located, self.moving, of_making=operation.told == "makes")
        self.demands.removals.append(Removal(operation.statement, first_row))

    def drop_import(self, operation: DropImport) -> None:
        """Note a name that may go from an import."""
        self.demands.unread.setdefault(operation.statement, {})[operation.name] = None

    def drop_default(self, operation: DropDefault) -> None:
        """Delete `= value`."""
        layout = self.layout
        located = layout.located.get(operation.statement)
        if located and not (isinstance(located.statement, Assign) and located.statement.annotation):
            raise Unfit("without its value the statement would have no meaning")
        start = layout.start(operation.statement)
        before = layout.text[start : layout.start(operation.value)]
        head = before.rstrip("( \t\r\n\\")
        if not head.endswith("="):
            raise Unfit("the value is not there any more")
        place = start + len(head[:-1].rstrip(" \t"))
        end = _after_brackets(layout, layout.end(operation.value), before[len(head) :].count("("))
        self.demands.changes.append(Change(place, end, ""))

    def insert(self, operation: InsertStatements) -> None:
        """Insert statements beside one."""
        self.demands.changes.append(
            insert_statements(self.layout, operation.statement, operation.text, operation.before)
        )

    def delete_comment(self, operation: DeleteComment) -> None:
        """Delete a comment or a part of one."""
        layout = self.layout
        line = layout.source.line(operation.row)
        if operation.end_column > len(line) or "#" not in line[: operation.end_column]:
            raise Unfit("the comment is not there any more")
        before, after = line[: operation.column], line[operation.end_column :]
        row = layout.row_start(operation.row)
        if not before.strip() and not after.strip():
            self.demands.changes.append(Change(row, layout.row_start(operation.row + 1), ""))
            return
        kept = before if after.strip() else before.rstrip()
        end = operation.end_column if after.strip() else len(line)
        self.demands.changes.append(Change(row + len(kept), row + end, ""))


def _demand(statement: Import, name: str, alias: str | None, about: dict[str, Any]) -> ImportDemand:
    if statement.module is None:
        return ImportDemand(name, None, alias, is_hoisted=True, **about)
    return ImportDemand("." * statement.level + statement.module, name, alias, is_hoisted=True, **about)


def _grouped(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch of text that is a call's argument, with the brackets around it that only group it."""
    while True:
        before, after = text[:start].rstrip(), text[end:].lstrip()
        outer = before[:-1].rstrip()[-1:]
        if before[-1:] != "(" or after[:1] != ")" or outer not in ("(", ","):
            return start, end
        start, end = len(before) - 1, len(text) - len(after) + 1


def _after_brackets(layout: Layout, offset: int, count: int) -> int:
    """The offset after so many brackets that close behind an offset."""
    if not count:
        return offset
    found = tokens(layout.text, offset, len(layout.text), count)
    return next(token.end for token in found if token.kind == "close" and token.depth == 0)


def taken_statements(operations: Iterator[Operation]) -> Moving:
    """The statements that operations take away from where they stand."""
    spans: set[Span] = set()
    for operation in operations:
        if isinstance(operation, HoistImport | DeleteStatement):
            spans.add(operation.statement)
        elif isinstance(operation, InlineFunction):
            spans.add(operation.definition)
        elif isinstance(operation, HoistAssignment):
            spans.update(operation.statements)
        elif isinstance(operation, MemoizeExpression):
            spans.update(operation.moved)
    return frozenset(spans)


_LOWER: dict[type[Operation], Callable[[Lowering, Any], None]] = {
    HoistImport: Lowering.hoist_import,
    AddImport: Lowering.add_import,
    MemoizeExpression: Lowering.memoize,
    InlineFunction: Lowering.inline,
    ExtractFunction: Lowering.extract,
    HoistAssignment: Lowering.hoist_assignment,
    UnwrapWith: Lowering.unwrap,
    SetArgument: Lowering.set_argument,
    RemoveArgument: Lowering.remove_argument,
    RemoveItem: Lowering.remove_item,
    ReplaceExpression: Lowering.replace,
    ReplaceField: Lowering.replace_field,
    Reword: Lowering.reword,
    AddDecorator: Lowering.decorate,
    RenameDefinition: Lowering.rename,
    DeleteStatement: Lowering.delete,
    DropDefault: Lowering.drop_default,
    DropImport: Lowering.drop_import,
    InsertStatements: Lowering.insert,
    DeleteComment: Lowering.delete_comment,
}
