"""Calls and names that hold a secret by what they are: answers of stores, the environment, credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lambdalint.aws import called_operation, method_of, service_of
from lambdalint.catalog import secrets
from lambdalint.catalog.names import is_public_name, is_secret_name, mentions_secret
from lambdalint.catalog.parameters import (
    is_locator_name,
    is_place_name,
    is_settings_name,
    says_something,
    tells_secret,
)
from lambdalint.config import Config
from lambdalint.declared import StoredParameter
from lambdalint.flow.tags import Asked, Hinge, Tag
from lambdalint.flow.values import CLEAN, DYNAMIC, Atom, Root, Value, of_root, read, tagged
from lambdalint.link.constants import constant, definition, ending_parameter
from lambdalint.link.model import External, Scope, Unit
from lambdalint.link.resolve import Resolver
from lambdalint.source import Span
from lambdalint.summary import Attribute, BinOp, BoolOp, Call, Display, Expr, Joined, Literal, Name, Subscript
from lambdalint.walk import argument, dotted, keyword_names

ENVIRONMENT = "os.environ"
_ENVIRONMENT_READS = frozenset(("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault"))


class Sources:
    """Recognises sources in one project; `secret-calls` and `secret-names` of the configuration count."""

    def __init__(self, resolver: Resolver, config: Config, stored: Iterable[StoredParameter] = ()) -> None:
        self._resolver = resolver
        self._calls = frozenset(config.secret_calls)
        self._names = frozenset(config.secret_names)
        stored = tuple(stored)
        self._plain = frozenset(parameter.name for parameter in stored if not parameter.is_secure)
        self._secure = frozenset(parameter.name for parameter in stored if parameter.is_secure)

    def environment(self, unit: Unit, span: Span) -> Value:
        """The whole environment."""
        return of_root(Root("environment", unit, span, ENVIRONMENT))

    def of_call(self, call: Call, externals: Iterable[External], unit: Unit, scope: Scope) -> Value | None:
        """What a call of outside functions gives when it is a source, or surely none; None when neither is known."""
        for external in externals:
            found = self._external(call, external, unit, scope)
            if found is not None:
                return found
        if self._calls and self._is_configured(call, externals):
            return of_root(Root("stored", unit, call.span, dotted(call.func) or "a secret"))
        return self._by_keywords(call, unit, scope)

    def is_configured_name(self, name: str) -> bool:
        """Whether a dotted name is one of the `secret-calls`, wholly or by its last part."""
        return bool(self._calls) and (name in self._calls or name.rpartition(".")[2] in self._calls)

    def _is_configured(self, call: Call, externals: Iterable[External]) -> bool:
        name = dotted(call.func)
        return (name is not None and self.is_configured_name(name)) or any(e.path in self._calls for e in externals)

    def _by_keywords(self, call: Call, unit: Unit, scope: Scope) -> Value | None:
        method = getattr(call.func, "attr", None)
        if method is None:
            return None
        known = secrets.operation_by_keywords(method, keyword_names(call.arguments))
        return None if known is None else self._operation(known, call, unit, scope)

    def _external(self, call: Call, external: External, unit: Unit, scope: Scope) -> Value | None:
        path = external.path
        if path in _ENVIRONMENT_READS:
            return self._variable(call, unit, scope)
        if path == "os.environ.copy":
            return self.environment(unit, call.span)
        operation = called_operation(self._resolver, external, call) or self._paginated(external)
        if operation is not None:
            return self._operation(operation, call, unit, scope)
        getter = secrets.GETTERS.get(path)
        if getter is not None:
            return self._getter(getter, call, unit, scope)
        if secrets.is_vault_read(path) or secrets.is_other_store_read(path) or path in secrets.SESSION_CREDENTIALS:
            return of_root(Root("stored", unit, call.span, method_of(external)))
        if "()" in path and path.rpartition(".")[2] in secrets.METADATA_METHODS:
            service = service_of(self._resolver, external)
            return CLEAN if service in (None, "secretsmanager", "ssm") else None
        return self._extension(call, unit, scope) if external.path in secrets.HTTP_GETS else None

    def _paginated(self, value: External) -> secrets.Operation | None:
        base = value.base
        if method_of(value) != "paginate" or base is None or base.call is None or base.scope is None:
            return None
        service = service_of(self._resolver, value)
        named = constant(self._resolver, argument(base.call, "operation_name", 0), base.scope)
        if service is None or named is None or not isinstance(named.value, str):
            return None
        return secrets.operation(service, named.value)

    def _operation(self, known: secrets.Operation, call: Call, unit: Unit, scope: Scope) -> Value | None:
        if known.kind in ("secret", "parameter") and self._is_named(call, known.identified_by, scope, is_public_name):
            return CLEAN
        is_by_name = known.kind == "parameter" and known.method != "get_parameters_by_path"
        if is_by_name and self._are_public(self._name_of(call, known.identified_by), scope):
            return CLEAN
        is_single = known.method == "get_parameter"
        is_plain = not _is_decrypted(call, "WithDecryption") or (
            is_single and self._has_settings(self._name_of(call, known.identified_by), scope)
        )
        if known.kind == "parameter" and is_plain:
            if not self._names_secret(call, known.identified_by, scope):
                return None
        kind = "credentials" if known.kind == "credentials" else "stored"
        found = of_root(Root(kind, unit, call.span, known.method, known.members))
        return self._hinged(found, self._name_of(call, known.identified_by), unit, scope) if is_single else found

    def _getter(self, getter: secrets.Getter, call: Call, unit: Unit, scope: Scope) -> Value | None:
        if getter.kind == "configuration":
            return None
        is_single = getter.path.rpartition(".")[2] in ("get_parameter", "get")
        is_single = is_single and getter.kind == "parameter"
        if is_single and self._are_public(self._name_of(call, ("name",)), scope):
            return CLEAN
        is_plain = not _is_decrypted(call, "decrypt") or (
            is_single and self._has_settings(self._name_of(call, ("name",)), scope)
        )
        if getter.kind == "parameter" and is_plain:
            if not self._names_secret(call, ("name", "path"), scope):
                return None
        found = of_root(Root("stored", unit, call.span, getter.path.rpartition(".")[2]))
        return self._hinged(found, self._name_of(call, ("name",)), unit, scope) if is_single else found

    def _hinged(self, found: Value, name: Expr | None, unit: Unit, scope: Scope) -> Value:
        """What is fetched by a name that ends in what a function is given hinges on what its callers pass.

        Where the text before that speaks of secrets, all of it is secret.
        """
        ending = ending_parameter(self._resolver, name, scope)
        if ending is None or mentions_secret(ending.before):
            return found
        return tagged(found, Hinge(unit, ending.parameter))

    def is_public_parameter(self, name: str) -> bool:
        """Whether a parameter of SSM holds no secret: its name says so, or a template declares it as plain text."""
        last = _last_part(name)
        if is_secret_name(last, self._names):
            return False
        return name in self._plain or is_public_name(last) or is_place_name(name) or is_settings_name(name)

    def is_told_secret(self, name: str) -> bool:
        """Whether the name of a parameter of SSM says that it holds a secret, or a template declares it as one."""
        return not self.is_public_parameter(name) and (name in self._secure or tells_secret(name, self._names))

    def named(
        self, hinge: Hinge, name: str | None, expr: Expr | None, hop: tuple[Unit, Span], scope: Scope
    ) -> set[Tag]:
        """The tags of a parameter of SSM which a function fetches, decrypted in any case, for its caller.

        The caller, at `hop`, names it where the hinge says; `name` is that, or None where only the expression that is
        passed tells of it.  None for what its name says to be a secret.
        """
        if name is None and (ending := ending_parameter(self._resolver, expr, scope)) is not None:
            return set() if mentions_secret(ending.before) else {Hinge(hop[0], ending.parameter)}
        is_variable = False
        if name is None:
            name, is_variable = self._known_as(expr, scope, 0)
        elif self.is_public_parameter(name):
            return {"harmless"}
        if name in self._secure:
            return set()
        if is_locator_name(name, is_variable=is_variable) and not is_secret_name(_last_part(name), self._names):
            return {"harmless"}
        if tells_secret(name, self._names, is_variable=is_variable):
            return set()
        is_named = says_something(name) if is_variable else bool(_last_part(name).strip("\0"))
        return {Asked(hinge, *hop, is_named)}

    def is_told_harmless(self, name: str) -> bool:
        """Whether the name of a parameter of SSM says that it holds no secret, or a template declares it as text."""
        is_secret = is_secret_name(_last_part(name), self._names)
        return self.is_public_parameter(name) or (name not in self._secure and is_locator_name(name) and not is_secret)

    def _are_public(self, given: Expr | None, scope: Scope) -> bool:
        """Whether what names one or several parameters is known, and none of them holds a secret."""
        names = given.items if isinstance(given, Display) else (given,)
        literals = [constant(self._resolver, name, scope) for name in names]
        texts = [literal.value if literal is not None else None for literal in literals]
        return bool(texts) and all(isinstance(text, str) and self.is_public_parameter(text) for text in texts)

    def _names_secret(self, call: Call, keywords: tuple[str, ...], scope: Scope) -> bool:
        """Whether what is fetched has a name that says it is secret: "/prod/db/password"."""
        return self._is_named(call, keywords, scope, lambda name: is_secret_name(name, self._names))

    def _has_settings(self, given: Expr | None, scope: Scope) -> bool:
        """Whether the name of a parameter, or what holds it where it is not known, says that it holds settings."""
        text, is_variable = self._known_as(given, scope, 0)
        last = _last_part(text)
        return is_settings_name(text, is_variable=is_variable) and not is_secret_name(last, self._names)

    def _known_as(self, expr: Expr | None, scope: Scope, depth: int) -> tuple[str, bool]:
        """What is known of a text that names something, and whether that is only the name of what holds the text.

        An environment variable with a value for where it is not set is known by that.
        """
        literal = constant(self._resolver, expr, scope)
        if literal is not None:
            return (literal.value, False) if isinstance(literal.value, str) else ("", False)
        if isinstance(expr, Joined) and expr.parts and isinstance(expr.parts[-1], Literal):
            return "".join(str(part.value) if isinstance(part, Literal) else "\0" for part in expr.parts), False
        if isinstance(expr, BinOp) and expr.op == "+" and depth < 4:
            ending = self._known_as(expr.right, scope, depth + 1)
            return ("", False) if ending[1] or not ending[0] else (f"\0{ending[0]}", False)
        if isinstance(expr, BoolOp) and expr.op == "or" and depth < 4:
            return self._known_as(expr.right, scope, depth + 1)
        if isinstance(expr, Subscript) and ENVIRONMENT in self._paths(expr.value, scope):
            variable = constant(self._resolver, expr.key, scope)
            return (str(variable.value), True) if variable is not None else ("", False)
        if isinstance(expr, Call) and not _ENVIRONMENT_READS.isdisjoint(self._paths(expr.func, scope)):
            default = constant(self._resolver, argument(expr, "default", 1), scope)
            variable = constant(self._resolver, argument(expr, "key", 0), scope)
            if default is not None and isinstance(default.value, str) and default.value:
                return default.value, False
            return (str(variable.value), True) if variable is not None else ("", False)
        if not isinstance(expr, Name) or depth > 4:
            return (expr.attr, True) if isinstance(expr, Attribute) else ("", False)
        found = definition(self._resolver, expr, scope)
        return (expr.id, True) if found is None else self._known_as(*found, depth + 1)

    def _paths(self, expr: Expr, scope: Scope) -> set[str]:
        return {value.path for value in self._resolver.resolve(expr, scope) if isinstance(value, External)}

    def _name_of(self, call: Call, keywords: tuple[str, ...]) -> Expr | None:
        """What a call is given that names what is fetched."""
        given = next((found for keyword in keywords if (found := argument(call, keyword)) is not None), None)
        is_positional = given is None and call.arguments and call.arguments[0].keyword is None
        return call.arguments[0].value if is_positional else given

    def _is_named(self, call: Call, keywords: tuple[str, ...], scope: Scope, says: Callable[[str], bool]) -> bool:
        """Whether the last part of the name of what is fetched says something: `password` of "/prod/db/password"."""
        given = self._name_of(call, keywords)
        literal = constant(self._resolver, given, scope)
        if literal is not None and isinstance(literal.value, str):
            return says(_last_part(literal.value))
        if isinstance(given, Joined) and given.parts and isinstance(given.parts[-1], Literal):
            return says(str(given.parts[-1].value).rpartition("/")[2])
        return False

    def _variable(self, call: Call, unit: Unit, scope: Scope) -> Value:
        given = argument(call, "key", 0)
        literal = constant(self._resolver, given, scope)
        key = literal.value if literal is not None and isinstance(literal.value, str) else DYNAMIC
        return self.variable(key, unit, call.span)

    def variable(self, key: str, unit: Unit, span: Span) -> Value:
        """One environment variable."""
        return read(self.environment(unit, span), key)

    def _extension(self, call: Call, unit: Unit, scope: Scope) -> Value | None:
        """An answer of the Parameters and Secrets extension."""
        given = argument(call, "url", 0)
        for text in self._heads(given, scope, 0) + self._heads(argument(call, "url", 1), scope, 0):
            if secrets.is_extension_url(text) and ("/secretsmanager/" in text or "withDecryption=true" in text):
                return of_root(Root("stored", unit, call.span, "the secrets extension"))
        return None

    def _heads(self, expr: Expr | None, scope: Scope, depth: int) -> tuple[str, ...]:
        """The literal text with which an expression begins, for each of the bindings of a name."""
        if isinstance(expr, Literal) and isinstance(expr.value, str):
            return (expr.value,)
        if isinstance(expr, Joined):
            return ("".join(str(part.value) if isinstance(part, Literal) else "" for part in expr.parts),)
        if isinstance(expr, BinOp) and depth < 4:
            return self._heads(expr.left, scope, depth + 1)
        module = self._resolver.load(scope.path)
        if isinstance(expr, Call) and expr.arguments and depth < 4:
            return self._heads(expr.arguments[0].value, scope, depth + 1)
        if isinstance(expr, Name) and module is not None and depth < 4:
            bindings = module.bindings(scope, expr.id, expr.span)[1]
            return tuple(
                head for b in bindings if b.kind == "value" for head in self._heads(b.value, b.scope, depth + 1)
            )
        return ()


def _last_part(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]


def _is_decrypted(call: Call, keyword: str) -> bool:
    given = argument(call, keyword)
    return isinstance(given, Literal) and given.value is True


def is_stored(atom: Atom) -> bool:
    """Whether an atom comes from a secret store or the environment, not from this request."""
    return atom.root.kind in ("stored", "environment")
