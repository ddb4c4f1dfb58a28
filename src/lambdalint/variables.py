"""Variables that outlive an invocation: names of modules and classes, attributes of lasting objects, defaults."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from lambdalint.catalog.responses import MODEL_BASES
from lambdalint.catalog.state import COLLECTIONS, HOLDERS, PLAIN_BASES
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Binding, ClassValue, External, Instance, ModuleValue, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    Call,
    Comprehension,
    DictDisplay,
    Display,
    Expr,
    Name,
    Subscript,
)

_DEPTH = 6
_MUTABLE = frozenset(("list", "set", "dict"))


class Variable(NamedTuple):
    """One variable: `kind` is module, class, instance or default; `owner` the class's or function's number."""

    kind: str
    path: str
    owner: int
    name: str


class Variables:
    """Finds the lasting variable behind an expression."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._lasting: dict[ClassValue, bool] = {}
        self._mentions: dict[str, list[Site]] | None = None

    def reads(self, variable: Variable) -> Iterator[Site]:
        """The places where invocations read a variable, memoized code included."""
        if self._mentions is None:
            self._mentions = {}
            for unit in self._program.invoked_units:
                for site in self._program.sites(unit):
                    expr = site.place.expr
                    if isinstance(expr, Name | Attribute) and not _is_target(site):
                        name = expr.id if isinstance(expr, Name) else expr.attr
                        self._mentions.setdefault(name, []).append(site)
        for site in self._mentions.get(variable.name, ()):
            if self.of(site.place.expr, site.scope) == variable:
                yield site

    def of(self, expr: Expr, scope: Scope, depth: int = 0) -> Variable | None:
        """The variable that an expression names, or whose item it is; None for anything else."""
        if depth > _DEPTH:
            return None
        if isinstance(expr, Name):
            return self._name(expr, scope, depth)
        if isinstance(expr, Attribute):
            return self._attribute(expr, scope)
        if isinstance(expr, Subscript):
            return self.of(expr.value, scope, depth + 1)
        if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr in HOLDERS:
            return self.of(expr.func.value, scope, depth + 1)
        return None

    # --- names ---

    def _name(self, expr: Name, scope: Scope, depth: int) -> Variable | None:
        module = self._program.modules.get(scope.path)
        if module is None:
            return None
        home, bindings = module.bindings(scope, expr.id, expr.span)
        if home is None or not bindings:
            return None
        if home.kind == "module":
            return self.member(home.path, expr.id)
        if home.kind != "function" or len(bindings) != 1:
            return None
        binding = bindings[0]
        if binding.kind == "parameter":
            return self._parameter(module, binding, expr.id, depth)
        if binding.kind == "value" and not binding.unpack and isinstance(binding.value, Name | Attribute):
            return self.of(binding.value, binding.scope, depth + 1)
        return None

    def member(self, path: str, name: str, depth: int = 0) -> Variable | None:
        """A module's variable, an imported one where it is defined."""
        module = self._program.modules.get(path)
        if module is None or depth > _DEPTH:
            return None
        bindings = module.table(module.scope).get(name, [])
        if bindings and all(binding.kind == "import" for binding in bindings):
            found = self._imported(bindings[0])
            return None if found is None else self.member(*found, depth + 1)
        return Variable("module", path, -1, name) if bindings else None

    def _imported(self, binding: Binding) -> tuple[str, str] | None:
        statement, imported = binding.statement, binding.imported
        if statement is None or imported is None or statement.module is None:
            return None
        found = self._program.project.imports.source(statement, binding.scope.path)
        return None if found is None else (found, imported.name)

    def _parameter(self, module: ModuleIndex, binding: Binding, name: str, depth: int) -> Variable | None:
        """A parameter's own default where some caller takes it, or the one variable that all callers pass."""
        unit = Unit(module.path, binding.scope.number)
        passed = self._program.graph.passed(unit, name)
        if binding.value is not None and self.is_collection(binding.value, module.scope):
            if unit in self._program.roots and self._program.handler_of(unit) is None:
                return None  # FastAPI and Powertools pass a deep copy of the default to their routes
            taken = not passed or unit in self._program.roots or any(given is None for given in passed)
            return Variable("default", module.path, unit.number, name) if taken else None
        if unit in self._program.roots:
            return None
        found = {self.of(given.expr, given.scope, depth + 1) if given is not None else None for given in passed[:8]}
        return found.pop() if len(found) == 1 else None

    # --- attributes ---

    def _attribute(self, expr: Attribute, scope: Scope) -> Variable | None:
        owner = self._class_of(expr.value, scope)
        if owner is not None:
            return self._class_variable(owner, expr.attr)
        for value in self._program.resolve(expr.value, scope):
            if isinstance(value, ModuleValue):
                return self.member(value.path, expr.attr)
            if isinstance(value, ClassValue):
                return self._class_variable(value, expr.attr)
            if isinstance(value, Instance):
                return self._of_instance(value.cls, expr.attr)
        return None

    def _class_of(self, expr: Expr, scope: Scope) -> ClassValue | None:
        """The class that `x.__class__` and `type(x)` give."""
        inner: Expr | None = None
        if isinstance(expr, Attribute) and expr.attr == "__class__":
            inner = expr.value
        elif isinstance(expr, Call) and isinstance(expr.func, Name) and expr.func.id == "type" and expr.arguments:
            inner = expr.arguments[0].value
        found = self._program.instances(inner, scope) if inner is not None else ()
        return found[0].cls if found else None

    def _of_instance(self, cls: ClassValue, name: str) -> Variable | None:
        resolver = self._program.resolver
        for ancestor in resolver.ancestry(cls):
            if isinstance(ancestor, ClassValue) and name in resolver.stores(ancestor):
                return Variable("instance", ancestor.path, ancestor.number, name) if self._lasts(cls) else None
        if cls not in self._made and any(name in resolver.stores(heir) for heir in self._heirs.get(cls, ())):
            return None  # an object of that class has its own
        return self._class_variable(cls, name)

    @cached_property
    def _made(self) -> frozenset[ClassValue]:
        """The classes of which what runs on Lambda makes objects."""
        program = self._program
        return frozenset(cls for unit in program.running_units for cls, _ in program.graph.made(unit))

    @cached_property
    def _heirs(self) -> dict[ClassValue, list[ClassValue]]:
        """The classes of the program that inherit from a class."""
        found: dict[ClassValue, list[ClassValue]] = {}
        for path in self._program.modules:
            for definition in self._program.summary(path).classes:
                heir = ClassValue(path, definition.number)
                for ancestor in self._program.resolver.ancestry(heir)[1:]:
                    if isinstance(ancestor, ClassValue):
                        found.setdefault(ancestor, []).append(heir)
        return found

    def _class_variable(self, cls: ClassValue, name: str) -> Variable | None:
        ancestry = self._program.resolver.ancestry(cls)
        if any(isinstance(a, External) and (a.path in MODEL_BASES or a.path not in PLAIN_BASES) for a in ancestry):
            return None
        for ancestor in ancestry:
            if isinstance(ancestor, ClassValue):
                module = self._program.modules[ancestor.path]
                if module.table(Scope(ancestor.path, "class", ancestor.number)).get(name):
                    return Variable("class", ancestor.path, ancestor.number, name)
        return None

    def _lasts(self, cls: ClassValue) -> bool:
        """Whether all objects of a class that the program makes are made at INIT."""
        found = self._lasting.get(cls)
        if found is None:
            program = self._program
            makers = [
                edge.source
                for name in ("__init__", "__new__", "__post_init__")
                if (method := program.resolver.method(cls, name)) is not None
                for edge in program.callers(Unit(method.path, method.number))
                if edge.kind == "construct" and edge.cls == cls
            ]
            found = bool(makers) and all(maker.number < 0 for maker in makers)
            self._lasting[cls] = found
        return found

    # --- collections ---

    def holds_collection(self, variable: Variable) -> bool:
        """Whether a variable is bound to a list, a dictionary, a set or their kin where it is defined."""
        module = self._program.modules[variable.path]
        if variable.kind == "default":
            return True
        if variable.kind == "instance":
            cls = ClassValue(variable.path, variable.owner)
            stores = self._program.resolver.stores(cls).get(variable.name, ())
            return any(self.is_collection(expr, scope) for expr, scope in stores)
        scope = module.scope if variable.kind == "module" else Scope(variable.path, "class", variable.owner)
        bindings = module.table(scope).get(variable.name, [])
        return any(
            binding.kind == "value"
            and binding.scope == scope
            and binding.value is not None
            and not binding.unpack
            and self.is_collection(binding.value, scope)
            for binding in bindings
        )

    def is_collection(self, expr: Expr, scope: Scope) -> bool:
        """Whether an expression makes a collection that can be changed."""
        if isinstance(expr, DictDisplay):
            return True
        if isinstance(expr, Display | Comprehension):
            return expr.kind in _MUTABLE
        if isinstance(expr, BinOp):
            return expr.op in ("*", "+", "|") and self.is_collection(expr.left, scope)
        if isinstance(expr, Call):
            return any(path in COLLECTIONS for path in self._program.paths(expr.func, scope))
        return False


def _is_target(site: Site) -> bool:
    statement = site.place.statement
    return isinstance(statement, Assign) and any(target is site.place.expr for target in statement.targets)
