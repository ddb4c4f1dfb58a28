"""Fixes of import statements in functions: whether they can move to the module's own, and what changes then."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from weakref import WeakKeyDictionary

from lambdalint.catalog.library_variables import ENVIRONMENT_LOADERS
from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import HoistImport
from lambdalint.import_names import is_misnamed, is_read_above, renamed
from lambdalint.import_places import extra_alone, lacking_as_command, may_be_lacking, starts_broad_try, told_elsewhere
from lambdalint.imported import ALWAYS_THERE, STDLIB, gives_all, init_imports, loads_back, modules_of, packages_of
from lambdalint.link.bindings import ModuleIndex, attribute_stores
from lambdalint.link.model import ModuleValue, Unit
from lambdalint.patches import is_import_replaced
from lambdalint.program import Program, make_fix
from lambdalint.reasons import stands_below_code, tells_why_here
from lambdalint.summary import Assign, Call, ExprStmt, FunctionDef, Import, Jump, Name, Opaque, Scope, Stmt, Try
from lambdalint.walk import Frame, dotted, expressions, free_names, statement_expressions

_ENVIRONMENT_CHANGES = ("os.putenv", *ENVIRONMENT_LOADERS)
# What comes last on the path cannot stand in for the standard library.
_FIRST_ON_PATH = ("sys.path.insert",)
_PATH_CHANGES = (*_FIRST_ON_PATH, "sys.path.append", "sys.path.extend", "site.addsitedir")
_SIMPLE = (Assign, ExprStmt, Import, Jump, Scope, FunctionDef)
_IMPORT_ERRORS = frozenset(("ImportError", "ModuleNotFoundError"))
_REPLACED = "tests that replace it where it comes from would come too late"
_ABOVE = "what it binds is read above it, which fails now and works then"
_LATER = "a failing import then fails at INIT, for every invocation, and in tests that load the file"


class Moved(NamedTuple):
    """The operations that move imports to module level; `what` says what changes where that is not safe."""

    operations: tuple[Operation, ...] = ()
    safe: bool = True
    what: str = ""


def import_fix(
    program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]
) -> tuple[Fix | None, str | None]:
    """The fix of an import that runs on every invocation, or why there is none."""
    if program.is_durable(unit):
        return None, "the body of a durable function is replayed"
    module = program.modules[unit.path]
    obstacle = _obstacle(module, unit, statement) or _rebound(program, unit.path, statement)
    if obstacle is not None:
        return None, obstacle
    other = renamed(module, unit, statement)
    present = (*_present(module, statement), *other.known)
    is_known = len(present) == len(statement.names)
    if _is_known_below(module, unit, present):
        return None, "the module imports it further down"
    if _is_tried_out(module, unit, statement):
        return None, "another function imports it for the import's own sake"
    if other.clash:
        return None, f"the module has it as `{other.clash}`, which means something else in the function"
    if not is_known and (reason := _reason_to_stay(program, unit, statement)):
        return None, reason
    early = is_read_above(program, unit, statement)
    safe = _cannot_fail_later(program, unit, statement, frames) or (is_known and not _is_replaced(program, statement))
    safe = safe and not early
    if not safe and not is_known and starts_broad_try(program, unit, statement, frames):
        return None, "the `try` around it goes on where it fails"
    if not safe and not is_known and (lacking := may_be_lacking(program, unit, statement, frames)):
        return None, lacking
    message = "Delete the import: the module has it already" if is_known else "Import at the top of the module"
    unread = () if is_known else _unread(module, unit, statement)
    operations = (
        HoistImport(statement.span, (*present, *(name for name in unread if name not in present)), other.plain),
        *other.operations,
        *_twins(program, unit, statement),
    )
    change = _ABOVE if early else _change(program, statement)
    return make_fix(message if safe else f"{message}; {change}", safe, *operations), None


def _reason_to_stay(program: Program, unit: Unit, statement: Import) -> str:
    """Why an import of what the module lacks is to stay where it is, "" where nothing speaks for that."""
    module = program.modules[unit.path]
    if tells_why_here(program, unit, statement):
        return "its comment gives a reason for importing it here"
    if stands_below_code(program, unit, statement):
        return "an import that is commented out stands above it"
    if not _is_read(module, unit, statement):
        return "nothing in the function reads it: the import itself is what matters"
    if _is_optional(module, statement):
        return "the module goes on without it where it is missing"
    if is_misnamed(program, unit.path, statement):
        return "the project has such a module, but not by this name"
    if not gives_all(program, unit.path, statement):
        return "the module that it imports from does not have all that it names"
    lacking = extra_alone(program, unit.path, statement) or lacking_as_command(program, unit.path, statement)
    return told_elsewhere(program, unit, statement) or lacking


def _twins(program: Program, unit: Unit, statement: Import) -> Iterator[HoistImport]:
    """The operations that delete the same import from the file's functions that no invocation reaches."""
    module = program.modules[unit.path]
    for other in module.units():
        if other.number < 0 or other == unit:
            continue
        for found, frames in module.statements(other):
            if not isinstance(found, Import) or not _is_part_of(found, statement) or tolerates_failure(frames):
                continue
            is_left = program.reach_span(other, found.span, frames) is None and _is_read(module, other, found)
            if is_left and _obstacle(module, other, found) is None and not tells_why_here(program, other, found):
                yield HoistImport(found.span, tuple(item.bound for item in found.names))


def _is_part_of(one: Import, other: Import) -> bool:
    """Whether an import statement binds nothing but what another one binds as well, to the same."""
    return bool(one.names) and all(same_import(other, one, item.bound) for item in one.names)


def _is_optional(module: ModuleIndex, statement: Import) -> bool:
    """Whether the module elsewhere tolerates that the package of an import is missing."""
    if statement.level:
        return False
    packages = packages_of(statement) - ALWAYS_THERE
    return any(
        isinstance(found, Import)
        and not found.level
        and tolerates_failure(frames)
        and not packages.isdisjoint(packages_of(found))
        for unit in module.units()
        for found, frames in module.statements(unit)
    )


def tolerates_failure(frames: tuple[Frame, ...]) -> bool:
    """Whether a `try` around an import, or the import's own `except` clause, expects an ImportError."""
    return any(
        isinstance(frame.node, Try)
        and frame.branch in ("body", "handler")
        and any(
            isinstance(part, Name) and part.id in _IMPORT_ERRORS
            for handler in frame.node.handlers
            if handler.type is not None
            for part in expressions(handler.type)
        )
        for frame in frames
    )


def _is_tried_out(module: ModuleIndex, unit: Unit, statement: Import) -> bool:
    """Whether a function beside another one imports what nothing reads from the same module."""
    outer = module.function(unit.number).outer
    return outer >= 0 and any(
        isinstance(found, Import) and modules_of(found) == modules_of(statement) and not _is_read(module, other, found)
        for other in module.units()
        if other.number >= 0 and module.function(other.number).outer == outer
        for found, _ in module.statements(other)
    )


def _is_read(module: ModuleIndex, unit: Unit, statement: Import) -> bool:
    """Whether anything in a function or below it reads a name that one of its imports binds."""
    return not _names_read(module, unit).isdisjoint(item.bound for item in statement.names)


def _names_read(module: ModuleIndex, unit: Unit) -> frozenset[str]:
    """The names that something in a function or below it reads."""
    inside = module.function(unit.number).span
    return frozenset(
        name
        for other in module.units()
        if other.number >= 0 and inside.contains(module.function(other.number).span)
        for site in module.sites(other)
        if isinstance(site.place.expr, Name | Opaque)
        for name in free_names(site.place.expr)
    )


def _unread(module: ModuleIndex, unit: Unit, statement: Import) -> tuple[str, ...]:
    """The names that nothing in a function reads beside others of one import, which loads the same without them."""
    read = _names_read(module, unit)
    is_plain = statement.module is not None and not (read & {"locals", "vars", "eval", "exec", "globals"})
    names = (item for item in statement.names if item.bound not in read) if is_plain else ()
    return tuple(item.bound for item in names if item.name[:1].isupper())  # a module has no name like that


def _change(program: Program, statement: Import) -> str:
    """What moving an import changes."""
    return _REPLACED if _is_replaced(program, statement) else _LATER


def moves(program: Program, unit: Unit, imports: Iterable[tuple[Import, tuple[Frame, ...]]]) -> Moved | str:
    """Move the imports that something needs which leaves their function; or why one of them cannot move."""
    found = Moved()
    module = program.modules[unit.path]
    for statement, frames in imports:
        obstacle = _obstacle(module, unit, statement) or _rebound(program, unit.path, statement)
        if obstacle is None and loads_back(program, unit.path, statement):
            obstacle = "an import in the function would close a cycle"
        if obstacle is None and tells_why_here(program, unit, statement):
            obstacle = "the comment of an import gives a reason for its place"
        if obstacle is None and (clash := next(iter(renamed(module, unit, statement).known), "")):
            obstacle = f"the module imports `{clash}` under another name"
        if obstacle is None:
            obstacle = extra_alone(program, unit.path, statement) or None
        if obstacle is not None:
            return obstacle
        safe = _cannot_fail_later(program, unit, statement, frames)
        operation = HoistImport(statement.span, _present(module, statement))
        found = Moved(
            (*found.operations, operation), found.safe and safe, found.what if safe else _change(program, statement)
        )
    return found


def _present(module: ModuleIndex, statement: Import) -> tuple[str, ...]:
    """The names of an import that the module imports as well."""
    return tuple(item.bound for item in statement.names if _is_present(module, statement, item.bound))


def _is_known_below(module: ModuleIndex, unit: Unit, names: Iterable[str]) -> bool:
    """Whether the module imports one of some names only below a unit, out of its reader's sight."""
    top = module.table(module.scope)
    rows = (b.statement.span.row for name in names for b in top.get(name, ()) if b.statement is not None)
    return any(row > module.function(unit.number).span.end_row for row in rows)


def _obstacle(module: ModuleIndex, unit: Unit, statement: Import) -> str | None:
    """Why an import cannot be moved, None when it can."""
    scope = module.scope._replace(kind="function", number=unit.number)
    table = module.table(scope)
    top = module.table(module.scope)
    for item in statement.names:
        name = item.bound
        if any(b.kind != "import" or not _agree(b.statement, statement, name) for b in table.get(name, ())):
            return f"`{name}` is bound to something else in the function as well"
        if any(b.kind != "import" or not _agree(b.statement, statement, name) for b in top.get(name, ())):
            return f"`{name}` means something else at module level"
        if any(b.frames for b in top.get(name, ())):
            return f"the module imports `{name}` on some paths only"
        if _differs_elsewhere(module, statement, name):
            return f"another function imports something else as `{name}`"
        if hasattr(builtins, name) and not top.get(name) and _is_read_as_builtin(module, name):
            return f"`{name}` is a builtin that the module uses"
    return _prepared(module, unit, statement)


def same_import(one: Import | None, other: Import, name: str) -> bool:
    """Whether two import statements bind a name to the same thing."""
    if one is None or (one.module, one.level) != (other.module, other.level):
        return False
    own = {(item.name, item.bound) for item in one.names if item.bound == name}
    return bool(own & {(item.name, item.bound) for item in other.names if item.bound == name})


def _agree(one: Import | None, other: Import, name: str) -> bool:
    """Whether two import statements may both bind a name: `import a` and `import a.b` bind the same package."""
    if one is None or same_import(one, other, name):
        return one is not None
    plain = [item for s in (one, other) for item in s.names if s.module is None and item.bound == name]
    return len(plain) >= 2 and all(item.alias is None for item in plain)


def _differs_elsewhere(module: ModuleIndex, statement: Import, name: str) -> bool:
    for function in module.summary.functions:
        if name in function.locals:
            scope = module.scope._replace(kind="function", number=function.number)
            for binding in module.table(scope).get(name, ()):
                if binding.kind == "import" and not _agree(binding.statement, statement, name):
                    return True
    return False


def _is_read_as_builtin(module: ModuleIndex, name: str) -> bool:
    return any(
        isinstance(site.place.expr, Name)
        and site.place.expr.id == name
        and module.lookup_scope(site.scope, name) is None
        for unit in module.units()
        for site in module.sites(unit)
    )


def _prepared(module: ModuleIndex, unit: Unit, statement: Import) -> str | None:
    """Whether a statement changes what the import finds: one before it, or one of the module that it would pass."""
    earlier = [found for found, _ in module.statements(unit) if found.span < statement.span]
    if any(_changes_imports(found, is_stdlib=_is_of(statement, STDLIB)) for found in earlier):
        return "a statement before it changes the environment or the import path"
    if not _is_of(statement, ALWAYS_THERE):
        if any(_changes_imports(found) for found, _ in module.statements(Unit(module.path, -1))):
            return "the module changes the environment or the import path first"
    return None


def _changes_imports(statement: Stmt, *, is_stdlib: bool = False) -> bool:
    """Whether a statement changes where modules are found, or what they read when they are loaded."""
    names = {"sys.path", "sys.modules"} if is_stdlib else {"os.environ", "sys.path", "sys.modules"}
    calls = _FIRST_ON_PATH if is_stdlib else (*_PATH_CHANGES, *_ENVIRONMENT_CHANGES)
    for target in statement.targets if isinstance(statement, Assign) else ():
        if {dotted(part) for part in expressions(target)} & names:
            return True
    return any(
        isinstance(part, Call) and (dotted(part.func) or "").endswith(calls)
        for head in statement_expressions(statement)
        for part in expressions(head)
    )


def _is_of(statement: Import, packages: frozenset[str]) -> bool:
    """Whether all that a statement imports is of some packages."""
    return not statement.level and packages_of(statement) <= packages


def _is_present(module: ModuleIndex, statement: Import, name: str) -> bool:
    """Whether the module imports a name at its own level, unconditionally and once and for all."""
    bindings = module.table(module.scope).get(name, ())
    return bool(bindings) and all(
        b.kind == "import" and not b.frames and b.scope == module.scope and same_import(b.statement, statement, name)
        for b in bindings
    )


def _cannot_fail_later(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> bool:
    """Whether moving the import changes no failure's phase, but for a handler's own prefix, nor what a name means."""
    if any((unit.path, item.bound) in _patched(program) for item in statement.names):
        return False
    if _is_replaced(program, statement):
        return False
    if _is_of(statement, ALWAYS_THERE):
        return True
    loading = [phases for phases in program.phases.handlers if unit.path in phases.modules]
    wanted = modules_of(statement)
    if not gives_all(program, unit.path, statement):
        return False
    if all(wanted <= init_imports(program, phases) for phases in loading):
        return True
    if any(phases.handler.unit != unit for phases in loading):
        return False
    return program.handler_of(unit) is not None and not frames and _in_prefix(program, unit, statement)


def _is_replaced(program: Program, statement: Import) -> bool:
    """Whether tests replace what a statement imports where it comes from: they would come too late."""
    replaced = program.project.replaced
    if statement.module is None:
        return any(is_import_replaced(replaced, item.name, ()) for item in statement.names)
    return is_import_replaced(replaced, statement.module, [item.name for item in statement.names])


def _rebound(program: Program, path: str, statement: Import) -> str | None:
    """Whether a module binds anew, as it runs, what a statement takes from it: an earlier import would miss that."""
    if statement.module is None:
        return None
    found = program.project.imports.source(statement, path)
    source = None if found is None else program.modules.get(found)
    if found is None or source is None:
        return None
    for item in statement.names:
        if any(item.name in function.globals for function in source.summary.functions):
            return f"`{item.name}` is bound anew while the program runs"
        if (found, item.name) in _patched(program):
            return f"`{item.name}` is stored from outside its module"
    return None


_PATCHED: WeakKeyDictionary[Program, frozenset[tuple[str, str]]] = WeakKeyDictionary()


def _patched(program: Program) -> frozenset[tuple[str, str]]:
    """(file, name) of each module attribute that some code stores from outside: a moved import would meet it."""
    found = _PATCHED.get(program)
    if found is None:
        found = _PATCHED[program] = frozenset(_stored_from_outside(program))
    return found


def _stored_from_outside(program: Program) -> Iterator[tuple[str, str]]:
    for module in program.modules.values():
        for unit in module.units():
            for target, _, _ in attribute_stores(module.body(program.scope(unit))):
                if dotted(target.value) != "self":
                    values = program.resolve(target.value, program.scope(unit))
                    yield from ((value.path, target.attr) for value in values if isinstance(value, ModuleValue))


def _in_prefix(program: Program, unit: Unit, statement: Stmt) -> bool:
    """Whether a statement of a handler runs on every invocation: only simple statements stand before it."""
    for earlier in program.function(unit).body:
        if earlier == statement:
            return True
        if not isinstance(earlier, _SIMPLE):
            return False
    return False
