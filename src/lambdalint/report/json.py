"""The JSON format: one array, an object a finding, with the keys that ruff's readers know."""

from __future__ import annotations

import json
from typing import Any

from lambdalint import paths
from lambdalint.diagnostic import Step
from lambdalint.finding import Edit, Finding, FindingFix, Report
from lambdalint.report import View
from lambdalint.source import Span


def render(report: Report, view: View) -> str:
    """The array of findings; rows and columns are 1-based, columns count characters."""
    return json.dumps([encode(finding, view.cwd) for finding in report.findings], indent=2, ensure_ascii=False) + "\n"


def encode(finding: Finding, cwd: str) -> dict[str, Any]:
    """One finding as plain data; `no_fix` is there only where it says why no fix is offered."""
    start, end = locations(finding.span)
    encoded: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": paths.relative(finding.path, cwd),
        "location": start,
        "end_location": end,
        "fix": None if finding.fix is None else _fix(finding.fix, finding.path, cwd),
        "handler": finding.handler,
        "trace": [_step(step, cwd) for step in finding.trail],
        "noqa_row": finding.noqa_row,
        "url": finding.url,
    }
    return encoded if finding.no_fix is None else {**encoded, "no_fix": finding.no_fix}


def locations(span: Span) -> tuple[dict[str, int], dict[str, int]]:
    """The start and the end of a span, 1-based."""
    return (
        {"row": span.row, "column": span.column + 1},
        {"row": span.end_row, "column": span.end_column + 1},
    )


def _fix(fix: FindingFix, path: str, cwd: str) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.message,
        "edits": [_edit(edit, path, cwd) for edit in fix.edits],
    }


def _edit(edit: Edit, path: str, cwd: str) -> dict[str, Any]:
    """An edit; its `filename` is given only where it is another file than the finding's."""
    start, end = locations(edit.span)
    encoded: dict[str, Any] = {"content": edit.content, "location": start, "end_location": end}
    if edit.path != path:
        encoded["filename"] = paths.relative(edit.path, cwd)
    return encoded


def _step(step: Step, cwd: str) -> dict[str, Any]:
    start, _ = locations(step.span)
    return {"filename": paths.relative(step.path, cwd), **start, "function": step.function}
