"""What an expression may be: project functions, classes and objects, or a dotted path outside the project.

Resolution is flow-insensitive but for one thing: of a name's bindings in its own scope, those that a later
binding before the use surely overwrites are left out.  It is bounded and no type checker: what it cannot tell
is an empty tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lambdalint.link.bindings import ModuleIndex, attribute_stores
from lambdalint.link.imports import ImportResolver
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
)
from lambdalint.source import Span
from lambdalint.summary import (
    Attribute,
    Await,
    BoolOp,
    Call,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    Function,
    IfExp,
    Import,
    LambdaExpr,
    Literal,
    Name,
    NamedExpr,
    Return,
    Star,
    Subscript,
    Yield,
)
from lambdalint.walk import expressions, statement_expressions

_LIMIT = 12
_DEPTH = 40
_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_PROPERTIES = ("property", "functools.cached_property", "cached_property")
_TRANSPARENT = ("asyncio.run", "asyncio.shield", "asyncio.wait_for", "typing.cast", "copy.copy", "contextlib.closing")


class Resolver:
    """Resolves expressions over a set of modules; `load` gives a module's index by path, None when it has none.

    `arguments` gives what callers pass for a function's parameter, `heirs` the subclasses of which the program
    makes objects: what a method's `self` may be besides its own class.
    """

    def __init__(self, imports: ImportResolver, load: Callable[[str], ModuleIndex | None]) -> None:
        self.imports = imports
        self.load = load
        self.arguments: Callable[[Unit, str], tuple[Value, ...]] = lambda unit, name: ()
        self.heirs: dict[ClassValue, tuple[ClassValue, ...]] = {}
        self._memo: dict[tuple[Scope, int], tuple[Value, ...]] = {}
        self._attributes: dict[tuple[ClassValue, str], tuple[Value, ...]] = {}
        self._stores: dict[ClassValue, dict[str, list[tuple[Expr, Scope]]]] = {}
        self._active: set[object] = set()
        self._kept: list[Expr] = []

    def forget(self) -> None:
        """Drop what was resolved, because more is known of arguments now."""
        self._memo.clear()
        self._attributes.clear()

    # --- expressions ---

    def resolve(self, expr: Expr, scope: Scope) -> tuple[Value, ...]:
        """The values that an expression may have in a scope; empty when nothing is known."""
        key = (scope, id(expr))
        found = self._memo.get(key)
        if found is not None:
            return found
        if key in self._active or len(self._active) > _DEPTH:
            return ()
        self._active.add(key)
        try:
            found = _distinct(self._evaluate(expr, scope))
        finally:
            self._active.discard(key)
        if found or not self._active:
            self._memo[key] = found
            self._kept.append(expr)
        return found

    def _evaluate(self, expr: Expr, scope: Scope) -> Iterable[Value]:
        if isinstance(expr, Name):
            return self.name(expr.id, scope, expr.span)
        if isinstance(expr, Attribute):
            return [found for value in self.resolve(expr.value, scope) for found in self.attribute(value, expr.attr)]
        if isinstance(expr, Call):
            return self._call(expr, scope)
        if isinstance(expr, Await | NamedExpr | Star):
            return self.resolve(expr.value, scope)
        if isinstance(expr, IfExp):
            return (*self.resolve(expr.body, scope), *self.resolve(expr.orelse, scope))
        if isinstance(expr, BoolOp):
            return (*self.resolve(expr.left, scope), *self.resolve(expr.right, scope))
        if isinstance(expr, Subscript):
            return self._subscript(expr, scope)
        if isinstance(expr, LambdaExpr):
            return (FunctionValue(scope.path, expr.function),)
        if isinstance(expr, Display | DictDisplay | Comprehension):
            return (Container(expr, scope),)
        return ()

    def _subscript(self, expr: Subscript, scope: Scope) -> list[Value]:
        found: list[Value] = []
        for value in self.resolve(expr.value, scope):
            if isinstance(value, External):
                found.append(External(value.path + "[]", value, value.call, value.scope))
            elif isinstance(value, Container):
                found += self.elements(value, expr.key)
            elif isinstance(value, Instance):
                found += self._method_results(value, "__getitem__")
        return found

    def elements(self, container: Container, key: Expr | None = None) -> tuple[Value, ...]:
        """What a container may hold, for one literal key where that tells; a dict's values, not its keys."""
        expr, scope = container
        parts: list[Expr] = []
        if isinstance(expr, DictDisplay):
            wanted = key.value if isinstance(key, Literal) else None
            for item in expr.items:
                known = isinstance(item.key, Literal) and wanted is not None
                if not known or item.key.value == wanted:  # type: ignore[union-attr]
                    parts.append(item.value)
        elif isinstance(expr, Display):
            position = key.value if isinstance(key, Literal) and isinstance(key.value, int) else None
            exact = position is not None and -len(expr.items) <= position < len(expr.items)
            parts = [expr.items[position]] if exact and position is not None else list(expr.items)
        elif isinstance(expr, Comprehension):
            parts = [expr.element]
        return _distinct(value for part in parts for value in self.resolve(part, scope))

    # --- calls ---

    def _call(self, call: Call, scope: Scope) -> list[Value]:
        found: list[Value] = []
        special = self._special_call(call, scope)
        if special is not None:
            return special
        for value in self.resolve(call.func, scope):
            if isinstance(value, External):
                found += self._external_call(value, call, scope)
            elif isinstance(value, FunctionValue):
                found += self.returns(value)
            elif isinstance(value, ClassValue):
                found.append(Instance(value, call, scope))
            elif isinstance(value, Instance):
                found += self._method_results(value, "__call__")
        return found

    def _special_call(self, call: Call, scope: Scope) -> list[Value] | None:
        """Methods of containers, and `super()`."""
        func = call.func
        if isinstance(func, Attribute) and func.attr in ("get", "pop", "setdefault", "values", "items", "copy"):
            held = [value for value in self.resolve(func.value, scope) if isinstance(value, Container)]
            if held:
                if func.attr in ("values", "items", "copy"):
                    return list(held)
                key = call.arguments[0].value if call.arguments else None
                found = [value for container in held for value in self.elements(container, key)]
                return found + [v for given in call.arguments[1:] for v in self.resolve(given.value, scope)]
        if isinstance(func, Name) and func.id == "super" and scope.kind == "function":
            return self._super(scope)
        return None

    def _super(self, scope: Scope) -> list[Value]:
        module = self.load(scope.path)
        if module is None:
            return []
        number: int = scope.number
        while number >= 0:
            function = module.function(number)
            if function.cls >= 0:
                return [
                    Instance(base) if isinstance(base, ClassValue) else External(base.path + "()", base)
                    for base in self.bases(ClassValue(scope.path, function.cls))
                ]
            number = function.outer
        return []

    def _external_call(self, value: External, call: Call, scope: Scope) -> list[Value]:
        if value.path == "functools.partial" and call.arguments:
            target = call.arguments[0].value
            return [
                found._replace(given=call, given_scope=scope) if isinstance(found, FunctionValue) else found
                for found in self.resolve(target, scope)
            ]
        if value.path in _TRANSPARENT and call.arguments:
            position = 1 if value.path == "typing.cast" and len(call.arguments) > 1 else 0
            return list(self.resolve(call.arguments[position].value, scope))
        if value.path == "getattr" and len(call.arguments) > 1:
            name = call.arguments[1].value
            if isinstance(name, Literal) and isinstance(name.value, str):
                return [f for v in self.resolve(call.arguments[0].value, scope) for f in self.attribute(v, name.value)]
        if value.path in ("next", "iter", "list", "tuple", "sorted"):
            held = list(self.resolve(call.arguments[0].value, scope)) if call.arguments else []
            inner = [v for v in held if isinstance(v, Container)]
            if inner:
                return [e for c in inner for e in self.elements(c)] if value.path == "next" else list(inner)
        return [External(value.path + "()", value, call, scope)]

    def returns(self, value: FunctionValue) -> tuple[Value, ...]:
        """What calling a function may give; a generator's or coroutine's values stand for it."""
        module = self.load(value.path)
        key = ("returns", value.path, value.number)
        if module is None or key in self._active:
            return ()
        self._active.add(key)
        try:
            function = module.function(value.number)
            scope = Scope(value.path, "function", value.number)
            found: list[Value] = []
            for statement, _ in module.statements(Unit(value.path, value.number)):
                if isinstance(statement, Return) and statement.value is not None:
                    found += self.resolve(statement.value, scope)
                elif function.is_generator:
                    found += self._yields(statement, scope)
            return _distinct(found)
        finally:
            self._active.discard(key)

    def _yields(self, statement: object, scope: Scope) -> list[Value]:
        found: list[Value] = []
        for head in statement_expressions(statement):  # type: ignore[arg-type]
            for expr in expressions(head):
                if isinstance(expr, Yield) and expr.value is not None:
                    found += self.resolve(expr.value, scope)
        return found

    def _method_results(self, instance: Instance, name: str) -> list[Value]:
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
        return _distinct(value for binding in bindings for value in self.binding(binding, name))

    def _outside(self, name: str, module: ModuleIndex) -> tuple[Value, ...]:
        for binding in module.table(module.scope).get("*", ()):
            if binding.statement is not None:
                found = self._star(binding.statement, name, module)
                if found:
                    return found
        return (External(name),)

    def _star(self, statement: Import, name: str, module: ModuleIndex) -> tuple[Value, ...]:
        path = self._import_path(statement, statement.module or "", module.path)
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
            return Scope(path, "class", function.cls)
        if function.outer >= 0:
            return Scope(path, "function", function.outer)
        return Scope(path, "module", -1)

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
                return (Instance(cls), *(Instance(heir) for heir in self.heirs.get(cls, ())))
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
        path = self._import_path(statement, statement.module, importer)
        if path is None:
            return () if statement.level else (External(f"{statement.module}.{name}"),)
        return self.member(ModuleValue(path), name)

    def _import_path(self, statement: Import, module: str, importer: str) -> str | None:
        if statement.level:
            return self.imports.relative(module, statement.level, importer)
        return self.imports.absolute(module, importer)

    # --- attributes ---

    def attribute(self, value: Value, name: str) -> tuple[Value, ...]:
        """The values of an attribute of a value."""
        if isinstance(value, External):
            return (External(f"{value.path}.{name}", value, value.call, value.scope),)
        if isinstance(value, ModuleValue):
            return self.member(value, name)
        if isinstance(value, ClassValue):
            return self._class_attribute(value, name, None)
        if isinstance(value, Instance):
            return self._class_attribute(value.cls, name, value)
        return ()

    def member(self, module: ModuleValue, name: str) -> tuple[Value, ...]:
        """The values of a name of a module: a binding, a star import's, or a submodule."""
        index = self.load(module.path) if module.path.endswith(".py") else None
        if index is not None:
            key = ("member", module.path, name)
            if key in self._active:
                return ()
            self._active.add(key)
            try:
                bindings = index.table(index.scope).get(name)
                if bindings:
                    found = _distinct(value for binding in bindings for value in self.binding(binding, name))
                    if found:
                        return found
                found = tuple(v for v in self._outside(name, index) if not _is_builtin(v)) if not bindings else ()
                if found:
                    return found
            finally:
                self._active.discard(key)
        path = self.imports.submodule(module.path, name)
        return () if path is None else (ModuleValue(path),)

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
        key = (cls, name)
        plain = self._attributes.get(key)
        if plain is None:
            active = ("attribute", cls, name)
            if active in self._active:
                return ()
            self._active.add(active)
            try:
                plain = _distinct(self._find_attribute(cls, name))
            finally:
                self._active.discard(active)
            if plain or not self._active:
                self._attributes[key] = plain
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
                found.append(External(value.path + "[]", value, value.call, value.scope))
            elif isinstance(value, Instance):
                found += self._method_results(value, "__iter__")
        return tuple(found)

    def _item(self, values: tuple[Value, ...], position: int) -> tuple[Value, ...]:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Container):
                expr = value.expr
                if isinstance(expr, Display) and 0 <= position < len(expr.items):
                    found += self.resolve(expr.items[position], value.scope)
            elif isinstance(value, External):
                found.append(External(value.path + "[]", value, value.call, value.scope))
        return tuple(found)

    def _entered(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        found: list[Value] = []
        for value in values:
            if isinstance(value, Instance):
                entered = self._method_results(value, "__enter__") or self._method_results(value, "__aenter__")
                found += entered or [value]
            else:
                found.append(value)
        return tuple(found)


def is_property(paths: Iterable[str]) -> bool:
    """Whether one of a function's decorators makes it a property."""
    return any(path.endswith(_PROPERTIES) for path in paths)


def is_context_manager(paths: Iterable[str]) -> bool:
    """Whether one of a function's decorators makes a generator a context manager."""
    return any(path in _CONTEXT_MANAGERS for path in paths)


def _has_alias(statement: Import, name: str) -> bool:
    return any(item.name == name and item.alias is not None for item in statement.names)


def _is_builtin(value: Value) -> bool:
    return isinstance(value, External) and value.base is None and "." not in value.path


def _distinct(values: Iterable[Value]) -> tuple[Value, ...]:
    found: dict[tuple[object, ...], Value] = {}
    for value in values:
        found.setdefault(_identity(value), value)
        if len(found) >= _LIMIT:
            break
    return tuple(found.values())


def _identity(value: Value) -> tuple[object, ...]:
    """What tells two values apart, cheaply: expressions by where they stand."""
    if isinstance(value, External):
        return ("x", value.path, value.call.span if value.call else None, value.scope)
    if isinstance(value, Container):
        return ("d", value.expr.span, value.scope)
    if isinstance(value, Instance):
        return ("i", value.cls, value.call.span if value.call else None, value.scope)
    return (type(value).__name__, *value[:3])
