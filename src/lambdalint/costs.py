"""What costs time where it runs: imports, clients, secrets that are fetched, and other calls over the network."""

from __future__ import annotations

import sys
from typing import NamedTuple

from lambdalint.aws import client_call
from lambdalint.catalog import clients, timeouts
from lambdalint.creations import Creation, creation_of
from lambdalint.fetches import fetch_of
from lambdalint.link.model import External, Site
from lambdalint.program import Program
from lambdalint.summary import Call, Import, Literal
from lambdalint.walk import dotted

# What a boto3 client or resource does on this machine alone.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/clients.html
_LOCAL_METHODS = frozenset(
    {"can_paginate", "close", "generate_presigned_post", "generate_presigned_url", "get_paginator", "get_waiter"}
)
# What the clients of other services do without a request.
_LOCAL_ELSEWHERE = frozenset({"close", "mount", "pipeline", "with_options"})
_REMOTE_KINDS = frozenset({"http", "cache", "queue", "search", "sdk"})
# What a connection to a database, or a cursor of it, sends.
_QUERIES = ("execute", "fetch", "commit", "query", "find", "insert", "update", "delete", "aggregate", "count_", "run")
# Made without loading or connecting anything worth a mark.
_CHEAP_KINDS = frozenset({"powertools"})


class Cost(NamedTuple):
    """One costly thing.

    `kind` is import, client, secret or network; `text` names the modules or the call, with no argument but an AWS
    service's name; `label` says more about it, "" where there is nothing to say.
    """

    kind: str
    text: str
    label: str = ""


def call_cost(program: Program, site: Site, call: Call) -> Cost | None:
    """What a call costs; None for one that is not known to cost anything."""
    creation = creation_of(program, site, call)
    if creation is not None:
        factory = creation.factory
        if factory.kind in _CHEAP_KINDS:
            return None
        return Cost("client", shown(creation), factory.label + (", connects" if factory.connects else ""))
    fetch = fetch_of(program, site, call)
    if fetch is not None:
        return Cost("secret", f"{fetch.label}(…)", fetch.service or "")
    for value in program.external(call.func, site.scope):
        label = _network(program, value)
        if label is not None:
            return Cost("network", f"{dotted(call.func) or value.path.rpartition('.')[2]}(…)", label)
    return None


def shown(creation: Creation) -> str:
    """A creating call in short: its name, and the AWS service that it names literally."""
    call = creation.call
    name = dotted(call.func) or creation.factory.path
    first = call.arguments[0].value if call.arguments else None
    if creation.factory.kind in ("client", "resource") and isinstance(first, Literal) and isinstance(first.value, str):
        return f'{name}("{first.value}")'
    return f"{name}()" if not call.arguments else f"{name}(…)"


def import_cost(statement: Import, *, is_init: bool) -> Cost | None:
    """What an import of something outside the project costs; at INIT the standard library does not count."""
    if statement.module is not None:
        names = [statement.module] if not statement.level else []
    else:
        names = [item.name for item in statement.names]
    if is_init:
        names = [name for name in names if name.partition(".")[0] not in sys.stdlib_module_names]
    if not names:
        return None
    return Cost("import", ", ".join(names))


def _network(program: Program, value: External) -> str | None:
    """The label of a call over the network, such as "s3"; None when the call makes none."""
    called = client_call(program.resolver, value)
    if called is not None:
        is_local = called.method in _LOCAL_METHODS or called.method[:1].isupper()
        return None if is_local else called.service or "AWS"
    if value.path.endswith("().paginate"):
        return "AWS"
    if timeouts.find(value.path) is not None:
        return ""
    return _of_remote_object(program, value)


def _of_remote_object(program: Program, value: External) -> str | None:
    """The label of a method of a client, or of a database connection or cursor, that speaks to another machine."""
    extra = frozenset(program.config.client_factories)
    method = value.path.rpartition(".")[2]
    step = value.base
    while step is not None:
        if step.path.endswith("()"):
            factory = clients.find(step.path.removesuffix("()"), extra)
            if factory is not None and factory.is_database:
                return factory.label if method.startswith(_QUERIES) else None
            if factory is not None:
                is_own = "()" not in value.path[len(step.path) :] and method not in _LOCAL_ELSEWHERE
                return factory.label if is_own and factory.kind in _REMOTE_KINDS else None
        step = step.base
    return None
