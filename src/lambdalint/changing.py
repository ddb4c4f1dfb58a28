"""Whether a function changes in place what one of its names holds."""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.catalog.state import MUTATORS
from lambdalint.summary import Assign, Attribute, Call, Delete, Stmt, Subscript
from lambdalint.walk import expressions, root_name, statement_expressions


def changes(statement: Stmt, names: Collection[str]) -> bool:
    """Whether a statement stores below what some names hold, or calls a method on it that changes it."""
    targets = statement.targets if isinstance(statement, Assign | Delete) else ()
    stored = (part for target in targets for part in expressions(target))
    if any(isinstance(part, Attribute | Subscript) and root_name(part) in names for part in stored):
        return True
    return any(
        isinstance(part, Call)
        and isinstance(part.func, Attribute)
        and part.func.attr in MUTATORS
        and root_name(part.func) in names
        for head in statement_expressions(statement)
        for part in expressions(head)
    )
