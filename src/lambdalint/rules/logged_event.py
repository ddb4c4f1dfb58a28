"""LMB403 ``logged-event``: the whole event, a whole payload in it or the context is written to the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog.handlers import is_context_name, is_event_name
from lambdalint.catalog.names import words
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Operation, Severity, Step
from lambdalint.fixes import RemoveArgument, ReplaceExpression
from lambdalint.flow.dropping import dropping_fix
from lambdalint.flow.last_line import last_lines
from lambdalint.flow.log_texts import plain
from lambdalint.flow.payloads import WHOLE, payload
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.flow.sinks import Sink
from lambdalint.flow.values import Atom, Value, flatten
from lambdalint.link.constants import constant
from lambdalint.link.model import Unit
from lambdalint.program import Program, make_fix, statement_head
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import (
    Argument,
    Attribute,
    Call,
    Expr,
    Function,
    FunctionDef,
    If,
    Literal,
    Name,
    Subscript,
    UnaryOp,
)
from lambdalint.unread import telling_unread, without_idle, without_unread
from lambdalint.walk import Frame, expressions, free_names

_RECORD = "a whole record"
_SAYS_LITTLE = "without it the line would say little: log the fields that you need"
_DEBUG_WORDS = frozenset(("debug", "verbose", "trace"))


@rule(
    "LMB403",
    "logged-event",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
        "https://docs.powertools.aws.dev/lambda/python/latest/core/logger/#logging-incoming-event",
    ),
)
def logged_event(program: Program) -> Iterator[Diagnostic]:
    """Logs the whole event, a whole payload of it or the context.

    ## Why is this bad?
    An event holds what its sender put into it: authorization headers, cookies, addresses, whole documents.  All of it
    is then in the log, for as long as that is kept, and every byte is paid for.

    ## Bad
    ```python
    import logging

    logger = logging.getLogger()


    def lambda_handler(event, context):
        logger.info("received %s", event)
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import logging

    logger = logging.getLogger()


    def lambda_handler(event, context):
        logger.info("received event %s", event["id"])
        return {"id": event["id"]}
    ```

    ## Fix safety
    Unsafe: the log line no longer says the event, which something may read.  An argument that ends it goes, with
    the words that led up to it; a line that would say nothing more goes wholly where its block does more than log,
    with the comment that speaks of it alone.  Of a logger that nothing else uses, one line stays.  Not offered
    where neither leaves a line worth reading, where a warning only labels the value or tells by it alone what it is
    about, where the value is an exception that was caught, where a parameter of another name gets the event or the
    context instead of the one that is called so, and where the function's docstring, or a comment that says more as
    well, says that it logs such a thing.
    What nothing else reads goes as well: a text that was made of the event, and the import of a module of the
    standard library.

    ## Errs towards
    Silence: at the debug level, behind a test for debugging, and for anything that was filtered on the way.
    """
    flow = flow_of(program)
    logged = frozenset((sink.unit.path, sink.statement.span) for sink in flow.sinks("log"))
    found: list[_Found] = []
    for sink in flow.sinks("log"):
        if sink.target == "log" and sink.level != "debug" and not _is_for_debugging(sink.frames):
            payloads = (held for shown in sink.shown if (held := _payload(flow, shown.value)) is not None)
            first = next(payloads, None)
            if first is not None and first[0] == WHOLE and _is_not_written(sink):
                continue
            if first is not None and not (first[0] == _RECORD and _is_keyed(program, sink.unit)):
                found.append(_Found(sink, *first, *_fix(flow, sink, logged)))
    kept = last_lines(program, [(one.sink, one.label, one.fix) for one in found if one.fix is not None], logged)
    for one in found:
        place = (one.sink.unit.path, one.sink.span)
        if place in kept:
            fix = kept[place]
            fix = None if fix is None else _tidy(program, one.sink, fix)
            one = one._replace(fix=fix, no_fix=None if fix else _SAYS_LITTLE)
        yield _judged(flow, one)
    yield from _decorators(program, flow)


def _is_not_written(sink: Sink) -> bool:
    """Whether the only argument behind a message without a place for it is a dictionary: logging drops that.

    A single dictionary is what the names in a message stand for.
    https://docs.python.org/3/library/logging.html#logging.Logger.debug
    """
    call = sink.expr
    if not sink.level or not isinstance(call, Call) or len(call.arguments) != 2:
        return False
    message, given = call.arguments
    text = plain(message.value)
    is_alone = message.keyword is None and given.keyword is None and isinstance(given.value, Name)
    return is_alone and text is not None and not {"%", "{"} & set(text)


class _Found(NamedTuple):
    """A log line that writes a payload: how that is called, its trail, and the fix or why there is none."""

    sink: Sink
    label: str
    trail: tuple[Step, ...]
    fix: Fix | None
    no_fix: str | None


def _fix(flow: Flow, sink: Sink, logged: frozenset[tuple[str, Span]]) -> tuple[Fix | None, str | None]:
    """The fix of a log line, or why there is none."""
    if _is_of_some_callers(flow, sink):
        return None, "only some callers pass it: leave it out there"
    if _is_misplaced(flow, sink):
        return None, "its name says something else: see whether the callers pass their arguments in order"
    fix = dropping_fix(flow.program, sink, lambda value: _payload(flow, value) is not None, logged)
    fix = None if fix is None else _tidy(flow.program, sink, fix)
    return fix, None if fix else _SAYS_LITTLE


def _tidy(program: Program, sink: Sink, fix: Fix) -> Fix | None:
    """A fix that also takes away what nothing reads without the line; None where that is still to be used."""
    tidied = without_idle(program, without_unread(program, fix, sink.scope, sink.expr), sink)
    return None if tidied is None else telling_unread(program, tidied, sink.unit)


def _is_of_some_callers(flow: Flow, sink: Sink) -> bool:
    """Whether what a log line shows is what only some callers of its function pass."""
    return any(
        flow.is_passed_by_some(shown.value, sink.unit, lambda value: _payload(flow, value) is not None)
        for shown in sink.shown
    )


def _is_misplaced(flow: Flow, sink: Sink) -> bool:
    """Whether a log line shows a parameter that gets the event or the context where another one is called so.

    Then a caller passes them in the wrong order, and the line is about what the parameter was to be.
    """
    return any(
        _takes_for_another(flow, atom)
        for shown in sink.shown
        for atom in flatten(shown.value)
        if atom.root.kind == "parameter" and atom.root.unit == sink.unit and not atom.path
    )


def _takes_for_another(flow: Flow, atom: Atom) -> bool:
    kinds = {origin.atom.root.kind for origin in flow.origins.of(atom) if not origin.atom.path}
    names = [parameter.name for parameter in flow.program.function(atom.root.unit).parameters]
    return any(
        kind in kinds and not is_so_named(atom.root.name) and any(map(is_so_named, names))
        for kind, is_so_named in (("event", is_event_name), ("context", is_context_name))
    )


def _judged(flow: Flow, found: _Found) -> Diagnostic:
    sink = found.sink
    handler = flow.handler(sink.unit)
    return Diagnostic(
        path=sink.unit.path,
        span=sink.span,
        message=f"{found.label} is written to the log",
        help="log the fields that you need, such as an id",
        statement=statement_head(sink.statement),
        handler=None if handler is None else handler.name,
        trail=(*found.trail, flow.end(sink)),
        is_flow=True,
        fix=found.fix,
        no_fix=found.no_fix,
    )


def _is_keyed(program: Program, unit: Unit) -> bool:
    """Whether a unit reads the event's `records` by their keys: the topics and partitions of an event from Kafka.

    https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html (2026-11-30)
    """
    return any(
        isinstance(part.value, Subscript)
        and isinstance(part.value.key, Literal)
        and part.value.key.value == "records"
        and isinstance(part.key, Name)
        for _, part in program.sites_of(unit, Subscript)
    )


def _payload(flow: Flow, value: Value) -> tuple[str, tuple[Step, ...]] | None:
    """The whole payload in a value: how it is called and its trail."""
    for origin in flow.origins_of(value):
        found = payload(origin.atom)
        if found is not None:
            return found, origin.trail
    return None


def _is_for_debugging(frames: tuple[Frame, ...]) -> bool:
    """Whether code stands behind a test that asks for debugging."""
    return any(
        isinstance(frame.node, If) and frame.branch == "body" and _asks_for_debugging(frame.node.test)
        for frame in frames
    )


def _asks_for_debugging(test: Expr) -> bool:
    if isinstance(test, UnaryOp):
        return False
    spelt = {word for name in _spelt(test) for word in words(name)}
    return not _DEBUG_WORDS.isdisjoint(spelt)


def _spelt(test: Expr) -> Iterator[str]:
    yield from free_names(test)
    for part in expressions(test):
        if isinstance(part, Attribute):
            yield part.attr
        elif isinstance(part, Literal) and isinstance(part.value, str) and len(part.value) < 40:
            yield part.value


# --- Powertools ----------------------------------------------------------------------------------


def _decorators(program: Program, flow: Flow) -> Iterator[Diagnostic]:
    """`@logger.inject_lambda_context(log_event=True)`, reported at the decorator."""
    for path in program.loaded:
        module = program.modules[path]
        for unit in module.units():
            for statement, _ in module.statements(unit):
                if isinstance(statement, FunctionDef):
                    function = module.function(statement.function)
                    for decorator in function.decorators:
                        yield from _decorator(program, flow, unit, statement, function, decorator)


def _decorator(
    program: Program, flow: Flow, unit: Unit, statement: FunctionDef, function: Function, decorator: Expr
) -> Iterator[Diagnostic]:
    if not isinstance(decorator, Call) or not isinstance(decorator.func, Attribute):
        return
    if decorator.func.attr != "inject_lambda_context":
        return
    target = Unit(unit.path, function.number)
    given = _log_event(decorator)
    handler = flow.handler(target)
    if given is None or handler is None or program.is_durable(target):
        return
    if target not in program.roots and program.callers(target):
        return  # it logs what it is called with
    literal = constant(program.resolver, given.value, program.resolver.definition_scope(unit.path, function))
    if literal is None or literal.value is not True:
        return
    yield Diagnostic(
        path=unit.path,
        span=decorator.span,
        message="the whole event is written to the log by `log_event=True`",
        help="leave `log_event` out, and log the fields that you need",
        statement=decorator.span,
        handler=handler.name,
        trail=(Step(unit.path, decorator.span, program.name(target)),),
        fix=make_fix("Leave the event out of the log", False, _without(program, target, decorator, given)),
    )


def _without(program: Program, unit: Unit, decorator: Call, given: Argument) -> Operation:
    """A decorator without an argument; without brackets too where these hold neither another one nor a comment."""
    start, end = decorator.func.span, decorator.span
    comments = program.summary(unit.path).comments
    if len(decorator.arguments) > 1 or any(start.end_row <= comment.row < end.end_row for comment in comments):
        return RemoveArgument(decorator.span, given.span)
    return ReplaceExpression(Span(start.end_row, start.end_column, end.end_row, end.end_column), "")


def _log_event(decorator: Call) -> Argument | None:
    """The argument that says whether the event is logged: the second parameter of `inject_lambda_context`."""
    named = next((given for given in decorator.arguments if given.keyword == "log_event"), None)
    if named is not None:
        return named
    positional = [given for given in decorator.arguments if given.keyword is None and not given.star]
    return positional[1] if len(positional) > 1 else None
