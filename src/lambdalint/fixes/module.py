"""Where things belong at the top level of a module: the import block, the first definition, last bindings."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from lambdalint.catalog.library_variables import ENVIRONMENT_LOADERS
from lambdalint.fixes.edits import Change
from lambdalint.fixes.headings import is_ruled
from lambdalint.fixes.layout import Layout
from lambdalint.summary import (
    Assign,
    Attribute,
    Call,
    ClassDef,
    Delete,
    Expr,
    ExprStmt,
    For,
    Function,
    FunctionDef,
    If,
    Import,
    LambdaExpr,
    Literal,
    Match,
    Name,
    Stmt,
    Subscript,
    Try,
    While,
    With,
)
from lambdalint.walk import dotted, expressions, places, statements

_ENVIRONMENTS = ("sys.path", "os.environ", "os.putenv", "os.unsetenv", "site.addsitedir")


class Top:
    """The top-level statements of a module and the places between them."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.body = layout.summary.body

    @cached_property
    def boundary(self) -> int:
        """The index of the first statement that defines functions or classes or runs the program, else the length.

        What runs the program above further imports only prepares for them.
        """
        defined = next((i for i, statement in enumerate(self.body) if _defines(statement)), len(self.body))
        last = max((i for i, statement in enumerate(self.body[:defined]) if isinstance(statement, Import)), default=-1)
        running = (i for i, statement in enumerate(self.body[:defined]) if i > last and _runs_program(statement))
        return next(running, defined)

    @cached_property
    def preface(self) -> int:
        """How many statements the module begins with that nothing may precede: docstring and future imports."""
        count = 0
        for index, statement in enumerate(self.body):
            if not (index == 0 and is_docstring(statement)) and not is_future(statement):
                break
            count = index + 1
        return count

    @cached_property
    def barriers(self) -> tuple[int, ...]:
        """The indexes of the statements that change where modules are found or what they find in the environment."""
        return tuple(i for i, statement in enumerate(self.body) if _changes_environment(statement))

    @cached_property
    def imports(self) -> tuple[tuple[int, Import], ...]:
        """The imports directly at top level before the first definition, with their indexes; future ones excluded."""
        return tuple(
            (i, statement)
            for i, statement in enumerate(self.body[: self.boundary])
            if isinstance(statement, Import) and not is_future(statement)
        )

    def only_changes_path(self, index: int) -> bool:
        """Whether all that a statement changes of the environment is `sys.path`."""
        statement = self.body[index]
        changed = [target for inner, _ in statements((statement,)) for target in _targets(inner)]
        called = [place.expr.func for place in places((statement,)) if isinstance(place.expr, Call)]
        return all(
            (dotted(_unsubscripted(expr)) or "").startswith(("sys.path", "site.addsitedir"))
            for expr in (*changed, *called)
            if _is_environment(expr)
        )

    def variable_set(self, index: int) -> str | None:
        """The environment variable that a statement does no more than to set, None for any other statement."""
        statement = self.body[index]
        key: Expr | None = None
        if isinstance(statement, Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            key = target.key if isinstance(target, Subscript) and dotted(target.value) == "os.environ" else None
        elif isinstance(statement, ExprStmt) and isinstance(call := statement.value, Call) and call.arguments:
            key = call.arguments[0].value if dotted(call.func) in ("os.environ.setdefault", "os.putenv") else None
        return key.value if isinstance(key, Literal) and isinstance(key.value, str) else None

    def last_binding(self, names: tuple[str, ...]) -> int:
        """The index of the last top-level statement that binds one of some names, else -1."""
        return max((i for i, statement in enumerate(self.body) if names and self._binds(statement, names)), default=-1)

    def _binds(self, statement: Stmt, names: tuple[str, ...]) -> bool:
        if isinstance(statement, FunctionDef | ClassDef):
            return self._name(statement) in names
        return binds(statement, names)

    def below(self, names: tuple[str, ...], may_pass: Callable[[Stmt], bool]) -> int:
        """The index at which a function that reads some names may go: below them and what else is set up there.

        There it goes above the first statement that it `may_pass` not, and above a section whose variables the first
        definition has for itself.
        """
        last = self.last_binding(names)
        if last < self.boundary:
            return self._own_section(last) or self._above_state(last)
        index = last + 1
        while index < len(self.body) and _sets_up(self.body[index]) and may_pass(self.body[index]):
            index += 1
        return index

    def _above_state(self, last: int) -> int:
        """The index of the first definition, or of what above belongs to it: a string that tells of it, its variables.

        The string stands directly above it, the variables are those that it declares global and that are not spelt as
        the module's constants.  All stand below the statement of an index.
        """
        index = self.boundary
        definition = self.layout.definition(self.body[index]) if index < len(self.body) else None
        kept = definition.globals if isinstance(definition, Function) else ()
        if definition is not None and index - 1 > max(last, 0) and is_docstring(self.body[index - 1]):
            index -= self.layout.last_row(self.body[index - 1]) + 1 == self.layout.first_row(self.body[index])
        while index - 1 > last and isinstance(state := self.body[index - 1], Assign):
            if not state.targets or not all(
                isinstance(one, Name) and one.id in kept and not one.id.isupper() for one in state.targets
            ):
                break
            index -= 1
        return index

    def _own_section(self, last: int) -> int:
        """The index of the statement at which the section of the first definition begins, 0 where it has none.

        That is one with a banner, below the statement of an index and something else than imports, which binds what
        the definition reads.
        """
        first = max(last, max((index for index, _ in self.imports), default=-1)) + 2
        starts = [index for index in range(first, self.boundary) if self._has_banner(index)]
        definition = self.layout.definition(self.body[self.boundary]) if self.boundary < len(self.body) else None
        if not starts or definition is None:
            return 0
        found = (place.expr for place in places(definition.body))
        read = tuple({expr.id for expr in found if isinstance(expr, Name)})
        section = self.body[starts[-1] : self.boundary]
        return starts[-1] if any(binds(statement, read) for statement in section) else 0

    def _has_banner(self, index: int) -> bool:
        """Whether comments that are set off by rules stand above a statement, and below the one before it."""
        rows = range(self.layout.last_row(self.body[index - 1]) + 1, self.layout.first_row(self.body[index]))
        return any(map(is_ruled, (comment.text for row in rows if (comment := self.layout.own_comment(row)))))

    def defined(self, statement: Stmt) -> str:
        """The name of the function or class that a statement defines, "" for any other."""
        return self._name(statement) if isinstance(statement, FunctionDef | ClassDef) else ""

    def _name(self, statement: FunctionDef | ClassDef) -> str:
        definition = self.layout.definition(statement)
        return "" if definition is None else definition.name

    def insert_row(self, row: int, content: str, rank: int) -> Change:
        """Insert rows, their line endings right already, below a row, which may be the last and have none."""
        layout = self.layout
        end, following = layout.row_end(row), layout.row_start(row + 1)
        if end < following:
            return Change(following, following, content, rank)
        newline = layout.source.newline_at(row)
        return Change(end, end, newline + content.removesuffix(newline), rank)


def is_docstring(statement: Stmt) -> bool:
    """Whether a statement is a bare string."""
    return isinstance(statement, ExprStmt) and isinstance(statement.value, Literal) and statement.value.kind == "str"


def is_future(statement: Stmt) -> bool:
    """Whether a statement is `from __future__ import …`."""
    return isinstance(statement, Import) and statement.module == "__future__" and not statement.level


def binds(statement: Stmt, names: tuple[str, ...]) -> bool:
    """Whether a top-level statement or a block in it binds one of some names."""
    for inner, _ in statements((statement,)):
        if isinstance(inner, Import) and any(name.bound in names for name in inner.names):
            return True
        parts = (part for target in _targets(inner) for part in expressions(target))
        if any(isinstance(part, Name) and part.id in names for part in parts):
            return True
    return False


def _targets(statement: Stmt) -> tuple[Expr, ...]:
    if isinstance(statement, Assign | Delete):
        return statement.targets
    if isinstance(statement, For):
        return (statement.target,)
    if isinstance(statement, With):
        return tuple(item.target for item in statement.items if item.target is not None)
    return ()


def _sets_up(statement: Stmt) -> bool:
    """Whether a statement binds or does something simple."""
    if not isinstance(statement, Assign | Import | ExprStmt):
        return False
    return not any(isinstance(place.expr, LambdaExpr) for place in places((statement,)))


def _runs_program(statement: Stmt) -> bool:
    """Whether a statement asks for the module's name."""
    return isinstance(statement, If) and any(
        isinstance(part, Name) and part.id == "__name__" for part in expressions(statement.test)
    )


def _defines(statement: Stmt) -> bool:
    """Whether a statement, or a block in it, defines a function or a class; a tolerated import may do so as well."""
    if isinstance(statement, FunctionDef | ClassDef):
        return True
    if not isinstance(statement, If | For | While | With | Match | Try):
        return False
    if _runs_program(statement):
        return False
    inner = [part for part, _ in statements((statement,))]
    if isinstance(statement, Try) and any(isinstance(part, Import) for part in inner):
        return False
    return any(isinstance(part, FunctionDef | ClassDef) for part in inner)


def _changes_environment(statement: Stmt) -> bool:
    """Whether a statement changes `sys.path` or the environment variables."""
    for inner, _ in statements((statement,)):
        if any(_is_environment(target) for target in _targets(inner)):
            return True
    calls = (place.expr.func for place in places((statement,)) if isinstance(place.expr, Call))
    return any(_is_environment(func) or (dotted(func) or "").endswith(ENVIRONMENT_LOADERS) for func in calls)


def _unsubscripted(expr: Expr) -> Expr:
    while isinstance(expr, Subscript):
        expr = expr.value
    return expr


def _is_environment(expr: Expr) -> bool:
    expr = _unsubscripted(expr)
    name = dotted(expr) or ""
    return any(name == known or name.startswith(known + ".") for known in _ENVIRONMENTS) and not _only_reads(expr)


def _only_reads(expr: Expr) -> bool:
    return isinstance(expr, Attribute) and expr.attr in ("get", "keys", "items", "values", "copy", "index", "count")
