"""Which runtimes run Python.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

import re

_OTHERS = rb"""\bRuntime(?:["']?\s*:\s*["']?|\.)(?:nodejs|ruby|java|dotnet|go1|provided)"""
_OF_OTHERS = re.compile(_OTHERS, re.IGNORECASE)
_OF_ALL = re.compile(rb"(?m)^Globals:[^\n]*\n(?:[ \t#][^\n]*\n|\s*\n)*?[ \t]+" + _OTHERS)
_RUNTIMES = re.compile(rb"\bRuntime\b")


def may_be_python(runtime: str | None, handler: str) -> bool:
    """Whether a function may run Python: by its runtime, and where that is not known by its handler's shape.

    Java's handlers hold "::" and .NET's too; only Python, Node.js and Ruby have "file.function".
    """
    if runtime:
        return runtime.lower().startswith("python")
    return "::" not in handler


def runs_no_python(data: bytes, functions: re.Pattern[bytes]) -> bool:
    """Whether all functions in the bytes of a template have another runtime: they need not be read then.

    That is certain where Python is never mentioned and as many other runtimes are written out as there are functions,
    or where SAM's functions have one in common and each that is named is written out.
    """
    if b"python" in data.lower():
        return False
    others = len(_OF_OTHERS.findall(data))
    if b"Globals" not in data:
        return others >= len(functions.findall(data))
    inherit = b"AWS::Lambda::Function" not in data
    return inherit and others == len(_RUNTIMES.findall(data)) and _OF_ALL.search(data) is not None
