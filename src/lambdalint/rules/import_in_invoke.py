"""LMB101 ``import-in-invoke``: an import statement that is executed on every invocation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.asking import speaks
from lambdalint.catalog.runtime import is_always_present
from lambdalint.diagnostic import Diagnostic, FixAvailability, Severity
from lambdalint.import_fixes import import_fix, tolerates_failure
from lambdalint.import_places import begun_try, follows_switch
from lambdalint.imported import init_imports, loads_back, modules_of
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.loads import statement_files
from lambdalint.link.model import Unit
from lambdalint.program import Program, Reach, statement_head
from lambdalint.rules.base import rule
from lambdalint.summary import Call, If, Import, Match
from lambdalint.swallowing import is_broad
from lambdalint.walk import Frame, dotted, in_except


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
    Safe for the standard library, boto3 and botocore (`botocore.vendored` is like any other package), for what INIT
    imports already, and for any module imported in the handler's first, straight-line statements, where a failing
    import fails every invocation either way (and no other handler loads the module).  Unsafe elsewhere: a failing
    import would move from one path to INIT; and where the function reads the name above the import, which fails now.
    Not offered where the name means something else in the module, after a change of `sys.path` or of the environment,
    in import cycles, where nothing reads what is imported, where the module elsewhere goes on without the package, a
    `try` that starts with the import takes any failure or the nearest `pyproject.toml` names the package in an extra
    alone (a `requirements.txt` that is nearer counts instead; groups and extras for tests do not), where a declared
    handler loads the file and does without a package that the import brings, and where a comment or a docstring gives a
    reason for the place, there, of the module or at another import from the same module or of a package that the import
    loads.  The same import in functions that no handler reaches goes as well.

    ## Errs towards
    Silence: a lazy import in a branch, or below a branch in which the function returns where a setting is on, is taken
    for meant (`conditional-imports = "report"` reports it), and so is one that tolerates an ImportError, that
    `importlib.reload` follows, or that would close an import cycle.  So is a library that nothing else loads, at the
    start of a `try` that takes any failure silently.

    ## Options
    `conditional-imports`
    """
    for unit in program.invoke_units:
        for statement, frames in program.statements(unit):
            if isinstance(statement, Import) and statement.module != "__future__":
                reach = program.reach_span(unit, statement.span, frames)
                if reach is None or _is_meant(program, unit, statement, frames):
                    continue
                if not _may_be_missing(program, unit, statement, frames, reach):
                    yield _diagnostic(program, unit, statement, frames, reach)


def _diagnostic(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...], reach: Reach) -> Diagnostic:
    fix, no_fix = import_fix(program, unit, statement, frames)
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
    if tolerates_failure(frames) or loads_back(program, unit.path, statement):
        return True
    if _is_reloaded(program, unit, statement):
        return True
    if program.config.conditional_imports == "report":
        return False
    if not _is_conditional(frames) and not follows_switch(program, unit, statement, frames):
        return False
    loaded = _unconditional(program.modules[unit.path])
    return not modules_of(statement) | _submodules(program, unit.path, statement) <= loaded


def _is_reloaded(program: Program, unit: Unit, statement: Import) -> bool:
    """Whether a function executes a module anew that it has just imported: `importlib.reload(module)`."""
    bound = {item.alias or item.name for item in statement.names}
    return any(
        call.arguments
        and dotted(call.arguments[0].value) in bound
        and site.place.statement.span[:2] >= statement.span[2:]
        and any(value.path == "importlib.reload" for value in program.external(call.func, site.scope))
        for site, call in program.sites_of(unit, Call)
    )


def _may_be_missing(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...], reach: Reach) -> bool:
    """Whether a `try` that takes any failure silently starts with the import of a library that nothing else loads."""
    node = begun_try(statement, frames)
    if node is None or statement.level:
        return False
    silent = any(
        handler.name is None and is_broad(program, handler, program.scope(unit)) and not speaks(handler.body)
        for handler in node.handlers
    )
    if not silent:
        return False
    wanted = modules_of(statement)
    if any(is_always_present(name) for name in wanted) or wanted <= init_imports(program, reach.phases):
        return False
    return not statement_files(program.project.imports, statement, unit.path)


def _is_conditional(frames: tuple[Frame, ...]) -> bool:
    return in_except(frames) or any(isinstance(frame.node, If | Match) for frame in frames)


def _submodules(program: Program, path: str, statement: Import) -> frozenset[str]:
    """The dotted modules that a statement in a file takes, or may take, from a package."""
    if statement.module is None:
        return frozenset()
    imports = program.project.imports
    source = imports.source(statement, path)
    if source is None:
        found = [item.name for item in statement.names if item.name.islower()]
        return _named(statement, [] if is_always_present(statement.module) else found)
    return _named(statement, [n.name for n in statement.names if imports.submodule(source, n.name) is not None])


def _named(statement: Import, names: Iterable[str]) -> frozenset[str]:
    (base,) = modules_of(statement)
    return frozenset(base + name if base.endswith(".") else f"{base}.{name}" for name in names)


def _unconditional(module: ModuleIndex) -> frozenset[str]:
    """The dotted modules that a module imports at its own level, whatever happens, and the names that it takes."""
    found: set[str] = set()
    for statement, frames in module.statements(Unit(module.path, -1)):
        if isinstance(statement, Import) and not frames:
            found |= modules_of(statement)
            if statement.module is not None:
                found |= _named(statement, (item.name for item in statement.names))
    return frozenset(found)
