"""CloudFormation's intrinsic functions, as far as they can be known without deploying.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field

from lambdalint.templates.tree import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    entries,
    get,
    items,
    literal_text,
    text,
    walk,
)

_VARIABLE = re.compile(r"\$\{(!?)([^${}]*)\}")
_SHORT = re.compile(r"![A-Za-z]+\Z")
_MAX_ALTERNATIVES = 4
_MAX_LOOP = 50
_MAX_LOOPED = 500
"""A template takes so many resources.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What references resolve to: `parameters` with a literal default, `mappings` as the template has them."""

    parameters: MappingType[str, str] = field(default_factory=dict)
    mappings: Node | None = None


def scope_of(template: Node | None) -> Scope:
    """The scope of a template: its parameters with literal defaults, and its mappings."""
    defaults = {}
    for entry in entries(get(template, "Parameters")):
        default = text(get(entry.value, "Default"))
        if default is not None:
            defaults[entry.key.value] = default
    return Scope(defaults, get(template, "Mappings"))


def intrinsic(node: Node | None) -> tuple[str, Node] | None:
    """The long name of an intrinsic function and its argument, for the short and the long form; else None."""
    tag = node.tag if isinstance(node, Scalar | Mapping | Sequence) else ""
    if tag and _SHORT.match(tag) and isinstance(node, Scalar | Mapping | Sequence):
        name = tag[1:]
        return (name if name in {"Ref", "Condition"} else f"Fn::{name}", node._replace(tag=""))
    if isinstance(node, Mapping) and len(node.entries) == 1:
        key = node.entries[0].key.value
        if key == "Ref" or key.startswith("Fn::"):
            return key, node.entries[0].value
    return None


def is_plain(node: Node | None) -> bool:
    """Whether a node is a map or a list as written, no intrinsic function."""
    return isinstance(node, Mapping | Sequence) and intrinsic(node) is None


def alternatives(node: Node | None, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """The texts that a node may deploy as, at most four; empty when one cannot be known."""
    found = intrinsic(node)
    if found is None:
        value = literal_text(node)
        return () if value is None or "{{resolve:" in value else (value,)
    if depth > 8:
        return ()
    name, argument = found
    if name == "Ref":
        value = scope.parameters.get(text(argument) or "")
        return () if value is None else (value,)
    if name == "Fn::Sub":
        return _substitute(argument, scope, depth)
    if name == "Fn::If":
        branches = items(argument)[1:3]
        texts = [value for branch in branches for value in alternatives(branch, scope, depth + 1)]
        return tuple(dict.fromkeys(texts))[:_MAX_ALTERNATIVES]
    if name == "Fn::Join":
        return _join(argument, scope, depth)
    return _find_in_map(argument, scope, depth) if name == "Fn::FindInMap" else ()


def _substitute(argument: Node, scope: Scope, depth: int) -> tuple[str, ...]:
    """Fn::Sub of a text, or of a list of a text and its variables."""
    parts = items(argument)
    template = text(parts[0] if parts else argument)
    variables = parts[1] if len(parts) > 1 else None
    if template is None:
        return ()
    is_known = True

    def value_of(match: re.Match[str]) -> str:
        nonlocal is_known
        if match.group(1):
            return "${" + match.group(2) + "}"
        name = match.group(2).strip()
        local = get(variables, name)
        values = alternatives(local, scope, depth + 1) if local is not None else ()
        value = values[0] if values else (scope.parameters.get(name) if local is None else None)
        is_known = is_known and value is not None
        return value or ""

    replaced = _VARIABLE.sub(value_of, template)
    return (replaced,) if is_known else ()


def _join(argument: Node, scope: Scope, depth: int) -> tuple[str, ...]:
    parts = items(argument)
    separator = text(parts[0]) if len(parts) == 2 else None
    if separator is None or not is_plain(parts[1]):
        return ()
    texts = [alternatives(item, scope, depth + 1) for item in items(parts[1])]
    if not all(texts):
        return ()
    return (separator.join(choices[0] for choices in texts),)


def _find_in_map(argument: Node, scope: Scope, depth: int) -> tuple[str, ...]:
    keys = [alternatives(item, scope, depth + 1) for item in items(argument)[:3]]
    if len(keys) != 3 or not all(keys):
        return ()
    value = literal_text(get(scope.mappings, *(choices[0] for choices in keys)))
    return () if value is None else (value,)


def referenced(node: Node | None) -> frozenset[str]:
    """The logical names that a node refers to through Ref, Fn::GetAtt and Fn::Sub, at any depth."""
    names: set[str] = set()
    for part in walk(node, 2000):
        found = intrinsic(part)
        if found is None:
            continue
        name, argument = found
        first = items(argument)[0] if items(argument) else argument
        value = text(first) or ""
        if name == "Ref":
            names.add(value)
        elif name == "Fn::GetAtt":
            names.add(value.split(".")[0])
        elif name == "Fn::Sub":
            names.update(match.group(2).split(".")[0].strip() for match in _VARIABLE.finditer(value))
    return frozenset(names)


def resources(template: Node | None, scope: Scope) -> Iterator[Entry]:
    """The resources of a template; a loop over a literal list gives one for each of its values.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
    """
    looped = 0
    for entry in entries(get(template, "Resources")):
        if entry.key.value.startswith("Fn::ForEach::"):
            for made in _loop(entry.value, scope) if looped < _MAX_LOOPED else ():
                looped += 1
                yield made
        else:
            yield entry


def _loop(node: Node, scope: Scope) -> Iterator[Entry]:
    parts = items(node)
    name = text(parts[0]) if len(parts) == 3 else None
    if name is None:
        return
    values = [alternatives(item, scope) for item in items(parts[1])]
    collection = intrinsic(parts[1])
    if collection and collection[0] == "Ref":
        default = scope.parameters.get(text(collection[1]) or "")
        values = [(value.strip(),) for value in default.split(",")] if default else []
    for choices in values[:_MAX_LOOP]:
        if choices:
            for entry in entries(parts[2]):
                yield _bind(entry, name, choices[0])


def _bind(entry: Entry, name: str, value: str) -> Entry:
    """A loop's body with its variable replaced, in keys, in texts and in references."""

    def bound_text(scalar: Scalar) -> Scalar:
        if scalar.tag == "!Ref" and scalar.value == name:
            return scalar._replace(tag="", value=value)
        replaced = scalar.value.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", value)
        return scalar._replace(value=replaced)

    def bound(node: Node, depth: int) -> Node:
        if isinstance(node, Scalar):
            return bound_text(node)
        if depth > 24:
            return node
        if isinstance(node, Mapping):
            if len(node.entries) == 1 and node.entries[0].key.value == "Ref" and text(node.entries[0].value) == name:
                return Scalar(node.span, node.file, value)
            pairs = (Entry(bound_text(pair.key), bound(pair.value, depth + 1)) for pair in node.entries)
            return node._replace(entries=tuple(pairs))
        if isinstance(node, Sequence):
            return node._replace(items=tuple(bound(item, depth + 1) for item in node.items))
        return node

    if sum(1 for _ in walk(entry.value, 3000)) >= 3000:
        return entry
    return Entry(bound_text(entry.key), bound(entry.value, 0))
