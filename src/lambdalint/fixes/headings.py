"""Comments that head a part of a module: a section of its code, or a group of its imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from lambdalint.catalog.terms import terms

_RULE = re.compile(r"[-=#*~_+\u2500\u2501\u2550]{3,}")
_COOKIE = re.compile(r"#!|#.*?coding[:=]\s*[-\w.]")  # https://peps.python.org/pep-0263/
_CODE = re.compile(r"[=()\[\]{};\"'<>@]|\.\w|:$|^\s*(?:import|from|return|if|for|def|class|print)\b")
_PRAGMA = re.compile(r"#\s*(?:noqa|type|pylint|mypy|pyright|ruff|isort|fmt|nosec|lambdalint|flake8)\b\s*[:\[]?")
_WORD = re.compile(r"[a-z0-9]+")
_CODE_ROW = re.compile(r"^#\s*(?:@|def |return |import |from |\w+\s*=[^=]|\w+[\w.]*\()")
_FUNCTION = terms("function functions handler lambda method entry")
_LONGEST = 6
_OF_CODE = terms("code functions helpers helper utilities utils implementation")
# How long a word of a name has to be to tell.
_TELLING = 4
# Words by which a heading announces the imports of a category: the standard library's, other packages', own ones.
_CATEGORIES = (
    terms("standard stdlib std builtin built builtins python native system"),
    terms("third external package packages library libraries pip vendor vendored installed dependencies"),
    terms("local own internal project application app first custom our in house"),
)
# The order in which words tell: "standard library" is no library, "our own packages" are no packages.
_BY_STRENGTH = (0, 2, 1)
# Words that a heading of imports of all kinds is made of.
_OF_ALL = terms("import imports the all required necessary needed module modules general main basic and of for")
# Words of a file's own header.
_OF_FILES = terms("copyright license licensed author file module script version lambda function py")
_OF_AWS = terms("aws boto boto3 sdk amazon")


def is_ruled(text: str) -> bool:
    """Whether a comment is a rule, or has one: `# ------`."""
    return _RULE.search(text) is not None


def is_heading(texts: Sequence[str]) -> bool:
    """Whether a paragraph of comments is a heading: set off by rules, or one row of a few words that are no code."""
    if any(map(_RULE.search, texts)):
        return True
    text = texts[0].lstrip("#").strip()
    return len(texts) == 1 and 0 < len(text.split()) <= _LONGEST and _CODE.search(text) is None


def heads_code(texts: Sequence[str]) -> bool:
    """Whether a banner heads the code as such, functions of any kind: "Main Code", "Helper functions"."""
    said = set(_WORD.findall(" ".join(texts).lower()))
    return any(map(_RULE.search, texts)) and 0 < len(said) <= _LONGEST and not said.isdisjoint(_OF_CODE)


def tells_of_function(texts: Sequence[str]) -> bool:
    """Whether comments that stand apart above a function tell what it does: "this function …"."""
    return not _FUNCTION.isdisjoint(_WORD.findall(" ".join(texts).lower())) and not any(map(_CODE_ROW.search, texts))


def speaks_of(texts: Sequence[str], name: str) -> bool:
    """Whether comments that stand apart above a definition speak of it: they say two of the words of its name."""
    said = set(_WORD.findall(" ".join(texts).lower()))
    return len(said & {word for word in _WORD.findall(name.lower()) if len(word) >= _TELLING}) > 1


def heads_first_part(texts: Sequence[str]) -> bool:
    """Whether comments that begin a module head its first part rather than the whole: a banner of one title.

    A declaration of the encoding, which `-*-` makes look like a banner, has to stay where it is.
    """
    if any(map(_COOKIE.match, texts[:2])):
        return False
    titles = [text for text in (text.strip("# -=*~_+").strip() for text in texts) if text]
    is_banner = any(map(_RULE.search, texts)) and len(titles) == 1 and len(titles[0].split()) <= _LONGEST
    return is_banner and not set(_WORD.findall(titles[0].lower())) & _OF_FILES


def announces(texts: Iterable[str], module: str, category: int) -> bool:
    """Whether comments above an import head a group in which another import belongs.

    `category` is 0 for the standard library, 1 for other packages, 2 and more for the project's own.
    """
    said = {word for text in texts for word in _WORD.findall(text.lower())}
    if said <= _OF_ALL:
        return True
    root = module.lstrip(".").partition(".")[0].lower()
    if root in said or (root.startswith(("boto", "aws")) and said & _OF_AWS):
        return True
    told = next((number for number in _BY_STRENGTH if said & _CATEGORIES[number]), None)
    return told == min(category, 2)


def is_remark(text: str) -> bool:
    """Whether a comment is prose, neither a pragma nor an import that is commented out."""
    return _PRAGMA.match(text) is None and re.match(r"#\s*(?:import|from)\s", text) is None
