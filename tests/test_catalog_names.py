from __future__ import annotations

import pytest

from lambdalint.catalog import literals, names, parameters

SECRET = """
password PASSWORD Password passwd passphrase secret SECRET secrets token TOKEN api_key apiKey APIKey API_KEY apikey
x-api-key X-Api-Key access_key accessKey private_key privateKey credential credentials creds authorization Authorization
client_secret clientSecret connection_string connectionString connection_str CONN_STR dsn DSN
db_password DB_PASSWORD dbPassword db_pass DB_PWD userPwd smtp_pw MYSQL_ROOT_PASSWORD password2 password_1 new_password
old_password confirm_password basicAuthPassword admin_passwd DB_PASSWORD_PROD password_b64 passwordPlaintext
secret_string SecretString SecretBinary secret_value secret_dict secret_json shared_secret webhook_secret jwt_secret
x_origin_verify_secret api_secret secret_key SECRET_KEY SecretAccessKey AWS_SECRET_ACCESS_KEY secret_access_key
aws_secret_access_key secretaccesskey private_key_pem api_keys access_keys stripe_key OPENAI_KEY jwt_key LICENSE_KEY
access_token accessToken refresh_token refreshToken id_token idToken bearer_token auth_token authToken session_token
SessionToken AWS_SESSION_TOKEN X-Amz-Security-Token github_token GITHUB_TOKEN slack_bot_token SLACK_TOKEN token_value
token_str token2 reset_token invite_token verification_token vault_token sas_token authorizationToken
client_access_token CI_JOB_TOKEN service_token
access_tokens refresh_tokens proxy_authorization headers.authorization aws_credentials temp_creds db_creds
user_credentials
_password __token self.password /prod/db/password rds/admin-password sentry_auth_token
"""

HARMLESS = """
secret_name SECRET_NAME secretName secret_arn SECRET_ARN secretArn secret_id SecretId secretid DB_SECRET_ARN
token_count tokenCount max_tokens maxTokens MAX_TOKENS token_type tokenType next_token nextToken NextToken nexttoken
pagination_token PaginationToken continuation_token NextContinuationToken page_token pageToken next_page_token
starting_token sequence_token nextSequenceToken password_policy passwordPolicy token_url TOKEN_URL tokenUrl
token_endpoint token_expiry token_expires_in access_token_expiry password_field PASSWORD_FIELD token_header
api_key_header
secret_prefix password_param PASSWORD_PARAM token_ttl secret_count inputTokens input_tokens output_tokens outputTokens
total_tokens prompt_tokens completion_tokens tokens token_limit tokens_used token_usage tokenized tokenizer tokenize
secretary Secretariat secretsmanager secrets_manager secretsmanager_client secrets_client secret_cache pw_hash
password_hash hashed_password passwordHash encrypted_password secret_hash public_key publicKey PublicKey primary_key
partition_key sort_key s3_key object_key key keys cache_key key_id kms_key kms_key_id encryption_key signing_key
host_key
foreign_key routing_key auth authenticated author authority authentication authorizer authorized authorization_url
authorization_type authorization_code custom_authorization client_request_token ClientRequestToken clientToken
idempotency_token task_token taskToken TaskToken SFN_TASK_TOKEN callback_token csrf_token csrfToken xsrf_token
device_token push_token fcm_token eos_token pad_token special_token per_token cost_per_token first_token
is_secret has_password hasToken user_has_password use_token password_required requires_api_key api_key_required
allow_credentials Access-Control-Allow-Credentials with_credentials no_password missing_password invalid_token
get_secret create_secret rotate_secret rotateSecret verify_token validate_token reset_password change_password
generate_token fetch_credentials finishSecret api_key_id apiKeyId access_key_id AWS_ACCESS_KEY_ID accessKeyId
AccessKeyId private_key_id private_key_path private_key_file api_key_name api_key_source client_id client_secret_name
secret_version secret_stage secret_response credential_provider credentials_file GOOGLE_APPLICATION_CREDENTIALS
AWS_WEB_IDENTITY_TOKEN_FILE sentry_dsn SENTRY_DSN dsn_host decoded_token parsed_token decoded_access_token token_claims
token_payload token_hash passport passenger bypass pass pwd pw OLDPWD compass monkey turkey keyboard username user
database_url url passwordless public_api_key publishable_key masked_token redacted_password dummy_password fake_secret
mock_token example_token X-Amz-Credential resultToken ConfigurationToken SecretStr SecretBytes connection conn_timeout
job_token jobToken current_fence_token ServiceToken
secretsmanager:GetSecretValue credentials.json private.key secrets.yaml handle_change_password
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert names.is_secret_name(name)


@pytest.mark.parametrize(
    "name", [*HARMLESS.split(), "", "_", "123", "Content-Type,Authorization", "the password", "token?"]
)
def test_what_only_resembles_a_secret_is_none(name: str) -> None:
    assert not names.is_secret_name(name)


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("dbPassword2", ("db", "password")),
        ("APIKey", ("api", "key")),
        ("apikey", ("api", "key")),
        ("X-Api-Key", ("x", "api", "key")),
        ("DB_PASSWORD", ("db", "password")),
        ("HTTPServerToken", ("http", "server", "token")),
        ("__x1__", ("x",)),
        ("", ()),
    ],
)
def test_words(identifier: str, expected: tuple[str, ...]) -> None:
    assert names.words(identifier) == expected


@pytest.mark.parametrize("name", ["iban", "customer_iban", "customerIban", "IBAN_VALUE", "taxNumber", "tax_number"])
def test_a_configured_name_is_secret(name: str) -> None:
    assert not names.is_secret_name(name)
    assert names.is_secret_name(name, frozenset({"iban", "tax_number"}))


def test_a_configured_name_matches_by_words_and_wins_when_spelt_out() -> None:
    extra = frozenset({"pin", "next_token"})
    assert not names.is_secret_name("pinpoint", extra)
    assert not names.is_secret_name("has_pin", extra)
    assert not names.is_secret_name("pin_count", extra)
    assert names.is_secret_name("next_token", extra)
    assert names.is_secret_name("NEXT_TOKEN", extra)


def test_a_configured_glob_matches_the_whole_name_and_nothing_by_words() -> None:
    extra = frozenset({"*_pin", "acme?key", "X-[ab]*"})
    for name in ("card_pin", "CARD_PIN", "has_pin", "acme_key", "x-amount"):
        assert not names.is_secret_name(name)
        assert names.is_secret_name(name, extra)
    for name in ("pin", "card_pin_count", "cardPin", "acme__key", "x-count"):
        assert not names.is_secret_name(name, extra)


@pytest.mark.parametrize(
    "key",
    [
        *("host", "port", "username", "dbname", "db_name", "engine", "ARN", "Name", "VersionId", "max_items"),
        *("language", "cors_origins", "workspace_queue_url", "QueueUrl", "Project", "load_balancer_metric"),
    ],
)
def test_harmless_members(key: str) -> None:
    assert names.is_harmless_member(key)


@pytest.mark.parametrize("key", ["management_ip", "ipAddresses", "ad_domain", "cluster", "svm_uuid", "instance"])
def test_what_says_where_a_thing_is_is_harmless(key: str) -> None:
    assert names.is_harmless_member(key)


@pytest.mark.parametrize("key", ["password", "SecretString", "url", "token", "SecretAccessKey", "SessionToken", ""])
def test_members_that_are_not_harmless(key: str) -> None:
    assert not names.is_harmless_member(key)


@pytest.mark.parametrize(
    "name", ["SecretId", "secret_name", "taskToken", "NextToken", "ClientRequestToken", "token_id"]
)
def test_handles(name: str) -> None:
    assert names.is_handle_name(name)


@pytest.mark.parametrize("name", ["token", "SecretString", "user_id", "invalid_token", "max_tokens", "secret_path", ""])
def test_what_is_no_handle(name: str) -> None:
    assert not names.is_handle_name(name)


@pytest.mark.parametrize(
    "name", ["mask", "mask_event", "_redact", "redactSecrets", "sanitize_headers", "filter_event", "clear_auth_headers"]
)
def test_masking_functions(name: str) -> None:
    assert names.is_masking_name(name)


@pytest.mark.parametrize(
    "name", ["filter", "task", "unmask_all_x", "format", "log_event", "masquerade", "safe_json", "clear", "strip_all"]
)
def test_functions_that_do_not_mask(name: str) -> None:
    assert not names.is_masking_name(name)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "changeme", "CHANGE_ME", "change-me-please", "xxxxxxxx", "XXXX-XXXX", "********", "...", "--------",
        "<your api key>", "<token>", "${DB_PASSWORD}", "prefix-${X}", "{{resolve:secretsmanager:db}}", "{{ token }}",
        "{token}", "$TOKEN", "%(password)s", "%TOKEN%", "[REDACTED]", "!Ref Token", "example-token", "dummy_secret_1",
        "test", "test-api-key", "testing123", "your-api-key-here", "YOUR_TOKEN", "replaceme", "placeholder", "None",
        "MY_API_KEY", "DB_PASSWORD", "db_password", "password", "x-api-key", "Authorization", "SecretString",
        "/prod/db/password", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db", "alias/my-key",
        "https://auth.acme.io/oauth/token", "please enter your password", "the token is gone", "token_endpoint",
        "fake-key-123456", "mock_token", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "./secrets/db.json",
        "fixme-later", "unittest_pwd", "development", "Bearer {API_TOKEN}",
    ],
)  # fmt: skip
def test_placeholders_and_references_are_no_secret(text: str) -> None:
    assert literals.is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "hunter2hunter2", "S3cr3t!Passw0rd", "password123", "Winter2024!", "9f86d081884c7d659a2feaa0c55ad015",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "p@ssw0rd",
        "correcthorsebattery",
        "postgresql://app:hunter2@db.internal/app", "https://app:hunter2@db.internal/", "xoxb-1234-abcd",
        "AKIA2E0A8F3B244C9986",
    ],
)  # fmt: skip
def test_a_real_value_is_no_placeholder(text: str) -> None:
    assert not literals.is_placeholder(text)


KEY_ID = "AKIA" + "Q3EGUIVJ7ZWN2P4L"
SECRET_KEY = "zK8vQ2mTn5RbX7/pLwE+c4HsYd9GjFaU3iNo6VtB"


@pytest.mark.parametrize("text", [KEY_ID, "ASIA" + KEY_ID[4:], SECRET_KEY])
def test_keys_of_aws_are_recognised(text: str) -> None:
    assert literals.looks_like_aws_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AKIAXXXXXXXXXXXXXXXX", "AKIA",
        KEY_ID + "A",
        "AROA" + KEY_ID[4:], "da39a3ee5e6b4b0d3255bfef95601890afd80709", "functions/ProcessOrder2/ProcessOrder2/aa",
        "A" * 40, SECRET_KEY + "x", "arn:aws:iam::123456789012:role/OrdersRole", "",
    ],
)  # fmt: skip
def test_what_is_no_key_of_aws(text: str) -> None:
    assert not literals.looks_like_aws_key(text)


@pytest.mark.parametrize("name", ["/soar/jira/url", "host", "/a/Base-URL", "/shop/prod/apiEndpoint/", "/a/role_arn"])
def test_parameters_that_are_addresses(name: str) -> None:
    assert parameters.is_place_name(name)


@pytest.mark.parametrize(
    "name", ["", "/", "/url/key", "/prod/db/url", "/prod/databaseUrl", "/slack/url", "/dsn/host", "/presigned_url"]
)
def test_parameters_that_may_be_more_than_addresses(name: str) -> None:
    assert not parameters.is_place_name(name)


@pytest.mark.parametrize(
    "name", ["config", "/shop/Configuration/", "S3F2-Configuration", "a/feature_flags", "options-prod"]
)
def test_parameters_that_hold_settings(name: str) -> None:
    assert parameters.is_settings_name(name)


@pytest.mark.parametrize(
    "name", ["", "/", "/config/pin", "/db/config", "token-settings", "apiKeyOptions", "/oauth/config", "CONFIG_NAME"]
)
def test_parameters_that_may_be_more_than_settings(name: str) -> None:
    assert not parameters.is_settings_name(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("CONFIG_PARAMETER_NAME", True), ("configPath", True), ("name", False), ("SECRET_CONFIG_NAME", False)],
)
def test_variables_that_hold_the_name_of_settings(name: str, expected: bool) -> None:
    assert parameters.is_settings_name(name, is_variable=True) is expected


@pytest.mark.parametrize(
    "name",
    [
        "/shop/password", "/shop/api/key", "/openai/key", "slack-webhook", "/slack/url", "/secrets/shop/host",
        "/db/config", "/shop/jwt", "TOKEN",
    ],
)  # fmt: skip
def test_parameters_that_hold_a_secret(name: str) -> None:
    assert parameters.tells_secret(name, frozenset())


@pytest.mark.parametrize(
    "name",
    [
        "", "/", "key", "/shop/bucket_key", "s3/object-key", "/shop/feed", "/db/host", "/db/name", "/shop/url",
        "/shop/config", "report_user", "client_id", "/shop/public-key", "\0", "\0/url", "/shop/signer",
    ],
)  # fmt: skip
def test_parameters_that_do_not_say_that_they_hold_a_secret(name: str) -> None:
    assert not parameters.tells_secret(name, frozenset())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("DB_PASSWORD_PARAM", True), ("SECRET_NAME", True), ("apiKeyPath", True), ("FEED_PARAM", False), ("key", False)],
)
def test_variables_that_hold_the_name_of_a_secret(name: str, expected: bool) -> None:
    assert parameters.tells_secret(name, frozenset(), is_variable=True) is expected


def test_names_of_the_configuration_tell_a_secret() -> None:
    assert parameters.tells_secret("/shop/feed", frozenset({"feed"}))


@pytest.mark.parametrize(("name", "expected"), [("param_name", False), ("key", False), ("feed_param", True)])
def test_variables_that_say_anything_of_a_parameter(name: str, expected: bool) -> None:
    assert parameters.says_something(name) is expected
