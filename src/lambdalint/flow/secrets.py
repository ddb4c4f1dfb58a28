"""Which atoms are secrets: by the store that they come from, by their name, and by what was read from them."""

from __future__ import annotations

from typing import NamedTuple

from lambdalint.catalog.names import is_secret_name, words
from lambdalint.catalog.terms import terms
from lambdalint.diagnostic import Step
from lambdalint.flow import values as v
from lambdalint.flow.asked_names import AskedNames
from lambdalint.flow.naming import is_harmless_key
from lambdalint.flow.origins import Origins
from lambdalint.flow.values import ELEMENT, ITERATED, SPECIAL, Atom, Key, Value
from lambdalint.link.model import Unit
from lambdalint.summary import BinOp, Expr, Literal, Name, Parameter, Subscript
from lambdalint.walk import dotted, is_literal_none

# Members of answers that are lists of secrets, so that iterating gives the secrets and not their keys.
_LISTS = terms("Parameters SecretValues authorizationData")
# Members of an HTTP answer that are no part of the secret which it carries.
_ANSWER_MEMBERS = terms("status_code status ok reason headers url elapsed status_text")
# Words of names that stand for something with members, such as a parsed secret.
_HOLDERS = terms("secret secrets credential credentials cred creds")
_TEXTS = terms("str bytes dict Dict Any Mapping MutableMapping object Optional Union list List")
_FETCHED = ("stored", "credentials")
_MAX_CALLERS = 6
_NOT_NAMED = terms("bool int float Callable SecretStr SecretBytes Secret Enum")


class Secret(NamedTuple):
    """A secret that reaches a place: how a message calls it, its trail, whether a store or the environment holds it.

    `is_environment` says that it is no value but the whole environment.
    """

    label: str
    trail: tuple[Step, ...]
    is_stored: bool
    is_environment: bool = False


class Secrets:
    """Judges atoms."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins
        self._engine = origins.engine
        self._asked = AskedNames(origins)
        self._memo: dict[tuple[object, ...], Secret | None] = {}

    def in_value(self, value: Value, stored_only: bool = False) -> Secret | None:
        """The first secret that shows when a value is printed; of stored ones only, where so asked."""
        for atom in v.flatten(value):
            found = self.of(atom)
            if found is not None and (found.is_stored or not stored_only):
                return found
        return None

    def is_secret(self, value: Value) -> bool:
        """Whether a value is a secret, rather than something that holds one."""
        return any(self.of(atom) is not None for atom in value.atoms)

    def of(self, atom: Atom) -> Secret | None:
        """The secret that an atom is or may come from, None for none; a stored one goes before a named one."""
        key = atom[:4]
        if key in self._memo:
            return self._memo[key]
        found: Secret | None = None
        seen: list[tuple[object, ...]] = []
        handles = self._engine.handles
        is_handle = False
        for reached, after in self._origins.search(atom):
            seen.append(reached[:4])
            if reached[:2] in handles and reached.root.kind not in _FETCHED:
                is_handle = True
                continue
            secret = self._judge(reached)
            if secret is not None and (found is None or secret.is_stored):
                found = secret._replace(trail=(*secret.trail, *after))
                if secret.is_stored:
                    break
        if found is not None and is_handle and not found.is_stored:
            found = None
        elif found is None and not self._origins.is_pruned:
            self._memo.update(dict.fromkeys(seen))
        self._memo[key] = found
        return found

    def _judge(self, atom: Atom) -> Secret | None:
        """The secret that an atom is by itself."""
        if "slice" in atom.tags or "harmless" in atom.tags:
            return None
        kind = atom.root.kind
        if kind in v.SYMBOLIC or kind == "made":
            return self._symbolic(atom)
        if kind in ("stored", "credentials"):
            return self._answer(atom)
        if kind == "environment":
            return self._environment(atom)
        if kind == "named":
            names = (atom.root.name, *_names(atom.path))
            return self._named(atom) if not _lists_keys(atom.path) and self._names_secret(names) else None
        return self._by_key(atom)

    # --- what is known of the root ---

    def _answer(self, atom: Atom) -> Secret | None:
        root, path = atom.root, atom.path
        is_open = self._asked.is_open(atom)
        if root.members:
            while path and path[0] in SPECIAL:
                path = path[1:]
            if path and path[0] not in root.members:
                return None
            is_list = bool(path) and path[0] in _LISTS
            path = path[2:] if is_list and path[1:2] and not isinstance(path[1], str) else path[1:]
            if is_list and path[:1] and path[0] in SPECIAL:
                path = path[1:]
        elif path and path[0] in _ANSWER_MEMBERS:
            return None
        if not self._shows(path) or (is_open and not self._names_secret(("", *_names(path)))):
            return None
        what = "the credentials" if root.kind == "credentials" else "the secret"
        label = f"{what} from `{root.name}`" if root.name.isidentifier() else f"{what} from {root.name}"
        return Secret(label, self._origins.start(atom), root.kind == "stored")

    def _shows(self, path: tuple[Key, ...]) -> bool:
        """Whether what is read from a secret is still one: no harmless member, no list of its keys."""
        if _lists_keys(path):
            return False
        names = _names(path)
        if not names:
            return True
        return not is_harmless_key(names[-1], self._engine.names)

    def _environment(self, atom: Atom) -> Secret | None:
        path = atom.path
        if not path or path[0] == ELEMENT:
            return Secret("the whole environment", self._origins.start(atom), True, True)
        if path[0] in SPECIAL or not isinstance(path[0], str):
            return None
        if not is_secret_name(path[0], self._engine.names) or not self._shows(path[1:]):
            return None
        return Secret(f"the environment variable `{path[0]}`", self._origins.start(atom), True)

    def _named(self, atom: Atom) -> Secret:
        names = _names(atom.path)
        return Secret(f"`{names[-1] if names else atom.root.name}`", self._origins.start(atom), False)

    def _by_key(self, atom: Atom) -> Secret | None:
        """A member that is read from something of which only the path is known."""
        names = _names(atom.path)
        if not names or _lists_keys(atom.path) or not self._names_secret(names):
            return None
        return Secret(f"`{names[-1]}`", self._origins.start(atom), False)

    def _names_secret(self, names: tuple[str, ...]) -> bool:
        """Whether a chain of names ends in a secret: its last name says so, or it is a member of a parsed secret."""
        last = names[-1]
        if is_secret_name(last, self._engine.names):
            return True
        if is_harmless_key(last, self._engine.names):
            return False
        return any(
            not _HOLDERS.isdisjoint(words(name)[-1:]) and is_secret_name(name, self._engine.names)
            for name in names[:-1]
        )

    # --- what callers pass ---

    def _symbolic(self, atom: Atom) -> Secret | None:
        """What a parameter's name, or a key read from something symbolic, says; callers may know better."""
        names = _names(atom.path)
        if not names:
            if atom.root.kind != "parameter" or not self._is_named_parameter(atom):
                return None
        elif not self._names_secret((*self._holder(atom), *names)):
            return None
        ways = self._origins.ways(atom)
        if _lists_keys(atom.path) or (ways and all(self._is_harmless(way.value) for way in ways)):
            return None
        return Secret(f"`{names[-1] if names else atom.root.name}`", self._origins.start(atom), False)

    def _holder(self, atom: Atom) -> tuple[str, ...]:
        return (atom.root.name,) if atom.root.kind == "parameter" and self._is_named_parameter(atom) else ()

    def _is_named_parameter(self, atom: Atom) -> bool:
        root = atom.root
        if not is_secret_name(root.name, self._engine.names):
            return False
        function = self._engine.modules[root.unit.path].function(root.unit.number)
        parameter = next((p for p in function.parameters if p.name == root.name), None)
        return parameter is not None and self._may_hold_text(parameter, root.unit)

    def _may_hold_text(self, parameter: Parameter, unit: Unit) -> bool:
        if isinstance(parameter.default, Literal) and parameter.default.kind in ("bool", "int", "float"):
            return False
        return parameter.annotation is None or self._is_text(parameter.annotation, unit)

    def _is_text(self, annotation: Expr, unit: Unit) -> bool:
        """Whether an annotation allows a text or a mapping; classes of their own, numbers and SecretStr are none."""
        if isinstance(annotation, Literal):
            return annotation.value is None or not _NOT_NAMED & set(words_of(str(annotation.value)))
        if isinstance(annotation, BinOp):
            return any(
                self._is_text(side, unit) for side in (annotation.left, annotation.right) if not is_literal_none(side)
            )
        if isinstance(annotation, Subscript):
            name = (dotted(annotation.value) or "").rpartition(".")[2]
            if name in ("Optional", "Annotated", "Union"):
                return self._is_text(annotation.key, unit) if name != "Union" else True
            return name in _TEXTS
        name = (dotted(annotation) or "").rpartition(".")[2]
        return name in _TEXTS or (isinstance(annotation, Name) and name not in _NOT_NAMED and name[:1].islower())

    def _is_harmless(self, value: Value, depth: int = 0) -> bool:
        """Whether what a caller passes is known, and by no name of its own, nor of what its callers pass, a secret."""
        return v.is_known(value) and not any(
            self._engine.is_open(inner) and not self._is_given_harmless(inner, depth) for inner in v.flatten(value)
        )

    def _is_given_harmless(self, atom: Atom, depth: int) -> bool:
        if atom.root.kind != "parameter" or depth >= _MAX_CALLERS:
            return False
        ways = self._origins.ways(atom)
        return bool(ways) and all(self._is_harmless(way.value, depth + 1) for way in ways)


def words_of(text: str) -> tuple[str, ...]:
    """The identifiers of an annotation that is written as a string."""
    import re

    return tuple(re.findall(r"\w+", text))


def _names(path: tuple[Key, ...]) -> tuple[str, ...]:
    """The literal keys of a path."""
    return tuple(key for key in path if isinstance(key, str) and key not in SPECIAL)


def _lists_keys(path: tuple[Key, ...]) -> bool:
    """Whether a path ends in iterating over something whose items are its keys, or its characters."""
    return bool(path) and path[-1] == ITERATED and not (len(path) > 1 and path[-2] in _LISTS)
