"""Imports that fixes ask for at module level: what is there already, what must be added, and where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lambdalint.fixes.edits import Change, Unfit
from lambdalint.fixes.gaps import IMPORTS, Gaps
from lambdalint.fixes.import_block import STDLIB, Entry, ImportBlock, category_of
from lambdalint.fixes.import_names import Imported
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.module import Top
from lambdalint.summary import Import

# Packages of the runtime that no project has a module of the name of.
_BOTO = ("boto3", "botocore")
# What the variables begin with that modules of the standard library read, some of them when they are imported.
# https://docs.python.org/3/library/zoneinfo.html#environment-configuration
# https://docs.openssl.org/master/man7/openssl-env/
_READ = ("PYTHON", "OPENSSL", "SSL", "TZ", "TMP", "TEMP", "LANG", "LC_", "HOME", "PATH")


class ImportDemand(NamedTuple):
    """Have an import at module level: `import module as alias`, or `from module import name as alias`.

    `module` carries its leading dots.  `comments` and `trailing` come along with it.  `is_hoisted` says that
    the import stood in a function, so that what runs before it must go on to run before it.
    """

    module: str
    name: str | None = None
    alias: str | None = None
    comments: tuple[str, ...] = ()
    trailing: str = ""
    is_hoisted: bool = False

    @property
    def bound(self) -> str:
        """The local name that is bound."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def target(self) -> tuple[str, str | None]:
        """What the local name stands for."""
        if self.name is None and self.alias is None:
            return self.module.partition(".")[0], None
        return self.module, self.name


def import_changes(layout: Layout, top: Top, gaps: Gaps, wanted: Iterable[ImportDemand]) -> list[Change]:
    """The changes that bring about all wanted imports; the first ones of a module go into its gaps.

    Raises Unfit when two bind one name to different things or a place cannot be found.
    """
    blocks: dict[int, ImportBlock] = {}
    bound: dict[str, tuple[str, str | None]] = {}
    placed: dict[tuple[str, str | None, str | None], Entry] = {}
    limit = layout.import_limit
    for demand in sorted(wanted, key=lambda demand: demand.alias is not None):  # statements of their own go last
        if bound.setdefault(demand.bound, demand.target) != demand.target:
            raise Unfit(f"another fix imports something else as `{demand.bound}`")
        key = (demand.module, demand.name, demand.alias)
        if key in placed or is_provided(top, demand):
            continue
        start = _start(top, demand)
        block = blocks.setdefault(start, ImportBlock(layout, top, start, limit))
        placed[key] = block.place(_entry(demand, layout.own))
    changes: list[Change] = []
    for block in blocks.values():
        if first := block.first_imports():
            gaps.add(IMPORTS, *first)
        else:
            changes += block.changes()
    return changes


def is_provided(top: Top, demand: ImportDemand) -> bool:
    """Whether an import before the first definition binds the same name to the same thing."""
    for _, statement in top.imports:
        for name in statement.names:
            if demand.name is None and statement.module is None:
                is_same = name.name == demand.module and name.alias == demand.alias
                if is_same or (not name.alias and not demand.alias and name.name.startswith(demand.module + ".")):
                    return True
            elif demand.name is not None and _dotted(statement) == demand.module:
                if name.name == demand.name and name.bound == demand.bound:
                    return True
    return False


def spelling(top: Top, path: str, taken: frozenset[str]) -> tuple[str, ImportDemand | None]:
    """How a module spells a dotted name such as `functools.cache`, and the import that it still needs for that.

    It goes into an import of other names of the same module, where there is one.
    `taken` are the names bound at module level.  Raises Unfit when neither spelling is free.
    """
    module, _, name = path.rpartition(".")
    for _, statement in top.imports:
        for imported in statement.names:
            if statement.module is None and imported.name == module and (imported.alias or "." not in module):
                return f"{imported.bound}.{name}", None
            if _dotted(statement) == module and imported.name == name:
                return imported.bound, None
    has_parts = any(_dotted(statement) == module for _, statement in top.imports)
    if "." not in module and module not in taken and not (has_parts and name not in taken):
        return path, ImportDemand(module)
    if name not in taken:
        return name, ImportDemand(module, name)
    raise Unfit(f"`{name}` is bound to something else")


def _dotted(statement: Import) -> str | None:
    return None if statement.module is None else "." * statement.level + statement.module


def _entry(demand: ImportDemand, own: frozenset[str]) -> Entry:
    names = (Imported(demand.name or demand.module, demand.alias),)
    category = category_of(demand.module, own)
    return Entry(
        demand.module,
        demand.name is not None,
        category,
        names=names,
        comments=list(demand.comments),
        trailing=demand.trailing,
    )


def _start(top: Top, demand: ImportDemand) -> int:
    """The index of the module's body above which an import must not go.

    Below every statement that changes `sys.path` or the environment.  The standard library only heeds one
    that stands between imports and does more than change `sys.path`: the project has no module of such a name.  Nor
    does it heed a variable that only others read, where its other imports all stand above.
    """
    before = [index for index in top.barriers if index < top.boundary]
    is_own = category_of(demand.module, top.layout.own) == STDLIB
    is_standard = is_own or demand.module.partition(".")[0] in _BOTO
    if demand.is_hoisted and len(before) < len(top.barriers) and not is_standard:
        raise Unfit("the module changes its search path or environment below its first definition")
    if is_standard:
        last = max((index for index, _ in top.imports), default=-1)
        before = [index for index in before if index < last and not top.only_changes_path(index)]
        before = [index for index in before if not (is_own and _is_for_others(top, index))]
    return max(before, default=-1) + 1


def _is_for_others(top: Top, index: int) -> bool:
    """Whether a statement sets a variable for the packages below it, all imports of the standard library being above.

    It is one that no module of the standard library reads.
    """
    name = top.variable_set(index)
    if name is None or name.startswith(_READ):
        return False
    modules = ((place, _dotted(statement) or statement.names[0].name) for place, statement in top.imports)
    places = [place for place, module in modules if category_of(module, top.layout.own) == STDLIB]
    return bool(places) and max(places) < index
