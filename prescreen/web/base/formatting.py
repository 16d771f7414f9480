"""Formatting of values for people: units, numbers, answers, days, and links to write or call."""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from urllib.parse import quote

from babel.dates import format_date, format_skeleton
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from prescreen.eligibility.assessment.answers import Answer, Declined, Facts
from prescreen.eligibility.criteria.dates import PartialDate, Precision
from prescreen.eligibility.criteria.questions import Question, QuestionType, plain
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.units import factor
from prescreen.web.base.language import language, say
from prescreen.workflow.participants.phone_numbers import dialled

_SENTENCE = re.compile(r".*?[.!?](?=\s)", re.DOTALL)
_UNITS: dict[str, Callable[[int], str]] = {
    "d": lambda count: ngettext("day", "days", count),
    "wk": lambda count: ngettext("week", "weeks", count),
    "mo": lambda count: ngettext("month", "months", count),
    "a": lambda count: ngettext("year", "years", count),
    "h": lambda count: ngettext("hour", "hours", count),
    "min": lambda count: ngettext("minute", "minutes", count),
    "kg": lambda count: ngettext("kilogram", "kilograms", count),
    "[lb_av]": lambda count: ngettext("pound", "pounds", count),
    "[stone_av]": lambda count: ngettext("stone", "stone", count),
    "cm": lambda count: ngettext("centimeter", "centimeters", count),
    "m": lambda count: ngettext("meter", "meters", count),
    "[in_i]": lambda count: ngettext("inch", "inches", count),
    "[ft_i]": lambda count: ngettext("foot", "feet", count),
    "{drinks}": lambda count: ngettext("drink", "drinks", count),
    "{score_0_10}": lambda _count: _("out of 10"),
    "{score_0_100}": lambda _count: _("out of 100"),
    "%": lambda _count: _("percent"),
    "kg/m2": lambda _count: "",
}
_SEVERAL = 2
_INCHES_OF_A_FOOT = 12

DO_NOT_KNOW, RATHER_NOT_SAY = lazy_gettext("I don't know"), lazy_gettext("I'd rather not say")
_DECLINED = {Declined.DO_NOT_KNOW: DO_NOT_KNOW, Declined.RATHER_NOT_SAY: RATHER_NOT_SAY}
_DAY_FORMS = {"en": "en_GB"}
"""The locale that formats days in a language: our English puts the day before the month."""


def unit_label(unit: str | None) -> str:
    """Return the name of a unit, in the plural."""
    return _unit_words(unit, _SEVERAL)


def _unit_words(unit: str | None, count: int) -> str:
    named = _UNITS.get(unit or "")
    return named(count) if named else (unit or "").strip("{}").replace("_", " ")


def amount(number: Fraction, unit: str | None) -> str:
    """Return a number with its unit, such as "8 weeks"."""
    if unit == "[in_i]" and number >= _INCHES_OF_A_FOOT:
        feet, inches = divmod(number, _INCHES_OF_A_FOOT)
        return _("%(feet)s ft %(inches)s in", feet=feet, inches=plain(inches))
    # Every number except 1 takes the plural, such as "0.5 weeks" and "0 weeks".
    words = _unit_words(unit, 1 if number == 1 else _SEVERAL)
    return _("%(number)s %(unit)s", number=plain(number), unit=words) if words else plain(number)


def friendly(number: Fraction, question: Question) -> tuple[Fraction, str | None]:
    """Return a number and its unit: the largest offered unit in which it is whole, else the first one offered."""
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


def quoted(label: str) -> str:
    """Return an option as it is quoted, maybe among others: what its author adds stands in parentheses.

    >>> quoted("Cannabis (marijuana). CBD alone does not count"), quoted("Diabetes. Prediabetes does not count")
    ('Cannabis (marijuana) (CBD alone does not count)', 'Diabetes (prediabetes does not count)')
    """
    first = first_sentence(label)
    more = label[len(first) :].strip()
    if not more:
        return label
    more = more if more[1:2].isupper() else more[0].lower() + more[1:]
    return f"{first.rstrip('.')} ({more.rstrip('.')})"


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, or all of it where it has one alone.

    >>> first_sentence("It takes 1.5 hours. You rest afterwards."), first_sentence("No end")
    ('It takes 1.5 hours.', 'No end')
    """
    found = _SENTENCE.match(text)
    return found[0] if found else text


def value_words(question: Question, value: Value) -> str:
    """Return a value in the words of its question; raise TypeError for a value of another kind."""
    match question.type, value:
        case QuestionType.BOOLEAN, bool():
            return _("Yes") if value else _("No")
        case QuestionType.CHOICE, str():
            return quoted(say(question.option(value).label))
        case QuestionType.CHOICES, frozenset():
            labels = [quoted(say(option.label)) for option in question.options if option.id in value]
            return "; ".join(labels) or _("None of these")
        case QuestionType.NUMBER, Fraction():
            return amount(*friendly(value, question))
        case QuestionType.DATE, PartialDate():
            return date_words(value)
    raise TypeError(f"'{question.id}' holds a value of another kind")


def answer_words(question: Question, answer: Answer) -> str:
    """Return an answer in words, or that it was declined."""
    if isinstance(answer.value, Declined):
        return str(_DECLINED[answer.value])
    return value_words(question, answer.value)


def said(question: Question, facts: Facts) -> str:
    """Return a person's answer to a question, or the value computed from their answers; empty where there is none."""
    if question.computed:
        value = facts.value(question.id)
        return value_words(question, rounded(value)) if isinstance(value, Fraction) else ""
    answer = facts.answers.get(question.id)
    return answer_words(question, answer) if answer else ""


def said_about(question: Question, facts: Facts) -> str:
    """Return a person's answer after what it is about in short, for an answer that does not explain itself."""
    label, answer = say(question.subject), said(question, facts)
    if not answer:
        return ""
    if label.endswith("?"):
        return f"{label} {answer}"
    return _("%(label)s: %(value)s", label=label, value=answer)


def rounded(value: Value) -> Value:
    """Return a number rounded to one decimal, for display only; other values unchanged."""
    return Fraction(round(value * 10), 10) if isinstance(value, Fraction) else value


def date_words(value: PartialDate) -> str:
    """Return a date with the precision to which it is known: "27 March 2026", "March 2026"."""
    if value.precision is Precision.DAY:
        return day(value.first)
    return format_skeleton("yMMMM", value.first, locale=_DAY_FORMS.get(language(), language()))


def day(on: date) -> str:
    """Return a day in words, such as "23 November 2026"."""
    return format_date(on, "long", locale=_DAY_FORMS.get(language(), language()))


def mail_link(address: str) -> str:
    """Return the URL that writes to an e-mail address; no sign in it can add another recipient or a subject.

    >>> mail_link("ann+trial@example.org"), mail_link("a?bcc=b%40c.example@example.org")
    ('mailto:ann%2Btrial@example.org', 'mailto:a%3Fbcc%3Db%2540c.example@example.org')
    """
    return f"mailto:{quote(address, safe='@')}"


def call_link(number: str) -> str:
    """Return the URL that calls a telephone number, with its extension."""
    return f"tel:{dialled(number)}"


def text_link(number: str) -> str:
    """Return the URL that writes a text message to a telephone number."""
    return f"sms:{dialled(number)}"
