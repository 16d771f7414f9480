"""What a change of a registry's criteria means for a trial's file: which criteria and rules its words touch.

A criterion quotes the words of the record that it was made from. Where they no longer stand there, or the record has a
criterion that none quotes, the record has changed under the file, whatever the dates say.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prescreen.catalog.base.yaml_documents import Document, parse
from prescreen.catalog.criteria.trial_reader import criterion_entries
from prescreen.catalog.criterion_comments import Comments, Quote, comments_of, pieces, pieces_stand, plain
from prescreen.catalog.flow_yaml import flow
from prescreen.catalog.registry.quoted_words import QuotedWords, quotable_text
from prescreen.catalog.registry.word_changes import WordChange, word_changes
from prescreen.catalog.sources.source_record import SourceRecord, criteria_of
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

LEAST_ALIKE = 0.5
"""A criterion of the record is the new wording of one that is gone if so large a share of their words is the same."""
LIMITS = ("minimumAge", "maximumAge", "sex", "healthyVolunteers")
"""Fields that decide who may come. One that is absent sets no limit."""


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
class Added:
    """A criterion of the record that no criterion of the file was made from, in the record's words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class TextChanges:
    """What changed in the words of a record. `words` differ from the text that the file was made from.

    `is_quoted` says whether the file quotes any words: without quotes no criterion can be named.
    """

    touched: tuple[Touched, ...] = ()
    added: tuple[Added, ...] = ()
    words: tuple[WordChange, ...] = ()
    is_quoted: bool = True

    def __bool__(self) -> bool:
        """Whether anything changed, so that the file is stale."""
        return bool(self.touched or self.added or self.words)


def watched_text(record: SourceRecord) -> str:
    """Return all words of a record that decide who may come: its criteria, and the fields that set limits."""
    fields = [f"{name}: {record.fields[name]}" for name in LIMITS if name in record.fields]
    return "\n".join([*fields, record.criteria_text])


def text_changes(file_text: str, record: SourceRecord, base: str | None) -> TextChanges:
    """Return what changed for the criteria of a file, whose text is given, in its record.

    `base` is the `watched_text` of the record that the file was made from, None where it was never seen. Of a file that
    quotes no words, what is new can be told only from that.
    """
    document = Document("")
    parse(file_text, document)
    criteria = {str(one["id"]): (kind, one) for kind, one, _ in criterion_entries(document.data) if "id" in one}
    comments = comments_of(file_text, criteria)
    quotes = [quote for one in comments.values() for quote in one.quotes]
    quoted, listed = QuotedWords.of(quotable_text(record), file_text, quotes), criteria_of(record)
    # What is quoted as it stands is the new wording of nothing.
    new_words = [one.quote for one in listed if not quoted.has_all_of(one)]
    touched = [
        Touched(name, kind, flow(one["rule"]) if one.get("rule") else "left to the team", quote.field, quote.words, new)
        for name, (kind, one) in criteria.items()
        for quote, new in _gone(comments[name], record, new_words)
    ]
    is_quoted, told = any(one.field is None for one in quotes), {one.new for one in touched}
    unquoted = [one for one in listed if (quoted.left_of(one) if is_quoted else _is_new(one, base))]
    return TextChanges(
        touched=tuple(touched),
        added=tuple(Added(str(one.kind), one.quote) for one in unquoted if one.quote not in told),
        words=tuple(word_changes(base, watched_text(record)) if base is not None else ()),
        is_quoted=is_quoted,
    )


def _is_new(criterion: SourceCriterion, base: str | None) -> bool:
    return base is not None and not pieces_stand(criterion.quote, base)


def _gone(comments: Comments, record: SourceRecord, new_words: Sequence[str]) -> Iterator[tuple[Quote, str]]:
    """Yield each quote that no longer stands in the record, with what stands there now or ""."""
    for quote in comments.quotes:
        if not _stands(quote, record):
            yield quote, record.fields.get(quote.field, "") if quote.field else _nearest(quote.words, new_words)


def _stands(quote: Quote, record: SourceRecord) -> bool:
    if quote.field in LIMITS:
        return plain(record.fields.get(quote.field, "")) == plain(quote.words)
    named = record.fields.get(quote.field or "", "")
    return pieces_stand(quote.words, named) or pieces_stand(quote.words, quotable_text(record))


def _nearest(words: str, listed: Sequence[str]) -> str:
    """Return the criterion that is most like some words; "" where none is."""
    alike, best, ratio = difflib.SequenceMatcher(autojunk=False), "", LEAST_ALIKE
    alike.set_seq2(" ".join(pieces(words)).split())
    for one in listed:
        alike.set_seq1(plain(one).split())
        # The cheap looks come first: a record may have thousands of criteria.
        if min(alike.real_quick_ratio(), alike.quick_ratio()) >= ratio and (found := alike.ratio()) >= ratio:
            best, ratio = one, found
    return best
