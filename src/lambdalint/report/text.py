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
    way = flow(finding) if finding.is_flow else trail(finding)
    notes = [("flow" if finding.is_flow else "reached", visible(way))] if way else []
    if finding.help:
        notes.append(("help", visible(finding.help)))
    if finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE:
        notes.append(("unsafe fix", visible(finding.fix.message)))
    if finding.no_fix:
        notes.append(("no fix", visible(finding.no_fix)))
    return notes


def trail(finding: Finding) -> str:
    """The way from the handler: `app.lambda_handler → storage.save (app.py:31)`, each function with its call's place.

    The first step is the handler, its place shown only where it is one in a template.
    """
    if not finding.trail:
        return finding.handler or ""
    first = finding.trail[0]
    start = first.function if first.path.endswith(".py") else _located(first)
    return " → ".join([start, *map(_located, finding.trail[1:])])


def flow(finding: Finding) -> str:
    """The way of a value: `store.read (store.py:4) → app.lambda_handler (app.py:7) → app.py:9`.

    Each function is named where the way enters it, each row once in a row of steps.
    """
    shown: list[str] = []
    for before, step in zip((None, *finding.trail), finding.trail, strict=False):
        if before is None or (before.path, before.function) != (step.path, step.function):
            shown.append(_located(step))
        elif before.span.row != step.span.row:
            shown.append(_where(step))
    return " → ".join(shown)


def _located(step: Step) -> str:
    return f"{step.function} ({_where(step)})"


def _where(step: Step) -> str:
    return f"{posixpath.basename(step.path.replace(chr(92), '/'))}:{step.span.row}"
