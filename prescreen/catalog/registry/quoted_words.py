"""Which words of a record the comments of a trial's file quote, and so which of its criteria the file was made from."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prescreen.catalog.criterion_comments import Quote, pieces, place_of, plain
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

MOST_LEFT = 3
"""So many telling words of a criterion in a row may be left out of the quotes."""

_WORD = re.compile(r"[^\W_]+")
_IN_QUOTES = re.compile('"([^"]{3,})"')
_COMMENT = re.compile(r"^ *# ?(.*)$", re.MULTILINE)
_EMPTY = re.compile(
    "about|after|also|been|before|being|both|does|during|each|from|have|having|into|more|must|only|other|over|shall|"
    "should|such|than|that|their|them|then|there|these|they|this|those|under|used|using|very|were|what|when|which|"
    "while|will|with|within|would|(?:patient|subject|participant)s?"
)
_SHORTEST_WORD = 4


def quotable_text(record: SourceRecord) -> str:
    """Return all free text of a record that criteria may quote."""
    listed = [one.text for one in record.criteria]
    told = [record.title, record.official_title, record.summary, record.description, *record.conditions]
    return "\n".join([record.criteria_text, *listed, *told])


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """The plain text of a source, and for each of its signs whether a comment of the file quotes it."""

    text: str
    signs: bytearray

    @classmethod
    def of(cls, source: str, file: str, quotes: Sequence[Quote]) -> "QuotedWords":
        """Return what the comments in the text of a file, and these quotes of it, quote of the text of a source."""
        found = cls(plain(source), bytearray(len(plain(source))))
        remarks = " ".join(_COMMENT.findall(file))
        for words in (*(one.words for one in quotes if one.field is None), *_IN_QUOTES.findall(remarks)):
            for piece in pieces(words):
                found._mark(piece)
        return found

    def _mark(self, piece: str) -> None:
        place = place_of(piece, self.text)
        while place >= 0:
            self.signs[place : place + len(piece)] = b"\1" * len(piece)
            place = place_of(piece, self.text, place + 1)

    def left_of(self, criterion: SourceCriterion) -> bool:
        """Whether more of a criterion is left out than its quotes may leave, a number, or all of it."""
        words = list(self._words(criterion))
        runs = "".join("x" if quoted else "." for _, quoted in words).split("x")
        left = [word for word, quoted in words if not quoted]
        return bool(words) and (len(max(runs)) > MOST_LEFT or len(left) == len(words) or any(map(str.isdigit, left)))

    def has_all_of(self, criterion: SourceCriterion) -> bool:
        """Whether every telling word of a criterion is quoted."""
        return all(quoted for _, quoted in self._words(criterion))

    def _words(self, criterion: SourceCriterion) -> Iterator[tuple[str, bool]]:
        """Yield each telling word of a criterion, and whether it is quoted; a word that is not found is not."""
        place = 0
        for piece in pieces(criterion.quote):
            found = place_of(piece, self.text, place)
            found = place_of(piece, self.text) if found < 0 else found
            for word in _WORD.finditer(piece):
                if _is_telling(word[0]):
                    yield word[0], found >= 0 and bool(self.signs[found + word.start()])
            place = max(place, found + len(piece))


def _is_telling(word: str) -> bool:
    return word.isdigit() or (len(word) >= _SHORTEST_WORD and not _EMPTY.fullmatch(word))
