"""LMB503 ``basicconfig-no-effect``: a logging.basicConfig that the runtime's root handler makes void."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.log_setup import BASIC_CONFIG, DEBUG, DEBUG_PATH
from lambdalint.diagnostic import Diagnostic, Fix, FixAvailability, Operation, Severity
from lambdalint.fixes import AddImport, DeleteStatement, ReplaceExpression
from lambdalint.link.constants import constant
from lambdalint.link.dead import is_main_guard
from lambdalint.link.definite import is_definite
from lambdalint.link.model import Site, Unit
from lambdalint.log_calls import asks_for_handlers, asks_for_lambda, returns_early, sets_root_level, takes_handlers_away
from lambdalint.makers import same
from lambdalint.program import Program, make_fix
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Attribute, Call, Expr, ExprStmt, Name
from lambdalint.unread import without_unread
from lambdalint.walk import argument, has_star

_SERVED = "something else than Lambda may run the file, and need this call: set the level below it"

# https://docs.aws.amazon.com/boto3/latest/reference/core/boto3.html#boto3.set_stream_logger: botocore logs all that
# goes over the wire, so that a secret which the code fetches is in the log.
_REVEALS = "at DEBUG the root logger also shows what botocore gets, secrets as well: set another logger's level"

_RUN_ITSELF = "the file also runs by itself, and its lines need this call there: set the level below it"


@rule(
    "LMB503",
    "basicconfig-no-effect",
    Severity.ERROR,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html",
        "https://docs.python.org/3/library/logging.html#logging.basicConfig",
    ),
)
def basicconfig_no_effect(program: Program) -> Iterator[Diagnostic]:
    """Calls `logging.basicConfig`, which does nothing on Lambda.

    ## Why is this bad?
    The runtime gives the root logger a handler before it loads the function, and `basicConfig` does nothing where
    there is one.  The level stays at WARNING: all INFO and DEBUG lines are lost, although they appear locally.

    ## Bad
    ```python
    import logging

    logging.basicConfig(level=logging.INFO)


    def lambda_handler(event, context):
        logging.info("order received")
        return {"id": event["id"]}
    ```

    ## Good
    ```python
    import logging

    logging.getLogger().setLevel(logging.INFO)


    def lambda_handler(event, context):
        logging.info("order received")
        return {"id": event["id"]}
    ```

    ## Fix safety
    Unsafe: lines appear that did not, and a run outside Lambda has no handler of its own any more.  Where the file
    gives the root logger a level as well, the call is deleted.  Not offered in a file that holds no handler, nor where
    only apps load it that no template declares: other programs may run it.  Nor in a file that runs something under
    `if __name__ == "__main__"`: its lines would be lost there.  Nor where the level is DEBUG: the root logger would
    show what botocore sends and gets as well, the values of secrets among it.  `force=True` is never suggested: it
    would replace the runtime's handler, and with it the request id and the JSON format.

    ## Errs towards
    Silence: a call with `force=True`, one that a test for handlers or for Lambda guards, one beside which
    handlers are removed, one that sets nothing, and one that sets the level only, where the same file gives the root
    logger a level as well, is left alone.
    """
    for unit in program.running_units:
        for site, call, values in program.calls(unit):
            if any(value.path == BASIC_CONFIG for value in values) and _is_void(program, site, call):
                served = _SERVED if _is_served(program, site) else None
                kept = served or (_RUN_ITSELF if _runs_itself(program, site) else None)
                kept = kept or (_REVEALS if _would_reveal(program, site, call) else None)
                yield program.report(
                    site,
                    "`logging.basicConfig` does nothing on Lambda: the root logger has a handler already",
                    "set the level of the root logger: `logging.getLogger().setLevel(…)`",
                    reach=program.reach(site),
                    fix=None if kept else _fix(program, site, call),
                    no_fix=kept,
                )


def _is_served(program: Program, site: Site) -> bool:
    """Whether something else than Lambda may run a call: it stands in no handler's file, or only apps load that.

    These are apps that no template declares, so something else may serve them as well.
    """
    loading = [p.handler for p in program.phases.handlers if site.unit.path in p.modules]
    if not any(handler.unit.path == site.unit.path for handler in loading):
        return True
    return all(h.how == "shape" and h.kind != "function" for h in loading)


def _runs_itself(program: Program, site: Site) -> bool:
    """Whether a call's file runs something under `__name__ == "__main__"`, and sets up no log of its own there."""
    unit = Unit(site.unit.path, -1)
    started = [
        (call, place) for place, call in program.sites_of(unit, Call) if any(map(is_main_guard, place.place.frames))
    ]
    paths = {path for call, place in started for path in program.paths(call.func, place.scope)}
    return bool(started) and BASIC_CONFIG not in paths


def _is_void(program: Program, site: Site, call: Call) -> bool:
    frames = site.place.frames
    if not program.runs_on_lambda(site) or asks_for_handlers(frames) or asks_for_lambda(frames):
        return False
    if has_star(call, "**") or returns_early(program, site):
        return False
    if any(takes_handlers_away(program, path) for path in _files(program, site)):
        return False
    given = {argument.keyword for argument in call.arguments}
    if not given or (given == {"level"} and sets_root_level(program, site.unit.path)):
        return False  # nothing is lost
    force = argument(call, "force")
    if force is None:
        return True
    literal = constant(program.resolver, force, site.scope)
    return literal is not None and not literal.value


def _would_reveal(program: Program, site: Site, call: Call) -> bool:
    """Whether a call would give the root logger the level DEBUG, which it does not have already, or a lower one."""
    level = argument(call, "level")
    if level is None or sets_root_level(program, site.unit.path):
        return False
    literal = constant(program.resolver, level, site.scope)
    if literal is None:
        return program.paths(level, site.scope) == (DEBUG_PATH,) and is_definite(program.resolver, level, site.scope)
    return literal.value == "DEBUG" or (literal.kind == "int" and int(str(literal.value)) <= DEBUG)


def _files(program: Program, site: Site) -> frozenset[str]:
    """The file of a call, and those of the handlers that load it: where the root logger's handlers may be removed."""
    path = site.unit.path
    return frozenset((path, *(p.handler.path for p in program.phases.handlers if path in p.modules)))


def _fix(program: Program, site: Site, call: Call) -> Fix | None:
    """`X.basicConfig(…, level=L, …)` becomes `X.getLogger().setLevel(L)`: the text around the level is replaced.

    Where the module sets that level as well, the call goes.
    """
    level = argument(call, "level")
    statement = site.place.statement
    if level is None or not isinstance(statement, ExprStmt) or statement.value is not call:
        return None
    if program.is_durable(site.unit) or _has_comment(program, site, call.span):
        return None
    if sets_root_level(program, site.unit.path) or _is_second(program, site, level):
        deleted = make_fix("Delete it: the root logger's level is set already", False, DeleteStatement(statement.span))
        return without_unread(program, deleted, site.scope, call)
    func = call.func
    head = func.value.span[2:] if isinstance(func, Attribute) else func.span[:2]
    getter, added = (".getLogger", ()) if isinstance(func, Attribute) else _getter(program, site, call)
    operations: list[Operation] = [
        ReplaceExpression(Span(*head, *level.span[:2]), f"{getter}().setLevel("),
        ReplaceExpression(Span(*level.span[2:], *call.span[2:]), ")"),
        *added,
    ]
    rest = ", and the rest of the call, which has no effect on Lambda, goes" if len(call.arguments) > 1 else ""
    fix = make_fix(f"Set the root logger's level; lines appear that were lost{rest}", False, *operations)
    return fix if added else without_unread(program, fix, site.scope, call)


def _is_second(program: Program, site: Site, level: Expr) -> bool:
    """Whether a function calls what its module calls as well, at its own level and with the same level for the log."""
    return site.unit.number >= 0 and any(
        same(argument(call, "level"), level) and not other.place.frames
        for other, call, values in program.calls(Unit(site.unit.path, -1))
        if any(value.path == BASIC_CONFIG for value in values) and _is_void(program, other, call)
    )


def _getter(program: Program, site: Site, call: Call) -> tuple[str, tuple[Operation, ...]]:
    """How a module that imports names from `logging` spells `logging.getLogger`, and the import that it needs."""
    module = program.modules[site.unit.path]
    spelt = {"getLogger": "", "logging": ""}
    for name, bindings in module.table(module.scope).items():
        statement = bindings[0].statement if len(bindings) == 1 and not bindings[0].frames else None
        if statement is None or statement.level:
            continue
        found = "getLogger" if statement.module == "logging" else "logging" if statement.module is None else ""
        if any(item.name == found and item.bound == name for item in statement.names):
            spelt[found] = name
    if spelt["getLogger"]:
        return spelt["getLogger"], ()
    if spelt["logging"]:
        return f"{spelt['logging']}.getLogger", ()
    if "getLogger" in module.summary.locals:
        return "logging.getLogger", (AddImport("logging"),)
    own = call.func.id if isinstance(call.func, Name) else ""
    uses = [s for unit in module.units() for s, name in program.sites_of(unit, Name) if name.id == own]
    bindings = module.table(module.scope).get(own, [])
    statement = bindings[0].statement if len(bindings) == 1 else None
    item = None if statement is None else next((item for item in statement.names if item.bound == own), None)
    if item is not None and len(uses) == 1:
        return "getLogger", (ReplaceExpression(item.span, "getLogger"),)
    return "getLogger", (AddImport("logging", "getLogger"),)


def _has_comment(program: Program, site: Site, span: Span) -> bool:
    comments = program.summary(site.unit.path).comments
    return any(span.row <= comment.row < span.end_row for comment in comments)
