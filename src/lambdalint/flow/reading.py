"""One point of a unit: its names, and what is read from their values by attribute, key and slice."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from lambdalint.catalog.names import is_secret_name, leads_to_settings, words
from lambdalint.flow import emptiness
from lambdalint.flow import values as v
from lambdalint.flow.naming import is_harmless, is_harmless_key, looked_up
from lambdalint.flow.state import State
from lambdalint.flow.tags import KeyOf
from lambdalint.flow.values import CLEAN, DYNAMIC, UNKNOWN, Key, Root, Value
from lambdalint.link.constants import fallback, given_parameter
from lambdalint.link.model import ClassValue, External, Instance, ModuleValue, Scope, Unit
from lambdalint.source import Span
from lambdalint.summary import (
    Attribute,
    Call,
    Expr,
    Function,
    Jump,
    Literal,
    Name,
    Slice,
    Stmt,
    Subscript,
    UnaryOp,
)
from lambdalint.walk import Frame

if TYPE_CHECKING:
    from lambdalint.flow.calls import Calls
    from lambdalint.flow.engine import Engine

_MAX_DEPTH = 60
_MAX_CUT = 256
_TEXTS = frozenset(("str", "repr", "dumps", "decode", "pformat", "text", "string", "body"))
_TRANSPARENT = frozenset(("__dict__", "value_", "raw_event", "_raw_event"))


class Reading(ABC):
    """Reads names and members; `state` is the point at which."""

    _calls: Calls

    def __init__(self, engine: Engine, unit: Unit, scope: Scope) -> None:
        self.engine = engine
        self.unit = unit
        self.scope = scope
        self.module = engine.modules[unit.path]
        self.state = State()
        self.statement: Stmt = Jump(self.module_span(), "pass")
        self.frames: tuple[Frame, ...] = ()
        self._depth = 0
        self._homes: dict[str, Scope | None] = {}
        self._hidden: set[tuple[Root, tuple[Key, ...]]] = set()

    def module_span(self) -> Span:
        """The first place of the file, for what stands before any statement."""
        return Span(1, 0, 1, 0)

    @property
    def function(self) -> Function | None:
        """The function that is interpreted, None for a module."""
        return None if self.unit.number < 0 else self.module.function(self.unit.number)

    def value(self, expr: Expr) -> Value:
        """The value of an expression; what it calls and assigns on the way takes effect."""
        if self._depth >= _MAX_DEPTH:
            return UNKNOWN
        self._depth += 1
        try:
            found = self.evaluate(expr)
        finally:
            self._depth -= 1
        if self._hidden and found.atoms:
            found = self._without_hidden(found)
        if self.state.checked and found.atoms:
            return self._checked(found)
        return found

    def hide(self, base: Expr) -> None:
        """Believe that a value is no secret as a whole any more: one was taken out of it, or masked in it."""
        self._hidden.update((atom.root, atom.path) for atom in self.value(base).atoms)

    def _without_hidden(self, value: Value) -> Value:
        atoms = tuple(
            atom._replace(tags=atom.tags | {"harmless"}) if (atom.root, atom.path) in self._hidden else atom
            for atom in value.atoms
        )
        return value._replace(atoms=atoms)

    def _checked(self, value: Value) -> Value:
        """A value in which what was checked before says so."""
        checked = self.state.checked
        if not any((atom.root, atom.path) in checked for atom in value.atoms):
            return value
        atoms = tuple(
            atom._replace(tags=atom.tags | {"checked"}) if (atom.root, atom.path) in checked else atom
            for atom in value.atoms
        )
        return value._replace(atoms=atoms)

    @abstractmethod
    def evaluate(self, expr: Expr) -> Value:
        """The value of an expression of any kind."""

    @abstractmethod
    def assign(self, name: str, value: Value) -> None:
        """Give a name of this unit a value."""

    @abstractmethod
    def named(self, name: str, expr: Expr, value: Value) -> Value:
        """A value bound to a name or key."""

    @abstractmethod
    def store(self, target: Expr, value: Value) -> None:
        """Store into what a target names."""

    # --- names ---

    def name(self, name: str) -> Value:
        """The value of a name at this point."""
        found = self.state.values.get(name)
        if found is not None:
            return found
        if name in self._homes:
            home = self._homes[name]
        else:
            home = self._homes[name] = self.module.lookup_scope(self.scope, name)
        if home is None:
            return self.engine.star_value(self.unit, name)
        if home.kind == "module":
            return UNKNOWN if self.unit.number < 0 else self.engine.module_value(self.unit, home.path, name)
        if home.kind == "function" and home.number != self.unit.number:
            outer = Unit(home.path, home.number)
            return v.of_root(Root("closure", outer, self.module.function(home.number).header, name))
        return UNKNOWN

    def as_name(self, expr: Name) -> Value:
        """The value of a name that stands as an expression."""
        found = self.name(expr.id)
        return emptiness.shown(expr.id, found, self.state.lacking) if self.state.lacking else found

    # --- reading ---

    def as_attribute(self, expr: Attribute) -> Value:
        """The value of an attribute."""
        special = self._resolved_attribute(expr)
        if special is not None:
            return special
        base = self.value(expr.value)
        if expr.attr in _TRANSPARENT:
            return base
        return self.member(base, expr.attr, expr)

    def _resolved_attribute(self, expr: Attribute) -> Value | None:
        """Members of modules and classes, properties, and what a framework keeps for the request."""
        engine = self.engine
        if expr.attr == "environ":
            paths = [x.path for x in engine.resolver.resolve(expr, self.scope) if isinstance(x, External)]
            if "os.environ" in paths:
                return engine.sources.environment(self.unit, expr.span)
        if expr.attr in ("name", "stem", "suffix") and self._is_path(expr.value):
            return v.tagged(self.value(expr.value), "path")
        request = engine.requests.get(expr.attr)
        if request is not None:
            return v.of_root(Root(request, self.unit, expr.span, expr.attr))
        for owner in engine.resolver.resolve(expr.value, self.scope):
            if isinstance(owner, ModuleValue):
                return engine.module_value(self.unit, owner.path, expr.attr)
            if isinstance(owner, ClassValue):
                return engine.class_value(owner, expr.attr)
            if isinstance(owner, Instance):
                held = self._instance_attribute(owner, expr)
                if held is not None:
                    return held
        return None

    def _is_path(self, expr: Expr) -> bool:
        """Whether an expression is an object of pathlib."""
        found = self.engine.resolver.resolve(expr, self.scope)
        return any(isinstance(x, External) and x.path in ("pathlib.Path()", "pathlib.PurePath()") for x in found)

    def _instance_attribute(self, owner: Instance, expr: Attribute) -> Value | None:
        engine = self.engine
        method = engine.resolver.method(owner.cls, expr.attr)
        if method is not None:
            if not any(path.endswith("property") for path in engine.resolver.decorator_paths(method)):
                return CLEAN
            return self._calls.invoke(method, self.value(expr.value), expr.span)
        if is_secret_name(expr.attr, engine.names) and engine.records.is_hidden(owner.cls, expr.attr):
            return CLEAN
        return None

    def member(self, base: Value, key: Key, expr: Expr) -> Value:
        """What is read from a value under a key, which itself may say that it is secret."""
        found = v.read(base, key)
        if v.is_item(base, key):
            is_harmless = isinstance(key, str) and is_harmless_key(key, self.engine.names)
            found = v.tagged(found, "field", *(("harmless",) if is_harmless else ()))
        if found.known or found.atoms or not isinstance(key, str):
            return found
        if key != DYNAMIC and is_secret_name(key, self.engine.names):
            return v.of_root(Root("named", self.unit, expr.span, key))
        return found

    def as_subscript(self, expr: Subscript) -> Value:
        """The value of an item or of a slice."""
        base = self.value(expr.value)
        if isinstance(expr.key, Slice):
            for part in (expr.key.lower, expr.key.upper, expr.key.step):
                if part is not None:
                    self.value(part)
            if not _hides(expr.key):
                return base
            return v.tagged(base, "slice", *(("cut",) if _is_few(expr.key) and _is_text(expr.value) else ()))
        if self.key(expr.key) == DYNAMIC:
            self.value(expr.key)
        return self.item(base, expr.key, expr)

    def item(self, base: Value, given: Expr, expr: Expr) -> Value:
        """What is read from a value under the key that an expression gives."""
        key = self.place(given)
        found = self.member(base, key, expr)
        is_open = key == DYNAMIC or isinstance(key, KeyOf)
        return v.tagged(found, "harmless") if is_open and self._leads_to_no_secret(given) else found

    def _leads_to_no_secret(self, key: Expr) -> bool:
        """Whether a key of unknown value leads to no secret by its name: `DICT_KEY_USERNAME`, `configs_key`."""
        name = key.attr if isinstance(key, Attribute) else key.id if isinstance(key, Name) else ""
        return (name.isupper() and is_harmless(name, self.engine.names)) or leads_to_settings(name)

    def place(self, expr: Expr) -> Key:
        """The key under which an item is stored: a literal one, what the caller passes for it, else DYNAMIC."""
        found = self.key(expr)
        given = given_parameter(self.engine.resolver, expr, self.scope) if found == DYNAMIC else None
        return found if given is None else KeyOf(self.unit, given)

    def key(self, expr: Expr) -> str | int:
        """The literal key that an expression is, else DYNAMIC."""
        if isinstance(expr, Literal):
            return expr.value if isinstance(expr.value, str | int) and not isinstance(expr.value, bool) else DYNAMIC
        if isinstance(expr, UnaryOp) and expr.op == "-" and isinstance(expr.operand, Literal):
            number = expr.operand.value
            return -number if isinstance(number, int) else DYNAMIC
        if isinstance(expr, Name | Attribute):
            literal = self.engine.constant(expr, self.scope)
            if literal is None:
                literal = fallback(self.engine.resolver, expr, self.scope)
            if literal is not None and isinstance(literal.value, str | int):
                return literal.value
        return DYNAMIC


def _hides(part: Slice) -> bool:
    """Whether a slice keeps only a few characters: `[-4:]`, `[:4]`, `[2:6]`; not `[7:]`, which drops a few."""
    if part.upper is not None:
        return not isinstance(part.upper, UnaryOp)
    return isinstance(part.lower, UnaryOp) and part.lower.op == "-"


def _is_few(part: Slice) -> bool:
    """Whether a slice ends after a few characters at a place that is known."""
    upper = part.upper
    return isinstance(upper, Literal) and isinstance(upper.value, int) and upper.value <= _MAX_CUT


def _is_text(expr: Expr) -> bool:
    """Whether an expression is a text by its name or the call that makes it; a slice of a list keeps whole items."""
    name = looked_up(expr)
    if name is None:
        called = expr.func if isinstance(expr, Call) else expr
        name = called.attr if isinstance(called, Attribute) else called.id if isinstance(called, Name) else ""
    return not _TEXTS.isdisjoint(words(name))
