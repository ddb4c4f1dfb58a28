"""Log lines that say that a client is made: once it is kept, they say so of invocations that make none."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lambdalint.creations import Creation
from lambdalint.fixes.pragmas import is_like, says_making
from lambdalint.program import Program
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, Call, ExprStmt, Joined, Literal, Name, Stmt
from lambdalint.walk import dotted, expressions, statement_expressions

_LEVELS = frozenset(("debug", "info"))
_ALL_LEVELS = _LEVELS | {"warning", "error", "critical", "exception", "log"}
# What a call of AWS's that makes something else begins with: `create_queue`.
_CREATE = "create_"
_OF_LIBRARY = "create_client"


def line_of_making(program: Program, creation: Creation, along: Collection[Span] = ()) -> Span | None:
    """The statement above a creation that logs a text which says no more than that this is made.

    Where it does not stand directly above, the text names what is made and its kind, and there are only simple
    statements between, of which none makes the like, or says so, but for those that go `along`.
    """
    statement, made = creation.site.place.statement, _code(creation.call)
    parts = [part for head in statement_expressions(statement) for part in expressions(head)]
    known = {part.id for part in parts if isinstance(part, Name)}
    for above in _above(program, creation):
        said = _logged(above, known)
        is_direct = above.span.end_row + 1 == statement.span.row
        if said is not None and says_making((said,), made, by_name=not is_direct):
            return None if _may_mean_else(program, creation, said) else above.span
        if above.span not in along and not _is_apart(above, made):
            return None
    return None


def _above(program: Program, creation: Creation) -> Iterator[Stmt]:
    """The statements of a creation's block that stand above it, from the last to the first."""
    place = creation.site.place
    found = [one for one, frames in program.statements(creation.site.unit) if frames == place.frames]
    yield from (one for one in reversed(found) if one.span < place.statement.span)


def _logged(statement: Stmt, known: Collection[str]) -> str | None:
    """What a statement logs or prints, without the values of `known` names; None where it does no more than that."""
    call = statement.value if isinstance(statement, ExprStmt) else None
    if not isinstance(call, Call) or len(call.arguments) != 1 or not _logs(call, _LEVELS):
        return None
    text = call.arguments[0].value
    parts = text.parts if isinstance(text, Joined) else (text,)
    rest = [part for part in parts if not isinstance(part, Name) or part.id not in known]
    told = [part.value for part in rest if isinstance(part, Literal) and isinstance(part.value, str)]
    return "".join(told) if told and len(told) == len(rest) else None


def _logs(call: Call, levels: Collection[str]) -> bool:
    """Whether a call is spelt as one of a logger's methods, or prints."""
    func = call.func
    if isinstance(func, Name):
        return func.id == "print"
    return isinstance(func, Attribute) and func.attr in levels and "log" in (dotted(func.value) or "").lower()


def _may_mean_else(program: Program, creation: Creation, said: str) -> bool:
    """Whether a text that does not speak of a client may mean what the same function has AWS create."""
    if "client" in said.lower():
        return False
    calls = (call.func for _, call in program.sites_of(creation.site.unit, Call))
    methods = [func.attr for func in calls if isinstance(func, Attribute) and func.attr != _OF_LIBRARY]
    return any(method.startswith(_CREATE) for method in methods)


def _is_apart(statement: Stmt, made: str) -> bool:
    """Whether a statement is a simple one that neither makes the like of what is made nor speaks of such a kind."""
    if not isinstance(statement, Assign | ExprStmt):
        return False
    parts = [part for head in statement_expressions(statement) for part in expressions(head)]
    texts = [part.value for part in parts if isinstance(part, Literal) and isinstance(part.value, str)]
    if isinstance(statement, ExprStmt) and isinstance(statement.value, Call) and _logs(statement.value, _ALL_LEVELS):
        return not is_like(texts, "")
    told = [text for text in texts if text.isalnum()]
    told += [dotted(part.func) or "" for part in parts if isinstance(part, Call)]
    told += [dotted(one) or "" for one in (statement.targets if isinstance(statement, Assign) else ())]
    return not is_like(told, made)


def _code(call: Call) -> str:
    literals = (given.value for given in call.arguments if isinstance(given.value, Literal))
    return " ".join((dotted(call.func) or "", *(f'"{one.value}"' for one in literals)))
