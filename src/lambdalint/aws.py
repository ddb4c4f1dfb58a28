"""AWS clients as values: which service a client is of, and which operation a call asks for."""

from __future__ import annotations

from lambdalint.catalog.clients import SERVICE_KEYWORD, is_aws_client
from lambdalint.catalog.secrets import Operation, operation, operation_by_keywords
from lambdalint.link.constants import constant
from lambdalint.link.model import External
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Call
from lambdalint.walk import argument, keyword_names


def service_of(resolver: Resolver, value: External) -> str | None:
    """The service of the boto3 client or resource that an outside value comes from, such as "s3"."""
    step: External | None = value
    while step is not None:
        if step.path.endswith("()") and is_aws_client(step.path.removesuffix("()")):
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
