"""The functions of a module that could have been made by a fix: cached, with nothing in them but what they return."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.fixes.layout import Layout
from lambdalint.fixes.scan import normal
from lambdalint.summary import Call, Expr, Function, FunctionDef, Literal, Return
from lambdalint.walk import dotted

# The functions of `functools` that they are decorated with.
CACHES = ("cache", "lru_cache")


def existing(layout: Layout) -> Iterator[tuple[tuple[str, tuple[str, ...]], tuple[str, int]]]:
    """The module's accessors: the normal text of what they return with their parameters, the name and the index."""
    for index, statement in enumerate(layout.summary.body):
        if (function := _accessor(layout, statement)) is not None:
            returned = function.body[0]
            if isinstance(returned, Return) and returned.value is not None:
                text = normal(layout.source.slice(returned.value.span))
                yield (text, tuple(parameter.name for parameter in function.parameters)), (function.name, index)


def blocks(layout: Layout) -> Iterator[int]:
    """The indexes of the first of every row of accessors that the module has."""
    is_above = False
    for index, statement in enumerate(layout.summary.body):
        is_accessor = _accessor(layout, statement) is not None
        if is_accessor and not is_above:
            yield index
        is_above = is_accessor


def names_from(layout: Layout, index: int) -> Iterator[str]:
    """The names of the accessors that stand one below the other from the top-level statement at an index on."""
    for statement in layout.summary.body[index:]:
        function = _accessor(layout, statement)
        if function is None:
            return
        yield function.name


def _accessor(layout: Layout, statement: object) -> Function | None:
    """The function of a statement that defines one."""
    if not isinstance(statement, FunctionDef):
        return None
    function = layout.summary.functions[statement.function]
    if any(p.kind != "positional" or p.default is not None for p in function.parameters) or function.is_async:
        return None
    if len(function.decorators) != 1 or len(function.body) != 1:
        return None
    is_limited = bool(function.parameters) and _has_size(function.decorators[0])
    is_accessor = _is_cache(function.decorators[0]) and not is_limited and isinstance(function.body[0], Return)
    return function if is_accessor else None


def _is_cache(decorator: Expr) -> bool:
    name = dotted(decorator.func if isinstance(decorator, Call) else decorator)
    return name is not None and name.rpartition(".")[2] in CACHES


def _has_size(decorator: Expr) -> bool:
    """Whether a cache has a size of its own: it was chosen for the values that it is asked for."""
    given = decorator.arguments if isinstance(decorator, Call) else ()
    return any(not isinstance(one.value, Literal) or one.value.kind != "none" for one in given)
