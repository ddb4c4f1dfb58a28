"""Where untrusted input does harm: the sinks of LMB451 to LMB457.

Sources: https://docs.python.org/3/library/ and the libraries' own pages; AWS operations checked against botocore 1.44.8
(2026-11-25).
"""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"


class Sink(NamedTuple):
    """A callable to which untrusted text must not come.

    `kind` is sql, command, code, unpickle, path or url.  `position` and `keyword` name the argument, `needs` what
    makes it dangerous: "" always, "shell" `shell=True`, "loader" no safe loader, "pickle" `allow_pickle=True`.
    """

    path: str
    kind: str
    position: int
    keyword: str
    needs: str
    source: str


_STDLIB = "https://docs.python.org/3/library/"


def _rows(kind: str, source: str, keyword: str, paths: str, position: int = 0, needs: str = "") -> tuple[Sink, ...]:
    return tuple(Sink(path, kind, position, keyword, needs, source) for path in paths.split())


_LOOPS = ("get_event_loop", "get_running_loop", "new_event_loop")
_HTTP_VERBS = "get post put patch delete head options"


def _client(owner: str, source: str, verbs: str = _HTTP_VERBS) -> tuple[Sink, ...]:
    return _rows("url", source, "url", " ".join(f"{owner}.{verb}" for verb in verbs.split()))


_SINKS: tuple[Sink, ...] = (
    *_rows(
        "sql", "https://docs.sqlalchemy.org/en/20/core/sqlelement.html", "text", "sqlalchemy.text sqlalchemy.sql.text"
    ),
    *_rows(
        "sql",
        "https://pandas.pydata.org/docs/reference/api/pandas.read_sql.html",
        "sql",
        "pandas.read_sql pandas.read_sql_query awswrangler.athena.read_sql_query",
    ),
    *_rows("command", _STDLIB + "os.html", "command", "os.system"),
    *_rows("command", _STDLIB + "os.html", "cmd", "os.popen subprocess.getoutput subprocess.getstatusoutput"),
    *_rows(
        "command",
        _STDLIB + "asyncio-subprocess.html",
        "cmd",
        "asyncio.create_subprocess_shell asyncio.subprocess.create_subprocess_shell",
    ),
    *_rows(
        "command",
        _STDLIB + "asyncio-eventloop.html#asyncio.loop.subprocess_shell",
        "cmd",
        " ".join(f"asyncio.{name}().subprocess_shell" for name in _LOOPS),
        position=1,
    ),
    *_rows(
        "command",
        _STDLIB + "subprocess.html",
        "args",
        "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen",
        needs="shell",
    ),
    *_rows(
        "command",
        _STDLIB + "os.html",
        "file",
        "os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe",
        position=1,
    ),
    *_rows(
        "command", _STDLIB + "os.html", "file", "os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe"
    ),
    *_rows("code", _STDLIB + "functions.html", "source", "eval exec compile"),
    *_rows("code", _STDLIB + "importlib.html", "name", "importlib.import_module __import__"),
    *_rows("code", _STDLIB + "runpy.html", "path_name", "runpy.run_path"),
    *_rows("code", _STDLIB + "runpy.html", "mod_name", "runpy.run_module"),
    *_rows("code", "https://jinja.palletsprojects.com/en/stable/api/", "source", "jinja2.Template"),
    *_rows("code", "https://jinja.palletsprojects.com/en/stable/api/", "source", "jinja2.Environment().from_string"),
    *_rows(
        "unpickle",
        _STDLIB + "pickle.html",
        "data",
        "pickle.loads pickle.load pickle.Unpickler _pickle.loads _pickle.load",
    ),
    *_rows("unpickle", _STDLIB + "marshal.html", "bytes", "marshal.loads marshal.load"),
    *_rows("unpickle", _STDLIB + "shelve.html", "filename", "shelve.open"),
    *_rows(
        "unpickle",
        "https://dill.readthedocs.io/en/latest/",
        "str",
        "dill.loads dill.load cloudpickle.loads cloudpickle.load",
    ),
    *_rows("unpickle", "https://joblib.readthedocs.io/en/stable/generated/joblib.load.html", "filename", "joblib.load"),
    *_rows("unpickle", "https://jsonpickle.readthedocs.io/en/stable/", "string", "jsonpickle.decode jsonpickle.loads"),
    *_rows(
        "unpickle", "https://pyyaml.org/wiki/PyYAMLDocumentation", "stream", "yaml.load yaml.load_all", needs="loader"
    ),
    *_rows(
        "unpickle", "https://pyyaml.org/wiki/PyYAMLDocumentation", "stream", "yaml.unsafe_load yaml.unsafe_load_all"
    ),
    *_rows(
        "unpickle",
        "https://pandas.pydata.org/docs/reference/api/pandas.read_pickle.html",
        "filepath_or_buffer",
        "pandas.read_pickle",
    ),
    *_rows(
        "unpickle",
        "https://numpy.org/doc/stable/reference/generated/numpy.load.html",
        "file",
        "numpy.load",
        needs="pickle",
    ),
    *_rows("path", _STDLIB + "functions.html#open", "file", "open io.open"),
    *_rows(
        "path", _STDLIB + "os.html", "path", "os.remove os.unlink os.rmdir os.mkdir os.makedirs os.open shutil.rmtree"
    ),
    *_rows("path", _STDLIB + "shutil.html", "dst", "shutil.copy shutil.copyfile shutil.copy2 shutil.move", position=1),
    *_client("requests", "https://requests.readthedocs.io/en/latest/api/"),
    *_client("requests.Session()", "https://requests.readthedocs.io/en/latest/api/"),
    *_client("httpx", "https://www.python-httpx.org/api/", _HTTP_VERBS + " stream"),
    *_client("httpx.Client()", "https://www.python-httpx.org/api/"),
    *_client("httpx.AsyncClient()", "https://www.python-httpx.org/api/"),
    *_client("aiohttp.ClientSession()", "https://docs.aiohttp.org/en/stable/client_reference.html"),
    *_rows(
        "url",
        "https://requests.readthedocs.io/en/latest/api/",
        "url",
        "requests.request requests.Session().request httpx.request urllib3.request urllib3.PoolManager().request",
        position=1,
    ),
    *_rows("url", _STDLIB + "urllib.request.html", "url", "urllib.request.urlopen urllib.request.Request"),
    *_rows("url", _STDLIB + "urllib.request.html", "url", "urllib.request.urlretrieve"),
    *_rows(
        "url",
        _STDLIB + "http.client.html",
        "host",
        "http.client.HTTPConnection http.client.HTTPSConnection",
    ),
)
SINKS: dict[str, Sink] = {sink.path: sink for sink in _SINKS}

# Calls that run a program, and programs that run the script which follows one of the options.
# https://pubs.opengroup.org/onlinepubs/9799919799/utilities/sh.html
RUNNERS: frozenset[str] = terms(
    "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen",
    "asyncio.create_subprocess_exec asyncio.subprocess.create_subprocess_exec",
    " ".join(f"asyncio.{name}().subprocess_exec" for name in _LOOPS),
    "os.spawnl os.spawnle os.spawnlp os.spawnlpe os.spawnv os.spawnve os.spawnvp os.spawnvpe",
    "os.execl os.execle os.execlp os.execlpe os.execv os.execve os.execvp os.execvpe os.posix_spawn os.posix_spawnp",
)
SHELLS: frozenset[str] = terms("sh bash dash ksh zsh ash")
SCRIPT_OPTIONS: frozenset[str] = terms("-c -lc -ec -xc -euc -ce")

# Methods that run a statement whatever their object is: the statement is the first argument.
# https://peps.python.org/pep-0249/#cursor-methods and https://docs.python.org/3/library/sqlite3.html
SQL_METHODS: frozenset[str] = terms("execute executemany executescript exec_driver_sql fetchval fetchrow")

# Operations of boto3 clients that run a statement: (service, method) to the keyword.
# https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html and the like
SQL_OPERATIONS: dict[tuple[str, str], str] = {
    ("rds-data", "execute_statement"): "sql",
    ("rds-data", "batch_execute_statement"): "sql",
    ("rds-data", "execute_sql"): "sqlStatements",
    ("redshift-data", "execute_statement"): "Sql",
    ("redshift-data", "batch_execute_statement"): "Sqls",
    ("athena", "start_query_execution"): "QueryString",
    ("timestream-query", "query"): "QueryString",
    ("dynamodb", "execute_statement"): "Statement",
    ("s3", "select_object_content"): "Expression",
}

# Methods of pathlib that write, so that a path built from the event is a sink.
# https://docs.python.org/3/library/pathlib.html
PATH_METHODS: frozenset[str] = terms("open write_text write_bytes mkdir touch unlink rmdir rename replace")

# Loaders of PyYAML that build plain data only.  https://pyyaml.org/wiki/PyYAMLDocumentation
SAFE_LOADERS: frozenset[str] = terms(
    "yaml.SafeLoader yaml.CSafeLoader yaml.BaseLoader yaml.CBaseLoader yaml.loader.SafeLoader yaml.loader.BaseLoader",
    "yaml.cyaml.CSafeLoader",
)

# The header that makes a response's body a page.  https://www.rfc-editor.org/rfc/rfc9110#name-content-type
CONTENT_TYPE = "content-type"
HTML_TYPES: tuple[str, ...] = ("text/html", "application/xhtml+xml", "image/svg+xml")
# Calls whose result is a page.  https://www.starlette.io/responses/#htmlresponse
HTML_RESPONSES: frozenset[str] = terms(
    "starlette.responses.HTMLResponse fastapi.responses.HTMLResponse markupsafe.Markup",
    "django.utils.safestring.mark_safe",
)
