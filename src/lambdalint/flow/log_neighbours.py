"""The statements beside a log line, and those of them that are of no use without it: headings and separators."""

from __future__ import annotations

import re

from lambdalint.diagnostic import Operation
from lambdalint.fixes import Reword
from lambdalint.flow.log_texts import plain
from lambdalint.flow.log_words import announces, ended, labels, leads_up, only_names, words_of
from lambdalint.flow.sentences import is_statement
from lambdalint.flow.sinks import Sink
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Call, Expr, ExprStmt, Stmt
from lambdalint.walk import blocks

_FRAMED = re.compile(r"\s*(?P<sign>[-=*#~>])(?P=sign).*(?P=sign)\s*", re.DOTALL)


def block_of(program: Program, sink: Sink) -> tuple[Stmt, ...]:
    """The statements beside a log line and it, a docstring left out."""
    if sink.unit.number >= 0:
        function = program.function(sink.unit)
        body = function.body[1:] if function.docstring is not None else function.body
        if any(other is sink.statement for other in body):
            return body
    for frame in sink.frames:
        for block, _, _ in blocks(frame.node):  # type: ignore[arg-type]
            if any(other is sink.statement for other in block):
                return block
    return ()


def _above(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> tuple[Stmt, Expr, str] | None:
    """The statement directly above a log line that logs a mere text, with that as an expression and as it reads."""
    block = block_of(program, sink)
    number = next((index for index, other in enumerate(block) if other is sink.statement), 0)
    above = block[number - 1] if number else None
    call = above.value if isinstance(above, ExprStmt) else None
    if above is None or not isinstance(call, Call) or len(call.arguments) != 1:
        return None
    if (sink.unit.path, above.span) not in logged or above.span.end_row + 1 != sink.statement.span.row:
        return None
    text = plain(call.arguments[0].value)
    return None if text is None or not words_of(text) else (above, call.arguments[0].value, text)


def ended_heading(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> list[Operation]:
    """The operation that ends the text above a log line which leads up to the line: "Entering, and the event is: ".

    The signs at the end of a text that also begins with them only set it off: "=== Started ===".
    """
    found = _above(program, sink, logged)
    if found is None or not labels(found[2]) or _FRAMED.fullmatch(found[2]):
        return []
    kept = ended(found[2])
    is_ended = bool(words_of(kept)) and kept.isprintable() and not set("'\"\\{}%") & set(kept)
    return [Reword(found[1].span, kept)] if is_ended else []


def heading(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> Stmt | None:
    """The statement directly above a log line that logs nothing but what the line logs is called: `EVENT`."""
    found = _above(program, sink, logged)
    if found is None:
        return None
    above, _, text = found
    is_label = labels(text) and not is_statement(ended(text))
    return above if is_label or only_names(text) or announces(text) or leads_up(text) else None


def separator(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> Stmt | None:
    """The statement beside a log line that logs a wordless text which is of no use without it.

    One of two that are the same around it, or the only other line that logs there.
    """
    block = block_of(program, sink)
    number = next((index for index, other in enumerate(block) if other is sink.statement), 0)
    texts = {n: _logged_text(sink, block[n], logged) for n in range(max(0, number - 2), min(len(block), number + 3))}
    is_rule = {n: text is not None and text != "" and not words_of(text) for n, text in texts.items()}
    above, below = texts.get(number - 1), texts.get(number + 1)
    if is_rule.get(number - 1) and (above == below or (below is None and texts.get(number - 2) is None)):
        return block[number - 1]
    return block[number + 1] if is_rule.get(number + 1) and above is None and texts.get(number + 2) is None else None


def _logged_text(sink: Sink, statement: Stmt, logged: frozenset[tuple[str, Span]]) -> str | None:
    """The text that a statement logs, "" where it logs something else as well; None where it logs nothing."""
    if (sink.unit.path, statement.span) not in logged:
        return None
    call = statement.value if isinstance(statement, ExprStmt) else None
    is_one = isinstance(call, Call) and len(call.arguments) == 1
    return (plain(call.arguments[0].value) or "") if is_one and isinstance(call, Call) else ""
