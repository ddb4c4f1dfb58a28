"""The parameters of SSM that templates declare: of plain text, or encrypted."""

from __future__ import annotations

import pytest

from templates_project import declared

CLOUDFORMATION = """\
    Parameters:
      Shop: {Type: String, Default: shop}
      Stage: {Type: String}
      Image: {Type: "AWS::SSM::Parameter::Value<String>", Default: /image}
    Resources:
      Plain:
        Type: AWS::SSM::Parameter
        Properties: {Name: /plain, Type: String, Value: x}
      List:
        Type: 'AWS::SSM::Parameter'
        Properties: {Name: !Sub "/${Shop}/list", Type: StringList, Value: "x,y"}
      Staged:
        Type: AWS::SSM::Parameter
        Properties: {Name: !Sub "/${Stage}/list", Type: String, Value: x}
      Secure:
        Type: AWS::SSM::Parameter
        Properties: {Name: /secure, Type: SecureString, Value: x}
      Either:
        Type: AWS::SSM::Parameter
        Properties: {Name: /either, Type: !If [Sealed, SecureString, String], Value: x}
      Unnamed:
        Type: AWS::SSM::Parameter
        Properties: {Type: String, Value: x}
      Other:
        Type: AWS::SSM::Document
        Properties: {Name: /document, Type: String}
"""
SERVERLESS = """\
    service: shop
    provider: {name: aws, runtime: python3.13}
    functions: {api: {handler: app.run}}
    resources:
      Resources:
        Plain:
          Type: AWS::SSM::Parameter
          Properties: {Name: /plain, Type: String, Value: x}
"""
TERRAFORM = """\
    locals { name = "list" }
    resource "aws_ssm_parameter" "plain" {
      name  = "/plain"
      type  = "String"
      value = "x"
    }
    resource "aws_ssm_parameter" "list" {
      name  = "/shop/${local.name}"
      type  = "StringList"
      value = "x,y"
    }
    resource "aws_ssm_parameter" "secure" {
      name  = "/secure"
      type  = "SecureString"
      value = var.secure
    }
    resource "aws_ssm_parameter" "any" {
      name  = "/any"
      type  = var.type
      value = "x"
    }
"""
CDK_PYTHON = """\
    from aws_cdk import Stack, aws_lambda as lambda_, aws_ssm as ssm

    class Shop(Stack):
        def __init__(self, scope, name):
            lambda_.Function(self, "F", runtime=lambda_.Runtime.PYTHON_3_13, handler="app.run", code=None)
            ssm.StringParameter(self, "Plain", parameter_name="/plain", string_value="x")
            ssm.StringListParameter(self, "List", parameter_name="/shop/list", string_list_value=["x"])
            ssm.StringParameter(self, "Any", parameter_name=name, string_value="x")
            ssm.StringParameter.from_secure_string_parameter_attributes(self, "Secure", parameter_name="/secure")
"""
CDK_TYPESCRIPT = """\
    import * as lambda from "aws-cdk-lib/aws-lambda";
    import * as ssm from "aws-cdk-lib/aws-ssm";
    new lambda.Function(this, "F", {runtime: lambda.Runtime.PYTHON_3_13, handler: "app.run"});
    new ssm.StringParameter(this, "Plain", {parameterName: "/plain", stringValue: "x"});
    new ssm.StringParameter(this, "Any", {parameterName: name, stringValue: "x"});
"""


@pytest.mark.parametrize(
    ("name", "text", "plain", "secure"),
    [
        ("template.yaml", CLOUDFORMATION, ["/plain", "/shop/list"], ["/secure"]),
        ("serverless.yml", SERVERLESS, ["/plain"], []),
        ("main.tf", TERRAFORM, ["/plain", "/shop/list"], ["/secure"]),
        ("stack.py", CDK_PYTHON, ["/plain", "/shop/list"], []),
        ("stack.ts", CDK_TYPESCRIPT, ["/plain"], []),
    ],
)
def test_parameters_that_are_declared(name: str, text: str, plain: list[str], secure: list[str]) -> None:
    found = declared({name: text}).parameters
    assert [parameter.name for parameter in found if not parameter.is_secure] == plain
    assert [parameter.name for parameter in found if parameter.is_secure] == secure


def test_a_template_of_parameters_alone_declares_nothing_else() -> None:
    found = declared({"template.yaml": CLOUDFORMATION})
    assert (found.functions, found.problems, found.comments) == ((), (), ())


def test_a_broken_template_of_parameters_is_no_problem() -> None:
    assert declared({"template.yaml": "Resources: [\n  Type: AWS::SSM::Parameter\n"}).problems == ()
