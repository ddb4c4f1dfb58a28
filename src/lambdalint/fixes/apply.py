"""Carries out fix operations: from data addressed by spans to edits of the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Generic

from lambdalint.diagnostic import Operation
from lambdalint.fixes import DeleteComment
from lambdalint.fixes.accessors import Accessors
from lambdalint.fixes.arguments import argument_changes
from lambdalint.fixes.blocks import unwrap_all
from lambdalint.fixes.edits import ABOVE, Applied, Change, Key, Skipped, TextEdit, Unfit, combine, rewrite, text_edits
from lambdalint.fixes.fields import without_prefixes
from lambdalint.fixes.gaps import Gaps
from lambdalint.fixes.hoist import add_hoisted, hoist_removals
from lambdalint.fixes.imports import import_changes
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.lowering import Demands, Lowering, taken_statements
from lambdalint.fixes.module import Top
from lambdalint.fixes.one_row import rejoined
from lambdalint.fixes.removal import Removal, removals
from lambdalint.fixes.scan import ScanError
from lambdalint.fixes.unused import unused_imports
from lambdalint.source import SourceText, Span
from lambdalint.summary import ModuleSummary

__all__ = ["Applied", "Skipped", "TextEdit", "apply", "lower", "lower_each"]


def lower(
    source: SourceText,
    summary: ModuleSummary,
    operations: tuple[Operation, ...],
    own: frozenset[str] = frozenset(),
) -> tuple[TextEdit, ...] | Skipped:
    """The text edits of one fix alone, in the order of their places, or why there are none."""
    return lower_each(source, summary, (operations,), own)[0]


def lower_each(
    source: SourceText,
    summary: ModuleSummary,
    fixes: Sequence[tuple[Operation, ...]],
    own: frozenset[str] = frozenset(),
) -> tuple[tuple[TextEdit, ...] | Skipped, ...]:
    """What `lower` gives for each of several fixes of one file, none regarding the others."""
    layout = Layout(source, summary, own)
    top = Top(layout)
    return tuple(_lowered(layout, top, operations) for operations in fixes)


def _lowered(layout: Layout, top: Top, operations: tuple[Operation, ...]) -> tuple[TextEdit, ...] | Skipped:
    try:
        changes = _changes(layout, top, operations)
    except (Unfit, ScanError) as error:
        return Skipped(str(error))
    return text_edits(layout.source, changes) if changes else Skipped("there is nothing to change")


def apply(
    source: SourceText,
    summary: ModuleSummary,
    fixes: Sequence[tuple[Key, tuple[Operation, ...]]],
    own: frozenset[str] = frozenset(),
) -> Applied[Key]:
    """Apply as many fixes of one file as go together, each wholly or not at all.

    `fixes` are (key, operations); the keys come back in the result.  In the order of the fixes' first places, a
    fix that overlaps one before it is skipped with the reason, to be offered again on the changed text.  `own` are
    the top-level packages that the file imports from its own project.
    """
    layout = Layout(source, summary, own)
    top = Top(layout)
    batch: _Batch[Key] = _Batch(layout, top)
    batch.add(sorted(fixes, key=lambda fix: _place(fix[1])))
    return Applied(rewrite(source.text, batch.changes), tuple(batch.applied), tuple(batch.skipped))


class _Batch(Generic[Key]):
    """Fixes that go together, found by adding them one after the other."""

    def __init__(self, layout: Layout, top: Top) -> None:
        self.layout = layout
        self.top = top
        self.changes: tuple[Change, ...] = ()
        self.applied: list[Key] = []
        self.skipped: list[tuple[Key, str]] = []
        self._operations: list[Operation] = []

    def add(self, fixes: Sequence[tuple[Key, tuple[Operation, ...]]]) -> None:
        """Add fixes in their order, leaving out each that does not go with those before it.

        All are tried at once and, failing that, each half by itself: what goes together goes together in part.
        """
        operations = [*self._operations, *(operation for _, added in fixes for operation in added)]
        try:
            self.changes = _changes(self.layout, self.top, operations)
        except (Unfit, ScanError) as error:
            if len(fixes) == 1:
                self.skipped.append((fixes[0][0], str(error)))
                return
            half = len(fixes) // 2
            self.add(fixes[:half])
            self.add(fixes[half:])
            return
        self._operations = operations
        self.applied += (key for key, _ in fixes)


def _place(operations: tuple[Operation, ...]) -> tuple[int, int]:
    """Where the first operation that has a place stands."""
    for operation in operations:
        if isinstance(operation, DeleteComment):
            return operation.row, operation.column
        for value in (getattr(operation, field.name) for field in fields(operation)):  # type: ignore[arg-type]
            spans = (value,) if isinstance(value, Span) else value if isinstance(value, tuple) else ()
            for span in spans:
                if isinstance(span, Span):
                    return span.row, span.column
    return 0, 0


def _changes(layout: Layout, top: Top, operations: Sequence[Operation]) -> tuple[Change, ...]:
    """The combined changes of all operations; raises Unfit or ScanError when they do not go together."""
    distinct = tuple(dict.fromkeys(operations))
    lowering = Lowering(layout, top, taken_statements(iter(distinct)))
    for operation in distinct:
        lowering.add(operation)
    demands = lowering.demands
    gaps = Gaps(layout, top)
    accessors = Accessors(layout, top, gaps, demands.accessors)
    add_hoisted(layout, top, gaps, demands.hoisted)
    changes = [*demands.changes, *_plain_strings(layout, demands), *_decorators(layout, demands), *accessors.changes]
    changes += argument_changes(layout, demands.arguments)
    changes += import_changes(layout, top, gaps, [*demands.imports, *accessors.imports])
    changes += gaps.changes()
    removed = [*demands.removals, *accessors.removals, *hoist_removals(layout, demands.hoisted)]
    combined = _combined(layout, demands, changes, removed)
    if demands.unread:
        if lowering.moving & demands.unread.keys():
            raise Unfit("the import that it leaves unread moves first")
        unused = unused_imports(layout, demands.unread, combined)
        combined = _combined(layout, demands, [*changes, *unused.changes], [*removed, *unused.removals])
    settled = ((layout.start(span), layout.end(span)) for span in demands.settled)
    for start, end in (*accessors.copied, *settled):
        if any(change.start < end and start < change.end for change in combined):
            raise Unfit("overlaps another fix")
    return rejoined(layout, (change.removed for change in demands.arguments if change.removed >= 0), combined)


def _combined(
    layout: Layout, demands: Demands, changes: Sequence[Change], removed: Sequence[Removal]
) -> tuple[Change, ...]:
    """The combined changes, with what removes statements and unwraps others: a block knows of all that leave it."""
    together = [*changes, *removals(layout, removed)]
    return combine([*together, *unwrap_all(layout, demands.unwrapped, together)])


def _plain_strings(layout: Layout, demands: Demands) -> Iterator[Change]:
    """F-strings that no field is left in made plain."""
    for (start, end), replaced in demands.fields.items():
        yield from without_prefixes(layout.text, start, end, frozenset(replaced))


def _decorators(layout: Layout, demands: Demands) -> list[Change]:
    """The rows of new decorators, each directly above its def."""
    return [
        Change(
            layout.row_start(row),
            layout.row_start(row),
            layout.lines(f"{layout.indentation(row)}@{text}\n", row),
            ABOVE,
        )
        for row, text in demands.decorators
    ]
