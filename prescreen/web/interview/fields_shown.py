"""The fields of a page of questions: how each is filled, what is wrong with it, and what was said before them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.screens import hangs_on
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.language import say
from prescreen.web.base.question_fields import ANSWER, Chosen, QuestionField, chosen_alone, field_for, prefix_of
from prescreen.web.interview.answer_cookie import Visit

_FEW = 3


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A question on a page: the one thing that is chosen in its field, or the field as it is filled.

    `own`: the page lies at the address of this question. `after` is the question of the page that it hangs on. `kept`:
    the field is filled with an earlier answer, not with what was just typed.
    """

    question: Question
    own: bool
    after: Question | None
    chosen: Chosen
    filled: QuestionField | None
    kept: bool

    @property
    def unit_place(self) -> int:
        """Return the place of the field's unit among those of the question."""
        filled, units = self.filled, self.question.units
        return units.index(filled.unit) if filled and filled.unit in units else 0

    @property
    def field_id(self) -> str:
        """Return the id of the field, which errors name."""
        return ANSWER if self.own else prefix_of(self.question.id) + ANSWER


Typed = Mapping[str, QuestionField]
"""Fields as they were posted, by question."""


def fields_shown(
    visit: Visit, asked: Question, shown: Sequence[Question], typed: Typed | None = None
) -> list[FieldShown]:
    """Return the fields of a page, with earlier answers or with what was typed."""
    names, found = [one.id for one in shown], list[FieldShown]()
    for one in shown:
        again = (typed or {}).get(one.id)
        given = visit.answers.get(one.id) if again is None else None
        chosen = chosen_alone(one, given) if given else None
        filled = field_for(one, given) if given and chosen is None else again
        after = hangs_on(one.id, names, visit.bank)
        found.append(FieldShown(one, one is asked, visit.bank[after] if after else None, chosen, filled, again is None))
    return found


def errors_told(fields: Sequence[FieldShown], faults: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the errors by field, and likewise as the summary names them: where fields are several, by question."""
    errors = {one.field_id: faults[one.question.id] for one in fields if one.question.id in faults}
    if len(fields) == 1:
        return {"errors": errors, "summary": errors}
    asks = {one.field_id: say(one.question.ask) for one in fields}
    return {"errors": errors, "summary": {place: f"{asks[place]} {fault}" for place, fault in errors.items()}}


def said_last(facts: Facts, shown: Sequence[Question]) -> list[tuple[Question, str]]:
    """Return the last few answers before those of a page, the latest first, in words.

    Sensitive ones are left out: they stand beside other questions, where a bystander may read them.
    """
    here = {one.id for one in shown}
    names = (name for name in reversed(list(facts.answers)) if name not in here and not facts.bank[name].sensitive)
    told = islice((name for name in names if facts.applies(name) is Truth.TRUE), _FEW)
    return [(facts.bank[name], answer_words(facts.bank[name], facts.answers.given[name])) for name in told]


def answered_before(answers: Answers, shown: Sequence[Question]) -> list[str]:
    """Return the questions answered before those of a page: all, where none of these is answered."""
    order = list(answers)
    return order[: min((order.index(one.id) for one in shown if one.id in answers), default=len(order))]


def last_said(facts: Facts, names: Iterable[str]) -> str:
    """Return the last of these questions that applies; empty where none does."""
    return next((name for name in reversed(list(names)) if facts.applies(name) is Truth.TRUE), "")
