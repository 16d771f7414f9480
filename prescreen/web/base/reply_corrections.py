"""Messages for numbers and dates that a question cannot take: what would be taken, with an example that is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _

from prescreen.eligibility.assessment.number_limits import limits_in
from prescreen.eligibility.assessment.reply_parsing import AmbiguousNumberError, InchesError
from prescreen.eligibility.criteria.kinds.date import is_month, range_on, typed_date
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError, plain
from prescreen.web.base.formatting import day, unit_label


def how_to_type_number(question: Question, unit: str | None, error: ValueRefusedError) -> str:
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


def how_to_type_date(question: Question, typed: Sequence[str], on: date) -> str:
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
