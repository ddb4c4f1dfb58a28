"""LMB607 ``value-frozen-at-init``: a time, an identifier or a random value is computed once and used ever after."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.freshness import Freshness
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB607",
    "value-frozen-at-init",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html",
    ),
)
def value_frozen_at_init(program: Program) -> Iterator[Diagnostic]:
    """Computes a value at INIT that each invocation needs anew.

    ## Why is this bad?
    Module-level code, class bodies and defaults of parameters run once per execution environment.  A time, an
    identifier or a random number from there is the same in every later invocation: an expiry lies in the past, two
    requests share an identifier.  With SnapStart all environments share it.

    ## Bad
    ```python
    import uuid

    REQUEST_ID = str(uuid.uuid4())


    def lambda_handler(event, context):
        return {"request": REQUEST_ID}
    ```

    ## Good
    ```python
    import uuid


    def lambda_handler(event, context):
        return {"request": str(uuid.uuid4())}
    ```

    ## Errs towards
    Silence: a name that says so (`START…`, `BOOT…`, `INIT…`, `COLD…`, `LOADED…`, `DEPLOY…`,
    `IMPORT…`), a value from which only
    an age is computed, and a name that a function sets again are left alone.
    """
    for frozen in Freshness(program).frozen():
        if program.is_durable(frozen.use.unit):
            continue
        yield program.report(
            frozen.site,
            f"`{frozen.name}` is computed once, at INIT, and is the same in every invocation",
            "compute it in the function that needs it",
            reach=program.reach_invoked(frozen.use),
        )
