"""What the value flow knows of a value: which roots it holds, under which path, and what it is made of.

A root is where a value comes from: a fetched secret, the environment, a name that says it is secret; or something
symbolic (a parameter, a name of an enclosing function or of a module) that `origins` follows further.  An atom is a
root with the path of keys that was read from it, so that a rule can tell `event["headers"]` from `event["id"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from lambdalint.flow.tags import Hinge, KeyOf, Tag
from lambdalint.link.model import Unit
from lambdalint.source import Span

Key: TypeAlias = "str | int | KeyOf"

# Steps of a path that are no literal key: an item met by iterating, a value of `values()` or `items()`, a key that
# is only known at run time.
ITERATED = "\0iterated"
ELEMENT = "\0element"
DYNAMIC = "\0dynamic"
SPECIAL = frozenset((ITERATED, ELEMENT, DYNAMIC))

_MAX_PATH = 8
_MAX_ATOMS = 32
_MAX_DEPTH = 5
_MAX_FIELDS = 64
_MAX_FLAT = 64
_MAX_SIZE = 100


class Hop(NamedTuple):
    """A call through which a value came back, and the one before."""

    unit: Unit
    span: Span
    before: Hop | None


class Root(NamedTuple):
    """Where a value comes from.

    `kind`: parameter, closure and global are symbolic (`name` is theirs, `unit` the function or module that binds
    it); stored and credentials are answers of stores and of token services, of which only `members` are secret (all,
    when empty); environment is `os.environ`; named is an expression whose name says that it is secret; event,
    context, record, request and field come from the invocation; made is an object of the project class whose file and
    number are the `members`.
    """

    kind: str
    unit: Unit
    span: Span
    name: str
    members: tuple[str, ...] = ()


SYMBOLIC = frozenset(("parameter", "closure", "global"))


class Atom(NamedTuple):
    """A root and what was read from it.

    `tags` say what was done to it ("slice", "cut", "built", "parsed", "checked", a sink's kind for its sanitizer), and
    what it hinges on.
    `prefix` is None for the value itself; in a built string, the text before it, in which "\\0" is an unknown part.
    """

    root: Root
    path: tuple[Key, ...] = ()
    tags: frozenset[Tag] = frozenset()
    prefix: str | None = None
    hop: Hop | None = None


class Value(NamedTuple):
    """What an expression may be.

    `atoms` are the roots that it may be; `fields` what it holds under known keys and `rest` under any other;
    `shape` is dict, list, record (prints its fields), object (does not) or "" (anything).  `known` says that there is
    no part of which nothing is known: a known value without atoms is harmless.  `text` is the text of a literal.
    """

    atoms: tuple[Atom, ...] = ()
    fields: Mapping[Key, Value] = MappingProxyType({})
    rest: Value | None = None
    shape: str = ""
    known: bool = True
    text: str | None = None


_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python
CLEAN = Value()
UNKNOWN = Value(known=False)


def of_root(root: Root) -> Value:
    """The value that a root is."""
    return Value((Atom(root),))


def is_clean(value: Value) -> bool:
    """Whether a value certainly holds nothing of interest."""
    return value.known and not value.atoms and not value.fields and (value.rest is None or is_clean(value.rest))


# --- joining -------------------------------------------------------------------------------------


def join(*values: Value) -> Value:
    """What one of several values is."""
    if len(values) == 1:
        return values[0]
    found = list({id(value): value for value in values}.values())
    return found[0] if len(found) == 1 else _join(found, 0)


def _join(values: list[Value], depth: int) -> Value:
    together: list[Atom] = []
    known, is_plain = True, True
    for value in values:
        together += value.atoms
        known = known and value.known
        is_plain = is_plain and not value.fields and value.rest is None
    atoms = merge_atoms(together) if together else ()
    if depth >= _MAX_DEPTH:
        return Value(atoms, known=known and not any(value.fields or value.rest for value in values))
    shapes = {value.shape for value in values if value.shape}
    shape = shapes.pop() if len(shapes) == 1 else ""
    texts = {value.text for value in values}
    text = texts.pop() if len(texts) == 1 else None
    if is_plain:
        return _new(Value, (atoms, CLEAN.fields, None, shape, known, text))
    fields: dict[Key, Value] = {}
    for value in values:
        for key, held in value.fields.items():
            other = fields.get(key)
            if other is None:
                if len(fields) < _MAX_FIELDS:
                    fields[key] = held
            elif other is not held:
                fields[key] = _join([other, held], depth + 1)
    rests = [value.rest for value in values if value.rest is not None]
    rest = None if not rests else (rests[0] if len(rests) == 1 else _join(rests, depth + 1))
    return _new(Value, (atoms, fields, rest, shape, known, text))


def merge_atoms(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Atoms without repetition, the first of equals kept, bounded."""
    found: dict[tuple[object, ...], Atom] = {}
    for atom in atoms:
        found.setdefault(atom[:4], atom)
        if len(found) >= _MAX_ATOMS:
            break
    return tuple(found.values())


# --- reading -------------------------------------------------------------------------------------


def extend(atom: Atom, key: Key) -> Atom | None:
    """An atom after one more step; a built string has no members, and paths are bounded.

    What a caller passes as a key is kept in the path of what is symbolic, for there the caller is known some day.
    """
    if isinstance(key, KeyOf) and atom.root.kind not in SYMBOLIC:
        key = DYNAMIC
    if atom.prefix is not None:
        is_member = isinstance(key, str) and key not in (ITERATED, ELEMENT)
        return atom._replace(tags=atom.tags | {"field"}) if is_member else atom
    if len(atom.path) >= _MAX_PATH:
        return None
    root, path, *rest = atom
    return _new(Atom, (root, (*path, key), *rest))


def read(value: Value, key: Key) -> Value:
    """What stands under a key or an attribute of a value; `DYNAMIC` for a key that is not known."""
    atoms = tuple([longer for atom in value.atoms if (longer := extend(atom, key)) is not None]) if value.atoms else ()
    parts: list[Value] = [Value(atoms, known=True)] if atoms else []
    if key in value.fields:
        parts.append(value.fields[key])
        return join(*parts)
    if isinstance(key, KeyOf):
        key = DYNAMIC
    if key == DYNAMIC or (isinstance(key, int) and value.shape != "list"):
        parts += value.fields.values()
    if isinstance(key, int) and key < 0 and value.shape == "list":
        parts += value.fields.values()
    elif isinstance(key, str) and key not in SPECIAL:
        given = ((other, held) for other, held in value.fields.items() if isinstance(other, KeyOf))
        parts += (tagged(held, Hinge(*other, key)) for other, held in given)
    if value.rest is not None:
        parts.append(value.rest)
    if not parts:
        return CLEAN if value.known else UNKNOWN
    found = join(*parts)
    return found if value.known else found._replace(known=False)


def iterate(value: Value) -> Value:
    """What iterating over a value gives: the items of a list, the keys of a dict."""
    return _each(value, ITERATED)


def tail(value: Value, start: int) -> Value:
    """The list of the items from a place on, as a starred target takes them."""
    fields = {key: held for key, held in value.fields.items() if not isinstance(key, int) or key >= start}
    return listed(iterate(value._replace(fields=fields)))


def element(value: Value) -> Value:
    """A value of `values()` or `items()`."""
    return _each(value, ELEMENT)


def _each(value: Value, step: str) -> Value:
    atoms = tuple([longer for atom in value.atoms if (longer := extend(atom, step)) is not None])
    parts = [Value(atoms)] if atoms else []
    if step == ELEMENT or value.shape != "dict":
        parts += value.fields.values()
        if value.rest is not None:
            parts.append(value.rest)
    if not parts:
        return CLEAN if value.known else UNKNOWN
    found = join(*parts)
    return found if value.known else found._replace(known=False)


def read_path(value: Value, path: tuple[Key, ...]) -> Value:
    """What stands at the end of a path."""
    for key in path:
        if key == ITERATED:
            value = iterate(value)
        elif key == ELEMENT:
            value = element(value)
        else:
            found = read(value, key)
            value = tagged(found, "field") if is_item(value, key) else found
    return value


def is_item(value: Value, key: Key) -> bool:
    """Whether what is read under a key is one of several items: the key is not known, or those of the items are not."""
    if key == DYNAMIC or isinstance(key, KeyOf):
        return value.shape == "dict" and (bool(value.fields) or value.rest is not None)
    is_open = value.rest is not None or any(isinstance(other, KeyOf) for other in value.fields)
    return is_open and isinstance(key, str) and key not in value.fields


# --- writing -------------------------------------------------------------------------------------


def write(value: Value, key: Key, held: Value) -> Value:
    """A value after `value[key] = held`, or an attribute's assignment."""
    if key in SPECIAL:
        return add(value, held)
    atoms, fields, *rest = value
    if isinstance(key, KeyOf) and key in fields:
        held = join(fields[key], held)
    return _new(Value, (atoms, {**fields, key: held}, *rest))


def write_path(value: Value, path: tuple[Key, ...], held: Value) -> Value:
    """A value after a store several steps down."""
    if len(path) == 1:
        return write(value, path[0], held)
    return write(value, path[0], write_path(read(value, path[0]), path[1:], held))


def add(value: Value, held: Value) -> Value:
    """A value after something was put into it under no known key."""
    rest = held if value.rest is None else join(value.rest, held)
    return value._replace(rest=rest)


def listed(item: Value, known: bool = True) -> Value:
    """A list of which each item is the value."""
    return Value(rest=item, shape="list", known=known)


# --- bounds --------------------------------------------------------------------------------------


def bounded(value: Value) -> Value:
    """A value of bounded size: where it holds too much, what lies deep in it is unknown from here on."""
    if not value.fields and value.rest is None:
        return value
    for depth in (3, 2, 1):
        if _size(value, _MAX_SIZE) <= _MAX_SIZE:
            return value
        value = _pruned(value, depth)
    return value if _size(value, _MAX_SIZE) <= _MAX_SIZE else Value(value.atoms, shape=value.shape, known=False)


def _size(value: Value, limit: int) -> int:
    """How many parts a value has, counted up to a limit."""
    count, stack = 0, [value]
    while stack and count <= limit:
        current = stack.pop()
        count += 1
        stack.extend(current.fields.values())
        if current.rest is not None:
            stack.append(current.rest)
    return count


def _pruned(value: Value, depth: int) -> Value:
    if not value.fields and value.rest is None:
        return value
    if depth == 0:
        return Value(value.atoms, shape=value.shape, known=False)
    fields = {key: _pruned(held, depth - 1) for key, held in value.fields.items()}
    return value._replace(fields=fields, rest=None if value.rest is None else _pruned(value.rest, depth - 1))


# --- whole values --------------------------------------------------------------------------------


def flatten(value: Value) -> tuple[Atom, ...]:
    """Every atom in a value that shows when the value is printed."""
    if not value.fields and value.rest is None and len(value.atoms) < 2:
        return value.atoms
    found: dict[tuple[object, ...], Atom] = {}
    for atom in _flat(value, 0):
        found.setdefault(atom[:4], atom)
        if len(found) >= _MAX_FLAT:
            break
    return tuple(found.values())


def _flat(value: Value, depth: int) -> Iterator[Atom]:
    yield from value.atoms
    if depth >= _MAX_DEPTH or value.shape == "object":
        return
    for held in value.fields.values():
        yield from _flat(held, depth + 1)
    if value.rest is not None:
        yield from _flat(value.rest, depth + 1)


def is_known(value: Value) -> bool:
    """Whether no part of a value is unknown."""
    return value.known and all(is_known(held) for held in value.fields.values())


def map_atoms(value: Value, change: Callable[[Atom], Iterable[Atom]], depth: int = 0) -> Value:
    """A value with each atom, at any depth, replaced by others."""
    atoms = merge_atoms(new for atom in value.atoms for new in change(atom)) if value.atoms else ()
    if depth >= _MAX_DEPTH or not (value.fields or value.rest):
        return Value(atoms, shape=value.shape, known=value.known, text=value.text)
    fields = {key: map_atoms(held, change, depth + 1) for key, held in value.fields.items()}
    rest = None if value.rest is None else map_atoms(value.rest, change, depth + 1)
    return Value(atoms, fields, rest, value.shape, value.known)


def tagged(value: Value, *tags: Tag) -> Value:
    """A value with its atoms marked."""
    return map_atoms(value, lambda atom: (atom._replace(tags=atom.tags | set(tags)),))


def built(parts: Iterable[tuple[str, Value | None]]) -> Value:
    """A string built of parts: (text, None) for literal text, ("", value) for anything else.

    Each atom learns the text before it; an unknown part stands in it as "\\0".
    """
    prefix, atoms, known = "", [], True
    for text, value in parts:
        if value is None or value.text is not None:
            prefix += text if value is None or value.text is None else value.text
            continue
        for atom in flatten(value):
            before = prefix + (atom.prefix or "")
            atoms.append(atom._replace(prefix=before[-200:], tags=atom.tags | {"built"}))
        known = known and is_known(value)
        prefix += "\0"
    return Value(merge_atoms(atoms), known=known)
