"""`lambdalint fix`: the fixes of a run, written or shown as a diff."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from lambdalint.cli_output import progress, say, write
from lambdalint.cli_run import CLEAN, FAILURE, FOUND, Run, conclude, is_colored, verdict, without_known
from lambdalint.errors import UsageError

if TYPE_CHECKING:
    from lambdalint.engine import FixOutcome


def fix_files(run: Run) -> int:
    """Fix, write or show it, and say as an exit code what remains.  Raises UsageError for options at odds."""
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


def _show_diff(run: Run, outcome: FixOutcome) -> int:
    """Print the fixes as a diff; 1 when there are any, or findings beside them."""
    from lambdalint import paths
    from lambdalint.report import diff, fixed

    cwd, color = os.getcwd(), is_colored(run.options)
    changes = [diff.render(one.path, one.before, one.after, cwd, color, one.secrets) for one in outcome.fixed]
    write(b"".join(changes))
    for one, change in zip(outcome.fixed, changes, strict=True):
        if one.secrets and change != diff.render(one.path, one.before, one.after, cwd, color):
            say(f"warning: the diff of {paths.relative(one.path, cwd)} hides a secret, so that it cannot be applied")
    if not run.options.quiet:
        say(fixed.render(outcome.fixed, cwd, would=True).rstrip() or "nothing to fix")
    report = without_known(run, outcome.report)
    code = verdict(run, report)
    return FOUND if code == CLEAN and any(changes) else code


def _write_fixes(run: Run, outcome: FixOutcome) -> int:
    """Write the fixed files, or the fixed standard input, and report what remains."""
    from lambdalint import engine
    from lambdalint.report import fixed

    if run.targets.stdin is not None:
        name, content = run.targets.stdin
        write(next((one.after for one in outcome.fixed if one.path == name), content))
        written = outcome.fixed
    else:
        from lambdalint.cli_write import write_each

        written = write_each(outcome.fixed, run.config.root)
    to_stderr = run.targets.stdin is not None
    told = fixed.render(written, os.getcwd(), color=is_colored(run.options))
    is_whole = len(written) == len(outcome.fixed)
    # What could not be written remains as it stands on disk.
    report = without_known(run, outcome.report if is_whole else engine.check(run.request()))
    more = "" if run.options.unsafe_fixes else fixed.offered(report.findings)
    for text in (told, more) if not run.options.quiet else ():
        if text:
            write(f"{text}\n") if run.is_human and not to_stderr else say(text.rstrip())
    view = run.view(fixed=fixed.number(written))
    code = conclude(run, report, view, to_stderr=to_stderr)
    return code if is_whole else FAILURE
