"""Places in source text: spans, line indexes and the conversions between them.

A row is 1-based, a column is 0-based and counts code points, an offset is 0-based and counts code
points of the decoded text.  Only reports convert to what a format asks for.
"""

from __future__ import annotations

import codecs
import io
import re
import tokenize
import warnings
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

_NEWLINE = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A stretch of a file: from (row, column) up to, not including, (end_row, end_column).

    Rows are 1-based, columns 0-based code points.
    """

    row: int
    column: int
    end_row: int
    end_column: int

    def contains(self, other: Span) -> bool:
        """Whether the other span lies wholly in this one."""
        return self[:2] <= other[:2] and other[2:] <= self[2:]


class SourceError(Exception):
    """A file that cannot be decoded; `row` is the 1-based row of the first bad byte."""

    def __init__(self, message: str, row: int = 1) -> None:
        super().__init__(message)
        self.row = row


@dataclass(frozen=True, slots=True)
class SourceText:
    """A decoded file: its text without the BOM, and what is needed to write it back byte for byte.

    `is_exact` is false where the encoding has several spellings for a text and would not give back the file's own.
    """

    text: str
    encoding: str
    bom: bool
    line_starts: tuple[int, ...]
    is_exact: bool = True

    def offset(self, row: int, column: int) -> int:
        """The offset in `text` of a 1-based row and a 0-based column."""
        return self.line_starts[row - 1] + column

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.text[self.offset(span.row, span.column) : self.offset(span.end_row, span.end_column)]

    def position(self, offset: int) -> tuple[int, int]:
        """The 1-based row and 0-based column of an offset."""
        row = bisect_right(self.line_starts, offset)
        return row, offset - self.line_starts[row - 1]

    def line(self, row: int) -> str:
        """A 1-based row's text without its line ending; empty past the end."""
        if not 0 < row <= len(self.line_starts):
            return ""
        end = self.line_starts[row] if row < len(self.line_starts) else len(self.text)
        return self.text[self.line_starts[row - 1] : end].rstrip("\r\n")

    def newline_at(self, row: int) -> str:
        """The line ending of a 1-based row, or of the next row that has one, else of the first, else a line feed."""
        start = self.line_starts[row - 1] if row <= len(self.line_starts) else 0
        found = _NEWLINE.search(self.text, start) or _NEWLINE.search(self.text)
        return found.group() if found else "\n"

    def encode(self, text: str) -> bytes:
        """The bytes of an edited text in this file's encoding, its BOM kept.

        Raises UnicodeEncodeError when the encoding cannot hold a character of the text.
        """
        data = text.encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data


def line_starts(text: str) -> tuple[int, ...]:
    """The offset of each line's first character; lines end in LF, CRLF or CR, as Python reads them."""
    starts = tuple(accumulate(map(len, io.StringIO(text, newline="")), initial=0))
    return starts if not text or text[-1] in "\r\n" else starts[:-1]


def decode(data: bytes) -> SourceText:
    """Decode Python source by its BOM or coding cookie, UTF-8 else.

    Raises SourceError naming the row when the bytes are not of that encoding or the encoding is unknown.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeDecodeError) as error:
        row = data[: error.start].count(b"\n") + 1 if isinstance(error, UnicodeDecodeError) else _first_bad_row(data)
        raise SourceError(str(error) or "unknown encoding", row) from None
    bom = data.startswith(codecs.BOM_UTF8)
    if bom:
        data = data[len(codecs.BOM_UTF8) :]
        encoding = "utf-8"
    try:
        text = data.decode(encoding) if encoding == "utf-8" else _decoded(data, encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise SourceError(f"not {encoding}: byte 0x{data[error.start]:02x} at offset {error.start}", row) from None
    except (LookupError, ValueError) as error:
        raise SourceError(str(error)) from None
    return SourceText(text, encoding, bom, line_starts(text), encoding == "utf-8" or _gives_back(text, encoding, data))


def _decoded(data: bytes, encoding: str) -> str:
    """Bytes in one of the rarer encodings, of which some warn of what they read (`unicode_escape`)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return data.decode(encoding)


def _gives_back(text: str, encoding: str, data: bytes) -> bool:
    try:
        return text.encode(encoding) == data
    except (LookupError, ValueError):
        return False


def _first_bad_row(data: bytes) -> int:
    """The row of the first byte that is not UTF-8, else 1."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].count(b"\n") + 1
    return 1
