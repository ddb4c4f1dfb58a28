"""What goes with a deleted line: the comment that speaks of it, the import that it alone reads; items of displays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixing import Module, Operations, fixed
from lambdalint.fixes import DeleteStatement, DropImport, HoistImport, RemoveItem, Reword
from lambdalint.fixes.layout import Layout
from lambdalint.source import Span
from lambdalint.summary import Import

# The module before and after `print(x)` is deleted, with the imports of the named modules dropped.
LEFT = {
    "an import of its own": (
        "import json\n\nimport boto3\n\n\ndef f():\n    print(json)\n    return 1\n",
        "import boto3\n\n\ndef f():\n    return 1\n",
    ),
    "below a docstring": (
        '"""Doc."""\n\nimport json\n\nx = 1\n\n\ndef f():\n    print(json)\n    return 1\n',
        '"""Doc."""\n\nx = 1\n\n\ndef f():\n    return 1\n',
    ),
    "the first of several names": ("import json, os\nprint(json)\nos\n", "import os\nos\n"),
    "the last of several names": ("from a import b, json\nprint(json)\n", "from a import b\n"),
    "read elsewhere": ("import json\nprint(json)\njson.x\n", "import json\njson.x\n"),
    "read in an f-string": ("import json\nprint(json)\nf'{json}'\n", "import json\nf'{json}'\n"),
    "read in an annotation": ("import json\nprint(json)\na: 'json.X'\n", "import json\na: 'json.X'\n"),
    "named in a text": ("import json\nprint(json)\na = 'application/json'\n", "a = 'application/json'\n"),
    "an attribute and a keyword": ("import json\nprint(json)\na.json(json=1)\n", "a.json(json=1)\n"),
    "bound again": ("import json\nprint(json)\njson = 1\n", "import json\njson = 1\n"),
    "in a function": (
        "def f():\n    import json\n\n    print(json)\n    return 1\n",
        "def f():\n    return 1\n",
    ),
    "alone in its block with what goes": ("def f():\n    import json\n    print(json)\n", "def f():\n    pass\n"),
    "on a row with what goes": ("def f():\n    import json; print(json)\n", "def f():\n    pass\n"),
    "on a row with what goes and another": ("import json; print(json); x = 1\n", "x = 1\n"),
    "with a comment": ("import json  # why\nprint(json)\n", "import json  # why\n"),
    "on several rows": (
        "from a import (\n    b,\n    json,\n)\nprint(json)\n",
        "from a import (\n    b,\n    json,\n)\n",
    ),
}


def dropped(found: Module) -> DropImport:
    return DropImport(next(span for span, names in imports(found) if "json" in names), "json")


def imports(found: Module) -> Iterator[tuple[Span, list[str]]]:
    for span, place in Layout(found.source, found.summary).located.items():
        if isinstance(place.statement, Import):
            yield span, [item.bound for item in place.statement.names]


@pytest.mark.parametrize(("before", "after"), LEFT.values(), ids=LEFT)
def test_an_import_goes_when_nothing_reads_it(before: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        return [(DeleteStatement(found.statement("print(")), dropped(found))]

    assert fixed(before, offer).text == after


def test_an_import_stays_for_a_line_that_is_deleted_by_another_fix_only() -> None:
    before = "import json\nprint(json, 1)\nprint(json, 2)\n"

    def offer(found: Module, *texts: str) -> list[Operations]:
        return [(DeleteStatement(found.statement(text)), dropped(found)) for text in texts]

    assert fixed(before, lambda found: offer(found, "print(json, 1)")).text == "import json\nprint(json, 2)\n"
    assert fixed(before, lambda found: offer(found, "print(json, 1)", "print(json, 2)")).text == ""


def test_an_import_that_moves_goes_in_the_next_round() -> None:
    def offer(found: Module) -> list[Operations]:
        return [
            (HoistImport(found.statement("import json")),),
            (DeleteStatement(found.statement("print(")), dropped(found)),
        ]

    result = fixed("def f():\n    import json\n    print(json)\n    return 1\n", offer)
    assert result.text == "import json\n\n\ndef f():\n    print(json)\n    return 1\n"
    assert result.skipped == ((1, "the import that it leaves unread moves first"),)


TOLD = {
    "of the log line": ("# Log the whole event.\n", "a()\n", "a()\n"),
    "of several rows": ("# Debug:\n# print the event\n", "a()\n", "a()\n"),
    "of more than that": ("# Log it and fetch.\n", "fetch()\n", "# Log it and fetch.\nfetch()\n"),
    "of more, alone": ("# Log what the queue sent.\n", "\na()\n", "\na()\n"),
    "of something else": ("# The end.\n", "\na()\n", "# The end.\na()\n"),
}


@pytest.mark.parametrize(("comment", "rest", "after"), TOLD.values(), ids=TOLD)
def test_a_comment_goes_with_the_line_that_it_speaks_of(comment: str, rest: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        return [(DeleteStatement(found.statement("print("), told=True),)]

    assert fixed(f"b()\n{comment}print(event)\n{rest}", offer).text == f"b()\n{after}"


ITEMS = {
    "the first": ("{x: 1, b: 2}", "{b: 2}"),
    "the last": ("{a: 1, x: 2}", "{a: 1}"),
    "with a comma": ("{a: 1, x: 2,}", "{a: 1,}"),
    "on rows": ("{\n    a: 1,\n    x: (2, 3),  # gone\n    **b,\n}", "{\n    a: 1,\n    **b,\n}"),
    "an only one": ("{x: 1}", "{}"),
}


@pytest.mark.parametrize(("before", "after"), ITEMS.values(), ids=ITEMS)
def test_an_item_is_removed_with_its_comma(before: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        return [(RemoveItem(found.expression(before), found.expression("x")),)]

    assert fixed(f"f({before})\n", offer).text == f"f({after})\n"


LONG = "a" * 70
# A call before and after its text is reworded as `text`.
REWORDED = {
    "one row is enough": ("print(\n    f'a {b}'\n)\n", "a", "print('a')\n"),
    "with a comma": ("if a:\n    x.info(\n        'a %s' % b,\n    )\n", "a", "if a:\n    x.info('a')\n"),
    "of several rows": ("print(\n    'a %s %s' % (\n        b,\n        c,\n    )\n)\n", "a", "print('a')\n"),
    "a chain": ("a()[1](\n    f'a {b}'\n).c\n", "a", "a()[1]('a').c\n"),
    "on the row of the bracket": ("print(f'a {b}'\n)\n", "a", "print('a')\n"),
    "another argument": ("print(\n    f'a {b}', c\n)\n", "a", "print(\n    'a', c\n)\n"),
    "another argument before": ("print(\n    c, f'a {b}'\n)\n", "a", "print(\n    c, 'a'\n)\n"),
    "a keyword": ("print(\n    c=f'a {b}'\n)\n", "a", "print(\n    c='a'\n)\n"),
    "a comment": ("print(\n    f'a {b}'  # c\n)\n", "a", "print(\n    'a'  # c\n)\n"),
    "a comment at the bracket": ("print(  # c\n    f'a {b}'\n)\n", "a", "print(  # c\n    'a'\n)\n"),
    "a comment that ends like a call": ("print(  # f(\n    f'a {b}'\n)\n", "a", "print(  # f(\n    'a'\n)\n"),
    "too long for one": (f"print(\n    f'{LONG} {{b}}'\n)\n", "a" * 81, f"print(\n    '{'a' * 81}'\n)\n"),
    "as long as can be": (f"print(\n    f'{LONG} {{b}}'\n)\n", "a" * 79, f"print('{'a' * 79}')\n"),
    "on one row": ("print( f'a {b}' )\n", "a", "print( 'a' )\n"),
    "brackets of no call": ("x = (\n    f'a {b}'\n)\n", "a", "x = (\n    'a'\n)\n"),
    "brackets behind a keyword": ("assert(\n    f'a {b}'\n)\n", "a", "assert(\n    'a'\n)\n"),
}


@pytest.mark.parametrize(("before", "text", "after"), REWORDED.values(), ids=REWORDED)
def test_a_call_whose_only_argument_is_reworded_stands_on_one_row(before: str, text: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        spans = (span for span, told in found.spans() if told.lstrip("f").startswith("'") and "b" in told)
        return [(Reword(next(spans), text),)]

    assert fixed(before, offer).text == after
