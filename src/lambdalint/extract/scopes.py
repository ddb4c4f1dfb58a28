"""The names that one scope binds, gathered while its body is converted."""

from __future__ import annotations

from lambdalint.summary import Attribute, Display, Expr, Name, NamedExpr, Star, Subscript


class ScopeTable:
    """One module's, function's or class's names.  `function` and `cls` are its number, -1 for what it is not."""

    __slots__ = ("bound", "cls", "function", "globals", "is_generator", "nonlocals", "prefix")

    def __init__(self, prefix: str = "", function: int = -1, cls: int = -1) -> None:
        self.prefix = prefix
        self.function = function
        self.cls = cls
        self.bound: set[str] = set()
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.is_generator = False

    def bind(self, name: str) -> None:
        """Note that the scope binds a name."""
        self.bound.add(name)

    def bind_target(self, target: Expr) -> None:
        """Note every name that an assignment to this target binds."""
        stack = [target]
        while stack:
            part = stack.pop()
            if isinstance(part, Name):
                self.bound.add(part.id)
            elif isinstance(part, Display):
                stack.extend(part.items)
            elif isinstance(part, Star):
                stack.append(part.value)
            elif isinstance(part, NamedExpr | Attribute | Subscript):
                continue

    def qualname(self, name: str) -> str:
        """The qualified name that Python gives to a definition of this scope."""
        return name if name in self.globals else self.prefix + name

    def locals(self) -> tuple[str, ...]:
        """The names bound in the scope itself, sorted."""
        return tuple(sorted(self.bound - self.globals - self.nonlocals))
