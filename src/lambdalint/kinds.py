"""What kind of object an expression is, as far as serialising goes: a dictionary, a set, a date, a model."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lambdalint.catalog import responses as known
from lambdalint.catalog.records import DATACLASS_DECORATORS
from lambdalint.decorations import untold
from lambdalint.link.model import ClassValue, External, FunctionValue, Instance, Scope, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Attribute,
    Await,
    BinOp,
    BoolOp,
    Call,
    Compare,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    IfExp,
    Joined,
    LambdaExpr,
    Literal,
    Name,
    NamedExpr,
    Return,
    Try,
    UnaryOp,
)

UNKNOWN = "unknown"
_DEPTH = 6
_LITERALS = {
    **{kind: kind for kind in ("str", "bytes", "bool", "none")},
    "int": "number",
    "float": "number",
    "complex": "complex number",
}
# Builtins that tell of which kind a value is: https://docs.python.org/3/library/functions.html
_KIND_TESTS = frozenset(("isinstance", "issubclass", "hasattr", "type", "callable"))
_SET_METHODS = frozenset(("union", "intersection", "difference", "symmetric_difference", "copy"))


class Term(NamedTuple):
    """An expression in a scope; `given` holds what a call passed for the parameters of that scope's function."""

    expr: Expr
    scope: Scope
    given: Mapping[str, Term]


class Kinds:
    """Tells the kinds that an expression may be of; "unknown" is one of them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._active: set[tuple[int, Scope]] = set()
        self._sorting: dict[tuple[Scope, str], bool] = {}

    def of(self, term: Term, depth: int = 0) -> frozenset[str]:
        """The kinds of a term."""
        key = (id(term.expr), term.scope)
        if depth > _DEPTH or key in self._active:
            return frozenset((UNKNOWN,))
        self._active.add(key)
        try:
            return frozenset(self._find(term, depth)) or frozenset((UNKNOWN,))
        finally:
            self._active.discard(key)

    def _find(self, term: Term, depth: int) -> Iterator[str]:
        expr = term.expr
        if isinstance(expr, Literal):
            yield _LITERALS.get(expr.kind, UNKNOWN)
        elif isinstance(expr, Joined):
            yield "str"
        elif isinstance(expr, DictDisplay):
            yield "dict"
        elif isinstance(expr, Display | Comprehension):
            yield expr.kind
        elif isinstance(expr, LambdaExpr):
            yield "lambda expression"
        elif isinstance(expr, Compare) or (isinstance(expr, UnaryOp) and expr.op == "not"):
            yield "bool"
        elif isinstance(expr, IfExp):
            yield from self.of(term._replace(expr=expr.body), depth + 1)
            yield from self.of(term._replace(expr=expr.orelse), depth + 1)
        elif isinstance(expr, BoolOp):
            yield from self.of(term._replace(expr=expr.left), depth + 1)
            yield from self.of(term._replace(expr=expr.right), depth + 1)
        elif isinstance(expr, NamedExpr):
            yield from self.of(term._replace(expr=expr.value), depth + 1)
        elif isinstance(expr, BinOp):
            yield self._operation(term, expr, depth)
        else:
            yield from self._deeper(term, depth)

    def _deeper(self, term: Term, depth: int) -> Iterator[str]:
        expr = term.expr
        if isinstance(expr, Name):
            yield from self._name(term, expr, depth)
        elif isinstance(expr, Attribute):
            yield from self._attribute(term, expr)
        elif isinstance(expr, Call):
            yield from self._call(term, expr, depth, is_awaited=False)
        elif isinstance(expr, Await) and isinstance(expr.value, Call):
            yield from self._call(term, expr.value, depth, is_awaited=True)

    def _operation(self, term: Term, expr: BinOp, depth: int) -> str:
        left = self.of(term._replace(expr=expr.left), depth + 1)
        right = self.of(term._replace(expr=expr.right), depth + 1)
        if left == frozenset(("datetime",)) and expr.op in "+-":
            return "datetime"
        if left == right and len(left) == 1:
            only = next(iter(left))
            if only in ("number", "list", "str", "tuple", "dict") or (only == "set" and expr.op in "|&-^"):
                return only
        return "str" if left == frozenset(("str",)) and expr.op in "+%*" else UNKNOWN

    # --- names ---

    def _name(self, term: Term, expr: Name, depth: int) -> Iterator[str]:
        if self.is_caught_exception(term, expr):
            yield "exception"
            return
        followed = self.follow(term, expr)
        if not followed:
            yield "function" if self._is_function(term, expr) else UNKNOWN
        for target in followed:
            yield from self.of(target, depth + 1)

    def _is_function(self, term: Term, expr: Name) -> bool:
        """Whether a name is a project's own function and nothing else; a decorator may have made it anything."""
        module = self._program.modules[term.scope.path]
        _, bindings = module.bindings(term.scope, expr.id, expr.span)
        return bool(bindings) and all(
            binding.kind == "function" and not module.summary.functions[binding.number].decorators
            for binding in bindings
        )

    def is_caught_exception(self, term: Term, expr: Name) -> bool:
        """Whether a name is what an `except … as` clause binds."""
        module = self._program.modules[term.scope.path]
        _, bindings = module.bindings(term.scope, expr.id, expr.span)
        return bool(bindings) and all(
            binding.kind == "opaque"
            and binding.frames
            and isinstance(node := binding.frames[-1].node, Try)
            and binding.frames[-1].branch == "handler"
            and node.handlers[binding.frames[-1].nth].name == expr.id
            for binding in bindings
        )

    def follow(self, term: Term, expr: Name) -> tuple[Term, ...]:
        """What a name stands for, all of it; empty when a part is not known."""
        module = self._program.modules[term.scope.path]
        home, bindings = module.bindings(term.scope, expr.id, expr.span)
        if home is None or not bindings:
            return ()
        found: list[Term] = []
        for binding in bindings:
            if binding.kind == "parameter" and home == term.scope and expr.id in term.given:
                if self._sorts(term.scope, expr.id):
                    return ()
                found.append(term.given[expr.id])
            elif binding.kind == "value" and not binding.unpack and binding.value is not None:
                given = term.given if binding.scope == term.scope else {}
                found.append(Term(binding.value, binding.scope, given))
            else:
                return ()
        return tuple(found)

    def _sorts(self, scope: Scope, name: str) -> bool:
        """Whether a function asks of which kind its parameter is: what it then does with it depends on the answer."""
        answer = self._sorting.get((scope, name))
        if answer is None:
            unit = Unit(scope.path, scope.number)
            asked = (site.place.expr for site in self._program.sites(unit))
            answer = self._sorting[scope, name] = any(
                isinstance(expr, Call)
                and isinstance(expr.func, Name)
                and expr.func.id in _KIND_TESTS
                and bool(expr.arguments)
                and isinstance(expr.arguments[0].value, Name)
                and expr.arguments[0].value.id == name
                for expr in asked
            )
        return answer

    def _attribute(self, term: Term, expr: Attribute) -> Iterator[str]:
        for owner in self._program.resolve(expr.value, term.scope):
            if isinstance(owner, ClassValue) and self.of_class(owner) == "enum":
                scope = Scope(owner.path, "class", owner.number)
                bound = self._program.modules[owner.path].table(scope).get(expr.attr, ())
                if bound and all(binding.kind == "value" for binding in bound):
                    yield "enum"
                    return
        yield from self._values(expr, term.scope)

    # --- calls ---

    def _call(self, term: Term, call: Call, depth: int, *, is_awaited: bool) -> Iterator[str]:
        func = call.func
        if isinstance(func, Attribute):
            found = self._method(term, func, call, depth)
            if found is not None:
                yield found
                return
        values = self._program.resolve(func, term.scope)
        if not values:
            yield UNKNOWN
        for value in values:
            if isinstance(value, External):
                yield known.result_of(value.path) or _exception(value.path) or UNKNOWN
            elif isinstance(value, ClassValue):
                yield self.of_class(value) or UNKNOWN
            elif isinstance(value, FunctionValue):
                yield from self._returned(value, term, call, depth, is_awaited=is_awaited)
            else:
                yield UNKNOWN

    def _method(self, term: Term, func: Attribute, call: Call, depth: int) -> str | None:
        """The kind that a method gives, by the kind of its object; None when that does not tell."""
        if func.attr in known.MODEL_MAKERS:
            owners = self._program.resolve(func.value, term.scope)
            if owners and all(isinstance(owner, ClassValue) and self.of_class(owner) == "model" for owner in owners):
                return "model"
        owner = self.of(term._replace(expr=func.value), depth + 1)
        if func.attr in known.VIEW_METHODS and not call.arguments:
            return "dictionary view" if owner == frozenset(("dict",)) else UNKNOWN
        if owner == frozenset(("set",)) and func.attr in _SET_METHODS:
            return "set"
        if owner == frozenset(("datetime",)):
            return "datetime" if func.attr in known.DATETIME_METHODS else UNKNOWN
        return None

    def _returned(self, value: FunctionValue, term: Term, call: Call, depth: int, *, is_awaited: bool) -> Iterator[str]:
        unit = Unit(value.path, value.number)
        function = self._program.function(unit)
        if untold(self._program, unit):
            yield UNKNOWN
        elif function.is_generator:
            yield UNKNOWN if function.is_async else "generator"
        elif function.is_async and not is_awaited:
            yield "coroutine"
        else:
            for returned in self.returned(value, term, call):
                yield from self.of(returned, depth + 1)

    def returned(self, value: FunctionValue, term: Term, call: Call) -> tuple[Term, ...]:
        """What a call of a project function may return, with what it passes for the parameters."""
        unit = Unit(value.path, value.number)
        scope = self._program.scope(unit)
        given = self.passed(value, term, call)
        return tuple(
            Term(statement.value, scope, given)
            for statement, _ in self._program.statements(unit)
            if isinstance(statement, Return) and statement.value is not None
        )

    def passed(self, value: FunctionValue, term: Term, call: Call) -> Mapping[str, Term]:
        """What a call passes, by parameter; empty when it passes star arguments or a part is fixed elsewhere."""
        function = self._program.function(Unit(value.path, value.number))
        if value.given is not None or any(argument.star for argument in call.arguments):
            return {}
        names = [p.name for p in function.parameters if p.kind in ("positional-only", "positional")]
        if function.cls >= 0 and value.bound is not None:
            names = names[1:]
        found: dict[str, Term] = {}
        positional = [argument for argument in call.arguments if argument.keyword is None]
        for name, argument in zip(names, positional, strict=False):
            found[name] = term._replace(expr=argument.value)
        for argument in call.arguments:
            if argument.keyword is not None:
                found[argument.keyword] = term._replace(expr=argument.value)
        return found

    # --- classes ---

    def _values(self, expr: Expr, scope: Scope) -> Iterator[str]:
        values = self._program.resolve(expr, scope)
        for value in values:
            yield (self.of_class(value.cls) or UNKNOWN) if isinstance(value, Instance) else UNKNOWN

    def of_class(self, cls: ClassValue) -> str | None:
        """The kind of a project class's objects: model, enum, exception, dataclass, object; None if not known."""
        program = self._program
        outside = {a.path for a in program.resolver.ancestry(cls) if isinstance(a, External)}
        if not known.SERIALIZABLE_BASES.isdisjoint(outside):
            return None
        if not known.MODEL_BASES.isdisjoint(outside):
            return "model"
        if not known.ENUM_BASES.isdisjoint(outside):
            return None if not known.SERIALIZABLE_ENUM_BASES.isdisjoint(outside) else "enum"
        if any(_exception(path) for path in outside):
            return "exception"
        definition = program.summary(cls.path).classes[cls.number]
        scope = program.modules[cls.path].scope
        paths = {path.removesuffix("()") for d in definition.decorators for path in program.paths(d, scope)}
        if not DATACLASS_DECORATORS.isdisjoint(paths):
            return "dataclass"
        return "plain object" if self._is_plain(cls, outside) else None

    def _is_plain(self, cls: ClassValue, outside: set[str]) -> bool:
        """Whether nothing but `object` and classes in view make a class, and none gives what an encoder asks for."""
        if not outside <= known.PLAIN_BASES:
            return False
        program = self._program
        for current in program.resolver.ancestry(cls):
            if not isinstance(current, ClassValue):
                continue
            definition = program.summary(current.path).classes[current.number]
            if definition.decorators or len(program.resolver.bases(current)) != len(definition.arguments):
                return False
            if not known.ENCODED_BY.isdisjoint(definition.locals):
                return False
        return True


def _exception(path: str) -> str | None:
    """Whether a bare name is a builtin exception."""
    found = getattr(builtins, path, None) if "." not in path else None
    return "exception" if isinstance(found, type) and issubclass(found, BaseException) else None
