"""A model of a module's import block: its groups, where a new import belongs, and the text edits for that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lambdalint.fixes.edits import ABOVE, Change
from lambdalint.fixes.headings import announces, is_remark
from lambdalint.fixes.import_names import Imported, extended, inserted, wrapped
from lambdalint.fixes.layout import Layout
from lambdalint.fixes.module import Top
from lambdalint.fixes.pragmas import is_excuse
from lambdalint.summary import If, Import, Try

STDLIB, OTHER, OWN, RELATIVE = 0, 1, 2, 3
# The share of the standard library that makes a group one of it.
_MOST = 0.5


@dataclass
class Entry:
    """One row of imports: existing statements that share it, or one new import.

    `module` carries its leading dots; `is_from` says which form; `category` is one of those above; `names` are those
    that a new `from` import has, `added` those that an existing one gets; `comments` go above, `trailing` behind.
    """

    module: str
    is_from: bool
    category: int
    existing: tuple[Import, ...] = ()
    names: tuple[Imported, ...] = ()
    added: list[Imported] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    trailing: str = ""

    @property
    def root(self) -> str:
        """The top-level package, dots included."""
        stripped = self.module.lstrip(".")
        return self.module[: len(self.module) - len(stripped)] + stripped.partition(".")[0]

    def text(self, unit: str, limit: int) -> str:
        """A new import's rows, each ending in LF."""
        rows = "".join(f"{comment}\n" for comment in self.comments)
        if self.is_from:
            rows += wrapped(f"from {self.module} import ", self.names, unit, limit)
        else:
            rows += "\n".join(f"import {self.module}{f' as {name.alias}' if name.alias else ''}" for name in self.names)
        return rows + (f"  {self.trailing}\n" if self.trailing else "\n")


def category_of(module: str, own: frozenset[str]) -> int:
    """Whether a module is of the standard library, another package's, the project's own or relative to the file."""
    if module.startswith("."):
        return RELATIVE
    root = module.partition(".")[0]
    if root in own:
        return OWN
    return STDLIB if root in sys.stdlib_module_names else OTHER


# The orders that a group may have, the stricter ones first: categories apart, only the standard library apart, or
# none; the two forms of import apart or not.
_ORDERS: tuple[Callable[[Entry], tuple[int, bool, str]], ...] = (
    lambda entry: (0, entry.is_from, entry.module.lower()),
    lambda entry: (0, False, entry.module.lower()),
    lambda entry: (entry.category, entry.is_from, entry.module.lower()),
    lambda entry: (entry.category, False, entry.module.lower()),
    lambda entry: (min(entry.category, OTHER), entry.is_from, entry.module.lower()),
    lambda entry: (min(entry.category, OTHER), False, entry.module.lower()),
    lambda entry: (0, not entry.is_from, entry.module.lower()),
)


class ImportBlock:
    """The imports that stand together before the first definition, below `start`, an index of the module's body."""

    def __init__(self, layout: Layout, top: Top, start: int, limit: int) -> None:
        self.layout = layout
        self.top = top
        self.start = start
        self.limit = limit
        self.groups = _read_groups(layout, [pair for pair in top.imports if pair[0] >= start])
        self._is_single = _has_a_statement_each(top)
        self._joins_aliases = _has_joined_aliases(layout)

    def place(self, entry: Entry) -> Entry:
        """Put a new import where it belongs, or give its names to an import of the same module; where they now are."""
        if entry.is_from and not self._is_single and (target := self._mergeable(entry)):
            for name in entry.names:
                if target.existing:
                    target.added.append(name)
                else:
                    target.names = inserted(target.names, name)
            target.comments += entry.comments
            if entry.trailing and not target.trailing:
                target.trailing = entry.trailing
            elif entry.trailing:
                target.comments.append(entry.trailing)
            return target
        group = self._group(entry)
        for order in _ORDERS:
            keys = [(order(member), self._name(member)) for member in group]
            if keys == sorted(keys):
                group.insert(sum(key <= (order(entry), self._name(entry)) for key in keys), entry)
                return entry
        group.insert(self._place_unsorted(group, entry), entry)
        return entry

    def _place_unsorted(self, group: list[Entry], entry: Entry) -> int:
        """Where an import goes in a group that follows no order.

        Beside those that are most like it, and above the first of them that comes later by name: so the order in
        which imports are added makes no difference.  Where all that are like it have the other form, `from` goes last.
        """
        likeness = [_likeness(member, entry) for member in group]
        if not max(likeness, default=0):
            lower = [index for index, member in enumerate(group) if member.category < entry.category]
            return max(lower, default=-1) + 1
        alike = [index for index, degree in enumerate(likeness) if degree == max(likeness)]
        if max(likeness) == 1:
            return alike[-1] + 1 if entry.is_from else alike[0]
        own = (entry.module.lower(), self._name(entry))
        later = (index for index in alike if (group[index].module.lower(), self._name(group[index])) > own)
        return next(later, alike[-1] + 1)

    def _name(self, entry: Entry) -> tuple[int, str]:
        """What orders the statements that import from one module: constants first, then classes, then the rest."""
        if not entry.is_from:
            return (0, "")
        first = min((_rank(name.name) for name in (*entry.names, *entry.added)), default=(0, ""))
        return (0, first[1]) if self._is_single else first

    def _mergeable(self, entry: Entry) -> Entry | None:
        """The statement that a new name joins; one with an alias has one of its own unless the module joins them."""
        for group in self.groups:
            for member in group:
                if member.is_from and member.module == entry.module and len(member.existing) <= 1:
                    is_joined = self._joins_aliases or not any(name.alias for name in (*member.names, *entry.names))
                    if is_joined and not any(statement.is_star for statement in member.existing):
                        return member
        return None

    def _group(self, entry: Entry) -> list[Entry]:
        """The group that an import belongs to, made where there is none."""
        fitting = [group for group in self.groups if any(member.category == entry.category for member in group)]
        related = [group for group in fitting if any(member.root == entry.root for member in group)]
        head = self._head()
        fitting = related or [group for group in fitting if any(group is other for other in head)]
        if entry.category == STDLIB and fitting and not related:
            found = next((group for group in fitting if _share(group, STDLIB) >= _MOST), None)
            if found is None and fitting[0] is head[0]:
                found = fitting[0]
            if found is None:
                self.groups.insert(0, found := [])
            return found
        if fitting:
            return max(fitting, key=lambda group: _share(group, entry.category))
        if len(head) == 1 and len({kind for member in head[0] for kind in self._categories(member)}) > 1:
            return head[0]
        index = sum(min(member.category for member in group) < entry.category for group in head)
        self.groups.insert(index, [])
        return self.groups[index]

    def _categories(self, entry: Entry) -> set[int]:
        """The categories of what an entry imports: of each module in `import boto3, json`."""
        plain = [] if entry.is_from else [item.name for statement in entry.existing for item in statement.names]
        return {entry.category, *(category_of(name, self.layout.own) for name in plain)}

    def _head(self) -> list[list[Entry]]:
        """The groups above the first guarded import, where nothing else stands between the imports; else all."""
        spans = [statement.span for group in self.groups for member in group for statement in member.existing]
        between = [
            statement
            for statement in self.top.body[self.start : self.top.boundary]
            if spans and min(spans) < statement.span < max(spans) and not isinstance(statement, Import)
        ]
        if not all(isinstance(statement, Try | If) for statement in between):
            return self.groups
        end = min((statement.span for statement in between), default=None)
        return [g for g in self.groups if end is None or not g[0].existing or g[0].existing[0].span < end]

    # --- text ---

    def first_imports(self) -> tuple[int, str] | None:
        """Where the block has no import yet: the gap in which it goes, and its rows with LF line endings."""
        if not self.groups or any(member.existing for group in self.groups for member in group):
            return None
        groups = ("".join(member.text(self.layout.unit, self.limit) for member in group) for group in self.groups)
        return max(self.start, self.top.preface), "\n".join(groups)

    def changes(self) -> Iterator[Change]:
        """The edits that make the text what the model says, where the block has imports already."""
        above: Entry | None = None
        for number, group in enumerate(self.groups):
            known = [member for member in group if member.existing]
            if not known:
                yield self._new_group(group, above, number)
                continue
            yield from self._grown_group(group)
            above = known[-1]

    def _grown_group(self, group: list[Entry]) -> Iterator[Change]:
        """Insert the new members of a group that exists, and extend those that get names."""
        above: Entry | None = None
        for index, member in enumerate(group):
            if member.existing:
                above = member
                yield from self._extend(member)
                continue
            text = member.text(self.layout.unit, self.limit)
            following = next((other for other in group[index:] if other.existing), None)
            row = 0 if following is None else self.layout.first_row(following.existing[0])
            if above is None:
                yield self._at_head(member, row, text)
            elif row and _family(above) != _family(member) and self._heads(member, row):
                yield self._above(row, text)
            else:
                yield self._below(above, text)

    def _at_head(self, entry: Entry, row: int, text: str) -> Change:
        """Insert above a group's first import: below the comments that head both, apart above those that don't.

        What only tells linters something holds for all of the file.
        """
        lead = self.layout.comments_above(row)
        pragmas = (is_excuse(self.layout.comments[number].text) for number in range(lead, row))
        if lead in (1, row) or self._heads(entry, row) or all(pragmas):
            return self._above(row, text)
        return self._above(lead, text + "\n" if self._remarks(row) else text)

    def _remarks(self, row: int) -> list[str]:
        """What the comments directly above a row say."""
        texts = [self.layout.comments[number].text for number in range(self.layout.comments_above(row), row)]
        return [text for text in texts if is_remark(text)]

    def _heads(self, entry: Entry, row: int) -> bool:
        """Whether comments directly above a row head a group that an import belongs to."""
        remarks = self._remarks(row)
        return bool(remarks) and announces(remarks, entry.module, entry.category)

    def _new_group(self, group: list[Entry], above: Entry | None, number: int) -> Change:
        """Insert a group of its own between existing ones."""
        text = "".join(member.text(self.layout.unit, self.limit) for member in group)
        if above is not None:
            return self._below(above, "\n" + text)
        following = next(other for later in self.groups[number:] for other in later if other.existing)
        row = self.layout.first_row(following.existing[0])
        lead = self.layout.comments_above(row)
        return self._above(row if lead == 1 else lead, text + "\n")

    def _extend(self, member: Entry) -> Iterator[Change]:
        """Add names and comments to an existing import."""
        if not member.existing:
            return
        layout, statement = self.layout, member.existing[0]
        comments = list(member.comments)
        row = layout.first_row(statement)
        if member.trailing and member.trailing != layout.trailing(layout.last_row(statement)):
            place = layout.row_end(layout.last_row(statement))
            yield Change(place, place, f"  {member.trailing}", 2)
        if member.added:
            yield from extended(layout, statement, member.added, self.limit)
        if comments:
            text = layout.lines("".join(f"{comment}\n" for comment in comments), row)
            yield Change(layout.row_start(row), layout.row_start(row), text, ABOVE)

    def _below(self, entry: Entry, text: str) -> Change:
        row = self.layout.last_row(entry.existing[-1])
        return self.top.insert_row(row, self.layout.lines(text, row), 1)

    def _above(self, row: int, text: str) -> Change:
        place = self.layout.row_start(row)
        return Change(place, place, self.layout.lines(text, row), 1)


def _family(entry: Entry) -> str:
    """The packages that belong with an import's; boto3 and botocore are of one family."""
    return "boto" if entry.root.startswith("boto") else entry.root


def _likeness(one: Entry, other: Entry) -> int:
    """How much alike two imports are: of one package, of one category and form, of one category; 0 for not at all."""
    if one.category != other.category:
        return 0
    return 3 if one.root == other.root and one.is_from == other.is_from else 2 if one.is_from == other.is_from else 1


def _share(group: list[Entry], category: int) -> float:
    """How much of a group is of a category."""
    return sum(member.category == category for member in group) / len(group)


def _has_a_statement_each(top: Top) -> bool:
    """Whether the module gives each imported name a `from` statement of its own, and shows it."""
    froms = [statement for _, statement in top.imports if statement.module is not None]
    modules = {(statement.level, statement.module) for statement in froms}
    return len(modules) < len(froms) and all(len(statement.names) == 1 for statement in froms)


def _has_joined_aliases(layout: Layout) -> bool:
    """Whether the module has a `from` statement, at any place, of several names that gives one of them an alias."""
    imports = (located.statement for located in layout.located.values() if isinstance(located.statement, Import))
    return any(s.module is not None and len(s.names) > 1 and any(name.alias for name in s.names) for s in imports)


def _rank(name: str) -> tuple[int, str]:
    return (0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2), name.lower()


def _read_groups(layout: Layout, imports: list[tuple[int, Import]]) -> list[list[Entry]]:
    """Existing imports in groups: broken by blank rows and by other statements."""
    groups: list[list[Entry]] = []
    previous: tuple[int, Import] | None = None
    for index, statement in imports:
        entry = _read(layout, statement)
        if previous is None or index != previous[0] + 1:
            groups.append([entry])
        elif layout.first_row(statement) == layout.last_row(previous[1]):
            last = groups[-1][-1]
            last.existing = (*last.existing, statement)
        elif layout.blanks_before(layout.comments_above(layout.first_row(statement))):
            groups.append([entry])
        else:
            groups[-1].append(entry)
        previous = (index, statement)
    return groups


def _read(layout: Layout, statement: Import) -> Entry:
    trailing = layout.trailing(layout.last_row(statement))
    if statement.module is None:
        names = tuple(Imported(name.name, name.alias) for name in statement.names)
        module = statement.names[0].name
        return Entry(module, False, category_of(module, layout.own), (statement,), names, trailing=trailing)
    names = tuple(Imported(name.name, name.alias) for name in statement.names)
    module = "." * statement.level + statement.module
    return Entry(module, True, category_of(module, layout.own), (statement,), names, trailing=trailing)
