"""What is made with an object at once: what only refines a creation, and the `with` statement that closes it."""

from __future__ import annotations

from lambdalint.catalog import keeping
from lambdalint.creations import Creation, cast_value
from lambdalint.holders import attribute_names
from lambdalint.lone_sessions import CLIENT_METHODS
from lambdalint.program import Program
from lambdalint.summary import Attribute, Call, Expr, Name, Stmt, With
from lambdalint.walk import dotted, expressions, statement_expressions


def widened_call(program: Program, creation: Creation) -> Expr:
    """The creation with what only refines it: `boto3.resource("dynamodb").Table("orders")`, `cast(S3Client, …)`."""
    found: Expr = creation.call
    statement = creation.site.place.statement
    calls = [part for head in statement_expressions(statement) for part in expressions(head) if isinstance(part, Call)]
    parents = {id(part.func.value): part for part in calls if isinstance(part.func, Attribute)}
    casts = {id(cast_value(program, call, creation.site.scope)): call for call in calls}
    while True:
        if (told := casts.get(id(found))) is not None:
            return told
        parent = parents.get(id(found))
        if parent is None or not isinstance(parent.func, Attribute):
            return found
        if parent.func.attr not in (*CLIENT_METHODS, *keeping.LOADED_ATTRIBUTES):
            return found
        if program.origins.of_all((a.value for a in parent.arguments), creation.site.scope) != 0:
            return found
        if _is_read_stale(program, parent.func.attr):
            return found
        found = parent


def _is_read_stale(program: Program, kind: str) -> bool:
    """Whether some code reads an attribute that a subresource of that kind loads once and keeps."""
    return not keeping.LOADED_ATTRIBUTES.get(kind, frozenset()).isdisjoint(attribute_names(program))


def with_item(statement: Stmt, creation: Creation, made: tuple[Expr, ...]) -> With | str | None:
    """The `with` statement that closes what is made, None where none does, or why that rules a fix out."""
    if not isinstance(statement, With):
        return None
    for item in statement.items:
        context = item.context
        is_closing = isinstance(context, Call) and (dotted(context.func) or "").rpartition(".")[2] == "closing"
        inner = context.arguments[0].value if is_closing and context.arguments else context  # type: ignore[union-attr]
        if not any(inner is expr for expr in made):
            continue
        path = creation.factory.path
        if not is_closing and path in keeping.OPEN_AFTER_WITH:
            return None
        if not is_closing and path in keeping.COMMITTED_BY_WITH:
            return "its `with` block commits what was done, and closes it"
        if statement.is_async or len(statement.items) != 1 or not isinstance(item.target, Name):
            return "its `with` block closes it"
        return statement
    return None
