"""Adding, replacing and removing the arguments of a call, or the items of a dict display, in the style written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import NamedTuple

from lambdalint.fixes.edits import Change, Unfit
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.scan import Token, tokens
from lambdalint.source import Span

# The longest row that a call of several rows is put into.
_ROW_LIMIT = 88
_CALLED = re.compile(r"(?:(?P<name>\w+)|[)\]])\(\Z")
_SPACE = re.compile(r"\s*")


class ArgumentChange(NamedTuple):
    """One change of a call: remove the argument at the offset `removed`, else set `keyword` to `text`.

    `closing` is the bracket that ends the arguments: `}` for the items of a dict display.
    """

    call: Span
    keyword: str = ""
    text: str = ""
    position: int | None = None
    removed: int = -1
    closing: str = ")"


class _Piece(NamedTuple):
    """One argument as written: its offsets, its keyword with the offset of its value, the offset after its comma.

    `comma` is -1 without a comma; `star` is "", "*" or "**"; `is_generator` says it is a bare generator.
    """

    start: int
    end: int
    keyword: str
    value: int
    comma: int
    star: str
    is_generator: bool


class _Brackets(NamedTuple):
    """A call's argument list: the offsets of its brackets and its pieces."""

    opening: int
    closing: int
    pieces: tuple[_Piece, ...]


def argument_changes(layout: Layout, wanted: Iterable[ArgumentChange]) -> Iterator[Change]:
    """The changes of the text that make all wanted changes of calls together.

    Raises Unfit when a span is no call's or an argument is not there.
    """
    calls: dict[Span, list[ArgumentChange]] = {}
    for change in wanted:
        calls.setdefault(change.call, []).append(change)
    for call, changes in calls.items():
        yield from _change_call(layout, _brackets(layout, call, changes[0].closing), changes)


def _change_call(layout: Layout, brackets: _Brackets, changes: list[ArgumentChange]) -> Iterator[Change]:
    removed: set[_Piece] = set()
    added: dict[str, str] = {}
    for change in changes:
        piece = _find(brackets.pieces, change)
        if change.removed >= 0:
            if piece is None:
                raise Unfit("the argument is not there any more")
            removed.add(piece)
        elif piece is None:
            if added.setdefault(change.keyword, change.text) != change.text:
                raise Unfit("another fix gives the argument another value")
        elif layout.text[piece.value : piece.end] != change.text:
            yield Change(piece.value, piece.end, change.text)
    texts = [f"{keyword}={text}" for keyword, text in added.items()]
    if removed and len(removed) == len(brackets.pieces):
        yield _replace_all(layout, brackets, texts)
        return
    if texts and removed and brackets.pieces[-1] in removed:
        yield Change(brackets.pieces[-1].start, brackets.pieces[-1].end, ", ".join(texts))
        removed.remove(brackets.pieces[-1])
        texts = []
    kept = [piece for piece in brackets.pieces if piece not in removed]
    if removed and not texts and len(kept) == 1 and _fits_one_row(layout, brackets, kept[0]):
        yield Change(brackets.opening + 1, kept[0].start, "")
        yield Change(kept[0].end, brackets.closing, "")
        return
    yield from _remove(layout, brackets, removed)
    if texts:
        yield from _add(layout, brackets, kept, texts)


def _find(pieces: tuple[_Piece, ...], change: ArgumentChange) -> _Piece | None:
    """The piece that a change speaks of."""
    if change.removed >= 0:
        return next((piece for piece in pieces if piece.start <= change.removed < piece.end), None)
    for piece in pieces:
        if piece.keyword == change.keyword:
            return piece
    for index, piece in enumerate(pieces):
        if piece.star or piece.keyword:
            return None
        if index == change.position:
            return piece
    return None


def filled(layout: Layout, start: int, end: int, length: int) -> tuple[int, int]:
    """What a text of one row replaces: all that is in a call's brackets where they hold [start, end) and one row does.

    `length` is that of the text; where a call has another argument, or a comment, it replaces [start, end) alone.
    """
    text = layout.text
    opening, closing = len(text[:start].rstrip()) - 1, _past(text, end)
    closing = _past(text, closing + 1) if text[closing : closing + 1] == "," else closing
    is_call = _CALLED.search(text, max(opening - 80, 0), opening + 1) if opening >= 0 else None
    if text[closing : closing + 1] != ")" or is_call is None or iskeyword(is_call.group("name") or ""):
        return start, end
    row, column = layout.source.position(opening)
    fits = layout.source.position(closing)[0] > row and column + length + 2 <= _ROW_LIMIT and row not in layout.comments
    return (opening + 1, closing) if fits else (start, end)


def _past(text: str, start: int) -> int:
    """The offset of the first character from `start` on that is no white space."""
    match = _SPACE.match(text, start)
    return match.end() if match else start


# --- reading a call ---


def _brackets(layout: Layout, call: Span, closing: str) -> _Brackets:
    """The argument list that ends a call, or the items of a display."""
    start, end = layout.start(call), layout.end(call)
    found = list(tokens(layout.text, start, end))
    if not found or layout.text[end - 1 : end] != closing or found[-1].kind != "close":
        raise Unfit("the call is not there any more")
    depth = found[-1].depth
    openings = [index for index, token in enumerate(found) if token.kind == "open" and token.depth == depth]
    first = openings[-1] if openings else 0
    if layout.text[found[first].start] not in "({":
        raise Unfit("the call is not there any more")
    return _Brackets(found[first].start, end - 1, tuple(_pieces(layout.text, found[first + 1 : -1], depth + 1)))


def _pieces(text: str, inner: list[Token], depth: int) -> Iterator[_Piece]:
    """The pieces between a call's brackets, from its tokens."""
    piece: list[Token] = []
    for token in inner:
        if token.kind == "operator" and token.depth == depth and text[token.start : token.end] == ",":
            yield _piece(text, piece, depth, token.end)
            piece = []
        elif token.kind not in ("comment", "newline"):
            piece.append(token)
    if piece:
        yield _piece(text, piece, depth, -1)


def _piece(text: str, found: list[Token], depth: int, comma: int) -> _Piece:
    if not found:
        raise Unfit("the call is not there any more")
    words = [text[token.start : token.end] for token in found[:3]]
    is_keyword = len(words) > 2 and words[1] == "=" and found[0].kind == "word"
    star = words[0] if words[0] in ("*", "**") else ""
    is_generator = any(
        token.kind == "word" and token.depth == depth and text[token.start : token.end] == "for" for token in found
    )
    value = found[2].start if is_keyword else found[0].start
    keyword = words[0] if is_keyword else ""
    return _Piece(found[0].start, found[-1].end, keyword, value, comma, star, is_generator)


# --- changing it ---


def _replace_all(layout: Layout, brackets: _Brackets, texts: list[str]) -> Change:
    """All arguments go: others take their place, or the brackets are left empty."""
    first, last = brackets.pieces[0], brackets.pieces[-1]
    if texts:
        return Change(first.start, last.end, ", ".join(texts))
    has_comment = any(token.kind == "comment" for token in tokens(layout.text, brackets.opening + 1, brackets.closing))
    if has_comment:
        rows = _own_rows(layout, first._replace(end=last.end, comma=last.comma))
        return Change(*(rows or (first.start, max(last.end, last.comma))), "")
    return Change(brackets.opening + 1, brackets.closing, "")


def _fits_one_row(layout: Layout, brackets: _Brackets, piece: _Piece) -> bool:
    """Whether a call of several rows is one of a single row once only one of its arguments is left."""
    text = layout.text
    row, column = layout.source.position(brackets.opening)
    if text[brackets.opening] != "(" or layout.source.position(brackets.closing)[0] == row:
        return False
    if layout.source.position(piece.start)[0] != layout.source.position(piece.end)[0]:
        return False
    has_comment = any(token.kind == "comment" for token in tokens(text, brackets.opening + 1, brackets.closing))
    return not has_comment and column + (piece.end - piece.start) + 2 <= _ROW_LIMIT


def _remove(layout: Layout, brackets: _Brackets, removed: set[_Piece]) -> Iterator[Change]:
    """Remove some, not all, of the pieces."""
    pieces = brackets.pieces
    kept: _Piece | None = None
    for index, piece in enumerate(pieces):
        if piece not in removed:
            kept = piece
            continue
        if (rows := _own_rows(layout, piece)) and (piece.comma >= 0 or kept is None):
            yield Change(*rows, "")
        elif index + 1 < len(pieces) and any(other not in removed for other in pieces[index + 1 :]):
            yield Change(piece.start, pieces[index + 1].start, "")
        elif kept is not None:
            start = kept.end if index == pieces.index(kept) + 1 else pieces[index - 1].end
            yield Change(start, piece.end, "")


def _own_rows(layout: Layout, piece: _Piece) -> tuple[int, int] | None:
    """The offsets of the rows that a piece with its comma and comment fills, None when it shares them."""
    row, column = layout.source.position(piece.start)
    last, _ = layout.source.position(piece.end)
    end = max(piece.end, piece.comma)
    rest = layout.text[end : layout.row_end(last)].strip()
    if layout.source.line(row)[:column].strip() or (rest and not rest.startswith("#")) or end > layout.row_end(last):
        return None
    return layout.row_start(row), layout.row_start(last + 1)


def _add(layout: Layout, brackets: _Brackets, pieces: list[_Piece], texts: list[str]) -> Iterator[Change]:
    """Add arguments behind the pieces that stay."""
    if not pieces:
        yield _add_first(layout, brackets, texts)
        return
    last = pieces[-1]
    if last.is_generator and len(pieces) == 1:
        yield Change(last.start, last.start, "(")
        yield Change(last.end, last.end, ")")
    row, column = layout.source.position(last.start)
    end_row, _ = layout.source.position(last.end)
    closing_row, _ = layout.source.position(brackets.closing)
    has_own_row = not layout.source.line(row)[:column].strip()
    if has_own_row and (closing_row > end_row or len(pieces) > 1):
        yield from _add_rows(layout, last, layout.indentation(row), closing_row > end_row, texts)
    elif last.comma >= 0:
        yield Change(last.comma, last.comma, "".join(f" {text}," for text in texts))
    else:
        yield Change(last.end, last.end, "".join(f", {text}" for text in texts))


def _add_first(layout: Layout, brackets: _Brackets, texts: list[str]) -> Change:
    """Add arguments to a call that has none."""
    row, column = layout.source.position(brackets.closing)
    if layout.source.position(brackets.opening)[0] == row or layout.source.line(row)[:column].strip():
        return Change(brackets.opening + 1, brackets.opening + 1, ", ".join(texts))
    indentation = layout.indentation(row) + layout.unit
    rows = "".join(f"{indentation}{text},\n" for text in texts)
    return Change(layout.row_start(row), layout.row_start(row), layout.lines(rows, row - 1))


def _add_rows(layout: Layout, last: _Piece, indentation: str, is_open: bool, texts: list[str]) -> Iterator[Change]:
    """Add arguments on rows of their own below the last piece, with a comma behind the last where it had one."""
    row, _ = layout.source.position(max(last.end, last.comma))
    if last.comma < 0:
        yield Change(last.end, last.end, ",")
    place = layout.row_end(row) if is_open else max(last.end, last.comma)
    rows = ",\n".join(f"{indentation}{text}" for text in texts)
    yield Change(place, place, layout.lines("\n" + rows + ("," if last.comma >= 0 else ""), row), 1)
