"""The true program in a hostile world: run with what the system could do to it at a certain moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HANDLER = "def lambda_handler(event, context):\n    import csv\n    return list(csv.reader(event['lines']))\n"
FIXED = "import csv\n\n\ndef lambda_handler(event, context):\n    return list(csv.reader(event['lines']))\n"
CHECK = ("check", "--no-cache", "--output-format", "concise")
_PROGRAM = "from lambdalint.cli import main\nmain()\n"
# Runs `happen(event, args)` on each audit event until it has said that it is done.
_HOOK = """
import os, signal, sys
busy = done = False
def hook(event, args):
    global busy, done
    if busy or done:
        return
    busy = True
    try:
        done = happen(event, args)
    finally:
        busy = False
sys.addaudithook(hook)
"""


class Result(subprocess.CompletedProcess[bytes]):
    """How a run ended."""

    @property
    def out(self) -> str:
        return self.stdout.decode("utf-8", "replace")

    @property
    def err(self) -> str:
        return self.stderr.decode("utf-8", "replace")


def run(
    folder: Path | str,
    *arguments: str | bytes,
    happen: str = "",
    limit: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
    prefix: tuple[str, ...] = (),
    timeout: float = 120,
) -> Result:
    """Run the program; whatever happens to it, it shows no traceback, no warning and no internal error.

    `happen` is the body of a function of an audit event and its arguments, which returns true once it has acted;
    `limit` is called in the process before it starts, `prefix` are words before the command.
    """
    code = _PROGRAM
    if happen:
        body = "".join(f"    {line}\n" for line in happen.strip().splitlines())
        code = f"def happen(event, args):\n{body}\n{_HOOK}\n{_PROGRAM}"
    unset = ("FORCE_COLOR", "NO_COLOR")
    variables = {name: value for name, value in os.environ.items() if name not in unset} | dict(environment or {})
    done = subprocess.run(
        [*prefix, sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=variables,
        preexec_fn=limit,
        check=False,
        timeout=timeout,
    )
    result = Result(done.args, done.returncode, done.stdout, done.stderr)
    for word in ("Traceback", "Warning", "internal error", "Exception ignored"):
        assert word not in result.err + result.out, result.err
    return result
