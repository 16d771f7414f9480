"""Questions as form fields, empty or filled."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.assessment.answers import Answer, Declined
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.date import is_month
from prescreen.eligibility.criteria.questions import SCALE, Option, Question, QuestionType, plain
from prescreen.web.base.formatting import DO_NOT_KNOW, RATHER_NOT_SAY, friendly, unit_label
from prescreen.web.base.language import say

ANSWER, UNIT, DECLINED = "answer", "unit", "declined"
# An option id cannot start with a question mark, so these cannot clash with options.
DECLINED_VALUES = {"?do_not_know": Declined.DO_NOT_KNOW, "?rather_not_say": Declined.RATHER_NOT_SAY}
DECLINED_LABELS = {"?do_not_know": DO_NOT_KNOW, "?rather_not_say": RATHER_NOT_SAY}
_DATE_PARTS = ("day", "month", "year")
_POINTS = {point: point for point in SCALE}
_POINT_WORDS = tuple(map(plain, SCALE))
_SHORT, _MANY = 14, 8


def prefix_of(question_id: str) -> str:
    """Return what goes before the names of a question's fields, where a page has several questions."""
    return f"q-{question_id}-"


def fields_under(prefix: str, form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the values of one question's fields, under the names that a page with one question uses."""
    pairs = ((name.removeprefix(prefix), value) for name, value in form.items(multi=True) if name.startswith(prefix))
    return MultiDict(list(pairs))


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
    def are_many(self) -> bool:
        """Whether there are so many options that they stand in two columns where there is room."""
        return len(self.choices) >= _MANY

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
            return _field(question, _ticked(value), (), first_unit(question), None)


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
    return _field(question, ticked, typed, first_unit(question), declined)


def field_again(question: Question, form: MultiDict[str, str]) -> QuestionField:
    """Return the field of a question, filled with exactly what was posted."""
    declined = next((DECLINED_VALUES[value] for value in declined_values(form)), None)
    unit = form.get(UNIT) if form.get(UNIT) in question.units else first_unit(question)
    return _field(question, frozenset(form.getlist(ANSWER)), typed_texts(question, form), unit, declined)


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
            Choice(declined_name, value, str(label), DECLINED_VALUES[value] is declined)
            for value, label in DECLINED_LABELS.items()
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


def typed_texts(question: Question, form: MultiDict[str, str]) -> tuple[str, ...]:
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


def first_unit(question: Question) -> str | None:
    """Return the unit in which a number is asked for; None without units."""
    return question.units[0] if question.units else question.unit


def declined_values(form: MultiDict[str, str]) -> list[str]:
    """Return the ways of declining that were posted."""
    return [value for value in form.getlist(ANSWER) + form.getlist(DECLINED) if value in DECLINED_VALUES]
