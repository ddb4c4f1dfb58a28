"""One tree for what templates say: YAML, JSON, HCL and the props of CDK constructs all become these nodes.

A tree is acyclic, but aliases share nodes: walk it with a budget (`walk`), never by naive recursion.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from lambdalint.source import Span

MAX_DEPTH = 64
"""How deep a template may nest before it is refused; real ones stay below 25."""

MAX_NODES = 75_000
"""How many values a template may hold: the largest that CloudFormation takes holds two thirds of that."""

WALK_BUDGET = 20_000
"""How many nodes one walk visits at most."""


PLACEHOLDER = "\ue000"
"""Stands in a text where a template engine would put something."""


class TreeError(Exception):
    """A text that is not of its format; `row` is the 1-based row that the parser names."""

    def __init__(self, message: str, row: int) -> None:
        super().__init__(message)
        self.message = message
        self.row = row


class Scalar(NamedTuple):
    """A literal: `value` its text after unescaping, `tag` a YAML tag such as "!Sub" or "".

    `style` is "" for plain text, a quote character, "|" or ">" for YAML's block scalars, "<<" for an HCL
    heredoc, "`" for a TypeScript template literal.
    """

    span: Span
    file: str
    value: str
    tag: str = ""
    style: str = ""


class Entry(NamedTuple):
    """One `key: value`; the value of a later entry replaces an earlier one of the same key."""

    key: Scalar
    value: Node


class Mapping(NamedTuple):
    """A map; `is_partial` when it holds entries that have no literal key, such as a spread."""

    span: Span
    file: str
    entries: tuple[Entry, ...]
    tag: str = ""
    is_partial: bool = False


class Sequence(NamedTuple):
    """A list."""

    span: Span
    file: str
    items: tuple[Node, ...]
    tag: str = ""


class Call(NamedTuple):
    """A call of a dotted name, in HCL or in a program; keyword arguments are one trailing Mapping."""

    span: Span
    file: str
    name: str
    arguments: tuple[Node, ...]


class Reference(NamedTuple):
    """A dotted name, such as `var.stage`, `path.module` or `Runtime.PYTHON_3_12`."""

    span: Span
    file: str
    name: str


class Joined(NamedTuple):
    """Text with expressions in it: `"${path.module}/src"`."""

    span: Span
    file: str
    parts: tuple[Node, ...]


class Opaque(NamedTuple):
    """Anything else."""

    span: Span
    file: str


Node: TypeAlias = Scalar | Mapping | Sequence | Call | Reference | Joined | Opaque


def get(node: Node | None, *keys: str) -> Node | None:
    """The value below a path of keys, None where a part of it is not there or not a map."""
    for key in keys:
        if not isinstance(node, Mapping):
            return None
        node = next((entry.value for entry in reversed(node.entries) if entry.key.value == key), None)
    return node


def get_entry(node: Node | None, key: str) -> Entry | None:
    """The entry of a key in a map, with the place of the key."""
    if not isinstance(node, Mapping):
        return None
    return next((entry for entry in reversed(node.entries) if entry.key.value == key), None)


def entries(node: Node | None) -> tuple[Entry, ...]:
    """The entries of a map, each key once (its last entry); none for anything else."""
    if not isinstance(node, Mapping):
        return ()
    return tuple({entry.key.value: entry for entry in node.entries}.values())


def items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; none for anything else."""
    return node.items if isinstance(node, Sequence) and not node.tag else ()


def text(node: Node | None) -> str | None:
    """The text of an untagged literal, else None."""
    return node.value if isinstance(node, Scalar) and not node.tag else None


def children(node: Node) -> tuple[Node, ...]:
    """The direct children of a node, keys excluded."""
    if isinstance(node, Mapping):
        return tuple(entry.value for entry in node.entries)
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Call):
        return node.arguments
    return node.parts if isinstance(node, Joined) else ()


def walk(root: Node | None, budget: int = WALK_BUDGET) -> Iterator[Node]:
    """The node and everything below it, pre-order; it stops after `budget` nodes."""
    stack = [] if root is None else [root]
    while stack and budget > 0:
        node = stack.pop()
        budget -= 1
        yield node
        stack.extend(reversed(children(node)))


_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def literal_text(node: Node | None) -> str | None:
    """What Lambda gets for a literal scalar; None for a null, a reference or an expression."""
    value = text(node)
    if value is None or PLACEHOLDER in value:
        return None
    is_null = isinstance(node, Scalar) and node.style == "" and value in _NULLS
    return None if is_null else value
