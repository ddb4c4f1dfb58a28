"""The fix loop: fixes applied in memory round by round, each wholly or not at all, and taken back where they harm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from lambdalint.analysis import Analysis, Committed
from lambdalint.diagnostic import Operation
from lambdalint.imported import hoisted_files, leads_back
from lambdalint.program import Program
from lambdalint.reporting import Judged, fix_obstacle
from lambdalint.source import SourceText

MAX_ROUNDS = 10
# How often a round is judged anew to find the fix that raises a finding, before all that may do so are left out.
_MAX_TRIALS = 24

Key: TypeAlias = tuple[str, str, str, str]
Parts: TypeAlias = dict[str, tuple[Operation, ...]]


class Round(Protocol):
    """What the rules say of one project as it stands."""

    @property
    def analysis(self) -> Analysis: ...  # noqa: D102
    @property
    def judged(self) -> list[Judged]: ...  # noqa: D102


R = TypeVar("R", bound=Round)


@dataclass(frozen=True, slots=True)
class FileFix:
    """A file before and after its fixes; `fixes` are (code, message, count), sorted.

    `together` are the paths of the files that are written with it or not at all, its own among them; `secrets` are
    texts in it that nothing shows.
    """

    path: str
    before: bytes
    after: bytes
    fixes: tuple[tuple[str, str, int], ...]
    together: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedFix:
    """A fix that could not be applied, and why."""

    path: str
    row: int
    code: str
    reason: str


class _Candidate(NamedTuple):
    """A fix that may be applied: its operations by file."""

    judged: Judged
    key: Key
    parts: Parts


@dataclass(slots=True)
class _Trial:
    """What applying some fixes comes to: the files' bytes, and the fixes with the files that they changed."""

    overlay: dict[str, bytes]
    before: dict[str, bytes]
    applied: list[tuple[_Candidate, tuple[str, ...]]] = field(default_factory=list)
    skipped: list[tuple[Judged, str]] = field(default_factory=list)


class Session(Generic[R]):
    """The state of a fix loop.

    `is_eligible` says whether a fix may be applied, `judge` analyses the projects with changed bytes for some files.
    """

    def __init__(
        self,
        is_eligible: Callable[[Judged], bool],
        judge: Callable[[dict[str, bytes]], list[R]],
    ) -> None:
        self._is_eligible = is_eligible
        self._judge = judge
        self.overlay: dict[str, bytes] = {}
        self._before: dict[str, bytes] = {}
        self._fixes: dict[str, Counter[tuple[str, str]]] = {}
        self._together: dict[str, set[str]] = {}
        self._harmful: dict[Key, SkippedFix] = {}
        self._skipped: dict[tuple[str, str, int], SkippedFix] = {}

    def run(self, rounds: list[R]) -> list[R]:
        """Apply fixes until nothing changes; the rounds that judge the result."""
        for _ in range(MAX_ROUNDS):
            trial, after = self._settle(rounds)
            if trial is None:
                return rounds
            self._keep(trial)
            rounds = after
        self._give_up(rounds)
        return rounds

    # --- rounds ---

    def _settle(self, rounds: list[R]) -> tuple[_Trial | None, list[R]]:
        """Apply all fixes of a round that raise no finding; None when none is left."""
        while True:
            candidates = [c for r in rounds for c in self._candidates(r) if c.key not in self._harmful]
            trial = self._try(rounds, candidates)
            self._note(trial)
            if not trial.applied:
                return None, rounds
            after = self._judge(trial.overlay)
            raised = self._raised(rounds, after)
            if not raised:
                return trial, after
            self._ban(rounds, [candidate for candidate, _ in trial.applied], raised)

    def _give_up(self, rounds: list[R]) -> None:
        """Tell of the fixes that another round would apply."""
        trial = self._try(rounds, [c for r in rounds for c in self._candidates(r) if c.key not in self._harmful])
        trial.skipped += [
            (candidate.judged, f"no end of fixes after {MAX_ROUNDS} rounds") for candidate, _ in trial.applied
        ]
        self._note(trial)

    def _candidates(self, current: R) -> Iterable[_Candidate]:
        """The eligible fixes of a project, those that change a file that was not asked for left out."""
        for judged in current.judged:
            fix = judged.diagnostic.fix
            if fix is None or not self._is_eligible(judged):
                continue
            parts: Parts = {judged.diagnostic.path: fix.operations, **dict(fix.others)}
            parts = {path: operations for path, operations in parts.items() if operations}
            yield _Candidate(judged, _key(current.analysis, judged), parts)

    def _try(self, rounds: list[R], candidates: Sequence[_Candidate]) -> _Trial:
        """Apply as many fixes as go together."""
        trial = _Trial(dict(self.overlay), {})
        keys = {candidate.key for candidate in candidates}
        for current in rounds:
            own = [c for c in self._candidates(current) if c.key in keys]
            self._apply(current.analysis, own, trial)
        return trial

    def _apply(self, analysis: Analysis, candidates: Sequence[_Candidate], trial: _Trial) -> None:
        """Apply the fixes of a project; one that fails in one file is left out in all."""
        chosen: list[_Candidate] = []
        for candidate in candidates:
            obstacle = next((o for path in candidate.parts if (o := analysis.fix_obstacle(path)) is not None), None)
            obstacle = obstacle or fix_obstacle(analysis, candidate.judged.diagnostic.path, candidate.parts)
            if obstacle is not None:
                trial.skipped.append((candidate.judged, obstacle))
            else:
                chosen.append(candidate)
        while True:
            together = _without_cycles(analysis.program, chosen)
            texts, failed = self._texts(analysis, together)
            if not failed:
                break
            trial.skipped += [(together[number].judged, reason) for number, reason in sorted(failed.items())]
            left_out = {id(together[number]) for number in failed}
            chosen = [candidate for candidate in chosen if id(candidate) not in left_out]
        changed: dict[str, Committed] = {}
        so_far: dict[str, bytes] = {}
        for path in sorted(texts, key=analysis.fix_order):
            if texts[path] != analysis.data(path):
                committed = changed[path] = analysis.commit(path, texts[path], so_far)
                so_far[committed.path] = committed.after
                trial.before[committed.path] = committed.before
                trial.overlay[committed.path] = committed.after
        for candidate in together:
            paths = tuple(changed[path].path for path in candidate.parts if path in changed)
            if paths:
                trial.applied.append((candidate, paths))

    def _texts(self, analysis: Analysis, chosen: Sequence[_Candidate]) -> tuple[dict[str, bytes], dict[int, str]]:
        """The new bytes of each file, and why some fixes cannot be part of them, by their number."""
        from lambdalint.fixes.apply import apply

        by_file: dict[str, list[tuple[int, tuple[Operation, ...]]]] = {}
        for number, candidate in enumerate(chosen):
            for path, operations in candidate.parts.items():
                by_file.setdefault(path, []).append((number, operations))
        texts: dict[str, bytes] = {}
        failed: dict[int, str] = {}
        for path, fixes in sorted(by_file.items()):
            source = analysis.source(path)
            applied = apply(source, analysis.program.summary(path), fixes, analysis.own_packages(path))
            failed.update(applied.skipped)
            encoded = analysis.refusal(path, by_file) or _encoded(analysis, source, applied.text)
            if isinstance(encoded, bytes) and not analysis.can_hold(path, encoded):
                encoded = "the template cannot hold the fixed code"
            if isinstance(encoded, str):
                failed.update((number, encoded) for number in applied.applied)
            else:
                texts[path] = encoded
        return texts, failed

    # --- harm ---

    def _raised(self, before: list[R], after: list[R]) -> set[tuple[str, str]]:
        """(code, path) of findings that were not there before, but for those that the next round would fix."""
        counts = _count(before)
        lasting = Counter(
            (judged.rule.code, judged.diagnostic.path)
            for current in after
            for judged in current.judged
            if judged.diagnostic.fix is None or not self._is_eligible(judged)
        )
        return {place for place, count in (_count(after) - counts).items() if count and lasting[place]}

    def _ban(self, rounds: list[R], applied: list[_Candidate], raised: set[tuple[str, str]]) -> None:
        """Leave out the fix that raises findings, found by trying halves; all that may be it where that takes long."""
        paths = {path for _, path in raised}
        near = [candidate for candidate in applied if paths & candidate.parts.keys()]
        suspects = near if near and (len(near) == len(applied) or self._harms(rounds, near)) else applied
        for _ in range(_MAX_TRIALS):
            if len(suspects) == 1:
                break
            half = suspects[: len(suspects) // 2]
            suspects = half if self._harms(rounds, half) else suspects[len(half) :]
        codes = ", ".join(sorted({code for code, _ in raised}))
        for candidate in suspects:
            skipped = _skipped(candidate.judged, f"it would raise {codes}")
            self._harmful[candidate.key] = skipped

    def _harms(self, rounds: list[R], candidates: Sequence[_Candidate]) -> bool:
        return bool(self._raised(rounds, self._judge(self._try(rounds, candidates).overlay)))

    # --- books ---

    def _note(self, trial: _Trial) -> None:
        self._skipped = {}
        for judged, reason in trial.skipped:
            skipped = _skipped(judged, reason)
            self._skipped[skipped.path, skipped.code, skipped.row] = skipped

    def _keep(self, trial: _Trial) -> None:
        """Take a trial for done."""
        self.overlay = trial.overlay
        for path, data in trial.before.items():
            self._before.setdefault(path, data)
        for candidate, paths in trial.applied:
            fix = candidate.judged.diagnostic.fix
            counts = self._fixes.setdefault(paths[0], Counter())
            counts[candidate.judged.rule.code, fix.message if fix else ""] += 1
            joined = set(paths).union(*(self._together.get(path, ()) for path in paths))
            for path in joined:
                self._together[path] = joined

    def refusal(self, analysis: Analysis, judged: Judged) -> str | None:
        """Why the fix of what remains was left out, None where it has none or none was tried."""
        if judged.diagnostic.fix is None or not self._is_eligible(judged):
            return None
        found = self._harmful.get(_key(analysis, judged))
        if found is None:
            place = _skipped(judged, "")
            found = self._skipped.get((place.path, place.code, place.row))
        return None if found is None else found.reason

    def skipped(self) -> tuple[SkippedFix, ...]:
        """The fixes that could not be applied, sorted."""
        found = {*self._skipped.values(), *self._harmful.values()}
        return tuple(sorted(found, key=lambda s: (s.path, s.row, s.code, s.reason)))

    def outcome(self) -> tuple[FileFix, ...]:
        """The files that changed, sorted."""
        changed = {path: after for path, after in sorted(self.overlay.items()) if after != self._before[path]}
        return tuple(
            FileFix(
                path,
                self._before[path],
                after,
                tuple((code, text, n) for (code, text), n in sorted(self._fixes.get(path, Counter()).items())),
                tuple(sorted(self._together[path] & changed.keys())),
            )
            for path, after in changed.items()
        )


def _count(rounds: Sequence[Round]) -> Counter[tuple[str, str]]:
    return Counter((judged.rule.code, judged.diagnostic.path) for current in rounds for judged in current.judged)


def _key(analysis: Analysis, judged: Judged) -> Key:
    """What tells a fix from others, also when rows have shifted: rule, file, message and the text of its place."""
    diagnostic = judged.diagnostic
    text = (
        analysis.source(diagnostic.path).slice(diagnostic.span) if diagnostic.path in analysis.program.modules else ""
    )
    return judged.rule.code, diagnostic.path, diagnostic.message, text


def _skipped(judged: Judged, reason: str) -> SkippedFix:
    diagnostic = judged.diagnostic
    return SkippedFix(diagnostic.path, diagnostic.span.row, judged.rule.code, reason)


def _without_cycles(program: Program, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The fixes whose imports close no cycle with those of the fixes before them; the next round judges the others."""
    added: dict[str, set[str]] = {}
    kept: list[_Candidate] = []
    for candidate in candidates:
        own = [(path, hoisted_files(program, path, operations)) for path, operations in candidate.parts.items()]
        if any(files and added.keys() - {path} and leads_back(program, path, files, added) for path, files in own):
            continue
        kept.append(candidate)
        for path, files in own:
            if files:
                added.setdefault(path, set()).update(files)
    return kept


def _encoded(analysis: Analysis, source: SourceText, text: str) -> bytes | str:
    """Text in its file's encoding, or why it cannot be written."""
    try:
        data = source.encode(text)
    except UnicodeEncodeError as error:
        return f"the file's encoding cannot hold {error.object[error.start]!r}"
    return data if analysis.is_valid(data) else "the result would not be valid Python"
