"""Every member of a list that keeps out is in the rule, or among the words that the rule leaves to the team."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.drafts.draft_items import source_criteria
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, ChoicesTest, Not, OptionTest, Rule
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import Interpretation, interpret
from prescreen.eligibility.interpretation.meaning import joined
from tests.catalog.authoring.real_records import drafted
from tests.catalog.authoring.words import excluded, shipped_vocabulary
from tests.sources import with_sources

BACK = frozenset({"low-back-pain"})


def read(words: str) -> Interpretation:
    return interpret(excluded(words), shipped_vocabulary(), BACK)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Pregnant, hoping to conceive during the course of the study, or nursing", ("hoping to conceive", "nursing")),
        ("Women who are pregnant or wish to conceive in the course of it or who are nursing", ("wish to", "nursing")),
        (
            "Pregnancy at the time of enrollment, or planned pregnancy, since it may harm",
            ("planned pregnancy", "since"),
        ),
        ("Gout, severe spasms, or lupus", ("severe spasms", "lupus")),
        ("Osteoporosis such as of old age, or cauda equina syndrome, or spasms", ("cauda equina",)),
        ("Any disease such as gout, spasms or cauda equina syndrome", ("disease", "spasms", "cauda equina")),
    ],
)
def test_a_member_that_lost_its_bound_is_told_as_left(words: str, left: tuple[str, ...]) -> None:
    found = read(words)

    assert found.rule is not None
    assert [one for one in left if one not in "; ".join(found.left)] == []


def test_what_the_rule_says_in_full_is_not_told_as_left() -> None:
    assert read("Pregnancy, osteoporosis, or strange spasms").left == ("strange spasms",)
    assert read("Pregnancy or breast-feeding").left == ()


MEMBERS = (
    *("pregnancy", "nursing women", "plans to conceive meanwhile", "osteoporosis", "severe gout", "acute spasms"),
    *("cauda equina syndrome", "spinal tumors", "recent stroke", "bleeding disorders", "allergy to latex", "lupus"),
    *("current smoking", "cancer within 5 years", "any infection", "those who have spasms", "diabetes with ulcers"),
)


@given(st.lists(st.sampled_from(MEMBERS), min_size=2, max_size=5, unique=True), st.sampled_from((", ", " or ", "; ")))
def test_each_member_of_a_made_up_list_is_in_the_rule_or_told(members: list[str], joint: str) -> None:
    found = read(f"{joint.join(members[:-1])} or {members[-1]}")

    for one in members:
        assert is_told(one, found), (members, joint, found)


def is_told(member: str, found: Interpretation) -> bool:
    """Whether a rule says in full what a member alone means, or leaves the member to the team."""
    if found.rule is None or found.is_exact or member in "; ".join(found.left):
        return True
    alone = read(member)
    return alone.is_exact and alone.rule is not None and joined(Any, (found.rule, alone.rule)) == found.rule


def asks(rule: Rule) -> set[tuple[str, str]]:
    """Return the questions that a rule asks, with each option that it names."""
    match rule:
        case All(parts) | Any(parts) | AtLeast(parts=parts):
            return set[tuple[str, str]]().union(*map(asks, parts))
        case Not(part):
            return asks(part)
        case OptionTest(question, options):
            return {(question, one) for one in options}
        case ChoicesTest(question) as told:
            named = (told.any_of or frozenset()) | (told.all_of or frozenset()) | (told.none_of or frozenset())
            return {(question, one) for one in named}
        case _:
            return {(rule.question, "")}


_DIVIDING = re.compile(r",|;| or | and |/")


@with_sources
def test_each_member_of_a_real_list_is_in_the_rule_or_told() -> None:
    lists = 0
    for record, _, _ in drafted():
        for criterion in source_criteria(record):
            found = interpret(criterion, shipped_vocabulary(), BACK)
            if criterion.kind is Kind.EXCLUSION and found.rule and not (found.is_exact or criterion.parts):
                lists += 1
                assert list(untold(criterion.text, found, asks(found.rule))) == [], (record.id, criterion.text)
    assert lists > 50


def untold(text: str, found: Interpretation, said: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the members of a list of which a rule says nothing and that are not among what it leaves."""
    left = "; ".join(found.left).casefold()
    for part in _DIVIDING.split(text):
        member = part.strip(" .()")
        alone = read(member)
        if alone.rule is not None and asks(alone.rule).isdisjoint(said) and member.casefold() not in left:
            yield member
