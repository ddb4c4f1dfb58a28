from __future__ import annotations

import pytest

from lambdalint.declared import TemplateComment
from lambdalint.diagnostic import Diagnostic
from lambdalint.extract import extract
from lambdalint.fixes import DeleteComment
from lambdalint.noqa import add_to_python, add_to_yaml
from lambdalint.rules.base import Rule
from lambdalint.source import Span, decode
from lambdalint.summary import ModuleSummary
from lambdalint.suppression import Suppressions, diagnose, of_module, of_template, rows_of

ON = frozenset({"LMB101", "LMB201", "LMB203", "LMB903"})


def suppressions(text: str, rules: tuple[Rule, ...]) -> Suppressions:
    summary = extract(text.encode())
    assert isinstance(summary, ModuleSummary)
    return of_module("/p/app.py", summary, rules)


@pytest.mark.parametrize(
    ("comment", "suppressed"),
    [
        ("# noqa: LMB201", {"LMB201"}),
        ("#noqa:LMB201", {"LMB201"}),
        ("# NOQA : lmb201", {"LMB201"}),
        ("# noqa: LMB201, LMB101", {"LMB201", "LMB101"}),
        ("# noqa: LMB201 LMB101", {"LMB201", "LMB101"}),
        ("# noqa: E501,LMB201,PLC0415", {"LMB201"}),
        ("# noqa: LMB201 - made for each tenant, see LMB101", {"LMB201"}),
        ("# noqa: LMB201 for each LMB101", {"LMB201"}),
        ("# noqa: client-per-invocation", {"LMB201"}),
        ("# type: ignore[x]  # noqa: LMB201", {"LMB201"}),
        ("# noqa: E501  # noqa: LMB201", {"LMB201"}),
        ("# lambdalint: ignore[LMB201]", {"LMB201"}),
        ("#lambdalint:ignore[lmb201 , import-in-invoke]", {"LMB201", "LMB101"}),
        ("# reason  # lambdalint: ignore[LMB201]", {"LMB201"}),
        ("# noqa", set()),
        ("# noqa LMB201", set()),
        ("# noqa: LMB2", set()),
        ("# noqa: LMB2011", set()),
        ("# noqa: XLMB201", set()),
        ("# lambdalint: ignore", set()),
        ("# lambdalint: ignore-LMB201", set()),
        ("# lambdalint: file-ignore[LMB201]", set()),
        ("# noqas: LMB201", set()),
        ("# LMB201", set()),
    ],
)
def test_what_a_comment_suppresses(sample_rules: tuple[Rule, ...], comment: str, suppressed: set[str]) -> None:
    found = suppressions(f"x = 1  {comment}\n", sample_rules)
    assert {code for code in ON if found.is_suppressed(code, (1,))} == suppressed
    assert not any(found.is_suppressed(code, (2,)) for code in ON)


def test_any_row_of_the_statement_or_of_the_span_counts() -> None:
    statement, span = Span(4, 0, 6, 1), Span(8, 0, 8, 5)
    assert rows_of(Diagnostic("/p", span, "m", statement=statement)) == (4, 5, 6, 8)
    assert rows_of(Diagnostic("/p", Span(2, 0, 3, 1), "m")) == (2, 3)


@pytest.mark.parametrize(
    ("text", "is_suppressed"),
    [
        ("# lambdalint: file-ignore[LMB201]\nx = 1\n", True),
        ('#!/usr/bin/env python\n"""Doc."""\n\n# lambdalint: file-ignore[LMB201]\nx = 1\n', True),
        ('"""Doc."""  # lambdalint: file-ignore[client-per-invocation]\nx = 1\n', True),
        ("# lambdalint: file-ignore[LMB201]\n", True),
        ("x = 1  # lambdalint: file-ignore[LMB201]\n", False),
        ("x = 1\n# lambdalint: file-ignore[LMB201]\n", False),
        ("# lambdalint: file-ignore\nx = 1\n", False),
        ("# lambdalint: file-ignore[LMB203]\nx = 1\n", False),
    ],
)
def test_file_ignore_stands_above_the_first_statement(
    sample_rules: tuple[Rule, ...], text: str, is_suppressed: bool
) -> None:
    assert suppressions(text, sample_rules).is_suppressed("LMB201", (99,)) is is_suppressed


def after_fix(line: str, rules: tuple[Rule, ...], used: tuple[str, ...] = ()) -> tuple[list[str], str]:
    """The messages about one line, and the line with all fixes applied as DeleteComment is documented."""
    found = suppressions(line + "\n", rules)
    for code in used:
        assert found.is_suppressed(code, (1,))
    diagnostics = [diagnose(unused) for unused in found.unused(ON)]
    operations = [operation for one in diagnostics if one.fix for operation in one.fix.operations]
    for operation in sorted(operations, key=lambda one: getattr(one, "column", 0), reverse=True):
        assert isinstance(operation, DeleteComment)
        line = line[: operation.column] + line[operation.end_column :]
    return [one.message for one in diagnostics], line.rstrip()


@pytest.mark.parametrize(
    ("line", "used", "fixed"),
    [
        ("x = 1  # noqa: LMB201", ("LMB201",), "x = 1  # noqa: LMB201"),
        ("x = 1  # noqa: LMB201", (), "x = 1"),
        ("x = 1  # noqa: LMB201 because of tenants", (), "x = 1"),
        ("x = 1  # noqa: LMB101, PLC0415", (), "x = 1  # noqa: PLC0415"),
        ("x = 1  # noqa: PLC0415, LMB101", (), "x = 1  # noqa: PLC0415"),
        ("x = 1  # noqa: PLC0415, LMB101 why", (), "x = 1  # noqa: PLC0415 why"),
        ("x = 1  # noqa: LMB101,LMB201,LMB203", ("LMB201",), "x = 1  # noqa: LMB201"),
        ("x = 1  # noqa: LMB101,LMB201,LMB203", ("LMB101",), "x = 1  # noqa: LMB101"),
        ("x = 1  # noqa: LMB101,LMB201,LMB203", ("LMB101", "LMB203"), "x = 1  # noqa: LMB101,LMB203"),
        ("x = 1  # noqa: LMB101,E501,LMB203", (), "x = 1  # noqa: E501"),
        ("x = 1  # noqa: LMB201  # pragma: no cover", (), "x = 1  # pragma: no cover"),
        ("x = 1  # type: ignore  # noqa: LMB201", (), "x = 1  # type: ignore"),
        ("x = 1  # lambdalint: ignore[LMB201, LMB203]", ("LMB203",), "x = 1  # lambdalint: ignore[LMB203]"),
        ("x = 1  # lambdalint: ignore[LMB201]", (), "x = 1"),
        ("x = 1  # lambdalint: ignore[LMB777, LMB201]", ("LMB201",), "x = 1  # lambdalint: ignore[LMB201]"),
        ("x = 1  # lambdalint: ignore", (), "x = 1"),
        ("x = 1  # noqa: LMB999", (), "x = 1"),
        ("x = 1  # noqa: LMB401", (), "x = 1  # noqa: LMB401"),
        ("x = 1  # noqa: LMB201, LMB903", ("LMB201",), "x = 1  # noqa: LMB201, LMB903"),
        ("x = 1  # noqa", (), "x = 1  # noqa"),
        ("x = 1  # noqa: E501", (), "x = 1  # noqa: E501"),
        ("# lambdalint: file-ignore[LMB201]", (), ""),
    ],
)
def test_unused_suppressions_and_their_fix(
    sample_rules: tuple[Rule, ...], line: str, used: tuple[str, ...], fixed: str
) -> None:
    messages, after = after_fix(line, sample_rules, used)
    assert after == fixed
    assert bool(messages) is (fixed != line)
    assert after_fix(after, sample_rules, used) == ([], after)


def test_unused_suppressions_say_which_code_and_where(sample_rules: tuple[Rule, ...]) -> None:
    found = suppressions("x = 1  # noqa: E501, LMB101, LMB777\n", sample_rules)
    (unused,) = found.unused(ON)
    assert (unused.codes, unused.unknown, unused.is_whole) == (("LMB101", "LMB777"), ("LMB777",), False)
    assert diagnose(unused).span == Span(1, 21, 1, 27)
    assert diagnose(unused).message == "suppression of `LMB101`, `LMB777` is not needed"
    (unknown,) = suppressions("x = 1  # noqa: LMB777\n", sample_rules).unused(ON)
    assert diagnose(unknown).message == "suppression of `LMB777`, which no rule is called"


def test_templates(sample_rules: tuple[Rule, ...]) -> None:
    comments = (
        TemplateComment("/p/t.yaml", 1, 0, "# lambdalint: file-ignore[LMB203]"),
        TemplateComment("/p/t.yaml", 7, 20, "# noqa: LMB201"),
        TemplateComment("/p/t.yaml", 8, 4, "# lambdalint: file-ignore[LMB101]"),
        TemplateComment("/p/other.yaml", 9, 4, "# noqa: LMB101"),
    )
    found = of_template("/p/t.yaml", comments, sample_rules)
    assert found.is_suppressed("LMB203", (50,))
    assert found.is_suppressed("LMB201", (7,))
    assert not found.is_suppressed("LMB201", (8,))
    assert not found.is_suppressed("LMB101", (9,))
    assert [unused.row for unused in found.unused(ON)] == [8]


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("x = 1\n", 1, "x = 1  # noqa: LMB201\n"),
        ("x = 1", 1, "x = 1  # noqa: LMB201"),
        ("x = 1\r\ny = 2\r\n", 1, "x = 1  # noqa: LMB201\r\ny = 2\r\n"),
        ("x = 1  # noqa: E501\n", 1, "x = 1  # noqa: E501, LMB201\n"),
        ("x = 1  # noqa: E501 long\n", 1, "x = 1  # noqa: E501, LMB201 long\n"),
        ("x = 1  # noqa: lmb201\n", 1, "x = 1  # noqa: lmb201\n"),
        ("x = 1  # noqa\n", 1, "x = 1  # noqa  # noqa: LMB201\n"),
        ("x = 1  # type: ignore\n", 1, "x = 1  # type: ignore  # noqa: LMB201\n"),
        ("x = '# noqa: E501'\n", 1, "x = '# noqa: E501'  # noqa: LMB201\n"),
        ("x = f('''a\nb''',\n  1)\n", 1, "x = f('''a\nb''',\n  1)  # noqa: LMB201\n"),
        ("x = f('''a\nb''',\n  1)\n", 2, "x = f('''a\nb''',  # noqa: LMB201\n  1)\n"),
        ("x = 1 + \\\n  2\n", 1, "x = 1 + \\\n  2  # noqa: LMB201\n"),
        ("def f(\n    a,\n):\n    pass\n", 1, "def f(  # noqa: LMB201\n    a,\n):\n    pass\n"),
        ('x = f"""\n{y}"""\n', 1, 'x = f"""\n{y}"""  # noqa: LMB201\n'),
    ],
)
def test_add_noqa_to_python(text: str, row: int, expected: str) -> None:
    edit = add_to_python(decode(text.encode()), {row: ("LMB201",)})
    assert edit.text == expected
    assert edit.skipped == ()


def test_add_noqa_joins_rows_and_codes() -> None:
    edit = add_to_python(decode(b"x = f('''\n''', 1)\ny = 2\n"), {1: ("LMB201",), 2: ("LMB101",), 3: ("LMB1", "LMB2")})
    assert edit.text == "x = f('''\n''', 1)  # noqa: LMB201, LMB101\ny = 2  # noqa: LMB1, LMB2\n"


def test_add_noqa_leaves_what_cannot_be_read() -> None:
    source = decode(b"x = (\n")
    assert add_to_python(source, {1: ("LMB201",)}) == (source.text, (1,))


def test_add_noqa_to_yaml_changes_nothing_that_is_said() -> None:
    text = 'A: !Ref B\nC: |\n  code\nD: "x # noqa: E1"\nE: 1  # noqa: E1\n'
    edit = add_to_yaml(decode(text.encode()), dict.fromkeys((1, 3, 4, 5), ("LMB407",)))
    assert (
        edit.text
        == 'A: !Ref B  # noqa: LMB407\nC: |\n  code\nD: "x # noqa: E1"  # noqa: LMB407\nE: 1  # noqa: E1, LMB407\n'
    )
    assert edit.skipped == (3,)
