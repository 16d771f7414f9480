"""The fields of a REDCap form for a trial's referrals: variables by REDCap's rules, choices coded, values to import."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from itertools import count

from prescreen.eligibility.assessment.answer_encoding import to_number
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.date import is_month
from prescreen.eligibility.criteria.kinds.number import exact
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.export.columns import BY_NAME, IDENTITY, Kind, answers_as_text, pairs
from prescreen.export.csv import text
from prescreen.storage.participants.consents import CHANNELS, GivenBy, Purpose
from prescreen.storage.referrals.referrals import State
from prescreen.workflow.export.referral_rows import ReferralRow

LONGEST_VARIABLE = 26

Choices = tuple[tuple[str, str], ...]
Read = Callable[[ReferralRow], str]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. `read` gives its value; of checkboxes, the codes of the ticked ones joined by `+`."""

    variable: str
    type: str
    label: str
    read: Read
    choices: Choices = ()
    note: str = ""
    validation: str = ""
    identifier: bool = False
    section: str = ""

    @property
    def variables(self) -> list[str]:
        """The names of its columns in the data: a checkbox field has one for each box."""
        if self.type != "checkbox":
            return [self.variable]
        return [f"{self.variable}___{code}" for code, _ in self.choices]

    def values(self, row: ReferralRow) -> list[str]:
        """Return what stands in those columns."""
        if self.type != "checkbox":
            return [self.read(row)]
        ticked = self.read(row).split("+")
        return ["1" if code in ticked else "0" for code, _ in self.choices]


def fields(columns: Sequence[str], trial: Trial | None, bank: QuestionBank) -> list[Field]:
    """Return the fields for these columns. Of a trial that is not known any more, findings and answers are one text."""
    known = set(trial.questions(bank)) if trial else set()
    parts: dict[str, Callable[[], Iterable[Field]]] = {
        "referral_id": lambda: (),
        "consents": _consents,
        "findings": lambda: _findings(trial),
        "answers": lambda: _answers([question for question in bank if question.id in known]),
    }
    made = [_record_id()]
    for name in columns:
        made += parts[name]() if name in parts else [_of_column(name)]
    return made


def _record_id() -> Field:
    return Field("record_id", "text", "Referral", lambda row: str(row.referral_id), note="Never two alike")


def _of_column(name: str) -> Field:
    column = BY_NAME[name]
    if name in _CODED:
        return _coded(name, column.meaning, _CODED[name], lambda row: text(column.cell(row)))
    if name == "channels":
        codes: Choices = tuple((one.value, one.value) for one in CHANNELS)
        return Field(name, "checkbox", column.meaning, lambda row: "+".join(row.channels), codes)
    match column.kind:
        case Kind.YES_NO:
            return Field(name, "yesno", column.meaning, lambda row: str(int(bool(column.cell(row)))))
        case Kind.MOMENT:
            return Field(name, "text", column.meaning, _moment(name), validation="datetime_seconds_ymd", note="UTC")
        case Kind.NUMBER:
            return Field(name, "text", column.meaning, lambda row: text(column.cell(row)), validation="integer")
    identifier = name in IDENTITY
    return Field(name, "text", column.meaning, lambda row: text(column.cell(row)), identifier=identifier)


_CODED: dict[str, tuple[str, ...]] = {
    "state": tuple(State),
    "determination": tuple(Determination),
    "consent_given_by": tuple(GivenBy),
}


def _coded(variable: str, label: str, words: tuple[str, ...], read: Read) -> Field:
    codes = {word: str(number) for number, word in enumerate(words, start=1)}
    choices = tuple((code, str(word)) for word, code in codes.items())
    return Field(variable, "dropdown", label, lambda row: codes.get(read(row), ""), choices)


def _moment(name: str) -> Read:
    def read(row: ReferralRow) -> str:
        at = BY_NAME[name].cell(row)
        return f"{at:%Y-%m-%d %H:%M:%S}" if isinstance(at, datetime) else ""

    return read


def _consents() -> Iterable[Field]:
    for purpose in Purpose:
        yield Field(f"consent_{purpose.value}", "text", f"Wording agreed to: {purpose.value}", _version(purpose))


def _version(purpose: Purpose) -> Read:
    return lambda row: row.consents.get(purpose.value, "")


_PERMITS: Choices = (("1", "permits"), ("0", "does not permit"), ("2", "unknown"))
_PERMITS_CODES = {"true": "1", "false": "0", "unknown": "2"}


def _findings(trial: Trial | None) -> Iterable[Field]:
    """Yield a field for each criterion with a rule, and one for those of earlier versions of the trial."""
    ruled = trial.ruled if trial else ()
    names = variables("f", [criterion.id for criterion in ruled])
    for criterion in ruled:
        yield Field(
            names[criterion.id], "radio", f"{criterion.kind}: {criterion.text}", _finding(criterion.id), _PERMITS
        )
    yield Field("findings_other", "notes", "Findings by criteria that are not above", lambda row: pairs(
        {name: permits for name, permits in row.findings.items() if name not in names}
    ))  # fmt: skip


def _finding(criterion_id: str) -> Read:
    return lambda row: _PERMITS_CODES.get(row.findings.get(criterion_id, ""), "")


NONE, DO_NOT_KNOW, RATHER_NOT_SAY = "0", "98", "99"
_DECLINED = {Declined.DO_NOT_KNOW: DO_NOT_KNOW, Declined.RATHER_NOT_SAY: RATHER_NOT_SAY}
_DECLINED_CHOICES: Choices = ((DO_NOT_KNOW, "I don't know"), (RATHER_NOT_SAY, "I'd rather not say"))


def _answers(questions: Sequence[Question]) -> Iterable[Field]:
    """Yield a field for each question, and one for answers that fit into none of them, such as one third."""
    names = variables("q", [question.id for question in questions])
    by_id = {question.id: question for question in questions}
    for question in questions:
        yield _question(question, names[question.id])

    def others(row: ReferralRow) -> str:
        left = {
            name: shown
            for name, shown in answers_as_text(row).items()
            if name not in by_id or code_of(by_id[name], row.answers.given[name].value) is None
        }
        return pairs(left)

    yield Field("answers_other", "notes", "Answers that fit into no field above", others)


def _question(question: Question, variable: str) -> Field:
    def read(row: ReferralRow) -> str:
        answer = row.answers.given.get(question.id)
        return (code_of(question, answer.value) if answer else None) or ""

    label, unit = str(question.ask), question.unit or ""
    match question.type:
        case QuestionType.NUMBER:
            return Field(variable, "text", label, read, validation="number", note=unit)
        case QuestionType.DATE if is_month(question):
            return Field(variable, "text", label, read, note="Year and month, such as 2026-03")
        case QuestionType.DATE:
            return Field(variable, "text", label, read, validation="date_ymd")
        case QuestionType.BOOLEAN:
            return Field(variable, "radio", label, read, (("1", "Yes"), ("0", "No"), *_DECLINED_CHOICES))
        case QuestionType.CHOICE:
            return Field(variable, "radio", label, read, (*_options(question), *_DECLINED_CHOICES))
        case QuestionType.CHOICES:
            nothing = ((NONE, "None of these"),)
            return Field(variable, "checkbox", label, read, (*_options(question), *nothing, *_DECLINED_CHOICES))


def _options(question: Question) -> Choices:
    return tuple((_code(place), str(option.label)) for place, option in enumerate(question.options))


def _code(place: int) -> str:
    # Past the codes of what was declined, however many options there are.
    return str(place + 1 if place < int(DO_NOT_KNOW) - 1 else place + 3)


def code_of(question: Question, value: Value | Declined) -> str | None:
    """Return what stands in the field of a question; None where the answer does not fit into it."""
    codes = {option.id: code for option, (code, _) in zip(question.options, _options(question), strict=True)}
    match value:
        case Declined():
            return None if question.type in (QuestionType.NUMBER, QuestionType.DATE) else _DECLINED[value]
        case bool():
            return str(int(value)) if question.type is QuestionType.BOOLEAN else None
        case str():
            return codes.get(value) if question.type is QuestionType.CHOICE else None
        case Fraction():
            return None if question.type is not QuestionType.NUMBER or "/" in exact(value) else exact(value)
        case PartialDate():
            return str(value) if to_number(question, value) is not None else None
        case _:
            ticked = [codes.get(one) for one in sorted(value)] or [NONE]
            fits = question.type is QuestionType.CHOICES and None not in ticked
            return "+".join(filter(None, ticked)) if fits else None


def variables(prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """Return REDCap's names for these ids: lower case letters, digits, underscores, a letter first, at most 26 long.

    >>> variables("q", ["pain-score", "Pain score", "how_long_have_you_had_this_pain"]).values()
    dict_values(['q_pain_score', 'q_pain_score_344a', 'q_how_long_have_you_h_9060'])
    """
    names: dict[str, str] = {}
    for one in ids:
        name = f"{prefix}_{re.sub('[^a-z0-9]+', '_', one.lower()).strip('_')}"
        short = name[: LONGEST_VARIABLE - 5].rstrip("_")
        tries = (f"{short}_{sha256(f'{one}{number}'.encode()).hexdigest()[:4]}" for number in count())
        taken = set(names.values())
        names[one] = name if len(name) <= LONGEST_VARIABLE and name not in taken else _first_free(tries, taken)
    return names


def _first_free(tries: Iterable[str], taken: set[str]) -> str:
    return next(one for one in tries if one not in taken)
