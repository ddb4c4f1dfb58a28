"""LMB203 ``call-without-timeout``: a call may wait until the function itself is timed out."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import timeouts
from lambdalint.deadlines import Deadlines
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB203",
    "call-without-timeout",
    Severity.WARNING,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html",
        "https://requests.readthedocs.io/en/latest/user/advanced/#timeouts",
        "https://docs.python.org/3/library/socket.html#socket.setdefaulttimeout",
    ),
)
def call_without_timeout(program: Program) -> Iterator[Diagnostic]:
    """Waits for another machine without a limit of its own.

    ## Why is this bad?
    When the other side hangs, the invocation hangs until Lambda ends it: it is paid for to the last second, nothing
    is logged of the reason, and no code gets to answer or to retry.

    ## Bad
    ```python
    import requests

    session = requests.Session()


    def lambda_handler(event, context):
        return session.get("https://rates.example.com/latest").json()
    ```

    ## Good
    ```python
    import requests

    session = requests.Session()


    def lambda_handler(event, context):
        return session.get("https://rates.example.com/latest", timeout=(2, 5)).json()
    ```

    ## Errs towards
    Silence: a timeout that may come through `*args`, `**kwargs`, an adapter or a subclass counts as given.  boto3,
    httpx and aiohttp have a limit unless they are told to have none.
    """
    deadlines = Deadlines(program)
    for unit in program.invoked_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            found = next((value for value in values if deadlines.is_unbounded(site, call, value)), None)
            reach = program.reach_invoked(site) if found is not None else None
            if found is not None and reach is not None:
                row = timeouts.BLOCKING[found.path]
                yield program.report(
                    site,
                    f"`{_shown(found.path)}` may wait until the function itself times out",
                    f"pass `{row.keywords[0]}`, well below the function's own timeout",
                    reach=reach,
                )


def _shown(path: str) -> str:
    """A path without the marks of calls: `requests.Session().get` is read as `Session.get`."""
    owner, _, method = path.rpartition(".")
    return f"{owner.removesuffix('()').rpartition('.')[2]}.{method}" if owner.endswith("()") else path
