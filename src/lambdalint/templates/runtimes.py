"""Which runtimes run Python.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations


def may_be_python(runtime: str | None, handler: str) -> bool:
    """Whether a function may run Python: by its runtime, and where that is not known by its handler's shape.

    Java's handlers hold "::" and .NET's too; only Python, Node.js and Ruby have "file.function".
    """
    if runtime:
        return runtime.lower().startswith("python")
    return "::" not in handler
