"""What classes and their objects hold: bases, methods, attributes, and what methods store on `self`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lambdalint.catalog.records import FACTORY_KEYWORDS
from lambdalint.link.bindings import ModuleIndex, attribute_stores
from lambdalint.link.imports import ImportResolver
from lambdalint.link.model import ClassValue, External, FunctionValue, Instance, ModuleValue, Scope, Value
from lambdalint.link.names import NameResolver
from lambdalint.summary import Assign, Call, Expr, Name, Subscript
from lambdalint.walk import argument

_PROPERTIES = ("property", "functools.cached_property", "cached_property")
_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python


class Factory(NamedTuple):
    """What makes a field's value when an object is made without one; `position` counts the class's own fields."""

    field: str
    position: int
    expr: Expr
    scope: Scope

    def is_given(self, call: Call) -> bool:
        """Whether a construction may pass the field's value, so that the factory does not run."""
        positional = sum(given.keyword is None for given in call.arguments)
        return positional > self.position or any(g.star or g.keyword == self.field for g in call.arguments)


class ClassResolver(NameResolver):
    """The part of resolution that steps into attributes; see `lambdalint.link.resolve.Resolver` for the whole."""

    def __init__(self, imports: ImportResolver, load: Callable[[str], ModuleIndex | None]) -> None:
        super().__init__(imports, load)
        self._stores: dict[ClassValue, dict[str, list[tuple[Expr, Scope]]]] = {}
        self._factories: dict[ClassValue, tuple[Factory, ...]] = {}

    def attribute(self, value: Value, name: str) -> tuple[Value, ...]:
        """The values of an attribute of a value."""
        if isinstance(value, External):
            return (_new(External, (f"{value.path}.{name}", value, value.call, value.scope, None, None)),)
        if isinstance(value, ModuleValue):
            return self.member(value, name)
        if isinstance(value, ClassValue):
            return self._class_attribute(value, name, None)
        if isinstance(value, Instance):
            return self._class_attribute(value.cls, name, value)
        return ()

    def bases(self, cls: ClassValue) -> tuple[ClassValue | External, ...]:
        """A class's direct bases that are known."""
        module = self.load(cls.path)
        if module is None:
            return ()
        definition = module.summary.classes[cls.number]
        scope = self._class_scope(cls.path, definition.outer, definition.cls)
        found: list[ClassValue | External] = []
        for given in definition.arguments:
            if given.keyword is None and not given.star:
                expr = given.value.value if isinstance(given.value, Subscript) else given.value
                found += [v for v in self.resolve(expr, scope) if isinstance(v, ClassValue | External)]
        return tuple(dict.fromkeys(found))

    def _class_scope(self, path: str, outer: int, cls: int) -> Scope:
        if cls >= 0:
            return Scope(path, "class", cls)
        return Scope(path, "function", outer) if outer >= 0 else Scope(path, "module", -1)

    def ancestry(self, cls: ClassValue) -> tuple[ClassValue | External, ...]:
        """A class and all its known bases, nearest first (depth first, each once)."""
        found: dict[ClassValue | External, None] = {}
        stack: list[ClassValue | External] = [cls]
        while stack:
            current = stack.pop()
            if current in found:
                continue
            found[current] = None
            if isinstance(current, ClassValue):
                stack.extend(reversed(self.bases(current)))
        return tuple(found)

    def method(self, cls: ClassValue, name: str) -> FunctionValue | None:
        """The function that a class or its nearest base defines under a name."""
        for current in self.ancestry(cls):
            if isinstance(current, ClassValue):
                module = self.load(current.path)
                if module is None:
                    continue
                scope = Scope(current.path, "class", current.number)
                for binding in reversed(module.table(scope).get(name, [])):
                    if binding.kind == "function":
                        return FunctionValue(current.path, binding.number)
        return None

    def _class_attribute(self, cls: ClassValue, name: str, instance: Instance | None) -> tuple[Value, ...]:
        key = ("attribute", cls, name)
        plain = self.memory.once(key, lambda: self._find_attribute(cls, name))
        found: list[Value] = []
        for value in plain:
            if isinstance(value, FunctionValue) and value.bound is None and self._is_method(value):
                found += self._bind(value, cls, instance)
            else:
                found.append(value)
        return tuple(found)

    def _find_attribute(self, cls: ClassValue, name: str) -> Iterable[Value]:
        found: list[Value] = []
        for current in self.ancestry(cls):
            if isinstance(current, External):
                if "." in current.path and not current.path.startswith(("typing.", "abc.")):
                    found.append(External(f"{current.path}().{name}", current))
                continue
            module = self.load(current.path)
            if module is None:
                continue
            bindings = module.table(Scope(current.path, "class", current.number)).get(name, [])
            for binding in bindings:
                found += self.binding(binding, name)
            for expr, scope in self.stores(current).get(name, ()):
                found += self.resolve(expr, scope)
            if any(binding.kind == "function" for binding in bindings):
                break
            found += self._annotation_of(module, current, name)
        return found

    def _annotation_of(self, module: ModuleIndex, cls: ClassValue, name: str) -> list[Value]:
        scope = Scope(cls.path, "class", cls.number)
        for statement in module.summary.classes[cls.number].body:
            annotation = getattr(statement, "annotation", None)
            targets = getattr(statement, "targets", ())
            if annotation is not None and any(isinstance(t, Name) and t.id == name for t in targets):
                return self.annotated(annotation, scope)
        return []

    def stores(self, cls: ClassValue) -> dict[str, list[tuple[Expr, Scope]]]:
        """What a class's own methods assign to attributes of their first parameter, by attribute."""
        found = self._stores.get(cls)
        if found is None:
            found = self._stores[cls] = {}
            module = self.load(cls.path)
            if module is None:
                return found
            for function in module.summary.functions:
                if function.cls == cls.number and function.parameters:
                    own = function.parameters[0].name
                    scope = Scope(cls.path, "function", function.number)
                    for target, statement, _ in attribute_stores(function.body):
                        if isinstance(target.value, Name) and target.value.id == own and statement.value is not None:
                            found.setdefault(target.attr, []).append((statement.value, scope))
        return found

    def factories(self, cls: ClassValue) -> tuple[Factory, ...]:
        """The default factories of a record's fields, those of its bases included."""
        found = self._factories.get(cls)
        if found is None:
            owners = [owner for owner in self.ancestry(cls) if isinstance(owner, ClassValue)]
            found = self._factories[cls] = tuple(factory for owner in owners for factory in self._own_factories(owner))
        return found

    def _own_factories(self, cls: ClassValue) -> Iterator[Factory]:
        module = self.load(cls.path)
        scope = Scope(cls.path, "class", cls.number)
        fields = [
            statement
            for statement in (module.summary.classes[cls.number].body if module is not None else ())
            if isinstance(statement, Assign) and len(statement.targets) == 1
        ]
        for position, statement in enumerate(fields):
            target, value = statement.targets[0], statement.value
            if isinstance(target, Name) and isinstance(value, Call):
                for described in self.resolve(value.func, scope):
                    keyword = FACTORY_KEYWORDS.get(described.path) if isinstance(described, External) else None
                    made = argument(value, keyword, None) if keyword is not None else None
                    if made is not None:
                        yield Factory(target.id, position, made, scope)

    def _is_method(self, value: FunctionValue) -> bool:
        module = self.load(value.path)
        return module is not None and module.function(value.number).cls >= 0

    def _bind(self, value: FunctionValue, cls: ClassValue, instance: Instance | None) -> list[Value]:
        """A method read from an object or a class: bound, or for a property its value."""
        kinds = self.decorator_paths(value)
        if "staticmethod" in kinds:
            return [value]
        if "classmethod" in kinds:
            return [value._replace(bound=instance.cls if instance else cls)]
        if instance is None:
            return [value]
        if is_property(kinds):
            return list(self.returns(value))
        return [value._replace(bound=instance)]


def is_property(paths: Iterable[str]) -> bool:
    """Whether one of a function's decorators makes it a property."""
    return any(path.endswith(_PROPERTIES) for path in paths)
