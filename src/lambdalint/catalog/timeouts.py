"""Calls that can block until the function's own timeout, and the argument that bounds them (LMB203).

Signatures: https://docs.python.org/3/library/ and the libraries' own pages, read on `CHECKED`.
"""

from __future__ import annotations

from typing import NamedTuple

CHECKED = "2026-11-25"


class Blocking(NamedTuple):
    """A call that waits for another machine.

    Any of `keywords` bounds it, or a positional argument at the 0-based `position` (None: by keyword only).
    `has_default` marks what is bounded unless told otherwise: only an explicit None is a defect.
    """

    path: str
    keywords: tuple[str, ...]
    position: int | None
    has_default: bool
    source: str


_REQUESTS = "https://requests.readthedocs.io/en/latest/user/advanced/#timeouts"
_HTTPX = "https://www.python-httpx.org/advanced/timeouts/"
_AIOHTTP = "https://docs.aiohttp.org/en/stable/client_quickstart.html#timeouts"
_STDLIB = "https://docs.python.org/3/library/"
_VERBS = ("get", "post", "put", "patch", "delete", "head", "options", "request")


def _verbs(owner: str, source: str, has_default: bool, extra: tuple[str, ...] = ()) -> tuple[Blocking, ...]:
    return tuple(Blocking(f"{owner}.{verb}", ("timeout",), None, has_default, source) for verb in (*_VERBS, *extra))


_ROWS = (
    *_verbs("requests", _REQUESTS, False),
    *_verbs("requests.api", _REQUESTS, False),
    *_verbs("requests.Session()", _REQUESTS, False, ("send",)),
    *_verbs("requests.session()", _REQUESTS, False, ("send",)),
    *_verbs("requests.sessions.Session()", _REQUESTS, False, ("send",)),
    *_verbs("httpx", _HTTPX, True, ("stream",)),
    *_verbs("httpx.Client()", _HTTPX, True, ("stream",)),
    *_verbs("httpx.AsyncClient()", _HTTPX, True, ("stream",)),
    Blocking("httpx.Client", ("timeout",), None, True, _HTTPX),
    Blocking("httpx.AsyncClient", ("timeout",), None, True, _HTTPX),
    *_verbs("aiohttp.ClientSession()", _AIOHTTP, True),
    Blocking("aiohttp.ClientSession", ("timeout",), None, True, _AIOHTTP),
    Blocking("urllib.request.urlopen", ("timeout",), 2, False, _STDLIB + "urllib.request.html"),
    Blocking("http.client.HTTPConnection", ("timeout",), 2, False, _STDLIB + "http.client.html"),
    Blocking("http.client.HTTPSConnection", ("timeout",), None, False, _STDLIB + "http.client.html"),
    Blocking("socket.create_connection", ("timeout",), 1, False, _STDLIB + "socket.html"),
    Blocking("smtplib.SMTP", ("timeout",), 3, False, _STDLIB + "smtplib.html"),
    Blocking("smtplib.SMTP_SSL", ("timeout",), 5, False, _STDLIB + "smtplib.html"),
    Blocking("ftplib.FTP", ("timeout",), 4, False, _STDLIB + "ftplib.html"),
    Blocking("ftplib.FTP_TLS", ("timeout",), None, False, _STDLIB + "ftplib.html"),
    Blocking("poplib.POP3", ("timeout",), 2, False, _STDLIB + "poplib.html"),
    Blocking("poplib.POP3_SSL", ("timeout",), None, False, _STDLIB + "poplib.html"),
    Blocking("imaplib.IMAP4", ("timeout",), 2, False, _STDLIB + "imaplib.html"),
    Blocking("imaplib.IMAP4_SSL", ("timeout",), None, False, _STDLIB + "imaplib.html"),
    Blocking(
        "psycopg2.connect",
        ("connect_timeout",),
        None,
        False,
        "https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT",
    ),
    Blocking(
        "redis.Redis",
        ("socket_timeout", "socket_connect_timeout"),
        None,
        False,
        "https://redis.readthedocs.io/en/stable/connections.html",
    ),
    Blocking(
        "redis.StrictRedis",
        ("socket_timeout", "socket_connect_timeout"),
        None,
        False,
        "https://redis.readthedocs.io/en/stable/connections.html",
    ),
)
BLOCKING: dict[str, Blocking] = {row.path: row for row in _ROWS}

# A connection string, the first argument or this keyword, may carry the timeout itself.
# https://www.psycopg.org/docs/module.html#psycopg2.connect
DSN_KEYWORD: dict[str, str] = {"psycopg2.connect": "dsn"}
# What bounds the later calls of the standard library.
# https://docs.python.org/3/library/socket.html#socket.setdefaulttimeout
GLOBAL_BOUND: frozenset[str] = frozenset({"socket.setdefaulttimeout"})
# Mounting an adapter of one's own on a session may bound its calls.
# https://requests.readthedocs.io/en/latest/user/advanced/#transport-adapters
ADAPTER_METHOD = "mount"
# Adapters that bound nothing of themselves.
PLAIN_ADAPTERS: frozenset[str] = frozenset({"requests.adapters.HTTPAdapter()", "requests.adapters.BaseAdapter()"})
# What opens its connections through a pool that is bounded, or not, where it is made.
POOL_KEYWORDS: frozenset[str] = frozenset({"connection_pool", "unix_socket_path"})


def is_standard_library(row: Blocking) -> bool:
    """Whether a call is one that `socket.setdefaulttimeout` bounds."""
    return row.source.startswith(_STDLIB)


def find(path: str) -> Blocking | None:
    """The blocking call at a dotted path."""
    return BLOCKING.get(path)
