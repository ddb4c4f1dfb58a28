"""Dockerfiles, Chalice, Zappa, and handlers that a wrapper from a layer calls."""

from __future__ import annotations

import time

import pytest

from lambdalint.source import Span
from templates_project import declared, only, values

BASE = "FROM public.ecr.aws/lambda/python:3.13\n"


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (BASE + 'COPY app.py ${LAMBDA_TASK_ROOT}\nCMD ["app.run"]', "/p/svc"),
        (BASE + "COPY src/ ${LAMBDA_TASK_ROOT}/\nCMD app.run", "/p/svc/src"),
        (BASE + 'COPY src .\nCMD [ "app.run" ]', "/p/svc/src"),
        (BASE + 'COPY svc/src/*.py ./\nCMD ["app.run"]', "/p/svc/src"),
        (
            "ARG V=3.12\nFROM public.ecr.aws/lambda/python:${V} AS base\nFROM base\nCOPY . $LAMBDA_TASK_ROOT\n"
            'CMD ["app.run"]',
            "/p/svc",
        ),
        (
            "FROM python:3.12 AS build\nWORKDIR /build\nCOPY src ./code\nFROM python:3.12-slim\nWORKDIR /function\n"
            "COPY --from=build /build/code /function\n"
            'ENTRYPOINT ["/usr/local/bin/python", "-m", "awslambdaric"]\nCMD ["app.run"]',
            "/p/svc/src",
        ),
        (
            BASE + 'RUN pip install \\\n    # why\n    boto3\nCOPY --chown=a:b src/app.py \\\n  ./\nCMD ["app.run"]',
            "/p/svc/src",
        ),
    ],
)
def test_images(text: str, folder: str) -> None:
    function = only({"svc/Dockerfile": text, "svc/app.py": "", "svc/src/app.py": ""})
    assert (function.handler, function.code_dir, function.is_image) == ("app.run", folder, True)
    lines = text.split("\n")
    span = function.handler_span
    assert lines[span.row - 1][span.column : span.end_column] == "app.run"
    assert not function.is_environment_known


@pytest.mark.parametrize(
    "text",
    [
        'FROM python:3.12-slim\nCOPY . .\nCMD ["gunicorn", "server.app"]',
        "FROM python:3.12-slim # lambda\nCMD server.app",
        BASE + "COPY . .\n",
        BASE + 'CMD ["app.py"]',
        BASE + 'CMD ["python", "app.run"]',
        "FROM public.ecr.aws/lambda/nodejs:22\nCMD app.handler",
        "",
    ],
)
def test_other_dockerfiles(text: str) -> None:
    assert declared({"Dockerfile": text, "app.py": ""}).functions == ()


def test_chalice() -> None:
    config = """\
    {
      "app_name": "shop",
      "environment_variables": {"A": "one"},
      "stages": {"dev": {"environment_variables": {"B": "two"}}}
    }
    """
    function = only({"shop/.chalice/config.json": config, "shop/app.py": "", "shop/vendor/x.py": ""})
    assert (function.name, function.handler, function.code_dir) == ("shop", "app.app", "/p/shop")
    assert function.layers == ("/p/shop/vendor",)
    assert values(function) == {"A": "one", "B": "two"}
    assert declared({"x/.chalice/config.json": "{", "x/app.py": ""}).problems[0].row == 1
    assert declared({"x/.chalice/config.json": "[]", "x/app.py": ""}).functions == ()


@pytest.mark.parametrize(
    ("name", "text", "span"),
    [
        (
            "zappa_settings.json",
            '{"dev": {\n"app_function": "web.app", "environment_variables": {"K": "v"}}}',
            Span(2, 16, 2, 25),
        ),
        ("zappa_settings.yml", "dev:\n  app_function: web.app\n  environment_variables: {K: v}\n", Span(2, 16, 2, 23)),
        (
            "zappa_settings.toml",
            '[dev]\napp_function = "web.app"\nenvironment_variables = {K = "v"}\n',
            Span(2, 16, 2, 23),
        ),
    ],
)
def test_zappa(name: str, text: str, span: Span) -> None:
    function = only({name: text, "web.py": ""})
    assert (function.name, function.handler, function.code_dir) == ("dev", "web.app", "/p")
    assert function.handler_span == span
    assert values(function) == {"K": "v"}


def test_zappa_events_are_functions_too() -> None:
    text = '{"dev": {"app_function": "web.app", "events": [{"function": "jobs.nightly", "expression": "rate(1 day)"}]}}'
    web, jobs = declared({"zappa_settings.json": text, "web.py": "", "jobs.py": ""}).functions
    assert (web.handler, jobs.handler) == ("web.app", "jobs.nightly")
    assert jobs.events == {"schedule"}


@pytest.mark.parametrize(
    ("handler", "variables", "expected"),
    [
        ("datadog_lambda.handler.handler", "{DD_LAMBDA_HANDLER: app.run}", "app.run"),
        ("datadog_lambda.handler.handler", "{DD_LAMBDA_HANDLER: !Ref X}", ""),
        ("run.sh", "{AWS_LAMBDA_EXEC_WRAPPER: /opt/bootstrap}", ""),
        ("app.run", "{AWS_LAMBDA_EXEC_WRAPPER: /opt/otel}", "app.run"),
    ],
)
def test_wrapped_handlers(handler: str, variables: str, expected: str) -> None:
    text = f"""\
    Resources:
      F:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.12
          Handler: {handler}
          Environment: {{Variables: {variables}}}
    """
    assert only({"t.yaml": text, "app.py": ""}).handler == expected


def test_hostile_dockerfiles_end_soon() -> None:
    base = "FROM public.ecr.aws/lambda/python:3.12\n"
    doubled = "".join(f"ENV A{n}=$A{n - 1}$A{n - 1}x\n" for n in range(60))
    start = time.process_time()
    for text in (doubled, "RUN <<A\n" * 9000, "COPY app.py ./\n" * 100_000, "RUN x \\\n" * 20_000):
        declared({"Dockerfile": base + text + 'CMD ["app.run"]\n', "app.py": ""})
    assert time.process_time() - start < 2


def test_a_folder_that_the_build_renames() -> None:
    base = "FROM public.ecr.aws/lambda/python:3.12\nCOPY . ${LAMBDA_TASK_ROOT}/app\n"
    function = only({"fn/Dockerfile": base + 'CMD ["app.main.run"]\n', "fn/main.py": "", "fn/requirements.txt": ""})
    assert (function.handler, function.code_dir, function.row) == ("main.run", "/p/fn", 3)
    function = only({"fn/Dockerfile": base + 'CMD ["app.other.run"]\n', "fn/main.py": "", "fn/requirements.txt": ""})
    assert function.handler == "app.other.run"
