"""Stores: what a target of an assignment, a name, an attribute or an item, holds from then on."""

from __future__ import annotations

from typing import Any

from lambdalint.catalog.names import is_masking_name
from lambdalint.flow import emptiness
from lambdalint.flow import values as v
from lambdalint.flow.expressions import Expressions
from lambdalint.flow.naming import is_mask
from lambdalint.flow.values import CLEAN, UNKNOWN, Key, Value
from lambdalint.link.model import ClassValue, Instance
from lambdalint.summary import Assign, Attribute, Display, Expr, Name, Star, Subscript


class Storing(Expressions):
    """Evaluates expressions and stores into their targets."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._globals: frozenset[str] = frozenset(self.function.globals) if self.function else frozenset()

    def augmented(self, statement: Assign, value: Value) -> Value:
        """What a target holds after `+=` and the like."""
        before = self.value(statement.targets[0])
        if before.shape == "list" or value.shape == "list":
            return v.add(before, v.iterate(value))
        if statement.op == "+":
            return v.built((("", before), ("", value)))
        return v.join(before, value)

    def bind(self, target: Expr, value: Value, source: Expr) -> None:
        """Bind a target to what `source` gives: a name, a tuple of targets, an attribute or an item."""
        if isinstance(target, Name):
            self.assign(target.id, self.named(target.id, source, self._by_name(target.id, value, source)))
        elif isinstance(target, Star):
            self.bind(target.value, value, source)
        elif isinstance(target, Display):
            for index, item in enumerate(target.items):
                self.bind(item, v.tail(value, index) if isinstance(item, Star) else v.read(value, index), source)
        elif isinstance(target, Attribute | Subscript):
            name = target.attr if isinstance(target, Attribute) else self.key(target.key)
            if isinstance(target, Subscript) and (copied := self._copied(target, value, source)) is not None:
                value = copied
                target = target.value
                name = v.DYNAMIC
            if name not in v.SPECIAL:
                value = self.named(str(name), source, self.believed(str(name), value))
            self.store(target, value)
            if isinstance(target, Subscript) and is_mask(source):
                self.hide(target.value)

    def _copied(self, target: Subscript, value: Value, source: Expr) -> Value | None:
        """What `target[key] = value` makes of the target where both are a pair of `items()`: it holds the same keys."""
        if not isinstance(target.key, Name) or not isinstance(source, Name):
            return None
        whole = self._paired.get(source.id)
        if self.state.partners.get(source.id) != target.key.id or not isinstance(whole, Name | Attribute):
            return None
        fields = self.value(whole).fields
        if not fields:
            return None
        known = {atom[:4] for held in fields.values() for atom in v.flatten(held)}
        rest = v.map_atoms(value, lambda atom: () if atom[:4] in known else (atom,))
        before = self.value(target.value)
        return v.add(before._replace(fields={**before.fields, **fields}), rest)

    def _by_name(self, name: str, value: Value, source: Expr) -> Value:
        """What a name says against its value being a secret or a payload: `masked_event`, `secret_arn`, `username`."""
        if is_masking_name(name) and not isinstance(source, Name):
            return CLEAN
        return self.believed(name, value)

    def assign(self, name: str, value: Value) -> None:
        """Give a name a value; one that the function declares global is the module's."""
        super().assign(name, value)
        if name in self._globals:
            self.engine.note_global(self.unit.path, name, value)

    def own_names(self) -> frozenset[str]:
        """The names that only this unit binds."""
        return frozenset(self.state.values) - self._globals if self.unit.number >= 0 else frozenset()

    def store(self, target: Expr, value: Value) -> None:
        """Store into an attribute or an item of what a name holds."""
        path: list[Key] = []
        base = target
        while isinstance(base, Attribute | Subscript):
            path.append(base.attr if isinstance(base, Attribute) else self.place(base.key))
            base = base.value
        if isinstance(base, Name):
            if not path:
                self.assign(base.id, value)
                return
            before = self.name(base.id)
            after = v.write_path(before, tuple(reversed(path)), value)
            if base.id in self.state.values:
                self.assign(base.id, after)
            else:
                self._store_outside(base, tuple(reversed(path)), value)

    def _store_outside(self, base: Name, path: tuple[Key, ...], value: Value) -> None:
        """A store into an object of the module, or of a class, from inside a function."""
        self.state.lacking = emptiness.without(self.state.lacking, base.id)
        home = self.module.lookup_scope(self.scope, base.id)
        for owner in self.engine.resolver.resolve(base, self.scope):
            cls = owner.cls if isinstance(owner, Instance) else owner
            if isinstance(cls, ClassValue) and len(path) == 1:
                self.engine.note_attribute(cls, str(path[0]), value)
                return
        if home is not None and home.kind == "module":
            self.engine.note_global(home.path, base.id, v.write_path(UNKNOWN._replace(known=True), path, value))
