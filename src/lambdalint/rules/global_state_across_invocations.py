"""LMB601 ``global-state-across-invocations``: what one invocation leaves in a module reaches the next."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.leaks import Judge
from lambdalint.mutations import Mutation
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule


@rule(
    "LMB601",
    "global-state-across-invocations",
    Severity.WARNING,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def global_state_across_invocations(program: Program) -> Iterator[Diagnostic]:
    """Changes module- or class-level state that the next invocation sees.

    ## Why is this bad?
    An execution environment serves many invocations, one after the other, and keeps the module's names between them.
    What one invocation appends, counts or stores there is there for the next one, which may belong to another user;
    and as nobody knows how many environments there are, it is no reliable store either.

    ## Bad
    ```python
    seen = []


    def lambda_handler(event, context):
        seen.append(event["id"])
        return {"seen": seen}
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        seen = [event["id"]]
        return {"seen": seen}
    ```

    ## Errs towards
    Silence: caches, clients, loggers, context variables, what is the same in every invocation, and what the handler
    resets before it uses it are left alone; so are objects of other libraries.
    """
    judge = Judge(program)
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for mutation in judge.mutations.of(unit):
            if judge.leaks(mutation):
                reach = _reach(program, judge, mutation)
                if reach is not None:
                    yield _diagnostic(program, mutation, reach)


def _reach(program: Program, judge: Judge, mutation: Mutation) -> Reach | None:
    """The first way to a change whose handler may meet what an earlier invocation left in the variable."""
    return next((reach for reach in program.reaches(mutation.site) if judge.is_met(mutation, reach.phases)), None)


def _diagnostic(program: Program, mutation: Mutation, reach: Reach) -> Diagnostic:
    name = mutation.variable.name
    if mutation.variable.kind == "default":
        return program.report(
            mutation.site,
            f"the default of `{name}` is one object for all invocations, and this changes it",
            "use `None` as the default and make the object in the function",
            reach=reach,
        )
    owner = {"module": "the module's", "class": "the class's"}.get(mutation.variable.kind, "the object's")
    return program.report(
        mutation.site,
        f"{owner} `{name}` outlives the invocation: the next one finds this change",
        "keep what belongs to one invocation in local variables, and what must last in a database",
        reach=reach,
    )
