"""The text of a log message: all of it, or what stands in it before the value that ends it."""

from __future__ import annotations

import re
from collections.abc import Container

from lambdalint.summary import Attribute, BinOp, Call, DictDisplay, Expr, Joined, Literal, Name, Subscript
from lambdalint.walk import children

# What makes a text of what a dictionary holds, as it is.
DUMPING = frozenset(("dumps", "str", "repr", "pformat"))
# Functions, of whatever module, and builtins that give all of their first argument.
_CONVERTING = DUMPING | {"loads"}
_BUILTINS = frozenset(("dict", "list", "tuple", "sorted", "vars"))
_READING = frozenset(("decode", "strip", "copy", "read", "values", "items"))
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}]*\}")
# Keywords of a log call that ask for a trace.
_OF_TRACE = ("exc_info", "stack_info", "stacklevel")
_CLOSING = re.compile(r"[\s'\"`)\]>.!*#=-]*\Z")


def text_before(expr: Expr) -> str | None:
    """The plain text of a message before the value that ends it."""
    if isinstance(expr, Joined):
        places = [number for number, part in enumerate(expr.parts) if not isinstance(part, Literal)]
        if len(places) != 1 or not is_whole(expr.parts[places[0]]):
            return None
        texts = [str(part.value).replace("{{", "{") if isinstance(part, Literal) else "" for part in expr.parts]
        after = "".join(texts[places[0] :])
        return "".join(texts[: places[0]]) if _CLOSING.match(after) else None
    if isinstance(expr, BinOp) and expr.op == "+" and is_whole(expr.right):
        return plain(expr.left)
    template, filled = None, False
    if isinstance(expr, BinOp) and expr.op == "%":
        template, filled = plain(expr.left), is_whole(expr.right)
    elif isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr == "format":
        template = plain(expr.func.value)
        filled = len(expr.arguments) == 1 and is_whole(expr.arguments[0].value)
    return before_last(template, 1) if template is not None and filled else None


def plain(expr: Expr) -> str | None:
    """The text that a string literal is, or an f-string without a value in it; None for anything else."""
    if isinstance(expr, Joined):
        texts = [part.value for part in expr.parts if isinstance(part, Literal) and isinstance(part.value, str)]
        return "".join(texts) if len(texts) == len(expr.parts) else None
    return expr.value if isinstance(expr, Literal) and isinstance(expr.value, str) else None


def folded(expr: Expr) -> str | None:
    """The text that string literals give, added up and repeated: `"-" * 20 + " event"`; None for anything else."""
    if not isinstance(expr, BinOp):
        return plain(expr)
    if expr.op == "*":
        return folded(expr.left) if isinstance(expr.right, Literal) else folded(expr.right)
    texts = (folded(expr.left), folded(expr.right)) if expr.op == "+" else (None, None)
    return None if texts[0] is None or texts[1] is None else texts[0] + texts[1]


def is_whole(expr: Expr) -> bool:
    """Whether an expression is the value alone, or all of it otherwise: `json.dumps(event, indent=2)`."""
    if isinstance(expr, Name | Attribute | Subscript):
        return True
    if isinstance(expr, Call) and isinstance(expr.func, Attribute) and expr.func.attr in _READING:
        return is_whole(expr.func.value)
    if isinstance(expr, DictDisplay) and len(expr.items) == 1:
        return expr.items[0].key is None and is_whole(expr.items[0].value)
    if not isinstance(expr, Call) or not expr.arguments:
        return False
    name = expr.func.attr if isinstance(expr.func, Attribute) else getattr(expr.func, "id", "")
    is_converted = name in _CONVERTING or (isinstance(expr.func, Name) and name in _BUILTINS)
    return is_converted and is_whole(expr.arguments[0].value)


def before_last(template: str, count: int) -> str | None:
    """The text before the last of a template's placeholders, where there are so many and it ends the template."""
    found = list(PLACEHOLDER.finditer(template))
    if "%%" in template or len(found) != count or not _CLOSING.match(template[found[-1].end() :]):
        return None
    return template[: found[-1].start()]


def before(expr: Expr) -> str | None:
    """The text of a message, or of what stands in it before the value that ends it."""
    text = plain(expr)
    return text_before(expr) if text is None else text


def shows_besides(call: Call, gone: Container[int]) -> bool:
    """Whether a log call shows anything but text, a trace and the expressions whose `id` is gone."""
    return any(_shows(given.value, gone) for given in call.arguments if given.keyword not in _OF_TRACE)


def _shows(expr: Expr, gone: Container[int]) -> bool:
    if id(expr) in gone or isinstance(expr, Literal):
        return False
    return not isinstance(expr, Joined | DictDisplay) or any(_shows(part, gone) for part in children(expr))
