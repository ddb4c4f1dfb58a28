"""What a value shows when it is printed: of an object of the project's classes the text that it makes of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambdalint.flow import values as v
from lambdalint.flow.values import Value
from lambdalint.link.model import ClassValue, FunctionValue
from lambdalint.source import Span

if TYPE_CHECKING:
    from lambdalint.flow.calls import Calls

TEXT_METHODS = ("__str__", "__repr__")
_MAX_DEPTH = 3


def printed(calls: Calls, value: Value, span: Span, inner: bool = False, depth: int = 0) -> Value:
    """A value with each object in it as its text; `inner` says that it stands in something else, by its `repr`."""
    if value.shape == "object" and value.atoms:
        texts = [text for atom in value.atoms if (text := _text(calls, atom, value, span, inner)) is not None]
        return v.join(*texts) if texts else value
    if depth >= _MAX_DEPTH or not (value.fields or value.rest):
        return value
    fields = {key: printed(calls, held, span, True, depth + 1) for key, held in value.fields.items()}
    rest = None if value.rest is None else printed(calls, value.rest, span, True, depth + 1)
    return value._replace(fields=fields, rest=rest)


def _text(calls: Calls, atom: v.Atom, value: Value, span: Span, inner: bool) -> Value | None:
    """What the class of an object makes of it; None where it has no say in that."""
    if atom.root.kind != "made" or atom.path:
        return None
    path, number = atom.root.members
    for name in TEXT_METHODS[inner:]:
        method = calls.engine.resolver.method(ClassValue(path, int(number)), name)
        if isinstance(method, FunctionValue):
            return calls.invoke(method, value, span)
    return None
