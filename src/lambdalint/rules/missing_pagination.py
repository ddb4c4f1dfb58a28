"""LMB206 ``missing-pagination``: the first page of an answer is taken for the whole."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.answers import literals, related, uses
from lambdalint.aws import ClientCall, client_call
from lambdalint.catalog import paginators
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.link.constants import constant
from lambdalint.link.model import Site
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.summary import Call
from lambdalint.walk import has_star, keyword_names


@rule(
    "LMB206",
    "missing-pagination",
    Severity.WARNING,
    default=False,
    references=("https://boto3.amazonaws.com/v1/documentation/api/latest/guide/paginators.html",),
)
def missing_pagination(program: Program) -> Iterator[Diagnostic]:
    """Reads one page of an answer that may have more.

    ## Why is this bad?
    Services cut long answers into pages: DynamoDB after 1 MB, S3 after 1,000 keys.  What follows is never seen, and
    nothing fails: totals are too small, and objects seem to be missing.  Small test data do not show it.

    ## Bad
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        listing = s3.list_objects_v2(Bucket="reports", Prefix=event["month"])
        return {"keys": [item["Key"] for item in listing.get("Contents", [])]}
    ```

    ## Good
    ```python
    import boto3

    s3 = boto3.client("s3")


    def lambda_handler(event, context):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket="reports", Prefix=event["month"])
        return {"keys": [item["Key"] for page in pages for item in page.get("Contents", [])]}
    ```

    ## Errs towards
    Silence: an answer that is handed on whole, a call with `**kwargs`, one that limits what it asks for, and one that
    describes a single thing by its name are left out.
    """
    for unit in program.running_units:
        if program.is_durable(unit):
            continue
        for site, call, values in program.calls(unit):
            found = next((c for value in values if (c := client_call(program.resolver, value)) is not None), None)
            if found is None or found.service is None or not program.runs_on_lambda(site):
                continue
            paging = paginators.find(found.service, found.method)
            if paging is not None and _takes_first_page(program, site, call, found, paging):
                yield program.report(
                    site,
                    f"only the first page of `{found.method}` is read",
                    f'use `get_paginator("{found.method}")`, or go on while the answer holds `{paging.outputs[0]}`'
                    if not found.is_resource
                    else f"go on while the answer holds `{paging.outputs[0]}`",
                    reach=program.reach_invoked(site),
                )


def _takes_first_page(program: Program, site: Site, call: Call, found: ClientCall, paging: paginators.Paging) -> bool:
    if has_star(call, "**") or not keyword_names(call.arguments).isdisjoint(paging.inputs):
        return False
    if _is_limited(program, site, call) or _is_identified(call, found.method):
        return False
    tokens = {name.rpartition(".")[2] for name in (*paging.outputs, paging.more, *paging.inputs) if name}
    module = program.modules[site.unit.path]
    units = module.units() if site.unit.number < 0 else related(program, site.unit)
    if not tokens.isdisjoint(literals(program, units)):
        return False
    used = list(uses(program, site))
    keys = {use.key for use in used if use.kind == "key"}
    if all(use.is_first for use in used if use.kind == "key") and not _is_filtered(call):
        return False
    return bool(keys) and keys.isdisjoint(tokens) and not any(use.kind == "elsewhere" for use in used)


def _is_limited(program: Program, site: Site, call: Call) -> bool:
    """Whether a call asks for so many results and no more: below a hundred, or as many as a name says."""
    for given in call.arguments:
        keyword = given.keyword or ""
        if keyword.lower() == "limit" or keyword.lower().startswith("max") or keyword.lower() == "pagesize":
            literal = constant(program.resolver, given.value, site.scope)
            return literal is None or not isinstance(literal.value, int) or literal.value < 100
    return False


def _is_filtered(call: Call) -> bool:
    """Whether a service drops results after cutting the page, so that the first page may hold none of several."""
    return any(keyword.lower().startswith("filter") for keyword in keyword_names(call.arguments))


def _is_identified(call: Call, method: str) -> bool:
    """Whether a `describe_…` call names what it describes, as `describe_stacks(StackName=…)` does."""
    if not method.startswith("describe_"):
        return False
    noun = method.removeprefix("describe_").replace("_", "").removesuffix("s")
    for keyword in keyword_names(call.arguments):
        stem = _without_identifier(keyword.lower())
        if stem is not None and (noun.endswith(stem) or stem == ""):
            return True
    return False


_IDENTIFIERS = ("identifiers", "identifier", "names", "name", "arns", "arn", "ids", "id")


def _without_identifier(keyword: str) -> str | None:
    """What a keyword such as `dbinstanceidentifier` identifies; None for one that identifies nothing."""
    suffix = next((suffix for suffix in _IDENTIFIERS if keyword.endswith(suffix)), None)
    return None if suffix is None else keyword.removesuffix(suffix)
