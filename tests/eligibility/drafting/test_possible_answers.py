"""The search for answers finds some exactly where trying all answers does."""

from collections.abc import Mapping
from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.kinds.registry import as_tested
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, Value, evaluate
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting import possible_answers
from prescreen.eligibility.drafting.possible_answers import Space, Wanted
from tests.eligibility.samples import ON, bank, boolean
from tests.eligibility.worlds import asked_of, banks, rules, values_of

Wish = tuple[object, Truth, Mapping[str, Value]]


@st.composite
def wishes(draw: st.DrawFn) -> tuple[QuestionBank, list[list[Wish]]]:
    """Draw a bank, and up to three clauses of wishes, in each of which some answers are given."""
    questions = draw(banks())
    listed = list(questions)
    clauses = []
    for _ in range(draw(st.integers(1, 3))):
        clause = [_wish(draw, listed) for _ in range(draw(st.integers(1, 2)))]
        clauses.append(clause)
    return questions, clauses


def _wish(draw: st.DrawFn, listed) -> Wish:
    fixed = draw(st.lists(st.sampled_from(listed), max_size=2, unique_by=lambda question: question.id))
    given_ = {question.id: draw(st.sampled_from(values_of(question))) for question in fixed}
    return draw(rules(listed, depth=2)), draw(st.sampled_from([Truth.TRUE, Truth.FALSE])), given_


def tried(questions: QuestionBank, clauses: list[list[Wish]]) -> bool:
    """Return whether some person who answers everything meets a wish of each clause, by trying them all."""
    names = [question.id for question in asked_of(questions)]
    people = product(*(values_of(question) for question in asked_of(questions)))
    return any(
        all(
            any(_is_met(questions, wish, dict(zip(names, person, strict=True))) for wish in clause)
            for clause in clauses
        )
        for person in people
    )


def _is_met(questions: QuestionBank, wish: Wish, person: Mapping[str, Value]) -> bool:
    rule, truth, fixed = wish
    answers = Answers({name: Answer(value, ON) for name, value in {**person, **fixed}.items()})
    return evaluate(rule, Facts(questions, answers, ON)) is truth


@settings(max_examples=150)
@given(wishes())
def test_answers_are_found_where_trying_all_finds_some(world) -> None:
    questions, clauses = world
    wanted = [
        tuple(
            Wanted(rule, truth, {name: as_tested(questions[name], value, ON, ON) for name, value in fixed.items()})
            for rule, truth, fixed in clause
        )
        for clause in clauses
    ]

    space = Space.of([one.rule for clause in wanted for one in clause], questions, ON)
    assert (space.answers_with(wanted) is not None) is tried(questions, clauses)


def test_beyond_the_most_steps_no_answers_count_as_found(monkeypatch) -> None:
    names = "abcdefghij"
    questions = bank(*map(boolean, names))
    # True of one way alone out of a thousand.
    chain = (Any((BooleanTest(one, False), BooleanTest(other, True))) for one, other in pairwise(names))
    rule = All(tuple(chain))
    whole = All((rule, BooleanTest("a", True)))
    space = Space.of([whole], questions, ON)

    assert space.answers_with([(Wanted(whole, Truth.TRUE, {}),)]) == dict.fromkeys(names, True)
    monkeypatch.setattr(possible_answers, "MOST_STEPS", 3)
    assert space.answers_with([(Wanted(whole, Truth.TRUE, {}),)]) is None
