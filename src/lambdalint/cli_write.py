"""Write what a run has changed, and say which files could not be written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

from lambdalint import paths
from lambdalint.cli_output import say
from lambdalint.discovery import project_root
from lambdalint.fix_session import FileFix
from lambdalint.fixes.write import FileChange, write

T = TypeVar("T", FileFix, FileChange)


def write_each(files: Iterable[T], config_root: str | None) -> tuple[T, ...]:
    """Write files, those that belong together all or none; those that were written.  The others are named as errors."""
    groups: dict[tuple[str, ...], list[T]] = {}
    for file in files:
        groups.setdefault(getattr(file, "together", ()) or (file.path,), []).append(file)
    written: list[T] = []
    for group in groups.values():
        changes = [FileChange(file.path, file.before, file.after) for file in group]
        failed = write(changes, project_root(group[0].path, config_root))
        if failed is None:
            written += group
            continue
        shown = paths.relative(failed.path, os.getcwd())
        say(f"error: {shown} could not be written: {failed.reason}")
        for file in group:
            if file.path != failed.path:
                say(f"error: {paths.relative(file.path, os.getcwd())} was not written: {shown} belongs to its fix")
    return tuple(sorted(written, key=lambda file: file.path))
