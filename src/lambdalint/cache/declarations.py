"""What the templates of a project declare; each is read again only when it, or what it refers to, has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lambdalint.cache import plain
from lambdalint.cache.contents import Contents
from lambdalint.cache.masked import declares_secret
from lambdalint.cache.project import ProjectCache
from lambdalint.config import Config
from lambdalint.declared import Declarations
from lambdalint.summary import ModuleSummary, Unparsable

if TYPE_CHECKING:
    from lambdalint.templates import Project

_HEAD = 8


def declared(
    root: str,
    files: Sequence[str],
    config: Config,
    read: Callable[[str], bytes],
    summarise: Callable[[bytes], ModuleSummary | Unparsable],
    cache: ProjectCache,
) -> Declarations:
    """All that the templates among some files say; `files` are all of the project's."""
    from lambdalint.templates import candidates, is_marked, read_all

    patterns = config.templates or None
    if not cache.is_kept:
        return read_all(root, files, patterns, read, summarise)
    contents = Contents(root, read, is_marked, cache)
    found = ((path, contents.mark(path)) for path in candidates(root, files, patterns))
    marked = {path: mark for path, mark in found if mark is not None}
    kept = _Kept(marked, contents, cache, cache.key("templates", root, sorted(files)), frozenset(config.secret_names))
    result = read_all(root, files, patterns, read, summarise, marked, kept.read)
    contents.save()
    return result


class _Kept:
    """Reads templates, or knows from an earlier run what is in them.

    What a template says depends on its content, on which files there are, and on the content of those that its reader
    asked for: these are kept with it.
    """

    def __init__(
        self, marked: dict[str, str], contents: Contents, cache: ProjectCache, common: str, names: frozenset[str]
    ) -> None:
        self._marked = marked
        self._contents = contents
        self._cache = cache
        self._common = common
        self._names = names

    def read(self, path: str, project: Project) -> Declarations:
        """What the template at a path declares."""
        from lambdalint.templates import changes_others, note_change, read_template

        key = self._cache.key("template", self._common, path, self._marked[path])
        kept = self._cache.get(key)
        known = None if kept is None else self._still_right(kept)
        if known is not None:
            declarations, changes = known
            if changes:
                note_change(path, project)
            return declarations
        project.asked.clear()
        declarations = read_template(path, project)
        if not declares_secret(declarations, self._names):
            asked = {other: self._contents.digest(other) for other in (project.asked & project.files) - {path}}
            changes = changes_others(path, project.bytes_of(path) or b"")
            head = json.dumps([asked, changes]).encode()
            self._cache.put(key, b"".join((len(head).to_bytes(_HEAD, "little"), head, plain.dump(declarations))))
        return declarations

    def _still_right(self, kept: bytes) -> tuple[Declarations, bool] | None:
        """What was kept, when the files that the template refers to are as they were."""
        length = int.from_bytes(kept[:_HEAD], "little")
        try:
            asked, changes = json.loads(kept[_HEAD : _HEAD + length])
            if any(self._contents.digest(path) != content for path, content in asked.items()):
                return None
            found = plain.load(kept[_HEAD + length :])
        except (ValueError, TypeError, AttributeError):
            return None
        return (found, bool(changes)) if isinstance(found, Declarations) else None
