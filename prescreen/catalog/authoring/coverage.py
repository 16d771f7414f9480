"""Whether a trial's file quotes every criterion of its record, quotes nothing else, and demands the record's fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from prescreen.catalog.base.faults import Check
from prescreen.catalog.criteria.trial_reader import TrialReading
from prescreen.catalog.criterion_comments import Quote, comments_of, pieces_stand
from prescreen.catalog.drafts.age_fields import greatest_age, least_age
from prescreen.catalog.registry.quoted_words import QuotedWords, quotable_text
from prescreen.catalog.sources.source_record import SourceRecord
from prescreen.eligibility.assessment.answers import Answer, Answers, Facts
from prescreen.eligibility.assessment.determination import forbids
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.questions import AGE, QuestionBank
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.text import shortened
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

_SEXES = ("male", "female")
_LONGEST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many criteria of a record there are, and how many of them the trial's file quotes."""

    found: int
    quoted: int

    def __str__(self) -> str:
        return f"{self.quoted} of {self.found} criteria of the record are quoted"


def check_against_record(
    reading: TrialReading, text: str, record: SourceRecord, criteria: Sequence[SourceCriterion]
) -> Coverage:
    """Warn in the document of what record and file do not share, and return how much is quoted.

    `text` is that of the trial's file, `criteria` are those of the record.
    """
    quotes = {name: found.quotes for name, found in comments_of(text, reading.places).items()}
    of_source = QuotedWords.of(quotable_text(record), text, [one for found in quotes.values() for one in found])
    missing = [one for one in criteria if of_source.left_of(one)]
    for one in missing:
        message = f"the record says '{shortened(one.text, _LONGEST_WORDS)}'; no criterion quotes it"
        reading.document.report((one.kind.value,), message, Check.UNQUOTED, warning=True)
    _check_quotes(reading, quotes, of_source.text, record)
    return Coverage(len(criteria), len(criteria) - len(missing))


def _check_quotes(
    reading: TrialReading, quotes: dict[str, tuple[Quote, ...]], source: str, record: SourceRecord
) -> None:
    for name, found in quotes.items():
        for one in found:
            if one.field is None and not pieces_stand(one.words, source):
                message = (
                    f"'{name}' quotes '{shortened(one.words, _LONGEST_WORDS)}', which does not stand in the record"
                )
                reading.document.report(reading.places[name], message, Check.MISQUOTED, warning=True)


def check_fields(reading: TrialReading, text: str, record: SourceRecord, bank: QuestionBank, on: date) -> None:
    """Warn where the rules let in or keep out other ages, or another sex, than the fields of the record.

    A field that a criterion quotes is one that its author has looked at: there is no warning.
    """
    seen = {one.field for found in comments_of(text, reading.places).values() for one in found.quotes}
    ends = (("minimumAge", least_age(record.minimum_age), -1), ("maximumAge", greatest_age(record.maximum_age), 1))
    for name, end, beyond in ends:
        if end.years is not None and end.is_exact and name not in seen:
            _check_age(reading, bank, on, _Limit(name, end.years, beyond))
    if record.sex and "sex" not in seen:
        _check_sex(reading, record.sex.casefold(), bank, on)


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit of age by a field of the record. `beyond` is the step from it to the first age that it keeps out."""

    field: str
    years: int
    beyond: int


def _check_age(reading: TrialReading, bank: QuestionBank, on: date, limit: _Limit) -> None:
    if AGE not in bank:
        return
    told = f"the record's {limit.field} is {limit.years} years, and the rules"
    if _keeps_out(reading, bank, on, _of_age(bank, limit.years, on)):
        _tell(reading, f"{told} keep out people of {limit.years}")
    beyond = limit.years + limit.beyond
    if beyond >= 0 and not _keeps_out(reading, bank, on, _of_age(bank, beyond, on)):
        _tell(reading, f"{told} let in people of {beyond}")


def _of_age(bank: QuestionBank, years: int, on: date) -> dict[str, Value]:
    """Return the answer of somebody who had their birthday a day ago at the latest."""
    born = bank.sources_of(AGE)
    if born:
        return {born[0]: PartialDate.parse(date(on.year - years, on.month, min(on.day, 28)).isoformat())}
    return {AGE: Fraction(years)}


def _check_sex(reading: TrialReading, sex: str, bank: QuestionBank, on: date) -> None:
    asked = next((one.id for one in bank if set(_SEXES) <= set(one.option_ids)), None)
    for one in _SEXES if asked else ():
        out = _keeps_out(reading, bank, on, {str(asked): one})
        if out and sex in ("all", one):
            _tell(reading, f"the record takes sex '{sex}', and the rules keep out {one} people")
        elif not out and sex in _SEXES and sex != one:
            _tell(reading, f"the record takes sex '{sex}', and the rules let in {one} people")


def _keeps_out(reading: TrialReading, bank: QuestionBank, on: date, said: dict[str, Value]) -> bool:
    facts = Facts(bank, Answers({name: Answer(value, on) for name, value in said.items()}), on)
    return any(forbids(one, facts) for one in reading.trial.ruled)


def _tell(reading: TrialReading, message: str) -> None:
    told = f"{message}; correct the rule, or quote the field above its criterion (# Record (field): ...)"
    reading.document.report(("inclusion",), told, Check.RECORD_FIELD, warning=True)
