"""SARIF 2.1.0, for code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import os
from itertools import groupby
from typing import Any
from urllib.parse import quote

from lambdalint import paths
from lambdalint.diagnostic import Severity, Step
from lambdalint.finding import Edit, Finding, InternalError, Report
from lambdalint.fingerprint import unique_fingerprints
from lambdalint.report import View
from lambdalint.rules.base import Rule
from lambdalint.source import Span

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(report: Report, view: View) -> str:
    """One run with all findings; columns count code points."""
    codes = {finding.code for finding in report.findings}
    rules = tuple(rule for rule in view.rules if rule.code in codes)
    index = {rule.code: number for number, rule in enumerate(rules)}
    digests = unique_fingerprints(report.findings, view.cwd)
    run = {
        "tool": {"driver": _driver(rules, view)},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [_notification(error, view) for error in report.errors],
            }
        ],
        "results": [
            _result(finding, digest, index, view) for finding, digest in zip(report.findings, digests, strict=True)
        ],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _driver(rules: tuple[Rule, ...], view: View) -> dict[str, Any]:
    return {
        "name": "lambdalint",
        "informationUri": "https://lambdalint.readthedocs.io/",
        "version": view.version,
        "rules": [_rule(rule) for rule in rules],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary or rule.name},
        "fullDescription": {"text": rule.summary or rule.name},
        "help": {"text": rule.documentation or rule.name, "markdown": rule.documentation or rule.name},
        "helpUri": rule.url,
        "defaultConfiguration": {"enabled": rule.default or rule.always, "level": _LEVELS[rule.severity]},
    }


def _result(finding: Finding, digest: str, index: dict[str, int], view: View) -> dict[str, Any]:
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(finding.path, finding.span, view)],
        "partialFingerprints": {"lambdalint/v1": digest},
    }
    if finding.code in index:
        result["ruleIndex"] = index[finding.code]
    if finding.trail:
        steps = [{"location": _step(step, view)} for step in finding.trail]
        end = {"location": _location(finding.path, finding.span, view)}
        result["codeFlows"] = [{"threadFlows": [{"locations": [*steps, end]}]}]
    if finding.fix is not None and finding.fix.edits:
        result["fixes"] = [
            {"description": {"text": finding.fix.message}, "artifactChanges": _changes(finding.fix.edits, view)}
        ]
    return result


def _changes(edits: tuple[Edit, ...], view: View) -> list[dict[str, Any]]:
    by_path = groupby(sorted(edits, key=lambda edit: edit.path), key=lambda edit: edit.path)
    return [
        {
            "artifactLocation": _artifact(path, view),
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}} for edit in group
            ],
        }
        for path, group in by_path
    ]


def _step(step: Step, view: View) -> dict[str, Any]:
    return {**_location(step.path, step.span, view), "message": {"text": step.function}}


def _location(path: str, span: Span, view: View) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(path, view), "region": _region(span)}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.row,
        "startColumn": span.column + 1,
        "endLine": span.end_row,
        "endColumn": span.end_column + 1,
    }


def _artifact(path: str, view: View) -> dict[str, Any]:
    """A file: relative to the working directory, which code scanning takes for the repository's root."""
    name = paths.relative(path, view.cwd)
    encoded = quote(name.encode("utf-8", "surrogateescape"), safe="/:" if os.sep == "\\" else "/")
    if os.path.isabs(name):
        return {"uri": f"file://{encoded if encoded.startswith('/') else '/' + encoded}"}
    return {"uri": encoded, "uriBaseId": "%SRCROOT%"}


def _notification(error: InternalError, view: View) -> dict[str, Any]:
    note: dict[str, Any] = {"level": "error", "message": {"text": f"internal error in {error.where}: {error.error}"}}
    if error.path is not None:
        note["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(error.path, view)}}]
    return note
