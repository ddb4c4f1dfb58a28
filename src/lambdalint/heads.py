"""How the text of an expression certainly begins: literals, constants, and what is put together from them."""

from __future__ import annotations

import re
from typing import NamedTuple

from lambdalint.link.constants import constant, definition
from lambdalint.link.model import Scope
from lambdalint.program import Program
from lambdalint.summary import Attribute, BinOp, Call, Expr, Joined, Literal
from lambdalint.walk import argument

_DEPTH = 8
_CONVERSIONS = frozenset(("str", "os.fspath", "os.path.normpath", "pathlib.PurePath", "pathlib.PurePosixPath"))
_PATHS = frozenset(("pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath"))
_BELOW = frozenset(("joinpath", "with_name", "with_suffix", "resolve", "absolute", "expanduser"))
_SAME = frozenset(("resolve", "absolute", "expanduser", "as_posix"))
_FIELD = re.compile(r"(?<!\{)\{(?!\{)")


class Head(NamedTuple):
    """How a text begins; `is_whole` when nothing follows, `is_path` for what stands below `text` as a path."""

    text: str
    is_whole: bool
    is_path: bool = False


def literal_head(program: Program, expr: Expr | None, scope: Scope, depth: int = 0) -> Head | None:
    """How an expression's text or path certainly begins; None when nothing can be told."""
    if expr is None or depth > _DEPTH:
        return None
    literal = constant(program.resolver, expr, scope)
    if literal is not None:
        return Head(literal.value, True) if isinstance(literal.value, str) and literal.kind == "str" else None
    if isinstance(expr, Joined):
        return _joined(program, expr, scope, depth)
    if isinstance(expr, BinOp):
        return _operation(program, expr, scope, depth)
    if isinstance(expr, Call):
        return _call(program, expr, scope, depth)
    if isinstance(expr, Attribute):
        return _imported(program, expr, scope, depth)
    found = definition(program.resolver, expr, scope)
    return None if found is None else literal_head(program, *found, depth + 1)


def _joined(program: Program, expr: Joined, scope: Scope, depth: int) -> Head | None:
    text = ""
    for part in expr.parts:
        head = literal_head(program, part, scope, depth + 1)
        if head is None:
            break
        text += head.text
        if not head.is_whole:
            break
    else:
        return Head(text, True)
    return Head(text, False) if text else None


def _operation(program: Program, expr: BinOp, scope: Scope, depth: int) -> Head | None:
    left = literal_head(program, expr.left, scope, depth + 1)
    if left is None or expr.op not in ("+", "/", "%"):
        return None
    if expr.op == "%":
        return _cut(left, left.text.find("%"))
    right = literal_head(program, expr.right, scope, depth + 1)
    if expr.op == "/":
        return _below(left, right)
    if not left.is_whole:
        return left
    return Head(left.text + right.text, right.is_whole) if right is not None else Head(left.text, False)


def _cut(head: Head, place: int) -> Head | None:
    """The part of a template before its first field."""
    if place < 0:
        return head
    return Head(head.text[:place], False) if place else None


def _below(left: Head, right: Head | None) -> Head:
    """A path below another; an absolute right side replaces the left one, and an unknown one may be absolute."""
    if right is not None and right.text.startswith("/"):
        return right
    if not left.is_whole:
        return left
    joined = left.text.rstrip("/") + "/"
    return Head(joined + right.text, right.is_whole, True) if right is not None else Head(joined, False, True)


def _call(program: Program, call: Call, scope: Scope, depth: int) -> Head | None:
    paths = program.paths(call.func, scope)
    arguments = [given.value for given in call.arguments if given.keyword is None and not given.star]
    if len(paths) == 1 and arguments and len(arguments) == len(call.arguments):
        if paths[0] in _PATHS or paths[0] in _CONVERSIONS or paths[0] == "os.path.join":
            return _path(program, arguments, scope, depth)
    if isinstance(call.func, Attribute):
        receiver = call.func.value
        if call.func.attr == "format":
            head = literal_head(program, receiver, scope, depth + 1)
            found = None if head is None else _FIELD.search(head.text)
            return head if head is None or found is None else _cut(head, found.start())
        if call.func.attr in _BELOW | _SAME:
            head = literal_head(program, receiver, scope, depth + 1)
            if head is None or call.func.attr in _SAME:
                return head
            return _below(head, literal_head(program, argument(call, "other", 0), scope, depth + 1))
    return None


def _path(program: Program, arguments: list[Expr], scope: Scope, depth: int) -> Head | None:
    found = literal_head(program, arguments[0], scope, depth + 1)
    for part in arguments[1:]:
        if found is None:
            return None
        found = _below(found, literal_head(program, part, scope, depth + 1))
    return found


def _imported(program: Program, expr: Attribute, scope: Scope, depth: int) -> Head | None:
    """`parent` of a path keeps what is before its last part; other attributes tell nothing."""
    if expr.attr != "parent":
        return None
    head = literal_head(program, expr.value, scope, depth + 1)
    if head is None or not head.is_whole or "/" not in head.text.strip("/"):
        return None
    return Head(head.text.rstrip("/").rpartition("/")[0] + "/", True, True)


def literal_text(program: Program, expr: Expr | None, scope: Scope) -> str | None:
    """The whole text of an expression, where it is certain."""
    if isinstance(expr, Literal):
        return expr.value if isinstance(expr.value, str) else None
    head = literal_head(program, expr, scope)
    return head.text if head is not None and head.is_whole else None
