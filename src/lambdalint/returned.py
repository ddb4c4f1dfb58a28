"""What handlers return: the expressions, followed through names, branches and project functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import responses as known
from lambdalint.decorations import untold
from lambdalint.handlers import Handler
from lambdalint.kinds import Kinds, Term
from lambdalint.link.model import FunctionValue, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BoolOp,
    Call,
    Comprehension,
    Delete,
    DictDisplay,
    Display,
    Expr,
    ExprStmt,
    If,
    IfExp,
    Literal,
    Name,
    NamedExpr,
    Return,
    Star,
    Subscript,
)
from lambdalint.walk import expressions, key_read

_DEPTH = 5
_KEY = "key of "
_REFUSED_BY_JSON = known.REFUSED_KINDS | known.JSON_REFUSED_KINDS


class Problem(NamedTuple):
    """A part of a returned value that cannot be serialised; `encoder` is "runtime" or "json.dumps"."""

    term: Term
    kind: str
    encoder: str


class Returned:
    """Follows the returned values of a program's handlers."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self.kinds = Kinds(program)
        self._sites: dict[Unit, dict[int, Site]] = {}

    def of(self, handler: Handler) -> Iterator[Term]:
        """What a handler returns as it is; nothing where a decorator may change it."""
        unit = handler.unit
        if unit.number < 0 or self._program.is_durable(unit) or untold(self._program, unit):
            return
        function = self._program.function(unit)
        if function.is_async or function.is_generator:
            return
        for statement, _ in self._program.statements(unit):
            if isinstance(statement, Return) and statement.value is not None:
                yield Term(statement.value, self._program.scope(unit), {})

    def site(self, term: Term) -> Site | None:
        """Where a term stands."""
        unit = Unit(term.scope.path, term.scope.number if term.scope.kind == "function" else -1)
        found = self._sites.get(unit)
        if found is None:
            found = self._sites[unit] = {id(site.place.expr): site for site in self._program.sites(unit)}
        return found.get(id(term.expr))

    # --- displays ---

    def displays(self, term: Term, depth: int = 0) -> Iterator[Term]:
        """The dict displays that a returned value may be."""
        if depth > _DEPTH or self._is_sorted_out(term):
            return
        if isinstance(term.expr, DictDisplay):
            yield term
        for inner in self._same(term):
            yield from self.displays(inner, depth + 1)

    def _is_sorted_out(self, term: Term) -> bool:
        """Whether a name is returned only where its own `statusCode` says so: not every display comes that way."""
        site = self.site(term) if isinstance(term.expr, Name) else None
        return site is not None and any(
            isinstance(frame.node, If) and frame.branch != "test" and _asks_status(frame.node.test, site.place.expr)
            for frame in site.place.frames
        )

    def _same(self, term: Term) -> Iterator[Term]:
        """What a returned value may be instead: what a name holds, a branch, what a project function returns."""
        expr = term.expr
        if isinstance(expr, Name):
            followed = self.kinds.follow(term, expr)
            if len(followed) == 1:
                yield followed[0]
        elif isinstance(expr, IfExp):
            yield term._replace(expr=expr.body)
            yield term._replace(expr=expr.orelse)
        elif isinstance(expr, BoolOp):
            yield term._replace(expr=expr.left)
            yield term._replace(expr=expr.right)
        elif isinstance(expr, NamedExpr):
            yield term._replace(expr=expr.value)
        elif isinstance(expr, Await) and isinstance(expr.value, Call):
            yield from self._called(term, expr.value, is_awaited=True)
        elif isinstance(expr, Call):
            yield from self._called(term, expr, is_awaited=False)

    def _called(self, term: Term, call: Call, *, is_awaited: bool) -> Iterator[Term]:
        call, is_awaited = self._driven(term, call, is_awaited)
        for value in self._program.resolve(call.func, term.scope):
            if isinstance(value, FunctionValue):
                unit = Unit(value.path, value.number)
                function = self._program.function(unit)
                if function.is_generator or function.is_async != is_awaited or untold(self._program, unit):
                    continue
                yield from self.kinds.returned(value, term, call)

    def _driven(self, term: Term, call: Call, is_awaited: bool) -> tuple[Call, bool]:
        """The call of a coroutine that `asyncio.run` or a loop runs to its end."""
        is_runner = any(path in known.DRIVERS for path in self._program.paths(call.func, term.scope))
        if isinstance(call.func, Attribute) and call.func.attr == "run_until_complete":
            is_runner = True
        if is_runner and call.arguments and isinstance(inner := call.arguments[0].value, Call):
            return inner, True
        return call, is_awaited

    # --- what cannot be serialised ---

    def problems(
        self, term: Term, encoder: str = "runtime", depth: int = 0, without: frozenset[object] = frozenset()
    ) -> Iterator[Problem]:
        """The parts of a value that an encoder refuses for certain; `without` are keys that it has no more."""
        if depth > _DEPTH * 2:
            return
        if encoder.startswith(_KEY):
            kinds = self.kinds.of(term)
            if kinds <= known.REFUSED_KEYS:
                yield Problem(term, f"{min(kinds)} as a key", encoder.removeprefix(_KEY))
            return
        refused = self._refused(term, encoder)
        if refused is not None:
            deeper = [p for inner in self._same(term) for p in self.problems(inner, encoder, depth + 1, without)]
            yield from self._innermost(term, deeper, refused, encoder)
            return
        for part, mode in self._parts(term, encoder, without):
            yield from self.problems(part, mode, depth + 1)
        if isinstance(term.expr, Name):
            without |= self._replaced(term, term.expr)
        if not self._is_of_unknown_class(term):
            for inner in self._same(term):
                yield from self.problems(inner, encoder, depth + 1, without)

    def _is_of_unknown_class(self, term: Term) -> bool:
        """Whether a value is what a method of an object gives that is of one of several classes.

        Which objects others make of it says nothing of this handler's: `self._serializer.load(data)`.
        """
        if not isinstance(term.expr, Call) or not isinstance(term.expr.func, Attribute):
            return False
        values = self._program.resolve(term.expr.func, term.scope)
        methods = [value for value in values if isinstance(value, FunctionValue)]
        classes = {(m.path, self._program.function(Unit(m.path, m.number)).cls) for m in methods}
        return len(classes) > 1 and all(number >= 0 for _, number in classes)

    def _innermost(self, term: Term, deeper: list[Problem], kind: str, encoder: str) -> Iterator[Problem]:
        """Report a refused value in the branch that makes it, else where it stands.

        What a function gives may be right for others that call it.
        """
        if deeper and isinstance(term.expr, IfExp | BoolOp):
            yield from deeper
        else:
            yield Problem(term, kind, encoder)

    def _refused(self, term: Term, encoder: str) -> str | None:
        """The kind of a value that an encoder refuses, whatever way was taken to it."""
        bad = _REFUSED_BY_JSON if encoder == "json.dumps" else known.REFUSED_KINDS
        kinds = self.kinds.of(term)
        return min(kinds) if kinds <= bad else None

    def _parts(self, term: Term, encoder: str, without: frozenset[object]) -> Iterator[tuple[Term, str]]:
        """The parts of a value that are serialised with it, each with the encoder that meets it."""
        expr = term.expr
        if isinstance(expr, DictDisplay):
            for item in expr.items:
                if isinstance(item.key, Literal) and item.key.value in without:
                    continue
                if item.key is not None and not isinstance(item.key, Literal):
                    yield term._replace(expr=item.key), _KEY + encoder
                yield term._replace(expr=item.value), encoder
        elif isinstance(expr, Display):
            for part in expr.items:
                yield term._replace(expr=part.value if isinstance(part, Star) else part), encoder
        elif isinstance(expr, Comprehension):
            yield term._replace(expr=expr.element), encoder
        elif isinstance(expr, Call):
            yield from self._arguments(term, expr, encoder)
        if isinstance(expr, Name):
            for value in self._stored(term, expr):
                yield term._replace(expr=value), encoder

    def _arguments(self, term: Term, call: Call, encoder: str) -> Iterator[tuple[Term, str]]:
        paths = self._program.paths(call.func, term.scope)
        if paths == ("dict",):
            for given in call.arguments:
                if given.keyword is not None or given.star:
                    yield term._replace(expr=given.value), encoder
        elif len(paths) == 1 and paths[0] in known.JSON_DUMPS and call.arguments:
            keywords = {given.keyword for given in call.arguments}
            if known.JSON_HOOKS.isdisjoint(keywords) and not any(given.star for given in call.arguments):
                yield term._replace(expr=call.arguments[0].value), "json.dumps"

    def _stored(self, term: Term, name: Name) -> Iterator[Expr]:
        """What is stored under literal keys of a local dictionary before it is returned, the last of each key."""
        if term.scope.kind != "function":
            return
        unit = Unit(term.scope.path, term.scope.number)
        if not any(isinstance(found.expr, DictDisplay) for found in self.kinds.follow(term, name)):
            return
        last: dict[object, Expr] = {}
        for statement, _ in self._program.statements(unit):
            if not isinstance(statement, Assign) or statement.op or statement.value is None:
                continue
            for target in statement.targets:
                if isinstance(target, Subscript) and isinstance(target.value, Name) and target.value.id == name.id:
                    if isinstance(target.key, Literal) and statement.span < name.span:
                        last[target.key.value] = statement.value
        yield from last.values()

    def _replaced(self, term: Term, name: Name) -> frozenset[object]:
        """The literal keys that are deleted from what a local name holds, or set anew, before it is returned."""
        if term.scope.kind != "function":
            return frozenset()
        found: set[object] = set()
        for statement, _ in self._program.statements(Unit(term.scope.path, term.scope.number)):
            if statement.span >= name.span:
                continue
            if isinstance(statement, Assign | Delete):
                changed: tuple[Expr, ...] = statement.targets
            elif isinstance(statement, ExprStmt) and isinstance(statement.value, Call):
                changed = (_popped(statement.value),)
            else:
                continue
            for target in changed:
                if isinstance(target, Subscript) and isinstance(target.value, Name) and target.value.id == name.id:
                    if isinstance(target.key, Literal):
                        found.add(target.key.value)
        return frozenset(found)


def _popped(call: Call) -> Expr:
    """The item that `owner.pop(key)` takes away, as a subscript; another call as it is."""
    if isinstance(call.func, Attribute) and call.func.attr == "pop" and call.arguments:
        return Subscript(call.span, call.func.value, call.arguments[0].value)
    return call


def _asks_status(test: Expr, name: Expr) -> bool:
    """Whether a test reads the `statusCode` of what a name holds."""
    for part in expressions(test):
        owner, key = key_read(part) or (None, None)
        if isinstance(owner, Name) and isinstance(name, Name) and owner.id == name.id:
            if isinstance(key, Literal) and key.value == "statusCode":
                return True
    return False
