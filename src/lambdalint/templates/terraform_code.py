"""Where the code of a Terraform function comes from: the folders and the inline Python behind its archive.

https://registry.terraform.io/providers/hashicorp/archive/latest/docs/data-sources/file
"""

from __future__ import annotations

import posixpath
import textwrap
from typing import NamedTuple

from lambdalint.declared import InlineCode
from lambdalint.templates.hcl import Block
from lambdalint.templates.inline import aligned
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.terraform_scope import Scope
from lambdalint.templates.tree import Call, Node, Reference, Scalar, TreeError, walk


class Code(NamedTuple):
    """The folders that a package is made from, or the Python that stands in a template (in `file`)."""

    folders: tuple[str, ...] = ()
    inline: InlineCode | None = None
    file: str | None = None


_OBJECTS = frozenset({"aws_s3_object", "aws_s3_bucket_object"})


def package_code(block: Block, scope: Scope, handler: str, project: Project) -> Code:
    """The code of an `aws_lambda_function` or `aws_lambda_layer_version`."""
    for name in ("filename", "s3_key", "source_code_hash", "s3_object_version"):
        node = block.get(name)
        archive = _archive(node, scope)
        if archive is not None:
            code = _archived(*archive, handler, project)
            return code if code != Code() else _sibling(*archive, handler, project)
        beside = project.beside_zip(scope.folder.path, scope.text(node) or "", handler)
        if beside is not None:
            return Code((beside,))
    return Code()


def _sibling(block: Block, scope: Scope, handler: str, project: Project) -> Code:
    """What another archive with the same output packs, for one whose folder is made in between."""
    output = scope.text(block.get("output_path"))
    for other in scope.folder.of("data", "archive_file"):
        if other is not block and output and scope.text(other.get("output_path")) == output:
            code = _archived(other, scope, handler, project)
            if any(project.has_module(folder, handler) for folder in code.folders):
                return code
    return Code()


def _archive(node: Node | None, scope: Scope) -> tuple[Block, Scope] | None:
    """The `archive_file` that an expression names, by reference, by its output path, or behind an S3 object."""
    for part in walk(node, 50):
        found = scope.resolve(part) if isinstance(part, Reference) else None
        if found is None or not isinstance(found[0], Reference):
            continue
        words, owner = found[0].name.removeprefix("data.").split("."), found[1]
        if len(words) > 1 and words[0] == "archive_file":
            kind = "data" if found[0].name.startswith("data.") else "resource"
            block = owner.folder.find(kind, "archive_file", words[1])
            if block is not None:
                return block, _instance(block, owner)
        if len(words) > 1 and words[0] in _OBJECTS:
            held = owner.folder.find("resource", words[0], words[1])
            if held is not None and held.get("source") is not None:
                return _archive(held.get("source"), owner)
    return _archive_at(scope.text(node), scope)


def _instance(block: Block, scope: Scope) -> Scope:
    """The archive's own scope: the loop of what names it, or its only instance."""
    if scope.each is not None or block.get("for_each") is None:
        return scope
    instances = scope.instances(block)
    return instances[0] if len(instances) == 1 else scope


def _archive_at(path: str | None, scope: Scope) -> tuple[Block, Scope] | None:
    if not path or not path.endswith(".zip"):
        return None
    wanted = posixpath.normpath(posixpath.join(scope.folder.path, path))
    for kind in ("data", "resource"):
        for block in scope.folder.of(kind, "archive_file"):
            for instance in scope.instances(block):
                output = instance.text(block.get("output_path"))
                if output and posixpath.normpath(posixpath.join(scope.folder.path, output)) == wanted:
                    return block, instance
    return None


def _archived(block: Block, scope: Scope, handler: str, project: Project) -> Code:
    """What an `archive_file` packs."""
    for name in ("source_dir", "source_file"):
        node = block.get(name)
        written = _written(node, scope) if name == "source_file" else None
        if written is not None:
            return _content(written.get("content"), scope, project)
        if node is not None:
            return from_paths([scope.text(node)], scope, handler, project)
    content = block.get("source_content")
    if content is not None:
        return _content(content, scope, project)
    module = handler.rpartition(".")[0].replace(".", "/")
    sources = [inner for inner in block.blocks if inner.kind == "source"]
    named = [inner for inner in sources if scope.text(inner.get("filename")) == f"{module}.py"]
    for inner in named or sources[:1]:
        return _content(inner.get("content"), scope, project)
    return Code()


def _written(node: Node | None, scope: Scope) -> Block | None:
    """The `local_file` whose name is the source of an archive."""
    if isinstance(node, Reference):
        words = node.name.split(".")
        if len(words) > 1 and words[0] == "local_file":
            return scope.folder.find("resource", "local_file", words[1])
    return None


def _content(node: Node | None, scope: Scope, project: Project) -> Code:
    """The code of a content: a here-document, or a file that it reads."""
    found = scope.resolve(node)
    value = found[0] if found else None
    if isinstance(value, Call) and value.name in {"file", "templatefile"} and value.arguments and found:
        return from_paths([found[1].text(value.arguments[0])], found[1], "", project)
    if not isinstance(value, Scalar) or "\n" not in value.value:
        return Code()
    try:
        lines = decode_template(project.bytes_of(value.file) or b"").split("\n")
    except TreeError:
        return Code()
    inline = aligned(value.value, value.span.row + 1, lines)
    if value.style != "<<":
        inline = InlineCode(textwrap.dedent(value.value), value.span.row, 0, False)
    return Code((), inline, value.file)


def from_paths(paths: list[str | None], scope: Scope, handler: str, project: Project) -> Code:
    """The folders that paths name, that of the handler first.

    Terraform reads a relative path from where it runs: the folder of the files or, for a folder that another
    calls, one above it.
    """
    known: dict[str, None] = {}
    for path in paths:
        folder = project.folder(scope.folder.path, path) if path else None
        if folder is None and path:
            folder = _from_above(path, scope.folder.path, handler, project)
        if folder is not None:
            known[folder] = None
    return Code(tuple(sorted(known, key=lambda folder: not project.has_module(folder, handler))))


def _from_above(path: str, base: str, handler: str, project: Project) -> str | None:
    while len(base) > len(project.root):
        base = posixpath.dirname(base)
        folder = project.folder(base, path)
        if folder is not None and project.has_module(folder, handler):
            return folder
    return None
