"""The text format: each finding with its frame, its trail and its remedy, for people."""

from __future__ import annotations

import posixpath

from lambdalint import paths
from lambdalint.diagnostic import Applicability, Step
from lambdalint.finding import Finding, Report
from lambdalint.report import View, frame, summary
from lambdalint.report.terminal import paint, visible


def render(report: Report, view: View) -> str:
    """All findings, each followed by an empty line, and the summary."""
    blocks = ["\n".join(_block(finding, view)) + "\n" for finding in report.findings]
    blocks += [summary(report, view)] if view.summary else []
    return "".join(f"{block}\n" for block in blocks)


def header(finding: Finding, view: View) -> str:
    """`LMB201 [*] message`: `[*]` marks what `fix` fixes, `[-]` what it fixes only with --unsafe-fixes."""
    marker = "" if finding.fix is None else "[*] " if view.is_fixable(finding) else "[-] "
    return f"{paint(finding.code, finding.severity, view.color)} {marker}{visible(finding.message)}"


def place(finding: Finding, view: View) -> str:
    """`path:row:column`, 1-based."""
    return f"{visible(paths.relative(finding.path, view.cwd))}:{finding.span.row}:{finding.span.column + 1}"


def _block(finding: Finding, view: View) -> list[str]:
    width = len(str(finding.frame[-1][0])) if finding.frame else len(str(finding.span.row))
    lines = [
        header(finding, view),
        f"{' ' * width}{paint('-->', 'gutter', view.color)} {place(finding, view)}",
        *frame.draw(finding.frame, finding.span, finding.severity.value, view.color),
    ]
    label = " " * (width + 1) + paint("=", "gutter", view.color)
    return lines + [f"{label} {paint(name + ':', 'bold', view.color)} {text}" for name, text in _notes(finding)]


def _notes(finding: Finding) -> list[tuple[str, str]]:
    notes = [("reached", visible(trail(finding)))] if trail(finding) else []
    if finding.help:
        notes.append(("help", visible(finding.help)))
    if finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE:
        notes.append(("unsafe fix", visible(finding.fix.message)))
    if finding.no_fix:
        notes.append(("no fix", visible(finding.no_fix)))
    return notes


def trail(finding: Finding) -> str:
    """The way from the handler: each function with the place where it is called, `app.f → db.save (app.py:31)`.

    A step is the place of a call and the function that the call is in, so the function called is that of the
    next step; a first step in the same function as the second, or alone, is where the handler is defined.
    """
    steps = finding.trail
    if not steps:
        return finding.handler or ""
    parts = []
    is_definition = len(steps) == 1 or steps[0].function == steps[1].function or not steps[0].path.endswith(".py")
    if is_definition:
        parts.append(_located(steps[0].function, steps[0]))
        calls = steps[1:] if len(steps) > 1 and steps[0].function == steps[1].function else ()
        if not calls and len(steps) > 1:
            parts, calls = [*parts, steps[1].function], steps[1:]
    else:
        parts, calls = [steps[0].function], steps
    callees = [*(step.function for step in calls[1:]), finding.function]
    parts += [_located(callee, step) for callee, step in zip(callees, calls, strict=True) if calls]
    return " → ".join(parts)


def _located(name: str, step: Step) -> str:
    where = f"{posixpath.basename(step.path.replace(chr(92), '/'))}:{step.span.row}"
    return f"{name} ({where})" if name else where
