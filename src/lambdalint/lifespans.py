"""What an ASGI application does when it starts and stops, as far as the program's code shows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lambdalint.adapters import Given, MangumAdapter
from lambdalint.catalog import apps
from lambdalint.link.constants import constant
from lambdalint.link.definite import is_definite
from lambdalint.link.model import ClassValue, Container, External, FunctionValue, Scope, Site, Unit, Value
from lambdalint.program import Program, statement_head
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Display, Expr, If, IfExp, Literal, Stmt
from lambdalint.usage import Use, Uses
from lambdalint.walk import Frame, argument, expressions

_LISTS = ("on_startup", "on_shutdown")
_DEPTH = 6


class Hook(NamedTuple):
    """Code that runs when an application starts or stops.

    `path`, `span` and `statement` are the function's definition, or the registration where the function is out of
    view; `unit` the function; `is_certain` is False where it may not be registered, or nothing may be.
    """

    path: str
    span: Span
    statement: Span
    name: str
    unit: Unit | None
    is_certain: bool


class Lifespan(NamedTuple):
    """An application's startup and shutdown code.

    `made` are the calls that may make the application, `hooks` the code that is in view, `hidden` says where more of
    it may lie out of sight, None where it cannot.
    """

    made: tuple[External, ...]
    hooks: tuple[Hook, ...]
    hidden: str | None


class Lifespans:
    """Looks at what applications do when they start and stop."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.uses = Uses(program)

    def of(self, adapter: MangumAdapter) -> Lifespan:
        """What the application of an adapter does when it starts and stops."""
        if adapter.app is None:
            return Lifespan((), (), "the application is not in view")
        return _Survey(self, _files(self.program, adapter)).of(adapter.app)


def _files(program: Program, adapter: MangumAdapter) -> tuple[str, ...]:
    """The files that may add to the adapter's application: those loaded with the one that makes the adapter."""
    path = adapter.site.unit.path
    found = dict.fromkeys(program.phases.closure(path))
    for phases in program.phases.handlers:
        if path in phases.modules:
            found.update(dict.fromkeys(phases.modules))
    return tuple(found)


class _Survey:
    """One look at the code that makes an application and adds to it."""

    def __init__(self, lifespans: Lifespans, files: Iterable[str]) -> None:
        self.lifespans = lifespans
        self.program = lifespans.program
        self.files = dict.fromkeys(files)
        self.made: list[External] = []
        self.hooks: dict[tuple[str, Span], Hook] = {}
        self.hidden: str | None = None

    def of(self, app: Given) -> Lifespan:
        self._trace(app.expr, app.scope, 0)
        return Lifespan(tuple(self.made), tuple(self.hooks[key] for key in sorted(self.hooks)), self.hidden)

    def _hide(self, reason: str) -> None:
        self.hidden = self.hidden or reason

    # --- where the application comes from ---

    def _trace(self, expr: Expr, scope: Scope, depth: int) -> None:
        values = self.program.resolve(expr, scope)
        if not values or depth > _DEPTH:
            self._hide("the application is not in view")
            return
        if not is_definite(self.program.resolver, expr, scope):
            self._hide("the application may be another one")
        for value in values:
            self._value(value, depth)

    def _value(self, value: Value, depth: int) -> None:
        path = value.path.removesuffix("()") if isinstance(value, External) else ""
        if not isinstance(value, External) or value.call is None or not value.path.endswith("()"):
            self._hide("the application is not in view")
            if isinstance(value, External):
                self._inside(value)
        elif path in apps.ASGI_APPLICATIONS:
            self._application(value, path)
        elif path not in apps.WITHOUT_LIFESPAN:
            self._wrapper(value, path, depth)

    def _inside(self, value: External) -> None:
        """Applications that were handed to what made an object: `api = Api(app=FastAPI(…))`, then `api.app`."""
        step: External | None = value
        while step is not None:
            if step.call is not None and step.scope is not None:
                for given in step.call.arguments:
                    for handed in self.program.external(given.value, step.scope):
                        if handed.path.removesuffix("()") in apps.ASGI_APPLICATIONS and handed.path.endswith("()"):
                            self._application(handed, handed.path.removesuffix("()"))
            step = step.base

    def _wrapper(self, value: External, path: str, depth: int) -> None:
        """What wraps another application: that one's startup code runs, and perhaps some of its own."""
        if value.call is None or value.scope is None:
            return
        if not path.startswith(apps.PASSIVE_MIDDLEWARE) and path not in apps.APP_WRAPPERS:
            self._hide(f"`{path}` may add startup code")
        inner = argument(value.call, "app", 0)
        if inner is not None:
            self._trace(inner, value.scope, depth + 1)
        else:
            self._hide("the application is not in view")
            self._inside(value)

    def _application(self, made: External, path: str) -> None:
        if any(known.call is made.call for known in self.made):
            return
        self.made.append(made)
        self._part(made, path)

    # --- what is added to an application or a router ---

    def _part(self, made: External, path: str) -> None:
        call, scope = made.call, made.scope
        if call is None or scope is None:
            return
        self.files[scope.path] = None
        self._constructed(call, scope, path, made)
        framework = apps.framework(path)
        startup = framework.startup if framework is not None else frozenset()
        for file in tuple(self.files):
            for use in self.lifespans.uses.of(file, made):
                self._use(use, made, startup)
            if file in self.program.modules:
                self._stores(file, made)

    def _use(self, use: Use, made: External, startup: frozenset[str]) -> None:
        if use.value is None:
            self._hide("the application is handed to code out of view, which may add startup code")
            return
        method = _member(use.value, made)
        if method is None:
            return
        method = method.removeprefix("router.")
        if use.site is not None and use.call is not None:
            self._method(use.site, use.call, method)
        elif use.unit is not None and method.removesuffix("()") in startup:
            scope = self.program.resolver.definition_scope(use.unit.path, self.program.function(use.unit))
            if not isinstance(use.decorator, Call) or self._is_lifespan_event(use.decorator, scope):
                self._add_function(use.unit, self._is_plain(*use.unit))

    def _constructed(self, call: Call, scope: Scope, path: str, made: External) -> None:
        site = self._site(call, scope)
        for given in call.arguments:
            if given.star:
                self._hide("arguments of the application are out of view")
            elif given.keyword in apps.LIFESPAN_KEYWORDS.get(path, frozenset()):
                self._registered(given.value, scope, site, call.span)
            elif given.keyword == "middleware":
                for item in self._items(given.value, scope, "the middleware"):
                    self._middleware(item)
            elif given.keyword in ("routes", "route_handlers") and given.keyword is not None:
                self._items(given.value, scope, "the routes")

    def _items(self, expr: Expr, scope: Scope, what: str) -> tuple[Value, ...]:
        """The elements of a list; where they are not all in view, so much is noted."""
        if isinstance(expr, Literal):
            return ()
        found: list[Value] = []
        containers = self.program.resolve(expr, scope)
        for value in containers:
            if isinstance(value, Container) and isinstance(value.expr, Display):
                for item in value.expr.items:
                    found += self.program.resolve(item, value.scope) or (External(""),)
            else:
                self._hide(f"{what} are out of view")
        if not containers or any(isinstance(value, External) and not value.path for value in found):
            self._hide(f"{what} are out of view")
        return tuple(found)

    def _middleware(self, value: Value) -> None:
        """A middleware class, or `Middleware(cls)`: it may do something when the application starts."""
        if isinstance(value, External) and value.call is not None and value.scope is not None:
            inner = argument(value.call, "cls", 0)
            for cls in () if inner is None else self.program.resolve(inner, value.scope):
                self._middleware(cls)
        elif isinstance(value, External):
            if not value.path.startswith(apps.PASSIVE_MIDDLEWARE):
                self._hide(f"`{value.path}` may add startup code")
        elif isinstance(value, ClassValue):
            outside = {cls.path for cls in self.program.resolver.ancestry(value) if isinstance(cls, External)}
            if not outside & apps.HTTP_MIDDLEWARE and (outside - {"object"} or self._speaks_of_lifespan(value)):
                self._hide("a middleware may run startup code")

    def _speaks_of_lifespan(self, cls: ClassValue) -> bool:
        module = self.program.modules[cls.path]
        methods = [Unit(cls.path, f.number) for f in module.summary.functions if f.cls == cls.number]
        texts = [site.place.expr for unit in methods for site in module.sites(unit)]
        return any(isinstance(e, Literal) and str(e.value).startswith("lifespan") for e in texts)

    def _is_plain(self, file: str, number: int) -> bool:
        """Whether a function is surely defined: at no branch of an `if`."""
        module = self.program.modules[file]
        for unit in module.units():
            for statement, frames in module.statements(unit):
                if getattr(statement, "function", -1) == number:
                    return _is_unconditional(frames)
        return True

    def _is_lifespan_event(self, call: Call, scope: Scope) -> bool:
        event = argument(call, "event_type", 0)
        literal = constant(self.program.resolver, event, scope)
        return literal is None or literal.value in apps.STARTUP_EVENTS

    def _method(self, site: Site, call: Call, method: str) -> None:
        """A call of the application's own methods."""
        scope = site.scope
        owner, _, last = method.rpartition(".")
        if method == apps.ADD_EVENT_HANDLER:
            if self._is_lifespan_event(call, scope):
                self._register_argument(site, call, argument(call, "func", 1))
        elif method == "on_event()":
            self._register_argument(site, call, argument(call, "func", 0))
        elif owner in _LISTS and last in ("append", "insert", "extend"):
            self._register_argument(site, call, call.arguments[-1].value if call.arguments else None)
        elif method == "include_router":
            self._included(argument(call, "router", 0), scope)
        elif method in ("mount", "host"):
            self._mounted(argument(call, "app", 1), scope)
        elif method == "add_middleware":
            cls = argument(call, "middleware_class", 0)
            values = () if cls is None else self.program.resolve(cls, scope)
            for value in values or (External("a middleware out of view"),):
                self._middleware(value)

    def _register_argument(self, site: Site, call: Call, expr: Expr | None) -> None:
        if expr is None:
            self._hide("startup code is registered out of view")
        else:
            self._registered(expr, site.scope, site, call.span)

    def _included(self, expr: Expr | None, scope: Scope) -> None:
        values = () if expr is None else self.program.resolve(expr, scope)
        routers = [v for v in values if isinstance(v, External) and v.path.removesuffix("()") in apps.ROUTERS]
        if not values or len(routers) != len(values):
            self._hide("a router is out of view")
        for router in routers:
            if not any(known.call is router.call for known in self.made):
                self.made.append(router)
                self._part(router, router.path.removesuffix("()"))

    def _mounted(self, expr: Expr | None, scope: Scope) -> None:
        known = apps.ASGI_APPLICATIONS | apps.STATIC_FILES | apps.APP_WRAPPERS | apps.ROUTERS
        values = () if expr is None else self.program.external(expr, scope)
        if not values or any(value.path.removesuffix("()") not in known for value in values):
            self._hide("a mounted application is out of view")

    def _stores(self, file: str, made: External) -> None:
        """`app.router.lifespan_context = …`, `app.router.on_startup = […]`."""
        for unit in self.program.modules[file].units():
            scope = self.program.scope(unit)
            for statement, frames in self.program.statements(unit):
                if not isinstance(statement, Assign) or statement.value is None:
                    continue
                for target in statement.targets:
                    if isinstance(target, Attribute) and target.attr in ("lifespan_context", *_LISTS):
                        owners = self.program.external(target.value, scope)
                        if any(_member(value, made) == "router" for value in owners):
                            self._store(unit, scope, statement, frames)

    def _store(self, unit: Unit, scope: Scope, statement: Assign, frames: tuple[Frame, ...]) -> None:
        if statement.value is not None:
            self._register(statement.value, scope, unit.path, statement.span, statement, _is_unconditional(frames))

    # --- hooks ---

    def _site(self, call: Call, scope: Scope) -> Site | None:
        unit = Unit(scope.path, scope.number if scope.kind == "function" else -1)
        return next((site for site in self.program.sites(unit) if site.place.expr is call), None)

    def _registered(self, expr: Expr, scope: Scope, site: Site | None, span: Span) -> None:
        if site is None:
            self._hide("startup code is registered out of view")
            return
        is_certain = _is_unconditional(site.place.frames)
        self._register(expr, scope, site.unit.path, span, site.place.statement, is_certain)

    def _register(self, expr: Expr, scope: Scope, path: str, span: Span, statement: Stmt, is_certain: bool) -> None:
        """Note the functions that an expression may be; it stands for none at all where it may be None."""
        if isinstance(expr, Literal):
            return
        if isinstance(expr, Display):
            for item in expr.items:
                self._register(item, scope, path, span, statement, is_certain)
            return
        values = self.program.resolve(expr, scope)
        containers = [value for value in values if isinstance(value, Container)]
        for container in containers:
            if isinstance(container.expr, Display):
                self._register(container.expr, container.scope, path, span, statement, is_certain)
        if containers:
            return
        is_certain = is_certain and not _may_be_none(self.program, expr, scope)
        functions = [v for v in values if isinstance(v, FunctionValue) and not self._is_lambda(v)]
        for function in functions:
            self._add_function(Unit(function.path, function.number), is_certain)
        if not functions:
            head = statement_head(statement)
            self.hooks.setdefault((path, span), Hook(path, span, head, "the startup code", None, is_certain))

    def _is_lambda(self, value: FunctionValue) -> bool:
        return self.program.modules[value.path].function(value.number).name == "<lambda>"

    def _add_function(self, unit: Unit, is_certain: bool) -> None:
        function = self.program.function(unit)
        first = min([function.header, *(decorator.span for decorator in function.decorators)])
        statement = Span(*first[:2], *function.header[2:])
        hook = Hook(unit.path, function.header, statement, f"`{function.name}`", unit, is_certain)
        known = self.hooks.get((unit.path, function.header))
        self.hooks[unit.path, function.header] = hook if known is None or not known.is_certain else known


def _member(value: External, made: External) -> str | None:
    """What of an object a value is, as a dotted path below it: "router.on_event()"; None for another object's."""
    step: External | None = value
    while step is not None:
        if step.call is made.call and step.path == made.path:
            return value.path[len(made.path) + 1 :]
        step = step.base
    return None


def _is_unconditional(frames: tuple[Frame, ...]) -> bool:
    return not any(isinstance(frame.node, If | IfExp) and frame.branch != "test" for frame in frames)


def _may_be_none(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an expression, or the name that it is, is chosen between several values."""
    if not is_definite(program.resolver, expr, scope):
        return True
    return any(isinstance(part, IfExp) for part in expressions(expr))
