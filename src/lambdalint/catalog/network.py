"""Calls that talk to another machine: HTTP requests, connections, and what an AWS client sends (LMB103, LMB202).

Checked against the libraries' own documentation and botocore 1.44.8 on `CHECKED`.
"""

from __future__ import annotations

from lambdalint.catalog.secrets import GETTERS
from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

_VERBS = "get post put patch delete head options request"


def _with(owners: str, methods: str) -> frozenset[str]:
    return frozenset(f"{owner}.{method}" for owner in owners.split() for method in methods.split())


# One request each on a connection of its own.
# https://requests.readthedocs.io/en/latest/user/advanced/#session-objects,
# https://www.python-httpx.org/advanced/clients/#why-use-a-client and
# https://docs.python.org/3/library/urllib.request.html: the handlers of urlopen send `Connection: close`.
ONE_SHOT_REQUESTS: frozenset[str] = (
    _with("requests requests.api", _VERBS)
    | _with("httpx", _VERBS + " stream")
    | terms("urllib.request.urlopen urllib.request.urlretrieve aiohttp.request")
)

# Requests on a session, a client or a pool.
_POOLED_REQUESTS: frozenset[str] = (
    _with("requests.Session() requests.session() requests.sessions.Session()", _VERBS + " send")
    | _with("httpx.Client()", _VERBS + " stream send")
    | _with("urllib3.PoolManager() urllib3.poolmanager.PoolManager() urllib3.ProxyManager()", "request urlopen")
    | terms("urllib3.request http.client.HTTPConnection().request http.client.HTTPSConnection().request")
    | terms("httplib2.Http().request urllib.request.build_opener().open urllib.request.OpenerDirector().open")
)

# https://docs.python.org/3/library/: these connect when they are made.
_CONNECTIONS: frozenset[str] = terms(
    "socket.create_connection smtplib.SMTP smtplib.SMTP_SSL ftplib.FTP ftplib.FTP_TLS poplib.POP3 poplib.POP3_SSL",
    "imaplib.IMAP4 imaplib.IMAP4_SSL",
)

# Commands of a Redis client, and what opens a connection of a database that was made lazily.
_REDIS = "ping get set mget hget hgetall exists keys scan_iter incr execute_command info"
_DATABASE_CALLS: frozenset[str] = (
    _with("redis.Redis() redis.StrictRedis() redis.from_url() redis.Redis.from_url()", _REDIS)
    | terms("sqlalchemy.create_engine().connect sqlalchemy.create_engine().begin")
    | terms("psycopg_pool.ConnectionPool().getconn psycopg_pool.ConnectionPool().wait")
    | terms("pymongo.MongoClient().server_info pymongo.MongoClient().list_database_names")
    | terms("pymongo.MongoClient().admin.command")
)

NETWORK_CALLS: frozenset[str] = (
    ONE_SHOT_REQUESTS | _POOLED_REQUESTS | _CONNECTIONS | _DATABASE_CALLS | frozenset(GETTERS)
)

# Methods of every boto3 client that send nothing.
# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/services/s3.html#client
LOCAL_CLIENT_METHODS: frozenset[str] = terms(
    "can_paginate close get_paginator get_waiter generate_presigned_url generate_presigned_post",
    "generate_db_auth_token generate_db_connect_auth_token generate_db_connect_admin_auth_token",
)
# And of a resource: its collections are lazy, its parts are named with a capital.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/resources.html
LOCAL_RESOURCE_METHODS: frozenset[str] = terms("get_available_subresources batch_writer")
# Iterating over what this gives sends the requests.
LAZY_METHODS: frozenset[str] = terms("paginate")
WAITING_METHODS: frozenset[str] = terms("wait")

# The runtime's and the extensions' own interfaces: http://localhost:2773 and http://${AWS_LAMBDA_RUNTIME_API}.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")
_SCHEMES = ("http://", "https://", "")


def is_local_url(text: str) -> bool:
    """Whether a URL, or the head of one, stays in the execution environment: an extension, the runtime itself."""
    lowered = text.lower()
    for scheme in _SCHEMES:
        for host in _LOCAL_HOSTS:
            start = scheme + host
            if lowered.startswith(start) and lowered[len(start) : len(start) + 1] in ("", ":", "/"):
                return True
    return False
