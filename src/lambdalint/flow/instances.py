"""A callee's symbolic values as one caller sees them: what hinges on what is passed is settled there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from lambdalint.flow.tags import RESPELT, Hinge, KeyOf, Tag
from lambdalint.flow.values import (
    DYNAMIC,
    UNKNOWN,
    Atom,
    Hop,
    Key,
    Value,
    add,
    flatten,
    is_known,
    join,
    merge_atoms,
    read_path,
    tagged,
    write,
)
from lambdalint.link.model import Unit
from lambdalint.source import Span

_MAX_DEPTH = 5


class Passed(NamedTuple):
    """What a caller passes to a callee, and the call.

    `named` gives the tags of what the callee fetches by the name that is passed where a hinge says, a literal where
    that is known.
    """

    callee: Unit
    given: dict[str, Value]
    hop: tuple[Unit, Span]
    named: Callable[[Hinge, str | None], Iterable[Tag]]


def instantiate(value: Value, passed: Passed) -> Value:
    """A callee's symbolic value as its caller sees it: parameters replaced by what is passed."""
    return _instantiate(value, passed, 0)


def _instantiate(value: Value, passed: Passed, depth: int) -> Value:
    kept: list[Atom] = []
    parts: list[Value] = []
    for atom in value.atoms:
        tags = _settled(atom, passed)
        if tags is None:
            continue
        atom = _placed(atom, passed.callee, passed.given.get)
        if atom.root.kind == "parameter" and atom.root.unit == passed.callee:
            given = passed.given.get(atom.root.name)
            parts.append(UNKNOWN if given is None else tagged(follow(given, atom), *_hinges(tags)))
        else:
            kept.append(atom._replace(tags=tags, hop=Hop(*passed.hop, atom.hop)))
    if depth < _MAX_DEPTH and (value.fields or value.rest is not None):
        rest = None if value.rest is None else _instantiate(value.rest, passed, depth + 1)
        whole = Value(tuple(kept), rest=rest, shape=value.shape, known=value.known)
        parts.append(_with_fields(whole, value.fields, passed, depth))
    elif kept or not parts or not value.known:
        parts.append(Value(tuple(kept), shape=value.shape, known=value.known, text=value.text))
    return join(*parts)


def _with_fields(whole: Value, fields: Mapping[Key, Value], passed: Passed, depth: int) -> Value:
    """A value with the fields of a callee's one; what is stored under a key that is passed comes last."""
    held = {key: _instantiate(under, passed, depth + 1) for key, under in fields.items()}
    whole = whole._replace(fields={key: under for key, under in held.items() if not isinstance(key, KeyOf)})
    for key, under in held.items():
        if isinstance(key, KeyOf):
            place = _place(passed.given.get(key.parameter)) if key.unit == passed.callee else key
            whole = add(whole, under) if place is None else write(whole, place, under)
    return whole


def _place(given: Value | None) -> str | KeyOf | None:
    """What an argument is as a key: a literal, the caller's own parameter, or nothing that is known."""
    if given is None:
        return None
    return given.text if given.text is not None else parameter_of(given)


def parameter_of(value: Value) -> KeyOf | None:
    """The parameter that a value certainly is, as its function was given it."""
    if len(value.atoms) != 1 or value.fields or value.rest is not None or value.text is not None:
        return None
    root, path, tags, prefix, _ = value.atoms[0]
    is_itself = root.kind == "parameter" and not path and prefix is None and tags.isdisjoint((RESPELT, "slice"))
    return KeyOf(root.unit, root.name) if is_itself else None


def _placed(atom: Atom, unit: Unit, given: Callable[[str], Value | None]) -> Atom:
    """An atom with what a call of a unit passes in the place of the keys in its path that the unit's callers know."""
    if not any(isinstance(key, KeyOf) for key in atom.path):
        return atom
    keys = (
        (_place(given(key.parameter)) or DYNAMIC) if isinstance(key, KeyOf) and key.unit == unit else key
        for key in atom.path
    )
    return atom._replace(path=tuple(keys))


def _hinges(tags: frozenset[Tag]) -> list[Hinge]:
    return [tag for tag in tags if isinstance(tag, Hinge)]


def _settled(atom: Atom, passed: Passed) -> frozenset[Tag] | None:
    """The tags of an atom where what it hinges on is passed; None where it is not there."""
    tags = atom.tags
    for hinge in _hinges(tags):
        if hinge.unit != passed.callee:
            continue
        tags -= {hinge}
        place = _place(passed.given.get(hinge.parameter))
        if isinstance(place, KeyOf):
            tags |= {Hinge(*place, hinge.key)}
        elif hinge.key is None:
            tags |= set(passed.named(hinge, place))
        elif place is not None and place != hinge.key:
            return None
    return tags


def handed(held: Value, atom: Atom, given: Callable[[str], Value | None]) -> Value | None:
    """What a parameter's atom becomes where a call passes a value for it; None where that call keeps it away.

    `given` tells what the call passes for a parameter.
    """
    onwards: list[Hinge] = []
    for hinge in _hinges(atom.tags):
        place = _place(given(hinge.parameter)) if hinge.unit == atom.root.unit and hinge.key is not None else None
        if isinstance(place, KeyOf):
            onwards.append(Hinge(*place, hinge.key))
        elif place is not None and place != hinge.key:
            return None
    return tagged(follow(held, _placed(atom, atom.root.unit, given)), *onwards)


def named_by(atom: Atom) -> list[Hinge]:
    """The parameters that name what an atom was fetched by."""
    return [hinge for hinge in _hinges(atom.tags) if hinge.key is None]


def follow(passed: Value, atom: Atom) -> Value:
    """What a parameter's atom becomes: the argument's part, with what the callee did to it."""
    part = read_path(passed, atom.path)
    tags = frozenset(tag for tag in atom.tags if not isinstance(tag, Hinge))
    if atom.prefix is not None:
        text = atom.prefix
        atoms = (a._replace(prefix=text + (a.prefix or ""), tags=a.tags | tags) for a in flatten(part))
        return Value(merge_atoms(atoms), known=is_known(part))
    return tagged(part, *tags) if tags else part
