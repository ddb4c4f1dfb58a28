"""What a cached fetch is called, and its key."""

from __future__ import annotations

import re

from lambdalint.fetches import Fetch, name_pattern
from lambdalint.fixes import Given
from lambdalint.fixes.one_row import LONGEST
from lambdalint.holders import bound_names
from lambdalint.movable import Plan
from lambdalint.naming import snake
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, Await, Call, Expr, Name, Return, Stmt, Subscript

_PARTS = (Attribute, Await, Subscript)
# Names of variables that say nothing of what they hold.
_GENERIC_NAMES = "response resp res result r data value ret output rsp secret_value found answer"
_GENERIC = frozenset(_GENERIC_NAMES.split())
# What the variable says that holds the name of something, beside what that is.
_IDENTITY = re.compile(r"(?:(?:\A|_)(?:ssm|parameter|param|name|path|arn|id))+\Z|\A(?:ssm|parameter|param)_", re.I)
# What the name of an answer ends with, and what that of a function that gets something begins with.
_ANSWER = re.compile(r"_(?:response|resp|res|result|data|answer|output|parameter|param)\Z")
_KEY = re.compile(r"_(?:arn|id|name|path)\Z")
_VERB = re.compile(r"\A_*(?:get|fetch|load|read|retrieve|lookup)_")
_VERBS = frozenset(("get", "fetch", "load", "read", "retrieve", "lookup", "main", "run", "execute", "handler"))
_SEVERAL = ("get_parameters", "get_parameters_by_path", "batch_get_secret_value")
_MAX_WORDS = 5


def noun_of(fetch: Fetch) -> str:
    """What a function is called that gives what is fetched, if nothing says more of it."""
    several = isinstance(fetch.call.func, Attribute) and fetch.call.func.attr in _SEVERAL
    return f"_{'decrypted' if fetch.kind == 'decrypt' else fetch.kind}{'s' if several else ''}"


def own_name(program: Program, fetch: Fetch, expr: Expr, plan: Plan) -> str:
    """Which of all secrets or parameters the module's one fetch gets, by what its answer or its key is called."""
    method = fetch.call.func.attr if isinstance(fetch.call.func, Attribute) else ""
    calls = (c for unit in program.modules[fetch.site.unit.path].units() for _, c in program.sites_of(unit, Call))
    if sum(isinstance(call.func, Attribute) and call.func.attr == method for call in calls) != 1:
        return ""
    bound = next(iter(bound_names(fetch.site.place.statement, fetch.call)), "")
    key = fetch.name.id if isinstance(fetch.name, Name) else ""
    noun = noun_of(fetch).strip("_")
    width = sum(len(given.name) + len(", ") for given in plan.given)
    for name in (_VERB.sub("", _ANSWER.sub("", snake(bound))), _KEY.sub("", snake(key))):
        own = name if name.endswith(noun) else f"{name}_{noun}"
        is_short = expr.span.column + len(f"_{own}()") + width <= LONGEST and own.count("_") < _MAX_WORDS
        if is_short and _tells(name, noun) and own.isidentifier():
            return own
    return ""


def _tells(name: str, noun: str) -> bool:
    """Whether a name says more than that it is of something that is fetched."""
    return name not in _GENERIC and bool({*name.split("_")} - {noun, "ssm", "secrets", "manager", "aws", "value", ""})


def keyed(fetch: Fetch, plan: Plan, own: str) -> tuple[Given, ...]:
    """What a cached fetch takes, its key called as what it is: so fetches under several keys share a function.

    In a function that is called after the one thing that it fetches, `own`, the key keeps a name that says the same.
    """
    taken = {*plan.after, *(name for one in plan.local for name in bound_names(one))}
    found = []
    for given in plan.given:
        if own and _KEY.sub("", given.name) == own:
            found.append(given)
            continue
        name = {"parameter": "name", "secret": "secret_arn" if given.name.endswith("arn") else "secret_id"}.get(
            fetch.kind
        )
        is_free = name not in taken and all(other is given or other.name != name for other in plan.given)
        is_key = len(plan.given) == 1 or (fetch.name is not None and fetch.name.span in given.spans)
        found.append(given._replace(name=name) if name is not None and is_free and is_key else given)
    return tuple(found)


def is_answer(name: str) -> bool:
    """Whether a variable is named as an answer that holds a value, not as the value."""
    return name in _GENERIC or _ANSWER.search(name) is not None


def fetched_names(program: Program, fetch: Fetch, statement: Stmt, expr: Expr) -> tuple[str, ...]:
    """What the function is called: as the variable that gets the value or a part of it, or as what is fetched."""
    noun = noun_of(fetch)
    value = statement.value if isinstance(statement, Assign) else None
    while value is not None and value is not expr:
        value = value.func if isinstance(value, Call) else value.value if isinstance(value, _PARTS) else None
    bound = "" if value is None else next(iter(bound_names(statement)), "").strip("_").lower()
    if not bound and statement is not fetch.site.place.statement:
        bound = _ANSWER.sub("", next(iter(bound_names(fetch.site.place.statement)), "").strip("_").lower())
    bound = _VERB.sub("", bound)
    if not bound or bound in _GENERIC:
        is_returned = isinstance(statement, Return) and statement.value is expr
        bound = _meaning(program, fetch, is_returned=is_returned, is_opened=expr is not fetch.call)
    longer = f"_{bound}_value" if f"_{bound}".endswith(noun) else f"_{bound}{noun}"
    return (f"_{bound}", longer, noun) if bound else (noun, f"{noun}_value")


def _meaning(program: Program, fetch: Fetch, *, is_returned: bool, is_opened: bool) -> str:
    """What a fetched value is, by the function that returns it, by its literal name or by the variable that holds that.

    It is "" where none of them says it.  Without `is_opened` it is the answer that holds the value.
    """
    name = _VERB.sub("", program.function(fetch.site.unit).name) if is_returned else ""
    name = "" if name in _VERBS or fetch.site.unit in program.roots else name
    if not name:
        named = name_pattern(program, fetch.name, fetch.site.scope)
        name = _IDENTITY.sub("", snake(named[1:])) if named.startswith("$") else re.split("[/:]", named)[-1].strip("*")
    name += "_response" if name and not is_opened else ""
    words = snake(name).split("_") if name.isascii() and any(map(str.isalpha, name)) else []
    return "_".join(words) if 0 < len(words) <= _MAX_WORDS else ""
