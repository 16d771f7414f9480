"""What a careful reader marked in real records, and how much of it the splitting of their texts finds.

`marks/<id>.yaml` names a record and holds, in order, each criterion that a reader finds in its text. The smallest
statement that decides by itself is one: each member of a list under a lead, each deciding sentence of several; a list
of commas within a sentence is one, and so are "at least two of" and a lead whose members only explain. Notes and
definitions are none. `verdict` says whether the bank asks just this (`rule`), a true part of it (`part`) or nothing.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from prescreen.catalog.base.yaml_documents import Data, Document, read_document
from prescreen.catalog.criterion_comments import pieces, plain
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

MARKS = Path(__file__).parent / "marks"
LEAST_SHARE = 0.6
"""The share of a mark's words that a shorter criterion must hold to be this mark."""


class Reading(StrEnum):
    """What today's bank asks of a criterion: just this, a true part of it, or nothing."""

    RULE = "rule"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """One criterion as a reader marked it; `number` is its place in the file, from 0."""

    number: int
    kind: Kind
    words: str
    verdict: Reading
    rule: Data = None
    population: str | None = None


@dataclass(frozen=True)
class MarkedRecord:
    """A record, as `folder/file` within the folder of sources, with all that was marked in it."""

    record: str
    marks: tuple[Mark, ...]
    document: Document


@dataclass(frozen=True)
class Found:
    """How a record was split: marks that no criterion covers, criteria over several marks, criteria over none."""

    record: str
    marked: int
    missed: tuple[Mark, ...]
    glued: tuple[SourceCriterion, ...]
    unmarked: tuple[SourceCriterion, ...]


def marked_records(folder: Path = MARKS) -> tuple[MarkedRecord, ...]:
    """Return every record that was marked, in the order of their names."""
    return tuple(_marked(file) for file in sorted(folder.glob("*.yaml")))


def _marked(file: Path) -> MarkedRecord:
    document = read_document(file, file.name)
    data = document.data
    assert isinstance(data, dict), f"{file.name}: {document.faults}"
    record, criteria = data["record"], data["criteria"]
    assert isinstance(record, str), file.name
    assert isinstance(criteria, list), file.name
    return MarkedRecord(record, tuple(_mark(number, entry) for number, entry in enumerate(criteria)), document)


def _mark(number: int, entry: Data) -> Mark:
    assert isinstance(entry, dict), number
    kind, words, verdict, population = (entry.get(key) for key in ("kind", "words", "verdict", "population"))
    assert isinstance(words, str), number
    assert population is None or isinstance(population, str), words
    return Mark(number, Kind(str(kind)), words, Reading(str(verdict)), entry.get("rule"), population)


def text_of(record: Path) -> str:
    """Return the eligibility text of a registry's record."""
    text = json.loads(record.read_bytes())["protocolSection"]["eligibilityModule"]["eligibilityCriteria"]
    assert isinstance(text, str), record
    return text


def found(marked: MarkedRecord, criteria: Sequence[SourceCriterion]) -> Found:
    """Return what the criteria of a record make of its marks."""
    missed = tuple(mark for mark in marked.marks if not any(covers(one, mark) for one in criteria))
    glued = tuple(one for one in criteria if is_glued(one, marked.marks))
    unmarked = tuple(one for one in criteria if not any(covers(one, mark) for mark in marked.marks))
    return Found(marked.record, len(marked.marks), missed, glued, unmarked)


def recall(all_found: Sequence[Found]) -> float:
    """Return the share of all marks that a criterion covers."""
    marks = sum(one.marked for one in all_found)
    return (marks - sum(len(one.missed) for one in all_found)) / marks


def covers(criterion: SourceCriterion, mark: Mark) -> bool:
    """Return whether a criterion is of a mark's kind and holds its words, or most of them and nothing else."""
    own = (_statement(criterion), criterion.quote)
    return criterion.kind is mark.kind and any(
        _holds(text, mark.words) or _is_most_of(text, mark.words) for text in own
    )


def is_glued(criterion: SourceCriterion, marks: Sequence[Mark]) -> bool:
    """Return whether a criterion holds the words of two marks neither of which holds the other's."""
    held = [mark.words for mark in marks if mark.kind is criterion.kind and _holds(_statement(criterion), mark.words)]
    return any(not _holds(one, other) and not _holds(other, one) for one in held for other in held)


def _statement(criterion: SourceCriterion) -> str:
    return " ".join((criterion.text, *criterion.parts))


def _holds(text: str, words: str) -> bool:
    """Return whether the pieces of some words stand in a text in their order, each as whole words."""
    wanted = ".*?".join(rf"(?<!\w){re.escape(piece)}(?!\w)" for piece in pieces(words))
    return bool(wanted) and re.search(wanted, plain(text)) is not None


def _is_most_of(text: str, words: str) -> bool:
    return _holds(words, text) and len(plain(text).split()) >= LEAST_SHARE * len(plain(words).split())


def report(all_found: Sequence[Found]) -> Iterator[str]:
    """Yield the figures of all records in a line, then for each record what was missed, glued or is more."""
    marks, glued = sum(one.marked for one in all_found), sum(len(one.glued) for one in all_found)
    more = sum(len(one.unmarked) for one in all_found)
    yield f"{marks} marks: recall {recall(all_found):.1%}, {glued} criteria glued, {more} that nobody marked"
    for one in all_found:
        yield from (f"{one.record}: missed {mark.kind} {mark.words!r}" for mark in one.missed)
        yield from (f"{one.record}: glued {criterion.text!r}" for criterion in one.glued)
        yield from (f"{one.record}: not marked {criterion.kind} {criterion.text!r}" for criterion in one.unmarked)
