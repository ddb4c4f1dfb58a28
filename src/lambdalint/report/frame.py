"""Frames: the rows of source around a finding, with its expression marked."""

from __future__ import annotations

from lambdalint.report.terminal import expand, paint
from lambdalint.source import SourceText, Span

MAX_ROWS = 6
_MAX_CELLS = 200
MASK = "*****"


def cut(source: SourceText, span: Span, masked: tuple[Span, ...] = ()) -> tuple[tuple[int, str], ...]:
    """The rows of a span that a frame shows, as (1-based row, text), with the masked spans overwritten.

    Of a long span the first and the last rows are kept.  A mask hides its length as well, so columns behind
    it do not hold; the renderer marks to the end of such a row at most.
    """
    rows = range(span.row, span.end_row + 1)
    if len(rows) > MAX_ROWS:
        rows_shown = [*rows[: MAX_ROWS - 2], rows[-1]]
    else:
        rows_shown = list(rows)
    return tuple((row, _masked(source.line(row), row, masked)) for row in rows_shown)


def masked_text(source: SourceText, span: Span, masked: tuple[Span, ...] = ()) -> str:
    """The whole text of a span, with the masked spans overwritten where they lie in it."""
    rows = []
    for row in range(span.row, span.end_row + 1):
        line = source.line(row)
        end = span.end_column if row == span.end_row else len(line)
        start = span.column if row == span.row else 0
        hidden = tuple(one for one in masked if one.row <= row <= one.end_row)
        # Behind a mask columns do not hold: such a row is taken from where the span starts, to its end.
        rows.append(_masked(line, row, hidden)[start:] if hidden else line[start:end])
    return "\n".join(rows)


def _masked(line: str, row: int, masked: tuple[Span, ...]) -> str:
    for one in sorted(masked, reverse=True):
        if one.row <= row <= one.end_row:
            start = one.column if row == one.row else 0
            end = one.end_column if row == one.end_row else len(line)
            line = line[:start] + MASK + line[end:]
    return line


def draw(frame: tuple[tuple[int, str], ...], span: Span, style: str, color: bool) -> list[str]:
    """The lines of a frame: numbered rows, the span underlined, or bracketed when it covers several rows."""
    if not frame:
        return []
    width = len(str(frame[-1][0]))
    lines = [_gutter("", width, color)]
    if span.row == span.end_row:
        lines += _single(frame, span, width, style, color)
    else:
        lines += _multiple(frame, span, width, style, color)
    return lines


def _gutter(row: int | str, width: int, color: bool) -> str:
    return paint(f"{row:>{width}} |", "gutter", color)


def _single(frame: tuple[tuple[int, str], ...], span: Span, width: int, style: str, color: bool) -> list[str]:
    lines = []
    for row, text in frame:
        shown, starts = expand(text)
        if row != span.row:
            lines.append(f"{_gutter(row, width, color)} {shown[:_MAX_CELLS]}".rstrip())
            continue
        start, end = starts[min(span.column, len(text))], starts[min(span.end_column, len(text))]
        shown, start, end = _window(shown, starts, start, max(end, start + 1))
        lines.append(f"{_gutter(row, width, color)} {shown}".rstrip())
        lines.append(f"{_gutter('', width, color)} {' ' * start}{paint('^' * (end - start), style, color)}")
    return lines


def _window(shown: str, starts: tuple[int, ...], start: int, end: int) -> tuple[str, int, int]:
    """The part of a very long row around the marked cells, and where they are in it."""
    if starts[-1] <= _MAX_CELLS or len(shown) != starts[-1]:
        return shown, start, end
    left = max(0, start - _MAX_CELLS // 4)
    right = left + _MAX_CELLS
    prefix, suffix = "…" if left else "", "…" if right < len(shown) else ""
    shift = len(prefix) - left
    return prefix + shown[left:right] + suffix, start + shift, min(end, right) + shift


def _multiple(frame: tuple[tuple[int, str], ...], span: Span, width: int, style: str, color: bool) -> list[str]:
    lines, previous = [], frame[0][0] - 1
    opened = False
    for row, text in frame:
        shown, starts = expand(text)
        if row > previous + 1:
            lines.append(paint("." * width + "...", "gutter", color))
        previous = row
        begins_row = row == span.row and not text[: span.column].strip()
        mark = "/" if begins_row else "|" if opened else " "
        lines.append(f"{_gutter(row, width, color)} {paint(mark, style, color)} {shown[:_MAX_CELLS]}".rstrip())
        if row == span.row and not begins_row:
            arm = " " + "_" * (starts[min(span.column, len(text))] + 1) + "^"
            lines.append(f"{_gutter('', width, color)} {paint(arm, style, color)}")
        opened = opened or row == span.row
    end = starts[max(0, min(span.end_column, len(text)) - 1)] + 1
    lines.append(f"{_gutter('', width, color)} {paint('|' + '_' * end + '^', style, color)}")
    return lines
