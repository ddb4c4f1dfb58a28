"""Classes with declared fields, dataclasses, pydantic models and named tuples, and what printing them shows."""

from __future__ import annotations

from lambdalint.catalog.records import DATACLASS_DECORATORS, HIDDEN_TYPES, RECORD_BASES
from lambdalint.link.graph import Graph
from lambdalint.link.model import ClassValue, External
from lambdalint.summary import Argument, Assign, Call, Expr, Literal, Name
from lambdalint.walk import dotted, expressions


class Records:
    """The fields that classes of a program declare."""

    def __init__(self, graph: Graph) -> None:
        self._modules = graph.modules
        self._resolver = graph.resolver
        self._declared: dict[ClassValue, tuple[str, ...] | None] = {}

    def is_hidden(self, cls: ClassValue, name: str) -> bool:
        """Whether a class declares an attribute with a type that hides its value, such as SecretStr."""
        for ancestor in self._resolver.ancestry(cls):
            if isinstance(ancestor, ClassValue):
                for statement in self._modules[ancestor.path].summary.classes[ancestor.number].body:
                    if isinstance(statement, Assign) and statement.annotation is not None:
                        if any(isinstance(t, Name) and t.id == name for t in statement.targets):
                            return hides(statement.annotation)
        return False

    def declared_fields(self, cls: ClassValue) -> tuple[str, ...] | None:
        """The fields of a dataclass, a pydantic model or a named tuple, in order; None for any other class."""
        if cls not in self._declared:
            self._declared[cls] = self._find_fields(cls)
        return self._declared[cls]

    def _find_fields(self, cls: ClassValue) -> tuple[str, ...] | None:
        ancestry = self._resolver.ancestry(cls)
        bases = [ancestor.path for ancestor in ancestry if isinstance(ancestor, External)]
        own = [ancestor for ancestor in ancestry if isinstance(ancestor, ClassValue)]
        is_record = any(base in RECORD_BASES for base in bases) or any(map(self._is_decorated, own))
        if not is_record:
            return None
        found: dict[str, None] = {}
        for ancestor in reversed(own):
            for statement in self._modules[ancestor.path].summary.classes[ancestor.number].body:
                if isinstance(statement, Assign) and statement.annotation is not None:
                    found.update({t.id: None for t in statement.targets if isinstance(t, Name)})
        return tuple(found)

    def prints_fields(self, cls: ClassValue) -> bool:
        """Whether printing an object of a class with declared fields shows them all."""
        if any(self._resolver.method(cls, name) is not None for name in ("__str__", "__repr__", "__format__")):
            return False
        return not any(
            isinstance(part, Argument)
            and part.keyword == "repr"
            and isinstance(part.value, Literal)
            and not part.value.value
            for statement in self._modules[cls.path].summary.classes[cls.number].body
            if isinstance(statement, Assign) and isinstance(statement.value, Call)
            for part in statement.value.arguments
        )

    def _is_decorated(self, cls: ClassValue) -> bool:
        definition = self._modules[cls.path].summary.classes[cls.number]
        scope = self._modules[cls.path].scope
        return any(
            isinstance(value, External) and value.path.removesuffix("()") in DATACLASS_DECORATORS
            for decorator in definition.decorators
            for value in self._resolver.resolve(decorator, scope)
        )


def hides(annotation: Expr) -> bool:
    """Whether an annotation names a type that hides its value."""
    return any((dotted(part) or "").rpartition(".")[2] in HIDDEN_TYPES for part in expressions(annotation))
