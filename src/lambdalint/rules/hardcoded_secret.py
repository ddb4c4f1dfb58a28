"""LMB405 ``hardcoded-secret``: a secret stands in the code as a literal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lambdalint.catalog.clients import FACTORIES
from lambdalint.catalog.literals import is_access_key_id, is_placeholder, looks_like_aws_key
from lambdalint.catalog.names import is_secret_name, words
from lambdalint.catalog.terms import terms
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.dead import never_runs
from lambdalint.link.model import External, Site, Unit
from lambdalint.program import Program, head_span
from lambdalint.rules.base import rule
from lambdalint.source import Span
from lambdalint.summary import Assign, Attribute, BoolOp, Call, DictDisplay, Expr, Literal, Name, Stmt, Subscript
from lambdalint.walk import Place, argument, dotted

_MIN_LENGTH = 8
_MARKS = "#<>|*$%&!~"
_LETTERS = re.compile(r"[A-Za-z][A-Za-z_./:\- ]*")
# Names that as often hold which secret it is as the secret itself.
_LOOSE = terms("secret secrets credential credentials cred creds token tokens key keys authorization")
_CONNECTING = frozenset(
    ("connect", "client", "resource", "session", "create_engine", "from_url", "create_pool", "login")
)


@rule(
    "LMB405",
    "hardcoded-secret",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/hardcoded.html",
    ),
)
def hardcoded_secret(program: Program) -> Iterator[Diagnostic]:
    """Holds a secret as a literal in the code.

    ## Why is this bad?
    Everyone who can read the repository, the deployment package or a stack trace has the secret, it lives on in the
    history, and to rotate it the function must be deployed again.

    ## Bad
    ```python
    MAIL_API_KEY = "mk-live-77f0c1b2a9"


    def lambda_handler(event, context):
        return {"known": event["key"] == MAIL_API_KEY}
    ```

    ## Good
    ```python
    import os

    MAIL_API_KEY = os.environ["MAIL_API_KEY"]


    def lambda_handler(event, context):
        return {"known": event["key"] == MAIL_API_KEY}
    ```

    ## Errs towards
    Silence: placeholders, examples, short texts, the names of secrets and texts that read like one are left alone.

    ## Options
    `secret-names`
    """
    found: dict[tuple[str, Span], Diagnostic] = {}
    for path in program.loaded:
        for unit in program.modules[path].units():
            for diagnostic in (*_of_sites(program, unit), *_of_statements(program, unit)):
                found.setdefault((path, diagnostic.span), diagnostic)
    yield from found.values()


def _of_sites(program: Program, unit: Unit) -> Iterator[Diagnostic]:
    """What the expressions of a unit hold; of one literal first what is said with the name that it is bound to."""
    for site, display in program.sites_of(unit, DictDisplay):
        if program.runs_on_lambda(site):
            for item in display.items:
                if isinstance(item.key, Literal):
                    yield from _bound(program, unit, str(item.key.value), item.value, site.place)
    for site, call in program.sites_of(unit, Call):
        if not call.arguments or not program.runs_on_lambda(site):
            continue
        default = _default(program, site, call)
        if default is not None:
            yield from _bound(program, unit, *default, site.place)
            continue
        for given in call.arguments:
            if given.keyword is not None and is_secret_name(given.keyword, program.secret_names):
                if _is_constructor(program, site, call):
                    yield from _bound(program, unit, given.keyword, _behind(program, site, given.value), site.place)
    for site, literal in program.sites_of(unit, Literal):
        text = literal.value if literal.kind == "str" else None
        if isinstance(text, str) and looks_like_aws_key(text) and program.runs_on_lambda(site):
            what = "the id of an AWS access key" if is_access_key_id(text) else "an AWS secret access key"
            yield _report(program, unit, literal, f"{what} is written", head_span(site.place))


def _default(program: Program, site: Site, call: Call) -> tuple[str, Expr] | None:
    """The name of an environment variable and what is taken where it is not set; no word that merely stands there."""
    if len(call.arguments) != 2 or (dotted(call.func) or "").rpartition(".")[2] not in ("getenv", "get"):
        return None
    key, default = argument(call, "key", 0), argument(call, "default", 1)
    if not isinstance(key, Literal) or not isinstance(default, Literal) or not isinstance(default.value, str):
        return None
    if not is_secret_name(str(key.value), program.secret_names) or _LETTERS.fullmatch(default.value):
        return None
    values = program.resolve(call.func, site.scope)
    is_read = any(isinstance(v, External) and v.path in ("os.getenv", "os.environ.get") for v in values)
    return (str(key.value), default) if is_read else None


def _behind(program: Program, site: Site, value: Expr) -> Expr:
    """The literal of the same file that a name is always bound to; any other expression as it is."""
    if isinstance(value, Name):
        bindings = program.modules[site.unit.path].bindings(site.scope, value.id, value.span)[1]
        if len(bindings) == 1 and bindings[0].kind == "value" and bindings[0].scope.path == site.unit.path:
            return bindings[0].value if isinstance(bindings[0].value, Literal) else value
    return value


def _of_statements(program: Program, unit: Unit) -> Iterator[Diagnostic]:
    module = program.modules[unit.path]
    for statement, frames in module.statements(unit):
        if isinstance(statement, Assign) and not never_runs(frames):
            yield from _assigned(program, unit, statement)
    if unit.number < 0:
        for definition in module.summary.classes:
            for statement in definition.body:
                yield from _assigned(program, unit, statement)
    else:
        for parameter in module.function(unit.number).parameters:
            if parameter.default is not None:
                yield from _bound(program, unit, parameter.name, parameter.default, parameter.span)


def _assigned(program: Program, unit: Unit, statement: Stmt) -> Iterator[Diagnostic]:
    if not isinstance(statement, Assign) or statement.value is None or statement.op:
        return
    for target in statement.targets:
        name = _name_of(target)
        if name is not None:
            yield from _bound(program, unit, name, statement.value, statement.span)


def _name_of(target: Expr) -> str | None:
    if isinstance(target, Name):
        return target.id
    if isinstance(target, Attribute):
        return target.attr
    if isinstance(target, Subscript) and isinstance(target.key, Literal) and isinstance(target.key.value, str):
        return target.key.value
    return None


def _bound(program: Program, unit: Unit, name: str, value: Expr, stands: Place | Span) -> Iterator[Diagnostic]:
    if isinstance(value, BoolOp):
        yield from _bound(program, unit, name, value.right, stands)
    if not isinstance(value, Literal) or value.kind not in ("str", "bytes") or not isinstance(value.value, str):
        return
    if is_secret_name(name, program.secret_names) and _is_value(name, value.value):
        statement = head_span(stands) if isinstance(stands, Place) else stands
        yield _report(program, unit, value, f"a literal secret is bound to `{name}`", statement)


def _is_value(name: str, text: str) -> bool:
    """Whether a text bound to a secret-looking name may be the secret itself."""
    if len(text) < _MIN_LENGTH or is_placeholder(text):
        return False
    if words(name)[-1] in _LOOSE and _LETTERS.fullmatch(text.strip(_MARKS)):
        return False
    return "\n" not in text or "PRIVATE KEY" in text


def _is_constructor(program: Program, site: Site, call: Call) -> bool:
    """Whether a call makes a client or opens a connection: a known one, or one that is spelt like one."""
    if any(isinstance(v, External) and v.path in FACTORIES for v in program.resolve(call.func, site.scope)):
        return True
    last = (dotted(call.func) or "").rpartition(".")[2]
    return last[:1].isupper() or last in _CONNECTING


def _report(program: Program, unit: Unit, literal: Literal, message: str, statement: Span) -> Diagnostic:
    handler = next((p.handler.name for p in program.phases.handlers if unit.path in p.modules), None)
    return Diagnostic(
        path=unit.path,
        span=literal.span,
        message=f"{message} in the code" if message.endswith("written") else message,
        help="keep it in a secret store, fetch it at INIT, and rotate it: this one is known",
        statement=statement,
        handler=handler,
        masked=(literal.span,),
    )
