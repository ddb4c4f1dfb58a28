"""CDK apps in Python, over the same extraction as all other Python."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.declared import Declarations, TemplateComment
from lambdalint.source import SourceError, decode
from lambdalint.summary import (
    Assign,
    Attribute,
    BinOp,
    DictDisplay,
    Display,
    Expr,
    IfExp,
    Import,
    Literal,
    ModuleSummary,
    Name,
    Stmt,
    Subscript,
    With,
)
from lambdalint.summary import Call as CallExpr
from lambdalint.summary import (
    Joined as JoinedExpr,
)
from lambdalint.templates import cdk
from lambdalint.templates.cdk_names import Names
from lambdalint.templates.project import Project
from lambdalint.templates.tree import (
    Call,
    Entry,
    Joined,
    Mapping,
    Node,
    Opaque,
    Reference,
    Scalar,
    Sequence,
)
from lambdalint.walk import dotted, expressions, places, statements

_MAX_DEPTH = 24


def read(path: str, data: bytes, project: Project) -> Declarations:
    """The functions that a file of a CDK app declares; a file that is no Python is another rule's finding."""
    if cdk.is_test(path, project.root):
        return Declarations()
    summary = project.summary(data)
    if not isinstance(summary, ModuleSummary):
        return Declarations()
    program = _program(path, data, summary, project)
    found = cdk.functions(program, project)
    comments = (comment for comment in summary.comments if "noqa" in comment.text or "lambdalint" in comment.text)
    marked = tuple(TemplateComment(path, comment.row, comment.column, comment.text) for comment in comments)
    parameters = cdk.stored_parameters(program)
    return Declarations(tuple(found), comments=marked if found else (), parameters=parameters)


def _program(path: str, data: bytes, summary: ModuleSummary, project: Project) -> cdk.Program:
    convert = _Converter(path)
    names = _names(path, summary, convert, project)
    constructs: list[cdk.Construct] = []
    calls: list[Call] = []
    for body, maker in _makers(summary):
        for place in places(body):
            if not isinstance(place.expr, CallExpr):
                continue
            node = convert.node(place.expr)
            if not isinstance(node, Call):
                continue
            calls.append(node)
            constructs.append(cdk.Construct(node, _bound(place.statement, place.expr), maker))
    try:
        lines = decode(data).text.split("\n")
    except SourceError:
        lines = []
    return cdk.Program(names, tuple(constructs), tuple(calls), lines)


def _bodies(summary: ModuleSummary) -> Iterator[tuple[Stmt, ...]]:
    yield summary.body
    yield from (function.body for function in summary.functions)
    yield from (cls.body for cls in summary.classes)


def _makers(summary: ModuleSummary) -> Iterator[tuple[tuple[Stmt, ...], cdk.Maker | None]]:
    """Each body with the function that it is, a constructor under its class's name; None for the others."""
    yield summary.body, None
    yield from ((cls.body, None) for cls in summary.classes)
    for function in summary.functions:
        is_method = function.cls >= 0
        name = summary.classes[function.cls].name if is_method and function.name == "__init__" else function.name
        parameters = tuple(p.name for p in function.parameters if not p.kind.startswith("var"))
        yield function.body, cdk.Maker(name, parameters[is_method:])


def _bound(statement: Stmt, value: Expr) -> str:
    """The dotted name that a call's value is assigned to."""
    if isinstance(statement, Assign) and statement.value is value and len(statement.targets) == 1:
        return dotted(statement.targets[0]) or ""
    return ""


def _names(path: str, summary: ModuleSummary, convert: _Converter, project: Project) -> Names:
    """The names of a module: those bound once in the whole file, never changed by an item or a method."""
    constants: dict[str, Node] = {}
    changed: set[str] = set()
    imports: dict[str, str] = {}
    for body in _bodies(summary):
        for statement, _ in statements(body):
            if isinstance(statement, Import):
                imports.update(_imported(statement))
            elif isinstance(statement, Assign):
                _assign(statement, constants, changed, convert)
            elif isinstance(statement, With):
                for item in statement.items:
                    if isinstance(item.target, Name):
                        _bind(item.target.id, item.context, constants, changed, convert)
        for place in places(body):
            if isinstance(place.expr, CallExpr) and isinstance(place.expr.func, Attribute):
                if place.expr.func.attr in {"update", "setdefault", "pop", "append", "extend", "insert", "clear"}:
                    changed.add(dotted(place.expr.func.value) or "")
    defaults: dict[str, Node] = {}
    for function in summary.functions:
        for parameter in function.parameters:
            if parameter.name in defaults or parameter.default is None:
                changed.add(parameter.name)
            else:
                defaults[parameter.name] = convert.node(parameter.default)
    parameters = {parameter.name for function in summary.functions for parameter in function.parameters}
    known = {name: node for name, node in constants.items() if name not in changed and name not in parameters}
    usable = {name: node for name, node in defaults.items() if name not in changed and name not in constants}
    return Names(path, cdk.app_folder(path, project), known, usable, imports, {})


def _imported(statement: Import) -> Iterator[tuple[str, str]]:
    for name in statement.names:
        if statement.module is None:
            yield name.bound, name.name if name.alias else name.bound
        elif statement.level == 0:
            yield name.bound, f"{statement.module}.{name.name}"


def _assign(statement: Assign, constants: dict[str, Node], changed: set[str], convert: _Converter) -> None:
    for target in statement.targets:
        if isinstance(target, Subscript):
            changed.add(dotted(target.value) or "")
            continue
        for part in expressions(target) if not isinstance(target, Name | Attribute) else (target,):
            name = dotted(part)
            if name is None:
                continue
            is_plain = part is target and not statement.op
            _bind(name, statement.value if is_plain else None, constants, changed, convert)


def _bind(name: str, value: Expr | None, constants: dict[str, Node], changed: set[str], convert: _Converter) -> None:
    """Take a value for a name, unless it has one already or the value is not known."""
    if name in constants or value is None:
        changed.add(name)
    else:
        constants[name] = convert.node(value)


class _Converter:
    """Turns expressions of the summary into nodes."""

    def __init__(self, file: str) -> None:
        self._file = file

    def node(self, expr: Expr, depth: int = 0) -> Node:
        """The node of an expression; what a property cannot be is opaque."""
        if depth > _MAX_DEPTH:
            return Opaque(expr.span, self._file)
        if isinstance(expr, Literal):
            return self._literal(expr)
        if isinstance(expr, Name | Attribute):
            return self._named(expr, depth)
        if isinstance(expr, CallExpr):
            return self._call(expr, depth)
        if isinstance(expr, DictDisplay):
            return self._mapping(expr, depth)
        if isinstance(expr, Display):
            return Sequence(expr.span, self._file, tuple(self.node(item, depth + 1) for item in expr.items))
        if isinstance(expr, JoinedExpr):
            return Joined(expr.span, self._file, tuple(self.node(part, depth + 1) for part in expr.parts))
        if isinstance(expr, BinOp) and expr.op in {"/", "+"}:
            parts = (self.node(expr.left, depth + 1), self.node(expr.right, depth + 1))
            return Joined(expr.span, self._file, parts) if expr.op == "+" else Call(expr.span, self._file, "/", parts)
        if isinstance(expr, IfExp):
            branches = (expr.test, expr.body, expr.orelse)
            return Call(expr.span, self._file, "?:", tuple(self.node(part, depth + 1) for part in branches))
        return Opaque(expr.span, self._file)

    def _literal(self, expr: Literal) -> Node:
        if expr.kind == "str":
            return Scalar(expr.span, self._file, str(expr.value), "", '"')
        if expr.kind in {"int", "float", "bool"}:
            return Scalar(expr.span, self._file, str(expr.value))
        return Opaque(expr.span, self._file)

    def _named(self, expr: Name | Attribute, depth: int) -> Node:
        name = dotted(expr)
        if name is not None:
            return Reference(expr.span, self._file, name)
        if isinstance(expr, Attribute):
            return Call(expr.span, self._file, f".{expr.attr}", (self.node(expr.value, depth + 1),))
        return Opaque(expr.span, self._file)

    def _call(self, expr: CallExpr, depth: int) -> Node:
        name = dotted(expr.func)
        arguments: list[Node] = []
        if name is None and isinstance(expr.func, Attribute):
            name = f".{expr.func.attr}"
            arguments.append(self.node(expr.func.value, depth + 1))
        entries: list[Entry] = []
        for given in expr.arguments:
            value = self.node(given.value, depth + 1)
            if given.keyword is not None or given.star == "**":
                key = Scalar(given.span, self._file, given.keyword or "...")
                entries.append(Entry(key, value))
            else:
                arguments.append(Opaque(given.span, self._file) if given.star else value)
        if entries:
            arguments.append(Mapping(expr.span, self._file, tuple(entries)))
        return Call(expr.span, self._file, name or "", tuple(arguments))

    def _mapping(self, expr: DictDisplay, depth: int) -> Node:
        entries: list[Entry] = []
        is_partial = False
        for item in expr.items:
            value = self.node(item.value, depth + 1)
            if item.key is None:
                entries.append(Entry(Scalar(item.value.span, self._file, "..."), value))
            elif isinstance(item.key, Literal) and item.key.kind == "str":
                entries.append(Entry(Scalar(item.key.span, self._file, str(item.key.value), "", '"'), value))
            else:
                is_partial = True
        return Mapping(expr.span, self._file, tuple(entries), "", is_partial)
