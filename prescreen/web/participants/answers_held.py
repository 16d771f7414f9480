"""The answers that are held of a person, in words, in the order of the interview."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from prescreen.eligibility.assessment.answer_encoding import to_text
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.web.base.formatting import answer_words, day
from prescreen.web.base.language import say


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question as it was asked, its answer, and the day on which it was given, in words."""

    question: str
    answer: str
    on: str


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """The answers to the questions of one page, under the heading of that page."""

    heading: str
    rows: tuple[AnswerRow, ...]


def answer_groups(given: Answers, asked: Mapping[str, Question], bank: QuestionBank) -> list[AnswerGroup]:
    """Return the answers in the order in which the bank asks; those of pages without a heading come last, together.

    `asked` are the questions as they were asked, by id; one that is not known any more is shown by its id.
    """
    return [
        AnswerGroup(
            say(title) if title else _("Other questions"),
            tuple(_row(name, asked.get(name), given.given[name]) for name in page),
        )
        for title, page in bank.by_heading(given.given)
    ]


def _row(name: str, question: Question | None, answer: Answer) -> AnswerRow:
    """Return a question and its answer in words; by their ids where the question is not known any more."""
    if question is None:
        kept = _("kept as “%(answer)s”: we no longer ask this in the same way", answer=to_text(answer.value))
        return AnswerRow(name, kept, day(answer.on))
    return AnswerRow(say(question.ask), answer_words(question, answer), day(answer.on))
