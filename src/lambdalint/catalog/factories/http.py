"""Constructors of HTTP and gRPC clients."""

from __future__ import annotations

from lambdalint.catalog.factories.group import Group

HTTP: tuple[Group, ...] = (
    Group(
        "http",
        "requests session",
        "https://requests.readthedocs.io/en/latest/user/advanced/#session-objects",
        "requests.Session requests.session requests.sessions.Session requests.sessions.session",
    ),
    Group(
        "http",
        "httpx client",
        "https://www.python-httpx.org/advanced/clients/",
        "httpx.Client",
    ),
    Group(
        "http",
        "asynchronous httpx client",
        "https://www.python-httpx.org/async/",
        "httpx.AsyncClient",
        "async",
    ),
    Group(
        "http",
        "aiohttp session",
        "https://docs.aiohttp.org/en/stable/client_reference.html",
        "aiohttp.ClientSession aiohttp.client.ClientSession",
        "async",
    ),
    Group(
        "http",
        "urllib3 pool",
        "https://urllib3.readthedocs.io/en/stable/advanced-usage.html",
        """urllib3.PoolManager urllib3.poolmanager.PoolManager urllib3.ProxyManager urllib3.poolmanager.ProxyManager
        urllib3.proxy_from_url urllib3.HTTPConnectionPool urllib3.HTTPSConnectionPool
        urllib3.connectionpool.HTTPConnectionPool urllib3.connectionpool.HTTPSConnectionPool
        urllib3.connection_from_url""",
    ),
    Group(
        "http",
        "HTTP connection",
        "https://docs.python.org/3/library/http.client.html",
        "http.client.HTTPConnection http.client.HTTPSConnection",
    ),
    Group("http", "httplib2 connection pool", "https://httplib2.readthedocs.io/en/latest/", "httplib2.Http"),
    Group(
        "http",
        "gRPC channel",
        "https://grpc.github.io/grpc/python/grpc.html",
        "grpc.insecure_channel grpc.secure_channel",
    ),
    Group(
        "http",
        "asynchronous gRPC channel",
        "https://grpc.github.io/grpc/python/grpc_asyncio.html",
        "grpc.aio.insecure_channel grpc.aio.secure_channel",
        "async",
    ),
    Group(
        "sdk",
        "JWKS client",
        "https://pyjwt.readthedocs.io/en/stable/usage.html#retrieve-rsa-signing-keys-from-a-jwks-endpoint",
        "jwt.PyJWKClient jwt.jwks_client.PyJWKClient",
    ),
)
