"""Fix operations: what a fix changes in one file, as data addressed by spans of the original text.

`lambdalint.fixes.apply` lowers them to text edits.  Spans are those of the module's summary.  A rule
yields operations; it never computes text positions of its own beyond the spans that the summary holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from lambdalint.diagnostic import Operation
from lambdalint.source import Span


@dataclass(frozen=True, slots=True)
class HoistImport(Operation):
    """Move an import statement from a function to the module's import block.

    Names in `present` (the local names that are bound) are imported at module level under the same name
    already: they are only deleted.  Those in `plain` are imported without their alias.  An existing `from` import of
    the same module is extended; leading and trailing comments move along, those that only excused the local import
    are dropped.
    """

    statement: Span
    present: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddImport(Operation):
    """Have `import module` or `from module import name` (as `alias`) at module level; no second one is made."""

    module: str
    name: str | None = None
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class DropImport(Operation):
    """Remove a name from an import statement, unless the module still mentions it once all fixes are made."""

    statement: Span
    name: str


# An annotation that is spelt as the module spells it, and imported where it does not.
ANY = "typing.Any"


class Given(NamedTuple):
    """What a function that is made takes as its parameter `name`: the expressions at some spans, all the same.

    `annotation` is the parameter's, "" for none; it may be ANY.
    """

    name: str
    spans: tuple[Span, ...]
    annotation: str = ""


class Inlined(NamedTuple):
    """A moved statement of which only a value is needed, in the place of a name or a call; the spans of the three.

    The place may lie in the value of another one.
    """

    statement: Span
    value: Span
    place: Span


@dataclass(frozen=True, slots=True)
class MemoizeExpression(Operation):
    """Move an expression into a module-level function that runs once, and call that where it stood.

    The function is named `name` (made unique where taken by something else), takes the parameters in `given`,
    returns the expression's own text and is decorated with `decorator`, a dotted name whose module is imported
    unless it is, called with `arguments` where these are not None ("" calls it with none).  Statements in
    `moved` go first in it and leave where they stood, those in `copied` also stay there.  Equal texts in one
    module share one function, also one that an earlier fix made.  It is placed after the imports and after the
    last of the module-level names in `after` that the expression reads.  `returns` is its return annotation (or ANY),
    `otherwise` the names of which it gets the first free one where `name` is taken.  `inlined` are moved statements
    of which only the values are needed, each in one place of the expression.  `meaning` is what the expression calls
    with its arguments, whatever the spelling ("" for the spelling itself): equal ones share one function as well.
    `spread` is a dictionary that is passed for all of what is given, as `**spread`; `remark` is a comment behind the
    head of the function.
    """

    expression: Span
    name: str
    after: tuple[str, ...] = ()
    decorator: str = "functools.cache"
    arguments: str | None = None
    moved: tuple[Span, ...] = ()
    copied: tuple[Span, ...] = ()
    given: tuple[Given, ...] = ()
    returns: str = ""
    otherwise: tuple[str, ...] = ()
    inlined: tuple[Inlined, ...] = ()
    meaning: str = ""
    spread: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class InlineFunction(Operation):
    """Put the value that a function returns in the place of its one call, and delete the function.

    `definition` is the def statement's span.  Of the function's own names the value reads parameters alone, each at a
    place for which `arguments` has what the call passes, as (place, passed).
    """

    definition: Span
    value: Span
    call: Span
    arguments: tuple[tuple[Span, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractFunction(Operation):
    """Move statements of one block into a module-level function that runs once, and call that in their place.

    The statements are moved in the order given and the last one is replaced by `a, b = name()` for the names
    in `returns`, which the function returns.  Where the last one is a `return`, `returns` is empty and it
    becomes `return name()`.  Statements in `copied` go first in the function and also stay where they are.
    The other fields are those of MemoizeExpression.
    """

    statements: tuple[Span, ...]
    name: str
    returns: tuple[str, ...] = ()
    copied: tuple[Span, ...] = ()
    after: tuple[str, ...] = ()
    decorator: str = "functools.cache"
    arguments: str | None = None


@dataclass(frozen=True, slots=True)
class HoistAssignment(Operation):
    """Move simple assignments out of a function to module level, in the order given.

    They are placed below the imports and below the last binding of the module-level names in `after`.
    """

    statements: tuple[Span, ...]
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnwrapWith(Operation):
    """Replace a `with` statement that has one item by its dedented body.

    With `value`, a span in the item, the assignment of that to the item's target stays in its place; else the
    item is dropped.
    """

    statement: Span
    value: Span | None = None


@dataclass(frozen=True, slots=True)
class SetArgument(Operation):
    """Give a call the keyword argument `keyword=text`: its value replaced where it is passed, else added last.

    `position` is the 0-based position at which the same parameter may be passed positionally.
    """

    call: Span
    keyword: str
    text: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveArgument(Operation):
    """Remove one argument, addressed by its span, from a call, with its comma."""

    call: Span
    argument: Span


@dataclass(frozen=True, slots=True)
class RemoveItem(Operation):
    """Remove one item, addressed by its span, from a dict display, with its comma."""

    display: Span
    item: Span


@dataclass(frozen=True, slots=True)
class ReplaceExpression(Operation):
    """Replace the text of a span by other text, parenthesised by the caller where need be."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class ReplaceField(Operation):
    """Replace the whole `{…}` of an f-string around the expression of a span by literal text without braces.

    An f-string that no field is left in becomes a plain string.
    """

    expression: Span
    text: str


@dataclass(frozen=True, slots=True)
class Reword(Operation):
    """Put a plain string in the place of an expression that begins with a string, in the quotes of that.

    `text` holds no quote, backslash or line break.
    """

    string: Span
    text: str


@dataclass(frozen=True, slots=True)
class AddDecorator(Operation):
    """Put a decorator nearest to a function; `definition` is the def statement's span, `text` without the `@`.

    `imported` is the dotted name that `text` starts with, such as "functools.lru_cache": its module is
    imported unless it is, and the text spelt as the module imports it.  Without it the text stands as given.  `settled`
    are parts of the function that no other fix of the round may change: with the decorator they are judged anew.
    """

    definition: Span
    text: str
    imported: str | None = None
    settled: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class RenameDefinition(Operation):
    """Rename the function or class of a def or class statement, there only: its uses are the rule's affair."""

    definition: Span
    name: str


@dataclass(frozen=True, slots=True)
class DeleteStatement(Operation):
    """Delete a statement with its row; a block left empty gets `pass`.

    Comments directly above that speak of nothing else than what it does go as well: with "logs" of what it prints or
    logs, with "makes" of what it makes.
    """

    statement: Span
    told: Literal["", "logs", "makes"] = ""


@dataclass(frozen=True, slots=True)
class DropDefault(Operation):
    """Delete `= value` of an annotated assignment or a parameter; `statement` spans it, `value` its value."""

    statement: Span
    value: Span


@dataclass(frozen=True, slots=True)
class InsertStatements(Operation):
    """Insert lines of code at the indentation of a statement, directly after it (or before with `before`).

    `text` has no indentation of its own for its first level, four spaces for each further one and LF line
    endings; they are adapted.  A text that begins with a definition is set apart by blank lines.
    """

    statement: Span
    text: str
    before: bool = False


@dataclass(frozen=True, slots=True)
class DeleteComment(Operation):
    """Delete (part of) a comment: the code points [column, end_column) of a 1-based row.

    White space left at the end of the row goes as well, and a row left empty goes wholly.
    """

    row: int
    column: int
    end_column: int
