"""Modules made at random from the constructs of the language, spaced and parenthesised in every way."""

from __future__ import annotations

from hypothesis import strategies as st

_ATOMS = (
    *("a", "b1", "_", "self", "1", "0xff", "1_0.5e3", "2j", "None", "True", "...", "()", "( )", "[]", "{}", "'s'"),
    *('"t"', "'''u\n  v'''", "b'w'", "'x' \"y\"", "('x'  # c\n 'y')", "r'\\d'", "'\\x41\\\n'", "'#'"),
    *('"it\'s # not"', "f''", "f'{a}'", "f'{a.b!r:>8}c'", "f'{{{a}}}'", "f'{a:{b}}'", "f'{a=}'", "f'{ a + b }'"),
    *("f'{a[1]}{b(c, d=1)}'", "f'''x\n{a}\n'''", "rf'\\d{a}'", "f'{a}' 'b' f'{c}'", "f\"{a['k']}\"", "f'{(a, b)}'"),
    *("f'{a if b else c}'", "'é'", "'a?é'", "f'é{a}?'", "b'?'", "'\\ud800'", "'\\N{BULLET}'", "1e999"),
    *("f'{lambda: 1}'", "f'{a:%H:%M}'"),
)
_FORMS = (
    *("({})", "( {} )", "(\n{}  # c )\n)", "(({}))", "[{}]", "[ {} , ]", "({},)", "( {} , )", "{{{}}}", "(*{},)"),
    *("-{}", "not {}", "~ {}", "await {}", "(yield {})", "(yield from {})", "(w := {})", "{}.n", "( {} ) . n"),
    *("{}()", "lambda: {}", "lambda x, *y, k={}: x", "lambda *, k: ({})", "(x for x in {})", "sum(x for x in {} )"),
    *("f'{{{}}}'",),
)
_PAIRS = (
    *("{} + {}", "{} - ({})", "({}) * {}", "{} ** {}", "{} % {}", "{} @ {}", "{}\\\n + {}", "{} and {}"),
    *("{} or ({})", "{} or {} or c", "{} and ( {} ) and c", "({} or {}) or c", "{} < {}", "{} not in {} is not c"),
    *("{}, {}", "({}, {})", "( ({}) , {} )", "[{}, *{}]", "{{{}: {}}}", "{{**{}, 'k': {}}}", "{{{}, {}}}"),
    *("{}[{}]", "{}[({}):]", "{}[{} :: 2]", "{}[:, {}]", "{}[{}, ]", "{}({})", "{}(a, ({}))", "{}(a, *{}, **b)"),
    *("{}(k={}, *a)", "{}( ({}) , k = 1 )", "{}(\n  {},  # c\n)", "[x for x in {} if {}]"),
    *("{{x: y for x, y in {} if a if {}}}", "(x async for x in {} if ({}) )", "{} if {} else c", "lambda x={}: {}"),
    *("f'{{{}}}{{{}!r:>{{w}}}}'",),
)
_STATEMENTS = (
    *("{}", "x = {}", "x = y = {};", "x, (y, *z) = {}", "x: {} = 1", "x.y += {}", "return {}", "assert {}, {}"),
    *("raise {} from {}", "del a, b[{}]", "del (a, b)", "global g, h", "nonlocal n", "pass; break; continue"),
    *("{}; {}", "import a.b as c, d", "from . import (e as f,  # c\n  g,)", "from ..h import *", "__all__ = ['a']"),
    *("# comment  ", "x = 1  # trailing {}", "'doc'", "@{}\ndef f(): pass", "class C({}, metaclass=(M)): pass"),
    *("class D: x = {}", "def f(a, /, b: {} = {}, *c, d=1, **e) -> {}: return 1", "async def f(*, k): await {}"),
    *("def f( * args ,) : yield", "if {}: pass", "if {}: a;\nelif {}: b\nelse: c", "if a: b\nelse:\n    if {}: c"),
    *("for x in {}: pass", "while {}: a", "for x, y in {}:\n    pass\nelse: z"),
    *("async def f():\n  async for x in y: pass\n  async with a as b, c: pass", "with {} as x, ({}): pass"),
    *("with (a as b, c): {}", "with (a, b): pass", "with ({}): pass", "with (a, b) as c: {}"),
    *("try: {}\nexcept ({}): pass\nexcept A as e: pass\nelse: b\nfinally: c", "try: a\nfinally: {}"),
    *("try: a\nexcept: {}", "try: a\nexcept* (A, B) as e: pass", "type X[T: int] = {}", "def f[T](x: T): pass"),
    *("class E[T]: pass", "print {}"),
    "match {}:\n  case 1 | -2: a\n  case [x, *_] if {}: b\n  case _: e",
    "match {}:\n  case {{'k': (v), **r}}: c\n  case C(p, q=(s)) as t: d",
    "match a, b:\n  case (c), d: pass\n  case None | True: pass\n  case ( e.f ): pass",
)
_GAPS = ("\n", "\n", "\n", "\n\n", "\r\n", "\r", "\n\x0c\n", "\n# é\n", "\n    # indented\n", "  # ?\n")


def expressions() -> st.SearchStrategy[str]:
    """Texts of expressions; some are none."""

    def larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        one = st.builds(str.format, st.sampled_from(_FORMS), parts)
        return one | st.builds(str.format, st.sampled_from(_PAIRS), parts, parts)

    return st.recursive(st.sampled_from(_ATOMS), larger, max_leaves=8)


def modules() -> st.SearchStrategy[str]:
    """Texts of modules; some are none."""
    part = expressions()
    statement = st.builds(str.format, st.sampled_from(_STATEMENTS), part, part, part)
    block = st.builds(
        _indented, st.sampled_from(("def f(self):", "class C:", "if a:", "while 1 :  # c", "try:")), statement
    )
    pieces = st.lists(st.tuples(statement | block, st.sampled_from(_GAPS)), min_size=1, max_size=5)
    return st.builds(lambda found: "".join(text + gap for text, gap in found), pieces)


def _indented(head: str, text: str) -> str:
    end = "\nfinally: pass" if head == "try:" else ""
    return f"{head}\n    " + text.replace("\n", "\n    ") + end
