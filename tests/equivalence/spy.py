"""Records clients, sessions, API operations and HTTP requests, each with the phase in which it happened.

What is wrapped is what every boto3 and botocore call passes through: `botocore.session.Session.create_client`
and `botocore.client.BaseClient._make_api_call`.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3.session
import botocore.client
import botocore.session
from botocore.exceptions import ClientError

from .record import INIT, SESSION, Call, Creation, Json


class Spy:
    """Collects calls and creations of this process, tagged with `phase`, except while paused."""

    def __init__(self) -> None:
        self.phase = INIT
        self.calls: list[Call] = []
        self.creations: list[Creation] = []
        self._paused = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """A context in which nothing is recorded: the harness's own calls."""
        self._paused = True
        try:
            yield
        finally:
            self._paused = False

    def install(self) -> None:
        """Wrap boto3 and botocore for the rest of the process's life."""
        self._wrap(botocore.session.Session, "create_client", None)
        self._wrap(boto3.session.Session, "__init__", SESSION)
        original = botocore.client.BaseClient._make_api_call

        @functools.wraps(original)
        def make_api_call(client: Any, operation: str, params: dict[str, Any]) -> Any:
            shown = plain(params)
            outcome = "ok"
            try:
                return original(client, operation, params)
            except Exception as error:
                outcome = describe(error)
                raise
            finally:
                self.saw_call(client.meta.service_model.service_name, operation, shown, outcome)

        botocore.client.BaseClient._make_api_call = make_api_call

    def saw_call(self, service: str, operation: str, params: Json, outcome: str) -> None:
        """Record one call, unless paused."""
        if not self._paused:
            self.calls.append(Call(self.phase, service, operation, params, outcome))

    def _wrap(self, owner: type, name: str, service: str | None) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def create(instance: Any, *args: Any, **kwargs: Any) -> Any:
            # A resource makes its client inside; only what succeeds has been created.
            result = original(instance, *args, **kwargs)
            if not self._paused:
                first = args[0] if args else kwargs.get("service_name")
                self.creations.append(Creation(self.phase, service or str(first)))
            return result

        setattr(owner, name, create)


def describe(error: BaseException) -> str:
    """The class of an exception, with the service's error code where it has one."""
    name = type(error).__name__
    if isinstance(error, ClientError):
        return f"{name}:{error.response.get('Error', {}).get('Code', '')}"
    return name


def plain(value: Any) -> Json:
    """Parameters of a call as JSON: bytes as text where they are, streams by type only (they must not be consumed)."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=repr)
    if isinstance(value, (bytes, bytearray)):
        return decode_bytes(bytes(value))
    if hasattr(value, "read"):
        return "<stream>"
    return repr(value)


def decode_bytes(data: bytes) -> str:
    """Bytes as text: their UTF-8 where they have one, base64 elsewhere."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode("ascii")
