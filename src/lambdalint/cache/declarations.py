"""What the templates of a project declare; each is read again only when it, or what it refers to, has changed."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from lambdalint import timing
from lambdalint.cache import plain
from lambdalint.cache.contents import Contents
from lambdalint.cache.masked import declares_secret
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import digest
from lambdalint.config import Config
from lambdalint.declared import Declarations, DeclaredFunction
from lambdalint.summaries import Summaries
from lambdalint.templates import (
    Project,
    candidates,
    changes_others,
    load_readers,
    note_change,
    read_all,
    read_template,
)

_HEAD = 8
_WORTH_SHARING = 300_000  # bytes of templates: about half a second of one process's time


class Declared(NamedTuple):
    """What templates declare, and the other files whose content they were read with (with `/`)."""

    declarations: Declarations
    asked: frozenset[str]


def declared(
    root: str,
    files: Sequence[str],
    config: Config,
    read: Callable[[str], bytes],
    summaries: Summaries,
    cache: ProjectCache,
    contents: Contents,
) -> Declared:
    """All that the templates among some files say; `files` are all of the project's."""
    project = Project(root, files, read, summaries.of)
    chosen = [path for path in candidates(root, files, config.templates or None) if _is_marked(path, contents)]
    reading = _Reading(project, contents, cache, frozenset(config.secret_names))
    reading.ahead(chosen, summaries)
    found = read_all(project, chosen, reading.read)
    return Declared(found, frozenset(reading.asked))


def _is_marked(path: str, contents: Contents) -> bool:
    try:
        return contents.of(path).is_template
    except OSError:
        return False


class _Outcome(NamedTuple):
    """What a template declares, whether it changes what others declare, and the digests of the files it refers to.

    `is_current` says that the template was read as it was at a glance.
    """

    declarations: Declarations
    changes: bool
    asked: dict[str, str | None]
    is_current: bool


class _Reading:
    """Reads templates, or knows from an earlier run what is in them.

    What a template says depends on its content, on which files there are, and on the content of those that its reader
    asked for: these are kept with it.
    """

    def __init__(self, project: Project, contents: Contents, cache: ProjectCache, names: frozenset[str]) -> None:
        self._project = project
        self._contents = contents
        self._cache = cache
        self._names = names
        self._common = cache.key("templates", project.root, sorted(project.files)) if cache.is_kept else ""
        self._ready: dict[str, _Outcome] = {}
        self.asked: set[str] = set()

    def read(self, path: str, project: Project) -> Declarations:
        """What the template at a path declares."""
        found = self._ready.pop(path, None)
        if found is None:
            found = self._anew(path)
            self._keep(path, found)
        self.asked.update(found.asked)
        if found.changes:
            note_change(path, project)
        return found.declarations

    def ahead(self, paths: Sequence[str], summaries: Summaries) -> None:
        """Recall what is known of some templates; read the others with the help of other processes, if it is much."""
        missing = []
        for path in paths:
            known = self._recalled(path) if self._cache.is_kept else None
            if known is None:
                missing.append(path)
            else:
                self._ready[path] = known
        if summaries.jobs < 2 or sum(self._contents.of(path).size for path in missing) < _WORTH_SHARING:
            return
        folders: dict[str, list[str]] = {}
        for path in missing:  # readers remember what they know of a folder
            folders.setdefault(posixpath.dirname(path), []).append(path)
        groups = list(folders.values())
        load_readers(missing)

        def work(number: int) -> list[_Outcome]:
            found = []
            for path in groups[number]:
                with timing.stage("templates", path):
                    found.append(self._anew(path))
                self._project.forget(path)
            return found

        for group, outcomes in zip(groups, summaries.share(len(groups), work, _packed, _unpacked), strict=True):
            for path, outcome in zip(group, outcomes, strict=True):
                self._ready[path] = outcome
                self._keep(path, outcome)

    def _anew(self, path: str) -> _Outcome:
        project = self._project
        project.asked.clear()
        declarations = read_template(path, project)
        asked = {other: self._digest(other) for other in (project.asked & project.files) - {path}}
        data = project.bytes_of(path) or b""
        is_current = self._cache.is_kept and digest(data) == self._contents.of(path).digest
        return _Outcome(declarations, changes_others(path, data), asked, is_current)

    def _digest(self, path: str) -> str | None:
        """The digest of any file, None for one that cannot be read."""
        try:
            return self._contents.digest(path)
        except OSError:
            return None

    # --- the cache ---

    def _key(self, path: str) -> str:
        return self._cache.key("template", self._common, path, self._contents.of(path).digest)

    def _keep(self, path: str, found: _Outcome) -> None:
        if not found.is_current or declares_secret(found.declarations, self._names):
            return
        outlined = _outlined(found.declarations)
        if outlined is not None:
            head = json.dumps([found.asked, found.changes]).encode()
            content = b"".join((len(head).to_bytes(_HEAD, "little"), head, plain.dump(outlined)))
            self._cache.put(self._key(path), content)

    def _recalled(self, path: str) -> _Outcome | None:
        """What was kept, when the files that the template refers to are as they were."""
        kept = self._cache.get(self._key(path))
        if kept is None:
            return None
        length = int.from_bytes(kept[:_HEAD], "little")
        try:
            asked, changes = json.loads(kept[_HEAD : _HEAD + length])
            if any(self._digest(other) != content for other, content in asked.items()):
                return None
            found = plain.load(kept[_HEAD + length :])
        except (ValueError, TypeError, AttributeError):
            return None
        restored = self._restored(found) if isinstance(found, Declarations) else None
        return None if restored is None else _Outcome(restored, bool(changes), asked, True)

    def _restored(self, outlined: Declarations) -> Declarations | None:
        """Declarations with the code that stands in their templates."""
        if not any(function.inline for function in outlined.functions):
            return outlined
        functions = tuple(_with_code(function, self._project) for function in outlined.functions)
        found = tuple(function for function in functions if function is not None)
        return replace(outlined, functions=found) if len(found) == len(functions) else None


def _packed(found: list[_Outcome]) -> bytes:
    return plain.dump(tuple((*each[:2], tuple(each.asked.items()), each.is_current) for each in found))


def _unpacked(packed: bytes) -> list[_Outcome]:
    return [_Outcome(found, bool(changes), dict(asked), ok) for found, changes, asked, ok in plain.load(packed)]


def _outlined(found: Declarations) -> Declarations | None:
    """Declarations with the digest of code in its place, since it may hold anything; None where it is not exact."""
    if any(function.inline is not None and not function.inline.is_exact for function in found.functions):
        return None
    return replace(found, functions=tuple(map(_without_code, found.functions)))


def _without_code(function: DeclaredFunction) -> DeclaredFunction:
    code = function.inline
    if code is None:
        return function
    rows = code.text.rstrip("\n").split("\n")
    text = f"{_digest_of(code.text)} {len(rows)} {len(code.text) - len(code.text.rstrip(chr(10)))}"
    return replace(function, inline=code._replace(text=text))


def _with_code(function: DeclaredFunction, project: Project) -> DeclaredFunction | None:
    """A function with its code, which is exact, as its template holds it; None where that is not the same code."""
    code = function.inline
    if code is None:
        return function
    name, count, ends = code.text.split(" ")
    data = project.bytes_of(function.template) or b""
    first = code.first_row - 1
    rows = data.decode("utf-8-sig", "replace").split("\n")[first : first + int(count)]
    text = "\n".join(row[code.indent :].rstrip("\r") if row.strip() else "" for row in rows) + "\n" * int(ends)
    return replace(function, inline=code._replace(text=text)) if _digest_of(text) == name else None


def _digest_of(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass"))
