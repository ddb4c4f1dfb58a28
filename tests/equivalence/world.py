"""The account that a scenario runs in: resources created, rotated and finally read back, all in moto.

The final state is read from moto's backends rather than through clients: it sees every region, messages in
flight, and needs no client.  The attribute names are moto's own, hence the pinned version.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import moto.dynamodb.models
import moto.s3.models
import moto.secretsmanager.models
import moto.sns.models
import moto.sqs.models
import moto.ssm.models

from .plan import Plan, rotated_value
from .record import Json
from .spy import decode_bytes, plain

ACCOUNT = "123456789012"


class World:
    """The resources of a plan, behind one session of their own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._session = boto3.Session("testing", "testing", region_name=plan.region)
        self._clients: dict[str, Any] = {}

    def create(self) -> None:
        """Create all resources of the plan."""
        for service in ("s3", "dynamodb", "sqs", "sns", "secretsmanager", "ssm"):
            resources = self._plan.resources.get(service)
            if resources:
                getattr(self, f"_create_{service}")(resources)

    def rotate(self) -> None:
        """Give every secret and parameter of the plan its next value."""
        for name, value in self._plan.resources.get("secretsmanager", {}).items():
            text = _text(rotated_value(self._plan, name, value))
            self._client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)
        for name, value in self._plan.resources.get("ssm", {}).items():
            text = _text(rotated_value(self._plan, name, value))
            self._client("ssm").put_parameter(Name=name, Value=text, Type="SecureString", Overwrite=True)

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service)
        return self._clients[service]

    def _create_s3(self, buckets: dict[str, dict[str, str]]) -> None:
        client = self._client("s3")
        for bucket, objects in buckets.items():
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": self._plan.region})
            for key, body in objects.items():
                client.put_object(Bucket=bucket, Key=key, Body=body.encode())

    def _create_dynamodb(self, tables: dict[str, dict[str, Any]]) -> None:
        client = self._client("dynamodb")
        for name, table in tables.items():
            keys = table["key"]
            client.create_table(
                TableName=name,
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
                BillingMode="PAY_PER_REQUEST",
            )
            for item in table.get("items", ()):
                client.put_item(TableName=name, Item={key: _attribute(value) for key, value in item.items()})

    def _create_sqs(self, queues: list[str]) -> None:
        for queue in queues:
            self._client("sqs").create_queue(QueueName=queue)

    def _create_sns(self, topics: dict[str, list[str]]) -> None:
        client = self._client("sns")
        for topic, queues in topics.items():
            arn = client.create_topic(Name=topic)["TopicArn"]
            for queue in queues:
                endpoint = f"arn:aws:sqs:{self._plan.region}:{ACCOUNT}:{queue}"
                client.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=endpoint)

    def _create_secretsmanager(self, secrets: dict[str, Json]) -> None:
        for name, value in secrets.items():
            self._client("secretsmanager").create_secret(Name=name, SecretString=_text(value))

    def _create_ssm(self, parameters: dict[str, Json]) -> None:
        for name, value in parameters.items():
            self._client("ssm").put_parameter(Name=name, Value=_text(value), Type="SecureString")


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _attribute(value: Json) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, (int, float)):
        return {"N": str(value)}
    if isinstance(value, list):
        return {"L": [_attribute(item) for item in value]}
    if isinstance(value, dict):
        return {"M": {key: _attribute(item) for key, item in value.items()}}
    return {"S": value}


def read_state() -> Json:
    """What is now in the account's buckets, tables, queues, topics, secrets and parameters."""
    return {
        "s3": _state_s3(),
        "dynamodb": _state_dynamodb(),
        "sqs": _state_sqs(),
        "sns": _state_sns(),
        "secretsmanager": _state_secretsmanager(),
        "ssm": _state_ssm(),
    }


def _state_s3() -> Json:
    return {
        bucket.name: {
            key.name: {
                "body": decode_bytes(key.value),
                "metadata": plain(dict(key.metadata)),
                "storage_class": key.storage_class,
            }
            for key in bucket.keys.values()
        }
        for backend in moto.s3.models.s3_backends[ACCOUNT].values()
        for bucket in backend.buckets.values()
    }


def _state_dynamodb() -> Json:
    return {
        f"{region}/{name}": sorted((item.to_json()["Attributes"] for item in table.all_items()), key=repr)
        for region, backend in moto.dynamodb.models.dynamodb_backends[ACCOUNT].items()
        for name, table in backend.tables.items()
    }


def _state_sqs() -> Json:
    return {
        f"{region}/{name}": [
            {"body": message.body, "attributes": plain(message.message_attributes)} for message in queue._messages
        ]
        for region, backend in moto.sqs.models.sqs_backends[ACCOUNT].items()
        for name, queue in backend.queues.items()
    }


def _state_sns() -> Json:
    return {
        arn: [plain(notification[1:4]) for notification in topic.sent_notifications]
        for backend in moto.sns.models.sns_backends[ACCOUNT].values()
        for arn, topic in backend.topics.items()
    }


def _state_secretsmanager() -> Json:
    return {
        f"{region}/{secret.name}": plain(secret.versions[secret.default_version_id].get("secret_string"))
        for region, backend in moto.secretsmanager.models.secretsmanager_backends[ACCOUNT].items()
        for secret in backend.secrets.values()
        if secret.default_version_id in secret.versions
    }


def _state_ssm() -> Json:
    return {
        f"{region}/{name}": [version.value for version in versions]
        for region, backend in moto.ssm.models.ssm_backends[ACCOUNT].items()
        for name, versions in backend._parameters.items()
        if not name.startswith("/aws/")
    }
