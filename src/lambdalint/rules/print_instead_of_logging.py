"""LMB501 ``print-instead-of-logging``: output that goes around the logging module."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lambdalint.catalog import sinks
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Operation, Severity
from lambdalint.fixes import RemoveArgument, ReplaceExpression
from lambdalint.link.constants import definition
from lambdalint.link.model import External, Site
from lambdalint.program import Program, make_fix
from lambdalint.rules.base import rule
from lambdalint.summary import Assign, Call, DictDisplay, Expr, Literal, Name, Subscript
from lambdalint.walk import argument, dotted, is_literal_none


@rule(
    "LMB501",
    "print-instead-of-logging",
    Severity.NOTE,
    fix=FixAvailability.SOMETIMES,
    default=False,
    references=("https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",),
)
def print_instead_of_logging(program: Program) -> Iterator[Diagnostic]:
    """Prints on each invocation instead of logging.

    ## Why is this bad?
    A printed line has no level and no request id, is never JSON, and no log level switches it off.

    ## Bad
    ```python
    import logging

    logger = logging.getLogger(__name__)


    def lambda_handler(event, context):
        print("order received")
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import logging

    logger = logging.getLogger(__name__)


    def lambda_handler(event, context):
        logger.info("order received")
        return {"id": event["id"]}
    ```

    ## Fix safety
    Unsafe: the root logger stands at WARNING until something lowers it, so a line that was printed may be lost.
    Offered where the module has a logger and the call prints one value, or a text followed by values.

    ## Errs towards
    Silence: what is printed to a file of the program's own is no log line, and INIT code may print.  Nor is a metric in
    CloudWatch's embedded format, which has to stand alone on its line.
    """
    for unit in program.invoke_units:
        for site, call, values in program.calls(unit):
            if any(value.path == "print" for value in values) and _is_output(program, site, call):
                reach = program.reach(site)
                if reach is not None and not _is_metric(program, site, call):
                    yield program.report(
                        site,
                        "`print` writes a line without level and request id",
                        "log it",
                        reach=reach,
                        fix=_fix(program, site, call),
                    )


def _is_output(program: Program, site: Site, call: Call) -> bool:
    """Whether a `print` goes to standard output or error."""
    file = argument(call, "file")
    if file is None or is_literal_none(file):
        return True
    return any(path in sinks.STREAMS for path in program.paths(file, site.scope))


def _is_metric(program: Program, site: Site, call: Call) -> bool:
    """Whether a `print` writes a document of the embedded metric format and nothing else on its line.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    values = [given.value for given in call.arguments if given.keyword is None and not given.star]
    if len(values) != 1:
        return False
    dumped, scope = definition(program.resolver, values[0], site.scope) or (values[0], site.scope)
    if not isinstance(dumped, Call) or not dumped.arguments or "json.dumps" not in program.paths(dumped.func, scope):
        return False
    given = dumped.arguments[0].value
    held, _ = definition(program.resolver, given, scope) or (given, scope)
    if not isinstance(held, DictDisplay):
        return False
    return _is_marked(item.key for item in held.items) or (
        isinstance(given, Name) and _is_marked(_set(program, site, given))
    )


def _set(program: Program, site: Site, name: Name) -> Iterator[Expr]:
    """The keys under which a unit stores into what a name holds."""
    for statement, _ in program.statements(site.unit):
        for target in statement.targets if isinstance(statement, Assign) else ():
            if isinstance(target, Subscript) and dotted(target.value) == name.id:
                yield target.key


def _is_marked(keys: Iterable[Expr | None]) -> bool:
    return any(isinstance(key, Literal) and key.value == "_aws" for key in keys)


def _fix(program: Program, site: Site, call: Call) -> Fix | None:
    logger = _logger(program, site)
    values = [given for given in call.arguments if given.keyword is None]
    flags = [given for given in call.arguments if given.keyword is not None]
    if logger is None or not values or program.is_durable(site.unit) or dotted(call.func) != "print":
        return None
    if any(given.star for given in call.arguments) or any(given.keyword != "flush" for given in flags):
        return None
    operations: list[Operation] = [ReplaceExpression(call.func.span, f"{logger}.info")]
    operations += [RemoveArgument(call.span, given.span) for given in flags]
    if len(values) > 1:
        first = values[0].value
        if not isinstance(first, Literal) or not isinstance(first.value, str) or first.kind != "str":
            return None
        text = first.value.replace("%", "%%") + " %s" * (len(values) - 1)
        operations.append(ReplaceExpression(first.span, json.dumps(text, ensure_ascii=False)))
    return make_fix(f"Log with `{logger}`; lines below the logger's level are lost", False, *operations)


def _logger(program: Program, site: Site) -> str | None:
    """The name of a logger of the module that the place can see."""
    module = program.modules[site.unit.path]
    table = module.table(module.scope)
    for name in sorted(table, key=lambda name: (name != "logger", name)):
        bindings = table[name]
        home = module.lookup_scope(site.scope, name)
        if len(bindings) != 1 or bindings[0].kind != "value" or home != module.scope:
            continue
        values = program.resolver.binding(bindings[0], name)
        if values and all(isinstance(v, External) and sinks.level(f"{v.path}.info") is not None for v in values):
            return name
    return None
