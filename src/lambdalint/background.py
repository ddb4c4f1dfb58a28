"""Work that INVOKE code starts and does not wait for: threads, pool jobs, tasks and processes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lambdalint.catalog import background as known
from lambdalint.link.model import External, Instance, Scope, Site, Unit
from lambdalint.program import Program
from lambdalint.summary import Attribute, Await, Call, Expr, ExprStmt, For, Literal, Name, Return, With, Yield
from lambdalint.uses import Kept, Reader, kept_in
from lambdalint.walk import argument, expressions, free_names, statement_expressions


class Started(NamedTuple):
    """A call that starts work which nothing waits for; `what` names it."""

    site: Site
    what: str


class Background:
    """Finds the work that a program's units leave behind."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._reader = Reader(program)

    def of(self, unit: Unit) -> Iterator[Started]:
        """The work that a unit starts and leaves behind."""
        for site, call in self._program.sites_of(unit, Call):
            what = self._what(call, site.scope)
            if what is not None and self._is_left(site, call, what) and not self._waits(site, call):
                yield Started(site, what)

    def _what(self, call: Call, scope: Scope) -> str | None:
        """Which kind of work a call starts: thread, job, task or process."""
        for value in self._program.resolve(call.func, scope):
            if isinstance(value, External):
                found = known.kind_of(value.path)
                if found is not None:
                    return found
        if isinstance(call.func, Attribute) and call.func.attr == "start":
            for value in self._program.resolve(call.func.value, scope):
                if isinstance(value, Instance) and self._is_thread(value):
                    return "thread"
        return None

    def _is_thread(self, instance: Instance) -> bool:
        ancestry = self._program.resolver.ancestry(instance.cls)
        return any(isinstance(a, External) and a.path in known.THREAD_CLASSES for a in ancestry)

    # --- waiting ---

    def _is_left(self, site: Site, call: Call, what: str) -> bool:
        if what == "thread":
            return self._is_left_thread(site, call)
        if what == "job" and self._is_closed(site, call):
            return False
        return self._is_left_result(site)

    def _is_left_result(self, site: Site) -> bool:
        """Whether what a call gives is dropped, or kept where nobody looks for it."""
        kept = kept_in(site)
        if isinstance(kept, str):
            return kept == "dropped"
        return self._is_forgotten(site.unit, kept, site)

    def _is_forgotten(self, unit: Unit, kept: Kept, site: Site) -> bool:
        for read, parent in self._reader.reads(unit, kept.holder, kept.holder):
            if read.place.statement is site.place.statement:
                continue
            if isinstance(parent, Attribute) and parent.attr in known.IDLE_ATTRIBUTES:
                continue
            if self._is_put_aside(read, parent):
                continue
            return False
        return True

    def _is_put_aside(self, read: Site, parent: object) -> bool:
        """`pending.add(task)` for a collection that nobody reads but to add and to discard."""
        if not isinstance(parent, Call) or not isinstance(parent.func, Attribute):
            return False
        holder = parent.func.value
        if parent.func.attr not in known.PUT_ASIDE or not isinstance(holder, Name | Attribute):
            return False
        for _, around in self._reader.reads(read.unit, holder, holder):
            if not (isinstance(around, Attribute) and around.attr in known.PUT_ASIDE):
                return False
        module = self._program.modules[read.unit.path]
        others = [unit for unit in module.units() if unit != read.unit]
        return not any(
            isinstance(site.place.expr, Name) and isinstance(holder, Name) and site.place.expr.id == holder.id
            for unit in others
            if unit.number >= 0
            for site in self._program.sites(unit)
        )

    def _is_closed(self, site: Site, call: Call) -> bool:
        """Whether the executor of a job is waited for: a context manager, shut down, or out of sight."""
        owner = call.func.value if isinstance(call.func, Attribute) else None
        if owner is None or isinstance(owner, Call):
            return owner is None
        if isinstance(owner, Name):
            module = self._program.modules[site.unit.path]
            _, bindings = module.bindings(site.scope, owner.id, owner.span)
            if not bindings or any(binding.kind in ("context", "parameter", "opaque") for binding in bindings):
                return True
        units = self._owners(site, owner)
        for unit in units:
            for statement, _ in self._program.statements(unit):
                if isinstance(statement, With) and any(
                    _spelt(item.context) == _spelt(owner) for item in statement.items
                ):
                    return True
        return self._reader.calls_anywhere(units, lambda other, _: _shuts_down(other, _spelt(owner)))

    def _owners(self, site: Site, owner: Expr) -> tuple[Unit, ...]:
        """The units that may look after an object: for an attribute of a method's object the class's methods."""
        module = self._program.modules[site.unit.path]
        cls = module.function(site.unit.number).cls
        if isinstance(owner, Attribute) and cls >= 0:
            return tuple(Unit(site.unit.path, f.number) for f in module.summary.functions if f.cls == cls)
        if isinstance(owner, Name):
            home = module.lookup_scope(site.scope, owner.id)
            if home is not None and home.kind == "function":
                return self._reader.family(Unit(home.path, home.number))
        return module.units()

    def _is_left_thread(self, site: Site, call: Call) -> bool:
        owner = call.func.value if isinstance(call.func, Attribute) else None
        if owner is None or isinstance(owner, Call):
            return isinstance(site.place.statement, ExprStmt) or owner is not None
        if isinstance(owner, Name):
            names = {owner.id, *self._collections(site, owner.id)}
            if self._escapes(site.unit, names):
                return False
            module = self._program.modules[site.unit.path]
            home, _ = module.bindings(site.scope, owner.id, owner.span)
            given = {
                name
                for name in names
                for b in module.bindings(site.scope, name, owner.span)[1]
                if b.kind == "parameter"
            }
            return home is not None and not given  # the caller holds what is put into its collection
        return not self._reader.calls_anywhere(self._owners(site, owner), self._joins)

    def _collections(self, site: Site, name: str) -> set[str]:
        """The names of collections that a thread comes from or is put into."""
        found: set[str] = set()
        for statement, _ in self._program.statements(site.unit):
            if isinstance(statement, For) and isinstance(statement.target, Name) and statement.target.id == name:
                found.update(free_names(statement.iterable))
            for head in statement_expressions(statement):
                for expr in expressions(head):
                    if (
                        isinstance(expr, Call)
                        and isinstance(expr.func, Attribute)
                        and expr.func.attr in ("append", "add")
                    ):
                        if any(isinstance(g.value, Name) and g.value.id == name for g in expr.arguments):
                            found.update(free_names(expr.func.value))
        return found

    def _escapes(self, unit: Unit, names: set[str]) -> bool:
        """Whether something of these names is handed to the caller or to another function."""
        for site in self._program.sites(unit):
            expr, statement = site.place.expr, site.place.statement
            if not isinstance(expr, Name) or expr.id not in names:
                continue
            if isinstance(statement, Return):
                return True
            parent = self._reader.parent(unit, expr)
            if isinstance(parent, Yield):
                return True
            if isinstance(parent, Call) and any(given.value is expr for given in parent.arguments):
                if not (isinstance(parent.func, Attribute) and parent.func.attr in ("append", "add")):
                    return True
                if any(name == "self" for name in free_names(parent.func.value)):
                    return True
        return False

    def _waits(self, site: Site, call: Call) -> bool:
        """Whether a unit waits for something that may be what a call started."""
        owner = call.func.value if isinstance(call.func, Attribute) else None
        own = self._relatives(site, owner.id) if isinstance(owner, Name) else frozenset[str]()
        units = self._reader.family(site.unit)
        others = self._others(site)
        return self._reader.calls_anywhere(units, lambda other, scope: self._waits_for(other, scope, site, own, others))

    def _others(self, site: Site) -> frozenset[str]:
        """The names of the threads that a unit starts."""
        found: set[str] = set()
        for other, call in self._program.sites_of(site.unit, Call):
            if isinstance(call.func, Attribute) and isinstance(call.func.value, Name):
                if self._what(call, other.scope) == "thread":
                    found |= self._relatives(other, call.func.value.id)
        return frozenset(found)

    def _relatives(self, site: Site, name: str) -> frozenset[str]:
        return frozenset((name, *self._collections(site, name)))

    def _waits_for(self, call: Call, scope: Scope, site: Site, own: frozenset[str], others: frozenset[str]) -> bool:
        """Whether a call waits, for one of some names or for something that is not known to be other work."""
        if any(path in known.WAITING_CALLS for path in self._program.paths(call.func, scope)):
            return True
        if not isinstance(call.func, Attribute) or not self._joins(call, scope):
            return False
        awaited = call.func.value
        if isinstance(awaited, Name):
            names = self._relatives(site, awaited.id)
            if not names.isdisjoint(own | others):
                return not names.isdisjoint(own)
        return not any(path in known.WORK for path in self._program.paths(awaited, scope))

    def _joins(self, call: Call, scope: Scope) -> bool:
        """Whether a call waits: `thread.join()`, `queue.join()`, `event.wait()`, `timer.cancel()`."""
        if not isinstance(call.func, Attribute):
            return False
        if call.func.attr != "join":
            return call.func.attr in known.WAITING_METHODS
        if any(path.removesuffix(".join") in known.THREADS for path in self._program.paths(call.func, scope)):
            return True
        return all(
            given.keyword == "timeout" or (isinstance(given.value, Literal) and given.value.kind in ("int", "float"))
            for given in call.arguments
        )


def _shuts_down(call: Call, owner: str) -> bool:
    if not isinstance(call.func, Attribute) or call.func.attr != "shutdown" or _spelt(call.func.value) != owner:
        return False
    wait = argument(call, "wait", 0)
    return not (isinstance(wait, Literal) and wait.value is False)


def _spelt(expr: object) -> str:
    """A name, or the last name of an attribute with a dot before it."""
    if isinstance(expr, Await):
        return _spelt(expr.value)
    return expr.id if isinstance(expr, Name) else f".{expr.attr}" if isinstance(expr, Attribute) else ""
