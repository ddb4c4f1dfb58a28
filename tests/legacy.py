"""A generated repository of forty services that grew without a linter: two hundred findings."""

from __future__ import annotations

from pathlib import Path

from checkout import commit_all

SERVICES = 40
APP = '''\
"""The {name} service."""

import os

import boto3


def lambda_handler(event, context):
    """Store what has come in."""
    import json

    secrets = boto3.client("secretsmanager")
    secret = secrets.get_secret_value(SecretId="{name}/database")
    order = json.loads(event["body"])
    save(order, secret["VersionId"])
    return {{"statusCode": 200, "body": json.dumps({{"id": order["id"]}})}}


def save(order, version):
    """Write one order."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    table.put_item(Item={{**order, "version": version}})
    archive(order)


def archive(order):
    """Keep a copy."""
    s3 = boto3.client("s3")
    s3.put_object(Bucket=os.environ["BUCKET"], Key=order["id"], Body=b"")
'''
FUNCTION = """\
  {title}Function:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: services/{name}
      Handler: app.lambda_handler
      Environment:
        Variables:
          TABLE: !Ref Table
          BUCKET: !Ref Bucket
"""


def generate(folder: Path) -> None:
    """Write the repository into a folder, and commit it."""
    functions = []
    for number in range(1, SERVICES + 1):
        name = f"service{number:02}"
        home = folder / "services" / name
        home.mkdir(parents=True)
        (home / "app.py").write_text(APP.format(name=name))
        functions.append(FUNCTION.format(name=name, title=name.title()))
    (folder / "template.yaml").write_text("Resources:\n" + "".join(functions))
    commit_all(folder)
