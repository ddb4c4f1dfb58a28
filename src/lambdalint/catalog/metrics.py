"""Calls that publish CloudWatch metrics, and the namespaces that belong to AWS (LMB709).

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html: a namespace of one's own must
not begin with `AWS/`.
"""

from __future__ import annotations

from typing import NamedTuple

CHECKED = "2026-11-25"

RESERVED_PREFIX = "AWS/"

# The operation of a CloudWatch client; its namespace is a keyword.
PUBLISHING_SERVICE = "cloudwatch"
PUBLISHING_OPERATION = "put_metric_data"
NAMESPACE_KEYWORD = "Namespace"
# The resource of a metric, `cloudwatch.Metric(namespace, name).put_data()`.
# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/cloudwatch/metric/
METRIC_OPERATION = "put_data"
METRIC_CONSTRUCTOR = "Metric"


class Publisher(NamedTuple):
    """A callable that publishes to a namespace: its dotted path, and the namespace's position and keyword."""

    path: str
    position: int | None
    keyword: str


# https://docs.powertools.aws.dev/lambda/python/latest/core/metrics/
_POWERTOOLS = "aws_lambda_powertools."
_CLASSES = ("Metrics", "metrics.Metrics", "metrics.metrics.Metrics", "metrics.EphemeralMetrics")
_PROVIDERS = ("metrics.provider.cloudwatch_emf.cloudwatch.AmazonCloudWatchEMFProvider",)
_FUNCTIONS = ("single_metric", "metrics.single_metric", "metrics.base.single_metric")
PUBLISHERS: dict[str, Publisher] = {
    publisher.path: publisher
    for publisher in (
        *(Publisher(_POWERTOOLS + path, 1, "namespace") for path in _CLASSES),
        *(Publisher(_POWERTOOLS + path, None, "namespace") for path in _PROVIDERS),
        *(Publisher(_POWERTOOLS + path, 4, "namespace") for path in _FUNCTIONS),
    )
}
# The method of a metrics logger.  https://github.com/awslabs/aws-embedded-metrics-python
NAMESPACE_SETTER = Publisher("set_namespace", 0, "namespace")
