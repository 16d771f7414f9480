"""How values are written for people: units, numbers, answers, days."""

from datetime import date
from fractions import Fraction

from flask_babel import gettext as _

from prescreen.eligibility.answers import Answer, Declined, Facts
from prescreen.eligibility.questions import Question, QuestionType, plain
from prescreen.eligibility.rules import Missing, Value
from prescreen.eligibility.units import factor
from prescreen.storage.referrals import State

_UNITS = {
    "d": ("day", "days"),
    "wk": ("week", "weeks"),
    "mo": ("month", "months"),
    "a": ("year", "years"),
    "h": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "kg": ("kilogram", "kilograms"),
    "[lb_av]": ("pound", "pounds"),
    "[stone_av]": ("stone", "stone"),
    "cm": ("centimeter", "centimeters"),
    "m": ("meter", "meters"),
    "[in_i]": ("inch", "inches"),
    "[ft_i]": ("foot", "feet"),
    "{score_0_10}": ("out of 10", "out of 10"),
    "{score_0_100}": ("out of 100", "out of 100"),
    "%": ("percent", "percent"),
    "kg/m2": ("", ""),
}
REFERRAL_STATES = {
    State.NEW: "sent to the team",
    State.CONTACTED: "the team has been in touch",
    State.SCREENING: "the team is checking with you whether it fits",
    State.ELIGIBLE: "the team found that you can take part",
    State.ENROLLED: "you joined the trial",
    State.NOT_ELIGIBLE: "the team found that this trial does not fit",
    State.DECLINED: "you said no",
    State.UNREACHABLE: "the team could not reach you",
    State.WITHDRAWN: "you withdrew",
}
"""Where a referral stands, as the person reads it."""

DO_NOT_KNOW, RATHER_NOT_SAY = "I don't know", "I'd rather not say"
_DECLINED = {Declined.DO_NOT_KNOW: DO_NOT_KNOW, Declined.RATHER_NOT_SAY: RATHER_NOT_SAY}


def unit_label(unit: str | None) -> str:
    """Give the name of a unit, in the plural."""
    return _unit_words(unit)[1]


def _unit_words(unit: str | None) -> tuple[str, str]:
    plain_name = (unit or "").strip("{}").replace("_", " ")
    return _UNITS.get(unit or "", (plain_name, plain_name))


def amount(number: Fraction, unit: str | None) -> str:
    """Give a number with its unit, such as "8 weeks"."""
    return f"{plain(number)} {_unit_words(unit)[number != 1]}".strip()


def friendly(number: Fraction, question: Question) -> tuple[Fraction, str | None]:
    """Give a number in the largest offered unit in which it is whole, else in the first one offered.

    Gives the number and the unit.
    """
    offered = question.units or (question.unit,)
    if question.unit is None:
        return number, None
    sized = sorted(((factor(question.unit, unit or question.unit), unit) for unit in offered), key=lambda pair: pair[0])
    for by, unit in sized:
        if (number * by).denominator == 1 and number:
            return number * by, unit
    by, unit = min(sized, key=lambda pair: _digits(number * pair[0]))
    return number * by, unit


def _digits(number: Fraction) -> int:
    return len(plain(number))


def value_words(question: Question, value: Value) -> str:
    """Give a value in the words of its question."""
    match question.type, value:
        case QuestionType.BOOLEAN, bool():
            return "Yes" if value else "No"
        case QuestionType.CHOICE, str():
            return str(question.option(value).label)
        case QuestionType.CHOICES, frozenset():
            labels = [str(option.label) for option in question.options if option.id in value]
            return "; ".join(labels) or "None of these"
        case QuestionType.NUMBER, Fraction():
            return amount(*friendly(value, question))
    raise TypeError(f"'{question.id}' holds a value of another kind")


def answer_words(question: Question, answer: Answer) -> str:
    """Give what was answered, or that it was declined."""
    if isinstance(answer.value, Declined):
        return _DECLINED[answer.value]
    return value_words(question, answer.value)


def said(question: Question, facts: Facts) -> str:
    """Give what a person said to a question, as quoted beside a reason."""
    if question.computed:
        value = facts.value(question.id)
        worked_out = "not known yet" if isinstance(value, Missing) else value_words(question, rounded(value))
        return f"{question.ask}: {worked_out}"
    answer = facts.answers.get(question.id)
    if answer is None:
        return "Not asked yet"
    if facts.bank.about_another:
        return _("You said for them: %(answer)s", answer=answer_words(question, answer))
    return f"You said: {answer_words(question, answer)}"


def asked_and_said(question: Question, facts: Facts) -> str:
    """Give what a person said, with the question, where the answer alone would not tell what it is about."""
    return said(question, facts) if question.computed else f"{question.ask} {said(question, facts)}"


def rounded(value: Value) -> Value:
    """Give a number to one decimal, for show only."""
    return Fraction(round(value * 10), 10) if isinstance(value, Fraction) else value


_COUNTRIES = {
    "US": "the United States",
    "CA": "Canada",
    "GB": "the United Kingdom",
    "EU": "the European Union",
    "AU": "Australia",
    "NZ": "New Zealand",
    "IE": "Ireland",
    "IN": "India",
}


def country(code: str) -> str:
    """Give a country's name by its code, or the code where we have no name for it."""
    return _COUNTRIES.get(code, code)


def day(on: date) -> str:
    """Give a day in words, such as "23 November 2026"."""
    return f"{on.day} {on:%B %Y}"
