"""Which folders of a project lie in the task root of an image, by what its build copies."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from collections.abc import Sequence as SequenceType
from typing import NamedTuple

from lambdalint.templates.project import Project


class Copy(NamedTuple):
    """One copied thing: `source` relative to the build context, `target` absolute in the image.

    A target that ends in "/" is a folder that takes the source's file.
    """

    source: str
    target: str

    def moved(self, path: str, target: str) -> Copy | None:
        """This copy, carried on by a copy of `path` from its stage to `target`; None when it is not part of it."""
        origin = posixpath.normpath(posixpath.join("/", path))
        here = posixpath.normpath(self.target)
        if here == origin:
            return Copy(self.source, target)
        if here.startswith(origin.rstrip("/") + "/"):
            return Copy(self.source, posixpath.join(target, posixpath.relpath(here, origin)))
        if origin.startswith(here.rstrip("/") + "/"):
            return Copy(posixpath.normpath(posixpath.join(self.source, posixpath.relpath(origin, here))), target)
        return None


def roots(
    copies: SequenceType[Copy],
    task_root: str,
    dockerfile: str,
    context: str | None,
    project: Project,
    handler: str,
) -> tuple[str, ...]:
    """The project's folders that lie in the image's task root, that of the handler's module first."""
    base = context or _context(copies, dockerfile, project)
    if base is None:
        return ()
    found = dict.fromkeys(folder for copy in copies for folder in _folders(copy, task_root, base, project))
    return tuple(sorted(found, key=lambda folder: not project.has_module(folder, handler)))


def renamed(
    copies: SequenceType[Copy],
    task_root: str,
    dockerfile: str,
    context: str | None,
    project: Project,
    handler: str,
) -> tuple[str, str] | None:
    """(folder, handler from there) where a folder lies below the task root under another name than the project's."""
    base = context or _context(copies, dockerfile, project)
    root = posixpath.normpath(task_root).rstrip("/") + "/"
    for copy in copies if base is not None else ():
        target = posixpath.normpath(copy.target)
        prefix = target.removeprefix(root).replace("/", ".") + "."
        source = posixpath.normpath(posixpath.join(base or "", copy.source))
        if source in project.folders and target.startswith(root) and handler.startswith(prefix):
            if project.has_module(source, handler.removeprefix(prefix)):
                return source, handler.removeprefix(prefix)
    return None


def _context(copies: SequenceType[Copy], dockerfile: str, project: Project) -> str | None:
    """The nearest folder at or above the Dockerfile that holds what it copies: all of it, else any of it."""
    folder = posixpath.dirname(dockerfile)
    partial: str | None = None
    while folder in project.folders:
        there = [_exists(copy, folder, project) for copy in copies]
        if there and all(there):
            return folder
        if partial is None and any(there):
            partial = folder
        folder = posixpath.dirname(folder)
    return partial


def _exists(copy: Copy, context: str, project: Project) -> bool:
    path = posixpath.normpath(posixpath.join(context, copy.source))
    if any(sign in copy.source for sign in "*?["):
        return posixpath.dirname(path) in project.folders
    return path in project.files or path in project.folders


def _folders(copy: Copy, task_root: str, context: str, project: Project) -> Iterator[str]:
    """The folders that stand for the task root by one copy; none when it goes elsewhere."""
    source = posixpath.normpath(posixpath.join(context, copy.source))
    target = posixpath.normpath(copy.target)
    root = posixpath.normpath(task_root)
    if any(sign in copy.source for sign in "*?["):
        source = posixpath.dirname(source)
    elif source in project.files:
        if copy.target.endswith("/") or target == root or posixpath.basename(target) != posixpath.basename(source):
            target = posixpath.join(target, posixpath.basename(source))
    if target == root:
        candidate = source
    elif target.startswith(root.rstrip("/") + "/"):
        below = posixpath.relpath(target, root)
        if not source.endswith("/" + below):
            return
        candidate = source[: -len(below) - 1]
    elif root.startswith(target.rstrip("/") + "/"):
        candidate = posixpath.join(source, posixpath.relpath(root, target))
    else:
        return
    if candidate in project.folders:
        yield candidate
