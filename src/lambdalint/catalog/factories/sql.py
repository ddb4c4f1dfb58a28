"""Constructors of connections, pools and engines of SQL databases."""

from __future__ import annotations

from lambdalint.catalog.factories.group import Group

SQL: tuple[Group, ...] = (
    Group(
        "engine",
        "SQLAlchemy engine",
        "https://docs.sqlalchemy.org/en/20/core/engines.html",
        """sqlalchemy.create_engine sqlalchemy.engine.create_engine sqlalchemy.engine.create.create_engine
        sqlalchemy.engine_from_config sqlmodel.create_engine""",
        "database",
    ),
    Group(
        "engine",
        "asynchronous SQLAlchemy engine",
        "https://docs.sqlalchemy.org/en/20/orm/extensions/asyncio.html",
        """sqlalchemy.ext.asyncio.create_async_engine sqlalchemy.ext.asyncio.engine.create_async_engine
        sqlalchemy.ext.asyncio.async_engine_from_config""",
        "async database",
    ),
    Group(
        "database",
        "psycopg2 connection",
        "https://www.psycopg.org/docs/module.html#psycopg2.connect",
        "psycopg2.connect",
        "database connects",
    ),
    Group(
        "pool",
        "psycopg2 pool",
        "https://www.psycopg.org/docs/pool.html",
        "psycopg2.pool.SimpleConnectionPool psycopg2.pool.ThreadedConnectionPool",
        "database connects",
    ),
    Group(
        "database",
        "psycopg connection",
        "https://www.psycopg.org/psycopg3/docs/api/connections.html",
        "psycopg.connect psycopg.Connection.connect psycopg.connection.Connection.connect",
        "database connects",
    ),
    Group(
        "database",
        "asynchronous psycopg connection",
        "https://www.psycopg.org/psycopg3/docs/api/connections.html",
        "psycopg.AsyncConnection.connect psycopg.connection_async.AsyncConnection.connect",
        "async database connects",
    ),
    Group(
        "pool",
        "psycopg pool",
        "https://www.psycopg.org/psycopg3/docs/api/pool.html",
        "psycopg_pool.ConnectionPool psycopg_pool.pool.ConnectionPool psycopg_pool.NullConnectionPool",
        "database",
    ),
    Group(
        "pool",
        "asynchronous psycopg pool",
        "https://www.psycopg.org/psycopg3/docs/api/pool.html",
        """psycopg_pool.AsyncConnectionPool psycopg_pool.pool_async.AsyncConnectionPool
        psycopg_pool.AsyncNullConnectionPool""",
        "async database",
    ),
    Group(
        "database",
        "pg8000 connection",
        "https://github.com/tlocke/pg8000",
        """pg8000.connect pg8000.dbapi.connect pg8000.dbapi.Connection pg8000.native.Connection
        pg8000.legacy.connect pg8000.legacy.Connection""",
        "database connects",
    ),
    Group(
        "database",
        "asyncpg connection",
        "https://magicstack.github.io/asyncpg/current/api/index.html#connection",
        "asyncpg.connect asyncpg.connection.connect",
        "async database connects",
    ),
    Group(
        "pool",
        "asyncpg pool",
        "https://magicstack.github.io/asyncpg/current/api/index.html#connection-pools",
        "asyncpg.create_pool asyncpg.pool.create_pool",
        "async database connects",
    ),
    Group(
        "database",
        "PyMySQL connection",
        "https://pymysql.readthedocs.io/en/latest/modules/connections.html",
        "pymysql.connect pymysql.Connect pymysql.Connection pymysql.connections.Connection",
        "database connects",
    ),
    Group(
        "database",
        "MySQL connection",
        "https://dev.mysql.com/doc/connector-python/en/connector-python-api-mysql-connector-connect.html",
        """mysql.connector.connect mysql.connector.Connect mysql.connector.MySQLConnection
        mysql.connector.connection.MySQLConnection mysql.connector.CMySQLConnection""",
        "database connects",
    ),
    Group(
        "pool",
        "MySQL pool",
        "https://dev.mysql.com/doc/connector-python/en/connector-python-connection-pooling.html",
        "mysql.connector.pooling.MySQLConnectionPool",
        "database connects",
    ),
    Group(
        "database",
        "asynchronous MySQL connection",
        "https://dev.mysql.com/doc/connector-python/en/connector-python-asyncio.html",
        "mysql.connector.aio.connect",
        "async database connects",
    ),
    Group(
        "database",
        "MySQL connection",
        "https://mysqlclient.readthedocs.io/user_guide.html",
        "MySQLdb.connect MySQLdb.Connect MySQLdb.Connection MySQLdb.connections.Connection",
        "database connects",
    ),
    Group(
        "database",
        "peewee database",
        "https://docs.peewee-orm.com/en/latest/peewee/database.html",
        """peewee.MySQLDatabase peewee.PostgresqlDatabase playhouse.postgres_ext.PostgresqlExtDatabase
        playhouse.mysql_ext.MySQLConnectorDatabase playhouse.mysql_ext.MariaDBConnectorDatabase
        playhouse.cockroachdb.CockroachDatabase playhouse.db_url.connect""",
        "database",
    ),
    Group(
        "pool",
        "peewee pool",
        "https://docs.peewee-orm.com/en/latest/peewee/playhouse.html#connection-pool",
        "playhouse.pool.PooledMySQLDatabase playhouse.pool.PooledPostgresqlDatabase",
        "database",
    ),
    Group(
        "database",
        "aiomysql connection",
        "https://aiomysql.readthedocs.io/en/stable/connection.html",
        "aiomysql.connect aiomysql.connection.connect",
        "async database connects",
    ),
    Group(
        "pool",
        "aiomysql pool",
        "https://aiomysql.readthedocs.io/en/stable/pool.html",
        "aiomysql.create_pool aiomysql.pool.create_pool",
        "async database connects",
    ),
    Group(
        "database",
        "ODBC connection",
        "https://github.com/mkleehammer/pyodbc/wiki/The-pyodbc-Module#connect",
        "pyodbc.connect",
        "database connects",
    ),
    Group(
        "database",
        "Oracle connection",
        "https://python-oracledb.readthedocs.io/en/latest/api_manual/module.html",
        "oracledb.connect oracledb.connection.connect cx_Oracle.connect",
        "database connects",
    ),
    Group(
        "pool",
        "Oracle pool",
        "https://python-oracledb.readthedocs.io/en/latest/api_manual/module.html",
        "oracledb.create_pool oracledb.pool.create_pool cx_Oracle.SessionPool",
        "database",
    ),
    Group(
        "database",
        "asynchronous Oracle connection",
        "https://python-oracledb.readthedocs.io/en/latest/user_guide/asyncio.html",
        "oracledb.connect_async oracledb.create_pool_async",
        "async database connects",
    ),
    Group(
        "database",
        "SQL Server connection",
        "https://pymssql.readthedocs.io/en/stable/ref/pymssql.html",
        "pymssql.connect",
        "database connects",
    ),
    Group(
        "database",
        "Snowflake connection",
        "https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-api",
        """snowflake.connector.connect snowflake.connector.SnowflakeConnection
        snowflake.connector.connection.SnowflakeConnection""",
        "database connects",
    ),
    Group(
        "database",
        "Redshift connection",
        "https://docs.aws.amazon.com/redshift/latest/mgmt/python-connect-examples.html",
        "redshift_connector.connect redshift_connector.Connection redshift_connector.core.Connection",
        "database connects",
    ),
    Group(
        "database",
        "Athena connection",
        "https://github.com/laughingman7743/PyAthena",
        "pyathena.connect pyathena.connection.Connection",
        "database",
    ),
    Group(
        "database",
        "ClickHouse client",
        "https://clickhouse.com/docs/integrations/python",
        "clickhouse_connect.get_client clickhouse_connect.create_client clickhouse_connect.driver.create_client",
        "database connects",
    ),
    Group(
        "database",
        "asynchronous ClickHouse client",
        "https://clickhouse.com/docs/integrations/python",
        "clickhouse_connect.get_async_client clickhouse_connect.create_async_client",
        "async database connects",
    ),
    Group(
        "database",
        "InfluxDB client",
        "https://influxdb-client.readthedocs.io/en/stable/api.html",
        "influxdb_client.InfluxDBClient influxdb_client.InfluxDBClient.from_env_properties",
        "database",
    ),
)
