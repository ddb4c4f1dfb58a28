"""Comments that belong to a statement, and the pragmas in them that only excused where it stood."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Set

from lambdalint.catalog.service_names import words_of
from lambdalint.catalog.terms import terms
from lambdalint.fixes.layout import Layout, Located
from lambdalint.source import Span
from lambdalint.summary import Assign, ExprStmt, Import

# What linters call an import outside of the top level: ruff, pylint, wemake-python-styleguide, lambdalint.
_LOCAL_IMPORT = frozenset({"PLC0415", "C0415", "WPS433", "LMB101", "import-outside-toplevel"})
_PRAGMA = re.compile(
    r"#\s*(?P<tool>noqa\s*:|pylint\s*:\s*disable(?:-next)?\s*=|lambdalint\s*:\s*ignore\s*\[)\s*(?P<codes>[\w\s,-]+)\]?",
    re.IGNORECASE,
)
# Words by which a comment speaks of the import below it, in its first two rows, rather than of the code that follows;
# those of the second kind only where no code follows directly, and as many of them as it has rows.
_OF_IMPORTS = terms("import imports imported importing lazy lazily circular cycle cycles cyclic")
_IMPORTS = re.compile(
    r"(?:\A\W*|\b(?:to|local|late|lazy|delayed|deferred|inline|this|the|only|we|must|can|dynamic|runtime)[\s-]+)import\b"
    r"|\bimport(?:\s+(?:here|inside|locally|only|late)|\s*\W*\Z)",
    re.IGNORECASE,
)
_OF_LONE_IMPORTS = terms(
    "dependency dependencies needed needs need required requires module modules avoid avoids",
    "slow heavy expensive defer deferred optional",
)
# The words of a comment that says of imports that they are some.
_OF_ANY_IMPORT = terms(
    "import imports importing package packages module modules library libraries lib libs dependency dependencies",
    "the all required necessary needed",
)
_LINKING = terms("from of and for here")
# What tells, with a word of imports, why one stands in a function: at the top of the module it is true no more.
_OF_PLACE = re.compile(
    r"\b(?:lazy|lazily|circular|cyclic|cycles?|defer|deferred|here|local|locally|cold.start|function.level"
    r"|in(?:side)? (?:a|the|this) function|where (?:it is|they are) (?:used|needed))\b",
    re.IGNORECASE,
)
# Words by which a comment speaks of a line that prints or logs, and those that it may use besides.
_OF_LOGGING = terms(
    "log logs logged logging logger print prints printed printing debug debugging dump dumps show shows showing trace",
    "output outputs display echo cloudwatch",
)
_OF_WHAT_IS_LOGGED = terms(
    "the a an this that it its full whole raw entire complete incoming received input just only first some for to in",
    "of our we and as by from on event events context lambda request requests record records message messages body",
    "data headers payload payloads details detail parameters params contents content json sns sqs s3 api gateway",
    "purpose purposes reference testing test console out info information statement stuff all everything later use",
    "what is invocation stream eventbridge object aws function trigger triggered",
)
_OF_ALL_OF_IT = terms("full whole entire complete raw")
# Words by which a comment speaks of a line that makes a client, and those that it may use besides.
_MAKING = terms(
    "create creates creating created initialize initializes initializing initialise init instantiate instantiates make",
    "makes get gets obtain setup set connect connects define declare build new client clients resource",
)
_CREATING = terms(
    "create creates creating created initialize initializes initializing initialise init instantiate instantiates make",
    "makes build new",
)
_OF_WHAT_IS_MADE = terms(
    "the a an our to for from with using up and of in as boto boto3 aws amazon service services sdk session object",
    "instance connection api used interact",
)
_KINDS = terms("client clients resource session connection")
# What tells why something is made as it is.
_OF_REASONS = re.compile(
    r"\b(?:because|since|so that|in order to|(?:to|must) (?:avoid|prevent)|work-?around)\b|\w\W+otherwise\b|https?://",
    re.IGNORECASE,
)
_EXCUSE = re.compile(
    r"(?:#\s*(?:(?:type|pyright|mypy)\s*:\s*ignore|noqa|nosec|nosemgrep|pylint\s*:\s*disable)[^#]*)+", re.IGNORECASE
)
_WORDS = re.compile(r"[A-Za-z0-9]+")
_QUOTED = re.compile(r"""["']([\w-]+)["']""")
_BARE = re.compile(r"#\s*lambdalint\s*:\s*ignore\s*(?!\[)(?=#|$)", re.IGNORECASE)


def is_excuse(comment: str) -> bool:
    """Whether a comment only keeps a type checker or a linter quiet about the code before it."""
    return _EXCUSE.fullmatch(comment) is not None


def without_local_pragmas(comment: str) -> str:
    """A comment without what only excused an import for standing in a function; "" when nothing is left."""
    kept = (_thinned(part) for part in _parts(comment))
    return "  ".join(part for part in kept if part)


def _parts(comment: str) -> Iterator[str]:
    """The comments that one comment holds: a pragma, a `#` and more text are two."""
    starts = [match.start() for match in re.finditer(r"#", comment)]
    pragmas = {match.start() for pattern in (_PRAGMA, _BARE) for match in pattern.finditer(comment)}
    ends = {match.end() for match in _PRAGMA.finditer(comment)}
    cuts = [0, *(start for start in starts[1:] if start in pragmas or start in ends)]
    for index, cut in enumerate(cuts):
        yield comment[cut : cuts[index + 1] if index + 1 < len(cuts) else None].rstrip()


def _thinned(part: str) -> str:
    if _BARE.fullmatch(part):
        return ""
    match = _PRAGMA.match(part)
    if not match:
        return part
    codes = [code for code in re.split(r"[\s,]+", match.group("codes")) if code]
    listed = [code for code in codes if not (code[0].isupper() or "-" in code) or code not in _LOCAL_IMPORT]
    if len(listed) == len(codes):
        return part
    rest = part[match.end() :].strip()
    if all(not _is_code(code) for code in listed):
        return f"# {' '.join([*listed, rest]).strip()}" if listed or rest else ""
    opening, closing = match.group("tool"), "]" if "[" in match.group("tool") else ""
    space = " " if opening.endswith(":") else ""
    return f"# {opening}{space}{', '.join(listed)}{closing}"


def _is_code(word: str) -> bool:
    """Whether a word looks like a rule's code or a pylint name rather than prose."""
    return any(character.isdigit() for character in word) or "-" in word


def leading(layout: Layout, located: Located, moving: frozenset[Span]) -> tuple[int, tuple[str, ...]]:
    """The comments above a statement that belong to it: the row of the first (0 for none) and their texts.

    They belong to it when they stand directly above, unless code that stays follows directly below: then they
    head the paragraph.  `moving` are the spans of all statements that go.  Pragmas that excused the place go
    in any case, and so do comments that tell why the place was chosen, once no import that they may be about stays.
    """
    first = layout.first_row(located.statement)
    if not layout.begins_row(layout.statement_start(located.statement)):
        return 0, ()
    lead = layout.comments_above(first)
    rows = range(lead, first)
    texts = [layout.comments[row].text for row in rows]
    kept = tuple(text for text in map(without_local_pragmas, texts) if text)
    if not kept:
        return (lead if texts else 0), ()
    if not _stands_alone(layout, located, moving, kept):
        return 0, ()
    if not isinstance(located.statement, Import) or not _tells_of_place(layout, located, kept):
        return lead, kept
    below = next((one for one in located.block[located.number :] if one.span not in moving), None)
    above = layout.first_row(below) - 1 if isinstance(below, Import) else 0
    is_shared = above > 0 and not layout.is_blank(above) and layout.own_comment(above) is None
    return (0, ()) if is_shared else (lead, ())


_LOG_LINE = re.compile(r"(?:\w*log\w*\.(?:debug|info|warning|error)|print)\(", re.IGNORECASE)
_KEYWORDS = re.compile(r"\b(\w+)\s*=(?!=)")
# How long a word of a keyword has to be to tell that a comment speaks of it: `endpoint`, but not `name`.
_TELLING = 6


def reasons(layout: Layout, value: Span) -> tuple[int, tuple[str, ...]]:
    """The comments above an assignment of a value that tell why it is as it is: the row of the first, and their texts.

    0 and nothing where none do.
    """
    statement = _assignment(layout, value)
    if statement is None or not layout.begins_row(layout.statement_start(statement)):
        return 0, ()
    given = set(_KEYWORDS.findall(layout.source.slice(value)))
    named = {word for keyword in given for word in keyword.lower().split("_") if len(word) >= _TELLING}
    first = layout.first_row(statement)
    lead = layout.comments_above(first)
    is_direct = lead < first
    if not is_direct:
        first = _above_log_lines(layout, layout.locate(statement.span), named)
        lead = layout.comments_above(first)
    texts = tuple(layout.comments[row].text for row in range(lead, first))
    is_reason = _OF_REASONS.search(" ".join(texts)) is not None  # one that begins "otherwise" goes on from code above
    is_told = (is_direct and is_reason) or not named.isdisjoint(_said(texts))
    is_told = is_told and not any(map(is_commented_out, texts))
    return (lead, texts) if is_told else (0, ())


def _assignment(layout: Layout, value: Span) -> Assign | None:
    """The assignment whose whole value has a span."""
    found = (one.statement for one in layout.located.values())
    return next((s for s in found if isinstance(s, Assign) and s.value is not None and s.value.span == value), None)


def _above_log_lines(layout: Layout, located: Located, named: Set[str]) -> int:
    """The row of the first of the lines directly above a statement that log, and say nothing of what is `named`."""
    row = layout.first_row(located.statement)
    for other in reversed(located.block[: located.number]):
        text = layout.source.slice(other.span)
        is_log = isinstance(other, ExprStmt) and _LOG_LINE.match(text) is not None and layout.last_row(other) == row - 1
        if not is_log or not named.isdisjoint(_said((text.replace("_", " "),))):
            break
        row = layout.first_row(other)
    return row


def told_above(layout: Layout, located: Located, moving: frozenset[Span], *, of_making: bool = False) -> int:
    """The row of the first comment directly above a statement, where they speak of that alone; else 0.

    The statement is a line that logs, or with `of_making` one that makes an object.
    """
    first = layout.first_row(located.statement)
    lead = layout.comments_above(first)
    if lead == first or not layout.begins_row(layout.statement_start(located.statement)):
        return 0
    texts = tuple(layout.comments[row].text for row in range(lead, first))
    said = _said(texts)
    if of_making:
        return lead if says_making(texts, layout.source.slice(located.statement.span)) else 0
    if any(map(is_commented_out, texts)):
        return 0
    if said.isdisjoint(_OF_LOGGING):
        return 0
    speaks_of_it = (
        said <= _OF_LOGGING | _OF_WHAT_IS_LOGGED
        or not said.isdisjoint(_OF_ALL_OF_IT)
        or _stands_alone(layout, located, moving, texts)
    )
    return lead if speaks_of_it else 0


def says_making(texts: tuple[str, ...], code: str, *, by_name: bool = False) -> bool:
    """Whether texts say of code that it makes an object, and nothing more: "Initialize the EventBridge client".

    With `by_name` they have to say that it creates it, what that is for, and its kind: "Initialize" will not do.
    """
    said, own = _said(texts), _named(code)
    if not said & _MAKING or not said <= _MAKING | _OF_WHAT_IS_MADE | own:
        return False
    return not by_name or all(map(said.intersection, (_CREATING, _KINDS, own - _MAKING - _OF_WHAT_IS_MADE)))


def _named(code: str) -> set[str]:
    """The words of code that makes an object, and those by which prose calls the service that it names."""
    return _said((code.replace("-", " "),)).union(*map(words_of, _QUOTED.findall(code)))


def is_like(words: Iterable[str], code: str) -> bool:
    """Whether some words are of a kind of object, or are words of code that makes one: of `sqs_client`, both."""
    own = _said((code,)) - _MAKING - _OF_WHAT_IS_MADE
    return not (_KINDS | own).isdisjoint(_said(tuple(words)))


def tells_of_creating(layout: Layout, value: Span) -> tuple[int, tuple[str, ...]]:
    """The comments directly above an assignment of a value that say no more than that it is created, like `reasons`."""
    statement = _assignment(layout, value)
    if statement is None or reasons(layout, value)[1]:
        return 0, ()
    lead = told_above(layout, layout.locate(statement.span), frozenset(), of_making=True)
    texts = tuple(layout.comments[row].text for row in range(lead, layout.first_row(statement))) if lead else ()
    return (0, ()) if _said(texts).isdisjoint(_CREATING) else (lead, texts)


def trailing(layout: Layout, located: Located, moving: frozenset[Span]) -> str:
    """The comment behind a statement that goes, unless it stays for statements on the same row that stay."""
    row = layout.last_row(located.statement)
    rest = layout.text[layout.end(located.statement.span) : layout.row_end(row)].strip("; \t")
    on_row = [member.span for member in located.block if member.span.end_row == row and member.span.row <= row]
    is_free = layout.begins_row(layout.start(on_row[0])) and all(span in moving for span in on_row)
    if not (rest.startswith("#") and is_free):
        return ""
    is_told = isinstance(located.statement, Import) and _tells_of_place(layout, located, (without_local_pragmas(rest),))
    return "" if is_told else rest


def _stands_alone(layout: Layout, located: Located, moving: frozenset[Span], texts: tuple[str, ...]) -> bool:
    """Whether comments above a statement speak of it alone."""
    if isinstance(located.statement, Import):
        return speaks_of_import(layout, located, moving, texts)
    below = layout.last_row(located.statement) + 1
    is_last = located.number == len(located.block) - 1
    if is_last or located.block[located.number + 1].span in moving:
        return True
    return bool(layout.is_blank(below) or layout.own_comment(below))


def speaks_of_import(layout: Layout, located: Located, moving: frozenset[Span], texts: tuple[str, ...]) -> bool:
    """Whether comments above an import speak of it, rather than of what is done with it."""
    said = _said(texts)
    if _says_import(texts[:2]):
        return True
    last = located.number
    while last + 1 < len(located.block) and located.block[last + 1].span in moving:
        if not _is_below(layout, located, last):
            break
        last += 1
    is_followed = last + 1 < len(located.block) and _is_below(layout, located, last)
    if is_followed:
        return False
    return len(said & (_OF_IMPORTS | _OF_LONE_IMPORTS)) >= len(texts)


def _says_import(texts: tuple[str, ...]) -> bool:
    """Whether comments speak of importing: "Import here …", "to import …", but not "Start import workflow"."""
    said = _said(texts)
    return not said.isdisjoint(_OF_IMPORTS - {"import"}) or any(map(_IMPORTS.search, texts))


def _tells_of_place(layout: Layout, located: Located, texts: tuple[str, ...]) -> bool:
    """Whether the comments of an import tell why it stands where it does, that it is one, or what it says itself."""
    said, own = _said(texts), _said((layout.source.slice(located.statement.span).replace("_", " "),))
    if said <= _OF_ANY_IMPORT or (said <= _OF_ANY_IMPORT | own | _LINKING and not said.isdisjoint(_OF_IMPORTS)):
        return True
    return not _said(texts[:2]).isdisjoint(_OF_IMPORTS) and any(map(_OF_PLACE.search, texts[:2]))


def is_commented_out(comment: str) -> bool:
    """Whether a comment is code that does not run."""
    code = comment.lstrip("#").strip()
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return False
    plain = (ast.Name, ast.Constant, ast.Tuple)
    return any(not (isinstance(statement, ast.Expr) and isinstance(statement.value, plain)) for statement in body)


def _said(texts: tuple[str, ...]) -> set[str]:
    """The words of comments."""
    return {word.lower() for text in texts for word in _WORDS.findall(text)}


def _is_below(layout: Layout, located: Located, number: int) -> bool:
    """Whether the statement behind that of a number in a block stands directly below it."""
    below = layout.last_row(located.block[number]) + 1
    return layout.first_row(located.block[number + 1]) <= below
