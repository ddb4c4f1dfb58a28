"""Least fixpoints of queries that ask each other, computed on demand and each once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Fixpoint(Generic[T]):
    """Answers to queries that may depend on themselves; answers only grow, from `bottom`, by `join`.

    `grew(before, after)` tells whether a join added anything.  Queries that form a cycle are asked again until
    none of their answers grows; what is outside cycles is asked once.  A query nested deeper than `depth` counts
    as `bottom`.  The order of questions does not change answers, but for that limit.  `settled` are the answers that
    will not grow any more.
    """

    def __init__(self, bottom: T, join: Callable[[T, T], T], grew: Callable[[T, T], bool], depth: int) -> None:
        self._bottom = bottom
        self._join = join
        self._grew = grew
        self._depth = depth
        self.settled: dict[Hashable, T] = {}
        self._current: dict[Hashable, T] = {}
        self._active: dict[Hashable, int] = {}
        self._open: dict[Hashable, int] = {}
        self._order: list[Hashable] = []
        self._lows: list[int] = []
        self._changes = 0
        self._touched = False

    def forget(self) -> None:
        """Drop all answers."""
        self.settled.clear()

    def is_active(self, key: Hashable) -> bool:
        """Whether a query is being answered."""
        return key in self._active

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The answer to the query of a key, which `compute` gives by asking others."""
        if key in self.settled:
            return self.settled[key]
        low = self._active.get(key)
        if low is None:
            low = self._open.get(key)
        if low is not None:
            self._depend(low)
            return self._current.get(key, self._bottom)
        if len(self._active) >= self._depth:
            return self._bottom
        return self._solve(key, compute)

    def _depend(self, low: int) -> None:
        if self._lows and low < self._lows[-1]:
            self._lows[-1] = low

    def _solve(self, key: Hashable, compute: Callable[[], T]) -> T:
        active, order, lows = self._active, self._order, self._lows
        index = active[key] = len(active)
        start = len(order)
        try:
            while True:
                before = self._changes
                # The lowest active query that the answer depends on, `index + 1` for none.
                lows.append(index + 1)
                try:
                    found = compute()
                finally:
                    low = lows.pop()
                self._touched = low <= index
                if not self._touched and key not in self._current:  # it depends on nothing that may grow
                    joined = self._join(self._bottom, found)
                    if self._grew(self._bottom, joined):
                        self._changes += 1
                    self.settled[key] = joined
                    return joined
                self._take(key, found)
                if low < index:
                    self._open[key] = low
                    order.append(key)
                    self._depend(low)
                    return self._current.get(key, self._bottom)
                if self._changes == before or not (self._touched or len(order) > start):
                    return self._finish(key, start)
                self._reopen(start)
        except BaseException:
            self._reopen(start)
            raise
        finally:
            del active[key]

    def _take(self, key: Hashable, found: T) -> None:
        """Join what a query was answered this time to what is known."""
        known = self._current.get(key, self._bottom)
        joined = self._join(known, found)
        if self._grew(known, joined):
            self._changes += 1
        self._current[key] = joined

    def _finish(self, key: Hashable, start: int) -> T:
        if len(self._order) > start:
            for done in self._order[start:]:
                self.settled[done] = self._current.pop(done, self._bottom)
                self._open.pop(done, None)
            del self._order[start:]
        found = self.settled[key] = self._current.pop(key, self._bottom)
        return found

    def _reopen(self, start: int) -> None:
        for again in self._order[start:]:
            self._open.pop(again, None)
        del self._order[start:]
