"""The interview: pages of questions, urgent advice and the review."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import EMERGENCY, Condition, Section
from prescreen.eligibility.assessment.answers import Answers
from prescreen.eligibility.criteria.questions import Question, QuestionBank
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import RedFlag
from prescreen.eligibility.wishes.wishes import NO_WISHES
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.language import language
from prescreen.web.base.question_fields import field_again
from prescreen.web.base.request_context import catalog, condition_or_404, trial_or_404
from prescreen.web.interview.answer_cookie import Visit, country_of, forget_typed, read_visit, write_visit
from prescreen.web.interview.fields_shown import fields_shown
from prescreen.web.interview.focus import ONLY, focused_trial, in_address, marked_trials, trials_asked_about
from prescreen.web.interview.progress import Progress, fewest_told
from prescreen.web.interview.question_page import (
    REVIEW,
    all_facts_of,
    came_from,
    facts_of,
    fewest_alone,
    flags_of,
    nothing_said,
    progress_of,
    progress_with,
    question_page,
    raised_by,
    standing_of,
    waiting_now,
)
from prescreen.web.interview.question_screen import (
    Reply,
    faults_of,
    hanging,
    posted_replies,
    questions_of_page,
    with_replies,
)
from prescreen.web.interview.usage_events import (
    count_answered,
    count_arrival,
    count_beginning,
    count_end,
    count_shown,
    with_changes,
)
from prescreen.web.wishes.emergency_numbers import numbers_for

pages = Blueprint("screener", __name__)


LOST = "lost"


class _Asked(NamedTuple):
    """Answers that belong on one page, each in words; without a heading where there is but one."""

    title: Text | None
    answers: list[tuple[Question, str]]


@pages.get("/<slug>/screener/<question_id>")
def question(slug: str, question_id: str) -> ResponseReturnValue:
    """Show a question, and what belongs on its page, with earlier answers."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return redirect(url_for("screener.urgent", slug=slug))
    facts = all_facts_of(visit)
    if facts.applies(question_id) is not Truth.TRUE:
        return _go_on(condition, waiting_now(condition, facts_of(visit), progress_of(condition, visit)))
    shown = questions_of_page(condition, visit, asked)
    count_arrival(slug)
    count_shown([one.id for one in shown if facts.applies(one.id) is Truth.TRUE], visit)
    return question_page(condition, visit, asked, fields_shown(visit, asked, shown))


@pages.post("/<slug>/screener/<question_id>")
def answer(slug: str, question_id: str) -> ResponseReturnValue:
    """Store the answers of a page and go on; show it again with what is to be mended where one cannot be read.

    Then nothing is stored: an emergency alone, in what could be read, comes before all faults.
    """
    condition, visit = condition_or_404(slug), read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return _redirect("screener.urgent", slug=slug)
    replies = posted_replies(asked, visit.bank)
    changed = with_replies(visit, replies)
    emergencies = _emergencies(condition, changed)
    faults = {} if emergencies else faults_of(condition, changed, replies)
    if faults:
        typed = {one.question.id: field_again(one.question, one.fields) for one in replies}
        fields = fields_shown(visit, asked, [one.question for one in replies], typed)
        return question_page(condition, visit, asked, fields, faults), HTTPStatus.UNPROCESSABLE_ENTITY
    return _taken(condition, visit, changed, replies, emergencies)


def _emergencies(condition: Condition, visit: Visit) -> tuple[int, ...]:
    flags = condition.red_flags
    return tuple(place for place in raised_by(condition, facts_of(visit)) if flags[place].is_emergency)


def _taken(
    condition: Condition, visit: Visit, changed: Visit, replies: Sequence[Reply], emergencies: tuple[int, ...]
) -> ResponseReturnValue:
    asked = tuple(one.question.id for one in replies)
    count_answered(changed.answers.only(asked), hanging(visit, replies), visit)
    is_new = not visit.answers and not visit.emergency
    # The first question starts a visit; any other without a visit means that the cookie expired or is blocked.
    opens = not set(asked).isdisjoint(condition.opening_questions[:1])
    if is_new and opens:
        changed = count_beginning(condition.slug, changed)
    changed = with_changes(visit, changed)
    if emergencies:
        sign = _sign(condition, emergencies, asked)
        return _warned(condition, replace(changed, emergency=sign, flags=emergencies))
    facts = facts_of(changed)
    progress = progress_with(condition, facts)
    told = replace(
        changed,
        emergency=None,
        flags=(),
        progress=progress,
        fewest=fewest_told(visit.fewest, progress_of(condition, visit), progress),
        fewest_alone=fewest_alone(condition, visit, changed),
        again=_again(changed, asked),
    )
    if _wishes_come_next(condition, told, progress):
        told, response = replace(told, wishes=NO_WISHES), _redirect("screener.wishes", slug=condition.slug)
    else:
        response = _go_on(condition, waiting_now(condition, facts, progress), lost=is_new and not opens)
    write_visit(response, condition.slug, count_end(condition, told, facts, progress.waiting))
    return response


def _again(visit: Visit, asked: Sequence[str]) -> str:
    """Return a question of the page that was just answered where later ones were answered before; else empty.

    The review tells all advice itself.
    """
    if came_from() == REVIEW or next(reversed(list(visit.answers)), "") in asked:
        return ""
    return next((name for name in asked if name in visit.answers), "")


def _wishes_come_next(condition: Condition, visit: Visit, progress: Progress) -> bool:
    """Whether the page of wishes comes next: once, after the questions about warning signs, and not in focus."""
    if visit.wishes is not None or came_from() == REVIEW or focused_trial(condition):
        return False
    waits = progress.waiting not in (None, *condition.opening_questions)
    # Of one trial alone there is nothing to leave out.
    return progress.flags_settled and waits and len(catalog().interview(condition.slug).trials) > 1


def _sign(condition: Condition, emergencies: tuple[int, ...], asked: Sequence[str]) -> str:
    """Return the question of a page that raised an emergency."""
    tested = {name for place in emergencies for name in questions_in(condition.red_flags[place].when)}
    return next((name for name in reversed(asked) if name in tested), asked[-1])


def _warned(condition: Condition, visit: Visit) -> Response:
    """Lead to urgent advice; nothing but the emergency is kept, and the country that tells which number to call."""
    response = _redirect("screener.urgent", slug=condition.slug)
    country = visit.country or country_of(visit.wishes)
    emptied = replace(
        visit, answers=Answers(), progress=None, fewest=None, fewest_alone=None, wishes=None, again="", country=country
    )
    write_visit(response, condition.slug, with_changes(visit, emptied))
    forget_typed(response, condition.slug)
    return response


def _go_on(condition: Condition, waiting: str | None, *, lost: bool = False) -> Response:
    slug, focus = condition.slug, focused_trial(condition)
    told: dict[str, str] = {LOST: "1"} if lost else {}
    if focus and waiting is None:
        return _redirect("content.trial", slug=slug, trial_id=focus.id)
    if waiting is None or came_from() == REVIEW:
        return _redirect("screener.review", slug=slug, **told)
    if came_from() == "article" and waiting in condition.opening_questions:
        return _redirect("content.condition", slug=slug, _anchor="screener", **told)
    return _redirect("screener.question", slug=slug, question_id=waiting, **told, **in_address(condition))


def _redirect(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER))


def _question_or_404(question_id: str, visit: Visit) -> Question:
    bank = visit.bank
    if question_id not in bank or bank[question_id].computed:
        abort(404)
    return bank[question_id]


@pages.get("/<slug>/trials/<trial_id>/questions")
def ask_for_one(slug: str, trial_id: str) -> ResponseReturnValue:
    """Lead to the first question for one trial alone; to the trial's own page where none can change its result."""
    condition, visit, trial = condition_or_404(slug), read_visit(slug), trial_or_404(slug, trial_id)
    if elsewhere := nothing_said(condition, visit):
        return elsewhere
    waiting = standing_of(condition, facts_of(visit)).alone(trial.id).next_question
    if waiting is None:
        return _redirect("content.trial", slug=slug, trial_id=trial.id)
    return _redirect("screener.question", slug=slug, question_id=waiting, **{ONLY: trial.id})


@pages.get("/<slug>/screener/review")
def review(slug: str) -> ResponseReturnValue:
    """Show every answer with a link to change it."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if elsewhere := nothing_said(condition, visit):
        return elsewhere
    facts, bank, progress = facts_of(visit), visit.bank, progress_of(condition, visit)
    return render_template(
        "interview/review.html",
        condition=condition,
        groups=_as_asked(facts.answers, bank),
        may=progress.may_fit + progress.undetermined,
        trials=trials_asked_about(condition),
        waiting=progress.waiting,
        can_see_results=progress.flags_settled,
        limited=marked_trials(condition) is not None,
        advice=flags_of(condition, progress),
    )


def _as_asked(answers: Answers, bank: QuestionBank) -> list[_Asked]:
    """Return answers by the pages on which they were asked, in the order of the bank."""
    pages = bank.by_page(answers.given)
    return [_Asked(bank.page_title_of(page[0]), [_answered(bank[name], answers) for name in page]) for page in pages]


def _answered(question: Question, answers: Answers) -> tuple[Question, str]:
    return question, answer_words(question, answers.given[question.id])


@pages.get("/<slug>/urgent")
def urgent(slug: str) -> ResponseReturnValue:
    """Show what to do now; without an emergency, show the warning signs."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    count_arrival(slug)
    return render_template(
        "interview/urgent.html",
        condition=condition,
        advice=_advice_now(condition, visit),
        numbers=numbers_for(visit.country or country_of(visit.wishes), catalog().service),
        kept_country=bool(visit.country),
        question=visit.bank[visit.emergency] if visit.emergency else None,
        section=_emergency_section(condition),
    )


def _advice_now(condition: Condition, visit: Visit) -> list[RedFlag]:
    """Return the flags of an emergency; all that its question can raise where the flags were others when it arose."""
    possible = {place: flag for place, flag in enumerate(condition.red_flags) if flag.is_emergency}
    raised = [flag for place, flag in possible.items() if place in visit.flags]
    return raised or [flag for flag in possible.values() if visit.emergency in questions_in(flag.when)]


def _emergency_section(condition: Condition) -> Section | None:
    """Return the article's section on emergencies, if one has that anchor."""
    articles = [catalog().article(slug, language()) for slug in condition.articles]
    return next((found for article in articles if article and (found := article.section(EMERGENCY))), None)
