"""Memo guards: the stretches of a function that run once because a lasting name remembers their result.

Lasting are names of modules and classes, items of containers behind them, attributes of objects and names of
enclosing functions; the last two only while the object, or the enclosing call, itself lasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.link.asked import functions_asked, is_predicate, polarity, tested
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import ClassValue, Scope, Unit
from lambdalint.link.steady import stays
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    BoolOp,
    Call,
    Display,
    Expr,
    ExprStmt,
    If,
    IfExp,
    Literal,
    Name,
    NamedExpr,
    Return,
    Stmt,
    Subscript,
    Try,
    UnaryOp,
)
from lambdalint.walk import Frame, blocks, expressions, places, statement_expressions, statements

_STORING = ("update", "append", "add", "set", "put", "setdefault", "__setitem__")
_MISSES = frozenset(("KeyError", "AttributeError", "NameError", "LookupError", "IndexError", "Exception"))

_DEPTH = 1  # how many calls deep a method of the same class is followed


class Condition(NamedTuple):
    """When a memo holds: always (both None), while objects of a class last, or while an enclosing call lasts."""

    cls: ClassValue | None = None
    outer: Unit | None = None


class Region(NamedTuple):
    """A stretch of a function that runs at most once while the condition holds."""

    span: Span
    condition: Condition


class _Lasting(NamedTuple):
    root: str
    condition: Condition


def regions(module: ModuleIndex, unit: Unit) -> tuple[Region, ...]:
    """The memoized stretches of a unit's body, in source order."""
    if unit.number < 0:
        return ()
    return tuple(_Guards(module, unit).find())


class _Guards:
    def __init__(self, module: ModuleIndex, unit: Unit) -> None:
        self.module = module
        self.unit = unit
        self.scope = Scope(unit.path, "function", unit.number)
        self.table = module.table(self.scope)

    def find(self) -> Iterator[Region]:
        stored = self._stored(self.module.statements(self.unit))
        if stored:
            yield from self._block(self.module.function(self.unit.number).body, stored)

    # --- what lasts ---

    def lasting(self, expr: Expr) -> _Lasting | None:
        """What an expression denotes when it outlives the call: its root, and on what condition."""
        if isinstance(expr, Subscript | NamedExpr):
            return self.lasting(expr.value)
        if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr in ("get", "pop"):
            return self.lasting(expr.func.value)
        if isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id in ("getattr", "hasattr"):
            return self._named_attribute(expr)
        if isinstance(expr, Attribute):
            return self._attribute(expr.value, expr.attr)
        return self._name(expr.id) if isinstance(expr, Name) else None

    def _named_attribute(self, call: Call) -> _Lasting | None:
        if len(call.arguments) < 2 or not isinstance(call.arguments[1].value, Literal):
            return None
        return self._attribute(call.arguments[0].value, str(call.arguments[1].value.value))

    def _attribute(self, base: Expr, attr: str) -> _Lasting | None:
        if isinstance(base, Name):
            owner = self._self_class(base.id)
            if owner is not None:
                return _Lasting(f"{base.id}.{attr}", owner)
        inner = self.lasting(base)
        return None if inner is None else _Lasting(f"{inner.root}.{attr}", inner.condition)

    def _name(self, name: str) -> _Lasting | None:
        home = self.module.lookup_scope(self.scope, name)
        if home is None:
            return None
        if home.kind == "module":
            return _Lasting(name, Condition())
        if home.kind == "function" and home.number != self.unit.number:
            return _Lasting(name, Condition(outer=Unit(self.unit.path, home.number)))
        return None

    def _self_class(self, name: str) -> Condition | None:
        """The condition of an attribute of a method's first parameter."""
        home = self.module.lookup_scope(self.scope, name)
        if home is None or home.kind != "function":
            return None
        function = self.module.function(home.number)
        if function.cls < 0 or not function.parameters or function.parameters[0].name != name:
            return None
        names = [d.id for d in function.decorators if isinstance(d, Name)]
        if "staticmethod" in names:
            return None
        if "classmethod" in names or function.name == "__new__":
            return Condition()
        return Condition(cls=ClassValue(self.unit.path, function.cls))

    def _reads(self, expr: Expr, depth: int = 0) -> Iterator[_Lasting]:
        """The lasting things that a test looks at, also through locals that were read from them."""
        parts = tuple(expressions(expr))
        asking = {id(part.func) for part in parts if isinstance(part, Call) and part.arguments}
        for part in parts:
            found = None if id(part) in asking and isinstance(part, Name) else self.lasting(part)
            if found is not None:
                yield found
            elif isinstance(part, Name) and depth < 2:
                for binding in self.table.get(part.id, ()):
                    if binding.kind == "value" and binding.value is not None:
                        direct = self.lasting(binding.value)
                        if direct is not None:
                            yield direct
                        else:
                            yield from (
                                found for tested in tested(binding.value) for found in self._reads(tested, depth + 1)
                            )

    def _answering(self, test: Expr, stored: dict[str, Condition]) -> Iterator[_Lasting]:
        """Of what is stored, the names that functions of the module look at which a test asks: `not is_known(key)`."""
        for number in functions_asked(self.module, self.scope, test):
            yield from _Guards(self.module, Unit(self.unit.path, number)).looked_at(stored)

    def looked_at(self, stored: dict[str, Condition]) -> Iterator[_Lasting]:
        """The names of the module, of those that are stored elsewhere, that this function reads and does not store."""
        body = self.module.function(self.unit.number).body
        own = self._stored(self.module.statements(self.unit))
        for part in (place.expr for place in places(body)):
            found = self._name(part.id) if isinstance(part, Name) and part.id in stored else None
            if found is not None and found.condition == Condition() and found.root not in own:
                yield found

    def _means(self, test: Expr) -> tuple[bool, bool]:
        """`polarity` with a local spelt out: `is_stale = _made + AGE < now; if not is_stale:`, or what is missing."""
        if isinstance(test, UnaryOp) and test.op == "not":
            absent, present = self._means(test.operand)
            return present, absent
        if isinstance(test, BoolOp):
            left, right = self._means(test.left), self._means(test.right)
            return left[0] or right[0], left[1] or right[1]
        if isinstance(test, Call) and is_predicate(test) and self.lasting(test) is None:
            kept = all(self.lasting(given.value) is not None for given in test.arguments)
            return kept, True
        values = [b.value for b in self.table.get(test.id, ())] if isinstance(test, Name) else []
        held = values[0] if len(values) == 1 else None
        if isinstance(held, BinOp) and held.op == "-":
            return True, False
        return polarity(next(tested(held), test) if held is not None else test)

    def _stored(self, among: Iterable[tuple[Stmt, tuple[Frame, ...]]]) -> dict[str, Condition]:
        """The lasting things that statements store to, by root; what a called function of the module stores too."""
        found: dict[str, Condition] = {}
        for statement, _ in among:
            if isinstance(statement, Assign) and statement.value is not None:
                for target in statement.targets:
                    self._note(target, found)
            for head in statement_expressions(statement):
                for expr in expressions(head):
                    kind = expr.__class__
                    if kind is Call:
                        self._note_call(expr, found)  # type: ignore[arg-type]
                    elif kind is NamedExpr:
                        self._note(expr.target, found)  # type: ignore[union-attr]
        return found

    def _note(self, target: Expr, found: dict[str, Condition]) -> None:
        items = getattr(target, "items", None)
        for part in items if isinstance(items, tuple) else (target,):
            stored = self.lasting(part)
            if stored is not None and (not isinstance(part, Name) or self._is_written(part.id)):
                found.setdefault(stored.root, stored.condition)

    def _note_call(self, call: Call, found: dict[str, Condition]) -> None:
        func = call.func
        if isinstance(func, Attribute) and func.attr in _STORING:
            stored = self.lasting(func.value)
            if stored is not None:
                found.setdefault(stored.root, stored.condition)
        elif isinstance(func, Name) and func.id == "setattr" and len(call.arguments) == 3:
            stored = self._named_attribute(call)
            if stored is not None:
                found.setdefault(stored.root, stored.condition)
        elif isinstance(func, Name):
            for binding in self.module.table(self.module.scope).get(func.id, ()):
                if binding.kind == "function":
                    for name in self.module.function(binding.number).globals:
                        found.setdefault(name, Condition())
        elif isinstance(func, Attribute) and isinstance(func.value, Name):
            self._note_method(func.value.id, func.attr, found, _DEPTH)

    def _note_method(self, owner: str, method: str, found: dict[str, Condition], depth: int) -> None:
        """What `self.method()` stores on `self`, and `Class.method()` on the class, when the class is in view."""
        condition = self._self_class(owner)
        for cls in self._classes(owner):
            for binding in self.module.table(Scope(self.unit.path, "class", cls)).get(method, ()):
                if binding.kind != "function":
                    continue
                function = self.module.function(binding.number)
                for name in function.globals:
                    found.setdefault(name, Condition())
                if not function.parameters:
                    continue
                own = function.parameters[0].name
                for attr in _stored_attributes(function.body, own):
                    found.setdefault(f"{owner}.{attr}", condition or Condition())
                for inner in _own_calls(function.body, own) if depth else ():
                    self._note_method(owner, inner, found, depth - 1)

    def _classes(self, owner: str) -> Iterator[int]:
        """The classes of the module that a method's first parameter, or a name of the module, stands for; bases too."""
        home = self.module.lookup_scope(self.scope, owner)
        if home is None:
            return
        if home.kind == "module":
            found = self._named_classes(owner)
        else:
            found = [self.module.function(home.number).cls] if self._self_class(owner) is not None else []
        for cls in found:
            bases = (given.value for given in self.module.summary.classes[cls].arguments if given.keyword is None)
            found += [b for base in bases if isinstance(base, Name) for b in self._named_classes(base.id) if b < cls]
            yield cls

    def _named_classes(self, name: str) -> list[int]:
        return [b.number for b in self.module.table(self.module.scope).get(name, ()) if b.kind == "class"]

    def _is_written(self, name: str) -> bool:
        function = self.module.function(self.unit.number)
        return name in function.globals or name in function.nonlocals

    # --- guards ---

    def _block(self, block: tuple[Stmt, ...], stored: dict[str, Condition]) -> Iterator[Region]:
        for position, statement in enumerate(block):
            rest = block[position + 1 :]
            if isinstance(statement, If):
                yield from self._if(statement, rest, stored)
            elif isinstance(statement, Try):
                yield from self._try(statement, rest, stored)
            yield from self._short_circuits(statement, stored)
            for inner, _, _ in blocks(statement):
                yield from self._block(inner, stored)

    def _if(self, statement: If, rest: tuple[Stmt, ...], stored: dict[str, Condition]) -> Iterator[Region]:
        guarded = [*self._reads(statement.test), *self._answering(statement.test, stored)]
        if not guarded:
            return
        absent, present = self._means(statement.test)
        if absent:
            yield from self._region(statement.body, guarded, stored, also=rest)
        if present:
            yield from self._region(statement.orelse, guarded, stored)
            if _leaves(statement.body) or self._gives_kept(statement.body, {found.root for found in guarded}):
                yield from self._region(rest, guarded, stored)
            yield from self._switch(statement, guarded)

    def _gives_kept(self, block: tuple[Stmt, ...], roots: set[str]) -> bool:
        """Whether a block returns what is kept where a further test, such as of its age, holds."""
        names: set[str] = set()
        for statement, frames in statements(block):
            value = statement.value if isinstance(statement, Assign | Return) else None
            if value is None or not all(isinstance(frame.node, If) for frame in frames):
                continue
            is_kept = any(found.root in roots for found in self._reads(value))
            if isinstance(statement, Assign) and is_kept:
                targets = [target for target in statement.targets if isinstance(target, Name | Display)]
                names |= {part.id for target in targets for part in expressions(target) if isinstance(part, Name)}
            elif isinstance(statement, Return):
                if is_kept or any(isinstance(part, Name) and part.id in names for part in expressions(value)):
                    return True
        return False

    def _switch(self, statement: If, guarded: list[_Lasting]) -> Iterator[Region]:
        """`if _is_cold: …; _is_cold = False`: the block runs once, as it ends its own condition."""
        off = [
            self.lasting(target)
            for inner in statement.body
            if isinstance(inner, Assign) and isinstance(inner.value, Literal) and inner.value.value is False
            for target in inner.targets
            if not isinstance(target, Name) or self._is_written(target.id)
        ]
        for found in guarded:
            if found in off:
                yield Region(_extent(statement.body), found.condition)
                return

    def _region(
        self,
        block: tuple[Stmt, ...],
        guarded: list[_Lasting],
        stored: dict[str, Condition],
        also: tuple[Stmt, ...] = (),
    ) -> Iterator[Region]:
        """A block is memoized when it, or what follows it, stores to what the guard looked at.

        A guard on one module-level name whose block stores another is taken for a memo as well, unless the name
        stands for what nothing changes: a constant, or a variable of the environment.
        """
        inside = self._stored(statements(block))
        after = self._stored(statements(also)) if also else {}
        for found in guarded if block else ():
            kept = found.root in inside or found.root in after
            kin = found.condition == Condition() and not stays(self.module, found.root.partition(".")[0])
            kin = kin and any(c == Condition() for c in inside.values())
            if kept or kin:
                yield Region(_extent(block), found.condition)
                return

    def _try(self, statement: Try, rest: tuple[Stmt, ...], stored: dict[str, Condition]) -> Iterator[Region]:
        returned = [s.value for s in statement.body if isinstance(s, Return) and s.value is not None]
        guarded = [found for value in returned for found in self._reads(value)]
        assigned = [s.value for s in statement.body if isinstance(s, Assign) and s.value is not None]
        guarded += [found for value in assigned if (found := self.lasting(value)) is not None]
        if not guarded:
            return
        for handler in statement.handlers:
            if handler.type is None or _MISSES & {n.id for n in expressions(handler.type) if isinstance(n, Name)}:
                yield from self._region(handler.body, guarded, stored, also=rest)
                if returned and not _leaves(handler.body):
                    yield from self._region(rest, guarded, stored)

    def _short_circuits(self, statement: Stmt, stored: dict[str, Condition]) -> Iterator[Region]:
        """`_x = _x or make()`, `_x = _x if _x else make()`, and `found = _cache.get(k) or make()`."""
        if not isinstance(statement, Assign | Return | ExprStmt) or statement.value is None:
            return
        for expr in expressions(statement.value):
            if isinstance(expr, BoolOp) and expr.op == "or":
                yield from self._operand(expr.left, expr.right, stored)
            elif isinstance(expr, IfExp):
                absent, present = polarity(expr.test)
                if present:
                    yield from self._operand(expr.test, expr.orelse, stored)
                if absent:
                    yield from self._operand(expr.test, expr.body, stored)

    def _operand(self, test: Expr, lazy: Expr, stored: dict[str, Condition]) -> Iterator[Region]:
        for found in self._reads(test):
            if found.root in stored:
                yield Region(lazy.span, found.condition)
                return


def _stored_attributes(body: tuple[Stmt, ...], own: str) -> Iterator[str]:
    for statement, _ in statements(body):
        for target in statement.targets if isinstance(statement, Assign) else ():
            if isinstance(target, Attribute) and isinstance(target.value, Name) and target.value.id == own:
                yield target.attr


def _own_calls(body: tuple[Stmt, ...], own: str) -> Iterator[str]:
    for statement, _ in statements(body):
        for head in statement_expressions(statement):
            for part in expressions(head):
                if isinstance(part, Call) and isinstance(part.func, Attribute) and isinstance(part.func.value, Name):
                    if part.func.value.id == own:
                        yield part.func.attr


def _leaves(block: tuple[Stmt, ...]) -> bool:
    """Whether a block surely ends in return."""
    return bool(block) and isinstance(block[-1], Return)


def _extent(block: tuple[Stmt, ...]) -> Span:
    return Span(*block[0].span[:2], *block[-1].span[2:])
