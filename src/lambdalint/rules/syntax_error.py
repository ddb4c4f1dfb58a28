"""LMB901 ``syntax-error``: a file that cannot be parsed is not silently passed over."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule
from lambdalint.rules.unreadable_file import broken_files


@rule(
    "LMB901",
    "syntax-error",
    Severity.ERROR,
    always=True,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        "https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py",
        "https://docs.python.org/3/reference/grammar.html",
    ),
)
def syntax_error(program: Program) -> Iterator[Diagnostic]:
    """A file that matters to a handler is not valid Python.

    ## Why is this bad?
    The Lambda runtime cannot import it (`Runtime.UserCodeSyntaxError`), and nothing in it could be checked: no
    other finding about the file is to be trusted, nor is the absence of one.

    ## Bad
    ```python
    def lambda_handler(event, context)
        return {"ok": True}
    ```

    ## Good
    ```python
    def lambda_handler(event, context):
        return {"ok": True}
    ```

    ## Errs towards
    Silence: only files that may hold a handler, and what they import, are parsed, and files of a scaffold such as
    cookiecutter's are no Python until a project is made of them.  Syntax newer than any that lambdalint knows is
    reported as an error.
    """
    return broken_files(program, "LMB901")
