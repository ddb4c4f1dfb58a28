"""What has effects beyond the value that it gives: what must not be done later than something else, or before it."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.cacheable import is_kept
from lambdalint.catalog import clients
from lambdalint.link.model import External, Unit
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import (
    Assign,
    Attribute,
    Await,
    Call,
    Expr,
    ExprStmt,
    Import,
    Name,
    Stmt,
    Yield,
)
from lambdalint.walk import expressions, keyword_names, statement_expressions

# Calls that only compute, from what they are given or from the environment, or tell what happens.
_HARMLESS_NAMES = """
    os.getenv os.environ.get ast.literal_eval str bytes int float bool len dict list tuple set sorted isinstance print
"""
_HARMLESS = frozenset(_HARMLESS_NAMES.split())
_COMPUTING = ("json.", "base64.", "re.", "urllib.parse.", "binascii.", "html.", "textwrap.")
_LOGGERS = ("logging", "aws_lambda_powertools.Logger")
# Methods of text and of dictionaries that only read.
READING = frozenset(
    ["get", "items", "keys", "values", "strip", "split", "decode", "encode", "replace", "lower", "upper"]
)
_PURE_METHODS = READING | {"format", "join"}
# The argument of a session that fails as soon as it is made, where the profile is missing.
# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
_PROFILE = "profile_name"
_PLAIN = (Assign, ExprStmt, Import)


def only_computes(path: str) -> bool:
    """Whether calling what a path names only computes a value, tells what happens or makes an AWS client."""
    factory = clients.find(path)
    is_client = factory is not None and factory.kind in clients.BOTO_KINDS
    return is_client or path in _HARMLESS or path.startswith(_COMPUTING) or path.rpartition(".")[0].startswith(_LOGGERS)


def has_effects(program: Program, unit: Unit, expr: Expr) -> bool:
    """Whether evaluating an expression of a unit may do more than compute, log or make what asks no service."""
    return any(
        isinstance(part, Await | Yield) or (isinstance(part, Call) and not _is_pure(program, unit, part))
        for part in expressions(expr)
    )


def _is_pure(program: Program, unit: Unit, call: Call) -> bool:
    made = program.external(call, program.scope(unit))
    if any(one.call is not None and _PROFILE in keyword_names(one.call.arguments) for one in made):
        return False
    if is_kept(program, unit, call):
        return True
    values = program.resolve(call.func, program.scope(unit))
    if not values:
        return isinstance(call.func, Attribute) and call.func.attr in _PURE_METHODS
    return all(
        isinstance(value, External)
        and (only_computes(value.path) or _is_reading(value.path) or _makes_object(value.path))
        for value in values
    )


def _is_reading(path: str) -> bool:
    """Whether a path is that of a reading method of what something returned, or asks about a path."""
    owner, _, method = path.rpartition(".")
    return path.startswith("os.path.") or (method in _PURE_METHODS and owner.endswith((")", "]")))


def _makes_object(path: str) -> bool:
    return path.rpartition(".")[2][:1].isupper()


def crosses_effects(program: Program, unit: Unit, statement: Assign, place: Span, along: Iterable[Span]) -> bool:
    """Whether a statement with effects could not be run where the expression at `place` stands.

    So it is where anything but plain assignments and log lines stands between: effects would change their order, and
    in another block it might not be run, or fail under another handler.  The statements `along` move with it.
    """
    if statement.value is None or not has_effects(program, unit, statement.value):
        return False
    later = [other for other, _ in program.statements(unit) if statement.span < other.span]
    holder = max((one for one in later if one.span.contains(place)), key=lambda one: one.span, default=None)
    moved = frozenset(along)
    between = (one for one in later if one is not holder and one.span < place and one.span not in moved)
    if not all(_is_plain(program, unit, one) for one in between):
        return True
    heads = () if holder is None else statement_expressions(holder)
    before = (part for head in heads for part in expressions(head) if part.span[2:] <= place[:2])
    return any(isinstance(part, Call) and not _is_pure(program, unit, part) for part in before)


def _is_plain(program: Program, unit: Unit, statement: Stmt) -> bool:
    """Whether a statement only gives values to names, or tells what happens."""
    if not isinstance(statement, _PLAIN):
        return False
    if isinstance(statement, Assign) and not all(isinstance(target, Name) for target in statement.targets):
        return False
    return not any(has_effects(program, unit, head) for head in statement_expressions(statement))
