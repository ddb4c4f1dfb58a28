"""LMB208 ``hardcoded-region``: a client is bound to one region by a literal."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.aws import service_of
from lambdalint.catalog import clients
from lambdalint.catalog.network import is_local_url
from lambdalint.catalog.regions import CONFIGS, POSITIONS, REGION_KEYWORD, is_region, serves_one_region
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.constants import constant
from lambdalint.link.model import External, Site
from lambdalint.program import Program
from lambdalint.remote import head_of
from lambdalint.rules.base import rule
from lambdalint.summary import Call
from lambdalint.walk import argument


@rule(
    "LMB208",
    "hardcoded-region",
    Severity.NOTE,
    default=False,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",),
)
def hardcoded_region(program: Program) -> Iterator[Diagnostic]:
    """Names a region in a literal.

    ## Why is this bad?
    Lambda sets `AWS_REGION`, and clients use it.  A region in the code makes the function work on another region's
    resources when it is deployed elsewhere: for failover, for a second market, for a test.

    ## Bad
    ```python
    import boto3

    s3 = boto3.client("s3", region_name="eu-west-1")


    def lambda_handler(event, context):
        s3.delete_object(Bucket="reports", Key=event["key"])
    ```

    ## Good
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        s3.delete_object(Bucket="reports", Key=event["key"])
    ```

    ## Errs towards
    Noise: a bucket or a model may really be in one region only.  Services that are served from one region, such as
    Route 53, CloudFront or Cost Explorer, are left out.
    """
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            region = next((r for value in values if (r := _region(program, site, call, value)) is not None), None)
            if region is not None and program.runs_on_lambda(site):
                yield program.report(
                    site,
                    f'region is fixed to "{region}"',
                    "leave the region out: clients use the function's own",
                    reach=program.reach_invoked(site),
                )


def _region(program: Program, site: Site, call: Call, value: External) -> str | None:
    """The literal region that a call of an AWS factory is given."""
    factory = clients.find(value.path)
    is_aws = factory is not None and (factory.kind == "session" or clients.is_aws_client(value.path))
    if not is_aws and value.path not in CONFIGS:
        return None
    given = argument(call, REGION_KEYWORD, POSITIONS.get(value.path.rpartition(".")[2]))
    literal = constant(program.resolver, given, site.scope)
    if literal is None or not isinstance(literal.value, str) or not is_region(literal.value):
        return None
    service = service_of(program.resolver, External(value.path + "()", value, call, site.scope))
    if service is not None and serves_one_region(service):
        return None
    endpoint = argument(call, "endpoint_url")
    if endpoint is not None and is_local_url(head_of(program.resolver, endpoint, site.scope)):
        return None
    return literal.value
