"""Fields of pydantic models whose default is looked up in the environment, and which variable fills them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import settings
from lambdalint.link.constants import constant
from lambdalint.link.model import ClassValue, External, Scope, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    BoolOp,
    Call,
    ClassDef,
    Compare,
    DictDisplay,
    Expr,
    Literal,
    Name,
    Subscript,
)
from lambdalint.walk import argument, is_literal_none


class Lookup(NamedTuple):
    """A field whose default is a lookup of the environment.

    `call` is the lookup, `variable` its name where that is a literal; `is_plain` says that the default is nothing
    but the lookup.  `kind` is "settings", "old settings" (pydantic 1) or "model".
    """

    cls: ClassValue
    statement: Assign
    field: str
    call: Call
    variable: str | None
    is_plain: bool
    kind: str

    @property
    def default(self) -> Expr | None:
        """What the lookup gives where the variable is not set; None for nothing, as for an explicit None."""
        given = argument(self.call, "default", 1)
        return None if is_literal_none(given) else given


class Options(NamedTuple):
    """What a settings class is configured with: the prefix of its variables; `is_plain` when nothing else counts."""

    prefix: str
    is_plain: bool


def lookups(program: Program) -> Iterator[Lookup]:
    """The fields of the classes that handlers load, in source order of each file."""
    for path in program.loaded:
        for cls in program.modules[path].summary.classes:
            value = ClassValue(path, cls.number)
            kind = kind_of(program, value)
            if kind is not None:
                for statement in cls.body:
                    found = _lookup(program, value, statement, kind) if isinstance(statement, Assign) else None
                    if found is not None:
                        yield found


def kind_of(program: Program, cls: ClassValue) -> str | None:
    """Whether a class is a settings class or another model; None for any other class."""
    outside = {base.path for base in program.resolver.ancestry(cls) if isinstance(base, External)}
    if outside & settings.SETTINGS:
        return "settings"
    if outside & settings.OLD_SETTINGS:
        return "old settings"
    return "model" if outside & settings.MODELS else None


def _lookup(program: Program, cls: ClassValue, statement: Assign, kind: str) -> Lookup | None:
    target = statement.targets[0]
    if statement.annotation is None or statement.value is None or not isinstance(target, Name):
        return None
    scope = Scope(cls.path, "class", cls.number)
    if target.id.startswith("_") or _is_class_variable(program, statement.annotation, scope):
        return None
    call = looked_up(program, statement.value, scope)
    if call is None:
        return None
    literal = constant(program.resolver, argument(call, "key", 0), scope)
    name = literal.value if literal is not None and isinstance(literal.value, str) else None
    return Lookup(cls, statement, target.id, call, name, call is statement.value, kind)


def _is_class_variable(program: Program, annotation: Expr, scope: Scope) -> bool:
    inner = annotation.value if isinstance(annotation, Subscript) else annotation
    return any(path in ("typing.ClassVar", "typing_extensions.ClassVar") for path in program.paths(inner, scope))


def looked_up(program: Program, expr: Expr, scope: Scope) -> Call | None:
    """The lookup that an expression is, or that it only converts, compares or falls back from."""
    if isinstance(expr, BoolOp | Compare):
        return looked_up(program, expr.left, scope)
    if not isinstance(expr, Call):
        return None
    paths = program.paths(expr.func, scope)
    if any(path in settings.LOOKUPS for path in paths):
        return expr
    inner: Expr | None = None
    if any(path in settings.FIELDS for path in paths):
        inner = argument(expr, "default", 0)
    elif any(path in settings.CASTS for path in paths) and len(expr.arguments) == 1:
        inner = expr.arguments[0].value
    elif isinstance(expr.func, Attribute) and isinstance(expr.func.value, Call):
        inner = expr.func.value
    return None if inner is None else looked_up(program, inner, scope)


def is_direct(program: Program, lookup: Lookup) -> bool:
    """Whether the default is the lookup itself, at most inside `Field(…)`."""
    value = lookup.statement.value
    if lookup.is_plain or not isinstance(value, Call):
        return lookup.is_plain
    return argument(value, "default", 0) is lookup.call


# --- annotations ---------------------------------------------------------------------------------


def scalar(program: Program, lookup: Lookup) -> tuple[bool, bool]:
    """Whether a field's type is filled by a variable's text as it is, and whether it may be None."""
    annotation = lookup.statement.annotation
    scope = Scope(lookup.cls.path, "class", lookup.cls.number)
    return (False, False) if annotation is None else _scalar(program, annotation, scope)


def _scalar(program: Program, annotation: Expr, scope: Scope) -> tuple[bool, bool]:
    if isinstance(annotation, Literal):
        return annotation.kind == "none", annotation.kind == "none"
    if isinstance(annotation, BinOp) and annotation.op == "|":
        left, right = _scalar(program, annotation.left, scope), _scalar(program, annotation.right, scope)
        return left[0] and right[0], left[1] or right[1]
    if isinstance(annotation, Subscript):
        if any(path in settings.OPTIONALS for path in program.paths(annotation.value, scope)):
            return _scalar(program, annotation.key, scope)[0], True
        return False, False
    return any(path in settings.SCALARS for path in program.paths(annotation, scope)), False


def may_be_none(program: Program, lookup: Lookup) -> bool:
    """Whether None is among the values that a field's type allows, or may be."""
    annotation = lookup.statement.annotation
    scope = Scope(lookup.cls.path, "class", lookup.cls.number)
    if annotation is None or isinstance(annotation, Literal):
        return True
    if any(path in ("typing.Any", "object") for path in program.paths(annotation, scope)):
        return True
    return _holds_none(program, annotation, scope)


def _holds_none(program: Program, annotation: Expr, scope: Scope) -> bool:
    if isinstance(annotation, Subscript):
        paths = program.paths(annotation.value, scope)
        return not paths or any(path in settings.MAY_BE_NONE for path in paths)
    if isinstance(annotation, BinOp):
        return _holds_none(program, annotation.left, scope) or _holds_none(program, annotation.right, scope)
    return isinstance(annotation, Literal)


# --- options -------------------------------------------------------------------------------------


def options_of(program: Program, cls: ClassValue) -> Options | None:
    """The options of a settings class; None when they cannot all be read."""
    found: dict[str, Expr | None] = {}
    scopes: dict[str, Scope] = {}
    for base in program.resolver.ancestry(cls):
        if isinstance(base, External):
            if base.path not in settings.SETTINGS | settings.OLD_SETTINGS | {"abc.ABC"}:
                return None
            continue
        own = _own_options(program, base)
        if own is None:
            return None
        for key, expr in own:
            if key not in found:
                found[key] = expr
                scopes[key] = Scope(base.path, "class", base.number)
    prefix = ""
    if "env_prefix" in found:
        literal = constant(program.resolver, found["env_prefix"], scopes["env_prefix"])
        if literal is None or not isinstance(literal.value, str):
            return None
        prefix = literal.value
    decisive = [key for key in found if key in settings.DECISIVE]
    return Options(prefix, all(_is_false(found[key]) for key in decisive))


def _is_false(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and not expr.value


def _own_options(program: Program, cls: ClassValue) -> list[tuple[str, Expr]] | None:
    module = program.modules[cls.path]
    definition = module.summary.classes[cls.number]
    if any(f.cls == cls.number and f.name in settings.SOURCE_METHODS for f in module.summary.functions):
        return None
    found = [(g.keyword, g.value) for g in definition.arguments if g.keyword is not None and g.keyword != "metaclass"]
    if any(given.star for given in definition.arguments):
        return None
    for statement in definition.body:
        if isinstance(statement, Assign) and _assigns(statement, "model_config"):
            inner = _mapping(program, statement.value, Scope(cls.path, "class", cls.number))
            if inner is None:
                return None
            found += inner
        elif isinstance(statement, ClassDef) and module.summary.classes[statement.cls].name == "Config":
            config = module.summary.classes[statement.cls]
            if config.arguments:
                return None
            found += [
                (target.id, inner_statement.value)
                for inner_statement in config.body
                if isinstance(inner_statement, Assign) and inner_statement.value is not None
                for target in inner_statement.targets
                if isinstance(target, Name)
            ]
    return found


def _assigns(statement: Assign, name: str) -> bool:
    return any(isinstance(target, Name) and target.id == name for target in statement.targets)


def _mapping(program: Program, expr: Expr | None, scope: Scope) -> list[tuple[str, Expr]] | None:
    """The items of `SettingsConfigDict(…)` or of a dict display; None when some are out of view."""
    if isinstance(expr, DictDisplay):
        if any(not isinstance(item.key, Literal) for item in expr.items):
            return None
        return [(str(item.key.value), item.value) for item in expr.items if isinstance(item.key, Literal)]
    if not isinstance(expr, Call) or not set(program.paths(expr.func, scope)) & settings.CONFIG_MAKERS:
        return None
    if any(given.keyword is None for given in expr.arguments):
        return None
    return [(given.keyword, given.value) for given in expr.arguments if given.keyword is not None]


def is_subclassed(program: Program, cls: ClassValue) -> bool:
    """Whether another class of the program inherits from a class."""
    for path, module in program.modules.items():
        for other in module.summary.classes:
            value = ClassValue(path, other.number)
            if value != cls and other.arguments and cls in program.resolver.ancestry(value):
                return True
    return False


def is_made_with_options(program: Program, cls: ClassValue) -> bool:
    """Whether some call overrides a settings class's options: `Settings(_env_prefix="X_")`."""
    for path in program.loaded:
        for unit in program.modules[path].units():
            for site, call in program.sites_of(Unit(*unit), Call):
                if any((g.keyword or "").startswith("_") for g in call.arguments):
                    if cls in program.resolve(call.func, site.scope):
                        return True
    return False
