"""Reports and declarations as JSON: tagged lists, from which only the classes listed here can be made."""

from __future__ import annotations

import enum
import json
from dataclasses import fields
from typing import Any

from lambdalint.declared import (
    Declarations,
    DeclaredFunction,
    InlineCode,
    Script,
    StoredParameter,
    TemplateComment,
    TemplateProblem,
    Variable,
)
from lambdalint.diagnostic import Applicability, Severity, Step
from lambdalint.finding import Edit, Finding, FindingFix, InternalError, Report
from lambdalint.source import Span

_CLASSES: tuple[type, ...] = (
    Span, Step, Edit, FindingFix, Finding, InternalError, Report, Declarations, DeclaredFunction, InlineCode,
    Script, StoredParameter, TemplateComment, TemplateProblem, Variable,
)  # fmt: skip
_ENUMS: tuple[type[enum.Enum], ...] = (Severity, Applicability)
_NAMES: dict[type, str] = {cls: cls.__name__ for cls in (*_CLASSES, *_ENUMS)}
_MAKERS: dict[str, Any] = {name: cls for cls, name in _NAMES.items()}
_TUPLE, _SET = "", "set"
_NESTED = (list, dict)


def _field_names(cls: type) -> tuple[str, ...]:
    given = getattr(cls, "_fields", None)
    return tuple(field.name for field in fields(cls)) if given is None else given


_FIELDS = {cls: _field_names(cls) for cls in _CLASSES}
FORMAT = json.dumps([(_NAMES[cls], names) for cls, names in _FIELDS.items()])
"""Changes whenever one of the classes does: part of every cache's version."""


def dump(value: object) -> bytes:
    """The JSON of a value made of plain data and the classes above.  Raises TypeError for any other."""
    return json.dumps(_plain(value), ensure_ascii=True, separators=(",", ":")).encode()


def load(data: bytes) -> Any:
    """The value of some JSON.  Raises ValueError for what `dump` does not write."""
    try:
        return _made(json.loads(data))
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _plain(value: Any) -> Any:
    kind = value.__class__
    if value is None or kind in (str, int, float, bool):
        return value
    if kind is tuple:
        return [_TUPLE, *map(_plain, value)]
    if kind is frozenset:
        return [_SET, *sorted(map(_plain, value))]
    if kind in _FIELDS:
        return [_NAMES[kind], *[_plain(getattr(value, name)) for name in _FIELDS[kind]]]
    if kind in _NAMES:
        return [_NAMES[kind], value.value]
    raise TypeError(f"{kind.__name__} is no plain data")


def _made(value: Any) -> Any:
    if value.__class__ is not list:
        if value.__class__ is dict:
            raise ValueError("an object")
        return value
    tag, *parts = value
    made = [_made(part) if part.__class__ in _NESTED else part for part in parts]
    if tag == _TUPLE:
        return tuple(made)
    return frozenset(made) if tag == _SET else _MAKERS[tag](*made)
