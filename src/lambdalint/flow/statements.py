"""Interprets the statements of one unit, way by way: a reassignment ends a value, branches join, loops run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambdalint.catalog.names import is_secret_name
from lambdalint.flow import values as v
from lambdalint.flow.calls import ends_process, is_check
from lambdalint.flow.raising import Raising
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.state import State, merge
from lambdalint.flow.values import CLEAN, Root, Value
from lambdalint.link.dead import never_runs
from lambdalint.link.model import ClassValue, Instance, Scope
from lambdalint.summary import (
    Assert,
    Assign,
    Call,
    Case,
    ClassDef,
    Delete,
    Display,
    Expr,
    ExprStmt,
    For,
    FunctionDef,
    If,
    Import,
    Jump,
    Match,
    Name,
    Raise,
    Return,
    Stmt,
    Subscript,
    Try,
    While,
    With,
)
from lambdalint.walk import Frame, free_names

_MAX_BLOCKS = 40


class Interpreter(Raising):
    """Runs a unit's body; `returned` and `last` are what it returned and the points at which it ended."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.returned: list[Value] = []
        self.last: list[State] = []
        self._loops: list[list[State]] = []
        self._nesting = 0

    def run(self) -> State | None:
        """Interpret the unit; the merged state at its ends."""
        function = self.function
        if function is not None:
            self._parameters()
            end = self.block(function.body, self.state, ())
        else:
            end = self.block(self.module.summary.body, self.state, ())
        return merge([*self.last, end])

    def _parameters(self) -> None:
        assert self.function is not None
        for parameter in self.function.parameters:
            root = Root("parameter", self.unit, parameter.span, parameter.name)
            held = v.of_root(root)
            if parameter.kind == "var-positional":
                held = held._replace(shape="list")
            self.assign(parameter.name, held)

    # --- blocks ---

    def block(self, body: tuple[Stmt, ...], state: State | None, frames: tuple[Frame, ...]) -> State | None:
        """Interpret statements one after the other; None when none of the ways gets to the end."""
        if self._nesting > _MAX_BLOCKS:
            return state
        self._nesting += 1
        for statement in body:
            if state is None:
                break
            self.state, self.statement, self.frames = state, statement, frames
            execute = _EXECUTE.get(type(statement))
            state = self.state if execute is None else execute(self, statement, frames)
        self._nesting -= 1
        return state

    def _expression(self, statement: ExprStmt, frames: tuple[Frame, ...]) -> State | None:
        self.value(statement.value)
        if isinstance(call := statement.value, Call):
            if is_check(call):
                vouched = [self.value(given.value) for given in call.arguments]
                self.state.checked |= frozenset((a.root, a.path) for value in vouched for a in v.flatten(value))
            if ends_process(call):
                return None
        return self.state

    def _assign(self, statement: Assign, frames: tuple[Frame, ...]) -> State | None:
        if statement.value is None:
            return self.state
        value = self.value(statement.value)
        if statement.op:
            value = self.augmented(statement, value)
        for target in statement.targets:
            self.bind(target, value, statement.value)
        if isinstance(statement.value, Call) and (told := self.vouched(statement.value)):
            for target in statement.targets:
                names = target.items if isinstance(target, Display) else (target,)
                self.state.verdicts.update({name.id: told for name in names if isinstance(name, Name)})
        return self.state

    # --- branches ---

    def _if(self, statement: If, frames: tuple[Frame, ...]) -> State | None:
        rests: list[State | None] = []
        while True:
            body_frames = (*frames, Frame(statement, "body"))
            self.value(statement.test)
            body, other = self.state.copy(), self.state.copy()
            body.checked |= self.checks(statement.test, True)
            other.checked |= self.checks(statement.test, False)
            body.lacking |= self.lacks(statement.test, True)
            other.lacking |= self.lacks(statement.test, False)
            self._filter(body, statement.test)
            self._filter(other, statement.test)
            if not never_runs(body_frames[-1:]):
                rests.append(self.block(statement.body, body, body_frames))
            frames = (*frames, Frame(statement, "orelse"))
            following = statement.orelse
            if len(following) == 1 and isinstance(following[0], If):
                self.state, self.statement, self.frames = other, following[0], frames
                statement = following[0]
                continue
            return merge([*rests, self.block(following, other, frames)])

    def _filter(self, state: State, test: Expr) -> None:
        """Where the key of an `items()` pair is looked at, its value is no dump of everything any more."""
        if state.partners:
            asked = set(free_names(test))
            for name, key in state.partners.items():
                if key in asked and name in state.values:
                    held = state.values[name]
                    atoms = tuple(atom for atom in held.atoms if not atom.path or atom.path[-1] != v.ELEMENT)
                    state.values[name] = held._replace(atoms=atoms)

    def _for(self, statement: For, frames: tuple[Frame, ...]) -> State | None:
        iterable = self.value(statement.iterable)
        inner = (*frames, Frame(statement, "body"))

        def body(state: State) -> State | None:
            self.state = state
            self.bind_item(statement.target, v.iterate(iterable), statement.iterable)
            return self.block(statement.body, state, inner)

        return self._loop(body, statement.orelse, self.state, (*frames, Frame(statement, "orelse")))

    def _while(self, statement: While, frames: tuple[Frame, ...]) -> State | None:
        inner = (*frames, Frame(statement, "body"))

        def body(state: State) -> State | None:
            self.state, self.statement, self.frames = state, statement, frames
            self.value(statement.test)
            self.state.lacking |= self.lacks(statement.test, True)
            return self.block(statement.body, self.state, inner)

        return self._loop(body, statement.orelse, self.state, (*frames, Frame(statement, "orelse")))

    def _loop(
        self,
        body: Callable[[State], State | None],
        orelse: tuple[Stmt, ...],
        state: State,
        frames: tuple[Frame, ...],
    ) -> State | None:
        """A loop's body twice, so that what one round leaves reaches the next."""
        ends: list[State | None] = [state.copy()]
        exits: list[State] = []
        point: State | None = state
        for _ in range(2):
            if point is None:
                break
            self._loops.append([])
            after = body(point.copy())
            left = self._loops.pop()
            exits += left
            point = merge([point, after])
            ends.append(point)
        found = merge([*ends, *exits])
        return self.block(orelse, found, frames) if orelse and found is not None else found

    def _jump(self, statement: Jump, frames: tuple[Frame, ...]) -> State | None:
        if statement.kind == "pass":
            return self.state
        if self._loops:
            self._loops[-1].append(self.state)
        return None

    def _with(self, statement: With, frames: tuple[Frame, ...]) -> State | None:
        for item in statement.items:
            value = self.value(item.context)
            if item.target is not None:
                self.bind(item.target, self._entered(item.context, value), item.context)
        return self.block(statement.body, self.state, (*frames, Frame(statement, "body")))

    def _entered(self, context: Expr, value: Value) -> Value:
        """What `as` binds: what `__enter__` returns, or what a context manager's generator yields."""
        for owner in self.engine.resolver.resolve(context, self.scope):
            if isinstance(owner, Instance):
                for name in ("__enter__", "__aenter__"):
                    method = self.engine.resolver.method(owner.cls, name)
                    if method is not None:
                        return self._calls.invoke(method, value, context.span)
        if isinstance(context, Call) and value.shape == "list" and value.rest is not None:
            return value.rest
        return value

    def _match(self, statement: Match, frames: tuple[Frame, ...]) -> State | None:
        subject = self.value(statement.subject)
        start = self.state
        ends: list[State | None] = []
        for nth, case in enumerate(statement.cases):
            self.state = start.copy()
            for name in case.binds:
                self.assign(name.id, self._captured(subject, case, name))
            if case.guard is not None:
                self.value(case.guard)
            ends.append(self.block(case.body, self.state, (*frames, Frame(statement, "case", nth))))
        if not any(case.is_wildcard and case.guard is None for case in statement.cases):
            ends.append(start)
        return merge(ends)

    def _captured(self, subject: Value, case: Case, name: Name) -> Value:
        """What a pattern binds a name to: what stands under the keys before it, an item, or the subject itself."""
        if not case.values:
            return subject
        start = max((other.span for other in case.binds if other.span < name.span), default=None)
        keys: list[v.Key] = []
        for value in sorted(case.values, key=lambda value: value.span):
            if value.span < name.span and (start is None or start < value.span):
                if (key := self.key(value)) != v.DYNAMIC:
                    keys.append(key)
        paths = [tuple(keys[first:]) for first in range(len(keys))] or [(name.id,)]
        return v.join(v.iterate(subject), *(v.read_path(subject, path) for path in paths))

    # --- ends ---

    def _return(self, statement: Return, frames: tuple[Frame, ...]) -> State | None:
        if statement.value is not None:
            value = self.value(statement.value)
            self.returned.append(value)
            shown = (Shown(statement.value, value),)
            self.engine.note_sink(Sink("return", self.unit, self.scope, statement.value, statement, frames, shown))
        else:
            self.returned.append(CLEAN)
        self.last.append(self.state)
        return None

    def _delete(self, statement: Delete, frames: tuple[Frame, ...]) -> State | None:
        for target in statement.targets:
            if isinstance(target, Name):
                self.state.values.pop(target.id, None)
            elif isinstance(target, Subscript) and is_secret_name(str(self.key(target.key)), self.engine.names):
                self.hide(target.value)
        return self.state

    # --- definitions ---

    def _import(self, statement: Import, frames: tuple[Frame, ...]) -> State | None:
        for item in statement.names:
            self.assign(item.bound, self.engine.imported_value(self.unit, statement, item))
        return self.state

    def _function(self, statement: FunctionDef, frames: tuple[Frame, ...]) -> State | None:
        definition = self.module.function(statement.function)
        for decorator in definition.decorators:
            self.value(decorator)
        for parameter in definition.parameters:
            if parameter.default is not None:
                self.engine.note_default(
                    self.unit.path, definition.number, parameter.name, self.value(parameter.default)
                )
        self.assign(definition.name, CLEAN)
        return self.state

    def _class(self, statement: ClassDef, frames: tuple[Frame, ...]) -> State | None:
        """A class body: its names become attributes of the class."""
        cls = self.module.summary.classes[statement.cls]
        outer, scope = self.state, self.scope
        self.scope = Scope(self.unit.path, "class", statement.cls)
        homes, self._homes = self._homes, {}
        inner = self.block(cls.body, outer.copy(), frames)
        if inner is not None:
            for name in cls.locals:
                if name in inner.values:
                    self.engine.note_attribute(ClassValue(self.unit.path, statement.cls), name, inner.values[name])
        self.state, self.scope, self._homes = outer, scope, homes
        self.assign(cls.name, CLEAN)
        return self.state


_EXECUTE: dict[type, Callable[[Any, Any, tuple[Frame, ...]], State | None]] = {
    ExprStmt: Interpreter._expression,
    Assign: Interpreter._assign,
    If: Interpreter._if,
    For: Interpreter._for,
    While: Interpreter._while,
    Try: Interpreter.as_try,
    With: Interpreter._with,
    Match: Interpreter._match,
    Return: Interpreter._return,
    Raise: Interpreter.as_raise,
    Assert: Interpreter.as_assert,
    Delete: Interpreter._delete,
    Jump: Interpreter._jump,
    Import: Interpreter._import,
    FunctionDef: Interpreter._function,
    ClassDef: Interpreter._class,
}
