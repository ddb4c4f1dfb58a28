"""Calls that fetch, issue or store secrets: AWS stores, Vault, and the libraries that cache for them.

AWS operations carry the name of their boto3 method.  Names and members of the AWS operations were checked against
the models of botocore 1.44.8, the getters against the installed libraries, on `CHECKED`.
"""

from __future__ import annotations

from typing import NamedTuple

CHECKED = "2026-11-25"

_API = "https://docs.aws.amazon.com/"
_SECRETS = _API + "secretsmanager/latest/apireference/API_"
_SSM = _API + "systems-manager/latest/APIReference/API_"
_KMS = _API + "kms/latest/APIReference/API_"
_STS = _API + "STS/latest/APIReference/API_"
_POWERTOOLS = "https://docs.powertools.aws.dev/lambda/python/latest/utilities/parameters/"
_CACHING = "https://github.com/aws/aws-secretsmanager-caching-python"
_VAULT = "https://python-hvac.org/en/stable/usage/secrets_engines/"


class Operation(NamedTuple):
    """A method of a boto3 client.

    `kind`: secret or parameter (a stored value), decrypt, credentials (short-lived ones, made for the caller).
    `identified_by` are the keywords that name what is fetched, `members` the members of the answer that are secret.
    """

    service: str
    method: str
    kind: str
    identified_by: tuple[str, ...]
    members: tuple[str, ...]
    source: str


_OPERATIONS = (
    Operation(
        "secretsmanager",
        "get_secret_value",
        "secret",
        ("SecretId",),
        ("SecretString", "SecretBinary"),
        _SECRETS + "GetSecretValue.html",
    ),
    Operation(
        "secretsmanager",
        "batch_get_secret_value",
        "secret",
        ("SecretIdList", "Filters"),
        ("SecretValues",),
        _SECRETS + "BatchGetSecretValue.html",
    ),
    Operation("ssm", "get_parameter", "parameter", ("Name",), ("Parameter",), _SSM + "GetParameter.html"),
    Operation("ssm", "get_parameters", "parameter", ("Names",), ("Parameters",), _SSM + "GetParameters.html"),
    Operation(
        "ssm", "get_parameters_by_path", "parameter", ("Path",), ("Parameters",), _SSM + "GetParametersByPath.html"
    ),
    Operation("kms", "decrypt", "decrypt", ("CiphertextBlob",), ("Plaintext",), _KMS + "Decrypt.html"),
    Operation("kms", "generate_data_key", "credentials", ("KeyId",), ("Plaintext",), _KMS + "GenerateDataKey.html"),
    Operation("sts", "assume_role", "credentials", ("RoleArn",), ("Credentials",), _STS + "AssumeRole.html"),
    Operation(
        "sts",
        "assume_role_with_saml",
        "credentials",
        ("RoleArn",),
        ("Credentials",),
        _STS + "AssumeRoleWithSAML.html",
    ),
    Operation(
        "sts",
        "assume_role_with_web_identity",
        "credentials",
        ("RoleArn",),
        ("Credentials",),
        _STS + "AssumeRoleWithWebIdentity.html",
    ),
    Operation("sts", "assume_root", "credentials", ("TargetPrincipal",), ("Credentials",), _STS + "AssumeRoot.html"),
    Operation("sts", "get_session_token", "credentials", (), ("Credentials",), _STS + "GetSessionToken.html"),
    Operation(
        "sts", "get_federation_token", "credentials", ("Name",), ("Credentials",), _STS + "GetFederationToken.html"
    ),
    Operation(
        "cognito-identity",
        "get_credentials_for_identity",
        "credentials",
        ("IdentityId",),
        ("Credentials",),
        _API + "cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html",
    ),
    Operation(
        "sso",
        "get_role_credentials",
        "credentials",
        ("roleName",),
        ("roleCredentials",),
        _API + "singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html",
    ),
    Operation(
        "iam",
        "create_access_key",
        "credentials",
        ("UserName",),
        ("AccessKey",),
        _API + "IAM/latest/APIReference/API_CreateAccessKey.html",
    ),
    Operation(
        "ecr",
        "get_authorization_token",
        "credentials",
        (),
        ("authorizationData",),
        _API + "AmazonECR/latest/APIReference/API_GetAuthorizationToken.html",
    ),
    Operation(
        "codeartifact",
        "get_authorization_token",
        "credentials",
        ("domain",),
        ("authorizationToken",),
        _API + "codeartifact/latest/APIReference/API_GetAuthorizationToken.html",
    ),
    Operation(
        "redshift",
        "get_cluster_credentials",
        "credentials",
        ("ClusterIdentifier",),
        ("DbPassword",),
        _API + "redshift/latest/APIReference/API_GetClusterCredentials.html",
    ),
    Operation(
        "redshift-serverless",
        "get_credentials",
        "credentials",
        ("workgroupName",),
        ("dbPassword",),
        _API + "redshift-serverless/latest/APIReference/API_GetCredentials.html",
    ),
    Operation(
        "rds",
        "generate_db_auth_token",
        "credentials",
        ("DBHostname",),
        (),
        _API + "AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.Python.html",
    ),
    Operation(
        "dsql",
        "generate_db_connect_auth_token",
        "credentials",
        ("Hostname",),
        (),
        _API + "aurora-dsql/latest/userguide/SECTION_authentication-token.html",
    ),
    Operation(
        "dsql",
        "generate_db_connect_admin_auth_token",
        "credentials",
        ("Hostname",),
        (),
        _API + "aurora-dsql/latest/userguide/SECTION_authentication-token.html",
    ),
)

OPERATIONS: dict[tuple[str, str], Operation] = {(row.service, row.method): row for row in _OPERATIONS}

# Methods whose name and keywords tell the service, for a client that comes from out of sight.
DISTINCTIVE: dict[str, tuple[str, frozenset[str]]] = {
    "get_secret_value": ("secretsmanager", frozenset({"SecretId"})),
    "batch_get_secret_value": ("secretsmanager", frozenset({"SecretIdList", "Filters"})),
    "get_parameter": ("ssm", frozenset({"Name", "WithDecryption"})),
    "get_parameters": ("ssm", frozenset({"Names"})),
    "get_parameters_by_path": ("ssm", frozenset({"Path"})),
    "assume_role": ("sts", frozenset({"RoleArn"})),
}

# What writes what the stores hold.
WRITES: dict[str, frozenset[str]] = {
    "secretsmanager": frozenset(
        {"put_secret_value", "update_secret", "create_secret", "update_secret_version_stage", "rotate_secret"}
    ),
    "ssm": frozenset({"put_parameter", "label_parameter_version", "delete_parameter", "delete_parameters"}),
}

# Methods of the same services whose answers hold names, ARNs and versions, but no value.
METADATA_METHODS: frozenset[str] = frozenset(
    {
        "describe_secret",
        "list_secrets",
        "list_secret_version_ids",
        "create_secret",
        "put_secret_value",
        "update_secret",
        "update_secret_version_stage",
        "rotate_secret",
        "delete_secret",
        "restore_secret",
        "tag_resource",
        "put_resource_policy",
        "describe_parameters",
        "put_parameter",
    }
)

# The event of a rotation function: each of its four steps must read through.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-lambda-function-overview.html
ROTATION_KEYS: frozenset[str] = frozenset({"Step", "ClientRequestToken"})

# Paths of boto3 and botocore whose result is the execution role's own credentials.
# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
SESSION_CREDENTIALS: frozenset[str] = frozenset(
    {
        "boto3.Session().get_credentials",
        "boto3.session.Session().get_credentials",
        "botocore.session.get_session().get_credentials",
        "botocore.session.Session().get_credentials",
    }
)


def operation(service: str, method: str) -> Operation | None:
    """The secret-fetching operation of a client's method, e.g. ("ssm", "get_parameter")."""
    return OPERATIONS.get((service, method))


def operation_by_keywords(method: str, keywords: frozenset[str]) -> Operation | None:
    """The operation that a method's name and keywords betray when the client's service is not known."""
    service, needed = DISTINCTIVE.get(method, ("", frozenset()))
    return OPERATIONS.get((service, method)) if needed & keywords else None


# --- libraries that cache ------------------------------------------------------------------------


class Getter(NamedTuple):
    """A library's getter with a cache of its own, in the process.

    `kind` is secret, parameter or configuration; `max_age` its default life in seconds (None: the cache's own);
    `can_bypass` whether `force_fetch=True` or `max_age=0` goes round the cache.
    """

    path: str
    kind: str
    max_age: int | None
    can_bypass: bool
    source: str


_PARAMETERS = "aws_lambda_powertools.utilities.parameters."
_POWERTOOLS_FUNCTIONS = {
    "secrets": (("get_secret", "secret"), ("get_secrets_by_name", "secret")),
    "ssm": (("get_parameter", "parameter"), ("get_parameters", "parameter"), ("get_parameters_by_name", "parameter")),
    "appconfig": (("get_app_config", "configuration"),),
}
_POWERTOOLS_PROVIDERS = {
    "secrets": ("SecretsProvider", "secret"),
    "ssm": ("SSMProvider", "parameter"),
    "appconfig": ("AppConfigProvider", "configuration"),
    "dynamodb": ("DynamoDBProvider", "configuration"),
}
# Seconds, read in release 3.37 (constants.py); older major releases keep a value for 5.
_POWERTOOLS_AGE = 300


def _powertools_getters() -> dict[str, Getter]:
    paths: dict[str, str] = {}
    for module, functions in _POWERTOOLS_FUNCTIONS.items():
        for name, kind in functions:
            paths[_PARAMETERS + name] = paths[f"{_PARAMETERS}{module}.{name}"] = kind
    for module, (cls, kind) in _POWERTOOLS_PROVIDERS.items():
        for method in ("get", "get_multiple", *(("get_parameters_by_name",) if module == "ssm" else ())):
            paths[f"{_PARAMETERS}{cls}().{method}"] = paths[f"{_PARAMETERS}{module}.{cls}().{method}"] = kind
    return {path: Getter(path, kind, _POWERTOOLS_AGE, True, _POWERTOOLS) for path, kind in paths.items()}


def _caching_getters() -> dict[str, Getter]:
    caches = ("aws_secretsmanager_caching.SecretCache()", "aws_secretsmanager_caching.secret_cache.SecretCache()")
    paths = [f"{cache}.{method}" for cache in caches for method in ("get_secret_string", "get_secret_binary")]
    return {path: Getter(path, "secret", 3600, False, _CACHING) for path in paths}


GETTERS: dict[str, Getter] = {**_powertools_getters(), **_caching_getters()}

# Decorators that pass a cached secret to the function's parameter.
INJECTORS: frozenset[str] = frozenset(
    f"aws_secretsmanager_caching.{module}{name}"
    for module in ("", "decorators.")
    for name in ("InjectSecretString", "InjectKeywordedSecretString")
)

# Setters of the same libraries.
SETTERS: frozenset[str] = frozenset(
    {
        _PARAMETERS + "set_secret",
        _PARAMETERS + "set_parameter",
        _PARAMETERS + "SecretsProvider().set",
        _PARAMETERS + "SSMProvider().set",
    }
)

# https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html and
# https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
EXTENSION_PORT = 2773
EXTENSION_HEADER = "X-Aws-Parameters-Secrets-Token"
# Calls by which the extension is asked; the URL is the first argument, or the second after a verb.
HTTP_GETS: frozenset[str] = frozenset(
    {
        "requests.get",
        "requests.request",
        "requests.Session().get",
        "requests.session().get",
        "httpx.get",
        "httpx.Client().get",
        "urllib.request.urlopen",
        "urllib.request.Request",
        "urllib3.request",
        "urllib3.PoolManager().request",
    }
)
_EXTENSION_HOSTS = tuple(f"http://{host}:{EXTENSION_PORT}" for host in ("localhost", "127.0.0.1", "[::1]"))


def is_extension_url(text: str) -> bool:
    """Whether a URL is that of the Parameters and Secrets extension, which caches and never leaves the environment."""
    return text.lower().startswith(_EXTENSION_HOSTS)


# --- other stores --------------------------------------------------------------------------------

_VAULT_READS = frozenset(
    {
        "read",
        "unwrap",
        "secrets.kv.read_secret",
        "secrets.kv.read_secret_version",
        "secrets.kv.v1.read_secret",
        "secrets.kv.v2.read_secret",
        "secrets.kv.v2.read_secret_version",
        "secrets.aws.generate_credentials",
        "secrets.azure.generate_credentials",
        "secrets.database.generate_credentials",
        "secrets.database.get_static_credentials",
        "secrets.rabbitmq.generate_credentials",
        "secrets.consul.generate_credentials",
        "secrets.ldap.generate_static_credentials",
        "secrets.transit.decrypt_data",
    }
)
_VAULT_CLIENTS = ("hvac.Client().", "hvac.v1.Client().")
VAULT_SOURCE = _VAULT

# https://cloud.google.com/secret-manager/docs/access-secret-version and
# https://learn.microsoft.com/en-us/python/api/azure-keyvault-secrets/azure.keyvault.secrets.secretclient
_OTHER_STORES = ("google.cloud.secretmanager", "azure.keyvault.secrets")
_OTHER_READS = ("().access_secret_version", "().get_secret")


def is_vault_read(path: str) -> bool:
    """Whether a dotted path reads from HashiCorp Vault: `hvac.Client().secrets.kv.v2.read_secret_version`."""
    return path.startswith(_VAULT_CLIENTS) and any(path.removeprefix(c) in _VAULT_READS for c in _VAULT_CLIENTS)


def is_other_store_read(path: str) -> bool:
    """Whether a dotted path reads a secret of another cloud's store."""
    pairs = zip(_OTHER_STORES, _OTHER_READS, strict=True) if path.startswith(_OTHER_STORES) else ()
    return any(path.startswith(store) and path.endswith(read) for store, read in pairs)


# --- what this request makes ---------------------------------------------------------------------

# Values made or issued for the caller are what a response is for (LMB404): no stored secret.
ISSUERS: frozenset[str] = frozenset(
    {
        "jwt.encode",  # https://pyjwt.readthedocs.io/en/stable/api.html
        "jose.jwt.encode",  # https://python-jose.readthedocs.io/en/latest/jwt/api.html
        "authlib.jose.jwt.encode",  # https://docs.authlib.org/en/latest/jose/jwt.html
        "secrets.token_hex",  # https://docs.python.org/3/library/secrets.html
        "secrets.token_urlsafe",
        "secrets.token_bytes",
        "secrets.choice",
        "secrets.randbelow",
        "uuid.uuid4",  # https://docs.python.org/3/library/uuid.html
        "uuid.uuid1",
        "uuid.uuid7",
    }
)
# Methods of boto3 clients with the same meaning.
ISSUING_METHODS: frozenset[str] = frozenset(
    {
        "generate_presigned_url",
        "generate_presigned_post",
        "get_random_password",
        "initiate_auth",
        "admin_initiate_auth",
        "respond_to_auth_challenge",
        "admin_respond_to_auth_challenge",
        "get_tokens_from_refresh_token",
        "get_open_id_token",
        "get_open_id_token_for_developer_identity",
        "get_credentials_for_identity",
        "create_api_key",
    }
)
