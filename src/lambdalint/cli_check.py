"""`lambdalint check` and `lambdalint fix`."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from lambdalint import __version__
from lambdalint.cache.facts import note_file
from lambdalint.cli_options import (
    ANALYSIS,
    CONFIGURATION,
    PATHS,
    SELECTION,
    STDIN,
    VOLUME,
    Targets,
    absolute,
    configuration,
    cores,
    options,
    selection,
    targets,
    without_excluded,
)
from lambdalint.cli_output import progress, say, wants_color, write, write_file
from lambdalint.config import OUTPUT_FORMATS, SEVERITIES, Config
from lambdalint.errors import UsageError

if TYPE_CHECKING:
    from lambdalint.engine import FixOutcome, Request
    from lambdalint.finding import Report
    from lambdalint.report import View
    from lambdalint.selection import Selection

CLEAN, FOUND, FAILURE = 0, 1, 2

_FIXES = (
    click.option("--diff", is_flag=True, help="Print the fixes as a unified diff, and write nothing."),
    click.option("--unsafe-fixes", is_flag=True, help="Apply and show unsafe fixes as well."),
)
_OUTPUT = (
    click.option("--output-format", type=click.Choice(OUTPUT_FORMATS), help="How findings are printed."),
    click.option("--output-file", metavar="FILE", help="Write the report to a file."),
    click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings."),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        default="note",
        show_default=True,
        help="The least severity that makes the exit code 1.",
    ),
    click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True),
)
_INPUT = (
    click.option("--stdin-filename", metavar="PATH", help="The path of the content given on standard input with `-`."),
    click.option("--force-exclude", is_flag=True, help="Leave out excluded files even when they are named."),
    click.option("--baseline", metavar="FILE", help="Do not report the findings that this file records."),
)
_INSTEAD = (
    click.option("--write-baseline", metavar="FILE", help="Record all findings in a file, or shrink it."),
    click.option("--add-noqa", is_flag=True, help="Add a `# noqa` comment for every finding."),
    click.option("--show-files", is_flag=True, help="List the files that would be looked at."),
    click.option("--show-settings", is_flag=True, help="Print the settings in effect."),
)
_VERSION = (click.version_option(__version__, prog_name="lambdalint", message="%(prog)s %(version)s"),)


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


@click.command(short_help="Report findings.")
@PATHS
@options(
    SELECTION,
    (
        click.option("--fix", is_flag=True, help="Apply every safe fix, as `lambdalint fix` does."),
        click.option("--watch", is_flag=True, help="Check again whenever a file changes (needs lambdalint[watch])."),
    ),
    _FIXES,
    _OUTPUT,
    _INPUT,
    _INSTEAD,
    CONFIGURATION,
    ANALYSIS,
    VOLUME,
    _VERSION,
)
def check(**given: Any) -> int:
    """Report what in the code around Lambda handlers is slow, unsafe or fails.

    Exits with 0 when nothing is found, 1 when something is, 2 when the check could not be done.
    """
    options = Options(**given)
    if not options.watch:
        return _run(options)
    from lambdalint.cli_watch import watch

    return watch(options, _run)


@click.command(short_help="Apply every safe fix.")
@PATHS
@options(SELECTION, _FIXES, _OUTPUT, _INPUT, CONFIGURATION, ANALYSIS, VOLUME, _VERSION)
def fix(**given: Any) -> int:
    """Apply every safe fix; print what was fixed and what remains.

    Exits with 0 when nothing remains, 1 when something does, 2 when the fixes could not be made.
    """
    return _run(Options(**given, fix=True))


@dataclass(frozen=True, slots=True)
class _Run:
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
            color=_wants_color(self.options) and self.config.output_format in ("text", "concise"),
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


def _run(options: Options) -> int:
    found = targets(options.paths, options.stdin_filename)
    if not _may_be_replayed(options):
        return _run_anew(options, found)
    from lambdalint.cli_replay import Replay

    question = asdict(options) | {"jobs": None}
    replay = Replay(found.paths, question, absolute(options.cache_dir), absolute(options.config_file))
    code = replay.answer()
    return replay.ask(lambda: _run_anew(options, found)) if code is None else code


def _may_be_replayed(options: Options) -> bool:
    """Whether a run does nothing but print, and not what differs each time."""
    if options.no_cache or options.verbose or options.stdin_filename is not None or STDIN in options.paths:
        return False
    acts = (options.fix, options.diff, options.write_baseline, options.add_noqa, options.output_file)
    return not any(acts) and not (options.show_files or options.show_settings)


def _run_anew(options: Options, found: Targets) -> int:
    config = configuration(
        found,
        options.config_file,
        options.isolated,
        output_format=options.output_format,
        baseline=absolute(options.baseline),
        cache_dir=absolute(options.cache_dir),
    )
    if options.force_exclude:
        found = without_excluded(found, config)
    chosen = selection(config, options.select, options.extend_select, options.ignore)
    run = _Run(options, found, config, chosen)
    if options.show_settings or options.show_files:
        return _show(run)
    if options.fix or options.diff:
        return _fix(run)
    return _check(run)


def _show(run: _Run) -> int:
    if run.options.show_settings:
        from lambdalint.report import settings

        write(settings.render(run.config, run.selection, run.config.output_format))
        return CLEAN
    from lambdalint import engine, paths

    cwd = os.getcwd()
    write("".join(f"{paths.relative(path, cwd)}\n" for path in engine.files(run.request())))
    return CLEAN


def _check(run: _Run) -> int:
    from lambdalint import engine

    with progress(run.options.quiet) as show:
        report = engine.check(run.request(), show)
    if run.options.write_baseline is not None:
        from lambdalint.cli_baseline import write_baseline

        if _failed(run, report):
            return FAILURE
        return write_baseline(report, run.options.write_baseline, run.is_judged, run.selection.always)
    report = _without_known(run, report)
    if run.options.add_noqa:
        from lambdalint.cli_noqa import add_noqa

        code = add_noqa(report, run.selection.always, run.config.root)
        return FAILURE if _failed(run, report) else code
    return _conclude(run, report, run.view())


def _without_known(run: _Run, report: Report) -> Report:
    """The report without what the baseline records; what the baseline need not record any more is said."""
    if run.config.baseline is None:
        return report
    from lambdalint.cli_baseline import without_known

    note_file(run.config.baseline)
    return without_known(report, run.config.baseline, run.is_judged, run.selection.always, run.options.quiet)


def _fix(run: _Run) -> int:
    from lambdalint import engine

    gc.enable()  # each round makes everything anew
    if run.options.write_baseline is not None or run.options.add_noqa:
        raise UsageError("fixes cannot be combined with --write-baseline or --add-noqa")
    with progress(run.options.quiet) as show:
        outcome = engine.fix(run.request(), show)
    for skipped in outcome.skipped:
        say(f"warning: a fix of {skipped.code} in {_place(skipped.path, skipped.row)} was left out: {skipped.reason}")
    code = _show_diff(run, outcome) if run.options.diff else _write_fixes(run, outcome)
    return CLEAN if run.options.exit_zero and code == FOUND else code


def _place(path: str, row: int) -> str:
    from lambdalint import paths

    return f"{paths.relative(path, os.getcwd())}:{row}"


def _show_diff(run: _Run, outcome: FixOutcome) -> int:
    """Print the fixes as a diff; 1 when there are any, or findings beside them."""
    from lambdalint.report import diff, fixed

    cwd, color = os.getcwd(), _wants_color(run.options)
    changes = [diff.render(one.path, one.before, one.after, cwd, color) for one in outcome.fixed]
    write(b"".join(changes))
    if not run.options.quiet:
        say(fixed.render(outcome.fixed, cwd, would=True).rstrip() or "nothing to fix")
    report = _without_known(run, outcome.report)
    code = _verdict(run, report)
    return FOUND if code == CLEAN and any(changes) else code


def _write_fixes(run: _Run, outcome: FixOutcome) -> int:
    """Write the fixed files, or the fixed standard input, and report what remains."""
    from lambdalint.report import fixed

    if run.targets.stdin is not None:
        name, content = run.targets.stdin
        write(next((one.after for one in outcome.fixed if one.path == name), content))
        written = outcome.fixed
    else:
        from lambdalint.cli_write import write_each

        written = write_each(outcome.fixed, run.config.root)
    to_stderr = run.targets.stdin is not None
    told = fixed.render(written, os.getcwd(), color=_wants_color(run.options))
    report = _without_known(run, outcome.report)
    more = "" if run.options.unsafe_fixes else fixed.offered(report.findings)
    for text in (told, more) if not run.options.quiet else ():
        if text:
            write(f"{text}\n") if run.is_human and not to_stderr else say(text.rstrip())
    view = run.view(fixed=fixed.number(written))
    code = _conclude(run, report, view, to_stderr=to_stderr)
    return code if len(written) == len(outcome.fixed) else FAILURE


def _conclude(run: _Run, report: Report, view: View, *, to_stderr: bool = False) -> int:
    """Print the report where it belongs, and say the verdict as an exit code."""
    from lambdalint.report import render, statistics, summary

    name = run.config.output_format
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
    code = _verdict(run, report)
    return CLEAN if run.options.exit_zero and code == FOUND else code


def _explain(run: _Run, report: Report) -> None:
    say(f"configuration: {run.config.file or 'none'}")
    say(f"rules: {len(run.selection.codes)} on")
    say(f"functions: {report.functions} judged, {report.unresolved} calls not resolved")
    say(f"suppressed: {report.suppressed}")


def _verdict(run: _Run, report: Report) -> int:
    """The exit code of a report: failures first, then findings that are severe enough."""
    if _failed(run, report):
        return FAILURE
    severe = SEVERITIES[: SEVERITIES.index(run.options.fail_on) + 1]
    return FOUND if any(finding.severity.value in severe for finding in report.findings) else CLEAN


def _failed(run: _Run, report: Report) -> bool:
    """Say what went wrong in a run, and whether anything did."""
    for error in report.errors:
        where = f" on {error.path}" if error.path else ""
        say(f"error: internal error in {error.where}{where}: {error.error}")
    is_missing = report.handlers == 0 and bool(run.targets.paths)
    if is_missing:
        say("warning: no handler found: nothing was judged to run on Lambda (see `lambdalint handlers`)")
    return bool(report.errors) or (is_missing and run.config.require_handlers)


def _wants_color(options: Options) -> bool:
    if options.output_file is not None and options.color != "always":
        return False
    return wants_color(options.color, sys.stdout, os.environ)
