"""The intermediate representation: one module as plain data, as extraction leaves it.

Expressions and statements are named tuples of strings, numbers, spans and each other, so a summary can
be compared, hashed, encoded and sent between processes.  Nothing here knows of rules, and no node of a
concrete syntax tree is ever kept.  Functions, lambda expressions and classes lie in the tables of their
module and are referred to by number, their index there; numbers rise in source order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from lambdalint.source import Span

# --- expressions ---------------------------------------------------------------------------------


class Literal(NamedTuple):
    """A constant.  `kind` is str, bytes, int, float, complex, bool, none or ellipsis.

    `value` is the text of a str, the latin-1 text of bytes, the number of an int or float, else None
    for none/ellipsis/complex.  Implicitly concatenated plain strings are one literal.
    """

    span: Span
    kind: str
    value: str | int | float | bool | None


class Name(NamedTuple):
    """A name, read, stored or deleted."""

    span: Span
    id: str


class Attribute(NamedTuple):
    """`value.attr`; `span` covers the whole, the attribute's name ends where it ends."""

    span: Span
    value: Expr
    attr: str


class Argument(NamedTuple):
    """One argument of a call or a class header: `keyword` for `k=v`, `star` is "", "*" or "**"."""

    span: Span
    value: Expr
    keyword: str | None
    star: str


class Call(NamedTuple):
    """`func(arguments)`."""

    span: Span
    func: Expr
    arguments: tuple[Argument, ...]


class Subscript(NamedTuple):
    """`value[key]`; several keys are a tuple display."""

    span: Span
    value: Expr
    key: Expr


class Slice(NamedTuple):
    """`lower:upper:step` inside a subscript."""

    span: Span
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Joined(NamedTuple):
    """An f-string, a t-string, or strings concatenated implicitly with one: literal parts and expressions."""

    span: Span
    parts: tuple[Expr, ...]


class DictItem(NamedTuple):
    """`key: value` of a dict display; key None is `**value`."""

    key: Expr | None
    value: Expr


class DictDisplay(NamedTuple):
    """`{key: value, **rest}`."""

    span: Span
    items: tuple[DictItem, ...]


class Display(NamedTuple):
    """A list, tuple or set display; `kind` names it.  Items may be Star."""

    span: Span
    kind: str
    items: tuple[Expr, ...]


class Star(NamedTuple):
    """`*value` inside a display or a target."""

    span: Span
    value: Expr


class BinOp(NamedTuple):
    """`left op right` with an arithmetic operator, such as "+" or "%"."""

    span: Span
    op: str
    left: Expr
    right: Expr


class BoolOp(NamedTuple):
    """`left and right`, `left or right`; the right side may not be evaluated."""

    span: Span
    op: str
    left: Expr
    right: Expr


class Compare(NamedTuple):
    """`left op right op …`; `ops` such as "<", "is not", "not in", one for each comparator."""

    span: Span
    left: Expr
    ops: tuple[str, ...]
    comparators: tuple[Expr, ...]


class UnaryOp(NamedTuple):
    """`op operand` with "not", "-", "+" or "~"."""

    span: Span
    op: str
    operand: Expr


class IfExp(NamedTuple):
    """`body if test else orelse`."""

    span: Span
    test: Expr
    body: Expr
    orelse: Expr


class LambdaExpr(NamedTuple):
    """A lambda expression; its parameters and body are the module's function of that index."""

    span: Span
    function: int


class Generator(NamedTuple):
    """One `for target in iterable if …` of a comprehension."""

    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]
    is_async: bool


class Comprehension(NamedTuple):
    """A comprehension; `kind` is list, set, dict or generator; `key` only for dict."""

    span: Span
    kind: str
    key: Expr | None
    element: Expr
    generators: tuple[Generator, ...]


class Await(NamedTuple):
    """`await value`."""

    span: Span
    value: Expr


class Yield(NamedTuple):
    """`yield value` or, with `is_from`, `yield from value`."""

    span: Span
    value: Expr | None
    is_from: bool


class NamedExpr(NamedTuple):
    """`target := value`."""

    span: Span
    target: Name
    value: Expr


class Opaque(NamedTuple):
    """Any other expression; `names` are the free names that it reads, in source order."""

    span: Span
    names: tuple[str, ...]


Expr: TypeAlias = (
    Literal
    | Name
    | Attribute
    | Call
    | Subscript
    | Slice
    | Joined
    | DictDisplay
    | Display
    | Star
    | BinOp
    | BoolOp
    | Compare
    | UnaryOp
    | IfExp
    | LambdaExpr
    | Comprehension
    | Await
    | Yield
    | NamedExpr
    | Opaque
)

# --- statements ----------------------------------------------------------------------------------


class Assign(NamedTuple):
    """`a = b = value`, `a: annotation = value` (value may be None) and `a op= value` (`op` such as "+").

    `op` is "" for a plain assignment; an augmented one has exactly one target.
    """

    span: Span
    targets: tuple[Expr, ...]
    value: Expr | None
    annotation: Expr | None
    op: str


class ExprStmt(NamedTuple):
    """An expression as a statement."""

    span: Span
    value: Expr


class Return(NamedTuple):
    """`return value`; a lambda expression's body is one as well."""

    span: Span
    value: Expr | None


class Raise(NamedTuple):
    """`raise exception from cause`."""

    span: Span
    exception: Expr | None
    cause: Expr | None


class Assert(NamedTuple):
    """`assert test, message`."""

    span: Span
    test: Expr
    message: Expr | None


class Delete(NamedTuple):
    """`del targets`."""

    span: Span
    targets: tuple[Expr, ...]


class Scope(NamedTuple):
    """`global names` or `nonlocal names`; `kind` names which."""

    span: Span
    kind: str
    names: tuple[str, ...]


class Jump(NamedTuple):
    """`pass`, `break` or `continue`; `kind` names which."""

    span: Span
    kind: str


class ImportedName(NamedTuple):
    """One name of an import statement: `name as alias`; the dotted module for a plain import.

    `bound` is the local name that is bound: the alias, or the name (its first part for a plain import).
    """

    span: Span
    name: str
    alias: str | None
    bound: str


class Import(NamedTuple):
    """An import statement.

    `module` is None for `import a, b`, else the dotted module of `from module import …` ("" for
    `from . import x`), `level` its leading dots, `is_star` for `from m import *` (then no names).
    """

    span: Span
    module: str | None
    names: tuple[ImportedName, ...]
    level: int
    is_star: bool


class If(NamedTuple):
    """`if test: body else: orelse`; an elif is an If alone in orelse."""

    span: Span
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class For(NamedTuple):
    """`for target in iterable: body else: orelse`."""

    span: Span
    target: Expr
    iterable: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool


class While(NamedTuple):
    """`while test: body else: orelse`."""

    span: Span
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class ExceptHandler(NamedTuple):
    """`except type as name: body`; type None is a bare except."""

    span: Span
    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]


class Try(NamedTuple):
    """`try` with its handlers (`is_group` for `except*`), its else and its finally."""

    span: Span
    body: tuple[Stmt, ...]
    handlers: tuple[ExceptHandler, ...]
    orelse: tuple[Stmt, ...]
    finalbody: tuple[Stmt, ...]
    is_group: bool


class WithItem(NamedTuple):
    """`context as target`."""

    context: Expr
    target: Expr | None


class With(NamedTuple):
    """`with items: body`."""

    span: Span
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool


class Case(NamedTuple):
    """`case pattern if guard: body`; the pattern is kept as the names that it binds and its value expressions."""

    span: Span
    binds: tuple[Name, ...]
    values: tuple[Expr, ...]
    is_wildcard: bool
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(NamedTuple):
    """`match subject: cases`."""

    span: Span
    subject: Expr
    cases: tuple[Case, ...]


class FunctionDef(NamedTuple):
    """A def statement: the module's function of that index.  The span starts at `def`, decorators excluded."""

    span: Span
    function: int


class ClassDef(NamedTuple):
    """A class statement: the module's class of that index.  The span starts at `class`, decorators excluded."""

    span: Span
    cls: int


Stmt: TypeAlias = (
    Assign
    | ExprStmt
    | Return
    | Raise
    | Assert
    | Delete
    | Scope
    | Jump
    | Import
    | If
    | For
    | While
    | Try
    | With
    | Match
    | FunctionDef
    | ClassDef
)

# --- definitions ---------------------------------------------------------------------------------


class Parameter(NamedTuple):
    """One parameter; `kind` is positional-only, positional, var-positional, keyword-only or var-keyword."""

    span: Span
    name: str
    kind: str
    annotation: Expr | None
    default: Expr | None


class Function(NamedTuple):
    """A function or a lambda expression (name "<lambda>", its body one Return).

    `qualname` is Python's: "f", "C.m", "f.<locals>.g".  `outer` and `cls` are the indexes of the function
    and of the class whose body directly holds it, -1 where none.  `header` spans from `def` to the colon.
    `locals` are the names bound in its own scope, parameters included, sorted; `globals` and `nonlocals`
    those that it declares so.  `span` starts at `def` (or `async`); `decorators` lie before it.
    """

    number: int
    name: str
    qualname: str
    span: Span
    header: Span
    parameters: tuple[Parameter, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    body: tuple[Stmt, ...]
    outer: int
    cls: int
    is_async: bool
    is_generator: bool
    docstring: str | None
    locals: tuple[str, ...]
    globals: tuple[str, ...]
    nonlocals: tuple[str, ...]


class Class(NamedTuple):
    """A class; `arguments` are its bases and keywords.  `outer` and `cls` as for a function.

    `locals` are the names bound in its body, sorted.
    """

    number: int
    name: str
    qualname: str
    span: Span
    header: Span
    arguments: tuple[Argument, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Stmt, ...]
    outer: int
    cls: int
    docstring: str | None
    locals: tuple[str, ...]


class Comment(NamedTuple):
    """A comment with its `#`; `is_trailing` when code stands before it on the row."""

    row: int
    column: int
    text: str
    is_trailing: bool


@dataclass(frozen=True, slots=True)
class ModuleSummary:
    """One module's source as data.  It depends on the file's bytes and on nothing else.

    `locals` are the names bound at module level, sorted.  `exported` are the strings of a literal
    `__all__`, None without one.  `max_row` is the number of the last row.
    """

    body: tuple[Stmt, ...]
    functions: tuple[Function, ...]
    classes: tuple[Class, ...]
    comments: tuple[Comment, ...]
    docstring: str | None
    locals: tuple[str, ...]
    exported: tuple[str, ...] | None
    max_row: int


@dataclass(frozen=True, slots=True)
class Unparsable:
    """A file that could not be read as Python: `code` is LMB901 (syntax) or LMB902 (unreadable).

    `row` is 1-based, `column` 0-based; the message says what was expected or what was wrong.
    """

    code: str
    message: str
    row: int
    column: int
