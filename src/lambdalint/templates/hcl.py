"""HCL to a tree: the blocks of a Terraform file and their attributes, with places.

The reader is its own because python-hcl2 gives the rows of blocks only and takes half a second for a thousand
lines.  It is tolerant: an expression that it does not know is Opaque, only brackets and texts that do not end
are faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lambdalint.source import Span, line_starts
from lambdalint.templates.hcl_cursor import Cursor
from lambdalint.templates.hcl_tokens import Comment, Meter, Token, tokens
from lambdalint.templates.tree import (
    MAX_DEPTH,
    Call,
    Entry,
    Joined,
    Mapping,
    Node,
    Opaque,
    Reference,
    Scalar,
    Sequence,
    TreeError,
)

_OPERATORS = frozenset({"==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%"})
_CLOSERS = {"{": "}", "[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Block:
    """`kind "label" … { … }`; `span` covers the head."""

    kind: str
    labels: tuple[str, ...]
    span: Span
    file: str
    attributes: Mapping
    blocks: tuple[Block, ...]

    def get(self, name: str) -> Node | None:
        """The value of an attribute."""
        return next((entry.value for entry in self.attributes.entries if entry.key.value == name), None)

    def inner(self, kind: str) -> Block | None:
        """The first block of a kind inside this one."""
        return next((block for block in self.blocks if block.kind == kind), None)


@dataclass(frozen=True, slots=True)
class HclFile:
    """A file: its top-level blocks, its comments as (row, column, text), and its attributes: what a `.tfvars` gives."""

    blocks: tuple[Block, ...]
    comments: tuple[tuple[int, int, str], ...]
    attributes: Mapping


@lru_cache(maxsize=64)
def parse_hcl(source: str, file: str) -> HclFile:
    """The blocks of a text.  Raises TreeError with the row of the fault.

    A file is asked for by itself and then by each of its folder: the last ones are remembered.
    """
    comments: list[Comment] = []
    meter = Meter()
    parser = _Parser(source, file, tokens(source, 0, len(source), meter, comments), line_starts(source), meter)
    attributes, blocks = parser.body(0)
    if not parser.is_done:
        raise TreeError("a bracket that nothing opened", parser.row)
    told = tuple((*parser.place(comment.start), comment.text) for comment in comments)
    return HclFile(blocks, told, attributes)


class _Parser(Cursor):
    """Recursive descent with a bound, over a list of tokens."""

    def __init__(self, source: str, file: str, found: list[Token], starts: tuple[int, ...], meter: Meter) -> None:
        super().__init__(found, starts)
        self._source = source
        self._file = file
        self._meter = meter

    def _opaque(self, start: int) -> Opaque:
        return Opaque(self._span(start, max(start, self._end())), self._file)

    # --- blocks

    def body(self, depth: int) -> tuple[Mapping, tuple[Block, ...]]:
        """The attributes and blocks up to a closing brace or the end."""
        if depth > MAX_DEPTH:
            raise TreeError(f"nested deeper than {MAX_DEPTH} levels", self.row)
        start = self._peek()
        attributes: list[Entry] = []
        blocks: list[Block] = []
        signs = self._signs
        while not self.is_done and signs[self._next] != "}":
            token = self._tokens[self._next]
            if signs[self._next] == "\n":
                self._next += 1
            elif token.kind == "name" and signs[self._next + 1] == "=":
                self._next += 2
                key = Scalar(self._span(token.start, token.end), self._file, token.value)
                attributes.append(Entry(key, self._expression(depth + 1)))
            elif token.kind == "name" and (block := self._block(depth)) is not None:
                blocks.append(block)
            else:
                self._skip_one(depth)
        span = self._span(start.start if start else 0, max(start.start if start else 0, self._end()))
        return Mapping(span, self._file, tuple(attributes)), tuple(blocks)

    def _block(self, depth: int) -> Block | None:
        """`kind label… {` and its body; None when the tokens are no block."""
        first, ahead = self._tokens[self._next], 1
        labels: list[str] = []
        while (token := self._peek(ahead)) is not None and token.kind in {"name", "text"}:
            labels.append(token.value or "".join(piece[0] for piece in token.pieces))
            ahead += 1
        if not self._is("{", ahead):
            return None
        self._next += ahead + 1
        head = self._span(first.start, self._tokens[self._next - 1].start)
        attributes, blocks = self.body(depth + 1)
        self._close("}", head.row)
        return Block(first.value, tuple(labels), head, self._file, attributes, blocks)

    def _close(self, closer: str, row: int) -> None:
        if not self._is(closer):
            raise TreeError("a bracket that does not close", row)
        self._next += 1

    def _skip_one(self, depth: int) -> None:
        """Pass over a token, or over a bracket with all that is in it."""
        token = self._tokens[self._next]
        self._next += 1
        if token.kind != "sign" or token.value not in _CLOSERS:
            if token.kind == "sign" and token.value in _CLOSERS.values():
                raise TreeError("a bracket that nothing opened", self.place(token.start)[0])
            return
        row, open_brackets = self.place(token.start)[0], [_CLOSERS[token.value]]
        while open_brackets:
            if self.is_done:
                raise TreeError("a bracket that does not close", row)
            inner = self._tokens[self._next]
            self._next += 1
            if inner.kind == "sign" and inner.value in _CLOSERS:
                open_brackets.append(_CLOSERS[inner.value])
            elif inner.kind == "sign" and inner.value in _CLOSERS.values() and open_brackets.pop() != inner.value:
                raise TreeError("brackets that do not match", self.place(inner.start)[0])

    # --- expressions

    def _expression(self, depth: int, is_multiline: bool = False) -> Node:
        """An expression; one with operators is opaque, a conditional is a call of "?:"."""
        if depth > MAX_DEPTH:
            raise TreeError(f"nested deeper than {MAX_DEPTH} levels", self.row)
        start = self._peek()
        if start is None:
            return self._opaque(len(self._source))
        node = self._term(depth)
        is_computed = False
        while self._signs[self._next] in _OPERATORS:
            self._next += 1
            self._skip_lines()
            self._term(depth)
            is_computed = True
        if is_computed:
            node = self._opaque(start.start)
        if is_multiline:
            self._skip_lines()
        return self._conditional(node, start, depth) if self._signs[self._next] == "?" else node

    def _conditional(self, test: Node, start: Token, depth: int) -> Node:
        self._next += 1
        self._skip_lines()
        body = self._expression(depth + 1, True)
        if not self._is(":"):
            return self._opaque(start.start)
        self._next += 1
        self._skip_lines()
        orelse = self._expression(depth + 1)
        return Call(self._span(start.start, self._end()), self._file, "?:", (test, body, orelse))

    def _term(self, depth: int) -> Node:
        token = self._peek()
        if token is None or (token.kind == "sign" and token.value in {"\n", "}", "]", ")", ","}):
            return self._opaque(token.start if token else len(self._source))
        if token.kind == "sign":
            return self._signed(token, depth)
        self._next += 1
        if token.kind == "text":
            return self._indexed(self._text(token, depth), token, depth)
        if token.kind == "heredoc":
            return self._heredoc(token)
        if token.kind == "number":
            return Scalar(self._span(token.start, token.end), self._file, token.value)
        return self._named(token, depth)

    def _signed(self, token: Token, depth: int) -> Node:
        if token.value == "{":
            return self._indexed(self._object(depth), token, depth)
        if token.value == "[":
            return self._indexed(self._list(depth), token, depth)
        if token.value == "(":
            self._next += 1
            self._skip_lines()
            inner = self._expression(depth + 1, True)
            self._until(")", self.place(token.start)[0], depth)
            return self._indexed(inner, token, depth)
        self._next += 1
        if token.value in {"-", "!"}:
            self._term(depth)
        return self._opaque(token.start)

    def _until(self, closer: str, row: int, depth: int) -> None:
        """Pass over what is not understood up to a closing bracket."""
        self._skip_lines()
        while not self.is_done and not self._is(closer):
            self._skip_one(depth)
        self._close(closer, row)

    def _text(self, token: Token, depth: int) -> Node:
        span = self._span(token.start, token.end)
        if all(place is None for _, place in token.pieces):
            return Scalar(span, self._file, "".join(text for text, _ in token.pieces), "", '"')
        parts: list[Node] = []
        for text, place in token.pieces:
            if place is None:
                parts.append(Scalar(span, self._file, text, "", '"'))
            else:
                inner = tokens(self._source, *place, self._meter)
                parser = _Parser(self._source, self._file, inner, self._starts, self._meter)
                parts.append(parser._expression(depth + 1, True))
        return parts[0] if len(parts) == 1 else Joined(span, self._file, tuple(parts))

    def _heredoc(self, token: Token) -> Node:
        span = self._span(token.start, token.end)
        if token.value:
            return Joined(
                span, self._file, (Scalar(span, self._file, token.pieces[0][0], "", "<<"), Opaque(span, self._file))
            )
        return Scalar(span, self._file, token.pieces[0][0], "", "<<")

    def _named(self, token: Token, depth: int) -> Node:
        if token.value in {"true", "false"}:
            return Scalar(self._span(token.start, token.end), self._file, token.value)
        if token.value == "null":
            return Scalar(self._span(token.start, token.end), self._file, "null")
        if self._is("("):
            return self._indexed(self._call(token, depth), token, depth)
        return self._indexed(Reference(self._span(token.start, token.end), self._file, token.value), token, depth)

    def _call(self, token: Token, depth: int) -> Node:
        row = self.place(token.start)[0]
        self._next += 1
        arguments: list[Node] = []
        self._skip_lines()
        while not self.is_done and not self._is(")"):
            before = self._next
            arguments.append(self._expression(depth + 1, True))
            if self._is("...") or self._next == before:
                self._next += 1
                arguments.append(self._opaque(token.start))
            self._skip_lines()
            if self._is(","):
                self._next += 1
                self._skip_lines()
        self._close(")", row)
        return Call(self._span(token.start, self._end()), self._file, token.value, tuple(arguments))

    def _indexed(self, node: Node, start: Token, depth: int) -> Node:
        """`.name`, `[key]` and splats after a term; a literal key is a step of the dotted name."""
        while True:
            sign = self._signs[self._next]
            token = self._peek(1) if sign == "." else None
            if token is not None and (token.kind in {"name", "number"} or token.value == "*"):
                self._next += 2
                node = self._step(node, token.value, start)
            elif sign == "[":
                row = self.row
                self._next += 1
                self._skip_lines()
                key = self._expression(depth + 1, True)
                self._until("]", row, depth)
                name = key.value if isinstance(key, Scalar) else key.name if isinstance(key, Reference) else "*"
                node = self._step(node, name if isinstance(key, Scalar) else f"[{name}]", start)
            else:
                return node

    def _step(self, node: Node, name: str, start: Token) -> Node:
        span = self._span(start.start, self._end())
        return (
            Reference(span, self._file, f"{node.name}.{name}")
            if isinstance(node, Reference)
            else Opaque(span, self._file)
        )

    def _list(self, depth: int) -> Node:
        start = self._tokens[self._next]
        row = self.place(start.start)[0]
        if self._is_loop():
            self._skip_one(depth)
            return self._opaque(start.start)
        self._next += 1
        items: list[Node] = []
        self._skip_lines()
        while not self.is_done and not self._is("]"):
            before = self._next
            items.append(self._expression(depth + 1, True))
            self._skip_lines()
            if self._is(","):
                self._next += 1
                self._skip_lines()
            elif self._next == before:
                self._skip_one(depth)
        self._close("]", row)
        return Sequence(self._span(start.start, self._end()), self._file, tuple(items))

    def _is_loop(self) -> bool:
        ahead = 1
        while self._is("\n", ahead):
            ahead += 1
        token = self._peek(ahead)
        return token is not None and token.kind == "name" and token.value == "for" and not self._is("=", ahead + 1)

    def _object(self, depth: int) -> Node:
        start = self._tokens[self._next]
        row = self.place(start.start)[0]
        if self._is_loop():
            self._skip_one(depth)
            return self._opaque(start.start)
        self._next += 1
        entries: list[Entry] = []
        is_partial = False
        while not self.is_done and not self._is("}"):
            if self._signs[self._next] in {"\n", ","}:
                self._next += 1
                continue
            entry = self._object_entry(depth)
            is_partial = is_partial or entry is None
            if entry is not None:
                entries.append(entry)
        self._close("}", row)
        return Mapping(self._span(start.start, self._end()), self._file, tuple(entries), "", is_partial)

    def _object_entry(self, depth: int) -> Entry | None:
        before = self._next
        is_computed = self._is("(")
        key = self._expression(depth + 1)
        if self._next == before:
            self._skip_one(depth)
            return None
        if not (self._is("=") or self._is(":")):
            return None
        self._next += 1
        self._skip_lines()
        value = self._expression(depth + 1)
        if is_computed:
            return None
        if isinstance(key, Scalar):
            return Entry(key, value)
        if isinstance(key, Reference) and "." not in key.name:
            return Entry(Scalar(key.span, key.file, key.name), value)
        return None
