"""What a change of a registry's criteria means for a trial's file: which criteria and rules its words touch.

A criterion quotes the words of the record that it was made from. Where they no longer stand there, the record has
changed under the file, whatever the dates say.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prescreen.catalog.base.yaml_documents import Data, Document, parse
from prescreen.catalog.criteria.trial_reader import criterion_entries
from prescreen.catalog.criterion_comments import Comments, Quote, comments_of, pieces, pieces_stand, plain
from prescreen.catalog.registry.present_record import PresentRecord

LEAST_ALIKE = 0.5
"""A statement of the record is the new wording of one that is gone if so large a share of their words is the same."""
_BREAK = re.compile(r"[\n\r]+|(?<=[.;])\s+(?=[A-Z0-9*(•-])")


@dataclass(frozen=True, slots=True)
class Touched:
    """A criterion whose words changed in the record: the old words, the new ones or "", and its rule as in the file."""

    criterion: str
    kind: str
    rule: str
    field: str | None
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TextChanges:
    """What changed in the words of a record. `added` are statements that no criterion quotes and no earlier text had.

    `words` are the words that were taken out of the text that was seen before, with `-`, and put in, with `+`.
    """

    touched: tuple[Touched, ...] = ()
    added: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed, so that the file is stale."""
        return bool(self.touched or self.added or self.words)


def text_changes(file_text: str, record: PresentRecord, base: str | None) -> TextChanges:
    """Return what changed for the criteria of a file, whose text is given, in its record.

    `base` is the text of the criteria that the file was made from, None where it was never seen. Without it, what is
    new can be told only of criteria that are quoted.
    """
    document = Document("")
    parse(file_text, document)
    criteria = {str(one["id"]): (kind, one) for kind, one, _ in criterion_entries(document.data) if "id" in one}
    comments = comments_of(file_text, criteria)
    touched = [
        Touched(name, kind, _in_flow(one.get("rule")) or "left to the team", quote.field, quote.words, new)
        for name, (kind, one) in criteria.items()
        for quote, new in _gone(comments[name], record)
    ]
    if base is None or plain(base) == plain(record.criteria_text):
        return TextChanges(tuple(touched))
    added = _added(record.criteria_text, base, [quote for one in comments.values() for quote in one.quotes])
    return TextChanges(tuple(touched), tuple(added), tuple(word_changes(base, record.criteria_text)))


def _gone(comments: Comments, record: PresentRecord) -> Iterator[tuple[Quote, str]]:
    """Yield each quote that no longer stands in the record, with what stands there now or ""."""
    for quote in comments.quotes:
        if quote.field and quote.field in record.values:
            if plain(quote.words) not in map(plain, record.values[quote.field]):
                yield quote, " | ".join(record.values[quote.field])
        elif quote.field in _FIELDS:
            yield quote, ""
        elif not any(pieces_stand(quote.words, text) for text in (record.criteria_text, *record.texts)):
            yield quote, _nearest(quote.words, record.criteria_text)


_FIELDS = frozenset({"minimumAge", "maximumAge", "sex", "healthyVolunteers"})
"""Fields whose absence says something: no limit."""


def _nearest(words: str, text: str) -> str:
    """Return the statement of a text that is most like some words; "" where none is."""
    wanted, best, ratio = " ".join(pieces(words)).split(), "", LEAST_ALIKE
    for statement in statements(text):
        alike = difflib.SequenceMatcher(None, wanted, plain(statement).split(), autojunk=False)
        if alike.quick_ratio() >= ratio and (found := alike.ratio()) >= ratio:
            best, ratio = statement, found
    return best


def statements(text: str) -> list[str]:
    """Return the lines and sentences of a text, with single blanks."""
    return [words for part in _BREAK.split(text) if (words := " ".join(part.split()).lstrip("*•- "))]


def _added(text: str, base: str, quotes: Sequence[Quote]) -> Iterator[str]:
    """Yield the statements of a text that did not stand in an earlier one, and of which no criterion quotes a word."""
    before, quoted = plain(base), [piece for quote in quotes for piece in pieces(quote.words)]
    for statement in statements(text):
        words = plain(statement)
        if words not in before and not any(piece in words or words in piece for piece in quoted):
            yield statement


def word_changes(old: str, new: str) -> Iterator[str]:
    """Yield the words of a text that are gone, with `- `, and that are new, with `+ `, in their order.

    >>> list(word_changes("Age 18 years or older. No gout.", "Age 21 years or older. No gout."))
    ['- 18', '+ 21']
    """
    before, after = plain(old).split(), plain(new).split()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            yield f"- {' '.join(before[start:end])}"
        if tag in ("replace", "insert"):
            yield f"+ {' '.join(after[new_start:new_end])}"


def _in_flow(data: Data) -> str:
    """Return a rule in one line of YAML; "" where there is none.

    >>> _in_flow({"age": {"min": "18"}, "not": {"signs": {"any_of": ["fever", "weakness"]}}})
    '{age: {min: 18}, not: {signs: {any_of: [fever, weakness]}}}'
    """
    if isinstance(data, dict):
        return "{" + ", ".join(f"{key}: {_in_flow(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(_in_flow, data)) + "]"
    return data or ""
