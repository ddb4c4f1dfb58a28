"""LMB803 ``settings-default-from-environment``: a settings field whose default reads the variable itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Operation, Severity
from lambdalint.fixes import AddImport, DropDefault, ReplaceExpression
from lambdalint.link.model import Scope
from lambdalint.program import Program, make_fix
from lambdalint.rules.base import rule
from lambdalint.settings_fields import (
    Lookup,
    is_direct,
    is_made_with_options,
    is_subclassed,
    lookups,
    may_be_none,
    options_of,
    scalar,
)
from lambdalint.source import Span
from lambdalint.summary import Literal
from lambdalint.unread import without_unread


@rule(
    "LMB803",
    "settings-default-from-environment",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        "https://docs.pydantic.dev/latest/concepts/pydantic_settings/",
    ),
)
def settings_default_from_environment(program: Program) -> Iterator[Diagnostic]:
    """Gives a settings field a default that is looked up in the environment.

    ## Why is this bad?
    pydantic-settings reads the variable itself, when the object is made.  The default is read once, when the class is
    defined, and with the variable missing the error complains about a wrong type instead of a missing value.  In a
    plain `BaseModel` the default is not even validated: None gets through.

    ## Bad
    ```python
    import os

    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        api_key: str = os.getenv("API_KEY")
        region: str = os.getenv("REGION", "eu-west-1")


    def lambda_handler(event, context):
        return {"region": Settings().region}
    ```

    ## Good
    ```python
    import os

    from pydantic_settings import BaseSettings


    class Settings(BaseSettings):
        api_key: str
        region: str = "eu-west-1"


    def lambda_handler(event, context):
        return {"region": Settings().region}
    ```

    ## Fix safety
    Safe where the variable is the one that pydantic-settings reads for the field, the field is a scalar, and nothing
    in the class's options, subclasses or uses says otherwise.  With another variable the fix names it by
    `Field(validation_alias=…)` and is unsafe: the field can then no longer be passed by its own name.  In a
    `BaseModel`, which reads no environment, there is no fix.  `os` is imported no more where nothing else reads it.

    ## Errs towards
    Silence: only classes that a handler loads and whose base is known are looked at, and a `default_factory` is fine.
    """
    for lookup in lookups(program):
        if lookup.kind != "model" or _lets_none_through(program, lookup):
            yield _diagnostic(program, lookup)


def _lets_none_through(program: Program, lookup: Lookup) -> bool:
    return is_direct(program, lookup) and lookup.default is None and not may_be_none(program, lookup)


def _diagnostic(program: Program, lookup: Lookup) -> Diagnostic:
    fix, no_fix = _fix(program, lookup)
    if fix is not None:
        fix = without_unread(program, fix, Scope(lookup.cls.path, "class", lookup.cls.number), lookup.call)
    name = f"`{lookup.variable}`" if lookup.variable is not None else "the environment"
    if lookup.kind == "model":
        message = f"the default of `{lookup.field}` is {name} at import, and None when it is not set, unvalidated"
        help = "make the field required and pass the value, or derive the class from `BaseSettings`"
    else:
        message = f"the default of `{lookup.field}` reads {name} at import, which `BaseSettings` reads itself"
        help = "drop the lookup: declare the field, and name another variable by `validation_alias`"
    return Diagnostic(
        path=lookup.cls.path,
        span=lookup.call.span,
        message=message,
        help=help,
        statement=lookup.statement.span,
        fix=fix,
        no_fix=no_fix,
    )


# --- fix -----------------------------------------------------------------------------------------


def _fix(program: Program, lookup: Lookup) -> tuple[Fix | None, str | None]:
    if lookup.kind == "model":
        return None, "a `BaseModel` reads no environment"
    obstacle = _obstacle(program, lookup)
    options = options_of(program, lookup.cls)
    if obstacle is not None or options is None or not options.is_plain:
        return None, obstacle or "the options of the class decide which variable fills the field"
    is_own = lookup.variable is not None and lookup.variable.upper() == f"{options.prefix}{lookup.field}".upper()
    if is_own:
        return _dropped(program, lookup, safe=lookup.kind == "settings"), None
    if lookup.kind != "settings" or lookup.variable is None:
        return None, "the variable is another one than the field's"
    return _aliased(program, lookup, lookup.variable), None


def _obstacle(program: Program, lookup: Lookup) -> str | None:
    if not lookup.is_plain:
        return "the default is more than the lookup"
    if not scalar(program, lookup)[0]:
        return "the field's type is not filled by a variable's text as it is"
    if lookup.default is not None and not isinstance(lookup.default, Literal):
        return "the lookup's own default is no literal"
    rows = range(lookup.call.span.row, lookup.call.span.end_row)
    if any(comment.row in rows for comment in program.summary(lookup.cls.path).comments):
        return "a comment stands in the lookup"
    if is_subclassed(program, lookup.cls):
        return "a subclass may read other variables"
    if is_made_with_options(program, lookup.cls):
        return "the options of the class are overridden where it is used"
    return None


def _dropped(program: Program, lookup: Lookup, safe: bool) -> Fix:
    if lookup.default is not None:
        return make_fix("Keep the literal default", safe, *_around(lookup, lookup.default.span, "", ""))
    if scalar(program, lookup)[1]:
        return make_fix("Make None the default", safe, ReplaceExpression(lookup.call.span, "None"))
    return make_fix(
        "Drop the default: the field is required", safe, DropDefault(lookup.statement.span, lookup.call.span)
    )


def _aliased(program: Program, lookup: Lookup, variable: str) -> Fix:
    alias = f"validation_alias={json.dumps(variable)}"
    if lookup.default is not None:
        operations = _around(lookup, lookup.default.span, "Field(default=", f", {alias})")
    else:
        given = "default=None, " if scalar(program, lookup)[1] else ""
        operations = (ReplaceExpression(lookup.call.span, f"Field({given}{alias})"),)
    message = f"Name `{variable}` by an alias; the field can then not be passed by its own name"
    return make_fix(message, False, *operations, AddImport("pydantic", "Field"))


def _around(lookup: Lookup, kept: Span, before: str, after: str) -> tuple[Operation, ...]:
    """Replace the text of the lookup around one of its arguments."""
    span = lookup.call.span
    return (
        ReplaceExpression(Span(*span[:2], *kept[:2]), before),
        ReplaceExpression(Span(*kept[2:], *span[2:]), after),
    )
