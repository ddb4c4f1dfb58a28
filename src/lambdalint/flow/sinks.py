"""Calls in which a value becomes visible or does harm, and which of their arguments do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.aws import client_call
from lambdalint.catalog import injection, sinks
from lambdalint.catalog.names import words
from lambdalint.flow.log_texts import DUMPING
from lambdalint.flow.values import Value
from lambdalint.link.constants import constant
from lambdalint.link.model import External, Scope, Unit
from lambdalint.link.resolve import Resolver
from lambdalint.source import Span
from lambdalint.summary import (
    Attribute,
    BinOp,
    BoolOp,
    Call,
    DictDisplay,
    Display,
    Expr,
    IfExp,
    Joined,
    Literal,
    Name,
    Star,
    Stmt,
)
from lambdalint.walk import Frame, argument, dotted, has_star, operands

_CONTROL = frozenset(("stack_info", "stacklevel", "end", "sep", "file", "flush", "stream", "indent", "width"))
_SPAN_WORDS = frozenset(("span", "segment", "subsegment", "scope", "sentry"))
_DATABASE_WORDS = frozenset(
    [
        "cursor",
        "cur",
        "curs",
        "crsr",
        "conn",
        "connection",
        "con",
        "db",
        "database",
        "session",
        "engine",
        "tx",
        "transaction",
        "pool",
        "sqlite",
        "psycopg",
    ]
)
_OPERATIONS = frozenset(("download_file", *(method for _, method in injection.SQL_OPERATIONS)))
_DATABASES = (
    "psycopg", "pymysql.", "mysql.", "MySQLdb.", "sqlite3.", "pg8000.", "asyncpg.", "aiomysql.", "aiopg.", "pyodbc.",
    "sqlalchemy.", "snowflake.", "redshift_connector.", "duckdb.", "cx_Oracle.", "oracledb.", "pymssql.", "databases.",
)  # fmt: skip


class Shown(NamedTuple):
    """One argument of a sink: its expression and its value, and the parts of it that it shows side by side."""

    expr: Expr
    value: Value
    parts: tuple[Shown, ...] = ()


class Sink(NamedTuple):
    """A sink that is reached.

    `kind` is log, return, raise or one of `catalog.injection`; `target` what it writes to ("log", "trace", "metric",
    "error report"); `level` the level of a log call, "" for others.  `path` names the outside callable.
    """

    kind: str
    unit: Unit
    scope: Scope
    expr: Expr
    statement: Stmt
    frames: tuple[Frame, ...]
    shown: tuple[Shown, ...]
    target: str = ""
    level: str = ""
    path: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.expr.span


class Shows(NamedTuple):
    """What a call shows: the arguments' positions and keywords by their expressions."""

    target: str
    level: str
    exprs: tuple[Expr, ...]


# --- logs ----------------------------------------------------------------------------------------


def shows(resolver: Resolver, call: Call, externals: Iterable[External], scope: Scope, is_own: bool) -> Shows | None:
    """What a call writes to a log, a trace or a report; `is_own` says that it calls a function of the project."""
    if is_own:
        return None
    for external in externals:
        found = _outside(resolver, call, external.path, scope)
        if found is not None:
            return found
    return _by_spelling(resolver, call, scope)


def _outside(resolver: Resolver, call: Call, path: str, scope: Scope) -> Shows | None:
    level = sinks.level(path)
    if level is not None:
        return _logged(resolver, call, level, scope)
    if sinks.is_printer(path):
        stream = argument(call, "file")
        if stream is not None and not _is_stream(resolver, stream, scope):
            return None
        return Shows("log", "", _arguments(call))
    if path in sinks.STREAM_WRITERS:
        stream = argument(call, "fp", 1)
        return Shows("log", "", _arguments(call)[:1]) if stream and _is_stream(resolver, stream, scope) else None
    if path == sinks.DESCRIPTOR_WRITER:
        stream = argument(call, "fd", 0)
        return Shows("log", "", _arguments(call)[1:]) if stream and _is_descriptor(resolver, stream, scope) else None
    found = sinks.annotation(path)
    if found is None:
        return None
    return Shows(found.target, "", _annotated(call, found.value))


def _is_stream(resolver: Resolver, expr: Expr, scope: Scope) -> bool:
    return any(isinstance(v, External) and v.path in sinks.STREAMS for v in resolver.resolve(expr, scope))


def _is_descriptor(resolver: Resolver, expr: Expr, scope: Scope) -> bool:
    """Whether an expression is the descriptor of standard output or error: 1, 2, `sys.stdout.fileno()`."""
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "fileno":
        return _is_stream(resolver, expr.func.value, scope)
    literal = constant(resolver, expr, scope)
    return literal is not None and literal.value in (1, 2)


def _by_spelling(resolver: Resolver, call: Call, scope: Scope) -> Shows | None:
    """A log call on an object that is spelt as a logger and that nothing else is known of."""
    func = call.func
    if not isinstance(func, Attribute):
        return None
    level = sinks.LEVELS.get(func.attr)
    if level is not None:
        return _logged(resolver, call, level, scope) if _is_logger(func.value) else None
    if func.attr in sinks.ANNOTATING_METHODS:
        if func.attr.startswith("set_") and _SPAN_WORDS.isdisjoint(words(_last_name(func.value))):
            return None
        target = "log" if func.attr == "append_keys" else "trace"
        return Shows(target, "", _annotated(call, sinks.ANNOTATING_METHODS[func.attr]))
    return None


def _is_logger(expr: Expr) -> bool:
    return sinks.is_logger_name(_last_name(expr))


def _last_name(expr: Expr) -> str:
    """The last name of an expression's spelling: `x` of `self.x`, `f` of `a.f(…)`."""
    if isinstance(expr, Call):
        return _last_name(expr.func)
    if isinstance(expr, Attribute):
        return expr.attr
    return expr.id if isinstance(expr, Name) else ""


def _logged(resolver: Resolver, call: Call, level: str, scope: Scope) -> Shows:
    exprs = _arguments(call)
    if level == "log":
        written = argument(call, "level", 0)
        exprs = exprs[1:] if exprs and exprs[0] is written else exprs
        level = "debug" if written is not None and _is_debug(resolver, written, scope) else "info"
    return Shows("log", level, exprs)


def shows_exception(call: Call) -> bool:
    """Whether a log call writes the exception that is just handled: `exception()`, `exc_info=True`."""
    given = argument(call, "exc_info")
    if given is not None:
        return _is_true(given)
    return isinstance(call.func, Attribute) and call.func.attr == "exception"


def _is_debug(resolver: Resolver, expr: Expr, scope: Scope) -> bool:
    if isinstance(expr, Literal):
        return (isinstance(expr.value, int) and expr.value <= 10) or str(expr.value).lower() in ("debug", "trace")
    paths = [v.path for v in resolver.resolve(expr, scope) if isinstance(v, External)]
    return "logging.DEBUG" in paths or _last_name(expr) == "DEBUG"


def _arguments(call: Call) -> tuple[Expr, ...]:
    return tuple(given.value for given in call.arguments if given.keyword not in _CONTROL)


def _annotated(call: Call, value: tuple[int, str] | None) -> tuple[Expr, ...]:
    if value is None:
        return _arguments(call)
    found = argument(call, value[1], value[0])
    return () if found is None else (found,)


# --- harm ----------------------------------------------------------------------------------------


class Danger(NamedTuple):
    """A call to which untrusted text must not come: its kind, the outside path and the argument."""

    kind: str
    path: str
    expr: Expr


def dangers(resolver: Resolver, call: Call, externals: tuple[External, ...], scope: Scope) -> Iterator[Danger]:
    """The sinks of untrusted input that a call is."""
    for external in externals:
        script = _script(resolver, call, scope) if external.path in injection.RUNNERS else None
        if script is not None:
            yield Danger("command", external.path, script)
            return
        sink = injection.SINKS.get(external.path)
        if sink is None:
            continue
        given = argument(call, sink.keyword, sink.position)
        if given is not None and _is_dangerous(resolver, call, sink, scope):
            yield Danger(sink.kind, external.path, given)
            return
    yield from _file(call, externals)
    yield from _operation(resolver, call, externals)
    yield from _statement(call, externals)


def _file(call: Call, externals: tuple[External, ...]) -> Iterator[Danger]:
    """A method of pathlib that opens for writing: what is harmful is the path object."""
    func = call.func
    if not isinstance(func, Attribute) or func.attr not in ("write_text", "write_bytes", "open"):
        return
    is_path = any(e.path.startswith("pathlib.Path()") for e in externals)
    if func.attr != "open" and (is_path or not externals):
        yield Danger("path", f"pathlib.Path().{func.attr}", func.value)
    elif func.attr == "open" and is_path and _writes(argument(call, "mode", 0)):
        yield Danger("path", "pathlib.Path().open", func.value)


def _writes(mode: Expr | None) -> bool:
    return isinstance(mode, Literal) and isinstance(mode.value, str) and bool(set("wax+") & set(mode.value))


def _operation(resolver: Resolver, call: Call, externals: tuple[External, ...]) -> Iterator[Danger]:
    """Operations of AWS clients that run a statement, or write a file."""
    for external in externals:
        if external.path.rpartition(".")[2] not in _OPERATIONS:
            continue
        known = client_call(resolver, external)
        if known is None:
            continue
        keyword = injection.SQL_OPERATIONS.get((known.service or "", known.method))
        given = argument(call, keyword) if keyword is not None else None
        if given is not None:
            yield Danger("sql", external.path, given)
        if known.method == "download_file":
            target = argument(call, "Filename", 1 if known.is_resource else 2)
            if target is not None:
                yield Danger("path", external.path, target)


def _script(resolver: Resolver, call: Call, scope: Scope) -> Expr | None:
    """The script in the arguments of a program that is a shell: `"sh", "-c", script`, in a list or one by one."""
    words = [
        part
        for given in call.arguments
        if given.keyword in (None, "args")
        for part in _items(resolver, given.value, scope)
    ]
    texts = [getattr(constant(resolver, part, scope), "value", None) for part in words]
    for index, text in enumerate(texts[:-1]):
        if isinstance(text, str) and text in injection.SCRIPT_OPTIONS:
            before = (str(other).rpartition("/")[2] for other in texts[:index])
            return words[index + 1] if not injection.SHELLS.isdisjoint(before) else None
    return None


def _items(resolver: Resolver, expr: Expr, scope: Scope) -> tuple[Expr, ...]:
    """The items of a display or of the display that a name is bound to; anything else by itself."""
    if isinstance(expr, Name):
        module = resolver.load(scope.path)
        bindings = module.bindings(scope, expr.id, expr.span)[1] if module is not None else ()
        if len(bindings) == 1 and bindings[0].kind == "value" and isinstance(bindings[0].value, Display):
            expr = bindings[0].value
    return expr.items if isinstance(expr, Display) else (expr,)


def _is_dangerous(resolver: Resolver, call: Call, sink: injection.Sink, scope: Scope) -> bool:
    if sink.needs == "shell":
        return _is_true(argument(call, "shell"))
    if sink.needs == "pickle":
        return _is_true(argument(call, "allow_pickle"))
    if sink.needs == "loader":
        loader = argument(call, "Loader", 1)
        paths = [v.path for v in resolver.resolve(loader, scope) if isinstance(v, External)] if loader else []
        return bool(loader) and bool(paths) and not set(paths) & injection.SAFE_LOADERS
    return not has_star(call, "*")


def _is_true(expr: Expr | None) -> bool:
    return isinstance(expr, Literal) and expr.value is True


def _statement(call: Call, externals: tuple[External, ...]) -> Iterator[Danger]:
    """A method that runs an SQL statement, on something known or spelt as a database."""
    func = call.func
    if not isinstance(func, Attribute) or func.attr not in injection.SQL_METHODS or not call.arguments:
        return
    first = argument(call, "query", 0) or argument(call, "sql", 0) or argument(call, "statement", 0)
    if first is None:
        return
    known = any(e.path.startswith(_DATABASES) for e in externals)
    spelt = not _DATABASE_WORDS.isdisjoint(words(_last_name(func.value)))
    if known or (spelt and not any(e.path.startswith(("boto3.", "aioboto3.")) for e in externals)):
        yield Danger("sql", func.attr, first)


def is_page(content_type: str | None) -> bool:
    """Whether a content type makes a body a page that a browser runs."""
    return content_type is not None and content_type.strip().lower().startswith(injection.HTML_TYPES)


def page_body(response: Value) -> Value | None:
    """The body of a handler's answer that says it is a page."""
    headers = response.fields.get("headers")
    if headers is None or "body" not in response.fields:
        return None
    kinds = (held.text for key, held in headers.fields.items() if str(key).lower() == injection.CONTENT_TYPE)
    return response.fields["body"] if any(is_page(kind) for kind in kinds) else None


def open_mode(call: Call) -> str | None:
    """The literal mode of an `open()` call, "r" by default, None when it is not known."""
    given = argument(call, "mode", 1)
    if given is None:
        return "r"
    return given.value if isinstance(given, Literal) and isinstance(given.value, str) else None


# --- what of an expression shows a value -----------------------------------------------------------


def portions(expr: Expr) -> tuple[Expr, ...]:
    """The parts of an expression whose values it shows side by side: of a built string, a display, `x % (a, b)`."""
    if isinstance(expr, Joined):
        return expr.parts
    if isinstance(expr, BinOp) and expr.op == "+":
        return tuple(operands(expr))
    if isinstance(expr, BinOp) and expr.op == "%":
        return (expr.right,)
    if isinstance(expr, DictDisplay):
        return tuple(item.value for item in expr.items if item.key is not None)
    if isinstance(expr, Display):
        return tuple(item for item in expr.items if not isinstance(item, Star))
    if isinstance(expr, IfExp):
        return (expr.body, expr.orelse)
    if isinstance(expr, BoolOp):
        return (expr.left, expr.right)
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "format":
        return tuple(given.value for given in expr.arguments if not given.star)
    if isinstance(expr, Call) and expr.arguments and isinstance(display := expr.arguments[0].value, DictDisplay):
        return (display,) if (dotted(expr.func) or "").rpartition(".")[2] in DUMPING else ()
    return ()
