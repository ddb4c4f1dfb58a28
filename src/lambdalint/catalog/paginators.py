"""AWS operations that page (LMB206): which member of the answer says that there is more, and what asks for it.

The rows lie in `paginators.txt`, written by `scripts/refresh_catalog.py` from botocore's paginator data, and are read
when first asked for.  https://boto3.amazonaws.com/v1/documentation/api/latest/guide/paginators.html
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

SOURCE = "https://github.com/boto/botocore/tree/develop/botocore/data"

_TABLE = Path(__file__).with_name("paginators.txt")


class Paging(NamedTuple):
    """How an operation pages: `inputs` are the parameters that continue, `outputs` the members that hold their values.

    An output may be a path into the answer: `DistributionList.NextMarker`.  `more` is the member that says whether
    there is more (`IsTruncated`), "" where none does.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    more: str


@lru_cache(maxsize=1)
def _table() -> dict[str, tuple[str, ...]]:
    """The lines of each service, undecoded."""
    lines: dict[str, list[str]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            service, _, rest = line.partition(" ")
            lines.setdefault(service, []).append(rest)
    return {service: tuple(rest) for service, rest in lines.items()}


@lru_cache(maxsize=64)
def operations(service: str) -> dict[str, Paging]:
    """The paging operations of a boto3 service by their method name; empty for a service that has none."""
    found: dict[str, Paging] = {}
    for line in _table().get(service, ()):
        shape, *methods = line.split()
        inputs, outputs, more = shape.split(">")
        paging = Paging(tuple(inputs.split(",")), tuple(outputs.split(",")), more)
        found.update(dict.fromkeys(methods, paging))
    return found


def find(service: str, method: str) -> Paging | None:
    """How a client's method pages, e.g. ("dynamodb", "query"); None when it does not."""
    return operations(service).get(method)


def origin() -> str:
    """The table's first line: the botocore release that it was made from and the day."""
    with _TABLE.open(encoding="utf-8") as lines:
        return lines.readline().lstrip("# ").rstrip()
