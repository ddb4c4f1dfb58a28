"""CDK apps in TypeScript: a tolerant reader of their constructs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from lambdalint.declared import Declarations, TemplateComment
from lambdalint.templates import cdk
from lambdalint.templates.cdk_names import Names
from lambdalint.templates.project import Project, decode_template
from lambdalint.templates.tree import Call, Node, TreeError
from lambdalint.templates.ts_expressions import Expressions
from lambdalint.templates.ts_tokens import Token, tokens

MAX_TOKENS = 30_000
"""How long a program is read at most: four times the longest that was met."""

_MODIFIERS = frozenset({"const", "let", "var", "readonly", "public", "private", "protected", "static"})
_MODULES = {"aws-cdk-lib": "aws_cdk", "@aws-cdk": "aws_cdk", "monocdk": "aws_cdk"}


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The functions that a file of a CDK app declares; what is not understood is passed over."""
    if cdk.is_test(path, project.root):
        return Declarations()
    try:
        source = decode_template(data)
    except TreeError:
        return Declarations()
    reader = reader_of(source, path)
    program = reader.program(source, project)
    functions = cdk.functions(program, project)
    marked = ((offset, text) for offset, text in reader.comments if "noqa" in text or "lambdalint" in text)
    suppressions = tuple(TemplateComment(path, *reader.expressions.place(offset), text) for offset, text in marked)
    parameters = cdk.stored_parameters(program)
    return Declarations(tuple(functions), comments=suppressions if functions else (), parameters=parameters)


def reader_of(source: str, path: str) -> Reader:
    """The reader of a program, of a long one's beginning."""
    comments: list[tuple[int, str]] = []
    found = list(islice(tokens(source, comments), MAX_TOKENS))
    return Reader(path, found, Expressions(source, path, found), comments)


class Reader:
    """Finds imports, bindings and constructs by what stands around them; `comments` are (offset, text)."""

    def __init__(
        self, path: str, found: list[Token], expressions: Expressions, comments: list[tuple[int, str]]
    ) -> None:
        self.comments = comments
        self._path = path
        self._tokens = found
        self.expressions = expressions

    def program(self, source: str, project: Project) -> cdk.Program:
        """The file as the common reader of constructs wants it."""
        constants: dict[str, Node] = {}
        twice: set[str] = set()
        calls: list[Call] = []
        constructs: list[cdk.Construct] = []
        for index, token in enumerate(self._tokens):
            if token.kind != "name":
                continue
            if token.value == "new":
                self._new(index, constructs, calls)
            elif self._is_call_start(index):
                node, _ = self.expressions.postfix(index)
                if isinstance(node, Call):
                    calls.append(node)
            bound = self._binding(index)
            if bound is not None:
                name, value_index = bound
                if name in constants:
                    twice.add(name)
                constants[name] = self.expressions.expression(value_index)[0]
        unsure = twice | self._changed()
        once = {name: node for name, node in constants.items() if name not in unsure}
        app = cdk.app_folder(self._path, project)
        names = Names(self._path, app, once, {}, dict(self._imports()), {})
        return cdk.Program(names, tuple(constructs), tuple(calls), source.split("\n"))

    def default_exports(self) -> Iterator[Node]:
        """The objects behind `export default`."""
        for index, token in enumerate(self._tokens):
            if token[:2] == ("name", "default") and self.expressions.is_sign(index + 1, "{"):
                yield self.expressions.expression(index + 1)[0]

    def _new(self, index: int, constructs: list[cdk.Construct], calls: list[Call]) -> None:
        node, _ = self.expressions.postfix(index)
        if isinstance(node, Call):
            calls.append(node)
            constructs.append(cdk.Construct(node, self._target(index)))

    def _is_call_start(self, index: int) -> bool:
        """Whether a dotted name with a call begins here."""
        if index and (self.expressions.is_sign(index - 1, ".") or self._tokens[index - 1].value == "new"):
            return False
        while self.expressions.is_sign(index + 1, ".") and index + 2 < len(self._tokens):
            index += 2
        return self.expressions.is_sign(index + 1, "(")

    def _target(self, index: int) -> str:
        """The name that the value at an index is assigned to."""
        if not self.expressions.is_sign(index - 1, "="):
            return ""
        index -= 2
        start = index
        while index > 1 and self._tokens[index].kind == "name" and self.expressions.is_sign(index - 1, "."):
            index -= 2
        dotted = ".".join(self._tokens[at].value for at in range(index, start + 1, 2))
        if index > 1 and self.expressions.is_sign(index - 1, ":"):
            return self._tokens[index - 2].value
        return dotted

    def _binding(self, index: int) -> tuple[str, int] | None:
        """(name, the index of its value) where a declaration or an assignment begins at a name."""
        previous = self._tokens[index - 1].value if index else ";"
        if previous not in _MODIFIERS | {";", "{", "}", ")"} and self._tokens[index].value != "this":
            return None
        parts, after = [self._tokens[index].value], index + 1
        while self.expressions.is_sign(after, ".") and after + 1 < len(self._tokens):
            parts.append(self._tokens[after + 1].value)
            after += 2
        if previous in _MODIFIERS and self.expressions.is_sign(after, ":"):
            after = self._after_type(after + 1)
        if self.expressions.is_sign(after, "="):
            return ".".join(parts), after + 1
        return None

    def _after_type(self, index: int) -> int:
        """The index of the equals sign after a type annotation."""
        for at in range(index, min(index + 40, len(self._tokens))):
            if self.expressions.is_sign(at, "=") or self.expressions.is_sign(at, ";"):
                return at
        return index

    def _changed(self) -> set[str]:
        """The names of which an item or a member is assigned: their value is not the literal one."""
        found: set[str] = set()
        for index, token in enumerate(self._tokens[:-1]):
            if token.kind != "name" or (index and self.expressions.is_sign(index - 1, ".")):
                continue
            start = index + 2 if token.value == "this" and self.expressions.is_sign(index + 1, ".") else index
            after = start + 1
            while self.expressions.is_sign(after, ".") or self.expressions.is_sign(after, "["):
                after = self.expressions.closing(after) + 1 if self.expressions.is_sign(after, "[") else after + 2
            if after > start + 1 and self.expressions.is_sign(after, "=") and len(found) < 1000:
                found.add(self._tokens[start].value if start == index else f"this.{self._tokens[start].value}")
        return found

    def _imports(self) -> Iterator[tuple[str, str]]:
        for index, token in enumerate(self._tokens):
            if token[:2] != ("name", "import"):
                continue
            end = next(
                (at for at in range(index + 1, min(index + 400, len(self._tokens))) if self._tokens[at].kind == "text"),
                None,
            )
            if end is not None:
                yield from self._imported(self._tokens[index + 1 : end], _module(self._tokens[end].value))

    def _imported(self, clause: list[Token], module: str) -> Iterator[tuple[str, str]]:
        """(local name, what it is) of `* as a`, `{ b, c as d }` and a default import."""
        is_named = False
        for at, token in enumerate(clause):
            if token.kind == "sign":
                is_named = is_named or token.value == "{"
                continue
            before = clause[at - 1].value if at else ""
            if token.kind != "name" or token.value in {"as", "from", "type"}:
                continue
            if before == "as":
                origin = clause[at - 2].value
                yield token.value, module if origin == "*" else f"{module}.{origin}"
            elif not (at + 1 < len(clause) and clause[at + 1].value == "as"):
                yield token.value, f"{module}.{token.value}" if is_named else module


def _module(name: str) -> str:
    """A package's name as the Python library spells it: "aws-cdk-lib/aws-lambda" is aws_cdk.aws_lambda."""
    head, _, rest = name.partition("/")
    parts = [_MODULES.get(head, head), *(rest.split("/") if rest else [])]
    return ".".join(part.replace("-", "_") for part in parts if part)
