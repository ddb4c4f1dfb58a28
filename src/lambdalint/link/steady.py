"""Names of a module that stand for what nothing changes: plain values, the environment and what it says."""

from __future__ import annotations

from lambdalint.link.bindings import ModuleIndex
from lambdalint.summary import BoolOp, Call, Compare, Expr, Import, Joined, Literal, Subscript, UnaryOp
from lambdalint.walk import dotted, is_literal_none

_ENVIRONMENT = frozenset(("environ", "getenv"))
_PLAIN_CALLS = frozenset(("os.getenv", "os.environ.get", "getenv", "environ.get", "bool", "int", "float", "str"))


def stays(module: ModuleIndex, name: str) -> bool:
    """Whether a module's own name stands for the same all the time: no function binds it anew or changes its value."""
    bindings = module.table(module.scope).get(name, ())
    if not bindings or any(name in function.globals for function in module.summary.functions):
        return False
    return all(
        _is_of_environment(b.statement)
        if b.kind == "import" and isinstance(b.statement, Import)
        else b.kind == "value" and b.value is not None and _is_plain(b.value)
        for b in bindings
    )


def _is_of_environment(statement: Import) -> bool:
    """Whether an import takes nothing but `os`, or what is of its environment."""
    named = {item.name for item in statement.names}
    return named == {"os"} or (statement.module == "os" and named <= _ENVIRONMENT)


def _is_plain(value: Expr) -> bool:
    """Whether a value cannot change: text, a number, the truth of something, or what the environment says."""
    if isinstance(value, Call):
        return dotted(value.func) in _PLAIN_CALLS and all(_is_plain(given.value) for given in value.arguments)
    if isinstance(value, Subscript):
        return (dotted(value.value) or "").rpartition(".")[2] == "environ"
    return isinstance(value, Literal | Joined | Compare | BoolOp | UnaryOp) and not is_literal_none(value)
