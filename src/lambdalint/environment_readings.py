"""Which environment variables the code of a handler may read: an over-approximation, by any spelling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.environment import is_environ
from lambdalint.link.constants import constant
from lambdalint.link.model import Site, Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Call, Compare, Expr, Import, Literal, Name, Subscript
from lambdalint.walk import argument, children, statement_expressions

_READERS = frozenset(("os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop", "os.putenv"))
_METHODS = frozenset(("get", "setdefault", "pop", "update", "__getitem__", "__setitem__", "__contains__"))
# What reads variables by names of its own making, or loads code that is not seen.
_OPAQUE_MODULES = frozenset(
    ("dynaconf", "environs", "environ", "importlib", "runpy", "subprocess", "prefect", "omegaconf")
)


class Reading(NamedTuple):
    """What a handler's code may read: names in any spelling, all of them when `is_open`."""

    texts: frozenset[str]
    fields: frozenset[str]
    is_open: bool

    def lacks(self, name: str) -> bool:
        """Whether the code surely does not read a variable."""
        if self.is_open or name in self.texts:
            return False
        lowered = name.lower()
        return not any(lowered == field or lowered.endswith("_" + field) for field in self.fields)


def reading_of(program: Program, phases: HandlerPhases) -> Reading:
    """What the modules that a handler loads may read."""
    texts: set[str] = set()
    fields: set[str] = set()
    is_open = False
    for path in phases.modules:
        module = program.modules[path]
        for unit in module.units():
            is_open = is_open or _imports_opaque(program, unit)
            for site in module.sites(unit):
                expr = site.place.expr
                if isinstance(expr, Literal) and isinstance(expr.value, str):
                    texts.add(expr.value)
                elif _reads_unknown(program, site):
                    is_open = True
        for cls in module.summary.classes:
            fields.update(
                target.id.lower()
                for statement in cls.body
                if isinstance(statement, Assign) and statement.annotation is not None
                for target in statement.targets
                if isinstance(target, Name)
            )
    return Reading(frozenset(texts), frozenset(fields), is_open)


def _imports_opaque(program: Program, unit: Unit) -> bool:
    for statement, _ in program.statements(unit):
        if isinstance(statement, Import):
            names = [statement.module] if statement.module is not None else [item.name for item in statement.names]
            if any((name or "").partition(".")[0] in _OPAQUE_MODULES for name in names):
                return True
    return False


def _reads_unknown(program: Program, site: Site) -> bool:
    """Whether a place reads a variable whose name cannot be told, or hands the environment on as a whole."""
    expr = site.place.expr
    if isinstance(expr, Subscript):
        return is_environ(program, expr.value, site) and not _is_told(program, expr.key, site)
    if isinstance(expr, Call):
        paths = program.paths(expr.func, site.scope)
        if any(path in _READERS for path in paths):
            key = argument(expr, "key", 0)
            return key is None or not _is_told(program, key, site)
        return False
    return isinstance(expr, Name | Attribute) and is_environ(program, expr, site) and _is_whole(site)


def _is_told(program: Program, key: Expr, site: Site) -> bool:
    """Whether a name is written out, there or where a function is called with it."""
    if constant(program.resolver, key, site.scope) is not None:
        return True
    if not isinstance(key, Name) or site.unit.number < 0:
        return False
    if key.id not in {parameter.name for parameter in program.function(site.unit).parameters}:
        return False
    given = program.graph.passed(site.unit, key.id)
    return bool(given) and all(g is not None and constant(program.resolver, g.expr, g.scope) for g in given)


def _is_whole(site: Site) -> bool:
    """Whether `os.environ` is used otherwise than by a key."""
    for parent, child in _pairs(site):
        if child is site.place.expr:
            if isinstance(parent, Subscript) and parent.value is child:
                return False
            if isinstance(parent, Attribute):
                return parent.attr not in _METHODS
            return not (isinstance(parent, Compare) and parent.ops[0] in ("in", "not in"))
    return True


def _pairs(site: Site) -> Iterator[tuple[Expr, Expr]]:
    stack = list(statement_expressions(site.place.statement))
    while stack:
        expr = stack.pop()
        for child in children(expr):
            yield expr, child
            stack.append(child)
