"""One name for one thing: how a module spells what a function imports, or makes, as well."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.diagnostic import Operation
from lambdalint.fixes import ReplaceExpression
from lambdalint.holders import bound_names
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import Assign, Comprehension, Expr, Import, ImportedName, Name, Opaque, Stmt
from lambdalint.walk import expressions

# How many parts the name of a module has that is known by all but the first.
_OWN_PARTS = 3


class Renamed(NamedTuple):
    """Local names of an import that others stand in for, and the operations that have those read.

    `known` are names of what the module imports under another one, `plain` those that lose their alias.  `clash` is
    the module's name for one of them that cannot stand in for it, "" where there is none.
    """

    known: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    operations: tuple[Operation, ...] = ()
    clash: str = ""


def renamed(module: ModuleIndex, unit: Unit, statement: Import) -> Renamed:
    """The names of an import of a unit that the module imports under another name, or with a needless alias."""
    found = Renamed()
    for item in statement.names:
        known = _known(module, statement, item)
        if item.bound in known:
            continue
        name = next(iter(known), "") or _plain(module, statement, item)
        uses = list(_uses(module, unit, item.bound)) if name else []
        is_same = bool(known) or _is_of_statement(module, statement, item, name)
        if not name or not (is_same and _is_free(module, unit, item.bound, name, uses)):
            found = found._replace(clash=found.clash or next(iter(known), ""))
            continue
        operations = tuple(ReplaceExpression(site.place.expr.span, name) for site in uses)
        found = found._replace(operations=(*found.operations, *operations))
        if known:
            found = found._replace(known=(*found.known, item.bound))
        else:
            found = found._replace(plain=(*found.plain, item.bound))
    return found


def _known(module: ModuleIndex, statement: Import, item: ImportedName) -> list[str]:
    """The names under which a module imports the same thing at its own level, unconditionally and once each."""
    if statement.module is None and not item.alias and "." in item.name:
        return []
    found: list[str] = []
    for name, bindings in module.table(module.scope).items():
        if len(bindings) != 1 or bindings[0].kind != "import" or bindings[0].frames:
            continue
        other = bindings[0].statement
        if other is None:
            continue
        if (other.module, other.level) == (statement.module, statement.level):
            found += [name for one in other.names if one.bound == name and one.name == item.name and _is_whole(one)]
    return found


def _is_whole(item: ImportedName) -> bool:
    """Whether a name stands for all of the dotted name that is imported: not `import a.b`, which binds `a`."""
    return bool(item.alias) or "." not in item.name


def _plain(module: ModuleIndex, statement: Import, item: ImportedName) -> str:
    """The plain name of what is imported under a private name, or under another one elsewhere; "" for others."""
    if not item.alias or item.alias == item.name or (statement.module is None and "." in item.name):
        return ""
    is_plain = item.alias.startswith("_") or any(
        (other.module, other.level) == (statement.module, statement.level)
        and any(one.name == item.name and one.bound != item.bound for one in other.names)
        for unit in module.units()
        for other, _ in module.statements(unit)
        if isinstance(other, Import)
    )
    return item.name if is_plain else ""


def _is_of_statement(module: ModuleIndex, statement: Import, item: ImportedName, name: str) -> bool:
    """Whether a module binds a name at its own level, if at all, by unconditional imports of what a statement takes."""
    return all(
        binding.kind == "import"
        and not binding.frames
        and binding.statement is not None
        and (binding.statement.module, binding.statement.level) == (statement.module, statement.level)
        and binding.imported is not None
        and binding.imported.name == item.name
        for binding in module.table(module.scope).get(name, ())
    )


def _uses(module: ModuleIndex, unit: Unit, name: str) -> Iterator[Site]:
    """The places that read a name which a unit binds."""
    home = Scope(unit.path, "function", unit.number)
    for other in module.units():
        for site in module.sites(other):
            expr = site.place.expr
            if isinstance(expr, Name) and expr.id == name and module.lookup_scope(site.scope, name) == home:
                yield site


def _is_free(module: ModuleIndex, unit: Unit, old: str, new: str, uses: list[Site]) -> bool:
    """Whether a name means the module's own wherever another one is read, and all that reads that one is known."""
    if keyword.iskeyword(new) or hasattr(builtins, new):
        return False
    if any(module.lookup_scope(site.scope, new) not in (None, module.scope) for site in uses):
        return False
    inside = module.function(unit.number).span
    if any(new in function.locals for function in module.summary.functions if inside.contains(function.span)):
        return False
    for other in module.units():
        for site in module.sites(other):
            expr = site.place.expr
            if isinstance(expr, Opaque) and old in expr.names and inside.contains(expr.span):
                return False
            if isinstance(expr, Comprehension) and inside.contains(expr.span):
                targets = (part for generator in expr.generators for part in expressions(generator.target))
                if any(isinstance(part, Name) and part.id in (old, new) for part in targets):
                    return False
    return True


def read_instead(
    module: ModuleIndex, unit: Unit, statement: Stmt, expr: Expr, name: str
) -> tuple[ReplaceExpression, ...]:
    """The operations that have a module's own name read for the local one that gets an expression; () for none."""
    bound = bound_names(statement, expr)
    if not isinstance(statement, Assign) or len(statement.targets) != len(bound) or len(bound) != 1:
        return ()
    home = Scope(unit.path, "function", unit.number)
    if statement.annotation is not None or len(module.table(home).get(bound[0], ())) != 1:
        return ()
    uses = [site for site in _uses(module, unit, bound[0]) if site.place.statement is not statement]
    if not _is_free(module, unit, bound[0], name, uses):
        return ()
    return tuple(ReplaceExpression(span, name) for span in dict.fromkeys(site.place.expr.span for site in uses))


def is_read_above(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether a function reads a name above the first import of it there: it is a local that holds nothing yet."""
    imports = [one for one, _ in program.statements(unit) if isinstance(one, Import)]
    for name in {item.bound for item in statement.names}:
        first = min(one.span for one in imports if any(item.bound == name for item in one.names))
        reading = (site.place.expr for site, part in program.sites_of(unit, Name) if part.id == name)
        if any(expr.span < first for expr in reading):
            return True
    return False


def is_misnamed(program: Program, path: str, statement: Import) -> bool:
    """Whether the project has the module of an import under another name only: the import fails when it runs."""
    imports, parts = program.project.imports, (statement.module or "").split(".")
    if statement.level or len(parts) < _OWN_PARTS or imports.source(statement, path) is not None:
        return False
    return bool(imports.ending_with("/".join(parts[1:])))
