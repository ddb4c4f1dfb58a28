"""Summaries survive being written and read back, and bytes that are no summary are refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lambdalint.cache.codec import CodecError, decode, encode
from lambdalint.extract import extract
from lambdalint.summary import Literal, ModuleSummary, Unparsable

SOURCES = sorted((Path(__file__).parent.parent / "src" / "lambdalint").rglob("*.py"))
ODD = '''
"""Docs with a surrogate-free \U0001f600."""
__all__ = ["a"]
x = 1, True, 1.0, -0.0, 0.0, None, ..., b"\\xff", 2 + 3j, 10**30, 99999999999999999999
async def f(a, /, b: int = 1, *c, d=2, **e):
    with a as b, c: pass
    async for i in x: await i
    else: return (yield)
    match a:
        case {"k": [y, *_]} if y: raise E from None
        case _: del a[1:2, ...]
    try: (z := lambda q: q)
    except* (A, B) as n: global g
    finally: return f"{a!r:>{b}} {c}" "d"
class C(B, metaclass=M): "doc"; p: int
'''


@pytest.mark.parametrize("path", SOURCES[::4], ids=lambda path: path.name)
def test_own_source_survives(path: Path) -> None:
    summary = extract(path.read_bytes())
    again = decode(encode(summary))
    assert again == summary
    assert repr(again) == repr(summary)


def test_every_construct_survives_with_its_types() -> None:
    summary = extract(ODD.encode())
    assert isinstance(summary, ModuleSummary)
    assert repr(decode(encode(summary))) == repr(summary)


def test_what_could_not_be_parsed_survives() -> None:
    problem = Unparsable("LMB901", "unexpected `)`", 3, 14)
    assert decode(encode(problem)) == problem


def test_rows_and_columns_beyond_two_bytes_survive() -> None:
    summary = extract(b"\n" * 70_000 + b"x = " + b" " * 300 + b"1\n")
    assert decode(encode(summary)) == summary


def test_what_is_no_summary_cannot_be_encoded() -> None:
    odd = ModuleSummary((object(),), (), (), (), None, (), None, 1)  # type: ignore[arg-type]
    with pytest.raises(CodecError):
        encode(odd)


def test_damaged_bytes_are_refused_or_give_plain_data() -> None:
    data = bytearray(encode(extract(ODD.encode())))
    chance = random.Random(7)
    for _ in range(2000):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            found = decode(bytes(damaged[: chance.randint(0, len(damaged))] if chance.random() < 0.3 else damaged))
        except CodecError:
            continue
        assert isinstance(found, ModuleSummary | Unparsable)


@pytest.mark.parametrize("data", [b"", b"\0" * 31, b"\xff" * 64, b"[]", (1 << 62).to_bytes(8, "little") * 4])
def test_bytes_that_are_nothing_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        decode(data)


def test_a_deep_summary_is_encoded_or_refused() -> None:
    deep = extract(b"x = " + b"(" * 150 + b"1" + b",)" * 150 + b"\n")
    assert decode(encode(deep)) == deep
    endless: object = Literal((1, 0, 1, 1), "int", 1)  # type: ignore[arg-type]
    for _ in range(100_000):
        endless = (endless,)
    with pytest.raises(CodecError):
        encode(ModuleSummary((endless,), (), (), (), None, (), None, 1))  # type: ignore[arg-type]
    while isinstance(endless, tuple) and not isinstance(endless, Literal):  # or freeing it would recurse
        endless = endless[0]
