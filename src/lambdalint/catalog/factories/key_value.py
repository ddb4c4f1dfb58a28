"""Constructors of clients of key-value, document and graph databases."""

from __future__ import annotations

from lambdalint.catalog.factories.group import Group

_REDIS = "https://redis.readthedocs.io/en/stable/"

KEY_VALUE: tuple[Group, ...] = (
    Group(
        "database",
        "Redis client",
        _REDIS + "connections.html",
        """redis.Redis redis.client.Redis redis.StrictRedis redis.client.StrictRedis redis.from_url
        redis.utils.from_url redis.Redis.from_url redis.client.Redis.from_url redis.StrictRedis.from_url
        redis.RedisCluster redis.cluster.RedisCluster redis.RedisCluster.from_url redis.cluster.RedisCluster.from_url
        redis.Sentinel redis.sentinel.Sentinel""",
        "database",
    ),
    Group(
        "pool",
        "Redis connection pool",
        _REDIS + "connections.html#connection-pools",
        """redis.ConnectionPool redis.connection.ConnectionPool redis.ConnectionPool.from_url
        redis.connection.ConnectionPool.from_url redis.BlockingConnectionPool
        redis.connection.BlockingConnectionPool""",
        "database",
    ),
    Group(
        "database",
        "asynchronous Redis client",
        _REDIS + "examples/asyncio_examples.html",
        """redis.asyncio.Redis redis.asyncio.client.Redis redis.asyncio.StrictRedis redis.asyncio.from_url
        redis.asyncio.utils.from_url redis.asyncio.Redis.from_url redis.asyncio.client.Redis.from_url
        redis.asyncio.RedisCluster redis.asyncio.cluster.RedisCluster redis.asyncio.RedisCluster.from_url
        redis.asyncio.Sentinel redis.asyncio.sentinel.Sentinel""",
        "async database",
    ),
    Group(
        "pool",
        "asynchronous Redis connection pool",
        _REDIS + "examples/asyncio_examples.html",
        """redis.asyncio.ConnectionPool redis.asyncio.ConnectionPool.from_url redis.asyncio.BlockingConnectionPool
        redis.asyncio.connection.ConnectionPool redis.asyncio.connection.ConnectionPool.from_url""",
        "async database",
    ),
    Group(
        "database",
        "Valkey client",
        "https://valkey-py.readthedocs.io/en/latest/connections.html",
        """valkey.Valkey valkey.StrictValkey valkey.from_url valkey.Valkey.from_url valkey.ValkeyCluster
        valkey.cluster.ValkeyCluster valkey.ConnectionPool""",
        "database",
    ),
    Group(
        "database",
        "asynchronous Valkey client",
        "https://valkey-py.readthedocs.io/en/latest/connections.html",
        "valkey.asyncio.Valkey valkey.asyncio.from_url valkey.asyncio.Valkey.from_url valkey.asyncio.ValkeyCluster",
        "async database",
    ),
    Group(
        "database",
        "memcached client",
        "https://pymemcache.readthedocs.io/en/latest/",
        """pymemcache.Client pymemcache.PooledClient pymemcache.HashClient pymemcache.client.base.Client
        pymemcache.client.base.PooledClient pymemcache.client.hash.HashClient pymemcache.client.Client""",
        "database",
    ),
    Group(
        "database",
        "MongoDB client",
        "https://pymongo.readthedocs.io/en/stable/api/pymongo/mongo_client.html",
        "pymongo.MongoClient pymongo.mongo_client.MongoClient",
        "database",
    ),
    Group(
        "database",
        "asynchronous MongoDB client",
        "https://pymongo.readthedocs.io/en/stable/api/pymongo/asynchronous/mongo_client.html",
        """pymongo.AsyncMongoClient pymongo.asynchronous.mongo_client.AsyncMongoClient
        motor.motor_asyncio.AsyncIOMotorClient motor.motor_tornado.MotorClient""",
        "async database",
    ),
    Group(
        "database",
        "Neo4j driver",
        "https://neo4j.com/docs/api/python-driver/current/api.html",
        "neo4j.GraphDatabase.driver",
        "database",
    ),
    Group(
        "database",
        "asynchronous Neo4j driver",
        "https://neo4j.com/docs/api/python-driver/current/async_api.html",
        "neo4j.AsyncGraphDatabase.driver",
        "async database",
    ),
    Group(
        "database",
        "Cassandra cluster",
        "https://docs.datastax.com/en/developer/python-driver/latest/api/cassandra/cluster/",
        "cassandra.cluster.Cluster",
        "database",
    ),
)
