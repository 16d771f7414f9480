"""What REDCap is told of questions and answers: the codes of what was answered, and of what could be.

A module of its own beneath the fields, which are made from it.
"""

from dataclasses import dataclass
from fractions import Fraction

from prescreen.catalog import redcap
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.redcap import BankCodes, Codes, all_completed
from prescreen.eligibility.assessment.answer_encoding import to_number
from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.dates import PartialDate
from prescreen.eligibility.criteria.kinds.number import exact
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial

Choices = tuple[tuple[str, str], ...]
"""The codes of a field, each with its label."""

NOTHING_TICKED = str(redcap.NOTHING_TICKED)
DECLINED = {declined: str(number) for declined, number in redcap.DECLINED.items()}


@dataclass(frozen=True, slots=True)
class CodedQuestion:
    """A question with the numbers of its options, those of removed options among them."""

    question: Question
    codes: Codes

    @property
    def options(self) -> Choices:
        """Return the codes and labels of the options, in the author's order."""
        return tuple((str(self.codes[option.id]), str(option.label)) for option in self.question.options)

    def code_of(self, value: Value | Declined) -> str | None:
        """Return an answer's code in the field of its question; None where the field cannot hold it."""
        type_ = self.question.type
        match value:
            case Declined():
                return None if type_ in (QuestionType.NUMBER, QuestionType.DATE) else DECLINED[value]
            case bool():
                return str(int(value)) if type_ is QuestionType.BOOLEAN else None
            case str():
                return self._option(value) if type_ is QuestionType.CHOICE else None
            case Fraction():
                return None if type_ is not QuestionType.NUMBER or "/" in exact(value) else exact(value)
            case PartialDate():
                return str(value) if to_number(self.question, value) is not None else None
            case _:
                ticked = [self._option(one) for one in sorted(value)] or [NOTHING_TICKED]
                fits = type_ is QuestionType.CHOICES and None not in ticked
                return "+".join(filter(None, ticked)) if fits else None

    def _option(self, option: str) -> str | None:
        # The form has no choice for an option that was removed.
        return str(self.codes[option]) if option in self.question.option_ids else None


@dataclass(frozen=True, slots=True)
class Criteria:
    """What explains referrals: their trial, or None where it is not known; the questions; the options' numbers."""

    trial: Trial | None
    bank: QuestionBank
    codes: BankCodes

    @property
    def asked(self) -> dict[str, CodedQuestion]:
        """Return the questions of the trial by id, in the order of the bank."""
        known = set(self.trial.questions(self.bank)) if self.trial else set()
        codes = all_completed(self.bank, self.codes)
        return {one.id: CodedQuestion(one, codes.get(one.id, {})) for one in self.bank if one.id in known}


def criteria_of(catalog: Catalog, trial_id: str) -> Criteria:
    """Return what a catalog knows of a trial."""
    return Criteria(catalog.trials.get(trial_id), catalog.bank, catalog.redcap_codes)


NO_CRITERIA = Criteria(None, QuestionBank({}), {})
"""What is known where no catalog is read."""
