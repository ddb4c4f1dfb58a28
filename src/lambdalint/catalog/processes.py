"""What an execution environment does to processes and time: semaphores that fail, exits, values that go stale.

Failures were measured on Python 3.10 and 3.13 with a /dev that has no /dev/shm.
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# --- multiprocessing -----------------------------------------------------------------------------

# https://aws.amazon.com/blogs/compute/parallel-processing-in-python-with-aws-lambda/: no shared memory.
_PRIMITIVES = (
    "Pool Queue SimpleQueue JoinableQueue Lock RLock Semaphore BoundedSemaphore Event Condition Barrier Value Array"
)
_SUBMODULES = {
    "pool": "Pool ThreadPool",
    "dummy": "Pool",
    "queues": "Queue SimpleQueue JoinableQueue",
    "synchronize": "Lock RLock Semaphore BoundedSemaphore Event Condition Barrier",
    "sharedctypes": "Value Array",
    "shared_memory": "SharedMemory ShareableList",
    "managers": "SharedMemoryManager",
}

# Constructors that raise OSError for want of /dev/shm, through a context too.
FAILING: frozenset[str] = (
    frozenset(
        f"multiprocessing.{owner}{name}"
        for owner in ("", "get_context().", "context.BaseContext().")
        for name in _PRIMITIVES.split()
    )
    | frozenset(f"multiprocessing.{module}.{name}" for module, names in _SUBMODULES.items() for name in names.split())
    | terms("concurrent.futures.ProcessPoolExecutor concurrent.futures.process.ProcessPoolExecutor")
)
# What works in their place.
WORKING: frozenset[str] = terms(
    "multiprocessing.Process multiprocessing.Pipe multiprocessing.Manager multiprocessing.get_context().Process",
    "multiprocessing.get_context().Pipe multiprocessing.get_context().Manager multiprocessing.process.Process",
    "multiprocessing.connection.Pipe concurrent.futures.ThreadPoolExecutor",
)


# --- leaving -------------------------------------------------------------------------------------

# https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html: the process ends, no response is sent.
EXIT_CALLS: frozenset[str] = terms(
    "sys.exit exit quit os._exit os.abort builtins.exit builtins.quit _sitebuiltins.Quitter()"
)
# No `try` stops these.  https://docs.python.org/3/library/os.html#os._exit
HARD_EXITS: frozenset[str] = terms("os._exit os.abort")
EXIT_EXCEPTIONS: frozenset[str] = terms("SystemExit KeyboardInterrupt builtins.SystemExit")

# https://docs.python.org/3/library/time.html#time.sleep and https://docs.python.org/3/library/asyncio-task.html
SLEEP_CALLS: frozenset[str] = terms("time.sleep asyncio.sleep anyio.sleep trio.sleep gevent.sleep eventlet.sleep")
# Those that block the thread.
BLOCKING_SLEEPS: frozenset[str] = terms("time.sleep")

# pip run from a program: callables whose call alone is enough, and modules for `python -m`.
# https://pip.pypa.io/en/stable/user_guide/#using-pip-from-your-program
PIP_CALLS: frozenset[str] = terms(
    "pip.main pip._internal.main pip._internal.cli.main.main pip._internal.main.main ensurepip.bootstrap"
)
COMMAND_CALLS: frozenset[str] = terms(
    "os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen",
    "subprocess.getoutput subprocess.getstatusoutput asyncio.create_subprocess_shell asyncio.create_subprocess_exec",
)
INSTALLERS: frozenset[str] = terms("pip pip3 uv easy_install conda poetry pipenv")


# --- values that must be fresh -------------------------------------------------------------------

# https://docs.python.org/3/library/datetime.html, .../time.html, .../uuid.html, .../random.html, .../secrets.html; why
# a snapshot shares them: https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html.  Monotonic clocks
# are left out: what they measure from INIT on is meant.
FRESH_CALLS: frozenset[str] = terms(
    "datetime.datetime.now datetime.datetime.utcnow datetime.datetime.today datetime.date.today",
    "time.time time.time_ns time.localtime time.gmtime time.ctime time.strftime",
    "uuid.uuid1 uuid.uuid4 uuid.uuid6 uuid.uuid7 os.urandom",
    "secrets.token_hex secrets.token_urlsafe secrets.token_bytes secrets.choice secrets.randbelow secrets.randbits",
    "random.random random.randint random.randrange random.choice random.choices random.sample random.uniform",
    "random.gauss random.getrandbits random.randbytes random.normalvariate random.triangular",
    "random.SystemRandom().random random.SystemRandom().choice random.SystemRandom().randint",
    # https://docs.djangoproject.com/en/stable/ref/utils/#django.utils.timezone.now and the libraries' own pages
    "django.utils.timezone.now arrow.now arrow.utcnow arrow.get pendulum.now pendulum.today ulid.new",
    "ulid.ULID ksuid.Ksuid",
)
# Functions through which a fresh value only passes; builtins and methods of the value itself do so as well.
PASSING_PREFIXES: tuple[str, ...] = ("math.", "datetime.", "hashlib.", "base64.", "json.dumps", "zlib.", "operator.")
# https://docs.python.org/3/library/dataclasses.html#dataclasses.field and https://docs.pydantic.dev/latest/api/fields/
FIELD_CALLS: frozenset[str] = terms("dataclasses.field pydantic.Field pydantic.fields.Field attr.ib attrs.field")
# Names of values that are meant to be those of INIT: words that begin so, and whole words.
INIT_NAME_STEMS: tuple[str, ...] = ("start", "boot", "init", "cold", "loaded", "deploy", "import")
INIT_NAME_WORDS: frozenset[str] = terms(
    "began begin birth launched container environment process instance worker uptime"
)


def is_init_name(parts: tuple[str, ...]) -> bool:
    """Whether the words of a name say that its value is that of INIT."""
    return any(part.startswith(INIT_NAME_STEMS) or part in INIT_NAME_WORDS for part in parts)
