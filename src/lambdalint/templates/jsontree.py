"""JSON to a tree with places, by a scanner of its own: the standard library's parser keeps no positions."""

from __future__ import annotations

import json
import re
from bisect import bisect_right

from lambdalint.source import Span, line_starts
from lambdalint.templates.tree import MAX_DEPTH, MAX_NODES, Entry, Mapping, Node, Scalar, Sequence, TreeError

_TOKEN = re.compile(r'[ \t\r\n]*([{}\[\]:,]|"(?:[^"\\\x00-\x1f]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null)')


def parse_json(source: str, file: str) -> Node:
    """The tree of a JSON text.  Raises TreeError with the row of the fault."""
    return _Scanner(source, file).parse()


class _NoJson(Exception):
    """A number that Python's reader takes and JSON has not."""


def _refused(constant: str) -> None:
    raise _NoJson(constant)


class _Scanner:
    """Reads tokens into open collections with an explicit stack; validity is json's own verdict."""

    def __init__(self, source: str, file: str) -> None:
        self._source = source
        self._file = file
        self._starts = line_starts(source)

    def parse(self) -> Node:
        self._validate()
        stack: list[tuple[int, str, list[Node]]] = []
        for number, match in enumerate(_TOKEN.finditer(self._source)):
            token, start = match.group(1), match.start(1)
            if number > 2 * MAX_NODES:
                raise TreeError(f"more than {MAX_NODES} values", self._place(start)[0])
            if token in "{[":
                if len(stack) >= MAX_DEPTH:
                    raise TreeError(f"nested deeper than {MAX_DEPTH} levels", self._place(start)[0])
                stack.append((start, token, []))
                continue
            if token in ":,":
                continue
            if token in "}]":
                opened, _, parts = stack.pop()
                node = self._collection(token, opened, match.end(), parts)
            else:
                node = self._scalar(token, start, match.end())
            if not stack:
                return node
            stack[-1][2].append(node)
        raise TreeError("no value", 1)

    def _validate(self) -> None:
        try:
            json.loads(self._source, parse_constant=_refused)
        except json.JSONDecodeError as error:
            raise TreeError(error.msg, error.lineno) from None
        except _NoJson as error:
            raise TreeError(f"{error} is no JSON", 1) from None
        except (RecursionError, ValueError):
            raise TreeError(f"nested deeper than {MAX_DEPTH} levels, or a number too long", 1) from None

    def _place(self, offset: int) -> tuple[int, int]:
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1]

    def _span(self, start: int, end: int) -> Span:
        return Span(*self._place(start), *self._place(end))

    def _collection(self, closer: str, start: int, end: int, parts: list[Node]) -> Node:
        span = self._span(start, end)
        if closer == "]":
            return Sequence(span, self._file, tuple(parts))
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return Mapping(span, self._file, tuple(Entry(key, value) for key, value in pairs if isinstance(key, Scalar)))

    def _scalar(self, token: str, start: int, end: int) -> Scalar:
        is_string = token.startswith('"')
        value = json.loads(token) if is_string else token
        return Scalar(self._span(start, end), self._file, value, "", '"' if is_string else "")
