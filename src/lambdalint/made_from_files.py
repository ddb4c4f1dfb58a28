"""Clients that are made from a file: a later invocation may find another one there."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import keeping
from lambdalint.creations import Creation
from lambdalint.heads import Head, literal_head
from lambdalint.link.constants import definition
from lambdalint.link.model import Scope
from lambdalint.movable import Plan
from lambdalint.program import Program
from lambdalint.summary import Call, Expr
from lambdalint.walk import argument, dotted, expressions
from lambdalint.written import file_writes

REWRITTEN = "an invocation writes the file that it is made from"
READ_ONCE = "the file that it is made from is read once"


def is_from_file(creation: Creation, plan: Plan) -> bool:
    """Whether a client, or a local that it is made of, is made from a file."""
    return any(True for _ in _paths(creation, plan))


def is_from_rewritten_file(program: Program, creation: Creation, plan: Plan) -> bool:
    """Whether invocations may write the file that a client is made from."""
    scope = creation.site.scope
    read = [head for path in _paths(creation, plan) for head in _heads(program, path, scope)]
    if not read:
        return False
    writes = (write for unit in program.invoke_units for write in file_writes(program, unit))
    return any(not write.makes_folder and any(_may_be_same(write.head, head) for head in read) for write in writes)


def _paths(creation: Creation, plan: Plan) -> Iterator[Expr]:
    """What is given as the path of a file to the calls that make a client and the locals that it is made of."""
    made = (creation.call, *(needed.value for needed in plan.local if needed.value is not None))
    for call in (part for expr in made for part in expressions(expr) if isinstance(part, Call)):
        name = (dotted(call.func) or "").rpartition(".")[2]
        first = argument(call, keeping.FILE_READERS[name], 0) if name in keeping.FILE_READERS else None
        yield from (() if first is None else (first,))
        yield from (given.value for given in call.arguments if given.keyword in keeping.FILE_KEYWORDS)


def _heads(program: Program, path: Expr, scope: Scope) -> Iterator[Head]:
    """How a path may begin; what a function makes of it may be any of its arguments."""
    head = literal_head(program, path, scope)
    if head is not None:
        yield head
        return
    found = definition(program.resolver, path, scope)
    expr, home = found or (path, scope)
    for given in expr.arguments if isinstance(expr, Call) else ():
        head = literal_head(program, given.value, home)
        if head is not None:
            yield head


def _may_be_same(one: Head, other: Head) -> bool:
    if one.is_whole and other.is_whole:
        return one.text == other.text
    return one.text.startswith(other.text) or other.text.startswith(one.text)
