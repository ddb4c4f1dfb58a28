"""Code inside templates as modules: made-up paths, places, and the splice back."""

from __future__ import annotations

import pytest

from lambdalint.declared import DeclaredFunction, InlineCode
from lambdalint.inline_modules import InlineModule, InlineModules, text_of
from lambdalint.source import Span

TEMPLATE = b"Zip: |\n  a = 1\n  \n  b = 2\nend: 1\n"
CODE = InlineCode("a = 1\n\nb = 2\n", 2, 2, True)
MODULE = InlineModule("t.yaml#F.py", "t.yaml", CODE)


def function(name: str, code: InlineCode | None = CODE, runtime: str | None = "python3.13") -> DeclaredFunction:
    span = Span(1, 0, 1, 1)
    return DeclaredFunction(
        name, "index.f", None, (), runtime, (), True, None, frozenset(), "t.yaml", 1, span, "sam", inline=code
    )


def test_places_are_shifted_into_the_template() -> None:
    assert MODULE.place(Span(3, 0, 3, 5), text_of(TEMPLATE)) == Span(4, 2, 4, 7)
    assert MODULE.placed_text("x = 1\n\ny = 2\n") == "x = 1\n\n  y = 2\n  "


def test_a_row_that_cannot_be_found_is_reported_at_the_first() -> None:
    folded = InlineModule("t#F.py", "t", InlineCode("import a\nb = 2\n", 1, 0, False))
    assert folded.place(Span(2, 0, 2, 5), text_of(b'Zip: "import a\\nb = 2\\n"\n')).row == 1
    assert folded.obstacle() is not None and MODULE.obstacle() is None
    assert folded.spliced(text_of(TEMPLATE), "b = 3\n") is None


def test_rows_between_edits_keep_their_bytes() -> None:
    found = MODULE.spliced(text_of(TEMPLATE), "import x\na = 1\n\nb = 3\n")
    assert found == "Zip: |\n  import x\n  a = 1\n  \n  b = 3\nend: 1\n"


def test_no_row_goes_outside_of_the_quotes_or_below_the_block() -> None:
    quoted = InlineModule("t#F.py", "t", InlineCode("\na = 1\n", 1, 0, True))
    template = text_of(b"code: inline(`\na = 1\n`),\n")
    assert quoted.spliced(template, "\nimport x\n\na = 1\n") == "code: inline(`\nimport x\n\na = 1\n`),\n"
    assert quoted.spliced(template, "\na = 1\n\n\nb = 2\n") == "code: inline(`\na = 1\n\n\nb = 2\n`),\n"
    assert quoted.spliced(template, "import x\na = 1\n") is None
    assert MODULE.spliced(text_of(TEMPLATE), "a = 1\n\nb = 2\n\n\nc = 3\n") == (
        "Zip: |\n  a = 1\n  \n  b = 2\n\n\n  c = 3\nend: 1\n"
    )


def test_line_endings_and_a_missing_last_one_stay() -> None:
    crlf = text_of(TEMPLATE.replace(b"\n", b"\r\n"))
    assert MODULE.spliced(crlf, "a = 2\n\nb = 2\n") == "Zip: |\r\n  a = 2\r\n  \r\n  b = 2\r\nend: 1\r\n"
    last = InlineModule("t#F.py", "t", InlineCode("a = 1", 2, 2, True))
    assert last.spliced(text_of(b"Zip: |\n  a = 1"), "b = 1\na = 2") == "Zip: |\n  b = 1\n  a = 2"


@pytest.mark.parametrize("added", ['x = """a"""', r"x = '\n'", "x = '${A}'", "x = '{{a}}'", "x = '`'"])
def test_text_that_the_template_would_read_otherwise_is_refused(added: str) -> None:
    assert MODULE.spliced(text_of(TEMPLATE), f"{added}\na = 1\n\nb = 2\n") is None


def test_paths_are_unique_and_shared_code_is_one_module() -> None:
    other = CODE._replace(first_row=9)
    modules = InlineModules([function("A b"), function("Alias"), function("A b", other), function("N", None)])
    assert sorted(modules.by_path) == ["t.yaml#A_b-2.py", "t.yaml#A_b.py"]
    assert modules.of(function("Alias")) is modules.get("t.yaml#A_b.py")
    assert modules.of(function("N", None)) is None


def test_only_python_is_a_module_and_only_what_is_sure_must_parse() -> None:
    assert InlineModules([function("J", runtime="nodejs22.x")]).by_path == {}
    (unsure,) = InlineModules([function("U", runtime=None)]).by_path.values()
    (sure,) = InlineModules([function("S")]).by_path.values()
    assert (unsure.is_certain, sure.is_certain) == (False, True)
