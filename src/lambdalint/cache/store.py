"""Files of the cache: where they lie, how they are written, and why what is read from them can be believed.

A cache lies in the project by default, so anyone who can propose a change to the project can plant one.  Each file
is therefore sealed with a key that only this user has, outside every project; what does not bear the seal, is of
another version or damaged is treated as if it were not there.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys

try:
    from _blake2 import blake2b  # hashlib itself, without the time that loading OpenSSL takes
except ImportError:  # pragma: no cover
    from hashlib import blake2b

NAME = ".lambdalint_cache"
MAX_BYTES = 256_000_000
_SEAL = 32
_MAGIC = b"lambdalint cache 1\n"
_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This folder is a cache of lambdalint; see https://bford.info/cachedir/\n"
)


class Store:
    """The cache in a folder, which is made when something is first written.  Nothing here ever raises OSError."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._key: bytes | None = None

    def read(self, name: str) -> bytes | None:
        """What was written under a name by this version for this user; None when there is nothing to be believed."""
        key = self._secret(make=False)
        if key is None or not self._is_plain_folder():
            return None
        try:
            descriptor = os.open(os.path.join(self.folder, name), _flags(os.O_RDONLY))
            with os.fdopen(descriptor, "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
                    return None
                data = file.read()
        except OSError:
            return None
        start = len(_MAGIC) + _SEAL
        if len(data) < start or not data.startswith(_MAGIC):
            return None
        content = data[start:]
        return content if _equal(data[len(_MAGIC) : start], _seal(key, name, content)) else None

    def write(self, name: str, content: bytes) -> bool:
        """Replace what stands under a name, at once; whether that could be done."""
        key = self._secret(make=True)
        if key is None or len(content) > MAX_BYTES or not self.prepare():
            return False
        path = os.path.join(self.folder, f".{name}.{os.getpid()}.{os.urandom(6).hex()}")
        try:
            descriptor = os.open(path, _flags(os.O_WRONLY | os.O_CREAT | os.O_EXCL), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"".join((_MAGIC, _seal(key, name, content), content)))
            os.replace(path, os.path.join(self.folder, name))
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(path)
            return False
        return True

    def prepare(self) -> bool:
        """Make the folder, marked as a cache that version control and backups leave out; whether it is there."""
        try:
            os.mkdir(self.folder)
        except FileExistsError:
            return self._is_plain_folder()
        except OSError:
            return self._make_parents()
        return self._mark()

    def _make_parents(self) -> bool:
        """Make a folder that the user named, with those above it; one in a missing project is not made."""
        if os.path.basename(self.folder) == NAME:
            return False
        try:
            os.makedirs(self.folder, exist_ok=True)
        except OSError:
            return False
        return self._mark()

    def _mark(self) -> bool:
        try:
            for name, text in ((".gitignore", "*\n"), ("CACHEDIR.TAG", _TAG)):
                with open(os.path.join(self.folder, name), "x", encoding="ascii") as file:
                    file.write(text)
        except FileExistsError:
            pass
        except OSError:
            return False
        return True

    def names(self) -> list[str]:
        """The names that may have something under them, the most recently written first."""
        try:
            with os.scandir(self.folder) as entries:
                found = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.name) for entry in entries]
        except OSError:
            return []
        return [name for _, name in sorted(found, reverse=True) if not name.startswith(".")]

    def remove(self, name: str) -> None:
        """Forget what stands under a name."""
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(self.folder, name))

    def _is_plain_folder(self) -> bool:
        """Whether the folder is one and no link: nothing is read or written where a link leads."""
        try:
            return stat.S_ISDIR(os.lstat(self.folder).st_mode)
        except OSError:
            return False

    def _secret(self, *, make: bool) -> bytes | None:
        if self._key is None:
            self._key = secret(make=make)
        return self._key


def folder_of(root: str, cache_dir: str | None) -> str:
    """The folder of a project's cache; one cache folder may serve several projects."""
    return os.path.join(root, NAME) if cache_dir is None else os.path.join(cache_dir, digest(os.fsencode(root))[:16])


def digest(*parts: bytes) -> str:
    """A name for some bytes that no other bytes have."""
    state = blake2b(digest_size=20)
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


def secret(*, make: bool) -> bytes | None:
    """This user's key, made on first use; None when there is none or others could know or change it."""
    home = _user_cache()
    if home is None:
        return None
    path = os.path.join(home, "lambdalint", "key")
    found = _read_key(path)
    if found is None and make and not os.path.lexists(path):
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            scratch = f"{path}.{os.getpid()}.{os.urandom(6).hex()}"
            descriptor = os.open(scratch, _flags(os.O_WRONLY | os.O_CREAT | os.O_EXCL), 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(_SEAL))
            with contextlib.suppress(OSError):
                os.link(scratch, path)  # of two runs that make one, the first wins
            if not os.path.lexists(path):  # a file system without hard links
                os.replace(scratch, path)
            else:
                os.unlink(scratch)
        found = _read_key(path)
    return found


def _read_key(path: str) -> bytes | None:
    try:
        with os.fdopen(os.open(path, _flags(os.O_RDONLY)), "rb") as file:
            status = os.fstat(file.fileno())
            key = file.read(_SEAL + 1)
    except OSError:
        return None
    if hasattr(os, "geteuid") and (status.st_uid != os.geteuid() or status.st_mode & 0o077):
        return None
    return key if len(key) == _SEAL else None


def _user_cache() -> str | None:
    """The folder in which this user's programs keep what can be made again."""
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA")
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return given
    home = os.path.expanduser("~")
    if not os.path.isabs(home):
        return None
    return os.path.join(home, "Library", "Caches") if sys.platform == "darwin" else os.path.join(home, ".cache")


def _seal(key: bytes, name: str, content: bytes) -> bytes:
    state = blake2b(key=key, digest_size=_SEAL)
    state.update(os.fsencode(name) + b"\0")
    state.update(content)
    return state.digest()


def _equal(one: bytes, other: bytes) -> bool:
    """Whether two seals are equal, in a time that does not tell where they differ."""
    return len(one) == len(other) and not sum(a ^ b for a, b in zip(one, other, strict=True))


def _flags(flags: int) -> int:
    """How files here are opened: no link is followed, and no pipe that stands in the place of one is waited for."""
    return flags | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NONBLOCK"))
