"""Which changes of lasting variables let something of one invocation reach the next."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lambdalint.catalog import clients
from lambdalint.catalog.names import words
from lambdalint.catalog.processes import FRESH_CALLS
from lambdalint.catalog.state import CACHE_WORDS, EMPTYING, IDEMPOTENT, LOGGERS, REMOVING
from lambdalint.link.constants import definition
from lambdalint.link.model import External, Scope, Site
from lambdalint.mutations import Mutation, Mutations
from lambdalint.origin import Origin
from lambdalint.phases import HandlerPhases
from lambdalint.program import Program
from lambdalint.resets import Resets
from lambdalint.slots import Slots, lies_in
from lambdalint.summary import (
    Assign,
    Attribute,
    BoolOp,
    Call,
    Compare,
    DictDisplay,
    Display,
    Expr,
    If,
    IfExp,
    Literal,
    Match,
    Name,
    Raise,
    Return,
    Slice,
    Stmt,
    Subscript,
    Try,
    UnaryOp,
    While,
)
from lambdalint.variables import Variable
from lambdalint.walk import Frame, dotted, expressions


class Judge:
    """Tells which changes let something of one invocation reach the next."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.mutations = Mutations(program)
        self._slots = Slots(program, self.mutations)
        self._resets = Resets(program, self.mutations, self._empties)

    @cached_property
    def _caches(self) -> frozenset[Variable]:
        """Variables that some memo keeps: what else is done to them keeps the memo."""
        return frozenset(self._find_caches())

    def _find_caches(self) -> Iterator[Variable]:
        for unit in self.program.invoked_units:
            regions = self.program.phases.regions(unit)
            for mutation in self.mutations.of(unit):
                statement = mutation.site.place.statement.span
                if any(
                    region.span.contains(mutation.site.place.expr.span) or statement.contains(region.span)
                    for region in regions
                ):
                    yield mutation.variable

    @cached_property
    def _looked_up(self) -> frozenset[Variable]:
        """Dictionaries that are asked whether they have a key: what is stored under one is remembered by it."""
        return frozenset(self._find_looked_up())

    def _find_looked_up(self) -> Iterator[Variable]:
        for unit in self.program.invoked_units:
            for site, expr in self.program.sites_of(unit, Compare):
                if len(expr.ops) == 1 and expr.ops[0] in ("in", "not in"):
                    asked = expr.comparators[0]
                    if isinstance(asked, Call) and isinstance(asked.func, Attribute) and asked.func.attr == "keys":
                        asked = asked.func.value
                    found = self.mutations.variables.of(asked, site.scope)
                    if found is not None:
                        yield found

    @cached_property
    def _preferred(self) -> frozenset[Variable]:
        """Variables whose value is taken where they have one, and something else where not: `_name or default()`."""
        return frozenset(self._find_preferred())

    def _find_preferred(self) -> Iterator[Variable]:
        for unit in self.program.invoked_units:
            for site in self.program.sites(unit):
                if isinstance(site.place.expr, BoolOp) and site.place.expr.op == "or":
                    found = self.mutations.variables.of(site.place.expr.left, site.scope)
                    if found is not None:
                        yield found

    @cached_property
    def _emptied(self) -> frozenset[Variable]:
        """Attributes of lasting objects that a method other than the constructor makes anew."""
        return frozenset(self._find_emptied())

    def _find_emptied(self) -> Iterator[Variable]:
        for unit in self.program.invoked_units:
            if unit.number < 0 or self.program.function(unit).name == "__init__":
                continue
            for mutation in self.mutations.of(unit):
                if mutation.method == EMPTYING:
                    yield mutation.variable
            for statement, _ in self.program.statements(unit):
                if isinstance(statement, Assign) and not statement.op:
                    for target in (part for whole in statement.targets for part in expressions(whole)):
                        if isinstance(target, Attribute):
                            found = self.mutations.variables.of(target, self.program.scope(unit))
                            if found is not None:
                                yield found

    @cached_property
    def _filled(self) -> tuple[frozenset[Variable], frozenset[tuple[Variable, str]]]:
        """Variables that invocations fill, and the items of variables that they set under a literal key."""
        filled: set[Variable] = set()
        items: set[tuple[Variable, str]] = set()
        for unit in self.program.invoked_units:
            for mutation in self.mutations.of(unit):
                if not self._empties(mutation):
                    filled.add(mutation.variable)
                key = _literal_key(mutation.site.place.expr) if mutation.how == "item" else None
                if key is not None and not self._reads_itself(mutation) and not self._is_chosen(mutation):
                    items.add((mutation.variable, key))
        return frozenset(filled), frozenset(items)

    def leaks(self, mutation: Mutation) -> bool:
        """Whether a change carries something over, resets at the start of the handler apart."""
        variable = mutation.variable
        if variable.kind == "default":
            return not self._needs_another(mutation)
        if self._is_undone(mutation):
            return False
        if variable in self._caches or not CACHE_WORDS.isdisjoint(words(variable.name)):
            return False
        if variable.kind == "instance" and variable in self._emptied:
            return False
        if mutation.how in ("item", "delete") and variable in self._looked_up:
            return False
        if self._empties(mutation) and mutation.how != "assign" and variable in self._filled[0]:
            return False  # what fills it is reported
        if mutation.how in ("method", "augment") and self._changes_stored_item(mutation):
            return False
        if mutation.how == "method" and mutation.method in IDEMPOTENT:
            return not self._is_constant(mutation) or self._is_chosen(mutation)
        if mutation.how not in ("assign", "item"):
            return True
        if self._is_kept(mutation) or self._is_looked_up(mutation):
            return False
        return not self._is_constant(mutation) or self._is_chosen(mutation)

    def _is_undone(self, mutation: Mutation) -> bool:
        """Whether a `finally` takes away again what a change adds, however the code between them ends, or is that one.

        The change, or each call of the function that makes it, stands in the `try` statement of that `finally`, or is
        the statement before it; a plain assignment may stand further above, as the next one comes before any use.
        """
        site, is_plain = mutation.site, mutation.how == "assign"
        if any(isinstance(frame.node, Try) and frame.branch == "final" for frame in site.place.frames):
            return self._takes_away(mutation)
        if self._is_undone_around(site, mutation.variable, is_plain):
            return True
        invoked = frozenset(self.program.invoke_units)
        edges = [edge for edge in self.program.callers(site.unit) if edge.source in invoked]
        return bool(edges) and all(
            edge.kind == "call" and self._is_undone_around(edge.site, mutation.variable, is_plain) for edge in edges
        )

    def _is_undone_around(self, site: Site, variable: Variable, is_plain: bool) -> bool:
        around = {id(frame.node) for frame in site.place.frames if isinstance(frame.node, Try)}
        around |= {id(follower) for follower in self._followers(site, is_plain)}
        places = [other.site for other in self.mutations.of(site.unit) if self._takes_it_away(other, variable)]
        places += [
            edge.site
            for edge in self.program.edges(site.unit)
            if around
            and edge.kind == "call"
            and any(
                self._takes_it_away(other, variable) and not other.site.place.frames
                for other in self.mutations.of(edge.target)
            )
        ]
        return any(
            (last := place.place.frames[-1:]) and last[0].branch == "final" and id(last[0].node) in around
            for place in places
        )

    def _followers(self, site: Site, is_plain: bool) -> Iterator[Stmt]:
        """The `try` statement right after a simple one in the same block, or any one further below in it."""
        found = self.program.statements(site.unit)
        index = next(i for i, (statement, _) in enumerate(found) if statement is site.place.statement)
        own = [(id(frame.node), *frame[1:]) for frame in site.place.frames]
        for following, frames in found[index + 1 :] if is_plain else found[index + 1 : index + 2]:
            if isinstance(following, Try) and [(id(frame.node), *frame[1:]) for frame in frames] == own:
                yield following

    def _takes_it_away(self, mutation: Mutation, variable: Variable) -> bool:
        return mutation.variable == variable and self._takes_away(mutation)

    def _takes_away(self, mutation: Mutation) -> bool:
        return mutation.how == "delete" or mutation.method in REMOVING or self._empties(mutation)

    def _needs_another(self, mutation: Mutation) -> bool:
        """Whether a default is changed only where another parameter holds something, which no caller that takes this
        default passes.
        """
        unit = mutation.site.unit
        defaults = {parameter.name: parameter.default for parameter in self.program.function(unit).parameters}
        taking = [given is None for given in self.program.graph.passed(unit, mutation.variable.name)]
        if not any(taking) or mutation.variable.owner != unit.number:
            return False
        for frame in mutation.site.place.frames:
            test = frame.node.test if isinstance(frame.node, If) and frame.branch == "body" else None
            if isinstance(test, Name) and _is_empty(defaults.get(test.id)):
                others = self.program.graph.passed(unit, test.id)
                if all(other is None for other, takes in zip(others, taking, strict=True) if takes):
                    return True
        return False

    def _changes_stored_item(self, mutation: Mutation) -> bool:
        """Whether a change is made to an item that invocations set anew, as in `jobs[name]["left"].pop()`."""
        expr = mutation.site.place.expr
        if isinstance(expr, Call):
            expr = expr.func.value if isinstance(expr.func, Attribute) else expr
        key = _literal_key(expr)
        return key is not None and (mutation.variable, key) in self._filled[1]

    def _is_kept(self, mutation: Mutation) -> bool:
        """Whether what is stored is a client, a part of one that no invocation names, or a logger."""
        extra = frozenset(self.program.config.client_factories)
        for value in self.program.resolve(mutation.given[0], mutation.site.scope):
            if isinstance(value, External) and value.path.endswith("()"):
                made = value.path.removesuffix("()")
                if clients.find(made, extra) is not None or made in LOGGERS:
                    return True
                if clients.is_part(made) and self._is_named_alike(mutation.given[0], mutation.site.scope):
                    return True
        return False

    def _is_named_alike(self, expr: Expr, scope: Scope) -> bool:
        """Whether every invocation asks a resource for the same part, `resource.Table(NAME)`."""
        value, there = definition(self.program.resolver, expr, scope) or (expr, scope)
        return (
            isinstance(value, Call)
            and self.program.origins.of_all((given.value for given in value.arguments), there) is Origin.FIXED
        )

    def _is_looked_up(self, mutation: Mutation) -> bool:
        """Whether what is stored was looked up for no invocation, and is taken from then on: `_name or default()`."""
        if mutation.variable not in self._preferred or self._is_chosen(mutation):
            return False
        scope = mutation.site.scope
        return all(
            self.program.origins.of(given, scope) is not Origin.INVOCATION or self._is_asked_alike(given, scope)
            for given in mutation.given
        )

    def _is_asked_alike(self, expr: Expr, scope: Scope) -> bool:
        """Whether a value is what a function gives that every invocation asks the same."""
        value, there = definition(self.program.resolver, expr, scope) or (expr, scope)
        if not isinstance(value, Call) or not self.program.callees(value, there):
            return False
        return self.program.origins.of_all((given.value for given in value.arguments), there) is Origin.FIXED

    def _is_constant(self, mutation: Mutation) -> bool:
        """Whether every invocation stores the same."""
        scope = mutation.site.scope
        for expr in mutation.given:
            for part in expressions(expr):
                if isinstance(part, Call) and not FRESH_CALLS.isdisjoint(self.program.paths(part.func, scope)):
                    return False
        if self._reads_itself(mutation):
            return False
        return self.program.origins.of_all(mutation.given, scope) is Origin.FIXED

    def _reads_itself(self, mutation: Mutation) -> bool:
        """Whether what is stored depends on what was there; another object's attribute is another one."""
        own = _owner(mutation.site.place.expr) if mutation.variable.kind == "instance" else None
        return any(
            isinstance(part, Name | Attribute)
            and self.mutations.variables.of(part, mutation.site.scope) == mutation.variable
            and (own is None or _owner(part) == own)
            for expr in mutation.given
            for part in expressions(expr)
        )

    def _is_chosen(self, mutation: Mutation) -> bool:
        """Whether the invocation decides if the change is made; not where it is read by that same choice alone."""
        return any(
            self.program.origins.of(test, mutation.site.scope) is Origin.INVOCATION
            and not self._is_around_reads(frame, mutation)
            for frame in mutation.site.place.frames
            if (test := _test(frame)) is not None
        )

    def _is_around_reads(self, frame: Frame, mutation: Mutation) -> bool:
        """Whether a branch around a change holds all places where invocations read what is changed."""
        sites = list(self.mutations.variables.reads(mutation.variable))
        return bool(sites) and all(site.unit == mutation.site.unit and lies_in(site, frame) for site in sites)

    # --- resets ---

    def is_met(self, mutation: Mutation, phases: HandlerPhases) -> bool:
        """Whether an invocation may meet what an earlier one left in a change's variable."""
        if mutation.variable.kind == "default":
            return True
        if any(self._is_off(flag, mutation.site, phases) for flag in self._flags(mutation)):
            return False
        if self._slots.fills_template(mutation) and not self._reads_itself(mutation):
            return False
        roots = [unit for unit, edge in phases.invoke.items() if edge is None and unit.number >= 0]
        return self._resets.meets_earlier(mutation.variable, roots, phases.handler.unit)

    def _flags(self, mutation: Mutation) -> Iterator[Name]:
        """The names without which a change is not made: `if name:` around it, or `if not name: return` above it."""
        place = mutation.site.place
        for frame in place.frames:
            if isinstance(frame.node, If) and frame.branch == "body" and isinstance(frame.node.test, Name):
                yield frame.node.test
        for statement in self.program.function(mutation.site.unit).body:
            if statement.span[:2] >= place.statement.span[:2]:
                return
            if isinstance(statement, If) and isinstance(statement.body[-1], Return | Raise):
                test = statement.test
                if isinstance(test, UnaryOp) and test.op == "not" and isinstance(test.operand, Name):
                    yield test.operand

    def _is_off(self, flag: Name, site: Site, phases: HandlerPhases) -> bool:
        """Whether a module binds a name once, to nothing, and nothing that a handler runs gives it another value."""
        variable = self.mutations.variables.of(flag, site.scope)
        if variable is None or variable.kind != "module":
            return False
        module = self.program.modules[variable.path]
        own = [b for b in module.table(module.scope).get(variable.name, ()) if b.scope == module.scope]
        if len(own) != 1 or not isinstance(own[0].value, Literal) or own[0].value.value:
            return False
        running = {*self.program.running.invoked(phases), *phases.init}
        return not any(other.variable == variable for unit in running for other in self.mutations.of(unit))

    def _empties(self, mutation: Mutation) -> bool:
        """Whether a change leaves nothing of an earlier value."""
        if mutation.how == "method":
            return mutation.method == EMPTYING
        if mutation.how == "assign":
            return not self._reads_itself(mutation)
        return mutation.how == "delete" and _is_whole(mutation.site.place.expr)


def _owner(expr: Expr) -> str | None:
    """The name of the object whose attribute an expression is, changes by a method or is an item of."""
    if isinstance(expr, Call) and isinstance(expr.func, Attribute):
        expr = expr.func.value
    while isinstance(expr, Subscript):
        expr = expr.value
    return dotted(expr.value) if isinstance(expr, Attribute) else None


def _literal_key(expr: Expr) -> str | None:
    """The last key of a subscript where it is a string in the source."""
    if isinstance(expr, Subscript) and isinstance(expr.key, Literal) and expr.key.kind == "str":
        return str(expr.key.value)
    return None


def _is_empty(expr: Expr | None) -> bool:
    """Whether a default is an empty literal or display; a parameter without a default has none."""
    if isinstance(expr, Display | DictDisplay):
        return not expr.items
    return isinstance(expr, Literal) and not expr.value


def _is_whole(expr: Expr) -> bool:
    """Whether an expression is all items of a list: `x[:]`."""
    return isinstance(expr, Subscript) and isinstance(expr.key, Slice) and expr.key[1:] == (None, None, None)


def _test(frame: Frame) -> Expr | None:
    """What decides whether the branch of a frame runs."""
    node = frame.node
    if isinstance(node, If | While | IfExp) and frame.branch in ("body", "orelse"):
        return node.test
    return node.subject if isinstance(node, Match) and frame.branch == "case" else None
