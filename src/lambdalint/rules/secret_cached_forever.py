"""LMB406 ``secret-cached-forever``: a secret is cached for as long as the execution environment lives."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import caches
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.link.model import External, Unit
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call, Expr
from lambdalint.walk import argument, keyword_names


@rule(
    "LMB406",
    "secret-cached-forever",
    Severity.NOTE,
    default=False,
    references=(
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html",
        "https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/",
    ),
)
def secret_cached_forever(program: Program) -> Iterator[Diagnostic]:
    """Caches a secret without an expiry.

    ## Why is this bad?
    Once the secret is rotated, environments that are warm go on using the old value until they are recycled, which may
    take hours, and fail with it.

    ## Bad
    ```python
    from functools import lru_cache

    import boto3

    client = boto3.client("secretsmanager")


    @lru_cache
    def api_key():
        return client.get_secret_value(SecretId="prod/partner")["SecretString"]


    def lambda_handler(event, context):
        return {"known": event["key"] == api_key()}
    ```

    ## Good
    ```python
    import boto3
    from cachetools import TTLCache, cached

    client = boto3.client("secretsmanager")


    @cached(TTLCache(maxsize=1, ttl=300))
    def api_key():
        return client.get_secret_value(SecretId="prod/partner")["SecretString"]


    def lambda_handler(event, context):
        return {"known": event["key"] == api_key()}
    ```

    ## Errs towards
    Silence: only functions that a known decorator caches, and that return what a store gave them.

    ## Options
    `cache-decorators`, `secret-calls`
    """
    flow = flow_of(program)
    for unit in program.running_units:
        if unit.number < 0 or not program.function(unit).decorators or program.is_durable(unit):
            continue
        decorator = _lasting_cache(program, unit)
        if decorator is not None and _returns_secret(flow, unit):
            handler = flow.handler(unit)
            yield Diagnostic(
                path=unit.path,
                span=decorator.span,
                message=f"`{program.function(unit).name}` caches a secret without an expiry",
                help="let it expire: `cachetools.TTLCache`, or Powertools `get_secret(…, max_age=…)`",
                handler=None if handler is None else handler.name,
            )


def _lasting_cache(program: Program, unit: Unit) -> Expr | None:
    """The decorator that caches a function's results for good."""
    if program.caches.decorator(unit) is None:
        return None
    scope = program.resolver.definition_scope(unit.path, program.function(unit))
    for decorator in program.function(unit).decorators:
        for value in program.resolve(decorator, scope):
            if isinstance(value, External):
                memo = caches.find(value.path.removesuffix("()"))
                if memo is not None and not _expires(program, memo, decorator, unit):
                    return decorator
    return None


def _expires(program: Program, memo: caches.Memo, decorator: Expr, unit: Unit) -> bool:
    if not isinstance(decorator, Call):
        return caches.expires(memo, frozenset())
    scope = program.resolver.definition_scope(unit.path, program.function(unit))
    given = argument(decorator, "cache", 0)
    paths = () if given is None else program.paths(given, scope)
    keywords = keyword_names(decorator.arguments)
    return any(caches.expires(memo, keywords, path.removesuffix("()")) for path in (*paths, ""))


def _returns_secret(flow: Flow, unit: Unit) -> bool:
    summary = flow.engine.summary(unit, unit)
    if summary is None:
        return False
    return any(
        origin.atom.root.kind == "stored" and flow.secrets.of(origin.atom) is not None
        for origin in flow.origins_of(summary.result)
    )
