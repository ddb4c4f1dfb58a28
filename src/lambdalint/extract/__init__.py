"""Extraction: one module's bytes become a summary.

Span conventions, beyond those of lambdalint.summary:

* An expression's span leaves out the parentheses around it, those of tuples and generator expressions
  included: in `f((a, b))` the tuple spans `a, b`.  Brackets and braces belong to their display.  Parentheses
  inside are part of the span: `(a).b` starts at its parenthesis.
* A statement's span leaves out a trailing semicolon, comment and line ending.  A compound statement ends
  where the last statement of its last block ends; an `elif` is an If that starts at `elif`.
* `header` of a definition includes the colon.  A lambda expression's header runs from `lambda` to its colon.
* A parameter spans its stars and its name, an argument its keyword or stars as well as its value, an imported
  name its alias as well, a comma none.
* A `with` item, a dict item and a comprehension's `for` have no span of their own.
* A chain of more than 64 operands of one precedence (`a + b + …`) is balanced instead of nested to the left.

Other conventions: `type X = …` is an Assign whose value is Opaque, since it is evaluated lazily; type
parameters are left out.  A case is a wildcard when its pattern always matches (`_`, a bare name).  In a
Joined, the expressions of a format specification follow the expression that they format.  A literal that no
JSON file can hold (a lone surrogate, an infinite float, an integer beyond 4300 digits) is Opaque.  Qualified
names skip comprehensions.  Names are normalised (NFKC), as Python compares them; private names are not mangled.

More than 200 open brackets, 3000 operators in one expression or 400 branches of one `if` are refused as
nested too deeply, so that no summary nests more than about 800 tuples.

Two front ends give the same summary.  The one on libcst (`cst_*`) reads what the interpreter's own parser does not
(f-strings, type parameters and template strings of newer Pythons, on any Python) and judges every text that the other
one leaves to it.  The one on Python's `ast` (`ast_*`) costs a tenth of that, and nothing is spent on importing libcst.
It gives up whatever it does not read with certainty as libcst does: what the parser refuses, letters other than ASCII
in names, type aliases, f-strings with backslashes, line endings, comments or their own quotes inside a field, whatever
could nest deeply, and the little that Pythons from 3.10 on differ in.  What every Python reads and only libcst refuses,
such as `(x): int = 1`, is read.  So the summary does not depend on the Python that runs lambdalint.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from lambdalint.source import SourceError, SourceText, decode
from lambdalint.summary import ModuleSummary, Unparsable

__all__ = ["extract", "extract_source"]


_LIBCST = "lambdalint.extract.cst_parse"


def extract(data: bytes, before_libcst: Callable[[], None] | None = None) -> ModuleSummary | Unparsable:
    """The summary of a module's bytes, or why there is none: LMB902 for bytes that are no text, LMB901 for text that
    is no Python.

    Depends on nothing but its argument and never raises.  `before_libcst` is called before libcst is imported, which
    takes as long as reading a hundred files, and may raise to prevent it.
    """
    try:
        source = decode(data)
    except SourceError as error:
        return Unparsable("LMB902", str(error), error.row, 0)
    return extract_source(source, before_libcst)


def extract_source(source: SourceText, before_libcst: Callable[[], None] | None = None) -> ModuleSummary | Unparsable:
    """The summary of a decoded module, or why there is none."""
    nul = source.text.find("\0")
    if nul >= 0:
        return Unparsable("LMB902", "holds a null byte", *source.position(nul))
    try:
        source.text.isascii() or source.text.encode()
    except UnicodeEncodeError as error:
        return Unparsable("LMB902", "holds a lone surrogate", *source.position(error.start))
    from lambdalint.extract.ast_parse import summarise

    found = summarise(source)
    if found is not None:
        return found
    if before_libcst is not None and _LIBCST not in sys.modules:
        before_libcst()
    from lambdalint.extract.cst_parse import summarise as summarise_with_libcst

    return summarise_with_libcst(source)
