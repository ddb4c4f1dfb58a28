"""What EventBridge patterns ask for: changes of parameters and secrets, which the function is then there to follow.

https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-eventbridge.html
"""

from __future__ import annotations

import re

from lambdalint.templates.tree import Node, Scalar, walk

_SOURCE = re.compile(r"\baws\.(ssm|secretsmanager)\b")
# What is told of a parameter, by Systems Manager itself and by CloudTrail; the source tells of commands as well.
_OF_PARAMETER = re.compile(r"\bParameter Store\b|\b(?:Put|Label)Parameter")
_BUDGET = 500


def change_kinds(pattern: Node | None) -> set[str]:
    """The event kinds "parameter-change" and "secret-change", as far as a pattern, a map or its JSON, asks for them."""
    said = "\n".join(part.value for part in walk(pattern, _BUDGET) if isinstance(part, Scalar))
    sources = set(_SOURCE.findall(said))
    kinds = {"secret-change"} if "secretsmanager" in sources else set()
    return kinds | {"parameter-change"} if "ssm" in sources and _OF_PARAMETER.search(said) else kinds
