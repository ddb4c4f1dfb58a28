"""Edits as ranges of the original text, how they are combined, and what applying fixes gives back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from lambdalint.source import SourceText, Span

Key = TypeVar("Key", bound=Hashable)


# The rank of what belongs directly above the row that follows: behind all else that is inserted at one place.
ABOVE = 9


class Unfit(Exception):
    """Operations that cannot be carried out here; the message says why in one line."""


class Change(NamedTuple):
    """Replace the offsets [start, end) of the text by `content`; `rank` orders insertions at one place."""

    start: int
    end: int
    content: str
    rank: int = 0


class TextEdit(NamedTuple):
    """Replace a span of the original text by `content`; an empty span inserts."""

    span: Span
    content: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A fix that is not applied, and why, in one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class Applied(Generic[Key]):
    """The text with every applied fix in it, and which fixes were applied or skipped, with the reason."""

    text: str
    applied: tuple[Key, ...]
    skipped: tuple[tuple[Key, str], ...]


def combine(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes in the order of their places, insertions at one place made one and repetitions dropped.

    Insertions stand before a replacement that starts where they are.  Raises Unfit where two overlap.
    """
    combined: list[Change] = []
    pending = list(changes)
    insertions = [change for change in pending if change.start == change.end]
    replacements = dict.fromkeys(change for change in pending if change.start < change.end)
    for change in sorted((*insertions, *replacements), key=_order):
        last = combined[-1] if combined else None
        if last is None or change.start > last.end or (change.start == last.end and last.start < last.end):
            combined.append(change)
        elif last.start == last.end == change.start:
            combined[-1] = Change(last.start, change.end, last.content + change.content)
        else:
            raise Unfit("overlaps another fix")
    return tuple(change for change in combined if change.start < change.end or change.content)


def _order(change: Change) -> tuple[int, bool, int]:
    return change.start, change.end > change.start, change.rank


def rewrite(text: str, changes: Iterable[Change]) -> str:
    """The text with combined changes made."""
    parts: list[str] = []
    position = 0
    for change in changes:
        parts += (text[position : change.start], change.content)
        position = change.end
    return "".join((*parts, text[position:]))


def text_edits(source: SourceText, changes: Iterable[Change]) -> tuple[TextEdit, ...]:
    """Combined changes as edits addressed by spans."""
    return tuple(
        TextEdit(Span(*source.position(change.start), *source.position(change.end)), change.content)
        for change in changes
    )
