"""Criteria that judge a plausible person wrongly because of how their questions are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.criteria.questions import Growth, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
    Value,
    evaluate,
    questions_in,
)
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.drafting.doubtful_criteria import (
    ForgottenTicks,
    Judged,
    MixedTimes,
    OptionThatRulesOut,
    forgotten_ticks,
    mixed_times,
    options_that_rule_out,
    worth_a_look,
)
from tests.eligibility.samples import ON, bank, boolean, choice, choices, dated, exclude, include, number
from tests.eligibility.worlds import asked_of, banks, rules, values_of


def any_of(question: str, *options: str) -> Rule:
    return ChoicesTest(question, any_of=frozenset(options))


def none_of(question: str, *options: str) -> Rule:
    return ChoicesTest(question, none_of=frozenset(options))


def marked(question: Question, *names: str) -> Question:
    options = tuple(replace(option, never_rules_out=option.id in names) for option in question.options)
    return replace(question, options=options)


SCANNED = any_of("scan", "mri")
SCANS = bank(
    marked(choices("scan", "mri", "xray", exclusive="none"), "none"),
    marked(choices("findings", "herniation", "bulge", "wear", exclusive="none", ask_if=SCANNED), "bulge"),
    choices("level", "l4_l5", "l5_s1", ask_if=any_of("findings", "herniation", "bulge")),
    number("mri_time", 0, 900, unit="d", ask_if=SCANNED),
    boolean("smoker"),
)


def found_by(look, criterion: Criterion, questions: QuestionBank) -> list:
    judged = Judged.of(criterion, questions, ON, worth_a_look(questions))
    return list(look(judged)) if judged else []


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        (include("mri", SCANNED), [OptionThatRulesOut("scan", "none", ("mri",))]),
        (exclude("no-mri", none_of("scan", "mri")), [OptionThatRulesOut("scan", "none", ("mri",))]),
        (include("no-mri-yet", none_of("scan", "mri")), []),
        # A follow-up that does not apply without the scan rules out as well.
        (include("recent", NumberTest("mri_time", max=Fraction(180))), [OptionThatRulesOut("scan", "none", ("mri",))]),
        (exclude("old", NumberTest("mri_time", above=Fraction(180))), []),
        # To let the option pass settles it, wherever it stands.
        (include("recent", Any((none_of("scan", "mri"), NumberTest("mri_time", max=Fraction(180))))), []),
        (
            include("disc", any_of("findings", "herniation")),
            [OptionThatRulesOut("scan", "none", ("mri",)), OptionThatRulesOut("findings", "bulge", ("herniation",))],
        ),
        (include("disc", Any((none_of("scan", "mri"), any_of("findings", "herniation", "bulge")))), []),
        (exclude("no-disc", none_of("findings", "herniation", "bulge")), []),
        (exclude("bulge", any_of("findings", "bulge")), [OptionThatRulesOut("findings", "bulge", ("herniation",))]),
        # Where the option opens a question whose answer rules out, the option does not.
        (exclude("level", any_of("level", "l5_s1")), []),
        # What another question rules out, whatever is answered to this one, is not of the option either.
        (include("smokers", All((BooleanTest("smoker", True), none_of("scan", "mri")))), []),
        (
            include("two", AtLeast(2, (SCANNED, BooleanTest("smoker", True)))),
            [OptionThatRulesOut("scan", "none", ("mri",))],
        ),
        (include("team", None), []),
    ],
    ids=lambda value: value.id if isinstance(value, Criterion) else None,
)
def test_an_option_that_never_rules_out_must_not_alone(criterion: Criterion, found: list[OptionThatRulesOut]) -> None:
    assert found_by(options_that_rule_out, criterion, SCANS) == found


def test_an_option_of_a_choice_is_held_to_it_too() -> None:
    questions = bank(marked(choice("stage", "early", "late", "unsure"), "unsure"))

    [found] = found_by(options_that_rule_out, include("stage", OptionTest("stage", frozenset({"early"}))), questions)

    assert (found.option, found.instead) == ("unsure", ("early",))
    assert not found_by(options_that_rule_out, exclude("s", OptionTest("stage", frozenset({"late"}))), questions)


def test_an_option_without_the_mark_may_rule_out() -> None:
    unmarked = bank(*(marked(question) for question in SCANS))

    assert found_by(options_that_rule_out, include("mri", SCANNED), unmarked) == []


@st.composite
def marked_worlds(draw: st.DrawFn) -> tuple[QuestionBank, Criterion]:
    """Draw a bank in which some options never rule out, and a criterion."""
    listed = list(draw(banks()))
    names = [draw(st.sampled_from((*question.option_ids, None))) for question in listed]
    questions = bank(*(marked(question, name or "") for question, name in zip(listed, names, strict=True)))
    return questions, draw(st.sampled_from([include, exclude]))("c", draw(rules(listed, depth=2)))


def by_trying(questions: QuestionBank, criterion: Criterion) -> Iterator[tuple[str, str]]:
    """Yield the marked options with which alone somebody is ruled out who would not be with another answer."""
    for question in questions:
        for option in question.options:
            alone = frozenset({option.id}) if question.type is QuestionType.CHOICES else option.id
            if option.never_rules_out and any(
                _differs(criterion, question, person, alone, other)
                for person in _everybody(questions)
                for other in values_of(question)
            ):
                yield question.id, option.id


def _everybody(questions: QuestionBank) -> Iterator[Facts]:
    names = [question.id for question in asked_of(questions)]
    for person in product(*(values_of(question) for question in asked_of(questions))):
        yield _facts(questions, dict(zip(names, person, strict=True)))


def _facts(questions: QuestionBank, person: Mapping[str, Value]) -> Facts:
    return Facts(questions, Answers({name: Answer(value, ON) for name, value in person.items()}), ON)


def _differs(criterion: Criterion, question: Question, person: Facts, alone: Value, other: Value) -> bool:
    here, there = person.replacing(question.id, alone), person.replacing(question.id, other)
    if (_permits(criterion, here), _permits(criterion, there)) != (Truth.FALSE, Truth.TRUE):
        return False
    reached = person.bank.reached_from(questions_in(criterion.rule)) if criterion.rule else ()
    gates = [gate for name in reached if (gate := person.bank[name].ask_if) and question.id in questions_in(gate)]
    return all(evaluate(gate, here) is Truth.FALSE or evaluate(gate, there) is Truth.TRUE for gate in gates)


def _permits(criterion: Criterion, facts: Facts) -> Truth | None:
    return evaluate(rule, facts) if (rule := criterion.permitting_rule) else None


@settings(max_examples=100)
@given(marked_worlds())
def test_what_rules_out_is_what_trying_everybody_finds(world: tuple[QuestionBank, Criterion]) -> None:
    questions, criterion = world

    found = {(one.question, one.option) for one in found_by(options_that_rule_out, criterion, questions)}

    assert found == set(by_trying(questions, criterion))


# Ticks that are forgotten.

ABLE = replace(
    choices("able", "walk", "stand", "swim", exclusive="none"),
    prevalence={"walk": Fraction(97, 100), "stand": Fraction(3, 4), "swim": Fraction(7, 10), "none": Fraction(9, 10)},
)
DOING = bank(ABLE, boolean("smoker"))


@pytest.mark.parametrize(
    ("criterion", "options"),
    [
        (exclude("cannot-walk", none_of("able", "walk")), ("walk",)),
        (include("walks", any_of("able", "walk")), ("walk",)),
        (exclude("not-both", Not(ChoicesTest("able", all_of=frozenset({"walk", "stand"})))), ("walk", "stand")),
        (include("one", any_of("able", "walk", "swim")), ("walk",)),
        # Where three of ten could not tick it, a missing tick mostly means what it says.
        (include("swims", any_of("able", "swim")), ()),
        # A tick that rules out is not one that was forgotten.
        (exclude("walks", any_of("able", "walk")), ()),
        (include("none", any_of("able", "none")), ()),
        (include("smokers", BooleanTest("smoker", True)), ()),
    ],
    ids=lambda value: value.id if isinstance(value, Criterion) else None,
)
def test_a_tick_of_nearly_all_must_not_be_needed(criterion: Criterion, options: tuple[str, ...]) -> None:
    expected = [ForgottenTicks("able", options)] if options else []

    assert found_by(forgotten_ticks, criterion, DOING) == expected


# One time for several options.

SHOTS = bank(
    choices("shots", "epidural", "facet", "disc", exclusive="none"),
    number("shot_time", 0, 900, unit="d", grows=Growth.DAILY, ask_if=any_of("shots", "epidural", "facet", "disc")),
    number("shot_count", 0, 9, ask_if=any_of("shots", "epidural", "facet", "disc")),
    choices("surgery", "fusion", "other", "neck", exclusive="none"),
    number("surgery_time", 0, 900, unit="d", ask_if=any_of("surgery", "fusion", "other")),
)
RECENT = NumberTest("shot_time", max=Fraction(28))


@pytest.mark.parametrize(
    ("criterion", "is_mixed"),
    [
        (exclude("recent", All((any_of("shots", "epidural"), RECENT))), True),
        (include("not-recent", Any((none_of("shots", "epidural"), Not(RECENT)))), True),
        (include("recent", All((any_of("shots", "epidural"), RECENT))), True),
        (exclude("recent", All((any_of("shots", "epidural", "facet"), RECENT))), True),
        # All kinds that open the time, or none but these.
        (exclude("any", All((any_of("shots", "epidural", "facet", "disc"), RECENT))), False),
        (exclude("any", RECENT), False),
        (exclude("alone", All((any_of("shots", "epidural"), none_of("shots", "facet", "disc"), RECENT))), False),
        (exclude("either", Any((any_of("shots", "disc"), RECENT))), False),
        # A kind of which no time is asked, and a number that is no time.
        (
            exclude(
                "surgery", All((any_of("surgery", "fusion", "other"), NumberTest("surgery_time", max=Fraction(9))))
            ),
            False,
        ),
        (exclude("count", All((any_of("shots", "epidural"), NumberTest("shot_count", min=Fraction(3))))), False),
        (include("team", None), False),
    ],
    ids=lambda value: value.id if isinstance(value, Criterion) else None,
)
def test_the_time_of_all_must_not_stand_for_the_time_of_some(criterion: Criterion, is_mixed: bool) -> None:
    found = found_by(mixed_times, criterion, SHOTS)

    assert [(one.list_question, one.time_question) for one in found] == [("shots", "shot_time")] * is_mixed
    assert all(MixedTimes("shots", "shot_time", one.option, one.other) == one for one in found)
    assert all({one.option, one.other} <= {"epidural", "facet", "disc"} for one in found)


def test_a_date_of_all_does_not_stand_for_the_date_of_some_either() -> None:
    day = dated("shot_day", ask_if=any_of("shots", "epidural", "facet"))
    questions = bank(choices("shots", "epidural", "facet"), day)
    recent = exclude("recent", All((any_of("shots", "epidural"), DateTest("shot_day", max_days=28))))

    assert found_by(mixed_times, recent, questions) == [MixedTimes("shots", "shot_day", "epidural", "facet")]


def test_a_time_that_opens_together_with_the_list_is_of_the_whole_list_too() -> None:
    had = any_of("procedures", "shot")
    questions = bank(
        choices("procedures", "shot", "operation", exclusive="none"),
        choices("shots", "epidural", "facet", ask_if=had),
        number("shot_time", 0, 900, unit="d", ask_if=had),
        number("epidural_time", 0, 900, unit="d", ask_if=any_of("shots", "epidural")),
    )
    of_any = exclude("any", All((any_of("shots", "epidural"), RECENT)))
    of_its_own = exclude("own", NumberTest("epidural_time", max=Fraction(28)))
    either = exclude(
        "either", Any((of_its_own.rule, All((any_of("shots", "facet"), none_of("shots", "epidural"), RECENT))))
    )

    assert found_by(mixed_times, of_any, questions) == [MixedTimes("shots", "shot_time", "epidural", "facet")]
    assert found_by(mixed_times, of_its_own, questions) == []
    assert found_by(mixed_times, either, questions) == []
