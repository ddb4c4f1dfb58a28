from __future__ import annotations

import codecs
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import test_fixes_accessors
import test_fixes_edits
import test_fixes_imports
from fixing import Module, Offer, Operations, anything, fixed, module
from lambdalint.extract import extract_source
from lambdalint.fixes import DeleteStatement, HoistImport
from lambdalint.fixes.apply import apply, lower
from lambdalint.fixes.edits import Skipped
from lambdalint.fixes.scan import ScanError, normal, tokens
from lambdalint.source import decode
from lambdalint.summary import ModuleSummary
from test_fixes_imports import local_imports

# What items are taken out of, and imports that only what goes reads.
DISPLAYS = (
    "import json, os\n\n\ndef f(x):\n    log('a', extra={'x': json.dumps(x), 'y': os.sep, **x, 'z': [x]})\n",
    "from m import (\n    a,\n    b,\n)\n\n\ndef f(x):\n    return {\n        'a': a(x),  # first\n        'b': {\n"
    "            'c': b,\n            'd': (1, 2),\n        },\n        # last\n        **x,\n    }\n",
    "def f(x):\n    import json; from m import a, b as c\n    x = {'a': json, 'b': a, 'c': c, }\n"
    "    y = {'a':\n  x}; z = 1\n",
    "def f():\n    import json\n    import time\n\n\nclass C:\n    import os\n"
    "    T = {'a': os.sep, str(os): {1: {2: 3}}}\n",
)
SOURCES = (
    *DISPLAYS,
    *(before for before, _ in test_fixes_imports.CASES.values()),
    *(before for before, *_ in test_fixes_accessors.MEMOIZED.values()),
    *(before for before, *_ in test_fixes_accessors.HOISTED.values()),
    *(before for before, _ in test_fixes_edits.WITH.values()),
    *(before for before, _ in test_fixes_edits.SET.values()),
)
LARGE = "\n\n".join(
    re.sub(r"\b(f|g|C|TABLE)\b(?!\")", rf"\1_{number}", source)
    for number, source in enumerate(SOURCES)
    if "__future__" not in source and not source.startswith(('"""', "#!"))
)


def seeded(seed: int) -> Offer:
    return lambda found: anything(found, random.Random(seed), 0.25)


def same_rows_outside(before: str, after: str, edits: list[tuple[int, int]]) -> bool:
    """Whether the stretches between edits stand in the result, in order."""
    position = 0
    bounds = [0, *(offset for edit in edits for offset in edit), len(before)]
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        position = after.find(before[start:end], position)
        if position < 0:
            return False
        position += end - start
    return True


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_fixed_parses(source: str, seed: int) -> None:
    fixed(source, seeded(seed))


def test_many_fixes_together_parse_or_wait() -> None:
    reasons = set()
    for seed in range(12):
        result = fixed(LARGE, seeded(seed))
        assert len(result.applied) > 20
        reasons.update(reason for _, reason in result.skipped)
    assert "overlaps another fix" in reasons


@pytest.mark.parametrize("seed", range(12))
def test_a_fix_that_is_skipped_leaves_no_trace(seed: int) -> None:
    found = module(LARGE)
    fixes = dict(enumerate(seeded(seed)(found)))
    result = apply(found.source, found.summary, list(fixes.items()))
    again = apply(found.source, found.summary, [(key, fixes[key]) for key in result.applied])
    assert again.text == result.text
    assert not again.skipped


@pytest.mark.parametrize("seed", range(6))
def test_the_order_in_which_fixes_are_given_does_not_matter(seed: int) -> None:
    found = module(LARGE)
    fixes = local_imports(found)
    random.Random(seed).shuffle(fixes)
    shuffled = apply(found.source, found.summary, list(enumerate(fixes)))
    assert shuffled.text == fixed(LARGE, local_imports).text


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("seed", range(6))
def test_other_line_endings_give_the_same_edits(newline: str, seed: int) -> None:
    plain = fixed(LARGE, seeded(seed))
    other = fixed(LARGE.replace("\n", newline), seeded(seed))
    assert other.text.replace(newline, "\n") == plain.text
    assert "\n" not in other.text.replace(newline, "")
    assert other.applied == plain.applied


@pytest.mark.parametrize("source", SOURCES)
def test_mixed_line_endings_keep_their_own(source: str) -> None:
    chance = random.Random(source)
    mixed = re.sub("\n", lambda _: chance.choice(("\n", "\r\n", "\r")), source)
    found = module(mixed)
    for operations in local_imports(found):
        edits = lower(found.source, found.summary, operations)
        assert not isinstance(edits, Skipped)
        text = fixed(mixed, lambda _, operations=operations: [operations]).text  # type: ignore[misc]
        offsets = [
            (found.source.offset(span.row, span.column), found.source.offset(span.end_row, span.end_column))
            for span, _ in edits
        ]
        assert same_rows_outside(mixed, text, offsets)


@pytest.mark.parametrize("source", SOURCES)
def test_without_a_final_newline_there_is_none_after(source: str) -> None:
    bare = source.rstrip("\n")
    result = fixed(bare, local_imports).text
    assert result == fixed(bare + "\n", local_imports).text.removesuffix("\n")


def test_a_byte_order_mark_and_an_encoding_are_kept() -> None:
    text = "# -*- coding: latin-1 -*-\nimport os\n\n\ndef f():\n    import json\n    return 'é'\n"
    found = module(text.encode("latin-1"))
    result = apply(found.source, found.summary, [(0, (HoistImport(found.statement("import json")),))])
    assert found.source.encode(result.text) == (
        "# -*- coding: latin-1 -*-\nimport json\nimport os\n\n\ndef f():\n    return 'é'\n".encode("latin-1")
    )
    found = module(codecs.BOM_UTF8 + "def f():\n    import os\n    return 'é'\n".encode())
    result = apply(found.source, found.summary, [(0, (HoistImport(found.statement("import os")),))])
    assert found.source.encode(result.text) == codecs.BOM_UTF8 + "import os\n\n\ndef f():\n    return 'é'\n".encode()


def test_trailing_blank_rows_and_odd_comments_stay() -> None:
    before = "def f():\n    import os\n    return os\n  # odd\n\n\t\n      # odder\n\n\n"
    assert fixed(before, local_imports).text == "import os\n\n\n" + before.replace("    import os\n", "")


def test_characters_beyond_the_basic_plane_and_form_feeds_do_not_shift_anything() -> None:
    before = "import os\n\x0c\ndef f():\n    x = '𝄞\x0b\x1c\u2028'; import json  # 𝄞\n    return json\n"
    assert fixed(before, local_imports).text == (
        "import json\nimport os\n\x0c\ndef f():\n    x = '𝄞\x0b\x1c\u2028'  # 𝄞\n    return json\n"
    )


@given(st.lists(st.sampled_from(range(len(SOURCES))), min_size=1, max_size=4), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_modules_put_together_at_random(numbers: list[int], seed: int) -> None:
    """Any mixture of modules: the result parses, and one batch at a time comes to an end."""
    text = "\n".join(re.sub(r"\b([fgC])\b(?!\")", rf"\1_{n}", SOURCES[number]) for n, number in enumerate(numbers))
    source = decode(text.encode())
    if not isinstance(extract_source(source), ModuleSummary):
        return
    fixed(text, seeded(seed))
    for _ in range(10):
        if not (offered := local_imports(module(text))):
            break
        result = fixed(text, local_imports)
        if not result.applied:
            break
        text = result.text
    assert len(offered) == 0 or not result.applied


@given(st.text(alphabet="ab'\"\\{}()[]#f\n\r:!=, r", max_size=30))
@settings(max_examples=400, deadline=None)
def test_the_scanner_covers_any_text_or_refuses_it(text: str) -> None:
    try:
        found = list(tokens(text, 0, len(text)))
    except ScanError:
        return
    position = 0
    for token in found:
        assert token.start >= position and token.end > token.start
        assert not text[position : token.start].strip(" \t\f\\\r\n")
        position = token.end


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("f( a,\n  b )", "f(a,b)"),
        ("f(a,  # c\n)", "f(a)"),
        ("(a,)", "(a,)"),
        ("x[a,]", "x[a,]"),
        ("f'{a!r:>{w}}' 'b'", "f'{a!r:>{w}}' 'b'"),
        ("f'{x[\"a\"]}{{' + 'b'", "f'{x[\"a\"]}{{'+'b'"),
        ("f'{d['k']:%H:%M}'", "f'{d['k']:%H:%M}'"),
        ("a if b else'c'", "a if b else 'c'"),
        (r"""f'\{a["b"]}' + rf'\{a['b']}\d{{2}}' + c""", r"""f'\{a["b"]}'+rf'\{a['b']}\d{{2}}'+c"""),
        (r"""f'\N{LEFT CURLY BRACKET}{a}' + b""", r"""f'\N{LEFT CURLY BRACKET}{a}'+b"""),
        (r"'\'' + r'\''", r"'\''+ r'\''"),
    ],
)
def test_equal_expressions_have_one_normal_text(text: str, same: str) -> None:
    assert normal(text) == normal(same)


def test_two_statements_of_one_block_leave_a_pass() -> None:
    def offer(found: Module) -> list[Operations]:
        return [(DeleteStatement(found.statement("a =")),), (DeleteStatement(found.statement("b =")),)]

    assert fixed("def f():\n    a = 1\n    b = 2\n", offer).text == "def f():\n    pass\n"


def test_a_brace_behind_a_backslash_opens_a_field() -> None:
    assert [text[t.start : t.end] for text in [r"rf'\{a['b  c']}'"] for t in tokens(text, 0, len(text))] == [
        r"rf'\{a['b  c']}'"
    ]
