"""What the rules on adapters, event loops, logging and settings say happens, seen in the Lambda runtime itself.

Examples of the rules' own documentation run where they are complete; the others are written out here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from equivalence import Harness, Plan, Post, Record, why_unavailable
from lambdalint.rules import find

_MISSING = [name for name in ("mangum", "fastapi", "httpx", "aiohttp", "pydantic_settings") if find_spec(name) is None]
REASON = why_unavailable() or (f"not installed: {', '.join(_MISSING)}" if _MISSING else None)
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")


def request_to(path: str) -> dict[str, Any]:
    """An event of an HTTP API, payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "example.com"},
        "requestContext": {"http": {"method": "GET", "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "isBase64Encoded": False,
    }


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as started:
        yield started


class Function:
    """A function's code and what it is run with."""

    def __init__(self, harness: Harness, folder: Path) -> None:
        self.harness = harness
        self.folder = folder

    def run(self, code: str, *events: Any, handler: str = "handler", **environment: str) -> Record:
        """The record of warm invocations, at least three."""
        (self.folder / "app.py").write_text(code, encoding="utf-8")
        plan = Plan(handler=f"app.{handler}", events=events or ({},), environment=environment)
        return next(record for record in self.harness.run(self.folder, plan) if record.scenario == "warm")


@pytest.fixture
def function(harness: Harness, tmp_path: Path) -> Function:
    return Function(harness, tmp_path)


def example(code: str, kind: str) -> str:
    """The example of a rule's documentation below "Bad" or "Good"."""
    rule = find(code)
    assert rule is not None
    _, _, section = rule.documentation.partition(f"## {kind}\n")
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def bodies(record: Record) -> list[Any]:
    """What each invocation answered: the parsed body, or the kind of failure."""
    assert record.init_error is None, record.init_error
    return [_body(post) for post in record.posts]


def _body(post: Post) -> Any:
    if post.kind != "response":
        return f"{post.body['errorType']}: {post.body['errorMessage']}" if post.kind == "error" else post.kind
    body = post.body["body"] if isinstance(post.body, dict) and "body" in post.body else post.body
    try:
        return json.loads(body)
    except (TypeError, ValueError):
        return body


# --- LMB301, LMB302: lifespans -------------------------------------------------------------------

_LIFESPAN = """
from contextlib import asynccontextmanager

from fastapi import FastAPI
from mangum import Mangum


@asynccontextmanager
async def lifespan(app):
    print("STARTED")
    yield
    print("STOPPED")


app = FastAPI(lifespan=lifespan)


@app.get("/")
def root():
    return {"ok": True}


"""


@pytest.mark.parametrize("arguments", ["app", 'app, "auto"', 'app, lifespan="on"'])
def test_mangum_starts_and_stops_the_application_on_every_event(function: Function, arguments: str) -> None:
    record = function.run(f"{_LIFESPAN}handler = Mangum({arguments})\n", request_to("/"))
    assert bodies(record) == [{"ok": True}] * 3
    assert (record.output.count("STARTED"), record.output.count("STOPPED")) == (3, 3)


def test_with_lifespan_off_startup_code_never_runs(function: Function) -> None:
    record = function.run(f'{_LIFESPAN}handler = Mangum(app, lifespan="off")\n', request_to("/"))
    assert bodies(record) == [{"ok": True}] * 3
    assert "STARTED" not in record.output


def test_without_startup_code_the_lifespan_makes_no_difference(function: Function) -> None:
    bad = function.run(example("LMB301", "Bad"), request_to("/health"))
    good = function.run(example("LMB301", "Good"), request_to("/health"))
    assert bodies(bad) == bodies(good) == [{"ok": True}] * 3


def test_lost_startup_code_shows_in_the_first_request(function: Function) -> None:
    bad = function.run(example("LMB302", "Bad"), request_to("/rates"))
    assert bodies(bad) == ["Internal Server Error"] * 3
    assert "has no attribute 'rates'" in bad.output
    good = function.run(example("LMB302", "Good"), request_to("/rates"))
    assert bodies(good) == [{"EUR": 1.0}] * 3


@pytest.mark.parametrize(
    "registration",
    [
        'app = FastAPI(on_startup=[lambda: print("STARTED")])',
        'app = FastAPI()\napp.router.on_startup.append(lambda: print("STARTED"))',
    ],
)
def test_lists_of_startup_functions_run_on_every_event_or_never(function: Function, registration: str) -> None:
    code = f"from fastapi import FastAPI\nfrom mangum import Mangum\n\n{registration}\n"
    if not _has_startup_lists():
        pytest.skip("this Starlette has no startup lists any more")
    auto = function.run(f"{code}handler = Mangum(app)\n", request_to("/"))
    off = function.run(f'{code}handler = Mangum(app, lifespan="off")\n', request_to("/"))
    assert (auto.output.count("STARTED"), off.output.count("STARTED")) == (3, 0)


def _has_startup_lists() -> bool:
    from fastapi import FastAPI

    return hasattr(FastAPI().router, "on_startup")


# --- LMB303: making them again -------------------------------------------------------------------

_COUNTED = """
import fastapi.applications

_made = fastapi.applications.FastAPI.__init__


def counted(*args, **kwargs):
    print("MADE")
    _made(*args, **kwargs)


fastapi.applications.FastAPI.__init__ = counted

import mangum.adapter

_adapted = mangum.adapter.Mangum.__init__


def adapted(*args, **kwargs):
    print("ADAPTED")
    _adapted(*args, **kwargs)


mangum.adapter.Mangum.__init__ = adapted
"""


def test_an_adapter_of_the_handler_is_made_for_each_event(function: Function) -> None:
    event = request_to("/health")
    bad = function.run(_COUNTED + example("LMB303", "Bad"), event, handler="lambda_handler")
    good = function.run(_COUNTED + example("LMB303", "Good"), event, handler="lambda_handler")
    assert bodies(bad) == bodies(good) == [{"ok": True}] * 3
    assert (bad.output.count("ADAPTED"), good.output.count("ADAPTED")) == (3, 1)
    assert bad.output.count("MADE") == good.output.count("MADE") == 1


def test_asyncio_run_harms_an_adapter_that_lives_on_and_none_that_is_made_afterwards(function: Function) -> None:
    code = """
import asyncio
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


@app.get("/")
def root():
    return {"ok": True}


async def work():
    return 1

"""
    made_each = "def handler(e, c):\n    asyncio.run(work())\n    return Mangum(app, lifespan='off')(e, c)\n"
    kept = (
        "adapter = Mangum(app, lifespan='off')\ndef handler(e, c):\n    asyncio.run(work())\n    return adapter(e, c)\n"
    )
    assert bodies(function.run(code + made_each, request_to("/"))) == [{"ok": True}] * 3
    assert all("no current event loop" in body for body in bodies(function.run(code + kept, request_to("/"))))


# --- LMB304: asyncio.run beside the adapter ------------------------------------------------------


def test_asyncio_run_leaves_the_adapter_without_a_loop(function: Function) -> None:
    route = '\n\n@app.get("/")\ndef root():\n    return {"ok": True}\n'
    events = (request_to("/"), {"source": "aws.events"}, request_to("/"))
    bad = bodies(function.run(example("LMB304", "Bad") + route, *events, handler="lambda_handler"))
    assert bad[:2] == [{"ok": True}, {"refreshed": 12}]
    assert "no current event loop" in bad[2]
    good = bodies(function.run(example("LMB304", "Good") + route, *events, handler="lambda_handler"))
    assert good == [{"ok": True}, {"refreshed": 12}, {"ok": True}]


_ROUTES = """
import asyncio
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()


async def work():
    return 1


@app.get("/thread")
def in_thread():
    return asyncio.run(work())


@app.get("/loop")
async def in_loop():
    return asyncio.run(work())


handler = Mangum(app, lifespan="off")
"""


def test_asyncio_run_does_no_harm_in_a_synchronous_route_and_fails_in_a_coroutine(function: Function) -> None:
    assert bodies(function.run(_ROUTES, request_to("/thread"))) == [1, 1, 1]
    failed = function.run(_ROUTES, request_to("/loop"))
    assert bodies(failed) == ["Internal Server Error"] * 3
    assert "cannot be called from a running event loop" in failed.output


# --- LMB503, LMB504: logging ---------------------------------------------------------------------


def test_basic_config_does_nothing_and_set_level_does(function: Function) -> None:
    bad = function.run(example("LMB503", "Bad"), {"id": 1}, handler="lambda_handler")
    good = function.run(example("LMB503", "Good"), {"id": 1}, handler="lambda_handler")
    assert bad.output.count("order received") == 0
    assert good.output.count("order received") == 3


def test_a_forced_basic_config_loses_the_request_id(function: Function) -> None:
    forced = example("LMB503", "Bad").replace("level=logging.INFO", "level=logging.INFO, force=True")
    lines = function.run(forced, {"id": 1}, handler="lambda_handler").output
    assert "request-" not in lines
    assert "request-" in function.run(example("LMB503", "Good"), {"id": 1}, handler="lambda_handler").output


def test_a_handler_that_each_event_adds_repeats_every_line(function: Function) -> None:
    quiet = "\nlogger.propagate = False\n"
    bad = function.run(example("LMB504", "Bad") + quiet, {"id": 1}, handler="lambda_handler")
    good = function.run(example("LMB504", "Good") + quiet, {"id": 1}, handler="lambda_handler")
    assert bad.output.count("order received") == 1 + 2 + 3
    assert good.output.count("order received") == 3


def test_adding_the_same_handler_again_repeats_nothing(function: Function) -> None:
    code = example("LMB504", "Bad").replace(
        "logger.addHandler(logging.StreamHandler(sys.stdout))", "logger.addHandler(ONE)"
    )
    same = f"{code}\nlogger.propagate = False\nONE = logging.StreamHandler(sys.stdout)\n"
    assert function.run(same, {"id": 1}, handler="lambda_handler").output.count("order received") == 3


# --- LMB803: settings ----------------------------------------------------------------------------

_SETTINGS = """
import os
from pydantic import BaseModel
from pydantic_settings import BaseSettings


def handler(event, context):
    os.environ.update(event)

    class Settings(BaseSettings):
        key: str{default}

    class Model(BaseModel):
        key: str = os.getenv("KEY")

    os.environ.update({{k: "late" for k in event}})
    return [getattr(Model(), "key"), Settings().key]
"""


def test_the_variable_wins_over_a_default_that_reads_it(function: Function) -> None:
    with_default = function.run(_SETTINGS.format(default=' = os.getenv("KEY")'), {"KEY": "early"})
    without = function.run(_SETTINGS.format(default=""), {"KEY": "early"})
    assert bodies(with_default) == bodies(without) == [["early", "late"]] * 3


def test_without_the_variable_the_error_names_a_type_and_a_model_lets_none_through(function: Function) -> None:
    (wrong_type, *_) = bodies(function.run(_SETTINGS.format(default=' = os.getenv("KEY")')))
    (missing, *_) = bodies(function.run(_SETTINGS.format(default="")))
    assert "type=string_type" in wrong_type
    assert "type=missing" in missing
    model = "from app_model import Model\n\n\ndef handler(event, context):\n    return {'key': Model().key}\n"
    (function.folder / "app_model.py").write_text(
        'import os\nfrom pydantic import BaseModel\n\n\nclass Model(BaseModel):\n    key: str = os.getenv("KEY")\n'
    )
    assert bodies(function.run(model)) == [{"key": None}] * 3


# --- LMB204: clients and their loops -------------------------------------------------------------

_SERVER = """
import asyncio
import http.server
import json
import threading

import app


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"42")

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
found = []
for number in range(4):
    try:
        found.append(app.lambda_handler({"url": url, "sku": "1"}, None))
    except Exception as error:
        found.append(f"{type(error).__name__}: {error}")
print(json.dumps(found))
"""


def invoked(code: str, folder: Path) -> list[Any]:
    """What four warm invocations of a handler give, beside a server on the loopback interface."""
    (folder / "app.py").write_text(code, encoding="utf-8")
    (folder / "serve.py").write_text(_SERVER, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "serve.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout.splitlines()[-1])
    return answers


def local(code: str) -> str:
    """The example with the server's address in the place of the far one."""
    found = code.replace('price(event["sku"])', 'price(event["url"])')
    return found.replace('f"https://prices.example.com/{sku}"', "sku")


def test_a_kept_async_client_fails_on_a_later_loop(tmp_path: Path) -> None:
    bad = invoked(local(example("LMB204", "Bad")), tmp_path)
    assert bad[0] == 42
    assert any("Event loop is closed" in str(answer) for answer in bad[1:]), bad
    assert invoked(local(example("LMB204", "Good")), tmp_path) == [42] * 4


def test_a_client_opened_inside_and_one_that_keeps_no_connection_work(tmp_path: Path) -> None:
    bad = local(example("LMB204", "Bad"))
    opened = "async with httpx.AsyncClient() as own:\n        answer = await own.get(sku)"
    inside = bad.replace("answer = await client.get(sku)", opened)
    assert invoked(inside, tmp_path) == [42] * 4
    unkept = bad.replace("timeout=5", "timeout=5, limits=httpx.Limits(max_keepalive_connections=0)")
    assert invoked(unkept, tmp_path) == [42] * 4


def test_an_aiohttp_session_needs_a_running_loop(tmp_path: Path) -> None:
    code = "import aiohttp\n\nsession = aiohttp.ClientSession()\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "RuntimeError: no running event loop" in done.stderr


def test_a_contended_lock_is_bound_to_its_first_loop(tmp_path: Path) -> None:
    code = """
import asyncio

lock = asyncio.Lock()


async def one():
    async with lock:
        await asyncio.sleep(0)
    return 1


async def several():
    return sum(await asyncio.gather(one(), one(), one()))


def lambda_handler(event, context):
    return asyncio.run(several())
"""
    found = invoked(code, tmp_path)
    assert found[0] == 3
    assert "bound to a different event loop" in found[1]
    kept = code.replace("asyncio.run(several())", "loop.run_until_complete(several())")
    assert invoked(f"{kept}\nloop = asyncio.new_event_loop()\n", tmp_path) == [3] * 4


def test_behind_mangum_a_kept_client_works(tmp_path: Path) -> None:
    code = """
import httpx
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
client = httpx.AsyncClient()


@app.get("/{rest:path}")
async def price(url: str):
    return (await client.get(url)).json()


adapter = Mangum(app, lifespan="off")


def lambda_handler(event, context):
    http = {"method": "GET", "path": "/", "sourceIp": "192.0.2.1"}
    request = {"version": "2.0", "rawPath": "/", "rawQueryString": "url=" + event["url"], "headers": {"host": "x"}}
    request["requestContext"] = {"http": http, "stage": "$default"}
    return int(adapter(request, context)["body"])
"""
    assert invoked(code, tmp_path) == [42] * 4
