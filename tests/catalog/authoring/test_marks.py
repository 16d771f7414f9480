"""The hand marks stand in their records, their rules can be read, and the splitting finds what they mark."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.catalog.criterion_comments import pieces, pieces_stand, plain
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion
from tests.catalog.authoring.marked import (
    Mark,
    MarkedRecord,
    Reading,
    covers,
    found,
    is_glued,
    marked_records,
    recall,
    report,
    text_of,
)
from tests.catalog.authoring.report_marks import all_found
from tests.catalog.authoring.sampled import shipped_bank
from tests.sources import FOLDER, with_sources

RECORDS = marked_records()
LEAST_RECALL = 0.97
MOST_GLUED = 1
"""In one record a criterion stands indented below the last number of a definition."""
each_record = pytest.mark.parametrize("marked", RECORDS, ids=[one.record for one in RECORDS])


def criterion(text: str, kind: Kind = Kind.EXCLUSION, lead: str = "") -> SourceCriterion:
    return SourceCriterion(kind, text, f"{lead} ... {text}" if lead else text, lead)


def mark(words: str, number: int = 0, kind: Kind = Kind.EXCLUSION) -> Mark:
    return Mark(number, kind, words, Reading.NONE)


def test_twenty_records_are_marked_with_all_their_criteria():
    assert len(RECORDS) == 20
    assert 300 <= sum(len(one.marks) for one in RECORDS) <= 350


@with_sources
@each_record
def test_every_marked_word_stands_in_its_record(marked: MarkedRecord):
    text = text_of(Path(FOLDER or "", marked.record))

    assert [one.words for one in marked.marks if not pieces_stand(one.words, text)] == []


@with_sources
@each_record
def test_marks_follow_one_another_as_in_the_record(marked: MarkedRecord):
    rest = plain(text_of(Path(FOLDER or "", marked.record)))
    for one in marked.marks:
        _, found_it, rest = rest.partition(pieces(one.words)[0])

        assert found_it, one.words


def test_every_marked_rule_can_be_read_against_the_bank():
    questions = shipped_bank().bank.questions
    for marked in RECORDS:
        reader = RuleReader(marked.document, questions)
        for one in marked.marks:
            assert (one.rule is None) == (one.verdict is Reading.NONE), (marked.record, one.words)
            if one.rule is not None:
                reader.rule(one.rule, ("criteria", one.number, "rule"))

        assert [str(fault) for fault in marked.document.faults] == [], marked.record


@with_sources
def test_splitting_finds_what_a_careful_reader_finds_and_glues_next_to_nothing():
    everything = all_found(Path(FOLDER or ""), RECORDS)
    said = "\n".join(report(everything))
    sys.stdout.write(said)

    assert recall(everything) >= LEAST_RECALL, said
    assert sum(len(record.glued) for record in everything) <= MOST_GLUED, said


def test_a_criterion_covers_the_words_it_holds_and_those_of_which_it_is_most():
    assert covers(criterion("* Osteoporosis, or weak bones"), mark("osteoporosis"))
    assert covers(criterion("weak bones of old age"), mark("very weak bones of old age"))
    assert covers(criterion("Failed care (pills, rest) for 3 months"), mark("Failed care ... for 3 months"))
    assert not covers(criterion("weak bones"), mark("weak bones of old age in the spine"))
    assert not covers(criterion("Osteoporosis"), mark("Osteoporosis", kind=Kind.INCLUSION))
    assert not covers(criterion("Traumatic past"), mark("Trauma"))


def test_a_criterion_over_two_marks_is_glued_but_not_where_its_lead_or_a_longer_mark_holds_the_other():
    both = (mark("Has gout"), mark("Has lupus", 1))

    assert is_glued(criterion("Has gout.• Has lupus"), both)
    assert not is_glued(criterion("Has gout"), both)
    assert not is_glued(criterion("Has lupus", lead="Has gout, and"), both)
    assert not is_glued(criterion("Opioids within 6 months"), (mark("Opioids"), mark("Opioids within 6 months", 1)))


def test_the_report_names_what_was_missed_glued_and_never_marked():
    whole = replace(
        RECORDS[0], record="trials/x.json", marks=(mark("Has gout"), mark("Has lupus", 1), mark("Is ill", 2))
    )
    lines = list(report([found(whole, [criterion("Has gout; has lupus"), criterion("Smokes")])]))

    assert lines == [
        "3 marks: recall 66.7%, 1 criteria glued, 1 that nobody marked",
        "trials/x.json: missed exclusion 'Is ill'",
        "trials/x.json: glued 'Has gout; has lupus'",
        "trials/x.json: not marked exclusion 'Smokes'",
    ]
