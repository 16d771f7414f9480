"""The rules that a reader checked by hand are those that drafting still writes, and nearly all were right."""

from pathlib import Path

from prescreen.catalog.base.yaml_documents import Document
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.catalog.criterion_comments import pieces_stand
from prescreen.eligibility.criteria.rules import Rule
from tests.catalog.authoring.marked import Mark, Reading, marked_records
from tests.catalog.authoring.sampled import (
    HAND_CHECKED,
    Checked,
    Judgment,
    Ruled,
    hand_checked,
    ruled_in,
    shipped_bank,
    shipped_interpreter,
)
from tests.sources import FOLDER, with_sources

CHECKED = hand_checked()
GOOD = {Judgment.RIGHT, Judgment.PART}
LEAST_GOOD, MOST_WRONG = 0.98, 0.005


def rule_of(checked: Checked) -> Rule:
    document = Document(HAND_CHECKED.name)
    rule = RuleReader(document, shipped_bank().bank.questions).rule(checked.rule, ())
    assert rule is not None, document.faults
    return rule


def drafted(records: set[str]) -> dict[tuple[str, str, str], Ruled]:
    files = [Path(FOLDER or "", record) for record in sorted(records)]
    return {one.key: one for file in files for one in ruled_in(file, shipped_interpreter())}


def is_of(ruled: Ruled, mark: Mark) -> bool:
    return ruled.kind is mark.kind and pieces_stand(mark.words, ruled.words)


def is_drafted(checked: Checked, now: dict[tuple[str, str, str], Ruled]) -> bool:
    return checked.key in now and now[checked.key].rule == rule_of(checked)


def test_no_criterion_is_checked_twice_and_each_that_is_not_right_says_why():
    assert len({one.key for one in CHECKED}) == len(CHECKED)
    assert [one.words for one in CHECKED if one.judgment is not Judgment.RIGHT and not one.why] == []


@with_sources
def test_drafting_still_writes_each_rule_that_was_found_good():
    now = drafted({one.record for one in CHECKED})
    renew = [
        (one.record, one.words, now[one.key].rule if one.key in now else None)
        for one in CHECKED
        if one.judgment in GOOD and not is_drafted(one, now)
    ]

    assert renew == [], "check these by hand, and renew them in hand_checked.yaml"


@with_sources
def test_nearly_all_rules_that_are_drafted_as_checked_are_right_or_a_true_part():
    now = drafted({one.record for one in CHECKED})
    still = [one for one in CHECKED if is_drafted(one, now)]
    bad = [(one.record, one.words, one.why) for one in still if one.judgment not in GOOD]
    wrong = sum(one.judgment is Judgment.WRONG for one in still)

    assert len(bad) <= (1 - LEAST_GOOD) * len(still), bad
    assert wrong <= MOST_WRONG * len(still), bad


@with_sources
def test_a_rule_is_called_exact_only_where_the_reader_found_it_right():
    now = drafted({one.record for one in CHECKED})

    assert [
        one.words for one in CHECKED if one.judgment is Judgment.PART and one.key in now and now[one.key].is_exact
    ] == []


@with_sources
def test_no_rule_is_drafted_where_a_careful_reader_found_none():
    unexpected = []
    for marked in marked_records():
        ruled = list(ruled_in(Path(FOLDER or "", marked.record), shipped_interpreter()))
        none = [mark for mark in marked.marks if mark.verdict is Reading.NONE]
        unexpected += [(marked.record, mark.words, one.rule) for mark in none for one in ruled if is_of(one, mark)]

    assert unexpected == [], "judge these by hand; correct the mark or mend the rule"
