"""What a call gives, shows and hands on: sources, sinks, propagators, sanitizers, and functions of the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lambdalint.catalog import flows, injection
from lambdalint.catalog.names import is_handle_name, is_masking_name, words
from lambdalint.flow import builtin_calls, emptiness, passwords, sinks
from lambdalint.flow import values as v
from lambdalint.flow.binding import Arguments, bind
from lambdalint.flow.instances import Passed, instantiate
from lambdalint.flow.printing import printed
from lambdalint.flow.tags import Hinge, Tag
from lambdalint.flow.values import CLEAN, UNKNOWN, Key, Root, Value
from lambdalint.link.arguments import received
from lambdalint.link.model import ClassValue, External, FunctionValue, Instance, Scope, Unit
from lambdalint.source import Span
from lambdalint.summary import Attribute, Call, Display, Expr, Literal, Name, Subscript
from lambdalint.walk import argument

if TYPE_CHECKING:
    from lambdalint.flow.expressions import Expressions

_VOUCHING = frozenset(("isdigit", "isalnum", "isalpha", "isdecimal", "isnumeric", "isidentifier", "match", "fullmatch"))
_HOST = re.compile(r"https?://[^/?#@]+/")
_VOUCHING_WORDS = frozenset(
    ("valid", "validate", "validated", "allowed", "safe", "check", "verify", "assert", "ensure")
)


class Calls:
    """Evaluates calls for one evaluator of expressions."""

    def __init__(self, evaluator: Expressions) -> None:
        self.on = evaluator
        self.engine = evaluator.engine

    def call(self, call: Call) -> Value:
        """The value of a call."""
        values = self.engine.resolver.resolve(call.func, self.on.scope)
        call, values = self._completed(call, values)
        receiver = self._receiver(call, values)
        shown: dict[int, Value] = {}
        arguments = self._arguments(call, shown)
        externals = tuple([value for value in values if isinstance(value, External)])
        for password in passwords.given(externals, call, arguments):
            self.engine.note_used(password)
        own = [value for value in values if isinstance(value, FunctionValue | ClassValue | Instance)]
        self._note_sinks(call, externals, bool(own), shown, receiver)
        found = self._result(call, values, externals, receiver, arguments)
        if self.on.state.lacking and (own or not externals):
            self.on.state.lacking = emptiness.after_call(self.on.state.lacking, call, self.on.own_names())
        return CLEAN if is_masking_name(last_name(call.func)) else found

    def _completed(self, call: Call, values: tuple[Any, ...]) -> tuple[Call, tuple[Any, ...]]:
        """A call of a partial object as that of its function, with all arguments, where those before are at hand."""
        value = values[0] if len(values) == 1 else None
        if not isinstance(value, External | FunctionValue) or value.given is None or value.given_scope is None:
            return call, values
        if value.given_scope not in (self.on.scope, Scope(self.on.scope.path, "module", -1)):
            return call, values
        before = value.given.arguments[1:]
        return call._replace(arguments=(*before, *call.arguments)), (value._replace(given=None),)

    def _receiver(self, call: Call, values: tuple[object, ...]) -> Value:
        if isinstance(call.func, Attribute):
            if self.on.state.lacking:
                self.on.state.lacking = emptiness.before_method(self.on.state.lacking, call.func)
            return self.on.value(call.func.value)
        if not isinstance(call.func, Name):
            return self.on.value(call.func)
        return UNKNOWN

    def _arguments(self, call: Call, shown: dict[int, Value]) -> Arguments:
        positional: list[Value] = []
        keywords: dict[str, Value] = {}
        star: list[Value] = []
        spread: list[Value] = []
        name = last_name(call.func)
        for given in call.arguments:
            value = self.on.value(given.value)
            if given.keyword is not None:
                if is_handle_name(given.keyword) or (name, given.keyword) in flows.HANDLES:
                    self.engine.note_handle(value)
                value = self.on.named(given.keyword, given.value, value)
                keywords[given.keyword] = value
            elif given.star == "**":
                spread.append(value)
            elif given.star == "*":
                star.append(v.iterate(value))
            elif star:
                star.append(value)
            else:
                positional.append(value)
            shown[id(given.value)] = value
        return Arguments(
            tuple(positional), keywords, v.join(*star) if star else None, v.join(*spread) if spread else None
        )

    # --- results ---

    def _result(
        self,
        call: Call,
        values: tuple[object, ...],
        externals: tuple[External, ...],
        receiver: Value,
        arguments: Arguments,
    ) -> Value:
        parts: list[Value] = []
        for value in values:
            if isinstance(value, FunctionValue):
                parts.append(self._function(value, call, receiver, arguments))
            elif isinstance(value, ClassValue):
                parts.append(self.construct(value, arguments, call.span))
            elif isinstance(value, Instance):
                method = self.engine.resolver.method(value.cls, "__call__")
                parts.append(UNKNOWN if method is None else self.invoke(method, receiver, call.span, arguments))
        if self._is_ambiguous(values):
            parts = [v.map_atoms(part, lambda atom: (atom,) if atom.root.kind in v.SYMBOLIC else ()) for part in parts]
        if parts and not externals:
            return v.join(*parts)
        found = self.engine.sources.of_call(call, externals, self.on.unit, self.on.scope)
        if found is None:
            found = builtin_calls.result(self, call, externals, receiver, arguments)
        return v.join(*parts, found)

    def _is_ambiguous(self, values: tuple[object, ...]) -> bool:
        """Whether a call may be of quite different functions: what one of them fetches is not what this call gives."""
        units = {Unit(value.path, value.number) for value in values if isinstance(value, FunctionValue)}
        if len(units) < 2:
            return False
        for unit in units:
            if units - {unit} <= {Unit(w.path, w.number) for w in self.engine.resolver.wrappers(*unit)}:
                return False
        return True

    def _function(self, function: FunctionValue, call: Call, receiver: Value, arguments: Arguments) -> Value:
        if self.engine.sources.is_configured_name(self.engine.name(Unit(function.path, function.number))):
            return v.of_root(Root("stored", self.on.unit, call.span, last_name(call.func)))
        held = receiver if function.bound is not None else None
        found = self.invoke(function, held, call.span, arguments, call)
        if not is_masking_name(last_name(call.func)):
            self._take_effects(function, call, held, arguments)
        if not flows.RETURNING_WORDS.isdisjoint(words(last_name(call.func))):
            return v.tagged(found, "checked")
        return found

    def invoke(
        self,
        function: FunctionValue,
        receiver: Value | None,
        span: Span,
        arguments: Arguments | None = None,
        call: Call | None = None,
    ) -> Value:
        """What a function returns for arguments, which a `call` passes or not; who passes it what is remembered."""
        target = Unit(function.path, function.number)
        definition = self.engine.modules[function.path].function(function.number)
        given = bind(definition, receiver, arguments or Arguments((), {}), function)
        self.engine.note_call(target, self.on.unit, span, given, self.on.frames)
        summary = self.engine.summary(target, self.on.unit)
        if summary is None:
            return UNKNOWN
        given = self.engine.with_defaults(target, definition, given)
        passing = received(definition, call if function.given is None else None, receiver is not None)
        for name, value in summary.raised.items():
            self.on.note_raised(name, self._seen(value, target, given, span, passing))
        return self._seen(summary.result, target, given, span, passing)

    def _seen(
        self, value: Value, target: Unit, given: dict[str, Value], span: Span, passing: Mapping[str, Expr]
    ) -> Value:
        """A callee's value as it is seen from here; `passing` are the expressions that are passed."""
        sources, scope = self.engine.sources, self.on.scope
        hop = (self.on.unit, span)

        def named(hinge: Hinge, name: str | None) -> set[Tag]:
            return sources.named(hinge, name, passing.get(hinge.parameter), hop, scope)

        return instantiate(value, Passed(target, given, hop, named))

    def _take_effects(self, function: FunctionValue, call: Call, receiver: Value | None, arguments: Arguments) -> None:
        """Carry what a callee stores in its object back to the name that holds the object."""
        target = Unit(function.path, function.number)
        summary = self.engine.summary(target, self.on.unit)
        if summary is None or not summary.effects:
            return
        definition = self.engine.modules[function.path].function(function.number)
        given = bind(definition, receiver, arguments, function)
        passing = received(definition, call, receiver is not None)
        names = {name: expr.id for name, expr in passing.items() if isinstance(expr, Name)}
        for parameter, effect in summary.effects.items():
            holder = names.get(parameter)
            if holder is None or holder not in self.on.state.values:
                continue
            stored = self._seen(effect, target, given, call.span, passing)
            before = self.on.state.values[holder]
            after = before._replace(fields={**before.fields, **stored.fields})
            if stored.rest is not None:
                after = v.add(after, stored.rest)
            self.on.assign(holder, after)

    def construct(self, cls: ClassValue, arguments: Arguments, span: Span) -> Value:
        """An object of a project class: the fields that its `__init__` or its declaration give it."""
        engine = self.engine
        root = Root("made", self.on.unit, span, engine.class_name(cls), (cls.path, str(cls.number)))
        made = Value((v.Atom(root),), shape="object")
        method = engine.resolver.method(cls, "__init__")
        if method is None:
            declared = engine.records.declared_fields(cls)
            if declared is None:
                return made
            held: dict[Key, Value] = dict(zip(declared, arguments.positional, strict=False))
            held.update(arguments.keywords.items())
            if arguments.spread is not None:
                held.update({name: v.read(arguments.spread, name) for name in declared if name not in held})
            shape = "record" if engine.records.prints_fields(cls) else "object"
            return made._replace(fields=held, shape=shape)
        target = Unit(method.path, method.number)
        definition = engine.modules[method.path].function(method.number)
        given = bind(definition, made, arguments, method)
        engine.note_call(target, self.on.unit, span, given, self.on.frames)
        summary = engine.summary(target, self.on.unit)
        if summary is None or not definition.parameters:
            return made._replace(known=False)
        given = engine.with_defaults(target, definition, given)
        effect = summary.effects.get(definition.parameters[0].name)
        if effect is None:
            return made
        stored = self._seen(effect, target, given, span, {})
        return made._replace(fields=stored.fields)

    # --- sinks ---

    def _note_sinks(
        self, call: Call, externals: tuple[External, ...], is_own: bool, shown: dict[int, Value], receiver: Value
    ) -> None:
        resolver, scope = self.engine.resolver, self.on.scope
        found = sinks.shows(resolver, call, externals, scope, is_own)
        if found is not None:
            self.note("log", call, found.exprs, shown, found.target, found.level)
            if self.on.caught and sinks.shows_exception(call):
                told = {id(call): v.join(*self.on.caught.values())}
                self.note("log", call, (*found.exprs, call), shown | told, found.target, found.level)
        if externals or not is_own:
            for danger in sinks.dangers(resolver, call, externals, scope):
                held = shown
                if id(danger.expr) not in shown:
                    is_receiver = isinstance(call.func, Attribute) and danger.expr is call.func.value
                    held = {id(danger.expr): receiver if is_receiver else self.on.value(danger.expr)}
                self.note(danger.kind, call, (danger.expr,), held, path=danger.path)
            self._note_page(call, externals, shown)

    def _note_page(self, call: Call, externals: tuple[External, ...], shown: dict[int, Value]) -> None:
        """A response object that is a page: `HTMLResponse(…)`, `Response(content_type="text/html", …)`."""
        is_page = any(external.path in injection.HTML_RESPONSES for external in externals)
        for given in call.arguments:
            if given.keyword in ("content_type", "media_type", "mimetype"):
                is_page = sinks.is_page(self.on.value(given.value).text) or is_page
                break
        if is_page:
            body = argument(call, "body") or argument(call, "content", 0) or argument(call, "response", 0)
            if body is not None and id(body) in shown:
                self.note("html", call, (body,), shown)

    def note(
        self,
        kind: str,
        expr: Expr,
        exprs: Iterable[Expr],
        shown: dict[int, Value],
        target: str = "",
        level: str = "",
        path: str = "",
    ) -> None:
        """Remember a sink with what reaches it."""
        on = self.on
        if kind == "log":
            shown = {key: printed(self, held, expr.span) for key, held in shown.items()}
        parts = tuple(self.shown(given, shown[id(given)], 0) for given in exprs if id(given) in shown)
        self.engine.note_sink(
            sinks.Sink(kind, on.unit, on.scope, expr, on.statement, on.frames, parts, target, level, path)
        )

    def shown(self, expr: Expr, value: Value, depth: int) -> sinks.Shown:
        """An argument with the values of its parts, where it holds anything."""
        if depth > 3 or not v.flatten(value):
            return sinks.Shown(expr, value)
        pieces = (part for part in sinks.portions(expr) if not isinstance(part, Literal))
        parts = ((part, printed(self, self.on.value(part), part.span)) for part in pieces)
        return sinks.Shown(expr, value, tuple(self.shown(part, held, depth + 1) for part, held in parts))

    def vouched(self, call: Call) -> tuple[Expr, ...]:
        """The expressions that a test by a call vouches for: `x.isdigit()`, `PATTERN.fullmatch(x)`, `is_valid(x)`."""
        name = last_name(call.func)
        given = tuple(argument.value for argument in call.arguments)
        if name == "startswith" and isinstance(call.func, Attribute):
            return (call.func.value,) if given and _names_host(given[0]) else ()
        if name in _VOUCHING:
            receiver = (call.func.value,) if isinstance(call.func, Attribute) and not given else ()
            return (*receiver, *given)
        return given if not _VOUCHING_WORDS.isdisjoint(words(name)) else ()


def _names_host(prefix: Expr) -> bool:
    """Whether a literal prefix, or each of several, fixes the host of a URL: `https://api.example.com/`."""
    prefixes = prefix.items if isinstance(prefix, Display) else (prefix,)
    return all(isinstance(p, Literal) and isinstance(p.value, str) and _HOST.match(p.value) for p in prefixes)


def last_name(expr: Expr) -> str:
    """The last name of an expression's spelling."""
    if isinstance(expr, Attribute):
        return expr.attr
    if isinstance(expr, Call):
        return last_name(expr.func)
    if isinstance(expr, Subscript):
        return last_name(expr.value)
    return expr.id if isinstance(expr, Name) else ""


def is_check(call: Call) -> bool:
    """Whether a function, by its name, checks its arguments and raises when they are wrong."""
    name = last_name(call.func)
    return name not in flows.CHECKED_RUNNERS and not flows.CHECKING_WORDS.isdisjoint(words(name))


def ends_process(call: Call) -> bool:
    """Whether a call of a module's function such as `sys.exit` never returns."""
    is_exit = isinstance(call.func, Attribute) and call.func.attr in ("exit", "_exit")
    return is_exit and len(call.arguments) < 3


def ends(externals: Iterable[External]) -> bool:
    """Whether one of the outside functions ends a flow."""
    return any(flows.ends_flow(external.path) for external in externals)
