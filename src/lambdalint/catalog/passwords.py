"""What takes a password: statements of SQL and calls of AWS by which it counts from then on, and calls that use one."""

from __future__ import annotations

import re

# The statements of SQL that give a user a password.
# https://www.postgresql.org/docs/current/sql-alterrole.html
# https://dev.mysql.com/doc/refman/8.4/en/alter-user.html
SETTING_STATEMENT = re.compile(
    r"\b(?:ALTER|CREATE)\s+(?:USER|ROLE|LOGIN)\b.*\b(?:PASSWORD|IDENTIFIED)\b|\bSET\s+PASSWORD\b", re.I | re.S
)
# Keyword arguments, and methods of boto3 clients, by which a password becomes the current one of something else.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
# https://docs.aws.amazon.com/directoryservice/latest/devguide/API_ResetUserPassword.html
# https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyUser.html
# https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
SETTING_KEYWORDS: frozenset[str] = frozenset(
    {"MasterUserPassword", "masterUserPassword", "adminUserPassword", "NewPassword", "Passwords", "AuthToken"}
)
SETTING_METHODS: frozenset[str] = frozenset(
    {"admin_set_user_password", "create_login_profile", "reset_password", "update_login_profile"}
)

# Classes and functions, by the last part of their paths, and methods with the place of the argument that is a password.
# https://requests.readthedocs.io/en/latest/user/authentication/
# https://docs.aiohttp.org/en/stable/client_reference.html#aiohttp.BasicAuth
# https://docs.python.org/3/library/smtplib.html#smtplib.SMTP.login
# https://docs.python.org/3/library/hmac.html
PASSWORD_PLACES: dict[str, int] = {
    "HTTPBasicAuth": 1,
    "HTTPDigestAuth": 1,
    "HTTPProxyAuth": 1,
    "BasicAuth": 1,
    "DigestAuth": 1,
    "login": 1,
    "hmac.new": 0,
}
