"""A project in parts: files that nothing connects are linked and judged apart, at the same time, and each only once.

Two files belong together when one may import the other, directly or through others.  What is resolved, called and
reached never leaves such a part, so the parts' reports make up the project's, and the report of a part stays what it
was until one of its own files changes.  Should a part ask for a file of another after all, the project is judged as
a whole.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import repeat
from typing import Any

from lambdalint import timing
from lambdalint.analysis import complete, explore
from lambdalint.cache import plain
from lambdalint.cache.facts import Earlier, observer
from lambdalint.cache.project import ProjectCache
from lambdalint.cache.store import Store, folder_of
from lambdalint.config import Config
from lambdalint.division import WEIGHS_ALL_READERS, Entangled, Part, assert_closed, divide, section_of
from lambdalint.finding import Report
from lambdalint.judging import judge, report
from lambdalint.ledger import (
    Entry,
    Ledger,
    affected,
    drawn_up,
    entry_of,
    has_same_names,
    kept,
    part_of,
    recalled,
    restored,
    texts_of,
)
from lambdalint.paths import is_target
from lambdalint.project import Project
from lambdalint.selection import Selection
from lambdalint.summaries import Summaries

_Outcome = tuple[Report, tuple[str, ...]]  # and the paths of what comments suppress in it
_SWEEP = 4_000_000  # bytes of source after whose parts garbage is collected: it may be some 300 MB by then
_WORTH_FORKING = 150_000  # bytes of source to link and judge


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a project: configuration, rules, whether fixes are to carry edits; processes, and the cache."""

    config: Config
    selection: Selection
    edits: bool
    jobs: int
    cache: bool


def check_root(
    root: str,
    targets: tuple[str, ...],
    ask: Ask,
    progress: Callable[[str], None] | None,
    earlier: Earlier | None = None,
) -> Report:
    """The report on some absolute targets in the project at a root; `earlier` is a run that was asked the same."""
    was_enabled = gc.isenabled()
    gc.disable()  # almost all that a run makes lasts until its end
    try:
        return _Run(root, targets, ask, progress).report(earlier)
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
        self._unswept = 0
        self.summaries = Summaries(ask.jobs, progress, self.cache, ask.config.secret_names)

    def report(self, earlier: Earlier | None) -> Report:
        """What an earlier run knows with what has changed since; else explore, divide and judge what is not known."""
        outcomes = None if earlier is None else self._again(earlier)
        if outcomes is None:
            outcomes = self._anew()
        with timing.stage("cache"):
            self.summaries.keep_all()
            self.cache.save()
        reports = []
        for found, suppressed in outcomes:
            findings = tuple(finding for finding in found.findings if is_target(finding.path, self.targets))
            count = sum(is_target(path, self.targets) for path in suppressed)
            reports.append(replace(found, findings=findings, suppressed=count))
        return merged(reports)

    def _anew(self) -> list[_Outcome]:
        project = explore(self.root, self.targets, self.ask.config, {}, self.summaries, self.cache)
        with timing.stage("parts"):
            parts = divide(project, by_variables=self.ask.selection.is_on(WEIGHS_ALL_READERS))
        try:
            return self._outcomes(project, parts)
        except Entangled:
            return [self._whole(project)]

    def _again(self, earlier: Earlier) -> list[_Outcome] | None:
        """The outcomes of all parts after a change to some files; None where that takes a look at all of the project.

        Only the parts with these files are judged.
        """
        with timing.stage("cache"):
            name = earlier.ledger(self.root)
            ledger = None if name is None else recalled(self.cache, name)
        if ledger is None or name is None:
            return None
        if not has_same_names(ledger, earlier.changes.folders, self.ask.config, self.root, self.cache):
            return None
        with timing.stage("parts"):
            project = restored(ledger, self.root, self.ask.config, self.cache)
            numbers = affected(ledger, earlier.changes.files, project)
            if numbers is None:
                return None
            try:
                parts = [part_of(ledger.entries[number]) for number in numbers]
            except ValueError:
                return None
        with timing.stage("cache"):
            outcomes = self._all_known([entry.key for entry in ledger.entries])
        if outcomes is None:
            return None
        for part in parts:
            _read(project, part)
        foreign = frozenset(path for entry in ledger.entries for path in entry.files)
        try:
            judged = self._all_judged(project, parts, range(len(parts)), foreign)
        except Entangled:
            return None
        changed = {}
        self.cache.spare()
        facts = observer()
        # Otherwise this run is not remembered, and the next one starts from where the earlier one stood.
        is_remembered = facts is not None and facts.is_certain
        for number, part, outcome in zip(numbers, parts, judged, strict=True):
            entry = ledger.entries[number]
            digests = tuple(map(project.digest, part.files))
            outcomes[number] = outcome
            key = self._key(ledger.common, part, entry.declared or "", digests, entry.texts)
            if is_remembered:
                self._forget(entry, key, digests)
            if not outcome[0].errors:
                self.cache.put(key, plain.dump(outcome))
            changed[number] = (key, digests)
        if is_remembered:
            self.cache.drop(name)
            self._note(ledger.with_outcomes(changed))
        if facts is not None:
            facts.adopt(earlier.facts)
        return outcomes

    def _forget(self, entry: Entry, key: str, digests: tuple[str, ...]) -> None:
        """Drop what was kept of a part before it changed."""
        if key != entry.key:
            self.cache.drop(entry.key)
        for before, after in zip(entry.digests, digests, strict=True):
            if before != after:
                self.summaries.forget(before)

    def _note(self, ledger: Ledger) -> None:
        """Keep a ledger, if a later run will ask for it and all outcomes are known."""
        facts = observer()
        if facts is not None and all(self.cache.has(entry.key) for entry in ledger.entries):
            facts.ledgers[self.root] = kept(self.cache, ledger)

    def _whole(self, project: Project) -> _Outcome:
        return self._judged(replace(project, modules={}, broken=dict(project.broken)))

    def _outcomes(self, project: Project, parts: Sequence[Part]) -> list[_Outcome]:
        """The report of each part, with the paths of what comments suppress in it."""
        with timing.stage("cache"):
            declared = keys = [""] * len(parts)
            common = ""
            if self.cache.is_kept:
                common = self._common_key(project)
                declared = [plain.dump(part.declarations).decode() for part in parts]
                keys = [self._key_of(common, project, *given) for given in zip(parts, declared, strict=True)]
            found = {index: known for index, key in enumerate(keys) if (known := self._known(key)) is not None}
        for index in found:
            for path in parts[index].files:
                self.summaries.touch(project.digest(path))
        missing = [index for index in range(len(parts)) if index not in found]
        missing.sort(key=lambda index: -_size(project, parts[index]))
        for index in missing:
            _read(project, parts[index])
            if self.cache.is_kept:  # by what was read, should it have changed
                keys[index] = self._key_of(common, project, parts[index], declared[index])
        foreign = frozenset(path for part in parts for path in part.files)
        for index, outcome in zip(missing, self._all_judged(project, parts, missing, foreign), strict=True):
            found[index] = outcome
            if self.cache.is_kept and not outcome[0].errors:
                self.cache.put(keys[index], plain.dump(outcome))
        if self.cache.is_kept and observer() is not None:
            with timing.stage("cache"):
                names = frozenset(self.ask.config.secret_names)
                entries = map(entry_of, repeat(project), parts, keys, declared, repeat(names))
                self._note(drawn_up(project, common, tuple(entries), self.cache))
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

    def _all_known(self, keys: Sequence[str]) -> list[_Outcome] | None:
        """The outcomes of some keys, if all are there."""
        found = [known for key in keys if (known := self._known(key)) is not None]
        return found if len(found) == len(keys) else None

    def _all_judged(
        self, project: Project, parts: Sequence[Part], missing: Sequence[int], foreign: frozenset[str]
    ) -> list[_Outcome]:
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
        section = section_of(project, part, foreign)
        with timing.stage("rules", part.files[0] if part.files else ""):
            outcome = self._judged(section)
        self._let_go(project, part)
        assert_closed(section, part)
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
        return self.cache.key("common", self.root, asked, tree.python, tree.other, folders, project.told)

    def _key_of(self, common: str, project: Project, part: Part, declared: str) -> str:
        """The key of a part's outcome; `declared` is the JSON of its declarations."""
        digests, texts = tuple(map(project.digest, part.files)), texts_of(project, part)
        return self._key(common, part, declared, digests, texts)

    def _key(
        self, common: str, part: Part, declared: str, digests: Sequence[str], texts: Sequence[Sequence[str]]
    ) -> str:
        contents, templates = [*zip(part.files, digests, strict=True)], [*map(tuple, texts)]
        broken = _canonical(part.broken)
        return self.cache.key("part", common, contents, part.candidates, declared, templates, broken)


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
