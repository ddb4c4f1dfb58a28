"""Commands that code runs as other processes, as words, as far as they can be told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.catalog.processes import COMMAND_CALLS, PIP_CALLS
from lambdalint.link.constants import definition
from lambdalint.link.model import Scope, Site
from lambdalint.link.resolve import Resolver
from lambdalint.program import Program
from lambdalint.summary import Attribute, BinOp, Call, Display, Expr, Joined, Literal, Star
from lambdalint.walk import argument

UNKNOWN = "\0"
"""A word, or a part of one, that cannot be told."""

Words = tuple[str, ...]

_DEPTH = 6
_SEPARATORS = re.compile(r"&&|\|\||[;|&\n]")
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ash"))
_EXEC = "asyncio.create_subprocess_exec"
_RUN_MODULE = "runpy.run_module"
_RUNNING = PIP_CALLS | COMMAND_CALLS | {_EXEC, _RUN_MODULE}


def commands(program: Program, site: Site, call: Call) -> Iterator[Words]:
    """The commands that a call runs, each as its words; nothing when the call runs none, or it cannot be told."""
    paths = program.paths(call.func, site.scope)
    if _RUNNING.isdisjoint(paths):
        return
    reader = _Reader(program.resolver)
    if any(path in PIP_CALLS for path in paths):
        yield ("pip", *_pip_words(reader, call, site.scope))
    elif _EXEC in paths:
        yield from _nested(tuple(w for a in call.arguments if not a.keyword for w in reader.words(a.value, site.scope)))
    elif any(path in COMMAND_CALLS for path in paths):
        given = argument(call, "args", 0) or argument(call, "command") or argument(call, "cmd")
        if given is not None:
            yield from reader.commands(given, site.scope)
    elif _RUN_MODULE in paths:
        given = argument(call, "mod_name", 0)
        yield ("python", "-m", *(reader.words(given, site.scope) if given is not None else ()), UNKNOWN)


def _pip_words(reader: _Reader, call: Call, scope: Scope) -> Words:
    given = argument(call, "args", 0)
    return (UNKNOWN,) if given is None else reader.words(given, scope)


class _Reader:
    """Evaluates the few expressions that commands are written with."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def commands(self, expr: Expr, scope: Scope) -> Iterator[Words]:
        """The commands of a shell text or of a list of words."""
        text = self.text(expr, scope)
        if text is not None:
            yield from _split(text)
        else:
            yield from _nested(self.words(expr, scope))

    def words(self, expr: Expr, scope: Scope, depth: int = 0) -> Words:
        """The words of a list; a text is one word."""
        text = self.text(expr, scope, depth)
        if text is not None:
            return (text,)
        if depth > _DEPTH:
            return (UNKNOWN,)
        if isinstance(expr, Display):
            return tuple(word for item in expr.items for word in self.words(item, scope, depth + 1))
        if isinstance(expr, Star):
            return self.words(expr.value, scope, depth + 1)
        if isinstance(expr, BinOp) and expr.op == "+":
            return (*self.words(expr.left, scope, depth + 1), *self.words(expr.right, scope, depth + 1))
        if isinstance(expr, Call):
            return self._split_call(expr, scope, depth)
        found = definition(self._resolver, expr, scope)
        return (UNKNOWN,) if found is None else self.words(*found, depth + 1)

    def _split_call(self, call: Call, scope: Scope, depth: int) -> Words:
        """`"…".split()` and `shlex.split("…")`."""
        text = None
        if isinstance(call.func, Attribute) and call.func.attr == "split":
            text = self.text(call.func.value, scope, depth + 1)
            if text is None and call.arguments:
                text = self.text(call.arguments[0].value, scope, depth + 1)
        return (UNKNOWN,) if text is None else tuple(text.split())

    def text(self, expr: Expr, scope: Scope, depth: int = 0) -> str | None:
        """A text with UNKNOWN for what is filled in; None for what is no text, or unknown as a whole."""
        if depth > _DEPTH:
            return None
        if isinstance(expr, Literal):
            return expr.value if isinstance(expr.value, str) and expr.kind == "str" else None
        if isinstance(expr, Joined):
            return "".join(self.text(part, scope, depth + 1) or UNKNOWN for part in expr.parts)
        if isinstance(expr, BinOp) and expr.op in ("+", "%"):
            left = self.text(expr.left, scope, depth + 1)
            right = self.text(expr.right, scope, depth + 1) if expr.op == "+" else ""
            return None if left is None and right is None else (left or UNKNOWN) + (UNKNOWN if right is None else right)
        if isinstance(expr, Call):
            return self._called_text(expr, scope, depth)
        if any(getattr(value, "path", "") == "sys.executable" for value in self._resolver.resolve(expr, scope)):
            return "python"
        found = definition(self._resolver, expr, scope)
        return None if found is None else self.text(*found, depth + 1)

    def _called_text(self, call: Call, scope: Scope, depth: int) -> str | None:
        """`"…".format(…)`, `" ".join(words)` and `shutil.which("…")`."""
        func = call.func
        if isinstance(func, Attribute) and func.attr == "format":
            return self.text(func.value, scope, depth + 1)
        if isinstance(func, Attribute) and func.attr == "join" and isinstance(func.value, Literal) and call.arguments:
            if isinstance(func.value.value, str):
                return func.value.value.join(self.words(call.arguments[0].value, scope, depth + 1))
        if any(getattr(value, "path", "") == "shutil.which" for value in self._resolver.resolve(func, scope)):
            return self.text(call.arguments[0].value, scope, depth + 1) if call.arguments else None
        return None


def _split(text: str) -> Iterator[Words]:
    """The commands of a shell text."""
    for part in _SEPARATORS.split(text):
        words = tuple(word.strip("\"'()") for word in part.split())
        if words:
            yield from _nested(words)


def _nested(words: Words) -> Iterator[Words]:
    """A command, or those in the text of `sh -c "…"`."""
    if words and words[0].rpartition("/")[2] in _SHELLS:
        for number, word in enumerate(words[1:-1], 1):
            if word.startswith("-") and word.endswith("c"):
                yield from _split(" ".join(words[number + 1 :]))
                return
    yield words
