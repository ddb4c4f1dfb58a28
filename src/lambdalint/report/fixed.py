"""What a run has fixed, for each file and rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lambdalint import paths
from lambdalint.report import count
from lambdalint.report.terminal import paint, visible


class FixedFile(Protocol):
    """A file with the fixes that were applied to it: (code, message, how often)."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def fixes(self) -> tuple[tuple[str, str, int], ...]: ...  # noqa: D102


def number(files: Sequence[FixedFile]) -> int:
    """How many findings were fixed."""
    return sum(times for file in files for _, _, times in file.fixes)


def render(files: Sequence[FixedFile], cwd: str, *, color: bool = False, would: bool = False) -> str:
    """`fixed 3 findings:` with the fixes of each file below it; nothing when nothing was fixed."""
    if not files:
        return ""
    lines = [f"{'would fix' if would else 'fixed'} {count(number(files), 'finding')}:"]
    for file in files:
        lines.append(f"  {paint(visible(paths.relative(file.path, cwd)), 'bold', color)}")
        lines += [f"    {times} × {code}: {visible(message)}" for code, message, times in file.fixes]
    return "".join(f"{line}\n" for line in lines)
