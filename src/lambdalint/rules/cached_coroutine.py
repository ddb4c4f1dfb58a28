"""LMB610 ``cached-coroutine``: a cache keeps a coroutine, which can be awaited only once."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.caches import SYNCHRONOUS_CACHES
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.model import FunctionValue, Site, Unit
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call, Expr


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
        for site, name in (*_decorated(program, unit), *_passed(program, unit)):
            if program.runs_on_lambda(site):
                yield program.report(
                    site,
                    f"the cache keeps the coroutine of `{name}`, which can be awaited only once",
                    "cache what a synchronous function returns, or use a cache that awaits, such as `async_lru`",
                )


def _decorated(program: Program, unit: Unit) -> Iterator[tuple[Site, str]]:
    """The decorators of a unit's functions that cache a coroutine, with the function's name."""
    functions = program.summary(unit.path).functions
    innermost = {id(f.decorators[-1]): f.name for f in functions if f.is_async and f.decorators}
    for site in program.sites(unit) if innermost else ():
        name = innermost.get(id(site.place.expr))
        if name is not None and _is_cache(program, site, site.place.expr):
            yield site, name


def _passed(program: Program, unit: Unit) -> Iterator[tuple[Site, str]]:
    """The calls of a unit that cache the coroutine of the function that they are passed, with its name."""
    for site, call in program.sites_of(unit, Call):
        if len(call.arguments) == 1 and _is_cache(program, site, call.func):
            for value in program.resolve(call.arguments[0].value, site.scope):
                if isinstance(value, FunctionValue):
                    function = program.modules[value.path].function(value.number)
                    if function.is_async and not function.decorators:
                        yield site, function.name
                        break


def _is_cache(program: Program, site: Site, expr: Expr) -> bool:
    """Whether an expression is a cache that knows nothing of coroutines, called with its options or not."""
    return any(path.removesuffix("()") in SYNCHRONOUS_CACHES for path in program.paths(expr, site.scope))
