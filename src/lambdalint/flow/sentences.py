"""Whether the words of a log line state something without the value that stood behind them.

"Received event" and "Lambda invoked" do; "Flow for the event" is a label, "Extracted" has lost its object, and "Using
database" only said which one.
"""

from __future__ import annotations

import re

from lambdalint.catalog.terms import terms

# What some lines begin with: `[handler] `.
LABEL = re.compile(r"\A\W*\[[^\]]*\]\s*")
# A word; one with a sign, a digit or a capital inside names something of the program: `run_answering`, `getUser()`.
_TOKEN = re.compile(r"[^\W_][^\s,;:!?|]*")
_WORD = re.compile(r"[A-Z]?[a-z]+(?:['’][a-z]+)?|[A-Z]+")
# Verbs that are no participles of the regular kind, and what is said for one: "no records", "error in the handler".
_VERBS = terms(
    "is are was were does did do can cannot could will would must got found sent made ran came went saw "
    "sees read put set run left built kept took took done began begun wrote written lost hit met held chose fed led "
    "fell broke cannot can't couldn't didn't doesn't isn't won't not no none "
    "receives calls returns starts ends runs gets sends processes handles triggers invokes fires enters exits fails "
    "says reads writes takes skips ignores leaves creates updates deletes "
    "start begin end finish stop done skip enter exit success complete ready ok fail "
    "error errors failure failures exception warning missing invalid unknown unsupported unexpected empty bad wrong "
    "malformed new"
)
# Verbs that command at the beginning of a line: "Process the order".
_COMMANDS = terms(
    "process handle create update delete remove send get fetch load save store write invoke call trigger execute "
    "publish validate parse check build post return try wait retry"
)
# Verbs that only say which thing it is; the words of which it was are gone with the value.
_CHOOSING = terms("use uses used using choosing chose chosen selecting selected")
# Present participles that need no object: "Lambda starting".
_INTRANSITIVE = terms(
    "starting beginning running ending entering leaving exiting finishing stopping working waiting initializing "
    "initialising booting warming continuing proceeding retrying aborting quitting sleeping shutting"
)
# Those that say alone what happened, to the function itself.
_ALONE = terms(
    "invoked called triggered started finished completed ended executed entered exited stopped start begin end finish "
    "stop done skip enter exit success complete ready ok fail error errors failure exception warning missing"
)
# Words that only look like participles.
_NOUNS = terms(
    "thing things something anything nothing everything string strings setting settings meeting meetings billing king "
    "testing debugging logging mapping listing listings training routing pricing timing morning evening warning "
    "heading embedding embeddings following incoming outgoing existing remaining pending resulting matching "
    "corresponding underlying ongoing feed speed need embed hundred seed indeed "
    "expected required supported detailed related nested desired named"
)
# Words before a participle that take away its being what is told: "record for processing", "item to be updated".
_BEFORE = terms("for before after while when of from by without on in about upon during be being to as")


def is_statement(text: str) -> bool:
    """Whether a text states something: it has a verb that has its object or needs none.

    One with words of another alphabet is believed to.
    """
    tokens = _TOKEN.findall(LABEL.sub("", text))
    if not all(map(str.isascii, tokens)):
        return True
    said = [_plain(token) for token in tokens]
    verbs = [number for number in range(len(said)) if _is_verb(said, number)]
    telling = [number for number in verbs if said[number] not in _CHOOSING]
    if len(telling) != 1 or telling[0] != len(said) - 1:
        return bool(telling)
    last = said[-1]
    if len(said) == 1:
        return last in _INTRANSITIVE | _ALONE
    return not last.endswith("ing") or last in _INTRANSITIVE


def _plain(token: str) -> str:
    """A word in lower case, "" for what names something of the program."""
    token = token.strip(".()[]{}<>*#\"'`-/…")
    return token.lower() if _WORD.fullmatch(token) else ""


def _is_verb(said: list[str], number: int) -> bool:
    word = said[number]
    if word in _VERBS | _CHOOSING | _INTRANSITIVE:
        return True
    if number == 0 and word in _COMMANDS and len(said) > 1:
        return True
    is_participle = len(word) > 4 and word.endswith(("ed", "ing")) and word not in _NOUNS
    return is_participle and (number == 0 or said[number - 1] not in _BEFORE)
