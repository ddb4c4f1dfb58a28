"""How the tables are written: words in a text, separated by white space."""

from __future__ import annotations


def terms(*texts: str) -> frozenset[str]:
    """The words of some texts as a set."""
    return frozenset(word for text in texts for word in text.split())
