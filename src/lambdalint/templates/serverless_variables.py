"""The Serverless Framework's variables, as far as they can be known without deploying.

https://www.serverless.com/framework/docs/guides/variables
"""

from __future__ import annotations

import re

from lambdalint.templates.jsontree import parse_json
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import Mapping, Node, Scalar, Sequence, TreeError, get, items, text
from lambdalint.templates.yamltree import parse_yaml

_FILE = re.compile(r"file\(\s*([^()]+?)\s*\)\s*(?::\s*(.+))?\Z", re.DOTALL)
_QUOTED = re.compile(r"""(['"])(.*)\1\Z""", re.DOTALL)
_ADDRESS = re.compile(r"(\w+)\s*:\s*(.*)\Z", re.DOTALL)
_MAX_DEPTH = 24
_MAX_STEPS = 5000


class Variables:
    """Resolves nodes of one service; `guesses` counts what it took from a default that a deployment may override.

    `problems` are the included files that are not readable, (path, row, message).
    """

    def __init__(self, root: Node | None, folder: str, project: Project) -> None:
        self._root = root
        self._folder = folder
        self._project = project
        self._files: dict[str, Node | None] = {}
        self._steps = 0
        self.guesses = 0
        self.problems: list[tuple[str, int, str]] = []

    def resolve(self, node: Node | None, depth: int = 0) -> Node | None:
        """The node that a text of variables stands for, any other node as it is; None when it is not known."""
        self._steps += 1
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS or node is None:
            return None
        if not isinstance(node, Scalar) or "${" not in node.value:
            return node
        if node.tag:
            return None
        whole = _whole(node.value)
        if whole is not None:
            return self._choices(whole, node, depth)
        replaced = self._interpolate(node.value, node, depth)
        return None if replaced is None else node._replace(value=replaced)

    def text(self, node: Node | None) -> str | None:
        """The text that a node resolves to, None when it is none or not known."""
        return text(self.resolve(node))

    def get(self, node: Node | None, *keys: str) -> Node | None:
        """The resolved value below a path of keys, each step resolved."""
        for key in keys:
            node = get(self.resolve(node), key)
        return self.resolve(node)

    def _interpolate(self, value: str, node: Scalar, depth: int) -> str | None:
        """A text with each of its variables replaced, innermost included; None when one is not known."""
        parts: list[str] = []
        position = 0
        while (start := value.find("${", position)) >= 0:
            end = _closing(value, start)
            if end < 0:
                return None
            found = text(self._choices(value[start + 2 : end], node, depth))
            if found is None:
                return None
            parts += (value[position:start], found)
            position = end + 1
        return "".join((*parts, value[position:]))

    def _choices(self, expression: str, node: Scalar, depth: int) -> Node | None:
        """The first alternative of `a, b, 'c'` that is known."""
        for number, choice in enumerate(_split(expression)):
            self._steps += 1
            found = self._one(choice.strip(), node, depth + 1)
            if found is not None:
                self.guesses += number > 0
                return found
        return None

    def _one(self, choice: str, node: Scalar, depth: int) -> Node | None:
        if depth > _MAX_DEPTH or self._steps > _MAX_STEPS:
            return None
        if "${" in choice:
            whole = _whole(choice)
            if whole is not None:
                return self._choices(whole, node, depth)
            inner = self._interpolate(choice, node, depth)
            return None if inner is None else self._one(inner, node, depth)
        quoted = _QUOTED.match(choice)
        if quoted:
            return Scalar(node.span, node.file, quoted.group(2), "", "'")
        file = _FILE.match(choice)
        if file:
            return self._path(self._file(file.group(1)), file.group(2), depth)
        address = _ADDRESS.match(choice)
        if address is None:
            return Scalar(node.span, node.file, choice) if re.fullmatch(r"-?\d+|true|false", choice) else None
        return self._source(address.group(1), address.group(2).strip(), node, depth)

    def _source(self, kind: str, name: str, node: Scalar, depth: int) -> Node | None:
        if kind == "self":
            found = self._path(self._root, name, depth)
            if found is None and name == "provider.stage":
                return self._default_stage(node)
            return found
        if kind == "sls" and name == "stage":
            self.guesses += 1
            found = self._path(self._root, "provider.stage", depth)
            return found if found is not None else self._default_stage(node)
        return None

    def _default_stage(self, node: Scalar) -> Scalar:
        self.guesses += 1
        return Scalar(node.span, node.file, "dev")

    def _path(self, node: Node | None, path: str | None, depth: int) -> Node | None:
        """The value at a dotted path, each step resolved."""
        for key in (path or "").strip().split("."):
            node = self.resolve(node, depth + 1)
            if key and isinstance(node, Sequence) and key.isdigit():
                node = node.items[int(key)] if int(key) < len(node.items) else None
            elif key:
                node = get(node, key)
        return self.resolve(node, depth + 1)

    def _file(self, relative: str) -> Node | None:
        path = self._project.join(self._folder, relative)
        if path is None or not path.endswith((".yml", ".yaml", ".json")):
            return None
        if path not in self._files:
            self._files[path] = self._parse(path)
        return self._files[path]

    def _parse(self, path: str) -> Node | None:
        data = self._project.bytes_of(path)
        if data is None:
            return None
        try:
            source = decode_template(data)
            return parse_json(source, path) if path.endswith(".json") else parse_yaml(source, path)
        except TreeError as error:
            self.problems.append((path, error.row, error.message))
            return None


def _whole(value: str) -> str | None:
    """The expression of a text that is one variable and nothing else."""
    stripped = value.strip()
    if stripped.startswith("${") and _closing(stripped, 0) == len(stripped) - 1:
        return stripped[2:-1]
    return None


def _closing(value: str, start: int) -> int:
    """The offset of the brace that closes the one at `start`, -1 without one."""
    depth = 0
    for offset in range(start, len(value)):
        if value[offset] == "{":
            depth += 1
        elif value[offset] == "}":
            depth -= 1
            if depth == 0:
                return offset
    return -1


def _split(expression: str) -> list[str]:
    """The alternatives of an expression: split at commas outside of braces, parentheses and quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for offset, sign in enumerate(expression):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "{(":
            depth += 1
        elif sign in "})":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(expression[start:offset])
            start = offset + 1
    return [*parts, expression[start:]]


def merged(variables: Variables, node: Node | None) -> list[Mapping]:
    """The maps of a node that is a map, or a list of maps, each perhaps a variable."""
    found = variables.resolve(node)
    if isinstance(found, Mapping):
        return [found]
    maps = (variables.resolve(item) for item in items(found)[:500])
    return [item for item in maps if isinstance(item, Mapping)]
