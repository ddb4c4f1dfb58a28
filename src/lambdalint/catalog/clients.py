"""What makes a client, a session, a connection, a pool or an engine: the subject of LMB201 and its kin.

Paths were resolved in the releases of the libraries current on `CHECKED`, except for MySQLdb, cx_Oracle, SageMaker,
DAX, the Encryption SDK and the Google API client, and a few names that only older releases have (`aioboto3.client`);
the URL of a group is the page of its documentation that describes them.  `asyncio` primitives and the calls that
only borrow from a pool stand at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.catalog.factories import GROUPS, Group

CHECKED = "2026-11-25"

CUSTOM_SOURCE = "configuration"


class Factory(NamedTuple):
    """A callable whose result is worth keeping for the life of the execution environment.

    `kind` is client, session, resource, http, database, pool, engine, cache, queue, search, sdk or powertools.
    `is_database` marks what speaks to a database and may go stale between invocations; `connects` what opens a
    connection when it is made, not at its first use.  `label` reads after "a" or "the": "boto3 client".
    """

    path: str
    kind: str
    is_async: bool
    is_database: bool
    connects: bool
    label: str
    source: str


class Pattern(NamedTuple):
    """Clients of a family of packages: dotted paths below `prefix` whose class ends in `suffix`."""

    prefix: str
    suffix: str
    async_marks: tuple[str, ...]
    constructors: tuple[str, ...]
    label: str
    source: str


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "google.cloud.",
        "Client",
        ("AsyncClient",),
        ("from_service_account_json", "from_service_account_file", "from_service_account_info"),
        "Google Cloud client",
        "https://cloud.google.com/python/docs/reference",
    ),
    Pattern(
        "azure.",
        "Client",
        (".aio.",),
        ("from_connection_string",),
        "Azure client",
        "https://learn.microsoft.com/en-us/python/api/overview/azure/",
    ),
)


def _factories(groups: Iterable[Group]) -> Iterator[Factory]:
    for group in groups:
        flags = group.flags.split()
        for path in group.paths.split():
            yield Factory(
                path, group.kind, "async" in flags, "database" in flags, "connects" in flags, group.label, group.source
            )


_PREFIXES = tuple(pattern.prefix for pattern in PATTERNS)
FACTORIES: dict[str, Factory] = {factory.path: factory for factory in _factories(GROUPS)}


def find(path: str, extra: frozenset[str] = frozenset()) -> Factory | None:
    """The factory at a dotted path, also by a pattern or among `extra` (the configuration's client-factories)."""
    found = FACTORIES.get(path)
    if found is not None:
        return found
    if path in extra:
        return Factory(path, "sdk", False, False, False, f"`{path.rpartition('.')[2]}`", CUSTOM_SOURCE)
    if not path.startswith(_PREFIXES):
        return None
    return next((_match(path, pattern) for pattern in PATTERNS if path.startswith(pattern.prefix)), None)


def _match(path: str, pattern: Pattern) -> Factory | None:
    head, _, last = path.rpartition(".")
    name = head.rpartition(".")[2] if last in pattern.constructors else last
    if not (name[:1].isupper() and name.endswith(pattern.suffix)):
        return None
    is_async = any(mark in path for mark in pattern.async_marks)
    return Factory(path, "sdk", is_async, False, False, pattern.label, pattern.source)


# The packages whose clients a program may hold: the first components of every path.
PACKAGES: frozenset[str] = frozenset(path.split(".", 1)[0] for path in FACTORIES) | {"google", "azure"}


# --- AWS clients ---------------------------------------------------------------------------------

# A client's service is the first argument, or the keyword `service_name`.
# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/boto3.html
SERVICE_KEYWORD = "service_name"

# The kinds of what boto3 makes.
BOTO_KINDS = ("client", "resource", "session")

# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
CREDENTIAL_KEYWORDS: frozenset[str] = frozenset({"aws_access_key_id", "aws_secret_access_key", "aws_session_token"})

# What makes a session, so that the session and its clients are one defect.
SESSIONS: frozenset[str] = frozenset(factory.path for factory in FACTORIES.values() if factory.kind == "session")


def is_aws_client(path: str) -> bool:
    """Whether a factory's result makes AWS API calls: a client or a resource of boto3, aioboto3 or botocore."""
    factory = FACTORIES.get(path)
    return factory is not None and factory.kind in {"client", "resource"}


def is_part(path: str) -> bool:
    """Whether a path is that of a part of a boto3 resource, such as its `Table`: made without a call of the service.

    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/resources.html
    """
    head, _, last = path.rpartition(".")
    factory = FACTORIES.get(head.removesuffix("()")) if head.endswith("()") else None
    return factory is not None and factory.kind == "resource" and last[:1].isupper()


# --- asyncio -------------------------------------------------------------------------------------

# https://docs.python.org/3/library/asyncio-sync.html and https://docs.python.org/3/library/asyncio-queue.html:
# bound to the loop that first waits on them.
ASYNCIO_PRIMITIVES: frozenset[str] = frozenset(
    f"asyncio.{module}{name}"
    for submodule, names in (
        ("locks.", ("Lock", "Event", "Condition", "Semaphore", "BoundedSemaphore", "Barrier")),
        ("queues.", ("Queue", "PriorityQueue", "LifoQueue")),
    )
    for module in ("", submodule)
    for name in names
)

# https://docs.aiohttp.org/en/stable/client_reference.html: needs a running loop when it is made, so that a
# module-level one fails at import ("no running event loop", measured with aiohttp 3.14).
NEEDS_RUNNING_LOOP: frozenset[str] = frozenset(
    {"aiohttp.ClientSession", "aiohttp.client.ClientSession", "aiohttp.TCPConnector", "aiohttp.connector.TCPConnector"}
)

# Packages whose async clients open a session for each request and so belong to no loop.
# https://docs.slack.dev/tools/python-slack-sdk/web
LOOP_FREE = ("slack_sdk.",)

# What makes a botocore session, by its last name, and the methods that give it credentials afterwards.
# https://github.com/boto/botocore/blob/develop/botocore/session.py
SESSION_MAKERS: frozenset[str] = frozenset({"get_session", "Session"})
CREDENTIAL_SETTERS: frozenset[str] = frozenset({"set_credentials"})

# https://docs.python.org/3/library/asyncio-runner.html: each runs its coroutine on a loop of its own, then closes it.
NEW_LOOP_RUNNERS: frozenset[str] = frozenset(
    {"asyncio.run", "asyncio.runners.run", "anyio.run", "asgiref.sync.async_to_sync", "trio.run", "uvloop.run"}
)

# What makes a loop that runs as often as it is asked to.
# https://docs.python.org/3/library/asyncio-eventloop.html
RUNNERS: frozenset[str] = frozenset({"asyncio.Runner()", "asyncio.runners.Runner()"})
NEW_LOOPS: frozenset[str] = frozenset({"asyncio.new_event_loop()", "asyncio.events.new_event_loop()"})

# Those of them that leave the thread without a current loop, so that `asyncio.get_event_loop()` fails there from then
# on (measured for the first three on Python 3.11 and 3.13).
LOOP_ENDINGS: frozenset[str] = frozenset(
    {"asyncio.run", "asyncio.runners.run", "anyio.run", "asyncio.Runner().run", "asyncio.runners.Runner().run"}
    | {"uvloop.run"}
)

# What gives the thread a current loop again, or lets `asyncio.run` work inside a running loop.
# https://docs.python.org/3/library/asyncio-eventloop.html and https://pypi.org/project/nest-asyncio/
LOOP_SETTERS: frozenset[str] = frozenset(
    {"asyncio.set_event_loop", "asyncio.events.set_event_loop", "nest_asyncio.apply"}
)


# --- borrowing -----------------------------------------------------------------------------------

# Calls on a pool or an engine that borrow a connection and give it back; right in every invocation when the pool
# itself is kept.  https://docs.sqlalchemy.org/en/20/core/connections.html and the pools' own pages.
CHECKOUTS: dict[str, frozenset[str]] = {
    "sqlalchemy.create_engine": frozenset({"connect", "begin", "raw_connection"}),
    "sqlalchemy.ext.asyncio.create_async_engine": frozenset({"connect", "begin", "raw_connection"}),
    "sqlalchemy.orm.sessionmaker": frozenset({"__call__", "begin"}),
    "sqlalchemy.orm.scoped_session": frozenset({"__call__"}),
    "sqlalchemy.ext.asyncio.async_sessionmaker": frozenset({"__call__", "begin"}),
    "psycopg_pool.ConnectionPool": frozenset({"connection", "getconn"}),
    "psycopg_pool.AsyncConnectionPool": frozenset({"connection", "getconn"}),
    "psycopg2.pool.SimpleConnectionPool": frozenset({"getconn"}),
    "psycopg2.pool.ThreadedConnectionPool": frozenset({"getconn"}),
    "asyncpg.create_pool": frozenset({"acquire"}),
    "aiomysql.create_pool": frozenset({"acquire"}),
    "mysql.connector.pooling.MySQLConnectionPool": frozenset({"get_connection"}),
    "oracledb.create_pool": frozenset({"acquire"}),
    "neo4j.GraphDatabase.driver": frozenset({"session"}),
    "neo4j.AsyncGraphDatabase.driver": frozenset({"session"}),
    "pymongo.MongoClient": frozenset({"start_session", "get_database"}),
}

# Sessions that borrow from the engine that they are given, no connection of their own.
BORROWERS: frozenset[str] = frozenset(
    {"sqlalchemy.orm.Session", "sqlmodel.Session", "sqlalchemy.ext.asyncio.AsyncSession"}
)

# Constructors that take from a process-wide pool when one of these keywords is given.
# https://dev.mysql.com/doc/connector-python/en/connector-python-connection-pooling.html
POOLED_BY_KEYWORD: dict[str, frozenset[str]] = {
    "mysql.connector.connect": frozenset({"pool_name", "pool_size"}),
}


def is_checkout(factory: str, method: str) -> bool:
    """Whether calling `method` ("__call__" for a plain call) on what `factory` made only borrows a connection."""
    return method in CHECKOUTS.get(factory, frozenset())
