"""Criteria that say the same, double negatives, and limits that a text does not have are told; others are not."""

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.authoring.wording_checks import check_words_and_rules
from prescreen.catalog.base.faults import Check, Fault
from prescreen.catalog.criteria.loading import check_folder
from prescreen.config import SHIPPED_CRITERIA
from tests.catalog.folders import FILES, ON, TRIAL, write

WORDING = {Check.DUPLICATE, Check.MIRROR, Check.DOUBLE_NEGATIVE, Check.NUMBER}


def wording_faults(folder: Path, on: date) -> list[Fault]:
    return [fault for fault in check_folder(folder, on, check_words_and_rules) if fault.check in WORDING]


def told(tmp_path: Path, old: str, new: str) -> list[tuple[Check, str]]:
    """Return what is told of the valid trial with a part replaced."""
    assert FILES[TRIAL].count(old) == 1
    folder = write(tmp_path, {TRIAL: FILES[TRIAL].replace(old, new)})
    return [(fault.check, fault.message) for fault in wording_faults(folder, ON)]


def added(kind: str, text: str, rule: str) -> tuple[str, str]:
    return f"{kind}:\n", f"{kind}:\n  - id: new\n    text: {text}\n    rule: {rule}\n"


@pytest.mark.parametrize(
    ("kind", "text", "rule", "check", "words"),
    [
        ("exclusion", "You are younger than 18, or older than 70.", "{not: {age: {min: 18, max: 70}}}", Check.MIRROR,
         "'new' is the mirror of 'adult'"),
        ("exclusion", "You have no leg pain.", "{leg_pain: false}", Check.MIRROR,
         "'new' keeps out nobody whom 'leg-pain' does not keep out"),
        ("inclusion", "You are an adult of 18 to 70.", "{age: {min: 18, max: 70}}", Check.DUPLICATE,
         "'adult' keeps out the same people as 'new'"),
        ("exclusion", "No numbness.", "{numb: false}", Check.DOUBLE_NEGATIVE, "the text of 'new' denies twice"),
        ("exclusion", "You do not walk without pain.", "{numb: false}", Check.DOUBLE_NEGATIVE, "denies twice"),
        ("exclusion", "You feed a baby.", "{not: {pregnancy: {none_of: [feeding]}}}", Check.DOUBLE_NEGATIVE,
         "the rule of 'new' denies twice"),
        ("exclusion", "Pain for under 8 weeks.", "{pain_duration: {below: 9 wk}}", Check.NUMBER,
         "the rule of 'new' has the limit 63 d of 'pain_duration', its text (en) not"),
        ("exclusion", "You are numb and over 60.", "{age: {min: 60}, numb: true, leg_pain: false}", Check.MIRROR,
         "keeps out nobody"),
        ("exclusion", "You are numb and 61 or older.", "{age: {min: 60}, numb: true}", Check.NUMBER, "the limit 60 a"),
        ("exclusion", "Pain for under 63.", "{pain_duration: {below: 9 wk}}", Check.NUMBER, "or without a unit"),
        ("exclusion", "{en: Pain for under nine weeks., es: Dolor de menos de ocho semanas.}",
         "{pain_duration: {below: 9 wk}}", Check.NUMBER, "its text (es) not"),
    ],
)  # fmt: skip
def test_a_doubtful_criterion_is_told(  # noqa: PLR0917 - one row of a table
    tmp_path: Path, kind: str, text: str, rule: str, check: Check, words: str
) -> None:
    found = told(tmp_path, *added(kind, text, rule))

    assert any(one is check and words in message for one, message in found), found


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("exclusion", "Pain for under nine weeks.", "{pain_duration: {below: 9 wk}, numb: true}"),
        ("exclusion", "Pain within the last year.", "{pain_duration: {max: 1 a}, numb: true}"),
        ("exclusion", "You cannot walk.", "{numb: true}"),
        ("inclusion", "No numbness.", "{numb: false}"),
        ("exclusion", "You are 61 or older and numb.", "{age: {above: 60}, numb: true}"),
        ("exclusion", "You are over 60 and numb.", "{age: {above: 60}, numb: true}"),
    ],
)
def test_a_criterion_that_says_what_its_rule_says_is_not_told(tmp_path: Path, kind: str, text: str, rule: str) -> None:
    assert told(tmp_path, *added(kind, text, rule)) == []


def test_nearly_the_same_words_are_told_but_not_where_their_numbers_differ(tmp_path: Path) -> None:
    new = "  - id: new\n    text: A scan shows a slipped disc{}.\n    checked: visit\n"
    end = "    checked: records\n"

    same = told(tmp_path / "same", end, end + new.format(""))
    other = told(tmp_path / "other", end, end + new.format(" at 5"))

    assert [check for check, _ in same] == [Check.DUPLICATE]
    assert other == []


def test_no_shipped_trial_is_told() -> None:
    assert wording_faults(SHIPPED_CRITERIA, ON) == []
