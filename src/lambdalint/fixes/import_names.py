"""Adding names to an existing `from module import …` in the style in which it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from lambdalint.fixes.edits import Change
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.scan import tokens
from lambdalint.source import Span
from lambdalint.summary import Import


class Imported(NamedTuple):
    """A name to import, with its alias."""

    name: str
    alias: str | None = None

    @property
    def text(self) -> str:
        """The name as an import statement spells it."""
        return f"{self.name} as {self.alias}" if self.alias else self.name


def _by_kind(name: str) -> tuple[int, str]:
    """Constants, then classes, then the rest: the order of isort and ruff."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.lower()


def _by_code_point(name: str) -> tuple[int, str]:
    return 0, name


def _by_letter(name: str) -> tuple[int, str]:
    return 0, name.lower()


_ORDERS: tuple[Callable[[str], tuple[int, str]], ...] = (_by_kind, _by_code_point, _by_letter)


def inserted(names: Sequence[Imported], new: Imported) -> tuple[Imported, ...]:
    """Names with a new one in its place: sorted as the others are, else last."""
    for order in _ORDERS:
        keys = [order(name.name) for name in names]
        if keys == sorted(keys):
            index = sum(key <= order(new.name) for key in keys)
            return (*names[:index], new, *names[index:])
    return (*names, new)


def wrapped(head: str, names: Sequence[Imported], unit: str, limit: int) -> str:
    """`from m import a, b`, one name a row in parentheses where the row would be longer than a limit."""
    row = head + ", ".join(name.text for name in names)
    if len(row) <= limit:
        return row
    return head + "(\n" + "".join(f"{unit}{name.text},\n" for name in names) + ")"


def extended(layout: Layout, statement: Import, added: Sequence[Imported], limit: int) -> Iterator[Change]:
    """The changes that add names to a `from` import."""
    names = tuple(Imported(name.name, name.alias) for name in statement.names)
    for new in added:
        names = inserted(names, new)
    start, end = layout.start(statement.span), layout.end(statement.span)
    text = layout.text[start:end]
    if not any(mark in text for mark in "(\\\r\n#"):
        head = layout.text[start : layout.start(statement.names[0].span)]
        row = wrapped(head, names, layout.unit, limit)
        if "\n" in row and layout.begins_row(start) and end == layout.row_end(statement.span.end_row):
            yield Change(start, end, layout.lines(row, statement.span.row))
            return
    yield from _inserted_in_place(layout, statement, names, set(added))


def _inserted_in_place(
    layout: Layout, statement: Import, names: tuple[Imported, ...], added: set[Imported]
) -> Iterator[Change]:
    """Insert each run of new names behind the existing name before it, or before the first."""
    spans = {Imported(name.name, name.alias): name.span for name in statement.names}
    before: Span | None = None
    run: list[str] = []
    for name in (*names, None):
        if name in added and name is not None:
            run.append(name.text)
            continue
        if run:
            yield from _run(layout, statement, before, run)
        run = []
        before = None if name is None else spans[name]


def _run(layout: Layout, statement: Import, before: Span | None, run: list[str]) -> Iterator[Change]:
    first = statement.names[0].span
    own_rows = _rows_of_one(layout, statement)
    if before is None:
        place = layout.start(first)
        if own_rows and layout.begins_row(place):
            indentation = layout.indentation(first.row)
            content = "".join(f"{indentation}{name},\n" for name in run)
            yield Change(layout.row_start(first.row), layout.row_start(first.row), layout.lines(content, first.row))
        else:
            yield Change(place, place, "".join(f"{name}, " for name in run))
        return
    end = layout.end(before)
    if not own_rows:
        yield Change(end, end, "".join(f", {name}" for name in run))
        return
    yield from _run_of_rows(layout, statement, before, run)


def _run_of_rows(layout: Layout, statement: Import, before: Span, run: list[str]) -> Iterator[Change]:
    """Insert names on rows of their own behind a name."""
    end = layout.end(before)
    comma = _comma_after(layout, end, layout.end(statement.span))
    row = layout.source.position(comma)[0] if comma >= 0 else before.end_row
    last_row = statement.names[-1].span.row
    indentation = layout.indentation(last_row)
    rows = ",\n".join(f"{indentation}{name}" for name in run)
    if layout.end(statement.span) <= layout.row_end(row):
        place = comma if comma >= 0 else end
    else:
        place = layout.row_end(row)
    if comma < 0:
        yield Change(end, end, ",")
    yield Change(place, place, layout.lines("\n" + rows + ("," if comma >= 0 else ""), row), 1)


def _rows_of_one(layout: Layout, statement: Import) -> bool:
    """Whether the names of a parenthesised import stand one a row."""
    rows = [name.span.row for name in statement.names]
    text = layout.text[layout.start(statement.span) : layout.start(statement.names[0].span)]
    return "(" in text and len(set(rows)) == len(rows) and rows[-1] > statement.span.row


def _comma_after(layout: Layout, start: int, end: int) -> int:
    """The offset after the comma that follows a name, -1 when none does."""
    for token in tokens(layout.text, start, end, 1):
        if token.kind == "operator" and layout.text[token.start] == ",":
            return token.end
        if token.kind not in ("comment", "newline"):
            break
    return -1
