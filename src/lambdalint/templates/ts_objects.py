"""The object that a configuration file in TypeScript or JavaScript exports, as far as it is written in literals."""

from __future__ import annotations

from lambdalint.templates.cdk_names import Names
from lambdalint.templates.cdk_typescript import reader_of
from lambdalint.templates.project import Project
from lambdalint.templates.tree import Entry, Mapping, Node, Opaque, Reference, Scalar, Sequence, get

_MAX_NODES = 10_000
_MAX_DEPTH = 24


def exported_object(source: str, path: str, project: Project, key: str) -> Node | None:
    """The first object of a file that holds a key: bound to a name, to `module.exports`, or exported as default.

    Names that are bound once to literals are put in their places; what is not literal is Opaque, and an object with
    it among its spreads is partial.
    """
    reader = reader_of(source, path)
    names = reader.program(source, project).names
    roots = [*names.constants.values(), *reader.default_exports()]
    found = next((root for root in roots if get(root, key) is not None), None)
    return None if found is None else _Literals(names).node(found, 0)


class _Literals:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._left = _MAX_NODES

    def node(self, node: Node, depth: int) -> Node:
        """A node with its names resolved."""
        self._left -= 1
        found = self._names.resolve(node)
        if found is None or depth > _MAX_DEPTH or self._left < 0:
            return Opaque(node.span, node.file)
        if isinstance(found, Sequence):
            return found._replace(items=tuple(self.node(item, depth + 1) for item in found.items))
        if isinstance(found, Mapping):
            return self._mapping(found, depth)
        text = None if isinstance(found, Scalar | Reference) else self._names.text(found)
        return found if text is None else Scalar(found.span, found.file, text, "", '"')

    def _mapping(self, mapping: Mapping, depth: int) -> Mapping:
        entries: list[Entry] = []
        is_partial = mapping.is_partial
        for entry in mapping.entries:
            value = self.node(entry.value, depth + 1)
            if entry.key.value != "...":
                entries.append(Entry(entry.key, value))
            elif isinstance(value, Mapping):
                entries += value.entries
                is_partial = is_partial or value.is_partial
            else:
                is_partial = True
        return mapping._replace(entries=tuple(entries), is_partial=is_partial)
