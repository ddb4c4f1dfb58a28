"""Which origins are whole payloads: an event, its headers or body, a record, the context; not one field of them."""

from __future__ import annotations

from lambdalint.catalog.flow_requests import EVENT_PAYLOADS, INNER_PAYLOADS, RECORD_PAYLOADS, RECORDS
from lambdalint.flow.values import ELEMENT, ITERATED, SPECIAL, Atom, Key

WHOLE = "the whole event"


def payload(atom: Atom) -> str | None:
    """How a message calls the whole payload that an origin is, None for a field and for anything else."""
    kind = atom.root.kind
    if "field" in atom.tags or "cut" in atom.tags:
        return None
    if kind == "event":
        return _event(atom.path)
    if kind == "context":
        return "the whole context" if not atom.path else None
    if kind == "record":
        return _record(atom.path)
    if kind == "request":
        return _event(atom.path) if atom.path else None
    return None


def _event(path: tuple[Key, ...]) -> str | None:
    if not path or path == (ELEMENT,):
        return WHOLE
    first = path[0]
    if first in RECORDS:
        if len(path) == 1:
            return "every record of the event"
        return _record(path[2:]) if path[1] in SPECIAL or isinstance(path[1], int) else None
    if first not in EVENT_PAYLOADS or not _stays_whole(path[1:], iterates=False):
        return None
    return f"the event's `{_last(path)}`"


def _record(path: tuple[Key, ...]) -> str | None:
    if not path or path == (ELEMENT,):
        return "a whole record"
    if path[0] not in RECORD_PAYLOADS:
        return None
    rest = path[1:]
    if rest[:1] and rest[0] in RECORDS:
        return _event(rest)
    return f"a record's `{_last(path)}`" if _stays_whole(rest, iterates=False) else None


def _stays_whole(path: tuple[Key, ...], iterates: bool) -> bool:
    return all(key in INNER_PAYLOADS or key == ELEMENT for key in path) and ITERATED not in path


def _last(path: tuple[Key, ...]) -> str:
    return next(str(key) for key in reversed(path) if key not in SPECIAL)
