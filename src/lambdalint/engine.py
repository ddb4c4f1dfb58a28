"""A run: discover, extract, link, judge, suppress, sort; and the loop that applies fixes until nothing changes.

Nothing is printed and nothing is written here.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from lambdalint.analysis import Analysis, analyse
from lambdalint.config import Config
from lambdalint.diagnostic import Applicability, Diagnostic, Severity
from lambdalint.discovery import project_root, walk
from lambdalint.errors import UsageError
from lambdalint.finding import Finding, InternalError, Report
from lambdalint.fix_session import FileFix, Session, SkippedFix
from lambdalint.reporting import Judged, finding_of
from lambdalint.selection import Selection
from lambdalint.source import Span
from lambdalint.summaries import Summaries

Progress = Callable[[str], None]
_START = Span(1, 0, 1, 0)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a run.

    `paths` are files or folders, as typed; `stdin` a (file name, content) pair that stands for that file;
    `jobs` the number of worker processes; without `edits` findings carry no text edits, which cost time.
    """

    paths: tuple[str, ...]
    config: Config
    selected: Selection
    stdin: tuple[str, bytes] | None = None
    jobs: int = 1
    cache: bool = True
    unsafe_fixes: bool = False
    edits: bool = True


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


def check(request: Request, progress: Progress | None = None) -> Report:
    """Judge the requested paths.  Raises UsageError for a path that does not exist."""
    return _report([_judge(analysis, request) for analysis in _analyses(request, {}, progress)], request)


def files(request: Request) -> tuple[str, ...]:
    """The Python files that a run would look at, absolute and sorted."""
    found: set[str] = set()
    for root, targets in _roots(request).items():
        exclude = (*request.config.exclude, *request.config.extend_exclude)
        tree = walk(root, exclude, [t for t in targets if os.path.isfile(t)], request.config.root)
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
    summaries = Summaries(request.jobs)

    def judge(overlay: dict[str, bytes]) -> list[_Verdict]:
        return [_judge(analysis, request) for analysis in _analyses(request, overlay, progress, summaries)]

    session = Session(
        lambda judged: _is_eligible(request, judged),
        lambda path, analysis: is_target(analysis.place(path, _START)[0], analysis.targets),
        judge,
    )
    verdicts = session.run(judge(session.overlay))
    return FixOutcome(_report(verdicts, request), session.outcome(), session.skipped())


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
    given = dict(overlay)
    if request.stdin is not None:
        given.setdefault(os.path.abspath(request.stdin[0]), request.stdin[1])
    return [
        analyse(root, targets, request.config, given, request.jobs, progress, summaries)
        for root, targets in sorted(_roots(request).items())
    ]


def is_target(path: str, targets: Iterable[str]) -> bool:
    """Whether an absolute path is one of some absolute targets, or lies in one."""
    return any(path == target or path.startswith(target.rstrip(os.sep) + os.sep) for target in targets)


# --- judging -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Verdict:
    """What the rules say of one analysis, after suppression and within the targets."""

    analysis: Analysis
    judged: list[Judged] = field(default_factory=list)
    errors: list[InternalError] = field(default_factory=list)
    suppressed: int = 0


def _judge(analysis: Analysis, request: Request) -> _Verdict:
    from lambdalint.rules import all_rules

    verdict = _Verdict(analysis)
    selection = request.selected
    found: dict[tuple[str, str, object], Judged] = {}
    for rule in all_rules():
        if rule.code not in selection.codes:
            continue
        try:
            for diagnostic in rule.check(analysis.program):
                judged = Judged(rule, diagnostic, _severity(selection, rule.code, diagnostic, rule.severity))
                key = (rule.code, diagnostic.path, diagnostic.span)
                if key not in found or len(diagnostic.trail) < len(found[key].diagnostic.trail):
                    found[key] = judged
        except Exception as error:
            verdict.errors.append(InternalError(rule.code, None, _describe(error)))
    for judged in found.values():
        path, _ = analysis.place(judged.diagnostic.path, judged.diagnostic.span)
        if not is_target(path, analysis.targets) or not selection.is_on(judged.rule.code, path):
            continue
        if analysis.is_suppressed(judged.rule.code, judged.diagnostic):
            verdict.suppressed += 1
        else:
            verdict.judged.append(judged)
    verdict.judged += _unused_suppressions(analysis, selection)
    verdict.judged.sort(key=lambda j: (*analysis.sort_key(j.diagnostic), j.rule.code))
    return verdict


def _severity(selection: Selection, code: str, diagnostic: Diagnostic, own: Severity) -> Severity:
    return selection.severity(code, diagnostic.severity or own)


def _unused_suppressions(analysis: Analysis, selection: Selection) -> list[Judged]:
    from lambdalint.rules import all_rules

    rule = next((rule for rule in all_rules() if rule.code == "LMB903"), None)
    if rule is None or rule.code not in selection.codes:
        return []
    return [
        Judged(rule, diagnostic, _severity(selection, rule.code, diagnostic, rule.severity))
        for diagnostic in analysis.unused_suppressions(selection)
        if is_target(diagnostic.path, analysis.targets)
        and selection.is_on(rule.code, diagnostic.path)
        and not analysis.is_suppressed(rule.code, diagnostic)
    ]


def _describe(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({os.path.basename(last.filename)}:{last.lineno})"


def _report(verdicts: list[_Verdict], request: Request) -> Report:
    findings: list[Finding] = []
    for verdict in verdicts:
        for judged in verdict.judged:
            applicability = request.selected.applicability(judged.rule.code, judged.applicability)
            findings.append(finding_of(verdict.analysis, judged, applicability, edits=request.edits))
    programs = [verdict.analysis.program for verdict in verdicts]
    return Report(
        findings=tuple(sorted(findings, key=lambda f: (f.path, f.span, f.code))),
        handlers=sum(len(program.handlers) for program in programs),
        files=sum(len(program.loaded) for program in programs),
        functions=sum(len(program.invoke_units) for program in programs),
        unresolved=sum(program.graph.unresolved for program in programs),
        suppressed=sum(verdict.suppressed for verdict in verdicts),
        errors=tuple(error for verdict in verdicts for error in verdict.errors),
    )
