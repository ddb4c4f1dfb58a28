"""GitLab's code quality report.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import Any

from lambdalint import paths
from lambdalint.diagnostic import Severity
from lambdalint.finding import Finding, Report
from lambdalint.fingerprint import unique_fingerprints
from lambdalint.report import View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, view: View) -> str:
    """An array, an object a finding, each with a fingerprint that survives moved lines."""
    digests = unique_fingerprints(report.findings, view.cwd)
    issues = [_issue(finding, digest, view) for finding, digest in zip(report.findings, digests, strict=True)]
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"


def _issue(finding: Finding, digest: str, view: View) -> dict[str, Any]:
    span = finding.span
    return {
        "description": f"{finding.code}: {finding.message}",
        "check_name": finding.name,
        "fingerprint": digest,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": paths.relative(finding.path, view.cwd),
            "positions": {
                "begin": {"line": span.row, "column": span.column + 1},
                "end": {"line": span.end_row, "column": span.end_column + 1},
            },
        },
    }
