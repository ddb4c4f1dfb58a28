"""LMB451 ``sql-from-event``: an SQL statement is built from the event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.sinks import Sink
from lambdalint.flow.untrusted import reached, report
from lambdalint.flow.values import Atom
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB451",
    "sql-from-event",
    Severity.ERROR,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/sqlite3.html#how-to-use-placeholders-to-bind-values-in-sql-queries",
    ),
)
def sql_from_event(program: Program) -> Iterator[Diagnostic]:
    """Builds an SQL statement from the event.

    ## Why is this bad?
    Whoever sends the event writes part of the statement: reads other rows, changes or deletes them.  A parameter of the
    statement is only ever a value.

    ## Bad
    ```python
    import sqlite3

    connection = sqlite3.connect("/opt/data/users.db")


    def lambda_handler(event, context):
        rows = connection.execute(f"SELECT name FROM users WHERE id = '{event['id']}'")
        return {"names": [row[0] for row in rows]}
    ```

    ## Good
    ```python
    import sqlite3

    connection = sqlite3.connect("/opt/data/users.db")


    def lambda_handler(event, context):
        rows = connection.execute("SELECT name FROM users WHERE id = ?", (event["id"],))
        return {"names": [row[0] for row in rows]}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    Only calls on what is known or spelt as a database count.
    """
    for found in reached(program, "sql", _is_statement):
        yield report(program, found, "becomes part of an SQL statement", "pass it as a parameter of the statement")


def _is_statement(sink: Sink, atom: Atom) -> bool:
    """Whether untrusted text is in the statement: built into it, or the whole of it; not an event handed on."""
    return atom.prefix is not None or bool(atom.path) or atom.root.kind == "field"
