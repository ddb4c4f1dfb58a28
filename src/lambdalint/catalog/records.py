"""Classes whose annotated names are the parameters of their constructor and the attributes of their instances.

Sources: https://docs.python.org/3/library/dataclasses.html, https://www.attrs.org/en/stable/api.html,
https://docs.pydantic.dev/latest/api/base_model/, https://docs.pydantic.dev/latest/api/types/#pydantic.types.Secret
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

DATACLASS_DECORATORS: frozenset[str] = terms(
    "dataclasses.dataclass pydantic.dataclasses.dataclass attr.s attr.attrs attr.dataclass attr.define attr.frozen",
    "attrs.define attrs.frozen attrs.mutable",
)
RECORD_BASES: frozenset[str] = terms(
    "pydantic.BaseModel pydantic_settings.BaseSettings pydantic.BaseSettings typing.NamedTuple typing.TypedDict",
    "typing_extensions.TypedDict aws_lambda_powertools.utilities.parser.BaseModel",
    "aws_lambda_powertools.utilities.parser.models.BaseModel",
)
# Calls that describe a field, by their path: the keyword of the function that makes its value for each new object.
FACTORY_KEYWORDS: dict[str, str] = {
    "dataclasses.field": "default_factory",
    "pydantic.Field": "default_factory",
    "pydantic.PrivateAttr": "default_factory",
    "attr.ib": "factory",
    "attr.field": "factory",
    "attrs.field": "factory",
}
# Types, by their last name, whose text is a mask.
HIDDEN_TYPES: frozenset[str] = terms("SecretStr SecretBytes Secret")
