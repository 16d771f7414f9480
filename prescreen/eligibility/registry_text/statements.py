"""The statements of one stretch of text: sentences that decide by themselves, semicolons, numbers within a line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prescreen.eligibility.registry_text.markers import next_sign

Span = tuple[int, int]

_STOP = re.compile(r"[.!?][\"'”’)\]]*(?:\s+(?=[\"'(“]*[A-Z≥≤>])|(?=\(?[A-Z][a-z]{2}))")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|ex|vs|etc|dr|mr|prof|approx|no|nr|fig|max|min|resp|incl|excl|ca|cf|al|st|wt|p\.?o|i\.?v)"
    r"|(?:^|[\s.(])[A-Za-z])$",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"(?:this|these|such|they|it|its|if|otherwise|however|note|for example|for instance|e\.?g|i\.?e"
    r"|in (?:case|this)|once"
    r"|see|here|therefore|thus|hence"
    r"|to confirm|the (?:same|following)|definitions?|accept(?:ed|able)|examples?|unless"
    r"|except|provided|although|only if|but|and/or|as defined|as (?:measured|determined|assessed)|where|which|that|or"
    r"|specifically|exceptions?|please)\b|[(]",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"\b(?:(?:is|are|was|were|being) defined|defined as|will (?:also )?be (?:allowed|permitted|included|eligible|done|"
    r"performed|evaluated|documented|assessed|obtained|asked|collected|considered|recorded|used|re-?\w+)"
    r"|may (?:also )?(?:still )?(?:be (?:included|eligible|allowed|enrolled|considered|re-?\w+)|include"
    r"|participate|enrol\w*)"
    r"|(?:is|are|be|remain) (?:still )?(?:eligible|allowed|permitted|acceptable|accepted|not excluded"
    r"|not exclu\w+|exempt\w*)"
    r"|(?:do|does|will|would|should) not (?:include|exclude|apply|be excluded|preclude|be exclu\w+)"
    r"|(?:would|will) (?:also )?(?:still )?(?:be eligible|meet|identify|reach)|(?:was|were) (?:performed|done|assessed|"
    r"screened|carried)|(?:is|are) to be completed|can (?:still )?be (?:included|enrolled))\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[()\[\];]")
_OPEN_LIST = re.compile(r"not limited to|any components? of", re.IGNORECASE)
_FIRST = re.compile(r"(?:(?<=\s)|(?<=[:;,(-]))(?P<sign>\(?(?:1|a|A|i|I)(?:\)|\.(?=\s)))(?=\s*[^\s\d])")
_SIGN = re.compile(r"(?:(?<=\s)|(?<=[;,(]))(?<![\d.])(?P<sign>\(?(?:\d{1,6}|[A-Za-z]{1,5})[.)])(?=\s*\D)")
_JOINS_NEXT = re.compile(r"(?<=[\s,;])(?:and/or|and|or)$")
_JOINS_LAST = re.compile(r"and\s+(?=\S)")
_WORD = re.compile(r"\w")
_IF = re.compile(r"(?:if|where|when)\b[^,]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InlineList:
    """A list within a line: what stands before it, and its members."""

    head: Span
    members: tuple[Span, ...]


def trimmed(text: str, start: int, end: int) -> Span:
    """Return a stretch without blanks, commas and semicolons around it, and without the conjunction to its neighbour.

    >>> text = "1) a cough; and 2) a fever"
    >>> text[slice(*trimmed(text, 3, 16))]
    'a cough'
    """
    while start < end and text[start] in " \t\n;,":
        start += 1
    while start < end and text[end - 1] in " \t\n;,":
        end -= 1
    if ending := _JOINS_NEXT.search(text, max(start, end - 8), end):
        return trimmed(text, start, ending.start())
    if beginning := _JOINS_LAST.match(text, start, end):
        start = beginning.end()
    return start, end


def sentences(text: str, start: int, end: int) -> list[Span]:
    """Return the sentences that decide by themselves; one that explains or limits the one before stays with it."""
    found, begins, counted, depth = list[Span](), start, start, 0
    last_bracket = text.rfind(")", start, end)
    for stop in _STOP.finditer(text, start, end):
        depth = max(0, depth + text.count("(", counted, stop.end()) - text.count(")", counted, stop.end()))
        counted = stop.end()
        if depth and stop.end() <= last_bracket:
            continue
        if _ABBREVIATED.search(text, max(start, stop.start() - 8), stop.start()):
            continue
        _add(text, found, (begins, stop.end()))
        begins, depth = stop.end(), 0
    _add(text, found, (begins, end))
    return found


def _add(text: str, found: list[Span], one: Span) -> None:
    start, end = trimmed(text, *one)
    if start >= end:
        return
    if found and (explains(text, start, end) or not _WORD.search(text, start, end) or _IF.match(text, *found[-1])):
        found[-1] = (found[-1][0], end)
    else:
        found.append((start, end))


def explains(text: str, start: int, end: int) -> bool:
    """Whether a sentence explains, allows or limits what stands before it instead of deciding by itself."""
    return bool(_FOLLOWS.match(text, start, end) or _EXPLAINS.search(text, start, end))


def semicolons(text: str, start: int, end: int) -> list[Span]:
    """Return the pieces between semicolons outside brackets; an exception stays with what it belongs to."""
    if text.find(";", start, end) < 0:
        return [(start, end)]
    found, begins = list[Span](), start
    for place in (*_outside_brackets(text, start, end), end):
        piece = trimmed(text, begins, place)
        open_list = found and _OPEN_LIST.search(text, *found[-1])
        if piece[0] < piece[1] and (open_list or (found and explains(text, *piece))):
            found[-1] = (found[-1][0], piece[1])
        elif piece[0] < piece[1]:
            found.append(piece)
        begins = place + 1
    return found


def _outside_brackets(text: str, start: int, end: int) -> Iterator[int]:
    depth = 0
    for found in _BRACKETS.finditer(text, start, end):
        if found[0] == ";":
            if depth == 0:
                yield found.start()
        else:
            depth = max(0, depth + (1 if found[0] in "([" else -1))


def inline_list(text: str, start: int, end: int) -> InlineList | None:
    """Return the list "1) ... 2) ..." or "A: b; c; d" within a stretch, None where it has none."""
    first = _FIRST.search(text, start, end)
    if first and (signs := _signs(text, first, end)):
        ends = [*(begin for begin, _ in signs[1:]), end]
        members = (trimmed(text, after, stop) for (_, after), stop in zip(signs, ends, strict=True))
        worded = tuple(one for one in members if one[0] < one[1])
        return InlineList(trimmed(text, start, signs[0][0]), worded) if worded else None
    return _after_colon(text, start, end)


def _signs(text: str, first: re.Match[str], end: int) -> list[Span]:
    """Return where the signs of a list within a line begin and end, none where there is only one."""
    found, sign = [(first.start("sign"), first.end("sign"))], next_sign(first["sign"])
    for at in _SIGN.finditer(text, first.end(), end):
        if sign and at["sign"] == sign:
            found.append((at.start("sign"), at.end("sign")))
            sign = next_sign(sign)
    return found if len(found) > 1 else []


def _after_colon(text: str, start: int, end: int) -> InlineList | None:
    colon = text.find(": ", start, end)
    if colon < 0 or text.find(";", colon, end) < 0 or text.count("(", start, colon) > text.count(")", start, colon):
        return None
    if text.find(";", start, colon) >= 0:
        return None
    members: Sequence[Span] = semicolons(text, colon + 1, end)
    return InlineList((start, colon + 1), tuple(members)) if len(members) > 1 else None
