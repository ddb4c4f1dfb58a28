"""Well-known distributions by the top-level names that they install, to tell vendored code from a project's own.

The names are those that https://pypi.org/project/<name>/ gives for the most downloaded distributions
(https://hugovk.github.io/top-pypi-packages/) and for what functions and layers are commonly packed with.
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# Import names.  Those that a project may well use for a package of its own (`core`, `models`, `utils`) are no evidence.
TOP_LEVELS: frozenset[str] = terms(
    "aiobotocore aiohttp aiosignal alembic annotated_types anthropic anyio appdirs arrow asn1crypto",
    "async_timeout asyncpg attr attrs aws_encryption_sdk aws_lambda_powertools aws_requests_auth aws_xray_sdk",
    "babel backoff bcrypt bleach boto boto3 botocore bs4 cachetools celery certifi cffi chardet",
    "charset_normalizer click cloudpickle colorama crhelper croniter cryptography cx_Oracle datadog",
    "datadog_lambda dateparser dateutil ddtrace defusedxml distro dns docutils ecdsa elastic_transport",
    "elasticsearch elasticsearch_dsl email_validator et_xmlfile exifread fastapi feedparser filelock flask",
    "frozenlist fsspec future geopy google_auth_oauthlib graphql greenlet grpc gspread h11 html5lib httpcore",
    "httplib2 httpx hvac idna importlib_metadata isodate itsdangerous jinja2 jmespath joblib jose jsonpatch",
    "jsonpath_ng jsonpointer jsonschema jwt kafka lark ldap3 lxml magic mako mangum markdown markupsafe",
    "marshmallow mock more_itertools moto msgpack multidict mypy_boto3 mysql neo4j numpy oauthlib openai",
    "openpyxl opensearchpy opentelemetry orjson packaging paho pandas paramiko passlib peewee phonenumbers",
    "pika pip pkg_resources prettytable prometheus_client psutil psycopg psycopg2 pyarrow pyasn1",
    "pyasn1_modules pycparser pydantic pydantic_core pydantic_settings pygments pymongo pymysql pynamodb",
    "pyparsing pypdf PyPDF2 pyrsistent pytz redis redshift_connector regex requests requests_aws4auth",
    "requests_oauthlib requests_toolbelt rfc3986 rich rsa ruamel s3fs s3transfer sentry_sdk setuptools shapely",
    "simple_salesforce simplejson six slack_sdk slackclient slugify smart_open sniffio snowflake soupsieve",
    "sqlalchemy sqlparse starlette stripe structlog tabulate tenacity tiktoken toml tomli tqdm twilio",
    "typing_extensions tzlocal ujson uritemplate urllib3 validators watchtower webob websocket websockets",
    "werkzeug wheel wrapt xlrd xlsxwriter xmltodict yaml yarl zeep zipp",
)
# Folders that hold other people's code by their name.
VENDOR_FOLDERS: frozenset[str] = terms("vendor vendored _vendor _vendored third_party thirdparty 3rdparty")
# Files in which a distribution keeps its version.
VERSION_FILES: frozenset[str] = terms("_version.py version.py __version__.py __about__.py _meta.py about.py")
# Files that mark the folder around them as a distribution's own source.
SOURCE_MARKS: frozenset[str] = terms("pyproject.toml setup.py setup.cfg")
