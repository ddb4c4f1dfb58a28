"""Says in what two runs of one scenario set differ, by the relation that a safe fix must keep.

Responses, errors, output, mutating calls in their order, final state and failures in their phase are equal;
client creations and reads only fall.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeAlias

from .record import INIT, Call, Json, Record

Run: TypeAlias = tuple[Record, ...]
"""The records of one variant, one for each scenario."""

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
_RUNTIME_IMPORT_ERROR = "Runtime.ImportModuleError"


class Kind(enum.Enum):
    """What differs."""

    INIT_ERROR = "init-error"
    POST = "post"
    MUTATING_CALL = "mutating-call"
    READ = "read"
    CREATION = "creation"
    STATE = "state"
    OUTPUT = "output"
    EXIT = "exit"


class Difference(NamedTuple):
    """One difference: in which scenario and phase, of what kind, and both sides of it."""

    scenario: str
    phase: str
    kind: Kind
    before: Json
    after: Json

    def __str__(self) -> str:
        return f"{self.scenario}, {self.phase}: {self.kind.value}: {self.before!r} -> {self.after!r}"


def compare(
    before: Run,
    after: Run,
    *,
    reads_may_fall: bool | Collection[str] = True,
    failure_may_move_to_init: bool = False,
    creation_at_init_is_wanted: bool = False,
) -> tuple[Difference, ...]:
    """All differences, by scenario in the order of `before`.

    `reads_may_fall` names the operations (`GetSecretValue`, …) that may be called less often, or moved to INIT;
    True stands for all, False for none.  `failure_may_move_to_init` allows the one exception that a hoisted
    import has: what failed with the same error on every invocation may fail at INIT, and an import that failed
    where no invocation succeeded.
    `creation_at_init_is_wanted` is what the module style asks for: a client is made at INIT whether or not an
    invocation would have come so far.  Raises ValueError when the runs are not of the same scenarios.
    """
    if [record.scenario for record in before] != [record.scenario for record in after]:
        raise ValueError("the runs are of different scenarios")
    found: list[Difference] = []
    for old, new in zip(before, after, strict=True):
        if failure_may_move_to_init and _moves_failure(old, new):
            continue
        found += _compare_failures(old, new)
        found += _compare_effects(old, new)
        found += _compare_reads(old, new, reads_may_fall)
        found += _compare_creations(old, new, creation_at_init_is_wanted)
    return tuple(found)


def _moves_failure(before: Record, after: Record) -> bool:
    if before.init_error or not after.init_error or before.state != after.state:
        return False
    types = {post.body.get("errorType") if post.kind == "error" else None for post in before.posts}
    moved = after.init_error.type
    if moved == _RUNTIME_IMPORT_ERROR:
        # What fails before it comes to the import fails all the same.
        return None not in types and bool(types & _IMPORT_ERRORS)
    return types == {moved}


def _compare_failures(before: Record, after: Record) -> Iterable[Difference]:
    if before.died != after.died:
        yield Difference(before.scenario, "exit", Kind.EXIT, before.died, after.died)
    if before.init_error != after.init_error:
        yield Difference(before.scenario, INIT, Kind.INIT_ERROR, before.init_error, after.init_error)


def _compare_effects(before: Record, after: Record) -> Iterable[Difference]:
    old_posts = {post.phase: post for post in before.posts}
    new_posts = {post.phase: post for post in after.posts}
    for phase in _list_phases(before, after):
        if old_posts.get(phase) != new_posts.get(phase):
            yield Difference(before.scenario, phase, Kind.POST, old_posts.get(phase), new_posts.get(phase))
        old = [call[1:] for call in before.calls if call.phase == phase and not call.is_read]
        new = [call[1:] for call in after.calls if call.phase == phase and not call.is_read]
        if old != new:
            yield Difference(before.scenario, phase, Kind.MUTATING_CALL, old, new)
    if before.state != after.state:
        yield Difference(before.scenario, "end", Kind.STATE, before.state, after.state)
    if before.output != after.output:
        yield Difference(before.scenario, "end", Kind.OUTPUT, before.output, after.output)


def _compare_reads(before: Record, after: Record, allowed: bool | Collection[str]) -> Iterable[Difference]:
    for phase in _list_phases(before, after):
        old, new = _count_reads(before, phase), _count_reads(after, phase)
        for key in sorted(old.keys() | new.keys()):
            may_fall = allowed if isinstance(allowed, bool) else key[1] in allowed
            limit = _total_reads(before, key) if may_fall and phase == INIT else old[key]
            if new[key] > limit or (new[key] < old[key] and not may_fall):
                yield Difference(before.scenario, phase, Kind.READ, (*key, old[key]), (*key, new[key]))


def _compare_creations(before: Record, after: Record, init_is_wanted: bool) -> Iterable[Difference]:
    services = sorted({creation.service for creation in (*before.creations, *after.creations)})
    for service in services:
        old = Counter(creation.phase for creation in before.creations if creation.service == service)
        new = Counter(creation.phase for creation in after.creations if creation.service == service)
        # A creation may move to INIT, so there only the sum over all phases is bounded.
        phases = [phase for phase in _list_phases(before, after) if phase != INIT and new[phase] > old[phase]]
        for phase in phases:
            yield Difference(before.scenario, phase, Kind.CREATION, (service, old[phase]), (service, new[phase]))
        if not init_is_wanted and not phases and new.total() > old.total():
            yield Difference(before.scenario, INIT, Kind.CREATION, (service, old.total()), (service, new.total()))


def _list_phases(before: Record, after: Record) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before.phases(), *after.phases())))


def _count_reads(record: Record, phase: str) -> Counter[tuple[str, str, str]]:
    return Counter(_read_key(call) for call in record.calls if call.is_read and call.phase == phase)


def _total_reads(record: Record, key: tuple[str, str, str]) -> int:
    return sum(call.is_read and _read_key(call) == key for call in record.calls)


def _read_key(call: Call) -> tuple[str, str, str]:
    return call.service, call.operation, repr(call.params)
