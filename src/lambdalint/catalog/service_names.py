"""How prose calls the services of AWS, by the names that boto3 has for them: `events` is Amazon EventBridge.

The rows lie in `service_names.txt`, written by `scripts/refresh_catalog.py` from botocore's service data, and are read
when first asked for.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

SOURCE = "https://github.com/boto/botocore/tree/develop/botocore/data"

_TABLE = Path(__file__).with_name("service_names.txt")
# What people call a service by besides: its best known part, or a name in one word or two.
_BESIDES = {
    "apigatewaymanagementapi": "websocket",
    "ce": "cost",
    "cognito-idp": "user pool",
    "cognito-identity": "identity pool",
    "dynamodb": "dynamo db table",
    "events": "event bridge",
    "scheduler": "event bridge",
    "secretsmanager": "secret",
    "sns": "topic",
    "sqs": "queue",
    "ssm": "parameter parameters store",
    "stepfunctions": "step functions state machine",
    "sts": "token",
}


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    lines = (line.partition(" ") for line in _TABLE.read_text(encoding="utf-8").splitlines())
    return {service: rest for service, _, rest in lines}


def words_of(service: str) -> frozenset[str]:
    """The words in lower case by which prose names a service of boto3's, e.g. "events"; none for what is no service."""
    return frozenset(f"{_table().get(service, '')} {_BESIDES.get(service, '')}".split())


def is_service(service: str) -> bool:
    """Whether boto3 has a client of that name."""
    return service in _table()


def is_nearly_service(service: str) -> bool:
    """Whether a name differs little from that of a service: `stepfuntions`."""
    return bool(get_close_matches(service, _table(), n=1, cutoff=0.9))
