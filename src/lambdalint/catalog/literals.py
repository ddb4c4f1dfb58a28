"""Which string literals may be a secret: keys of AWS, placeholders and the names of things."""

from __future__ import annotations

import math
import re

from lambdalint.catalog.names import is_secret_name, words
from lambdalint.catalog.terms import terms

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids (2026-11-25):
# AKIA a long-term access key, ASIA a temporary one.
_ACCESS_KEY_ID = re.compile(r"(?:AKIA|ASIA)[A-Z2-7]{16}")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html (2026-11-25)
_SECRET_ACCESS_KEY = re.compile(r"[A-Za-z0-9/+]{40}")
# Random text of forty characters of base64 measures about 4.8 bits a character; prose and paths stay below 4.2.
_MIN_ENTROPY = 4.3

# A whole text that stands for something else: <…>, ${…}, {{…}}, $VAR, %(…)s, [..], !Ref …, or one with a {FIELD}
_SUBSTITUTED = re.compile(
    r"<.*>|.*\$\{.*\}.*|.*\{\{.*\}\}.*|\{[^{}]*\}|.*\{[A-Za-z_]\w*\}.*|\$[A-Za-z_]\w*|%\(.*\)s|%\w+%|\[.*\]|!\w+ .*",
    re.S,
)
_PLACEHOLDER_WORDS = terms(
    "changeme change unittest development example examples dummy fake sample placeholder test tests testing",
    "mock mocked todo tbd fixme none null undefined redacted masked your yours insert replace replaceme override",
    "foo bar foobar baz lorem unused notused unset empty default missing unknown localhost",
)
# Written without a separator: DUMMYEXAMPLEKEY.
_SPOKEN_PLACEHOLDER = re.compile(r"dummy|example|changeme|placeholder", re.IGNORECASE)
# The dotted name of a class or module, `pkg.secrets.Secret`, and a mark between texts, `##KEEP_ALIVE##`.
_DOTTED = re.compile(r"[a-z]\w{0,30}(?:\.[A-Za-z_]\w{0,30}){2,}")
_SENTINEL = re.compile(r"(\W{1,3})[A-Z]+(?:[_ -][A-Z]+)*\W{1,3}")
# What stands in the place of a value that is not shown.
_MASK = re.compile(r"[*\u2022xX#.\-_]{2,}|\W*(?:redacted|masked|hidden|removed|omitted)\W*", re.IGNORECASE)
_NAME_LIKE = re.compile(r"[A-Za-z][A-Za-z_./:\- ]*")
_UPPER_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_REFERENCE = re.compile(r"(?:arn:|alias/|ssm:|secretsmanager:|resolve:|https?://|s3://|file:|/[\w.\-]+/|\./|\.\./|~/)")


def is_access_key_id(text: str) -> bool:
    """Whether a text is the id of an AWS access key; the documentation's examples are not."""
    return _ACCESS_KEY_ID.fullmatch(text) is not None and "EXAMPLE" not in text and entropy(text[4:]) > 2.0


def is_secret_access_key(text: str) -> bool:
    """Whether a text has the form and the randomness of an AWS secret access key (no digest, path or example)."""
    if _SECRET_ACCESS_KEY.fullmatch(text) is None or "EXAMPLE" in text.upper():
        return False
    kinds = (str.isupper, str.islower, str.isdigit)
    return all(any(kind(char) for char in text) for kind in kinds) and entropy(text) >= _MIN_ENTROPY


def looks_like_aws_key(text: str) -> bool:
    """Whether a text is an access key id or a secret access key of AWS."""
    size = len(text)
    return (size == 20 and is_access_key_id(text)) or (size == 40 and is_secret_access_key(text))


def entropy(text: str) -> float:
    """The Shannon entropy of a text in bits a character; 0 for an empty one."""
    size = len(text)
    shares = (text.count(char) / size for char in set(text))
    return -sum(share * math.log2(share) for share in shares)


def is_mask_text(text: str) -> bool:
    """Whether a text stands in the place of a value that is not shown: `***`, `<redacted>`."""
    return _MASK.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a literal bound to a secret-looking name is certainly no secret.

    Placeholders (changeme, xxxx, <your key>, ${VAR}, {{resolve:…}}), examples and test values, and the *name* of a
    secret: an environment variable (MY_API_KEY), a path or ARN, a dictionary key ("db_password"), prose.
    """
    stripped = text.strip().strip("\"'")
    if len(set(stripped.lower()) - set("-_.* ")) <= 1 or _SUBSTITUTED.fullmatch(stripped):
        return True
    if _DOTTED.fullmatch(stripped) or _SENTINEL.fullmatch(stripped):
        return True
    if not _PLACEHOLDER_WORDS.isdisjoint(words(stripped)) or _SPOKEN_PLACEHOLDER.search(stripped):
        return True
    return _is_reference(stripped)


def _is_reference(text: str) -> bool:
    if _REFERENCE.match(text) is not None:
        return "@" not in text
    if text.count(" ") >= 2 or _UPPER_NAME.fullmatch(text):
        return True
    return _NAME_LIKE.fullmatch(text) is not None and _is_label(text)


def _is_label(text: str) -> bool:
    """Whether letters alone name a secret, or what belongs to one: "password", "x-api-key", "token_url"."""
    parts = words(text)
    if is_secret_name(text):
        return True
    return len(parts) > 1 and any(is_secret_name(part) for part in parts)
