"""A made-up monorepo of any size: services on AWS Lambda with their templates, and other Python around them.

The same size and seed give the same files.  The code is ordinary, and does here and there what linters report.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_NOUNS = ("order", "invoice", "shipment", "customer", "basket", "payment", "refund", "ticket", "report", "asset")
_VERBS = ("create", "update", "cancel", "fetch", "archive", "export", "notify", "resize", "enrich", "approve")
_TABLES = ("orders", "invoices", "shipments", "customers", "baskets", "payments", "refunds", "tickets")


class Source(NamedTuple):
    """One file: its path in the monorepo, with `/`, and its text."""

    path: str
    text: str


def monorepo(services: int, seed: int = 0) -> Iterator[Source]:
    """The files of a monorepo with that many services: about 1,500 lines of Python each."""
    for number in range(services):
        yield from _service(number, random.Random(f"{seed}-{number}"))
    yield Source("README.md", f"# A made-up monorepo of {services} services\n")


def write(folder: Path, services: int, seed: int = 0) -> tuple[int, int]:
    """Write a monorepo below a folder; the number of its Python files and of their lines."""
    files = lines = 0
    for source in monorepo(services, seed):
        path = folder / source.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source.text, encoding="utf-8")
        if source.path.endswith(".py"):
            files += 1
            lines += source.text.count("\n")
    return files, lines


def _service(number: int, chance: random.Random) -> Iterator[Source]:
    """A service: four functions, the package that they share, an internal web application, tests and data."""
    noun = _NOUNS[number % len(_NOUNS)]
    home = f"services/{noun}-{number:04}"
    package = f"{noun}_{number:04}"
    verbs = chance.sample(_VERBS, 4)
    yield Source(f"{home}/template.yaml", _template(noun, verbs))
    for verb in verbs:
        yield Source(f"{home}/src/{verb}_{noun}.py", _handler(verb, noun, package, chance))
    yield Source(f"{home}/src/{package}/__init__.py", f'"""What the functions of the {noun} service share."""\n')
    yield Source(f"{home}/src/{package}/storage.py", _storage(noun, chance))
    yield Source(f"{home}/src/{package}/models.py", _models(noun, chance))
    yield Source(f"{home}/src/{package}/pricing.py", _plain_module(noun, chance, 6))
    for part in range(5):
        yield Source(f"{home}/backoffice/views_{part}.py", _plain_module(noun, chance, 10))
    for verb in verbs[:2]:
        yield Source(f"{home}/tests/test_{verb}.py", _test(verb, noun))
    yield Source(f"{home}/events/{verbs[0]}.json", json.dumps({"Records": [{"body": noun}] * 20}, indent=2) + "\n")


def _template(noun: str, verbs: list[str]) -> str:
    rows = [
        "AWSTemplateFormatVersion: '2010-09-09'",
        "Transform: AWS::Serverless-2016-10-31",
        "Globals:",
        "  Function:",
        "    Runtime: python3.13",
        "    Timeout: 30",
        "    Environment:",
        "      Variables:",
        f"        TABLE_NAME: {noun}-table",
        "        LOG_LEVEL: INFO",
        "Resources:",
    ]
    for verb in verbs:
        rows += [
            f"  {verb.title()}{noun.title()}Function:",
            "    Type: AWS::Serverless::Function",
            "    Properties:",
            "      CodeUri: src/",
            f"      Handler: {verb}_{noun}.lambda_handler",
            "      Events:",
            "        Api:",
            "          Type: HttpApi",
            "          Properties:",
            f"            Path: /{noun}s/{verb}",
            "            Method: POST",
        ]
    return "\n".join(rows) + "\n"


def _handler(verb: str, noun: str, package: str, chance: random.Random) -> str:
    inside = '    client = boto3.client("sns")\n' if chance.random() < 0.3 else ""
    outside = "" if inside else 'client = boto3.client("sns")\n'
    late = "    import uuid\n\n" if chance.random() < 0.2 else ""
    early = "" if late else "import uuid\n"
    return f'''"""Function: {verb} a {noun}."""

from __future__ import annotations

import json
import logging
import os
{early}from datetime import datetime, timezone
from typing import Any

import boto3

from {package} import pricing
from {package}.models import {noun.title()}, parse_{noun}
from {package}.storage import Storage

logger = logging.getLogger(__name__)
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))
storage = Storage(os.environ["TABLE_NAME"])
{outside}

class InvalidRequest(Exception):
    """A request that cannot be carried out."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


def lambda_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
{late}{inside}    request_id = str(uuid.uuid4())
    try:
        {noun} = parse_{noun}(json.loads(event.get("body") or "{{}}"))
        result = _{verb}({noun}, request_id)
    except InvalidRequest as error:
        return _response(error.status, {{"message": str(error)}})
    except KeyError as error:
        logger.warning("missing field", extra={{"field": str(error), "request_id": request_id}})
        return _response(400, {{"message": "missing field"}})
    client.publish(TopicArn=os.environ.get("TOPIC_ARN", ""), Message=json.dumps(result, default=str))
    return _response(200, result)


def _{verb}({noun}: {noun.title()}, request_id: str) -> dict[str, Any]:
    if {noun}.quantity <= 0:
        raise InvalidRequest("the quantity must be positive")
    known = storage.get({noun}.identifier)
    if known is not None and known.get("state") == "closed":
        raise InvalidRequest("it is closed", status=409)
    total = pricing.compute_0({noun}.price, {noun}.quantity)
    record = {{
        "id": {noun}.identifier,
        "state": "{verb}",
        "total": str(total),
        "request": request_id,
        "at": datetime.now(timezone.utc).isoformat(),
    }}
    storage.put(record)
    for tag in sorted({noun}.tags):
        if tag.startswith("urgent"):
            logger.info("urgent", extra={{"tag": tag, "id": {noun}.identifier}})
    return record


def _response(status: int, body: dict[str, Any]) -> dict[str, Any]:
    return {{"statusCode": status, "headers": {{"content-type": "application/json"}}, "body": json.dumps(body)}}
'''


def _storage(noun: str, chance: random.Random) -> str:
    table = chance.choice(_TABLES)
    return f'''"""Access to the table of {table}."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import ClientError


@functools.lru_cache(maxsize=None)
def _resource() -> Any:
    return boto3.resource("dynamodb")


class Storage:
    """A table with a few ways to read it."""

    def __init__(self, name: str, attempts: int = {chance.randint(2, 6)}) -> None:
        self.name = name
        self.attempts = attempts
        self._table: Any = None

    @property
    def table(self) -> Any:
        if self._table is None:
            self._table = _resource().Table(self.name)
        return self._table

    def get(self, identifier: str) -> dict[str, Any] | None:
        found = self._retry(lambda: self.table.get_item(Key={{"id": identifier}}))
        return found.get("Item")

    def put(self, record: dict[str, Any]) -> None:
        self._retry(lambda: self.table.put_item(Item=record))

    def all(self, state: str) -> Iterator[dict[str, Any]]:
        start: dict[str, Any] = {{}}
        while True:
            page = self.table.query(IndexName="state", **start)
            yield from (item for item in page["Items"] if item.get("state") == state)
            if "LastEvaluatedKey" not in page:
                return
            start = {{"ExclusiveStartKey": page["LastEvaluatedKey"]}}

    def _retry(self, call: Any) -> Any:
        for attempt in range(self.attempts):
            try:
                return call()
            except ClientError as error:
                if error.response["Error"]["Code"] != "ThrottlingException":
                    raise
                time.sleep(2**attempt / 100)
        raise TimeoutError(f"{{self.name}} of {noun} does not answer")
'''


def _models(noun: str, chance: random.Random) -> str:
    fields = chance.sample(["colour", "weight", "origin", "channel", "campaign", "locale", "carrier", "region"], 5)
    rows = "\n".join(f'    {field}: str = ""' for field in fields)
    reads = "\n".join(f'        {field}=str(raw.get("{field}", "")),' for field in fields)
    return f'''"""The {noun} and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class {noun.title()}:
    """One {noun}."""

    identifier: str
    price: Decimal
    quantity: int = 1
    tags: frozenset[str] = field(default_factory=frozenset)
{rows}


def parse_{noun}(raw: dict[str, Any]) -> {noun.title()}:
    """Read a {noun}.  Raises KeyError for a missing field."""
    return {noun.title()}(
        identifier=str(raw["id"]),
        price=Decimal(str(raw["price"])),
        quantity=int(raw.get("quantity", 1)),
        tags=frozenset(raw.get("tags", ())),
{reads}
    )
'''


def _plain_module(noun: str, chance: random.Random, functions: int) -> str:
    """Ordinary computation, as most of the Python of a monorepo is."""
    parts = [
        f'"""Calculations about a {noun}."""\n\nfrom __future__ import annotations\n\nfrom decimal import Decimal\n'
    ]
    for number in range(functions):
        rate, limit, step = chance.randint(2, 30), chance.randint(50, 900), chance.randint(2, 9)
        parts.append(f'''

def compute_{number}(price: Decimal, quantity: int = {step}) -> Decimal:
    """The {number}th way to reckon with a {noun}."""
    total = price * quantity
    if total > {limit}:
        total -= total * Decimal({rate}) / 100
    elif quantity % {step} == 0:
        total = total.quantize(Decimal("0.01"))
    steps = [total / part for part in range(1, {step + 3}) if part % 2]
    for position, value in enumerate(steps):
        if value < {rate} and position:
            break
        total += value / {limit}
    return max(total, Decimal(0))
''')
    return "".join(parts)


def _test(verb: str, noun: str) -> str:
    return f"""from {verb}_{noun} import lambda_handler


def test_{verb}() -> None:
    assert lambda_handler({{"body": "{{}}"}}, None)["statusCode"] == 400
"""


def main() -> None:
    """Write a monorepo from the command line."""
    parser = argparse.ArgumentParser(description="Write a made-up monorepo.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--services", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    files, lines = write(given.folder, given.services, given.seed)
    print(f"{files} Python files, {lines} lines")


if __name__ == "__main__":
    main()
