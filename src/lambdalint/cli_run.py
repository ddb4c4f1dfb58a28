"""One run of `check` or `fix`: what was asked, how its report is printed, and what its exit code says."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambdalint import __version__, timing
from lambdalint.cache.facts import note_file
from lambdalint.cli_options import Targets, cores
from lambdalint.cli_output import say, wants_color, write, write_file
from lambdalint.config import SEVERITIES, Config

if TYPE_CHECKING:
    from lambdalint.engine import Request
    from lambdalint.finding import Report
    from lambdalint.report import View
    from lambdalint.selection import Selection

CLEAN, FOUND, FAILURE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Options:
    """The options of `check` and `fix`, by the names of their parameters."""

    paths: tuple[str, ...]
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    diff: bool
    unsafe_fixes: bool
    output_format: str | None
    output_file: str | None
    statistics: bool
    exit_zero: bool
    fail_on: str
    color: str
    stdin_filename: str | None
    force_exclude: bool
    baseline: str | None
    config_file: str | None
    isolated: bool
    jobs: int | None
    no_cache: bool
    cache_dir: str | None
    quiet: bool
    verbose: bool
    fix: bool = False
    watch: bool = False
    write_baseline: str | None = None
    add_noqa: bool = False
    show_files: bool = False
    show_settings: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was asked, and what it means."""

    options: Options
    targets: Targets
    config: Config
    selection: Selection

    def request(self) -> Request:
        """What the engine is asked."""
        from lambdalint.engine import Request

        return Request(
            self.targets.paths,
            self.config,
            self.selection,
            self.targets.stdin if self.targets.paths else None,
            cores(self.options.jobs),
            not self.options.no_cache,
            self.options.unsafe_fixes,
            edits=self.config.output_format in ("json", "sarif"),
        )

    def view(self, *, fixed: int = 0) -> View:
        """How the report is shown."""
        from lambdalint import rules
        from lambdalint.report import View

        to_file = self.options.output_file is not None
        return View(
            cwd=os.getcwd(),
            color=is_colored(self.options) and self.config.output_format in ("text", "concise"),
            unsafe_fixes=self.options.unsafe_fixes,
            fixed=fixed,
            summary=not self.options.quiet and not to_file,
            rules=rules.all_rules(),
            version=__version__,
            read=self.read,
        )

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, those on standard input for the file that they stand for; None when unreadable."""
        from lambdalint.discovery import read_file

        if self.targets.stdin is not None and path == self.targets.stdin[0]:
            return self.targets.stdin[1]
        try:
            return read_file(path)
        except OSError:
            return None

    def is_judged(self, code: str, path: str) -> bool:
        """Whether a rule, by its code, was judged in a file, by its absolute path."""
        from lambdalint.paths import is_target

        return self.selection.is_on(code, path) and is_target(path, self.targets.paths)

    @property
    def is_human(self) -> bool:
        """Whether the report on standard output is for people: then other things may be printed there."""
        return self.config.output_format in ("text", "concise") and self.options.output_file is None


def without_known(run: Run, report: Report) -> Report:
    """The report without what the baseline records; what the baseline need not record any more is said."""
    if run.config.baseline is None:
        return report
    from lambdalint import cli_baseline

    note_file(run.config.baseline)
    return cli_baseline.without_known(
        report, run.config.baseline, run.is_judged, run.selection.always, run.options.quiet
    )


def conclude(run: Run, report: Report, view: View, *, to_stderr: bool = False) -> int:
    """Print the report where it belongs, and say the verdict as an exit code."""
    from lambdalint.report import render, statistics, summary

    name = run.config.output_format
    with timing.stage("report"):
        text = statistics.render(report, name, view) if run.options.statistics else render(report, name, view)
    if run.options.output_file is not None:
        write_file(run.options.output_file, text)
    elif to_stderr:
        say(text.rstrip("\n"))
    else:
        write(text, utf8=not run.is_human)
    if not run.options.quiet and not run.is_human and not to_stderr:
        say(summary(report, view))
    if run.options.verbose:
        _explain(run, report)
    code = verdict(run, report)
    return CLEAN if run.options.exit_zero and code == FOUND else code


def _explain(run: Run, report: Report) -> None:
    say(f"configuration: {run.config.file or 'none'}")
    say(f"rules: {len(run.selection.codes)} on")
    say(f"functions: {report.functions} judged, {report.unresolved} calls not resolved")
    say(f"suppressed: {report.suppressed}")
    for line in timing.lines(os.getcwd()):
        say(line)


def verdict(run: Run, report: Report) -> int:
    """The exit code of a report: failures first, then findings that are severe enough."""
    if failed(run, report):
        return FAILURE
    severe = SEVERITIES[: SEVERITIES.index(run.options.fail_on) + 1]
    return FOUND if any(finding.severity.value in severe for finding in report.findings) else CLEAN


def failed(run: Run, report: Report) -> bool:
    """Say what went wrong in a run, and whether anything did."""
    for error in report.errors:
        where = f" on {error.path}" if error.path else ""
        say(f"error: internal error in {error.where}{where}: {error.error}")
    is_missing = report.handlers == 0 and bool(run.targets.paths)
    if is_missing:
        say("warning: no handler found: nothing was judged to run on Lambda (see `lambdalint handlers`)")
    return bool(report.errors) or (is_missing and run.config.require_handlers)


def is_colored(options: Options) -> bool:
    """Whether what is printed for people has colours."""
    if options.output_file is not None and options.color != "always":
        return False
    return wants_color(options.color, sys.stdout, os.environ)
