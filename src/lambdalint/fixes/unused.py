"""Imports of a module that nothing reads once some fixes are made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from lambdalint.fixes.edits import Change, rewrite
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.removal import Removal
from lambdalint.fixes.scan import fields, opening_quote, tokens
from lambdalint.source import Span
from lambdalint.summary import Import


class Unused(NamedTuple):
    """Import statements that go wholly, and the changes that take some of their names out of others."""

    removals: list[Removal]
    changes: list[Change]


def unused_imports(layout: Layout, names: Mapping[Span, Iterable[str]], changes: Sequence[Change]) -> Unused:
    """What takes names out of import statements, but for those still read after other, combined changes.

    Raises Unfit when a statement is not there.
    """
    text = rewrite(layout.text, changes)
    unused = Unused([], [])
    for span, wanted in names.items():
        statement = layout.locate(span).statement
        if not isinstance(statement, Import) or _is_told(layout, statement):
            continue
        own, is_module = layout.source.slice(span), statement.module is None
        gone = [n for n in wanted if _mentions(text, n, is_module) == _mentions(own, n, is_module)]
        if len(gone) == len(statement.names):
            unused.removals.append(Removal(span))
        elif gone:
            unused.changes.extend(_thinned(layout, statement, gone))
    return unused


def _is_told(layout: Layout, statement: Import) -> bool:
    """Whether a comment stands in an import or behind it."""
    return any(row in layout.comments for row in range(statement.span.row, statement.span.end_row + 1))


def _thinned(layout: Layout, statement: Import, dropped: list[str]) -> Iterator[Change]:
    """Some names of an import taken out of its row; one of several rows stays as it is."""
    if statement.span.row != statement.span.end_row:
        return
    names = statement.names
    kept = [index for index, item in enumerate(names) if item.bound not in dropped]
    for index, item in enumerate(names):
        if index in kept:
            continue
        if index < kept[-1]:
            yield Change(layout.start(item.span), layout.start(names[index + 1].span), "")
        else:
            yield Change(layout.end(names[index - 1].span), layout.end(item.span), "")


def _mentions(text: str, name: str, is_module: bool) -> int:
    """How often a text may mean a name: as a word that is no attribute and no keyword, and in strings as code."""
    spelt = re.compile(rf"\b{re.escape(name)}\.\w" if is_module else rf"\b{re.escape(name)}\b")
    in_field = re.compile(rf"(?<!\.)\b{re.escape(name)}\b")
    count, before, pending = 0, "", False
    for token in tokens(text, 0, len(text)):
        if token.kind in ("comment", "newline"):
            continue
        piece = text[token.start : token.end]
        if pending and not (piece == "=" and token.depth):
            count += 1
        pending = False
        if token.kind == "word" and piece == name:
            pending = before != "."
        elif token.kind == "string":
            prefix, quotes = opening_quote(text, token.start)
            start, end = token.start + len(prefix) + len(quotes), token.end - len(quotes)
            is_formatted = not {"f", "t"}.isdisjoint(prefix.lower())
            held = fields(text, start, end, prefix.lower()) if is_formatted else ()
            count += bool(spelt.search(piece)) or any(in_field.search(text[slice(*field)]) for field in held)
        before = piece
    return count + pending
