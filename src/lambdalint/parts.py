"""A project in parts: files that nothing connects are linked and judged apart, at the same time, and each only once.

Two files belong together when one may import the other, directly or through others.  What is resolved, called and
reached never leaves such a part, so the parts' reports make up the project's, and the report of a part stays what it
was until one of its own files changes.  Should a part ask for a file of another after all, the project is judged as
a whole.
"""

from __future__ import annotations

import contextlib
import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from lambdalint import timing
from lambdalint.analysis import complete, explore
from lambdalint.cache import plain
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import Store, folder_of
from lambdalint.config import Config
from lambdalint.declared import Declarations, DeclaredFunction
from lambdalint.finding import Report
from lambdalint.judging import judge, report
from lambdalint.link.bindings import ModuleIndex
from lambdalint.paths import is_target
from lambdalint.project import Project, declared_paths, guess_imports
from lambdalint.selection import Selection
from lambdalint.summaries import Summaries
from lambdalint.summary import Unparsable

_T = TypeVar("_T")
_Outcome = tuple[Report, tuple[str, ...]]  # and the paths of what comments suppress in it
_WEIGHS_ALL_READERS = "LMB802"  # the rule that asks all functions of a declaration whether one of them reads it
_SWEEP = 4_000_000  # bytes of source after whose parts garbage is collected: it may be some 300 MB by then
_WORTH_FORKING = 150_000  # bytes of source to link and judge


class Entangled(BaseException):
    """A part asked for a file that is not its own.  No `Exception`, since rules that crash are caught by that."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a project: configuration, rules, whether fixes are to carry edits; processes, and the cache."""

    config: Config
    selection: Selection
    edits: bool
    jobs: int
    cache: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Files that belong together, sorted, what templates declare in them, and which of them cannot be read.

    One part has no files: it holds what belongs to none, such as functions whose code is elsewhere.
    """

    files: tuple[str, ...]
    declarations: Declarations
    broken: tuple[tuple[str, Unparsable], ...]


class _Modules(dict[str, ModuleIndex]):
    """The modules of a part, which notices when one of another part is asked for."""

    def __init__(self, foreign: frozenset[str]) -> None:
        super().__init__()
        self._foreign = foreign

    def get(self, path: str, default: Any = None) -> Any:
        found = super().get(path)
        if found is None and path in self._foreign:
            raise Entangled
        return default if found is None else found


def check_root(root: str, targets: tuple[str, ...], ask: Ask, progress: Callable[[str], None] | None) -> Report:
    """The report on some absolute targets in the project at a root."""
    was_enabled = gc.isenabled()
    gc.disable()  # almost all that a run makes lasts until its end
    try:
        return _Run(root, targets, ask, progress).report()
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


def merged(reports: Sequence[Report]) -> Report:
    """Several reports as one; a place in a template that parts share is reported once for a rule."""
    findings = {(f.path, f.span, f.code): f for r in reversed(reports) for f in reversed(r.findings)}
    return Report(
        findings=tuple(findings[key] for key in sorted(findings)),
        handlers=sum(r.handlers for r in reports),
        files=sum(r.files for r in reports),
        functions=sum(r.functions for r in reports),
        unresolved=sum(r.unresolved for r in reports),
        suppressed=sum(r.suppressed for r in reports),
        errors=tuple(dict.fromkeys(error for r in reports for error in r.errors)),
    )


class _Run:
    """One run over a root."""

    def __init__(self, root: str, targets: tuple[str, ...], ask: Ask, progress: Callable[[str], None] | None) -> None:
        self.root = root
        self.targets = targets
        self.ask = ask
        self.progress = progress
        store = Store(folder_of(root, ask.config.cache_dir)) if ask.cache else None
        with timing.stage("cache"):
            self.cache = ProjectCache(store)
        self._candidates: frozenset[str] = frozenset()
        self._unswept = 0
        self.summaries = Summaries(ask.jobs, progress, self.cache, ask.config.secret_names)

    def report(self) -> Report:
        """Explore, divide, judge what is not known, and put together."""
        project = explore(self.root, self.targets, self.ask.config, {}, self.summaries, self.cache)
        self._candidates = frozenset(project.candidates)
        with timing.stage("parts"):
            parts = divide(project, self.ask.selection.is_on(_WEIGHS_ALL_READERS))
        try:
            outcomes = self._outcomes(project, parts)
        except Entangled:
            outcomes = [self._whole(project)]
        with timing.stage("cache"):
            self.summaries.keep_all()
            self.cache.save()
        reports = []
        for found, suppressed in outcomes:
            findings = tuple(finding for finding in found.findings if is_target(finding.path, self.targets))
            count = sum(is_target(path, self.targets) for path in suppressed)
            reports.append(replace(found, findings=findings, suppressed=count))
        return merged(reports)

    def _whole(self, project: Project) -> _Outcome:
        return self._judged(replace(project, modules={}, broken=dict(project.broken)))

    def _outcomes(self, project: Project, parts: Sequence[Part]) -> list[_Outcome]:
        """The report of each part, with the paths of what comments suppress in it."""
        with timing.stage("cache"):
            common = self._common_key(project) if self.cache.is_kept else ""
            keys = [self._key(common, project, part) if self.cache.is_kept else "" for part in parts]
            found = {index: known for index, key in enumerate(keys) if (known := self._known(key)) is not None}
        for index in found:
            for path in parts[index].files:
                self.summaries.touch(project.digest(path))
        missing = [index for index in range(len(parts)) if index not in found]
        missing.sort(key=lambda index: -_size(project, parts[index]))
        for index in missing:
            _read(project, parts[index])
            if self.cache.is_kept:  # by what was read, should it have changed meanwhile
                keys[index] = self._key(common, project, parts[index])
        for index, outcome in zip(missing, self._all_judged(project, parts, missing), strict=True):
            found[index] = outcome
            if self.cache.is_kept and not outcome[0].errors:
                self.cache.put(keys[index], plain.dump(outcome))
        return [found[index] for index in range(len(parts))]

    def _known(self, key: str) -> _Outcome | None:
        blob = self.cache.get(key) if key else None
        if blob is None:
            return None
        try:
            found, suppressed = plain.load(blob)
        except (ValueError, TypeError):
            return None
        return (found, suppressed) if isinstance(found, Report) else None

    def _all_judged(self, project: Project, parts: Sequence[Part], missing: Sequence[int]) -> list[_Outcome]:
        foreign = frozenset(path for part in parts for path in part.files)
        gc.freeze()  # what is there by now lasts until the end: no need to look for garbage in it

        def judged(index: int) -> _Outcome:
            return self._judged_part(project, parts[index], foreign)

        sizes = {index: _size(project, parts[index]) for index in missing}
        if self.ask.jobs < 2 or sum(sizes.values()) < _WORTH_FORKING:
            return [judged(index) for index in missing]
        # Each process summarises what it judges; the files of a part that would keep one to the end are shared.
        long = [index for index in missing if sizes[index] * self.ask.jobs > sum(sizes.values())]
        self.summaries.begin((p, project.data[p]) for i in long for p in parts[i].files if p in project.data)
        self._prepare()

        def work(number: int) -> _Outcome | None:
            try:
                return judged(missing[number])
            except Entangled:
                return None

        outcomes = self.summaries.share(len(missing), work, plain.dump, plain.load)
        if None in outcomes:
            raise Entangled
        return [outcome for outcome in outcomes if outcome is not None]

    def _prepare(self) -> None:
        """Import and finish what all processes need, once."""
        import lambdalint.extract.ast_parse
        import lambdalint.flow.statements
        from lambdalint import rules

        rules.all_rules()
        self.summaries.finish()
        if self.ask.edits:
            import lambdalint.fixes.apply  # noqa: F401

    def _judged_part(self, project: Project, part: Part, foreign: frozenset[str]) -> _Outcome:
        own = frozenset(part.files)
        section = replace(
            project,
            declarations=part.declarations,
            modules=_Modules(foreign - own),
            broken=dict(part.broken),
            candidates=tuple(path for path in project.candidates if path in own),
        )
        with timing.stage("rules", part.files[0] if part.files else ""):
            outcome = self._judged(section)
        self._let_go(project, part)
        if not section.modules.keys() <= own or not section.broken.keys() <= own | dict(part.broken).keys():
            raise Entangled
        return outcome

    def _let_go(self, project: Project, part: Part) -> None:
        """Forget what only one part needed: a large project would fill the memory with its parts else."""
        self.summaries.release(project.data[path] for path in part.files if path in project.data)
        self._unswept += _size(project, part)
        if self._unswept > _SWEEP:
            gc.collect()
            gc.freeze()  # what is left lasts until the end
            self._unswept = 0

    def _judged(self, project: Project) -> _Outcome:
        analysis = complete(project, (self.root,), self.ask.config, {}, self.summaries)
        verdict = judge(analysis, self.ask.selection)
        return report([verdict], self.ask.selection, edits=self.ask.edits), tuple(verdict.suppressed)

    # --- keys ---

    def _common_key(self, project: Project) -> str:
        """What the outcome of every part depends on: the question, and where imports may lead."""
        tree = project.tree
        folders = sorted({(f.code_dir, f.layers) for f in project.declarations.functions if f.code_dir is not None})
        asked = (_canonical(self.ask.config), _canonical(self.ask.selection), self.ask.edits)
        return self.cache.key("common", self.root, asked, tree.python, tree.other, folders, project.replaced)

    def _key(self, common: str, project: Project, part: Part) -> str:
        contents = [(path, project.digest(path)) for path in part.files]
        candidates = [path for path in part.files if path in self._candidates]
        declared = part.declarations
        templates = {*(f.template for f in declared.functions), *(problem.path for problem in declared.problems)}
        texts = [(path, project.digest(path)) for path in sorted(templates)]
        return self.cache.key(
            "part", common, contents, candidates, _canonical(declared), texts, _canonical(part.broken)
        )


def divide(project: Project, by_variables: bool = False) -> list[Part]:
    """The parts of a project, sorted by their first file; the last one holds what belongs to no file.

    With `by_variables` functions that one declaration of a variable is for belong together too.
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
    return [
        Part(
            tuple(files.get(key, ())),
            Declarations(functions.get(key, ()), problems[key], comments[key], scripts[key]),
            broken[key],
        )
        for key in (*sorted(files), "")
    ]


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


def _read(project: Project, part: Part) -> None:
    """Read the files of a part, as far as they can be."""
    for path in part.files:
        if path not in project.broken:
            with contextlib.suppress(OSError):
                project.bytes_of(path)


def _size(project: Project, part: Part) -> int:
    return sum(map(project.size, part.files))


def _canonical(value: Any) -> Any:
    """A value whose `repr` is the same whenever the value is: sets are sorted."""
    if isinstance(value, frozenset | set):
        return sorted(map(repr, map(_canonical, value)))
    if isinstance(value, tuple | list):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return [(_canonical(key), _canonical(item)) for key, item in sorted(value.items())]
    if is_dataclass(value):
        return [_canonical(getattr(value, field.name)) for field in fields(value)]
    return value
