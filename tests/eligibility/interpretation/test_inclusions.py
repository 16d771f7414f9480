"""What inclusions demand of everybody, read clause by clause and without asides; and what must not be read so."""

from fractions import Fraction

import pytest

from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import BooleanTest, Not, NumberTest, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from prescreen.eligibility.interpretation.meaning import Meaning, exactly
from prescreen.eligibility.interpretation.vocabulary import Entry, Term, Vocabulary
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

ASKED = ("gout", "fever", "pregnant", "cough")
SEXES = (Option("female", Text({"en": "f"})), Option("male", Text({"en": "m"})))
QUESTIONS = (
    *(Question(one, QuestionType.BOOLEAN, Text({"en": one})) for one in ASKED),
    Question("age", QuestionType.NUMBER, Text({"en": "age"}), unit="a"),
    Question("bmi", QuestionType.NUMBER, Text({"en": "bmi"}), unit="kg/m2"),
    Question("sex_at_birth", QuestionType.CHOICE, Text({"en": "sex"}), options=SEXES),
)
BANK = QuestionBank({one.id: one for one in QUESTIONS})
TERMS = (
    Term("gout", Entry(exactly(BooleanTest("gout", True)))),
    Term("fever", Entry(exactly(BooleanTest("fever", True)))),
    Term("cough", Entry(Meaning(None, BooleanTest("cough", True)))),
    Term("pregnant", Entry(exactly(BooleanTest("pregnant", True)), sex="female", is_fertile=True)),
    Term("nursing", Entry(exactly(BooleanTest("nursing", True)), sex="female")),
    Term("bmi", Entry(numbers=("bmi",))),
    Term("(age|aged)", Entry(numbers=("age",))),
)
VOCABULARY = Vocabulary(BANK, TERMS)
GOUT = BooleanTest("gout", True)
SLIM = NumberTest("bmi", below=Fraction(30))


def included(words: str) -> Interpretation:
    return interpret(SourceCriterion(Kind.INCLUSION, words, words), VOCABULARY, frozenset())


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Gout confirmed by MRI or CT", GOUT),
        ("Gout with a documented positive straight leg raise (SLR) test or femoral stretch test (FST)", GOUT),
        ("Gout at L4-L5 or L5-S1", GOUT),
        ("Gout, with or without swelling or redness", GOUT),
        ("Gout, may be secondary to diet or drugs", GOUT),
        ("Gout, defined as crystals in a joint and/or in a kidney", GOUT),
        ("In good general health, with a BMI < 30, and have no contraindications to any of the drugs", SLIM),
        ("Is willing to keep a diary, and has gout", GOUT),
        ("If female of childbearing potential, the participant is not pregnant", Not(BooleanTest("pregnant", True))),
        (
            "If female of childbearing potential, the participant is not pregnant and not nursing",
            Not(BooleanTest("pregnant", True)),
        ),
        ("If female, the participant is not nursing", Not(BooleanTest("nursing", True))),
        ("Not pregnant if female", Not(BooleanTest("pregnant", True))),
    ],
)
def test_what_only_narrows_or_stands_beside_a_demand_leaves_the_demand(words: str, rule: Rule) -> None:
    assert included(words).rule == rule


@pytest.mark.parametrize(
    "words",
    [
        "Gout confirmed by MRI or renal colic",
        "No gout on MRI at L4-L5 or L5-S1 or anywhere on the scan, unless it is old",
        "Gout at L4-L5 or blindness",
        "BMI < 30 unless athletic",
        "Age 18-65 except with the consent of the sponsor",
        "No fever except after a vaccination",
        "BMI < 30 if male",
        "If diabetic, BMI < 30",
        "If pain is due to a disc, age 18-50",
        "Has a partner who is pregnant",
        "Healthy, and older patients may have gout",
        "Is blind, or has gout and has a BMI < 30",
        "Crystals of uric acid, and other gout",
    ],
)
def test_conditions_alternatives_and_other_people_leave_nothing_that_all_must_have(words: str) -> None:
    assert included(words).rule is None


def test_what_is_absent_on_a_scan_may_still_be_known_from_elsewhere() -> None:
    assert included("No gout on MRI").rule is None


def test_women_and_men_with_limits_of_their_own_are_alternatives() -> None:
    found = included("Women aged 18-45 and men aged 18-60")

    assert str(found.rule).count("NumberTest") == 2
    assert str(found.rule).startswith("Any(")
    assert not found.is_exact


def test_an_age_of_one_sex_is_no_more_than_a_part() -> None:
    assert not included("Women aged 18-45").is_exact


def test_what_is_left_is_said_in_the_words_of_the_source() -> None:
    found = included("Gout, and treated at Smith-Jones Hospital for at least 6 weeks")

    assert found.left == ("treated at Smith-Jones Hospital for at least 6 weeks",)
