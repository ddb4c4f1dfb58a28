"""Where a value comes from: fixed for the environment's life, from this invocation, or unknown."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from lambdalint.aws import called_operation
from lambdalint.catalog.clients import CREDENTIAL_SETTERS, SESSION_MAKERS
from lambdalint.catalog.secrets import GETTERS, is_vault_read
from lambdalint.link.fixpoint import Fixpoint
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
    Try,
    Yield,
)
from lambdalint.walk import children, dotted

_DEPTH = 120


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
    """Origins of expressions; `roots` are the units whose parameters the runtime or a framework fills.

    What calls from elsewhere than the `running` units pass, such as those of a function that no handler needs, counts
    only where these pass nothing.
    """

    def __init__(self, graph: Graph, roots: Iterable[Unit], running: Iterable[Unit] = ()) -> None:
        self._graph = graph
        self._resolver = graph.resolver
        self._roots = frozenset(roots)
        self._running = frozenset(running)
        self._constructions: dict[ClassValue, list[tuple[Call, Scope]]] | None = None
        self._answers: Fixpoint[Origin] = Fixpoint(Origin.FIXED, max, lambda old, new: new > old, _DEPTH)

    def of(self, expr: Expr | None, scope: Scope) -> Origin:
        """The origin of an expression in a scope; FIXED for None."""
        if expr is None or isinstance(expr, Literal | LambdaExpr):
            return Origin.FIXED
        return self._answers.get((scope, id(expr)), lambda: self._evaluate(expr, scope))

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
            if any(map(_is_reset, bindings)):
                return Origin.INVOCATION
            return max((self._binding(binding, expr.id) for binding in bindings), default=Origin.FIXED)
        return max((self._binding(binding, expr.id) for binding in bindings), default=Origin.UNKNOWN)

    def _binding(self, binding: Binding, name: str) -> Origin:
        if binding.kind in ("import", "function", "class"):
            return Origin.FIXED
        if binding.kind == "parameter":
            return self.parameter(Unit(binding.scope.path, binding.scope.number), name)
        if binding.value is None:
            return Origin.UNKNOWN
        found = max(self.of(binding.value, binding.scope), self.completion(binding.value, name, binding.scope))
        return max(found, Origin.UNKNOWN) if binding.kind == "element" else found

    def parameter(self, unit: Unit, name: str) -> Origin:
        """The origin of a function's parameter: what its callers pass, INVOCATION for a root's."""
        return self._answers.get((unit, name), lambda: self._parameter(unit, name))

    def _parameter(self, unit: Unit, name: str) -> Origin:
        function = self._graph.modules[unit.path].function(unit.number)
        parameters = function.parameters
        if function.cls >= 0 and parameters[0].name == name and not self._is_static(unit):
            return Origin.FIXED
        if unit in self._roots:
            return self._root_parameter(unit, name)
        default = next((p.default for p in parameters if p.name == name), None)
        callers = self._graph.passed(unit, name, self._running)
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

    def _is_static(self, unit: Unit) -> bool:
        return "staticmethod" in self._resolver.decorator_paths(FunctionValue(*unit))

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
            if isinstance(call.func, Attribute) and call.func.attr in _PURE:
                return max(given, self.of(call.func.value, scope))
            return max(given, Origin.UNKNOWN)
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
        key = ("returned", value.path, value.number)
        return self._answers.get(key, lambda: self._joined_returns(value))

    def _joined_returns(self, value: FunctionValue) -> Origin:
        module = self._graph.modules.get(value.path)
        if module is None:
            return Origin.UNKNOWN
        scope = Scope(value.path, "function", value.number)
        statements = module.statements(Unit(value.path, value.number))
        found = (self.of(statement.value, scope) for statement, _ in statements if isinstance(statement, Return))
        return max(found, default=Origin.FIXED)

    def _attribute(self, expr: Attribute, scope: Scope) -> Origin:
        found = Origin.FIXED
        for value in self._resolver.resolve(expr.value, scope):
            if isinstance(value, Instance):
                return max(self._member(value, expr.attr), self._handed_over(expr.value, value, scope))
            if isinstance(value, ModuleValue | ClassValue):
                return Origin.FIXED
            if isinstance(value, Container):
                found = max(found, self.of(value.expr, value.scope))
        return max(found, self.of(expr.value, scope))

    def _handed_over(self, expr: Expr, instance: Instance, scope: Scope) -> Origin:
        """The origin of a record that comes as a parameter, as of a request's body; settings are made of variables."""
        module = self._graph.modules.get(scope.path)
        if not isinstance(expr, Name) or module is None or self._resolver.method(instance.cls, "__init__") is not None:
            return Origin.FIXED
        if any(getattr(base, "path", "").endswith("BaseSettings") for base in self._resolver.ancestry(instance.cls)):
            return Origin.FIXED
        _, bindings = module.bindings(scope, expr.id, expr.span)
        return max((self._binding(b, expr.id) for b in bindings if b.kind == "parameter"), default=Origin.FIXED)

    def _member(self, instance: Instance, name: str) -> Origin:
        return self._answers.get(("member", instance.cls, name), lambda: self._stored(instance, name))

    def _stored(self, instance: Instance, name: str) -> Origin:
        method = self._resolver.method(instance.cls, name)
        if method is not None:
            return self._returned(method)
        owners = [cls for cls in self._resolver.ancestry(instance.cls) if isinstance(cls, ClassValue)]
        stores = [store for cls in owners for store in self._resolver.stores(cls).get(name, ())]
        found = max(
            (max(self.of(e, scope), self.completion(e, name, scope)) for e, scope in stores), default=Origin.FIXED
        )
        if self._resolver.method(instance.cls, "__init__") is not None:
            return found
        return max(found, *(self._given(call, name, scope) for call, scope in self._made(instance.cls)), Origin.FIXED)

    def _given(self, call: Call, name: str, scope: Scope) -> Origin:
        """What a construction may give a record's field: by its name, by position, or by `**`."""
        given = [g.value for g in call.arguments if g.keyword == name or g.keyword is None]
        return self.of_all(given, scope)

    def _made(self, cls: ClassValue) -> list[tuple[Call, Scope]]:
        """The calls that make objects of a class."""
        if self._constructions is None:
            self._constructions = {}
            for module in self._graph.modules.values():
                for unit in module.units():
                    for made, site in self._graph.made(unit):
                        if isinstance(site.place.expr, Call):
                            self._constructions.setdefault(made, []).append((site.place.expr, site.scope))
        return self._constructions.get(cls, [])

    def completion(self, made: Expr, name: str, scope: Scope) -> Origin:
        """The origin of the credentials that a session, made and bound to a name or an attribute, is given later."""
        if not isinstance(made, Call) or (dotted(made.func) or "").rpartition(".")[2] not in SESSION_MAKERS:
            return Origin.FIXED
        module = self._graph.modules.get(scope.path)
        found = Origin.FIXED
        for unit in () if module is None else module.units():
            for site in module.sites(unit):  # type: ignore[union-attr]
                call = site.place.expr
                if isinstance(call, Call) and isinstance(call.func, Attribute) and call.func.attr in CREDENTIAL_SETTERS:
                    holder = call.func.value
                    is_same = site.scope == scope if isinstance(holder, Name) else isinstance(holder, Attribute)
                    if is_same and (dotted(holder) or "").rpartition(".")[2] == name:
                        found = max(found, self.of_all((given.value for given in call.arguments), site.scope))
        return found


def _is_reset(binding: Binding) -> bool:
    """Whether a function sets a module's name to None in a `finally`: what it holds is of one round of work."""
    is_none = isinstance(binding.value, Literal) and binding.value.kind == "none"
    return is_none and any(isinstance(frame.node, Try) and frame.branch == "final" for frame in binding.frames)


_PURE_NAMES = """
    format join strip lstrip rstrip lower upper split rsplit replace get encode decode removeprefix removesuffix
    parse load loads
"""
_PURE = frozenset(_PURE_NAMES.split())


def _is_pure_method(path: str) -> bool:
    """Whether a call on an outside object only transforms it, such as `.format()` on a string."""
    return path.rpartition(".")[2] in _PURE
