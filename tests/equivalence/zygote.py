"""A process that has imported boto3, moto and the runtime once, and forks one child for each scenario.

Importing them takes over a second, a fork some milliseconds; a child is as isolated as a fresh process, as
the parent has made no client, no session and no moto account, and has read no code under test.

Protocol: one JSON array of jobs a line on standard input, one JSON array of results, in the jobs' order, a
line on standard output.  A job is {"folder", "plan", "scenario"},
the last two as `dataclasses.asdict` makes them.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, NoReturn

import boto3
from botocore.loaders import JSONFileLoader, Loader

from .lambda_process import RECORD, run_scenario
from .plan import Plan, Scenario
from .record import Json

FAILURE = "failure.txt"
"""What went wrong in the harness itself, as opposed to the code under test."""

_PARALLEL = 2
_SERVICES = ("s3", "dynamodb", "sqs", "sns", "secretsmanager", "ssm")
_MODELS = ("service-2", "endpoint-rule-set-1", "resources-1", "paginators-1", "waiters-2")
_WARM_MODULES = (
    *(f"moto.{service}.urls" for service in _SERVICES),
    "boto3.dynamodb.transform",
    "boto3.s3.inject",
    "boto3.s3.transfer",
    "requests",
    "fastapi.testclient",
    "fastapi",
    "mangum",
)


def warm_up() -> None:
    """Import what most scenarios need, and keep the parsed service descriptions of botocore."""
    for name in _WARM_MODULES:
        try:
            importlib.import_module(name)
        except (ImportError, RuntimeError):
            continue  # only a fixture that needs it may miss it
    _keep_descriptions()
    loader = Loader()
    loader.search_paths.append(os.path.join(os.path.dirname(boto3.__file__), "data"))
    for service in _SERVICES:
        for model in _MODELS:
            _load(loader.load_service_model, service, model)
    for name in ("endpoints", "partitions", "_retry", "sdk-default-configuration"):
        _load(loader.load_data, name)
    gc.collect()
    gc.freeze()


def _load(load: Any, *names: str) -> None:
    try:
        load(*names)
    except Exception:
        return  # not every service has every kind of description


def _keep_descriptions() -> None:
    """Let all loaders to come share what one has read: the descriptions are files that nobody changes."""
    JSONFileLoader.load_file = _remember(JSONFileLoader.load_file)
    Loader.list_available_services = _remember(Loader.list_available_services)
    Loader.determine_latest_version = _remember(Loader.determine_latest_version)


def _remember(method: Any) -> Any:
    known: dict[Any, Any] = {}

    @functools.wraps(method)
    def remembering(self: Any, *args: Any, **kwargs: Any) -> Any:
        # boto3's loader looks in one folder more, for its resources.
        key = (tuple(getattr(self, "search_paths", ())), args, tuple(sorted(kwargs.items())))
        if key not in known:
            known[key] = method(self, *args, **kwargs)
        return known[key]

    return remembering


def run_jobs(jobs: list[dict[str, Json]]) -> list[Json]:
    """Run all jobs, at most two at a time, each in a child; the results have the jobs' order."""
    results: list[Json] = [None] * len(jobs)
    running: dict[int, tuple[int, Path]] = {}
    waiting = list(enumerate(jobs))
    while waiting or running:
        while waiting and len(running) < _PARALLEL:
            index, job = waiting.pop(0)
            place = Path(tempfile.mkdtemp(prefix="equivalence-"))
            running[_start(job, place)] = (index, place)
        pid, status = os.wait()
        index, place = running.pop(pid)
        results[index] = _collect(place, os.waitstatus_to_exitcode(status))
        shutil.rmtree(place, ignore_errors=True)
    return results


def _start(job: dict[str, Json], place: Path) -> int:
    pid = os.fork()
    if pid == 0:
        _run_child(job, place)
    return pid


def _run_child(job: dict[str, Json], place: Path) -> NoReturn:
    status = 0
    try:
        scenario = job["scenario"]
        scenario["events"] = tuple(scenario["events"])
        run_scenario(Path(job["folder"]), place, Plan(**job["plan"]), Scenario(**scenario))
    except BaseException:
        (place / FAILURE).write_text(traceback.format_exc(), "utf-8")
        status = 1
    finally:
        os._exit(status)


def _collect(place: Path, status: int) -> Json:
    record = place / RECORD
    result = json.loads(record.read_text("utf-8")) if record.exists() else {}
    if status == 0 and result:
        return result
    failure = place / FAILURE
    detail = failure.read_text("utf-8") if failure.exists() else None
    return {**result, "died": f"exit {status}" if status >= 0 else f"signal {-status}", "failure": detail}


def serve() -> None:
    """Answer lines of jobs until standard input ends."""
    warm_up()
    for line in sys.stdin:
        results = run_jobs(json.loads(line))
        sys.stdout.write(json.dumps(results) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
