"""Handler modules made at random from a small grammar, with what fixes look for and what they must not touch."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

# Statements of a function body, one level of indentation written as four spaces; `{n}` is a number of their own.
SIMPLE = (
    "import json  # for later",
    "import csv",
    "import json as j{n}",
    "from datetime import datetime, timezone",
    "from os import path as p",
    "import requests",
    "# About the next lines.\ns3 = boto3.client('s3')",
    's3 = boto3.client("s3")  # the store',
    "client = boto3.client(\n    'sqs',\n    region_name=REGION,  # here\n)",
    "table = boto3.resource('dynamodb').Table(TABLE)",
    "queue: 'SQSClient' = boto3.client('sqs')",
    "region = os.environ['REGION']\nsns = boto3.client('sns', region_name=region)",
    "config = Config(read_timeout=5)\nkms = boto3.client('kms', config=config)",
    "boto3.client('s3').put_object(Bucket='b', Key=event['key'])",
    "session = requests.Session()\nsession.get('https://example.com', timeout=2)",
    "secret = secrets.get_secret_value(SecretId='prod/x')['SecretString']",
    "value = ssm.get_parameter(Name=event['name'])['Parameter']['Value']",
    "found = fetch('a')",
    "store = Store(event['tenant'])",
    "print('got', event)",
    "logger.info('event %s', event)",
    "rows = [x for x in event['rows']]",
    'text = """kept\n  as it is\n"""',
    "with httpx.Client(timeout=3) as http:\n    # inside\n    marker({n})\n    page = http.get('https://example.com')",
    "marker({n})",
    "marker({n})  # stays",
    "global COUNT\nCOUNT = {n}",
    "ident = context.request_id",
)
HEADS = ("if event.get('x'):", "for item in event['items']:", "try:", "while waiting():", "with lock:")
TOPS = (
    "TABLE = 'orders'  # the table",
    "# Stands for itself.",
    "logger = logging.getLogger()",
    "secrets = boto3.client('secretsmanager')\nssm = boto3.client('ssm')",
    "REGION = 'eu-west-1'",
    "COUNT = 0",
    "logging.basicConfig(level=logging.INFO)",
    "marker({n})",
    "if DEBUG:\n    marker({n})",
)
IMPORTS = (
    "import boto3",
    "import logging",
    "import os",
    "import functools",
    "import httpx",
    "import requests",
    "from botocore.config import Config",
    "from datetime import datetime",
    "from functools import lru_cache",
    "try:\n    import fast\nexcept ImportError:\n    fast = None",
)
HELPERS = (
    "def fetch(name):\n    return secrets.get_secret_value(SecretId=name)['SecretString']",
    "def table(name):\n    return boto3.resource('dynamodb').Table(name)",
    "class Store:\n    # A store.\n    def __init__(self, tenant):\n        self.tenant = tenant\n"
    "        self.s3 = boto3.client('s3')  # one\n\n    def save(self):\n        self.s3.put_object(Bucket='b')",
    "@decorated  # so\ndef helper(value):\n    marker({n})\n    return value",
)
HEADERS = ("", '"""Handles things."""\n\n', "# A header.\n\n", "from __future__ import annotations\n\n")
RETURNS = (
    "return {'statusCode': 200, 'body': 'ok'}",
    "return {'statusCode': 200, 'body': {'id': event['id']}}",
    "return None",
    "marker({n})",
)


@dataclass(frozen=True)
class Written:
    """A module as it lies on disk, and how it is written."""

    data: bytes
    newline: str
    indent: str


class _Numbers:
    def __init__(self) -> None:
        self.last = 0

    def fill(self, text: str) -> str:
        """The text with a new number for each place that wants one."""
        while "{n}" in text:
            self.last += 1
            text = text.replace("{n}", str(self.last), 1)
        return text


def _indented(text: str, levels: int) -> str:
    return "\n".join(f"{'    ' * levels}{line}" if line else "" for line in text.split("\n"))


@st.composite
def _body(draw: st.DrawFn, depth: int = 0) -> str:
    """Statements of a block, with blank lines here and there."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 4 if depth else 5))):
        if depth < 2 and draw(st.integers(0, 5)) == 0:
            head = draw(st.sampled_from(HEADS))
            inner = _indented(draw(_body(depth + 1)), 1)
            parts.append(f"{head}\n{inner}" + ("\nexcept ValueError:\n    marker({n})" if head == "try:" else ""))
        else:
            parts.append(draw(st.sampled_from(SIMPLE)))
        if draw(st.integers(0, 3)) == 0:
            parts.append("")
    while parts and not parts[-1]:
        parts.pop()
    return "\n".join(parts)


@st.composite
def modules(draw: st.DrawFn) -> Written:
    """A module with handlers, in some encoding, line ending and indentation."""
    cookie = draw(st.sampled_from(("", "", "# -*- coding: latin-1 -*-\n")))
    head = draw(
        st.sampled_from(("", '"""Handles things."""\n\n', "# A header.\n\n", "from __future__ import annotations\n\n"))
    )
    imports = "\n".join(draw(st.lists(st.sampled_from(IMPORTS), max_size=6, unique=True)))
    tops = "\n".join(draw(st.lists(st.sampled_from(TOPS), max_size=4, unique=True)))
    blank = "\n" * draw(st.sampled_from((2, 3)))
    blocks = draw(st.lists(st.sampled_from(HELPERS), max_size=2, unique=True))
    for number in range(draw(st.integers(1, 2))):
        body = f"{draw(_body())}\n{draw(st.sampled_from(RETURNS))}"
        blocks.append(
            f"def {'lambda_' if number == 0 else f'other_{number}_'}handler(event, context):\n{_indented(body, 1)}"
        )
    text = cookie + head + blank.join(part for part in (imports, tops, *draw(st.permutations(blocks))) if part)
    text = _Numbers().fill(text) + draw(st.sampled_from(("", "\n", "\n\n\n", "\n# the end é\n")))
    indent = draw(st.sampled_from(("    ", "  ", "\t")))
    newline = draw(st.sampled_from(("\n", "\r\n")))
    data = _rewritten(text, indent).replace("\n", newline).encode("latin-1" if cookie else "utf-8")
    has_mark = not cookie and draw(st.integers(0, 4)) == 0
    return Written(b"\xef\xbb\xbf" + data if has_mark else data, newline, indent)


def _rewritten(text: str, indent: str) -> str:
    """The text with another indentation, but for rows inside of the long string."""
    rows: list[str] = []
    inside = False
    for row in text.split("\n"):
        stripped = row.lstrip(" ")
        levels = (len(row) - len(stripped)) // 4
        rows.append(row if inside else indent * levels + stripped)
        inside = inside != (row.count('"""') % 2 == 1)
    return "\n".join(rows)
