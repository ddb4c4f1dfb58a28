"""LMB457 ``url-from-event``: the host of an outgoing request comes from the event."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.flow.sinks import Sink
from lambdalint.flow.untrusted import reached, report
from lambdalint.flow.values import Atom
from lambdalint.program import Program
from lambdalint.rules.base import rule


@rule(
    "LMB457",
    "url-from-event",
    Severity.WARNING,
    default=False,
    references=(
        "https://wa.aws.amazon.com/serv.question.SEC_3.en.html",
        "https://docs.python.org/3/library/urllib.parse.html#url-parsing-security",
    ),
)
def url_from_event(program: Program) -> Iterator[Diagnostic]:
    """Sends a request to a host that the event names.

    ## Why is this bad?
    Whoever sends the event makes the function call addresses that only it can reach, such as services of its VPC, and
    sees what they answer.

    ## Bad
    ```python
    from urllib.request import urlopen


    def lambda_handler(event, context):
        with urlopen(f"https://{event['host']}/status", timeout=3) as answer:
            return {"up": answer.status == 200}
    ```

    ## Good
    ```python
    from urllib.parse import quote
    from urllib.request import urlopen


    def lambda_handler(event, context):
        with urlopen(f"https://status.example.com/{quote(event['service'])}", timeout=3) as answer:
            return {"up": answer.status == 200}
    ```

    ## Errs towards
    Silence: what an allow-list, a pattern or a parser was asked about, numbers and identifiers are taken for checked.
    A path or a query behind a fixed host is left alone, and so is the URL to which a custom resource answers.
    """
    for found in reached(program, "url", _is_host):
        yield report(program, found, "decides which host is called", "choose the host from a table of what is allowed")


def _is_host(sink: Sink, atom: Atom) -> bool:
    """Whether untrusted text is a URL's host: nothing, or no more than a scheme and a part of a host, before it."""
    if atom.prefix is None:
        return bool(atom.path) or atom.root.kind == "field"
    scheme, separator, host = atom.prefix.partition("://")
    if not separator:
        return not atom.prefix
    if set("/?#\0") & set(host) or "\0" in scheme:
        return False
    return "." not in host or host.endswith(".")
