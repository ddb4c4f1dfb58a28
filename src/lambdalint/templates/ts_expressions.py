"""Expressions of TypeScript as nodes: literals, objects, arrays, calls, `new`, dotted names; the rest is opaque."""

from __future__ import annotations

from bisect import bisect_right

from lambdalint.source import Span, line_starts
from lambdalint.templates.tree import Call, Entry, Joined, Mapping, Node, Opaque, Reference, Scalar, Sequence
from lambdalint.templates.ts_tokens import Token

_MAX_DEPTH = 40
_MAX_STEPS = 6_000
"""How many expressions of a file are read; the largest files of apps have some fifteen hundred."""
_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_ENDS = frozenset({",", ")", "]", "}", ";", ":"})
_WORDS = frozenset({"async", "function", "class", "typeof", "await", "void", "delete", "yield"})


def _closings(found: list[Token]) -> dict[int, int]:
    """For each opening bracket the index of the one that closes it."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(found):
        if token.kind != "sign":
            continue
        if token.value in _CLOSERS:
            opened.append(index)
        elif token.value in _CLOSERS.values() and opened:
            pairs[opened.pop()] = index
    return pairs


def _expression_ends(found: list[Token], closings: dict[int, int]) -> list[int]:
    """For each token the index of the sign that ends an expression which it is a part of, brackets passed over."""
    count = len(found)
    ends = [count] * (count + 2)
    for index in range(count - 1, -1, -1):
        token = found[index]
        if token.kind == "sign" and token.value in _ENDS and token.value != ":":
            ends[index] = index
        else:
            is_opened = token.kind == "sign" and token.value in _CLOSERS
            ends[index] = ends[closings.get(index, count) + 1 if is_opened else index + 1]
    return ends


class Expressions:
    """Parses at a token's index; every method gives (node, the index after it) and never fails."""

    def __init__(self, source: str, file: str, found: list[Token]) -> None:
        self._file = file
        self._tokens = found
        self._count = len(found)
        self._signs = [token.value if token.kind == "sign" else "" for token in found]
        self._starts = line_starts(source)
        self._closings = _closings(found)
        self._ends = _expression_ends(found, self._closings)
        self._steps = 0
        self._cuts = 0
        self._known: dict[int, tuple[Node, int]] = {}

    def place(self, offset: int) -> tuple[int, int]:
        """The row and column of an offset."""
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1]

    def is_sign(self, index: int, value: str) -> bool:
        """Whether a token is a sign."""
        return index < self._count and self._signs[index] == value

    def _span(self, first: int, after: int) -> Span:
        start = self._tokens[first if first < self._count else -1]
        end = self._tokens[max(first, min(after, self._count) - 1)] if first < self._count else start
        return Span(*self.place(start.start), *self.place(end.end))

    def expression(self, index: int, depth: int = 0) -> tuple[Node, int]:
        """An expression up to a comma, a semicolon or a closing bracket.

        One that was read without being cut short is remembered: it is met again inside and outside of others.
        """
        if index not in self._known:
            cuts = self._cuts
            found = self._expression(index, depth)
            if self._cuts != cuts:
                return found
            self._known[index] = found
        return self._known[index]

    def _expression(self, index: int, depth: int) -> tuple[Node, int]:
        start = index
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            self._cuts += 1
            after = self._end_of(index)
            return Opaque(self._span(start, after), self._file), after
        node, index = self.postfix(index, depth)
        parts = [node]
        while self.is_sign(index, "+"):
            part, index = self.postfix(index + 1, depth)
            parts.append(part)
        while index < len(self._tokens) and self._tokens[index][:2] == ("name", "as"):
            index = self._type_end(index + 1)
        after = self._end_of(index)
        if after != index or index == start:
            after = max(after, index)
            return Opaque(self._span(start, after), self._file), after
        return (parts[0] if len(parts) == 1 else Joined(self._span(start, index), self._file, tuple(parts))), index

    def _end_of(self, index: int) -> int:
        """The index of the sign that ends an expression, brackets passed over."""
        return self._ends[index] if index < self._count else max(index, self._count)

    def closing(self, index: int) -> int:
        """The index of the bracket that closes one, the end where none does."""
        return self._closings.get(index, len(self._tokens))

    def _type_end(self, index: int) -> int:
        """The index after a type's dotted name."""
        while index < len(self._tokens) and (self._tokens[index].kind == "name" or self.is_sign(index, ".")):
            index += 1
        return index

    def postfix(self, index: int, depth: int = 0) -> tuple[Node, int]:
        """A term with its members and calls."""
        start = index
        is_new = index < len(self._tokens) and self._tokens[index][:2] == ("name", "new")
        node, index = self._term(index + is_new, depth)
        while index < len(self._tokens):
            if self._tokens[index].kind != "sign":
                break
            if self.is_sign(index, ".") or self.is_sign(index, "?."):
                if index + 1 >= len(self._tokens) or self._tokens[index + 1].kind != "name":
                    break
                node = self._member(node, self._tokens[index + 1].value, start, index + 2)
                index += 2
            elif self.is_sign(index, "!") and not self.is_sign(index + 1, "="):
                index += 1
            elif self.is_sign(index, "<") and (after := self._type_arguments(index)):
                index = after
            elif self.is_sign(index, "("):
                arguments, index = self._list(index, ")", depth)
                node = self._call(node, arguments, start, index)
            elif self.is_sign(index, "["):
                index = self.closing(index) + 1
                node = Opaque(self._span(start, index), self._file)
            else:
                break
        return node, index

    def _type_arguments(self, index: int) -> int:
        """The index after `<…>` when a call follows it, else 0."""
        for after in range(index + 1, min(index + 12, len(self._tokens))):
            if self.is_sign(after, ">"):
                return after + 1 if self.is_sign(after + 1, "(") else 0
            if self._tokens[after].kind == "sign" and self._tokens[after].value not in {".", ",", "[", "]", "|"}:
                return 0
        return 0

    def _member(self, node: Node, name: str, start: int, after: int) -> Node:
        span = self._span(start, after)
        if isinstance(node, Reference):
            return Reference(span, self._file, f"{node.name}.{name}")
        return Call(span, self._file, f".{name}", (node,))

    def _call(self, node: Node, arguments: tuple[Node, ...], start: int, after: int) -> Node:
        span = self._span(start, after)
        if isinstance(node, Reference):
            return Call(span, self._file, node.name, arguments)
        if isinstance(node, Call) and node.name.startswith("."):
            return Call(span, self._file, node.name, (*node.arguments, *arguments))
        return Opaque(span, self._file)

    def _term(self, index: int, depth: int) -> tuple[Node, int]:
        if index >= len(self._tokens):
            return Opaque(self._span(index - 1, index), self._file), index
        token = self._tokens[index]
        if token[:2] == ("sign", "{"):
            return self._object(index, depth)
        span = self._span(index, index + 1)
        if token.kind == "text" or (token.kind == "template" and not token.is_computed):
            return Scalar(span, self._file, token.value, "", "`" if token.kind == "template" else '"'), index + 1
        if token.kind == "template":
            raw = Scalar(span, self._file, token.value, "", "`")
            return Joined(span, self._file, (raw, Opaque(span, self._file))), index + 1
        if token.kind == "number" or token[:2] in {("name", "true"), ("name", "false")}:
            return Scalar(span, self._file, token.value), index + 1
        if token.kind == "name" and token.value not in _WORDS and not self.is_sign(index + 1, "=>"):
            return self._dotted(index)
        if token.kind == "sign" and token.value == "[":
            items, after = self._list(index, "]", depth)
            return Sequence(self._span(index, after), self._file, items), after
        if token.kind == "sign" and token.value == "(":
            return self._parenthesised(index, depth)
        if token.kind == "sign" and token.value in _ENDS:
            return Opaque(span, self._file), index
        return Opaque(span, self._file), index + 1

    def _dotted(self, index: int) -> tuple[Node, int]:
        """A name with the members after it."""
        start, parts = index, [self._tokens[index].value]
        while (
            index + 2 < self._count
            and (self.is_sign(index + 1, ".") or self.is_sign(index + 1, "?."))
            and self._tokens[index + 2].kind == "name"
        ):
            parts.append(self._tokens[index + 2].value)
            index += 2
        return Reference(self._span(start, index + 1), self._file, ".".join(parts)), index + 1

    def _parenthesised(self, index: int, depth: int) -> tuple[Node, int]:
        after = self.closing(index) + 1
        inner, end = self.expression(index + 1, depth + 1)
        if end == after - 1 and not self.is_sign(after, "=>"):
            return inner, after
        return Opaque(self._span(index, after), self._file), after

    def _list(self, index: int, closer: str, depth: int) -> tuple[tuple[Node, ...], int]:
        """The expressions between brackets."""
        items: list[Node] = []
        index += 1
        while index < len(self._tokens) and not self.is_sign(index, closer):
            if self.is_sign(index, ","):
                index += 1
                continue
            start = index
            is_spread = self.is_sign(index, "...")
            node, index = self.expression(index + is_spread, depth + 1)
            items.append(Opaque(self._span(start, index), self._file) if is_spread else node)
            if index == start:
                index += 1
        return tuple(items), index + 1

    def _object(self, index: int, depth: int) -> tuple[Node, int]:
        start, end = index, self.closing(index)
        entries: list[Entry] = []
        is_partial = False
        index += 1
        while index < end:
            if self.is_sign(index, ","):
                index += 1
                continue
            entry, after = self._entry(index, depth)
            is_partial = is_partial or entry is None
            if entry is not None:
                entries.append(entry)
            index = max(after, index + 1)
        return Mapping(self._span(start, end + 1), self._file, tuple(entries), "", is_partial), end + 1

    def _entry(self, index: int, depth: int) -> tuple[Entry | None, int]:
        """`key: value`, `key`, `...spread`; None for methods and computed keys."""
        token = self._tokens[index]
        span = self._span(index, index + 1)
        if self.is_sign(index, "..."):
            node, after = self.expression(index + 1, depth + 1)
            return Entry(Scalar(span, self._file, "..."), node), after
        is_key = token.kind in {"name", "text", "number"}
        key = Scalar(span, self._file, token.value, "", '"' if token.kind == "text" else "")
        if is_key and self.is_sign(index + 1, ":"):
            node, after = self.expression(index + 2, depth + 1)
            return Entry(key, node), after
        if token.kind == "name" and (self.is_sign(index + 1, ",") or self.is_sign(index + 1, "}")):
            return Entry(key, Reference(span, self._file, token.value)), index + 1
        return None, self._end_of(index)
