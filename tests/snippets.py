"""The fenced blocks of Markdown pages."""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from checkout import ROOT

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>```+)(?P<language>\w*)[ ]?(?P<info>[^\n]*)\n(?P<text>.*?)^(?P=indent)(?P=ticks)[ ]*$",
    re.DOTALL | re.MULTILINE,
)
_TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """One fenced block: its language, the title that it shows, "" without one, and its text."""

    language: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, given relative to the checkout."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        title = _TITLE.search(match["info"])
        found.append(Block(match["language"], title[1] if title else "", textwrap.dedent(match["text"])))
    return found


def titled(page: str, title: str) -> str:
    """The text of the block of that title."""
    (found,) = [block.text for block in blocks(page) if block.title == title]
    return found
