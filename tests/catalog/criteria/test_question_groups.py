"""Questions that stand on one page: what of their groups is refused, and that no evidence depends on them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from prescreen.catalog.assessment.fingerprints import fingerprint
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.text import Text
from tests.catalog.folders import CONDITION, FILES, ON, QUESTIONS, altered, report, reports, write

TITLE = "  page_title: About you\n"
BODY = """\
- id: height_cm
  type: number
  ask: How tall are you?
  unit: cm
  range: {min: 100, max: 250}
- id: weight_kg
  type: number
  ask: How heavy are you?
  unit: kg
  range: {min: 25, max: 350}
- id: bmi
  type: number
  ask: Body mass index
  unit: kg/m2
  computed: bmi
"""


def grouped(name: str, *members: str, titled: tuple[str, ...] = (), bank: str = FILES[QUESTIONS]) -> str:
    """Return the bank with these questions in one group, those of `titled` with a title."""
    for member in members:
        start = f"- id: {member}\n"
        bank = bank.replace(start, f"{start}  together: {name}\n{TITLE if member in titled else ''}")
    return bank


def place_of(bank: str, member: str, key: str) -> str:
    """Return where a key of a question, or its value, stands: path and line."""
    before = bank[: bank.index(key, bank.index(f"- id: {member}\n"))]
    return f"{QUESTIONS}:{before.count(chr(10)) + 1}"


def told(line: str) -> tuple[str, str]:
    """Return the place of a fault, without its column, and what is said of it."""
    place, message = re.fullmatch(r"(\S+:\d+):\d+: (.*)", line).groups()
    return place, message


def test_questions_anywhere_in_the_bank_may_stand_on_one_page(tmp_path: Path) -> None:
    bank = grouped("person", "age", "sex", "pain_duration", titled=("age",))

    assert reports(tmp_path, {QUESTIONS: bank}) == []
    read = load_to_judge(tmp_path, ON).bank
    assert [read.together_with(name) for name in ("age", "pain_duration", "leg_pain")] == [
        ("age", "sex", "pain_duration"),
        ("age", "sex", "pain_duration"),
        ("leg_pain",),
    ]
    assert read.page_title_of("pain_duration") == Text({"en": "About you"})
    assert read.page_title_of("leg_pain") is None


@pytest.mark.parametrize(
    ("members", "titled", "at", "message"),
    [
        (("age",), ("age",), ("age", "together"), "this question is alone in 'person'"),
        (("age", "sex"), (), ("age", "together"), "the page of 'person' needs a heading"),
        (("age", "sex"), ("age", "sex"), ("sex", "page_title"), "'person' has a 'page_title' already; keep one"),
        (("numb", "sex"), ("sex",), ("sex", "together"), "'numb' can raise an emergency: only questions of red flags"),
    ],
)
def test_a_group_that_makes_no_page_is_refused_where_it_stands(
    tmp_path: Path, members: tuple[str, ...], titled: tuple[str, ...], at: tuple[str, str], message: str
) -> None:
    bank = grouped("person", *members, titled=titled)

    place, said = told(report(tmp_path, {QUESTIONS: bank}))

    assert place == place_of(bank, *at)
    assert said.startswith(message)


def test_a_page_has_no_more_than_five_questions(tmp_path: Path) -> None:
    members = ("age", "sex", "pregnancy", "leg_pain", "pain_duration")
    fitting = grouped("person", *members, titled=("age",))
    more = FILES[QUESTIONS] + "- id: more\n  type: boolean\n  ask: Anything more?\n"
    condition = altered(CONDITION, "opening_questions: [leg_pain]", "opening_questions: [leg_pain, more]")

    assert reports(tmp_path / "five", {QUESTIONS: fitting}) == []
    full = grouped("person", *members, "more", titled=("age",), bank=more)
    place, said = told(report(tmp_path / "six", {QUESTIONS: full, **condition}))
    assert (place, said) == (place_of(full, "more", "together"), "'person' has 6 questions; a page has at most 5")


def test_red_flags_may_stand_together(tmp_path: Path) -> None:
    more = "  - {when: {age: {min: 90}}, level: see_doctor, advice: See a doctor.}\narticles:"
    condition = altered(CONDITION, "articles:", more)
    bank = grouped("signs", "age", "numb", titled=("age",))

    assert reports(tmp_path, {QUESTIONS: bank, **condition}) == []


def test_a_computed_question_stands_on_no_page(tmp_path: Path) -> None:
    bank = grouped("person", "age", "bmi", titled=("age",), bank=FILES[QUESTIONS] + BODY)

    found = [told(line) for line in reports(tmp_path, {QUESTIONS: bank}) if "computed" in line]

    assert found == [(place_of(bank, "bmi", "together"), "a computed question is never asked, so it stands on no page")]


def test_a_title_without_a_page_is_refused(tmp_path: Path) -> None:
    bank = FILES[QUESTIONS].replace("- id: age\n", f"- id: age\n{TITLE}")

    place, said = told(report(tmp_path, {QUESTIONS: bank}))

    assert place == place_of(bank, "age", "page_title")
    assert said.startswith("only questions on one page have a title")


def test_a_member_with_a_fault_of_its_own_does_not_leave_the_other_alone(tmp_path: Path) -> None:
    bank = grouped("person", "leg_pain", "pain_duration", titled=("pain_duration",))

    found = reports(tmp_path, {QUESTIONS: bank.replace("ask: Do you have leg pain?", "aks: Do you have leg pain?")})

    assert any("unknown key 'aks'" in line for line in found)
    assert [line for line in found if "alone" in line or "heading" in line] == []


def test_no_fingerprint_depends_on_the_pages(tmp_path: Path) -> None:
    plain = load_to_judge(write(tmp_path), ON)
    bank = plain.bank
    paged = QuestionBank(
        {one.id: replace(one, together="all", page_title=Text({"en": "All"})) for one in bank},
        about_another=bank.about_another,
    )

    assert fingerprint(paged) == fingerprint(bank)
    assert fingerprint(replace(bank["age"], ask=Text({"en": "How old?"}))) != fingerprint(bank["age"])
