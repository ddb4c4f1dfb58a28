"""Rows beside a statement and blocks that lose their header."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from lambdalint.fixes.edits import ABOVE, Change, Unfit
from lambdalint.fixes.layout import Layout, Located
from lambdalint.fixes.scan import rows_inside_strings, tokens
from lambdalint.source import Span
from lambdalint.summary import ClassDef, FunctionDef, With

_DEFINITION = ("def ", "async def ", "class ", "@")


def insert_statements(layout: Layout, span: Span, text: str, before: bool) -> Change:
    """Insert lines of code before or after a statement, at its indentation.

    Raises Unfit when the statement shares its row and the text is more than one simple statement.
    """
    located = layout.locate(span)
    start = layout.statement_start(located.statement)
    rest = layout.text[layout.end(span) : layout.row_end(layout.last_row(located.statement))].strip("; \t\\")
    is_alone = layout.begins_row(start)
    if not is_alone or (rest and not rest.startswith("#")):
        return _insert_in_row(layout, located, text, before)
    row = layout.first_row(located.statement)
    content = adapted(text, layout.indentation(row), layout.unit)
    apart = text.startswith(_DEFINITION)
    if before:
        lead = layout.comments_above(row)
        blanks = "\n" * _apart(layout, located) if apart else ""
        return Change(layout.row_start(lead), layout.row_start(lead), layout.lines(content + blanks, row), ABOVE)
    last = layout.last_row(located.statement)
    content = "\n" * (_apart(layout, located) if apart else 0) + content
    if apart and not layout.blanks_after(last) and located.number + 1 < len(located.block):
        content += "\n" * _apart(layout, located)
    return _below(layout, last, layout.lines(content, last))


def _below(layout: Layout, row: int, content: str) -> Change:
    """Insert rows below a row, which may be the last and have no line ending."""
    end, following = layout.row_end(row), layout.row_start(row + 1)
    if end < following:
        return Change(following, following, content)
    newline = layout.source.newline_at(row)
    return Change(end, end, newline + content.removesuffix(newline))


def _apart(layout: Layout, located: Located) -> int:
    """How many blank rows stand between definitions of a block."""
    if located.header < 0:
        return 2
    return 1 if isinstance(located.statement, FunctionDef | ClassDef) else 0


def _insert_in_row(layout: Layout, located: Located, text: str, before: bool) -> Change:
    """Insert one simple statement beside another on the same row."""
    text = text.rstrip("\n")
    first = text.partition(" ")[0].rstrip(":")
    if "\n" in text or first in ("if", "for", "while", "with", "try", "def", "class", "async", "match"):
        raise Unfit("the statement shares its row with others")
    start, end = layout.start(located.statement.span), layout.end(located.statement.span)
    return Change(start, start, f"{text}; ") if before else Change(end, end, f"; {text}")


def adapted(text: str, indentation: str, unit: str) -> str:
    """Lines that are indented by four spaces a level, at an indentation and with another unit, each ending in LF."""
    fixed = rows_inside_strings(text, 0, len(text))
    rows: list[str] = []
    offset = 0
    for line in text.rstrip("\n").split("\n"):
        stripped = line.lstrip(" ")
        levels, extra = divmod(len(line) - len(stripped), 4)
        keeps = offset in fixed or not stripped
        rows.append(line if keeps else f"{indentation}{unit * levels}{' ' * extra}{stripped}")
        offset += len(line) + 1
    return "\n".join(rows) + "\n"


def unwrap_all(layout: Layout, spans: Mapping[Span, Span | None], others: Collection[Change]) -> list[Change]:
    """Replace with statements by their bodies, beside other changes; a value given for one stays, assigned.

    Raises Unfit when one lies in another, or another change makes rows in a body that moves.
    """
    changes: list[Change] = []
    places = [(layout.start(span), layout.row_start(span.end_row + 1)) for span in spans]
    for span, (start, end) in zip(spans, places, strict=True):
        if any(start < other[0] < end for other in places):
            raise Unfit("overlaps another fix")
        if any(start < other.start <= end and _makes_rows(other) for other in others):
            raise Unfit("overlaps another fix")
        changes += _unwrap(layout, span, spans[span])
    return changes


def _makes_rows(change: Change) -> bool:
    return "\n" in change.content or "\r" in change.content


def _unwrap(layout: Layout, span: Span, value: Span | None) -> Iterator[Change]:
    """Replace a with statement by its body.

    Raises Unfit when it has more than one item.
    """
    statement = layout.locate(span).statement
    if not isinstance(statement, With) or len(statement.items) != 1:
        raise Unfit("the statement is no `with` of one item")
    start = layout.start(span)
    first, last = statement.body[0], statement.body[-1]
    body = layout.statement_start(first)
    if not layout.begins_row(body) or layout.source.position(body)[0] == span.row:
        yield from _headless(layout, statement, start, body, value, "; " if value else "")
        return
    colon_row = layout.source.position(_colon(layout, start, body))[0]
    outer, inner = layout.indentation(span.row), layout.indentation(layout.first_row(first))
    kept = [layout.comments[row].text for row in range(span.row, colon_row + 1) if row in layout.comments]
    if value is None:
        content = layout.lines("".join(f"{outer}{text}\n" for text in kept), span.row)
        yield Change(layout.row_start(span.row), layout.row_start(colon_row + 1), content)
    else:
        behind = "".join(f"  {text}" for text in kept)
        yield from _headless(layout, statement, start, layout.row_end(colon_row), value, behind)
    depth = len(inner) - len(outer)
    fixed = rows_inside_strings(layout.text, body, layout.end(last.span))
    for row in range(colon_row + 1, layout.last_row(last) + 1):
        begin = layout.row_start(row)
        if begin not in fixed and layout.source.line(row).startswith(inner[:depth]):
            yield Change(begin, begin + depth, "")


def _headless(
    layout: Layout, statement: With, start: int, end: int, value: Span | None, behind: str
) -> Iterator[Change]:
    """Delete a with statement's header, or make it the assignment of a value to the item's target."""
    if value is None:
        yield Change(start, end, "")
        return
    target = statement.items[0].target
    if target is None:
        raise Unfit("the `with` gives its value no name")
    yield Change(start, layout.start(value), f"{layout.source.slice(target.span)} = ")
    yield Change(layout.end(value), end, behind)


def _colon(layout: Layout, start: int, end: int) -> int:
    """The offset of the colon that ends a header."""
    found = [
        token.start
        for token in tokens(layout.text, start, end)
        if token.kind == "operator" and token.depth == 0 and layout.text[token.start : token.end] == ":"
    ]
    if not found:
        raise Unfit("the statement is not there any more")
    return found[-1]
