"""GitHub's workflow commands, which annotate the changed lines of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from lambdalint import paths
from lambdalint.diagnostic import Severity
from lambdalint.finding import Finding, Report
from lambdalint.report import View
from lambdalint.report.terminal import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, view: View) -> str:
    """One command a finding; nothing when clean."""
    return "".join(f"{_command(finding, view)}\n" for finding in report.findings)


def _command(finding: Finding, view: View) -> str:
    span = finding.span
    properties = {"title": f"{finding.code} ({finding.name})", "file": paths.relative(finding.path, view.cwd)}
    properties |= {"line": str(span.row), "endLine": str(span.end_row)}
    if span.row == span.end_row:  # columns are allowed within one line only
        properties |= {"col": str(span.column + 1), "endColumn": str(max(span.end_column, span.column + 1))}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    text = "\n".join(visible(part) for part in (finding.message, finding.help) if part)
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return visible(_data(text)).replace(":", "%3A").replace(",", "%2C")
