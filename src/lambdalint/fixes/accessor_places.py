"""Where the functions that fixes make go: as few blocks as the order of loading and their readers allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from lambdalint.fixes.layout import Layout
from lambdalint.fixes.loading import Loading
from lambdalint.fixes.module import Top
from lambdalint.source import Span
from lambdalint.summary import Return, Stmt


class Wish(NamedTuple):
    """A function that goes into a module: what it needs, which of that its head does, and the places that call it."""

    needed: tuple[str, ...]
    head: tuple[str, ...]
    places: tuple[Span, ...]


class AccessorPlaces:
    """The gaps between a module's top-level statements for new functions.

    A function stands above every statement that may call it when the module is loaded, and above the definitions that
    call it as far as what it needs allows.  Within these limits it joins a block further down, of the others or, by
    the index of its first statement, of those that the module has.
    """

    def __init__(self, layout: Layout, top: Top, existing: Iterable[int]) -> None:
        self.layout = layout
        self.top = top
        self._existing = frozenset(existing)
        self._loading = Loading(layout)

    def gaps(self, wishes: Iterable[Wish]) -> Iterator[int]:
        """For each function the index of the statement above which it goes."""
        wanted = list(wishes)
        own = [self._gap(wish) for wish in wanted]
        blocks = sorted({*own, *self._existing})
        for wish, gap in zip(wanted, own, strict=True):
            yield max((block for block in blocks if block > gap and self._may_wait(wish, gap, block)), default=gap)

    def is_there(self, index: int, place: Span) -> bool:
        """Whether the module's statement at an index has run whenever loading the module comes to a place."""
        callers = self._callers((place,))
        return not any(self._runs(statement, callers) for statement in self.top.body[:index])

    def lambda_around(self, place: Span, needed: Iterable[str]) -> Span | None:
        """The lambda expression that does nothing but evaluate what stands at a place: a function's name will do.

        None where there is none, and where the function, which needs some names, may be there only later than the
        lambda expression.
        """
        imported = {name.bound for _, statement in self.top.imports for name in statement.names}
        if not imported.issuperset(needed):
            return None
        return next(
            (
                function.span
                for function in self.layout.summary.functions
                if function.name == "<lambda>" and not function.parameters
                for statement in function.body
                if isinstance(statement, Return) and statement.value is not None and statement.value.span == place
            ),
            None,
        )

    def _gap(self, wish: Wish) -> int:
        callers = self._callers(wish.places)
        return self.top.below(self._needed_first(wish), lambda statement: not self._runs(statement, callers))

    def _may_wait(self, wish: Wish, gap: int, block: int) -> bool:
        """Whether nothing between a gap and a block calls a function, now or later."""
        callers = self._callers(wish.places)
        between = self.top.body[gap:block]
        return bool(callers) and not any(
            self.top.defined(one) in callers or self._runs(one, callers) for one in between
        )

    def _runs(self, statement: Stmt, callers: frozenset[str]) -> bool:
        """Whether loading a statement may come to a function's call, which may stand anywhere without callers."""
        return self._loading.may_run(statement, callers or self._defined)

    @cached_property
    def _defined(self) -> frozenset[str]:
        """The names of all top-level definitions."""
        return frozenset(name for one in self.top.body if (name := self.top.defined(one)))

    def _callers(self, places: tuple[Span, ...]) -> frozenset[str]:
        """The names of the top-level definitions that hold the calls; none where a call stands in no definition."""
        body = self.top.body
        holders = [self._holder(place) for place in places]
        names = [self.top.defined(body[index]) if index < len(body) else "" for index in holders]
        return frozenset(names) if all(names) else frozenset()

    def _needed_first(self, wish: Wish) -> tuple[str, ...]:
        """The names that a function goes below: a definition that its place stands above of is there when it runs."""
        later = set(map(self.top.defined, self.top.body[self._holder(wish.places[0]) + 1 :]))
        return tuple(name for name in wish.needed if name not in later or name in wish.head)

    def _holder(self, span: Span) -> int:
        """The index of the top-level statement that holds a place, the length of the module's body where none does."""
        body = self.top.body
        return next((index for index, one in enumerate(body) if self._reaches(one, span)), len(body))

    def _reaches(self, statement: Stmt, span: Span) -> bool:
        """Whether a top-level statement, or what it defines, holds a place."""
        definition = self.layout.definition(statement)
        return statement.span.contains(span) or (definition is not None and definition.span.contains(span))
