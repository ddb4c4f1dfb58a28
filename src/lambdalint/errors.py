"""The errors that lambdalint expects: each is printed as one line and ends the run with exit code 2."""

from __future__ import annotations


class LambdalintError(Exception):
    """Something that the user can mend; anything else that is raised is a bug of lambdalint."""


class UsageError(LambdalintError):
    """A command line that cannot be carried out: a missing path, an unknown rule code."""


class ConfigError(LambdalintError):
    """A configuration file that cannot be used; the message names the file, the key and the remedy."""
