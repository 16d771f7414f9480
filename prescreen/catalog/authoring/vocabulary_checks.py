"""Checks of the vocabulary for authors: that its bounds cannot contradict each other for anybody."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from prescreen.catalog.authoring.vocabulary_reader import ReadTerm, read_terms
from prescreen.catalog.base.faults import Fault
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.possible_answers import Space, Wanted
from prescreen.eligibility.interpretation.vocabulary import Entry


def vocabulary_faults(root: Path, on: date) -> tuple[Fault, ...]:
    """Return every fault of the vocabulary of a criteria folder, sorted by file and place."""
    bank, _ = read_redcap_codes(root)
    reading = read_terms(root, bank)
    for term in reading.read:
        _check_bounds(term, bank.bank, on)
    return tuple(sorted({fault for document in reading.documents for fault in document.faults}))


def _check_bounds(term: ReadTerm, bank: QuestionBank, on: date) -> None:
    """Report a sufficient rule that fits somebody whom the necessary rule leaves out: one of them is wrong."""
    for words, sufficient, necessary in _pairs(term.entry):
        if sufficient is not None and necessary is not None and _contradict(sufficient, necessary, bank, on):
            message = f"somebody may fit what is sufficient{words} and not what is necessary{words}; one is wrong"
            term.document.report(term.steps, message)


def _pairs(entry: Entry) -> Iterator[tuple[str, Rule | None, Rule | None]]:
    """Yield pairs of rules of which the first must imply the second, and the words for when."""
    yield "", entry.said.sufficient, entry.said.necessary
    for words, one in ((" now", entry.now), (" ever", entry.ever)):
        if one is not None:
            yield words, one.sufficient, one.necessary
    if entry.now and entry.ever:
        yield " now, or ever,", entry.now.sufficient, entry.ever.necessary
    spans = [meaning for _, meaning in entry.within]
    for place, shorter in enumerate(spans):
        for longer in spans[place:]:
            yield " within a span", shorter.sufficient, longer.necessary


def _contradict(sufficient: Rule, necessary: Rule, bank: QuestionBank, on: date) -> bool:
    if sufficient == necessary:
        return False
    space = Space.of((sufficient, necessary), bank, on)
    wishes = ((Wanted(sufficient, Truth.TRUE, {}),), (Wanted(necessary, Truth.FALSE, {}),))
    return space.answers_with(wishes) is not None
