"""What the names of stored parameters say of their values: parameters of SSM hold secrets, settings and addresses.

A name may also be that of a variable which holds the name of a parameter: `CONFIG_PARAMETER`, `RUN_PATH_PARAM`.  The
words are a choice of this project (RULES LMB402).
"""

from __future__ import annotations

from lambdalint.catalog.names import SETTINGS, SPOKEN, is_public_name, is_secret_name, without_suffixes, words
from lambdalint.catalog.terms import terms

# The last words of a stored parameter that says where something is or who uses it, and the words of those that carry
# the way in with them: connection strings, webhooks and signed addresses.
_PLACES = terms(
    "url urls uri uris host hosts hostname port endpoint endpoints region arn address domain bucket username"
)
_OPENING = terms(
    "database db dsn connection conn jdbc odbc sql rds postgres postgresql pg mysql mariadb mssql oracle mongo mongodb "
    "redis amqp rabbitmq celery broker cache elasticsearch opensearch ldap smtp ftp sftp proxy webhook webhooks hook "
    "hooks slack discord teams mattermost chat zapier sentry secret signed presigned sas git"
)
# The last words of a parameter that a function fetches, decrypted in any case, for whoever asks for it, and that says
# where or which a thing is; those of ways also carry the way in, where they are ways to something of _OPENING.
_WAYS = terms("url urls uri uris endpoint endpoints address path paths")
_FOUND_BY = _WAYS | terms(
    "dir directory folder prefix bucket buckets host hosts hostname port arn arns id ids region name names queue topic "
    "table script profile"
)
# The last words of a stored parameter that holds settings, words that a variable adds to say that it holds the name of
# one, and words of those settings that carry a way in (with those above).
_SETTINGS_KEPT = SETTINGS | {"flags", "features"}
_NAMING = terms("param parameter name path ssm")
_ADMITTING = _OPENING | terms(
    "auth oauth sso saml oidc key keys private cert certificate certificates pem login account accounts kube ssh vpn "
    "wireguard docker npm pip"
)


# Words that a variable adds to say that it holds what names a parameter, and names of variables that say no more.
_HANDLES = _NAMING | terms("names id key arn")
_GENERIC = _HANDLES | terms("params parameters keys k n p x s item value val arg argument")
# The last words of what carries a way in, beside those that speak of a secret; and the words before `key` that make it
# the name of an object or of a row.
_TELLING = terms(
    "key keys pem pat jwt hmac salt pepper otp pin signature cookie auth license connection conn jdbc odbc dsn "
    "webhook webhooks hook hooks slack discord teams mattermost zapier sentry signed presigned sas redis mongo mongodb "
    "kubeconfig"
)
_KEYED = terms(
    "bucket object s file folder partition sort range hash primary foreign index cache row record item event kms cmk "
    "image state map lambda layer artifact report export"
)


def is_place_name(name: str) -> bool:
    """Whether a parameter's whole name says that it holds an address: `/jira/url`, but not `/database/url`."""
    parts = words(name)
    last = without_suffixes(words(name.rstrip("/").rpartition("/")[2]) or ("",))
    return last[-1] in _PLACES and _OPENING.isdisjoint(parts)


def is_locator_name(name: str, *, is_variable: bool = False) -> bool:
    """Whether a parameter's whole name, or that of a variable which holds it, says that it holds where a thing is.

    `/batch/run_path` and `RUN_PATH_PARAM` are such names; `/webhook/path`, `secret_path`, and `RUN_PATH` as the
    variable, which may hold the path of the parameter, are not.  "\\0" in a name stands for what is not known of it.
    """
    whole, parts = words(name), words(name.rstrip("/").rpartition("/")[2])
    last = without_suffixes(parts or ("",))
    while is_variable and len(last) > 1 and last[-1] in _NAMING - _WAYS:
        last = last[:-1]
    if (is_variable and len(last) == len(parts)) or not SPOKEN.isdisjoint(whole):
        return False
    if last[-1] in _WAYS:
        return _OPENING.isdisjoint(whole) and (len(whole) > 1 or "\0" not in name)
    return last[-1] in _FOUND_BY


def is_settings_name(name: str, *, is_variable: bool = False) -> bool:
    """Whether a parameter's whole name, or that of a variable which holds it, says that it holds settings.

    `/shop/config` and `CONFIG_PARAMETER` are such names; `/shop/database/config` and `auth-settings` are not.
    """
    parts = words(name)
    last = without_suffixes(words(name.rstrip("/").rpartition("/")[2]) or ("",))
    while is_variable and len(last) > 1 and last[-1] in _NAMING:
        last = last[:-1]
    return last[-1] in _SETTINGS_KEPT and _ADMITTING.isdisjoint(parts) and SPOKEN.isdisjoint(parts)


def tells_secret(name: str, extra: frozenset[str], *, is_variable: bool = False) -> bool:
    """Whether a parameter's whole name, or that of a variable which holds it, says that it holds a secret.

    `/shop/api/key`, `/slack/url` and `/secrets/shop` are such names, and `DB_PASSWORD_PARAM` and `SECRET_NAME` those
    of variables; `/shop/bucket_key` and `/database/host` are not.  `extra` are the `secret-names` of the configuration.
    """
    if is_public_name(_last_part(name)):
        return False
    whole, parts = words(name), words(_last_part(name))
    last = without_suffixes(parts or ("",))
    if any(is_secret_name("_".join(said), extra) for said in (parts, whole)):
        return True
    while is_variable and len(last) > 1 and last[-1] in _HANDLES:
        last = last[:-1]
        if is_secret_name("_".join(last), extra):
            return True
    if not SPOKEN.isdisjoint(whole):
        return True
    if last[-1] in _WAYS:
        return not _OPENING.isdisjoint(whole)
    if last[-1] in SETTINGS:
        return not _ADMITTING.isdisjoint(whole)
    if last[-1] in ("key", "keys"):
        return len(whole) > 1 and not is_variable and _KEYED.isdisjoint(last)
    return last[-1] in _TELLING


def says_something(name: str) -> bool:
    """Whether a variable says by its name anything of the parameter whose name it holds: not `param_name`."""
    return not _GENERIC.issuperset(words(name))


def _last_part(name: str) -> str:
    return name.rstrip("/").rpartition("/")[2]
