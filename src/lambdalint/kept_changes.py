"""What changes where a client is kept between invocations, and whether keeping it is safe."""

from __future__ import annotations

from lambdalint import ambient
from lambdalint.catalog import keeping
from lambdalint.creations import Creation, noun
from lambdalint.made_from_files import READ_ONCE, is_from_file
from lambdalint.movable import Plan
from lambdalint.program import Program
from lambdalint.remedies import Remedy
from lambdalint.test_doubles import replaced, stubbed
from lambdalint.threads import threaded
from lambdalint.walk import dotted

_CLEARING = "have to clear the cache"


def judged(
    program: Program, remedy: Remedy, creation: Creation, plan: Plan, more: str = "", tests: str = _CLEARING
) -> Remedy:
    """A remedy with what is known of the object: whether keeping it is safe, and what changes where it is not.

    `tests` is what those have to do then that replace the factory.
    """
    what = all_of(change_of(program, creation, plan), more, change_of_tests(program, creation, tests))
    return remedy._replace(safe=remedy.safe and not what, what=all_of(remedy.what, what))


def all_of(*changes: str) -> str:
    """Some changes in one sentence, each once; "" for none."""
    return ", and ".join(dict.fromkeys(change for change in changes if change))


def change_of(program: Program, creation: Creation, plan: Plan) -> str:
    """What keeping it changes by what a client is and is made from; "" for nothing."""
    factory = creation.factory
    if factory.is_database:
        return "the server may close a connection that is kept, and a transaction that is left open stays open"
    if factory.kind == "http":
        cookies = "cookies and " if factory.path.partition(".")[0] in keeping.KEEP_COOKIES else ""
        return f"its {cookies}connections are kept between invocations"
    if factory.path in keeping.KEEPS_ANSWERS:
        return keeping.KEEPS_ANSWERS[factory.path]
    if factory.kind == "powertools":
        return "what is added to it stays for the next invocation"
    if plan.reads_environment:
        return "the environment variable is read once"
    if variable := ambient.region_set(program, creation):
        return f"an invocation sets `{variable}`, which it is made from and then no longer follows"
    if is_from_file(creation, plan):
        return READ_ONCE
    if plan.computes is not None:
        return f"what `{plan.computes}` gives is kept"
    if factory.kind == "client" and creation.site.unit in threaded(program):
        return "threads share its connections (`max_pool_connections` of its config, 10 by default)"
    return ""


def change_of_tests(
    program: Program, creation: Creation, remedy: str = _CLEARING, reset: str = "clear the cache"
) -> str:
    """What changes for tests that put something else in the factory's place: they find what an earlier one made.

    So do those that stub what it made; `reset` is what these have to do.
    """
    path, spelt = creation.site.unit.path, dotted(creation.call.func) or creation.factory.path
    double = replaced(program, path, spelt, creation.factory.path)
    if double:
        return f"tests that replace `{double}` {remedy}"
    held = stubbed(program, creation.site.unit, creation.site.place.statement)
    return f"tests that stub its {noun(creation)} have to {reset}" if held else ""
