"""Extraction of source that nests: no crash, and either the right summary or a clean refusal."""

from __future__ import annotations

import json
import random
import sys

import pytest

from lambdalint.extract import extract
from lambdalint.extract.limits import TooDeep, is_shallow
from lambdalint.source import decode
from lambdalint.summary import Call, If, ModuleSummary, Name, Unparsable
from lambdalint.walk import places

_DEEP = {
    "sum": " + ".join(["a"] * 5000),
    "sum of calls": " + ".join(["f(a)"] * 5000),
    "lists": "[" * 500 + "]" * 500,
    "many lists": "[" * 50_000 + "]" * 50_000,
    "open lists": "[" * 50_000,
    "calls": "f(" * 3000 + ")" * 3000,
    "dicts": "{1:" * 3000 + "1" + "}" * 3000,
    "parentheses": "(" * 3000 + "1" + ")" * 3000,
    "not": "not " * 5000 + "a",
    "minus": "-" * 100_000 + "a",
    "power": "a**" * 5000 + "a",
    "attributes": "a" + ".b" * 20_000,
    "methods": "a" + ".b()" * 5000,
    "subscripts": "a" + "[0]" * 5000,
    "conditionals": "a if b else " * 5000 + "c",
    "lambdas": "lambda: " * 5000 + "a",
    "closers in strings": "f(')', " * 5000 + ")" * 5000,
    "await": "await " * 5000 + "a",
}


@pytest.mark.parametrize("name", sorted(_DEEP))
def test_too_deep_is_refused(name: str) -> None:
    found = extract(f"x = {_DEEP[name]}\n".encode())
    assert isinstance(found, Unparsable)
    assert (found.code, found.row) == ("LMB901", 1)
    assert found.message == "nested too deeply"


@pytest.mark.parametrize(
    ("code", "calls"),
    [
        (" + ".join(["f(a)"] * 700), 700),
        (" and ".join(["f(a)"] * 700), 700),
        ("[" * 190 + "f(a)" + "]" * 190, 1),
        ("f(" * 190 + ")" * 190, 190),
        ("{1: " * 190 + "f(a)" + "}" * 190, 1),
        ("a" + ".b()" * 300, 300),
        ("not " * 450 + "f()", 1),
        ("a if b else " * 300 + "f()", 1),
        ("(" * 190 + "f()" + ")" * 190, 1),
    ],
)
def test_deep_is_read_whole(code: str, calls: int) -> None:
    found = extract(f"x = {code}\n".encode())
    assert isinstance(found, ModuleSummary), found
    assert sum(isinstance(place.expr, Call) for place in places(found.body)) == calls
    assert found == extract(f"x = {code}\n".encode())
    json.dumps(found.body)


def test_elif_chains() -> None:
    found = extract(("if a: f()\n" + "elif b: f()\n" * 390).encode())
    assert isinstance(found, ModuleSummary)
    assert sum(isinstance(place.expr, Call) for place in places(found.body)) == 391
    assert isinstance(found.body[0], If)
    for length in (1000, 100_000):
        refused = extract(("if a: f()\n" + "elif b: f()\n" * length).encode())
        assert isinstance(refused, Unparsable) and refused.message == "nested too deeply" and refused.row > 400


def test_wide_is_not_deep() -> None:
    for code in (
        "x = [" + "f(a.b.c - 1, [2]), " * 600 + "]",
        "\n".join(["x = a + b * c.d(e)[0] if f else -g"] * 300),
        "x = {\n" + "'(((': f('[', b'{'),  # (((\n" * 500 + "}",
        "if a:\n    if b: c\n    elif d: e\n" * 1000,
    ):
        assert isinstance(extract(code.encode()), ModuleSummary)


def test_strings_and_comments_do_not_nest() -> None:
    quoted = "[" * 500
    code = f"a = '{quoted}'\nb = '''\n{quoted}\n'''  # {quoted}\nc = r'{quoted}\\' '\nd = f'{{a}}' '{quoted}'\n"
    assert is_shallow(code)
    assert isinstance(extract(code.encode()), ModuleSummary)
    with pytest.raises(TooDeep) as refused:
        is_shallow(code + "e = " + quoted)
    assert refused.value.offset > len(code)


def test_recursion_limit_is_restored() -> None:
    before = sys.getrecursionlimit()
    extract(b"x = " + b" + ".join([b"a"] * 1000))
    extract(b"x = " + b"not " * 2000 + b"a")
    assert sys.getrecursionlimit() == before


def test_deep_caller_gets_the_same_summary() -> None:
    data = b"x = " + b"[" * 30 + b"f(a)" + b"]" * 30

    def at_depth(depth: int) -> object:
        return extract(data) if depth == 0 else at_depth(depth - 1)

    assert at_depth(700) == extract(data)
    assert isinstance(extract(data), ModuleSummary)


_SNIPPETS = (
    "def f(a, b=1, *c, d: int = 2, **e) -> x:",
    "    return a.b(c, *d, e=f)[g:h, i]",
    "async def g(): await h; yield i",
    "class C(B, metaclass=M):",
    "    @property",
    "    def x(self): return f'{self.y!r:>{w}}' 'z'",
    "with a as (b, c), d: pass",
    "try: pass",
    "except* (A, B) as c: raise D from e",
    "finally: del a, b[0]",
    "match a:",
    "    case {'k': [x, *_], **r} | C(y, z=1) if q: pass",
    "x = lambda *a, b: {k: v for k, v in a if (w := k)}",
    "from .a import (b as c,  # why",
    "  d)",
    "a: list[int] = [*b, not c, d if e else ...]; global f",
    "type X[T: int, *Ts, **P] = T",
    "# comment",
    "\\",
    "'''",
    '"',
    "\x0c",
    "\r",
    "\t",
    "é = '\N{GREEK SMALL LETTER ALPHA}'",
    "\0",
    "0x",
    "1__0",
    ")",
    "{",
    "{{}}",
)


_ENDS = ("\n", "\r\n", "\r", "", " ", "\n    ", "\x0c\n")


def test_any_text_gives_a_summary_or_a_reason() -> None:
    generator = random.Random(1)
    for _ in range(400):
        pieces = [generator.choice(_SNIPPETS) + generator.choice(_ENDS) for _ in range(generator.randrange(8))]
        _check("".join(pieces).encode())


def test_any_bytes_give_a_summary_or_a_reason() -> None:
    generator = random.Random(2)
    for size in range(300):
        _check(generator.randbytes(size % 40))
        _check(bytes(generator.choice(b"\n\r\t\x0c #'\"\\([{}]):=.,ab1f") for _ in range(size % 60)))


def test_damaged_files_give_a_summary_or_a_reason() -> None:
    source = "\n".join(_SNIPPETS[:18])
    generator = random.Random(7)
    for _ in range(400):
        start = generator.randrange(len(source))
        _check((source[:start] + source[start + generator.randrange(6) :]).encode())


def _check(data: bytes) -> None:
    found = extract(data)
    if isinstance(found, Unparsable):
        assert found.code in ("LMB901", "LMB902")
        assert found.message and "\n" not in found.message
        assert found.row >= 1 and found.column >= 0
        return
    source = decode(data)
    for comment in found.comments:
        assert source.line(comment.row)[comment.column :].startswith(comment.text)
    for place in places(found.body):
        if isinstance(place.expr, Name) and place.expr.id.isascii():
            assert source.slice(place.expr.span) == place.expr.id
    json.dumps((found.body, found.functions, found.classes), allow_nan=False).encode()
