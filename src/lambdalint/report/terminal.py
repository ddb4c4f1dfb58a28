"""Text on a terminal: hostile characters made visible, widths of characters, colours."""

from __future__ import annotations

import unicodedata

from lambdalint.diagnostic import Severity

_TAB = 4
_JOINERS = frozenset("\u200c\u200d")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})
STYLES = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "gutter": "1;34",
    "bold": "1",
    "add": "32",
    "delete": "31",
    "hunk": "36",
}


def paint(text: str, style: str | Severity, color: bool) -> str:
    """The text in a style, when there is colour at all."""
    name = style.value if isinstance(style, Severity) else style
    return f"\x1b[{STYLES[name]}m{text}\x1b[0m" if color and text else text


def visible(text: str) -> str:
    """The text with control and format characters as escapes: nothing in it can move or recolour the terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _INVISIBLE or character in _JOINERS:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def expand(text: str) -> tuple[str, tuple[int, ...]]:
    """A source row as it is shown, and the cell at which each of its characters starts (one more for its end)."""
    if text.isascii() and text.isprintable():
        return text, tuple(range(len(text) + 1))
    shown: list[str] = []
    starts = [0]
    for character in text:
        piece = " " * (_TAB - starts[-1] % _TAB) if character == "\t" else _visible(character)
        shown.append(piece)
        starts.append(starts[-1] + (_width(piece) if len(piece) == 1 else len(piece)))
    return "".join(shown), tuple(starts)


def _width(character: str) -> int:
    if character in _JOINERS or unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
