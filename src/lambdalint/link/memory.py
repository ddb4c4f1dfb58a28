"""What was resolved already: each question is answered once, and questions that ask each other together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from lambdalint.link.fixpoint import Fixpoint
from lambdalint.link.model import Value, distinct

_DEPTH = 120


class Memory:
    """Values by question; answers to questions that form a cycle grow until they are stable."""

    def __init__(self) -> None:
        self._answers: Fixpoint[tuple[Value, ...]] = Fixpoint((), _join, _grew, _DEPTH)

    def get(self, key: Hashable) -> tuple[Value, ...] | None:
        """The settled answer to a question, None when it is not settled."""
        return self._answers.final(key)

    def is_active(self, key: Hashable) -> bool:
        """Whether a question is being answered."""
        return self._answers.is_active(key)

    def forget(self) -> None:
        """Drop all answers."""
        self._answers.forget()

    def once(self, key: Hashable, compute: Callable[[], Iterable[Value]]) -> tuple[Value, ...]:
        """The distinct values that answer a question."""
        return self._answers.get(key, lambda: distinct(compute()))


def _join(one: tuple[Value, ...], other: tuple[Value, ...]) -> tuple[Value, ...]:
    return distinct((*one, *other)) if one and other else one or other


def _grew(before: tuple[Value, ...], after: tuple[Value, ...]) -> bool:
    return len(after) > len(before)
