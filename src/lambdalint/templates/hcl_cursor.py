"""Where a parser of HCL stands in a list of tokens, and what it asks of those before it."""

from __future__ import annotations

from bisect import bisect_right

from lambdalint.source import Span
from lambdalint.templates.hcl_tokens import Token

_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python


class Cursor:
    """A place in a list of tokens; `starts` are the offsets of the rows."""

    def __init__(self, found: list[Token], starts: tuple[int, ...]) -> None:
        self._tokens = found
        # What each token says if it is a sign; two more, since nobody looks further than that past the end.
        self._signs = [*[token.value if token.kind == "sign" else "" for token in found], "", ""]
        self._starts = starts
        self._next = 0

    @property
    def is_done(self) -> bool:
        """Whether every token is read."""
        return self._next >= len(self._tokens)

    @property
    def row(self) -> int:
        """The row of the next token, of the last one at the end."""
        token = self._tokens[min(self._next, len(self._tokens) - 1)] if self._tokens else None
        return self.place(token.start)[0] if token else 1

    def place(self, offset: int) -> tuple[int, int]:
        """The row and column of an offset."""
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1]

    def _span(self, start: int, end: int) -> Span:
        starts = self._starts
        row = bisect_right(starts, start)
        end_row = bisect_right(starts, end)
        return _new(Span, (row, start - starts[row - 1], end_row, end - starts[end_row - 1]))

    def _peek(self, ahead: int = 0) -> Token | None:
        index = self._next + ahead
        return self._tokens[index] if index < len(self._tokens) else None

    def _is(self, value: str, ahead: int = 0) -> bool:
        return self._signs[self._next + ahead] == value

    def _skip_lines(self) -> None:
        signs = self._signs
        while signs[self._next] == "\n":
            self._next += 1

    def _end(self) -> int:
        return self._tokens[self._next - 1].end if self._next else 0
