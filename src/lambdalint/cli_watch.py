"""`--watch`: check again whenever a file of the project changes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lambdalint.cli_options import STDIN, configuration, targets
from lambdalint.cli_output import say, write
from lambdalint.discovery import project_root
from lambdalint.errors import LambdalintError, UsageError

if TYPE_CHECKING:
    from lambdalint.cli_run import Options

_SUFFIXES = (".py", ".yaml", ".yml", ".json", ".toml", ".tf", ".ts", ".template", ".env")
_NAMES = ("Dockerfile", "Containerfile", ".gitignore")
_IGNORED = (".aws-sam", ".lambdalint_cache", ".ruff_cache", ".serverless", ".terraform", ".tox", ".nox", "cdk.out")


def watch(options: Options, once: Callable[[Options], int]) -> int:
    """Run once, and again after each change, until interrupted: 0.  Raises UsageError where that cannot be."""
    acts = (options.fix, options.diff, options.write_baseline, options.add_noqa, options.show_files)
    if any(acts) or options.show_settings or STDIN in options.paths:
        raise UsageError("--watch goes with nothing that writes, shows settings or reads standard input")
    gc.enable()  # each round makes everything anew
    changes = _changes(_roots(options))
    try:
        while True:
            _run(options, once)
            if next(changes, None) is None:
                return 0
            if sys.stdout.isatty():
                write("\x1b[2J\x1b[H")
    except KeyboardInterrupt:
        return 0


def _run(options: Options, once: Callable[[Options], int]) -> None:
    """One run; what cannot be done at the moment, such as with a configuration being edited, is said and waited out."""
    try:
        once(options)
    except LambdalintError as error:
        say(f"error: {error}")
    say("watching for changes, until interrupted")


def _roots(options: Options) -> tuple[str, ...]:
    """The folders of the projects around the paths: what is outside the paths changes findings as well."""
    found = targets(options.paths)
    try:
        root = configuration(found, options.config_file, options.isolated).root
    except LambdalintError:
        root = None
    return tuple(dict.fromkeys(project_root(path, root) for path in found.paths))


def _changes(roots: Iterable[str]) -> Any:
    """Yields once for each batch of changes to files that matter."""
    try:
        from watchfiles import DefaultFilter
        from watchfiles import watch as watched
    except ImportError:
        raise UsageError("--watch needs another package: pip install 'lambdalint[watch]'") from None

    class Filter(DefaultFilter):
        ignore_dirs = (*DefaultFilter.ignore_dirs, *_IGNORED)

        def __call__(self, change: Any, path: str) -> bool:
            name = os.path.basename(path)
            is_read = name.endswith(_SUFFIXES) or name.startswith(_NAMES)
            return is_read and super().__call__(change, path)

    return watched(*roots, watch_filter=Filter(), debounce=300, raise_interrupt=False)
