"""The values of literals: text, bytes and numbers, evaluated without running anything."""

from __future__ import annotations

import ast
import math
import warnings
from functools import lru_cache

# Larger integers cannot be written in decimal by a Python with its default limit of 4300 digits.
MAX_INT_BITS = 14_000

# A string token without its prefix, as Pythons before 3.12 delimit one with expressions inside; `re.DOTALL` is needed.
STRING = (
    r'(?:"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""'
    r"|'''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*'''"
    r'|"[^"\\\r\n]*(?:\\(?:\r\n|.)[^"\\\r\n]*)*"'
    r"|'[^'\\\r\n]*(?:\\(?:\r\n|.)[^'\\\r\n]*)*')"
)


def string_value(token: str) -> str | bytes | None:
    """The value of a string token with its prefix and quotes; None when it cannot be evaluated or encoded."""
    quote = token[-1]
    body = token.index(quote)
    prefix = token[:body].lower()
    if "\\" in token and "r" not in prefix:
        return _evaluate(token)
    width = 3 if token[body : body + 3] == quote * 3 and len(token) - body >= 6 else 1
    value = token[body + width : -width]
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "b" not in prefix:
        return _storable(value)
    return value.encode() if value.isascii() else None


@lru_cache(maxsize=4096)
def _evaluate(token: str) -> str | bytes | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = ast.literal_eval(token)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    return value if isinstance(value, bytes) else _storable(value)


def _storable(value: str) -> str | None:
    """The text, or None when it holds surrogates, which no UTF-8 file can."""
    try:
        value.isascii() or value.encode()
    except UnicodeEncodeError:
        return None
    return value


def text_value(text: str, start: str, end: str) -> str | None:
    """The value of an f-string's literal stretch, given the tokens that open and close the f-string."""
    text = text.replace("{{", "{").replace("}}", "}")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\\" not in text or "r" in start.lower():
        return _storable(text)
    value = _evaluate(f"{end}{text}{end}")
    return value if isinstance(value, str) else None


def integer_value(token: str) -> int | None:
    """The value of an integer token, None when it is too large to be stored."""
    try:
        value = int(token, 0)
    except ValueError:
        return 0 if not token.strip("0_") else None
    return value if value.bit_length() <= MAX_INT_BITS else None


def float_value(token: str) -> float | None:
    """The value of a float token, None when it is infinite."""
    value = float(token)
    return value if math.isfinite(value) else None
