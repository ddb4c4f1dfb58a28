"""Where a value comes from: fixed for the environment's life, from this invocation, or unknown."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from lambdalint.aws import called_operation
from lambdalint.catalog.secrets import GETTERS, is_vault_read
from lambdalint.link.graph import Graph
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
)
from lambdalint.summary import (
    Attribute,
    Call,
    Comprehension,
    Expr,
    LambdaExpr,
    Literal,
    Name,
    Return,
    Subscript,
    Yield,
)
from lambdalint.walk import children


class Origin(enum.IntEnum):
    """Where a value comes from; the larger wins where several meet.

    FIXED: literals, module-level names, environment variables, configuration.  UNKNOWN: what cannot be told, what
    differs from one round of a loop to the next, or what a service answered.  INVOCATION: the event, the context, a
    request, or credentials obtained for it.
    """

    FIXED = 0
    UNKNOWN = 1
    INVOCATION = 2


class Origins:
    """Origins of expressions; `roots` are the units whose parameters the runtime or a framework fills."""

    def __init__(self, graph: Graph, roots: Iterable[Unit]) -> None:
        self._graph = graph
        self._resolver = graph.resolver
        self._roots = frozenset(roots)
        self._memo: dict[tuple[Scope, int], Origin] = {}
        self._kept: list[Expr] = []
        self._active: set[object] = set()

    def of(self, expr: Expr | None, scope: Scope) -> Origin:
        """The origin of an expression in a scope; FIXED for None."""
        if expr is None or isinstance(expr, Literal | LambdaExpr):
            return Origin.FIXED
        key = (scope, id(expr))
        found = self._memo.get(key)
        if found is not None:
            return found
        if key in self._active:
            return Origin.FIXED
        if len(self._active) > 60:
            return Origin.UNKNOWN
        self._active.add(key)
        try:
            found = self._evaluate(expr, scope)
        finally:
            self._active.discard(key)
        if not self._active or found is Origin.INVOCATION:
            self._memo[key] = found
            self._kept.append(expr)
        return found

    def of_all(self, exprs: Iterable[Expr], scope: Scope) -> Origin:
        """The greatest origin of several expressions."""
        return max((self.of(expr, scope) for expr in exprs), default=Origin.FIXED)

    def _evaluate(self, expr: Expr, scope: Scope) -> Origin:
        if isinstance(expr, Name):
            return self._name(expr, scope)
        if isinstance(expr, Call):
            return self._call(expr, scope)
        if isinstance(expr, Attribute):
            return self._attribute(expr, scope)
        if isinstance(expr, Comprehension):
            parts = [part for part in children(expr) if part not in [g.target for g in expr.generators]]
            return self.of_all(parts, scope)
        if isinstance(expr, Yield):
            return Origin.UNKNOWN
        return self.of_all(children(expr), scope)

    # --- names ---

    def _name(self, expr: Name, scope: Scope) -> Origin:
        module = self._graph.modules.get(scope.path)
        if module is None:
            return Origin.UNKNOWN
        home, bindings = module.bindings(scope, expr.id, expr.span)
        if home is None:
            return Origin.FIXED
        if home.kind != "function" and home != scope:
            bindings = [binding for binding in bindings if binding.scope.kind == "function"]
            return max((self._binding(binding, expr.id) for binding in bindings), default=Origin.FIXED)
        return max((self._binding(binding, expr.id) for binding in bindings), default=Origin.UNKNOWN)

    def _binding(self, binding: Binding, name: str) -> Origin:
        if binding.kind in ("import", "function", "class"):
            return Origin.FIXED
        if binding.kind == "parameter":
            return self.parameter(Unit(binding.scope.path, binding.scope.number), name)
        if binding.value is None:
            return Origin.UNKNOWN
        found = self.of(binding.value, binding.scope)
        return max(found, Origin.UNKNOWN) if binding.kind == "element" else found

    def parameter(self, unit: Unit, name: str) -> Origin:
        """The origin of a function's parameter: what its callers pass, INVOCATION for a root's."""
        key = (unit, name)
        if key in self._active:
            return Origin.FIXED
        self._active.add(key)
        try:
            return self._parameter(unit, name)
        finally:
            self._active.discard(key)

    def _parameter(self, unit: Unit, name: str) -> Origin:
        function = self._graph.modules[unit.path].function(unit.number)
        parameters = function.parameters
        if function.cls >= 0 and parameters and parameters[0].name == name:
            return Origin.FIXED
        if unit in self._roots:
            return self._root_parameter(unit, name)
        default = next((p.default for p in parameters if p.name == name), None)
        callers = self._graph.passed(unit, name)
        if not callers:
            return Origin.UNKNOWN if default is None else self._default(unit, default)
        found = Origin.FIXED
        for edge_given in callers:
            if edge_given is not None:
                found = max(found, self.of(edge_given.expr, edge_given.scope))
            elif default is not None:
                found = max(found, self._default(unit, default))
            else:
                found = max(found, Origin.UNKNOWN)
        return found

    def _root_parameter(self, unit: Unit, name: str) -> Origin:
        """A root's parameter; one that a partial call fixes is as fixed as that."""
        given = [g for g in self._graph.passed(unit, name) if g is not None]
        if given:
            return max(self.of(g.expr, g.scope) for g in given)
        function = self._graph.modules[unit.path].function(unit.number)
        required = [p.name for p in function.parameters if p.kind in ("positional-only", "positional")]
        default = next((p.default for p in function.parameters if p.name == name), None)
        if name not in required[:2] and default is not None:
            return self._default(unit, default)
        return Origin.INVOCATION

    def _default(self, unit: Unit, default: Expr) -> Origin:
        function = self._graph.modules[unit.path].function(unit.number)
        return self.of(default, self._resolver.definition_scope(unit.path, function))

    # --- calls and attributes ---

    def _call(self, call: Call, scope: Scope) -> Origin:
        values = self._resolver.resolve(call.func, scope)
        given = self.of_all((argument.value for argument in call.arguments), scope)
        if not values:
            receiver = self.of(call.func.value, scope) if isinstance(call.func, Attribute) else Origin.UNKNOWN
            return max(given, receiver, Origin.FIXED if receiver is Origin.FIXED else Origin.UNKNOWN)
        found = Origin.FIXED
        for value in values:
            if isinstance(value, External):
                found = max(found, self._external(value, call, scope, given))
            elif isinstance(value, FunctionValue):
                found = max(found, self._returned(value))
            elif isinstance(value, ClassValue | Instance):
                found = max(found, given)
        return found

    def _external(self, value: External, call: Call, scope: Scope, given: Origin) -> Origin:
        """An outside call: a plain function is as fixed as its arguments, what a service answers is unknown."""
        fetched = called_operation(self._resolver, value, call)
        if fetched is not None:
            return Origin.INVOCATION if fetched.kind == "credentials" else given
        if value.path in GETTERS or is_vault_read(value.path):
            return given
        receiver = Origin.FIXED
        if isinstance(call.func, Attribute):
            receiver = self.of(call.func.value, scope)
        if "()" in value.path and not _is_pure_method(value.path):
            return max(given, receiver, Origin.UNKNOWN)
        return max(given, receiver)

    def _returned(self, value: FunctionValue) -> Origin:
        module = self._graph.modules.get(value.path)
        key = ("returned", value.path, value.number)
        if module is None or key in self._active:
            return Origin.FIXED if module is not None else Origin.UNKNOWN
        self._active.add(key)
        try:
            scope = Scope(value.path, "function", value.number)
            found = Origin.FIXED
            for statement, _ in module.statements(Unit(value.path, value.number)):
                if isinstance(statement, Return):
                    found = max(found, self.of(statement.value, scope))
            return found
        finally:
            self._active.discard(key)

    def _attribute(self, expr: Attribute, scope: Scope) -> Origin:
        found = Origin.FIXED
        for value in self._resolver.resolve(expr.value, scope):
            if isinstance(value, Instance):
                return self._member(value, expr.attr)
            if isinstance(value, ModuleValue | ClassValue):
                return Origin.FIXED
            if isinstance(value, Container):
                found = max(found, self.of(value.expr, value.scope))
        return max(found, self.of(expr.value, scope))

    def _member(self, instance: Instance, name: str) -> Origin:
        key = ("member", instance.cls, name)
        if key in self._active:
            return Origin.FIXED
        self._active.add(key)
        try:
            method = self._resolver.method(instance.cls, name)
            if method is not None:
                return self._returned(method)
            found = Origin.FIXED
            for cls in self._resolver.ancestry(instance.cls):
                if isinstance(cls, ClassValue):
                    for expr, scope in self._resolver.stores(cls).get(name, ()):
                        found = max(found, self.of(expr, scope))
            return found
        finally:
            self._active.discard(key)


_PURE_NAMES = """
    format join strip lstrip rstrip lower upper split rsplit replace get encode decode removeprefix removesuffix
    parse load loads
"""
_PURE = frozenset(_PURE_NAMES.split())


def _is_pure_method(path: str) -> bool:
    """Whether a call on an outside object only transforms it, such as `.format()` on a string."""
    return path.rpartition(".")[2] in _PURE


def is_environment(expr: Expr, path: str) -> bool:
    """Whether an expression of that dotted path reads an environment variable."""
    if isinstance(expr, Subscript):
        return path == "os.environ[]"
    return path in ("os.environ.get()", "os.getenv()")
