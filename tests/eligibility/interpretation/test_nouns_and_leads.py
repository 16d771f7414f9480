"""Nouns before lists, leads before members, and what stands in brackets: what each lends, and what it must not."""

import pytest

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, Not, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import interpret
from prescreen.eligibility.interpretation.meaning import Meaning, exactly
from prescreen.eligibility.interpretation.vocabulary import Entry, Term, Vocabulary, spellings
from prescreen.eligibility.registry_text.source_criteria import Joined, SourceCriterion

ASKED = ("gout", "latex", "zinc", "takes_zinc", "herniated", "booked", "walks", "opioid")
QUESTIONS = (Question(one, QuestionType.BOOLEAN, Text({"en": one})) for one in ASKED)
BANK = QuestionBank({one.id: one for one in QUESTIONS})


def holds(name: str) -> Rule:
    return BooleanTest(name, True)


TERMS = (
    Term("gout", Entry(exactly(holds("gout")), besides=frozenset({"found by doctor"}))),
    Term("(allergy|contraindication) to latex", Entry(exactly(holds("latex")))),
    Term("(allergy|contraindication) to zinc", Entry(exactly(holds("zinc")))),
    Term("zinc", Entry(exactly(holds("takes_zinc")), is_taken=True)),
    Term("disc herniation", Entry(exactly(holds("herniated")))),
    Term("undergoing surgery", Entry(exactly(holds("booked")))),
    Term("(able to walk|walking)", Entry(exactly(holds("walks")))),
    Term("on opioid therapy", Entry(Meaning(None, holds("opioid")))),
)
VOCABULARY = Vocabulary(BANK, TERMS)


def read(words: str, lead: str = "", parts: tuple[str, ...] = ()) -> Rule | None:
    """Return the rule of a criterion: `+` before an inclusion, `-` before an exclusion."""
    kind = Kind.INCLUSION if words[0] == "+" else Kind.EXCLUSION
    criterion = SourceCriterion(kind, words[2:], words[2:], lead=lead, parts=parts, joined=Joined.ANY)
    return interpret(criterion, VOCABULARY, frozenset()).rule


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("- Allergy to eggs, latex or zinc", Any((holds("latex"), holds("zinc")))),
        ("- Allergy to latex or to zinc", Any((holds("latex"), holds("zinc")))),
        ("- Known contraindication to milk, latex, or eggs", holds("latex")),
        ("+ No allergy to latex or eggs", Not(holds("latex"))),
        ("- Allergy to eggs, zinc within 3 months", None),
        ("- Allergy to eggs or zinc tablets", None),
        ("- Allergy to eggs; zinc", holds("takes_zinc")),
        ("- Zinc or latex", holds("takes_zinc")),
    ],
)
def test_a_noun_before_a_list_is_meant_of_each_of_its_parts(words: str, rule: Rule | None) -> None:
    assert read(words) == rule


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("- Gout (found by a doctor)", None),
        ("- Gout (found by doctor)", holds("gout")),
        ("- Gout (found by doctor in the foot)", None),
    ],
)
def test_a_bracket_that_says_what_the_bank_says_adds_nothing(words: str, rule: Rule | None) -> None:
    assert read(words) == rule


@pytest.mark.parametrize(
    "lead",
    [
        "Subjects must be on opioid therapy which:",
        "The patient is on opioid therapy, based on the following (all must be met):",
    ],
)
def test_a_lead_that_asserts_something_of_all_is_demanded_of_them(lead: str) -> None:
    assert read("+ Began 4 weeks ago", lead) == holds("opioid")


@pytest.mark.parametrize(
    "lead",
    [
        "If subjects are on opioid therapy:",
        "Opioid therapy:",
        "Subjects on opioid therapy must be:",
        "Subjects must be on opioid therapy or meet one of:",
        "Subjects must not be on opioid therapy which:",
        "Subjects are excluded who are on opioid therapy which:",
    ],
)
def test_a_heading_a_condition_or_a_choice_before_members_is_demanded_of_nobody(lead: str) -> None:
    assert read("+ Began 4 weeks ago", lead) is None


def test_a_member_that_the_bank_asks_is_asked_without_its_lead() -> None:
    assert read("+ Gout", "Subjects must be on opioid therapy which:") == holds("gout")


def test_a_lead_before_a_choice_of_unknown_parts_is_demanded() -> None:
    lead = "+ Disc herniation with one or more of the following:"

    assert read(lead, parts=("pins", "needles")) == holds("herniated")
    assert read("+ If disc herniation, one of the following:", parts=("pins", "needles")) is None
    assert read("- Disc herniation with one or more of the following:", parts=("pins", "needles")) is None


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("+ Able to comply with the study, including diaries, walking, and calls", holds("walks")),
        ("+ Able to comply with the study, including diaries, walking or calls", None),
        ("+ Unable to comply with the study, including walking", None),
        ("+ Disc herniation L4-5", holds("herniated")),
        ("+ Disc herniation segments: L3-4, L4-5 or L5-S1", holds("herniated")),
        ("+ MRI evidence of L4-L5 or L5-S1 disc herniation or both.", holds("herniated")),
        ("+ Disc herniation of the lumbar spine", holds("herniated")),
        ("+ Disc herniation L4-5 or neck pain", None),
        ("+ No disc herniation L4-5", None),
        ("+ Disc herniation, and healthy. A healthy person is defined as one without gout.", holds("herniated")),
        ("+ Disc herniation undergoing surgery", All((holds("herniated"), holds("booked")))),
        ("+ Undergoing surgery or disc herniation undergoing surgery", holds("booked")),
        ("+ Pain undergoing surgery", None),
        ("+ Disc herniation undergoing change", holds("herniated")),
    ],
)
def test_what_stands_beside_a_demand_of_an_inclusion_leaves_it_or_adds_to_it(words: str, rule: Rule | None) -> None:
    assert read(words) == rule


@pytest.mark.parametrize("words", ["(gout [attack]|flare) now", "acute (fracture of [the] spine|crack)"])
def test_brackets_within_brackets_of_a_term_are_refused(words: str) -> None:
    with pytest.raises(ValueError, match="brackets within brackets"):
        list(spellings(words))
