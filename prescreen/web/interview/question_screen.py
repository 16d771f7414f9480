"""Which questions stand on a page, and what was posted of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from flask import request
from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.screens import answered_in_a_row
from prescreen.web.base.form_fields import Listed
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.question_fields import fields_under, prefix_of
from prescreen.web.base.reply_reading import NoReplyError, ReplyError, read_reply
from prescreen.web.base.request_context import today
from prescreen.web.interview.answer_cookie import Visit
from prescreen.web.interview.focus import focused_trial
from prescreen.web.interview.question_page import (
    REVIEW,
    all_facts_of,
    always_asked,
    asking,
    came_from,
    facts_of,
    is_wanted,
    progress_of,
    screen_of,
)

_ASKED = "asked"


class AskedForm(Form):
    """The questions that a page showed, where it showed several."""

    asked: Annotated[tuple[str, ...], Listed()]


@dataclass(frozen=True, slots=True)
class Reply:
    """What was posted of one question: its fields, by the names of a page with one question, and what they say.

    `value` is None where it cannot be read: `fault` says why. Nothing was ticked or typed where it `is_blank`.
    """

    question: Question
    fields: MultiDict[str, str]
    value: Value | Declined | None = None
    fault: str = ""
    is_blank: bool = False


def questions_of_page(condition: Condition, visit: Visit, asked: Question) -> tuple[Question, ...]:
    """Return the questions of the page that asks this one, in the order of the bank.

    The page of a change begun on the review, and of what raised an emergency, asks the question alone.
    """
    group = visit.bank.together_with(asked.id)
    if len(group) == 1 or visit.emergency or came_from() == REVIEW:
        return (asked,)
    progress = progress_of(condition, visit)
    waits = asked.id == progress.waiting and not focused_trial(condition)
    shown = progress.screen if waits else _looked_at_again(condition, visit, asked.id)
    return tuple(visit.bank[name] for name in group if name in shown)


def _looked_at_again(condition: Condition, visit: Visit, asked: str) -> tuple[str, ...]:
    """Return the questions of a page that does not wait: as it was when it was answered, or as it would be now.

    Pages that were answered before a trial came into focus may be parted into several.
    """
    facts = facts_of(visit)
    order, rest = list(facts.answers), answered_in_a_row(asked, facts)
    while rest:
        before = facts.answers.only(tuple(order[: order.index(rest[0])]))
        shown = _screen_after(condition, before, facts, rest[0], condition.opening_questions)
        if asked in shown:
            return shown
        rest = [name for name in rest if name not in shown]
    return _screen_after(condition, facts.answers, facts, asked, always_asked(condition))


def _screen_after(
    condition: Condition, before: Answers, facts: Facts, asked: str, opening: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the page that asks a question after these answers; where no other of its group is left, without a plan."""
    if all(name == asked or name in before for name in facts.bank.together_with(asked)):
        return (asked,)
    known = facts if before is facts.answers else Facts(facts.bank, before, facts.on).applicable()
    return screen_of(known, asking(condition, known), asked, opening)


def posted_replies(asked: Question, bank: QuestionBank) -> tuple[Reply, ...]:
    """Return what was posted of each question that the page showed, in the order of the bank.

    Questions of other pages are left out: only those of the group can have been shown.
    """
    named = read_valid(AskedForm, request.form)[0].asked if _ASKED in request.form else ()
    shown = [name for name in bank.together_with(asked.id) if name == asked.id or name in named]
    return tuple(_reply(bank[name], _fields_of(name, asked.id)) for name in shown)


def _fields_of(question_id: str, asked: str) -> MultiDict[str, str]:
    return request.form if question_id == asked else fields_under(prefix_of(question_id), request.form)


def _reply(question: Question, fields: MultiDict[str, str]) -> Reply:
    try:
        return Reply(question, fields, read_reply(question, fields, today()))
    except ReplyError as error:
        return Reply(question, fields, fault=str(error), is_blank=isinstance(error, NoReplyError))


def with_replies(visit: Visit, replies: Sequence[Reply]) -> Visit:
    """Return the visit with what could be read of a page; of a page of several questions, as far as it applies."""
    given = {one.question.id: Answer(one.value, today()) for one in replies if one.value is not None}
    left_out = {one.question.id for one in replies if one.value is None}
    changed = _answering(visit, Answers(_in_place(visit.answers.given, given)), left_out)
    if len(replies) == 1:
        return changed
    facts = all_facts_of(changed)
    return _answering(changed, changed.answers, {name for name in given if facts.applies(name) is not Truth.TRUE})


def _in_place(before: Mapping[str, Answer], given: Mapping[str, Answer]) -> dict[str, Answer]:
    """Return all answers in their order; those of a page stay beside each other, also where some of them are new."""
    order = list(before)
    last = next((name for name in reversed(order) if name in given), None)
    until = len(order) if last is None else order.index(last) + 1
    return {name: given.get(name) or before[name] for name in dict.fromkeys([*order[:until], *given, *order[until:]])}


def _answering(visit: Visit, answers: Answers, left_out: set[str]) -> Visit:
    return replace(visit, answers=Answers({key: one for key, one in answers.given.items() if key not in left_out}))


def faults_of(condition: Condition, changed: Visit, replies: Sequence[Reply]) -> dict[str, str]:
    """Return what is to be mended on a page, by question; `changed` is the visit with what could be read.

    Only those that apply have faults, and of a page of several questions a blank only where it can still matter.
    """
    faults = {one.question.id: one.fault for one in replies if one.fault}
    if not faults:
        return faults
    if len(replies) == 1:
        # Another tab may have changed what it hangs on since it was shown. An emergency has dropped what it hangs on.
        applies = all_facts_of(changed).applies(replies[0].question.id) is Truth.TRUE
        return faults if applies or changed.emergency else {}
    facts = facts_of(changed)
    unneeded = {one.question.id for one in replies if one.is_blank and not _is_needed(condition, facts, one)}
    return {name: fault for name, fault in faults.items() if name not in unneeded and facts.applies(name) is Truth.TRUE}


def _is_needed(condition: Condition, facts: Facts, reply: Reply) -> bool:
    return is_wanted(asking(condition, facts), reply.question.id, always_asked(condition))


def hanging(visit: Visit, replies: Sequence[Reply]) -> frozenset[str]:
    """Return the questions of a page that were shown although it depended on other answers whether they apply."""
    if len(replies) == 1:
        return frozenset()
    facts = all_facts_of(visit)
    return frozenset(one.question.id for one in replies if facts.applies(one.question.id) is not Truth.TRUE)
