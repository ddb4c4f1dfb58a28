"""LMB407 ``secret-in-template``: a template gives a secret as a literal environment variable."""

from __future__ import annotations

from collections.abc import Iterator

from lambdalint.catalog.literals import is_placeholder
from lambdalint.catalog.names import is_secret_name
from lambdalint.declared import Variable
from lambdalint.diagnostic import Diagnostic, Severity
from lambdalint.program import Program
from lambdalint.rules.base import rule

_MIN_LENGTH = 4
_SWITCHES = frozenset(("true", "false", "none", "null"))


@rule(
    "LMB407",
    "secret-in-template",
    Severity.ERROR,
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-encryption",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html",
    ),
)
def secret_in_template(program: Program) -> Iterator[Diagnostic]:
    """Gives a secret as the literal value of an environment variable.

    ## Why is this bad?
    Whoever can read the repository, its history or the deployed stack has the secret, and it can't be rotated without
    a deployment.

    ## Bad
    `template.yaml`:
    ```yaml
    Resources:
      Mailer:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: s3://artifacts/mailer.zip
          Handler: mailer.lambda_handler
          Environment:
            Variables:
              MAIL_API_KEY: mk-live-77b0e1c4d9
    ```

    ## Good
    `template.yaml`:
    ```yaml
    Resources:
      Mailer:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.13
          CodeUri: s3://artifacts/mailer.zip
          Handler: mailer.lambda_handler
          Environment:
            Variables:
              MAIL_SECRET_ARN: !Ref MailSecret
    ```

    ## Errs towards
    Silence: a value that is a placeholder, or names a secret (a path, an ARN, a key) instead of being one, is left
    alone, and so is one that is not written out.

    ## Options
    `secret-names`
    """
    extra = program.secret_names
    for function in program.project.declarations.functions:
        for variable in function.environment:
            if is_secret_name(variable.name, extra) and _is_secret(variable):
                yield Diagnostic(
                    variable.path or function.template,
                    variable.span,
                    f"`{variable.name}` holds a secret in plain text",
                    help="store it in Secrets Manager or Parameter Store, and give the function its name",
                    masked=(variable.span,),
                )


def _is_secret(variable: Variable) -> bool:
    value = (variable.value or "").strip()
    return len(value) >= _MIN_LENGTH and value.lower() not in _SWITCHES and not is_placeholder(value)
