"""Module-level functions that run once and keep what they return: made, shared, named and placed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from lambdalint.fixes import ANY, Given, Inlined
from lambdalint.fixes.accessor_places import AccessorPlaces, Wish
from lambdalint.fixes.edits import Change, Unfit
from lambdalint.fixes.existing_accessors import CACHES, blocks, existing, names_from
from lambdalint.fixes.free_names import FreeNames
from lambdalint.fixes.gaps import FUNCTIONS, Gaps
from lambdalint.fixes.generalising import arguments_for
from lambdalint.fixes.imports import ImportDemand, spelling
from lambdalint.fixes.layout import Layout, glued
from lambdalint.fixes.module import Top
from lambdalint.fixes.one_row import (
    LONGEST,
    around_of,
    broken_call,
    closed_bracket,
    closed_up,
    height,
    in_one_row,
    must_break,
)
from lambdalint.fixes.pragmas import is_commented_out, is_excuse, leading, reasons, says_making, tells_of_creating
from lambdalint.fixes.removal import Removal
from lambdalint.fixes.scan import breaks_lines, normal
from lambdalint.fixes.standing import Standing
from lambdalint.source import Span
from lambdalint.summary import Assign, Name, Opaque, Return
from lambdalint.walk import places

_WORD = re.compile(r"[A-Za-z][a-z]{3,}|[A-Z]{4,}")
# The longest row that an expression of several rows is put into.
_ROW_LIMIT = 79


class AccessorDemand(NamedTuple):
    """Move an expression (one span) or statements into a decorated function and call it there.

    For an expression, `moved` are statements that go first in the function, and `annotation` is what it returns.
    """

    spans: tuple[Span, ...]
    name: str
    after: tuple[str, ...]
    decorator: str
    arguments: str | None
    is_expression: bool
    returns: tuple[str, ...] = ()
    copied: tuple[Span, ...] = ()
    moved: tuple[Span, ...] = ()
    given: tuple[Given, ...] = ()
    annotation: str = ""
    otherwise: tuple[str, ...] = ()
    inlined: tuple[Inlined, ...] = ()
    meaning: str = ""
    spread: str = ""
    remark: str = ""


class _Form(NamedTuple):
    """A demand with the rows of its function, the decorator's text, and of a mere expression the text, else ""."""

    demand: AccessorDemand
    body: str
    decorator: str
    text: str


class _Accessor(NamedTuple):
    """A function to make: its rows with LF ends, what it came of, and the places that call it."""

    name: str
    rows: str
    form: _Form
    places: list[Span]

    def wish(self) -> Wish:
        """Where it may go: an annotation is read where it stands."""
        demand = self.form.demand
        return Wish(demand.after, tuple(n for n in demand.after if n in demand.annotation), tuple(self.places))


class Accessors:
    """What a batch of demands comes to: the changes, the removals and the imports that they need.

    `copied` are the offsets of the statements that stay where they are, and as they are.
    """

    def __init__(self, layout: Layout, top: Top, gaps: Gaps, wanted: Iterable[AccessorDemand]) -> None:
        self.layout = layout
        self.top = top
        self.changes: list[Change] = []
        self.removals: list[Removal] = []
        self.imports: list[ImportDemand] = []
        self.copied: list[tuple[int, int]] = []
        self._made: dict[str, _Accessor] = {}
        self._names: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self._free = FreeNames(layout.summary)
        self._told: set[tuple[str, str]] = set()
        self._existing = dict(existing(layout))
        self._places = AccessorPlaces(layout, top, blocks(layout))
        demands = list(wanted)
        self._moving = frozenset(span for demand in demands for span in demand.moved)
        self._replaced = tuple(demand.spans[-1] for demand in demands)
        forms = [self._form(demand) for demand in demands]
        general = {id(one) for one in forms if any(self._is_general(one, other) for other in forms)}
        # What others may call instead goes first, and who may be called otherwise waits.
        for form in sorted(forms, key=lambda form: (id(form) not in general, len(form.demand.otherwise))):
            demand = form.demand
            self._meet(form)
            staying = [span for span in demand.copied if not self._is_idle(span)]
            self.removals += [Removal(span) for span in demand.copied if span not in staying]
            self.copied += [(layout.start(span), layout.end(span)) for span in staying]
        made = [self._made[name] for name in sorted(self._made)]
        for accessor, gap in zip(made, self._places.gaps(one.wish() for one in made), strict=True):
            gaps.add(FUNCTIONS, self._index(accessor, gap), accessor.rows)

    def _form(self, demand: AccessorDemand) -> _Form:
        body = self._expression_body(demand) if demand.is_expression else self._statements_body(demand)
        decorator = demand.decorator if demand.arguments is None else f"{demand.decorator}({demand.arguments})"
        rows = {*demand.moved, *demand.copied} - {one.statement for one in demand.inlined}
        is_plain = demand.is_expression and not rows
        return _Form(demand, body, decorator, self._returned(demand, 0) if is_plain else "")

    def _is_general(self, one: _Form, other: _Form) -> bool:
        """Whether a function with parameters can be called in the place of another one that is asked for."""
        return one is not other and one.decorator == other.decorator and self._instead(one, other) is not None

    def _general(self, form: _Form) -> tuple[str, list[str]] | None:
        """A function that can be called in the place of one that is asked for, and what is passed to it."""
        for accessor in self._made.values():
            if accessor.form.decorator == form.decorator and (passed := self._instead(accessor.form, form)) is not None:
                return accessor.name, passed
        is_cache = form.demand.decorator.rpartition(".")[2] in CACHES
        for (text, parameters), (name, index) in self._existing.items() if is_cache else ():
            passed = self._passed(text, parameters, form)
            if passed is not None and self._may_call(name, index, form.demand.spans[0]):
                return name, passed
        return None

    def _instead(self, one: _Form, other: _Form) -> list[str] | None:
        """What to pass to the first function where the second is asked for; None where it makes something else."""
        return self._passed(one.text, tuple(given.name for given in one.demand.given), other)

    def _passed(self, text: str, parameters: tuple[str, ...], form: _Form) -> list[str] | None:
        """What to pass to a function with parameters that returns what a text says, to have what is asked for."""
        if not parameters or not text or not form.text:
            return None
        known = {given.name: self.layout.source.slice(given.spans[0]) for given in form.demand.given}
        found = arguments_for(text, parameters, form.text, frozenset(known), frozenset(form.demand.after))
        return None if found is None else [known.get(one, one) for one in found]

    def _meet(self, form: _Form) -> None:
        demand = form.demand
        parameters = tuple(given.name for given in demand.given)
        text = normal(form.text or form.body)
        called = text.partition("(")[2]
        key = (f"{demand.meaning}({called}" if demand.meaning else text, form.decorator, parameters)
        name = self._names.get(key) or self._reusable(demand, text)
        passed = [self.layout.source.slice(given.spans[0]) for given in demand.given]
        passed = [f"**{demand.spread}"] if demand.spread else passed
        general = None if name else self._general(form)
        if general is not None:
            name, passed = general
        if not name:
            name = self._free.take(demand.name, demand.otherwise)
            self._make(form, name)
            self._told.add((name, self._excuse(demand) if demand.is_expression else ""))
            self._take_reasons(demand)
        elif name in self._made:
            self._made[name].places.append(demand.spans[-1])
            first, span = self._made[name].form.demand, demand.spans[0]
            if first.is_expression and reasons(self.layout, first.spans[0])[1] == reasons(self.layout, span)[1]:
                self._take_reasons(demand)
        if general is None:
            self._names[key] = name
        self._replace(demand, broken_call(self.layout, demand.spans[-1], name, passed))

    def _reusable(self, demand: AccessorDemand, text: str) -> str:
        """The accessor of the module that returns the same expression already, unless its name is hidden there."""
        known = self._existing.get((text, tuple(given.name for given in demand.given)))
        is_cache = demand.decorator.rpartition(".")[2] in CACHES
        return known[0] if known is not None and is_cache and self._may_call(*known, demand.spans[0]) else ""

    def _may_call(self, name: str, index: int, place: Span) -> bool:
        """Whether a function of the module, by the index of its statement, can be called at a place."""
        hidden = any(f.span.contains(place) and name in f.locals for f in self.layout.summary.functions)
        return not hidden and self._places.is_there(index, place)

    def _make(self, form: _Form, name: str) -> None:
        demand = form.demand
        text, needed = spelling(self.top, demand.decorator, frozenset(self.layout.summary.locals))
        if needed is not None:
            self.imports.append(needed)
        if demand.arguments is not None:
            text += f"({demand.arguments})"
        noted = ((given.name, self._annotation(given.annotation)) for given in demand.given)
        parameters = ", ".join(f"{parameter}: {text}" if text else parameter for parameter, text in noted)
        annotation = f" -> {self._annotation(demand.annotation)}" if demand.annotation else ""
        remark = f"  {demand.remark}" if demand.remark else ""
        rows = f"@{text}\ndef {name}({parameters}){annotation}:{remark}\n{form.body}\n"
        self._made[name] = _Accessor(name, rows, form, [demand.spans[-1]])

    def _annotation(self, text: str) -> str:
        """An annotation as the module spells it."""
        if text != ANY:
            return text
        module, _, _ = ANY.rpartition(".")
        spelt, needed = spelling(self.top, ANY, frozenset((*self.layout.summary.locals, module)))
        if needed is not None:
            self.imports.append(needed)
        return spelt

    # --- bodies ---

    def _expression_body(self, demand: AccessorDemand) -> str:
        layout, unit = self.layout, self.layout.unit
        start, end = layout.start(demand.spans[0]), layout.end(demand.spans[0])
        spans = sorted({*demand.copied, *demand.moved} - {one.statement for one in demand.inlined})
        told = reasons(layout, demand.spans[0])[1]
        if not told and any(self._leading(demand, span)[1] for span in spans if span in self._moving):
            told = tells_of_creating(layout, demand.spans[0])[1]  # beside another comment it heads its own step
        rows = [*self._first_rows(demand, spans), *(f"{unit}{text}" for text in told)]
        returned = self._returned(demand, 1)
        if not breaks_lines(layout.text[start:end]) or "\n" not in returned:
            excuse = self._excuse(demand)
            rows.append(f"{unit}return {returned}" + (f"  {excuse}" if excuse else ""))
        else:
            rows.append(f"{unit}return (\n{unit * 2}{self._returned(demand, 2)}\n{unit})")
        return "\n".join(rows)

    def _excuse(self, demand: AccessorDemand) -> str:
        """The comment behind a demand's expression that goes along with it, else "".

        It keeps a tool quiet about it, or speaks of its arguments.
        """
        span = demand.spans[0]
        comment = self.layout.trailing(span.end_row)
        is_behind = self.layout.source.line(span.end_row)[span.end_column :].strip() == comment
        if not is_behind or span.row != span.end_row:
            return ""
        given = self.layout.source.slice(span).partition("(")[2]
        return comment if is_excuse(comment) or _words(comment) & _words(given) else ""

    def _returned(self, demand: AccessorDemand, level: int) -> str:
        """The text of a demand's expression, its parameters in it, at a level of indentation."""
        layout, unit = self.layout, self.layout.unit
        start, end = layout.start(demand.spans[0]), layout.end(demand.spans[0])
        column = len(unit) * level + (len("return ") if level == 1 else 0)
        where = (unit * level, column)
        text = layout.moved(start, end, *where, _standing(layout, demand).changes(start, *where))
        had_to_break = must_break(layout, demand.spans[0])
        return in_one_row(text, (LONGEST if had_to_break else _ROW_LIMIT) - column, had_to_break) or text

    def _statements_body(self, demand: AccessorDemand) -> str:
        rows = list(self._first_rows(demand, (*demand.copied, *demand.spans)))
        if demand.returns:
            rows.append(f"{self.layout.unit}return {', '.join(demand.returns)}")
        return "\n".join(rows)

    def _first_rows(self, demand: AccessorDemand, spans: Iterable[Span]) -> Iterator[str]:
        """Statements as they read in the function."""
        layout, unit = self.layout, self.layout.unit
        for span in spans:
            layout.locate(span)
            start, end = layout.start(span), layout.end(span)
            if span in self._moving:
                yield from (unit + comment for comment in self._leading(demand, span)[1])
            changes = _standing(layout, demand).changes(start, unit, len(unit))
            text = unit + layout.moved(start, end, unit, len(unit), changes)
            trailing = layout.trailing(span.end_row)
            yield f"{text}  {trailing}" if trailing else text

    def _leading(self, demand: AccessorDemand, span: Span) -> tuple[int, tuple[str, ...]]:
        """The comments that go along with a moved statement: the row of the first, and their texts.

        Those above code that stays go where they speak of what moves, and of nothing that stays below, or say that
        what the function is for is made.
        """
        layout = self.layout
        located = layout.locate(span)
        around = around_of(layout, demand.spans[0])
        found = leading(layout, located, self._moving)
        if around is None:
            return found
        whole = found if found[0] else leading(layout, located, self._moving | {around})
        following = [one.span for one in located.block if one.span > span]
        staying = next((one for one in following if one not in self._moving and one != around), None)
        stays = _words("" if staying is None else layout.source.slice(staying))
        is_step = around in following and (staying is None or staying > around)
        if is_step and says_making(whole[1], layout.source.slice(demand.spans[0])):
            return whole
        goes = _words(*(layout.source.slice(one) for one in (*demand.moved, around)))
        told, rest = _words(*whole[1]), _words(layout.source.slice(around))
        if len((told & stays) - goes) > len((told & goes) - stays):
            return 0, ()
        if found[0] or not is_step or not whole[1] or any(map(is_commented_out, whole[1])):
            return found
        said = told - stays
        return whole if said & _words(layout.source.slice(span)) or (said and not said & rest) else found

    def _is_idle(self, span: Span) -> bool:
        """Whether a statement that was to stay assigns a local which only what moves has read."""
        layout = self.layout
        statement = layout.locate(span).statement
        target = statement.targets[0] if isinstance(statement, Assign) and len(statement.targets) == 1 else None
        around = [f for f in layout.summary.functions if f.span.contains(span) and f.name != "<lambda>"]
        if not isinstance(target, Name) or not around:
            return False
        inner = min(around, key=lambda f: height(f.span))
        nested = (f for f in layout.summary.functions if inner.span.contains(f.span))
        reads = (p.expr for f in nested for p in places(f.body))
        gone = (span, *self._replaced, *self._moving)
        return not any(
            (isinstance(expr, Opaque) and target.id in expr.names)
            or (isinstance(expr, Name) and expr.id == target.id and not any(one.contains(expr.span) for one in gone))
            for expr in reads
        )

    # --- call sites ---

    def _take_reasons(self, demand: AccessorDemand) -> None:
        """Delete the comments that went along with an expression."""
        first, texts = reasons(self.layout, demand.spans[0]) if demand.is_expression else (0, ())
        if texts:
            self.changes.append(self._deleted(first, len(texts)))

    def _take_told(self, span: Span) -> None:
        """Delete the comments above an assignment that say it creates what it now asks a function for."""
        first, texts = tells_of_creating(self.layout, span)
        if texts:
            self.changes.append(self._deleted(first, len(texts)))

    def _deleted(self, first: int, count: int) -> Change:
        return Change(self.layout.row_start(first), self.layout.row_start(first + count), "")

    def _replace(self, demand: AccessorDemand, call: str) -> None:
        layout = self.layout
        last = demand.spans[-1]
        start, end = layout.start(last), layout.end(last)
        if demand.is_expression:
            maker = self._places.lambda_around(last, demand.after) if call.removesuffix("()") in self._made else None
            if maker is not None:
                start, end, call = layout.start(maker), layout.end(maker), call.removesuffix("()")
            content = glued(layout.text, start, end, call)
            comment = self._excuse(demand)
            is_taken = is_excuse(comment) or (call.partition("(")[0], comment) in self._told
            end = layout.row_end(last.end_row) if comment and is_taken else end
            closed = closed_up(layout, last, content, self._replaced)
            closed = closed or closed_bracket(layout, last, content, self._replaced)
            self.changes.append(closed or Change(start, end, content))
            for span in demand.moved:
                self.removals.append(Removal(span, self._leading(demand, span)[0]))
            self._take_told(last)
            return
        if isinstance(layout.locate(last).statement, Return):
            call = f"return {call}"
        elif demand.returns:
            call = f"{', '.join(demand.returns)} = {call}"
        if trailing := layout.trailing(last.end_row):
            end = layout.text.index(trailing, end) + len(trailing)
        self.changes.append(Change(start, end, call))
        self.removals += [Removal(span) for span in demand.spans[:-1]]

    # --- places ---

    def _index(self, accessor: _Accessor, gap: int) -> int:
        """The gap of an accessor: among the accessors that stand at a gap already, sorted by name.

        It goes below those that it calls, and not directly below one that goes away.
        """
        names = list(names_from(self.layout, gap))
        number = next((n for n, name in enumerate(names) if name > accessor.name), len(names))
        called = (n + 1 for n, name in enumerate(names) if f"{name}(" in accessor.rows)
        index = gap + max(number, *called, 0)
        while index > gap and self.top.body[index - 1].span in self._moving:
            index -= 1
        return index


def _standing(layout: Layout, demand: AccessorDemand) -> Standing:
    return Standing(layout, demand.given, demand.inlined)


def _words(*texts: str) -> set[str]:
    """The longer words of texts in lower case and in the singular, those of identifiers apart."""
    return {word.lower().removesuffix("s") for text in texts for word in _WORD.findall(text)}


def check_name(name: str) -> None:
    """Raises Unfit when a name is none."""
    if not name.isidentifier():
        raise Unfit(f"`{name}` is no name")
