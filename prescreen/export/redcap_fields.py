"""The fields of a REDCap form for a trial's referrals: variables by REDCap's rules, choices coded, values to import."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from itertools import count
from typing import Any

from prescreen.eligibility.assessment.answer_encoding import to_number, to_text
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import PERMITS_WORDS
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.date import is_month
from prescreen.eligibility.criteria.kinds.number import exact
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.export.cell_text import pairs
from prescreen.storage.participants.consents import Purpose

LONGEST_VARIABLE = 26

Choices = tuple[tuple[str, str], ...]
Answered = Mapping[str, Value | Declined]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form, of a column that may have several.

    `read` converts the column's value to the field's; for checkboxes, to the codes of the ticked ones joined by `+`.
    """

    variable: str
    type: str
    label: str
    read: Callable[[Any], str]
    choices: Choices = ()
    note: str = ""
    validation: str = ""
    identifier: bool = False
    section: str = ""

    @property
    def variables(self) -> list[str]:
        """Return the names of its columns in the data: a checkbox field has one for each box."""
        if self.type != "checkbox":
            return [self.variable]
        return [f"{self.variable}___{code}" for code, _ in self.choices]

    def values(self, found: object) -> list[str]:
        """Return the values of those columns."""
        if self.type != "checkbox":
            return [self.read(found)]
        ticked = self.read(found).split("+")
        return ["1" if code in ticked else "0" for code, _ in self.choices]


RECORD_ID = Field("record_id", "text", "Referral", str, note="Never two alike")


def coded(variable: str, label: str, words: Sequence[str]) -> Field:
    """Return the field of a column that holds one of these words, coded from 1 in this order."""
    codes = {word: str(number) for number, word in enumerate(words, start=1)}
    choices = tuple((code, str(word)) for word, code in codes.items())
    return Field(variable, "dropdown", label, lambda word: codes.get(word, ""), choices)


def ticked(variable: str, label: str, words: Sequence[str]) -> Field:
    """Return the field of a column that holds several of these words: a box for each, which is its own code."""
    return Field(variable, "checkbox", label, "+".join, tuple((str(word), str(word)) for word in words))


def consent_fields() -> Iterable[Field]:
    """Yield a field for each purpose, with the version of the wording that was agreed to."""
    for purpose in Purpose:
        yield Field(f"consent_{purpose.value}", "text", f"Wording agreed to: {purpose.value}", _version(purpose))


def _version(purpose: Purpose) -> Callable[[Mapping[str, str]], str]:
    return lambda versions: versions.get(purpose.value, "")


_PERMITS_CODES = {Truth.TRUE: "1", Truth.FALSE: "0", Truth.UNKNOWN: "2"}
_PERMITS: Choices = tuple((code, PERMITS_WORDS[truth]) for truth, code in _PERMITS_CODES.items())
_CODE_OF_FINDING = {words: code for code, words in _PERMITS}


def finding_fields(trial: Trial | None) -> Iterable[Field]:
    """Yield a field for each criterion with a rule, and one for those of earlier versions of the trial."""
    ruled = trial.ruled if trial else ()
    names = variables("f", [criterion.id for criterion in ruled])
    for criterion in ruled:
        label = f"{criterion.kind}: {criterion.text}"
        yield Field(names[criterion.id], "radio", label, _finding(criterion.id), _PERMITS)

    def others(findings: Mapping[str, str]) -> str:
        return pairs({name: permits for name, permits in findings.items() if name not in names})

    yield Field("findings_other", "notes", "Findings by criteria that are not above", others)


def _finding(criterion_id: str) -> Callable[[Mapping[str, str]], str]:
    return lambda findings: _CODE_OF_FINDING.get(findings.get(criterion_id, ""), "")


NONE, DO_NOT_KNOW, RATHER_NOT_SAY = "0", "98", "99"
_DECLINED = {Declined.DO_NOT_KNOW: DO_NOT_KNOW, Declined.RATHER_NOT_SAY: RATHER_NOT_SAY}
_DECLINED_CHOICES: Choices = ((DO_NOT_KNOW, "I don't know"), (RATHER_NOT_SAY, "I'd rather not say"))


def answer_fields(trial: Trial | None, bank: QuestionBank) -> Iterable[Field]:
    """Yield a field for each question of a trial, and one for answers that no field can hold, such as one third.

    For a trial that is no longer known, all answers are one text.
    """
    known = set(trial.questions(bank)) if trial else set()
    by_id = {question.id: question for question in bank if question.id in known}
    names = variables("q", by_id)
    for question in by_id.values():
        yield _question(question, names[question.id])

    def others(answers: Answered) -> str:
        left = {
            name: to_text(value)
            for name, value in answers.items()
            if name not in by_id or code_of(by_id[name], value) is None
        }
        return pairs(left)

    yield Field("answers_other", "notes", "Answers that fit into no field above", others)


def _question(question: Question, variable: str) -> Field:
    def read(answers: Answered) -> str:
        return (code_of(question, answers[question.id]) if question.id in answers else None) or ""

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
    # Beyond the codes of declined answers, however many options there are.
    return str(place + 1 if place < int(DO_NOT_KNOW) - 1 else place + 3)


def code_of(question: Question, value: Value | Declined) -> str | None:
    """Return an answer's code in the field of its question; None where the field cannot hold it."""
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
    """Return REDCap's names for these ids: at most 26 lower-case letters, digits and underscores, a letter first.

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
