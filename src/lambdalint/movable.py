"""What an expression in a function needs in order to be evaluated in a function of its own, or at module level."""

from __future__ import annotations

import keyword
from collections.abc import Callable
from typing import Any, NamedTuple

from lambdalint.aws import called_operation
from lambdalint.cacheable import converted_to, is_added_text, is_cacheable, is_kept
from lambdalint.catalog import clients, keeping
from lambdalint.changing import changes
from lambdalint.effects import crosses_effects
from lambdalint.fixes import Given
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.memo import Condition
from lambdalint.link.model import Binding, ClassValue, FunctionValue, Scope, Unit
from lambdalint.locals_read import assignment_of, read_elsewhere
from lambdalint.naming import renamed_parameters, snake
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    Call,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    If,
    Import,
    LambdaExpr,
    Literal,
    Match,
    Name,
    NamedExpr,
    Opaque,
    Subscript,
    Try,
    Yield,
)
from lambdalint.walk import Frame, children, dotted, expressions, operands

# How code spells a reading of the environment.
ENVIRONMENT = frozenset(("os.environ", "os.getenv", "os.environ.get", "environ", "getenv", "environ.get"))
_MAX_LOCALS = 4
_SUSPENDED = "it awaits, yields or assigns"
_POSITIONS = {0: "service_name", 1: "region_name"}
_NAMED = (Name, Attribute)


class Plan(NamedTuple):
    """What an expression needs.

    `after` are names that the module binds; `local` statements of locals that it is made of, in order;
    `given` what must be passed; `imports` local imports with their frames.  `copied` are those of `local` that
    something else in the unit reads as well: they stay there too.  `reads_environment` says that an environment
    variable is read, `computes` names a project function whose result is used; `obstacle` why it cannot be moved.
    `renamed` are better names for some of what is `given` in a function of their own.
    """

    after: tuple[str, ...] = ()
    local: tuple[Assign, ...] = ()
    given: tuple[Given, ...] = ()
    imports: tuple[tuple[Import, tuple[Frame, ...]], ...] = ()
    reads_environment: bool = False
    computes: str | None = None
    obstacle: str | None = None
    copied: tuple[Assign, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()


class _Obstacle(Exception): ...


def movable(
    program: Program,
    unit: Unit,
    expr: Expr,
    frames: tuple[Frame, ...],
    *,
    parameters: bool = True,
    texts: tuple[Expr, ...] | None = None,
) -> Plan:
    """What evaluating a unit's expression elsewhere takes; `frames` are those around it.

    Without `parameters` nothing may be passed.  `texts` are parts of a fetch that are known to be text; into a `try`
    around that goes what asks a cached function.  A local that something else reads as well is passed where it can
    be, lest its assignment be written twice; not so what a cached function gives, for which it is asked again.
    What has effects stays where it is, and is passed, where moving it would change the order of effects.
    """
    plan = _planned(_Search(program, unit, expr, frames, parameters, texts))
    late = _late(program, unit, expr, plan)
    if late:
        plan = _planned(_Search(program, unit, expr, frames, parameters, texts, late))
        if plan.obstacle is not None or _late(program, unit, expr, plan):
            return Plan(obstacle=f"`{min(late)}` would be made only after what now follows it")
    if not parameters or not plan.local:
        return plan
    copied = _copied(program, unit, expr, plan)
    if not copied:
        return plan
    passed = [one for one in copied if not is_kept(program, unit, one.value)]
    if not passed:
        return plan._replace(copied=copied)
    names = late.union(*map(_targets, passed))
    lean = _planned(_Search(program, unit, expr, frames, parameters, texts, names))
    if lean.obstacle is None:
        return lean._replace(copied=_copied(program, unit, expr, lean))
    is_little = len(copied) == 1 and copied[0].span.row == copied[0].span.end_row
    if not is_little:
        return Plan(obstacle="much that it is made of is read elsewhere as well")
    return plan._replace(copied=copied)


def _targets(statement: Assign) -> frozenset[str]:
    return frozenset(target.id for target in statement.targets if isinstance(target, Name))


def _late(program: Program, unit: Unit, expr: Expr, plan: Plan) -> frozenset[str]:
    """The locals of a plan whose making would be put off past other effects."""
    along = [one.span for one in plan.local]
    late = (one for one in plan.local if crosses_effects(program, unit, one, expr.span, along))
    return frozenset().union(*map(_targets, late))


def _copied(program: Program, unit: Unit, expr: Expr, plan: Plan) -> tuple[Assign, ...]:
    moved = frozenset(needed.span for needed in plan.local)
    statement = next((s.place.statement.span for s in program.sites(unit) if s.place.expr is expr), expr.span)
    module = program.modules[unit.path]
    return tuple(needed for needed in plan.local if read_elsewhere(module, unit, needed, moved | {statement}))


def _planned(search: _Search) -> Plan:
    try:
        search.run()
    except _Obstacle as obstacle:
        return Plan(obstacle=str(obstacle))
    return search.plan()


class _Search:
    def __init__(
        self,
        program: Program,
        unit: Unit,
        expr: Expr,
        frames: tuple[Frame, ...],
        parameters: bool,
        texts: tuple[Expr, ...] | None,
        passed: frozenset[str] = frozenset(),
    ) -> None:
        self.program = program
        self.module: ModuleIndex = program.modules[unit.path]
        self.unit = unit
        self.scope = program.scope(unit)
        self.frames = frames
        self.place = expr.span
        self.parameters = parameters
        self.passed = passed
        self.after: dict[str, None] = {}
        self.local: dict[Span, Assign] = {}
        self.given: dict[str, list[Expr]] = {}
        self.types: dict[str, str] = {}
        self.called: dict[str, set[str]] = {}
        self.imports: dict[Span, tuple[Import, tuple[Frame, ...]]] = {}
        self.globals: set[str] = set()
        self.bound: set[str] = set()
        self.reads_environment = False
        self.computes: str | None = None
        self._texts = {id(text) for text in texts or ()}
        self._is_fetch = texts is not None
        self._stack: list[Expr] = [expr]

    def run(self) -> None:
        """Visit the expression and all that moves along with it."""
        while self._stack:
            current = self._stack.pop()
            if (dotted(current) or "") in ENVIRONMENT:
                self.reads_environment = True
            visit = _VISIT.get(type(current))
            if visit is not None:
                visit(self, current)
            else:
                self._stack.extend(children(current))
        if len(self.local) > _MAX_LOCALS:
            raise _Obstacle("too many locals would have to move along")
        if clash := self.globals & self.given.keys():
            raise _Obstacle(f"`{min(clash)}` means two things in it")

    def plan(self) -> Plan:
        """What was found."""
        spans = sorted((sorted(part.span for part in parts), name) for name, parts in self.given.items())
        given = tuple(Given(name, tuple(found), self.types.get(name, "")) for found, name in spans)
        return Plan(
            tuple(self.after),
            tuple(self.local[span] for span in sorted(self.local)),
            given,
            tuple(self.imports[span] for span in sorted(self.imports)),
            self.reads_environment,
            self.computes,
            renamed=tuple(renamed_parameters(self.called, self.globals).items()),
        )

    # --- expressions ---

    def visit_suspended(self, expr: Expr) -> None:
        """`await`, `yield` and `:=` belong to the function around them."""
        raise _Obstacle(_SUSPENDED)

    def visit_lambda(self, expr: LambdaExpr) -> None:
        """A lambda expression may read anything."""
        raise _Obstacle("it holds a lambda expression")

    def visit_opaque(self, expr: Opaque) -> None:
        """Of an expression that is not looked into, only the names are known."""
        for name in expr.names:
            self._name(Name(expr.span, name), expr)

    def visit_comprehension(self, expr: Comprehension) -> None:
        """The targets are the comprehension's own."""
        for generator in expr.generators:
            self.bound.update(part.id for part in expressions(generator.target) if isinstance(part, Name))
        self._stack.extend(children(expr))

    def visit_call(self, call: Call) -> None:
        """Note which arguments are text, whether the environment is read, and which project function is called."""
        self.reads_environment |= (dotted(call.func) or "") in ENVIRONMENT
        values = self.program.resolve(call.func, self.scope)
        for value in values:
            is_run = isinstance(value, ClassValue) or (
                isinstance(value, FunctionValue) and self.program.caches.condition(Unit(*value[:2])) is None
            )
            if is_run:
                self.computes = self.computes or (dotted(call.func) or "a function")
        # What a cached function is passed its cache tells apart.
        is_keyed = bool(values) and all(
            isinstance(value, FunctionValue) and self.program.caches.condition(Unit(*value[:2])) == Condition()
            for value in values
        )
        extra = frozenset(self.program.config.client_factories)
        paths = [value.path for value in self.program.external(call.func, self.scope)]
        factory = next((found for path in paths if (found := clients.find(path, extra)) is not None), None)
        for position, argument in enumerate(call.arguments):
            is_known = is_keyed or (factory is not None and keeping.is_text(factory, position, argument.keyword))
            is_text = is_known and not isinstance(argument.value, Display | DictDisplay)
            if not argument.star and (is_text or id(argument.value) in self._texts):
                is_boto = factory is not None and factory.kind in clients.BOTO_KINDS
                named = argument.keyword or (_POSITIONS.get(position) if is_boto else None)
                self._text(argument.value, named or "name")
            else:
                self._stack.append(argument.value)
        self._stack.append(call.func.value if isinstance(call.func, Attribute) else call.func)

    def _text(self, value: Expr, named: str) -> None:
        """A value that is text is passed as a whole, where it cannot be made of what is known elsewhere.

        Of texts in a row only what is no literal is passed; `named` is the parameter for what has no name itself.
        """
        alone = movable(self.program, self.unit, value, self.frames, parameters=False)
        if alone.obstacle is None:
            self._stack.append(value)
        elif not self.parameters or alone.obstacle == _SUSPENDED:
            raise _Obstacle(alone.obstacle)
        elif isinstance(value, Name):
            self._give(value.id, value, "str", named)
        elif isinstance(value, Attribute):
            self._give(value.attr, value, "str", named)
        elif is_added_text(value) and all(isinstance(part, _NAMED) or self._is_known(part) for part in operands(value)):
            for part in operands(value):
                self._text(part, named)
        else:
            key = value.key.value if isinstance(value, Subscript) and isinstance(value.key, Literal) else None
            is_name = isinstance(key, str) and snake(key).isidentifier()
            self._give(snake(str(key)) if is_name else snake(named), value, "str")

    def _is_known(self, expr: Expr) -> bool:
        return movable(self.program, self.unit, expr, self.frames, parameters=False).obstacle is None

    def visit_attribute(self, expr: Attribute) -> None:
        """An attribute of a parameter is passed itself, in the parameter's stead."""
        root: Expr = expr
        while isinstance(root, Attribute):
            root = root.value
        if isinstance(root, Name) and root.id not in self.bound:
            self._name(root, expr)
        else:
            self._stack.append(expr.value)

    def visit_name(self, expr: Name) -> None:
        """A name is known where the expression goes, moves along, or is passed."""
        if expr.id not in self.bound:
            self._name(expr, expr)

    # --- names ---

    def _name(self, name: Name, whole: Expr) -> None:
        home = self.module.lookup_scope(self.scope, name.id)
        if home is None:
            return
        if home.kind == "module":
            self._module_name(name.id)
            return
        if home != self.scope:
            self._pass(whole, f"`{name.id}` belongs to an enclosing function")
            return
        bindings = self.module.table(home).get(name.id, [])
        if all(binding.kind == "import" for binding in bindings):
            self._imported(name.id, bindings)
            return
        statement = self._statement(name.id, bindings) if len(bindings) == 1 and name.id not in self.passed else None
        if statement is not None and statement.value is not None:
            if statement.span not in self.local:
                self.local[statement.span] = statement
                self._stack.append(statement.value)
            return
        kinds = {binding.kind for binding in bindings}
        self._pass(
            whole,
            f"`{name.id}` is a parameter" if "parameter" in kinds else f"`{name.id}` is not assigned plainly and once",
        )

    def _module_name(self, name: str) -> None:
        bindings = self.module.table(self.module.scope).get(name, [])
        if len(bindings) != 1 and not all(b.kind == "import" for b in bindings):
            raise _Obstacle(f"`{name}` is assigned more than once")
        self.globals.add(name)
        if bindings[0].kind in ("value", "element", "context", "opaque", "function", "class", "import"):
            self.after[name] = None

    def _imported(self, name: str, bindings: list[Binding]) -> None:
        statement = bindings[0].statement
        if len(bindings) != 1 or statement is None or _is_conditional(bindings[0].frames):
            raise _Obstacle(f"`{name}` is imported in the function")
        self.imports[statement.span] = (statement, bindings[0].frames)

    def _statement(self, name: str, bindings: list[Binding]) -> Assign | None:
        """The assignment of a name that its one binding is, where it may move to where the expression is evaluated."""
        binding = bindings[0]
        around = self.frames[: len(binding.frames)]
        if binding.kind != "value" or binding.unpack or binding.frames != around or binding.span > self.place:
            return None
        statement = assignment_of(self.module, self.unit, binding)
        if statement is None or isinstance(statement.value, Literal):
            return statement
        if any(changes(other, (name,)) for other, _ in self.module.statements(self.unit)):
            return None
        if not self._is_fetch and _fetches(self.program, self.scope, statement):
            return None
        is_tried = any(isinstance(frame.node, Try) for frame in self.frames[len(around) :])
        may_pass = not is_tried or (self._is_fetch and is_kept(self.program, self.unit, statement.value))
        return statement if may_pass else None

    def _pass(self, expr: Expr, obstacle: str) -> None:
        """Have an expression passed, where a cache can tell its values apart."""
        is_known = id(expr) in self._texts or is_cacheable(self.program, expr, self.scope)
        if not self.parameters or not isinstance(expr, Name | Attribute) or not is_known:
            raise _Obstacle(obstacle)
        self._give(expr.id if isinstance(expr, Name) else expr.attr, expr, converted_to(self.program, expr, self.scope))

    def _give(self, name: str, expr: Expr, annotation: str, called: str = "") -> None:
        """Have an expression passed as a parameter that is named after it; `annotation` is "" for what is not known.

        `called` is what it is passed for there, "" for anything else.
        """
        name = name.strip("_").lower()
        if keyword.iskeyword(name) or not name.isidentifier():
            raise _Obstacle(f"`{name}` cannot be the name of a parameter")
        known = self.given.setdefault(name, [])
        if known and (dotted(expr) is None or dotted(known[0]) != dotted(expr)):
            raise _Obstacle(f"`{name}` means two things in it")
        known.append(expr)
        self.called.setdefault(name, set()).add(called)
        if annotation:
            self.types[name] = annotation


_VISIT: dict[type, Callable[[_Search, Any], None]] = {
    Await: _Search.visit_suspended,
    Yield: _Search.visit_suspended,
    NamedExpr: _Search.visit_suspended,
    LambdaExpr: _Search.visit_lambda,
    Opaque: _Search.visit_opaque,
    Comprehension: _Search.visit_comprehension,
    Call: _Search.visit_call,
    Attribute: _Search.visit_attribute,
    Name: _Search.visit_name,
}


def _is_conditional(frames: tuple[Frame, ...]) -> bool:
    return any(isinstance(frame.node, If | Match | Try) for frame in frames)


def _fetches(program: Program, scope: Scope, statement: Assign) -> bool:
    """Whether an assignment fetches a secret or credentials, which would be kept with what is made of them."""
    values = () if statement.value is None else expressions(statement.value)
    calls = ((part, value) for part in values if isinstance(part, Call) for value in program.external(part.func, scope))
    return any(called_operation(program.resolver, value, call) for call, value in calls)
