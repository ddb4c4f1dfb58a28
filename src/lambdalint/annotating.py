"""The return annotations of functions that fixes make, in modules that have such."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.accessor_names import service_of
from lambdalint.creations import Creation, cast_value
from lambdalint.fixes import ANY, Given
from lambdalint.link.bindings import ModuleIndex
from lambdalint.link.model import Binding, Unit
from lambdalint.lints import ANY_RULE, forbids_any
from lambdalint.lone_sessions import CLIENT_METHODS
from lambdalint.movable import Plan
from lambdalint.program import Program
from lambdalint.summary import Assign, Attribute, BinOp, Call, ClassDef, Expr, FunctionDef, Literal, Subscript
from lambdalint.walk import dotted, is_literal_none, statements

# From what share of annotated functions on a module's new ones are annotated too.
_MOST = 0.5
# What says of a variable how it is used, and nothing of its type.
_QUALIFIERS = ("Final", "ClassVar")
_OPTIONAL = " | None"
_BUILTIN = ("str", "int", "bool", "float", "bytes")
# The packages with the types of a service's client: `mypy_boto3_s3.client.S3Client`.
_STUBS = ("mypy_boto3_", "types_boto3_")
_STUB_ENDS = {"client": "Client", "resource": "ServiceResource"}
_BOTO = ("boto3", "botocore")
# What every client and every resource is an instance of, whatever its service.
# https://github.com/boto/botocore/blob/develop/botocore/client.py (`ClientCreator.create_client`)
# https://github.com/boto/boto3/blob/develop/boto3/resources/factory.py (`ResourceFactory.load_from_definition`)
_BASES = {"client": "botocore.client.BaseClient", "resource": "boto3.resources.base.ServiceResource"}


def annotation_of(program: Program, creation: Creation, expr: Expr, plan: Plan) -> str:
    """The annotation of the variable for the function that returns what it gets, quoted unless known to the module.

    The module also knows what the plan imports.
    """
    statement = creation.site.place.statement
    if isinstance(expr, Call) and cast_value(program, expr, creation.site.scope) is not None:
        annotation: Expr = expr.arguments[0].value
    elif isinstance(statement, Assign) and statement.annotation is not None and statement.value is creation.call:
        annotation = statement.annotation
    else:
        return _inferred(program, creation, expr, plan)
    name = annotation.value if isinstance(annotation, Literal) else dotted(annotation)
    if not isinstance(name, str) or '"' in name or name.rpartition(".")[2] in _QUALIFIERS:
        return _inferred(program, creation, expr, plan)
    module = program.modules[creation.site.unit.path]
    root = name.partition(".")[0]
    is_known = _is_imported(module, root) or _is_bound_otherwise(module, root) or _is_spelt_plainly(module, name)
    return name if is_known or _postpones(module) else f'"{name}"'


def _inferred(program: Program, creation: Creation, expr: Expr, plan: Plan) -> str:
    """The return annotation of what is made anew: the type that the module imports for it, or the class called.

    The type of the service's clients rather than that of all clients; failing these `Any` where all functions are
    annotated.
    """
    module = program.modules[creation.site.unit.path]
    service, kind = service_of(creation, expr)
    if _annotated(program, module) > _MOST:
        own = _stub(module, service, kind) if service else ""
        if own or (own := _base(module, _made(creation, expr))):
            return own
    if expr is creation.call:
        name = class_annotation(program, creation.site.unit.path, creation.call, plan)
        if name or (dotted(creation.call.func) or "").rpartition(".")[2][:1].isupper():
            return name
    return _any(module) if _annotated(program, module) == 1 else ""


def _any(module: ModuleIndex) -> str:
    """How a module may say `Any`: by the name that it imports, from wherever; "" where that means something else."""
    if _is_imported(module, "Any"):
        return "Any"
    return "" if "Any" in module.table(module.scope) else ANY


def _stub(module: ModuleIndex, service: str, kind: str) -> str:
    """The name of a service's client or resource that a module imports for type checkers, quoted as far as it must."""
    packages = [f"{stub}{service}" for stub in _STUBS]
    for name, found in _imports(module):
        is_stub = (found.statement.module or "").partition(".")[0] in packages  # type: ignore[union-attr]
        if is_stub and name.endswith(_STUB_ENDS.get(kind, "-")):
            return _quoted(module, name, found)
    return ""


def _base(module: ModuleIndex, kind: str) -> str:
    """The name by which a module imports the class of all clients or of all resources, quoted as far as it must."""
    for name, found in _imports(module):
        if f"{found.statement.module}.{found.imported.name}" == _BASES.get(kind):  # type: ignore[union-attr]
            return _quoted(module, name, found)
    return ""


def _made(creation: Creation, expr: Expr) -> str:
    """Whether an expression makes boto3's "client" or "resource"; "" for anything else, a resource's table for one."""
    if creation.factory.path.partition(".")[0] not in _BOTO:
        return ""
    if expr is creation.call:
        return creation.factory.kind
    method = expr.func.attr if isinstance(expr, Call) and isinstance(expr.func, Attribute) else ""
    return method if method in CLIENT_METHODS else ""


def _imports(module: ModuleIndex) -> Iterator[tuple[str, Binding]]:
    """The names that one import alone binds at the top of a module, with that; something else may bind them too."""
    for name, bindings in module.table(module.scope).items():
        imported = [b for b in bindings if b.kind == "import" and b.statement is not None]
        if len(imported) == 1:
            yield name, imported[0]


def _quoted(module: ModuleIndex, name: str, found: Binding) -> str:
    """The name of a type that a module imports, quoted unless a function above its first definition may read it."""
    first = next((one for one, _ in statements(module.summary.body) if isinstance(one, FunctionDef | ClassDef)), None)
    is_above = first is None or found.span < first.span
    is_bound = is_above and (not found.frames or _is_bound_otherwise(module, name))
    return name if is_bound or _postpones(module) else f'"{name}"'


def _is_bound_otherwise(module: ModuleIndex, name: str) -> bool:
    """Whether a module binds a name on both ways of a test: `if TYPE_CHECKING: from x import A; else: A = object`."""
    branches = {
        (b.frames[0].node.span, b.frames[0].branch) for b in module.table(module.scope).get(name, ()) if b.frames
    }
    return any((span, "orelse") in branches for span, branch in branches if branch == "body")


def _postpones(module: ModuleIndex) -> bool:
    """Whether a module has its annotations left unevaluated."""
    annotations = module.table(module.scope).get("annotations", ())
    return any(b.statement is not None and b.statement.module == "__future__" for b in annotations)


def class_annotation(program: Program, path: str, call: Call, plan: Plan) -> str:
    """The class that is called, as the return annotation of a function of a module; "" where it annotates few."""
    module = program.modules[path]
    name = dotted(call.func) or ""
    if _annotated(program, module) <= _MOST or not name.rpartition(".")[2][:1].isupper():
        return ""
    root = name.partition(".")[0]
    if _is_imported(module, root) or any(root == one.bound for moved, _ in plan.imports for one in moved.names):
        return name
    return f'"{name}"' if any(cls.name == name for cls in module.summary.classes) else ""


def fetched_annotation(program: Program, path: str, expr: Expr) -> str:
    """The return annotation of what is fetched, where a module annotates all of its functions: `str`, else `Any`."""
    module = program.modules[path]
    if _annotated(program, module) < 1:
        return ""
    key = expr.key.value if isinstance(expr, Subscript) and isinstance(expr.key, Literal) else None
    if key in ("SecretString", "Value"):
        return "str"
    return _any(module)


def annotated(program: Program, unit: Unit, given: tuple[Given, ...]) -> tuple[Given, ...]:
    """What a function takes, with the annotations of the unit's own parameters where its module annotates most.

    All of it or nothing: what has no known type is `Any` where the module annotates all.
    """
    if unit.number < 0 or _annotated(program, program.modules[unit.path]) <= _MOST:
        return tuple(one._replace(annotation="") for one in given)
    parameters = program.function(unit).parameters
    module = program.modules[unit.path]
    plain = {p.name: text for p in parameters if p.annotation is not None and (text := _spelt(module, p.annotation))}
    # What may be None, or has no type of its own, is not said to be a text.
    vague = {p.name for p in parameters if p.annotation is None or is_literal_none(p.default)}
    vague -= {name for name, text in plain.items() if text.endswith(_OPTIONAL)}
    given = tuple(one._replace(annotation="") if one.name in vague else one for one in given)
    plain = {name: text for name, text in plain.items() if name not in vague}
    rest = _any(module) if _annotated(program, module) == 1 else ""
    found = [one._replace(annotation=plain.get(one.name, one.annotation) or rest) for one in given]
    return tuple(found if all(one.annotation for one in found) else (one._replace(annotation="") for one in found))


def _spelt(module: ModuleIndex, annotation: Expr) -> str:
    """A parameter's annotation, where it is a builtin or an imported type, or one of these or None; "" for others."""
    if isinstance(annotation, BinOp) and annotation.op == "|" and is_literal_none(annotation.right):
        text = _spelt(module, annotation.left)
        return f"{text}{_OPTIONAL}" if text else ""
    text = dotted(annotation) or ""
    return text if text in _BUILTIN or _is_imported(module, text) else ""


def remark_on(program: Program, path: str, returns: str, given: tuple[Given, ...]) -> str:
    """The comment that has the project's own linter pass over `Any` in the head of a new function, "" for none."""
    has_any = not {ANY, "Any"}.isdisjoint((returns, *(one.annotation for one in given)))
    return f"# noqa: {ANY_RULE}" if has_any and forbids_any(program.project.lints, path) else ""


def _annotated(program: Program, module: ModuleIndex) -> float:
    """The share of a module's functions that say what they return, constructors and lambda expressions aside.

    Handlers that don't say so are aside as well: their answer is Lambda's.
    """
    functions = [
        function
        for function in module.summary.functions
        if function.name not in ("<lambda>", "__init__")
        and (function.returns is not None or Unit(module.path, function.number) not in program.roots)
    ]
    annotated = sum(function.returns is not None for function in functions)
    return annotated / len(functions) if functions else 0


def _is_spelt_plainly(module: ModuleIndex, name: str) -> bool:
    """Whether annotations of a module's functions hold a name without quotes, and it is no class of its own."""
    if any(cls.name == name for cls in module.summary.classes):
        return False
    functions = (f for f in module.summary.functions if f.outer < 0)
    annotations = (a for f in functions for a in (f.returns, *(p.annotation for p in f.parameters)))
    return any(annotation is not None and dotted(annotation) == name for annotation in annotations)


def _is_imported(module: ModuleIndex, name: str) -> bool:
    """Whether a name is bound at the top of a module by imports alone."""
    bindings = module.table(module.scope).get(name, ())
    return bool(bindings) and all(b.kind == "import" and not b.frames for b in bindings)
