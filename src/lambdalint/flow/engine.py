"""The value-flow engine: every unit interpreted once or twice, callees first, and what they left behind.

One pass over the units that run on Lambda, in the order of the call graph, so that a callee's summary is there when
its caller is interpreted; units that asked for what was not there yet (recursion, modules that import each other) are
interpreted again, at most `_ROUNDS` times.  Nothing depends on the order of files or of hashing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lambdalint.catalog.clients import is_aws_client
from lambdalint.catalog.flow_requests import REQUEST_ATTRIBUTES, REQUEST_OBJECTS
from lambdalint.catalog.names import is_secret_name, mentions_secret
from lambdalint.config import Config
from lambdalint.declared import StoredParameter
from lambdalint.flow import values as v
from lambdalint.flow.naming import is_harmless
from lambdalint.flow.records import Records
from lambdalint.flow.sinks import Sink
from lambdalint.flow.sources import Sources
from lambdalint.flow.tags import KeyOf
from lambdalint.flow.values import CLEAN, UNKNOWN, Atom, Root, Value
from lambdalint.link.constants import constant
from lambdalint.link.graph import Graph
from lambdalint.link.loads import imported_files
from lambdalint.link.model import ClassValue, External, Instance, ModuleValue, Scope, Unit
from lambdalint.link.switches import NOTHING, contradict, truths
from lambdalint.source import Span
from lambdalint.summary import Expr, Function, Import, ImportedName, Literal
from lambdalint.walk import Frame

_ROUNDS = 2


class Summary(NamedTuple):
    """A function in the eyes of its callers, symbolically: what it returns, stores in its parameters and raises.

    `raised` holds by the name of an exception's class what its message does.
    """

    result: Value
    effects: dict[str, Value]
    raised: dict[str, Value]


class Passing(NamedTuple):
    """One place from which a unit is run: the caller, where and within what, and what each parameter gets."""

    caller: Unit
    span: Span
    given: dict[str, Value]
    frames: tuple[Frame, ...]


class Engine:
    """The interpreted program.  `units` are those that run on Lambda; `stored` the declared SSM parameters."""

    def __init__(
        self,
        graph: Graph,
        config: Config,
        units: Iterable[Unit],
        names: dict[str, str],
        stored: Iterable[StoredParameter] = (),
    ) -> None:
        self.graph = graph
        self.modules = graph.modules
        self.resolver = graph.resolver
        self.names = frozenset(config.secret_names)
        self.sources = Sources(graph.resolver, config, stored)
        self.records = Records(graph)
        self.requests = REQUEST_ATTRIBUTES
        self._module_names = names
        self._wanted = frozenset(units)
        self._summaries: dict[Unit, Summary] = {}
        self._module_values: dict[str, dict[str, Value]] = {}
        self._attributes: dict[ClassValue, dict[str, Value]] = {}
        self._globals: dict[tuple[str, str], Value] = {}
        self._assigned: dict[Unit, dict[str, Value]] = {}
        self._defaults: dict[tuple[str, int], dict[str, Value]] = {}
        self._passings: dict[Unit, dict[tuple[Unit, Span], Passing]] = {}
        self._sinks: dict[tuple[Unit, Span, str], Sink] = {}
        self._incomplete: dict[Unit, None] = {}
        self._told: dict[tuple[Unit, Unit, Span], Mapping[str, bool]] = {}
        self.handles: set[tuple[Root, tuple[v.Key, ...]]] = set()
        self._used: dict[tuple[object, ...], Atom] = {}
        self._captured = self._capturing()
        self._interpret_all()

    # --- what was found ---

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """Every sink that is reached, in the order of places."""
        return tuple(self._sinks[key] for key in sorted(self._sinks, key=lambda k: (k[0], k[1], k[2])))

    @property
    def used(self) -> tuple[Atom, ...]:
        """What is called a secret, or used as one."""
        return tuple(self._used.values())

    def passings(self, unit: Unit) -> tuple[Passing, ...]:
        """The places from which a unit is run with something."""
        return tuple(self._passings.get(unit, {}).values())

    def excludes(self, unit: Unit, passing: Passing, frames: tuple[Frame, ...]) -> bool:
        """Whether what a passing gives a unit keeps it out of the branches in which a place of the unit stands."""
        key = (unit, passing.caller, passing.span)
        told = self._told.get(key)
        if told is None:
            edges = (e for e in self.graph.callers(unit) if e.source == passing.caller)
            edge = next((e for e in edges if e.site.place.expr.span == passing.span), None)
            module = self.modules[unit.path]
            told = self._told[key] = NOTHING if edge is None else truths(edge, module, NOTHING)
        return contradict(frames, told)

    def default(self, unit: Unit, name: str) -> Value | None:
        """A parameter's default value."""
        return self._defaults.get((unit.path, unit.number), {}).get(name)

    def assigned(self, unit: Unit, name: str) -> Value:
        """Everything that a name which inner functions read was given."""
        return self._assigned.get(unit, {}).get(name, UNKNOWN)

    def stored_global(self, path: str, name: str) -> Value:
        """What functions give a module's name."""
        return self._globals.get((path, name), UNKNOWN)

    def attribute(self, cls: ClassValue, name: str) -> Value | None:
        """What the class itself, its methods and its bases store in an attribute; None when nothing does."""
        found = [
            held
            for ancestor in self.resolver.ancestry(cls)
            if isinstance(ancestor, ClassValue) and (held := self._attributes.get(ancestor, {}).get(name)) is not None
        ]
        return v.join(*found) if found else None

    def name(self, unit: Unit) -> str:
        """The dotted name of a unit."""
        module = self._module_names.get(unit.path, "")
        return module if unit.number < 0 else f"{module}.{self.modules[unit.path].function(unit.number).qualname}"

    def class_name(self, cls: ClassValue) -> str:
        """A class's name."""
        return self.modules[cls.path].summary.classes[cls.number].name

    # --- interpretation ---

    def _interpret_all(self) -> None:
        order = self._order()
        for unit in order:
            self._interpret(unit)
        for _ in range(_ROUNDS):
            again, self._incomplete = self._incomplete, {}
            if not again:
                break
            for unit in order:
                if unit in again:
                    self._interpret(unit)

    def _interpret(self, unit: Unit) -> None:
        from lambdalint.flow.statements import Interpreter

        kind = "module" if unit.number < 0 else "function"
        interpreter = Interpreter(self, unit, Scope(unit.path, kind, unit.number))
        end = interpreter.run()
        if unit.number < 0:
            self._module_values[unit.path] = {} if end is None else end.values
            return
        function = self.modules[unit.path].function(unit.number)
        result = v.bounded(v.join(*interpreter.returned)) if interpreter.returned else CLEAN
        if function.is_generator:
            result = v.listed(v.join(*interpreter.yields)) if interpreter.yields else UNKNOWN
        effects = self._effects(unit, function, None if end is None else end.values)
        self._summaries[unit] = Summary(result, effects, interpreter.escaped)

    def _effects(self, unit: Unit, function: Function, end: dict[str, Value] | None) -> dict[str, Value]:
        """What a function stores in its parameters; what a method stores in its object is known to the class."""
        found: dict[str, Value] = {}
        for index, parameter in enumerate(function.parameters):
            held = (end or {}).get(parameter.name)
            if held is None or not (held.fields or held.rest) or not _is_parameter(held, unit, parameter.name):
                continue
            found[parameter.name] = v.bounded(held._replace(atoms=()))
            if index == 0 and function.cls >= 0:
                for name, stored in held.fields.items():
                    if not isinstance(name, KeyOf):
                        self.note_attribute(ClassValue(unit.path, function.cls), str(name), stored)
        return found

    def _order(self) -> tuple[Unit, ...]:
        """The units with those that they depend on first; cycles are cut at the first unit met."""
        done: dict[Unit, None] = {}
        entered: set[Unit] = set()
        for start in sorted(self._wanted):
            stack: list[tuple[Unit, bool]] = [(start, False)]
            while stack:
                unit, is_left = stack.pop()
                if is_left:
                    done[unit] = None
                elif unit not in entered:
                    entered.add(unit)
                    stack.append((unit, True))
                    stack += [(needed, False) for needed in reversed(self._needs(unit)) if needed not in entered]
        return tuple(done)

    def _needs(self, unit: Unit) -> list[Unit]:
        found = dict.fromkeys(edge.target for edge in self.graph.edges(unit))
        if unit.number < 0:
            imports = imported_files(self.resolver.imports, self.modules[unit.path])
            found.update(dict.fromkeys(Unit(path, -1) for path in imports if path in self.modules))
        else:
            found[Unit(unit.path, -1)] = None
        return [needed for needed in found if needed in self._wanted]

    def _capturing(self) -> frozenset[Unit]:
        """The functions in which other functions or classes are nested."""
        found: set[Unit] = set()
        for path, module in self.modules.items():
            classes = module.summary.classes
            held = [(f.outer, f.cls) for f in module.summary.functions] + [(c.outer, c.cls) for c in classes]
            for outer, cls in held:
                number = outer if outer >= 0 else classes[cls].outer if cls >= 0 else -1
                if number >= 0:
                    found.add(Unit(path, number))
        return frozenset(found)

    # --- what interpreters ask ---

    def summary(self, unit: Unit, asking: Unit) -> Summary | None:
        """A callee's summary; None when there is none yet, and the caller is to be interpreted again."""
        found = self._summaries.get(unit)
        if found is None and unit in self._wanted:
            self._incomplete[asking] = None
        return found

    def module_value(self, asking: Unit, path: str, name: str) -> Value:
        """The value of a module's name, as its own code and functions that declare it global leave it."""
        found = self._module_values.get(path)
        if found is None:
            if Unit(path, -1) in self._wanted:
                self._incomplete[asking] = None
            return UNKNOWN
        held = found.get(name)
        if held is None:
            held = self.star_value(Unit(path, -1), name)
        if self._is_set_elsewhere(path, name):
            held = v.join(held, v.of_root(Root("global", Unit(path, -1), Span(1, 0, 1, 0), name)))
        return held

    def _is_set_elsewhere(self, path: str, name: str) -> bool:
        module = self.modules[path]
        return (path, name) in self._globals or any(name in f.globals for f in module.summary.functions)

    def star_value(self, asking: Unit, name: str) -> Value:
        """A name that a star import brings in; builtins and unknown names are unknown."""
        module = self.modules[asking.path]
        for binding in module.table(module.scope).get("*", ()):
            if binding.statement is not None:
                path = self.resolver.imports.source(binding.statement, asking.path)
                if path is not None and path != asking.path and path in self.modules:
                    if name in self._module_values.get(path, {}):
                        return self.module_value(asking, path, name)
        return UNKNOWN

    def imported_value(self, asking: Unit, statement: Import, item: ImportedName) -> Value:
        """What an import binds to a name."""
        if statement.module is None:
            return UNKNOWN
        if statement.module == "os" and item.name == "environ":
            return self.sources.environment(asking, item.span)
        if f"{statement.module}.{item.name}" in REQUEST_OBJECTS:
            return v.of_root(Root("request", asking, item.span, item.name))
        path = self.resolver.imports.source(statement, asking.path)
        if path is None or path not in self.modules:
            return UNKNOWN
        if isinstance(self.resolver.imports.submodule(path, item.name), str):
            return UNKNOWN
        return self.module_value(asking, path, item.name)

    def class_value(self, cls: ClassValue, name: str) -> Value:
        """An attribute read from a class."""
        found = self.attribute(cls, name)
        return UNKNOWN if found is None else found

    def constant(self, expr: Expr, scope: Scope) -> Literal | None:
        """The literal behind a name."""
        return constant(self.resolver, expr, scope)

    def with_defaults(self, unit: Unit, function: Function, given: dict[str, Value]) -> dict[str, Value]:
        """Arguments with the defaults of parameters that were left out."""
        missing = [p.name for p in function.parameters if p.name not in given and p.default is not None]
        if not missing:
            return given
        return {**given, **{name: held for name in missing if (held := self.default(unit, name)) is not None}}

    def may_be_secret(self, value: Value, expr: Expr, scope: Scope) -> bool:
        """Whether what was bound to a secret-looking name may be one: no client, no object, no name of a secret."""
        for held in self.resolver.resolve(expr, scope):
            if isinstance(held, Instance | ModuleValue | ClassValue):
                return False
            if isinstance(held, External) and is_aws_client(held.path.removesuffix("()")):
                return False
        atoms = v.flatten(value)
        return not atoms or any(self.is_open(atom) for atom in atoms)

    def is_open(self, atom: Atom) -> bool:
        """Whether an atom's own name leaves it open that it is a secret."""
        if "slice" in atom.tags or atom.root.kind == "made":
            return False
        last = next((key for key in reversed(atom.path) if isinstance(key, str) and key not in v.SPECIAL), None)
        if last is None and atom.root.kind in v.SYMBOLIC:
            last = atom.root.name
        return last is None or not mentions_secret(last) or is_secret_name(last, self.names)

    # --- what interpreters leave ---

    def note_sink(self, sink: Sink) -> None:
        """Remember a sink; met again, in another round of a loop, it has seen both."""
        key = (sink.unit, sink.span, sink.kind)
        before = self._sinks.get(key)
        if before is not None and len(before.shown) == len(sink.shown):
            shown = tuple(
                new._replace(value=v.join(old.value, new.value))
                for old, new in zip(before.shown, sink.shown, strict=True)
            )
            sink = sink._replace(shown=shown)
        self._sinks[key] = sink

    def note_call(
        self, target: Unit, caller: Unit, span: Span, given: dict[str, Value], frames: tuple[Frame, ...]
    ) -> None:
        """Remember with what a unit is run from a place, which stands in some frames."""
        found = self._passings.setdefault(target, {})
        before = found.get((caller, span))
        if before is not None:
            given = {
                name: v.join(before.given[name], held) if name in before.given else held for name, held in given.items()
            }
        held = {name: self._passed(name, value) for name, value in given.items()}
        found[caller, span] = Passing(caller, span, held, frames)

    def _passed(self, name: str, value: Value) -> Value:
        """What a parameter gets; one whose name says that it holds no secret is believed: `secret_name`."""
        value = v.bounded(value)
        if is_secret_name(name, self.names):
            self.note_used(value)
        return v.tagged(value, "harmless") if v.flatten(value) and is_harmless(name, self.names) else value

    def note_global(self, path: str, name: str, value: Value) -> None:
        """Remember what a function gives a module's name."""
        before = self._globals.get((path, name))
        self._globals[path, name] = v.bounded(value if before is None else v.join(before, value))

    def note_attribute(self, cls: ClassValue, name: str, value: Value) -> None:
        """Remember what is stored in an attribute of a class's objects."""
        held = self._attributes.setdefault(cls, {})
        held[name] = v.bounded(v.join(held[name], value) if name in held else value)

    def note_assigned(self, unit: Unit, name: str, value: Value) -> None:
        """Remember what a name is given that inner functions may read."""
        if unit in self._captured:
            held = self._assigned.setdefault(unit, {})
            held[name] = v.bounded(v.join(held[name], value) if name in held else value)

    def note_handle(self, value: Value) -> None:
        """Remember what only tells a secret, a page or a task apart, whatever its name."""
        self.handles.update((atom.root, atom.path) for atom in v.flatten(value))

    def note_used(self, value: Value) -> None:
        """Remember what is called a secret, or used as one, so far as that tells what it was fetched for."""
        for atom in v.flatten(value):
            if atom.root.kind in (*v.SYMBOLIC, "stored"):
                self._used.setdefault(atom[:4], atom)

    def note_default(self, path: str, number: int, name: str, value: Value) -> None:
        """Remember a parameter's default."""
        self._defaults.setdefault((path, number), {})[name] = value


def _is_parameter(value: Value, unit: Unit, name: str) -> bool:
    """Whether a value is still what the caller passed for a parameter, and not bound anew."""
    return any(
        atom.root.kind == "parameter" and atom.root.unit == unit and atom.root.name == name and not atom.path
        for atom in value.atoms
    )
