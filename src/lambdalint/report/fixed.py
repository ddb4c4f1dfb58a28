"""What a run has fixed, for each file and rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from lambdalint import paths
from lambdalint.diagnostic import Applicability
from lambdalint.finding import Finding
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


def offered(findings: Iterable[Finding]) -> str:
    """How many more findings unsafe fixes would mend, by rule and by what they change; nothing where none would."""
    unsafe = [f for f in findings if f.fix is not None and f.fix.applicability is Applicability.UNSAFE]
    if not unsafe:
        return ""
    kinds = Counter((finding.code, finding.fix.message) for finding in unsafe if finding.fix is not None)
    lines = [f"--unsafe-fixes would fix {count(len(unsafe), 'more finding')}:"]
    lines += [f"    {times} × {code}: {visible(message)}" for (code, message), times in sorted(kinds.items())]
    return "".join(f"{line}\n" for line in lines)
