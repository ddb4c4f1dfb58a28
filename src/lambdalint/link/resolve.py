"""What an expression may be: project functions, classes and objects, or a dotted path outside the project.

Resolution is flow-insensitive but for one thing: of a name's bindings in its own scope, those that a later
binding before the use surely overwrites are left out.  It is bounded and no type checker: what it cannot tell
is an empty tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.classes import ClassResolver
from lambdalint.link.imports import ImportResolver
from lambdalint.link.model import (
    ClassValue,
    Container,
    External,
    FunctionValue,
    Instance,
    Scope,
    Unit,
    Value,
    distinct,
)
from lambdalint.summary import (
    Attribute,
    Await,
    BoolOp,
    Call,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    IfExp,
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

_CONTEXT_MANAGERS = ("contextlib.contextmanager", "contextlib.asynccontextmanager")
_TRANSPARENT = ("asyncio.run", "asyncio.shield", "asyncio.wait_for", "typing.cast", "copy.copy", "contextlib.closing")


class Resolver(ClassResolver):
    """Resolves expressions over a set of modules; `load` gives a module's index by path, None when it has none.

    `arguments` gives what callers pass for a function's parameter, `heirs` the subclasses of which the program
    makes objects and `made` all such classes: what a method's `self` may be, its own class where nothing else is known.
    """

    def __init__(self, imports: ImportResolver, load: Callable[[str], ModuleIndex | None]) -> None:
        super().__init__(imports, load)
        self._kept: list[Expr] = []
        self._settled = self.memory.settled
        self._ask = self.memory.ask

    def forget(self) -> None:
        """Drop what was resolved, because more is known of arguments now."""
        self.memory.forget()

    # --- expressions ---

    def resolve(self, expr: Expr, scope: Scope) -> tuple[Value, ...]:
        """The values that an expression may have in a scope; empty when nothing is known."""
        evaluate = _EVALUATE.get(expr.__class__)
        if evaluate is None:
            return ()
        key = (scope, id(expr))
        found = self._settled.get(key)
        if found is None:
            self._kept.append(expr)
            found = self._ask(key, lambda: distinct(evaluate(self, expr, scope)))
        return found

    def _name(self, expr: Name, scope: Scope) -> tuple[Value, ...]:
        return self.name(expr.id, scope, expr.span)

    def _attribute(self, expr: Attribute, scope: Scope) -> Iterable[Value]:
        values = self.resolve(expr.value, scope)
        if len(values) == 1:
            return self.attribute(values[0], expr.attr)
        return [found for value in values for found in self.attribute(value, expr.attr)]

    def _inner(self, expr: Await | NamedExpr | Star, scope: Scope) -> tuple[Value, ...]:
        return self.resolve(expr.value, scope)

    def _if(self, expr: IfExp, scope: Scope) -> tuple[Value, ...]:
        return (*self.resolve(expr.body, scope), *self.resolve(expr.orelse, scope))

    def _bool(self, expr: BoolOp, scope: Scope) -> tuple[Value, ...]:
        return (*self.resolve(expr.left, scope), *self.resolve(expr.right, scope))

    def _lambda(self, expr: LambdaExpr, scope: Scope) -> tuple[Value, ...]:
        return (FunctionValue(scope.path, expr.function),)

    def _container(self, expr: Display | DictDisplay | Comprehension, scope: Scope) -> tuple[Value, ...]:
        return (Container(expr, scope),)

    def _subscript(self, expr: Subscript, scope: Scope) -> list[Value]:
        found: list[Value] = []
        for value in self.resolve(expr.value, scope):
            if isinstance(value, External):
                found.append(value.item())
            elif isinstance(value, Container):
                found += self.elements(value, expr.key)
            elif isinstance(value, Instance):
                found += self.method_results(value, "__getitem__")
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
        return distinct(value for part in parts for value in self.resolve(part, scope))

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
                found += self.method_results(value, "__call__")
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
                found._replace(given=call, given_scope=scope) if isinstance(found, FunctionValue | External) else found
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
        return [] if value.is_made_by(call) else [External(value.path + "()", value, call, scope)]

    def returns(self, value: FunctionValue) -> tuple[Value, ...]:
        """What calling a function may give; a generator's or coroutine's values stand for it."""
        return self.memory.once(("returns", value.path, value.number), lambda: self._returned(value))

    def _returned(self, value: FunctionValue) -> Iterator[Value]:
        module = self.load(value.path)
        if module is None:
            return
        function = module.function(value.number)
        scope = Scope(value.path, "function", value.number)
        for statement, _ in module.statements(Unit(value.path, value.number)):
            if isinstance(statement, Return) and statement.value is not None:
                yield from self.resolve(statement.value, scope)
            elif function.is_generator:
                yield from self._yields(statement, scope)

    def _yields(self, statement: object, scope: Scope) -> list[Value]:
        found: list[Value] = []
        for head in statement_expressions(statement):  # type: ignore[arg-type]
            for expr in expressions(head):
                if isinstance(expr, Yield) and expr.value is not None:
                    found += self.resolve(expr.value, scope)
        return found


def is_context_manager(paths: Iterable[str]) -> bool:
    """Whether one of a function's decorators makes a generator a context manager."""
    return any(path in _CONTEXT_MANAGERS for path in paths)


# By the class of an expression; one that is missing here is nothing that is told apart.
_EVALUATE: dict[type, Callable[[Resolver, Any, Scope], Iterable[Value]]] = {
    Name: Resolver._name,
    Attribute: Resolver._attribute,
    Call: Resolver._call,
    Await: Resolver._inner,
    NamedExpr: Resolver._inner,
    Star: Resolver._inner,
    IfExp: Resolver._if,
    BoolOp: Resolver._bool,
    Subscript: Resolver._subscript,
    LambdaExpr: Resolver._lambda,
    Display: Resolver._container,
    DictDisplay: Resolver._container,
    Comprehension: Resolver._container,
}
