"""The command line: the group of commands, each loaded when it is called, and what every error becomes.

Exit codes: 0 clean, 1 findings, 2 could not do what was asked, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from lambdalint import __version__
from lambdalint.errors import LambdalintError

COMMANDS = {
    "check": "lambdalint.cli_check:check",
    "fix": "lambdalint.cli_check:fix",
    "handlers": "lambdalint.cli_handlers:handlers",
    "phases": "lambdalint.cli_phases:phases",
    "rule": "lambdalint.cli_rule:rule",
    "server": "lambdalint.cli_server:server",
}
FAILURE = 2
INTERRUPTED = 130
_NO_ROOM = tuple(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EIO") if hasattr(errno, name))


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is wanted, and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name.  Raises UsageError with the nearest one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1, 0.5) if args else []
            hint = f" Did you mean `{near[0]}`?" if near and "Did you mean" not in error.message else ""
            raise click.UsageError(error.message + hint, ctx) from None

    def main(self, args: Sequence[str] | None = None, *rest: Any, **settings: Any) -> NoReturn:
        """Run a command line and exit; the result of a command is its exit code."""
        arguments = list(sys.argv[1:] if args is None else args)
        settings.update(prog_name="lambdalint", standalone_mode=False)
        try:
            code = super().main(arguments, **settings)
        except click.ClickException as error:
            code = _fail(error.format_message(), error.ctx if isinstance(error, click.UsageError) else None)
        except (click.Abort, KeyboardInterrupt):
            code = INTERRUPTED
        except LambdalintError as error:
            code = _fail(str(error))
        except SystemExit:  # what click makes of a reader of its help that has gone away
            code = 0
        except OSError as error:
            code = _fail(f"cannot write: {error.strerror}") if error.errno in _NO_ROOM else _crash(error, arguments)
        except Exception as error:
            code = _crash(error, arguments)
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, context: click.Context | None = None) -> int:
    from lambdalint.cli_output import say

    say(f"error: {message}")
    if context is not None:
        say(f"Try '{context.command_path} --help' for help.")
    return FAILURE


def _crash(error: Exception, arguments: list[str]) -> int:
    """A bug of lambdalint: say so, with the traceback when asked for details."""
    from lambdalint.cli_output import say

    if "-v" in arguments or "--verbose" in arguments:
        import traceback

        say("".join(traceback.format_exception(error)).rstrip())
    say(f"error: internal error: {type(error).__name__}: {error} (a bug of lambdalint; -v shows where)")
    return FAILURE


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lambdalint", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Lint Python on AWS Lambda, and fix what can be fixed safely."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(FAILURE)
    return None


def _open_closed_streams() -> None:
    """Let the null device stand in for a standard stream that was closed, so that no other file gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def main() -> NoReturn:
    """The console script.

    The process ends at once: what a run has made is not taken apart piece by piece before.
    """
    _open_closed_streams()
    gc.disable()  # almost all that a check makes lasts until its end; what does not turns it on again
    code: object = FAILURE
    try:
        cli.main()
    except SystemExit as leaving:
        code = leaving.code
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else FAILURE)
