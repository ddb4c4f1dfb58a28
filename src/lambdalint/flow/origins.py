"""Follows what is symbolic in an atom back to where it comes from: parameters to callers, closures, attributes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from lambdalint.diagnostic import Step
from lambdalint.flow import values as v
from lambdalint.flow.engine import Engine, Passing
from lambdalint.flow.instances import follow, handed
from lambdalint.flow.tags import KeyOf
from lambdalint.flow.values import Atom, Hop, Root, Value
from lambdalint.link.model import ClassValue, Unit
from lambdalint.link.switches import constrain
from lambdalint.walk import Frame

_MAX_FOUND = 200
_MAX_WAYS = 12


class Way(NamedTuple):
    """What a symbolic atom may be, seen from one place; `step` is the call on the way, None where there is none.

    So is `passing`, with what that call gives.
    """

    value: Value
    step: Step | None
    passing: Passing | None = None


class Origin(NamedTuple):
    """A root that a value comes from, with what was read from it, and the steps from there on."""

    atom: Atom
    trail: tuple[Step, ...]


class Origins:
    """Origins of atoms; `entries` says of which kind the parameters are that the runtime or a framework fills."""

    def __init__(self, engine: Engine, entries: Mapping[tuple[Unit, str], str]) -> None:
        self.engine = engine
        self._entries = entries
        self._ways: dict[tuple[object, ...], tuple[Way, ...]] = {}
        self._origins: dict[tuple[object, ...], tuple[Origin, ...]] = {}
        self.is_pruned = False

    def of(self, atom: Atom) -> tuple[Origin, ...]:
        """The roots that an atom comes from, none of them symbolic."""
        key = atom[:4]
        known = self._origins.get(key)
        if known is None:
            found: dict[tuple[object, ...], Origin] = {}
            for reached, after in self.search(atom):
                entry = self.entry(reached)
                if entry is not None:
                    found.setdefault(entry[:4], Origin(entry, (*self.start(entry), *after)))
                if reached.root.kind not in v.SYMBOLIC:
                    found.setdefault(reached[:4], Origin(reached, (*self.start(reached), *after)))
            known = self._origins[key] = tuple(found.values())
        return known

    def search(self, atom: Atom) -> Iterator[tuple[Atom, tuple[Step, ...]]]:
        """An atom and all that it may be, nearest first, each with the steps from there to the atom; bounded.

        What a caller gives is left out where it keeps the caller's callee out of the branch of the call on the way.
        `is_pruned` tells afterwards whether that was so anywhere.
        """
        self.is_pruned = False
        queue: deque[tuple[Atom, tuple[Step, ...], tuple[Frame, ...]]] = deque([(atom, (), ())])
        seen: set[tuple[object, ...]] = {(*atom[:4], 0)}
        while queue:
            current, after, frames = queue.popleft()
            yield current, after
            unit = current.root.unit
            for way in self.ways(current):
                if frames and way.passing is not None and self.engine.excludes(unit, way.passing, frames):
                    self.is_pruned = True
                    continue
                steps = after if way.step is None else (way.step, *after)
                passed = way.passing if way.passing is not None and constrain(way.passing.frames) else None
                for inner in v.flatten(way.value):
                    around = passed.frames if passed is not None and passed.caller == inner.root.unit else ()
                    key = (*inner[:4], id(around) if around else 0)
                    if key not in seen and len(seen) < _MAX_FOUND:
                        seen.add(key)
                        queue.append((inner, steps, around))

    def entry(self, atom: Atom) -> Atom | None:
        """The event, context or request that a parameter of an entry point is, None for any other atom."""
        root = atom.root
        if root.kind != "parameter":
            return None
        kind = self._entries.get((root.unit, root.name))
        if kind is None:
            return None
        path = atom.path
        if kind == "arguments":
            kind = "context" if path[:1] == (1,) else "event"
            path = path[1:]
        path = tuple(v.DYNAMIC if isinstance(key, KeyOf) else key for key in path)
        return atom._replace(root=root._replace(kind=kind), path=path)

    def ways(self, atom: Atom) -> tuple[Way, ...]:
        """What a symbolic atom may be, one step back."""
        if atom.root.kind not in v.SYMBOLIC and not (atom.root.kind == "made" and atom.path):
            return ()
        key = atom[:4]
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = tuple(self._find_ways(atom))
        return found

    def _find_ways(self, atom: Atom) -> Iterator[Way]:
        root = atom.root
        if root.kind == "parameter":
            yield from self._parameter(atom)
        elif root.kind == "closure":
            yield Way(follow(self.engine.assigned(root.unit, root.name), atom), None)
        elif root.kind == "global":
            yield Way(follow(self.engine.stored_global(root.unit.path, root.name), atom), None)
        elif root.kind == "made" and atom.path:
            yield from self._attribute(ClassValue(root.members[0], int(root.members[1])), atom)

    def _parameter(self, atom: Atom) -> Iterator[Way]:
        root = atom.root
        default = self.engine.default(root.unit, root.name)
        passings = self.engine.passings(root.unit)
        for passing in passings[:_MAX_WAYS]:
            held = passing.given.get(root.name, default)
            value = None if held is None else handed(held, atom, partial(self._given, passing, root.unit))
            if value is not None:
                step = Step(passing.caller.path, passing.span, self.engine.name(passing.caller))
                yield Way(value, step, passing)
        if default is not None and not passings:
            yield Way(follow(default, atom), None)
        function = self.engine.modules[root.unit.path].function(root.unit.number)
        if function.cls >= 0 and atom.path and function.parameters[0].name == root.name:
            yield from self._attribute(ClassValue(root.unit.path, function.cls), atom)

    def _given(self, passing: Passing, unit: Unit, name: str) -> Value | None:
        return passing.given.get(name) or self.engine.default(unit, name)

    def _attribute(self, cls: ClassValue, atom: Atom) -> Iterator[Way]:
        held = self.engine.attribute(cls, str(atom.path[0]))
        if held is not None:
            yield Way(follow(held, atom._replace(path=atom.path[1:])), None)

    # --- trails ---

    def start(self, atom: Atom) -> tuple[Step, ...]:
        """The source's own step and the calls through which it came back."""
        hops: list[Step] = []
        hop: Hop | None = atom.hop
        while hop is not None:
            hops.append(Step(hop.unit.path, hop.span, self.engine.name(hop.unit)))
            hop = hop.before
        return (self._source(atom.root), *reversed(hops))

    def _source(self, root: Root) -> Step:
        return Step(root.unit.path, root.span, self.engine.name(root.unit))
