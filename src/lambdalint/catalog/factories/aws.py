"""Constructors of AWS clients and of Powertools for AWS Lambda."""

from __future__ import annotations

from lambdalint.catalog.factories.group import Group

_BOTO3 = "https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/"
_POWERTOOLS = "https://docs.powertools.aws.dev/lambda/python/latest/"

AWS: tuple[Group, ...] = (
    Group("session", "boto3 session", _BOTO3 + "session.html", "boto3.Session boto3.session.Session"),
    Group(
        "client",
        "boto3 client",
        _BOTO3 + "boto3.html",
        "boto3.client boto3.Session().client boto3.session.Session().client",
    ),
    Group(
        "resource",
        "boto3 resource",
        _BOTO3 + "boto3.html",
        "boto3.resource boto3.Session().resource boto3.session.Session().resource",
    ),
    Group(
        "session",
        "botocore session",
        "https://botocore.amazonaws.com/v1/documentation/api/latest/index.html",
        "botocore.session.get_session botocore.session.Session",
    ),
    Group(
        "client",
        "botocore client",
        "https://botocore.amazonaws.com/v1/documentation/api/latest/index.html",
        "botocore.session.get_session().create_client botocore.session.Session().create_client",
    ),
    Group(
        "session",
        "aiobotocore session",
        "https://aiobotocore.aio-libs.org/en/latest/",
        "aiobotocore.session.get_session aiobotocore.session.AioSession aiobotocore.get_session",
        "async",
    ),
    Group(
        "client",
        "aiobotocore client",
        "https://aiobotocore.aio-libs.org/en/latest/",
        "aiobotocore.session.get_session().create_client aiobotocore.session.AioSession().create_client",
        "async",
    ),
    Group(
        "session",
        "aioboto3 session",
        "https://aioboto3.readthedocs.io/en/latest/usage.html",
        "aioboto3.Session aioboto3.session.Session",
        "async",
    ),
    Group(
        "client",
        "aioboto3 client",
        "https://aioboto3.readthedocs.io/en/latest/usage.html",
        "aioboto3.Session().client aioboto3.session.Session().client aioboto3.client",
        "async",
    ),
    Group(
        "resource",
        "aioboto3 resource",
        "https://aioboto3.readthedocs.io/en/latest/usage.html",
        "aioboto3.Session().resource aioboto3.session.Session().resource aioboto3.resource",
        "async",
    ),
    Group("session", "SageMaker session", "https://sagemaker.readthedocs.io/en/stable/", "sagemaker.Session"),
    Group(
        "client",
        "DAX client",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DAX.client.run-application-python.html",
        "amazondax.AmazonDaxClient amazondax.AmazonDaxClient.resource",
        "database",
    ),
    Group(
        "sdk",
        "AWS Encryption SDK client",
        "https://aws-encryption-sdk-python.readthedocs.io/en/latest/",
        "aws_encryption_sdk.EncryptionSDKClient",
    ),
)

POWERTOOLS: tuple[Group, ...] = (
    Group(
        "powertools",
        "Powertools Logger",
        _POWERTOOLS + "core/logger/",
        "aws_lambda_powertools.Logger aws_lambda_powertools.logging.Logger aws_lambda_powertools.logging.logger.Logger",
    ),
    Group(
        "powertools",
        "Powertools Tracer",
        _POWERTOOLS + "core/tracer/",
        "aws_lambda_powertools.Tracer aws_lambda_powertools.tracing.Tracer aws_lambda_powertools.tracing.tracer.Tracer",
    ),
    Group(
        "powertools",
        "Powertools Metrics",
        _POWERTOOLS + "core/metrics/",
        """aws_lambda_powertools.Metrics aws_lambda_powertools.metrics.Metrics
        aws_lambda_powertools.metrics.metrics.Metrics aws_lambda_powertools.metrics.EphemeralMetrics
        aws_lambda_powertools.metrics.provider.datadog.DatadogMetrics""",
    ),
    Group(
        "powertools",
        "idempotency persistence layer",
        _POWERTOOLS + "utilities/idempotency/",
        """aws_lambda_powertools.utilities.idempotency.DynamoDBPersistenceLayer
        aws_lambda_powertools.utilities.idempotency.persistence.dynamodb.DynamoDBPersistenceLayer
        aws_lambda_powertools.utilities.idempotency.persistence.redis.RedisCachePersistenceLayer
        aws_lambda_powertools.utilities.idempotency.persistence.cache.CachePersistenceLayer""",
    ),
    Group(
        "powertools",
        "parameter provider",
        _POWERTOOLS + "utilities/parameters/",
        """aws_lambda_powertools.utilities.parameters.SecretsProvider
        aws_lambda_powertools.utilities.parameters.SSMProvider
        aws_lambda_powertools.utilities.parameters.AppConfigProvider
        aws_lambda_powertools.utilities.parameters.DynamoDBProvider
        aws_lambda_powertools.utilities.parameters.secrets.SecretsProvider
        aws_lambda_powertools.utilities.parameters.ssm.SSMProvider
        aws_lambda_powertools.utilities.parameters.appconfig.AppConfigProvider
        aws_lambda_powertools.utilities.parameters.dynamodb.DynamoDBProvider""",
    ),
    Group(
        "powertools",
        "feature flag store",
        _POWERTOOLS + "utilities/feature_flags/",
        """aws_lambda_powertools.utilities.feature_flags.AppConfigStore
        aws_lambda_powertools.utilities.feature_flags.FeatureFlags
        aws_lambda_powertools.utilities.feature_flags.appconfig.AppConfigStore
        aws_lambda_powertools.utilities.feature_flags.feature_flags.FeatureFlags""",
    ),
    Group(
        "powertools",
        "data masking provider",
        _POWERTOOLS + "utilities/data_masking/",
        """aws_lambda_powertools.utilities.data_masking.provider.kms.aws_encryption_sdk.AWSEncryptionSDKProvider
        aws_lambda_powertools.utilities.data_masking.provider.kms.AWSEncryptionSDKProvider""",
    ),
    Group(
        "cache",
        "secret cache",
        "https://github.com/aws/aws-secretsmanager-caching-python",
        "aws_secretsmanager_caching.SecretCache aws_secretsmanager_caching.secret_cache.SecretCache",
    ),
)
