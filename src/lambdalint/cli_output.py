"""What the command line prints: the only module that writes to standard output and standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from lambdalint.errors import UsageError

_record: list[tuple[str, str]] | None = None


@contextlib.contextmanager
def recorded() -> Iterator[list[tuple[str, str]]]:
    """What is printed from here on, also as (stream, text) pairs; bytes on "out" stand for themselves in latin-1."""
    global _record
    before, _record = _record, []
    try:
        yield _record
    finally:
        _record = before


def say(message: str) -> None:
    """A line on standard error."""
    if _record is not None:
        _record.append(("err", message))
    with contextlib.suppress(BrokenPipeError, ValueError):
        stream = sys.stderr
        encoding = getattr(stream, "encoding", None) or "utf-8"
        stream.write(message.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        stream.flush()


def write(data: str | bytes, *, utf8: bool = False) -> None:
    """Write to standard output: text in its encoding (or UTF-8), with escapes for what that cannot hold.

    A reader that has gone away ends the output and nothing else: the verdict of the run still stands.
    Raises UsageError when the output cannot be written for another reason.
    """
    encoding = "utf-8" if utf8 else getattr(sys.stdout, "encoding", None) or "utf-8"
    content = data if isinstance(data, bytes) else _utf8(data) if utf8 else data.encode(encoding, "backslashreplace")
    if _record is not None:
        _record.append(("out", content.decode("latin-1")))
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):  # so that the interpreter does not try again at its end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"cannot write to standard output: {error.strerror}") from None


def _utf8(text: str) -> bytes:
    """Text in UTF-8: names of files that the locale could not read as what they are, other bytes as escapes."""
    with contextlib.suppress(UnicodeEncodeError):
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return text.encode("utf-8", "backslashreplace")


def write_file(path: str, text: str) -> None:
    """Write a report to a file, in folders that are made for it.  Raises UsageError naming the file."""
    try:
        if folder := os.path.dirname(path):
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(_utf8(text))
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def wants_color(choice: str, stream: IO[str], environment: Mapping[str, str]) -> bool:
    """Whether to colour what goes to a stream.

    `choice` is always, never or auto; auto obeys NO_COLOR and FORCE_COLOR (https://no-color.org/,
    https://force-color.org/), and else colours a terminal that is not dumb.
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environment.get("TERM") != "dumb"


_PATIENCE = 0.5  # seconds that a run may take without saying what it does
_PAUSE = 0.1  # between two messages, so that the terminal is not what takes the time


@contextlib.contextmanager
def progress(is_quiet: bool) -> Iterator[Callable[[str], None] | None]:
    """A function that shows, when a run takes long, what is being done, on one line of a terminal's standard error.

    None where standard error is no terminal.
    """
    stream = sys.stderr
    if is_quiet or not stream.isatty():
        yield None
        return
    due, is_shown = time.monotonic() + _PATIENCE, False

    def show(message: str) -> None:
        nonlocal due, is_shown
        if time.monotonic() >= due:
            stream.write(f"\r\x1b[2K{message[:100]}")
            stream.flush()
            due, is_shown = time.monotonic() + _PAUSE, True

    try:
        yield show
    finally:
        if is_shown:
            stream.write("\r\x1b[2K")
            stream.flush()
