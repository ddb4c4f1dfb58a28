"""What the project's tests put in the place of things: `patch("boto3.client")` and its kin, found in their bytes.

A cached function keeps what a test has patched in, and an import at module level binds a name before a test can
replace it where it comes from: a fix that does so would break these tests.
https://docs.python.org/3/library/unittest.mock.html#where-to-patch
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

# `patch("a.b")`, `mocker.patch("a.b")`, `patch.object(a, "b")`, `monkeypatch.setattr("a.b", …)` or `(a, "b", …)`.
_REPLACED = re.compile(
    rb"\b(?:patch|patch\.object|setattr|patch\.multiple)\(\s*(?:target\s*=\s*)?"
    rb"(?:[\"']([A-Za-z_][\w.]*)[\"']|([A-Za-z_][\w.]*)\s*,\s*[\"'](\w+)[\"'])"
)
# `patch(f"{MODULE}.a.b")`, `patch(MODULE + ".a.b")`, `patch("{}.a.b".format(…))`: something of a module out of sight.
_REPLACED_BELOW = re.compile(
    rb"\b(?:patch|setattr|patch\.multiple)\(\s*(?:target\s*=\s*)?"
    rb"(?:[fF]?[\"']\{[^{}\"']*\}\.|[A-Za-z_][\w.]*\s*\+\s*[\"']\.)([A-Za-z_][\w.]*)[\"']"
)
_ANY_MODULE = b"*."
_MODULES = re.compile(
    rb"\bsys\.modules\b[^\n]{0,40}?[\"']([A-Za-z_][\w.]*)[\"']|[\"']sys\.modules[\"']\s*,\s*\{([^}]*)\}"
)
_KEY = re.compile(rb"[\"']([A-Za-z_][\w.]*)[\"']\s*:")
_IN_MODULES = "sys.modules:"
# A stub that `with` holds ends with its block; one that is only activated stays on a client that is kept.
# https://docs.aws.amazon.com/botocore/latest/reference/stubber.html
_STUBBED = re.compile(rb"(\bwith\s+)?\b(?:\w+\.)*Stubber\(\s*(?:client\s*=\s*)?(\w+(?:\.\w+)+)\s*[,)]")
_ENDED = b".deactivate()"
_OF_RESOURCE = b".meta.client"
_IN_STUBS = "Stubber:"
# A test that starts a server of its own for AWS has each client made anew, as one does that replaces what makes it.
# https://docs.getmoto.org/en/latest/docs/server_mode.html
_SERVERS = (b"ThreadedMotoServer", b"AWS_ENDPOINT_URL")
_FACTORIES = (b"boto3.client", b"boto3.resource", b"boto3.Session")


def replaced_names(data: bytes) -> frozenset[str]:
    """The dotted names that a test file replaces, as it spells them; modules replaced as such begin `sys.modules:`,
    attributes that hold a client which stays stubbed `Stubber:`.

    What is replaced in a module that the text does not name stands without it: `boto3.client`, `*.boto3`.
    """
    found: set[bytes] = set()
    if b"patch" in data or b"setattr" in data:
        found.update(whole or owner + b"." + name for whole, owner, name in _REPLACED.findall(data))
        found.update(name if b"." in name else _ANY_MODULE + name for name in _REPLACED_BELOW.findall(data))
    if any(mark in data for mark in _SERVERS):
        found.update(_FACTORIES)
    names = {name.decode("ascii", "replace") for name in found}
    if b"Stubber" in data and _ENDED not in data:
        chains = (chain.removesuffix(_OF_RESOURCE) for held, chain in _STUBBED.findall(data) if not held)
        names.update(
            _IN_STUBS + chain.rpartition(b".")[2].decode("ascii", "replace") for chain in chains if b"." in chain
        )
    if b"sys.modules" in data:
        for single, several in _MODULES.findall(data):
            modules = (single, *_KEY.findall(several))
            names.update(_IN_MODULES + module.decode("ascii", "replace") for module in modules if module)
    return frozenset(names)


def is_factory_replaced(replaced: Iterable[str], path: str, spelt: str, factory: str) -> bool:
    """Whether tests replace what a module calls to make something.

    `path` is the module's file, `spelt` the callable's dotted name in it, `factory` its own dotted path.
    """
    module, root = _stem(path), spelt.partition(".")[0]
    for name in replaced:
        parts = name.split(".")
        if name in (factory, spelt) or (len(parts) == 2 and parts[1] == root):
            return True
        if f".{module}.{root}." in f".{name}.":
            return True
    return False


def is_name_replaced(replaced: Iterable[str], path: str, name: str) -> bool:
    """Whether tests may replace a name of a module, the file at `path`, in that module."""
    module = _stem(path)
    for found in replaced:
        owner, _, last = found.rpartition(".")
        parts = [part for part in found.split(".") if part]
        if name in parts[1:] and parts[parts.index(name, 1) - 1] in (module, "*"):
            return True
        if last == name and "." not in owner:  # of what a test calls a module
            return True
    return False


def is_stubbed(replaced: Iterable[str], attribute: str) -> bool:
    """Whether tests stub the client that an attribute of something holds, and leave it so."""
    return _IN_STUBS + attribute in replaced


def is_import_replaced(replaced: Iterable[str], module: str, names: Iterable[str]) -> bool:
    """Whether tests replace a module, or one of the names that an import takes from it, where they come from."""
    known = frozenset(replaced)
    wanted = [f"{module}.{name}" for name in names]
    modules = [module, *wanted]
    return any(f"{_IN_MODULES}{name}" in known for name in modules) or any(
        found == name or found.endswith(f".{name}") or (name.endswith(f".{found}") and found.count("."))
        for name in wanted
        for found in known
    )


def _stem(path: str) -> str:
    """What a module is called: its file's name, or its folder's for a package."""
    folder, name = os.path.split(path)
    return os.path.basename(folder) if name == "__init__.py" else name.removesuffix(".py")
