"""A project divided into parts: files that nothing connects.

Two files belong together when one may import the other, directly or through others, or when a template connects them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from lambdalint.declared import Declarations, DeclaredFunction
from lambdalint.link.bindings import ModuleIndex
from lambdalint.project import Project, declared_paths, guess_imports
from lambdalint.summary import Unparsable

_T = TypeVar("_T")
WEIGHS_ALL_READERS = "LMB802"
"""The rule that asks all functions of a declaration whether one of them reads it."""


class Entangled(BaseException):
    """A part asked for a file that is not its own.  No `Exception`, since rules that crash are caught by that."""


@dataclass(frozen=True, slots=True)
class Part:
    """Files that belong together, sorted, what templates declare in them, and which of them cannot be read.

    `candidates` are those of the files that may hold a handler, `edges` the files that each seems to import.
    One part has no files: it holds what belongs to none, such as functions whose code is elsewhere.
    """

    files: tuple[str, ...]
    declarations: Declarations
    broken: tuple[tuple[str, Unparsable], ...]
    candidates: tuple[str, ...]
    edges: tuple[tuple[str, ...], ...]


class _Modules(dict[str, ModuleIndex]):
    """The modules of a part, which notices when one of another part is asked for."""

    def __init__(self, all_files: frozenset[str], own: frozenset[str]) -> None:
        super().__init__()
        self._all_files = all_files
        self._own = own

    def get(self, path: str, default: Any = None) -> Any:
        if path in self:
            return self[path]
        if path in self._all_files and path not in self._own:
            raise Entangled
        return default


def section_of(project: Project, part: Part, foreign: frozenset[str]) -> Project:
    """A part as a project of its own; `foreign` are the files of all parts.

    Asking it for a file of another part raises Entangled.
    """
    return replace(
        project,
        declarations=part.declarations,
        modules=_Modules(foreign, frozenset(part.files)),
        broken=dict(part.broken),
        candidates=part.candidates,
    )


def assert_closed(section: Project, part: Part) -> None:
    """Raise Entangled where judging a part took files of another one."""
    own = frozenset(part.files)
    if not section.modules.keys() <= own or not section.broken.keys() <= own | dict(part.broken).keys():
        raise Entangled


def divide(project: Project, *, by_variables: bool = False, by_inline: bool = False) -> list[Part]:
    """The parts of a project, sorted by their first file; the last one holds what belongs to no file.

    With `by_variables` functions that one declaration of a variable is for belong together too, with `by_inline`
    those whose code stands in one template.
    """
    edges = guess_imports(project, project.candidates)
    joined = _Joined(edges)
    for path, targets in edges.items():
        for target in targets:
            joined.join(path, target)
    homes = [(function, declared_paths(function, project)) for function in project.declarations.functions]
    owners = _join_commented(project.declarations, homes, joined)
    if by_variables:
        _join_sharing(homes, joined)
    if by_inline:
        _join_inline(homes, joined)
    for _, home in homes:
        for path in home:
            joined.join(home[0], path)
    files: dict[str, list[str]] = {}
    for path in sorted(joined.members):
        files.setdefault(joined.find(path), []).append(path)

    def name(path: str | None) -> str:
        return "" if path is None or path not in joined.members else joined.find(path)

    placed = _grouped(homes, lambda pair: name(pair[1][0] if pair[1] else owners.get(pair[0].template)))
    functions = {key: tuple(function for function, _ in pairs) for key, pairs in placed.items()}
    problems = _grouped(project.declarations.problems, lambda problem: name(owners.get(problem.path)))
    comments = _grouped(project.declarations.comments, lambda comment: name(owners.get(comment.path)))
    scripts = _grouped(project.declarations.scripts, lambda script: name(script.path))
    broken = _grouped(project.broken.items(), lambda item: name(item[0]))
    candidates = frozenset(project.candidates)
    found = []
    for key in (*sorted(files), ""):
        own = tuple(files.get(key, ()))
        declared = Declarations(functions.get(key, ()), problems[key], comments[key], scripts[key])
        among = tuple(path for path in own if path in candidates)
        found.append(Part(own, declared, broken[key], among, tuple(edges.get(path, ()) for path in own)))
    return found


def _join_commented(
    declarations: Declarations, homes: Sequence[tuple[DeclaredFunction, tuple[str, ...]]], joined: _Joined
) -> dict[str, str]:
    """Join all functions of a template that has suppression comments: whether these are of use, all tell together.

    Returns for each such template a file of the part that it belongs to.
    """
    commented = {comment.path for comment in declarations.comments}
    owners = {path: path for path in commented if path in joined.members}
    for function, home in homes:
        if function.template in commented and home:
            joined.join(owners.setdefault(function.template, home[0]), home[0])
    return owners


def _join_sharing(homes: Sequence[tuple[DeclaredFunction, tuple[str, ...]]], joined: _Joined) -> None:
    """Join the functions whose environment has a variable from one place, such as a service's or the globals."""
    first: dict[tuple[str, int, int], str] = {}
    for function, home in homes:
        for variable in function.environment if home else ():
            place = (variable.path or function.template, variable.span.row, variable.span.column)
            joined.join(first.setdefault(place, home[0]), home[0])


def _join_inline(homes: Sequence[tuple[DeclaredFunction, tuple[str, ...]]], joined: _Joined) -> None:
    """Join the functions whose code stands in one template: a change to one moves the others."""
    first: dict[str, str] = {}
    for function, home in homes:
        if function.inline is not None and home:
            joined.join(first.setdefault(function.template, home[0]), home[0])


def _grouped(items: Iterable[_T], key: Callable[[_T], str]) -> defaultdict[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return defaultdict(tuple, {name: tuple(group) for name, group in found.items()})


class _Joined:
    """Disjoint sets of paths."""

    def __init__(self, members: Iterable[str]) -> None:
        self.members = dict.fromkeys(members)
        self._above: dict[str, str] = {}

    def find(self, path: str) -> str:
        """The path that stands for the set of a path."""
        while (above := self._above.get(path, path)) != path:
            self._above[path] = path = self._above.get(above, above)
        return path

    def join(self, one: str, other: str) -> None:
        """Make one set of two."""
        self.members.update({one: None, other: None})
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            self._above[second] = first
