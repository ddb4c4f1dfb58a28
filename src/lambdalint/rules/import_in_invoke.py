"""LMB101 ``import-in-invoke``: an import statement that is executed on every invocation."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import HoistImport
from lambdalint.imported import init_imports, loads_back, modules_of
from lambdalint.link.bindings import ModuleIndex, attribute_stores
from lambdalint.link.model import ModuleValue, Unit
from lambdalint.program import Program, Reach, make_fix, statement_head
from lambdalint.rules.base import rule
from lambdalint.summary import (
    Assign,
    Call,
    ExprStmt,
    FunctionDef,
    If,
    Import,
    Jump,
    Match,
    Name,
    Scope,
    Stmt,
    Try,
)
from lambdalint.walk import Frame, dotted, expressions, statement_expressions

_ALWAYS_THERE = frozenset(sys.stdlib_module_names) | {"boto3", "botocore"}
_IMPORT_ERRORS = frozenset(("ImportError", "ModuleNotFoundError"))
_PATH_CHANGES = ("sys.path.append", "sys.path.insert", "sys.path.extend", "site.addsitedir", "os.putenv")
_SIMPLE = (Assign, ExprStmt, Import, Jump, Scope, FunctionDef)


@rule(
    "LMB101",
    "import-in-invoke",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#python-best-practices",),
)
def import_in_invoke(program: Program) -> Iterator[Diagnostic]:
    """Imports a module on every invocation instead of once, at INIT.

    ## Why is this bad?
    The first invocation of each execution environment pays for the import within the function's own timeout and at
    the function's own CPU share; INIT has a limit of its own and may be prepared ahead (provisioned concurrency,
    SnapStart).  Later invocations still look the module up.  A missing dependency shows only when that line is
    reached, not when the function is deployed.

    ## Bad
    ```python
    def lambda_handler(event, context):
        import csv

        return {"rows": len(list(csv.reader(event["lines"])))}
    ```

    ## Good
    ```python
    import csv


    def lambda_handler(event, context):
        return {"rows": len(list(csv.reader(event["lines"])))}
    ```

    ## Fix safety
    Safe for the standard library, boto3 and botocore, for what INIT imports already, and for any module imported
    in the handler's first, straight-line statements, where a failing import fails every invocation either way (and
    no other handler loads the module).  Unsafe elsewhere: a failing import would move from one path to INIT.  Not
    offered where the name means something else in the module, after a change of `sys.path` or of the environment,
    and in import cycles.

    ## Errs towards
    Silence: a lazy import in a branch is taken for meant (`conditional-imports = "report"` reports it), and so is
    one that tolerates an ImportError or that would close an import cycle.

    ## Options
    `conditional-imports`
    """
    patched = _patched(program)
    for unit in program.invoke_units:
        for statement, frames in program.statements(unit):
            if isinstance(statement, Import) and statement.module != "__future__":
                reach = program.reach_span(unit, statement.span, frames)
                if reach is not None and not _is_meant(program, unit, statement, frames):
                    yield _diagnostic(program, unit, statement, frames, reach, patched)


def _diagnostic(
    program: Program,
    unit: Unit,
    statement: Import,
    frames: tuple[Frame, ...],
    reach: Reach,
    patched: frozenset[tuple[str, str]],
) -> Diagnostic:
    fix, no_fix = _fix(program, unit, statement, frames, reach, patched)
    return Diagnostic(
        path=unit.path,
        span=statement.span,
        message=f"`{text_of(statement)}` runs on every invocation",
        help="import at the top of the module: it then runs once, at INIT",
        statement=statement_head(statement),
        handler=reach.handler.name,
        trail=reach.trail,
        fix=fix,
        no_fix=no_fix,
    )


def text_of(statement: Import) -> str:
    """An import statement in one line, long lists cut short."""
    names = [f"{n.name} as {n.alias}" if n.alias else n.name for n in statement.names]
    listed = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    if statement.module is None:
        return f"import {listed}"
    return f"from {'.' * statement.level}{statement.module} import {listed}"


# --- where the import is meant to be -------------------------------------------------------------


def _is_meant(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> bool:
    if _tolerates_failure(frames) or loads_back(program, unit.path, statement):
        return True
    if program.config.conditional_imports == "report" or not _is_conditional(frames):
        return False
    loaded = _unconditional(program.modules[unit.path])
    return not modules_of(statement) <= loaded


def _tolerates_failure(frames: tuple[Frame, ...]) -> bool:
    """Whether a `try` around the import, or the import's own `except` clause, expects an ImportError."""
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


def _is_conditional(frames: tuple[Frame, ...]) -> bool:
    return any(isinstance(f.node, If | Match) or (isinstance(f.node, Try) and f.branch == "handler") for f in frames)


def _unconditional(module: ModuleIndex) -> frozenset[str]:
    """The dotted modules that a module imports at its own level, whatever happens."""
    found: set[str] = set()
    for statement, frames in module.statements(Unit(module.path, -1)):
        if isinstance(statement, Import) and not frames:
            found |= modules_of(statement)
    return frozenset(found)


# --- fix -----------------------------------------------------------------------------------------


def _fix(
    program: Program,
    unit: Unit,
    statement: Import,
    frames: tuple[Frame, ...],
    reach: Reach,
    patched: frozenset[tuple[str, str]],
) -> tuple[Fix | None, str | None]:
    module = program.modules[unit.path]
    if program.is_durable(unit):
        return None, "the body of a durable function is replayed"
    obstacle = _obstacle(module, unit, statement)
    if obstacle is not None:
        return None, obstacle
    present = tuple(item.bound for item in statement.names if _is_present(module, statement, item.bound))
    safe = len(present) == len(statement.names) or _cannot_fail_later(program, unit, statement, frames, reach, patched)
    message = (
        "Delete the import: the module has it already"
        if len(present) == len(statement.names)
        else (
            "Import at the top of the module"
            if safe
            else "Import at the top of the module; a failing import then fails at INIT, for every invocation"
        )
    )
    return make_fix(message, safe, HoistImport(statement.span, present)), None


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
    if any(_changes_imports(found) for found in earlier):
        return "a statement before it changes the environment or the import path"
    if not _is_always_there(statement):
        if any(_changes_imports(found) for found, _ in module.statements(Unit(module.path, -1))):
            return "the module changes the environment or the import path first"
    return None


def _changes_imports(statement: Stmt) -> bool:
    for target in statement.targets if isinstance(statement, Assign) else ():
        if {dotted(part) for part in expressions(target)} & {"os.environ", "sys.path", "sys.modules"}:
            return True
    return any(
        isinstance(part, Call) and (dotted(part.func) or "").endswith(_PATH_CHANGES)
        for head in statement_expressions(statement)
        for part in expressions(head)
    )


def _is_always_there(statement: Import) -> bool:
    return not statement.level and all(name.partition(".")[0] in _ALWAYS_THERE for name in modules_of(statement))


def _is_present(module: ModuleIndex, statement: Import, name: str) -> bool:
    """Whether the module imports a name at its own level, unconditionally and once and for all."""
    bindings = module.table(module.scope).get(name, ())
    return bool(bindings) and all(
        b.kind == "import" and not b.frames and b.scope == module.scope and same_import(b.statement, statement, name)
        for b in bindings
    )


def _cannot_fail_later(
    program: Program,
    unit: Unit,
    statement: Import,
    frames: tuple[Frame, ...],
    reach: Reach,
    patched: frozenset[tuple[str, str]],
) -> bool:
    """Whether moving the import changes no failure's phase, but for a handler's own prefix, nor what a name means."""
    if any((unit.path, item.bound) in patched for item in statement.names):
        return False
    if _is_always_there(statement):
        return True
    loading = [phases for phases in program.phases.handlers if unit.path in phases.modules]
    wanted = modules_of(statement)
    if all(wanted <= init_imports(program, phases) for phases in loading):
        return True
    if any(phases.handler.unit != unit for phases in loading):
        return False
    return unit == reach.handler.unit and not frames and _in_prefix(program, unit, statement)


def _patched(program: Program) -> frozenset[tuple[str, str]]:
    """(file, name) of each module attribute that some code stores from outside: a moved import would meet it."""
    found: set[tuple[str, str]] = set()
    for module in program.modules.values():
        for unit in module.units():
            for target, _, _ in attribute_stores(module.body(program.scope(unit))):
                if dotted(target.value) != "self":
                    values = program.resolve(target.value, program.scope(unit))
                    found.update((value.path, target.attr) for value in values if isinstance(value, ModuleValue))
    return frozenset(found)


def _in_prefix(program: Program, unit: Unit, statement: Stmt) -> bool:
    """Whether a statement of a handler runs on every invocation: only simple statements stand before it."""
    for earlier in program.function(unit).body:
        if earlier == statement:
            return True
        if not isinstance(earlier, _SIMPLE):
            return False
    return False
