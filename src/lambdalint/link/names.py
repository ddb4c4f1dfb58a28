"""What names hold: bindings, imports, parameters, decorated functions, and the members of modules."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.imports import ImportResolver
from lambdalint.link.memory import Memory
from lambdalint.link.model import (
    Binding,
    ClassValue,
    Container,
    External,
    FunctionValue,
    Instance,
    ModuleValue,
    Scope,
    Unit,
    Value,
    distinct,
)
from lambdalint.source import Span
from lambdalint.summary import Display, Expr, Function, Import

_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python


class NameResolver(ABC):
    """The part of resolution that starts from a name; see `lambdalint.link.resolve.Resolver` for the whole."""

    def __init__(self, imports: ImportResolver, load: Callable[[str], ModuleIndex | None]) -> None:
        self.imports = imports
        self.load = load
        self.arguments: Callable[[Unit, str], tuple[Value, ...]] = lambda unit, name: ()
        self.heirs: dict[ClassValue, tuple[ClassValue, ...]] = {}
        self.made: frozenset[ClassValue] = frozenset()
        self.memory = Memory()

    @abstractmethod
    def resolve(self, expr: Expr, scope: Scope) -> tuple[Value, ...]:
        """The values that an expression may have in a scope; empty when nothing is known."""

    @abstractmethod
    def returns(self, value: FunctionValue) -> tuple[Value, ...]:
        """What calling a function may give; a generator's or coroutine's values stand for it."""

    @abstractmethod
    def elements(self, container: Container, key: Expr | None = None) -> tuple[Value, ...]:
        """What a container may hold, for one literal key where that tells; a dict's values, not its keys."""

    @abstractmethod
    def attribute(self, value: Value, name: str) -> tuple[Value, ...]:
        """The values of an attribute of a value."""

    def method_results(self, instance: Instance, name: str) -> list[Value]:
        """What calling an object's method of that name may give."""
        return [
            found
            for method in self.attribute(instance, name)
            if isinstance(method, FunctionValue)
            for found in self.returns(method)
        ]

    # --- names ---

    def name(self, name: str, scope: Scope, use: Span | None = None) -> tuple[Value, ...]:
        """The values of a name read in a scope; a builtin is an External of its bare name."""
        module = self.load(scope.path)
        if module is None:
            return ()
        if use is None:
            home = module.lookup_scope(scope, name)
            bindings = module.table(home).get(name, []) if home is not None else []
        else:
            home, bindings = module.bindings(scope, name, use)
        if home is None:
            return self._outside(name, module)
        if len(bindings) == 1:
            return distinct(self.binding(bindings[0], name))
        return distinct(value for binding in bindings for value in self.binding(binding, name))

    def _outside(self, name: str, module: ModuleIndex) -> tuple[Value, ...]:
        for binding in module.table(module.scope).get("*", ()):
            if binding.statement is not None:
                found = self._star(binding.statement, name, module)
                if found:
                    return found
        return (External(name),)

    def _star(self, statement: Import, name: str, module: ModuleIndex) -> tuple[Value, ...]:
        path = self.imports.source(statement, module.path)
        other = self.load(path) if path is not None else None
        if other is None or path is None:
            return ()
        exported = other.summary.exported
        if name.startswith("_") or (exported is not None and name not in exported):
            return ()
        return self.member(ModuleValue(path), name)

    def binding(self, binding: Binding, name: str) -> tuple[Value, ...]:
        """The values of one binding."""
        path = binding.scope.path
        if binding.kind == "function":
            return self._function(path, binding.number)
        if binding.kind == "class":
            return (ClassValue(path, binding.number),)
        if binding.kind == "import" and binding.statement is not None and binding.imported is not None:
            return self.imported(binding.statement, binding.imported.name, binding.imported.bound, path)
        if binding.kind == "parameter":
            return self._parameter(binding, name)
        if binding.value is None:
            return ()
        values = self.resolve(binding.value, binding.scope)
        if binding.kind == "element":
            values = self._each(values)
        elif binding.kind == "context":
            values = self._entered(values)
        for position in binding.unpack:
            values = self._item(values, position)
        return values if binding.kind != "opaque" else ()

    def _function(self, path: str, number: int) -> tuple[Value, ...]:
        """A def's value: the function itself, and what project decorators return in its place."""
        found: list[Value] = [FunctionValue(path, number)]
        found += self.wrappers(path, number)
        return tuple(found)

    def wrappers(self, path: str, number: int) -> tuple[FunctionValue, ...]:
        """The functions that the project's own decorators put in a function's place."""
        module = self.load(path)
        if module is None:
            return ()
        function = module.function(number)
        scope = self.definition_scope(path, function)
        found: list[FunctionValue] = []
        for decorator in function.decorators:
            for value in self.resolve(decorator, scope):
                if isinstance(value, FunctionValue):
                    found += [v for v in self.returns(value) if isinstance(v, FunctionValue)]
                elif isinstance(value, Instance):
                    found += [v for v in self.attribute(value, "__call__") if isinstance(v, FunctionValue)]
        return tuple(dict.fromkeys(found))

    def definition_scope(self, path: str, function: Function) -> Scope:
        """The scope in which a function's decorators, defaults and annotations are looked up."""
        if function.cls >= 0:
            return _new(Scope, (path, "class", function.cls))
        if function.outer >= 0:
            return _new(Scope, (path, "function", function.outer))
        return _new(Scope, (path, "module", -1))

    def _parameter(self, binding: Binding, name: str) -> tuple[Value, ...]:
        module = self.load(binding.scope.path)
        if module is None:
            return ()
        function = module.function(binding.scope.number)
        outer = self.definition_scope(binding.scope.path, function)
        parameters = function.parameters
        if function.cls >= 0 and parameters and parameters[0].name == name:
            cls = ClassValue(binding.scope.path, function.cls)
            static = {v.path for d in function.decorators for v in self.resolve(d, outer) if isinstance(v, External)}
            if "staticmethod" not in static:
                if "classmethod" in static:
                    return (cls,)
                heirs = self.heirs.get(cls, ())
                own = () if heirs and cls not in self.made else (Instance(cls),)
                return (*own, *(Instance(heir) for heir in heirs))
        found: list[Value] = []
        for parameter in parameters:
            if parameter.name == name and parameter.annotation is not None:
                found += self.annotated(parameter.annotation, outer)
        found += self.arguments(Unit(binding.scope.path, binding.scope.number), name)
        if binding.value is not None:
            found += self.resolve(binding.value, outer)
        return tuple(found)

    def annotated(self, annotation: Expr, scope: Scope) -> list[Value]:
        """What an annotation says of a value: an object of a project class, or of an outside one."""
        found: list[Value] = []
        for value in self.resolve(annotation, scope):
            if isinstance(value, ClassValue):
                found.append(Instance(value))
            elif isinstance(value, External) and "." in value.path and not value.path.startswith("typing."):
                found.append(External(value.path + "()", value))
        return found

    def imported(self, statement: Import, name: str, bound: str, importer: str) -> tuple[Value, ...]:
        """What an import statement binds to one of its names."""
        if statement.module is None:
            plain = bound if bound == name.partition(".")[0] and not _has_alias(statement, name) else name
            path = self.imports.absolute(plain, importer)
            return (External(plain),) if path is None else (ModuleValue(path),)
        path = self.imports.source(statement, importer)
        if path is None:
            return () if statement.level else (External(f"{statement.module}.{name}"),)
        return self.member(ModuleValue(path), name)

    def member(self, module: ModuleValue, name: str) -> tuple[Value, ...]:
        """The values of a name of a module: a binding, a star import's, or a submodule."""
        found = self.memory.once(("member", module.path, name), lambda: self._own_member(module.path, name))
        if found or self.memory.is_active(("member", module.path, name)):
            return found
        path = self.imports.submodule(module.path, name)
        return () if path is None else (ModuleValue(path),)

    def _own_member(self, path: str, name: str) -> tuple[Value, ...]:
        """The values of a name that a module's own code binds."""
        index = self.load(path) if path.endswith(".py") else None
        if index is None:
            return ()
        bindings = index.table(index.scope).get(name)
        if bindings:
            return tuple(value for binding in bindings for value in self.binding(binding, name))
        return tuple(value for value in self._outside(name, index) if not _is_builtin(value))

    def decorator_paths(self, value: FunctionValue) -> tuple[str, ...]:
        """The dotted paths of a function's outside decorators; a called decorator's ends in "()"."""
        module = self.load(value.path)
        if module is None:
            return ()
        function = module.function(value.number)
        scope = self.definition_scope(value.path, function)
        return tuple(
            found.path
            for decorator in function.decorators
            for found in self.resolve(decorator, scope)
            if isinstance(found, External)
        )

    # --- steps into values ---

    def _each(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Container):
                found += self.elements(value)
            elif isinstance(value, External):
                found.append(value.item())
            elif isinstance(value, Instance):
                found += self.method_results(value, "__iter__")
        return tuple(found)

    def _item(self, values: tuple[Value, ...], position: int) -> tuple[Value, ...]:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Container):
                expr = value.expr
                if isinstance(expr, Display) and 0 <= position < len(expr.items):
                    found += self.resolve(expr.items[position], value.scope)
            elif isinstance(value, External):
                found.append(value.item())
        return tuple(found)

    def _entered(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Instance):
                entered = self.method_results(value, "__enter__") or self.method_results(value, "__aenter__")
                found += entered or [value]
            else:
                found.append(value)
        return tuple(found)


def _has_alias(statement: Import, name: str) -> bool:
    return any(item.name == name and item.alias is not None for item in statement.names)


def _is_builtin(value: Value) -> bool:
    return isinstance(value, External) and value.base is None and "." not in value.path
