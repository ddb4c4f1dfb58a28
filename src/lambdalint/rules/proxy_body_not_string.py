"""LMB705 ``proxy-body-not-string``: an HTTP response whose body is no text."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.answered import AnsweredParts
from lambdalint.catalog.http import NO_TEXT_KINDS
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import AddImport, ReplaceExpression
from lambdalint.http_functions import HttpFunctions
from lambdalint.kinds import Term
from lambdalint.link.model import External, Site
from lambdalint.program import Program, Reach, make_fix
from lambdalint.returned import Returned
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import DictDisplay, Literal


@rule(
    "LMB705",
    "proxy-body-not-string",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html",
    ),
)
def proxy_body_not_string(program: Program) -> Iterator[Diagnostic]:
    """Answers an HTTP request with a `body` that is no text.

    ## Why is this bad?
    API Gateway takes the `body` of a proxy response as it is, and it must be a string.  A dictionary, a list or a
    number there is a malformed response: the caller gets a 502, although the function succeeded.

    ## Bad
    ```python
    def lambda_handler(event, context):
        order = event["pathParameters"]["id"]
        return {"statusCode": 200, "body": {"order": order}}
    ```

    ## Good
    ```python
    import json


    def lambda_handler(event, context):
        order = event["pathParameters"]["id"]
        return {"statusCode": 200, "body": json.dumps({"order": order})}
    ```

    ## Fix safety
    Unsafe: who invokes the function directly, or from a state machine, may read the dictionary.  Not offered where
    `json.dumps` would refuse a part of the body; where a part is what an AWS service or a database answered,
    `default=str` writes the numbers and dates as text that `json.dumps` does not know.

    ## Errs towards
    Silence: only functions of which the template or the code says that they answer HTTP are judged, only responses
    with a `statusCode`, and only bodies that are certainly no text.
    """
    returned, functions = Returned(program), HttpFunctions(program)
    seen: set[tuple[str, Span]] = set()
    for phases in program.phases.handlers:
        bodies = [body for term in returned.of(phases.handler) for body in _bodies(returned, term)]
        if not bodies or not functions.answers(phases):
            continue
        for body in bodies:
            site = returned.site(body)
            if site is None or (site.unit.path, site.place.expr.span) in seen:
                continue
            seen.add((site.unit.path, site.place.expr.span))
            reach = program.reach_invoked(site) or Reach(phases, program.trail(phases, phases.handler.unit))
            yield _diagnostic(program, returned, body, site, reach)


def _bodies(returned: Returned, term: Term) -> Iterator[Term]:
    """The bodies of the responses that a returned value may be, where they are certainly no text."""
    for display in returned.displays(term):
        if not isinstance(display.expr, DictDisplay):
            continue
        given = {
            item.key.value: item.value
            for item in display.expr.items
            if isinstance(item.key, Literal) and item.key.value
        }
        body = given.get("body")
        if body is None or "statusCode" not in given:
            continue
        here = Term(body, display.scope, {})  # what a call passed for a parameter is not followed
        if returned.kinds.of(here) <= NO_TEXT_KINDS:
            yield here


def _diagnostic(program: Program, returned: Returned, body: Term, site: Site, reach: Reach) -> Diagnostic:
    kind = min(returned.kinds.of(body))
    named = {"dict": "a dictionary", "bool": "a truth value"}.get(kind, f"a {kind}")
    fix, no_fix = _fix(program, returned, body, site)
    return program.report(
        site,
        f"the response's `body` is {named}, and API Gateway answers 502",
        "pass it through `json.dumps`",
        reach=reach,
        fix=fix,
        no_fix=no_fix,
    )


def _fix(program: Program, returned: Returned, body: Term, site: Site) -> tuple[Fix | None, str | None]:
    if next(returned.problems(body, "json.dumps"), None) is not None:
        return None, "`json.dumps` refuses a part of the body"
    name = _json(program, site)
    if name is None:
        return None, "`json` means something else here"
    is_answer = AnsweredParts(program, returned.kinds).any_in(body)
    if is_answer and program.modules[site.unit.path].lookup_scope(site.scope, "str") is not None:
        return None, "`str` means something else here"
    message = "Turn the body into text; who invokes the function directly gets text"
    if is_answer:
        message += ", and numbers and dates that JSON does not know become strings in it"
    span = body.expr.span
    before = Span(span.row, span.column, span.row, span.column)
    after = Span(span.end_row, span.end_column, span.end_row, span.end_column)
    operations = (
        *((AddImport("json"),) if name == "json" else ()),
        ReplaceExpression(before, f"{name}.dumps("),
        ReplaceExpression(after, ", default=str)" if is_answer else ")"),
    )
    return make_fix(message, False, *operations), None


def _json(program: Program, site: Site) -> str | None:
    """How the module calls `json`; None when that name means something else there."""
    module = program.modules[site.unit.path]
    names = [
        name
        for name, bindings in module.table(module.scope).items()
        if len(bindings) == 1
        and bindings[0].kind == "import"
        and program.resolver.binding(bindings[0], name) == (External("json"),)
    ]
    name = names[0] if names else "json"
    home = module.lookup_scope(site.scope, name)
    if home is None or (names and home == module.scope):
        return name
    return None
