"""The vocabulary: that it can be read, that no two bounds contradict each other, and that faults in it are named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from prescreen.catalog.authoring.vocabulary_checks import vocabulary_faults
from prescreen.catalog.authoring.vocabulary_reader import read_terms, read_vocabulary
from prescreen.catalog.criteria.folder_reader import read_redcap_codes
from prescreen.config import SHIPPED_CRITERIA
from prescreen.eligibility.criteria.rules import NumberTest, questions_in
from prescreen.eligibility.interpretation.interpreting import interpret
from tests.catalog.authoring.words import FEVER, excluded, shipped_vocabulary
from tests.catalog.folders import write

ON = date(2026, 11, 23)
FILE = "vocabulary/words.yaml"


def reports(root: Path, vocabulary: str) -> list[str]:
    """Return what is reported of a vocabulary in a small valid folder, with paths relative to it."""
    folder = write(root, {FILE: vocabulary})
    return [str(fault).removeprefix(f"{folder}/") for fault in vocabulary_faults(folder, ON)]


def test_the_shipped_vocabulary_has_no_fault() -> None:
    assert vocabulary_faults(SHIPPED_CRITERIA, ON) == ()


def test_every_question_that_trials_often_ask_has_words() -> None:
    bank, _ = read_redcap_codes(SHIPPED_CRITERIA)
    told = set[str]()
    for read in read_terms(SHIPPED_CRITERIA, bank).read:
        entry = read.entry
        meanings = [entry.said, entry.now, entry.ever, *(meaning for _, meaning in entry.within)]
        rules = [rule for one in meanings if one for rule in (one.sufficient, one.necessary) if rule]
        told.update(name for rule in rules for name in questions_in(rule))
        told.update(entry.numbers, {entry.time or "age", entry.lasts or "age"})

    lacking = {question.id for question in bank.bank} - told

    assert lacking <= {
        *("diagnosed", "taken_medication", "alcohol_weekly", "planned_treatment", "opioid_strength", "height_cm"),
        *("cancer_free_time", "disc_level", "curve_degrees"),
    }


def test_a_folder_without_a_vocabulary_knows_no_words(tmp_path: Path) -> None:
    bank, _ = read_redcap_codes(write(tmp_path))
    vocabulary, documents = read_vocabulary(tmp_path, bank)

    assert documents == ()
    assert interpret(excluded("Pregnancy"), vocabulary, frozenset()).rule is None


def test_a_sound_term_is_no_fault(tmp_path: Path) -> None:
    assert reports(tmp_path, "terms:\n  - words: [pregnant]\n    exact: {pregnancy: {any_of: [pregnant]}}\n") == []


_PREGNANT = "exact: {pregnancy: {any_of: [pregnant]}}"


@pytest.mark.parametrize(
    ("term", "place", "said"),
    [
        ("words: [gout]\n    exact: {gaut: true}", "3:13", "unknown question 'gaut'"),
        ("words: [gout]\n    exact: {pregnancy: {any_of: [gout]}}", "3:34", "unknown option 'gout'"),
        (f"words: [gout]\n    {_PREGNANT}\n    sufficient: {{leg_pain: true}}", "3:12", "'exact' is both bounds"),
        ('words: ["(gout"]\n    exact: {leg_pain: true}', "2:13", "a bracket that is not closed"),
        ('words: ["[gout]"]\n    exact: {leg_pain: true}', "2:13", "also stands for no word at all"),
        ("words: [gout]\n    time: leg_pain", "3:11", "'leg_pain' is no number question"),
        ("words: [gout]\n    time: agee", "3:11", "unknown question 'agee'"),
        ("words: [gout]\n    near: [pregnancy.gout]", "3:12", "'pregnancy' has no option 'gout'"),
        ("words: [gout]\n    numbers: [sex]", "3:15", "'sex' is no number question"),
        ("words: [gout]\n    within: [{span: 6 weeks, exact: {leg_pain: true}}]", "3:21", "weeks"),
        ("words: [gout]\n    exakt: {leg_pain: true}", "3:5", "unknown key 'exakt'"),
        (
            f"words: [a, a]\n    {_PREGNANT}\n  - words: [a]\n    exact: {{leg_pain: true}}",
            "4:13",
            "means something else",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, term: str, place: str, said: str) -> None:
    [report] = reports(tmp_path, f"terms:\n  - {term}\n")

    assert report.startswith(f"{FILE}:{place}: ")
    assert said in report


@pytest.mark.parametrize(
    "bounds",
    [
        "sufficient: {leg_pain: true}\n    necessary: {leg_pain: false}",
        "sufficient: {pain_duration: {min: 6 wk}}\n    necessary: {pain_duration: {min: 7 wk}}",
        "now: {exact: {leg_pain: true}}\n    ever: {exact: {leg_pain: false}}",
        "within: [{span: 6 wk, sufficient: {leg_pain: true}}, {span: 6 mo, necessary: {leg_pain: false}}]",
        "sufficient: {sex: [female, male]}\n    necessary: {pregnancy: {none_of: [pregnant]}}",
    ],
)
def test_bounds_that_contradict_each_other_for_somebody_are_reported(tmp_path: Path, bounds: str) -> None:
    [report] = reports(tmp_path, f"terms:\n  - words: [gout]\n    {bounds}\n")

    assert "one is wrong" in report


def test_a_file_that_would_be_ignored_is_reported(tmp_path: Path) -> None:
    folder = write(tmp_path, {"vocabulary/words.yml": "terms: []\n", "vocabulary/.words.yaml.swp": "x"})

    [fault] = vocabulary_faults(folder, ON)

    assert "files here end in '.yaml'" in str(fault)


def test_a_term_for_some_conditions_goes_before_one_for_all(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            FILE: FEVER,
            "vocabulary/all.yaml": FEVER.replace("conditions: [back-pain]\n", "").replace("numb", "leg_pain"),
        },
    )
    bank, _ = read_redcap_codes(tmp_path)
    vocabulary, documents = read_vocabulary(tmp_path, bank)
    rules = [interpret(excluded("Fever"), vocabulary, frozenset(about)).rule for about in ({"back-pain"}, {"gout"})]

    assert not any(document.faults for document in documents)
    assert [questions_in(rule) for rule in rules if rule] == [("numb",), ("leg_pain",)]


def test_a_number_is_told_in_the_unit_of_its_question() -> None:
    rule = interpret(excluded("Symptoms less than 6 weeks"), shipped_vocabulary(), frozenset({"low-back-pain"})).rule

    assert isinstance(rule, NumberTest)
    assert rule.below == 42
