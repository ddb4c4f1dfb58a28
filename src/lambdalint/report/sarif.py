"""SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
import re
from itertools import groupby
from typing import Any
from urllib.parse import quote

from lambdalint import paths
from lambdalint.diagnostic import Severity, Step
from lambdalint.finding import Edit, Finding, InternalError, Report
from lambdalint.fingerprint import unique_fingerprints
from lambdalint.report import View
from lambdalint.report.columns import Utf16Columns
from lambdalint.report.frame import MASK
from lambdalint.rules.base import Rule
from lambdalint.source import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_TAGS = {
    "LMB1": ("performance", "cold-start"),
    "LMB2": ("performance", "clients"),
    "LMB3": ("correctness", "adapters"),
    "LMB4": ("security", "secrets"),
    "LMB5": ("maintainability", "logging"),
    "LMB6": ("correctness", "execution-environment"),
    "LMB7": ("correctness", "handler"),
    "LMB8": ("correctness", "configuration"),
    "LMB9": ("maintainability",),
}
_LINK = re.compile(r"\[(?=[^\]\n]*\]\()")


def render(report: Report, view: View) -> str:
    """One run with all findings; columns count UTF-16 code units, which readers that look no further expect."""
    return json.dumps(_Log(report, view).encode(), indent=2, ensure_ascii=False) + "\n"


class _Log:
    def __init__(self, report: Report, view: View) -> None:
        self.report = report
        self.view = view
        self._columns = Utf16Columns(view.read)
        codes = {finding.code for finding in report.findings}
        self._rules = tuple(rule for rule in view.rules if rule.code in codes)
        self._index = {rule.code: number for number, rule in enumerate(self._rules)}

    def encode(self) -> dict[str, Any]:
        """The log as plain data."""
        findings = self.report.findings
        digests = unique_fingerprints(findings, self.view.cwd)
        errors = self.report.errors
        run = {
            "tool": {"driver": self._driver()},
            "columnKind": "utf16CodeUnits",
            "invocations": [
                {
                    "executionSuccessful": not errors,
                    "toolExecutionNotifications": [self._notification(error) for error in errors],
                }
            ],
            "results": [self._result(finding, digest) for finding, digest in zip(findings, digests, strict=True)],
        }
        return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}

    def _driver(self) -> dict[str, Any]:
        return {
            "name": "lambdalint",
            "informationUri": "https://lambdalint.readthedocs.io/",
            "version": self.view.version,
            "rules": [_rule(rule) for rule in self._rules],
        }

    def _result(self, finding: Finding, digest: str) -> dict[str, Any]:
        text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
        place = self._location(finding.path, finding.span)
        place["physicalLocation"] |= _context(finding)
        result: dict[str, Any] = {
            "ruleId": finding.code,
            "level": _LEVELS[finding.severity],
            "message": {"text": _plain(text)},
            "locations": [place],
            "partialFingerprints": {"lambdalint/v1": digest},
        }
        if finding.code in self._index:
            result["ruleIndex"] = self._index[finding.code]
        if finding.trail:
            end = {**self._location(finding.path, finding.span), "message": {"text": _plain(finding.message)}}
            trail = finding.trail[:-1] if finding.is_flow else finding.trail
            steps = [{"location": step} for step in (*map(self._step, trail), end)]
            result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
        if finding.fix is not None and finding.fix.edits:
            changes = self._changes(finding.fix.edits)
            result["fixes"] = [{"description": {"text": _plain(finding.fix.message)}, "artifactChanges": changes}]
        return result

    def _changes(self, edits: tuple[Edit, ...]) -> list[dict[str, Any]]:
        by_path = groupby(sorted(edits, key=lambda edit: edit.path), key=lambda edit: edit.path)
        return [
            {
                "artifactLocation": self._artifact(path),
                "replacements": [
                    {"deletedRegion": self._region(path, edit.span), "insertedContent": {"text": edit.content}}
                    for edit in group
                ],
            }
            for path, group in by_path
        ]

    def _step(self, step: Step) -> dict[str, Any]:
        return {**self._location(step.path, step.span), "message": {"text": _plain(step.function)}}

    def _location(self, path: str, span: Span) -> dict[str, Any]:
        return {"physicalLocation": {"artifactLocation": self._artifact(path), "region": self._region(path, span)}}

    def _region(self, path: str, span: Span) -> dict[str, int]:
        return {
            "startLine": span.row,
            "startColumn": self._columns.column(path, span.row, span.column) + 1,
            "endLine": span.end_row,
            "endColumn": self._columns.column(path, span.end_row, span.end_column) + 1,
        }

    def _artifact(self, path: str) -> dict[str, Any]:
        """A file: relative to the working directory, which code scanning takes for the repository's root."""
        name = paths.relative(path, self.view.cwd)
        encoded = quote(name.encode("utf-8", "surrogateescape"), safe="/:" if os.sep == "\\" else "/")
        if os.path.isabs(name):
            return {"uri": f"file://{encoded if encoded.startswith('/') else '/' + encoded}"}
        return {"uri": encoded, "uriBaseId": "%SRCROOT%"}

    def _notification(self, error: InternalError) -> dict[str, Any]:
        text = f"internal error in {error.where}: {error.error}"
        note: dict[str, Any] = {"level": "error", "message": {"text": _plain(text)}}
        if error.path is not None:
            note["locations"] = [{"physicalLocation": {"artifactLocation": self._artifact(error.path)}}]
        return note


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary or rule.name},
        "fullDescription": {"text": rule.summary or rule.name},
        "help": {"text": rule.documentation or rule.name, "markdown": rule.documentation or rule.name},
        "helpUri": rule.url,
        "defaultConfiguration": {"enabled": rule.default or rule.always, "level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["aws-lambda", *_TAGS.get(rule.code[:4], ())],
            "precision": "high",
            "problem.severity": _PROBLEMS[rule.severity],
        },
    }


def _context(finding: Finding) -> dict[str, Any]:
    """The rows around a finding as readers show them, secrets masked; nothing where rows are left out.

    A context must be larger than its region: there is none where that covers whole rows.
    """
    rows = [row for row, _ in finding.frame]
    if not rows or rows != list(range(rows[0], rows[0] + len(rows))):
        return {}
    last = finding.frame[-1][1]
    if finding.span.column == 0 and (finding.span.end_column >= len(last) or MASK in last):
        return {}
    snippet = "\n".join(text for _, text in finding.frame)
    return {"contextRegion": {"startLine": rows[0], "endLine": rows[-1], "snippet": {"text": snippet}}}


def _plain(text: str) -> str:
    """A text in which readers find no link: SARIF has those in plain text too."""
    return _LINK.sub(r"\\[", text)
