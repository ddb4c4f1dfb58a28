"""Runs a project as Lambda would, with a stub SDK, and prints which clients are made and what is imported when.

A program of its own: `python oracle.py FOLDER MODULE HANDLER EVENT`.  It loads the module (INIT), calls the handler
twice, and prints as JSON for each phase (init, first, second) the places in the folder, as [file, row], that made a
client or ran an import statement.  Standard library only.
"""

from __future__ import annotations

import builtins
import importlib
import json
import os
import sys
import threading
import types

FOLDER = os.path.realpath(sys.argv[1])
PHASES = ["init"]
SEEN: dict[str, dict[str, list[list[object]]]] = {
    p: {"clients": [], "imports": []} for p in ("init", "first", "second")
}


def place(frame: types.FrameType | None) -> list[object] | None:
    """The nearest place in the project."""
    while frame is not None:
        path = os.path.realpath(frame.f_code.co_filename)
        if path.startswith(FOLDER + os.sep):
            return [os.path.relpath(path, FOLDER).replace(os.sep, "/"), frame.f_lineno]
        frame = frame.f_back
    return None


def note(kind: str, found: list[object] | None) -> None:
    seen = SEEN[PHASES[-1]][kind]
    if found is not None and found not in seen:
        seen.append(found)


class Anything:
    """An SDK object: any attribute of it may be called or entered, and gives another."""

    def __getattr__(self, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *args: object, **kwargs: object) -> Anything:
        return Anything()

    def __getitem__(self, key: object) -> Anything:
        return Anything()

    def __iter__(self) -> object:
        return iter(())


def make(*args: object, **kwargs: object) -> Anything:
    note("clients", place(sys._getframe(1)))
    return Session() if not args else Anything()


class Session(Anything):
    """A session makes clients too, which are part of it."""


def install() -> None:
    boto3 = types.ModuleType("boto3")
    session = types.ModuleType("boto3.session")
    for module, names in ((boto3, ("client", "resource", "Session")), (session, ("Session",))):
        for name in names:
            setattr(module, name, make)
    boto3.__dict__["session"] = session
    requests = types.ModuleType("requests")
    requests.__dict__["Session"] = Anything
    sys.modules.update({"boto3": boto3, "boto3.session": session, "requests": requests})


def watch_imports() -> None:
    original = builtins.__import__

    def watched(name: str, *args: object, **kwargs: object) -> object:
        frame = sys._getframe(1)
        if os.path.realpath(frame.f_code.co_filename).startswith(FOLDER + os.sep):
            note("imports", place(frame))
        return original(name, *args, **kwargs)  # type: ignore[arg-type]

    builtins.__import__ = watched


def main() -> None:
    _, _, module, handler, event = sys.argv
    sys.path.insert(0, FOLDER)
    sys.dont_write_bytecode = True
    install()
    watch_imports()
    entry = getattr(importlib.import_module(module), handler)
    for phase in ("first", "second"):
        PHASES.append(phase)
        entry(json.loads(event), Anything())
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(5)
    print(json.dumps(SEEN))


if __name__ == "__main__":
    main()
