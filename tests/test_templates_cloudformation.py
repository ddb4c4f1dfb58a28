"""SAM and CloudFormation templates: what they declare, at which place, and what they must not be taken for."""

from __future__ import annotations

import textwrap

import pytest

from lambdalint.declared import Declarations
from lambdalint.source import Span
from lambdalint.templates import Project, is_candidate, read_all
from lambdalint.templates.inline import MAX_BODIES, MAX_CHARACTERS
from templates_project import declared, soon

SAM = """\
    Transform: AWS::Serverless-2016-10-31
    Parameters:
      Runtime: {Type: String, Default: python3.13}
      Code: {Type: String, Default: src}
    Globals:
      Function:
        Runtime: !Ref Runtime
        Environment:
          Variables:
            STAGE: dev
            TABLE: global
        LoggingConfig: {LogFormat: JSON}
        Layers: [!Ref Common]
    Resources:
      Common:
        Type: AWS::Serverless::LayerVersion
        Properties: {ContentUri: layer}
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: !Sub "${Code}/orders"
          Handler: app.run  # noqa: LMB708
          Environment:
            Variables:
              TABLE: !Ref Table
              LIMIT: 10
          Events:
            Get: {Type: Api, Properties: {Path: /, Method: get}}
            Poll: {Type: SQS, Properties: {Queue: q}}
      Page:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs22.x
          Handler: index.handler
"""
FILES: dict[str, str | bytes] = {"src/orders/app.py": "", "layer/python/common.py": ""}


def test_a_sam_function_with_globals_parameters_and_layers() -> None:
    found = declared({"template.yaml": SAM, **FILES})
    (function,) = found.functions
    assert (function.name, function.handler, function.runtime) == ("Orders", "app.run", "python3.13")
    assert function.code_dir == "/p/src/orders"
    assert function.layers == ("/p/layer",)
    assert function.log_format == "JSON"
    assert function.events == {"api", "sqs"}
    assert (function.template, function.row) == ("/p/template.yaml", 18)
    assert function.handler_span == Span(22, 15, 22, 22)
    values = {variable.name: (variable.row, variable.value) for variable in function.environment}
    assert values == {"STAGE": (10, "dev"), "TABLE": (25, None), "LIMIT": (26, "10")}
    assert function.is_environment_known
    assert [(comment.row, comment.column, comment.text) for comment in found.comments] == [(22, 24, "# noqa: LMB708")]


def test_the_same_function_in_json() -> None:
    template = """\
    {
      "Resources": {
        "Orders": {
          "Type": "AWS::Serverless::Function",
          "Properties": {
            "Runtime": "python3.12", "CodeUri": "src/orders", "Handler": "app.run",
            "Environment": {"Variables": {"TABLE": {"Ref": "T"}, "N\\u00e4me": "x"}}
          }
        }
      }
    }
    """
    (function,) = declared({"template.json": template, **FILES}).functions
    assert (function.row, function.handler_span) == (3, Span(6, 69, 6, 78))
    assert [(v.name, v.value) for v in function.environment] == [("TABLE", None), ("Näme", "x")]


INLINE = """\
    Resources:
      F:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: index.handler
          Code:
            ZipFile: {header}
              import os

              def handler(event, context):  # noqa: LMB201
                  return os.environ["A"]
"""


@pytest.mark.parametrize("header", ["|", "|-", "!Sub |", "| # the code"])
def test_inline_python_is_mapped_row_by_row(header: str) -> None:
    found = declared({"t.yaml": INLINE.replace("{header}", header)})
    inline = found.functions[0].inline
    assert inline is not None
    assert (inline.first_row, inline.indent, inline.is_exact) == (9, 10, True)
    assert inline.text.splitlines()[2] == "def handler(event, context):  # noqa: LMB201"
    assert found.comments == ()


def test_folded_inline_python_is_not_exact() -> None:
    inline = declared({"t.yaml": INLINE.replace("{header}", ">")}).functions[0].inline
    assert inline is not None
    assert not inline.is_exact


def resource(properties: str, kind: str = "AWS::Serverless::Function", rest: str = "") -> str:
    body = textwrap.indent(textwrap.dedent(properties), " " * 6)
    return f"Resources:\n  F:\n    Type: {kind}\n    Properties:\n{body}\n{rest}"


def test_code_that_is_built_elsewhere_has_no_folder() -> None:
    for code in ("../built", "s3://bucket/key.zip", "dist/app.zip", "{Bucket: b, Key: k}", "!Ref Unknown"):
        template = resource(f"Handler: app.run\nRuntime: python3.12\nCodeUri: {code}")
        (function,) = declared({"t.yaml": template, "app.py": ""}).functions
        assert function.code_dir is None, code


@pytest.mark.parametrize(
    "variables",
    [
        "{'Fn::Transform': {Name: 'AWS::Include'}}",
        "!If [Prod, {A: b}, !Ref 'AWS::NoValue']",
        "!FindInMap [a, b, c]",
        "[a, list]",
        "{'Fn::ForEach::X': [N, [a], {'${N}': b}]}",
        "text",
    ],
)
def test_an_environment_that_is_not_static(variables: str) -> None:
    template = resource(f"Handler: app.run\nRuntime: python3.12\nEnvironment:\n  Variables: {variables}")
    (function,) = declared({"t.yaml": template}).functions
    assert not function.is_environment_known


def test_handlers_of_both_branches_of_a_condition() -> None:
    template = resource("Handler: !If [Prod, app.run, app.walk]\nRuntime: python3.12\nCodeUri: .")
    functions = declared({"t.yaml": template, "app.py": ""}).functions
    assert [function.handler for function in functions] == ["app.run", "app.walk"]


def test_a_loop_over_a_literal_list() -> None:
    template = """\
    Transform: AWS::LanguageExtensions
    Resources:
      Fn::ForEach::Functions:
        - Name
        - [Red, Blue]
        - Paint${Name}:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.12
              Code: src
              Handler: !Sub "${Name}.run"
              Environment: {Variables: {COLOUR: !Ref Name}}
    """
    functions = declared({"t.yaml": template, "src/Red.py": ""}).functions
    assert [(f.name, f.handler, f.environment[0].value) for f in functions] == [
        ("PaintBlue", "Blue.run", "Blue"),
        ("PaintRed", "Red.run", "Red"),
    ]


@pytest.mark.parametrize(
    ("rest", "kinds"),
    [
        ("{Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt F.Arn}}", {"url"}),
        (
            "{Type: AWS::ApiGateway::Method, Properties: {Integration: {Type: AWS_PROXY, Uri: !Sub 'a/${F.Arn}/b'}}}",
            {"api"},
        ),
        (
            "{Type: AWS::ApiGateway::Method, Properties: {Integration: {Type: AWS, Uri: !Sub 'a/${F.Arn}/b'}}}",
            {"http-lambda"},
        ),
        (
            "{Type: AWS::ElasticLoadBalancingV2::TargetGroup, "
            "Properties: {TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]}}",
            {"alb"},
        ),
        (
            "{Type: AWS::Lambda::EventSourceMapping, "
            "Properties: {FunctionName: !Ref F, EventSourceArn: 'arn:aws:sqs:eu-west-1:1:q'}}",
            {"sqs"},
        ),
        ("{Type: AWS::SNS::Topic}", set()),
    ],
)
def test_events_that_other_resources_bring(rest: str, kinds: set[str]) -> None:
    template = resource("Handler: app.run\nRuntime: python3.12", "AWS::Lambda::Function", f"  Other: {rest}\n")
    (function,) = declared({"t.yaml": template}).functions
    assert function.events == kinds


def test_an_image_with_its_dockerfile() -> None:
    template = resource("PackageType: Image").replace(
        "    Properties", "    Metadata: {DockerContext: svc}\n    Properties"
    )
    dockerfile = """\
    FROM public.ecr.aws/lambda/python:3.13
    ENV MODE=fast
    COPY code ${LAMBDA_TASK_ROOT}
    CMD ["app.run"]
    """
    functions = declared({"t.yaml": template, "svc/Dockerfile": dockerfile, "svc/code/app.py": ""}).functions
    image, function = functions
    assert (image.source, function.source) == ("docker", "sam")
    for found in functions:
        assert (found.handler, found.code_dir, found.runtime) == ("app.run", "/p/svc/code", "python3.13")
        assert found.is_image
    assert function.is_environment_known
    assert not image.is_environment_known
    assert [(v.name, v.path) for v in function.environment] == [("MODE", "/p/svc/Dockerfile")]


def test_a_template_names_another_command_than_the_dockerfile() -> None:
    """Several functions share an image and differ in the command."""
    template = resource("PackageType: Image\nImageConfig: {Command: [app.other]}").replace(
        "    Properties", "    Metadata: {DockerContext: svc}\n    Properties"
    )
    dockerfile = 'FROM public.ecr.aws/lambda/python:3.13\nCOPY code ${LAMBDA_TASK_ROOT}\nCMD ["app.run"]\n'
    functions = declared({"t.yaml": template, "svc/Dockerfile": dockerfile, "svc/code/app.py": ""}).functions
    assert {(found.source, found.handler) for found in functions} == {("docker", "app.run"), ("sam", "app.other")}


BROKEN: dict[str, tuple[str | bytes, int]] = {
    "jinja": ("{% set x = 1 %}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n", 1),
    "tab": ("Resources:\n\tF:\n    Type: AWS::Serverless::Function\n", 2),
    "latin": ("Resources:\n  F:\n    Type: AWS::Serverless::Function\n    D: \u00e9\n".encode("latin-1"), 4),
    "control": ("Resources:\n  F:\n    Type: AWS::Serverless::Function\n    D: \x01\n", 4),
    "json": ('{"Resources": {\n"F": {"Type": "AWS::Serverless::Function"}\n"G" 1}}', 3),
    "deep": ("Type: AWS::Lambda::Function\nA: " + "[" * 100 + "]" * 100, 2),
    "very deep": ("Type: AWS::Lambda::Function\nA: " + "[" * 200_000, 2),
    "deep json": ('{"a": ' + "[" * 100 + "]" * 100 + ',\n "Type": "AWS::Lambda::Function"}', 1),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_template_that_cannot_be_read_is_a_problem_with_its_row(name: str) -> None:
    text, row = BROKEN[name]
    file = "template.json" if "json" in name else "template.yaml"
    found = declared({file: text})
    assert [(problem.path, problem.row) for problem in found.problems] == [(f"/p/{file}", row)]


def test_a_template_with_markup_still_declares_what_can_be_read() -> None:
    template = (
        "{% if big %}\n" + resource("Handler: app.run\nRuntime: python{{ v }}\nCodeUri: {{ dir }}") + "{% endif %}\n"
    )
    found = declared({"t.yaml": template, "app.py": ""})
    assert [problem.row for problem in found.problems] == [1]
    (function,) = found.functions
    assert (function.handler, function.runtime, function.code_dir) == ("app.run", None, None)
    assert not function.is_environment_known


def test_a_scaffold_is_read_without_a_problem() -> None:
    template = resource("Handler: app.run\nRuntime: {{ cookiecutter.runtime }}\nCodeUri: .")
    found = declared({"{{cookiecutter.name}}/t.yaml": template, "{{cookiecutter.name}}/app.py": ""})
    assert found.problems == ()
    assert [function.code_dir for function in found.functions] == ["/p/{{cookiecutter.name}}"]


def test_a_broken_template_of_another_runtime_is_silent() -> None:
    assert declared({"t.yaml": "{% x %}\n" + resource("Handler: app.run\nRuntime: ruby3.3")}) == Declarations()


def bomb() -> str:
    lines = ["a0: &a0 {X: y, Type: AWS::Lambda::Function}"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join([*lines, "Resources:", "  F:", "    Type: AWS::Lambda::Function", "    Properties: {Code: *a11}"])


HOSTILE: dict[str, str | bytes] = {
    "alias bomb": bomb(),
    "alias to itself": "Resources: &r\n  F:\n    Type: AWS::Lambda::Function\n    Properties: *r\n",
    "large": "Type: AWS::Lambda::Function\n" + "# " + "x" * 20_000_000,
    "many functions": "Resources:\n" + "  F:\n    Type: AWS::Lambda::Function\n" * 20_000,
    "many values": "Type: AWS::Lambda::Function\n" + "- a\n" * 499_000,
    "many values in JSON": '{"Type": "AWS::Lambda::Function", "A": [' + "1," * 900_000 + "1]}",
    "many names": "Resources:\n" + "".join(f"  F{n}: {{Type: AWS::Lambda::Function}}\n" for n in range(9_999)),
    "lists for maps": "Resources:\n  - F:\n    Type: AWS::Lambda::Function\n",
    "lists inside": resource("- Handler: a.b", "AWS::Lambda::Function"),
    "list values": resource("Handler: [a]\nRuntime: {a: b}\nCode: [x]\nLayers: x\nEnvironment: []\nEvents: 3"),
    "markup that does not end": resource("Handler: app.run\nRuntime: python3.12") + "{% {{ {# " * 100_000,
    "many loops": "Resources:\n"
    + "".join(
        f"  Fn::ForEach::L{n}: [X, [{', '.join(map(str, range(50)))}], "
        f"{{'F${{X}}{n}': {{Type: AWS::Lambda::Function}}}}]\n"
        for n in range(1000)
    ),
    "null values": resource("Handler:\nRuntime:\nCodeUri:\nEnvironment:\nLayers:\n"),
    "duplicate keys": resource("Handler: a.b\nHandler: a.c\nRuntime: python3.12"),
    "merge keys": "x: &x {Handler: a.b}\n" + resource("<<: *x\nRuntime: python3.12"),
    "complex keys": "? [a, b]\n: AWS::Lambda::Function\n",
    "null": "~ # AWS::Lambda::Function",
    "odd paths": resource('Handler: "a\\0b.c"\nRuntime: python3.12\nCodeUri: "x\\0y"'),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_templates_end_soon_and_quietly(name: str) -> None:
    with soon():
        found = declared({"template.yaml": HOSTILE[name]})
    assert len(found.problems) <= 1


def test_inline_code_past_the_bound_is_a_problem() -> None:
    code = "".join(f"          x{n} = {n}\n" for n in range(9_000))
    text = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.12\n"
    found = declared({"t.yaml": text + "      Handler: index.handler\n      Code:\n        ZipFile: |\n" + code})
    assert [(function.handler, function.inline) for function in found.functions] == [("", None)]
    assert [(problem.row, problem.message) for problem in found.problems] == [
        (9, "lambdalint reads no more than 60,000 characters of a function's inline code")
    ]


WITH_CODE = """\
  F{number}:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Code:
        ZipFile: |
"""


def test_each_inline_code_has_the_bound_of_its_own() -> None:
    code = "".join(f"          x{n} = {n}\n" for n in range(3_000))
    text = "Resources:\n" + "".join(WITH_CODE.format(number=n) + f"          n = {n}\n" + code for n in range(4))
    found = declared({"t.yaml": text})
    assert [function.handler for function in found.functions] == ["index.handler"] * 4
    assert sum(len(function.inline.text) for function in found.functions if function.inline) > MAX_CHARACTERS
    assert found.problems == ()


def test_more_inline_codes_than_a_template_may_hold_are_problems() -> None:
    count = MAX_BODIES + 2
    text = "Resources:\n" + "".join(WITH_CODE.format(number=n) + f"          n = {n}\n" for n in range(count))
    found = declared({"t.yaml": text})
    assert [function.inline is None for function in found.functions] == [False] * MAX_BODIES + [True] * 2
    assert {problem.message for problem in found.problems} == {
        "lambdalint reads the inline code of no more than 500 functions of a template"
    }


def test_the_last_of_two_keys_and_a_merged_key_count() -> None:
    assert declared({"t.yaml": HOSTILE["duplicate keys"]}).functions[0].handler == "a.c"
    assert declared({"t.yaml": HOSTILE["merge keys"]}).functions[0].handler == "a.b"


def test_other_files_are_silent() -> None:
    chart = "{{- if .Values.on }}\nkind: Deployment # AWS::Lambda::Function\n{{- end }}\n"
    found = declared({"chart/templates/deployment.yaml": chart, "notes.json": '{"see": "AWS::Lambda::Function"'})
    assert found == Declarations()


def test_candidates_by_name() -> None:
    assert all(map(is_candidate, ["t.yaml", "a/b.yml", "x.json", "s.template", "m.tf", "Dockerfile.web", "s.ts"]))
    assert not any(map(is_candidate, ["README.md", "a.txt", "index.js", "Makefile"]))


def test_patterns_choose_the_templates() -> None:
    files: dict[str, str | bytes] = {"a/t.yaml": SAM, "b/t.yaml": SAM}
    assert {f.template for f in declared(files, ["b/*.yaml"]).functions} == {"/p/b/t.yaml"}
    assert len(declared(files, ["**/t.yaml"]).functions) == 2


def test_an_unreadable_file_is_skipped() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(path)

    assert read_all(Project("/p", ["/p/template.yaml"], read), ["/p/template.yaml"]) == Declarations()


MIXED = """\
Parameters: {{Own: {{Type: String}}}}
{globals}
Resources:
  Page:
    Type: AWS::Serverless::Function
    Properties: {{Runtime: nodejs22.x, Handler: index.page}}
  Other:
    Type: {kind}
    Properties: {{{runtime}Handler: app.run}}
"""


@pytest.mark.parametrize(
    ("kind", "globals", "runtime"),
    [
        ("AWS::Serverless::Function", "", ""),
        ("AWS::Serverless::Function", "", "Runtime: !Ref Own, "),
        ("AWS::Serverless::Function", "Globals:\n  Function:\n    Runtime: !Ref Own", ""),
        ("AWS::Serverless::Function", "Globals:\n  Function:\n    Timeout: 3", ""),
        ("AWS::Lambda::Function", "Globals:\n  Function:\n    Runtime: nodejs22.x", ""),
    ],
)
def test_a_function_of_no_known_runtime_is_declared_beside_one_of_another(
    kind: str, globals: str, runtime: str
) -> None:
    text = MIXED.format(kind=kind, globals=globals, runtime=runtime)
    assert [function.handler for function in declared({"t.yaml": text}).functions] == ["app.run"]


def test_no_function_is_declared_where_the_globals_write_out_another_runtime() -> None:
    shared = "Globals:\n  Function:\n    Runtime: java21"
    text = MIXED.format(kind="AWS::Serverless::Function", globals=shared, runtime="")
    assert declared({"t.yaml": text}) == Declarations()
