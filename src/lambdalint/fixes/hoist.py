"""Assignments that move to module level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.fixes.edits import Unfit
from lambdalint.fixes.gaps import ASSIGNMENTS, Gaps
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.module import Top
from lambdalint.fixes.pragmas import leading, trailing
from lambdalint.fixes.removal import Removal
from lambdalint.fixes.scan import normal
from lambdalint.source import Span
from lambdalint.summary import Assign, Name


class HoistDemand(NamedTuple):
    """Move simple assignments, in the order given, to module level, below the last binding of the names in `after`."""

    statements: tuple[Span, ...]
    after: tuple[str, ...] = ()


def hoist_removals(layout: Layout, wanted: Iterable[HoistDemand]) -> Iterator[Removal]:
    """What goes from the functions."""
    demands = list(wanted)
    moving = frozenset(span for demand in demands for span in demand.statements)
    for demand in demands:
        for span in demand.statements:
            yield Removal(span, leading(layout, layout.locate(span), moving)[0])


def add_hoisted(layout: Layout, top: Top, gaps: Gaps, wanted: Iterable[HoistDemand]) -> None:
    """Put all wanted assignments into the gaps of the module, equal ones once.

    Raises Unfit when two bind one name to different values, or a statement is no simple assignment.
    """
    demands = list(wanted)
    moving = frozenset(span for demand in demands for span in demand.statements)
    known = _known(layout, top)
    for demand in demands:
        index = max(top.boundary, top.last_binding(demand.after) + 1)
        for span in demand.statements:
            name, text = _name_and_text(layout, span)
            if name not in known:
                if name in layout.summary.locals:
                    raise Unfit(f"`{name}` is bound at module level")
                gaps.add(ASSIGNMENTS, index, _row(layout, span, moving))
            if known.setdefault(name, text) != text:
                raise Unfit(f"`{name}` is bound to another value at module level")


def _row(layout: Layout, span: Span, moving: frozenset[Span]) -> str:
    """An assignment's rows at module level, its comments with it, LF line endings at their ends."""
    located = layout.locate(span)
    _, comments = leading(layout, located, moving)
    text = layout.moved(layout.start(span), layout.end(span), "", 0)
    behind = trailing(layout, located, moving)
    return "".join(f"{comment}\n" for comment in comments) + text + (f"  {behind}\n" if behind else "\n")


def _name_and_text(layout: Layout, span: Span) -> tuple[str, str]:
    statement = layout.locate(span).statement
    if not isinstance(statement, Assign) or statement.value is None or statement.op:
        raise Unfit("the statement is no simple assignment")
    names = [target.id for target in statement.targets if isinstance(target, Name)]
    if len(names) != len(statement.targets):
        raise Unfit("the statement is no simple assignment")
    return names[0], normal(layout.source.slice(span))


def _known(layout: Layout, top: Top) -> dict[str, str]:
    """The text of the assignments at module level, by the name that they bind."""
    return {
        target.id: normal(layout.source.slice(statement.span))
        for statement in top.body
        if isinstance(statement, Assign)
        for target in statement.targets
        if isinstance(target, Name)
    }
