"""Extraction against Python's own ast and symtable, and its two front ends against each other.

Over the standard library, the fixtures, and texts made at random.
"""

from __future__ import annotations

import ast
import os
import symtable
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import libcst as cst
import pytest
from hypothesis import given
from libcst.metadata import MetadataWrapper, PositionProvider

from fuzzing import RULES, budget, mangled, sources
from grammar import modules
from lambdalint.extract import ast_parse, cst_parse
from lambdalint.extract.cst_context import Context
from lambdalint.extract.cst_expressions import EXPRESSIONS
from lambdalint.extract.cst_positions_lean import LeanPositions
from lambdalint.extract.cst_positions_provided import ProvidedPositions
from lambdalint.extract.cst_statements import body
from lambdalint.source import SourceError, SourceText, Span, decode, line_starts
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BinOp,
    Call,
    Case,
    Class,
    Compare,
    DictDisplay,
    Function,
    IfExp,
    Import,
    LambdaExpr,
    ModuleSummary,
    Name,
    NamedExpr,
    Subscript,
    UnaryOp,
    Unparsable,
)

_BYTES = 500_000
_LARGEST = 60_000


@lru_cache(maxsize=1)
def library() -> tuple[tuple[Path, SourceText], ...]:
    """A sample of the standard library that is the same on every run: files in an order that mixes packages."""
    root = Path(os.__file__).parent
    paths = [path for path in root.rglob("*.py") if not {"site-packages", "lib2to3"} & set(path.parts)]
    paths.sort(key=lambda path: (sum(path.relative_to(root).as_posix().encode()) * 7919 % 9973, path))
    found: list[tuple[Path, SourceText]] = []
    left = _BYTES
    for path in paths:
        data = path.read_bytes()
        if len(data) > _LARGEST or not _is_compiled_by_both(data):
            continue
        left -= len(data)
        if left < 0:
            break
        found.append((path, decode(data)))
    return tuple(found)


def _is_compiled_by_both(data: bytes) -> bool:
    """Whether Python compiles the file (the library holds broken ones for tests) and libcst parses it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "file", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return b"): int" not in data  # an annotated target in parentheses, which libcst does not read


@cache
def summary(source: SourceText) -> ModuleSummary:
    """What the front end on libcst makes of a text."""
    found = cst_parse.summarise(source)
    assert isinstance(found, ModuleSummary), found
    return found


def nodes(value: Any) -> Iterator[Any]:
    """Everything in a summary but captures, which ast does not place."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, tuple):
            yield part
            stack.extend(part._replace(binds=()) if isinstance(part, Case) else part)


_COMPARED = (
    *(Call, Attribute, Subscript, Compare, UnaryOp, IfExp, Await, NamedExpr, Assign),
    *(BinOp, DictDisplay, LambdaExpr),
)


def places(source: SourceText) -> Iterator[tuple[object, ...]]:
    found = summary(source)
    for node in nodes((found.body, found.functions, found.classes)):
        if isinstance(node, Function) and node.name != "<lambda>":
            yield ("def", node.span[:2], node.name)
        elif isinstance(node, Class):
            yield ("class", node.span[:2], node.name)
        elif isinstance(node, Name):
            yield ("Name", node.span, node.id)
        elif isinstance(node, Import):
            names = tuple((name.name, name.alias) for name in node.names) or (("*", None),)
            yield ("Import", node.span, node.module, node.level, names)
        elif isinstance(node, _COMPARED):
            yield (type(node).__name__, node.span)


_KINDS = {
    "AnnAssign": "Assign",
    "AugAssign": "Assign",
    "TypeAlias": "Assign",
    "Dict": "DictDisplay",
    "Lambda": "LambdaExpr",
}
_SAME = ["Call", "Attribute", "Subscript", "Compare", "UnaryOp", "IfExp", "Await", "NamedExpr", "Assign", "BinOp"]


def expected_places(source: SourceText) -> Iterator[tuple[object, ...]]:
    rows = [line.encode() for line in source.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]

    def column(row: int, byte: int) -> int:
        return len(rows[row - 1][:byte].decode())

    def span(node: Any) -> Span:
        end = column(node.end_lineno, node.end_col_offset)
        return Span(node.lineno, column(node.lineno, node.col_offset), node.end_lineno, end)

    stack: list[ast.AST] = [_tree(source.text)]
    while stack:
        node = stack.pop()
        kind = type(node).__name__
        stack.extend(ast.iter_child_nodes(node))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield ("def", span(node)[:2], node.name)
        elif isinstance(node, ast.ClassDef):
            yield ("class", span(node)[:2], node.name)
        elif isinstance(node, ast.Name):
            yield ("Name", span(node), node.id)
        elif isinstance(node, ast.Import):
            yield ("Import", span(node), None, 0, tuple((name.name, name.asname) for name in node.names))
        elif isinstance(node, ast.ImportFrom):
            names = tuple((name.name, name.asname) for name in node.names)
            yield ("Import", span(node), node.module or "", node.level, names)
        elif kind in _SAME or kind in _KINDS:
            yield (_KINDS.get(kind, kind), span(node))


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _has_fstring(text: str) -> bool:
    return any(isinstance(node, ast.JoinedStr) for node in ast.walk(_tree(text)))


def test_same_nodes_at_the_same_places_as_ast() -> None:
    compared = 0
    for path, source in library():
        if sys.version_info < (3, 12) and _has_fstring(source.text):
            continue  # older Pythons misplace what stands in f-strings
        ours, theirs = Counter(places(source)), Counter(expected_places(source))
        assert ours == theirs, (path, list(ours - theirs)[:3], list(theirs - ours)[:3])
        compared += sum(ours.values())
    assert compared > 10_000


_IMPLICIT = frozenset(
    ("__class__", "__classdict__", "__static_attributes__", "__conditional_annotations__", "__type_params__")
)


_LAMBDA = {"lambda": "<lambda>"}


def expected_locals(text: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(text, "file", "exec")
    stack: list[tuple[symtable.SymbolTable, str]] = [(top, "")]
    while stack:
        table, cls = stack.pop()
        kind = str(getattr(table.get_type(), "value", table.get_type()))
        if kind == "class":
            cls = table.get_name()
        stack.extend((child, cls) for child in table.get_children())
        name = table.get_name()
        if kind not in ("module", "class", "function") or name in ("listcomp", "setcomp", "dictcomp", "genexpr"):
            continue
        mangled = f"_{cls.lstrip('_')}__" if cls else "\0"
        symbols = {
            symbol.get_name().replace(mangled, "__", 1) if symbol.get_name().startswith(mangled) else symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_local() and (kind == "module" or not symbol.is_declared_global())
        }
        if kind == "class":
            symbols -= _IMPLICIT
        yield (kind, "" if kind == "module" else _LAMBDA.get(name, name), tuple(sorted(symbols)))


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="newer Pythons list the targets of comprehensions as well")
def test_same_locals_as_symtable() -> None:
    for path, source in library():
        found = summary(source)
        ours = Counter([("module", "", found.locals)])
        ours.update(("function", made.name, made.locals) for made in found.functions if made.name != "top")
        ours.update(("class", cls.name, cls.locals) for cls in found.classes)
        theirs = Counter(key for key in expected_locals(source.text) if key[1] != "top")  # symtable's module name
        assert ours == theirs, (path, list(ours - theirs)[:2], list(theirs - ours)[:2])


@pytest.mark.skipif(sys.version_info < (3, 12), reason="older Pythons name comprehensions in qualified names")
def test_same_qualified_names_as_the_compiler() -> None:
    for path, source in library():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stack = [compile(source.text, "file", "exec", dont_inherit=True)]
        theirs: Counter[tuple[str, bool]] = Counter()
        while stack:
            for const in stack.pop().co_consts:
                if hasattr(const, "co_qualname"):
                    stack.append(const)
                    theirs[const.co_qualname, bool(const.co_flags & 0x220)] += 1
        found = summary(source)
        ours = {made.qualname for made in found.functions if made.name != "<lambda>"}
        assert ours <= {name for name, _ in theirs}, path


def test_lean_positions_equal_those_of_libcst() -> None:
    compared = 0
    for path, source in library()[:20]:
        module = cst.parse_module(source.text)
        if module.code != source.text:
            continue
        lean = LeanPositions(source, source.text, module)
        provided = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        for node, place in provided.items():
            if id(node) in lean._recorder.starts:
                start, end = place.start, place.end
                assert lean.span(node) == (start.line, start.column, end.line, end.column), (path, node)
                compared += 1
    assert compared > 8_000


def test_summary_is_the_same_without_the_private_class() -> None:
    for path, source in library()[:4]:
        module = cst.parse_module(source.text)
        found = []
        for positions in (LeanPositions(source, source.text, module), ProvidedPositions(source, source.text, module)):
            context = Context(positions, EXPRESSIONS)
            found.append((body(context, module.body), context.functions, context.classes, positions.comments()))
        assert found[0] == found[1], path


def is_read_alike(source: SourceText) -> bool:
    """Whether the front end on `ast` reads a text; then the one on libcst reads it as well, or refuses it."""
    found = ast_parse.summarise(source)
    if found is None:
        return False
    expected = cst_parse.summarise(source)
    assert expected == found or isinstance(expected, Unparsable)
    return True


def test_both_front_ends_read_the_library_alike() -> None:
    read = 0
    for path, source in library():
        found = ast_parse.summarise(source)
        assert found in (None, summary(source)), path
        read += found is not None
    assert read > 0.95 * len(library())


def test_both_front_ends_read_the_fixtures_alike() -> None:
    found = []
    for path in sorted(RULES.parent.rglob("*.py")):
        with suppress(SourceError):
            source = decode(path.read_bytes())
            if is_read_alike(source):
                found.append(True)
            elif not isinstance(cst_parse.summarise(source), Unparsable):  # some fixtures are no Python at all
                found.append(False)
    assert sum(found) > 0.98 * len(found) > 300


@given(text=modules())
@budget(300)
def test_both_front_ends_read_made_up_modules_alike(text: str) -> None:
    is_read_alike(SourceText(text, "utf-8", False, line_starts(text)))


@given(text=mangled(sources()))
@budget(150)
def test_both_front_ends_read_mangled_modules_alike(text: str) -> None:
    if "\0" not in text:
        is_read_alike(SourceText(text, "utf-8", False, line_starts(text)))


@pytest.mark.parametrize(
    "code",
    [
        "x = f'{a}' f\"{b['c']:>{d}}\" '{e}'",
        "x = f'{a.b(c, d=[1])!r} {{e}} {f:%H:%M} {g=}'",
        'x = f"""\n{a}\n{b + c}  # no comment\n"""  # comment',
        "x = 'é', f'é{a}', b'\\xe9', '?'  # é",
        "'''\n# no comment\n'''  # comment\nx = ('#'  # comment\n  '\\'#')",
        "f((a), *(b), c=(d), *e)\nx = (yield), (a, (b),), (c for c in d if (e))",
        "a = b or (c) or d and (e)\nx[1: ], x[(a):, b,], x[(a, b)]",
        "class C((A), metaclass=(M)):  # :\n    def f( # :\n    self, /, a: int = (1), * args, k, ** kw) -> (x): 1",
        "match a, b:\n    case {'k': (v), ** r} | C(x=y) if (z): pass\n    case _: pass",
        "if a: b;\nelif c:\n    d\nelse:\n    if e: f",
        "with (a as b, c): pass\nwith (a, b) as c, d: pass\ndel (a, b), c\nglobal x",
        "x = '\\d', '\\ud800', 1e999, 0xffff, 1_0j, ..., '\\N{BULLET}'",
        "try: pass\nexcept (A, B): pass\nexcept C as d: pass\nelse: e\nfinally: f;",
        " + ".join(["(a)"] * 70) + " - ((b)) * c",
        "(" + " or ".join(["(a)", "b and c"] * 20) + ") and " + " and ".join(["(a or b)", "c"] * 30),
        "x = [\r\n  a,\r\n]\r\ny = b\rz = c\n\x0cw = d\n",
    ],
)
def test_python_reads_what_is_usual(code: str) -> None:
    assert is_read_alike(decode(code.encode()))


@pytest.mark.parametrize(
    "code",
    [
        *("é = 1", "x = f'{a!r:{{}}}'", "x = f'\\N{BULLET}{a}'", "x = f'''{\na}'''", "x = f'{a, b}'", "print 'x'"),
        *("type X = int", "def f[T,\n U](x: T): pass"),
    ],
)
def test_libcst_judges_what_is_unusual(code: str) -> None:
    assert ast_parse.summarise(decode(code.encode())) is None


def test_no_warning_leaves_the_parser() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_read_alike(decode(b"x = '\\d'\ny = 1if a else f'\\d{1 is 1}'\nz = b'\\777'\n"))
