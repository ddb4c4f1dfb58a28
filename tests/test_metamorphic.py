"""One defect, written in many ways: the core rules find it in each, and find nothing in what is right in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lambdalint import engine
from lambdalint.config import Config
from lambdalint.rules import all_rules
from lambdalint.selection import Layer, resolve
from programs import write

Files = dict[str, str]


@dataclass(frozen=True)
class Spelling:
    """A way to import a member of a module: the statement, and what the member is called then."""

    name: str
    statement: str
    member: str

    def of(self, module: str, member: str) -> tuple[str, str]:
        given = {"module": module, "member": member, "top": member.partition(".")[0], "rest": member}
        rest = member.partition(".")[2]
        written = self.member.format(**given) + (f".{rest}" if rest and "{member}" not in self.member else "")
        return self.statement.format(**given), written


SPELLINGS = (
    Spelling("import", "import {module}", "{module}.{member}"),
    Spelling("alias", "import {module} as other", "other.{member}"),
    Spelling("from", "from {module} import {top}", "{top}"),
    Spelling("from-as", "from {module} import {top} as renamed", "renamed"),
    Spelling("local-alias", "import {module}\nother = {module}", "other.{member}"),
    Spelling("guarded", "try:\n    import {module}\nexcept ImportError:\n    raise", "{module}.{member}"),
)


@dataclass(frozen=True)
class Defect:
    """A fault of one rule as a line of INVOKE code, and its right counterpart.

    `bad` and `good` may say `{member}` for the imported `member` of `module`, and `event`; `before` are lines of
    the module that they need.
    """

    code: str
    module: str
    member: str
    bad: str
    good: str
    before: str = ""

    def lines(self, spelling: Spelling, *, good: bool = False) -> tuple[str, str]:
        """The head of the module that holds the line, and the line."""
        statement, member = spelling.of(self.module, self.member)
        line = (self.good if good else self.bad).format(member=member)
        return f"{statement}\n{self.before.format(member=member)}\n", line


DEFECTS = (
    Defect("LMB101", "os", "environ", "import csv", "{member}.get('a')"),
    Defect("LMB201", "boto3", "client", "held = {member}('s3')", "held = {member}"),
    Defect(
        "LMB201", "boto3", "resource", "{member}('dynamodb').Table('a').scan()", "held = made", "made = {member}('sqs')"
    ),
    Defect(
        "LMB401",
        "boto3",
        "client",
        "found = store.get_secret_value(SecretId='a')",
        "found = store.describe_secret(SecretId='a')",
        "store = {member}('secretsmanager')",
    ),
    Defect(
        "LMB402",
        "os",
        "environ",
        "print('key', {member}['API_TOKEN'])",
        "print('key', {member}['STAGE'], len({member}['API_TOKEN']))",
    ),
    Defect(
        "LMB403",
        "logging",
        "getLogger",
        "log.info('got %s', event)",
        "log.info('got %s', event['id'])",
        "log = {member}()",
    ),
)


# --- the places where the line may stand ---


def in_handler(head: str, line: str) -> Files:
    return {"app.py": f"{head}\ndef lambda_handler(event, context):\n    {line}\n    return event['id']\n"}


def in_function(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\ndef work(event):\n    {line}\n\n\ndef lambda_handler(event, context):\n    work(event)\n"
    }


def in_module(head: str, line: str) -> Files:
    return {
        "lib.py": f"{head}\ndef work(event):\n    {line}\n",
        "app.py": "import lib\n\ndef lambda_handler(event, context):\n    lib.work(event)\n",
    }


def in_package(head: str, line: str) -> Files:
    return {
        "pkg/__init__.py": "from .inner import work\n",
        "pkg/inner.py": f"{head}\ndef work(event):\n    {line}\n",
        "app.py": "from pkg import work as run\n\ndef lambda_handler(event, context):\n    run(event)\n",
    }


def in_relative_module(head: str, line: str) -> Files:
    return {
        "pkg/__init__.py": "",
        "pkg/lib.py": f"{head}\ndef work(event):\n    {line}\n",
        "pkg/app.py": "from . import lib\n\ndef lambda_handler(event, context):\n    return lib.work(event)\n",
    }


def in_starred_module(head: str, line: str) -> Files:
    return {
        "lib.py": f"{head}\n__all__ = ['work']\n\ndef work(event):\n    {line}\n",
        "app.py": "from lib import *\n\ndef lambda_handler(event, context):\n    work(event)\n",
    }


def in_method(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nclass Worker:\n    def work(self, event):\n        {line}\n\n\n"
        "def lambda_handler(event, context):\n    worker = Worker()\n    worker.work(event)\n"
    }


def in_inherited_method(head: str, line: str) -> Files:
    return {
        "lib.py": f"{head}\nclass Base:\n    def run(self, event):\n        self.work(event)\n\n"
        f"    def work(self, event):\n        {line}\n",
        "app.py": "from lib import Base\n\nclass Worker(Base):\n    pass\n\n"
        "WORKER = Worker()\n\ndef lambda_handler(event, context):\n    WORKER.run(event)\n",
    }


def in_static_method(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nclass Worker:\n    @staticmethod\n    def work(event):\n        {line}\n\n\n"
        "def lambda_handler(event, context):\n    Worker.work(event)\n"
    }


def in_decorator(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nimport functools\n\ndef traced(function):\n    @functools.wraps(function)\n"
        f"    def wrapper(event, context):\n        {line}\n        return function(event, context)\n"
        "    return wrapper\n\n\n"
        "@traced\ndef lambda_handler(event, context):\n    return event['id']\n"
    }


def in_nested_function(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\ndef lambda_handler(event, context):\n    def work():\n        {line}\n\n    return work()\n"
    }


def in_partial(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nimport functools\n\ndef work(stage, event):\n    {line}\n\n\n"
        "run = functools.partial(work, 'dev')\n\ndef lambda_handler(event, context):\n    run(event)\n"
    }


def in_table(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\ndef work(event):\n    {line}\n\n\nTABLE = {{'a': work}}\n\n\n"
        "def lambda_handler(event, context):\n    TABLE[event['id']](event)\n"
    }


def in_thread_pool(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nfrom concurrent.futures import ThreadPoolExecutor\n\ndef work(event):\n    {line}\n\n\n"
        "def lambda_handler(event, context):\n    with ThreadPoolExecutor() as pool:\n"
        "        pool.submit(work, event).result()\n"
    }


def in_coroutine(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nimport asyncio\n\nasync def work(event):\n    {line}\n\n\n"
        "def lambda_handler(event, context):\n    asyncio.run(work(event))\n"
    }


def in_two_handlers(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\ndef work(event):\n    {line}\n\n\n"
        "def one_handler(event, context):\n    work(event)\n\n\ndef two_handler(event, context):\n    work(event)\n"
    }


def in_class_handler(head: str, line: str) -> Files:
    return {
        "app.py": f"{head}\nclass Handler:\n    def __call__(self, event, context):\n        {line}\n\n\n"
        "handler = Handler()\n"
    }


PLACES: tuple[Callable[[str, str], Files], ...] = (
    in_handler,
    in_function,
    in_module,
    in_package,
    in_relative_module,
    in_starred_module,
    in_method,
    in_inherited_method,
    in_static_method,
    in_decorator,
    in_nested_function,
    in_partial,
    in_table,
    in_thread_pool,
    in_coroutine,
    in_two_handlers,
    in_class_handler,
)


def codes(folder: Path, code: str) -> list[str]:
    selection = resolve(Config(), all_rules(), Layer(select=(code,)))
    report = engine.check(engine.Request((str(folder),), Config(), selection))
    assert not report.errors, report.errors
    return [finding.code for finding in report.findings]


def ids(value: object) -> str:
    return getattr(value, "code", None) or getattr(value, "name", None) or getattr(value, "__name__", str(value))


@pytest.mark.parametrize("place", PLACES, ids=ids)
@pytest.mark.parametrize("defect", DEFECTS, ids=ids)
def test_a_defect_is_found_wherever_it_stands(defect: Defect, place: Callable[..., Files], tmp_path: Path) -> None:
    for spelling in SPELLINGS:
        bad = write(tmp_path / f"bad-{spelling.name}", place(*defect.lines(spelling)))
        assert codes(bad, defect.code) == [defect.code], spelling.name
        good = write(tmp_path / f"good-{spelling.name}", place(*defect.lines(spelling, good=True)))
        assert codes(good, defect.code) == [], spelling.name


@pytest.mark.parametrize("defect", DEFECTS, ids=ids)
def test_layout_and_unreached_code_change_nothing(defect: Defect, tmp_path: Path) -> None:
    head, line = defect.lines(SPELLINGS[0])
    plain = in_module(head, line)
    spread = {name: "# A comment.\n\n\n" + text.replace("\n", "\n\n\n") for name, text in plain.items()}
    tabbed = {name: text.replace("    ", "\t") for name, text in plain.items()}
    extended = {
        **plain,
        "unused.py": plain["lib.py"],
        "more/other.py": "def lambda_handler(event, context):\n    pass\n",
    }
    copied = {"one/" + name: text for name, text in plain.items()} | {"two/" + n: t for n, t in plain.items()}
    for number, (files, count) in enumerate(((plain, 1), (spread, 1), (tabbed, 1), (extended, 1), (copied, 2))):
        assert len(codes(write(tmp_path / str(number), files), defect.code)) == count, number


ADAPTERS: dict[str, Files] = {
    "import": {"app.py": "import mangum, fastapi\nhandler = mangum.Mangum(fastapi.FastAPI(){})\n"},
    "from": {
        "app.py": "from mangum import Mangum\nfrom fastapi import FastAPI\napp = FastAPI()\nhandler = Mangum(app{})\n"
    },
    "from-as": {
        "app.py": "from mangum import Mangum as M\nfrom fastapi import FastAPI\n"
        "app = FastAPI()\nhandler = M(app=app{})\n"
    },
    "other module": {
        "api.py": "from fastapi import FastAPI\napi = FastAPI()\n",
        "app.py": "from mangum import Mangum\nfrom api import api\nhandler = Mangum(api{})\n",
    },
    "package": {
        "pkg/__init__.py": "",
        "pkg/api.py": "from starlette.applications import Starlette\napi = Starlette()\n",
        "pkg/app.py": "import mangum as m\nfrom .api import api\nhandler = m.Mangum(api{})\n",
    },
    "factory": {
        "app.py": "from mangum import Mangum\nfrom fastapi import FastAPI\n\ndef create():\n"
        "    return FastAPI()\n\n\nhandler = Mangum(create(){})\n",
    },
    "wrapped": {
        "app.py": "from mangum import Mangum\nfrom fastapi import FastAPI\napp = FastAPI()\n"
        "adapter = Mangum(app{})\n\n\n"
        "def lambda_handler(event, context):\n    return adapter(event, context)\n",
    },
}


@pytest.mark.parametrize("name", ADAPTERS)
def test_adapters_are_found_however_they_are_made(name: str, tmp_path: Path) -> None:
    for number, (argument, count) in enumerate(
        (
            ("", 1),
            (", lifespan='auto'", 1),
            (", lifespan='on'", 1),
            (", lifespan='off'", 0),
            (", **{'lifespan': 'off'}", 0),
        )
    ):
        files = {path: text.replace("{}", argument) for path, text in ADAPTERS[name].items()}
        assert len(codes(write(tmp_path / str(number), files), "LMB301")) == count, argument
