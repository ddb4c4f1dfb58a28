"""What the place of an import says: that its failure is expected, that some functions do without it, or that the code
runs where a switch is off.
"""

from __future__ import annotations

from itertools import takewhile

from lambdalint.catalog.runtime import package_of
from lambdalint.catalog.sinks import LEVELS
from lambdalint.extras import optional_for
from lambdalint.imported import (
    ALWAYS_THERE,
    STDLIB,
    init_imports,
    loaded_imports,
    modules_of,
    needed_packages,
    packages_below,
)
from lambdalint.link.dead import is_main_guard
from lambdalint.link.model import Unit
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.reasons import tells_why_elsewhere, tells_why_here
from lambdalint.summary import (
    Attribute,
    BoolOp,
    Call,
    ExprStmt,
    If,
    IfExp,
    Import,
    Match,
    Name,
    Raise,
    Return,
    Stmt,
    Subscript,
    Try,
)
from lambdalint.swallowing import is_broad
from lambdalint.walk import Frame, blocks, dotted

# What reads the options of a command.
_PARSERS = frozenset(("argparse", "optparse", "getopt", "click", "typer", "fire", "docopt"))


def starts_broad_try(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> bool:
    """Whether an import is among those at the start of a `try` that takes any failure and goes on."""
    node = begun_try(statement, frames)
    return node is not None and any(
        is_broad(program, handler, program.scope(unit)) and not any(isinstance(s, Raise) for s in handler.body)
        for handler in node.handlers
    )


def begun_try(statement: Import, frames: tuple[Frame, ...]) -> Try | None:
    """The `try` whose body begins with imports, or log calls and imports, of which a statement is one."""
    node = frames[-1].node if frames and frames[-1].branch == "body" else None
    if not isinstance(node, Try):
        return None
    imports = takewhile(lambda inner: isinstance(inner, Import) or _is_log(inner), node.body)
    return node if any(inner is statement for inner in imports) else None


def _is_log(statement: Stmt) -> bool:
    """Whether a statement is a call that logs or prints, by its name."""
    call = statement.value if isinstance(statement, ExprStmt) else None
    name = (dotted(call.func) or "").rpartition(".")[2] if isinstance(call, Call) else ""
    return name in LEVELS or name == "print"


def follows_switch(program: Program, unit: Unit, statement: Stmt, frames: tuple[Frame, ...]) -> bool:
    """Whether a function leaves before a statement where a setting is on: `if settings.remote: return delegate()`.

    A guard against one that is missing, `if not URL: return`, is none.
    """
    for block in _around(program, unit, frames):
        for earlier in block:
            if earlier.span >= statement.span:
                break
            if not isinstance(earlier, If) or earlier.orelse or not isinstance(earlier.body[-1], Return):
                continue
            is_plain = isinstance(earlier.test, Name | Attribute | Subscript | Call)
            if is_plain and program.origins.of(earlier.test, program.scope(unit)) is Origin.FIXED:
                return True
    return False


def _around(program: Program, unit: Unit, frames: tuple[Frame, ...]) -> list[tuple[Stmt, ...]]:
    """The blocks around a place of a function, from the function's own on."""
    found = [program.function(unit).body]
    for frame in frames:
        own = (block for block, branch, nth in blocks(frame.node) if (branch, nth) == (frame.branch, frame.nth))  # type: ignore[arg-type]
        found += own
    return found


def extra_alone(program: Program, path: str, statement: Import) -> str:
    """Why a file may have to load without a package that an import of it needs, "" where it never has to.

    The project's metadata names the package in an extra alone, and loading the file does not import it as it is.
    """
    optional = optional_for(program.project.extras, path) if path not in program.project.inline.by_path else ()
    needed = needed_packages(program, path, statement) if optional else frozenset()
    tops = {name.partition(".")[0] for name in needed} - loaded_imports(program, path)
    normal = {name.lower(): name for name in tops}
    found = next((one for one in optional if one.package in normal), None)
    if found is None:
        return ""
    brought = f"comes with the extra `{found.extra}` alone" if found.extra else "is an optional dependency"
    return f"`{normal[found.package]}` {brought}: the file has to load without it"


def may_be_lacking(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> str:
    """Why a function that loads a file may lack a package that an import of it needs, "" where none does.

    That is one which never runs the import, so that its cold start would pay for what it does not use; or, of several
    that are deployed from one handler and tell themselves apart as they run, one that takes another branch.
    """
    group = _group(program, unit, statement, frames)
    packages = {name for one in group for name in packages_below(program, unit.path, one)} - ALWAYS_THERE
    loading = [phases for phases in program.phases.handlers if packages and unit.path in phases.modules]
    needing = {phases.handler.unit.path for phases in loading if unit in phases.invoke}
    for phases in loading:
        if packages <= set(map(package_of, init_imports(program, phases))):
            continue
        is_beside = phases.handler.unit.path in needing
        if not is_beside or (phases.handler.declared and unit not in phases.invoke):
            return f"`{phases.handler.name}` loads the file and does without what is imported here"
        names = sorted({declared.name for declared in phases.handler.declared})
        if len(names) > 1 and unit in phases.invoke and _is_on_branch(phases, unit, frames):
            return f"`{names[0]}` and `{names[1]}` share the code, and either may do without what is imported here"
    return ""


def told_elsewhere(program: Program, unit: Unit, statement: Import) -> str:
    """What a comment beside another import of the file says of one, "" for nothing: that it or what it loads is late.

    Packages that loading the file needs anyway are none of these.
    """
    if tells_why_elsewhere(program, unit, statement):
        return "a comment gives a reason for importing from it in another function"
    path = unit.path
    loaded = set(map(package_of, loaded_imports(program, path)))
    needed = needed_packages(program, path, statement) - loaded - ALWAYS_THERE
    is_late = bool(needed) and any(
        isinstance(found, Import)
        and found is not statement
        and not needed.isdisjoint(needed_packages(program, path, found))
        and tells_why_here(program, other, found)
        for other in program.modules[path].units()
        if other.number >= 0
        for found, _ in program.statements(other)
    )
    return "a comment gives a reason for importing elsewhere what it loads" if is_late else ""


def lacking_as_command(program: Program, path: str, statement: Import) -> str:
    """Why a file that is a program of the command line as well may lack what an import needs there; "" where not."""
    packages = set(packages_below(program, path, statement)) - ALWAYS_THERE - STDLIB
    loading = [phases for phases in program.phases.handlers if path in phases.modules]
    if not packages or all(packages <= set(map(package_of, init_imports(program, p))) for p in loading):
        return ""
    if not _is_command(program, path):
        return ""
    return "the file is a program of the command line as well, which may do without what is imported here"


def _is_command(program: Program, path: str) -> bool:
    """Whether a file run by itself reads options: `if __name__ == "__main__":`, and a parser of arguments."""
    module = program.modules[path]
    is_run = any(any(map(is_main_guard, frames)) for _, frames in module.statements(Unit(path, -1)))
    return is_run and any(
        isinstance(statement, Import) and not _PARSERS.isdisjoint(modules_of(statement))
        for unit in module.units()
        for statement, _ in module.statements(unit)
    )


def _group(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> list[Import]:
    """The imports that stand together with one, itself included."""
    block = next((block for block in reversed(_around(program, unit, frames)) if statement in block), (statement,))
    number = block.index(statement)
    before = takewhile(lambda inner: isinstance(inner, Import), reversed(block[:number]))
    after = takewhile(lambda inner: isinstance(inner, Import), block[number:])
    return [inner for inner in (*before, *after) if isinstance(inner, Import)]


def _is_on_branch(phases: HandlerPhases, unit: Unit, frames: tuple[Frame, ...]) -> bool:
    """Whether a place of a unit that a handler makes run is reached on some ways only."""
    passed: set[Unit] = set()
    while True:
        if any(isinstance(frame.node, If | IfExp | Match | BoolOp) for frame in frames):
            return True
        edge = phases.invoke.get(unit)
        if edge is None or unit in passed:
            return False
        passed.add(unit)
        unit, frames = edge.source, edge.site.place.frames
