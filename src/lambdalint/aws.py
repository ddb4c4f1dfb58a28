"""AWS clients as values: which service a client is of, and which operation a call asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

from lambdalint.catalog.clients import SERVICE_KEYWORD, is_aws_client
from lambdalint.catalog.secrets import Operation, operation, operation_by_keywords
from lambdalint.link.constants import constant
from lambdalint.link.model import External
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Call
from lambdalint.walk import argument, keyword_names

# Annotations by the stubs of boto3: `mypy_boto3_s3.S3Client`, `types_boto3_dynamodb.service_resource.Table`.
# https://youtype.github.io/boto3_stubs_docs/
_STUB = re.compile(r"(?:mypy|types)_boto3_(?P<service>\w+?)\.(?:\w+\.)?(?P<cls>[A-Z]\w*)\(\)")


class ClientCall(NamedTuple):
    """A method of an AWS client, or of a resource and what it gives (`is_resource`); `service` None when unknown."""

    service: str | None
    method: str
    is_resource: bool


def client_call(resolver: Resolver, value: External) -> ClientCall | None:
    """The method of an AWS client or resource that an outside value is; None for anything else, and below answers."""
    owner = value.base
    if owner is None or not value.path.startswith(owner.path + "."):
        return None
    kind = _client_kind(owner)
    return None if kind is None else ClientCall(service_of(resolver, owner), method_of(value), kind == "resource")


def _client_kind(value: External) -> str | None:
    """Whether an outside value is an AWS "client", or a "resource": itself or a part such as a table or a bucket."""
    if value.path.endswith(".meta.client") and value.base is not None and value.base.base is not None:
        return "client" if _client_kind(value.base.base) is not None else None
    if not value.path.endswith("()"):
        return None
    stub = _STUB.fullmatch(value.path)
    if stub is not None:
        return "client" if stub["cls"].endswith("Client") else "resource"
    path = value.path.removesuffix("()")
    if is_aws_client(path):
        return "resource" if path.endswith("resource") else "client"
    made = value.base
    if made is None or made.base is None or not method_of(made)[:1].isupper():
        return None
    return "resource" if _client_kind(made.base) == "resource" else None


def service_of(resolver: Resolver, value: External) -> str | None:
    """The service of the boto3 client or resource that an outside value comes from, such as "s3"."""
    step: External | None = value
    while step is not None:
        if not step.path.endswith("()"):
            step = step.base
            continue
        stub = _STUB.fullmatch(step.path)
        if stub is not None:
            return stub["service"].replace("_", "-")
        if is_aws_client(step.path.removesuffix("()")):
            if step.call is None or step.scope is None:
                return None
            literal = constant(resolver, argument(step.call, SERVICE_KEYWORD, 0), step.scope)
            return literal.value if literal is not None and isinstance(literal.value, str) else None
        step = step.base
    return None


def method_of(value: External) -> str:
    """The last name on an outside value's path: the method of `boto3.client().get_object`."""
    return value.path.rpartition(".")[2]


def called_operation(resolver: Resolver, value: External, call: Call) -> Operation | None:
    """The secret-fetching or credential-giving operation that calling an outside value is, None for any other."""
    if "()" not in value.path:
        return None
    service = service_of(resolver, value)
    if service is not None:
        return operation(service, method_of(value))
    if _is_client_of_unknown_service(value):
        return operation_by_keywords(method_of(value), keyword_names(call.arguments))
    return None


def _is_client_of_unknown_service(value: External) -> bool:
    """Whether a value comes from an AWS client whose service could not be told."""
    step: External | None = value
    while step is not None:
        if step.path.endswith("()") and is_aws_client(step.path.removesuffix("()")):
            return True
        step = step.base
    return False
