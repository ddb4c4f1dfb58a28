"""What the commands share: their options, and from these the configuration, the selection and the paths."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lambdalint.errors import UsageError

if TYPE_CHECKING:
    from lambdalint.config import Config
    from lambdalint.selection import Selection

F = TypeVar("F", bound=Callable[..., Any])
STDIN = "-"


def _codes(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors given repeatedly or separated by commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=str), metavar="[PATHS]...")
CONFIGURATION = (
    click.option("--config", "config_file", metavar="FILE", help="The configuration file to use."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
)
ANALYSIS = (
    click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to use, one a core else."),
    click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
    click.option("--cache-dir", metavar="DIR", help="The folder of the cache."),
)
SELECTION = (
    click.option("--select", multiple=True, callback=_codes, metavar="CODES", help="The rules to use, and no others."),
    click.option("--extend-select", multiple=True, callback=_codes, metavar="CODES", help="Rules to use besides."),
    click.option("--ignore", multiple=True, callback=_codes, metavar="CODES", help="Rules not to use."),
)
VOLUME = (
    click.option("-q", "--quiet", is_flag=True, help="Print findings and errors only."),
    click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was done."),
)


def options(*groups: tuple[Callable[[Any], Any], ...]) -> Callable[[F], F]:
    """Groups of options as one decorator, in the order given."""

    def decorate(function: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            function = option(function)
        return function

    return decorate


@dataclass(frozen=True, slots=True)
class Targets:
    """What a command line asks about: absolute paths, or the content of one from standard input."""

    paths: tuple[str, ...]
    stdin: tuple[str, bytes] | None = None


def targets(given: tuple[str, ...], stdin_filename: str | None = None) -> Targets:
    """The paths of a command line, `.` where there are none.  Raises UsageError naming a missing one."""
    if STDIN in given:
        if len(given) > 1:
            raise UsageError("`-` cannot be combined with paths")
        name = os.path.abspath(stdin_filename or "stdin.py")
        return Targets((name,), (name, sys.stdin.buffer.read()))
    if stdin_filename is not None:
        raise UsageError("--stdin-filename needs `-` as the path")
    for path in given:
        if not os.path.exists(path):
            raise UsageError(f"no such file or directory: {path}")
    return Targets(tuple(dict.fromkeys(os.path.abspath(path) for path in given or (".",))))


def configuration(found: Targets, config_file: str | None, isolated: bool, **overrides: Any) -> Config:
    """The configuration for some targets; `overrides` are fields of it that the command line gives, None else."""
    from lambdalint.config_file import load

    config = load(found.paths, file=config_file, isolated=isolated)
    given = {name: value for name, value in overrides.items() if value is not None}
    return replace(config, **given)


def without_excluded(found: Targets, config: Config) -> Targets:
    """The targets without those that the configuration excludes: else, what is named is looked at all the same."""
    from lambdalint import paths
    from lambdalint.discovery import project_root

    patterns = config.excluded
    kept = []
    for path in found.paths:
        root = config.root or project_root(path)
        if not paths.matches(patterns, paths.relative(path, root)):
            kept.append(path)
    return replace(found, paths=tuple(kept))


def selection(
    config: Config, select: tuple[str, ...] = (), extend_select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()
) -> Selection:
    """The rules that configuration and command line turn on.  Raises UsageError."""
    from lambdalint import rules, timing
    from lambdalint.selection import Layer, resolve

    with timing.stage("loading rules"):
        found = rules.all_rules()
    return resolve(config, found, Layer(select or None, ignore, extend_select))


def cores(jobs: int | None) -> int:
    """The number of processes to use: as asked, or one for each core that this process may use."""
    if jobs is not None:
        return jobs
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def absolute(path: str | None) -> str | None:
    """A path of the command line, absolute."""
    return None if path is None else os.path.abspath(path)
