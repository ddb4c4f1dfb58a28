"""One scenario in one process: the code imported and called as the managed runtime does it, under moto.

Runs in a child of `zygote` and never returns to it.  `awslambdaric.bootstrap` is private API, hence the
pinned version: `_get_handler`, `handle_event_request` and `_setup_logging` of 4.2.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import awslambdaric.bootstrap as bootstrap
import boto3
import responses
from awslambdaric.lambda_context import LambdaContext
from awslambdaric.lambda_runtime_client import LambdaRuntimeClient
from moto import mock_aws

from .plan import Plan, Scenario
from .record import Call, Creation, InitError, Json, Post
from .scrub import Scrubber
from .spy import Spy, plain
from .world import World, read_state

RECORD = "record.json"
STDOUT = "stdout.txt"
STDERR = "stderr.txt"
TASK = "task"
_TIME_LIMIT_S = 60
# What is left of a function's time differs from run to run, so it is said to stand still.
_TIME_LEFT_MS = 30_000
_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
_BASE_ENVIRONMENT = {
    "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
    "AWS_LAMBDA_FUNCTION_NAME": "orders",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
    "AWS_LAMBDA_LOG_STREAM_NAME": "stream",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    # Outside Lambda, botocore would look further for a region and for credentials.
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
    "AWS_EC2_METADATA_DISABLED": "true",
    "LANG": "en_US.UTF-8",
    "TZ": ":UTC",
}


class Runtime:
    """Stands for the Runtime API: keeps what `handle_event_request` posts."""

    marshaller = LambdaRuntimeClient.marshaller

    def __init__(self, spy: Spy) -> None:
        self._spy = spy
        self.posts: list[Post] = []

    def post_invocation_result(self, invoke_id: str, result: Any, content_type: str, invocation_id: Any = None) -> None:
        """Keep a response; a body that is JSON is kept parsed, as the order of its keys means nothing."""
        self.posts.append(Post(self._spy.phase, "response", content_type, _parse(plain(result))))

    def post_invocation_error(self, invoke_id: str, error: str, xray_fault: str, invocation_id: Any = None) -> None:
        """Keep an error."""
        self.posts.append(Post(self._spy.phase, "error", "application/json", json.loads(error)))

    def post_exit(self, status: Json) -> None:
        """Keep that the handler ended the process: nothing is posted then."""
        self.posts.append(Post(self._spy.phase, "exit", "", status))


def run_scenario(folder: Path, place: Path, plan: Plan, scenario: Scenario) -> None:
    """Run a scenario of the code in `folder`, leaving RECORD, STDOUT and STDERR in the empty folder `place`."""
    signal.alarm(_TIME_LIMIT_S)
    task = place / TASK
    shutil.copytree(folder, task, ignore=shutil.ignore_patterns("__pycache__"))
    _redirect(place)
    _enter(task, place, plan, scenario)
    spy = Spy()
    spy.install()
    runtime = Runtime(spy)
    with mock_aws():
        with spy.paused():
            world = World(plan)
            world.create()
        boto3.DEFAULT_SESSION = None
        _answer_http(plan, spy)
        error = _run_phases(plan, scenario, spy, runtime, world, lambda: _save(place, task, spy, runtime, None, None))
        _save(place, task, spy, runtime, error, read_state())


def _redirect(place: Path) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    for descriptor, name in ((1, STDOUT), (2, STDERR)):
        os.dup2(os.open(place / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115


def _enter(task: Path, place: Path, plan: Plan, scenario: Scenario) -> None:
    """Make this process's environment, folder and import path those of the function."""
    search_path = os.environ.get("PATH", "")
    os.environ.clear()
    os.environ.update(_BASE_ENVIRONMENT, PATH=search_path, LAMBDA_TASK_ROOT=str(task), TMPDIR=str(place))
    os.environ.update(_HANDLER=plan.handler, **plan.environment)
    if scenario.without is not None:
        os.environ.pop(scenario.without, None)
    if scenario.has_region:
        os.environ.update(AWS_REGION=plan.region, AWS_DEFAULT_REGION=plan.region)
    os.chdir(task)
    sys.dont_write_bytecode = True
    sys.path[:] = [str(task), *(entry for entry in sys.path if "site-packages" in entry or "python3" in entry)]
    socket.socket.connect = _refuse  # type: ignore[method-assign,assignment]
    LambdaContext.get_remaining_time_in_millis = lambda _: _TIME_LEFT_MS


def _refuse(self: socket.socket, address: Any) -> None:
    """No scenario may reach a network: what moto does not answer fails at once, everywhere alike."""
    raise ConnectionRefusedError(f"the harness refuses connections: {address}")


def _answer_http(plan: Plan, spy: Spy) -> None:
    """Answer what `requests` sends as the plan says, each request recorded as a call."""
    if not plan.http:
        return
    mock = responses.RequestsMock(assert_all_requests_are_fired=False)
    for request, answer in plan.http.items():
        method, url = request.split(" ", 1)

        def reply(
            request: Any, method: str = method, answer: dict[str, Any] = answer
        ) -> tuple[int, dict[str, str], str]:
            spy.saw_call("http", method, {"url": request.url, "body": plain(request.body)}, "ok")
            return answer.get("status", 200), {"content-type": "application/json"}, json.dumps(answer.get("json"))

        mock.add_callback(method, url, callback=reply)
    mock.start()


def _run_phases(
    plan: Plan, scenario: Scenario, spy: Spy, runtime: Runtime, world: World, save: Any
) -> InitError | None:
    sink = bootstrap.StandardLogSink()
    random.seed(0)
    bootstrap._setup_logging(bootstrap.LogFormat.from_str(os.environ.get("AWS_LAMBDA_LOG_FORMAT")), None, sink)
    try:
        handler = bootstrap._get_handler(plan.handler)
    except bootstrap.FaultException as error:
        return InitError(error.exception_type, error.msg)
    except (Exception, SystemExit) as error:
        return InitError(type(error).__name__, str(error))
    for number, event in enumerate(scenario.events, start=1):
        spy.phase = f"invoke{number}"
        # Each invocation draws the same numbers in every variant, whatever was drawn before.
        random.seed(number)
        save()
        if not _invoke(runtime, handler, f"request-{number}", event, sink):
            break
        if number == scenario.rotate_after:
            with spy.paused():
                world.rotate()
    return None


def _invoke(runtime: Runtime, handler: Any, invoke_id: str, event: Json, sink: Any) -> bool:
    """Serve one event; false when the handler ended the process."""
    bootstrap._GLOBAL_AWS_REQUEST_ID = invoke_id
    bootstrap.update_xray_env_variable("Root=1-00000000-000000000000000000000000;Sampled=0")
    body = json.dumps(event).encode()
    deadline = int(time.time() * 1000) + _TIME_LEFT_MS
    try:
        bootstrap.handle_event_request(
            runtime, handler, invoke_id, body, "application/json", None, None, _ARN, deadline, None, sink
        )
    except (SystemExit, KeyboardInterrupt) as error:
        runtime.post_exit(repr(error))
        return False
    return True


def _parse(result: Json) -> Json:
    try:
        return json.loads(result)
    except (TypeError, ValueError):
        return result


def _save(place: Path, task: Path, spy: Spy, runtime: Runtime, error: InitError | None, state: Json) -> None:
    """Write the record as far as it goes: an `os._exit` in the handler leaves the last one."""
    scrubber = Scrubber(((task, "<task>"), (place, "<tmp>")))
    sys.stdout.flush()
    posts = [_scrub_post(post, scrubber) for post in runtime.posts]
    # Reads may differ between variants, so they must not be the first to number an identifier.
    shown = {
        index: Call(*call[:3], scrubber.value(call.params), call.outcome)
        for index, call in sorted(enumerate(spy.calls), key=lambda item: (item[1].is_read, item[0]))
    }
    record = {
        "init_error": error and InitError(error.type, scrubber.text(error.message)),
        "posts": posts,
        "calls": [shown[index] for index in range(len(shown))],
        "creations": [Creation(*creation) for creation in spy.creations],
        "state": scrubber.value(state),
        "output": scrubber.output((place / STDOUT).read_bytes().decode("utf-8", "replace")),
    }
    unfinished = place / (RECORD + ".part")
    unfinished.write_text(json.dumps(record), "utf-8")
    unfinished.replace(place / RECORD)


def _scrub_post(post: Post, scrubber: Scrubber) -> Post:
    is_error = post.kind == "error"
    return post._replace(body=scrubber.error_body(post.body) if is_error else scrubber.value(post.body))
