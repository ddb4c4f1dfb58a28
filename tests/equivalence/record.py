"""What one process of the harness observed, as plain data that survives a trip through JSON."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = Any
"""A value as `json.loads` returns it."""

INIT = "init"
"""The phase in which the handler's module is imported; the others are `invoke1`, `invoke2`, …"""

SESSION = "session"
"""The service of a `Creation` that is a `boto3.Session`."""

# ReceiveMessage is none of them: it hides messages from others.
_READING = ("Get", "BatchGet", "Head", "List", "Describe", "Query", "Scan", "Select", "Decrypt", "Lookup")


class Call(NamedTuple):
    """One API operation or HTTP request, at the moment it was made.

    `outcome` is "ok", or the class name of the exception with the service's error code, if any.
    """

    phase: str
    service: str
    operation: str
    params: Json
    outcome: str

    @property
    def is_read(self) -> bool:
        """Whether the operation leaves everything as it was; what is not known to, counts as mutating."""
        if self.service == "http":
            return self.operation in ("GET", "HEAD", "OPTIONS")
        return self.operation.startswith(_READING)


class Creation(NamedTuple):
    """One botocore client (a resource makes one too), or one `boto3.Session` (service "session")."""

    phase: str
    service: str


class Post(NamedTuple):
    """What the runtime would send for an invocation.

    `kind` is "response", "error" or "exit" (the handler ended the process, so nothing is sent).
    """

    phase: str
    kind: str
    content_type: str
    body: Json


class InitError(NamedTuple):
    """The error with which the runtime gives up before the first invocation."""

    type: str
    message: str


class Record(NamedTuple):
    """One scenario of one variant.  `died` says how the process ended when it did not end by itself."""

    scenario: str
    init_error: InitError | None
    posts: tuple[Post, ...]
    calls: tuple[Call, ...]
    creations: tuple[Creation, ...]
    state: Json
    output: str
    died: str | None

    def phases(self) -> tuple[str, ...]:
        """The phases that were entered, in order."""
        return (INIT, *(post.phase for post in self.posts))

    def count_clients(self, phase: str) -> int:
        """How many clients were made in a phase."""
        return sum(creation.phase == phase and creation.service != SESSION for creation in self.creations)

    def count_calls(self, operation: str, phase: str) -> int:
        """How many calls of an operation, such as `GetSecretValue`, were made in a phase."""
        return sum(call.operation == operation and call.phase == phase for call in self.calls)


def decode(scenario: str, data: dict[str, Json]) -> Record:
    """The record that a process left as JSON, its fields absent where it died early."""
    error = data.get("init_error")
    return Record(
        scenario=scenario,
        init_error=InitError(*error) if error else None,
        posts=tuple(Post(*post) for post in data.get("posts", ())),
        calls=tuple(Call(*call) for call in data.get("calls", ())),
        creations=tuple(Creation(*creation) for creation in data.get("creations", ())),
        state=data.get("state"),
        output=data.get("output", ""),
        died=data.get("died"),
    )
