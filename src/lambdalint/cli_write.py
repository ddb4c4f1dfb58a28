"""Write what a run has changed, and say which files could not be written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

from lambdalint import paths
from lambdalint.cli_output import say
from lambdalint.discovery import project_root
from lambdalint.engine import FileFix
from lambdalint.fixes.write import FileChange, WriteFailed, write

T = TypeVar("T", FileFix, FileChange)


def write_each(files: Iterable[T], config_root: str | None) -> tuple[T, ...]:
    """Write files one by one, each within its project; those that were written.  The others are named as errors."""
    written = []
    for file in files:
        failed = write_file(FileChange(file.path, file.before, file.after), config_root)
        if failed is None:
            written.append(file)
        else:
            say(f"error: {paths.relative(failed.path, os.getcwd())} could not be written: {failed.reason}")
    return tuple(written)


def write_file(change: FileChange, config_root: str | None) -> WriteFailed | None:
    """Write one file; a link may not lead out of the project that its path lies in."""
    return write((change,), project_root(change.path, config_root))
