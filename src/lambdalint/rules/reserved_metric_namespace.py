"""LMB709 ``reserved-metric-namespace``: metrics are published to a namespace that belongs to AWS."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.aws import client_call
from lambdalint.catalog import metrics
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.heads import literal_head
from lambdalint.link.model import Container, External, Scope, Site
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call, DictDisplay, Expr, Literal
from lambdalint.walk import argument


@rule(
    "LMB709",
    "reserved-metric-namespace",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html",
    ),
)
def reserved_metric_namespace(program: Program) -> Iterator[Diagnostic]:
    """Publishes metrics to a namespace that begins with `AWS/`.

    ## Why is this bad?
    Namespaces that begin with `AWS/` belong to the AWS services.  CloudWatch refuses to store metrics of one's own
    there: `PutMetricData` fails, and metrics in the log's embedded format are dropped.

    ## Bad
    ```python
    import boto3

    cloudwatch = boto3.client("cloudwatch")


    def lambda_handler(event, context):
        cloudwatch.put_metric_data(Namespace="AWS/Orders", MetricData=[{"MetricName": "Placed", "Value": 1}])
    ```

    ## Good
    ```python
    import boto3

    cloudwatch = boto3.client("cloudwatch")


    def lambda_handler(event, context):
        cloudwatch.put_metric_data(Namespace="Shop/Orders", MetricData=[{"MetricName": "Placed", "Value": 1}])
    ```

    ## Errs towards
    Silence: a namespace that is not written out in the code is not judged.
    """
    for unit in program.running_units:
        for site, call in program.sites_of(unit, Call):
            given = next(
                (g for v in program.external(call.func, site.scope) if (g := _namespace(program, v, call, site.scope))),
                None,
            )
            if given is None or not program.runs_on_lambda(site):
                continue
            head = literal_head(program, *given)
            if head is not None and head.text.startswith(metrics.RESERVED_PREFIX):
                yield _diagnostic(program, site, head.text if head.is_whole else f"{head.text}…")


def _diagnostic(program: Program, site: Site, namespace: str) -> Diagnostic:
    return program.report(
        site,
        f"metrics are published to `{namespace}`, a namespace that belongs to AWS",
        "choose a namespace that does not begin with `AWS/`",
        reach=program.reach_invoked(site),
    )


def _namespace(program: Program, value: External, call: Call, scope: Scope) -> tuple[Expr, Scope] | None:
    """The namespace to which a call publishes, with the scope that it is evaluated in."""
    known = metrics.PUBLISHERS.get(value.path)
    if known is None and value.base is not None and value.path.endswith(f".{metrics.NAMESPACE_SETTER.path}"):
        known = metrics.NAMESPACE_SETTER
    if known is not None:
        return _given(program, call, known.keyword, known.position, scope)
    method = client_call(program.resolver, value)
    if method is None or method.service not in (metrics.PUBLISHING_SERVICE, None):
        return None
    if not method.is_resource and method.method == metrics.PUBLISHING_OPERATION:
        return _given(program, call, metrics.NAMESPACE_KEYWORD, None, scope)
    return _of_resource(program, value) if method.method == metrics.METRIC_OPERATION else None


def _of_resource(program: Program, value: External) -> tuple[Expr, Scope] | None:
    """The namespace of `cloudwatch.Metric(namespace, name).put_data`."""
    made = value.base
    if made is None or made.call is None or made.scope is None:
        return None
    if not made.path.endswith(f".{metrics.METRIC_CONSTRUCTOR}()"):
        return None
    return _given(program, made.call, "namespace", 0, made.scope)


def _given(program: Program, call: Call, keyword: str, position: int | None, scope: Scope) -> tuple[Expr, Scope] | None:
    """What is passed for a parameter, also in a dict display that is unpacked."""
    found = argument(call, keyword, position)
    if found is not None:
        return found, scope
    for given in call.arguments:
        for value in program.resolve(given.value, scope) if given.star == "**" else ():
            if isinstance(value, Container) and isinstance(value.expr, DictDisplay):
                for item in value.expr.items:
                    if isinstance(item.key, Literal) and item.key.value == keyword:
                        return item.value, value.scope
    return None
