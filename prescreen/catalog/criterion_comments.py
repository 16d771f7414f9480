"""Comments above the criteria of a trial's file: what a criterion quotes of its source, and what drafting left open.

`# Record: ` begins words of the source, ` ... ` stands for what is left out, `# Record (field): ` names a field of the
record. `# Draft: ` begins what the author still has to look at. Lines that are indented further go on with what stands
above them.
"""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_CRITERION = re.compile(r"^ +- (?:\{ *)?id: *([\w-]+)")
_RECORD = re.compile(r"^ *# Record(?: \((?P<field>\w+)\))?: (?P<words>.+)$")
_DRAFT = re.compile(r"^ *# Draft: (?P<words>.+)$")
_CONTINUED = re.compile(r"^ *#   (?P<words>.*)$")
_ELISION = re.compile(r"\s*\.\.\.\s*")


@dataclass(frozen=True, slots=True)
class Quote:
    """The words of the record above a criterion, and the field they are from where they name one."""

    words: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Comments:
    """What stands above one criterion: its quotes, and what its author still has to look at."""

    quotes: tuple[Quote, ...] = ()
    drafted: tuple[str, ...] = ()


def comments_of(text: str, criterion_ids: Collection[str]) -> dict[str, Comments]:
    """Return the comments directly above each of these criteria in the text of a trial's file, empty where none are."""
    found, above = {name: Comments() for name in criterion_ids}, list[str]()
    for line in text.partition("\ncases:")[0].splitlines():
        begins = _CRITERION.match(line)
        if begins and begins[1] in found:
            found[begins[1]] = _read(above)
        above = [*above, line] if line.lstrip(" ").startswith("#") and line.startswith(" ") else []
    return found


def _read(comment: list[str]) -> Comments:
    entries = list(_entries(comment))
    quotes = tuple(Quote(words, field) for is_quote, field, words in entries if is_quote)
    return Comments(quotes, tuple(words for is_quote, _, words in entries if not is_quote))


def _entries(comment: list[str]) -> Iterator[tuple[bool, str | None, str]]:
    """Yield each quote and remark: whether it is a quote, its field, and its words."""
    entry: tuple[bool, str | None, str] | None = None
    for line in comment:
        if goes_on := _CONTINUED.match(line):
            entry = entry and (*entry[:2], f"{entry[2]} {goes_on['words'].strip()}")
            continue
        if entry:
            yield entry
        quote, draft = _RECORD.match(line), _DRAFT.match(line)
        entry = (True, quote["field"], quote["words"].strip()) if quote else None
        entry = (False, None, draft["words"].strip()) if draft else entry
    if entry:
        yield entry


def drafted_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each remark of drafting in the head of a file, above what is not a criterion."""
    for number, line in enumerate(text.partition("\ninclusion:")[0].partition("\nexclusion:")[0].splitlines(), 1):
        if draft := _DRAFT.match(line):
            yield number, draft["words"].strip()


def pieces(words: str) -> tuple[str, ...]:
    """Return the plain pieces of a quote between its elisions."""
    return tuple(piece for part in _ELISION.split(words) if (piece := plain(part)))


def place_of(piece: str, text: str, start: int = 0) -> int:
    """Return where a plain piece stands in a plain text, from `start` on, with whole words and numbers; -1 if nowhere.

    >>> place_of("score of 9", "a score of 90, a score of 9.5, a score of 9")
    33
    """
    place = text.find(piece, start)
    while place >= 0 and (_is_within(text, place) or _is_within(text, place + len(piece))):
        place = text.find(piece, place + 1)
    return place


_POINTS = ".,"


def _is_within(text: str, place: int) -> bool:
    """Whether a place lies within a word or a number."""
    before, after = text[max(0, place - 2) : place], text[place : place + 2]
    if not before or not after:
        return False
    left, right = before[-1], after[0]
    if (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit()):
        return True
    ends = left.isdigit() and right in _POINTS and after[1:].isdigit()
    return ends or (right.isdigit() and left in _POINTS and before[:-1].isdigit())


def pieces_stand(words: str, text: str) -> bool:
    """Return whether the words between elisions stand in a text in their order."""
    whole, place, wanted = plain(text), 0, pieces(words)
    for piece in wanted:
        found = place_of(piece, whole, place)
        if found < 0:
            return False
        place = found + len(piece)
    return bool(wanted)


_DASHES = "\N{EN DASH}\N{EM DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{MINUS SIGN}"
_SIGNS = str.maketrans({**dict.fromkeys(_DASHES, "-"), **dict.fromkeys("\u200b\ufeff\\")})
_QUOTES = re.compile("[\"'\u2018-\u201f`*\u2022]")


def plain(text: str) -> str:
    r"""Return a text without case, quotes, bullets and escapes, and with single blanks.

    >>> plain("* Age \\> 18  years&nbsp;(“adult”)")
    'age > 18 years (adult)'
    """
    unquoted = _QUOTES.sub(" ", html.unescape(text).translate(_SIGNS))
    return " ".join(unquoted.casefold().split()).replace("( ", "(").replace(" )", ")")
