"""Whether an expression stands for one certain thing, however its names are looked up."""

from __future__ import annotations

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Binding, External, FunctionValue, Instance, ModuleValue, Scope, Unit
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Attribute, Await, BoolOp, Call, Expr, IfExp, Name, Return, Subscript

_DEPTH = 8


def is_definite(resolver: Resolver, expr: Expr, scope: Scope, depth: int = 0) -> bool:
    """Whether an expression is made in one place only: no parameter, no choice, no name with several values.

    Resolution gives the values that an expression *may* have and leaves out what it does not know; where that is
    not enough, this says that there is no other.
    """
    if depth > _DEPTH or isinstance(expr, IfExp | BoolOp | Subscript | Await):
        return False
    module = resolver.load(scope.path)
    if isinstance(expr, Name) and module is not None:
        _, bindings = module.bindings(scope, expr.id, expr.span)
        return len(bindings) == 1 and _is_definite_binding(resolver, bindings[0], depth)
    if isinstance(expr, Attribute):
        owners = resolver.resolve(expr.value, scope)
        return len(owners) == 1 and _is_definite_member(resolver, owners[0], expr.attr, depth)
    if isinstance(expr, Call):
        return _is_definite_call(resolver, expr, scope, depth)
    return True


def _is_definite_binding(resolver: Resolver, binding: Binding, depth: int) -> bool:
    if binding.kind in ("function", "class"):
        return True
    if binding.kind == "value" and not binding.unpack and binding.value is not None:
        return is_definite(resolver, binding.value, binding.scope, depth + 1)
    statement, imported = binding.statement, binding.imported
    if statement is None or imported is None:
        return False
    if statement.module is None:
        return True
    path = resolver.imports.source(statement, binding.scope.path)
    if path is None:
        return not statement.level
    return _is_definite_member(resolver, ModuleValue(path), imported.name, depth)


def _is_definite_member(resolver: Resolver, owner: object, name: str, depth: int) -> bool:
    if isinstance(owner, External):
        return True
    if isinstance(owner, Instance):
        return _is_definite_attribute(resolver, owner, name, depth)
    if not isinstance(owner, ModuleValue):
        return False
    module: ModuleIndex | None = resolver.load(owner.path)
    if module is None:
        return False
    bindings = module.table(module.scope).get(name, [])
    return len(bindings) == 1 and _is_definite_binding(resolver, bindings[0], depth + 1)


def _is_definite_attribute(resolver: Resolver, owner: Instance, name: str, depth: int) -> bool:
    """Whether an object's attribute is a method of its class, or is assigned once."""
    stores = resolver.stores(owner.cls).get(name, [])
    if not stores:
        return resolver.method(owner.cls, name) is not None
    return len(stores) == 1 and is_definite(resolver, *stores[0], depth + 1)


def _is_definite_call(resolver: Resolver, call: Call, scope: Scope, depth: int) -> bool:
    values = resolver.resolve(call.func, scope)
    if len(values) != 1:
        return False
    if isinstance(values[0], External):
        return True
    if not isinstance(values[0], FunctionValue):
        return False
    unit = Unit(values[0].path, values[0].number)
    module = resolver.load(unit.path)
    if module is None or module.function(unit.number).is_generator:
        return False
    inner = Scope(unit.path, "function", unit.number)
    returned = [s for s, _ in module.statements(unit) if isinstance(s, Return)]
    return bool(returned) and all(
        s.value is not None and is_definite(resolver, s.value, inner, depth + 1) for s in returned
    )
