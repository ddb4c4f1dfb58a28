"""Extraction, construct by construct."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import libcst as cst
import pytest

from lambdalint.extract import ast_parse, cst_parse, extract
from lambdalint.source import decode
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    BinOp,
    BoolOp,
    Call,
    ClassDef,
    Compare,
    Comprehension,
    Delete,
    DictDisplay,
    Display,
    Expr,
    ExprStmt,
    For,
    Function,
    FunctionDef,
    If,
    IfExp,
    Import,
    Joined,
    Jump,
    LambdaExpr,
    Literal,
    Match,
    ModuleSummary,
    Name,
    NamedExpr,
    Opaque,
    Raise,
    Return,
    Scope,
    Slice,
    Star,
    Stmt,
    Subscript,
    Try,
    UnaryOp,
    Unparsable,
    While,
    With,
    Yield,
)
from lambdalint.walk import dotted


def module(code: str) -> ModuleSummary:
    """The summary of a module, on which both front ends agree."""
    source = decode(textwrap.dedent(code).encode())
    found = cst_parse.summarise(source)
    assert isinstance(found, ModuleSummary), found
    assert ast_parse.summarise(source) in (None, found)
    return found


def statement(code: str) -> Stmt:
    (found,) = module(code).body
    return found


def expression(code: str) -> Expr:
    found = statement(code)
    assert isinstance(found, ExprStmt)
    return found.value


def function(code: str, number: int = 0) -> Function:
    return module(code).functions[number]


def cut(code: str, node: object) -> str:
    """The text of a node's span."""
    return decode(code.encode()).slice(node.span)  # type: ignore[attr-defined]


# --- expressions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "value"),
    [
        ("'a'", "str", "a"),
        ('"""a\nb"""', "str", "a\nb"),
        ("''", "str", ""),
        ('""""a"""', "str", '"a'),
        (r"'a\n\x41\\'", "str", "a\nA\\"),
        (r"r'\d'", "str", "\\d"),
        (r"'\d'", "str", "\\d"),
        ("u'ü'", "str", "ü"),
        ("b'a\\xff'", "bytes", "a\xff"),
        (r"Rb'\x'", "bytes", "\\x"),
        ("'a' \"b\" '''c'''", "str", "abc"),
        ("b'a' b'b'", "bytes", "ab"),
        ("0x_ff", "int", 255),
        ("1_000", "int", 1000),
        ("00", "int", 0),
        ("1e3", "float", 1000.0),
        ("1_0.5", "float", 10.5),
        ("2j", "complex", None),
        ("True", "bool", True),
        ("False", "bool", False),
        ("None", "none", None),
        ("...", "ellipsis", None),
    ],
)
def test_literal(code: str, kind: str, value: object) -> None:
    found = expression(code)
    assert isinstance(found, Literal)
    assert (found.kind, found.value) == (kind, value)
    assert type(found.value) is type(value)


@pytest.mark.parametrize("code", ["1" * 5000, "0x" + "f" * 20000, "1e999", r"'\ud800'", r"'\N{NO SUCH NAME}'"])
def test_value_that_no_file_can_hold_is_opaque(code: str) -> None:
    assert expression(code) == Opaque((1, 0, 1, len(code)), ())


def test_carriage_returns_in_strings_are_newlines() -> None:
    found = extract(b"x = '''a\r\nb\rc'''\r\n")
    assert isinstance(found, ModuleSummary)
    (assignment,) = found.body
    assert isinstance(assignment, Assign) and isinstance(assignment.value, Literal)
    assert assignment.value.value == "a\nb\nc"


def test_fstring_parts_are_text_and_expressions_with_those_of_the_format_specification() -> None:
    code = "f'a{{{x!r:>{width}.{f(2)}}b' rf\"\\d{y=}\" 'tail'"
    found = expression(code)
    assert isinstance(found, Joined)
    assert [part.value if isinstance(part, Literal) else cut(code, part) for part in found.parts] == [
        "a{",
        "x",
        "width",
        "f(2)",
        "b",
        "\\d",
        "y",
        "tail",
    ]
    assert [cut(code, part) for part in found.parts if isinstance(part, Literal)] == ["a{{", "b", "\\d", "'tail'"]


@pytest.mark.skipif(not hasattr(cst, "TemplatedString"), reason="this libcst does not read them")
def test_template_string() -> None:
    found = expression("t'a{f(x):{w}}b'")
    assert isinstance(found, Joined)
    text, call, width, tail = found.parts
    assert isinstance(text, Literal) and isinstance(call, Call) and width == Name((1, 10, 1, 11), "w")
    assert isinstance(tail, Literal) and tail.value == "b"


def test_nested_fstring() -> None:
    found = expression("f\"{f'{a}' + g()}\"")
    assert isinstance(found, Joined)
    (inner,) = found.parts
    assert isinstance(inner, BinOp) and isinstance(inner.left, Joined) and isinstance(inner.right, Call)


def test_call_arguments() -> None:
    code = "f(a, *b, k=c, **d)"
    found = expression(code)
    assert isinstance(found, Call)
    assert [(given.keyword, given.star, cut(code, given)) for given in found.arguments] == [
        (None, "", "a"),
        (None, "*", "*b"),
        ("k", "", "k=c"),
        (None, "**", "**d"),
    ]
    assert cut(code, found) == code


def test_spans_leave_surrounding_parentheses_out() -> None:
    code = "x = ((a).b)(  (c, d)  )"
    found = statement(code)
    assert isinstance(found, Assign) and isinstance(found.value, Call)
    assert cut(code, found.value) == "((a).b)(  (c, d)  )"
    assert cut(code, found.value.func) == "(a).b"
    assert cut(code, found.value.arguments[0]) == "(c, d)"
    assert cut(code, found.value.arguments[0].value) == "c, d"


def test_subscripts() -> None:
    code = "a[b, c:d:e, *f]"
    found = expression(code)
    assert isinstance(found, Subscript) and isinstance(found.key, Display)
    first, middle, last = found.key.items
    assert cut(code, found.key) == "b, c:d:e, *f"
    assert isinstance(first, Name) and isinstance(middle, Slice) and isinstance(last, Star)
    assert cut(code, middle) == "c:d:e"
    assert isinstance(expression("a['k']"), Subscript)
    plain = expression("a[b]")
    assert isinstance(plain, Subscript) and isinstance(plain.key, Name)
    single = expression("a[b,]")
    assert isinstance(single, Subscript) and isinstance(single.key, Display)
    open_slice = expression("a[:]")
    assert isinstance(open_slice, Subscript) and open_slice.key == Slice((1, 2, 1, 3), None, None, None)


def test_displays() -> None:
    for code, kind in (("[a, *b]", "list"), ("(a, *b)", "tuple"), ("{a, *b}", "set"), ("()", "tuple"), ("[]", "list")):
        found = expression(code)
        assert isinstance(found, Display) and found.kind == kind
    found = expression("{a: 1, **b}")
    assert isinstance(found, DictDisplay)
    assert [item.key is None for item in found.items] == [False, True]


def test_operators() -> None:
    code = "a + b * c - d"
    found = expression(code)
    assert isinstance(found, BinOp) and found.op == "-"
    assert isinstance(found.left, BinOp) and cut(code, found.left) == "a + b * c"
    logic = expression("a and b or not c")
    assert isinstance(logic, BoolOp) and logic.op == "or" and isinstance(logic.right, UnaryOp)
    assert logic.right.op == "not"
    power = expression("-a ** b ** c")
    assert isinstance(power, UnaryOp) and isinstance(power.operand, BinOp) and power.operand.op == "**"
    assert isinstance(power.operand.right, BinOp)
    chained = expression("a < b is not c not in d")
    assert isinstance(chained, Compare) and chained.ops == ("<", "is not", "not in")
    assert len(chained.comparators) == 3


def test_conditional_await_and_walrus() -> None:
    found = expression("(await a) if b else (c := d)")
    assert isinstance(found, IfExp)
    assert isinstance(found.test, Name) and isinstance(found.body, Await) and isinstance(found.orelse, NamedExpr)
    assert found.orelse.target.id == "c"


def test_long_chain_is_balanced_and_keeps_every_term_in_order() -> None:
    for operator, kind in (("+", BinOp), ("and", BoolOp)):
        terms = [f"(t{number} )" if number % 3 else f"f(t{number})" for number in range(301)]
        code = f"x = {f' {operator} '.join(terms)}"
        found = statement(code)
        assert isinstance(found, Assign) and isinstance(found.value, kind)
        names: list[str] = []
        depths = 0
        stack: list[tuple[Expr, int]] = [(found.value, 1)]
        while stack:
            part, depth = stack.pop()
            depths = max(depths, depth)
            if isinstance(part, BinOp | BoolOp):
                assert part.op == operator
                stack += [(part.right, depth + 1), (part.left, depth + 1)]
                assert cut(code, part).count("(") == cut(code, part).count(")")
            else:
                names.append(cut(code, part))
        assert names == [f"t{number}" if number % 3 else f"f(t{number})" for number in range(301)]
        assert depths < 12
        assert cut(code, found.value) == code[4:]


def test_lambda_expression_is_a_function_with_one_return() -> None:
    code = "x = lambda a, *b, c=f(), **d: (g(a))"
    found = module(code)
    (assignment,) = found.body
    assert isinstance(assignment, Assign) and isinstance(assignment.value, LambdaExpr)
    made = found.functions[assignment.value.function]
    assert (made.name, made.qualname, made.outer, made.cls) == ("<lambda>", "<lambda>", -1, -1)
    assert [(parameter.name, parameter.kind) for parameter in made.parameters] == [
        ("a", "positional"),
        ("b", "var-positional"),
        ("c", "keyword-only"),
        ("d", "var-keyword"),
    ]
    (only,) = made.body
    assert isinstance(only, Return) and only.value is not None and cut(code, only.value) == "g(a)"
    assert decode(code.encode()).slice(made.header) == "lambda a, *b, c=f(), **d:"
    assert cut(code, made) == code[4:]
    assert made.locals == ("a", "b", "c", "d")


def test_comprehensions() -> None:
    found = expression("{k: v for k, v in f() if k if v for w in v}")
    assert isinstance(found, Comprehension) and found.kind == "dict" and found.key is not None
    outer, inner = found.generators
    assert len(outer.conditions) == 2 and isinstance(outer.iterable, Call) and not inner.is_async
    for code, kind in (("[a for a in b]", "list"), ("{a for a in b}", "set"), ("(a for a in b)", "generator")):
        made = expression(code)
        assert isinstance(made, Comprehension) and made.kind == kind
    call = expression("any(a for a in b)")
    assert isinstance(call, Call) and isinstance(call.arguments[0].value, Comprehension)


# --- statements ----------------------------------------------------------------------------------


def test_assignments() -> None:
    many = statement("a = b.c = d[e], *f = g")
    assert isinstance(many, Assign) and len(many.targets) == 3 and many.op == ""
    annotated = statement("a: int = 1")
    assert isinstance(annotated, Assign) and isinstance(annotated.annotation, Name) and annotated.value is not None
    bare = statement("a: int")
    assert isinstance(bare, Assign) and bare.value is None
    augmented = statement("a //= 2")
    assert isinstance(augmented, Assign) and augmented.op == "//"
    alias = statement("type X[T] = list[T] | f()")
    assert isinstance(alias, Assign) and isinstance(alias.value, Opaque) and alias.value.names == ("list", "T", "f")
    assert module("type X[T] = T").locals == ("X",)


def test_small_statements() -> None:
    assert statement("pass") == Jump((1, 0, 1, 4), "pass")
    deletion = statement("del a, b[0]")
    assert isinstance(deletion, Delete) and len(deletion.targets) == 2
    grouped = statement("del (a, b)")
    assert isinstance(grouped, Delete) and len(grouped.targets) == 1
    raised = statement("raise A() from b")
    assert isinstance(raised, Raise) and isinstance(raised.exception, Call) and isinstance(raised.cause, Name)
    assert statement("raise") == Raise((1, 0, 1, 5), None, None)


def test_statements_on_one_row_have_their_own_spans() -> None:
    code = "a = 1; b(2) ;c = (3) ; # end\n"
    assert [cut(code, part) for part in module(code).body] == ["a = 1", "b(2)", "c = (3)"]


def test_compound_span_ends_with_its_last_statement() -> None:
    code = "if a:\n    b  # c\n    d(1) # e\n    # f\n\nelse: g; h ; # i\n\n# j\n"
    (found,) = module(code).body
    assert isinstance(found, If)
    assert cut(code, found) == code[: code.index(" ; # i")]
    assert [cut(code, part) for part in found.orelse] == ["g", "h"]


def test_imports() -> None:
    plain = statement("import a.b, c.d as e")
    assert isinstance(plain, Import) and plain.module is None
    assert [(name.name, name.alias, name.bound) for name in plain.names] == [("a.b", None, "a"), ("c.d", "e", "e")]
    code = "from ..p.q import (  # why\n    a,\n    b as c,\n)"
    grouped = statement(code)
    assert isinstance(grouped, Import) and (grouped.module, grouped.level) == ("p.q", 2)
    assert [(name.name, name.bound, cut(code, name)) for name in grouped.names] == [
        ("a", "a", "a"),
        ("b", "c", "b as c"),
    ]
    assert cut(code, grouped) == code
    star = statement("from . import *")
    assert isinstance(star, Import) and (star.module, star.level, star.is_star, star.names) == ("", 1, True, ())


def test_elif_is_an_if_alone_in_orelse() -> None:
    code = "if a:\n    b\nelif c:\n    d\nelse:\n    e\n"
    found = statement(code)
    assert isinstance(found, If)
    (inner,) = found.orelse
    assert isinstance(inner, If) and cut(code, inner) == code[code.index("elif") :].rstrip()
    assert len(inner.orelse) == 1


def test_loops() -> None:
    found = module(
        """
        for a, *b in c:
            break
        else:
            d
        while e:
            continue
        else:
            f
        """
    )
    loop, repeat = found.body
    assert isinstance(loop, For) and isinstance(loop.target, Display) and len(loop.orelse) == 1 and not loop.is_async
    assert isinstance(repeat, While) and len(repeat.orelse) == 1
    assert found.locals == ("a", "b")


def test_try() -> None:
    code = "try:\n    a\nexcept (B, C) as d:\n    e\nexcept:\n    f\nelse:\n    g\nfinally:\n    h\n"
    found = statement(code)
    assert isinstance(found, Try) and not found.is_group
    named, bare = found.handlers
    assert named.name == "d" and isinstance(named.type, Display) and bare.type is None and bare.name is None
    assert cut(code, named) == "except (B, C) as d:\n    e"
    assert len(found.orelse) == len(found.finalbody) == 1
    group = statement("try:\n    a\nexcept* B:\n    c\n")
    assert isinstance(group, Try) and group.is_group


def test_with() -> None:
    code = "with (\n    a() as b,\n    c,\n):\n    d\n"
    found = statement(code)
    assert isinstance(found, With)
    assert [item.target is None for item in found.items] == [False, True]
    assert cut(code, found) == code.rstrip()
    inner = module("async def f():\n    async with a as (b, c): pass\n").functions[0]
    (block,) = inner.body
    assert isinstance(block, With) and block.is_async and inner.locals == ("b", "c")


def test_match() -> None:
    code = textwrap.dedent(
        """
        match f(a):
            case None | 1:
                pass
            case [x, *rest, {"k": y, **others}] if g(x):
                pass
            case m.Point(0, c=z) as whole:
                pass
            case _:
                pass
            case anything:
                pass
        """
    )
    found = statement(code)
    assert isinstance(found, Match) and isinstance(found.subject, Call)
    binds = [[name.id for name in case.binds] for case in found.cases]
    assert binds == [[], ["x", "rest", "y", "others"], ["z", "whole"], [], ["anything"]]
    values = [[cut(code, value) for value in case.values] for case in found.cases]
    assert values == [["None", "1"], ['"k"'], ["m.Point", "0"], [], []]
    assert [case.is_wildcard for case in found.cases] == [False, False, False, True, True]
    assert all(cut(code, name) == name.id for case in found.cases for name in case.binds)
    assert found.cases[1].guard is not None
    assert module(code).locals == ("anything", "others", "rest", "whole", "x", "y", "z")


# --- definitions ---------------------------------------------------------------------------------


def test_function_parts() -> None:
    code = '@d.e(1)\nasync def f(a, /, b: int = 2, *, c=3) -> str:  # why\n    "doc"\n    yield a\n'
    (found,) = module(code).functions
    source = decode(code.encode())
    assert source.slice(found.header) == "async def f(a, /, b: int = 2, *, c=3) -> str:"
    assert source.slice(found.span) == code[code.index("async") :].rstrip()
    assert (found.is_async, found.is_generator, found.docstring) == (True, True, "doc")
    assert isinstance(found.decorators[0], Call) and dotted(found.decorators[0].func) == "d.e"
    assert [(parameter.name, parameter.kind) for parameter in found.parameters] == [
        ("a", "positional-only"),
        ("b", "positional"),
        ("c", "keyword-only"),
    ]
    assert isinstance(found.parameters[1].annotation, Name) and isinstance(found.returns, Name)


def test_nesting_numbers_and_qualified_names() -> None:
    found = module(
        """
        def f(a=lambda: 0):
            class C(Base, metaclass=M):
                x = lambda self: 1
                def m(self):
                    def g(): pass
            global top
            def top(): pass
        """
    )
    names = [(made.number, made.qualname, made.outer, made.cls) for made in found.functions]
    assert names == [
        (0, "f", -1, -1),
        (1, "<lambda>", -1, -1),
        (2, "f.<locals>.C.<lambda>", -1, 0),
        (3, "f.<locals>.C.m", -1, 0),
        (4, "f.<locals>.C.m.<locals>.g", 3, -1),
        (5, "top", 0, -1),
    ]
    (cls,) = found.classes
    assert (cls.qualname, cls.outer, cls.cls, cls.locals) == ("f.<locals>.C", 0, -1, ("m", "x"))
    assert [argument.keyword for argument in cls.arguments] == [None, "metaclass"]
    assert found.functions[0].locals == ("C", "a")
    assert found.functions[0].globals == ("top",)


def test_yield_of_an_inner_function_is_not_the_outers() -> None:
    outer, inner, third = module(
        "def f():\n    def g():\n        yield from h()\n    return g\ndef k():\n    x = lambda: (yield)\n"
    ).functions[:3]
    assert [outer.is_generator, inner.is_generator, third.is_generator] == [False, True, False]
    (only,) = inner.body
    assert isinstance(only, ExprStmt) and isinstance(only.value, Yield) and only.value.is_from


def test_locals_of_a_function() -> None:
    made = function(
        """
        def f(p, *args, **kwargs):
            global g
            nonlocal n
            import a.b, c as d
            from e import h
            g = n = i = 1
            j += 1
            k: int
            o.attribute = q[0] = 1
            for r, (s, *t) in []: pass
            with u as v: pass
            try: pass
            except E as w: pass
            [x for y in [1] if (z := y)]
            (lambda l: (inner := l))
            def fn(): hidden = 1
            class Cls: hidden = 1
            match m:
                case {"a": aa, **bb} | [*cc]: pass
            del dd
            type EE = int
        """
    )
    expected = "p args kwargs a d h i j k r s t v w z fn Cls aa bb cc dd EE"
    assert made.locals == tuple(sorted(expected.split()))
    assert (made.globals, made.nonlocals) == (("g",), ("n",))


def test_docstrings() -> None:
    found = module('"""module"""\nclass C:\n    "class" " doc"\ndef f(): f"no"\ndef g(): b"no"\n')
    assert found.docstring == "module"
    assert found.classes[0].docstring == "class doc"
    assert [made.docstring for made in found.functions] == [None, None]


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("x = 1", None),
        ("__all__ = ['a', 'b']", ("a", "b")),
        ("__all__ = ('a',) + ['b']\n__all__ += ['c']\n__all__.append('d')\n__all__.extend(['e'])", tuple("abcde")),
        ("__all__: list[str] = ['a']", ("a",)),
        ("__all__ = []", ()),
        ("__all__ = ['a'] + other.__all__", None),
        ("__all__ = ['a']\n__all__ += other.__all__", None),
        ("__all__ = ['a']\n__all__.remove('a')", None),
    ],
)
def test_exported(code: str, names: tuple[str, ...] | None) -> None:
    assert module(code).exported == names


def test_names_are_normalised_as_python_does() -> None:
    found = module("ﬁ = 𝔘.ｗ(ｋ=1)\n")
    assert found.locals == ("fi",)
    (assignment,) = found.body
    assert isinstance(assignment, Assign) and isinstance(assignment.value, Call)
    assert isinstance(assignment.value.func, Attribute) and dotted(assignment.value.func) == "U.w"
    assert assignment.value.arguments[0].keyword == "k"


def test_type_parameters_are_no_locals() -> None:
    found = module("def f[T: int, *Ts, **P](x: T) -> T:\n    return x\nclass C[T]: pass\n")
    assert found.functions[0].locals == ("x",)
    header = b"def f[T: int, *Ts, **P](x: T) -> T:"
    assert decode(header).slice(found.functions[0].header) == header.decode()
    assert found.classes[0].locals == ()
    assert isinstance(found.body[0], FunctionDef) and isinstance(found.body[1], ClassDef)


def test_scope_statement() -> None:
    made = function("def f():\n    global a, b\n")
    assert made.body == (Scope((2, 4, 2, 15), "global", ("a", "b")),)


# --- files ---------------------------------------------------------------------------------------


def test_comments() -> None:
    found = module("#!x\na = [  # one\n    # two\n    1,  # three\n]\nif a:  # four\n    pass\n  # odd\n'# no'\n")
    assert [(comment.row, comment.column, comment.text, comment.is_trailing) for comment in found.comments] == [
        (1, 0, "#!x", False),
        (2, 7, "# one", True),
        (3, 4, "# two", False),
        (4, 8, "# three", True),
        (6, 7, "# four", True),
        (8, 2, "# odd", False),
    ]


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"\xef\xbb\xbfx\nf(1)\n", 2),
        (b"x\r\nf(1)\r\n", 2),
        (b"x\rf(1)\r", 2),
        (b"x\r\n\ny\r\rf(1)", 5),
        (b"\x0cx\n\x0c\nf(1)\n", 3),
        (b"def g():\n    x\n\n\n  # odd\n\nf(1)\n", 7),
        (b"\n\n\x0c\n# coding: utf-8\n'''\x0c'''\nf(1)\n", 6),
        (b"if x:\n\tg()\n\n\nf(1)\n", 5),
        (b"x = 1 + \\\n  2\nf(1)", 3),
        (b"# coding: latin-1\nx = '\xe9'\nf(1)\n", 3),
    ],
)
def test_rows_survive_line_endings_marks_and_form_feeds(data: bytes, row: int) -> None:
    found = extract(data)
    assert isinstance(found, ModuleSummary)
    last = found.body[-1]
    assert last.span == (row, 0, row, 4)
    assert decode(data).slice(last.span) == "f(1)"


def test_max_row() -> None:
    assert [module(code).max_row for code in ("", "\n", "a", "a\n", "a\nb")] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    ("data", "code", "message", "row", "column"),
    [
        (b"a\nb\nx = '\xe9'\n", "LMB902", "not utf-8", 3, 0),
        (b"# coding: nonsense\n", "LMB902", "unknown encoding", 1, 0),
        (b"a\nb = '\0'\n", "LMB902", "holds a null byte", 2, 5),
        (b"# coding: unicode_escape\nx = '\\ud800'\n", "LMB902", "holds a lone surrogate", 2, 5),
        (b"if x\n    pass\n", "LMB901", "expected ':'", 1, 4),
        (b"print 'x'\n", "LMB901", "Missing parentheses in call to 'print'", 1, 0),
        (b"a = 1\nb = a c\n", "LMB901", "unexpected", 2, 4),
        (b"x = (1\n", "LMB901", "'(' was never closed", 1, 4),
        (b"\xc3\xa9 = )\n", "LMB901", "unmatched ')'", 1, 4),
        (b"try: a\nexcept: b\nexcept C: d\n", "LMB901", "cannot be parsed: The bare except", 1, 0),
        (b"if x:\npass\n", "LMB901", "expected an indented block after 'if' statement", 2, 0),
    ],
)
def test_unparsable(data: bytes, code: str, message: str, row: int, column: int) -> None:
    found = extract(data)
    assert isinstance(found, Unparsable)
    assert (found.code, found.row) == (code, row)
    assert found.message.startswith(message) and "\n" not in found.message
    if message != "unexpected":
        assert found.column == column


@pytest.mark.parametrize(
    ("data", "message", "column"),
    [(b"x = a or.1\n", "cannot be parsed: ", 0), (b"(x): int = 1\n", "cannot be parsed, unexpected `:`", 3)],
)
def test_what_only_python_reads(data: bytes, message: str, column: int) -> None:
    assert isinstance(extract(data), ModuleSummary)
    refused = cst_parse.summarise(decode(data))
    assert isinstance(refused, Unparsable) and refused.message.startswith(message)
    assert (refused.code, refused.row, refused.column) == ("LMB901", 1, column)


def test_libcst_is_imported_only_for_what_python_does_not_read() -> None:
    check = (
        "import sys; from lambdalint.extract import extract; from lambdalint.summary import ModuleSummary\n"
        "assert isinstance(extract(b'def f(x): return f\"{x.y}\" # c'), ModuleSummary)\n"
        "assert 'libcst' not in sys.modules\n"
        "extract(b'def f(:')\n"
        "assert 'libcst' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_extraction_depends_on_its_argument_only(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"import os\ndef f(event, context):\n    return os.environ['A']  # x\n"
    first = extract(data)

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("extraction opened a file")

    monkeypatch.setattr("builtins.open", refuse)
    assert extract(data) == first
