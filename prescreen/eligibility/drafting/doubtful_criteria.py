"""Criteria that would give a plausible person a wrong result, because of how their questions are asked.

Each is shown by two or three people who differ in one or two answers alone, and whom the criterion judges as it should
not. The search for them is exact (`possible_answers`), and looks only at criteria that reach such a question.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import permutations, product

from prescreen.eligibility.assessment.counterfactuals import tests_met
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import ChoicesTest, Rule, Test, Tested, questions_in
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.criteria.units import TIME_UNITS
from prescreen.eligibility.drafting.possible_answers import Clause, Wanted, can_all_hold, values_told_apart

COMMON = Fraction(3, 4)
"""An option with this prevalence or more fits nearly all: where it is not ticked, it was often only forgotten."""


@dataclass(frozen=True, slots=True)
class OptionThatRulesOut:
    """An option that must never rule out, with which alone a criterion does not permit, and options that permit."""

    question: str
    option: str
    instead: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ForgottenTicks:
    """Options that fit nearly all, each of whose missing tick alone makes a criterion not permit."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MixedTimes:
    """A time asked for two options of a list together, which a criterion takes for the time of `option`."""

    list_question: str
    time_question: str
    option: str
    other: str


class _Judged:
    """A criterion that has a rule, and what its rule is judged by on a day."""

    def __init__(self, permits: Rule, bank: QuestionBank, on: date) -> None:
        self.permits, self.bank, self.on = permits, bank, on

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions that the rule reaches, those that others depend on first."""
        return tuple(map(self.bank.__getitem__, self.bank.reached_from(questions_in(self.permits))))

    @cached_property
    def tests(self) -> list[Test]:
        """The tests of the rule, and of the conditions under which its questions apply."""
        return tests_met((self.permits,), self.bank)

    def values(self, question: Question) -> list[Tested]:
        """Return one value of a question for each way in which the tests judge its values."""
        return values_told_apart(question.id, self.tests, self.bank, self.on)

    def permitted(self, truth: Truth, given: Mapping[str, Tested]) -> Clause:
        """Return the wish that the criterion permits, or does not, where these questions are answered so."""
        return (Wanted(self.permits, truth, given),)

    def can_be(self, *clauses: Clause) -> bool:
        """Return whether all other questions can be answered so that every clause holds."""
        return can_all_hold(clauses, self.bank, self.on)


def options_that_rule_out(criterion: Criterion, bank: QuestionBank, on: date) -> Iterator[OptionThatRulesOut]:
    """Yield the options marked `never_rules_out` that, answered alone, rule out where another answer would not.

    Another answer to which fewer questions apply is no proof: there the answers to these rule out.
    """
    judged = _Judged(rule, bank, on) if (rule := criterion.permitting_rule) else None
    for question in judged.questions if judged else ():
        for option in question.options:
            if judged and option.never_rules_out:
                instead = _instead(judged, question, option.id)
                if instead is not None:
                    yield OptionThatRulesOut(question.id, option.id, instead)


def _instead(judged: _Judged, question: Question, option: str) -> tuple[str, ...] | None:
    """Return another answer that can permit where this option alone does not; None where there is none."""
    alone = {question.id: frozenset({option}) if question.type is QuestionType.CHOICES else option}
    refused = judged.permitted(Truth.FALSE, alone)
    if not judged.can_be(refused):
        return None
    gates = [gate for one in judged.questions if (gate := one.ask_if) and question.id in questions_in(gate)]
    others = [value for value in judged.values(question) if value != alone[question.id]]
    for value in sorted(others, key=lambda value: (not value, len(_options_of(value)))):
        other = {question.id: value}
        opened = ((Wanted(gate, Truth.FALSE, alone), Wanted(gate, Truth.TRUE, other)) for gate in gates)
        if judged.can_be(refused, judged.permitted(Truth.TRUE, other), *opened):
            return _options_of(value)
    return None


def _options_of(value: Tested) -> tuple[str, ...]:
    return tuple(sorted(value)) if isinstance(value, frozenset) else (str(value),)


def forgotten_ticks(criterion: Criterion, bank: QuestionBank, on: date) -> Iterator[ForgottenTicks]:
    """Yield for each tick list the options that fit nearly all, and whose missing tick alone rules out."""
    judged = _Judged(rule, bank, on) if (rule := criterion.permitting_rule) else None
    for question in judged.questions if judged else ():
        common = {name for name, share in question.prevalence.items() if share >= COMMON} - question.exclusive_ids
        if judged and question.type is QuestionType.CHOICES and common:
            missed = tuple(one for one in question.option_ids if one in common and _is_missed(judged, question, one))
            if missed:
                yield ForgottenTicks(question.id, missed)


def _is_missed(judged: _Judged, question: Question, option: str) -> bool:
    sets = {ticks - {option} for ticks in judged.values(question) if isinstance(ticks, frozenset)}
    return any(
        judged.can_be(
            judged.permitted(Truth.FALSE, {question.id: ticks}),
            judged.permitted(Truth.TRUE, {question.id: ticks | {option}}),
        )
        for ticks in sets
        if ticks.isdisjoint(question.exclusive_ids)
    )


def mixed_times(criterion: Criterion, bank: QuestionBank, on: date) -> Iterator[MixedTimes]:
    """Yield the times that are asked for a tick list as a whole, and taken for the time of some of its options.

    A person with two of the options, each of which alone is judged the same at its time, is judged otherwise with both,
    since the one time they tell is that of the other option.
    """
    judged = _Judged(rule, bank, on) if (rule := criterion.permitting_rule) else None
    tested = questions_in(judged.permits) if judged else ()
    for time in judged.questions if judged else ():
        for name in questions_in(time.ask_if) if time.ask_if and _is_time(time) else ():
            if judged and name in tested and bank[name].type is QuestionType.CHOICES:
                found = _mixed(judged, bank[name], time)
                if found:
                    yield found


def _is_time(question: Question) -> bool:
    return question.type is QuestionType.DATE or question.unit in TIME_UNITS


def _mixed(judged: _Judged, ticks: Question, time: Question) -> MixedTimes | None:
    for option, other in permutations(_told_apart(judged, ticks), 2):
        for times in product(judged.values(time), repeat=2):
            if any(_is_mixed(judged, (ticks.id, time.id), (option, other), times, truth) for truth in _KNOWN):
                return MixedTimes(ticks.id, time.id, option, other)
    return None


_KNOWN = (Truth.TRUE, Truth.FALSE)


def _told_apart(judged: _Judged, ticks: Question) -> list[str]:
    """Return one option from each group of options that no test distinguishes, but for exclusive ones."""
    tests = [one for one in judged.tests if isinstance(one, ChoicesTest) and one.question == ticks.id]
    groups: dict[tuple[bool, ...], str] = {}
    for option in ticks.option_ids:
        if option not in ticks.exclusive_ids:
            parts = (part or () for one in tests for part in (one.any_of, one.all_of, one.none_of))
            groups.setdefault(tuple(option in part for part in parts), option)
    return list(groups.values())


def _is_mixed(
    judged: _Judged, names: tuple[str, str], options: tuple[str, str], times: tuple[Tested, ...], alike: Truth
) -> bool:
    """Return whether each option alone at its time is judged `alike`, and both with the time of the other are not."""
    ticks, time = names
    option, other = (frozenset({one}) for one in options)
    apart: list[Mapping[str, Tested]] = [{ticks: option, time: times[0]}, {ticks: other, time: times[1]}]
    both: Mapping[str, Tested] = {ticks: option | other, time: times[1]}
    asked = judged.bank[time].ask_if
    return judged.can_be(
        *(judged.permitted(alike, given) for given in apart),
        *((Wanted(asked, Truth.TRUE, given),) for given in apart if asked),
        judged.permitted(~alike, both),
    )
