"""`lambdalint check` and `lambdalint fix`."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from lambdalint import __version__, timing
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
    options,
    selection,
    targets,
    without_excluded,
)
from lambdalint.cli_output import progress, write
from lambdalint.cli_run import CLEAN, FAILURE, Options, Run, conclude, failed, without_known
from lambdalint.config import OUTPUT_FORMATS, SEVERITIES

if TYPE_CHECKING:
    from lambdalint.cache.facts import Earlier

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


def _run(options: Options) -> int:
    if not options.verbose:
        return _answer(options)
    with timing.measured():
        return _answer(options)


def _answer(options: Options) -> int:
    found = targets(options.paths, options.stdin_filename)
    if not _may_be_replayed(options):
        return _run_anew(options, found)
    from lambdalint.cli_replay import Replay

    question = asdict(options) | {"jobs": None}
    replay = Replay(found.paths, question, absolute(options.cache_dir), absolute(options.config_file))
    code = replay.answer()
    return replay.ask(lambda: _run_anew(options, found, replay.earlier)) if code is None else code


def _may_be_replayed(options: Options) -> bool:
    """Whether a run does nothing but print, and not what differs each time."""
    if options.no_cache or options.verbose or options.stdin_filename is not None or STDIN in options.paths:
        return False
    acts = (options.fix, options.diff, options.write_baseline, options.add_noqa, options.output_file)
    return not any(acts) and not (options.show_files or options.show_settings)


def _run_anew(options: Options, found: Targets, earlier: Earlier | None = None) -> int:
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
    run = Run(options, found, config, chosen)
    if options.show_settings or options.show_files:
        return _show(run)
    if options.fix or options.diff:
        from lambdalint.cli_fix import fix_files

        return fix_files(run)
    return _check(run, earlier)


def _show(run: Run) -> int:
    if run.options.show_settings:
        from lambdalint.report import settings

        write(settings.render(run.config, run.selection, run.config.output_format))
        return CLEAN
    from lambdalint import engine, paths

    cwd = os.getcwd()
    write("".join(f"{paths.relative(path, cwd)}\n" for path in engine.files(run.request())))
    return CLEAN


def _check(run: Run, earlier: Earlier | None) -> int:
    from lambdalint import engine

    with progress(run.options.quiet) as show:
        report = engine.check(run.request(), show, earlier)
    if run.options.write_baseline is not None:
        from lambdalint.cli_baseline import write_baseline

        if failed(run, report):
            return FAILURE
        return write_baseline(report, run.options.write_baseline, run.is_judged, run.selection.always)
    report = without_known(run, report)
    if run.options.add_noqa:
        from lambdalint.cli_noqa import add_noqa

        code = add_noqa(report, run.selection.always, run.config.root)
        return FAILURE if failed(run, report) else code
    return conclude(run, report, run.view())
