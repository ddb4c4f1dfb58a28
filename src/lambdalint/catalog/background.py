"""What starts work beside the handler, and what waits for it (LMB604).

https://docs.python.org/3/library/threading.html, .../concurrent.futures.html, .../asyncio-task.html and
.../subprocess.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

THREAD_CLASSES: frozenset[str] = terms(
    "threading.Thread threading.Timer multiprocessing.Process multiprocessing.get_context().Process"
)
THREADS: frozenset[str] = frozenset(f"{path}()" for path in THREAD_CLASSES)
_EXECUTORS = terms(
    "concurrent.futures.ThreadPoolExecutor() concurrent.futures.thread.ThreadPoolExecutor()",
    "concurrent.futures.ProcessPoolExecutor() concurrent.futures.process.ProcessPoolExecutor()",
)
_LOOPS = terms("asyncio.get_event_loop() asyncio.get_running_loop() asyncio.new_event_loop()")
_TASKS = terms("asyncio.create_task asyncio.ensure_future asyncio.tasks.create_task asyncio.tasks.ensure_future")
_PROCESSES = terms("subprocess.Popen")

_KINDS: dict[str, str] = {
    **{f"{path}.start": "thread" for path in THREADS},
    **{f"{path}.{method}": "job" for path in _EXECUTORS for method in ("submit", "map")},
    **{f"{path}.create_task": "task" for path in _LOOPS},
    **dict.fromkeys(_TASKS, "task"),
    **dict.fromkeys(_PROCESSES, "process"),
}

# What the calls that start work give, and what they are called on.
WORK: frozenset[str] = THREADS | frozenset(f"{path}()" for path in (*_TASKS, *_PROCESSES))

# Attributes of a future, a task or a process whose use waits for nothing.
IDLE_ATTRIBUTES: frozenset[str] = terms(
    "add_done_callback done cancelled running pid args set_name get_name daemon name"
)
# Methods by which a collection only keeps what it holds from being collected.
PUT_ASIDE: frozenset[str] = terms("add append discard remove")
# Calls that get hold of all work there is.
WAITING_CALLS: frozenset[str] = terms(
    "asyncio.all_tasks asyncio.tasks.all_tasks threading.enumerate os.waitpid os.wait"
)
# Methods that wait, or end the work, whatever their object.
WAITING_METHODS: frozenset[str] = terms("wait is_alive cancel wait_for communicate join_thread")


def kind_of(path: str) -> str | None:
    """Which kind of work calling a dotted path starts: thread, job, task or process."""
    return _KINDS.get(path)
