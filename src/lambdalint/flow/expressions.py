"""The value of each expression at one point of a unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lambdalint.catalog.names import is_identity, is_secret_name, words
from lambdalint.flow import emptiness, texts
from lambdalint.flow import values as v
from lambdalint.flow.emptiness import Lacks
from lambdalint.flow.naming import is_harmless, is_listing, is_lookup, is_of_error, is_setting, looked_up
from lambdalint.flow.printing import printed
from lambdalint.flow.reading import Reading
from lambdalint.flow.tags import KeyOf
from lambdalint.flow.values import CLEAN, DYNAMIC, UNKNOWN, Key, Root, Value
from lambdalint.link.model import Scope, Unit
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
    Literal,
    Name,
    NamedExpr,
    Star,
    Subscript,
    UnaryOp,
    Yield,
)
from lambdalint.walk import free_names, root_name

if TYPE_CHECKING:
    from lambdalint.flow.engine import Engine

_MAX_TEXT = 120
# Words of names that hold what is wrong: where they are false, nothing is.
_FAULTS = frozenset(("error", "errors", "err", "fault", "faults", "problem", "problems", "invalid", "reason", "issues"))


class Expressions(Reading):
    """Evaluates expressions of one unit; `state` is the point at which."""

    def __init__(self, engine: Engine, unit: Unit, scope: Scope) -> None:
        from lambdalint.flow.calls import Calls

        super().__init__(engine, unit, scope)
        self.yields: list[Value] = []
        self.caught: dict[str, Value] = {}
        self._paired: dict[str, Expr] = {}
        self._calls = Calls(self)

    def evaluate(self, expr: Expr) -> Value:
        """The value of an expression of any kind."""
        return _EVALUATE.get(type(expr), _unknown)(self, expr)

    # --- building ---

    def text(self, expr: Expr, value: Value) -> Value:
        """What the value of an expression shows in a text."""
        return printed(self._calls, value, expr.span)

    def _joined(self, expr: Joined) -> Value:
        return texts.joined(self, expr)

    def _binop(self, expr: BinOp) -> Value:
        return texts.operation(self, expr)

    def _dict(self, expr: DictDisplay) -> Value:
        found = Value(shape="dict")
        for item in expr.items:
            held = self.value(item.value)
            if item.key is None:
                found = v.join(found, held)
                continue
            key = self.place(item.key)
            if isinstance(key, KeyOf):
                found = v.write(found, key, held)
            elif key == DYNAMIC:
                self.value(item.key)
                found = v.add(found, held)
            else:
                found = v.write(found, key, self.named(str(key), item.value, held))
        return found._replace(shape="dict")

    def _display(self, expr: Display) -> Value:
        found = Value(shape="list")
        for index, item in enumerate(expr.items):
            if isinstance(item, Star):
                found = v.add(found, v.iterate(self.value(item.value)))
            elif expr.kind == "set":
                found = v.add(found, self.value(item))
            else:
                found = v.write(found, index, self.value(item))
        return found

    def named(self, name: str, expr: Expr, value: Value) -> Value:
        """A value bound to a name or key: a call's or a lookup's result under a secret-looking name is a secret."""
        if not is_secret_name(name, self.engine.names):
            return value
        self.engine.note_used(value)
        if not is_lookup(expr) or is_listing(expr):
            return value
        if is_of_error(expr) or ((key := looked_up(expr)) is not None and is_identity(key)):
            return value
        if v.is_clean(value) or not self.engine.may_be_secret(value, expr, self.scope):
            return value
        return v.join(value, v.of_root(Root("named", self.unit, expr.span, name)))

    # --- control ---

    def _boolop(self, expr: BoolOp) -> Value:
        left = self.value(expr.left)
        before, lacking = self.state.checked, self.state.lacking
        self.state.checked = before | self.checks(expr.left, expr.op == "and")
        self.state.lacking = lacking | self.lacks(expr.left, expr.op == "and")
        right = self.value(expr.right)
        self.state.checked, self.state.lacking = before, lacking & self.state.lacking
        if expr.op == "or" and left.atoms and is_setting(looked_up(expr.left), expr.right, self.engine.names):
            left = v.tagged(left, "harmless")
        # `a and b` is `a` only where that is empty or false.
        return right if expr.op == "and" else v.join(left, right)

    def _ifexp(self, expr: IfExp) -> Value:
        self.value(expr.test)
        before, lacking = self.state.checked, self.state.lacking
        self.state.checked = before | self.checks(expr.test, True)
        self.state.lacking = lacking | self.lacks(expr.test, True)
        body = self.value(expr.body)
        lacking &= self.state.lacking
        self.state.checked = before | self.checks(expr.test, False)
        self.state.lacking = lacking | self.lacks(expr.test, False)
        orelse = self.value(expr.orelse)
        self.state.checked, self.state.lacking = before, lacking & self.state.lacking
        return v.join(*(self.filtered(part, expr.test) for part in (body, orelse)))

    def filtered(self, value: Value, test: Expr) -> Value:
        """A value of an `items()` pair chosen by a test of its key: what is shown was looked at first."""
        if not self.state.partners:
            return value
        asked = set(free_names(test))
        hidden = {
            atom[:2] for name, key in self.state.partners.items() if key in asked for atom in self.name(name).atoms
        }
        if not hidden:
            return value
        return v.map_atoms(value, lambda atom: () if atom[:2] in hidden else (atom,))

    def checks(self, test: Expr, positive: bool) -> frozenset[tuple[Root, tuple[Key, ...]]]:
        """What a test vouches for where it holds (`positive`) or does not."""
        if isinstance(test, UnaryOp) and test.op == "not":
            return self.checks(test.operand, not positive)
        if isinstance(test, BoolOp):
            both = (self.checks(test.left, positive), self.checks(test.right, positive))
            if (test.op == "and") == positive:
                return both[0] | both[1]
            empty = (self._empty(test.left, positive), self._empty(test.right, positive))
            return (both[0] | empty[0]) & (both[1] | empty[1]) & (both[0] | both[1])
        if isinstance(test, Compare) and len(test.ops) == 1:
            wanted = ("in", "==") if positive else ("not in", "!=")
            if test.ops[0] in wanted and not self.value(test.comparators[0]).atoms:
                return _places(self.value(test.left))
        elif isinstance(test, Call) and positive:
            return self.vouched(test)
        elif isinstance(test, Name | Attribute | Subscript):
            name = root_name(test)
            told = self.state.verdicts.get(name or "", frozenset())
            return told if positive == _FAULTS.isdisjoint(words(name or "")) else frozenset()
        return frozenset()

    def _empty(self, test: Expr, positive: bool) -> frozenset[tuple[Root, tuple[Key, ...]]]:
        """What is empty or missing where a test holds (`positive`) or does not: there is nothing to vouch for."""
        if isinstance(test, UnaryOp) and test.op == "not":
            return self._empty(test.operand, not positive)
        if isinstance(test, Compare) and len(test.ops) == 1:
            literal = test.comparators[0]
            is_asked = test.ops[0] in (("is", "==") if positive else ("is not", "!="))
            return _places(self.value(test.left)) if is_asked and _is_empty(literal) else frozenset()
        if isinstance(test, Name | Attribute | Subscript) and not positive:
            return _places(self.value(test))
        return frozenset()

    def lacks(self, test: Expr, positive: bool) -> Lacks:
        """What is empty, or lacks the member that makes it a secret, where a test holds (`positive`) or does not."""
        return emptiness.lacks(test, positive, self.engine.names)

    def vouched(self, call: Call) -> frozenset[tuple[Root, tuple[Key, ...]]]:
        """What a call checks, by its name."""
        return frozenset(place for part in self._calls.vouched(call) for place in _places(self.value(part)))

    def _compare(self, expr: Compare) -> Value:
        self.value(expr.left)
        for part in expr.comparators:
            self.value(part)
        return CLEAN

    def _unary(self, expr: UnaryOp) -> Value:
        self.value(expr.operand)
        return CLEAN

    def _named_expr(self, expr: NamedExpr) -> Value:
        found = self.named(expr.target.id, expr.value, self.value(expr.value))
        self.assign(expr.target.id, found)
        return found

    def assign(self, name: str, value: Value) -> None:
        """Give a name of this unit a value."""
        value = v.bounded(value)
        self.state.values[name] = value
        self.state.partners.pop(name, None)
        self.state.verdicts.pop(name, None)
        if self.state.lacking:
            self.state.lacking = emptiness.without(self.state.lacking, name)
        self.engine.note_assigned(self.unit, name, value)

    def _comprehension(self, expr: Comprehension) -> Value:
        outer = self.state
        self.state = outer.copy()
        try:
            tests: list[Expr] = []
            for generator in expr.generators:
                self.bind_item(generator.target, v.iterate(self.value(generator.iterable)), generator.iterable)
                for condition in generator.conditions:
                    self.value(condition)
                    self.state.checked |= self.checks(condition, True)
                    tests.append(condition)
            key = None if expr.key is None else self.key(expr.key)
            if expr.key is not None:
                self.value(expr.key)
            held = self.value(expr.element)
            for test in tests:
                held = self.filtered(held, test)
        finally:
            self.state = outer
        if expr.kind != "dict":
            return v.listed(held)
        return Value(shape="dict", rest=held) if key in (None, DYNAMIC) else Value(fields={key: held}, shape="dict")

    def own_names(self) -> frozenset[str]:
        """The names that only this unit binds."""
        return frozenset()

    def note_raised(self, name: str, value: Value) -> None:
        """An exception is raised here; an expression alone catches none."""

    def store(self, target: Expr, value: Value) -> None:
        """Store into an attribute or an item; an expression alone stores into names only."""
        if isinstance(target, Name):
            self.assign(target.id, value)

    def bind_item(self, target: Expr, value: Value, source: Expr) -> None:
        """Bind a target to each item of what `source` gives; a name alone makes no item a secret."""
        if isinstance(target, Name):
            self.assign(target.id, self.believed(target.id, value))
        elif isinstance(target, Star):
            self.bind_item(target.value, value, source)
        elif isinstance(target, Display):
            for index, item in enumerate(target.items):
                part = v.tail(value, index) if isinstance(item, Star) else v.read(value, index)
                self.bind_item(item, part, source)
            self._note_pair(target, source)
        else:
            self.store(target, value)

    def believed(self, name: str, value: Value) -> Value:
        """A value bound to a name that may say that it is no secret: `secret_arn`, `username`."""
        return v.tagged(value, "harmless") if v.flatten(value) and is_harmless(name, self.engine.names) else value

    def _note_pair(self, target: Display, source: Expr) -> None:
        """Remember `for key, value in ….items()`."""
        if isinstance(source, Call) and isinstance(source.func, Attribute) and source.func.attr == "items":
            if len(target.items) == 2:
                key, held = target.items
                if isinstance(key, Name) and isinstance(held, Name):
                    self.state.partners[held.id] = key.id
                    self._paired[held.id] = source.func.value

    def _await(self, expr: Await) -> Value:
        return self.value(expr.value)

    def _star(self, expr: Star) -> Value:
        return self.value(expr.value)

    def _yield(self, expr: Yield) -> Value:
        if expr.value is not None:
            found = self.value(expr.value)
            self.yields.append(v.iterate(found) if expr.is_from else found)
        return UNKNOWN

    def _call(self, expr: Call) -> Value:
        return self._calls.call(expr)

    def _literal(self, expr: Literal) -> Value:
        if isinstance(expr.value, str) and expr.kind == "str" and len(expr.value) <= _MAX_TEXT:
            return Value(text=expr.value)
        return CLEAN


def _places(value: Value) -> frozenset[tuple[Root, tuple[Key, ...]]]:
    return frozenset((atom.root, atom.path) for atom in v.flatten(value))


def _is_empty(expr: Expr) -> bool:
    return isinstance(expr, Literal) and not expr.value


def _unknown(evaluator: Expressions, expr: Expr) -> Value:
    return UNKNOWN


_EVALUATE: dict[type, Callable[[Any, Any], Value]] = {
    Name: Reading.as_name,
    Attribute: Reading.as_attribute,
    Call: Expressions._call,
    Subscript: Reading.as_subscript,
    Joined: Expressions._joined,
    BinOp: Expressions._binop,
    BoolOp: Expressions._boolop,
    Compare: Expressions._compare,
    UnaryOp: Expressions._unary,
    IfExp: Expressions._ifexp,
    DictDisplay: Expressions._dict,
    Display: Expressions._display,
    Comprehension: Expressions._comprehension,
    Await: Expressions._await,
    Yield: Expressions._yield,
    NamedExpr: Expressions._named_expr,
    Star: Expressions._star,
    Literal: Expressions._literal,
}
