"""From a decoded module to its summary by Python's own parser, where the result is certain."""

from __future__ import annotations

import ast
import warnings

import lambdalint.extract.ast_expressions
import lambdalint.extract.ast_strings  # noqa: F401 (they add their converters)
from lambdalint.extract.ast_comments import comments
from lambdalint.extract.ast_context import Context, Unsure
from lambdalint.extract.ast_statements import block
from lambdalint.extract.limits import MAX_ELIFS, TooDeep, are_flat, is_safe, is_shallow
from lambdalint.extract.modules import collecting_nothing, module_summary
from lambdalint.source import SourceText
from lambdalint.summary import ModuleSummary


def summarise(source: SourceText) -> ModuleSummary | None:
    """The summary of a decoded module without null characters, None where only libcst can tell."""
    try:
        return collecting_nothing(lambda: _summarise(source))
    except (Unsure, TooDeep, RecursionError):
        return None


def _summarise(source: SourceText) -> ModuleSummary | None:
    text = source.text
    code = text if text.isascii() else text.encode("ascii", "replace").decode("ascii")
    if not is_safe(code) and not is_shallow(text):
        return None
    tree = _parse(code)
    if tree is None or code.count("elif") > MAX_ELIFS:
        return None
    context = Context(source, code)
    if not are_flat(tree.body, code, context.starts) and not is_shallow(text):
        return None
    body = block(context, tree.body)
    return module_summary(source, body, context, comments(context))


def _parse(code: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = compile(code, "module", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return None
    assert isinstance(tree, ast.Module)
    return tree
