"""What the fixes know of a module's layout: where statements and comments stand, indentation, line endings."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from lambdalint.fixes.edits import Change, Unfit, rewrite
from lambdalint.fixes.scan import ScanError, quotes_around, rows_inside_strings, tokens
from lambdalint.source import SourceText, Span
from lambdalint.summary import (
    Class,
    ClassDef,
    Comment,
    Expr,
    Function,
    FunctionDef,
    Import,
    ModuleSummary,
    Stmt,
)
from lambdalint.walk import blocks

_EMPTY = len("''")
_TWICE = ("''", '""')

# The longest row that is made, unless the module has longer ones itself, and the longest at all.
_ROW_LIMIT, _ROW_LIMIT_MAX = 88, 120


class Located(NamedTuple):
    """A statement and its place.

    `block` holds it at the index `number`; `header` is the offset at which the block's header starts, -1 for
    the module's own.
    """

    statement: Stmt
    block: tuple[Stmt, ...]
    number: int
    header: int


class Layout:
    """A module's text and summary with the look-ups that fixes need; rows are 1-based, offsets count code points.

    `own` are the top-level packages and modules that it imports from its own project.
    """

    def __init__(self, source: SourceText, summary: ModuleSummary, own: frozenset[str] = frozenset()) -> None:
        self.source = source
        self.summary = summary
        self.own = own
        self.text = source.text
        self.rows = len(source.line_starts)

    # --- rows ---

    def start(self, span: Span) -> int:
        """The offset of a span's first character."""
        return self.source.offset(span.row, span.column)

    def end(self, span: Span) -> int:
        """The offset after a span's last character."""
        return self.source.offset(span.end_row, span.end_column)

    def row_start(self, row: int) -> int:
        """The offset of a row's first character; past the last row, the end of the text."""
        return self.source.line_starts[row - 1] if row <= self.rows else len(self.text)

    def row_end(self, row: int) -> int:
        """The offset of a row's line ending."""
        return self.row_start(row) + len(self.source.line(row))

    def indentation(self, row: int) -> str:
        """The white space that a row begins with."""
        line = self.source.line(row)
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def is_blank(self, row: int) -> bool:
        """Whether a row of the text holds white space only; there is no row 0 nor one after the last."""
        return 0 < row <= self.rows and self.row_start(row) < len(self.text) and not self.source.line(row).strip()

    def blanks_before(self, row: int) -> int:
        """How many blank rows stand directly above a row."""
        count = 0
        while self.is_blank(row - count - 1):
            count += 1
        return count

    def blanks_after(self, row: int) -> int:
        """How many blank rows stand directly below a row."""
        count = 0
        while self.is_blank(row + count + 1):
            count += 1
        return count

    @cached_property
    def comments(self) -> dict[int, Comment]:
        """The comment of each row that has one."""
        return {comment.row: comment for comment in self.summary.comments}

    def own_comment(self, row: int) -> Comment | None:
        """The comment of a row that holds nothing else."""
        comment = self.comments.get(row)
        return None if comment is None or comment.is_trailing else comment

    def comments_above(self, row: int) -> int:
        """The first row of the comments that stand directly above a row, without a blank row between; else the row."""
        while self.own_comment(row - 1):
            row -= 1
        return row

    @cached_property
    def quote(self) -> str:
        """The quote in which the file puts most of its strings of one row; `"` where it has no habit."""
        return "'" if self._quotes.count("'") > self._quotes.count('"') else '"'

    @cached_property
    def is_formatted(self) -> bool:
        """Whether a formatter may have written the file: none leaves strings of both quotes where either would do."""
        return "'" not in self._quotes or '"' not in self._quotes

    @cached_property
    def _quotes(self) -> str:
        """The quotes of the file's strings of one row that hold neither quote."""
        try:
            found = [token for token in tokens(self.text, 0, len(self.text)) if token.kind == "string"]
        except ScanError:
            return ""
        rows = (self.text[token.start : token.end] for token in found)
        plain = (row for row in rows if row[-3:-1] not in _TWICE or len(row.lstrip("bBrRuUfFtT")) == _EMPTY)
        return "".join(row[-1] for row in plain if not {"'", '"'} & set(row.lstrip("bBrRuUfFtT")[1:-1]))

    @cached_property
    def row_limit(self) -> int:
        """How many characters a row may get: as many as the module's own rows of code have, within reason."""
        longest = max(len(self.source.line(row)) for row in range(1, self.rows + 1) if self.own_comment(row) is None)
        return min(max(_ROW_LIMIT, longest), _ROW_LIMIT_MAX)

    @cached_property
    def import_limit(self) -> int:
        """How many characters a row of imports may get: as many as the module's own have, within reason."""
        spans = [span for span, found in self.located.items() if isinstance(found.statement, Import)]
        longest = max((span.end_column for span in spans if span.row == span.end_row), default=0)
        return min(max(_ROW_LIMIT, longest), _ROW_LIMIT_MAX)

    # --- statements ---

    @cached_property
    def located(self) -> dict[Span, Located]:
        """Every statement by its span."""
        found: dict[Span, Located] = {}
        self._locate(self.summary.body, -1, found)
        for function in self.summary.functions:
            if function.name != "<lambda>":
                self._locate(function.body, self.start(function.span), found)
        for cls in self.summary.classes:
            self._locate(cls.body, self.start(cls.span), found)
        return found

    def _locate(self, body: tuple[Stmt, ...], header: int, found: dict[Span, Located]) -> None:
        stack = [(body, header)]
        while stack:
            block, above = stack.pop()
            for index, statement in enumerate(block):
                found[statement.span] = Located(statement, block, index, above)
                stack += [(inner, self.start(statement.span)) for inner, _, _ in blocks(statement)]

    def locate(self, span: Span) -> Located:
        """The statement of a span; raises Unfit when there is none."""
        try:
            return self.located[span]
        except KeyError:
            raise Unfit("the statement is not there any more") from None

    def definition(self, statement: Stmt) -> Function | Class | None:
        """The function or class that a def or class statement defines."""
        if isinstance(statement, FunctionDef):
            return self.summary.functions[statement.function]
        return self.summary.classes[statement.cls] if isinstance(statement, ClassDef) else None

    def first_row(self, statement: Stmt) -> int:
        """The row on which a statement begins, its decorators included."""
        definition = self.definition(statement)
        decorators: tuple[Expr, ...] = definition.decorators if definition else ()
        if not decorators:
            return statement.span.row
        at = self.text.rfind("@", 0, self.start(decorators[0].span))
        return self.source.position(at)[0]

    def statement_start(self, statement: Stmt) -> int:
        """The offset at which a statement begins, its decorators included."""
        row = self.first_row(statement)
        return (
            self.start(statement.span)
            if row == statement.span.row
            else self.row_start(row) + len(self.indentation(row))
        )

    def last_row(self, statement: Stmt) -> int:
        """The row on which a statement ends."""
        return max(statement.span.end_row, statement.span.row)

    def begins_row(self, offset: int) -> bool:
        """Whether only white space stands before an offset on its row, and no backslash continues the row above."""
        row, column = self.source.position(offset)
        if self.source.line(row)[:column].strip(" \t\f"):
            return False
        return row == 1 or not self.source.line(row - 1).endswith("\\") or self.comments.get(row - 1) is not None

    @cached_property
    def unit(self) -> str:
        """One level of indentation as this module writes it."""
        for place in self.located.values():
            row = self.first_row(place.statement)
            if place.header < 0 or place.number or not self.begins_row(self.statement_start(place.statement)):
                continue
            outer, inner = self.indentation(self.source.position(place.header)[0]), self.indentation(row)
            if inner.startswith(outer) and inner != outer:
                return inner[len(outer) :]
        return "    "

    # --- text that moves ---

    def lines(self, content: str, row: int) -> str:
        """Text with LF line endings as rows that stand beside a row: with its line ending."""
        newline = self.source.newline_at(row)
        return content if newline == "\n" else content.replace("\n", newline)

    def moved(self, start: int, end: int, indentation: str, column: int, changes: tuple[Change, ...] = ()) -> str:
        """A stretch of text as it reads when its first character stands at `column` of a row with `indentation`.

        Its line endings become LF.  Rows that begin inside a string stay as they are; rows aligned with an opening
        bracket stay aligned.  Changes that lie each within a row are made on the way.
        """
        row, _ = self.source.position(start)
        last, _ = self.source.position(end)
        if row == last:
            return self._changed(start, end, changes)
        old = self.indentation(row)
        fixed = rows_inside_strings(self.text, start, end)
        shift = self._shift(start, column)
        parts = [self._changed(start, self.row_start(row + 1), changes)]
        for number in range(row + 1, last + 1):
            begin = self.row_start(number)
            line = self._changed(begin, min(end, self.row_start(number + 1)), changes)
            parts.append(line if begin in fixed or not line.strip() else _rebased(line, old, indentation, shift))
        return "".join(parts).replace("\r\n", "\n").replace("\r", "\n")

    def goes_to(self, place: Span, start: int, indentation: str, column: int) -> tuple[str, int]:
        """The indentation of a place's row and the place's column, once the text from `start` has moved so."""
        row, old_column = self.source.position(start)
        if place.row == row:
            return indentation, column + place.column - old_column
        old = self.indentation(place.row)
        new = _rebased(old, self.indentation(row), indentation, self._shift(start, column))
        return new, len(new) + place.column - len(old)

    def _shift(self, start: int, column: int) -> int | None:
        """By how many columns the later rows of a text move that are aligned with a bracket; None for other rows."""
        row, old_column = self.source.position(start)
        return column - old_column if self._is_aligned(start, self.row_end(row)) else None

    def _changed(self, start: int, end: int, changes: tuple[Change, ...]) -> str:
        """A stretch of the text with the changes in it made."""
        inside = sorted(change for change in changes if start <= change.start and change.end <= end)
        shifted = [Change(change.start - start, change.end - start, change.content) for change in inside]
        return rewrite(self.text[start:end], shifted)

    def _is_aligned(self, start: int, end: int) -> bool:
        """Whether the row below stands under what follows, on a row, the last bracket that this one leaves open."""
        try:
            found = [token for token in tokens(self.text, start, end) if token.kind != "comment"]
        except ScanError:  # a string goes on in the next row
            return False
        openers: list[int] = []
        for index, token in enumerate(found):
            if token.kind == "open":
                openers.append(index)
            elif token.kind == "close" and openers:
                openers.pop()
        if not openers or openers[-1] == len(found) - 1:
            return False
        row, column = self.source.position(found[openers[-1] + 1].start)
        return len(self.indentation(row + 1)) == column

    def trailing(self, row: int) -> str:
        """The trailing comment of a row, "" without one."""
        comment = self.comments.get(row)
        return comment.text if comment and comment.is_trailing else ""


def _rebased(line: str, old: str, new: str, shift: int | None) -> str:
    """A line moved from one indentation to another, or by a number of columns."""
    if shift is not None:
        blank = len(line) - len(line.lstrip(" \t"))
        return " " * shift + line if shift > 0 else line[min(-shift, blank) :]
    if line.startswith(old):
        return new + line[len(old) :]
    return line.lstrip(" \t") if not new else new + line.lstrip(" \t")


def glued(text: str, start: int, end: int, content: str) -> str:
    """Content for a range, with a space where it would otherwise run together with a word beside it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if before and content and _is_word(before) and _is_word(content[0]):
        content = " " + content
    if after and content and _is_word(after) and _is_word(content[-1]):
        content += " "
    return content


def enclosing_quotes(layout: Layout, span: Span) -> frozenset[str]:
    """The quotes, `'` or `"`, of the strings in whose replacement fields a span lies."""
    around = statement_around(layout, span)
    return frozenset() if around is None else frozenset(quotes_around(layout.text, *around, layout.start(span)))


def statement_around(layout: Layout, span: Span) -> tuple[int, int] | None:
    """The offsets of the innermost statement around a span."""
    around = [place.statement for outer, place in layout.located.items() if outer.contains(span)]
    if not around:
        return None
    inner = max(around, key=lambda statement: layout.start(statement.span))
    return layout.start(inner.span), layout.end(inner.span)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
