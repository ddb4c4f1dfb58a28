"""What a project deploys, read from its templates: one reader for each kind, behind one function.

A reader is a function of (path, bytes, project) that gives Declarations; it opens nothing by itself.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from lambdalint import timing
from lambdalint.declared import Declarations
from lambdalint.summary import ModuleSummary, Unparsable
from lambdalint.templates.inline import within_bounds
from lambdalint.templates.project import Project
from lambdalint.templates.readers import adds_variables, is_candidate, is_marked, read_file
from lambdalint.templates.wrappers import unwrapped

__all__ = ["find_marked", "is_candidate", "read_all"]


def read_all(
    root: str,
    files: Sequence[str],
    patterns: Sequence[str] | None,
    read: Callable[[str], bytes],
    summarise: Callable[[bytes], ModuleSummary | Unparsable] | None = None,
    marked: Iterable[str] | None = None,
) -> Declarations:
    """What the templates among a project's files declare, sorted by path and row.

    `root` and `files` are absolute; `files` are all files of the project, so that a folder that a template
    names can be told from one that is built elsewhere.  `patterns` are globs relative to the root: with them
    only files that match are read as templates.  `read` gives a file's bytes and may raise OSError, `summarise` the
    summary of Python source; it is asked last, since its answers may still be on their way.  `marked` are the files
    that `find_marked` gave, where that is known.
    """
    project = Project(root, files, read, summarise)
    parts = []
    chosen = project.files if marked is None else marked
    for path in sorted(chosen, key=lambda path: (path.endswith(".py"), path)):
        if is_candidate(path) and (patterns is None or _is_chosen(path, project.root, patterns)):
            with timing.stage("templates", path):
                parts.append(within_bounds(read_file(path, project)))
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
    )


def find_marked(
    root: str, files: Sequence[str], patterns: Sequence[str] | None, read: Callable[[str], bytes]
) -> Iterator[tuple[str, bytes]]:
    """The files that a search of their bytes takes for templates, as `read_all` does, with their bytes."""
    top = root.replace(os.sep, "/").rstrip("/") or "/"
    for file in files:
        path = file.replace(os.sep, "/")
        if is_candidate(path) and (patterns is None or _is_chosen(path, top, patterns)):
            with contextlib.suppress(OSError):
                data = read(path)
                if is_marked(path, data):
                    yield path, data


def _is_chosen(path: str, root: str, patterns: Sequence[str]) -> bool:
    relative = posixpath.relpath(path, root)
    return any(fnmatch.fnmatchcase(relative, pattern) or _below(relative, pattern) for pattern in patterns)


def _below(relative: str, pattern: str) -> bool:
    """`**/x` matches at the root too, and a folder's name all that is in it."""
    if pattern.startswith("**/") and fnmatch.fnmatchcase(relative, pattern[3:]):
        return True
    return relative.startswith(pattern.rstrip("/") + "/")
