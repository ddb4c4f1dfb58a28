"""LMB202 ``connection-per-request``: a request opens a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.network import ONE_SHOT_REQUESTS
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.remote import is_local
from lambdalint.rules.base import rule

_POOLS = {
    "requests": "call it on a `requests.Session` made at module level",
    "httpx": "call it on an `httpx.Client` made at module level",
}
_OTHER = "use a client that keeps its connections, made at module level"


@rule(
    "LMB202",
    "connection-per-request",
    Severity.NOTE,
    default=False,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
        "https://requests.readthedocs.io/en/latest/user/advanced/#session-objects",
    ),
)
def connection_per_request(program: Program) -> Iterator[Diagnostic]:
    """Opens a new connection for each request.

    ## Why is this bad?
    Name resolution and the TCP and TLS handshakes often take longer than the request itself.  A session at module
    level keeps its connections from one invocation to the next.

    ## Bad
    ```python
    import requests


    def lambda_handler(event, context):
        requests.post("https://hooks.example.com/orders", json=event, timeout=3)
    ```

    ## Good
    ```python
    import requests

    http = requests.Session()


    def lambda_handler(event, context):
        http.post("https://hooks.example.com/orders", json=event, timeout=3)
    ```

    ## Errs towards
    Noise: a function that is invoked once a day gains nothing.  Requests to an extension on `localhost` are left out.
    """
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            path = next((value.path for value in values if value.path in ONE_SHOT_REQUESTS), None)
            if path is None or is_local(program.resolver, call, site.scope):
                continue
            reach = program.reach(site)
            if reach is not None:
                yield program.report(
                    site,
                    f"`{path}` opens a connection for this request alone",
                    _POOLS.get(path.partition(".")[0], _OTHER),
                    reach=reach,
                )
