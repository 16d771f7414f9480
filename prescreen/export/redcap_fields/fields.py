"""The fields of a REDCap form for a trial's referrals: variables by REDCap's rules, choices coded, values to import."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Any

from prescreen.catalog.redcap import variable_stem
from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.assessment.determination import PERMITS_WORDS
from prescreen.eligibility.criteria.kinds.date import is_month
from prescreen.eligibility.criteria.questions import QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.export.cell_text import pairs
from prescreen.export.redcap_fields import word_codes
from prescreen.export.redcap_fields.criteria import DECLINED, NOTHING_TICKED, Choices, CodedQuestion, Criteria
from prescreen.storage.participants.consents import Purpose

LONGEST_VARIABLE = 26

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


def coded(variable: str, label: str, codes: Mapping[str, str]) -> Field:
    """Return the field of a column that holds one of these words, with their codes."""
    choices = tuple((code, str(word)) for word, code in codes.items())
    return Field(variable, "dropdown", label, lambda word: codes.get(word, ""), choices)


def ticked(variable: str, label: str, codes: Mapping[str, str]) -> Field:
    """Return the field of a column that holds several of these words: a box for each."""
    choices = tuple((code, str(word)) for word, code in codes.items())
    return Field(variable, "checkbox", label, lambda words: "+".join(codes[word] for word in words), choices)


def consent_fields() -> Iterable[Field]:
    """Yield a field for each purpose, with the version of the wording that was agreed to."""
    for purpose in Purpose:
        yield Field(f"consent_{purpose.value}", "text", f"Wording agreed to: {purpose.value}", _version(purpose))


def _version(purpose: Purpose) -> Callable[[Mapping[str, str]], str]:
    return lambda versions: versions.get(purpose.value, "")


_PERMITS: Choices = tuple((code, PERMITS_WORDS[truth]) for truth, code in word_codes.PERMITS.items())
_CODE_OF_FINDING = {words: code for code, words in _PERMITS}


def finding_fields(criteria: Criteria) -> Iterable[Field]:
    """Yield a field for each criterion with a rule, and one for those of earlier versions of the trial."""
    labels = _finding_labels(criteria.trial) if criteria.trial else {}
    names = variables("f", labels)
    for criterion_id, label in labels.items():
        yield Field(names[criterion_id], "radio", label, _finding(criterion_id), _PERMITS)

    def others(findings: Mapping[str, str]) -> str:
        return pairs({name: permits for name, permits in findings.items() if name not in names})

    yield Field("findings_other", "notes", "Findings by criteria that are not above", others)


def _finding_labels(trial: Trial) -> dict[str, str]:
    """Return what to call the finding of each criterion with a rule: of a cohort's own, with the cohort before it."""
    own = {one.id: f"{cohort.name}: {one.kind}: {one.text}" for cohort in trial.cohorts for one in cohort.ruled}
    return {**{one.id: f"{one.kind}: {one.text}" for one in trial.ruled}, **own}


def _finding(criterion_id: str) -> Callable[[Mapping[str, str]], str]:
    return lambda findings: _CODE_OF_FINDING.get(findings.get(criterion_id, ""), "")


_DECLINED_LABELS = {Declined.DO_NOT_KNOW: "I don't know", Declined.RATHER_NOT_SAY: "I'd rather not say"}
_DECLINED_CHOICES: Choices = tuple((code, _DECLINED_LABELS[declined]) for declined, code in DECLINED.items())


def answer_fields(criteria: Criteria) -> Iterable[Field]:
    """Yield a field for each question of a trial, and one for answers that no field can hold, such as one third.

    For a trial that is no longer known, all answers are one text.
    """
    asked = criteria.asked
    names = variables("q", asked)
    for coded_question in asked.values():
        yield _question(coded_question, names[coded_question.question.id])

    def others(answers: Answered) -> str:
        left = {
            name: to_text(value)
            for name, value in answers.items()
            if name not in asked or asked[name].code_of(value) is None
        }
        return pairs(left)

    yield Field("answers_other", "notes", "Answers that fit into no field above", others)


def _question(coded_question: CodedQuestion, variable: str) -> Field:
    question, options = coded_question.question, coded_question.options

    def read(answers: Answered) -> str:
        return (coded_question.code_of(answers[question.id]) if question.id in answers else None) or ""

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
            return Field(variable, "radio", label, read, (*options, *_DECLINED_CHOICES))
        case QuestionType.CHOICES:
            # An option of the question may be called "None of these": this one is when no box was ticked at all.
            nothing = ((NOTHING_TICKED, "Nothing ticked"),)
            return Field(variable, "checkbox", label, read, (*options, *nothing, *_DECLINED_CHOICES))


def variables(prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """Return REDCap's names for these ids: at most 26 lower-case letters, digits and underscores, a letter first.

    They do not depend on the order of the ids.

    >>> names = variables("q", ["pain-score", "pain_score", "how_long_have_you_had_this_pain"])
    >>> names["pain_score"], names["pain-score"], names["how_long_have_you_had_this_pain"]
    ('q_pain_score', 'q_pain_score_f29f', 'q_how_long_have_you_h_9060')
    """
    names: dict[str, str] = {}
    for one in sorted(ids, key=_exact_first):
        name = f"{prefix}_{variable_stem(one)}"
        short = name[: LONGEST_VARIABLE - 5].rstrip("_")
        tries = (f"{short}_{sha256(f'{one}{number}'.encode()).hexdigest()[:4]}" for number in count())
        taken = set(names.values())
        names[one] = name if len(name) <= LONGEST_VARIABLE and name not in taken else _first_free(tries, taken)
    return names


def _exact_first(id_: str) -> tuple[bool, str]:
    """Return what to sort ids by, so that their order does not matter: those that need no change come first."""
    return variable_stem(id_) != id_, id_


def _first_free(tries: Iterable[str], taken: set[str]) -> str:
    return next(one for one in tries if one not in taken)
