"""Code that was broken into several rows, in one row once it fits into it: what formatters do, where one is at work."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lambdalint.fixes.edits import Change, combine, rewrite
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.scan import Token, breaks_lines, tokens
from lambdalint.source import Span
from lambdalint.summary import Assign, ExprStmt, Return, Stmt
from lambdalint.walk import blocks

# The longest row that formatters leave.
LONGEST = 88


def in_one_row(text: str, room: int, had_to_break: bool) -> str:
    """Code of several rows in one row of so many characters into which it fits, else "".

    Only where it `had_to_break` where it stood, where its rows hang from the bracket above, or where each but the
    first goes on with a dot.
    """
    rows = [row.strip() for row in text.split("\n")]
    if len(rows) < 2:
        return ""
    hangs = rows[0][-1:] in ("(", "[", "{") and rows[-1][:1] not in (")", "]", "}")
    is_chain = all(row.startswith(".") for row in rows[1:])
    found = list(tokens(text, 0, len(text)))
    if not (hangs or is_chain or had_to_break):
        return ""
    if any(token.kind == "comment" or _is_long_string(text, token) for token in found):
        return ""
    joined = rows[0]
    for row in rows[1:]:
        is_tight = joined[-1:] in ("(", "[", "{") or row[:1] in (")", "]", "}", ".")
        joined += row if is_tight else f" {row}"
    if re.search(r",\s*[)\]}]", joined) or "\\" in joined:
        return ""
    return joined if len(joined) <= room else ""


def must_break(layout: Layout, span: Span) -> bool:
    """Whether an expression of several rows is too long for one where it stands."""
    joined = " ".join(layout.text[layout.start(span) : layout.end(span)].split())
    rest = layout.source.line(span.end_row)[span.end_column :].rstrip()
    return span.column + len(joined) + len(rest) > LONGEST


def closed_up(layout: Layout, span: Span, content: str, replaced: tuple[Span, ...]) -> Change | None:
    """The change that puts content in a span's place and gives its statement the one row that was too short before.

    None where it was not, where it still is, and where another of the `replaced` spans lies in it.  Parentheses around
    the content alone go.
    """
    around = min((s for s in layout.located if s.contains(span) and s != span), default=None, key=height)
    if around is None or around.row == around.end_row or not layout.is_formatted:
        return None
    statement = layout.located[around].statement
    if blocks(statement) or sum(map(around.contains, replaced)) > 1:
        return None
    start, end = layout.start(around), layout.end(around)
    text = layout.text[start : layout.start(span)] + content + layout.text[layout.end(span) : end]
    if around.row != span.row:
        wrapped = _parentheses(layout, statement, span)
        if wrapped is None:
            return None
        opening, closing = wrapped
        value = content + layout.text[layout.end(span) : closing].rstrip()
        text = layout.text[start:opening] + value + layout.text[closing + 1 : end]
    room = layout.row_limit - around.column - len(layout.source.line(around.end_row)[around.end_column :].rstrip())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    is_whole = "\n" not in text
    joined = text if is_whole and len(text) <= room else in_one_row(text, room, had_to_break=True)
    had_to_break = is_whole or len(" ".join(layout.text[start:end].split())) > room
    return Change(start, end, joined) if joined and had_to_break else None


def closed_bracket(layout: Layout, span: Span, content: str, replaced: tuple[Span, ...]) -> Change | None:
    """The change that puts content in a span's place and gives the bracket around it the one row it was too long for.

    The bracket is the innermost that opens at the end of a row and closes at the beginning of another.  None where
    there is none, where its content was not or still is too long, and where another of the `replaced` lies in it.
    """
    around = around_of(layout, span)
    if around is None or around.row == around.end_row or not layout.is_formatted:
        return None
    first, last = layout.start(span), layout.end(span)
    opening, closing = _bracket(layout, layout.start(around), layout.end(around), first)
    if opening < 0 or sum(opening < layout.start(one) < closing for one in replaced) > 1:
        return None
    column = layout.source.position(opening)[1]
    last_row, last_column = layout.source.position(closing)
    inside, after = layout.text[opening + 1 : first], layout.text[last:closing]
    if inside.strip(" \t")[:1] not in ("\r", "\n") or layout.source.line(last_row)[:last_column].strip():
        return None
    room = layout.row_limit - column - len(layout.source.line(last_row)[last_column + 1 :].rstrip())
    whole = layout.text[opening : closing + 1]
    text = (
        (layout.text[opening] + inside + content + after + layout.text[closing])
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )
    joined = in_one_row(text, room, had_to_break=True)
    had_to_break = len(" ".join(whole.split())) - 2 > room
    return Change(opening, closing + 1, joined) if joined and had_to_break else None


def rejoined(layout: Layout, places: Iterable[int], changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """Combined changes, those in a bracket that was too long for one row made one where that is long enough now.

    Only around the rows of the `places`, offsets of what goes, and only where such a row is all that the bracket holds
    and no comma ends it: as formatters break what is too long, which they put together again once it is not.
    """
    for row in sorted({layout.source.position(place)[0] for place in places if layout.is_formatted}):
        found = _lone_row(layout, row)
        if found is None:
            continue
        opening, closing = found
        inside = [change for change in changes if opening < change.start and change.end <= closing]
        rest = layout.source.line(row + 1).lstrip()[1:]
        room = LONGEST - layout.source.position(opening)[1] - len(rest.rstrip())
        whole = layout.text[opening : closing + 1]
        shifted = [change._replace(start=change.start - opening, end=change.end - opening) for change in inside]
        text = rewrite(whole, shifted).replace("\r\n", "\n").replace("\r", "\n")
        joined = in_one_row(text, room, had_to_break=True)
        if joined and len(" ".join(whole.split())) - 2 > room:
            others = (change for change in changes if change not in inside)
            changes = combine([*others, Change(opening, closing + 1, joined)])
    return changes


def _lone_row(layout: Layout, row: int) -> tuple[int, int] | None:
    """The offsets of the brackets in the rows beside a row that hold that alone; None without."""
    column = len(layout.indentation(row))
    around = around_of(layout, Span(row, column, row, column))
    if around is None or not layout.comments.keys().isdisjoint((row - 1, row, row + 1)):
        return None
    place = layout.row_start(row) + column
    opening, closing = _bracket(layout, layout.start(around), layout.end(around), place)
    if opening < 0 or layout.text[opening + 1 : place].strip() or layout.source.line(row).rstrip().endswith(","):
        return None
    last, column = layout.source.position(closing)
    rest = layout.source.line(last)[column + 1 :].strip()
    is_alone = layout.source.position(opening)[0] == row - 1 and last == row + 1
    return (opening, closing) if is_alone and not rest.strip(")]},:") else None


def _bracket(layout: Layout, start: int, end: int, place: int) -> tuple[int, int]:
    """The offsets of the innermost brackets of a stretch of text around a place, (-1, -1) for none."""
    open_: list[int] = []
    for token in tokens(layout.text, start, end):
        if token.kind == "open":
            open_.append(token.start)
        elif token.kind == "close" and open_:
            opening = open_.pop()
            if opening < place < token.start:
                return opening, token.start
    return -1, -1


def _parentheses(layout: Layout, statement: Stmt, span: Span) -> tuple[int, int] | None:
    """The offsets of the parentheses that only break up a statement's value, which begins with a span."""
    value = statement.value if isinstance(statement, Assign | Return | ExprStmt) else None
    if value is None or layout.start(value.span) != layout.start(span):
        return None
    before = layout.text[layout.start(statement.span) : layout.start(span)]
    opening = layout.start(statement.span) + len(before.rstrip()) - 1
    after = layout.text[layout.end(value.span) : layout.end(statement.span)]
    closing = layout.end(value.span) + len(after) - len(after.lstrip())
    if not before.strip() or layout.text[opening] != "(" or layout.text[closing : closing + 1] != ")":
        return None
    return opening, closing


def broken_call(layout: Layout, span: Span, name: str, passed: list[str]) -> str:
    """The call that stands in for a span: in rows as a formatter breaks it, where it makes its one row too long.

    It is broken only as the whole value of a statement, and where no argument has rows of its own.
    """
    call = f"{name}({', '.join(passed)})"
    around = around_of(layout, span)
    statement = None if around is None else layout.located[around].statement
    value = statement.value if isinstance(statement, Assign | Return | ExprStmt) else None
    if around is None or value is None or value.span != span or around.row != span.row:
        return call
    before, after = layout.source.line(span.row)[: span.column], layout.source.line(span.end_row)[span.end_column :]
    is_short = len(before) + len(call) + len(after.rstrip()) <= layout.row_limit
    if is_short or not passed or breaks_lines("".join(passed)):
        return call
    outer = layout.indentation(span.row)
    inner = f"\n{outer}{layout.unit}"
    listed = ", ".join(passed)
    is_one = len(outer) + len(layout.unit) + len(listed) <= layout.row_limit
    rows = f"{inner}{listed}" if is_one else "".join(f"{inner}{one}," for one in passed)
    return layout.lines(f"{name}({rows}\n{outer})", span.row)


def around_of(layout: Layout, span: Span) -> Span | None:
    """The span of the smallest statement around an expression."""
    return min((s for s in layout.located if s.contains(span)), default=None, key=height)


def height(span: Span) -> int:
    """How many rows a span has below its first."""
    return span.end_row - span.row


def _is_long_string(text: str, token: Token) -> bool:
    return token.kind == "string" and "\n" in text[token.start : token.end]
