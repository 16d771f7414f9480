"""The rules that a reader checked by hand are those that drafting still writes, and nearly all were right."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from prescreen.catalog.base.yaml_documents import Document
from prescreen.catalog.criteria.rule_reader import RuleReader
from prescreen.catalog.criterion_comments import pieces_stand
from prescreen.eligibility.criteria.rules import Rule
from tests.catalog.authoring.marked import Mark, Reading, marked_records
from tests.catalog.authoring.report_checked import COUNT, GOOD, figures, not_judged, report
from tests.catalog.authoring.sampled import (
    HAND_CHECKED,
    Checked,
    Judgment,
    Numbers,
    Ruled,
    hand_checked,
    ruled_in,
    shipped_bank,
    shipped_interpreter,
)
from tests.sources import BACK, FOLDER, with_sources

CHECKED = hand_checked()
GUIDE = Path(__file__).parents[3] / "docs" / "drafting.md"
LEAST_GOOD, MOST_WRONG, LEAST_NUMBERS_RIGHT, MOST_NUMBERS_LOST = 0.98, 0.005, 0.99, 0.02
RIGHT, WRONG = (replace(CHECKED[0], judgment=one, numbers=Numbers.NONE) for one in (Judgment.RIGHT, Judgment.WRONG))


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
    assert [one.words for one in CHECKED if one.numbers is Numbers.LOST and not one.why] == []


def test_two_hundred_rules_of_back_records_are_checked():
    assert len(CHECKED) == COUNT
    assert {one.record.partition("/")[0] for one in CHECKED} == {BACK}


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
def test_nearly_all_rules_that_are_drafted_as_checked_are_right_or_a_true_part_and_so_are_their_numbers():
    now = drafted({one.record for one in CHECKED})
    still = [one for one in CHECKED if is_drafted(one, now)]
    said, found = "\n".join(report(still)), figures(still)
    sys.stdout.write(said)

    assert found.good >= LEAST_GOOD, said
    assert found.wrong <= MOST_WRONG, said
    assert found.numbers_right >= LEAST_NUMBERS_RIGHT, said
    assert found.numbers_lost <= MOST_NUMBERS_LOST, said


def test_one_wrong_rule_in_four_is_counted_as_such():
    found = figures([RIGHT, RIGHT, RIGHT, WRONG])

    assert (found.rules, found.good, found.wrong, found.too_wide) == (4, 0.75, 0.25, 0)


@pytest.mark.parametrize(
    ("numbers", "right", "lost"),
    [
        ([Numbers.RIGHT, Numbers.NONE], 1, 0),
        ([Numbers.RIGHT, Numbers.WRONG], 0.5, 0),
        ([Numbers.RIGHT, Numbers.LOST], 1, 0.5),
        ([Numbers.NONE], 1, 0),
    ],
)
def test_a_lost_number_is_counted_beside_right_and_wrong_ones(numbers: list[Numbers], right: float, lost: float):
    found = figures([replace(RIGHT, numbers=one) for one in numbers])

    assert (found.numbers_right, found.numbers_lost) == (right, lost)


def test_the_report_names_each_bad_rule_and_each_lost_number_with_its_reason():
    lines = list(report([RIGHT, replace(WRONG, words="Gout", why="no gout"), replace(RIGHT, numbers=Numbers.LOST)]))

    assert lines[0] == "3 rules: 66.7% right or a true part, 33.3% wrong, 0.0% too wide"
    assert lines[1] == "1 with numbers: 100.0% of those in rules right, 100.0% lost"
    assert [("Gout" in line, "number lost" in line) for line in lines[2:]] == [(True, False), (False, True)]


def test_the_guide_says_the_figures_of_the_list():
    of = figures(CHECKED)
    _, _, section = GUIDE.read_text(encoding="utf-8").partition(f"| of the {of.rules} rules | |\n")
    shares = [f"{100 * one:.3g} %" for one in (of.good, of.wrong, of.too_wide, of.numbers_right, of.numbers_lost)]

    assert re.findall(r" \| ([\d.]+(?: %)?) \|$", section, re.MULTILINE) == [
        *shares[:3],
        str(of.with_numbers),
        *shares[3:],
    ]
    assert f" of those {of.with_numbers}, " in section


def test_what_is_drawn_and_not_in_the_list_is_to_be_judged():
    ruled = [Ruled(one.record, one.kind, one.words, rule_of(one), True) for one in CHECKED[:9]]

    assert not_judged(CHECKED, ruled) == []
    assert not_judged(CHECKED[1:], ruled) == ruled[:1]


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
