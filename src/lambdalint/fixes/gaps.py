"""Rows that go between two top-level statements: put together with the blank rows that belong between them."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.fixes.edits import Change
from lambdalint.fixes.headings import heads_code, heads_first_part, is_heading, speaks_of, tells_of_function
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.module import Top, is_docstring, is_future
from lambdalint.summary import ClassDef, For, FunctionDef, If, Import, Match, Stmt, Try, While, With

# The kinds of rows, in the order in which they stand in one gap.
IMPORTS, ASSIGNMENTS, FUNCTIONS = "import", "simple", "def"
_RANKS = {IMPORTS: 1, ASSIGNMENTS: 2, FUNCTIONS: 3}
# The blank rows around a function, unless the module's own have another number.
_APART = 2
# How many functions with one blank row above them make that a habit.
_HABIT = 2


class Gaps:
    """New rows by gap; the gap of a number lies above the top-level statement of that index, the last at the end."""

    def __init__(self, layout: Layout, top: Top) -> None:
        self.layout = layout
        self.top = top
        self._rows: dict[int, dict[str, list[str]]] = {}
        self._apart = _habit(layout, top)

    def add(self, kind: str, index: int, rows: str) -> None:
        """Put rows, each ending in LF, into a gap; not between statements that share a row."""
        body = self.top.body
        while 0 < index < len(body) and self.layout.first_row(body[index]) == self.layout.last_row(body[index - 1]):
            index += 1
        self._rows.setdefault(index, {}).setdefault(kind, []).append(rows)

    def changes(self) -> Iterator[Change]:
        """The insertions, one or two a gap."""
        for index, kinds in self._rows.items():
            pieces = [(kind, kinds[kind]) for kind in _RANKS if kind in kinds]
            if index == 0:
                yield self._at_top(pieces)
                continue
            row = self._lead_row(index)
            last = self.layout.last_row(self.top.body[index - 1])
            functions = [piece for piece in pieces if piece[0] == FUNCTIONS]
            blanks = self.layout.blanks_after(last)
            if row and functions and (code := self._below_banner(index, row)):
                yield self._above(code, functions)
                pieces = [piece for piece in pieces if piece[0] != FUNCTIONS]
                functions = []
            if row and functions and (last + blanks + 1 != row or blanks > self._apart):
                yield self._above(self._heading_row(index, last, row), functions)
                pieces = [piece for piece in pieces if piece[0] != FUNCTIONS]
            if pieces:
                yield self._below(index, last, row, pieces)

    def _at_top(self, pieces: list[tuple[str, list[str]]]) -> Change:
        """Insert above the first statement of the module, below the comments that begin the file."""
        layout = self.layout
        row = self._lead_row(0)
        if not row:
            return Change(len(layout.text), len(layout.text), layout.lines(self._joined(pieces), layout.rows))
        first = next((number for number in range(1, row) if not layout.is_blank(number)), row)
        end = next((number for number in range(first, row) if layout.own_comment(number) is None), row)
        if first < end and heads_first_part([layout.comments[number].text for number in range(first, end)]):
            below = self._blanks(pieces[-1][0], FUNCTIONS)
            place = layout.row_start(first)
            return Change(place, place, layout.lines(self._joined(pieces) + "\n" * below, first), _RANKS[pieces[0][0]])
        has_header = bool(layout.text[: layout.row_start(row)].strip())
        above = 1 if has_header and not layout.blanks_before(row) else 0
        below = self._blanks(pieces[-1][0], _kind(self.top.body[0], 0))
        content = "\n" * above + self._joined(pieces) + "\n" * below
        place = layout.row_start(row)
        return Change(place, place, layout.lines(content, max(1, row - 1)), _RANKS[pieces[0][0]])

    def _below(self, index: int, last: int, row: int, pieces: list[tuple[str, list[str]]]) -> Change:
        """Insert directly below the statement before a gap, whose last row is given."""
        above = _kind(self.top.body[index - 1], index - 1)
        content = "\n" * self._blanks(above, pieces[0][0]) + self._joined(pieces)
        existing = self.layout.blanks_after(last)
        if row and last + existing + 1 == row:
            needed = self._blanks(pieces[-1][0], _kind(self.top.body[index], index))
            is_spaced = existing > 0 and pieces[-1][0] != FUNCTIONS and above not in ("docstring", "future")
            content += "\n" * (0 if is_spaced else max(0, needed - existing))
        content = self.layout.lines(content, last)
        return self.top.insert_row(last, content, _RANKS[pieces[0][0]])

    def _above(self, row: int, pieces: list[tuple[str, list[str]]]) -> Change:
        """Insert directly above a row, apart from it and from what stands above."""
        layout = self.layout
        missing = max(0, self._apart - layout.blanks_before(row))
        place = layout.row_start(row)
        content = layout.lines("\n" * missing + self._joined(pieces) + "\n" * self._apart, row - 1)
        return Change(place, place, content, _RANKS[FUNCTIONS])

    def _below_banner(self, index: int, row: int) -> int:
        """The first row of a statement whose comments, from a row on, are a banner that heads the code; else 0."""
        layout = self.layout
        first = layout.first_row(self.top.body[index])
        return first if heads_code([layout.comments[number].text for number in range(row, first)]) else 0

    def _heading_row(self, index: int, last: int, row: int) -> int:
        """The first row of what stands apart above the row of a statement, tells of it and is below the row `last`.

        That row where nothing does: other comments that stand there by themselves belong to nothing below them.
        """
        layout = self.layout
        definition = layout.definition(self.top.body[index])
        name = "" if definition is None else definition.name
        while True:
            end = row - 1 - layout.blanks_before(row)
            start = layout.comments_above(end + 1)
            if start > end or start <= last:
                return row
            texts = [layout.comments[number].text for number in range(start, end + 1)]
            if heads_code(texts):
                return row
            if not is_heading(texts) and not tells_of_function(texts) and not speaks_of(texts, name):
                return row
            row = start

    def _lead_row(self, index: int) -> int:
        """The row at which the statement at an index begins with the comments above it, 0 past the last.

        Comments that begin the file are its header and belong to no statement.
        """
        if index >= len(self.top.body):
            return 0
        row = self.layout.first_row(self.top.body[index])
        lead = self.layout.comments_above(row)
        return row if lead == 1 else lead

    def _joined(self, pieces: list[tuple[str, list[str]]]) -> str:
        """Pieces of several kinds with the blank rows between them."""
        text = ""
        previous = ""
        for kind, rows in pieces:
            text += "\n" * self._blanks(previous, kind) if previous else ""
            text += ("\n" * self._apart if kind == FUNCTIONS else "").join(rows)
            previous = kind
        return text

    def _blanks(self, above: str, below: str) -> int:
        """How many blank rows belong between two kinds of statements."""
        if FUNCTIONS in (above, below):
            return self._apart
        return 0 if above == below and above in (IMPORTS, ASSIGNMENTS) else 1


def _habit(layout: Layout, top: Top) -> int:
    """How many blank rows stand around the functions of a module: one where all have one, and there are several."""
    found = [
        layout.blanks_before(layout.comments_above(layout.first_row(statement)))
        for number, statement in enumerate(top.body)
        if number and isinstance(statement, FunctionDef | ClassDef)
    ]
    return 1 if len(found) >= _HABIT and set(found) == {1} else _APART


def _kind(statement: Stmt, index: int) -> str:
    if isinstance(statement, FunctionDef | ClassDef):
        return FUNCTIONS
    if is_future(statement):
        return "future"
    if isinstance(statement, Import):
        return IMPORTS
    if index == 0 and is_docstring(statement):
        return "docstring"
    is_list = not is_docstring(statement) and not isinstance(statement, If | For | While | With | Try | Match)
    return ASSIGNMENTS if is_list else "compound"
