"""The SSM parameters that templates declare: those of plain text hold no secret, those that are encrypted do.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from __future__ import annotations

from collections.abc import Collection

from lambdalint.declared import StoredParameter
from lambdalint.templates.intrinsics import alternatives, resources, scope_of
from lambdalint.templates.tree import Node, get, text

PARAMETER = "AWS::SSM::Parameter"
_PLAIN = frozenset(("String", "StringList"))
_SECURE = frozenset(("SecureString",))


def stored_parameters(root: Node | None) -> tuple[StoredParameter, ...]:
    """The parameters below `Resources`, as far as their names and types are known."""
    scope = scope_of(root)
    found: dict[StoredParameter, None] = {}
    for entry in resources(root, scope):
        properties = get(entry.value, "Properties")
        kinds = alternatives(get(properties, "Type"), scope)
        if text(get(entry.value, "Type")) == PARAMETER:
            named = (stored_parameter(name, kinds) for name in alternatives(get(properties, "Name"), scope))
            found.update((parameter, None) for parameter in named if parameter is not None)
    return tuple(found)


def stored_parameter(name: str, kinds: Collection[str]) -> StoredParameter | None:
    """A parameter of one of several types, None where these leave open whether it is encrypted."""
    is_secure = _SECURE.issuperset(kinds)
    return StoredParameter(name, is_secure) if kinds and (is_secure or _PLAIN.issuperset(kinds)) else None
