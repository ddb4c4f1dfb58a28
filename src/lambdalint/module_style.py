"""Clients made at module level, as `fix-style = "module"` wants them."""

from __future__ import annotations

from lambdalint.fixes import HoistAssignment
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Scope, Unit
from lambdalint.movable import Plan
from lambdalint.remedies import Remedy
from lambdalint.summary import Assign, Expr, Name, Stmt, Try


def hoisted(
    module: ModuleIndex, unit: Unit, statement: Stmt, frames: tuple[object, ...], expr: Expr, plan: Plan
) -> Remedy | str:
    """How the assignment of what an expression makes moves to module level, or why it cannot."""
    if plan.given or plan.imports or plan.computes:
        return "an argument is known in the function only"
    if not isinstance(statement, Assign) or statement.value is not expr or len(statement.targets) != 1:
        return "it is not assigned to a name of its own"
    target = statement.targets[0]
    if not isinstance(target, Name):
        return "it is not assigned to a name of its own"
    if frames:
        inside_try = any(isinstance(getattr(frame, "node", None), Try) for frame in frames)
        return "it is made inside `try`" if inside_try else "it is made on some paths only"
    scope = Scope(unit.path, "function", unit.number)
    if len(module.table(scope).get(target.id, [])) != 1:
        return f"`{target.id}` is assigned more than once"
    if module.table(module.scope).get(target.id, []):
        return f"`{target.id}` means something else at module level"
    if _is_second(module, unit, target.id):
        return f"another function's `{target.id}` moves first"
    spans = (*(needed.span for needed in plan.local), statement.span)
    return Remedy((HoistAssignment(spans, plan.after),), True, "Make it once, at module level")


def _is_second(module: ModuleIndex, unit: Unit, name: str) -> bool:
    """Whether an earlier function of the module makes something under the same name."""
    return any(
        binding.value is not None and binding.kind == "value"
        for function in module.summary.functions[: unit.number]
        if name in function.locals
        for binding in module.table(Scope(module.path, "function", function.number)).get(name, ())
    )
