"""LMB606 ``cached-by-event``: a cached function is called with something that is new on every invocation."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog import caches
from lambdalint.diagnostic import Diagnostic, Severity, Step
from lambdalint.flow.engine import Passing
from lambdalint.flow.origins import Origin
from lambdalint.flow.payloads import payload
from lambdalint.flow.program_flow import Flow, flow_of
from lambdalint.link.model import ClassValue, External, Unit
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call
from lambdalint.walk import keyword_names

_TEXTS = frozenset(("body", "data", "Message", "message", "raw_body"))


@rule(
    "LMB606",
    "cached-by-event",
    Severity.ERROR,
    references=(
        "https://docs.python.org/3/library/functools.html#functools.lru_cache",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def cached_by_event(program: Program) -> Iterator[Diagnostic]:
    """Calls a cached function with the event, the context or an object of this request.

    ## Why is this bad?
    A dict cannot be hashed: the call fails.  What can be hashed is another key on every invocation: the cache never
    hits, and keeps what it was given for as long as the environment lives.

    ## Bad
    ```python
    from functools import lru_cache


    @lru_cache(maxsize=None)
    def tenant_of(context):
        return context.identity.cognito_identity_id


    def lambda_handler(event, context):
        return {"tenant": tenant_of(context)}
    ```

    ## Good
    ```python
    from functools import lru_cache


    @lru_cache(maxsize=64)
    def tenant_name(identity):
        return identity.rpartition(":")[2]


    def lambda_handler(event, context):
        return {"tenant": tenant_name(context.identity.cognito_identity_id)}
    ```

    ## Errs towards
    Silence: objects that are equal by their fields, and caches with a key function of their own, are left alone.
    """
    flow = flow_of(program)
    for unit in program.running_units:
        if unit.number >= 0 and _is_keyed_by_arguments(program, unit):
            for passing in flow.engine.passings(unit):
                if passing.caller in program.invoked_units and not program.is_durable(passing.caller):
                    diagnostic = _judge(program, flow, unit, passing)
                    if diagnostic is not None:
                        yield diagnostic


def _is_keyed_by_arguments(program: Program, unit: Unit) -> bool:
    """Whether a cache decorator of a function keeps results by its arguments."""
    memo = program.caches.decorator(unit)
    if memo is None or caches.find(memo.path) is None:
        return False
    return not any(
        isinstance(decorator, Call) and "key" in keyword_names(decorator.arguments)
        for decorator in program.function(unit).decorators
    )


def _judge(program: Program, flow: Flow, unit: Unit, passing: Passing) -> Diagnostic | None:
    function = program.function(unit)
    own = function.parameters[0].name if function.cls >= 0 and function.parameters else ""
    for name, value in passing.given.items():
        for atom in () if name == own else value.atoms:
            for origin in flow.origins.of(atom):
                what = _what(program, origin)
                if what is not None:
                    return _report(program, flow, unit, passing, what, origin)
    return None


def _what(program: Program, origin: Origin) -> str | None:
    """How a message calls what is new on every invocation, None for anything else."""
    atom = origin.atom
    if atom.prefix is not None or "slice" in atom.tags:
        return None
    if atom.root.kind == "made":
        cls = ClassValue(atom.root.members[0], int(atom.root.members[1]))
        is_new = not atom.path and atom.root.unit in program.invoke_units and not _is_value(program, cls)
        return f"a `{atom.root.name}` that is made for this request" if is_new else None
    found = payload(atom)
    return found if found is not None and (not atom.path or atom.path[-1] not in _TEXTS) else None


def _is_value(program: Program, cls: ClassValue) -> bool:
    """Whether objects of a class are equal by what they hold: frozen dataclasses, named tuples, enums, `__eq__`."""
    if program.resolver.method(cls, "__hash__") is not None or program.phases.is_singleton(cls):
        return True
    for ancestor in program.resolver.ancestry(cls):
        if isinstance(ancestor, External):
            if ancestor.path.rpartition(".")[2] in (
                "NamedTuple",
                "Enum",
                "StrEnum",
                "IntEnum",
                "BaseModel",
                "str",
                "tuple",
            ):
                return True
            continue
        for decorator in program.summary(ancestor.path).classes[ancestor.number].decorators:
            if isinstance(decorator, Call) and "frozen" in keyword_names(decorator.arguments):
                return True
    return False


def _report(program: Program, flow: Flow, unit: Unit, passing: Passing, what: str, origin: Origin) -> Diagnostic:
    handler = flow.handler(passing.caller)
    return Diagnostic(
        path=passing.caller.path,
        span=passing.span,
        message=f"`{program.function(unit).name}` is cached by its arguments and is given {what}",
        help="pass the fields that the result depends on",
        handler=None if handler is None else handler.name,
        trail=(*origin.trail, Step(passing.caller.path, passing.span, program.name(passing.caller))),
        is_flow=True,
    )
