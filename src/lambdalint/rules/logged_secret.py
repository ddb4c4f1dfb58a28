"""LMB402 ``logged-secret``: a secret is written to a log, a trace or a metric."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lambdalint.catalog.names import words
from lambdalint.catalog.terms import terms
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.flow.dropping import dropping_fix
from lambdalint.flow.last_line import last_lines
from lambdalint.flow.masking import masking_fix
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.flow.sinks import Shown, Sink
from lambdalint.flow.values import Value
from lambdalint.link.model import Unit
from lambdalint.program import Program, statement_head
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, Expr, Name, Subscript
from lambdalint.unread import without_idle, without_unread
from lambdalint.walk import dotted, root_name

# Words by which a name says that it holds a secret of several members.
_STORES = terms("secret secrets credential credentials creds")
_DEEDS = {"log": "written to the log", "trace": "put into a trace", "metric": "put into a metric"}


@rule(
    "LMB402",
    "logged-secret",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
    ),
)
def logged_secret(program: Program) -> Iterator[Diagnostic]:
    """Writes a secret to the log, a trace or a metric.

    ## Why is this bad?
    Logs live longer than secrets, are read by more people and tools than the function's own role, and are copied to
    other accounts and services.  A secret that was logged once has to be rotated.  On Lambda `os.environ` holds the
    execution role's session credentials as well.

    ## Bad
    ```python
    import logging
    import os

    logger = logging.getLogger()


    def lambda_handler(event, context):
        logger.info("connecting with %s", os.environ["DB_PASSWORD"])
        return {"ok": True}
    ```

    ## Good
    ```python
    import logging
    import os

    logger = logging.getLogger()


    def lambda_handler(event, context):
        logger.info("connecting, password set: %s", bool(os.environ["DB_PASSWORD"]))
        return {"ok": True}
    ```

    ## Fix safety
    Unsafe: the log line says `***` where it said the value, which something may read, or ends before the words that
    led up to it where it is a sentence without them and shows nothing else.  A line that only shows the whole
    environment is deleted, with its heading.  A module of the standard library that nothing else reads is imported no
    more.

    ## Errs towards
    Silence: what comes from an unknown call is a secret only where a name says so; a value that a masking function
    returned, a digest, a length, a few characters and a harmless member of a parsed secret are none; nor is a parameter
    of SSM that a template declares as `String`.  What a function gives that decrypts whatever parameter it is asked for
    is a secret where the name that it is asked by, a template's `SecureString`, what holds it or its use, as a password
    or as the token of a header, says so.

    ## Options
    `secret-names`, `secret-calls`
    """
    flow = flow_of(program)
    logged = frozenset((sink.unit.path, sink.statement.span) for sink in flow.sinks("log"))
    for sink in flow.sinks("log"):
        diagnostic = _judge(flow, sink, logged)
        if diagnostic is not None:
            yield diagnostic


def _judge(flow: Flow, sink: Sink, logged: frozenset[tuple[str, Span]]) -> Diagnostic | None:
    found = next((s for shown in sink.shown if (s := flow.secrets.in_value(shown.value)) is not None), None)
    if found is None:
        return None
    bad = [expr for shown in sink.shown for expr in _innermost(flow, shown)]
    if not found.is_stored and all(_is_looked_up(flow.program, sink.unit, expr) for expr in bad):
        return None

    def is_bad(value: Value) -> bool:
        return flow.secrets.in_value(value) is not None

    fix, no_fix = masking_fix(sink, is_bad, flow.secrets.is_secret)
    if fix is not None and found.is_environment and sink.target == "log":
        fix = _dropping(flow.program, sink, is_bad, logged) or fix
    if fix is not None and any(flow.is_passed_by_some(shown.value, sink.unit, is_bad) for shown in sink.shown):
        fix, no_fix = None, "only some callers pass a secret: leave it out there"
    if fix is not None and any(_is_put_together(flow.program, sink.unit, expr) for expr in bad):
        fix, no_fix = None, "it holds more than that: log what is needed of it"
    if fix is not None:
        fix = without_unread(flow.program, fix, sink.scope, sink.expr)
    handler = flow.handler(sink.unit)
    return Diagnostic(
        path=sink.unit.path,
        span=sink.span,
        message=f"{found.label} is {_DEEDS.get(sink.target, 'sent with an error report')}",
        help="log a fact about it, such as its name or length, or nothing",
        statement=statement_head(sink.statement),
        handler=None if handler is None else handler.name,
        trail=(*found.trail, flow.end(sink)),
        is_flow=True,
        fix=fix,
        no_fix=no_fix,
    )


def _dropping(
    program: Program, sink: Sink, is_bad: Callable[[Value], bool], logged: frozenset[tuple[str, Span]]
) -> Fix | None:
    """The fix that leaves a dump of the environment out, for which no mask could stand; None where a line has to stay.

    That is the last one of its logger.
    """
    fix = dropping_fix(program, sink, is_bad, logged)
    if fix is None or last_lines(program, [(sink, "", fix)], logged):
        return None
    return without_idle(program, fix, sink)


def _innermost(flow: Flow, shown: Shown) -> Iterator[Expr]:
    """The innermost parts of what a sink shows that are secrets, or hold some."""
    if flow.secrets.in_value(shown.value) is None:
        return
    inner = [expr for part in shown.parts for expr in _innermost(flow, part)]
    yield from inner or (shown.expr,)


def _is_looked_up(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether a unit looks up what an expression gives in a secret: then it is the name of one of its keys."""
    spelt = dotted(expr)
    found = [(subscript.value, subscript.key) for _, subscript in program.sites_of(unit, Subscript)]
    for _, call in program.sites_of(unit, Call):
        if isinstance(call.func, Attribute) and call.func.attr == "get" and call.arguments:
            found.append((call.func.value, call.arguments[0].value))
    return spelt is not None and any(
        key is not None and dotted(key) == spelt and not _STORES.isdisjoint(words(root_name(owner) or ""))
        for owner, key in found
    )


def _is_put_together(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether an expression names a text to which statements of a unit add one part after another."""
    return isinstance(expr, Name) and any(
        isinstance(statement, Assign)
        and statement.op == "+"
        and any(isinstance(target, Name) and target.id == expr.id for target in statement.targets)
        for statement, _ in program.statements(unit)
    )
