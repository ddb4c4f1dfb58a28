"""Entry points that a framework calls: routes, their dependencies, middleware, hooks and event functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import apps
from lambdalint.catalog.handlers import CALLBACK_METHODS
from lambdalint.handlers import Handler
from lambdalint.link.dead import never_runs
from lambdalint.link.graph import Graph
from lambdalint.link.loads import statement_files
from lambdalint.link.model import ClassValue, External, FunctionValue, Instance, ModuleValue, Scope, Unit
from lambdalint.link.named import MIDDLEWARE, listed, settings_modules
from lambdalint.summary import Assign, Attribute, BinOp, Call, Display, Expr, Function, Import, Name
from lambdalint.walk import argument, expressions

_DEEPEST_SETTINGS = 8


class EntryPoints:
    """The functions that frameworks call on an invocation, by module."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._resolver = graph.resolver
        self._by_module: dict[str, tuple[Unit, ...]] = {}
        self._serving: dict[str, bool] = {}

    def of(self, handler: Handler, modules: tuple[str, ...]) -> tuple[Unit, ...]:
        """The entry points that a handler serves, given the files that it loads; none when it serves no framework."""
        if not any(self._serves(path) for path in modules):
            return ()
        units = [unit for path in modules for unit in self._of_module(path)]
        return tuple(dict.fromkeys((*units, *self._middleware(modules))))

    def _serves(self, path: str) -> bool:
        """Whether a module makes an adapter or a resolver, or calls one."""
        found = self._serving.get(path)
        if found is None:
            found = self._serving[path] = any(
                _serves(target)
                for unit in self._graph.modules[path].units()
                for site, call in self._graph.modules[path].sites_of(unit, Call)
                if not never_runs(site.place.frames)
                for target in self._paths(call.func, site.scope)
            )
        return found

    def _paths(self, expr: Expr, scope: Scope) -> tuple[str, ...]:
        return tuple(value.path for value in self._resolver.resolve(expr, scope) if isinstance(value, External))

    def _of_module(self, path: str) -> tuple[Unit, ...]:
        found = self._by_module.get(path)
        if found is None:
            units = dict.fromkeys((*self._decorated(path), *self._registered(path)))
            found = self._by_module[path] = tuple(units)
        return found

    def _middleware(self, modules: tuple[str, ...]) -> Iterator[Unit]:
        """What runs on a request of the middleware that the settings of a Django application list."""
        imports = self._resolver.imports
        for path in modules:
            for name in settings_modules(self._graph.modules[path]):
                settings = imports.absolute(name, path)
                for listed_name in self._listed(settings, 0):
                    module, _, member = listed_name.rpartition(".")
                    home = imports.absolute(module, settings or path) if module else None
                    for value in self._resolver.member(ModuleValue(home), member) if home is not None else ():
                        if isinstance(value, FunctionValue):  # a factory, called once
                            for made in self._resolver.returns(value):
                                yield from self._entry(made, ())
                        else:
                            yield from self._entry(value, apps.DJANGO_MIDDLEWARE)

    def _listed(self, path: str | None, depth: int) -> tuple[str, ...]:
        """The middleware that a settings module lists, after those that it takes over by `import *`."""
        module = self._graph.modules.get(path) if path is not None else None
        if module is None or path is None or depth > _DEEPEST_SETTINGS:
            return ()
        found: tuple[str, ...] = ()
        for statement in module.summary.body:
            if isinstance(statement, Import) and statement.is_star:
                for base in statement_files(self._resolver.imports, statement, path)[-1:]:
                    found = self._listed(base, depth + 1) or found
            elif isinstance(statement, Assign):
                if any(isinstance(t, Name) and t.id == MIDDLEWARE for t in statement.targets):
                    keeps = bool(statement.op) or isinstance(statement.value, BinOp)
                    found = (*(found if keeps else ()), *listed(statement.value))
        return found

    def _decorated(self, path: str) -> Iterator[Unit]:
        for function in self._graph.modules[path].summary.functions:
            scope = self._resolver.definition_scope(path, function)
            for decorator in function.decorators:
                if any(_is_entry(found.removesuffix("()")) for found in self._paths(decorator, scope)):
                    yield Unit(path, function.number)
            yield from self._dependencies(path, function, scope)

    def _dependencies(self, path: str, function: Function, scope: Scope) -> Iterator[Unit]:
        """`Depends(f)` in defaults, annotations and decorators."""
        heads = [part for p in function.parameters for part in (p.default, p.annotation) if part is not None]
        for head in (*heads, *function.decorators):
            for expr in expressions(head):
                if isinstance(expr, Call):
                    yield from self._handed(expr, scope)

    def _registered(self, path: str) -> Iterator[Unit]:
        """Functions and classes handed to a framework by a call."""
        module = self._graph.modules[path]
        for unit in module.units():
            for site, call in module.sites_of(unit, Call):
                yield from self._handed(call, site.scope)

    def _handed(self, call: Call, scope: Scope) -> Iterator[Unit]:
        for path in self._paths(call.func, scope):
            for place in _places(path):
                handed = argument(call, place.keyword, place.position)
                for each in handed.items if isinstance(handed, Display) else () if handed is None else (handed,):
                    for value in self._resolver.resolve(_viewed(each), scope):
                        yield from self._entry(value, place.methods)

    def _entry(self, value: object, methods: tuple[str, ...]) -> Iterator[Unit]:
        if isinstance(value, FunctionValue):
            yield Unit(value.path, value.number)
        elif isinstance(value, ClassValue | Instance):
            cls = value if isinstance(value, ClassValue) else value.cls
            for name in methods if isinstance(value, ClassValue) else ("__call__", "handler"):
                method = self._resolver.method(cls, name)
                if method is not None:
                    yield Unit(method.path, method.number)


class _Place(NamedTuple):
    """Where a call takes a function or a class that the framework calls, and which methods of a class those are."""

    position: int | None
    keyword: str
    methods: tuple[str, ...]


_ON_REQUEST = ("__init__", "__call__", "dispatch", *apps.REQUEST_METHODS)
_AROUND_REQUEST = ("__call__", "dispatch")
"""Middleware is made once, when the application is put together."""


def _viewed(handed: Expr) -> Expr:
    """The class of `View.as_view("name")`, anything else as it is."""
    func = handed.func if isinstance(handed, Call) else None
    return func.value if isinstance(func, Attribute) and func.attr == "as_view" else handed


def _serves(path: str) -> bool:
    """Whether calling an outside path puts an application behind Lambda."""
    if path in apps.ADAPTERS or path in CALLBACK_METHODS:
        return True
    framework = apps.framework(path)
    return framework is not None and framework.is_handler


def _owner(path: str) -> tuple[apps.Framework | None, str]:
    """The framework of the object whose method a path names, and the method: `fastapi.FastAPI().get`."""
    owner, _, method = path.rpartition(".")
    return apps.framework(owner.removesuffix("()")), method


def _is_entry(path: str) -> bool:
    """Whether a decorator's path, call parentheses removed, makes a framework call the function."""
    framework, method = _owner(path)
    owner = path.rpartition(".")[0].removesuffix("()")
    if method in CALLBACK_METHODS.get(owner, frozenset()):
        return True
    return framework is not None and method in framework.routes | framework.hooks


def _places(path: str) -> Iterator[_Place]:
    """Where a call at an outside path takes what the framework calls."""
    if path in apps.DEPENDENCY_MARKERS:
        yield _Place(0, "dependency", ("__init__", "__call__"))
    if path in apps.ROUTE_OBJECTS:
        yield _Place(*apps.ROUTE_OBJECTS[path], _ON_REQUEST)
    if path in apps.MIDDLEWARE_OBJECTS:
        yield _Place(*apps.MIDDLEWARE_OBJECTS[path], _AROUND_REQUEST)
    framework, method = _owner(path)
    if framework is not None:
        if method in framework.adders:
            yield _Place(*framework.adders[method], _ON_REQUEST)
        if method == "add_middleware":
            yield _Place(0, "middleware_class", _AROUND_REQUEST)
        if method in framework.routes and framework.adders.get("use", (0, ""))[1] == apps.MIDDLEWARES:
            yield _Place(None, apps.MIDDLEWARES, _AROUND_REQUEST)
