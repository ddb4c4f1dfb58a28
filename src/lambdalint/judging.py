"""What the rules say of an analysed project, what comments suppress of it, and the report of it all."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lambdalint.analysis import Analysis
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.finding import Finding, InternalError, Report
from lambdalint.paths import is_target
from lambdalint.reporting import Judged, finding_of
from lambdalint.selection import Selection


@dataclass(slots=True)
class Verdict:
    """What the rules say of one analysis, after suppression and within the targets.

    `suppressed` are the paths of the diagnostics that a comment suppresses.
    """

    analysis: Analysis
    judged: list[Judged] = field(default_factory=list)
    errors: list[InternalError] = field(default_factory=list)
    suppressed: list[str] = field(default_factory=list)


def judge(analysis: Analysis, selection: Selection) -> Verdict:
    """Ask every selected rule; one that crashes is an error of the verdict, and the others are asked all the same."""
    from lambdalint.rules import all_rules

    verdict = Verdict(analysis)
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
            verdict.suppressed.append(path)
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
        if is_target(analysis.sort_key(diagnostic)[0], analysis.targets)
        and selection.is_on(rule.code, analysis.sort_key(diagnostic)[0])
        and not analysis.is_suppressed(rule.code, diagnostic)
    ]


def _describe(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({os.path.basename(last.filename)}:{last.lineno})"


def report(
    verdicts: Sequence[Verdict],
    selection: Selection,
    *,
    edits: bool,
    refusal: Callable[[Analysis, Judged], str | None] = lambda analysis, judged: None,
) -> Report:
    """The report of some verdicts; without `edits` fixes carry no text edits, which cost time.

    `refusal` says why a fix was left out that was tried.
    """
    findings: list[Finding] = []
    for verdict in verdicts:
        for judged in verdict.judged:
            applicability = selection.applicability(judged.rule.code, judged.applicability)
            refused = refusal(verdict.analysis, judged)
            findings.append(finding_of(verdict.analysis, judged, applicability, edits=edits, refusal=refused))
    programs = [verdict.analysis.program for verdict in verdicts]
    return Report(
        findings=tuple(sorted(findings, key=lambda f: (f.path, f.span, f.code))),
        handlers=sum(len(program.handlers) for program in programs),
        files=sum(len(program.loaded) for program in programs),
        functions=sum(len(program.invoke_units) for program in programs),
        unresolved=sum(program.graph.unresolved for program in programs),
        suppressed=sum(len(verdict.suppressed) for verdict in verdicts),
        errors=tuple(error for verdict in verdicts for error in verdict.errors),
    )
