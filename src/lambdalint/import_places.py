"""What the place of an import says: that its failure is expected, or that the code runs where a switch is off."""

from __future__ import annotations

from itertools import takewhile

from lambdalint.link.model import Unit
from lambdalint.origin import Origin
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, If, Import, Name, Raise, Return, Stmt, Subscript, Try
from lambdalint.swallowing import is_broad
from lambdalint.walk import Frame, blocks


def starts_broad_try(program: Program, unit: Unit, statement: Import, frames: tuple[Frame, ...]) -> bool:
    """Whether an import is among those at the start of a `try` that takes any failure and goes on."""
    node = begun_try(statement, frames)
    return node is not None and any(
        is_broad(program, handler, program.scope(unit)) and not any(isinstance(s, Raise) for s in handler.body)
        for handler in node.handlers
    )


def begun_try(statement: Import, frames: tuple[Frame, ...]) -> Try | None:
    """The `try` whose body begins with imports of which a statement is one."""
    node = frames[-1].node if frames and frames[-1].branch == "body" else None
    if not isinstance(node, Try):
        return None
    imports = takewhile(lambda inner: isinstance(inner, Import), node.body)
    return node if any(inner is statement for inner in imports) else None


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
