"""Which functions are memoized by a decorator, and for how long."""

from __future__ import annotations

from collections.abc import Iterable

from lambdalint.catalog.caches import Memo, find, find_property
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.memo import Condition, regions
from lambdalint.link.model import ClassValue, FunctionValue, Unit
from lambdalint.link.resolve import Resolver
from lambdalint.summary import Call, Name
from lambdalint.walk import dotted, places


class CacheKinds:
    """Cache decorators of functions; `extra` are the decorators of the project that the configuration names."""

    def __init__(self, resolver: Resolver, extra: Iterable[str] = ()) -> None:
        self._resolver = resolver
        self._extra = frozenset(extra)
        self._found: dict[Unit, tuple[Condition | None, Memo | None]] = {}

    def condition(self, unit: Unit) -> Condition | None:
        """When a function's results last: always, while its object or the enclosing call lasts; None when uncached."""
        return self._look(unit)[0]

    def decorator(self, unit: Unit) -> Memo | None:
        """The known cache decorator of a function."""
        return self._look(unit)[1]

    def _look(self, unit: Unit) -> tuple[Condition | None, Memo | None]:
        found = self._found.get(unit)
        if found is None:
            found = self._found[unit] = self._judge(unit)
        return found

    def _judge(self, unit: Unit) -> tuple[Condition | None, Memo | None]:
        module = self._resolver.load(unit.path)
        if module is None or unit.number < 0:
            return None, None
        function = module.function(unit.number)
        if not function.decorators:
            return None, None
        paths = self._resolver.decorator_paths(FunctionValue(*unit))
        bare = tuple(path.removesuffix("()") for path in paths)
        cache = next((memo for path in bare if (memo := find(path) or find_property(path)) is not None), None)
        if cache is None and not (self._extra & set(bare)) and not self._is_project_cache(module, unit):
            return None, None
        if function.outer >= 0 and function.cls < 0:
            return Condition(outer=Unit(unit.path, function.outer)), cache
        if function.cls >= 0 and not {"staticmethod", "classmethod"} & set(paths):
            return Condition(cls=ClassValue(unit.path, function.cls)), cache
        return Condition(), cache

    def _is_project_cache(self, module: ModuleIndex, unit: Unit) -> bool:
        """Whether a decorator is named in the configuration, or is a memoizing decorator of the project."""
        function = module.function(unit.number)
        for decorator in function.decorators:
            name = dotted(decorator.func if isinstance(decorator, Call) else decorator)
            if name is not None and (name in self._extra or name.rpartition(".")[2] in self._extra):
                return True
        return any(self._memoizes(Unit(w.path, w.number)) for w in self._resolver.wrappers(*unit))

    def _memoizes(self, wrapper: Unit) -> bool:
        """Whether a decorator's wrapper calls the function that it wraps only behind a memo guard."""
        module = self._resolver.load(wrapper.path)
        if module is None:
            return False
        function = module.function(wrapper.number)
        if function.outer < 0:
            return False
        wrapped = {p.name for p in module.function(function.outer).parameters[:1]}
        guarded = regions(module, wrapper)
        inner = [
            place.expr
            for place in places(function.body)
            if isinstance(place.expr, Call) and isinstance(place.expr.func, Name) and place.expr.func.id in wrapped
        ]
        return bool(inner) and all(any(r.span.contains(call.span) for r in guarded) for call in inner)
