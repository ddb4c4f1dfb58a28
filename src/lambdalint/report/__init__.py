"""Reports: a run's outcome as text, each format a pure function of the report and of how it is to be seen."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdalint.diagnostic import Applicability
from lambdalint.report.columns import Read, nothing

if TYPE_CHECKING:
    from lambdalint.finding import Finding, Report
    from lambdalint.rules.base import Rule

ON_TERMINAL = frozenset({"text", "concise"})


@dataclass(frozen=True, slots=True)
class View:
    """How a report is shown.

    `cwd` is the absolute folder to which paths are relative; `unsafe_fixes` says that unsafe fixes count as
    fixable; `fixed` how many findings a run has fixed; `summary` whether the human formats end with one;
    `rules` are all rules, for the formats that describe them; `version` is lambdalint's own; `read` gives the bytes
    of a file, None where there are none, for formats that count columns in other units.
    """

    cwd: str
    color: bool = False
    unsafe_fixes: bool = False
    fixed: int = 0
    summary: bool = True
    rules: tuple[Rule, ...] = ()
    version: str = ""
    read: Read = nothing

    def is_fixable(self, finding: Finding) -> bool:
        """Whether `lambdalint fix`, with the same options, would fix a finding."""
        return finding.fix is not None and (self.unsafe_fixes or finding.fix.applicability is Applicability.SAFE)


def render(report: Report, output_format: str, view: View) -> str:
    """The report in a format of `config.OUTPUT_FORMATS`, with a newline at its end."""
    rendered: str = importlib.import_module(f"{__name__}.{output_format}").render(report, view)
    return rendered


def summary(report: Report, view: View) -> str:
    """The last line of a run, such as `12 handlers, 48 modules: 5 findings (3 fixable)`."""
    findings = report.findings
    fixable = sum(view.is_fixable(finding) for finding in findings)
    unsafe = 0 if view.unsafe_fixes else sum(finding.fix is not None for finding in findings) - fixable
    notes = [f"{fixable} fixable"] if findings else []
    notes += [f"{unsafe} more with --unsafe-fixes"] if unsafe else []
    judged = f"{count(report.handlers, 'handler')}, {count(report.files, 'module')}"
    fixed = f"{view.fixed} fixed, " if view.fixed else ""
    rest = f" ({', '.join(notes)})" if notes else ""
    return f"{judged}: {fixed}{count(len(findings), 'finding')}{rest}"


def count(number: int, noun: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
