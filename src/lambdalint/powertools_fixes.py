"""Fixes of fetches in projects whose choice is Powertools: its getters keep what they fetched."""

from __future__ import annotations

from lambdalint.diagnostic import Fix
from lambdalint.fetches import Fetch
from lambdalint.fixes import AddImport, ReplaceExpression
from lambdalint.link.constants import constant
from lambdalint.link.model import Unit
from lambdalint.opened import parsed
from lambdalint.program import Program, make_fix
from lambdalint.summary import Call, Expr, Import, Literal, Subscript
from lambdalint.walk import dotted


def powertools_fix(program: Program, fetch: Fetch) -> tuple[Fix | None, str | None]:
    """The fix that puts a getter in the place of `client.get_secret_value(SecretId=x)["SecretString"]`; or why none."""
    if not any(_imports_powertools(program, path) for path in program.modules):
        return None, "the project does not use Powertools"
    expr = parsed(fetch.site.place.statement, fetch.call)
    getter = {"secret": "get_secret", "parameter": "get_parameter"}.get(fetch.kind)
    keys = _keys(expr, fetch.call)
    wanted = {"get_secret": ["SecretString"], "get_parameter": ["Parameter", "Value"]}
    if getter is None or fetch.name is None or keys != wanted.get(getter) or len(fetch.call.arguments) > 2:
        return None, "Powertools has no getter of the same form"
    name = constant(program.resolver, fetch.name, fetch.site.scope)
    shown = dotted(fetch.name) or (repr(name.value) if name is not None and isinstance(fetch.name, Literal) else None)
    if shown is None:
        return None, "the secret's name is computed in the call"
    options = ', transform="json"' if isinstance(expr, Call) and expr is not fetch.call else ""
    if any(given.keyword == "WithDecryption" for given in fetch.call.arguments):
        options += ", decrypt=True"
    text = f"parameters.{getter}({shown.replace(chr(39), chr(34))}{options})"
    message = "Fetch it through Powertools, which keeps it for five minutes; a rotated secret is seen only after that"
    operations = (AddImport("aws_lambda_powertools.utilities", "parameters"), ReplaceExpression(expr.span, text))
    return make_fix(message, False, *operations), None


def _keys(expr: Expr, call: Call) -> list[object]:
    """The literal keys between a fetch and the expression around it, innermost first."""
    found: list[object] = []
    if isinstance(expr, Call) and expr is not call:
        expr = expr.arguments[0].value
    while expr is not call and isinstance(expr, Subscript) and isinstance(expr.key, Literal):
        found.append(expr.key.value)
        expr = expr.value
    return list(reversed(found))


def _imports_powertools(program: Program, path: str) -> bool:
    return any(
        isinstance(s, Import) and (s.module or s.names[0].name).startswith("aws_lambda_powertools")
        for s, _ in program.statements(Unit(path, -1))
        if isinstance(s, Import) and (s.module is not None or s.names)
    )
