"""What keeping a client means: the arguments that tell clients apart, what changes one, and what `with` does to it."""

from __future__ import annotations

from lambdalint.catalog.clients import Factory
from lambdalint.catalog.terms import terms

# Keyword arguments that constructors of clients take as text or a number: values that compare equal make equal
# clients.  https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html and the pages that
# `catalog.clients` names for the other libraries.
_TEXT_KEYWORDS = """
    service_name region_name region endpoint_url api_version profile_name aws_access_key_id aws_secret_access_key
    aws_session_token aws_account_id host hostname server port user username passwd password database dbname db dsn
    url base_url api_key token charset sslmode connect_timeout timeout organization account warehouse role schema
    project location dialect driver application_name
"""
TEXT_KEYWORDS: frozenset[str] = frozenset(_TEXT_KEYWORDS.split())

# How many leading positional arguments are text: service and region of boto3, else the host or the URL.
_TEXT_POSITIONS = {"client": 2, "resource": 2, "session": 0, "http": 0, "powertools": 0}

# Methods after which an object is closed, or connected to something else.
_CLOSING = """
    aclose close connect disconnect dispose login logout mount quit release shutdown load_system_host_keys
"""
# Methods after which an HTTP session, a logger or a session of an SDK holds something that the next invocation meets.
_HOLDING = """
    append_keys clear register register_first register_last remove_keys set_default_dimensions setdefault unregister
    update
"""
_STATEFUL_KINDS = frozenset(("http", "powertools", "session"))
_CHANGES = frozenset(_CLOSING.split())
_STATEFUL_CHANGES = frozenset((_CLOSING + _HOLDING).split())

# boto3 clients change by their events alone; their operations, however they are named, are calls of a service.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/events.html
_BOTO3_CHANGES = frozenset(("close", "register", "register_first", "register_last", "unregister"))
_BOTO3_KINDS = frozenset(("client", "resource"))

# `with` on these ends a transaction and leaves the connection open.
# https://www.psycopg.org/docs/usage.html#with-statement
# https://github.com/mkleehammer/pyodbc/wiki/Connection#context-manager
OPEN_AFTER_WITH: frozenset[str] = frozenset({"psycopg2.connect", "pyodbc.connect"})

# `with` on these commits what was done, and then closes.
# https://www.psycopg.org/psycopg3/docs/basic/usage.html#connection-context
# https://docs.snowflake.com/en/developer-guide/python-connector/python-connector-example#using-context-manager
COMMITTED_BY_WITH: frozenset[str] = frozenset(
    {"psycopg.connect", "psycopg.Connection.connect", "snowflake.connector.connect"}
)

# Attributes that a resource loads from the service on first use, and keeps as they were then.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/resources.html#identifiers-and-attributes
LOADED_ATTRIBUTES: dict[str, frozenset[str]] = {
    "Table": terms(
        "archival_summary attribute_definitions billing_mode_summary creation_date_time deletion_protection_enabled",
        "global_secondary_indexes global_table_version item_count key_schema latest_stream_arn latest_stream_label",
        "local_secondary_indexes multi_region_consistency on_demand_throughput provisioned_throughput replicas",
        "restore_summary sse_description stream_specification table_arn table_class_summary table_id table_size_bytes",
        "table_status warm_throughput",
    ),
    "Bucket": terms("bucket_arn bucket_region creation_date"),
    "Object": terms(
        "archive_status cache_control content_disposition content_encoding content_language content_length",
        "content_type delete_marker e_tag expiration expires last_modified metadata object_lock_legal_hold_status",
        "object_lock_mode object_lock_retain_until_date parts_count replication_status restore server_side_encryption",
        "storage_class tag_count version_id website_redirect_location",
    ),
    "Queue": terms("attributes"),
    "Topic": terms("attributes"),
}


# One connection that does not open itself again: once the server has closed it, each later request fails.
# https://docs.python.org/3/library/http.client.html#http.client.HTTPConnection.connect
NOT_REOPENED: frozenset[str] = frozenset(
    {"http.client.HTTPConnection", "http.client.HTTPSConnection", "paramiko.SSHClient", "paramiko.client.SSHClient"}
)

# The keyword of requests and of pools that takes how often a request is repeated, the class that says so in detail, and
# its leading arguments.  With 0 or False for all repetitions, or for those of requests that got no answer, a request
# fails over a connection that the server drops without a word, and not over a new one (measured with urllib3 2.8).
# https://urllib3.readthedocs.io/en/stable/reference/urllib3.util.html#urllib3.util.Retry
REPETITIONS = "retries"
REPEATING = "Retry"
REPEATING_ARGUMENTS = ("total", "connect", "read")
REPEATING_UNANSWERED: frozenset[str] = frozenset({"total", "read"})

# The keywords of requests that say whether redirects are followed.
# https://requests.readthedocs.io/en/latest/api/#requests.request and https://www.python-httpx.org/api/#client
FOLLOWING: frozenset[str] = frozenset({"allow_redirects", "follow_redirects"})

# Methods and functions that make credentials or clients from a file, with the parameter that takes its path, the first.
# https://google-auth.readthedocs.io/en/stable/reference/google.oauth2.service_account.html
# https://google-auth.readthedocs.io/en/stable/reference/google.auth.html#google.auth.load_credentials_from_file
# https://oauth2client.readthedocs.io/en/latest/source/oauth2client.service_account.html
# https://github.com/kubernetes-client/python/blob/master/kubernetes/base/config/kube_config.py
FILE_READERS: dict[str, str] = {
    "from_service_account_file": "filename",
    "from_service_account_json": "json_credentials_path",
    "from_authorized_user_file": "filename",
    "from_client_secrets_file": "client_secrets_file",
    "load_credentials_from_file": "filename",
    "from_json_keyfile_name": "filename",
    "load_kube_config": "config_file",
    "new_client_from_config": "config_file",
    "open": "file",
}

# Keyword arguments of constructors and of what makes credentials that take the path of a file.
FILE_KEYWORDS: frozenset[str] = terms(
    "cert_file certfile config_file credentials_file json_credentials_path key_file key_filename keyfile",
    "private_key_file private_key_path ssl_ca ssl_cert ssl_key sslcert sslkey token_file",
)

# Libraries whose HTTP clients keep the cookies that they get; those of the others keep connections alone.
# https://requests.readthedocs.io/en/latest/user/advanced/#session-objects
# https://www.python-httpx.org/api/#client
# https://docs.aiohttp.org/en/stable/client_advanced.html#cookie-safety
KEEP_COOKIES: frozenset[str] = terms("aiohttp httpx requests")

# Clients that keep what they have fetched, and what changes when they are kept themselves.
# https://pyjwt.readthedocs.io/en/stable/api.html#jwt.PyJWKClient (`cache_jwk_set`, `lifespan`)
KEEPS_ANSWERS: dict[str, str] = dict.fromkeys(
    ("jwt.PyJWKClient", "jwt.jwks_client.PyJWKClient"),
    "it keeps the keys that it has fetched, for five minutes unless `lifespan` says otherwise",
)


def is_text(factory: Factory, position: int, keyword: str | None) -> bool:
    """Whether a constructor takes an argument, by its keyword or its 0-based position, as text or a number."""
    if keyword is not None:
        return keyword in TEXT_KEYWORDS
    return position < _TEXT_POSITIONS.get(factory.kind, 1)


def changes(factory: Factory, method: str) -> bool:
    """Whether calling a method on what a factory made changes or closes it."""
    if factory.kind in _BOTO3_KINDS:
        return method in _BOTO3_CHANGES
    if factory.kind in _STATEFUL_KINDS:
        return method in _STATEFUL_CHANGES or method.startswith(("set_", "add_"))
    return method in _CHANGES
