"""LMB604 ``work-after-return``: the handler returns while something that it started still runs."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.background import Background
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule

_WORDS = {
    "thread": ("this thread is never joined", "join the thread before the handler returns"),
    "job": ("nothing waits for this job of the executor", "wait for its result, or use the executor in a `with` block"),
    "task": ("this task is never awaited", "await it, or gather it, before the handler returns"),
    "process": ("nothing waits for this process", "wait for it, or use `subprocess.run`"),
}


@rule(
    "LMB604",
    "work-after-return",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html",
    ),
)
def work_after_return(program: Program) -> Iterator[Diagnostic]:
    """Starts a thread, a job, a task or a process and does not wait for it.

    ## Why is this bad?
    Lambda freezes the execution environment when the handler has returned.  What still runs then stops in the middle
    and goes on inside a later invocation, seconds or hours later, or never.  A task that nothing awaits is cancelled
    when `asyncio.run` ends.

    ## Bad
    ```python
    import threading


    def audit(order):
        print("stored", order)


    def lambda_handler(event, context):
        threading.Thread(target=audit, args=(event["id"],)).start()
        return {"stored": event["id"]}
    ```

    ## Good
    ```python
    import threading


    def audit(order):
        print("stored", order)


    def lambda_handler(event, context):
        thread = threading.Thread(target=audit, args=(event["id"],))
        thread.start()
        thread.join()
        return {"stored": event["id"]}
    ```

    ## Errs towards
    Silence: what is returned, passed on or kept where something else may wait for it is not reported, nor anything
    in a function that waits for a queue, an event or other threads.
    """
    background = Background(program)
    for unit in program.invoke_units:
        if program.is_durable(unit):
            continue
        for site, what in background.of(unit):
            reach = program.reach(site)
            if reach is not None:
                message, help = _WORDS[what]
                yield program.report(site, f"{message}, and the handler returns before it ends", help, reach=reach)
