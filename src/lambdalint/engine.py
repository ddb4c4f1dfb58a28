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
from lambdalint.reporting import Judged, finding_of
from lambdalint.selection import Selection
from lambdalint.summaries import Summaries

MAX_ROUNDS = 10
Progress = Callable[[str], None]


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
class FileFix:
    """A file before and after its fixes; `fixes` are (code, message, count), sorted."""

    path: str
    before: bytes
    after: bytes
    fixes: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class SkippedFix:
    """A fix that could not be applied, and why."""

    path: str
    row: int
    code: str
    reason: str


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
    session = _Session(request)
    for _ in range(MAX_ROUNDS):
        analyses = _analyses(request, session.overlay, progress, session.summaries)
        judged = [_judge(analysis, request) for analysis in analyses]
        if not session.apply_round(analyses, judged):
            break
    return FixOutcome(_report(judged, request), session.outcome(), tuple(session.skipped.values()))


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


# --- fixing --------------------------------------------------------------------------------------


class _Session:
    """The state of a fix loop: files changed so far, what was fixed in them, what had to be skipped."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.overlay: dict[str, bytes] = {}
        self.summaries = Summaries(request.jobs)
        self.skipped: dict[tuple[str, str, int], SkippedFix] = {}
        self._before: dict[str, bytes] = {}
        self._fixes: dict[str, dict[tuple[str, str], int]] = {}

    def apply_round(self, analyses: list[Analysis], verdicts: list[_Verdict]) -> bool:
        """Apply every eligible fix that does not get in another's way; whether anything changed."""
        self.skipped.clear()
        changed = False
        for analysis, verdict in zip(analyses, verdicts, strict=True):
            by_file: dict[str, list[Judged]] = {}
            for judged in verdict.judged:
                if judged.diagnostic.fix is not None and self._is_eligible(judged):
                    by_file.setdefault(judged.diagnostic.path, []).append(judged)
            for path in sorted(by_file):
                changed |= self._apply_file(analysis, path, by_file[path])
        return changed

    def _is_eligible(self, judged: Judged) -> bool:
        applicability = self.request.selected.applicability(judged.rule.code, judged.applicability)
        return self.request.unsafe_fixes or applicability is Applicability.SAFE

    def _apply_file(self, analysis: Analysis, path: str, all_judged: list[Judged]) -> bool:
        from lambdalint.fixes.apply import apply

        source, summary = analysis.source(path), analysis.program.summary(path)
        fixes = [(number, j.diagnostic.fix.operations) for number, j in enumerate(all_judged) if j.diagnostic.fix]
        applied = apply(source, summary, fixes)
        for number, reason in applied.skipped:
            self._skip(all_judged[number], reason)
        before = analysis.data(path)
        after = self._encode(source, applied.text, all_judged) if applied.applied else None
        if after is None or after == before:
            return False
        if not analysis.is_valid(after):
            for judged in all_judged:
                self._skip(judged, "the result would not be valid Python")
            return False
        target = analysis.commit(path, after)
        self._before.setdefault(target.path, target.before)
        self.overlay[target.path] = target.after
        counts = self._fixes.setdefault(target.path, {})
        for number in applied.applied:
            judged = all_judged[number]
            message = judged.diagnostic.fix.message if judged.diagnostic.fix else ""
            counts[judged.rule.code, message] = counts.get((judged.rule.code, message), 0) + 1
        return True

    def _encode(self, source: object, text: str, all_judged: list[Judged]) -> bytes | None:
        try:
            data: bytes = source.encode(text)  # type: ignore[attr-defined]
        except UnicodeEncodeError as error:
            for judged in all_judged:
                self._skip(judged, f"the file's encoding cannot hold {error.object[error.start]!r}")
            return None
        return data

    def _skip(self, judged: Judged, reason: str) -> None:
        diagnostic = judged.diagnostic
        key = (diagnostic.path, judged.rule.code, diagnostic.span.row)
        self.skipped[key] = SkippedFix(diagnostic.path, diagnostic.span.row, judged.rule.code, reason)

    def outcome(self) -> tuple[FileFix, ...]:
        """The files that changed, sorted."""
        return tuple(
            FileFix(
                path,
                self._before[path],
                after,
                tuple((code, message, count) for (code, message), count in sorted(self._fixes[path].items())),
            )
            for path, after in sorted(self.overlay.items())
            if after != self._before[path]
        )
