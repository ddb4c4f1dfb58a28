"""Calls that write files, with the path that they write to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.aws import client_call
from lambdalint.catalog import filesystem as fs
from lambdalint.handling import is_caught
from lambdalint.heads import Head, literal_head, literal_text
from lambdalint.link.constants import definition
from lambdalint.link.model import External, FunctionValue, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Expr, If, IfExp, Literal, Name
from lambdalint.walk import Frame, argument, expressions

_REFUSALS = frozenset(("OSError", "IOError", "PermissionError", "EnvironmentError"))
_PLACE_WORDS = ("local", "AWS_LAMBDA", "AWS_EXECUTION_ENV", "LAMBDA_TASK_ROOT", "is_lambda", "on_lambda", "in_lambda")
_FOLDERS = frozenset(("os.mkdir", "os.makedirs", "mkdir"))


class FileWrite(NamedTuple):
    """A call that writes to a path that begins with `head`; `mode` is "" where the call takes none."""

    site: Site
    call: Call
    name: str
    head: Head
    mode: str = ""

    @property
    def makes_folder(self) -> bool:
        """Whether it makes a folder, not a file."""
        return self.name in _FOLDERS


def file_writes(program: Program, unit: Unit) -> Iterator[FileWrite]:
    """The calls of a unit that certainly write to a path whose beginning is known."""
    for site, call in program.sites_of(unit, Call):
        if program.runs_on_lambda(site):
            found = _written(program, call, site.scope)
            if found is None:
                continue
            name, path, mode = found
            head = literal_head(program, path, site.scope)
            if head is not None:
                yield FileWrite(site, call, name, head, mode)


def _written(program: Program, call: Call, scope: Scope) -> tuple[str, Expr, str] | None:
    """What a call is named, the path that it writes and its mode; None when it writes none for certain."""
    values = program.resolve(call.func, scope)
    if any(isinstance(value, FunctionValue) for value in values):
        return None
    for value in values:
        if isinstance(value, External) and value.path in fs.WRITES:
            return _known(program, fs.WRITES[value.path], call, scope)
    if not isinstance(call.func, Attribute):
        return None
    method = call.func.attr
    if method in fs.PATH_WRITE_METHODS:
        return (method, call.func.value, "") if _is_path(program, call.func.value, scope) else None
    if method == fs.PATH_OPEN_METHOD and _is_path(program, call.func.value, scope):
        mode = literal_text(program, argument(call, "mode", 0), scope)
        return (method, call.func.value, mode) if mode is not None and fs.writes(mode) else None
    if method in fs.WRITE_METHODS:
        position, keyword = fs.WRITE_METHODS[method]
        path = argument(call, keyword, position)
        return None if path is None else (method, path, "")
    if method == fs.DOWNLOAD_METHOD:
        path = _downloaded(program, call, values, scope)
        return None if path is None else (method, path, "")
    return None


def _known(program: Program, write: fs.Write, call: Call, scope: Scope) -> tuple[str, Expr, str] | None:
    path = argument(call, write.keyword, write.position)
    if path is None:
        return None
    if write.mode is None:
        return write.path, path, ""
    mode = literal_text(program, argument(call, write.mode[1], write.mode[0]), scope)
    return (write.path, path, mode) if mode is not None and fs.writes(mode) else None


def _is_path(program: Program, expr: Expr, scope: Scope) -> bool:
    """Whether an expression is a `pathlib` path: it begins like one wherever its text is known."""
    return any(
        isinstance(part, Call) and any(path in fs.PATH_CONSTRUCTORS for path in program.paths(part.func, scope))
        for part in _parts(program, expr, scope, 0)
    )


def _parts(program: Program, expr: Expr, scope: Scope, depth: int) -> Iterator[Expr]:
    """The expressions that an expression is put together from, names followed to their values."""
    for part in expressions(expr):
        yield part
        if isinstance(part, Name | Attribute) and depth < 4:
            for value in program.external(part, scope):
                if value.call is not None and value.path.removesuffix("()") in fs.PATH_CONSTRUCTORS:
                    yield value.call
            found = definition(program.resolver, part, scope)
            if found is not None:
                yield from _parts(program, found[0], found[1], depth + 1)


def _downloaded(program: Program, call: Call, values: tuple[object, ...], scope: Scope) -> Expr | None:
    """The target of a download from S3, by the client's, the bucket's or the object's signature."""
    named = argument(call, fs.DOWNLOAD_KEYWORD)
    if named is not None:
        return named
    for value in values:
        if isinstance(value, External):
            method = client_call(program.resolver, value)
            if method is not None and method.is_resource:
                kind = "bucket" if ".Bucket()" in value.path else "object"
                return argument(call, fs.DOWNLOAD_KEYWORD, fs.DOWNLOAD_POSITIONS[kind])
    return argument(call, fs.DOWNLOAD_KEYWORD, fs.DOWNLOAD_POSITIONS["client"])


# --- what lies outside ---------------------------------------------------------------------------


def is_outside(head: Head) -> bool:
    """Whether every path with a head lies where Lambda cannot write: its first folder is known and no writable one."""
    text = head.text
    if head.is_whole:
        return fs.is_outside(text)
    if text.startswith("/"):
        first, separator, _ = text.lstrip("/").partition("/")
        return bool(separator) and fs.is_outside(f"/{first}/x")
    return fs.is_outside(text) if "/" in text else _is_plain_name(text)


def _is_plain_name(text: str) -> bool:
    """Whether the beginning of a relative path cannot be that of a URL or of a special name."""
    return len(text) > 1 and text[0].isalnum() and ":" not in text


def is_expected_to_fail(program: Program, site: Site) -> bool:
    """Whether code around a write handles a refusal, or makes it depend on where it runs."""
    if is_caught(program, site.place.frames, site.scope, _REFUSALS):
        return True
    return any(_asks_for_place(frame) for frame in site.place.frames)


def _asks_for_place(frame: Frame) -> bool:
    node = frame.node
    if not isinstance(node, If | IfExp) or frame.branch == "test":
        return False
    for part in expressions(node.test):
        text = ""
        if isinstance(part, Name):
            text = part.id
        elif isinstance(part, Attribute):
            text = part.attr
        elif isinstance(part, Literal) and isinstance(part.value, str):
            text = part.value
        if any(word.lower() in text.lower() for word in _PLACE_WORDS):
            return True
    return False


def changes_folder(program: Program) -> bool:
    """Whether code that runs on Lambda changes the working directory: relative paths then tell nothing."""
    return any(
        value.path == "os.chdir"
        for unit in program.running_units
        for _, _, values in program.calls(unit)
        for value in values
    )
