"""Calls that are given a function and run it: where the function stands, and when it runs.

Positions follow the signatures of the documentation named at each row (read on `CHECKED`).
"""

from __future__ import annotations

from typing import NamedTuple

CHECKED = "2026-11-25"


class Consumer(NamedTuple):
    """One callable that takes a function.

    `position` is the 0-based place of the function among the positional arguments, None where only `keyword` passes
    it.  `when`: now (before the call returns or while its result is consumed), thread (in a worker, within the
    invocation if that is waited for), process, loop (by the event loop), wrap (the result stands for the function),
    call (by the object later on, on each use), restore, exit (when the environment ends: not in an invocation).
    """

    path: str
    position: int | None
    keyword: str | None
    when: str
    source: str


_STDLIB = "https://docs.python.org/3/library/"
_BATCH = "https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/"
_SNAPSTART = "https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html"


def _rows(when: str, source: str, *rows: tuple[str, int | None, str | None]) -> tuple[Consumer, ...]:
    return tuple(Consumer(path, position, keyword, when, source) for path, position, keyword in rows)


_BATCH_MODULE = "aws_lambda_powertools.utilities.batch."

CONSUMERS: tuple[Consumer, ...] = (
    *_rows(
        "now",
        _STDLIB + "functions.html",
        ("map", 0, None),
        ("filter", 0, None),
        ("sorted", None, "key"),
        ("min", None, "key"),
        ("max", None, "key"),
        ("iter", 0, None),
    ),
    *_rows("now", _STDLIB + "functools.html", ("functools.reduce", 0, "function")),
    *_rows(
        "wrap",
        _STDLIB + "functools.html",
        ("functools.partial", 0, None),
        ("functools.partialmethod", 0, None),
        ("functools.cmp_to_key", 0, "mycmp"),
        ("staticmethod", 0, None),
        ("classmethod", 0, None),
    ),
    *_rows("wrap", _STDLIB + "contextlib.html", ("contextlib.contextmanager", 0, "func")),
    *_rows("wrap", _STDLIB + "contextlib.html", ("contextlib.asynccontextmanager", 0, "func")),
    *_rows("wrap", _STDLIB + "contextvars.html", ("contextvars.copy_context().run", 0, None)),
    *_rows(
        "now",
        _STDLIB + "itertools.html",
        ("itertools.starmap", 0, None),
        ("itertools.takewhile", 0, None),
        ("itertools.dropwhile", 0, None),
        ("itertools.filterfalse", 0, None),
        ("itertools.accumulate", 1, "func"),
        ("itertools.groupby", 1, "key"),
    ),
    *_rows("now", _STDLIB + "contextlib.html", ("contextlib.ExitStack().callback", 0, None)),
    *_rows("now", _STDLIB + "re.html", ("re.sub", 1, "repl"), ("re.subn", 1, "repl")),
    *_rows(
        "now",
        _STDLIB + "json.html",
        ("json.dumps", None, "default"),
        ("json.dump", None, "default"),
        ("json.loads", None, "object_hook"),
        ("json.load", None, "object_hook"),
    ),
    *_rows(
        "thread",
        _STDLIB + "concurrent.futures.html",
        ("concurrent.futures.ThreadPoolExecutor().submit", 0, None),
        ("concurrent.futures.ThreadPoolExecutor().map", 0, None),
        ("concurrent.futures.ThreadPoolExecutor", None, "initializer"),
        ("concurrent.futures.thread.ThreadPoolExecutor().submit", 0, None),
        ("concurrent.futures.thread.ThreadPoolExecutor().map", 0, None),
    ),
    *_rows(
        "process",
        _STDLIB + "concurrent.futures.html",
        ("concurrent.futures.ProcessPoolExecutor().submit", 0, None),
        ("concurrent.futures.ProcessPoolExecutor().map", 0, None),
    ),
    *_rows("thread", _STDLIB + "threading.html", ("threading.Thread", 1, "target"), ("threading.Timer", 1, "function")),
    *_rows("process", _STDLIB + "multiprocessing.html", ("multiprocessing.Process", 1, "target")),
    *_rows(
        "thread",
        _STDLIB + "asyncio-task.html",
        ("asyncio.to_thread", 0, "func"),
        ("asyncio.threads.to_thread", 0, "func"),
    ),
    *_rows("now", "https://anyio.readthedocs.io/en/stable/api.html", ("anyio.run", 0, "func")),
    *_rows("thread", "https://anyio.readthedocs.io/en/stable/threads.html", ("anyio.to_thread.run_sync", 0, "func")),
    *_rows(
        "wrap",
        "https://asgi.readthedocs.io/en/latest/",
        ("asgiref.sync.sync_to_async", 0, "func"),
        ("asgiref.sync.async_to_sync", 0, "awaitable"),
    ),
    *_rows(
        "thread",
        "https://www.starlette.io/threadpool/",
        ("starlette.concurrency.run_in_threadpool", 0, "func"),
        ("fastapi.concurrency.run_in_threadpool", 0, "func"),
    ),
    *_rows(
        "loop",
        "https://www.starlette.io/background/",
        ("starlette.background.BackgroundTask", 0, "func"),
        ("fastapi.BackgroundTasks().add_task", 0, "func"),
        ("starlette.background.BackgroundTasks().add_task", 0, "func"),
    ),
    *_rows(
        "now",
        _BATCH,
        (_BATCH_MODULE + "process_partial_response", 1, "record_handler"),
        (_BATCH_MODULE + "async_process_partial_response", 1, "record_handler"),
        (_BATCH_MODULE + "decorators.process_partial_response", 1, "record_handler"),
        (_BATCH_MODULE + "decorators.async_process_partial_response", 1, "record_handler"),
        (_BATCH_MODULE + "BatchProcessor()", 1, "handler"),
        (_BATCH_MODULE + "AsyncBatchProcessor()", 1, "handler"),
        (_BATCH_MODULE + "SqsFifoPartialProcessor()", 1, "handler"),
    ),
    *_rows("call", _STDLIB + "collections.html", ("collections.defaultdict", 0, "default_factory")),
    *_rows("call", _STDLIB + "dataclasses.html", ("dataclasses.field", None, "default_factory")),
    *_rows("call", "https://docs.pydantic.dev/latest/api/fields/", ("pydantic.Field", None, "default_factory")),
    *_rows("exit", _STDLIB + "atexit.html", ("atexit.register", 0, "func")),
    *_rows("exit", _STDLIB + "signal.html", ("signal.signal", 1, "handler")),
    *_rows("exit", _STDLIB + "weakref.html", ("weakref.finalize", 1, None)),
    *_rows(
        "restore",
        _SNAPSTART,
        ("snapshot_restore_py.register_before_snapshot", 0, "func"),
        ("snapshot_restore_py.register_after_restore", 0, "func"),
    ),
    *_rows("wrap", "https://joblib.readthedocs.io/en/stable/", ("joblib.delayed", 0, "function")),
)

# Decorators that are handed a function which runs whenever the decorated one is called: path to keyword.
DECORATORS: dict[str, str] = {
    _BATCH_MODULE + name: "record_handler"
    for name in (
        "batch_processor",
        "async_batch_processor",
        "decorators.batch_processor",
        "decorators.async_batch_processor",
    )
}

# What makes a decorator of a function that then runs around each call of what it decorates.
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/middleware_factory/
DECORATOR_FACTORIES: frozenset[str] = frozenset(
    {
        "aws_lambda_powertools.middleware_factory.lambda_handler_decorator",
        "aws_lambda_powertools.middleware_factory.factory.lambda_handler_decorator",
    }
)

BY_PATH: dict[str, Consumer] = {consumer.path: consumer for consumer in CONSUMERS}

# Methods that take a function whatever their object is: name to (position, keyword, when).
# https://docs.python.org/3/library/asyncio-eventloop.html, .../concurrent.futures.html and .../multiprocessing.html
METHODS: dict[str, tuple[int | None, str | None, str]] = {
    "submit": (0, None, "thread"),
    "run_in_executor": (1, "func", "thread"),
    "call_soon": (0, "callback", "loop"),
    "call_soon_threadsafe": (0, "callback", "loop"),
    "call_later": (1, "callback", "loop"),
    "call_at": (1, "callback", "loop"),
    "add_done_callback": (0, "fn", "loop"),
    "add_task": (0, "func", "loop"),
    "sort": (None, "key", "now"),
    "apply_async": (0, "func", "process"),
    "imap": (0, "func", "process"),
    "imap_unordered": (0, "func", "process"),
    "starmap": (0, "func", "process"),
}

# Calls that run the coroutines that they are given; each argument is a call already.
# https://docs.python.org/3/library/asyncio-task.html and https://docs.python.org/3/library/asyncio-runner.html
COROUTINE_RUNNERS: frozenset[str] = frozenset(
    {
        "asyncio.run",
        "asyncio.runners.run",
        "asyncio.gather",
        "asyncio.wait",
        "asyncio.wait_for",
        "asyncio.as_completed",
        "asyncio.shield",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.run_coroutine_threadsafe",
    }
)
COROUTINE_METHODS: frozenset[str] = frozenset({"run_until_complete", "create_task", "start_soon"})


def find(path: str) -> Consumer | None:
    """The consumer at a dotted path (a builtin by its bare name)."""
    return BY_PATH.get(path)
