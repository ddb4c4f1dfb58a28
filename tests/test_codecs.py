"""Every encoding that a coding line can name: a file is read, or it is a finding; nothing is raised and none warns."""

from __future__ import annotations

import encodings
import pkgutil
import warnings
from encodings.aliases import aliases

import pytest

from lambdalint.extract import extract
from lambdalint.source import SourceError, decode
from lambdalint.summary import Unparsable

_NAMES = {*aliases, *aliases.values(), *(module.name for module in pkgutil.iter_modules(encodings.__path__))}
_OTHERS = {"UTF-8", "latin-1", "utf-8-sig", "utf-8-mac", "nope", "..", "-", "_", "a.b", "undefined", "Utf8"}
_BODIES = (
    b"\nx = 1\n",
    b"\ndef lambda_handler(event, context):\n    return 'gr\xfc\xdf' '\\d'\n",
    b"\n\\x",
    b"\n# \\d \\N{x}\n",
    b"\n\x1b$B$",
    b"\nxn--\xff.",
    b"\n+AGE- +",
)


@pytest.mark.parametrize(
    "start", [b"# coding: ", b"\xef\xbb\xbf# -*- coding: ", b"#!/bin/python\n# vim: fileencoding="]
)
def test_every_coding_line(start: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in sorted(_NAMES | _OTHERS):
            for body in _BODIES:
                data = start + name.encode() + body
                summary = extract(data)
                try:
                    source = decode(data)
                except SourceError as error:
                    assert isinstance(summary, Unparsable)
                    assert 1 <= error.row <= data.count(b"\n") + 1
                    continue
                assert not source.is_exact or source.encode(source.text) == data


@pytest.mark.parametrize(
    ("name", "is_exact"),
    [("utf-8", True), ("latin-1", True), ("cp1252", True), ("koi8-r", True), ("euc-jp", True), ("mac-arabic", False)],
)
def test_which_encodings_give_back_their_bytes(name: str, is_exact: bool) -> None:
    assert decode(f"# coding: {name}\nx = 1\n".encode()).is_exact is is_exact
