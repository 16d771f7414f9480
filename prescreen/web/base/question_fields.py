"""Questions as form fields, and posted replies as values. Messages say how to correct what was typed."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.answers import Answer, Declined
from prescreen.eligibility.assessment.reply_parsing import typed_number
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.date import is_month, typed_date
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import (
    SCALE,
    Option,
    Question,
    QuestionType,
    ValueRefusedError,
    plain,
)
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.web.base.formatting import DO_NOT_KNOW, RATHER_NOT_SAY, friendly, unit_label
from prescreen.web.base.language import say
from prescreen.web.base.reply_corrections import how_to_type_date, how_to_type_number

ANSWER, UNIT, DECLINED = "answer", "unit", "declined"
# An option id cannot start with a question mark, so these cannot clash with options.
_DECLINED_VALUES = {"?do_not_know": Declined.DO_NOT_KNOW, "?rather_not_say": Declined.RATHER_NOT_SAY}
_DECLINED_LABELS = {"?do_not_know": DO_NOT_KNOW, "?rather_not_say": RATHER_NOT_SAY}
_DATE_PARTS = ("day", "month", "year")
_BOOLEANS = {"yes": True, "no": False}
_POINTS = {point: point for point in SCALE}
_POINT_WORDS = tuple(map(plain, SCALE))
_SHORT = 14


def prefix_of(question_id: str) -> str:
    """Return what goes before the names of a question's fields, where a page has several questions."""
    return f"q-{question_id}-"


def fields_under(prefix: str, form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the values of one question's fields, under the names that a page with one question uses."""
    pairs = ((name.removeprefix(prefix), value) for name, value in form.items(multi=True) if name.startswith(prefix))
    return MultiDict(list(pairs))


class ReplyError(ValueError):
    """Raised for a reply that cannot be read; the message tells the visitor how to correct it."""


class NoReplyError(ReplyError):
    """Raised where nothing was ticked or typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option to tick."""

    name: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class DatePart:
    """The day, the month or the year of a date, as a field of its own."""

    name: str
    label: str
    text: str
    digits: int


@dataclass(frozen=True, slots=True)
class QuestionField:
    """A question as the page shows it."""

    question: Question
    choices: tuple[Choice, ...]
    declined: tuple[Choice, ...]
    text: str
    units: tuple[tuple[str, str], ...]
    unit: str | None
    parts: tuple[DatePart, ...] = ()

    @property
    def several(self) -> bool:
        """Whether several options can be ticked."""
        return self.question.type is QuestionType.CHOICES

    @property
    def is_number(self) -> bool:
        """Whether the answer is a typed number."""
        return self.question.type is QuestionType.NUMBER and not self.choices

    @property
    def is_scale(self) -> bool:
        """Whether the answer is one of the points of a scale."""
        return self.question.type is QuestionType.NUMBER and bool(self.choices)

    @property
    def are_short(self) -> bool:
        """Whether all options are so short, in every language, that two stand side by side on a phone."""
        return not self.several and all(
            len(label) <= _SHORT for one in self.question.options for label in one.label.by_language.values()
        )

    @property
    def is_typed(self) -> bool:
        """Whether an answer is typed, so that declining is a checkbox."""
        return self.is_number or bool(self.parts)

    @property
    def unit_words(self) -> str:
        """Return the name of the only unit; empty where there is a choice of units or none."""
        return unit_label(self.unit)


def field_for(question: Question, answer: Answer | None) -> QuestionField:
    """Return the field of a question, filled with the answer that was given before."""
    match answer.value if answer else None:
        case None | Declined() as chosen:
            return field_with(question, chosen)
        case Fraction() as kept if question.is_scale and kept in _POINTS:
            return field_with(question, kept)
        case Fraction() as kept:
            number, unit = friendly(kept, question)
            return _field(question, frozenset(), (plain(number),), unit, None)
        case PartialDate(first):
            return _field(question, frozenset(), _typed_of(question, first), None, None)
        case value:
            return _field(question, _ticked(value), (), _first_unit(question), None)


Chosen = Option | bool | Fraction | Declined | None
"""One thing that can be ticked to answer a question, or nothing: an option or a point of the scale.

It is a part of the catalog, not of a visitor; a number is one of `_POINTS`.
"""


def chosen_alone(question: Question, answer: Answer) -> Chosen:
    """Return the one thing that answers a question; None where several are ticked or something is typed."""
    match answer.value:
        case Fraction() as number if question.is_scale:
            return _POINTS.get(number)
        case bool() | Declined() as value:
            return value
        case str(option_id):
            return question.option(option_id)
        case frozenset() as ticked if len(ticked) == 1:
            return question.option(*ticked)
        case _:
            return None


def field_with(question: Question, chosen: Chosen) -> QuestionField:
    """Return the field of a question in which one thing is chosen, or nothing."""
    declined = chosen if isinstance(chosen, Declined) else None
    ticked = frozenset({chosen.id}) if isinstance(chosen, Option) else _ticked(chosen)
    typed = (plain(chosen),) if isinstance(chosen, Fraction) else ()
    return _field(question, ticked, typed, _first_unit(question), declined)


def field_again(question: Question, form: MultiDict[str, str]) -> QuestionField:
    """Return the field of a question, filled with exactly what was posted."""
    declined = next((_DECLINED_VALUES[value] for value in _declined_values(form)), None)
    unit = form.get(UNIT) if form.get(UNIT) in question.units else _first_unit(question)
    return _field(question, frozenset(form.getlist(ANSWER)), _typed(question, form), unit, declined)


def _field(
    question: Question, ticked: frozenset[str], typed: tuple[str, ...], unit: str | None, declined: Declined | None
) -> QuestionField:
    text = typed[0] if typed and question.type is QuestionType.NUMBER else ""
    # A number that is no point, such as 7.5, is typed: it would be lost among the points.
    offered = _options(question) if not text or text in _POINT_WORDS else []
    ticked |= {text} if offered else set()
    single = question.type in (QuestionType.BOOLEAN, QuestionType.CHOICE) or (question.is_scale and bool(offered))
    declined_name = ANSWER if single else DECLINED
    return QuestionField(
        question=question,
        choices=tuple(Choice(ANSWER, value, label, value in ticked) for value, label in offered),
        declined=tuple(
            Choice(declined_name, value, str(label), _DECLINED_VALUES[value] is declined)
            for value, label in _DECLINED_LABELS.items()
        ),
        text=text,
        units=tuple((one, unit_label(one)) for one in question.units),
        unit=unit,
        parts=_parts(question, typed),
    )


def _part_names(question: Question) -> tuple[str, ...]:
    if question.type is not QuestionType.DATE:
        return ()
    return _DATE_PARTS[1:] if is_month(question) else _DATE_PARTS


def _parts(question: Question, typed: tuple[str, ...]) -> tuple[DatePart, ...]:
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    names = _part_names(question)
    if not names:
        return ()
    return tuple(
        DatePart(f"{ANSWER}-{name}", labels[name], text, 4 if name == "year" else 2)
        for name, text in zip(names, typed or ("",) * len(names), strict=True)
    )


def _typed(question: Question, form: MultiDict[str, str]) -> tuple[str, ...]:
    """Return the typed texts: of a number, or of the parts of a date."""
    names = [f"{ANSWER}-{name}" for name in _part_names(question)] or [ANSWER]
    return tuple(form.get(name, "") for name in names)


def _typed_of(question: Question, day: date) -> tuple[str, ...]:
    return tuple(str(getattr(day, name)) for name in _part_names(question))


def _options(question: Question) -> list[tuple[str, str]]:
    if question.type is QuestionType.BOOLEAN:
        return [("yes", _("Yes")), ("no", _("No"))]
    if question.is_scale:
        return [(point, point) for point in _POINT_WORDS]
    return [(option.id, say(option.label)) for option in question.options]


def _ticked(value: object) -> frozenset[str]:
    match value:
        case bool():
            return frozenset({"yes" if value else "no"})
        case str():
            return frozenset({value})
        case frozenset():
            return value
        case _:
            return frozenset()


def _first_unit(question: Question) -> str | None:
    return question.units[0] if question.units else question.unit


def _declined_values(form: MultiDict[str, str]) -> list[str]:
    return [value for value in form.getlist(ANSWER) + form.getlist(DECLINED) if value in _DECLINED_VALUES]


def read_reply(question: Question, form: MultiDict[str, str], on: date) -> Value | Declined:
    """Return the posted value, or how the question was declined.

    Raise ReplyError for what cannot be read, NoReplyError where nothing was ticked or typed.
    """
    declined = _declined_values(form)
    given = _given(question, form)
    if declined and given:
        label = _DECLINED_LABELS[declined[0]]
        raise ReplyError(_("You gave an answer and also ticked “%(label)s”. Keep one of them.", label=label))
    if len(declined) > 1:
        raise ReplyError(_("Tick either “%(one)s” or “%(other)s”, not both.", one=DO_NOT_KNOW, other=RATHER_NOT_SAY))
    if declined:
        return _DECLINED_VALUES[declined[0]]
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
        typed = _typed(question, form)
        return list(typed) if any(map(tidy_line, typed)) else []
    return [value for value in form.getlist(ANSWER) if tidy_line(value) and value not in _DECLINED_VALUES]


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
            return how_to_type_date(question, _typed(question, form), on)
        case QuestionType.NUMBER:
            unit = form.get(UNIT) if form.get(UNIT) in question.units else _first_unit(question)
            return how_to_type_number(question, unit, error)
        case QuestionType.CHOICES if set(form.getlist(ANSWER)) & question.exclusive_ids:
            alone = next(option for option in question.options if option.exclusive)
            return _("You ticked “%(label)s” together with other boxes. Untick one of them.", label=say(alone.label))
        case _:
            return _("Choose one of the answers on this page.")
