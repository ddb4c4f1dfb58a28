"""LMB610 ``cached-coroutine``: a cache keeps a coroutine, which can be awaited only once."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.caches import SYNCHRONOUS_CACHES
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import FunctionValue, Site
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call, Expr, FunctionDef


@rule(
    "LMB610",
    "cached-coroutine",
    Severity.ERROR,
    references=(
        "https://docs.python.org/3/library/functools.html#functools.lru_cache",
        "https://docs.python.org/3/library/asyncio-task.html#coroutines",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def cached_coroutine(program: Program) -> Iterator[Diagnostic]:
    """Caches the coroutine of an `async def` function instead of its result.

    ## Why is this bad?
    Calling an `async def` function makes a coroutine, and that is what `functools.lru_cache` keeps.  The second call
    gets the same object back: "cannot reuse already awaited coroutine".  On Lambda the first invocation of an
    environment succeeds and each later one fails.

    ## Bad
    ```python
    import asyncio
    import functools


    @functools.lru_cache
    async def rate(currency):
        return 1 if currency == "EUR" else 2


    def lambda_handler(event, context):
        return asyncio.run(rate(event["currency"]))
    ```

    ## Good
    ```python
    import asyncio
    import functools


    @functools.lru_cache
    def rate(currency):
        return 1 if currency == "EUR" else 2


    async def answer(event):
        return rate(event["currency"])


    def lambda_handler(event, context):
        return asyncio.run(answer(event))
    ```

    ## Errs towards
    Silence: a decorator of unknown effect between the cache and the function may await it.
    """
    for unit in program.running_units:
        for site in program.sites(unit):
            if program.runs_on_lambda(site) and (name := _cached(program, site)) is not None:
                yield program.report(
                    site,
                    f"the cache keeps the coroutine of `{name}`, which can be awaited only once",
                    "cache what a synchronous function returns, or use a cache that awaits, such as `async_lru`",
                )


def _cached(program: Program, site: Site) -> str | None:
    """The coroutine function that a site's expression caches: as its decorator, or as a call's argument."""
    expr, statement = site.place.expr, site.place.statement
    if isinstance(statement, FunctionDef):
        function = program.modules[site.unit.path].function(statement.function)
        if (
            function.is_async
            and function.decorators
            and function.decorators[-1] is expr
            and _is_cache(program, site, expr)
        ):
            return function.name
    if isinstance(expr, Call) and len(expr.arguments) == 1 and _is_cache(program, site, expr.func):
        for value in program.resolve(expr.arguments[0].value, site.scope):
            if isinstance(value, FunctionValue):
                function = program.modules[value.path].function(value.number)
                if function.is_async and not function.decorators:
                    return function.name
    return None


def _is_cache(program: Program, site: Site, expr: Expr) -> bool:
    """Whether an expression is a cache that knows nothing of coroutines, called with its options or not."""
    return any(path.removesuffix("()") in SYNCHRONOUS_CACHES for path in program.paths(expr, site.scope))
