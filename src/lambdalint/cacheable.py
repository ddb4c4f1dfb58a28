"""Which values a cached function may take: those that compare equal, and of which there are few."""

from __future__ import annotations

from lambdalint.link.arguments import Passed, passed
from lambdalint.link.constants import constant
from lambdalint.link.memo import Condition
from lambdalint.link.model import ClassValue, External, FunctionValue, Instance, Scope, Unit, Value
from lambdalint.program import Program
from lambdalint.summary import (
    Attribute,
    BinOp,
    BoolOp,
    Call,
    Expr,
    IfExp,
    Joined,
    Literal,
    Name,
    Parameter,
    Subscript,
    UnaryOp,
)
from lambdalint.walk import dotted, expressions, operands

_TYPES = frozenset(("str", "int", "bool", "bytes", "float", "None", "Optional", "Union"))
_ENVIRONMENT_CALLS = ("os.getenv", "os.environ.get")
# Builtins that give a text, a number or a truth value of whatever they take.
_CONVERSIONS = {"str": "str", "int": "int", "float": "float", "bool": "bool", "len": "int"}
_DEPTH = 4


def is_cacheable(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an argument surely is text or a number, or an object that lives as long as the environment."""
    return is_text(program, expr, scope) or lasts(program, expr, scope)


# --- text ----------------------------------------------------------------------------------------


def is_text(program: Program, expr: Expr, scope: Scope, depth: int = 0) -> bool:
    """Whether an expression surely is text, a number or None: a literal, an environment variable, a formatted text.

    So is what is worked out from such alone, and what a builtin converts.
    """
    if isinstance(expr, Joined) or constant(program.resolver, expr, scope) is not None:
        return True
    if isinstance(expr, Subscript):
        return dotted(expr.value) == "os.environ"
    if isinstance(expr, Call):
        return dotted(expr.func) in _ENVIRONMENT_CALLS or converted_to(program, expr, scope) != ""
    if isinstance(expr, UnaryOp) and expr.op == "not":
        return True
    if depth >= _DEPTH:
        return False
    if isinstance(expr, BinOp | BoolOp):
        return all(is_text(program, part, scope, depth + 1) for part in (expr.left, expr.right))
    if isinstance(expr, IfExp):
        return all(is_text(program, part, scope, depth + 1) for part in (expr.body, expr.orelse))
    return isinstance(expr, Name) and _is_text_name(program, expr, scope, depth)


def converted_to(program: Program, expr: Expr, scope: Scope) -> str:
    """The type to which a builtin converts what an expression is, or what the local is given that it names; else ""."""
    if isinstance(expr, Name):
        home, bindings = program.modules[scope.path].bindings(scope, expr.id, expr.span)
        is_one = home is not None and len(bindings) == 1 and bindings[0].kind == "value" and not bindings[0].unpack
        value = bindings[0].value if is_one else None
        return "" if value is None or isinstance(value, Name) else converted_to(program, value, bindings[0].scope)
    names = program.paths(expr.func, scope) if isinstance(expr, Call) else ()
    return _CONVERSIONS.get(names[0], "") if len(names) == 1 else ""


def _is_text_name(program: Program, expr: Name, scope: Scope, depth: int) -> bool:
    home, bindings = program.modules[scope.path].bindings(scope, expr.id, expr.span)
    if home is None or not bindings:
        return False
    for binding in bindings:
        if binding.kind == "parameter":
            unit = Unit(home.path, home.number)
            parameter = next(p for p in program.function(unit).parameters if p.name == expr.id)
            if not is_text_parameter(program, unit, parameter, depth + 1):
                return False
        elif (
            binding.kind != "value"
            or binding.unpack
            or binding.value is None
            or not is_text(program, binding.value, binding.scope, depth + 1)
        ):
            return False
    return True


def is_text_parameter(program: Program, unit: Unit, parameter: Parameter, depth: int = 0) -> bool:
    """Whether a parameter surely holds text or a number: by its annotation, or by what every caller passes."""
    if parameter.kind.startswith("var"):
        return False
    if _is_annotated(parameter):
        return True
    function = program.function(unit)
    edges = program.callers(unit)
    return bool(edges) and all(_is_passed_text(program, passed(edge, function), parameter, depth) for edge in edges)


def _is_annotated(parameter: Parameter) -> bool:
    if parameter.annotation is None:
        return False
    names = {part.id for part in expressions(parameter.annotation) if isinstance(part, Name)}
    return bool(names) and names <= _TYPES


def _is_passed_text(program: Program, given: dict[str, Passed] | None, parameter: Parameter, depth: int) -> bool:
    if given is None:
        return False
    value = given.get(parameter.name)
    if value is None:
        return parameter.default is not None and isinstance(parameter.default, Literal)
    return depth < _DEPTH and is_text(program, value.expr, value.scope, depth + 1)


# --- objects -------------------------------------------------------------------------------------


def lasts(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an expression surely is the same outside object on every invocation, such as a client of the module."""
    values = program.resolve(expr, scope)
    if not values or not all(_value_lasts(program, value) for value in values):
        return False
    if isinstance(expr, Name):
        return _name_lasts(program, expr, scope)
    return isinstance(expr, Attribute) and _attribute_lasts(program, expr, scope)


def _value_lasts(program: Program, value: Value) -> bool:
    """Whether an outside object is made at INIT, or once by a cached function."""
    if not isinstance(value, External) or value.call is None or value.scope is None:
        return False
    made = value.scope
    if made.kind != "function":
        return True
    unit = Unit(made.path, made.number)
    function = program.function(unit)
    if function.name == "__init__" and function.cls >= 0:
        return lives_at_init(program, ClassValue(unit.path, function.cls))
    return program.caches.condition(unit) == Condition()


def _name_lasts(program: Program, expr: Name, scope: Scope) -> bool:
    home, bindings = program.modules[scope.path].bindings(scope, expr.id, expr.span)
    if home is None:
        return False
    if home.kind == "module":
        return len(bindings) == 1
    if len(bindings) != 1:
        return False
    if bindings[0].kind == "value" and bindings[0].value is not None and not bindings[0].unpack:
        return lasts(program, bindings[0].value, bindings[0].scope) or isinstance(bindings[0].value, Call)
    if bindings[0].kind != "parameter":
        return False
    unit = Unit(home.path, home.number)
    function = program.function(unit)
    edges = program.callers(unit)
    if not edges:
        return False  # who calls it may pass anything
    for edge in edges:
        given = passed(edge, function)
        if given is None:
            return False
        value = given.get(expr.id)
        if value is not None and not lasts(program, value.expr, value.scope):
            return False
    return True


def _attribute_lasts(program: Program, expr: Attribute, scope: Scope) -> bool:
    """Whether what holds an attribute is known, and all that is ever stored in it."""
    holders = program.resolve(expr.value, scope)
    if not holders or not all(isinstance(holder, Instance | ClassValue) for holder in holders):
        return False
    for holder in holders:
        cls = holder.cls if isinstance(holder, Instance) else holder
        assert isinstance(cls, ClassValue)
        for ancestor in program.resolver.ancestry(cls):
            stores = program.resolver.stores(ancestor) if isinstance(ancestor, ClassValue) else {}
            for stored, where in stores.get(expr.attr, ()):
                if not (isinstance(stored, Call) or lasts(program, stored, where)):
                    return False
    return True


def lives_at_init(program: Program, cls: ClassValue) -> bool:
    """Whether no handler makes objects of a class on an invocation."""
    return all(cls not in phases.short_lived for phases in program.phases.handlers)


def is_kept(program: Program, unit: Unit, expr: Expr | None) -> bool:
    """Whether an expression of a unit asks a cached function of the project for the one thing that it gives."""
    if not isinstance(expr, Call) or expr.arguments:
        return False
    values = program.resolve(expr.func, program.scope(unit))
    called = [Unit(*value[:2]) for value in values if isinstance(value, FunctionValue)]
    return len(called) == 1 and called[0].number >= 0 and program.caches.condition(called[0]) is not None


def is_added_text(expr: Expr) -> bool:
    """Whether an expression adds something to a text: all that is added up is text then."""
    return isinstance(expr, BinOp) and any(
        isinstance(part, Joined) or (isinstance(part, Literal) and isinstance(part.value, str))
        for part in operands(expr)
    )
