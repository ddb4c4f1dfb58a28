"""What was resolved already: each question is answered once, and questions that ask each other together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from lambdalint.link.fixpoint import Fixpoint
from lambdalint.link.model import Value, distinct

_DEPTH = 120


class Memory:
    """Values by question; answers to questions that form a cycle grow until they are stable.

    `settled` are the answers that will not grow any more.
    """

    def __init__(self) -> None:
        self._answers: Fixpoint[tuple[Value, ...]] = Fixpoint((), _join, _grew, _DEPTH)
        self.settled = self._answers.settled
        self.ask = self._answers.get
        """Answers a question that is not settled, with distinct values."""

    def is_active(self, key: Hashable) -> bool:
        """Whether a question is being answered."""
        return self._answers.is_active(key)

    def forget(self) -> None:
        """Drop all answers."""
        self._answers.forget()

    def once(self, key: Hashable, compute: Callable[[], Iterable[Value]]) -> tuple[Value, ...]:
        """The distinct values that answer a question."""
        found = self.settled.get(key)
        return self._answers.get(key, lambda: distinct(compute())) if found is None else found


def _join(one: tuple[Value, ...], other: tuple[Value, ...]) -> tuple[Value, ...]:
    return distinct((*one, *other)) if one and other else one or other


def _grew(before: tuple[Value, ...], after: tuple[Value, ...]) -> bool:
    return len(after) > len(before)
