"""The interview: one question a page, urgent advice and the review."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition, Section
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.wishes import NO_WISHES
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.language import language
from prescreen.web.base.question_fields import ANSWER, ReplyError, field_again, read_reply
from prescreen.web.base.request_context import catalog, condition_or_404, today
from prescreen.web.interview.answer_cookie import Visit, forget_everything, forget_typed, read_visit, write_visit
from prescreen.web.interview.progress import Progress
from prescreen.web.interview.question_page import (
    REVIEW,
    all_facts_of,
    came_from,
    facts_of,
    flags_of,
    nothing_said,
    progress_of,
    progress_with,
    question_page,
)
from prescreen.web.interview.usage_events import (
    count_answered,
    count_arrival,
    count_beginning,
    count_end,
    count_shown,
)

pages = Blueprint("screener", __name__)


LOST = "lost"


@pages.get("/<slug>/screener/<question_id>")
def question(slug: str, question_id: str) -> ResponseReturnValue:
    """Show one question, with its earlier answer."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return redirect(url_for("screener.urgent", slug=slug))
    if all_facts_of(visit).applies(question_id) is not Truth.TRUE:
        return _go_on(condition, progress_of(condition, visit).waiting)
    count_arrival(slug)
    count_shown(question_id, visit)
    return question_page(condition, visit, asked)


@pages.post("/<slug>/screener/<question_id>")
def answer(slug: str, question_id: str) -> ResponseReturnValue:
    """Store an answer and go on; show the question again with an error where the answer cannot be read."""
    condition = condition_or_404(slug)
    visit = read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return _redirect("screener.urgent", slug=slug)
    try:
        value = read_reply(asked, request.form, today())
    except ReplyError as error:
        page = question_page(condition, visit, asked, field_again(asked, request.form), {ANSWER: str(error)})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _taken(condition, visit, asked, value)


def _taken(condition: Condition, visit: Visit, asked: Question, value: Value | Declined) -> ResponseReturnValue:
    count_answered(asked.id, value, visit)
    is_new = not visit.answers and not visit.emergency
    # The first question starts a visit; any other without a visit means that the cookie expired or is blocked.
    opens = asked.id in condition.opening_questions[:1]
    if is_new and opens:
        visit = count_beginning(condition.slug, visit)
    given = visit.answers.having(asked.id, Answer(value, today()))
    facts = facts_of(replace(visit, answers=given))
    progress = progress_with(condition, facts)
    emergencies = tuple(place for place in progress.raised if condition.red_flags[place].is_emergency)
    if emergencies:
        return _warned(condition, replace(visit, emergency=asked.id, flags=emergencies))
    changed = replace(visit, answers=given, emergency=None, flags=(), progress=progress)
    if _wishes_come_next(condition, changed, progress):
        changed, response = replace(changed, wishes=NO_WISHES), _redirect("screener.wishes", slug=condition.slug)
    else:
        response = _go_on(condition, progress.waiting, lost=is_new and not opens)
    write_visit(response, condition.slug, count_end(condition, changed, facts, progress.waiting))
    return response


def _wishes_come_next(condition: Condition, visit: Visit, progress: Progress) -> bool:
    """Whether the page of wishes comes before the next question: once, after those about warning signs."""
    settled = progress.flags_settled and came_from() != REVIEW
    return visit.wishes is None and settled and progress.waiting not in (None, *condition.opening_questions)


def _warned(condition: Condition, visit: Visit) -> Response:
    """Lead to urgent advice; nothing but the emergency is kept."""
    response = _redirect("screener.urgent", slug=condition.slug)
    write_visit(response, condition.slug, replace(visit, answers=Answers(), progress=None, wishes=None))
    forget_typed(response, condition.slug)
    return response


def _go_on(condition: Condition, waiting: str | None, *, lost: bool = False) -> Response:
    slug = condition.slug
    told: dict[str, str] = {LOST: "1"} if lost else {}
    if waiting is None or came_from() == REVIEW:
        return _redirect("screener.review", slug=slug, **told)
    if came_from() == "article" and waiting in condition.opening_questions:
        return _redirect("content.condition", slug=slug, _anchor="screener", **told)
    return _redirect("screener.question", slug=slug, question_id=waiting, **told)


def _redirect(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER))


def _question_or_404(question_id: str, visit: Visit) -> Question:
    bank = visit.bank
    if question_id not in bank or bank[question_id].computed:
        abort(404)
    return bank[question_id]


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
        rows=[(bank[name], answer_words(bank[name], answer)) for name, answer in facts.answers.given.items()],
        waiting=progress.waiting,
        can_see_results=progress.flags_settled,
        advice=flags_of(condition, progress),
    )


@pages.get("/<slug>/urgent")
def urgent(slug: str) -> ResponseReturnValue:
    """Show what to do now; without an emergency, show the warning signs."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    count_arrival(slug)
    return render_template(
        "interview/urgent.html",
        condition=condition,
        advice=[flag.advice for place, flag in enumerate(condition.red_flags) if place in visit.flags],
        question=visit.bank[visit.emergency] if visit.emergency else None,
        section=_emergency_section(condition),
    )


def _emergency_section(condition: Condition) -> Section | None:
    """Return the article's section on emergencies, if one has that anchor."""
    articles = [catalog().article(slug, language()) for slug in condition.articles]
    return next((found for article in articles if article and (found := article.section("emergency"))), None)


@pages.post("/<slug>/clear")
def clear(slug: str) -> ResponseReturnValue:
    """Delete the answers."""
    condition_or_404(slug)
    response = _redirect("screener.cleared", slug=slug)
    forget_everything(response)
    return response


@pages.post("/clear")
def clear_everywhere() -> ResponseReturnValue:
    """Delete the answers about every condition."""
    response = _redirect("screener.cleared", slug=next(iter(catalog().conditions)))
    forget_everything(response)
    return response


@pages.get("/<slug>/cleared")
def cleared(slug: str) -> ResponseReturnValue:
    """Say that the answers are deleted."""
    return render_template("interview/cleared.html", condition=condition_or_404(slug))
