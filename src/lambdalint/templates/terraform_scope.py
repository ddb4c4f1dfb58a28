"""What names stand for in a folder of Terraform files: variables with values, locals, loops, paths.

https://developer.hashicorp.com/terraform/language/expressions/references
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType
from dataclasses import dataclass, field
from typing import TypeAlias

from lambdalint.templates.hcl import Block, HclFile, parse_hcl
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import (
    Call,
    Joined,
    Mapping,
    Node,
    Reference,
    Scalar,
    Sequence,
    TreeError,
    entries,
    get,
    items,
    text,
)

MAX_INSTANCES = 50
_MAX_LENGTH = 4000
"""Characters of a text that is put together; names that hang on others many times would make longer ones."""
_MAX_DEPTH = 16
_CHANGES: MappingType[str, Callable[..., str | None]] = {
    "lower": lambda text, *_: text.lower(),
    "upper": lambda text, *_: text.upper(),
    "trimspace": lambda text, *_: text.strip(),
    "basename": lambda text, *_: posixpath.basename(text),
    "dirname": lambda text, *_: posixpath.dirname(text),
    "trimprefix": lambda text, affix="", *_: text.removeprefix(affix),
    "trimsuffix": lambda text, affix="", *_: text.removesuffix(affix),
    "replace": lambda text, old="", new="", *_: _replaced(text, old, new),
}
"""https://developer.hashicorp.com/terraform/language/functions"""
_VALUES = "terraform.tfvars"
_AUTOMATIC = ".auto.tfvars"
_ROOTS = frozenset({"path.root", "path.cwd"})


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of one folder, which are one module of Terraform's."""

    path: str
    blocks: tuple[Block, ...]
    locals: MappingType[str, Node]
    values: MappingType[str, Node]
    named: MappingType[tuple[str, ...], Block]
    kinds: MappingType[tuple[str, str], tuple[Block, ...]]

    def find(self, kind: str, *labels: str) -> Block | None:
        """The block of a kind with those labels."""
        return self.named.get((kind, *labels))

    def of(self, kind: str, label: str) -> tuple[Block, ...]:
        """The blocks of a kind whose first label is given."""
        return self.kinds.get((kind, label), ())


def file_of(path: str, project: Project) -> HclFile | None:
    """A parsed file, None when it is not there.  Raises TreeError when it is no HCL."""
    data = project.bytes_of(path)
    return None if data is None else parse_hcl(decode_template(data), path)


def folder_of(path: str, project: Project) -> Folder:
    """All that the .tf files of a folder say, and the values of variables that Terraform loads by itself.

    Files that cannot be read count as empty.
    https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files
    """
    names = sorted(project.names_in(path), key=lambda name: (name.endswith(".tfvars"), name != _VALUES, name))
    is_read = (name for name in names if name.endswith((".tf", _AUTOMATIC)) or name == _VALUES)
    files = [posixpath.join(path, name) for name in is_read]
    known = project.memo.get(("terraform", path))
    if isinstance(known, Folder):
        project.asked.update(files)
        return known
    blocks: list[Block] = []
    values: dict[str, Node] = {}
    for file in files:
        try:
            found = file_of(file, project)
        except TreeError:
            continue
        if found is not None and file.endswith(".tfvars"):
            values.update((entry.key.value, entry.value) for entry in found.attributes.entries)
        elif found is not None:
            blocks += found.blocks
    defaults: dict[str, Node] = {}
    for block in blocks:
        default = block.get("default")
        if block.kind == "variable" and block.labels and default is not None:
            defaults[block.labels[0]] = default
    named = {e.key.value: e.value for block in blocks if block.kind == "locals" for e in block.attributes.entries}
    labelled: dict[tuple[str, ...], Block] = {}
    kinds: dict[tuple[str, str], list[Block]] = {}
    for block in blocks:
        labelled.setdefault((block.kind, *block.labels), block)
        if block.labels:
            kinds.setdefault((block.kind, block.labels[0]), []).append(block)
    grouped = {key: tuple(group) for key, group in kinds.items()}
    folder = Folder(path, tuple(blocks), named, defaults | values, labelled, grouped)
    project.memo[("terraform", path)] = folder
    return folder


@dataclass(frozen=True, slots=True)
class Scope:
    """A folder with the arguments that a call of it passes, and the value of the loop around."""

    folder: Folder
    arguments: MappingType[str, Bound] = field(default_factory=dict)
    each: tuple[Node, Node] | None = None
    texts: dict[str, str | None] = field(default_factory=dict, compare=False)

    def resolve(self, node: Node | None, depth: int = 0) -> Bound | None:
        """What a reference stands for, with the scope that it belongs to; None when it is not known."""
        if node is None or depth > _MAX_DEPTH:
            return None
        if isinstance(node, Call) and node.name in {"try", "coalesce", "tostring", "toset", "tomap", "tolist"}:
            return self.resolve(node.arguments[0], depth + 1) if node.arguments else None
        if not isinstance(node, Reference):
            return node, self
        head, _, rest = node.name.partition(".")
        if head == "each" and self.each is not None:
            key, _, path = rest.partition(".")
            return self._below(self.each[0] if key == "key" else self.each[1], path, depth)
        name, _, path = rest.partition(".")
        if head == "local" and name in self.folder.locals:
            return self._below(self.folder.locals[name], path, depth)
        if head == "var" and name in self.arguments:
            value, scope = self.arguments[name]
            return scope._below(value, path, depth)
        if head == "var" and name in self.folder.values:
            return self._below(self.folder.values[name], path, depth)
        return node, self

    def _below(self, node: Node, path: str, depth: int) -> Bound | None:
        found = self.resolve(node, depth + 1)
        for key in path.split(".") if path else ():
            if found is None:
                return None
            inner, scope = found
            if isinstance(inner, Sequence) and key.isdigit() and int(key) < len(inner.items):
                found = scope.resolve(inner.items[int(key)], depth + 1)
            else:
                found = scope.resolve(get(inner, key), depth + 1)
        return found

    def text(self, node: Node | None, depth: int = 0) -> str | None:
        """The text of an expression, None if not known; `path.module` is the folder, `path.root` stays relative."""
        if not isinstance(node, Reference):
            return self._text(node, depth)
        if node.name not in self.texts:
            self.texts[node.name] = None  # for a name that hangs on itself
            self.texts[node.name] = self._text(node, depth)
        return self.texts[node.name]

    def _text(self, node: Node | None, depth: int) -> str | None:
        found = self.resolve(node, depth)
        if found is None or depth > _MAX_DEPTH:
            return None
        value, scope = found
        if isinstance(value, Scalar):
            return None if value.style == "" and value.value == "null" else value.value
        if isinstance(value, Reference):
            return scope.folder.path if value.name == "path.module" else "." if value.name in _ROOTS else None
        if isinstance(value, Joined):
            return _put_together("", [scope.text(part, depth + 1) for part in value.parts])
        return scope._called(value, depth) if isinstance(value, Call) else None

    def _called(self, call: Call, depth: int) -> str | None:
        arguments = call.arguments
        if call.name in {"abspath", "pathexpand"} and len(arguments) == 1:
            return self.text(arguments[0], depth + 1)
        if call.name == "join" and len(arguments) == 2:
            parts = [self.text(item, depth + 1) for item in items(arguments[1])]
            separator = self.text(arguments[0], depth + 1)
            return None if separator is None or not parts else _put_together(separator, parts)
        if call.name == "format" and arguments:
            template = self.text(arguments[0], depth + 1)
            values = [self.text(item, depth + 1) for item in arguments[1:]]
            if template is None or template.count("%s") != len(values):
                return None
            pieces = template.split("%s")
            return _put_together("", [pieces[0], *(p for pair in zip(values, pieces[1:], strict=True) for p in pair)])
        change = _CHANGES.get(call.name)
        if change is not None and 0 < len(arguments) <= 3:
            values = [self.text(item, depth + 1) for item in arguments]
            return None if None in values else change(*(value or "" for value in values))
        return None

    def is_variable(self, node: Node | None) -> bool:
        """Whether an expression hangs on a variable of the folder that has no value here."""
        for part in _references(node):
            found = self.resolve(part)
            name = part.name if found is None else found[0].name if isinstance(found[0], Reference) else ""
            if name.startswith("var."):
                return True
        return False

    def instances(self, block: Block) -> list[Scope]:
        """The scopes of a block's instances: one for each item of a literal `for_each`, else this one."""
        each = block.get("for_each")
        found = self.resolve(each)
        if each is None or found is None:
            return [self]
        value, scope = found
        if isinstance(value, Mapping):
            pairs: list[tuple[Node, Node]] = [(entry.key, entry.value) for entry in entries(value)]
        else:
            pairs = [(item, item) for item in items(value) if text(item) is not None]
        made = [Scope(self.folder, self.arguments, pair) for pair in pairs[:MAX_INSTANCES]]
        return made if made and scope.folder is self.folder else [self]


def _replaced(text: str, old: str, new: str) -> str | None:
    """A text with each occurrence of another replaced; one between slashes is a regular expression, None."""
    is_regex = len(old) > 1 and old.startswith("/") and old.endswith("/")
    return None if is_regex or not old or text.count(old) * len(new) > _MAX_LENGTH else text.replace(old, new)


def _put_together(separator: str, parts: SequenceType[str | None]) -> str | None:
    """Known parts as one text, unless it grows too long."""
    length = sum(len(part or "") + len(separator) for part in parts)
    return None if None in parts or length > _MAX_LENGTH else separator.join(part or "" for part in parts)


Bound: TypeAlias = tuple[Node, Scope]


def _references(node: Node | None) -> list[Reference]:
    found: list[Reference] = []
    stack = [] if node is None else [node]
    while stack and len(found) < 50:
        part = stack.pop()
        if isinstance(part, Reference):
            found.append(part)
        elif isinstance(part, Joined):
            stack.extend(part.parts)
        elif isinstance(part, Call):
            stack.extend(part.arguments)
    return found
