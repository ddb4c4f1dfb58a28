"""The list of handlers as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from lambdalint import paths
from lambdalint.report.terminal import visible


class Row(Protocol):
    """One handler: its function's logical name and handler string, its place, and where it is declared."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def handler(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def row(self) -> int: ...  # noqa: D102
    @property
    def runtime(self) -> str | None: ...  # noqa: D102
    @property
    def declared_in(self) -> str | None: ...  # noqa: D102
    @property
    def template_row(self) -> int | None: ...  # noqa: D102
    @property
    def how(self) -> str: ...  # noqa: D102


def table(rows: Sequence[Row], cwd: str) -> str:
    """An aligned line a handler, below a line of headings; nothing without handlers."""
    if not rows:
        return ""
    cells: list[tuple[str, ...]] = [("NAME", "HANDLER", "PLACE", "RUNTIME", "DECLARED", "FOUND")]
    cells += [_cells(row, cwd) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(6)]
    lines = ("  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "".join(f"{line}\n" for line in lines)


def _cells(row: Row, cwd: str) -> tuple[str, ...]:
    place = f"{paths.relative(row.path, cwd)}:{row.row}"
    declared = f"{paths.relative(row.declared_in, cwd)}:{row.template_row}" if row.declared_in else "-"
    cells = (row.name or "-", row.handler, place, row.runtime or "-", declared, row.how)
    return tuple(map(visible, cells))


def json_text(rows: Sequence[Row], cwd: str) -> str:
    """An array, an object a handler; lines are 1-based, null where something is not known."""
    encoded = [
        {
            "name": row.name,
            "handler": row.handler,
            "path": paths.relative(row.path, cwd),
            "line": row.row,
            "runtime": row.runtime,
            "declared_in": paths.relative(row.declared_in, cwd) if row.declared_in else None,
            "template_line": row.template_row if row.declared_in else None,
            "how": row.how,
        }
        for row in rows
    ]
    return json.dumps(encoded, indent=2, ensure_ascii=False) + "\n"
