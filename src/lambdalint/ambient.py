"""What AWS's SDK reads from the environment by itself when it makes a client, and what invocations set of that."""

from __future__ import annotations

from lambdalint.creations import Creation
from lambdalint.environment import Change, changes, changes_nothing, is_off_lambda
from lambdalint.link.model import Unit
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.walk import argument

_MADE = ("client", "resource", "session")
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/configuration.html#using-environment-variables
_REGION = "AWS_DEFAULT_REGION"
_CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE")


def region_set(program: Program, creation: Creation) -> str:
    """The variable of the region that invocations set to a fixed value and a client is made from; "" for none."""
    return (
        _REGION if (_REGION, True) in _set(program, creation.site.unit) and _is_left(creation, "region_name", 1) else ""
    )


def obstacle(program: Program, creation: Creation) -> str | None:
    """Why what is made may not be kept: invocations set what it is made from, each maybe to something else."""
    found = _set(program, creation.site.unit)
    if (_REGION, False) in found and _is_left(creation, "region_name", 1):
        return f"an invocation sets `{_REGION}`, which it is made from"
    for name in _CREDENTIALS:
        if not found.isdisjoint(((name, True), (name, False))) and _is_left(creation, "aws_access_key_id", 6):
            return f"an invocation sets `{name}`, which it is made from"
    return None


def _is_left(creation: Creation, keyword: str, position: int) -> bool:
    """Whether a client, or the session that makes it, leaves a setting to the environment."""
    factory, base = creation.factory, creation.value.base
    if factory.kind not in _MADE or not factory.path.startswith(("boto3.", "botocore.")):
        return False
    given = argument(creation.call, keyword, None if factory.kind == "session" else position)
    session = None if base is None or base.call is None else argument(base.call, keyword)
    return given is None and session is None


def _set(program: Program, unit: Unit) -> frozenset[tuple[str, bool]]:
    """The variables that invocations which run a unit set, each with whether to one fixed value."""
    found: set[tuple[str, bool]] = set()
    for phases in program.phases.handlers:
        if unit in phases.invoke:
            found |= _set_by(program, phases)
    return frozenset(found)


def _set_by(program: Program, phases: HandlerPhases) -> frozenset[tuple[str, bool]]:
    known: dict[Unit, frozenset[tuple[str, bool]]] = program.memo.setdefault(Creation, {})
    unit = phases.handler.unit
    if unit not in known:
        found = (change for change in changes(program, phases.invoke) if _counts(program, change))
        known[unit] = frozenset((change.name or "", _is_fixed(program, change)) for change in found)
    return known[unit]


def _counts(program: Program, change: Change) -> bool:
    if change.name not in (_REGION, *_CREDENTIALS) or changes_nothing(program, change):
        return False
    return program.runs_on_lambda(change.site) and not is_off_lambda(program, change.site)


def _is_fixed(program: Program, change: Change) -> bool:
    return change.value is not None and program.origins.of(change.value, change.site.scope) is Origin.FIXED
