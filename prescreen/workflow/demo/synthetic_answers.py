"""Answers drawn at random, as common as the question bank says, and adjusted to a wanted result for a trial.

What is drawn depends on the random numbers alone: the same seed makes the same people.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from random import Random

from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment.determination import Determination, assess
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.date import precision_of, range_on
from prescreen.eligibility.criteria.questions import AGE, AGE_UNIT, Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import (
    All,
    ChoicesTest,
    NumberTest,
    OptionTest,
    Rule,
    Value,
    evaluate,
    questions_in,
)
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.criteria.units import TIME_UNITS, factor
from prescreen.eligibility.interview.question_selection import RedFlag, flag_questions

_FEW = 8
"""A number below this many of one unit is told in a smaller unit."""
_TICKED = 0.3
"""The probability that an option is ticked whose prevalence the bank does not know."""
_ROUNDS, _TRIES = 40, 30
_DAYS_BACK = 100 * 365
"""How far dates lie from today at most."""
_PREGNANCY = ChoicesTest("health_areas", any_of=frozenset({"pregnancy"}))
_NEVER = (
    All((OptionTest("sex_at_birth", frozenset({"male"})), _PREGNANCY)),
    All((NumberTest(AGE, min=Fraction(56)), _PREGNANCY)),
)
"""What hardly anyone says, in words of the shipped bank; of a bank without such questions nothing is expected."""
_LAST_OF_ANY_AND_OF_ONE_KIND = ("injection_time", "epidural_time")
"""Two times of the shipped bank, in days; the second is never the shorter one."""


class WantedResult(StrEnum):
    """The wanted result for one trial: it fits, something stays open, or any."""

    FIT = "fit"
    OPEN = "open"
    WHATEVER = "whatever"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The questions, prevalences and day to draw answers for, and the answers that cannot be submitted.

    `names` is in order of dependency (`QuestionBank.reached_from`).
    """

    bank: QuestionBank
    names: tuple[str, ...]
    flags: tuple[RedFlag, ...]
    on: date
    rng: Random

    def facts(self, answers: Answers) -> Facts:
        """Return what these answers say on the day."""
        return Facts(self.bank, answers, self.on)


def drawn(drawing: Drawing) -> Answers:
    """Return an adult's plausible answers to every question that applies, without any that is an emergency."""
    while not _may_send(drawing, answers := completed(drawing, Answers())):
        pass
    return answers


def _may_send(drawing: Drawing, answers: Answers) -> bool:
    facts = drawing.facts(answers)
    urgent = [flag for flag in drawing.flags if flag.is_emergency]
    is_urgent = any(evaluate(flag.when, facts) is Truth.TRUE for flag in urgent)
    return not facts.is_under_age and not is_urgent and is_plausible(facts)


def is_plausible(facts: Facts) -> bool:
    """Return whether one person can have said all of this: no contradiction, and nothing longer than their life."""
    known = (rule for rule in _NEVER if all(name in facts.bank for name in questions_in(rule)))
    contradicts = any(evaluate(rule, facts) is Truth.TRUE for rule in known) or _is_later_than_the_last(facts)
    return not contradicts and not any(_is_longer_than_life(facts, name) for name in facts.answers)


def _is_later_than_the_last(facts: Facts) -> bool:
    last, one_kind = (facts.answers.get(name) for name in _LAST_OF_ANY_AND_OF_ONE_KIND)
    if last is None or one_kind is None:
        return False
    return isinstance(last.value, Fraction) and isinstance(one_kind.value, Fraction) and one_kind.value < last.value


def _is_longer_than_life(facts: Facts, question_id: str) -> bool:
    unit = facts.bank[question_id].unit
    age, told = facts.value(AGE), facts.value(question_id)
    if unit not in TIME_UNITS or not isinstance(age, Fraction) or not isinstance(told, Fraction):
        return False
    return told * factor(unit, AGE_UNIT) > age + 1


def completed(drawing: Drawing, given: Answers, settled: tuple[str, ...] = ()) -> Answers:
    """Return these answers without those that do not apply, and with missing ones drawn, except `settled` ones."""
    kept: dict[str, Answer] = {}
    # One pass is enough: the questions that one depends on come before it and are settled when it is reached.
    facts = drawing.facts(Answers(kept))
    for name in drawing.names:
        question = drawing.bank[name]
        known = given.get(name)
        if question.computed or facts.applies(name) is not Truth.TRUE or (known is None and name in settled):
            continue
        kept[name] = known or Answer(value_drawn(question, drawing.rng, drawing.on), drawing.on)
    return Answers(kept)


def bent(drawing: Drawing, answers: Answers, trial: Trial, wish: WantedResult) -> Answers:
    """Return answers with the wanted result for a trial, as far as a few tries achieve it."""
    if wish is WantedResult.WHATEVER:
        return answers
    fitting = _fitting(drawing, answers, trial)
    if wish is WantedResult.FIT:
        return fitting
    # What is left open may decide whether others apply.
    return drawing.facts(_left_open(drawing, fitting, trial)).applicable().answers


def _fitting(drawing: Drawing, answers: Answers, trial: Trial) -> Answers:
    """Redraw the questions of a criterion that does not permit, as long as the result is no worse."""
    blockers = _blockers(drawing, answers, trial)
    for _ in range(_ROUNDS):
        if not blockers:
            break
        tried = completed(drawing, _permitted(drawing, answers, drawing.rng.choice(blockers)))
        left = _blockers(drawing, tried, trial)
        if len(left) <= len(blockers) and _may_send(drawing, tried):
            answers, blockers = tried, left
    return answers


def _blockers(drawing: Drawing, answers: Answers, trial: Trial) -> list[Rule]:
    """Return the rules that must be true, and are not, for a trial to permit."""
    judged = assess(trial, drawing.facts(answers))
    return [rule for one in judged.blockers if (rule := one.criterion.permitting_rule) is not None]


def _permitted(drawing: Drawing, answers: Answers, rule: Rule) -> Answers:
    """Return answers that make one rule true, by redrawing its questions; unchanged where no try does."""
    asked = questions_in(rule)
    # Sometimes also redraw the questions that decide whether one applies.
    wide = drawing.bank.reached_from(asked) if drawing.rng.random() < _TICKED else asked
    names = _asked_for(drawing.bank, wide)
    for _ in range(_TRIES):
        fresh = {name: Answer(value_drawn(drawing.bank[name], drawing.rng, drawing.on), drawing.on) for name in names}
        tried = Answers({**answers.given, **fresh})
        if evaluate(rule, drawing.facts(tried)) is Truth.TRUE:
            return tried
    return answers


def _asked_for(bank: QuestionBank, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(source for name in names for source in bank.sources_of(name) or (name,))


def _left_open(drawing: Drawing, answers: Answers, trial: Trial) -> Answers:
    """Leave one or two answers of a trial unknown or unasked, except those that red flags depend on."""
    facts = drawing.facts(answers)
    needed = {name for flag in drawing.flags for name in (*questions_in(flag.when), *flag_questions(flag, facts))}
    spare = [name for name in trial.questions(drawing.bank) if name in answers and name not in needed]
    drawing.rng.shuffle(spare)
    for name in spare:
        answers = _unknown(drawing, answers, name)
        if assess(trial, drawing.facts(answers)).determination is not Determination.POTENTIALLY_ELIGIBLE:
            break
    return answers


def _unknown(drawing: Drawing, answers: Answers, name: str) -> Answers:
    why = drawing.rng.choice((Declined.DO_NOT_KNOW, Declined.RATHER_NOT_SAY, None))
    return answers.without(name) if why is None else answers.having(name, Answer(why, drawing.on))


def value_drawn(question: Question, rng: Random, on: date) -> Value:
    """Return one value of a question, drawn as often as people give it who answer on a day."""
    shares = {option: float(share) for option, share in question.prevalence.items()}
    match question.type:
        case QuestionType.BOOLEAN:
            return rng.random() < shares.get("true", 0.5)
        case QuestionType.CHOICE:
            weights = [shares.get(option, 0.0 if shares else 1.0) for option in question.option_ids]
            return rng.choices(question.option_ids, weights)[0]
        case QuestionType.CHOICES:
            return _ticks(question, shares, rng)
        case QuestionType.NUMBER:
            return _as_told(question, _number(question, rng.random()))
        case QuestionType.DATE:
            return _date(question, rng.random(), on)


def _ticks(question: Question, shares: dict[str, float], rng: Random) -> frozenset[str]:
    several = [option for option in question.option_ids if option not in question.exclusive_ids]
    ticked = frozenset(option for option in several if rng.random() < shares.get(option, _TICKED))
    commonest = max(several, key=lambda option: shares.get(option, _TICKED))
    return ticked or frozenset(sorted(question.exclusive_ids)[:1]) or frozenset({commonest})


def _number(question: Question, share: float) -> Fraction:
    """Return the number at this quantile, interpolated linearly between the known ones."""
    known = {Fraction(value): float(part) for value, part in question.prevalence.items()}
    low, high = question.range.min or Fraction(0), question.range.max or max(known, default=Fraction(100))
    steps = sorted({low: 0.0, high: 1.0, **known}.items())
    for (since, lower), (to, upper) in pairwise(steps):
        if share <= upper:
            # Below the first known share, everyone has the least number.
            part = max(0.0, (share - lower) / (upper - lower)) if upper > lower else 0.0
            return since + Fraction(part) * (to - since)
    return high


def _date(question: Question, share: float, on: date) -> PartialDate:
    """Return a date of the range, or where that is open of the last years; nearer to the day the more often."""
    low, high = range_on(question, on)
    low, high = max(low, on.toordinal() - _DAYS_BACK), min(high, on.toordinal() + _DAYS_BACK)
    back = int(share * share * (high - low))
    return PartialDate.of(date.fromordinal(high - back), precision_of(question))


def _as_told(question: Question, number: Fraction) -> Fraction:
    """Round a number as people tell it: whole, in a unit of which there are not too few."""
    sizes = sorted((factor(unit, question.unit or unit) for unit in question.units), reverse=True)
    size = next((one for one in sizes if number / one >= _FEW), Fraction(1))
    told = round(number / size) * size
    return told if told in question.range else number
