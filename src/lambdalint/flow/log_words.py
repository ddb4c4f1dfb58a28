"""What the words of a log line say, and what they only call the value that stands behind them."""

from __future__ import annotations

import re

from lambdalint.catalog.terms import terms
from lambdalint.flow.sentences import LABEL
from lambdalint.naming import snake

_LEADING_UP = re.compile(r"[\s:=\-\u2013\u2014>|,;(\['\"`*#~.]+\Z")
_OPEN_END = re.compile(r"\w\.\.\.\s*\Z")
_FOLLOWING = re.compile(r"\b(?:this|these|the following)(?:\s+\w+){0,2}\W*\Z", re.IGNORECASE)
_ANNOUNCING = re.compile(r"\bthe following\b")
# Words that ask for the value behind them.
_DANGLING = terms("with is was are of from in as by on to for via the a an this that and got has value values")
# Verbs of which such a word is a part: "signed in".
_PHRASAL = re.compile(r"\b(?:sign|logg?|check)(?:ed|ing)? in\Z", re.IGNORECASE)
# Words that only name what is logged: without it they say nothing.
_NAMING = terms(
    "the a an all my lambda raw full input incoming event events context request requests body headers payload data",
    "message messages record records detail details evt ctx msg sqs sns s3 api gateway proxy http query string",
    "parameters individual current single each content contents complete whole original object objects item items json",
    "parameter response responses result results output from eventbridge bridge kinesis dynamo db stream",
    "token tokens secret secrets password passwords key keys credential credentials auth authorization bearer access",
    "client user database environment variables env assume assumed role sts params config",
)
# Verbs that say nothing without what they are about.
_OPEN = terms("received receiving got incoming processing handling parsed decoded returning sending logging")
# Words that say that something is logged, which is not so once it is left out; DEBUG only says why.
_OUTPUT = terms("log logging logged print printing printed dump dumping dumped show showing shown display displaying")
_WHY = terms("debug debugging")
# What the value alone was logged for: "full event for debugging: ".
_PURPOSE = re.compile(
    r"[\s(\[,-]*\bfor\s+(?:debug(?:ging)?|troubleshooting|diagnos(?:is|tics)|tracing|inspection|reference)"
    r"(?:\s+(?:purposes?|only|reasons?))*[)\]]?(?=\W*\Z)",
    re.IGNORECASE,
)
# A key at the end whose value follows: "invoked tool=%s event=", but not "settings =".
_KEY = re.compile(r"(?P<said>.*\w.*?)[\s,;|]+[A-Za-z_][\w.-]*=[\"'`\[({<]*\Z", re.DOTALL)
# A bracket at the end that holds the value alone, with what it is called: "no such key (id: ".
_BRACKETED = re.compile(r"(?P<said>.*\w.*?)\s*\([^()]*\Z", re.DOTALL)
# What every invocation has: that it was received says nothing.
_CONTEXTS = terms("context ctx lambda the a")
# Words that say something of what they stand before.
_STATES = terms(
    "got new no bad invalid missing unknown empty unexpected unsupported wrong malformed not end start begin",
    "read sent put run ran made done built found kept took left",
)
# Words by which a text that leads up to a value says something without it as well, beside those of a past or a present
# participle: "Received event: ", but not "Current settings: ".
_TELLING = _STATES | terms(
    "cannot could can did does failure error errors exception warning success finish stop calls returns says is was",
    "went came sees saw",
)
# How many words a text may have that is no sentence.
_FEW_WORDS = 3
_LABELLING = re.compile(r"[:=]\s*[\"'`\[({<]*\s*\Z")
# Those of five letters and more by their letters: "reqeust" is a request.
_ANAGRAMS = {"".join(sorted(word)): word for word in _NAMING if len(word) > 4}
_BESIDE = re.compile(r"(?P<said>.+) (?:with|for|and) (?P<named>.+)", re.DOTALL)
_CLAUSE = re.compile(r"(?P<said>.+), (?P<named>[^,]+)", re.DOTALL)
_SENTENCE = re.compile(r"(?P<said>.+)[.!?] (?P<named>[^.!?]+)", re.DOTALL)
_WORD = re.compile(r"[A-Za-z0-9]+|[^\W\d_A-Za-z]+")  # those of other alphabets apart


def words_of(text: str) -> set[str]:
    """The words of a text, those of names in CamelCase apart."""
    return {_spelt(word.lower()) for part in _WORD.findall(text) for word in snake(part).split("_")}


def _spelt(word: str) -> str:
    """A word, as one that only names what is logged where two of its letters have changed places in it."""
    return word if word in _NAMING else _ANAGRAMS.get("".join(sorted(word)), word)


def names_values(said: set[str]) -> bool:
    """Whether words, some or none, only name what is logged."""
    return said <= _NAMING


def only_names(text: str) -> bool:
    """Whether a text only names what was logged behind it: "Event", "Authorizer event", but not "Received event"."""
    words = words_of(LABEL.sub("", text)) - _WHY
    telling = words - _NAMING
    if not words.isdisjoint(_OUTPUT) and words <= _NAMING | _OPEN | _OUTPUT:
        return True
    if words <= _OPEN or words - _OPEN <= _CONTEXTS:
        return True
    if len(words) < 2 or len(telling) != 1:
        return not telling
    word = next(iter(telling))
    is_name = not word.endswith(("ed", "ing")) and word not in _STATES and "/" not in text
    return is_name and text.split()[-1].lower() in _NAMING


def says_less(own: set[str], said: set[str], *, is_text: bool = False) -> bool:
    """Whether a line's words say nothing beside another line's: all of them do, or the verb of a mere announcement.

    Nor does an announcement beside a line that `is_text` alone, and a sentence: "Sending the notice to its owner".
    """
    telling = own - _NAMING
    return own < said or (only_announces(own) and (telling < said or (is_text and len(said) > _FEW_WORDS)))


def only_announces(words: set[str]) -> bool:
    """Whether words say no more than that there was an event: "Event received"."""
    telling = words - _NAMING
    return bool(telling) and telling <= _OPEN


def announces(text: str) -> bool:
    """Whether a text says no more than that something follows: "We got the following event:", but not what is done."""
    return _FOLLOWING.search(text) is not None and not any(map(_is_participle, words_of(text) - {"following"}))


def is_label(text: str) -> bool:
    """Whether a text that leads up to a value does no more than label it: "Settings: ", but not "Received event: ".

    One with words of another alphabet is none.
    """
    words = words_of(_PURPOSE.sub("", text)) - _WHY
    tells = any(map(_is_participle, words)) or not words.isdisjoint(_TELLING) or not all(map(str.isascii, words))
    return _LABELLING.search(text) is not None and not tells


def leads_up(text: str) -> bool:
    """Whether a text only names what stands behind its colon: "received event:"."""
    return labels(text) and words_of(text) <= _NAMING | _OPEN


def labels(text: str) -> bool:
    """Whether a text ends as a label does, with a colon or a sign of equality."""
    return _LABELLING.search(text) is not None


def _is_participle(word: str) -> bool:
    return len(word) > 4 and word.endswith(("ed", "ing"))


def ended(text: str) -> str:
    """A text without what only leads up to something behind it."""
    text = _PURPOSE.sub("", _ANNOUNCING.sub("the", text))
    keyed = _KEY.fullmatch(text)
    text = text if keyed is None else keyed["said"]
    bracketed = _BRACKETED.fullmatch(text)
    text = text if bracketed is None else bracketed["said"]
    is_open = _OPEN_END.search(text) is not None
    while True:
        kept = _LEADING_UP.sub("", text)
        head, _, last = kept.rpartition(" ")
        if last.lower() not in _DANGLING or _PHRASAL.search(kept):
            beside = _BESIDE.fullmatch(kept) or _CLAUSE.fullmatch(kept) or _SENTENCE.fullmatch(kept)
            if beside is None or not words_of(beside["named"]) <= _NAMING:
                return f"{kept}..." if is_open else kept
            is_open = False
            head = beside["said"]
        text, is_open = head, False
