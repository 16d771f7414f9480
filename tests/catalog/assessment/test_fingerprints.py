"""Fingerprints are equal for equal content and differ for any other."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint, fingerprint, trial_evidence, written
from prescreen.catalog.assessment.wire_names import CLASS_NAMES, FIELD_NAMES
from prescreen.catalog.criteria.loading import load_to_serve
from prescreen.eligibility.criteria.rules import ChoicesTest, OptionTest, Rule
from tests.catalog.folders import ON, QUESTIONS, REDCAP_CODES, TRIAL, altered, write
from tests.eligibility.samples import boolean, choice, text


def evidence(root: Path, files: dict[str, str] | None = None) -> str:
    catalog = load_to_serve(write(root, {REDCAP_CODES: None, **(files or {})}), ON)
    return evidence_fingerprint(trial_evidence(catalog.trials["T1"], catalog.bank))


def test_a_fingerprint_is_the_same_in_every_run() -> None:
    question = replace(choice("sex", "female", "male"), ask_if=OptionTest("sex", frozenset("zyx")))

    assert fingerprint(question) == "3c7be6cd572e9db5a173cdeb92fab22a577840603a6341bbe9d625473427035f"


def test_the_order_of_a_set_or_a_mapping_does_not_matter() -> None:
    one = ChoicesTest("ill", any_of=frozenset(["a", "b", "c"]))
    other = ChoicesTest("ill", any_of=frozenset(["c", "b", "a"]))

    assert fingerprint(one) == fingerprint(other)
    assert fingerprint({"en": "a", "es": "b"}) == fingerprint({"es": "b", "en": "a"})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (boolean("a"), boolean("b")),
        (boolean("a"), replace(boolean("a"), why=text("So."))),
        (boolean("a"), replace(boolean("a"), sensitive=True)),
        (boolean("a"), replace(boolean("a"), burden=Fraction(2))),
        (choice("a", "x", "y"), choice("a", "y", "x")),
        (choice("a", "x", "y"), choice("a", "x", "y", "z")),
        (True, "True"),
        (1, "1"),
        (None, "None"),
        ((), ((),)),
        (OptionTest("a", frozenset({"x"})), ChoicesTest("a", any_of=frozenset({"x"}))),
    ],
)
def test_any_other_content_has_another_fingerprint(one: object, other: object) -> None:
    assert fingerprint(one) != fingerprint(other)


def test_numbers_and_days_are_written_exactly() -> None:
    assert (
        written({"n": Fraction(1, 3), "day": date(2026, 11, 1), "é": "é"}) == '{"day":"2026-11-01","n":"1/3","é":"é"}'
    )


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (TRIAL, "title: A pill for leg pain", "title: A pill"),
        (TRIAL, "{age: {min: 18, max: 70}}", "{age: {min: 18, max: 71}}"),
        (TRIAL, "text: You are pregnant.", "text: You are expecting."),
        (TRIAL, "name: Leeds Hospital", "name: York Hospital"),
        (QUESTIONS, "ask: How old are you?", "ask: What is your age?"),
        (QUESTIONS, "{id: male, label: Male}", "{id: male, label: A man}"),
        (QUESTIONS, "- {id: female, label: Female}", "- {id: other, label: Other}\n    - {id: female, label: Female}"),
    ],
)
def test_what_a_determination_rests_on_is_in_its_evidence(tmp_path: Path, path: str, old: str, new: str) -> None:
    assert evidence(tmp_path / "one") != evidence(tmp_path / "other", altered(path, old, new))


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (QUESTIONS, "ask: Are you numb between the legs?", "ask: Are you numb?"),
        (TRIAL, "  - name: fits\n", "  - name: fits well # now\n"),
        (TRIAL, "id: T1\n", "# A comment.\nid: T1\n"),
        (TRIAL, "id: T1\n", "practical: {treatments: [medicine], remote: false}\nid: T1\n"),
        (QUESTIONS, "ask: How old are you?", "ask: How old are you?\n  short: age"),
        (QUESTIONS, "label: Breast-feeding}", "label: Breast-feeding, never_rules_out: false}"),
        (QUESTIONS, "label: None of these,", "label: None of these, never_rules_out: true,"),
        (TRIAL, "{age: {min: 18, max: 70}}", "{age: {max: 70, min: 18}}"),
        (TRIAL, "pain_duration: {min: 6 wk}}", "pain_duration: {min: 42 d}}"),
    ],
)
def test_what_a_determination_does_not_rest_on_is_not(tmp_path: Path, path: str, old: str, new: str) -> None:
    assert evidence(tmp_path / "one") == evidence(tmp_path / "other", altered(path, old, new))


def test_the_folder_it_was_read_from_does_not_matter(tmp_path: Path) -> None:
    assert evidence(tmp_path / "one") == evidence(tmp_path / "two")


def without_names(rules: Collection[type]) -> set[str]:
    """Return the kinds of rules, and their fields, that have no name in what is stored."""
    classes = {rule.__name__ for rule in rules if rule not in CLASS_NAMES}
    named = ((rule, field.name) for rule in rules if rule in CLASS_NAMES for field in fields(rule))
    return classes | {f"{rule.__name__}.{name}" for rule, name in named if name not in FIELD_NAMES[rule]}


def test_every_kind_of_rule_has_a_name_in_what_is_stored():
    assert len(get_args(Rule)) > 7
    assert without_names(get_args(Rule)) == set()


def test_a_rule_without_a_name_is_found():
    @dataclass(frozen=True)
    class AtMost:
        count: int

    assert without_names((*get_args(Rule), AtMost)) == {"AtMost"}
