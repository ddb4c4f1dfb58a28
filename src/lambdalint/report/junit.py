"""JUnit's XML: a test suite a file, a failed test case a finding."""

from __future__ import annotations

import re
from itertools import groupby

from lambdalint import paths
from lambdalint.finding import Finding, Report
from lambdalint.report import View
from lambdalint.report.terminal import visible

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def render(report: Report, view: View) -> str:
    """The document; a clean run is one suite with one passed test case."""
    total, failures = max(1, len(report.findings)), len(report.findings)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="lambdalint" tests="{total}" failures="{failures}" errors="0">',
    ]
    for path, group in groupby(report.findings, key=lambda finding: finding.path):
        lines += _suite(_escape(paths.relative(path, view.cwd)), list(group))
    if not report.findings:
        lines.append('  <testsuite name="lambdalint" tests="1" failures="0" errors="0">')
        lines += ['    <testcase name="no findings" classname="lambdalint"/>', "  </testsuite>"]
    return "".join(f"{line}\n" for line in [*lines, "</testsuites>"])


def _suite(name: str, findings: list[Finding]) -> list[str]:
    lines = [f'  <testsuite name="{name}" tests="{len(findings)}" failures="{len(findings)}" errors="0">']
    for finding in findings:
        row, column = finding.span.row, finding.span.column + 1
        case = f'name="{finding.code} {finding.name}" classname="{name}" file="{name}" line="{row}"'
        message = visible(finding.message)
        body = f"{row}:{column}: {message}" + (f"\n{visible(finding.help)}" if finding.help else "")
        kind = finding.severity.value
        failure = f'<failure type="{kind}" message="{_escape(message)}">{_escape(body)}</failure>'
        lines += [f"    <testcase {case}>", f"      {failure}", "    </testcase>"]
    return [*lines, "  </testsuite>"]


def _escape(text: str) -> str:
    """Text for content and attributes alike, without the characters that XML cannot hold."""
    return "".join(_ENTITIES.get(character, character) for character in _ILLEGAL.sub("\ufffd", text))
