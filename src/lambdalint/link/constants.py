"""Literal values behind names: module constants, class attributes and locals that are assigned once."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.settings import LOOKUPS
from lambdalint.link.model import Binding, ClassValue, External, ModuleValue, Scope
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Attribute, BinOp, BoolOp, Call, Display, Expr, Joined, Literal, Name


def constant(resolver: Resolver, expr: Expr | None, scope: Scope, depth: int = 0) -> Literal | None:
    """The literal that an expression certainly is: itself, or a name with one binding to a literal."""
    if expr is None or isinstance(expr, Literal) or depth > 4:
        return expr if isinstance(expr, Literal) else None
    module = resolver.load(scope.path)
    if isinstance(expr, Name) and module is not None:
        home, bindings = module.bindings(scope, expr.id, expr.span)
        if home is None or len(bindings) != 1:
            return None
        binding = bindings[0]
        if binding.kind == "value" and not binding.unpack:
            return constant(resolver, binding.value, binding.scope, depth + 1)
        if binding.kind == "import" and binding.statement is not None and binding.imported is not None:
            return _imported(resolver, binding, depth)
        return None
    if isinstance(expr, Attribute):
        for value in resolver.resolve(expr.value, scope):
            if isinstance(value, ModuleValue):
                return _member(resolver, value.path, expr.attr, depth)
            if isinstance(value, ClassValue):
                return _class_member(resolver, value, expr.attr, depth)
    return None


def _class_member(resolver: Resolver, cls: ClassValue, name: str, depth: int) -> Literal | None:
    """A plain class's attribute; a base class may do anything with it."""
    module = resolver.load(cls.path)
    if module is None or module.summary.classes[cls.number].arguments:
        return None
    bindings = module.table(Scope(cls.path, "class", cls.number)).get(name, [])
    if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].unpack:
        return None
    return constant(resolver, bindings[0].value, bindings[0].scope, depth + 1)


def _imported(resolver: Resolver, binding: Binding, depth: int) -> Literal | None:
    statement, imported = binding.statement, binding.imported
    if statement is None or imported is None or statement.module is None:
        return None
    found = resolver.imports.source(statement, binding.scope.path)
    return None if found is None else _member(resolver, found, imported.name, depth)


def _member(resolver: Resolver, path: str, name: str, depth: int) -> Literal | None:
    module = resolver.load(path)
    if module is None:
        return None
    bindings = module.table(module.scope).get(name, [])
    if len(bindings) != 1 or bindings[0].unpack:
        return None
    if bindings[0].kind == "import":
        return _imported(resolver, bindings[0], depth + 1) if depth < 4 else None
    return constant(resolver, bindings[0].value, bindings[0].scope, depth + 1) if bindings[0].kind == "value" else None


def definition(resolver: Resolver, expr: Expr, scope: Scope) -> tuple[Expr, Scope] | None:
    """The one expression that a name certainly stands for, and the scope that it is evaluated in."""
    module = resolver.load(scope.path)
    if not isinstance(expr, Name) or module is None:
        return None
    _, bindings = module.bindings(scope, expr.id, expr.span)
    if len(bindings) != 1 or bindings[0].kind != "value" or bindings[0].unpack or bindings[0].value is None:
        return None
    return bindings[0].value, bindings[0].scope


def given_parameter(resolver: Resolver, expr: Expr | None, scope: Scope) -> str | None:
    """The parameter of the function at hand that a name certainly is, as the caller passed it."""
    module = resolver.load(scope.path)
    if not isinstance(expr, Name) or module is None or scope.kind != "function":
        return None
    home, bindings = module.bindings(scope, expr.id, expr.span)
    return expr.id if home == scope and [binding.kind for binding in bindings] == ["parameter"] else None


class Ending(NamedTuple):
    """The parameter of the function at hand that a text ends in, and the literal text before it, as far as known."""

    parameter: str
    before: str = ""


def ending_parameter(resolver: Resolver, expr: Expr | None, scope: Scope, depth: int = 0) -> Ending | None:
    """The parameter that a text is, or with which it ends: `name`, `f"/shop/{name}"`, `"{}/{}".format(PREFIX, name)`.

    None where that is not certain.
    """
    given = given_parameter(resolver, expr, scope)
    if given is not None or expr is None or depth > 4:
        return None if given is None else Ending(given)
    found = definition(resolver, expr, scope)
    if found is not None:
        return ending_parameter(resolver, *found, depth + 1) if found[1] == scope else None
    pieces = _pieces(expr)
    ending = ending_parameter(resolver, pieces[-1], scope, depth + 1) if len(pieces) > 1 else None
    if ending is None:
        return None
    texts = (constant(resolver, piece, scope) for piece in pieces[:-1])
    before = "".join(str(text.value) for text in texts if text is not None)
    return Ending(ending.parameter, before + ending.before)


def _pieces(expr: Expr) -> list[Expr]:
    """The parts that a text is put together of, in their order; none where another one may stand last."""
    if isinstance(expr, Joined):
        return list(expr.parts)
    if isinstance(expr, BinOp) and expr.op == "+":
        return [expr.left, expr.right]
    template, values = None, list[Expr]()
    if isinstance(expr, BinOp) and expr.op == "%":
        template = expr.left
        values = list(expr.right.items) if isinstance(expr.right, Display) else [expr.right]
    elif isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "format":
        template = expr.func.value
        values = [given.value for given in expr.arguments if given.keyword is None and not given.star]
    text = template.value if isinstance(template, Literal) and isinstance(template.value, str) else ""
    field = "%s" if isinstance(expr, BinOp) else "{}"
    is_last = text.endswith(field) and text.count(field) == len(values)
    return [*([template] if template is not None else []), *values] if is_last else []


def fallback(resolver: Resolver, expr: Expr, scope: Scope) -> Literal | None:
    """The literal that a name holds unless a setting says otherwise: `os.environ.get("KEY") or "username"`."""
    found = definition(resolver, expr, scope)
    if found is None:
        return None
    value, there = found
    given = value.right if isinstance(value, BoolOp) and value.op == "or" else None
    if isinstance(value, Call) and len(value.arguments) == 2:
        paths = {held.path for held in resolver.resolve(value.func, there) if isinstance(held, External)}
        given = None if LOOKUPS.isdisjoint(paths) else value.arguments[1].value
    return given if isinstance(given, Literal) else None
