from __future__ import annotations

from collections import Counter

import pytest

from lambdalint.catalog import clients
from lambdalint.catalog.factories import GROUPS, Group

KINDS = {
    "client", "session", "resource", "http", "database", "pool", "engine", "cache", "queue", "search", "sdk",
    "powertools",
}  # fmt: skip


def test_no_path_is_listed_twice() -> None:
    paths = Counter(path for group in GROUPS for path in group.paths.split())
    assert [path for path, count in paths.items() if count > 1] == []


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.paths.split()[0])
def test_each_group_is_well_formed(group: Group) -> None:
    assert group.source.startswith("https://")
    assert group.kind in KINDS
    assert set(group.flags.split()) <= {"async", "database", "connects"}
    assert group.label.strip() == group.label != ""
    assert all("." in path for path in group.paths.split())


@pytest.mark.parametrize(
    ("path", "kind", "is_async", "is_database"),
    [
        ("boto3.client", "client", False, False),
        ("boto3.Session().client", "client", False, False),
        ("boto3.session.Session().resource", "resource", False, False),
        ("boto3.session.Session", "session", False, False),
        ("botocore.session.get_session().create_client", "client", False, False),
        ("aioboto3.Session().client", "client", True, False),
        ("httpx.AsyncClient", "http", True, False),
        ("requests.sessions.Session", "http", False, False),
        ("http.client.HTTPSConnection", "http", False, False),
        ("redis.client.Redis.from_url", "database", False, True),
        ("redis.asyncio.from_url", "database", True, True),
        ("psycopg.AsyncConnection.connect", "database", True, True),
        ("sqlalchemy.create_engine", "engine", False, True),
        ("neo4j.GraphDatabase.driver", "database", False, True),
        ("openai.AsyncOpenAI", "sdk", True, False),
        ("slack_sdk.web.client.WebClient", "sdk", False, False),
        ("aws_lambda_powertools.Logger", "powertools", False, False),
        ("google.cloud.storage.Client", "sdk", False, False),
        ("google.cloud.pubsub_v1.PublisherClient", "sdk", False, False),
        ("google.cloud.secretmanager_v1.SecretManagerServiceAsyncClient", "sdk", True, False),
        ("google.cloud.storage.Client.from_service_account_json", "sdk", False, False),
        ("azure.storage.blob.BlobServiceClient.from_connection_string", "sdk", False, False),
        ("azure.storage.blob.aio.BlobServiceClient", "sdk", True, False),
    ],
)
def test_a_factory_is_found(path: str, kind: str, is_async: bool, is_database: bool) -> None:
    found = clients.find(path)
    assert found is not None
    assert (found.path, found.kind, found.is_async, found.is_database) == (path, kind, is_async, is_database)


@pytest.mark.parametrize(
    "path",
    [
        "boto3", "boto3.client().get_object", "requests.get", "httpx.get", "engine.connect", "google.cloud.storage",
        "google.cloud.storage.Client().bucket", "google.cloud.storage.Blob", "google.cloud.client",
        "googlecloud.Client",
        "sqlalchemy.orm.Session", "sqlite3.connect", "my.google.cloud.storage.Client", "redis.lock.Lock",
    ],
)  # fmt: skip
def test_what_makes_no_client_is_not_found(path: str) -> None:
    assert clients.find(path) is None


def test_a_configured_factory_is_found_and_names_its_source() -> None:
    found = clients.find("app.db.connect", frozenset({"app.db.connect"}))
    assert found is not None
    assert (found.label, found.source) == ("`connect`", clients.CUSTOM_SOURCE)
    assert clients.find("app.db.close", frozenset({"app.db.connect"})) is None


def test_only_clients_of_aws_are_aws_clients() -> None:
    assert clients.is_aws_client("boto3.Session().client")
    assert clients.is_aws_client("aioboto3.Session().resource")
    assert not clients.is_aws_client("boto3.Session")
    assert not clients.is_aws_client("httpx.Client")


def test_borrowing_is_no_construction() -> None:
    assert clients.is_checkout("sqlalchemy.create_engine", "connect")
    assert clients.is_checkout("sqlalchemy.orm.sessionmaker", "__call__")
    assert not clients.is_checkout("sqlalchemy.create_engine", "dispose")
    assert not clients.is_checkout("psycopg2.connect", "cursor")
    assert all(clients.find(path) is None for path in clients.BORROWERS)


def test_asyncio_primitives_are_known_by_both_paths() -> None:
    assert {"asyncio.Lock", "asyncio.locks.Lock", "asyncio.Queue", "asyncio.queues.Queue"} <= clients.ASYNCIO_PRIMITIVES
    assert "asyncio.run" not in clients.ASYNCIO_PRIMITIVES
    assert "aiohttp.ClientSession" in clients.NEEDS_RUNNING_LOOP


def test_every_package_of_a_factory_is_listed() -> None:
    assert {"boto3", "google", "azure", "psycopg"} <= clients.PACKAGES
