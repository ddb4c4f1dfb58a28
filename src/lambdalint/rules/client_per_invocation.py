"""LMB201 ``client-per-invocation``: a client, a connection or an engine is made again on every invocation."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.construction_fixes import SharedCreations, construction_fix
from lambdalint.creations import Construction, Creation, constructions, creations, noun
from lambdalint.diagnostic import Diagnostic, FixAvailability, Severity, Step
from lambdalint.hoisting import client_fix
from lambdalint.link.model import ClassValue
from lambdalint.program import Program, Reach
from lambdalint.rules.base import rule
from lambdalint.summary import Literal
from lambdalint.walk import dotted


@rule(
    "LMB201",
    "client-per-invocation",
    Severity.WARNING,
    fix=FixAvailability.SOMETIMES,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    ),
)
def client_per_invocation(program: Program) -> Iterator[Diagnostic]:
    """Makes a client, session, connection, pool or engine on every invocation.

    ## Why is this bad?
    Making a boto3 client loads the service's model, resolves credentials and opens a new connection pool: the first
    call pays for a TCP and TLS handshake each time.  A database connection that each invocation opens exhausts the
    server's connections.  Made at INIT, or once on first use, it serves every later invocation of the execution
    environment.

    ## Bad
    ```python
    import boto3


    def lambda_handler(event, context):
        s3 = boto3.client("s3")
        s3.put_object(Bucket="reports", Key=event["id"], Body=b"")
    ```

    ## Good
    ```python
    import functools

    import boto3


    @functools.cache
    def _s3_client():
        return boto3.client("s3")


    def lambda_handler(event, context):
        s3 = _s3_client()
        s3.put_object(Bucket="reports", Key=event["id"], Body=b"")
    ```

    ## Fix safety
    With `fix-style = "accessor"` the client is made by a cached function: creation stays lazy and a failure stays
    where it was. What the function knows only, such as a region that it is given, becomes the cached function's
    parameter. A client in a class is made so where the class makes it, in whatever file that is. Safe when every
    argument is a literal or a constant of the module and nothing changes the client afterwards. Unsafe for what may
    hold state of the last invocation (HTTP sessions, database connections), where an argument is read from the
    environment or credentials from a file, where an invocation sets the region, where a log line above it says no more
    than that it is made, which goes, and for clients in a `with` block, which is dedented. With `fix-style = "module"`
    the assignment moves to module level; choosing that style is the consent to its failing at INIT. Where the module
    makes the same client at its own level, that one is read instead; where one of its functions does nothing but make
    the same, that is called; where the function has it in a local already, that is read. A function that only makes
    what it returns is cached as it is. Not offered for clients that depend on the invocation or on a file, credentials
    or variables that an invocation writes, async clients, clients that are closed or changed or handed to a process,
    pools whose requests are not repeated, database connections whose SQL makes temporary tables or is read from files,
    or that are made where something failed, objects that change or whose constructor asks a service, what nothing
    takes, what its object keeps already, and what a docstring calls new.

    ## Errs towards
    Silence: a client that takes an argument whose origin cannot be told is left alone, and so is a fallback for
    an injected client; the fix of the same client elsewhere takes it along where some call injects none.

    ## Options
    `fix-style`, `client-factories`, `cache-decorators`
    """
    for creation, reach in creations(program):
        yield _created(program, creation, reach)
    found = list(constructions(program))
    shared = SharedCreations(program, found)
    for construction in found:
        yield _constructed(program, construction, shared)


def _created(program: Program, creation: Creation, reach: Reach) -> Diagnostic:
    fix, no_fix = client_fix(program, creation, reach)
    return program.report(
        creation.site,
        f"`{shown(creation)}` is created on every invocation",
        "create it once per execution environment",
        reach=reach,
        fix=fix,
        no_fix=no_fix,
    )


def shown(creation: Creation) -> str:
    """The creating call in short: its path, and its first argument when that is a literal that may be shown."""
    call = creation.call
    name = dotted(call.func) or creation.factory.path
    first = call.arguments[0].value if call.arguments else None
    if creation.factory.kind in ("client", "resource") and isinstance(first, Literal) and isinstance(first.value, str):
        return f'{name}("{first.value}")'
    return f"{name}()" if not call.arguments else f"{name}(…)"


def _constructed(program: Program, construction: Construction, shared: SharedCreations) -> Diagnostic:
    edge, cls, creation, reach = construction
    name = class_name(program, cls)
    place = creation.call.span
    made = Step(creation.site.unit.path, place, program.name(creation.site.unit))
    fix, no_fix = construction_fix(program, construction, shared)
    function = program.function(creation.site.unit)
    where = f" in `{function.name}`" if function.cls < 0 else ""  # a function that the constructor calls
    return program.report(
        edge.site,
        f"`{name}()` creates {_a(noun(creation))} on every invocation: `{shown(creation)}`{where}",
        "create the object once per execution environment, or give it a client that is",
        reach=reach,
        trail=(*reach.trail, made),
        fix=fix,
        no_fix=no_fix,
    )


def _a(word: str) -> str:
    return f"an {word}" if word.startswith(("a", "e", "i", "o")) else f"a {word}"


def class_name(program: Program, cls: ClassValue) -> str:
    """A project class's own name."""
    return program.summary(cls.path).classes[cls.number].name
