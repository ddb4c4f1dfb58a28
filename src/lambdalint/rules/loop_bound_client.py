"""LMB204 ``loop-bound-client``: an async client that outlives the event loop that it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.loop_bound import Bound, loop_bound
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.walk import dotted


@rule(
    "LMB204",
    "loop-bound-client",
    Severity.ERROR,
    references=(
        "https://docs.python.org/3/library/asyncio-runner.html#asyncio.run",
        "https://www.python-httpx.org/async/",
        "https://docs.aiohttp.org/en/stable/client_reference.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def loop_bound_client(program: Program) -> Iterator[Diagnostic]:
    """Keeps an async client, or a lock, while each invocation runs on an event loop of its own.

    ## Why is this bad?
    `asyncio.run` makes a loop and closes it.  The connections that a client of the module keeps belong to the loop of
    the invocation that opened them: on a later one they fail with "Event loop is closed".  A test with a single
    invocation passes.  `aiohttp.ClientSession()` at module level fails as soon as the module is loaded.

    ## Bad
    ```python
    import asyncio

    import httpx

    client = httpx.AsyncClient(timeout=5)


    async def price(sku):
        answer = await client.get(f"https://prices.example.com/{sku}")
        return answer.json()


    def lambda_handler(event, context):
        return asyncio.run(price(event["sku"]))
    ```

    ## Good
    ```python
    import asyncio

    import httpx

    loop = asyncio.new_event_loop()
    client = httpx.AsyncClient(timeout=5)


    async def price(sku):
        answer = await client.get(f"https://prices.example.com/{sku}")
        return answer.json()


    def lambda_handler(event, context):
        return loop.run_until_complete(price(event["sku"]))
    ```

    ## Errs towards
    Silence: a client that may be used on a loop that lives on, such as Mangum's, is left alone.
    """
    for bound in loop_bound(program):
        yield _diagnostic(program, bound)


def _diagnostic(program: Program, bound: Bound) -> Diagnostic:
    kept = bound.kept
    name = dotted(kept.call.func) or kept.path
    if bound.use is None:
        return program.report(
            kept.site,
            f"`{name}` needs a running event loop, and there is none while the module is loaded",
            "make it inside a coroutine",
            reach=Reach(bound.phases, ()),
        )
    return program.report(
        kept.site,
        f"`{name}` is kept, but each invocation runs on an event loop of its own: a later one finds it bound to a "
        "closed loop",
        "keep one loop at module level (`loop = asyncio.new_event_loop()`, then `loop.run_until_complete`), or make it "
        "inside the coroutine",
        reach=Reach(bound.phases, program.trail(bound.phases, bound.use.unit)),
    )
