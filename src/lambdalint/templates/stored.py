"""The SSM parameters that templates declare to hold plain text, which is no secret.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html
"""

from __future__ import annotations

from lambdalint.templates.intrinsics import alternatives, resources, scope_of
from lambdalint.templates.tree import Node, get, text

PARAMETER = "AWS::SSM::Parameter"
PLAIN = frozenset(("String", "StringList"))


def plain_parameters(root: Node | None) -> tuple[str, ...]:
    """The names of the parameters below `Resources` that hold plain text, as far as they are known."""
    scope = scope_of(root)
    found: dict[str, None] = {}
    for entry in resources(root, scope):
        properties = get(entry.value, "Properties")
        kinds = alternatives(get(properties, "Type"), scope)
        if kinds and PLAIN.issuperset(kinds) and text(get(entry.value, "Type")) == PARAMETER:
            found.update(dict.fromkeys(alternatives(get(properties, "Name"), scope)))
    return tuple(found)
