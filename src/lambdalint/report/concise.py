"""The concise format: one line a finding."""

from __future__ import annotations

from lambdalint.finding import Report
from lambdalint.report import View, summary
from lambdalint.report.text import header, place


def render(report: Report, view: View) -> str:
    """`path:row:column: LMB201 [*] message`, and the summary."""
    lines = [f"{place(finding, view)}: {header(finding, view)}" for finding in report.findings]
    lines += [summary(report, view)] if view.summary else []
    return "".join(f"{line}\n" for line in lines)
