"""What gives something a password, which is from then on the one that counts: statements of SQL, and calls of AWS."""

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
