"""The fix that leaves a value out of a log line: the argument goes, and the end of the message that led up to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from pathlib import PurePath
from typing import NamedTuple

from lambdalint.catalog.terms import terms
from lambdalint.diagnostic import Fix, Operation
from lambdalint.fixes import DeleteStatement, RemoveArgument, RemoveItem, Reword
from lambdalint.flow.log_comments import is_told_in_docstring, untold
from lambdalint.flow.log_neighbours import block_of, ended_heading, heading, separator
from lambdalint.flow.log_texts import (
    PLACEHOLDER,
    before,
    before_last,
    folded,
    is_whole,
    plain,
    shows_besides,
    text_before,
)
from lambdalint.flow.log_words import (
    announces,
    ended,
    is_label,
    labels,
    names_values,
    only_announces,
    only_names,
    says_less,
    words_of,
)
from lambdalint.flow.sentences import is_statement
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.values import Value
from lambdalint.program import Program, make_fix
from lambdalint.source import Span
from lambdalint.summary import (
    Argument,
    Attribute,
    Call,
    DictDisplay,
    DictItem,
    Expr,
    ExprStmt,
    Joined,
    Jump,
    Literal,
    Name,
    Raise,
    Return,
    Stmt,
    Try,
)
from lambdalint.walk import dotted, expressions, free_names, in_except, statement_expressions

# Words that say of a failure no more than that there was one.
_FAILURES = terms("error errors failed failure exception warning")
_PRINTING = ("print_", "print-", "echo_", "echo-")
_COMING = terms("received receiving incoming got")
_ALARMS = ("warning", "warn", "error", "exception", "critical", "fatal")


class _Line(NamedTuple):
    """What a log line is without the value: its operations, and whether nothing worth saying is left."""

    operations: tuple[Operation, ...] = ()
    is_empty: bool = False


def dropping_fix(
    program: Program, sink: Sink, is_bad: Callable[[Value], bool], logged: frozenset[tuple[str, Span]]
) -> Fix | None:
    """A fix that leaves what is bad in a sink out of it, None where that leaves no good line.

    A line that would say nothing goes wholly where its block does more than log; `logged` are the (path, span) of
    the statements that log.
    """
    bad = [shown for shown in sink.shown if is_bad(shown.value)]
    call = sink.expr
    if not isinstance(call, Call) or not bad or any(given.star for given in call.arguments):
        return None
    if isinstance(call.func, Attribute) and call.func.attr in ("write", "writelines"):
        return None  # ends its line itself
    line = _without(call, bad, sink, is_bad)
    if line is None:
        return None
    if sink.level in _ALARMS and (labels(_lead(call)) or not _shows_more(call, bad, is_bad)):
        return None  # the value is what the warning is about, or all that tells which thing it is about
    if any(_tells_of_failure(shown, sink, is_bad) for shown in bad):
        return None
    if is_told_in_docstring(program, sink) or _is_all_there_is(program, sink):
        return None
    if sink.unit.number >= 0 and line.operations and isinstance(line.operations[0], Reword):
        own = words_of(program.function(sink.unit).name)
        line = line._replace(is_empty=line.is_empty or names_values(words_of(line.operations[0].text) - own))
    removed = sum(isinstance(operation, RemoveArgument) for operation in line.operations)
    is_repeated = len(call.arguments) == removed + 1 and _is_said_above(program, sink, line)
    if not line.is_empty and not is_repeated and not _is_said_below(program, sink, line):
        stale = untold(program, sink, logged, block_of(program, sink), sink.statement)
        return None if stale is None else make_fix("Leave it out of the log line", False, *line.operations, *stale)
    return _deleting(program, sink, logged)


def constant_line(sink: Sink, is_bad: Callable[[Value], bool]) -> tuple[Operation, ...]:
    """The operations that leave what is bad out of a log line which shows nothing else but text: "Signing in with %s".

    Nothing where what is left states nothing, or where it would be an alarm's label.
    """
    bad = [shown for shown in sink.shown if is_bad(shown.value)]
    call = sink.expr
    if not isinstance(call, Call) or len(bad) != 1 or any(given.star for given in call.arguments):
        return ()
    is_field = any(given.keyword and given.value is bad[0].expr for given in call.arguments)
    if sink.target != "log" or is_field or isinstance(bad[0].expr, DictDisplay):
        return ()
    if shows_besides(call, {id(bad[0].expr)}) or (sink.level in _ALARMS and labels(_lead(call))):
        return ()
    line = _without(call, bad, sink, is_bad)
    return line.operations if line is not None and not line.is_empty else ()


def _tells_of_failure(shown: Shown, sink: Sink, is_bad: Callable[[Value], bool]) -> bool:
    """Whether what is bad in an argument is an exception that an `except` clause around the log line caught."""
    inner = [part for part in shown.parts if is_bad(part.value)]
    if inner:
        return any(_tells_of_failure(part, sink, is_bad) for part in inner)
    clauses = (clause for frame in sink.frames if isinstance(frame.node, Try) for clause in frame.node.handlers)
    return not {clause.name for clause in clauses}.isdisjoint(free_names(shown.expr))


def _lead(call: Call) -> str:
    """What the message of a log call says before the one value that ends it, "" where it is no text."""
    text = before(call.arguments[0].value) or ""
    return (before_last(text, 1) or text) if len(call.arguments) > 1 else text


def _shows_more(call: Call, bad: list[Shown], is_bad: Callable[[Value], bool]) -> bool:
    """Whether a log call shows another value than the bad ones, so that it still tells one failure from another."""
    gone: set[int] = set()
    for shown in bad:
        items = _bad_items(shown.expr, shown, is_bad) if isinstance(shown.expr, DictDisplay) else None
        gone |= {id(item.value) for item in items} if items else {id(shown.expr)}
    return shows_besides(call, gone)


def _is_all_there_is(program: Program, sink: Sink) -> bool:
    """Whether a function is there to show what it gets: it logs and gives a constant answer, or its name says so."""
    if sink.unit.number < 0 or sink.unit not in program.roots:
        return False
    named = (*PurePath(sink.unit.path).with_suffix("").parts[-2:], program.function(sink.unit).name)
    if any(name.lower().startswith(_PRINTING) for name in named):
        return True
    others = (statement for statement, _ in program.statements(sink.unit) if statement is not sink.statement)
    return all(
        isinstance(other, Return | Jump) and not any(isinstance(p, Call | Name) for p in _inside(other))
        for other in others
    )


def _inside(statement: Stmt) -> Iterator[Expr]:
    return (part for head in statement_expressions(statement) for part in expressions(head))


def _deleting(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> Fix | None:
    if not _may_go(program, sink, logged):
        return None
    above = heading(program, sink, logged) or separator(program, sink, logged)
    gone: list[Operation] = [DeleteStatement(above.span, told="logs")] if above is not None else []
    if above is None:
        gone += ended_heading(program, sink, logged)
    first = sink.statement if above is None else above
    block = block_of(program, sink)
    number = next((index for index, other in enumerate(block) if other is first), 0)
    is_led = number > 0 and block[number - 1].span.end_row + 1 == first.span.row
    stale = untold(program, sink, logged, block, first) if is_led else ()
    if stale is None:
        return None
    return make_fix("Delete the log line", False, *gone, DeleteStatement(sink.statement.span, told="logs"), *stale)


def _without(call: Call, bad: list[Shown], sink: Sink, is_bad: Callable[[Value], bool]) -> _Line | None:
    shown = {id(part.expr) for part in sink.shown}
    positional = [a for a in call.arguments if a.keyword is None and id(a.value) in shown]
    if not positional:
        return None
    operations: list[Operation] = []
    for found in bad:
        given = next((a for a in call.arguments if a.value is found.expr), None)
        if given is None or (given.keyword is None and len(bad) > 1):
            return None
        line = (
            _without_argument(call, given, positional, found, sink, is_bad)
            if given.keyword is None
            else _without_keyword(call, given, found, positional[0].value, is_bad)
        )
        if line is None or line.is_empty:
            return line
        operations += line.operations
    return _Line(tuple(operations))


def _without_argument(
    call: Call, given: Argument, positional: list[Argument], bad: Shown, sink: Sink, is_bad: Callable[[Value], bool]
) -> _Line | None:
    """A positional argument: the message itself, or what stands behind it."""
    if given is positional[0]:
        return _message(bad, is_bad) if len(positional) == 1 else None
    if given is not positional[-1] or not is_whole(bad.expr):
        return None
    removed = RemoveArgument(call.span, given.span)
    first = positional[0].value
    if not sink.level or ((text := plain(first)) is not None and not PLACEHOLDER.search(text)):
        return _shortened([argument.value for argument in positional[:-1]], removed)
    return _without_placeholder(first, removed, len(positional) - 1)


def _without_keyword(
    call: Call, given: Argument, bad: Shown, message: Expr, is_bad: Callable[[Value], bool]
) -> _Line | None:
    """A field of a structured log line: `event=event`, `extra={"event": event}`."""
    if given.keyword != "extra":
        text = plain(message)
        return _line_without(call, given, message) if text is not None and "{" not in text else None
    if not isinstance(given.value, DictDisplay):
        return None
    return _without_items(given.value, bad, is_bad) or (
        _line_without(call, given, message) if _is_all_bad(given.value, bad, is_bad) else None
    )


def _line_without(call: Call, given: Argument, message: Expr) -> _Line:
    """A log line without a field; where no other one is left, its message has to say something."""
    text = plain(message)
    says = text is None or _says(text)
    return _Line((RemoveArgument(call.span, given.span),), is_empty=len(call.arguments) == 2 and not says)


def _bad_items(display: DictDisplay, bad: Shown, is_bad: Callable[[Value], bool]) -> list[DictItem] | None:
    """The items of a display that are bad, None where one of them cannot be left out as it is."""
    values = {id(part.expr) for part in bad.parts if is_bad(part.value)}
    items = [item for item in display.items if id(item.value) in values]
    return items if items and all(item.key is not None and is_whole(item.value) for item in items) else None


def _is_all_bad(display: DictDisplay, bad: Shown, is_bad: Callable[[Value], bool]) -> bool:
    return _bad_items(display, bad, is_bad) == list(display.items)


def _without_items(display: DictDisplay, bad: Shown, is_bad: Callable[[Value], bool]) -> _Line | None:
    """A display without some of its items, None where none would be left."""
    items = _bad_items(display, bad, is_bad)
    if items is None or len(items) == len(display.items):
        return None
    spans = [Span(*item.key.span[:2], *item.value.span[2:]) for item in items if item.key is not None]
    return _Line(tuple(RemoveItem(display.span, span) for span in spans))


def _message(bad: Shown, is_bad: Callable[[Value], bool]) -> _Line | None:
    """The only argument: a text that ends with the value, a display that holds it, or the value itself."""
    expr = bad.expr
    if is_whole(expr):
        return _Line(is_empty=True)
    if isinstance(expr, DictDisplay):
        return _Line(is_empty=True) if _is_all_bad(expr, bad, is_bad) else _without_items(expr, bad, is_bad)
    text = text_before(expr)
    return None if text is None else _reworded(expr.span, text, is_alone=True)


def _without_placeholder(message: Expr, removed: RemoveArgument, count: int) -> _Line | None:
    template = plain(message)
    text = None if template is None else before_last(template, count)
    return None if text is None else _reworded(message.span, text, count == 1, removed)


def _shortened(before: list[Expr], removed: RemoveArgument) -> _Line | None:
    """An argument that is printed behind others: a text that leads up to it is made to end."""
    *others, last = before
    text = plain(last)
    if text is None:
        shown = None if others else folded(last)
        if shown is not None and not _says(ended(shown)):
            return _Line(is_empty=True)
        return None if isinstance(last, Joined) else _Line((removed,))
    lead = "".join(f"{plain(other) or '%s'} " for other in others)
    return _reworded(last.span, text, not others, removed, lead=lead)


def _reworded(span: Span, text: str, is_alone: bool, *others: Operation, lead: str = "") -> _Line | None:
    """A text made to end: alone, or with other values in it or before it, where `lead` is what is said."""
    kept = ended(text)
    words = words_of(kept)
    if is_alone and (not _says(kept) or is_label(text) or announces(text) or words <= _FAILURES):
        return _Line(is_empty=True)
    if not is_alone and _only_names_placeholder(kept):
        return _Line(is_empty=True)
    if not is_alone and not is_statement(lead + kept):
        shorter = _up_to_placeholder(kept)
        if shorter is None:
            return None  # the label of what is gone, behind other values
        kept = shorter
    if not words or not kept.isprintable() or set("'\"\\{}") & set(kept) or (is_alone and "%" in kept):
        return None
    return _Line((Reword(span, kept), *others))


def _up_to_placeholder(text: str) -> str | None:
    """A text without what only names a value behind its last placeholder: "%s %s body"; None where it says more."""
    *_, last = [None, *PLACEHOLDER.finditer(text)]
    return text[: last.end()] if last is not None and names_values(words_of(text[last.end() :])) else None


def _says(text: str) -> bool:
    """Whether a text is a line's worth by itself."""
    return not only_names(text) and is_statement(text)


def _only_names_placeholder(text: str) -> bool:
    """Whether a text only has a name behind a value: "%s item", once what the name stood for is gone."""
    first = PLACEHOLDER.search(text)
    if first is None or words_of(text[: first.start()]) or PLACEHOLDER.search(text, first.end()):
        return False
    named = words_of(text[first.end() :])
    return bool(named) and names_values(named)


def _is_said_above(program: Program, sink: Sink, line: _Line) -> bool:
    """Whether the statement above logs another value with the same words, or one further up that something came."""
    block = block_of(program, sink)
    number = next((index for index, other in enumerate(block) if other is sink.statement), 0)
    own = sink.expr
    calls = [other.value for other in block[:number] if isinstance(other, ExprStmt) and isinstance(other.value, Call)]
    if not calls or not isinstance(own, Call):
        return False
    texts = [_said(call.arguments[0].value) if call.arguments else None for call in (calls[-1], own)]
    if calls[-1] is getattr(block[number - 1], "value", None) and texts[0] == texts[1] is not None:
        return True
    comments = {comment.row for comment in program.summary(sink.unit.path).comments if not comment.is_trailing}
    if sink.statement.span.row - 1 in comments:
        return False
    left: Set[str] = next((words_of(one.text) for one in line.operations if isinstance(one, Reword)), frozenset())
    alike = (c for c in calls if c.arguments and dotted(c.func) == dotted(own.func) is not None)
    said = (words_of(_said(call.arguments[0].value) or plain(call.arguments[0].value) or "") for call in alike)
    return not left.isdisjoint(_COMING) and any(not words.isdisjoint(_COMING) for words in said)


def _said(expr: Expr) -> str | None:
    """What a message says before the value that ends it; None where it is no text."""
    text = before(expr)
    return None if text is None else ended(text)


def _is_said_below(program: Program, sink: Sink, line: _Line) -> bool:
    """Whether the statement below logs more, with all the words that a line would be left with, or its verb.

    A mere announcement says less than a sentence that tells what is done, and than a failure that is told.
    """
    block = block_of(program, sink)
    number = next((index for index, other in enumerate(block) if other is sink.statement), len(block))
    below = block[number + 1] if number + 1 < len(block) else None
    reword = next((operation for operation in line.operations if isinstance(operation, Reword)), None)
    is_failing = isinstance(below, Raise) or (below is not None and in_except(sink.frames))
    if is_failing and reword is not None and only_announces(words_of(reword.text)):
        return True
    call = below.value if isinstance(below, ExprStmt) and isinstance(below.value, Call) else None
    if reword is None or call is None or not call.arguments or not isinstance(call.func, Name | Attribute):
        return False
    own = sink.expr.func if isinstance(sink.expr, Call) else None
    if dotted(call.func) != (None if own is None else dotted(own)):
        return False
    parts = call.arguments[0].value
    texts = parts.parts if isinstance(parts, Joined) else (parts,)
    shown = (str(part.value) for part in texts if isinstance(part, Literal))
    said = {word for text in shown for word in words_of(PLACEHOLDER.sub("", text))}
    is_text = len(call.arguments) == 1 and plain(parts) is not None
    return says_less(words_of(reword.text), said, is_text=is_text)


def _may_go(program: Program, sink: Sink, logged: frozenset[tuple[str, Span]]) -> bool:
    """Whether a log line may go: an ordinary one, in a block that does something else as well."""
    statement = sink.statement
    if (
        sink.level not in ("", "info", "debug")
        or not isinstance(statement, ExprStmt)
        or statement.value is not sink.expr
    ):
        return False
    if in_except(sink.frames):
        return False
    block = [other for other in block_of(program, sink) if other is not statement]
    return any((sink.unit.path, other.span) not in logged or _tells(other) for other in block)


def _tells(statement: Stmt) -> bool:
    """Whether a statement logs nothing but a sentence."""
    call = statement.value if isinstance(statement, ExprStmt) else None
    text = plain(call.arguments[0].value) if isinstance(call, Call) and len(call.arguments) == 1 else None
    return text is not None and bool(words_of(text)) and not only_names(text) and not is_label(text)
