"""Tests by which code tells a developer's machine from Lambda."""

from __future__ import annotations

from lambdalint.catalog.log_setup import LAMBDA_VARIABLES
from lambdalint.catalog.names import words
from lambdalint.catalog.terms import terms
from lambdalint.summary import Attribute, BoolOp, Call, Compare, Expr, Literal, Name, Subscript, UnaryOp
from lambdalint.walk import dotted

# https://www.serverless.com/plugins/serverless-offline and
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/ (`sam local`)
_LOCAL_VARIABLES = terms("AWS_SAM_LOCAL IS_LOCAL IS_OFFLINE")
_LOCAL_NAMES = terms("is_local is_offline is_local_run run_locally running_locally local_mode")
_LOCAL_WORDS = terms("is run test testing mode dev debug development")
_LAMBDA_NAMES = terms("is_lambda in_lambda on_lambda is_aws_lambda running_in_lambda running_on_lambda")
_READS = terms("os.getenv os.environ.get getenv environ.get")
_NO = ("", "0", "false", "no", "off")


def runs_off_lambda(test: Expr, branch: str) -> bool:
    """Whether a branch of an `if` (`body` or `orelse`) runs on no Lambda function, by what its test asks."""
    if isinstance(test, UnaryOp) and test.op == "not":
        return runs_off_lambda(test.operand, "orelse" if branch == "body" else "body")
    if isinstance(test, BoolOp):
        sides = (runs_off_lambda(side, branch) for side in (test.left, test.right))
        return any(sides) if test.op == ("and" if branch == "body" else "or") else all(sides)
    answer = _is_local(test)
    return answer is not None and branch == ("body" if answer else "orelse")


def _is_local(test: Expr) -> bool | None:
    """True where a test that holds means a developer's machine, False where it means Lambda, None where neither."""
    if isinstance(test, UnaryOp) and test.op == "not":
        inner = _is_local(test.operand)
        return None if inner is None else not inner
    if isinstance(test, Compare):
        return _compared(test)
    if isinstance(test, Call) and dotted(test.func) == "bool" and test.arguments:
        return _is_local(test.arguments[0].value)
    if isinstance(test, Name | Attribute):
        name = (test.id if isinstance(test, Name) else test.attr).lower()
        return True if name in _LOCAL_NAMES or _is_local_run(name) else False if name in _LAMBDA_NAMES else None
    return _variable(_read(test))


def _is_local_run(name: str) -> bool:
    """Whether a name says that a run is one on a developer's machine: `local_test`, `run_local_dev`."""
    parts = words(name)
    return "local" in parts and len(parts) > 1 and all(part == "local" or part in _LOCAL_WORDS for part in parts)


def _compared(test: Compare) -> bool | None:
    if len(test.ops) != 1:
        return None
    operator, other = test.ops[0], test.comparators[0]
    if operator in ("in", "not in") and dotted(other) in ("os.environ", "environ"):
        found = _variable(test.left.value if isinstance(test.left, Literal) else None)
        return found if found is None or operator == "in" else not found
    if operator not in ("==", "!=") or not isinstance(other, Literal):
        return None
    if str(other.value).lower() == "local":
        return operator == "=="
    found = _is_local(test.left)
    if found is None or other.kind == "none":
        return None
    holds = (operator == "==") == (str(other.value).lower() not in _NO)
    return found if holds else not found


def _read(expr: Expr) -> object:
    """The name of the environment variable that an expression reads."""
    if isinstance(expr, Call) and dotted(expr.func) in _READS and expr.arguments:
        key = expr.arguments[0].value
    elif isinstance(expr, Subscript) and dotted(expr.value) in ("os.environ", "environ"):
        key = expr.key
    else:
        return None
    return key.value if isinstance(key, Literal) else None


def _variable(name: object) -> bool | None:
    if not isinstance(name, str):
        return None
    return True if name in _LOCAL_VARIABLES else False if name in LAMBDA_VARIABLES - _LOCAL_VARIABLES else None
