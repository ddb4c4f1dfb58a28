from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lambdalint import engine
from lambdalint.cli import cli
from lambdalint.config import Config
from lambdalint.diagnostic import Applicability, Diagnostic, Fix, FixAvailability, Severity
from lambdalint.fixes import SetArgument
from lambdalint.program import Program
from lambdalint.rules import all_rules
from lambdalint.rules.base import rule
from lambdalint.selection import Layer, resolve

STORAGE = """import boto3


class Storage:
    def __init__(self):
        self.s3 = boto3.client("s3")

    def save(self, key):
        self.s3.put_object(Bucket="reports", Key=key)
"""
APP = """from storage import Storage


def lambda_handler(event, context):
    Storage().save(event["key"])
"""
# A fix of two files: the class and its base make a client each.
BASE = """import boto3


class Base:
    def __init__(self):
        self.sqs = boto3.client("sqs")
"""
DERIVED = """import boto3

from base import Base


class Jobs(Base):
    def __init__(self):
        super().__init__()
        self.s3 = boto3.client("s3")


def lambda_handler(event, context):
    return [Jobs().s3.list_buckets(), Jobs().sqs.list_queues()]
"""
SECRET = """import boto3

secrets = boto3.client("secretsmanager")


def token():
    return secrets.get_secret_value(SecretId="prod/x")["SecretString"]


def lambda_handler(event, context):
    import json

    return json.dumps({"known": event["token"] == token()})
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, **sources: str) -> None:
    for name, source in sources.items():
        (project / f"{name}.py").write_text(source, "utf-8")


def fix(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, ["fix", "--isolated", "--no-cache", *arguments], input=stdin)


def outcome(project: Path, *codes: str, unsafe: bool = False) -> engine.FixOutcome:
    selection = resolve(Config(), all_rules(), Layer(select=codes))
    return engine.fix(engine.Request((str(project),), Config(), selection, cache=False, unsafe_fixes=unsafe))


# --- several files -------------------------------------------------------------------------------


def test_a_fix_may_lie_in_another_file_than_its_finding(project: Path) -> None:
    write(project, app=APP, storage=STORAGE)
    result = fix("--select", "LMB201", ".")
    assert result.exit_code == 0
    assert "fixed 1 finding:\n  storage.py\n    1 × LMB201: Make its client once" in result.output
    assert (project / "app.py").read_text() == APP
    assert "self.s3 = _s3_client()" in (project / "storage.py").read_text()


def test_a_client_of_a_session_of_its_own_is_made_with_it(project: Path) -> None:
    body = '    build_session = boto3.Session()\n    return build_session.client("codebuild").list_builds()\n'
    write(project, app=f"import boto3\n\n\ndef lambda_handler(event, context):\n{body}")
    (one,) = outcome(project, "LMB201").fixed
    assert b'def _codebuild_client():\n    return boto3.Session().client("codebuild")\n' in one.after
    assert b"_build_session" not in one.after


@pytest.mark.parametrize(
    ("runtimes", "decorator"), [(("2.7", "2.7"), None), (("2.7", "3.8"), "lru_cache(maxsize=None)")]
)
def test_the_runtimes_that_templates_declare_count_for_functions_that_they_do_not_tell_apart(
    project: Path, runtimes: tuple[str, ...], decorator: str | None
) -> None:
    """As Python 2 has no cache, where only that is declared."""
    write(
        project,
        app='import boto3\n\n\ndef lambda_handler(event, context):\n    return boto3.client("s3").list_buckets()\n',
    )
    code = 's3_bucket = "code"\n  s3_key = "f.zip"'
    functions = (
        f'resource "aws_lambda_function" "f{number}" {{\n  handler = "a.handler"\n  runtime = "python{runtime}"\n'
        f'  function_name = "f{number}"\n  {code}\n}}\n'
        for number, runtime in enumerate(runtimes)
    )
    (project / "main.tf").write_text("".join(functions))
    after = [one.after.decode() for one in outcome(project, "LMB201").fixed]
    assert [f"@functools.{decorator}\n" in text for text in after] == ([] if decorator is None else [True])


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("print(event)\n    return context.aws_request_id", "; nothing else reads `event`"),
        ('print(event)\n    return event["id"]', ""),
        ("print(event)\n    return context.get(lambda: event)", ""),
        ("print(event)\n    return f'{event!r:>{event}}'", ""),
    ],
)
def test_a_fix_tells_which_parameter_is_left_unread(project: Path, rows: str, told: str) -> None:
    write(project, app=f"def lambda_handler(event, context):\n    {rows}\n")
    result = fix("--select", "LMB403", "--unsafe-fixes", ".")
    assert f"1 × LMB403: Delete the log line{told}\n" in result.output


def test_a_file_that_was_not_asked_for_is_not_changed(project: Path) -> None:
    write(project, app=APP, storage=STORAGE)
    result = fix("--select", "LMB201", "app.py")
    assert result.exit_code == 1
    reason = "it changes storage.py too, which was not asked for"
    assert f"warning: a fix of LMB201 in app.py:5 was left out: {reason}" in result.output
    assert (project / "storage.py").read_text() == STORAGE


def test_standard_input_changes_no_file(project: Path) -> None:
    write(project, app=APP, storage=STORAGE)
    result = fix("--select", "LMB201", "--stdin-filename", "app.py", "-", stdin=APP)
    assert APP in result.output
    assert (project / "storage.py").read_text() == STORAGE


def test_files_of_one_fix_belong_together(project: Path) -> None:
    write(project, app=DERIVED, base=BASE, other=APP, storage=STORAGE)
    files = {Path(file.path).name: file for file in outcome(project, "LMB201").fixed}
    assert {name: [Path(p).name for p in file.together] for name, file in files.items()} == {
        "app.py": ["app.py", "base.py"],
        "base.py": ["app.py", "base.py"],
        "storage.py": ["storage.py"],
    }
    assert sum(count for file in files.values() for _, _, count in file.fixes) == 3


@pytest.mark.parametrize("protected", ["app.py", "base.py"])
def test_files_of_one_fix_are_written_all_or_none(project: Path, protected: str) -> None:
    write(project, app=DERIVED, base=BASE, other=APP, storage=STORAGE)
    (project / protected).chmod(0o444)
    result = fix("--select", "LMB201", ".")
    assert result.exit_code == 2
    spared = "base.py" if protected == "app.py" else "app.py"
    assert f"error: {protected} could not be written: it is read-only" in result.output
    assert f"error: {spared} was not written: {protected} belongs to its fix" in result.output
    assert (project / "app.py").read_text() == DERIVED
    assert (project / "base.py").read_text() == BASE
    assert "_s3_client()" in (project / "storage.py").read_text()


def test_a_fix_that_cannot_be_applied_in_one_file_is_applied_in_none(project: Path) -> None:
    """The base's file cannot hold what the fix needs: `functools` and `cache` are both taken there."""
    taken = BASE.replace("import boto3\n", "import boto3\n\nfunctools = cache = None\n")
    write(project, app=DERIVED, base=taken)
    found = outcome(project, "LMB201")
    assert not found.fixed
    assert {skipped.reason for skipped in found.skipped} == {"`cache` is bound to something else"}


# --- harm ----------------------------------------------------------------------------------------


def test_a_fix_that_raises_a_finding_is_taken_back_and_the_others_stay(project: Path) -> None:
    write(project, app=SECRET)
    found = outcome(project, "LMB401", "LMB406", "LMB101", unsafe=True)
    (file,) = found.fixed
    assert [code for code, _, _ in file.fixes] == ["LMB101"]
    assert b"lru_cache" not in file.after and file.after.startswith(b"import json\n")
    assert [(skipped.code, skipped.reason) for skipped in found.skipped] == [("LMB401", "it would raise LMB406")]
    assert [(finding.code, finding.fix, finding.no_fix) for finding in found.report.findings] == [
        ("LMB401", None, "it would raise LMB406")
    ]


def test_what_the_next_round_fixes_is_not_harm(project: Path) -> None:
    """The session speaks for its client, which is reported once the session is kept, and then kept as well."""
    source = (
        "import boto3\n\n\ndef lambda_handler(event, context):\n    session = boto3.Session()\n"
        '    s3 = session.client("s3")\n    sqs = session.client("sqs")\n'
        "    return [s3.list_buckets(), sqs.list_queues()]\n"
    )
    write(project, app=source)
    found = outcome(project, "LMB201")
    assert not found.skipped and not found.report.findings
    assert found.fixed[0].after.count(b"@functools.cache") == 3


# --- imports of several files --------------------------------------------------------------------


ENTRY = """import orders
import stock


def lambda_handler(event, context):
    return [orders.total(event), stock.price(event)]
"""
ORDERS = """def total(event):
    from stock import price

    return price(event) * discount(event)


def discount(event):
    return event["discount"]
"""
STOCK = """def price(event):
    from orders import discount

    return 3 - discount(event)
"""
SHOP = """def rebate(event):
    from orders import discount

    return discount(event)
"""


def hoisted(found: engine.FixOutcome) -> list[str]:
    """The files that got an import at their top."""
    return [Path(file.path).name for file in found.fixed if file.after.startswith((b"from ", b"import "))]


@pytest.mark.parametrize("unsafe", [False, True])
def test_imports_that_only_together_close_a_cycle_are_not_both_moved(project: Path, unsafe: bool) -> None:
    write(project, app=ENTRY, orders=ORDERS, stock=STOCK)
    found = outcome(project, "LMB101", unsafe=unsafe)
    assert len(hoisted(found)) == 1
    assert not found.skipped and not found.report.findings


def test_a_cycle_may_lead_through_more_files(project: Path) -> None:
    stock = STOCK.replace("orders", "shop").replace("discount", "rebate")
    write(project, app=ENTRY, orders=ORDERS, stock=stock, shop=SHOP)
    assert len(hoisted(outcome(project, "LMB101", unsafe=True))) == 2


def test_a_cycle_may_lead_through_an_import_that_stands_at_the_top(project: Path) -> None:
    stock = "from shop import rebate\n\n\ndef price(event):\n    return 3 - rebate(event)\n"
    write(project, app=ENTRY, orders=ORDERS, stock=stock, shop=SHOP)
    found = outcome(project, "LMB101", unsafe=True)
    assert len(found.fixed) == 1


def test_imports_that_close_no_cycle_are_moved_in_one_round(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdalint.fix_session.MAX_ROUNDS", 1)
    rates = "def discount(event):\n    return event['discount']\n"
    write(project, app=ENTRY, orders=ORDERS, stock=STOCK.replace("orders", "rates"), rates=rates)
    found = outcome(project, "LMB101", unsafe=True)
    assert hoisted(found) == ["orders.py", "stock.py"]
    assert not found.skipped


def test_what_the_module_imports_already_closes_no_cycle(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdalint.fix_session.MAX_ROUNDS", 1)
    write(project, app=ENTRY, orders=ORDERS, stock=f"from orders import discount\n\n\n{STOCK}")
    found = outcome(project, "LMB101", unsafe=True)
    assert [Path(file.path).name for file in found.fixed] == ["stock.py"]


# --- rounds --------------------------------------------------------------------------------------


@rule("LMB699", "higher-limit", Severity.NOTE, fix=FixAvailability.ALWAYS, references=("https://docs.python.org/3/",))
def higher_limit(program: Program) -> Iterator[Diagnostic]:
    """Wants one argument more, however many there are."""
    for unit in program.invoke_units:
        for site, call, values in program.calls(unit):
            if any(value.path == "sys.setrecursionlimit" for value in values):
                argument = SetArgument(call.span, f"higher_{len(call.arguments)}", "None")
                yield program.report(site, "too low", fix=Fix("Go higher", Applicability.SAFE, (argument,)))


@pytest.mark.parametrize("bound", [10, 3])
def test_fixes_that_come_to_no_end_stop_and_say_so(project: Path, monkeypatch: pytest.MonkeyPatch, bound: int) -> None:
    """What has an end is fixed all the same."""
    rules = (*all_rules(), higher_limit)
    monkeypatch.setattr("lambdalint.rules.all_rules", lambda: rules)
    monkeypatch.setattr("lambdalint.fix_session.MAX_ROUNDS", bound)
    body = "    import json\n\n    sys.setrecursionlimit()\n    return json.dumps(event)\n"
    write(project, app=f"import sys\n\n\ndef lambda_handler(event, context):\n{body}")
    selection = resolve(Config(), rules, Layer(select=("LMB699", "LMB101")))
    found = engine.fix(engine.Request((str(project),), Config(), selection, cache=False))
    (file,) = found.fixed
    assert file.after.startswith(b"import json\nimport sys\n")
    assert file.after.count(b"higher_") == bound
    assert {code: count for code, _, count in file.fixes} == {"LMB101": 1, "LMB699": bound}
    reason = f"no end of fixes after {bound} rounds"
    assert [(skipped.code, skipped.reason) for skipped in found.skipped] == [("LMB699", reason)]
    assert [(finding.code, finding.fix, finding.no_fix) for finding in found.report.findings] == [
        ("LMB699", None, reason)
    ]


def test_fixes_that_end_with_the_last_round_say_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdalint.fix_session.MAX_ROUNDS", 1)
    write(project, app=APP, storage=STORAGE)
    found = outcome(project, "LMB201")
    assert found.fixed and not found.skipped and not found.report.findings


WHOLE = """import boto3


def partner():
    client = boto3.client("secretsmanager")
    response = client.get_secret_value(SecretId="prod/partner")
    return response["SecretString"]


def by_name(name: str):
    client = boto3.client("ssm")
    return client.get_parameter(Name=name)["Parameter"]["Value"]


def lambda_handler(event, context):
    return [len(partner()), by_name("/shop/url"), by_name("/shop/user")]
"""


def test_a_function_that_is_cached_whole_makes_its_client_itself(tmp_path: Path) -> None:
    """Two rules see the client of a function of which one caches the result: there is no second cache in it."""
    (tmp_path / "app.py").write_text(WHOLE, encoding="utf-8")
    request = engine.Request(
        (str(tmp_path),), Config(), resolve(Config(), all_rules(), Layer()), cache=False, unsafe_fixes=True
    )
    outcome = engine.fix(request)
    assert not outcome.skipped
    fixed = outcome.fixed[0].after.decode()
    assert '    client = boto3.client("secretsmanager")\n' in fixed
    assert fixed.count("@functools.") == 3, fixed  # two results, and the one client of many values
