"""LMB704 ``unserializable-response``: the handler returns something that cannot be turned into JSON."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import ReplaceExpression
from lambdalint.handlers import Handler
from lambdalint.link.model import Site
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program, Reach, make_fix
from lambdalint.returned import Problem, Returned
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Attribute, Call, Name, Subscript

_DUMP = '.model_dump(mode="json")'
_ADVICE = {
    "set": "return a list, such as `sorted(…)` gives",
    "datetime": "return text, such as `.isoformat()` gives",
    "uuid": "return text, such as `str(…)` gives",
    "Decimal": "pass `default=str` to `json.dumps`, or convert it",
    "bytes": "decode it",
    "dataclass": "return `dataclasses.asdict(…)`",
    "model": 'return `.model_dump(mode="json")`',
    "enum": "return the member's `.value`",
    "exception": "return a text, or raise the exception",
    "coroutine": "run it with `asyncio.run`",
    "complex number": "return its parts",
    "function": "call it",
    "file": "return what it holds",
    "plain object": "return a dictionary of its attributes, such as `vars(…)` gives",
}


@rule(
    "LMB704",
    "unserializable-response",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html#python-handler-return",),
)
def unserializable_response(program: Program) -> Iterator[Diagnostic]:
    """Returns a value that the runtime cannot serialise.

    ## Why is this bad?
    The runtime turns what the handler returns into JSON.  For a set, a date, a UUID, a complex number, a data
    class, a model, an object of a class of one's own, a plain enumeration member, an exception, a function, an open
    file, a generator or a dictionary's view it fails with `Runtime.MarshalError`
    after all the work was done; `Decimal`, `bytes` and tuples it can serialise itself.  `json.dumps` refuses
    a `Decimal` as well.

    ## Bad
    ```python
    from datetime import datetime, timezone


    def lambda_handler(event, context):
        return {"id": event["id"], "stored": datetime.now(timezone.utc)}
    ```

    ## Good
    ```python
    from datetime import datetime, timezone


    def lambda_handler(event, context):
        return {"id": event["id"], "stored": datetime.now(timezone.utc).isoformat()}
    ```

    ## Fix safety
    Only a pydantic model gets a fix, `.model_dump(mode="json")`.  It is safe, as the original always fails, unless
    the project itself calls the handler and may use the model.

    ## Errs towards
    Silence: a value is judged only where every way to it gives something that cannot be serialised, and what a
    decorator may still change is not.
    """
    returned = Returned(program)
    seen: set[tuple[str, Span]] = set()
    for phases in program.phases.handlers:
        for term in returned.of(phases.handler):
            for problem in returned.problems(term):
                site = returned.site(problem.term)
                if site is None or (site.unit.path, site.place.expr.span) in seen:
                    continue
                seen.add((site.unit.path, site.place.expr.span))
                reach = _reach(program, phases, site)
                yield _diagnostic(program, phases.handler, problem, site, reach)


def _reach(program: Program, phases: HandlerPhases, site: Site) -> Reach:
    """How the handler that returns a value comes to the place that makes it; others may run that place as well."""
    found = program.reach_invoked(site)
    edges = program.running.invoked(phases)
    if found is not None and found.phases is not phases and site.unit in edges:
        return Reach(phases, program.trail_over(edges, phases, site.unit))
    return found or Reach(phases, program.trail(phases, phases.handler.unit))


def _diagnostic(program: Program, handler: Handler, problem: Problem, site: Site, reach: Reach) -> Diagnostic:
    article = "an" if problem.kind[0] in "aeio" else "a"
    refuser = "the runtime" if problem.encoder == "runtime" else f"`{problem.encoder}`"
    advice = _ADVICE.get(problem.kind, "return text, numbers, lists and dictionaries")
    return program.report(
        site,
        f"{refuser} cannot serialise {article} {problem.kind}",
        "use text as the key" if problem.kind.endswith(" as a key") else advice,
        reach=reach,
        fix=_fix(program, handler, problem, site),
    )


def _fix(program: Program, handler: Handler, problem: Problem, site: Site) -> Fix | None:
    expr = site.place.expr
    if problem.kind != "model" or not isinstance(expr, Call | Name | Attribute | Subscript):
        return None
    end = Span(expr.span.end_row, expr.span.end_column, expr.span.end_row, expr.span.end_column)
    is_used = bool(program.callers(handler.unit)) or site.unit != handler.unit
    message = "Return the model's fields"
    if is_used:
        message += "; code of the project that calls the function gets a dictionary"
    return make_fix(message, not is_used, ReplaceExpression(end, _DUMP))
