"""Code that never runs on Lambda: by what is asked before it, or because control flow does not come there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lambdalint.link.local import runs_off_lambda
from lambdalint.source import Span
from lambdalint.summary import Compare, Expr, If, Jump, Literal, Name, Raise, Return, Stmt
from lambdalint.walk import Frame, blocks, dotted


def dead_stretches(
    body: tuple[Stmt, ...], ordered: Iterable[tuple[Stmt, tuple[Frame, ...]]], *, is_function: bool
) -> tuple[Span, ...]:
    """The stretches of a unit's body that control flow never comes to on Lambda.

    `ordered` are its statements at any depth with their frames, in source order.
    """
    return (*_unreached(ordered), *(_left_before(body) if is_function else ()))


def never_runs(frames: tuple[Frame, ...]) -> bool:
    """Whether code in these frames never runs on Lambda: `TYPE_CHECKING` and `__name__ == "__main__"` blocks, and
    those of a developer's machine.
    """
    for node, branch, _ in frames:
        if isinstance(node, If):
            if (branch == "body" and _is_off(node.test)) or runs_off_lambda(node.test, branch):
                return True
    return False


def _left_before(body: tuple[Stmt, ...]) -> Iterator[Span]:
    """The stretches of a function's body that Lambda has left before: what follows `if ON_LAMBDA: …; return`."""
    for position, statement in enumerate(body):
        rest = body[position + 1 :]
        if rest and isinstance(statement, If) and statement.body and isinstance(statement.body[-1], Return | Raise):
            if runs_off_lambda(statement.test, "orelse"):
                yield Span(*rest[0].span[:2], *rest[-1].span[2:])
                return
        for block, _, _ in blocks(statement):
            yield from _left_before(block)


def is_main_guard(frame: Frame) -> bool:
    """Whether code in a frame runs only where its file is started itself: `if __name__ == "__main__":`."""
    return isinstance(frame.node, If) and frame.branch == "body" and _is_started(frame.node.test)


def _is_off(test: Expr) -> bool:
    name = dotted(test)
    if name is not None:
        return name.rpartition(".")[2] == "TYPE_CHECKING"
    return _is_started(test) or (isinstance(test, Literal) and test.value is False)


def _is_started(test: Expr) -> bool:
    if not isinstance(test, Compare) or not isinstance(test.left, Name) or test.left.id != "__name__":
        return False
    against = test.comparators[0]
    return test.ops == ("==",) and isinstance(against, Literal) and against.value == "__main__"


def _unreached(statements: Iterable[tuple[Stmt, tuple[Frame, ...]]]) -> tuple[Span, ...]:
    """The stretches behind what leaves their block."""
    found: list[Span] = []
    end: Span | None = None
    block: tuple[Frame, ...] = ()
    for statement, frames in statements:
        span = statement.span
        if end is not None and frames is block:  # the statements of a block share one object
            rest = Span(end.end_row, end.end_column, span.end_row, span.end_column)
            if found and found[-1][:2] == rest[:2]:
                found[-1] = rest
            else:
                found.append(rest)
        elif _leaves(statement) and not (found and found[-1].contains(span)):
            end, block = span, frames
    return tuple(found)


def _leaves(statement: Stmt) -> bool:
    kind = statement.__class__
    return kind is Return or kind is Raise or (isinstance(statement, Jump) and statement.kind != "pass")
