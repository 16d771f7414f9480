"""Made-up people meet every pair of values that can meet, by an oracle that tries all answers."""

from datetime import date
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType, Range
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, ChoicesTest, NumberTest, OptionTest, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Kind, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting import made_up_people
from prescreen.eligibility.drafting.made_up_people import Meetings, Said, TooManyPairsError, people

ON = date(2026, 11, 29)
WORDS = Text({"en": "?"})
OPTIONS = tuple(Option(name, WORDS) for name in ("a", "b", "c"))
BANK = QuestionBank(
    {
        one.id: one
        for one in (
            Question("smokes", QuestionType.BOOLEAN, WORDS),
            Question(
                "packs",
                QuestionType.NUMBER,
                WORDS,
                range=Range(Fraction(0), Fraction(9)),
                ask_if=BooleanTest("smokes", True),
            ),
            Question("side", QuestionType.CHOICE, WORDS, options=OPTIONS),
            Question(
                "ticks", QuestionType.CHOICES, WORDS, options=OPTIONS, ask_if=OptionTest("side", frozenset({"a", "b"}))
            ),
        )
    }
)
TESTS: list[Rule] = [
    BooleanTest("smokes", True),
    NumberTest("packs", min=Fraction(2)),
    NumberTest("packs", below=Fraction(5)),
    OptionTest("side", frozenset({"a"})),
    ChoicesTest("ticks", any_of=frozenset({"a"})),
    ChoicesTest("ticks", all_of=frozenset({"b", "c"})),
]


def trial(*rules: Rule) -> Trial:
    criteria = [Criterion(f"c{place}", list(Kind)[place % 2], WORDS, rule) for place, rule in enumerate(rules)]
    return Trial("T", WORDS, None, (), "RECRUITING", tuple(criteria))


def possible(meetings: Meetings) -> list[Said]:
    """Return every way to answer with these values, with sets of ticks of any size, tried one by one."""
    values = {name: [*meetings.values[name], *meetings.space.values(name)] for name in meetings.values}
    found: list[Said] = []
    for chosen in product(*values.values()):
        said = dict(zip(values, chosen, strict=True))
        facts = Facts(BANK, Answers({name: Answer(value, ON) for name, value in said.items()}), ON)  # type: ignore[arg-type]
        found.append({name: value for name, value in said.items() if facts.applies(name) is Truth.TRUE})
    return found


def pairs(said: Said) -> set[tuple[object, ...]]:
    return set(combinations(said.items(), 2))


rules = st.lists(
    st.one_of(
        st.sampled_from(TESTS),
        st.lists(st.sampled_from(TESTS), min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(st.sampled_from(TESTS), min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    min_size=1,
    max_size=4,
)


@given(rules)
def test_every_pair_of_values_that_can_meet_is_met_by_people_whose_questions_apply(chosen: list[Rule]) -> None:
    made = trial(*chosen)
    meetings = Meetings.of(made, BANK, ON)
    wanted = set(meetings.pairs())
    able = possible(meetings)

    found = people(made, BANK, ON)

    assert wanted & set().union(*map(pairs, able)) <= set().union(*map(pairs, found))
    assert all(said in able for said in found)
    assert found == people(made, BANK, ON)


def test_a_number_is_taken_at_each_limit_and_one_step_beside_it() -> None:
    limits = NumberTest("packs", min=Fraction(2), max=Fraction(5))

    assert Meetings.of(trial(limits), BANK, ON).values["packs"] == [Fraction(number) for number in (1, 2, 5, 6)]


def test_a_trial_with_too_many_pairs_gets_no_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_up_people, "MOST_PAIRS", 3)

    with pytest.raises(TooManyPairsError, match="pairs of answers apart"):
        people(trial(*TESTS), BANK, ON)
