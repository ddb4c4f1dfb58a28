"""Fixes as a unified diff, byte for byte what a patch tool needs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from lambdalint import paths
from lambdalint.report.frame import MASK
from lambdalint.report.terminal import STYLES

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_NEWLINE = b"\\ No newline at end of file\n"
_STYLE_OF = {b"+": "add", b"-": "delete", b"@": "hunk"}


def render(
    path: str, before: bytes, after: bytes, cwd: str, color: bool = False, secrets: tuple[str, ...] = ()
) -> bytes:
    """The unified diff of one file, its path relative to `cwd`; empty when nothing changes.

    Lines end at line feeds only, as for git and patch, so that all other bytes stay as they are: but for secrets,
    which are masked, and then no tool applies the part that holds one.
    """
    name = paths.relative(path, cwd).encode("utf-8", "surrogateescape")
    lines = difflib.diff_bytes(
        difflib.unified_diff, _LINE.findall(before), _LINE.findall(after), name, name, lineterm=b"\n"
    )
    shown = b"".join(_finished(lines, color))
    for secret in secrets:
        shown = shown.replace(secret.encode("utf-8", "surrogateescape"), MASK.encode())
    return shown


def _finished(lines: Iterator[bytes], color: bool) -> Iterator[bytes]:
    for number, line in enumerate(lines):
        text = line if line.endswith(b"\n") else line + b"\n"
        style = "bold" if number < 2 else _STYLE_OF.get(line[:1])
        if color and style:
            text = b"\x1b[%sm%s\x1b[0m\n" % (STYLES[style].encode(), text[:-1])
        yield text
        if not line.endswith(b"\n"):
            yield _NO_NEWLINE
