"""LMB401 ``uncached-secret``: a secret or a parameter is fetched again on every invocation."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.current_values import is_told_of_changes
from lambdalint.diagnostic import Diagnostic, FixAvailability, Severity
from lambdalint.fetches import Fetch, fetch_of, is_rotation, is_unread, is_written
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.secret_fixes import secret_fix
from lambdalint.summary import Call

_NOUNS = {"secret": "the secret", "parameter": "the parameter", "decrypt": "the value", "configuration": "the value"}


@rule(
    "LMB401",
    "uncached-secret",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html",
        "https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/",
    ),
)
def uncached_secret(program: Program) -> Iterator[Diagnostic]:
    """Fetches a secret or a parameter from its store on every invocation.

    ## Why is this bad?
    Each fetch adds a network round trip to the invocation, costs money per call, and counts against the store's
    request quota: under load the store throttles and the function fails.

    ## Bad
    ```python
    import boto3

    secrets = boto3.client("secretsmanager")


    def api_key():
        return secrets.get_secret_value(SecretId="prod/partner")["SecretString"]


    def lambda_handler(event, context):
        return {"known": event["key"] == api_key()}
    ```

    ## Good
    ```python
    import functools

    import boto3

    secrets = boto3.client("secretsmanager")


    @functools.lru_cache
    def api_key():
        return secrets.get_secret_value(SecretId="prod/partner")["SecretString"]


    def lambda_handler(event, context):
        return {"known": event["key"] == api_key()}
    ```

    ## Fix safety
    Unsafe: a secret that is rotated is then seen only by new execution environments.  A cache with an expiry, such as
    Powertools' `parameters.get_secret(…, max_age=300)`, sees it after that time.  Not offered where the code asks
    whether there is a value: one that comes later would not be seen; nor for what may change while the function lives:
    a parameter that some code of the project writes, whichever function runs that, or whose name is that of a switch, a
    secret beside code that rotates or updates secrets, what a function reads that is named for a switch (a circuit
    breaker) or for rotating, a secret where the code sets passwords, a token whose name says that it soon expires (a
    JWT, an access or session token), unless what keeps it is Powertools, a value that its object keeps already, one
    that is changed afterwards, or an item of it, and pages, which are fetched while they are read.  What a function
    returns when a fetch fails is never kept.

    ## Errs towards
    Silence: rotation functions, functions that are declared to run when a parameter or a secret changes, values that
    the same code also writes, parameters that some invocation writes or whose names say that they change (a lock, a
    cursor), those that a `try` fetches and nobody reads because the code only asks whether they are there, and what is
    fetched through a caching library or the Parameters and Secrets extension are left alone.

    ## Options
    `secret-cache`, `secret-calls`, `cache-decorators`
    """
    rotations: dict[int, bool] = {}

    def rotates(phases: HandlerPhases) -> bool:
        if id(phases) not in rotations:
            rotations[id(phases)] = is_rotation(program, phases)
        return rotations[id(phases)]

    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for site, call in program.sites_of(unit, Call):
            fetch = fetch_of(program, site, call)
            if fetch is None or is_written(program, fetch) or is_unread(program, fetch):
                continue
            reaches = (r for r in program.reaches(site) if not is_told_of_changes(fetch, r.phases))
            reach = next((r for r in reaches if not rotates(r.phases)), None)
            if reach is not None:
                yield _diagnostic(program, fetch, reach)


def _diagnostic(program: Program, fetch: Fetch, reach: Reach) -> Diagnostic:
    by_key = program.origins.of(fetch.name, fetch.site.scope) is Origin.INVOCATION
    remedy = "cache it by its name" if by_key else "cache it"
    fix, no_fix = secret_fix(program, fetch)
    return program.report(
        fetch.site,
        f"`{fetch.label}` fetches {_NOUNS[fetch.kind]} on every invocation",
        f"{remedy}, with an expiry where it is rotated",
        reach=reach,
        fix=fix,
        no_fix=no_fix,
    )
