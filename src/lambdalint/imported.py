"""What import statements load: dotted names, import cycles, and what INIT has imported already."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Collection, Iterable, Mapping

from lambdalint.catalog.runtime import package_of
from lambdalint.diagnostic import Operation
from lambdalint.fixes import HoistImport
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.dead import never_runs
from lambdalint.link.loads import statement_files
from lambdalint.link.model import Unit
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.summary import Import

STDLIB = frozenset(sys.stdlib_module_names)
# What every runtime for Python has.
ALWAYS_THERE = STDLIB | {"boto3", "botocore"}


def modules_of(statement: Import) -> frozenset[str]:
    """The dotted modules that a statement surely loads; relative ones keep their dots."""
    if statement.module is None:
        return frozenset(item.name for item in statement.names)
    return frozenset(("." * statement.level + statement.module,))


def packages_of(statement: Import) -> set[str]:
    """The packages that the modules which a statement surely loads are there with."""
    return set(map(package_of, modules_of(statement)))


def module_imports(module: ModuleIndex) -> list[Import]:
    """The import statements that run when a module is loaded."""
    return [
        statement
        for statement, frames in module.statements(Unit(module.path, -1))
        if isinstance(statement, Import) and not never_runs(frames)
    ]


def loads_back(program: Program, path: str, statement: Import) -> bool:
    """Whether what a statement in a file imports would, at its own module level, import that file: a cycle."""
    return leads_back(program, path, statement_files(program.project.imports, statement, path), {})


def leads_back(program: Program, path: str, loaded: Iterable[str], added: Mapping[str, Collection[str]]) -> bool:
    """Whether files that one file loads would import it, with what fixes add to the imports of some files."""
    imports = program.project.imports
    files = tuple(loaded)
    own_packages = {found for found in files if _is_package_of(found, path)}
    queue = deque(found for found in files if found not in own_packages)
    seen = set(queue)
    while queue:
        module = program.modules.get(queue.popleft())
        if module is None:
            continue
        inner = [found for one in module_imports(module) for found in statement_files(imports, one, module.path)]
        for found in (*inner, *added.get(module.path, ())):
            if found == path:
                return True
            if found not in seen and found not in own_packages:
                seen.add(found)
                queue.append(found)
    return False


def hoisted_files(program: Program, path: str, operations: Iterable[Operation]) -> frozenset[str]:
    """The project files that a file loads at its own level once operations have moved imports there."""
    moved = {one.statement: one.present for one in operations if isinstance(one, HoistImport)}
    module = program.modules.get(path) if moved else None
    if module is None:
        return frozenset()
    found: set[str] = set()
    for unit in module.units():
        for statement, _ in module.statements(unit):
            if isinstance(statement, Import) and statement.span in moved:
                names = tuple(item for item in statement.names if item.bound not in moved[statement.span])
                if names:
                    kept = statement._replace(names=names)
                    found.update(statement_files(program.project.imports, kept, path))
    return frozenset(found)


def _is_package_of(package: str, path: str) -> bool:
    folder, _, name = package.rpartition("/")
    return (name == "__init__.py" and path.startswith(folder + "/") and package != path) or not package.endswith(".py")


class _LoadedImports(dict[str, frozenset[str]]):
    """What loading a file imports, by the file."""


def init_imports(program: Program, phases: HandlerPhases) -> frozenset[str]:
    """The dotted modules that a handler's INIT imports unconditionally, absolute ones and their parents."""
    return loaded_imports(program, phases.handler.unit.path)


def loaded_imports(program: Program, start: str) -> frozenset[str]:
    """The dotted modules that loading a file imports unconditionally, absolute ones and their parents."""
    memo: dict[str, frozenset[str]] = program.memo.setdefault(_LoadedImports, _LoadedImports())
    known = memo.get(start)
    if known is None:
        found: set[str] = set()
        for path in _loaded_files(program, (start,)):
            for statement, frames in program.modules[path].statements(Unit(path, -1)):
                if isinstance(statement, Import) and not frames and not statement.level:
                    for name in modules_of(statement):
                        parts = name.split(".")
                        found.update(".".join(parts[: n + 1]) for n in range(len(parts)))
        known = memo[start] = frozenset(found)
    return known


def _loaded_files(program: Program, starts: Iterable[str]) -> set[str]:
    """The project files that importing some loads before any function runs, those in view among these included."""
    imports = program.project.imports
    left = [path for path in starts if path in program.modules]
    found = set(left)
    while left:
        module = program.modules[left.pop()]
        for statement in module_imports(module):
            for path in statement_files(imports, statement, module.path):
                if path in program.modules and path not in found:
                    found.add(path)
                    left.append(path)
    return found


def packages_below(program: Program, path: str, statement: Import) -> frozenset[str]:
    """The packages that a statement in a file imports from outside the project, also in the files it loads."""
    found = _outside(program, path, statement)
    for loaded in _loaded_files(program, statement_files(program.project.imports, statement, path)):
        for inner in module_imports(program.modules[loaded]):
            found |= _outside(program, loaded, inner)
    return frozenset(found)


def needed_packages(program: Program, path: str, statement: Import) -> frozenset[str]:
    """Those of `packages_below` that nothing imports on some paths only, or does without."""
    loaded = statement_files(program.project.imports, statement, path)
    below = {package_of(name) for one in loaded for name in loaded_imports(program, one)}
    return packages_below(program, path, statement) & (below | _outside(program, path, statement))


def _outside(program: Program, path: str, statement: Import) -> set[str]:
    """The packages that one statement imports from outside the project."""
    if statement.level or statement_files(program.project.imports, statement, path):
        return set()
    return packages_of(statement)


# What every module has.  https://docs.python.org/3/reference/datamodel.html#import-related-attributes-on-module-objects
_IMPLICIT = frozenset(
    ("__name__", "__file__", "__doc__", "__path__", "__spec__", "__package__", "__loader__", "__dict__")
)


def gives_all(program: Program, path: str, statement: Import) -> bool:
    """Whether what a statement in a file imports from a module in view is there; from any other, it is not known."""
    if statement.module is None or statement.is_star:
        return True
    imports = program.project.imports
    found = imports.source(statement, path)
    module = None if found is None else program.modules.get(found)
    if found is None or module is None:
        return True
    table = module.table(module.scope)
    if "__getattr__" in table or any(inner.is_star for inner in module_imports(module)):
        return True
    return all(
        item.name in table or item.name in _IMPLICIT or imports.submodule(found, item.name) is not None
        for item in statement.names
    )
