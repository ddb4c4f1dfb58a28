"""A run: discover, extract, link, judge, suppress, sort; and the loop that applies fixes until nothing changes.

Nothing is printed and nothing is written here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lambdalint.analysis import Analysis, analyse
from lambdalint.config import Config
from lambdalint.diagnostic import Applicability
from lambdalint.discovery import project_root, walk
from lambdalint.division import Entangled
from lambdalint.errors import UsageError
from lambdalint.finding import Report
from lambdalint.hiding import told
from lambdalint.judging import Verdict, judge, report
from lambdalint.parts import Ask, check_root, merged
from lambdalint.paths import is_target
from lambdalint.rejudging import Rejudging
from lambdalint.reporting import Judged
from lambdalint.selection import Selection
from lambdalint.summaries import Summaries

if TYPE_CHECKING:
    from lambdalint.cache.facts import Earlier
    from lambdalint.fix_session import FileFix, SkippedFix

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run.

    `paths` are files or folders, as typed; `stdin` a (file name, content) pair that stands for that file;
    `jobs` the number of worker processes; without `edits` findings carry no text edits, which cost time;
    `open_files` are (absolute path, content) pairs of other files that are not as they are on disk.
    """

    paths: tuple[str, ...]
    config: Config
    selected: Selection
    stdin: tuple[str, bytes] | None = None
    jobs: int = 1
    cache: bool = True
    unsafe_fixes: bool = False
    edits: bool = True
    open_files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class FixOutcome:
    """What fixing would write, and the report of what remains then."""

    report: Report
    fixed: tuple[FileFix, ...]
    skipped: tuple[SkippedFix, ...]


@dataclass(frozen=True, slots=True)
class HandlerRow:
    """One handler as `lambdalint handlers` lists it; `row` and `template_row` are 1-based."""

    name: str
    handler: str
    path: str
    row: int
    runtime: str | None
    declared_in: str | None
    template_row: int | None
    how: str


def check(request: Request, progress: Progress | None = None, earlier: Earlier | None = None) -> Report:
    """Judge the requested paths; `earlier` is a run with the same request.  Raises UsageError for a missing path."""
    targets = _roots(request)
    if request.stdin is not None:
        verdicts = [judge(analysis, request.selected) for analysis in _analyses(request, {}, progress)]
        return report(verdicts, request.selected, edits=request.edits)
    ask = Ask(request.config, request.selected, request.edits, request.jobs, request.cache)
    return merged([check_root(root, targets[root], ask, progress, earlier) for root in sorted(targets)])


def files(request: Request) -> tuple[str, ...]:
    """The Python files that a run would look at, absolute and sorted."""
    found: set[str] = set()
    for root, targets in _roots(request).items():
        tree = walk(root, request.config.excluded, [t for t in targets if os.path.isfile(t)], request.config.root)
        found.update(path for path in tree.python if is_target(path, targets))
    return tuple(sorted(found))


def handlers(request: Request) -> tuple[HandlerRow, ...]:
    """The handlers found in the requested paths, sorted by path and row."""
    rows: list[HandlerRow] = []
    for analysis in _analyses(request, {}, None):
        for handler in analysis.program.handlers:
            path, span = analysis.place(handler.path, handler.span)
            targets = (path, *(function.template for function in handler.declared))
            if not any(is_target(target, analysis.targets) for target in targets):
                continue
            for function in handler.declared or (None,):
                rows.append(
                    HandlerRow(
                        function.name if function is not None else handler.name,
                        handler.name,
                        path,
                        span.row,
                        function.runtime if function is not None else None,
                        function.template if function is not None else None,
                        function.row if function is not None else None,
                        handler.how,
                    )
                )
    return tuple(sorted(rows, key=lambda r: (r.path, r.row, r.name, r.declared_in or "", r.template_row or 0)))


def analyses(request: Request, progress: Progress | None = None) -> tuple[Analysis, ...]:
    """The projects behind the requested paths, analysed.  Raises UsageError for a path that does not exist."""
    return tuple(_analyses(request, {}, progress))


def fix(request: Request, progress: Progress | None = None) -> FixOutcome:
    """Apply fixes in memory, round by round, until nothing changes; unsafe ones only where the request says so."""
    summaries = Summaries(request.jobs, progress)
    projects = [
        Rejudging(root, targets, request.config, request.selected, summaries)
        for root, targets in sorted(_roots(request).items())
    ]

    def in_parts(overlay: dict[str, bytes]) -> list[Verdict]:
        return [verdict for each in projects for verdict in each.verdicts(_given(request, overlay))]

    def as_a_whole(overlay: dict[str, bytes]) -> list[Verdict]:
        return [verdict for each in projects for verdict in each.whole(_given(request, overlay))]

    try:
        return _fixed(request, in_parts)
    except Entangled:
        return _fixed(request, as_a_whole)


def _fixed(request: Request, judged: Callable[[dict[str, bytes]], list[Verdict]]) -> FixOutcome:
    from lambdalint.fix_session import Session

    session = Session(lambda judged: _is_eligible(request, judged), judged)
    before = judged(session.overlay)
    verdicts = session.run(before)
    remaining = [
        report([verdict], request.selected, edits=request.edits, refusal=session.refusal) for verdict in verdicts
    ]
    analyses = [verdict.analysis for verdict in (*before, *verdicts)]
    fixed = (replace(one, secrets=_told(analyses, one.path)) for one in session.outcome())
    return FixOutcome(merged(remaining), tuple(fixed), session.skipped())


def _told(analyses: list[Analysis], path: str) -> tuple[str, ...]:
    """The texts of the secrets in a file, in any of its states."""
    return told(secret for analysis in analyses for secret in analysis.told_secrets(path))


def _is_eligible(request: Request, judged: Judged) -> bool:
    applicability = request.selected.applicability(judged.rule.code, judged.applicability)
    return request.unsafe_fixes or applicability is Applicability.SAFE


# --- analysis ------------------------------------------------------------------------------------


def _roots(request: Request) -> dict[str, tuple[str, ...]]:
    """The targets by project root, absolute."""
    found: dict[str, list[str]] = {}
    names = [request.stdin[0]] if request.stdin is not None else list(request.paths)
    for name in names:
        path = os.path.abspath(name)
        if request.stdin is None and not os.path.exists(path):
            raise UsageError(f"{name}: no such file or folder")
        found.setdefault(project_root(path, request.config.root), []).append(path)
    return {root: tuple(dict.fromkeys(targets)) for root, targets in found.items()}


def _analyses(
    request: Request, overlay: dict[str, bytes], progress: Progress | None, summaries: Summaries | None = None
) -> list[Analysis]:
    given = _given(request, overlay)
    return [
        analyse(root, targets, request.config, given, summaries or Summaries(request.jobs, progress))
        for root, targets in sorted(_roots(request).items())
    ]


def _given(request: Request, overlay: dict[str, bytes]) -> dict[str, bytes]:
    """The bytes of all files that are not as on disk: changed ones, standard input, and files open elsewhere."""
    given = dict(overlay)
    if request.stdin is not None:
        given.setdefault(os.path.abspath(request.stdin[0]), request.stdin[1])
    return {**dict(request.open_files), **given}
