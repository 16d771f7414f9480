"""Criteria that would give a plausible person a wrong result, because of how their questions are asked.

Each is shown by two or three people who differ in one or two answers alone, and whom the criterion judges as it should
not. The search for them is exact (`possible_answers`), and looks only at criteria that reach such a question.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import permutations, product

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import ChoicesTest, Rule, Tested, questions_in
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.criteria.units import TIME_UNITS
from prescreen.eligibility.drafting.possible_answers import Clause, Space, Wanted

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


@dataclass(frozen=True, slots=True)
class Judged:
    """The rule that is true where a criterion permits, and all answers that matter to it on a day."""

    permits: Rule
    space: Space

    @classmethod
    def of(cls, criterion: Criterion, bank: QuestionBank, on: date, worth: Collection[str]) -> "Judged | None":
        """Return a criterion as it is judged; None for one that reaches none of the questions `worth` a look."""
        rule = criterion.permitting_rule
        reached = bank.reached_from(questions_in(rule)) if rule else ()
        return cls(rule, Space.of((rule,), bank, on)) if rule and any(name in worth for name in reached) else None

    def questions(self, *types: QuestionType) -> Iterator[Question]:
        """Yield the questions of these types that the rule reaches, those that others depend on first."""
        reached = map(self.space.bank.__getitem__, self.space.names)
        return (question for question in reached if question.type in types)

    def choices_tests(self, question: Question) -> Iterator[ChoicesTest]:
        """Yield the tests of a tick list, in the rule and in the conditions under which its questions apply."""
        return (one for one in self.space.tests if isinstance(one, ChoicesTest) and one.question == question.id)

    def permitted(self, truth: Truth, given: Mapping[str, Tested]) -> Clause:
        """Return the wish that the criterion permits, or does not, where these questions are answered so."""
        return (Wanted(self.permits, truth, given),)


def worth_a_look(bank: QuestionBank) -> frozenset[str]:
    """Return the questions without which no criterion is doubtful: of a whole folder few criteria reach any."""
    return frozenset(question.id for question in bank if _is_worth_a_look(question))


def _is_worth_a_look(question: Question) -> bool:
    if any(option.never_rules_out for option in question.options):
        return True
    if question.type is QuestionType.CHOICES:
        return bool(_common(question))
    return _is_of_some(question)


def _common(question: Question) -> frozenset[str]:
    """Return the options of a tick list that fit nearly all."""
    fitting = (one for one, share in question.prevalence.items() if share >= COMMON)
    return frozenset(fitting) - question.exclusive_ids


def options_that_rule_out(judged: Judged) -> Iterator[OptionThatRulesOut]:
    """Yield the options marked `never_rules_out` that, answered alone, rule out where another answer would not.

    Another answer to which fewer questions apply is no proof: there the answers to these rule out.
    """
    for question in judged.questions(QuestionType.CHOICE, QuestionType.CHOICES):
        for option in question.options:
            instead = _instead(judged, question, option.id) if option.never_rules_out else None
            if instead is not None:
                yield OptionThatRulesOut(question.id, option.id, instead)


def _instead(judged: Judged, question: Question, option: str) -> tuple[str, ...] | None:
    """Return another answer that can permit where this option alone does not; None where there is none."""
    alone = {question.id: frozenset({option}) if question.type is QuestionType.CHOICES else option}
    gates = [one.ask_if for one in judged.questions(*QuestionType)]
    opened = (
        (Wanted(gate, Truth.FALSE, alone), Wanted(gate, Truth.TRUE, {}))
        for gate in gates
        if gate and question.id in questions_in(gate)
    )
    found = judged.space.answers_with([judged.permitted(Truth.FALSE, alone), judged.permitted(Truth.TRUE, {}), *opened])
    return _options_of(found[question.id]) if found else None


def _options_of(value: Tested) -> tuple[str, ...]:
    return tuple(sorted(value)) if isinstance(value, frozenset) else (str(value),)


def forgotten_ticks(judged: Judged) -> Iterator[ForgottenTicks]:
    """Yield for each tick list the options that fit nearly all, and whose missing tick alone rules out."""
    for question in judged.questions(QuestionType.CHOICES):
        named = frozenset[str]().union(*(test.mentioned for test in judged.choices_tests(question)))
        common = named & _common(question)
        missed = tuple(one for one in question.option_ids if one in common and _is_missed(judged, question, one))
        if missed:
            yield ForgottenTicks(question.id, missed)


def _is_missed(judged: Judged, question: Question, option: str) -> bool:
    sets = {ticks - {option} for ticks in judged.space.values(question.id) if isinstance(ticks, frozenset)}
    pairs = (
        (
            judged.permitted(Truth.FALSE, {question.id: ticks}),
            judged.permitted(Truth.TRUE, {question.id: ticks | {option}}),
        )
        for ticks in sets
        if ticks.isdisjoint(question.exclusive_ids)
    )
    return any(judged.space.answers_with(pair) is not None for pair in pairs)


def mixed_times(judged: Judged) -> Iterator[MixedTimes]:
    """Yield the times that are asked for a tick list as a whole, and taken for the time of some of its options.

    A person with two of the options, each of which alone is judged the same at its time, is judged otherwise with both,
    since the one time they tell is that of the other option.
    """
    tested = questions_in(judged.permits)
    times = [one for one in judged.questions(QuestionType.NUMBER, QuestionType.DATE) if _is_of_some(one)]
    for ticks in judged.questions(QuestionType.CHOICES) if times else ():
        # Where a kind has a time of its own, the author has thought of it, and people cannot tell two times freely.
        of_list = [time for time in times if ticks.id in tested and _is_of(time, ticks)]
        found = _mixed(judged, ticks, of_list[0]) if len(of_list) == 1 else None
        if found:
            yield found


def _is_of_some(question: Question) -> bool:
    """Return whether a question asks some people for a time."""
    is_time = question.type is QuestionType.DATE or (
        question.type is QuestionType.NUMBER and question.unit in TIME_UNITS
    )
    return is_time and question.ask_if is not None


def _is_of(time: Question, ticks: Question) -> bool:
    """Return whether a time is asked of a list: options of it open the question, or the same answers open both."""
    return time.ask_if is not None and (ticks.id in questions_in(time.ask_if) or time.ask_if == ticks.ask_if)


def _mixed(judged: Judged, ticks: Question, time: Question) -> MixedTimes | None:
    times = judged.space.values(time.id)
    opening = [one for one in _told_apart(judged, ticks) if _opens(judged, ticks, one, time)]
    for option, other in permutations(opening, 2):
        for own, others, alike in product(times, times, (Truth.TRUE, Truth.FALSE)):
            if _is_mixed(judged, {option: own, other: others}, ticks.id, time, alike):
                return MixedTimes(ticks.id, time.id, option, other)
    return None


def _opens(judged: Judged, ticks: Question, option: str, time: Question) -> bool:
    """Return whether the question for a time can apply to people with this option alone."""
    alone = {ticks.id: frozenset({option})}
    gates = judged.space.bank.gates_of(time.id)
    return judged.space.answers_with([(Wanted(gate, Truth.TRUE, alone),) for gate in gates]) is not None


def _told_apart(judged: Judged, ticks: Question) -> list[str]:
    """Return one option from each group of options that no test distinguishes, but for exclusive ones."""
    tests = list(judged.choices_tests(ticks))
    groups: dict[tuple[bool, ...], str] = {}
    for option in ticks.option_ids:
        if option not in ticks.exclusive_ids:
            parts = (part or () for one in tests for part in (one.any_of, one.all_of, one.none_of))
            groups.setdefault(tuple(option in part for part in parts), option)
    return list(groups.values())


def _is_mixed(judged: Judged, told: Mapping[str, Tested], ticks: str, time: Question, alike: Truth) -> bool:
    """Return whether each option alone at its time is judged `alike`, and both at the time of the last are not."""
    apart: list[Mapping[str, Tested]] = [{ticks: frozenset({one}), time.id: when} for one, when in told.items()]
    both: Mapping[str, Tested] = {**apart[-1], ticks: frozenset(told)}
    asked = ((Wanted(time.ask_if, Truth.TRUE, given),) for given in apart if time.ask_if)
    wishes = [judged.permitted(~alike, both), *(judged.permitted(alike, given) for given in apart), *asked]
    return judged.space.answers_with(wishes) is not None
