"""What a project deploys, read from its templates: one reader for each kind, behind one function.

A reader is a function of (path, bytes, project) that gives Declarations; it opens nothing by itself.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from lambdalint import timing
from lambdalint.declared import Declarations
from lambdalint.templates.inline import within_bounds
from lambdalint.templates.project import Project
from lambdalint.templates.readers import (
    adds_variables,
    changes_others,
    is_candidate,
    is_marked,
    load_readers,
    note_change,
    read_file,
)
from lambdalint.templates.wrappers import unwrapped

__all__ = [
    "Project",
    "candidates",
    "changes_others",
    "is_candidate",
    "is_marked",
    "load_readers",
    "note_change",
    "read_all",
    "read_template",
]


def read_all(
    project: Project, chosen: Iterable[str], read_one: Callable[[str, Project], Declarations] | None = None
) -> Declarations:
    """What some files of a project declare as templates, sorted by path and row.

    `read_one` may know what `read_template` finds in one.  Summaries are asked for last, since they may still be on
    their way.
    """
    parts = []
    for path in sorted(chosen, key=lambda path: (path.endswith(".py"), path)):
        with timing.stage("templates", path):
            parts.append((read_one or read_template)(path, project))
        project.forget(path)
    functions = (
        replace(unwrapped(function), is_environment_known=False)
        if adds_variables(function, project)
        else unwrapped(function)
        for part in parts
        for function in part.functions
    )
    return Declarations(
        tuple(sorted(functions, key=lambda f: (f.template, f.row, f.name))),
        tuple(sorted(problem for part in parts for problem in part.problems)),
        tuple(sorted({comment for part in parts for comment in part.comments})),
        tuple(sorted({script for part in parts for script in part.scripts})),
        tuple(sorted({parameter for part in parts for parameter in part.parameters})),
        tuple(sorted({python for part in parts for python in part.pythons})),
    )


def candidates(root: str, files: Iterable[str], patterns: Sequence[str] | None) -> Iterator[str]:
    """The files that may be templates, by their paths; those of which `is_marked` is true may declare something.

    `patterns` are globs relative to the root: with them only files that match are read as templates.
    """
    top = root.replace(os.sep, "/").rstrip("/") or "/"
    for file in files:
        path = file.replace(os.sep, "/")
        if is_candidate(path) and (patterns is None or _is_chosen(path, top, patterns)):
            yield path


def read_template(path: str, project: Project) -> Declarations:
    """What one template declares, within bounds."""
    return within_bounds(read_file(path, project))


def _is_chosen(path: str, root: str, patterns: Sequence[str]) -> bool:
    relative = posixpath.relpath(path, root)
    return any(fnmatch.fnmatchcase(relative, pattern) or _below(relative, pattern) for pattern in patterns)


def _below(relative: str, pattern: str) -> bool:
    """`**/x` matches at the root too, and a folder's name all that is in it."""
    if pattern.startswith("**/") and fnmatch.fnmatchcase(relative, pattern[3:]):
        return True
    return relative.startswith(pattern.rstrip("/") + "/")
