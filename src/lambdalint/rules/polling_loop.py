"""LMB207 ``polling-loop``: a function sleeps and asks again until something is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from lambdalint.aws import client_call
from lambdalint.catalog import paginators
from lambdalint.catalog.processes import SLEEP_CALLS
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import FunctionValue, Site, Unit
from lambdalint.program import Program, statement_head
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Assign, Call, Expr, For, Name, Try, While
from lambdalint.walk import expressions, free_names, has_star, keyword_names, statements

Loop: TypeAlias = "For | While"

_ASKING = ("describe_", "get_", "head_", "batch_get_", "batch_describe_")
_LOCAL = frozenset(("get_paginator", "get_waiter"))


@rule(
    "LMB207",
    "polling-loop",
    Severity.NOTE,
    default=False,
    references=(
        "https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html",
        "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html#waiters",
    ),
)
def polling_loop(program: Program) -> Iterator[Diagnostic]:
    """Waits for something in a loop of sleeping and asking.

    ## Why is this bad?
    Sleeping is paid for as working is, and the wait ends at the function's timeout, fifteen minutes at most, whether
    or not the thing is done.

    ## Bad
    ```python
    import time

    import boto3

    athena = boto3.client("athena")


    def lambda_handler(event, context):
        while True:
            found = athena.get_query_execution(QueryExecutionId=event["id"])["QueryExecution"]
            if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return {"state": found["Status"]["State"]}
            time.sleep(2)
    ```

    ## Good
    ```python
    import boto3

    athena = boto3.client("athena")


    def lambda_handler(event, context):
        # a Step Functions state asks again
        found = athena.get_query_execution(QueryExecutionId=event["id"])["QueryExecution"]
        return {"state": found["Status"]["State"]}
    ```

    ## Errs towards
    Silence: a loop that goes from one thing to the next, reads pages or sleeps only after an error is none of these.
    """
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        calls = program.sites_of(unit, Call)
        seen: set[Span] = set()
        for sleep, call in calls:
            if SLEEP_CALLS.isdisjoint(program.paths(call.func, sleep.scope)) or not program.runs_on_lambda(sleep):
                continue
            loop = _polling_loop(program, sleep, calls)
            if loop is not None and loop.span not in seen:
                seen.add(loop.span)
                yield _diagnostic(program, sleep, loop)


def _diagnostic(program: Program, sleep: Site, loop: Loop) -> Diagnostic:
    head = statement_head(loop)
    reach = program.reach_invoked(sleep)
    keyword = "while" if isinstance(loop, While) else "for"
    return Diagnostic(
        path=sleep.unit.path,
        span=Span(head.row, head.column, head.row, head.column + len(keyword)),
        message="loop sleeps and asks until something is done",
        help="let Step Functions wait, react to the service's event, or use a boto3 waiter",
        statement=head,
        handler=None if reach is None else reach.handler.name,
        trail=() if reach is None else reach.trail,
    )


def _polling_loop(program: Program, sleep: Site, calls: Sequence[tuple[Site, Call]]) -> Loop | None:
    """The loop that a sleep waits in, where it asks as well; none when only a failure leads to the sleep."""
    frames = sleep.place.frames
    for number in range(len(frames) - 1, -1, -1):
        loop = frames[number].node
        if isinstance(loop, Try) and frames[number].branch == "handler":
            return None
        if isinstance(loop, For | While) and frames[number].branch in ("body", "test"):
            return (
                loop if any(_is_in(site, loop) and _asks(program, site, call, loop) for site, call in calls) else None
            )
    return None


def _is_in(site: Site, loop: Loop) -> bool:
    return any(frame.node is loop and frame.branch in ("body", "test") for frame in site.place.frames)


def _asks(program: Program, site: Site, call: Call, loop: Loop) -> bool:
    """Whether a call in a loop asks AWS for the same thing each time."""
    if has_star(call, "**") or not _changing(loop).isdisjoint(free_names(call)):
        return False
    if _is_question(program, site, call):
        return True
    callees = [value for value in program.resolve(call.func, site.scope) if isinstance(value, FunctionValue)]
    return any(
        isinstance(inner.place.expr, Call) and _is_question(program, inner, inner.place.expr)
        for value in callees
        for inner in program.sites(Unit(value.path, value.number))
    )


def _is_question(program: Program, site: Site, call: Call) -> bool:
    for value in program.external(call.func, site.scope):
        found = client_call(program.resolver, value)
        if found is None or not found.method.startswith(_ASKING) or found.method in _LOCAL:
            continue
        paging = paginators.find(found.service or "", found.method)
        return paging is None or keyword_names(call.arguments).isdisjoint(paging.inputs)
    return False


def _changing(loop: Loop) -> frozenset[str]:
    """The names that differ from one round of a loop to the next: what a question depends on is another question."""
    found: set[str] = set()
    if isinstance(loop, For):
        found.update(free_names(loop.target))
    for statement, _ in statements(loop.body):
        targets: tuple[Expr, ...] = ()
        if isinstance(statement, Assign) and statement.value is not None:
            targets = statement.targets
        elif isinstance(statement, For):
            targets = (statement.target,)
        found.update(part.id for target in targets for part in expressions(target) if isinstance(part, Name))
    return frozenset(found)
