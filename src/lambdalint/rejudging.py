"""A project judged again and again while its files change in memory: each part only when it has changed."""

from __future__ import annotations

from typing import TypeAlias

from lambdalint.analysis import analyse, complete, explore
from lambdalint.cache import plain
from lambdalint.cache.project import ProjectCache
from lambdalint.config import Config
from lambdalint.division import WEIGHS_ALL_READERS, Part, assert_closed, divide, section_of
from lambdalint.judging import Verdict, judge
from lambdalint.ledger import texts_of
from lambdalint.project import Project, code_dirs_of
from lambdalint.selection import Selection
from lambdalint.summaries import Summaries

_Key: TypeAlias = tuple[object, ...]


class Rejudging:
    """The verdicts on the parts of one project; `targets` are the absolute paths that are asked for."""

    def __init__(
        self, root: str, targets: tuple[str, ...], config: Config, selection: Selection, summaries: Summaries
    ) -> None:
        self._root = root
        self._targets = targets
        self._config = config
        self._selection = selection
        self._summaries = summaries
        self._cache = ProjectCache(None, lasts=True)
        self._common: _Key = ()
        self._known: dict[_Key, Verdict] = {}

    def verdicts(self, overlay: dict[str, bytes]) -> list[Verdict]:
        """What the rules say of each part with other bytes for some files.

        Those of a part that has not changed since the last time are the same object.  Raises Entangled when a part
        needs another one, also later, when the analysis of a verdict is asked.
        """
        project = explore(self._root, self._targets, self._config, overlay, self._summaries, self._cache)
        parts = divide(project, by_variables=self._selection.is_on(WEIGHS_ALL_READERS), by_inline=True)
        common = (code_dirs_of(project.declarations.functions), project.tree, project.told)
        if common != self._common:
            self._common, self._known = common, {}
        keys = [_key(project, part) for part in parts]
        missing = [part for part, key in zip(parts, keys, strict=True) if key not in self._known]
        paths = (path for part in missing for path in part.files if _is_readable(project, path))
        self._summaries.begin((path, project.bytes_of(path)) for path in paths)
        foreign = frozenset(path for part in parts for path in part.files)
        found = {}
        for part, key in zip(parts, keys, strict=True):
            found[key] = self._known.get(key) or self._judged(project, part, foreign, overlay)
        self._known = found
        return list(found.values())

    def whole(self, overlay: dict[str, bytes]) -> list[Verdict]:
        """The same with the project as one part."""
        return [judge(analyse(self._root, self._targets, self._config, overlay, self._summaries), self._selection)]

    def _judged(self, project: Project, part: Part, foreign: frozenset[str], overlay: dict[str, bytes]) -> Verdict:
        section = section_of(project, part, foreign)
        analysis = complete(section, self._targets, self._config, overlay, self._summaries)
        verdict = judge(analysis, self._selection)
        assert_closed(section, part)
        return verdict


def _key(project: Project, part: Part) -> _Key:
    """What the verdict on a part depends on besides what is the same for all."""
    digests = tuple(map(project.digest, part.files))
    return part.files, digests, part.candidates, part.broken, texts_of(project, part), plain.dump(part.declarations)


def _is_readable(project: Project, path: str) -> bool:
    try:
        project.bytes_of(path)
    except OSError:
        return False
    return path not in project.broken
