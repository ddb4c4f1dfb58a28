"""From diagnostics to findings: fixes lowered to edits, frames cut, places mapped to the files that people see."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lambdalint import hiding
from lambdalint.analysis import Analysis
from lambdalint.diagnostic import Applicability, Diagnostic, Operation, Severity, Step
from lambdalint.finding import Edit, Finding, FindingFix
from lambdalint.fingerprint import without_layout
from lambdalint.link.model import Unit
from lambdalint.paths import is_target
from lambdalint.report.frame import cut, masked_text
from lambdalint.rules.base import Rule
from lambdalint.source import SourceText, Span

_START = Span(1, 0, 1, 0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A diagnostic with its rule and its severity."""

    rule: Rule
    diagnostic: Diagnostic
    severity: Severity

    @property
    def applicability(self) -> Applicability:
        """The fix's own applicability; unsafe where there is no fix."""
        fix = self.diagnostic.fix
        return Applicability.UNSAFE if fix is None else fix.applicability


def finding_of(
    analysis: Analysis, judged: Judged, applicability: Applicability, *, edits: bool = True, refusal: str | None = None
) -> Finding:
    """The finding of a judged diagnostic, its fix of an applicability and, with `edits`, lowered to text edits.

    With a `refusal` it has no fix, for that reason.
    """
    rule, diagnostic = judged.rule, judged.diagnostic
    path, span = analysis.place(diagnostic.path, diagnostic.span)
    source = analysis.shown_source(path)
    masked = () if source is None else _masked(analysis, diagnostic, source, path, span)
    fix, no_fix = (None, refusal) if refusal else _lowered(analysis, judged, applicability, edits)
    statement = diagnostic.statement or diagnostic.span
    noqa_row = analysis.place(diagnostic.path, statement)[1].end_row if statement.end_column < 1 << 20 else span.row
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=judged.severity,
        path=path,
        span=span,
        message=diagnostic.message,
        help=diagnostic.help,
        handler=diagnostic.handler,
        trail=tuple(_step(analysis, step) for step in diagnostic.trail),
        fix=fix,
        no_fix=no_fix,
        noqa_row=min(noqa_row, max(1, len(source.line_starts))) if source is not None else span.row,
        url=rule.url,
        frame=() if source is None else cut(source, span, masked),
        function=_function_at(analysis, diagnostic),
        text="" if source is None else without_layout(masked_text(source, span, masked)),
        is_flow=diagnostic.is_flow,
    )


def _masked(analysis: Analysis, diagnostic: Diagnostic, source: SourceText, path: str, span: Span) -> tuple[Span, ...]:
    """What a diagnostic's frame must not show: what its rule says, and any secret in its rows."""
    module = diagnostic.path
    own = (secret for secret in analysis.secrets(module) if _share_rows(secret, diagnostic.span))
    found = {analysis.place(module, secret)[1] for secret in (*diagnostic.masked, *own)}
    found.update(hiding.occurrences(source, span, analysis.told_secrets(path)))
    if not {module, path} <= analysis.program.modules.keys():
        names = analysis.program.secret_names
        found.update(hiding.by_look(source, span, names, path.endswith(".py")))
    return tuple(one for one in sorted(found) if not any(one != other and other.contains(one) for other in found))


def _share_rows(one: Span, other: Span) -> bool:
    return one.row <= other.end_row and other.row <= one.end_row


def _function_at(analysis: Analysis, diagnostic: Diagnostic) -> str:
    """The dotted name of the innermost function around a diagnostic, "" at module level."""
    module = analysis.program.modules.get(diagnostic.path)
    if module is None:
        return ""
    around = [f for f in module.summary.functions if f.span.contains(diagnostic.span) and f.name != "<lambda>"]
    return analysis.program.name(Unit(diagnostic.path, around[-1].number)) if around else ""


def _step(analysis: Analysis, step: Step) -> Step:
    path, span = analysis.place(step.path, step.span)
    return Step(path, span, step.function)


def foreign_file(analysis: Analysis, changed: Iterable[str]) -> str | None:
    """Why a fix that changes some files cannot be applied: one of them was not asked for."""
    for path in changed:
        if not is_target(analysis.place(path, _START)[0], analysis.targets):
            return f"it changes {os.path.basename(path)} too, which was not asked for"
    return None


def fix_obstacle(analysis: Analysis, path: str, parts: Mapping[str, tuple[Operation, ...]]) -> str | None:
    """Why the fix of a diagnostic at a path, its operations by file, cannot be applied; None when it can."""
    obstacle = analysis.fix_obstacle(path) or foreign_file(analysis, parts)
    return obstacle or next((told for file in parts if (told := _told_anew(analysis, file, parts[file]))), None)


def _told_anew(analysis: Analysis, path: str, operations: tuple[Operation, ...]) -> str | None:
    """Why operations are left alone that would write out a secret again, and show it in every report of the fix."""
    secrets = analysis.told_secrets(analysis.shown_path(path))
    if not secrets:
        return None
    from lambdalint.fixes.apply import Skipped, lower

    lowered = lower(analysis.source(path), analysis.program.summary(path), operations)
    edits = () if isinstance(lowered, Skipped) else lowered
    is_told = any(secret in edit.content for edit in edits for secret in secrets)
    return "it would write out a secret again that stands in the code" if is_told else None


def _lowered(
    analysis: Analysis, judged: Judged, applicability: Applicability, wanted: bool
) -> tuple[FindingFix | None, str | None]:
    """A diagnostic's fix as edits, or why it cannot be applied."""
    fix = judged.diagnostic.fix
    if fix is None:
        return None, judged.diagnostic.no_fix
    parts = [(path, part) for path, part in ((judged.diagnostic.path, fix.operations), *fix.others) if part]
    obstacle = fix_obstacle(analysis, judged.diagnostic.path, dict(parts))
    if obstacle is not None or not parts:
        return None, obstacle or "there is nothing to change"
    if not wanted:
        return FindingFix(fix.message, applicability, ()), None
    from lambdalint.fixes.apply import Skipped, lower

    edits: list[Edit] = []
    for path, operations in parts:
        own = analysis.own_packages(path)
        lowered = lower(analysis.source(path), analysis.program.summary(path), operations, own)
        if isinstance(lowered, Skipped):
            return None, lowered.reason
        for edit in lowered:
            place, span = analysis.place(path, edit.span)
            edits.append(Edit(place, span, analysis.placed_text(path, edit.content)))
    if not edits:
        return None, "there is nothing to change"
    return FindingFix(fix.message, applicability, tuple(edits)), None
