"""Deleting statements: with their rows, with what is left of their block, with the blank rows around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.fixes.edits import Change
from lambdalint.fixes.headings import is_ruled
from lambdalint.fixes.layout import Layout, Located
from lambdalint.fixes.module import is_docstring
from lambdalint.source import Span
from lambdalint.summary import ClassDef, FunctionDef, Import, Stmt


class Removal(NamedTuple):
    """Delete a statement; `first_row` is the row of the first comment above it that goes as well, else 0."""

    statement: Span
    first_row: int = 0


class _Cluster(NamedTuple):
    """Statements of one block that share rows; nearly always one."""

    statements: tuple[Stmt, ...]
    removed: tuple[bool, ...]
    first_row: int


class _Rows(NamedTuple):
    """Whole rows to delete, whether they begin the block, and whether they stood apart, unlike what is around them."""

    first: int
    last: int
    leads: bool
    stood_apart: bool = False


def removals(layout: Layout, wanted: Iterable[Removal]) -> list[Change]:
    """The changes that delete all wanted statements together, a block left empty getting `pass`.

    Raises Unfit when a statement is not there.
    """
    blocks: dict[tuple[int, Span], tuple[Located, dict[Span, int]]] = {}
    for removal in wanted:
        located = layout.locate(removal.statement)
        _, chosen = blocks.setdefault((located.header, located.block[0].span), (located, {}))
        chosen[removal.statement] = max(chosen.get(removal.statement, 0), removal.first_row)
    return [change for located, chosen in blocks.values() for change in _remove_from_block(layout, located, chosen)]


def _remove_from_block(layout: Layout, located: Located, chosen: dict[Span, int]) -> Iterator[Change]:
    clusters = list(_clusters(layout, located.block, chosen))
    is_emptied = len(chosen) == len(located.block) and located.header >= 0
    rows: list[_Rows] = []
    for number, cluster in enumerate(clusters):
        if is_emptied and number == len(clusters) - 1:
            yield from _leave_pass(layout, cluster)
        elif all(cluster.removed) and layout.begins_row(layout.statement_start(cluster.statements[0])):
            last = layout.last_row(cluster.statements[-1])
            leads = number == 0 and not _precedes_definition(layout, located, clusters)
            leads = leads or (number == 1 and _is_below_docstring(layout, located, clusters))
            rows.append(_Rows(cluster.first_row, last, leads, _stood_apart(located, cluster)))
        else:
            yield from _thin(layout, cluster)
    for stretch in _merged(layout, rows):
        yield _delete_rows(layout, stretch)


def _stood_apart(located: Located, cluster: _Cluster) -> bool:
    """Whether a cluster is a definition between plain statements of a module: they need no blank rows of its own."""
    first = next(n for n, statement in enumerate(located.block) if statement is cluster.statements[0])
    last = first + len(cluster.statements)
    if located.header >= 0 or not isinstance(cluster.statements[0], FunctionDef) or not 0 < first < last:
        return False
    around = (located.block[first - 1], *located.block[last : last + 1])
    return len(around) > 1 and not any(isinstance(one, FunctionDef | ClassDef | Import) for one in around)


def _is_below_docstring(layout: Layout, located: Located, clusters: list[_Cluster]) -> bool:
    """Whether a function's second statement follows its docstring without a blank row: then none needs to follow it.

    Before a definition one stays, and where nothing of the function stays below.
    """
    docstring, second = clusters[0].statements[-1], clusters[1]
    if located.header < 0 or layout.text.startswith("class", located.header) or not is_docstring(docstring):
        return False
    if second.first_row != layout.last_row(docstring) + 1:
        return False
    below = next((cluster.statements[0] for cluster in clusters[2:] if not all(cluster.removed)), None)
    return below is not None and not isinstance(below, FunctionDef | ClassDef)


def _precedes_definition(layout: Layout, located: Located, clusters: list[_Cluster]) -> bool:
    """Whether a definition comes to stand first below an `if` or its like: formatters keep a blank row between them."""
    if located.header < 0 or layout.text.startswith(("class", "def", "async", "@"), located.header):
        return False
    gone = {statement for cluster in clusters if all(cluster.removed) for statement in cluster.statements}
    first = next((statement for statement in located.block if statement not in gone), None)
    return isinstance(first, FunctionDef | ClassDef)


def _clusters(layout: Layout, block: tuple[Stmt, ...], chosen: dict[Span, int]) -> Iterator[_Cluster]:
    """The clusters of a block that hold a chosen statement, with the number of the first in its block kept."""
    group: list[Stmt] = []
    for statement in (*block, None):
        if statement is not None and group and layout.first_row(statement) == layout.last_row(group[-1]):
            group.append(statement)
            continue
        if group:
            first = chosen.get(group[0].span, 0) or layout.first_row(group[0])
            yield _Cluster(tuple(group), tuple(member.span in chosen for member in group), first)
        group = [] if statement is None else [statement]


def _thin(layout: Layout, cluster: _Cluster) -> Iterator[Change]:
    """Delete some of the statements that share a row."""
    kept_end = -1
    removed_from = -1
    for statement, is_removed in zip(cluster.statements, cluster.removed, strict=True):
        if is_removed and removed_from < 0:
            removed_from = layout.statement_start(statement)
        elif not is_removed:
            if removed_from >= 0:
                yield Change(removed_from, layout.statement_start(statement), "")
            removed_from = -1
            kept_end = layout.end(statement.span)
    if removed_from >= 0:
        yield Change(kept_end if kept_end >= 0 else removed_from, layout.end(cluster.statements[-1].span), "")


def _leave_pass(layout: Layout, cluster: _Cluster) -> Iterator[Change]:
    """Put `pass` where the last statements of a block stood; comments above that go as well go."""
    start = layout.statement_start(cluster.statements[0])
    last = cluster.statements[-1]
    first_row = layout.source.position(start)[0]
    if cluster.first_row < first_row:
        yield Change(layout.row_start(cluster.first_row), layout.row_start(first_row), "")
    is_alone = layout.begins_row(start)
    yield Change(start, layout.row_end(layout.last_row(last)) if is_alone else layout.end(last.span), "pass")


def _merged(layout: Layout, rows: list[_Rows]) -> Iterator[_Rows]:
    """Stretches of rows to delete, joined where only blank rows lie between two."""
    current: _Rows | None = None
    for stretch in rows:
        if current is not None and current.last + layout.blanks_after(current.last) + 1 == stretch.first:
            current = _Rows(current.first, stretch.last, current.leads, current.stood_apart and stretch.stood_apart)
            continue
        if current is not None:
            yield current
        current = stretch
    if current is not None:
        yield current


def _delete_rows(layout: Layout, stretch: _Rows) -> Change:
    """Delete rows; of the blank rows above and below as many stay as the larger of the two had.

    None stays below a comment that stays, unless another one follows that no banner heads, nor at the top of a block
    or directly below its docstring.
    """
    before, after = layout.blanks_before(stretch.first), layout.blanks_after(stretch.last)
    leads = stretch.leads and layout.own_comment(stretch.first - before - 1) is None
    heading = layout.own_comment(stretch.first - 1)
    following = layout.own_comment(stretch.last + after + 1)
    is_headed = heading is not None and (following is None or (is_ruled(heading.text) and not is_ruled(following.text)))
    surplus = after if leads or is_headed or stretch.stood_apart else min(before, after)
    end = layout.row_start(stretch.last + surplus + 1)
    start = layout.row_start(stretch.first - (before - 1 if stretch.stood_apart and before else 0))
    if end == len(layout.text) and layout.row_end(stretch.last) == end and start > 0:
        start = layout.row_end(stretch.first - 1)
    return Change(start, end, "")
