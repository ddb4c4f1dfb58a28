"""Markdown, for job summaries and comments on pull requests: a table, with all foreign text escaped."""

from __future__ import annotations

import re

from lambdalint import paths
from lambdalint.finding import Finding, Report
from lambdalint.report import View, summary
from lambdalint.report.terminal import visible

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~-])")
_CODE = re.compile(r"`([^`]+)`")


def render(report: Report, view: View) -> str:
    """A heading with the summary, and a table of the findings when there are any."""
    lines = ["## lambdalint", "", summary(report, view)]
    if report.findings:
        lines += ["", "| Place | Rule | Severity | Finding |", "|---|---|---|---|"]
        lines += [_row(finding, view) for finding in report.findings]
    return "".join(f"{line}\n" for line in lines)


def _row(finding: Finding, view: View) -> str:
    place = f"{paths.relative(finding.path, view.cwd)}:{finding.span.row}:{finding.span.column + 1}"
    text = prose(finding.message) + (f"<br>{prose(finding.help)}" if finding.help else "")
    return f"| {code(place)} | [{finding.code}]({finding.url}) {finding.name} | {finding.severity.value} | {text} |"


def prose(text: str) -> str:
    """Text as a table cell: code between backticks stays code, all else is taken literally."""
    parts = _CODE.split(visible(text))
    return "".join(code(part) if number % 2 else _literal(part) for number, part in enumerate(parts))


def code(text: str) -> str:
    """Text as a code span of a table cell, with a fence that no run of backticks in it closes."""
    content = visible(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def _literal(text: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
    return escaped.replace("@", "&#64;").replace("://", "&#58;//")
