"""Which identifiers name a secret, and which strings cannot be one.

An identifier is split into words (snake, kebab and camel case, paths, digits) and judged by its head, the words that
it ends in: `db_password` is a secret, `password_policy` is not.  Substrings never count: `secretary`, `tokenized`.
The words are a choice of this project (RULES LMB402); what is ambiguous on AWS is no secret.  So these are none:

* tokens that page (`next_token`), that deduplicate (`client_token`, `client_request_token`), that resume a workflow
  (`task_token`), that defend a form (`csrf_token`), that address a device (`device_token`) or that a model counts;
* keys that index (`primary_key`), are public (`public_key`, `signing_key` of a JWKS) or often a KMS identifier
  (`encryption_key`);
* what is hashed or encrypted already, and questions (`has_password`) and deeds (`rotate_secret`, `allow_credentials`).
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise

from lambdalint.catalog.terms import terms

_WILDCARDS = frozenset("*?[")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Compounds that are written without a separator.
_JOINED: dict[str, tuple[str, ...]] = {
    left + right: (left, right)
    for right, lefts in {
        "key": "api access secret private public auth license",
        "keys": "api access secret private",
        "token": "access auth bearer refresh id session security api jwt next page continuation task client csrf xsrf",
        "tokens": "access auth refresh max input output total",
        "secret": "client app shared",
        "password": "db database user admin root master smtp mysql postgres redis",
        "passwd": "db user admin root",
        "pass": "db user admin root smtp",
        "pwd": "db user admin root smtp",
        "string": "connection conn secret",
        "str": "connection conn",
        "name": "secret token",
        "arn": "secret",
        "id": "secret token",
        "hash": "password secret",
    }.items()
    for left in lefts.split()
} | {
    "secretaccesskey": ("secret", "access", "key"),
    "accesskeyid": ("access", "key", "id"),
    "authorisation": ("authorization",),
}

_HEADS = terms(
    "password passwords passwd passwds passphrase passphrases passcode secret secrets credential credentials cred "
    "creds authorization dsn"
)
# Words that make a key a secret one.
_KEY_OWNERS = terms(
    "api access secret private auth hmac jwt fernet shared license openai anthropic stripe sendgrid mailgun"
)
# Abbreviations of a password that stand for other things when nothing says whose they are.
_SHORT = frozenset({"pass", "pwd", "pw"})
_SHORT_OWNERS = terms(
    "db database user admin root smtp mail email mysql postgres postgresql pg redis mongo ftp sftp ldap login auth "
    "http rds sql mqtt proxy rabbitmq"
)
# Only these make `tokens`, in the plural, mean credentials: everything else counts them.
_TOKENS_OWNERS = terms("access auth api refresh bearer session jwt oauth security secret bot")
_TOKEN_OTHERS = terms(
    # paging and streams
    "next prev previous page paging pagination continuation continue cursor starting start resume sync first last "
    # idempotency, callbacks, optimistic locks
    "client request idempotency idempotent dedup deduplication task callback activity change lock fence fencing "
    "ownership job "
    "sequence confirmation receipt execution join separator delimiter "
    "result configuration reply "
    # forms and devices
    "csrf xsrf device push fcm apns expo registration "
    # language models and parsers
    "input output prompt completion total eos bos pad unk sep cls mask stop end eot special text word per to "
    # what was read out of a token
    "decoded parsed validated"
)
# These make a token a credential whatever stands beside them, unless it is taken apart already; `CI_JOB_TOKEN` is one:
# https://docs.gitlab.com/ci/jobs/ci_job_token/ (2026-11-29)
_TOKEN_OWNERS = _TOKENS_OWNERS | {"authorization", "identity", "ci"}
_TAKEN_APART = frozenset({"decoded", "parsed", "validated"})
# `authorization` is the header; with other words before it, it is a process or a setting.
_AUTHORIZATION_OWNERS = terms("proxy http x header headers request method event raw aws amz")
# Words before the head that make a question or a harmless derivative of it.
_DEFUSERS = terms(
    "is has have had was did does should can must no not non without with missing invalid expired valid bad wrong "
    "incorrect refused use uses using used need needs require requires required include includes allow allowed enable "
    "enabled disable disabled support supports num number count max min length bypasses hashed encrypted masked "
    "redacted obfuscated sanitized sanitised scrubbed censored hash public publishable dummy fake mock sample example "
    "placeholder your kms dict field column"
)
# Words at the start that make a deed: the name of a function, of a step or of a flag.
_DEEDS = terms(
    "get fetch load read list describe set put create generate make rotate delete remove verify validate check decode "
    "encode parse revoke send update store save retrieve forgot change show hide print log skip force ignore extract "
    "issue handle apply persist populate finish from to find lookup refresh redact mask obfuscate sanitize sanitise "
    "scrub"
)
# Before the head they make the name of a field: `DICT_KEY_PASSWORD` holds "password".
_KEYS_OF = frozenset({("dict", "key"), ("json", "key"), ("key", "for"), ("key", "of")})
_PASSWORD_DEEDS = frozenset({"reset"})
# Words after the head that still speak of its value.
_VALUES = terms("value values val str string raw plain plaintext b base encoded")
_QUALIFIERS = terms(
    "prod production dev development staging qa uat test new old current previous primary secondary live sandbox v"
)
_CONTENTS = terms("json dict data text bytes binary pem content contents")
# Words of names that speak of a secret.
SPOKEN = _HEADS | terms("token tokens")
_IDENTIFIER = re.compile(r"(?!.*\.(?:json|ya?ml|txt|pem|key|py|md|csv|env|cfg|ini|toml|xml|crt)$)[\w.\-/]+")
# Types whose values hide themselves: https://docs.pydantic.dev/latest/api/types/#pydantic.types.SecretStr (2026-11-25)
_SECRET_TYPES = frozenset({"SecretStr", "SecretBytes"})
# The ARN of what serves a custom resource:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
_ADDRESSES = frozenset({"ServiceToken"})

# The members of a parsed token's header and claims that name it and its issuer, never the token:
# https://www.rfc-editor.org/rfc/rfc7515#section-4.1 and https://www.rfc-editor.org/rfc/rfc7519#section-4.1 (2026-11-29)
_TOKEN_MEMBERS = terms("alg typ kid cty iss sub aud exp nbf iat jti azp")

# A parsed secret's members that may be shown (the structure of a database secret and of the API's answers):
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html,
# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html and
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html (2026-11-25)
_HARMLESS_MEMBERS = terms(
    "host hostname port username user dbname database engine arn name versionid versionstages version createddate "
    "lastmodifieddate datatype type region schema warehouse account dbinstanceidentifier dbclusteridentifier masterarn "
    "responsemetadata expiration accesskeyid assumedroleuser assumedroleid packedpolicysize sourceidentity clientid "
    "tenantid projectid privatekeyid clientemail keyid encryptionalgorithm servername sslmode language lang locale "
    "country city currency timezone"
)
# Words at the start of a limit or a switch.
_LIMITS = terms("num max min is has enable enabled disable disabled")
# Words at the end of what holds settings; a secret among these says so by its own name.
SETTINGS = terms("config configs configuration settings options")

_LOCATORS = terms(
    "arn name names id ids region host hosts hostname port account username user users endpoint role bucket "
    "server servers database engine identifier identifiers directory version timestamp time date topic queue table "
    "schema status length scheme at ip ips address addresses domain cluster instance uuid cors origin origins project "
    "metric metrics function functions lambda stack stage model pipeline workflow"
)
# Words by which a parameter's name says that its value changes while functions run (a choice of this project).
STATE_WORDS = terms("lock locks cursor cursors checkpoint checkpoints watermark")
# The last words of what says which thing it is.
_IDENTITIES = terms("id ids uuid arn arns name names")
_ABOUT = _LOCATORS | terms(
    "url uri field fields header headers prefix suffix param parameter path count policy env variable expiry expires "
    "ttl exists present label message error kind"
)
_SEALED = terms("encrypted ciphertext cipher hashed hash sha digest fingerprint checksum")

_MASKING = terms(
    "mask masks masked masking redact redacts redacted redacting redaction obfuscate obfuscated sanitize sanitized "
    "sanitizer sanitise sanitised scrub scrubbed scrubber filter filtered anonymize anonymized anonymise anonymised "
    "censor censored pseudonymize pseudonymise"
)
# With what is taken out behind them they hide too: `clear_auth_headers`, `without_secrets`.
_TAKING_OUT = terms("clear clean strip remove drop omit exclude hide without")
_TAKEN_OUT = SPOKEN | terms("auth header headers cookie cookies sensitive private personal pii secure")


@lru_cache(maxsize=8192)
def words(identifier: str) -> tuple[str, ...]:
    """The words of an identifier in lower case: `dbPassword2` is ("db", "password"); digits and signs separate."""
    found: list[str] = []
    for word in _WORD.findall(identifier):
        lowered = word.lower()
        found.extend(_JOINED.get(lowered, (lowered,)))
    return tuple(found)


@lru_cache(maxsize=8192)
def is_secret_name(identifier: str, extra: frozenset[str] = frozenset()) -> bool:
    """Whether a variable, key, parameter or environment variable of this name holds a secret.

    `extra` are names that the configuration calls secret (secret-names): a glob matches a whole identifier, a name
    without a wildcard one that ends in its words as well; case makes no difference.
    """
    parts = words(identifier)
    if not parts or _IDENTIFIER.fullmatch(identifier) is None or identifier in _SECRET_TYPES | _ADDRESSES:
        return False
    return any(_matches(identifier, parts, name) for name in extra) or _names_secret(parts)


def mentions_secret(identifier: str) -> bool:
    """Whether an identifier speaks of a secret, be it one (`db_password`) or not (`secret_name`, `next_token`)."""
    return not SPOKEN.isdisjoint(words(identifier))


@lru_cache(maxsize=8192)
def is_handle_name(name: str) -> bool:
    """Whether what is handed over by a name tells a secret, a page or a task apart: `SecretId`, `NextToken`."""
    parts = words(name)
    if parts[-1:] == ("token",):
        return not _TOKEN_OTHERS.isdisjoint(parts[:-1]) and not is_secret_name(name)
    return bool(parts) and parts[-1] in _IDENTITIES and mentions_secret(name) and not is_secret_name(name)


def is_harmless_member(key: str) -> bool:
    """Whether a member of a parsed secret, of its response or of credentials may be shown: "host", "VersionId".

    So may what by its last word says where or which a thing is: "db_host", "certificate_arn", "createdTime"; and by
    its first one a limit or a switch: "max_connections".
    """
    if key.replace("_", "").replace("-", "").lower() in _HARMLESS_MEMBERS or key in _TOKEN_MEMBERS:
        return True
    parts = words(key)
    if not parts:
        return False
    head = without_suffixes(parts)
    is_located = head[-1] in _LOCATORS or head[-2:] == ("queue", "url")
    return is_located or (len(parts) > 1 and parts[0] in _LIMITS)


def is_identity(name: str) -> bool:
    """Whether a name says which thing something is: `aws_request_id`, `Name`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _IDENTITIES


def is_about(name: str) -> bool:
    """Whether a name says something about a secret, such as where it is kept: `token_url`, `password_field`."""
    parts = words(name)
    return bool(parts) and parts[-1] in _ABOUT


def is_public_name(name: str) -> bool:
    """Whether a name says that everybody may know its value: `jwk-public`, `publicKey`, `metrics-uuid`."""
    return "public" in words(name) or words(name)[-1:] == ("uuid",)


def holds_settings(name: str) -> bool:
    """Whether a name says that there are settings under it: `feed_config`, `options`."""
    parts = words(name)
    return bool(parts) and parts[-1] in SETTINGS


def leads_to_settings(name: str) -> bool:
    """Whether a name says that it is the key of settings: `configs_key`."""
    parts = words(name)
    return parts[-1:] == ("key",) and parts[-2:-1] != () and parts[-2] in SETTINGS


def is_encrypted_name(name: str) -> bool:
    """Whether a name says that its value is hashed or encrypted already: `ENCRYPTED`, `ciphertext`."""
    return not _SEALED.isdisjoint(words(name))


@lru_cache(maxsize=8192)
def is_masking_name(name: str) -> bool:
    """Whether a function of this name hides what it is given: `mask_event`, `redact`; the builtin `filter` does not."""
    parts = words(name)
    if name == "filter" or not parts:
        return False
    return not _MASKING.isdisjoint(parts) or (parts[0] in _TAKING_OUT and not _TAKEN_OUT.isdisjoint(parts[1:]))


def _matches(identifier: str, parts: tuple[str, ...], name: str) -> bool:
    if fnmatchcase(identifier.lower(), name.lower()):
        return True
    if not _WILDCARDS.isdisjoint(name):
        return False
    tail = words(name)
    head = without_suffixes(parts)
    return bool(tail) and head[-len(tail) :] == tail and not _is_defused(head[: -len(tail)])


def _is_defused(before: tuple[str, ...]) -> bool:
    if any(pair in _KEYS_OF for pair in pairwise(before)):
        return True
    return not _DEFUSERS.isdisjoint(before) or (before[:1] != () and before[0] in _DEEDS)


def without_suffixes(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name up to its head: what speaks of the value, the stage or the age of the thing is dropped."""
    end = len(parts)
    while end > 1 and (parts[end - 1] in _VALUES or parts[end - 1] in _QUALIFIERS):
        end -= 1
    if end > 1 and parts[end - 1] in _CONTENTS and parts[end - 2] not in {"token", "tokens", "authorization"}:
        end -= 1
    return parts[:end]


def _names_secret(parts: tuple[str, ...]) -> bool:
    if parts[-2:] in {("connection", "string"), ("conn", "string"), ("connection", "str"), ("conn", "str")}:
        return True
    head = without_suffixes(parts)
    before, last = head[:-1], head[-1]
    owners = frozenset(before)
    if _is_defused(before) and not (last in {"token", "tokens"} and before == ("refresh",)):
        return False
    if last in {"token", "tokens"}:
        return _is_credential_token(last, owners)
    if last in {"key", "keys"}:
        return before != () and before[-1] in _KEY_OWNERS
    if last in _HEADS:
        return _head_is_secret(last, owners)
    return last in _SHORT and not _SHORT_OWNERS.isdisjoint(owners)


def _is_credential_token(last: str, owners: frozenset[str]) -> bool:
    if not _TOKEN_OWNERS.isdisjoint(owners):
        return _TAKEN_APART.isdisjoint(owners)
    return last == "token" and _TOKEN_OTHERS.isdisjoint(owners)


def _head_is_secret(last: str, owners: frozenset[str]) -> bool:
    if last == "dsn":
        return "sentry" not in owners  # https://docs.sentry.io/concepts/key-terms/dsn-explainer/: public by design
    if last == "credentials":
        return not {"google", "application"} <= owners  # the path of a file
    if last == "authorization":
        return owners <= _AUTHORIZATION_OWNERS
    if last == "credential":
        return "amz" not in owners  # X-Amz-Credential: the id of a key and its scope
    if last.startswith("passw"):
        return _PASSWORD_DEEDS.isdisjoint(owners)
    return True
