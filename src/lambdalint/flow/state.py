"""What is known at one point of a function: the values of its names, and what was checked on the way there."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.flow.emptiness import Lacks
from lambdalint.flow.values import Key, Root, Value, join

Checked = frozenset[tuple[Root, tuple[Key, ...]]]


class State:
    """The names' values; `checked` are roots with paths that an allow-list or a pattern was asked about.

    `partners` tells for the value of an `items()` pair the key that belongs to it, `verdicts` for a name that holds
    the answer of a check what was checked.  `lacking` are the names that a test found empty or without a member.
    """

    __slots__ = ("checked", "lacking", "partners", "values", "verdicts")

    def __init__(
        self,
        values: dict[str, Value] | None = None,
        checked: Checked = frozenset(),
        partners: dict[str, str] | None = None,
        verdicts: dict[str, Checked] | None = None,
        lacking: Lacks = frozenset(),
    ) -> None:
        self.values: dict[str, Value] = {} if values is None else values
        self.checked = checked
        self.partners: dict[str, str] = {} if partners is None else partners
        self.verdicts: dict[str, Checked] = {} if verdicts is None else verdicts
        self.lacking = lacking

    def copy(self) -> State:
        """The same point, to go another way from."""
        return State(dict(self.values), self.checked, dict(self.partners), dict(self.verdicts), self.lacking)


def merge(states: Iterable[State | None]) -> State | None:
    """The point at which several ways meet; None where none of them gets there."""
    found = [state for state in states if state is not None]
    if not found:
        return None
    first = found[0]
    if len(found) == 1:
        return first
    merged = first.copy()
    for state in found[1:]:
        merged.checked &= state.checked
        merged.lacking &= state.lacking
        if merged.verdicts:
            others = state.verdicts
            merged.verdicts = {name: told for name, told in merged.verdicts.items() if others.get(name) == told}
        for name, value in state.values.items():
            other = merged.values.get(name)
            if other is None:
                merged.values[name] = value
            elif other is not value:
                merged.values[name] = join(other, value)
    return merged
