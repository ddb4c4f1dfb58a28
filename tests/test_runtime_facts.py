"""What the rules say of the runtime is so: code that breaks a rule fails in the real runtime, its twin does not.

Each handler serves three events in one process through awslambdaric, as a warm execution environment does.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from equivalence import Harness, Plan, Post, Record, why_unavailable
from fixture_cases import found

REASON = why_unavailable()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")

OK = "ok"
MARSHAL = "Runtime.MarshalError"
HTTP_EVENT = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/",
    "rawQueryString": "",
    "headers": {"host": "example.com"},
    "requestContext": {
        "http": {"method": "GET", "path": "/", "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1", "userAgent": "test"},
        "domainName": "example.com",
        "stage": "$default",
    },
    "isBase64Encoded": False,
}
TEMPLATE = """
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, CodeUri: ., Handler: app.lambda_handler}
"""
# Makes semaphores and shared memory fail as where there is no /dev/shm: managed runtimes are said to give errno 38.
WITHOUT_SHARED_MEMORY = """
import _multiprocessing
import _posixshmem
import errno


def no_shared_memory(*arguments, **keywords):
    raise OSError(errno.ENOSYS, "Function not implemented")


class NoSemaphore:
    SEM_VALUE_MAX = _multiprocessing.SemLock.SEM_VALUE_MAX

    def __init__(self, *arguments):
        raise OSError(errno.ENOSYS, "Function not implemented")


_multiprocessing.SemLock = NoSemaphore
_posixshmem.shm_open = no_shared_memory
"""


class Fact(NamedTuple):
    """A rule, a handler's module that breaks it and one that does not; how three events end with the first.

    `message` stands in the error of the first event that fails.
    """

    code: str
    bad: str
    good: str
    outcomes: tuple[str, str, str]
    message: str = ""
    event: object = {"id": 1}


FACTS = (
    Fact(
        "LMB701",
        """
        async def lambda_handler(event, context):
            return event
        """,
        """
        import asyncio


        async def answer(event):
            return event


        def lambda_handler(event, context):
            return asyncio.run(answer(event))
        """,
        (MARSHAL, MARSHAL, MARSHAL),
        "Object of type coroutine is not JSON serializable",
    ),
    Fact(
        "LMB701",
        """
        async def lambda_handler(event, context):
            yield event
        """,
        """
        def lambda_handler(event, context):
            return event
        """,
        (MARSHAL, MARSHAL, MARSHAL),
        "async_generator",
    ),
    Fact(
        "LMB702",
        """
        def lambda_handler(event):
            return event
        """,
        """
        def lambda_handler(first, second=None, *more, third=3):
            return first
        """,
        ("TypeError", "TypeError", "TypeError"),
        "takes 1 positional argument but 2 were given",
    ),
    Fact(
        "LMB702",
        """
        def lambda_handler(event, context, *, table):
            return event
        """,
        """
        def lambda_handler(*given):
            return given[0]
        """,
        ("TypeError", "TypeError", "TypeError"),
        "missing 1 required keyword-only argument",
    ),
    Fact(
        "LMB703",
        """
        def lambda_handler(event, context):
            return context.request_id
        """,
        """
        def lambda_handler(event, context):
            return context.aws_request_id
        """,
        ("AttributeError", "AttributeError", "AttributeError"),
        "'LambdaContext' object has no attribute 'request_id'",
    ),
    Fact(
        "LMB703",
        """
        def lambda_handler(event, context):
            return context.identity.cognitoIdentityId
        """,
        """
        def lambda_handler(event, context):
            names = (context.function_name, context.memory_limit_in_mb, context.log_group_name, context.tenant_id)
            return [str(name) for name in (*names, context.w3c, context.identity.cognito_identity_id)]
        """,
        ("AttributeError", "AttributeError", "AttributeError"),
        "cognitoIdentityId",
    ),
    Fact(
        "LMB609",
        """
        import sys


        def lambda_handler(event, context):
            sys.exit(0)
        """,
        """
        import sys


        def lambda_handler(event, context):
            try:
                sys.exit(0)
            except SystemExit as error:
                return error.code
        """,
        ("exit", "", ""),
    ),
    Fact(
        "LMB609",
        """
        import os


        def lambda_handler(event, context):
            try:
                os._exit(3)
            except BaseException:
                return "caught"
        """,
        """
        def lambda_handler(event, context):
            return "here"
        """,
        ("", "", ""),
    ),
    Fact(
        "LMB610",
        """
        import asyncio
        import functools


        @functools.lru_cache
        async def rate(currency):
            return 2


        def lambda_handler(event, context):
            return asyncio.run(rate("EUR"))
        """,
        """
        import asyncio
        import functools


        @functools.lru_cache
        def rate(currency):
            return 2


        async def answer():
            return rate("EUR")


        def lambda_handler(event, context):
            return asyncio.run(answer())
        """,
        (OK, "RuntimeError", "RuntimeError"),
        "cannot reuse already awaited coroutine",
    ),
    Fact(
        "LMB204",
        """
        import asyncio

        lock = asyncio.Lock()


        async def one(number):
            async with lock:
                await asyncio.sleep(0)
            return number


        async def both():
            return await asyncio.gather(one(1), one(2))


        def lambda_handler(event, context):
            return asyncio.run(both())
        """,
        """
        import asyncio


        async def one(number, lock):
            async with lock:
                await asyncio.sleep(0)
            return number


        async def both():
            lock = asyncio.Lock()
            return await asyncio.gather(one(1, lock), one(2, lock))


        def lambda_handler(event, context):
            return asyncio.run(both())
        """,
        (OK, "RuntimeError", "RuntimeError"),
        "is bound to a different event loop",
    ),
    Fact(
        "LMB304",
        """
        import asyncio

        from fastapi import FastAPI
        from mangum import Mangum

        app = FastAPI()
        adapter = Mangum(app, lifespan="off")


        @app.get("/")
        async def root():
            return {"id": 1}


        async def prepare():
            return None


        def lambda_handler(event, context):
            answer = adapter(event, context)
            asyncio.run(prepare())
            return answer
        """,
        """
        from fastapi import FastAPI
        from mangum import Mangum

        app = FastAPI()
        adapter = Mangum(app, lifespan="off")


        async def prepare():
            return None


        @app.get("/")
        async def root():
            await prepare()
            return {"id": 1}


        def lambda_handler(event, context):
            return adapter(event, context)
        """,
        (OK, "RuntimeError", "RuntimeError"),
        "There is no current event loop",
        HTTP_EVENT,
    ),
)

UNSERIALIZABLE = (
    "{1, 2}",
    "datetime.now()",
    "[date.today()]",
    "{'id': uuid.uuid4()}",
    "Item(1)",
    "Model(a=1)",
    "Plain.A",
    "ValueError('no')",
    "(one for one in [1])",
    "{'a': 1}.keys()",
    "map(str, [1])",
    "range(2)",
    "lambda: 1",
    "{(1, 2): 3}",
    "3j",
    "complex(1, 2)",
    "Shape()",
    "size",
    "open('/dev/null')",
    "re.compile('a')",
    "io.StringIO('a')",
    "{date.today(): 1}",
    "{uuid.uuid4(): 1}",
)
SERVED = (
    "Decimal('1.5')",
    "{'a': b'raw'}",
    "(1, 2)",
    "Pair(1, 2)",
    "Text.A",
    "None",
    "{1: 'one'}",
    "Model(a=1).model_dump(mode='json')",
    "Row()",
    "vars(Shape())",
    "size([1])",
)
VALUES = """
import io
import json
import re
import uuid
from collections import namedtuple
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

from pydantic import BaseModel

Pair = namedtuple("Pair", "a b")


class Plain(Enum):
    A = 1


class Text(str, Enum):
    A = "a"


class Model(BaseModel):
    a: int


@dataclass
class Item:
    a: int


class Shape:
    def __init__(self):
        self.a = 1


class Row:
    def _asdict(self):
        return {"a": 1}


def size(values):
    return len(values)
"""
PRIMITIVES = (
    "multiprocessing.Pool(1)",
    "multiprocessing.Queue()",
    "multiprocessing.SimpleQueue()",
    "multiprocessing.JoinableQueue()",
    "multiprocessing.Lock()",
    "multiprocessing.RLock()",
    "multiprocessing.Semaphore()",
    "multiprocessing.Event()",
    "multiprocessing.Condition()",
    "multiprocessing.Barrier(1)",
    "multiprocessing.Value('i', 0)",
    "multiprocessing.Array('i', 1)",
    "multiprocessing.shared_memory.SharedMemory(create=True, size=1)",
    "multiprocessing.get_context('spawn').Lock()",
    "multiprocessing.pool.ThreadPool(1)",
    "multiprocessing.dummy.Pool(1)",
    "concurrent.futures.ProcessPoolExecutor(1)",
)
WORKING_PRIMITIVES = (
    "multiprocessing.Pipe()",
    "multiprocessing.Process(target=print)",
    "multiprocessing.Manager().shutdown()",
    "concurrent.futures.ThreadPoolExecutor(1)",
    "threading.Lock()",
    "queue.Queue()",
)
PROCESSES = """
import without_shared_memory
import concurrent.futures
import multiprocessing
import multiprocessing.dummy
import multiprocessing.pool
import multiprocessing.shared_memory
import queue
import threading
"""


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as running:
        yield running


class Project:
    """A folder of code that is run and checked."""

    def __init__(self, folder: Path, harness: Harness, files: dict[str, str]) -> None:
        self.folder = folder
        self._harness = harness
        for name, text in files.items():
            (folder / name).write_text(textwrap.dedent(text), "utf-8")

    def warm(self, *events: object) -> Record:
        """The events, or one three times, in one execution environment."""
        run = self._harness.run(self.folder, Plan(events=events))
        return next(record for record in run if record.scenario == "warm")

    def codes(self, code: str) -> set[str]:
        """The codes reported when one is selected."""
        return {reported for _, _, reported in found(self.folder, (code,))}


Make = Callable[..., Project]


@pytest.fixture
def project(tmp_path: Path, harness: Harness) -> Make:
    """Makes a project of the text of `app.py`, and of modules by name."""

    def make(code: str, **modules: str) -> Project:
        folder = tmp_path / f"project{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return Project(folder, harness, {"app.py": code, **{f"{name}.py": text for name, text in modules.items()}})

    return make


def outcomes(record: Record) -> tuple[str, ...]:
    """How each event ended; "" where nothing was posted for one of three."""
    assert record.init_error is None, record.init_error
    ends = [
        post.body["errorType"] if post.kind == "error" else OK if post.kind == "response" else post.kind
        for post in record.posts
    ]
    return (*ends, *[""] * (3 - len(ends)))


def first_error(record: Record) -> str:
    return next((str(post.body["errorMessage"]) for post in record.posts if post.kind == "error"), "")


def bodies(record: Record) -> list[object]:
    assert all(post.kind == "response" for post in record.posts), record.posts
    return [post.body for post in record.posts]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.code}-{FACTS.index(fact)}")
def test_what_breaks_a_rule_fails_and_its_twin_does_not(fact: Fact, project: Make) -> None:
    bad, good = project(fact.bad), project(fact.good)
    if fact.code == "LMB702":
        for one in (bad, good):
            (one.folder / "template.yaml").write_text(TEMPLATE, "utf-8")
    failed = bad.warm(fact.event)
    assert outcomes(failed) == fact.outcomes
    assert fact.message in first_error(failed)
    assert outcomes(good.warm(fact.event)) == (OK, OK, OK)
    assert bad.codes(fact.code) == {fact.code}
    assert good.codes(fact.code) == set()


def choice(head: str, expressions: Collection[str]) -> str:
    """A handler that gives the expression whose number it is sent."""
    listed = "".join(f"        lambda: {expression},\n" for expression in expressions)
    return f"{head}\n\ndef lambda_handler(event, context):\n    return [\n{listed}    ][event]()\n"


def only(head: str, expression: str) -> str:
    """A handler that gives one expression."""
    return f"{head}\n\ndef lambda_handler(event, context):\n    return {expression}\n"


def test_lmb704_what_is_reported_cannot_be_sent(project: Make) -> None:
    record = project(choice(VALUES, UNSERIALIZABLE)).warm(*range(len(UNSERIALIZABLE)))
    assert dict(zip(UNSERIALIZABLE, outcomes(record), strict=True)) == dict.fromkeys(UNSERIALIZABLE, MARSHAL)
    for expression in UNSERIALIZABLE:
        assert project(only(VALUES, expression)).codes("LMB704") == {"LMB704"}, expression


def test_lmb704_what_the_runtime_sends_is_not_reported(project: Make) -> None:
    record = project(choice(VALUES, SERVED)).warm(*range(len(SERVED)))
    assert dict(zip(SERVED, outcomes(record), strict=True)) == dict.fromkeys(SERVED, OK)
    for expression in SERVED:
        assert project(only(VALUES, expression)).codes("LMB704") == set(), expression


def test_lmb704_json_dumps_refuses_more(project: Make) -> None:
    values = ("Decimal('1')", "b'raw'", "datetime.now()", "{1}")
    refused = tuple(f"json.dumps({value})" for value in values)
    record = project(choice(VALUES, refused)).warm(*range(len(refused)))
    assert dict(zip(refused, outcomes(record), strict=True)) == dict.fromkeys(refused, "TypeError")
    served = tuple(f"json.dumps({value}, default=str)" for value in values)
    record = project(choice(VALUES, served)).warm(*range(len(served)))
    assert dict(zip(served, outcomes(record), strict=True)) == dict.fromkeys(served, OK)
    assert all(project(only(VALUES, one)).codes("LMB704") == {"LMB704"} for one in refused)
    assert not any(project(only(VALUES, one)).codes("LMB704") for one in served)


@pytest.mark.parametrize(("expressions", "outcome"), [(PRIMITIVES, "OSError"), (WORKING_PRIMITIVES, OK)])
def test_lmb605_what_is_reported_needs_shared_memory(expressions: tuple[str, ...], outcome: str, project: Make) -> None:
    made = tuple(f"{expression} and None" for expression in expressions)
    chosen = project(choice(PROCESSES, made), without_shared_memory=WITHOUT_SHARED_MEMORY)
    record = chosen.warm(*range(len(made)))
    assert dict(zip(expressions, outcomes(record), strict=True)) == dict.fromkeys(expressions, outcome)
    assert (outcome == OK) == ("Function not implemented" not in first_error(record))
    for expression in expressions:
        codes = project(only(PROCESSES, expression), without_shared_memory="").codes("LMB605")
        assert codes == (set() if outcome == OK else {"LMB605"}), expression


def test_lmb503_a_second_configuration_is_ignored(project: Make) -> None:
    lines = 'logging.getLogger(__name__).info("a line at INFO")'
    handler = f"\n\n\ndef lambda_handler(event, context):\n    {lines}\n"
    bad = project("import logging\n\nlogging.basicConfig(level=logging.INFO)" + handler)
    good = project("import logging\n\nlogging.getLogger().setLevel(logging.INFO)" + handler)
    assert str(bad.warm({}).output).count("a line at INFO") == 0
    assert str(good.warm({}).output).count("a line at INFO") == 3
    assert bad.codes("LMB503") == {"LMB503"}
    assert good.codes("LMB503") == set()


def test_lmb504_each_invocation_adds_a_line(project: Make) -> None:
    add = "logger.addHandler(logging.StreamHandler(sys.stdout))"
    head = "import logging\nimport sys\n\nlogger = logging.getLogger('orders')\nlogger.propagate = False\n"
    bad = project(head + f"\n\ndef lambda_handler(event, context):\n    {add}\n    logger.warning('stored')\n")
    good = project(head + f"{add}\n\n\ndef lambda_handler(event, context):\n    logger.warning('stored')\n")
    assert str(bad.warm({}).output).count("stored") == 1 + 2 + 3
    assert str(good.warm({}).output).count("stored") == 3
    assert bad.codes("LMB504") == {"LMB504"}
    assert good.codes("LMB504") == set()


def made(response: Any) -> object:
    """How many adapters an answer counts."""
    return json.loads(response["body"])["made"]


def test_lmb303_an_adapter_in_the_handler_is_made_each_time(project: Make) -> None:
    head = """
        from fastapi import FastAPI
        from mangum import Mangum

        made = []


        class Counted(Mangum):
            def __init__(self, *given, **more):
                made.append(1)
                super().__init__(*given, **more)


        app = FastAPI()


        @app.get("/")
        async def root():
            return {"made": len(made)}


    """
    bad = project(textwrap.dedent(head) + BAD_ADAPTER.replace("Mangum", "Counted"))
    good = project(textwrap.dedent(head) + GOOD_ADAPTER.replace("Mangum", "Counted"))
    assert [made(body) for body in bodies(bad.warm(HTTP_EVENT))] == [1, 2, 3]
    assert [made(body) for body in bodies(good.warm(HTTP_EVENT))] == [1, 1, 1]
    plain = "from fastapi import FastAPI\nfrom mangum import Mangum\n\napp = FastAPI()\n\n\n"
    assert project(plain + BAD_ADAPTER).codes("LMB303") == {"LMB303"}
    assert project(plain + GOOD_ADAPTER).codes("LMB303") == set()


BAD_ADAPTER = 'def lambda_handler(event, context):\n    return Mangum(app, lifespan="off")(event, context)\n'
GOOD_ADAPTER = 'lambda_handler = Mangum(app, lifespan="off")\n'


def test_lmb601_state_stays_for_the_next_invocation(project: Make) -> None:
    bad = project("seen = []\n\n\ndef lambda_handler(event, context):\n    seen.append(event['id'])\n    return seen\n")
    default = project(
        "def add(order, seen=[]):\n    seen.append(order)\n    return seen\n\n\n"
        "def lambda_handler(event, context):\n    return add(event['id'])\n"
    )
    good = project(
        "def lambda_handler(event, context):\n    seen = []\n    seen.append(event['id'])\n    return seen\n"
    )
    for one in (bad, default):
        assert bodies(one.warm({"id": 7})) == [[7], [7, 7], [7, 7, 7]]
        assert one.codes("LMB601") == {"LMB601"}
    assert bodies(good.warm({"id": 7})) == [[7], [7], [7]]
    assert good.codes("LMB601") == set()


def test_lmb607_a_value_of_init_is_the_same_in_every_invocation(project: Make) -> None:
    bad = project(
        "import random\n\nDRAWN = random.random()\n\n\ndef lambda_handler(event, context):\n    return DRAWN\n"
    )
    good = project("import random\n\n\ndef lambda_handler(event, context):\n    return random.random()\n")
    assert len(set(map(str, bodies(bad.warm({}))))) == 1
    assert len(set(map(str, bodies(good.warm({}))))) == 3
    assert bad.codes("LMB607") == {"LMB607"}
    assert good.codes("LMB607") == set()


def test_lmb604_a_task_that_nothing_awaits_is_cancelled(project: Make) -> None:
    code = """
        import asyncio

        done = []


        async def store(order):
            await asyncio.sleep(0.01)
            done.append(order)


        async def main(event):
            task = asyncio.create_task(store(event["id"]))
            {wait}
            return len(done)


        def lambda_handler(event, context):
            return asyncio.run(main(event))
    """
    bad = project(code.format(wait="await asyncio.sleep(0)"))
    good = project(code.format(wait="await task"))
    assert bodies(bad.warm({"id": 1})) == [0, 0, 0]
    assert bodies(good.warm({"id": 1})) == [1, 2, 3]
    assert bad.codes("LMB604") == {"LMB604"}
    assert good.codes("LMB604") == set()


def test_a_post_tells_what_the_runtime_would_send(project: Make) -> None:
    one = project("def lambda_handler(event, context):\n    return event\n")
    assert one.warm({"id": 1}).posts[0] == Post("invoke1", "response", "application/json", {"id": 1})
