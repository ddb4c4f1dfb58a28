"""What stands in the place of names in text that moves: parameters, and values written out."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.fixes import Given, Inlined
from lambdalint.fixes.edits import Change
from lambdalint.fixes.layout import Layout


class Standing:
    """The changes by which parameters stand for what is given, and values for the names that they are bound to."""

    def __init__(self, layout: Layout, given: Iterable[Given], inlined: Iterable[Inlined]) -> None:
        self._layout = layout
        spans = [(span, one.name) for one in given for span in one.spans]
        self._given = [Change(layout.start(span), layout.end(span), name) for span, name in spans]
        self._inlined = tuple(inlined)

    def changes(self, at: int, indentation: str, column: int) -> tuple[Change, ...]:
        """The changes of text that moves from the offset `at` to a column of a row with `indentation`."""
        return self._with(self._inlined, at, indentation, column)

    def _with(self, inlined: Iterable[Inlined], at: int, indentation: str, column: int) -> tuple[Change, ...]:
        """The changes for what is given and some of the values; what lies in the place of a value goes with that."""
        values = [self._value(one, at, indentation, column) for one in inlined]
        given = (one for one in self._given if not any(v.start <= one.start and one.end <= v.end for v in values))
        return *given, *values

    def _value(self, one: Inlined, at: int, indentation: str, column: int) -> Change:
        """The change that puts a value in its place, and in that again what stands in it."""
        layout = self._layout
        start, end = layout.start(one.value), layout.end(one.value)
        where = layout.goes_to(one.place, at, indentation, column)
        inner = self._with((other for other in self._inlined if one.value.contains(other.place)), start, *where)
        return Change(layout.start(one.place), layout.end(one.place), layout.moved(start, end, *where, inner))
