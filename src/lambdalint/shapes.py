"""Handlers: those that templates and the configuration name, and those that look like one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lambdalint.catalog import apps
from lambdalint.catalog import handlers as known
from lambdalint.catalog.names import words
from lambdalint.config import Config
from lambdalint.declared import DeclaredFunction
from lambdalint.discovery import is_in_layer, is_test
from lambdalint.handlers import Handler
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.dead import never_runs
from lambdalint.link.graph import Graph
from lambdalint.link.model import External, FunctionValue, Instance, Unit, Value
from lambdalint.paths import matches, relative
from lambdalint.project import Project, declared_paths
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Expr, ExprStmt, Function, FunctionDef, Import, Name
from lambdalint.walk import dotted


class HandlerFinder:
    """Finds the handlers of a project; each entry point once, templates before the configuration before shapes."""

    def __init__(self, project: Project, config: Config, graph: Graph) -> None:
        self.project = project
        self.config = config
        self.graph = graph
        self.resolver = graph.resolver

    def find(self) -> tuple[Handler, ...]:
        """All handlers, sorted by path and row."""
        declared = list(self._declared())
        taken = {handler.unit for handler in declared if handler.unit.number >= 0}
        objects = {(handler.unit.path, handler.name) for handler in declared if handler.unit.number < 0}
        found = [*declared]
        for handler in (*self._configured(), *self._run_on_lambda(list(self._shaped()))):
            key = (handler.unit.path, handler.name)
            if handler.unit in taken or key in objects:
                continue
            if handler.unit.number >= 0:
                taken.add(handler.unit)
            else:
                objects.add(key)
            found.append(handler)
        return tuple(sorted(found, key=lambda h: (h.path, h.span, h.name)))

    def _run_on_lambda(self, shaped: list[Handler]) -> Iterator[Handler]:
        """Those that look like a handler without those that other clouds, or programs of their own, call."""
        foreign = _run_by_others(self.project.modules, self.graph) if shaped else frozenset()
        called = _called_by_programs(self.project.modules, self.graph) if shaped else frozenset()
        for handler in shaped:
            if handler.unit not in called and (handler.unit not in foreign or _says_lambda(handler)):
                yield handler

    # --- templates ---

    def _declared(self) -> Iterator[Handler]:
        by_target: dict[tuple[str, str], list[DeclaredFunction]] = {}
        for function in self.project.declarations.functions:
            attribute = function.handler.rpartition(".")[2]
            for path in declared_paths(function, self.project)[:1]:
                by_target.setdefault((path, attribute), []).append(function)
        for (path, attribute), functions in sorted(by_target.items()):
            module = self.project.modules.get(path)
            if module is not None:
                yield from self._named(module, attribute, "template", tuple(functions))

    # --- configuration ---

    def _configured(self) -> Iterator[Handler]:
        root = self.config.root or self.project.root
        for entry in self.config.handlers:
            place, _, wanted = entry.partition(":")
            for path in self.project.candidates:
                short = relative(path, root)
                name = short.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
                module = self.project.modules.get(path)
                if module is None or not (name == place or name.endswith("." + place) or matches((place,), short)):
                    continue
                if wanted in ("*", ""):
                    yield from (h for h in self._module_shapes(module, "config"))
                else:
                    yield from self._named(module, wanted, "config", ())

    # --- one name of a module ---

    def _named(
        self, module: ModuleIndex, name: str, how: str, declared: tuple[DeclaredFunction, ...]
    ) -> Iterator[Handler]:
        for binding in reversed(module.table(module.scope).get(name, [])):
            for value in self.resolver.binding(binding, name):
                handler = self._handler(module, name, value, binding.span, how, declared)
                if handler is not None:
                    yield handler
                    return

    def _handler(
        self,
        module: ModuleIndex,
        name: str,
        value: Value,
        span: Span,
        how: str,
        declared: tuple[DeclaredFunction, ...] = (),
    ) -> Handler | None:
        dotted_name = f"{self.project.imports.module_name(module.path)}.{name}"
        if isinstance(value, FunctionValue):
            function = self.graph.modules[value.path].function(value.number)
            place = function.header if value.path == module.path and function.name == name else span
            return Handler(dotted_name, Unit(value.path, value.number), place, how, "function", declared)
        if isinstance(value, Instance):
            method = self.resolver.method(value.cls, "__call__")
            if method is not None:
                return Handler(dotted_name, Unit(method.path, method.number), span, how, "object", declared)
        if isinstance(value, External):
            return Handler(dotted_name, Unit(module.path, -1), span, how, value.path, declared)
        return None

    # --- shapes ---

    def _shaped(self) -> Iterator[Handler]:
        elsewhere = {script.path for script in self.project.declarations.scripts}
        for path in self.project.candidates:
            module = self.project.modules.get(path)
            if module is None or path in elsewhere or is_test(path, self.project.root):
                continue
            if is_in_layer(path, self.project.root) or self._serves_itself(module) or self._is_script(module):
                continue
            yield from self._module_shapes(module, "shape")

    def _serves_itself(self, module: ModuleIndex) -> bool:
        """Whether importing a module starts a server and does not come back: a container's program, no function."""
        for statement, frames in module.statements(Unit(module.path, -1)):
            if isinstance(statement, ExprStmt) and isinstance(call := statement.value, Call) and not frames:
                for value in self.resolver.resolve(call.func, module.scope):
                    if isinstance(value, External) and known.is_server(value.path):
                        return True
        return False

    def _is_script(self, module: ModuleIndex) -> bool:
        """Whether importing a module calls a function of its own that has a handler's shape, and its code reads the
        arguments of a program.

        The call alone says little: many leave one behind with which they tried the handler out.
        """
        return self._calls_own_handler(module) and self._reads_arguments(module)

    def _calls_own_handler(self, module: ModuleIndex) -> bool:
        return any(
            isinstance(value, FunctionValue)
            and value.path == module.path
            and self.has_shape(module, module.function(value.number))
            for site, call in module.sites_of(Unit(module.path, -1), Call)
            if not site.place.frames and isinstance(call.func, Name) and len(call.arguments) == 2
            for value in self.resolver.resolve(call.func, module.scope)
        )

    def _reads_arguments(self, module: ModuleIndex) -> bool:
        """Whether a module reads the arguments of a program, where Lambda too would."""
        return any(
            isinstance(value, External) and value.path == "sys.argv"
            for unit in module.units()
            for site in module.sites(unit)
            if _is_named(site.place.expr, "argv") and not never_runs(site.place.frames)
            for value in self.resolver.resolve(site.place.expr, site.scope)
        )

    def _module_shapes(self, module: ModuleIndex, how: str) -> Iterator[Handler]:
        if _imports(module, known.FOREIGN_MODULES):
            return
        for statement, frames in module.statements(Unit(module.path, -1)):
            if never_runs(frames):
                continue
            if isinstance(statement, FunctionDef):
                function = module.function(statement.function)
                if self.has_shape(module, function) and not _is_defined_again(module, function):
                    value = FunctionValue(module.path, function.number)
                    handler = self._handler(module, function.name, value, function.header, how)
                    if handler is not None:
                        yield handler
            elif isinstance(statement, Assign) and statement.value is not None:
                yield from self._assigned(module, statement, how)

    def _assigned(self, module: ModuleIndex, statement: Assign, how: str) -> Iterator[Handler]:
        for target in statement.targets:
            if not isinstance(target, Name) or statement.value is None:
                continue
            for value in self.resolver.resolve(statement.value, module.scope):
                if self._serves(value, target.id, statement.value):
                    handler = self._handler(module, target.id, value, statement.span, how)
                    if handler is not None:
                        yield handler
                        break

    def _serves(self, value: Value, name: str, expr: Expr) -> bool:
        if isinstance(value, External):
            return _is_served(value.path, name)
        if not _is_handler_name(name):
            return False
        if isinstance(value, Instance):
            method = self.resolver.method(value.cls, "__call__")
            if method is None:
                return False
            function = self.graph.modules[method.path].function(method.number)
            return takes_event_and_context(function, skip=1)
        return isinstance(value, FunctionValue) and self._is_wrapped(value)

    def _is_wrapped(self, value: FunctionValue) -> bool:
        """A function that a partial call or a wrapper made a handler of: its shape is one, apart from that."""
        function = self.graph.modules[value.path].function(value.number)
        required = [p for p in function.parameters if p.kind in ("positional-only", "positional") and p.default is None]
        names = [p.name for p in required]
        fixed = {given.keyword for given in value.given.arguments} if value.given is not None else set()
        left = [name for name in names if name not in fixed]
        if value.bound is not None or function.cls >= 0:
            left = left[1:]
        return len(left) >= 2 and known.is_handler_pair(left[-2], left[-1])

    def has_shape(self, module: ModuleIndex, function: Function) -> bool:
        """Whether a module-level function looks like a handler."""
        if function.outer >= 0 or function.cls >= 0 or function.name == "<lambda>" or _is_local_twin(module, function):
            return False
        paths = self.resolver.decorator_paths(FunctionValue(module.path, function.number))
        if any(known.is_foreign(path) or known.is_callback(path) for path in paths):
            return False
        if takes_event_and_context(function):
            return True
        required = [p for p in function.parameters if p.kind in ("positional-only", "positional") and p.default is None]
        if len(required) != 2:
            return False
        if any(known.is_handler_decorator(path.removesuffix("()")) for path in paths):
            return True
        types = [self._annotation(module, p.annotation) if p.annotation is not None else "" for p in required]
        return types[1] in known.CONTEXT_TYPES or known.is_event_type(types[0])

    def _annotation(self, module: ModuleIndex, annotation: Expr) -> str:
        for value in self.resolver.resolve(annotation, module.scope):
            if isinstance(value, External):
                return value.path
        return dotted(annotation) or ""


def _is_named(expr: Expr, name: str) -> bool:
    return (isinstance(expr, Name) and expr.id == name) or (isinstance(expr, Attribute) and expr.attr == name)


def _is_local_twin(module: ModuleIndex, function: Function) -> bool:
    """Whether a module has the same handler for Lambda and this one for a developer's machine: `handler_local`."""
    if not any(word in function.name.lower() for word in known.LOCAL_WORDS):
        return False
    parts = words(function.name)
    rest = tuple(word for word in parts if word not in known.LOCAL_WORDS)
    return rest != parts and any(words(other.name) == rest for other in module.summary.functions)


def takes_event_and_context(function: Function, skip: int = 0) -> bool:
    """Whether a function has exactly two required parameters, spelt as an event and a context."""
    required = [p for p in function.parameters if p.kind in ("positional-only", "positional") and p.default is None]
    named = [p for p in function.parameters if p.kind == "keyword-only" and p.default is None]
    required = required[skip:]
    if len(required) != 2 or named:
        return False
    return known.is_handler_pair(required[0].name, required[1].name)


def _run_by_others(modules: Mapping[str, ModuleIndex], graph: Graph) -> frozenset[Unit]:
    """The functions that the modules of another cloud's functions run, at any depth, in any module."""
    foreign = [module for module in modules.values() if _imports(module, known.FOREIGN_MODULES)]
    return _reached((Unit(module.path, f.number) for module in foreign for f in module.summary.functions), graph)


def _called_by_programs(modules: Mapping[str, ModuleIndex], graph: Graph) -> frozenset[Unit]:
    """The functions that a program with pages of its own calls, at any depth, in its own folder and below."""
    found: set[Unit] = set()
    for module in modules.values():
        if _imports(module, known.PAGE_MODULES):
            folder = module.path.rpartition("/")[0] + "/"
            reached = _reached(module.units(), graph) - frozenset(module.units())
            found |= {unit for unit in reached if unit.path.startswith(folder)}
    return frozenset(found)


def _reached(units: Iterable[Unit], graph: Graph) -> frozenset[Unit]:
    left = list(units)
    found = set(left)
    while left:
        for edge in graph.edges(left.pop()):
            if edge.target not in found:
                found.add(edge.target)
                left.append(edge.target)
    return frozenset(found)


def _says_lambda(handler: Handler) -> bool:
    """Whether a function's own name says who calls it: code for two clouds may have one call the other's handler."""
    return "lambda" in handler.name.rpartition(".")[2].lower()


def drop_helpers(
    handlers: Iterable[Handler], reached: dict[Unit, frozenset[Unit]], graph: Graph
) -> tuple[Handler, ...]:
    """Without the functions that have a handler's shape but that another handler's code calls, or that a function
    passes its own event on to.

    `reached` gives for each handler's unit the units that it runs.  A declared or configured handler stays.
    """
    kept: list[Handler] = []
    for handler in handlers:
        called = any(handler.unit in units for root, units in reached.items() if root != handler.unit)
        if handler.how != "shape" or handler.unit.number < 0 or not (called or _is_handed_events(handler, graph)):
            kept.append(handler)
    return tuple(kept)


def _is_handed_events(handler: Handler, graph: Graph) -> bool:
    """Whether a module-level function passes its own event, and a context that it has a name for, to a helper.

    Who tries a handler out has no event for a parameter, or no context to give; a decorator's wrapper is nested.
    """
    name = handler.name.rpartition(".")[2]
    if _is_handler_name(name) or _says_lambda(handler):
        return False
    for edge in graph.callers(handler.unit):
        call, source = edge.call, edge.source
        if edge.kind != "call" or call is None or source.number < 0 or source == handler.unit:
            continue
        function = graph.modules[source.path].function(source.number)
        given = [argument.value for argument in call.arguments]
        if function.outer >= 0 or function.cls >= 0 or (dotted(call.func) or "").rpartition(".")[2] != name:
            continue
        events = {parameter.name for parameter in function.parameters if known.is_event_name(parameter.name)}
        if len(given) == 2 and all(isinstance(value, Name) for value in given) and dotted(given[0]) in events:
            return True
    return False


def _is_handler_name(name: str) -> bool:
    return "handler" in name.lower() or name in ("lambda_function", "main", "app")


def _is_served(path: str, name: str) -> bool:
    """Whether a module-level object of an outside path is itself a handler: an adapter, Chalice, `app.resolve`."""
    if path.endswith("()"):
        made = path.removesuffix("()")
        adapter = apps.adapter(made)
        if adapter is not None and adapter.form == "object":
            return True
        framework = apps.framework(made)
        return framework is not None and framework.name == "Chalice" and made in framework.constructors
    owner, _, method = path.rpartition("().")
    framework = apps.framework(owner)
    return framework is not None and framework.is_handler and method == "resolve" and _is_handler_name(name)


def _is_defined_again(module: ModuleIndex, function: Function) -> bool:
    """Whether a later definition of a module takes a function's name for good: what Lambda calls is that."""
    bindings = module.table(module.scope).get(function.name, ())
    return any(b.kind == "function" and not b.frames and b.number > function.number for b in bindings)


def _imports(module: ModuleIndex, prefixes: tuple[str, ...]) -> bool:
    """Whether a module imports one of some modules at its own level."""
    for statement, _ in module.statements(Unit(module.path, -1)):
        if isinstance(statement, Import):
            names = [statement.module or ""] if statement.module is not None else [n.name for n in statement.names]
            if any(name.startswith(prefixes) for name in names):
                return True
    return False
