"""YAML to a tree, over PyYAML's events: no object is ever constructed, aliases share nodes, depth is bounded."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from lambdalint.source import Span
from lambdalint.templates.tree import MAX_DEPTH, MAX_NODES, Entry, Mapping, Node, Opaque, Scalar, Sequence, TreeError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MAX_PURE_PYTHON = 150_000
"""Characters that the pure Python parser, fifty times slower than libyaml, reads within its second."""

_MERGE_LIMIT = 10_000
_new = tuple.__new__  # a named tuple's own `__new__` is a function of Python
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*(?:noqa|lambdalint).*$")


def parse_yaml(source: str, file: str) -> Node | None:
    """The tree of the first document of a text, None when it is empty.

    Raises TreeError with the row that the parser names.
    """
    if _Loader is yaml.SafeLoader and len(source) > MAX_PURE_PYTHON:
        raise TreeError(f"larger than {MAX_PURE_PYTHON} characters, and PyYAML is installed without libyaml", 1)
    try:
        return _Composer(file).compose(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TreeError(_sentence(error), mark.line + 1 if mark else 1) from None
    except yaml.reader.ReaderError as error:
        raise TreeError("a character that YAML does not allow", _reader_row(source, error)) from None
    except yaml.YAMLError as error:
        raise TreeError(str(error).splitlines()[0], 1) from None
    except (ValueError, RecursionError) as error:
        raise TreeError(str(error).splitlines()[0] if str(error) else "not readable as YAML", 1) from None


def _reader_row(source: str, error: yaml.reader.ReaderError) -> int:
    """The row of the character that the reader refused; libyaml gives its place in bytes or none at all."""
    position = error.position if isinstance(error.position, int) and error.position > 0 else None
    if position is None:
        found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", source)
        position = found.start() if found else 0
    return source.count("\n", 0, position) + 1


def _sentence(error: yaml.MarkedYAMLError) -> str:
    """The parser's complaint on one line."""
    problem = (error.problem or "not readable as YAML").strip()
    return " ".join(f"{error.context.strip()}: {problem}".split()) if error.context else " ".join(problem.split())


class _Open:
    """A collection that is being read."""

    __slots__ = ("anchor", "is_mapping", "parts", "start", "tag")

    def __init__(self, event: yaml.CollectionStartEvent, tag: str) -> None:
        self.is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.parts: list[Node] = []
        self.anchor = event.anchor
        self.tag = tag
        self.start: Any = event.start_mark


class _Composer:
    """Builds nodes from events with an explicit stack."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._anchors: dict[str, Node] = {}
        self._merged = 0

    def compose(self, source: str) -> Node | None:
        """The first document's node."""
        loader = _Loader(source)
        try:
            return self._compose(loader.get_event)
        finally:
            loader.dispose()

    def _compose(self, following: Callable[[], Any]) -> Node | None:
        stack: list[_Open] = []
        for _ in range(MAX_NODES + 1):
            event = following()
            kind = event.__class__
            if kind is yaml.ScalarEvent:
                node: Node = self._scalar(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                node = self._close(stack.pop(), event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if len(stack) >= MAX_DEPTH:
                    raise TreeError(f"nested deeper than {MAX_DEPTH} levels", _span(event).row)
                stack.append(_Open(event, _tag(event.tag)))
                continue
            elif kind is yaml.AliasEvent:
                node = self._anchors.get(event.anchor or "") or Opaque(_span(event), self._file)
            elif kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent:
                return None
            else:
                continue
            if not stack:
                return node
            stack[-1].parts.append(node)
        raise TreeError(f"more than {MAX_NODES} values", _span(event).row)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        start: Any = event.start_mark
        end: Any = event.end_mark
        tag = event.tag
        span = _new(Span, (start.line + 1, start.column, end.line + 1, end.column))
        node = _new(Scalar, (span, self._file, event.value, _tag(tag) if tag else "", event.style or ""))
        if event.anchor:
            self._anchors[event.anchor] = node
        return node

    def _close(self, opened: _Open, event: yaml.Event) -> Node:
        span = _between(opened.start, event.end_mark)
        node: Node
        if opened.is_mapping:
            node = self._mapping(opened, span)
        else:
            node = Sequence(span, self._file, tuple(opened.parts), opened.tag)
        if opened.anchor:
            self._anchors[opened.anchor] = node
        return node

    def _mapping(self, opened: _Open, span: Span) -> Mapping:
        merged: list[Entry] = []
        own: list[Entry] = []
        is_partial = False
        for key, value in zip(opened.parts[::2], opened.parts[1::2], strict=False):
            if not isinstance(key, Scalar):
                is_partial = True
            elif key.value == "<<" and key.style == "":
                sources = value.items if isinstance(value, Sequence) else (value,)
                for source in reversed(sources):
                    merged += self._merge(source, key)
            else:
                own.append(_new(Entry, (key, value)))
        return Mapping(span, self._file, (*merged, *own), opened.tag, is_partial)

    def _merge(self, source: Node, key: Scalar) -> tuple[Entry, ...]:
        found = source.entries if isinstance(source, Mapping) else ()
        self._merged += len(found)
        if self._merged > _MERGE_LIMIT:
            raise TreeError(f"merge keys expand to more than {_MERGE_LIMIT} entries", key.span.row)
        return found


def _tag(tag: str | None) -> str:
    """A local tag such as "!Ref"; YAML's own tags say nothing here."""
    return tag if tag and tag != "!" and not tag.startswith("tag:") else ""


def _between(start: Any, end: Any) -> Span:
    """The span between two of the parser's marks."""
    return _new(Span, (start.line + 1, start.column, end.line + 1, end.column))


def _span(event: yaml.Event) -> Span:
    return _between(event.start_mark, event.end_mark)


def suppression_comments(source: str, root: Node | None) -> list[tuple[int, int, str]]:
    """(row, column, text) of the comments that may hold a suppression, block scalars left out."""
    if "noqa" not in source and "lambdalint" not in source:
        return []
    blocks = _block_rows(root)
    found = []
    for row, line in enumerate(source.split("\n"), 1):
        if ("noqa" in line or "lambdalint" in line) and row not in blocks:
            match = _COMMENT.search(line.rstrip("\r"))
            if match:
                found.append((row, match.start(), match.group()))
    return found


def _block_rows(root: Node | None) -> set[int]:
    """The rows that lie inside block scalars and quoted text of several rows."""
    rows: set[int] = set()
    stack, seen = ([] if root is None else [root]), set[int]()
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar) and node.span.end_row > node.span.row:
            end = node.span.end_row if node.span.end_column else node.span.end_row - 1
            rows.update(range(node.span.row + 1, end + 1))
        elif isinstance(node, Mapping):
            stack.extend(entry.value for entry in node.entries)
        elif isinstance(node, Sequence):
            stack.extend(node.items)
    return rows
