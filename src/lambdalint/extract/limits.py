"""How deep a module's source nests, judged before anything recurses over it.

libcst's parser recurses without bound, takes time that grows with the square of a chain's length, and
ends the process where its stack ends.  So nesting that no Python would compile is refused beforehand, and
what nests deeper than usual is parsed on a stack of its own.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, count
from operator import sub
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import ast

# Python's own tokenizer refuses more than 200 open brackets.
_MAX_BRACKETS = 200
# Operators in one expression; Python 3.11 and older cannot compile more than about 3000.
_MAX_CHAIN = 3000
# Elifs of one module: each is a level of recursion for the parser, and the large stack holds these.
MAX_ELIFS = 20_000
# Branches of one `if`: each nests the summary two tuples deeper, and whoever compares or encodes it may recurse.
MAX_BRANCHES = 400
_USUAL_BRACKETS = 40
_USUAL_OPERATORS = 400
# Characters of a statement of which it is worth knowing that they hold few operators.
_SOON_COUNTED = 5_000
# The blocks of a statement, the one that follows its header first.
_BLOCKS = ("body", "handlers", "orelse", "finalbody")
_STACK_BYTES = 512 * 1024 * 1024
_DEEP_RECURSION = 200_000

# Comments and strings; a string that never ends reaches to the end of its row or of the text, so that no
# match is tried twice.  Strings with expressions inside are captured, to be kept.
_STRING = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\Z)'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'''|\Z)"
    r'|"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*"?'
    r"|'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'?"
)
_NOISE = rf"#[^\r\n]*|(?<!\w)((?:[fFtT][rR]?|[rR][fFtT])(?:{_STRING}))|{_STRING}"
_STEP = r"[(\[{]|[)\]}]|[,;]|\\\r?\n|\r\n|\r|\n|[.+\-*/%@&|^~]+|\b(?:not|and|or|if|else|lambda|await|yield)\b"
_NEWLINES = ("\n", "\r\n", "\r")
_WORDS = (b"not ", b"and ", b"or ", b"else ", b"lambda", b"await ", b"elif ")
_OPENING, _CLOSING = b"([{", b")]}"
_BRACKETS = bytes(2 if code in _OPENING else 0 for code in range(256))
_NO_BRACKETS = bytes(code for code in range(256) if code not in _OPENING + _CLOSING)
_NO_OPERATORS = bytes(code for code in range(256) if code not in b".+-*/%@&|^~([")

_T = TypeVar("_T")


class TooDeep(Exception):
    """Source that nests deeper than any Python compiles; `offset` is where."""

    def __init__(self, offset: int) -> None:
        super().__init__("nested too deeply")
        self.offset = offset


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A compiled pattern, which costs so much that it is compiled when it is needed, for few modules."""
    return re.compile(pattern, re.DOTALL)


def is_shallow(text: str) -> bool:
    """Whether source nests so little that any stack holds its parse.

    Raises TooDeep when it nests deeper than Python itself would take.
    """
    code = _pattern(_NOISE).sub(r"\1", text)
    brackets = code.encode().translate(_BRACKETS, _NO_BRACKETS)
    depth = max(map(sub, accumulate(brackets), count(1)), default=0)
    if depth <= _USUAL_BRACKETS and _operators(code) <= _USUAL_OPERATORS:
        return True
    return _longest_chain(text) <= _USUAL_OPERATORS and depth <= _USUAL_BRACKETS


def is_safe(code: str) -> bool:
    """Whether Python's own parser takes source of any depth, or this source nests less than what could end a process.

    Python 3.10 recurses without bound over a chain of operators when it makes the nodes of its tree.
    """
    return sys.version_info >= (3, 11) or _operators(code) <= _MAX_CHAIN


def are_flat(body: list[ast.stmt], code: str, starts: tuple[int, ...]) -> bool:
    """Whether no statement that Python's parser read has so many operators and brackets that it may nest deeply.

    `code` is the text of ASCII characters that was parsed, `starts` the offsets of its rows by their numbers.
    What is flat is shallow as well, and counting it costs a small part of what `is_shallow` costs.
    """
    stack: list[Sequence[Any]] = [body]
    while stack:
        for node in stack.pop():
            first = node.decorator_list[0] if getattr(node, "decorator_list", None) else node
            start = starts[first.lineno] + first.col_offset
            if _is_flat(code, start, starts[node.end_lineno] + node.end_col_offset):
                continue
            blocks = [block for block in (getattr(node, field, None) for field in _BLOCKS) if block]
            if not blocks:
                return False
            inside = blocks[0][0]
            if not _is_flat(code, start, starts[inside.lineno] + inside.col_offset):
                return False
            stack += blocks
    return True


def _is_flat(code: str, start: int, end: int) -> bool:
    """Whether there are few operators and brackets between two offsets, even with those in strings and comments."""
    if end - start <= _USUAL_OPERATORS:
        return True
    if end - start > _SOON_COUNTED:
        return False
    return _operators(code[start:end]) <= _USUAL_OPERATORS


def _operators(code: str) -> int:
    """The operators and brackets in some source, with those in its strings and comments."""
    part = code.encode()
    return len(part.translate(None, _NO_OPERATORS)) + sum(map(part.count, _WORDS))


def _longest_chain(text: str) -> int:
    """The greatest number of operators and brackets around one place; raises TooDeep where it is beyond the limits.

    Elifs count as a chain of their own, however they are spread.
    """
    elifs = [found.start() for found in re.finditer(r"\belif\b", text)]
    if len(elifs) > MAX_ELIFS:
        raise TooDeep(elifs[MAX_ELIFS])
    blanked = _pattern(_NOISE).sub(lambda found: found[1] or " " * len(found[0]), text)
    longest = len(elifs)
    total, outer = 0, [0]  # operators around this place, and how many of them stand outside each open bracket
    for step in _pattern(_STEP).finditer(blanked):
        token = step[0]
        if token in "([{":
            total += 1
            outer.append(total)
        elif token in ")]}":
            if len(outer) > 1:
                total = outer.pop()
        elif token in ",;" or token in _NEWLINES:
            if token == "," or len(outer) == 1:
                total = outer[-1]
        elif token[0] != "\\":
            total += 1 if token.isalpha() else len(token)
        if total > longest:
            longest = total
            if total > _MAX_CHAIN or len(outer) > _MAX_BRACKETS + 1:
                raise TooDeep(step.start())
    return longest


_DEEP = threading.Lock()


def on_deep_stack(work: Callable[[], _T]) -> _T:
    """Run something on a thread with a large stack and a high recursion limit; what it raises is raised here.

    Raises RecursionError when the system grants no such thread.
    """
    results: list[_T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            errors.append(error)

    with _DEEP:
        limit, size = sys.getrecursionlimit(), threading.stack_size()
        try:
            threading.stack_size(_STACK_BYTES)
            thread = threading.Thread(target=run, name="lambdalint-extract")
            sys.setrecursionlimit(_DEEP_RECURSION)
            thread.start()
            thread.join()
        except (RuntimeError, ValueError) as error:
            raise RecursionError("no stack for deep nesting") from error
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)
    if errors:
        raise errors[0]
    return results[0]
