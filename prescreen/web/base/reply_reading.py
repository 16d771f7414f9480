"""Posted replies to questions as values. Messages say how to correct what was typed, with an example that is taken."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.number_limits import limits_in
from prescreen.eligibility.assessment.reply_parsing import AmbiguousNumberError, InchesError, typed_number
from prescreen.eligibility.criteria.kinds.date import is_month, range_on, typed_date
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, QuestionType, ValueRefusedError, plain
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.web.base.formatting import DO_NOT_KNOW, RATHER_NOT_SAY, day, unit_label
from prescreen.web.base.language import say
from prescreen.web.base.question_fields import (
    ANSWER,
    DECLINED_LABELS,
    DECLINED_VALUES,
    UNIT,
    declined_values,
    first_unit,
    typed_texts,
)

_BOOLEANS = {"yes": True, "no": False}


class ReplyError(ValueError):
    """Raised for a reply that cannot be read; the message tells the visitor how to correct it."""


class NoReplyError(ReplyError):
    """Raised where nothing was ticked or typed."""


def read_reply(question: Question, form: MultiDict[str, str], on: date) -> Value | Declined:
    """Return the posted value, or how the question was declined.

    Raise ReplyError for what cannot be read, NoReplyError where nothing was ticked or typed.
    """
    declined = declined_values(form)
    given = _given(question, form)
    if declined and given:
        label = DECLINED_LABELS[declined[0]]
        raise ReplyError(_("You gave an answer and also ticked “%(label)s”. Keep one of them.", label=label))
    if len(declined) > 1:
        raise ReplyError(_("Tick either “%(one)s” or “%(other)s”, not both.", one=DO_NOT_KNOW, other=RATHER_NOT_SAY))
    if declined:
        return DECLINED_VALUES[declined[0]]
    if not given:
        raise NoReplyError(_nothing(question))
    if len(given) > 1 and question.type not in (QuestionType.CHOICES, QuestionType.DATE):
        raise ReplyError(_("Choose one answer only."))
    try:
        return _read(question, given, form, on)
    except ValueRefusedError as error:
        raise ReplyError(_mend(question, form, on, error)) from error


def _given(question: Question, form: MultiDict[str, str]) -> list[str]:
    if question.type is QuestionType.DATE:
        typed = typed_texts(question, form)
        return list(typed) if any(map(tidy_line, typed)) else []
    return [value for value in form.getlist(ANSWER) if tidy_line(value) and value not in DECLINED_VALUES]


_NOTHING = {
    QuestionType.BOOLEAN: lazy_gettext("Choose yes or no, or tick “%(label)s”.", label=DO_NOT_KNOW),
    QuestionType.CHOICE: lazy_gettext("Choose one answer, or tick “%(label)s”.", label=DO_NOT_KNOW),
    QuestionType.CHOICES: lazy_gettext("Tick at least one box, or tick “%(label)s”.", label=DO_NOT_KNOW),
    QuestionType.NUMBER: lazy_gettext("Type a number, or tick “%(label)s”.", label=DO_NOT_KNOW),
    QuestionType.DATE: lazy_gettext("Type a day, a month and a year, or tick “%(label)s”.", label=DO_NOT_KNOW),
}
_NOTHING_OF_A_SCALE = lazy_gettext("Choose a number from 0 to 10, or tick “%(label)s”.", label=DO_NOT_KNOW)
_NOTHING_OF_A_MONTH = lazy_gettext("Type a month and a year, or tick “%(label)s”.", label=DO_NOT_KNOW)


def _nothing(question: Question) -> str:
    if question.is_scale:
        return str(_NOTHING_OF_A_SCALE)
    return str(_NOTHING_OF_A_MONTH if is_month(question) else _NOTHING[question.type])


def _read(question: Question, given: list[str], form: MultiDict[str, str], on: date) -> Value:
    match question.type:
        case QuestionType.BOOLEAN:
            if given[0] not in _BOOLEANS:
                raise ValueRefusedError(question.id, "expects yes or no")
            return _BOOLEANS[given[0]]
        case QuestionType.CHOICE:
            return accept(question, given[0], on)
        case QuestionType.CHOICES:
            return accept(question, frozenset(given), on)
        case QuestionType.NUMBER:
            return typed_number(question, given[0], _chosen_unit(question, form), on)
        case QuestionType.DATE:
            return typed_date(question, given, on)


def _chosen_unit(question: Question, form: MultiDict[str, str]) -> str | None:
    chosen = form.get(UNIT)
    if chosen is None or not question.units:
        return question.unit if not question.units else question.units[0]
    if chosen not in question.units:
        raise ValueRefusedError(question.id, "expects one of the units of the page")
    return chosen


def _mend(question: Question, form: MultiDict[str, str], on: date, error: ValueRefusedError) -> str:
    match question.type:
        case QuestionType.DATE:
            return _how_to_type_date(question, typed_texts(question, form), on)
        case QuestionType.NUMBER:
            unit = form.get(UNIT) if form.get(UNIT) in question.units else first_unit(question)
            return _how_to_type_number(question, unit, error)
        case QuestionType.CHOICES if set(form.getlist(ANSWER)) & question.exclusive_ids:
            alone = next(option for option in question.options if option.exclusive)
            return _("You ticked “%(label)s” together with other boxes. Untick one of them.", label=say(alone.label))
        case _:
            return _("Choose one of the answers on this page.")


def _how_to_type_number(question: Question, unit: str | None, error: ValueRefusedError) -> str:
    """Return what to type in place of a refused number, in the unit that was chosen."""
    if isinstance(error, AmbiguousNumberError):
        numbers = {"whole": error.whole, "decimal": error.decimal}
        return _("Do you mean %(whole)s or %(decimal)s? Type it without the comma.", **numbers)
    if isinstance(error, InchesError):
        return _("A foot has 12 inches. Type it such as 5 ft 11, or in inches alone.")
    return _within_limits(question, unit)


def _within_limits(question: Question, unit: str | None) -> str:
    limits = limits_in(question, unit)
    # Where there is no choice of units, the page names the unit beside the field.
    named = unit_label(unit) if question.units else ""
    low, high = (None if end is None else f"{plain(end)} {named}".strip() for end in (limits.low, limits.high))
    example = plain(limits.example)
    if limits.low is not None and high is not None:
        return _(
            "Type a number from %(low)s to %(high)s, such as %(example)s.",
            low=plain(limits.low),
            high=high,
            example=example,
        )
    if low is not None:
        return _("Type a number of at least %(low)s, such as %(example)s.", low=low, example=example)
    if high is not None:
        return _("Type a number of at most %(high)s, such as %(example)s.", high=high, example=example)
    return _("Type a number in digits, such as %(example)s.", example=example)


def _how_to_type_date(question: Question, typed: Sequence[str], on: date) -> str:
    """Return what to type in place of a refused date."""
    try:
        typed_date(replace(question, dates=None), typed, on)
    except ValueRefusedError:
        shown = _example_day(question, on)
        if is_month(question):
            return _("Type a month and a year, such as %(example)s.", example=f"{shown.month} {shown.year}")
        example = f"{shown.day} {shown.month} {shown.year}"
        return _("Type a day, a month and a year, such as %(example)s.", example=example)
    low, high = map(date.fromordinal, range_on(question, on))
    if low == date.min:
        return _("Type a date that is not after %(last)s.", last=day(high))
    if high == date.max:
        return _("Type a date that is not before %(first)s.", first=day(low))
    return _("Type a date from %(first)s to %(last)s.", first=day(low), last=day(high))


def _example_day(question: Question, on: date) -> date:
    """Return a day that may be answered: the middle of those that may, or today where there is no such middle."""
    low, high = range_on(question, on)
    if low == date.min.toordinal() or high == date.max.toordinal():
        return date.fromordinal(min(max(on.toordinal(), low), high))
    return date.fromordinal((low + high) // 2)
