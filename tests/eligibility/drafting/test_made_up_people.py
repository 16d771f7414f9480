"""Made-up people show all that a rule can see together, by an oracle that tries all answers, and no two are alike."""

from datetime import date
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import forbids
from prescreen.eligibility.criteria.questions import Option, Question, QuestionBank, QuestionType, Range
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, ChoicesTest, NumberTest, OptionTest, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Kind, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting import made_up_people
from prescreen.eligibility.drafting.boundaries import Boundaries, Said
from prescreen.eligibility.drafting.made_up_people import TooManyMeetingsError, people

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


def facts(said: Said) -> Facts:
    return Facts(BANK, Answers({name: Answer(value, ON) for name, value in said.items()}), ON)  # type: ignore[arg-type]


def possible(boundaries: Boundaries) -> list[Said]:
    """Return every way to answer with these values, with sets of ticks of any size, tried one by one."""
    values = {name: [*told, *boundaries.space.values(name)] for name, told in boundaries.values.items()}
    found: list[Said] = []
    for chosen in product(*values.values()):
        said = dict(zip(values, chosen, strict=True))
        known = facts(said)
        found.append({name: value for name, value in said.items() if known.applies(name) is Truth.TRUE})
    return found


def kept_out(made: Trial, said: Said) -> set[str]:
    return {one.id for one in made.criteria if forbids(one, facts(said))}


rules = st.lists(
    st.one_of(
        st.sampled_from(TESTS),
        st.lists(st.sampled_from(TESTS), min_size=2, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(st.sampled_from(TESTS), min_size=2, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(rules)
def test_people_show_all_that_a_rule_sees_and_miss_each_criterion_alone_where_somebody_can(chosen: list[Rule]) -> None:
    made = trial(*chosen)
    boundaries = Boundaries.of(made, BANK, ON)
    able, found = possible(boundaries), people(made, BANK, ON)

    for meeting in boundaries.meetings():
        if any(meeting.shown_by(said, BANK) for said in able):
            assert any(meeting.shown_by(said, BANK) for said in found), meeting
    reasons, out = [kept_out(made, said) for said in found], [kept_out(made, said) for said in able]
    assert all({one.id} in reasons for one in made.criteria if {one.id} in out)
    assert reasons[:1] == [set()] if set() in out else set() not in reasons
    assert_whole_and_unlike(found, boundaries)
    assert found == people(made, BANK, ON)


def assert_whole_and_unlike(found: list[Said], boundaries: Boundaries) -> None:
    assert all(one != other for one, other in combinations(found, 2))
    for said in found:
        assert said.keys() == {name for name in boundaries.values if facts(said).applies(name) is Truth.TRUE}


def test_a_number_is_taken_at_each_limit_and_one_step_beside_it() -> None:
    limits = NumberTest("packs", min=Fraction(2), max=Fraction(5))

    assert Boundaries.of(trial(limits), BANK, ON).values["packs"] == [Fraction(number) for number in (1, 2, 5, 6)]


def test_a_limit_that_nobody_answers_is_missed_by_the_whole_number_before_it() -> None:
    months = NumberTest("packs", min=Fraction("3.0625"))

    assert Boundaries.of(trial(months), BANK, ON).values["packs"] == [Fraction(3), Fraction("3.0625")]


def test_people_are_few_since_no_answers_meet_that_no_rule_reads_together() -> None:
    apart: list[Rule] = [
        BooleanTest("smokes", True),
        OptionTest("side", frozenset({"a"})),
        ChoicesTest("ticks", none_of=frozenset("a")),
    ]

    assert len(people(trial(*apart), BANK, ON)) == 4


def test_who_misses_a_criterion_answers_all_else_as_who_fits() -> None:
    fits, *others = people(trial(BooleanTest("smokes", False), OptionTest("side", frozenset({"a"}))), BANK, ON)

    assert [len({*one.items()} - {*fits.items()}) for one in others] == [1] * len(others)


def test_a_trial_with_too_many_meetings_gets_no_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_up_people, "MOST_MEETINGS", 3)

    with pytest.raises(TooManyMeetingsError, match="pairs of answers apart"):
        people(trial(*TESTS), BANK, ON)
