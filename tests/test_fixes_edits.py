from __future__ import annotations

import pytest

from fixing import Module, Offer, Operations, fixed, module
from lambdalint.fixes import (
    AddDecorator,
    AddImport,
    DeleteComment,
    DeleteStatement,
    DropDefault,
    HoistAssignment,
    HoistImport,
    InsertStatements,
    RemoveArgument,
    RenameDefinition,
    ReplaceExpression,
    SetArgument,
    UnwrapWith,
)
from lambdalint.fixes.apply import Skipped, TextEdit, lower
from lambdalint.source import Span
from lambdalint.summary import Assign, Call
from lambdalint.walk import expressions


def call_of(found: Module) -> Call:
    """The outermost call of the first statement."""
    statement = found.summary.body[0]
    value = getattr(statement, "value", None)
    assert value is not None
    return next(part for part in expressions(value) if isinstance(part, Call))


def setting(*pairs: tuple[str, str], position: int | None = None) -> Offer:
    return lambda found: [(SetArgument(call_of(found).span, key, value, position),) for key, value in pairs]


SET = {
    "none": ("f()\n", "f(k=1)\n"),
    "one": ("f(a)\n", "f(a, k=1)\n"),
    "a trailing comma": ("f(a,)\n", "f(a, k=1,)\n"),
    "there": ("f(a, k = 2)\n", "f(a, k = 1)\n"),
    "there in parentheses": ("f(a, k=(2))\n", "f(a, k=1)\n"),
    "there with a similar name": ("f(a, kk=2)\n", "f(a, kk=2, k=1)\n"),
    "a comparison": ("f(k==1)\n", "f(k==1, k=1)\n"),
    "a generator": ("f(x for x in y)\n", "f((x for x in y), k=1)\n"),
    "a generator in brackets": ("f([x for x in y])\n", "f([x for x in y], k=1)\n"),
    "stars": ("f(*a, **b)\n", "f(*a, **b, k=1)\n"),
    "a chain": ("f(a)(b).c(d)\n", "f(a)(b).c(d, k=1)\n"),
    "strings with brackets": ("f(')', f\"{x(')')}\", '''(''')\n", "f(')', f\"{x(')')}\", '''(''', k=1)\n"),
    "rows": ("f(\n    a,\n    b,\n)\n", "f(\n    a,\n    b,\n    k=1,\n)\n"),
    "rows with a comment": (
        "f(\n    a,\n    b,  # b\n    # end\n)\n",
        "f(\n    a,\n    b,  # b\n    k=1,\n    # end\n)\n",
    ),
    "rows without a comma": ("f(\n    a,\n    b  # b\n)\n", "f(\n    a,\n    b,  # b\n    k=1\n)\n"),
    "one on its row": ("f(\n    a\n)\n", "f(\n    a,\n    k=1\n)\n"),
    "several a row": ("f(\n    a, b,\n)\n", "f(\n    a, b, k=1,\n)\n"),
    "aligned": ("f(a,\n  b)\n", "f(a,\n  b,\n  k=1)\n"),
    "hanging": ("f(\n    a, b)\n", "f(\n    a, b, k=1)\n"),
    "only a comment": ("f(\n    # nothing\n)\n", "f(\n    # nothing\n    k=1,\n)\n"),
    "a comment behind the bracket": ("f(  # why\n    a,\n)\n", "f(  # why\n    a,\n    k=1,\n)\n"),
    "a value over rows": (
        "f(\n    a,\n    {\n        1: 2,\n    },\n)\n",
        "f(\n    a,\n    {\n        1: 2,\n    },\n    k=1,\n)\n",
    ),
    "a row with a value over rows": ("f(a, {\n    1: 2,\n})\n", "f(a, {\n    1: 2,\n}, k=1)\n"),
    "tabs": ("f(\n\ta,\n)\n", "f(\n\ta,\n\tk=1,\n)\n"),
}


@pytest.mark.parametrize(("before", "after"), SET.values(), ids=SET.keys())
def test_an_argument_is_set_in_the_style_of_the_call(before: str, after: str) -> None:
    assert fixed(before, setting(("k", "1"))).text == after
    assert fixed(after, setting(("k", "1"))).text == after


@pytest.mark.parametrize("before", [before for before, _ in SET.values()], ids=SET.keys())
def test_two_arguments_at_once_are_one_after_the_other(before: str) -> None:
    once = fixed(before, setting(("k", "1"), ("m", "2"))).text
    assert once == fixed(fixed(before, setting(("k", "1"))).text, setting(("m", "2"))).text


def test_a_positional_argument_is_replaced_where_it_stands() -> None:
    assert fixed("f(a, b)\n", setting(("k", "1"), position=1)).text == "f(a, 1)\n"
    assert fixed("f(*a, b)\n", setting(("k", "1"), position=1)).text == "f(*a, b, k=1)\n"


REMOVED = {
    "the only one": ("f(x)\n", "f()\n"),
    "the only one with a comma": ("f(x,)\n", "f()\n"),
    "the only row": ("f(\n    x,\n)\n", "f()\n"),
    "the first": ("f(x, b)\n", "f(b)\n"),
    "the last": ("f(a, x)\n", "f(a)\n"),
    "the last with a comma": ("f(a, x,)\n", "f(a,)\n"),
    "the middle": ("f(a, k=x, b=1)\n", "f(a, b=1)\n"),
    "a row": ("f(\n    a,\n    x,  # gone\n    b,\n)\n", "f(\n    a,\n    b,\n)\n"),
    "the last row": ("f(\n    a,\n    b,\n    x\n)\n", "f(\n    a,\n    b\n)\n"),
    "the first row": ("f(\n    x,\n    a,\n    b\n)\n", "f(\n    a,\n    b\n)\n"),
    "all but one row": ("f(\n    a,\n    x,\n)\n", "f(a)\n"),
    "all but one hanging": ("f(\n    k=a, j=x)\n", "f(k=a)\n"),
    "all but one with a comment": ("f(\n    a,  # why\n    x,\n)\n", "f(\n    a,  # why\n)\n"),
    "all but one of several rows": ("f(\n    [\n        1],\n    x,\n)\n", "f(\n    [\n        1],\n)\n"),
    "all but a long one": (f"f(\n    {'a' * 90},\n    x,\n)\n", f"f(\n    {'a' * 90},\n)\n"),
    "aligned": ("f(a,\n  x,\n  b)\n", "f(a,\n  b)\n"),
    "aligned last": ("f(a,\n  x)\n", "f(a)\n"),
    "in parentheses": ("f((x), b)\n", "f(b)\n"),
}


@pytest.mark.parametrize(("before", "after"), REMOVED.values(), ids=REMOVED.keys())
def test_an_argument_is_removed_with_its_comma(before: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        call = call_of(found)
        given = next(a for a in call.arguments if found.source.slice(a.value.span) == "x")
        return [(RemoveArgument(call.span, given.span),)]

    assert fixed(before, offer).text == after


def test_arguments_are_removed_and_set_in_one_call() -> None:
    def offer(found: Module) -> list[Operations]:
        call = call_of(found)
        return [
            tuple(RemoveArgument(call.span, a.span) for a in call.arguments[1:]) + (SetArgument(call.span, "k", "1"),)
        ]

    assert fixed("f(a, b, c)\n", offer).text == "f(a, k=1)\n"
    assert fixed("f(a)\n", offer).text == "f(a, k=1)\n"


WITH = {
    "a body": (
        "def f():\n    with a() as s:  # open\n        # one\n        x = s\n\n        if x:\n"
        "            return '''a\n        b'''\n    return 2\n",
        "def f():\n    # open\n    # one\n    x = s\n\n    if x:\n        return '''a\n        b'''\n    return 2\n",
    ),
    "on one row": ("with a() as s: x = 1; y = 2\n", "x = 1; y = 2\n"),
    "a header over rows": ("with (\n    a(b={1: 2})  # c\n) as s:\n\n    x = 1\n", "# c\n\nx = 1\n"),
    "brackets over rows": ("if 1:\n  with a():\n    f(\n  1,\n    2)\n", "if 1:\n  f(\n1,\n  2)\n"),
    "a decorated def first": ("with a():\n    @b\n    def f():\n        pass\n", "@b\ndef f():\n    pass\n"),
    "tabs": ("if 1:\n\twith a():\n\t\tb()\n", "if 1:\n\tb()\n"),
}


@pytest.mark.parametrize(("before", "after"), WITH.values(), ids=WITH.keys())
def test_a_with_leaves_its_body(before: str, after: str) -> None:
    assert fixed(before, lambda found: [(UnwrapWith(found.statement("with")),)]).text == after


def test_a_with_of_two_items_stays() -> None:
    result = fixed("with a(), b():\n    pass\n", lambda found: [(UnwrapWith(found.statement("with")),)])
    assert result.skipped == ((0, "the statement is no `with` of one item"),)


DELETED = {
    "a row": ("a = 1\nx = 2  # gone\nb = 3\n", "a = 1\nb = 3\n"),
    "an only one": ("def f():\n    x = 2  # gone\n", "def f():\n    pass\n"),
    "an only one on the header's row": ("def f(): x = 2\n", "def f(): pass\n"),
    "a whole module": ("x = 2\n", ""),
    "over a backslash": ("if a: \\\n   x = 2\n", "if a: \\\n   pass\n"),
    "several rows": ("a = 1\nx = (\n    1,\n    2,\n)\nb = 3\n", "a = 1\nb = 3\n"),
    "no final newline": ("a = 1\nx = 2", "a = 1"),
    "first in its row": ("x = 2; b = 3\n", "b = 3\n"),
    "last in its row": ("a = 1; x = 2; # c\n", "a = 1; # c\n"),
    "in the middle of its row": ("a = 1; x = 2; b = 3\n", "a = 1; b = 3\n"),
    "blank rows below a header": ("def f():\n    x = 2\n\n    return 1\n", "def f():\n    return 1\n"),
    "blank rows below a docstring": (
        'def f():\n    """Doc."""\n    x = 2\n\n    return 1\n',
        'def f():\n    """Doc."""\n    return 1\n',
    ),
    "blank rows below a docstring and above a comment": (
        'def f():\n    """Doc."""\n    x = 2\n\n    # stays\n    return 1\n',
        'def f():\n    """Doc."""\n    # stays\n    return 1\n',
    ),
    "blank rows around, below a docstring": (
        'def f():\n    """Doc."""\n\n    x = 2\n\n    return 1\n',
        'def f():\n    """Doc."""\n\n    return 1\n',
    ),
    "a comment below a docstring": (
        'def f():\n    """Doc."""\n    # stays\n    x = 2\n\n    # stays, too\n    return 1\n',
        'def f():\n    """Doc."""\n    # stays\n\n    # stays, too\n    return 1\n',
    ),
    "the blank row between a docstring and a definition": (
        'def f():\n    """Doc."""\n    x = 2\n\n    def g():\n        pass\n',
        'def f():\n    """Doc."""\n\n    def g():\n        pass\n',
    ),
    "all below a docstring": (
        'def f():\n    """Doc."""\n    x = 2\n\n\ndef g():\n    pass\n',
        'def f():\n    """Doc."""\n\n\ndef g():\n    pass\n',
    ),
    "below a string that is no docstring": (
        'def f():\n    y = "Doc."\n    x = 2\n\n    return 1\n',
        'def f():\n    y = "Doc."\n\n    return 1\n',
    ),
    "below a class's docstring": (
        'class C:\n    """Doc."""\n    x = 2\n\n    y = 1\n',
        'class C:\n    """Doc."""\n\n    y = 1\n',
    ),
    "below the module's docstring": ('"""Doc."""\nx = 2\n\nb = 3\n', '"""Doc."""\n\nb = 3\n'),
    "blank rows around": ("a = 1\n\n\nx = 2\n\nb = 3\n", "a = 1\n\n\nb = 3\n"),
    "comments above and below": (
        "def f():\n    # stays\n    x = 2\n\n    # stays, too\n    return\n",
        "def f():\n    # stays\n\n    # stays, too\n    return\n",
    ),
    "comment above": ("def f():\n    # stays\n    x = 2\n    return\n", "def f():\n    # stays\n    return\n"),
}


@pytest.mark.parametrize(("before", "after"), DELETED.values(), ids=DELETED.keys())
def test_a_statement_is_deleted(before: str, after: str) -> None:
    assert fixed(before, lambda found: [(DeleteStatement(found.statement("x =")),)]).text == after


def test_a_decorated_definition_goes_with_its_decorators() -> None:
    before = "a = 1\n\n\n@b(\n    1\n)\n@c\ndef f():\n    pass\n\n\nd = 2\n"
    assert fixed(before, lambda found: [(DeleteStatement(found.statement("def")),)]).text == "a = 1\n\nd = 2\n"
    between = "def a(): ...\n\n\ndef f():\n    pass\n\n\nd = 2\n"
    after = fixed(between, lambda found: [(DeleteStatement(found.statement("def f")),)]).text
    assert after == "def a(): ...\n\n\nd = 2\n"


INSERTED = {
    "after": (
        "def f():\n    a = 1  # c\n    return\n",
        "def f():\n    a = 1  # c\n    b()\n    return\n",
        "b()",
        False,
    ),
    "before": ("def f():\n    # c\n    a = 1\n", "def f():\n    b()\n    # c\n    a = 1\n", "b()", True),
    "blocks": (
        "if 1:\n\ta = 1\n",
        "if 1:\n\ta = 1\n\tif b:\n\t\tc = '''\n    d'''\n",
        "if b:\n    c = '''\n    d'''",
        False,
    ),
    "no final newline": ("a = 1", "a = 1\nb()", "b()", False),
    "on a shared row": ("a = 1; c = 2\n", "a = 1; b(); c = 2\n", "b()", False),
    "before on a header's row": ("if 1: a = 1\n", "if 1: b(); a = 1\n", "b()", True),
}


@pytest.mark.parametrize(("before", "after", "text", "is_before"), INSERTED.values(), ids=INSERTED.keys())
def test_statements_are_inserted(before: str, after: str, text: str, is_before: bool) -> None:
    operation = lambda found: [(InsertStatements(found.statement("a ="), text, is_before),)]  # noqa: E731
    assert fixed(before, operation).text == after


def test_a_block_does_not_go_on_a_shared_row() -> None:
    result = fixed("a = 1; c = 2\n", lambda m: [(InsertStatements(m.statement("a ="), "if b:\n    c()"),)])
    assert result.skipped == ((0, "the statement shares its row with others"),)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\nx = 1\n", "\nx = 1\n"])
def test_an_async_handler_gets_a_wrapper(end: str) -> None:
    before = "import json\n\n\nasync def handler(event, context):\n    return json" + end

    def offer(found: Module) -> list[Operations]:
        definition = found.statement("async def")
        wrapper = "def handler(event, context):\n    return asyncio.run(_handler(event, context))\n"
        return [(RenameDefinition(definition, "_handler"), InsertStatements(definition, wrapper), AddImport("asyncio"))]

    expected = (
        "import asyncio\nimport json\n\n\nasync def _handler(event, context):\n    return json\n\n\n"
        "def handler(event, context):\n    return asyncio.run(_handler(event, context))"
    )
    assert fixed(before, offer).text == expected + ("\n\n" if end == "\nx = 1\n" else "") + end


DEFAULTS = {
    "a field": ('class C:\n    a: str = os.getenv("A")  # c\n', "class C:\n    a: str  # c\n"),
    "in parentheses": ('class C:\n    a: str = (\n        os.getenv("A")\n    )\n', "class C:\n    a: str\n"),
    "over a backslash": ('class C:\n    a: str = \\\n        os.getenv("A")\n', "class C:\n    a: str\n"),
}


@pytest.mark.parametrize(("before", "after"), DEFAULTS.values(), ids=DEFAULTS.keys())
def test_a_default_is_dropped(before: str, after: str) -> None:
    def offer(found: Module) -> list[Operations]:
        statement = found.summary.classes[0].body[0]
        assert isinstance(statement, Assign) and statement.value is not None
        return [(DropDefault(statement.span, statement.value.span),)]

    assert fixed(before, offer).text == after


def test_the_default_of_a_parameter_is_dropped() -> None:
    def offer(found: Module) -> list[Operations]:
        return [
            (DropDefault(parameter.span, parameter.default.span),)
            for parameter in found.summary.functions[0].parameters
            if parameter.default is not None
        ]

    assert fixed("def f(a: int = (1), *, b=g(2)): pass\n", offer).text == "def f(a: int, *, b): pass\n"


def test_a_bare_name_keeps_its_value() -> None:
    result = fixed("a = 1\n", lambda m: [(DropDefault(m.statement("a"), m.expression("1")),)])
    assert result.skipped == ((0, "without its value the statement would have no meaning"),)


COMMENTS = {
    "trailing": ("a = 1  # noqa: X\n", "a = 1\n", "# noqa: X"),
    "own row": ("a = 1\n  # noqa: X  \nb = 2\n", "a = 1\nb = 2\n", "# noqa: X"),
    "a part": ("a = 1  # noqa: X, Y\n", "a = 1  # noqa: X\n", ", Y"),
    "the first part": ("a = 1  # noqa: X  # why\n", "a = 1  # why\n", "# noqa: X  "),
    "no final newline": ("a = 1  # noqa: X", "a = 1", "# noqa: X"),
}


@pytest.mark.parametrize(("before", "after", "text"), COMMENTS.values(), ids=COMMENTS.keys())
def test_a_comment_is_deleted(before: str, after: str, text: str) -> None:
    assert fixed(before, lambda found: [(DeleteComment(*found.comment(text)),)]).text == after


def test_replaced_text_does_not_run_into_words() -> None:
    before = "def f():\n    return[1]if(x)else 2\n"

    def offer(found: Module) -> list[Operations]:
        return [(ReplaceExpression(found.expression("[1]"), "y"),)]

    assert fixed(before, offer).text == "def f():\n    return y if(x)else 2\n"


def test_fixes_that_overlap_wait_for_the_next_round() -> None:
    before = "x = f(a, g(b))\n"

    def offer(found: Module) -> list[Operations]:
        return [
            (ReplaceExpression(found.expression("g(b)"), "c"),),
            (ReplaceExpression(found.expression("f(a, g(b))"), "d"), AddImport("json")),
            (SetArgument(found.expression("f(a, g(b))"), "k", "1"),),
        ]

    result = fixed(before, offer)
    # The outer replacement stands first in the text.
    assert result.text == "import json\n\nx = d\n"
    assert result.applied == (1,)
    assert result.skipped == ((2, "overlaps another fix"), (0, "overlaps another fix"))


def test_a_fix_is_lowered_to_edits_of_the_original_text() -> None:
    found = module("import os\n\n\ndef f():\n    import json\n    return json\n")
    edits = lower(found.source, found.summary, (HoistImport(found.statement("import json")),))
    assert edits == (TextEdit(Span(1, 0, 1, 0), "import json\n"), TextEdit(Span(5, 0, 6, 0), ""))
    nothing = lower(found.source, found.summary, (AddImport("os"),))
    assert nothing == Skipped("there is nothing to change")
    gone = lower(found.source, found.summary, (DeleteStatement(Span(9, 0, 9, 1)),))
    assert gone == Skipped("the statement is not there any more")


QUOTED = {
    "double": ('log(f"a {x} b")\n', "log(f\"a {'***'} b\")\n"),
    "single": ("log(f'a {x!r:>9} b')\n", "log(f'a {\"***\"!r:>9} b')\n"),
    "rows": ('log(f"""a\n{x}""")\n', 'log(f"""a\n{\'***\'}""")\n'),
    "an apostrophe": ('log(f"it\'s {x}")\n', "log(f\"it's {'***'}\")\n"),
    "a second field": ("log(f\"{a['b']}: {x}\")\n", "log(f\"{a['b']}: {'***'}\")\n"),
    "beside a string": ('log("a", x)\n', 'log("a", "***")\n'),
}


@pytest.mark.parametrize(("before", "after"), QUOTED.values(), ids=QUOTED.keys())
def test_a_string_in_an_f_string_takes_the_other_quotes(before: str, after: str) -> None:
    assert fixed(before, lambda found: [(ReplaceExpression(found.expression("x"), '"***"'),)]).text == after


def test_a_string_does_not_go_where_both_quotes_are_in_use() -> None:
    result = fixed("log(f\"{f'{x}'}\")\n", lambda found: [(ReplaceExpression(found.expression("x"), '"***"'),)])
    assert result.skipped == ((0, "the string around it leaves no quote to use"),)


def test_rows_are_not_inserted_where_a_body_moves() -> None:
    def offer(found: Module) -> list[Operations]:
        return [(UnwrapWith(found.statement("with")),), (InsertStatements(found.statement("b"), "c()"),)]

    result = fixed("with a():\n    b()\n", offer)
    assert result.text == "b()\n"
    assert result.skipped == ((1, "overlaps another fix"),)


def test_a_decorator_stays_above_its_def_beside_other_rows() -> None:
    def offer(found: Module) -> list[Operations]:
        return [(AddDecorator(found.statement("def f"), "d"),), (HoistAssignment((found.statement("x ="),)),)]

    assert fixed("a = 1\ndef f():\n    x = 2\n", offer).text == "a = 1\nx = 2\n\n\n@d\ndef f():\n    pass\n"
