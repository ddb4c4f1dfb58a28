"""Which project files importing a module loads."""

from __future__ import annotations

from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.dead import never_runs
from lambdalint.link.imports import ImportResolver
from lambdalint.link.named import named_modules
from lambdalint.source import Span
from lambdalint.summary import Import, ImportedName


def imported_files(imports: ImportResolver, module: ModuleIndex) -> tuple[str, ...]:
    """The project files behind a module's import statements and Django's strings, packages' `__init__` files too."""
    known = module.loads.get(id(imports))
    if known is not None and known[0] is imports:
        return known[1]
    found: dict[str, None] = {}
    for unit in module.units():
        for statement, frames in module.statements(unit):
            if isinstance(statement, Import) and not never_runs(frames):
                found.update(dict.fromkeys(statement_files(imports, statement, module.path)))
    for name in named_modules(module):
        found.update(dict.fromkeys(statement_files(imports, import_of(name), module.path)))
    found.pop(module.path, None)
    files = tuple([path for path in found if path.endswith(".py")])
    module.loads[id(imports)] = (imports, files)
    return files


def import_of(name: str) -> Import:
    """A statement that imports a module by its dotted name, without a place."""
    nowhere = Span(1, 0, 1, 0)
    return Import(nowhere, None, (ImportedName(nowhere, name, None, name),), 0, False)


def statement_files(imports: ImportResolver, statement: Import, importer: str) -> tuple[str, ...]:
    """The project files that one import statement loads."""
    found: list[str] = []
    if statement.module is None:
        for item in statement.names:
            parts = item.name.split(".")
            names = [".".join(parts[: n + 1]) for n in range(len(parts))]
            found += [path for name in names if (path := imports.absolute(name, importer)) is not None]
        return tuple(found)
    if not statement.level:
        parts = statement.module.split(".")
        for n in range(len(parts) - 1):
            package = imports.absolute(".".join(parts[: n + 1]), importer)
            if package is not None:
                found.append(package)
    base = imports.source(statement, importer)
    if base is not None:
        found.append(base)
        for item in statement.names:
            module = imports.submodule(base, item.name)
            if module is not None:
                found.append(module)
    return tuple(found)
