"""The interview: one question a page, advice where it is needed, the review and the results."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.catalog import Condition, Section
from prescreen.eligibility.answers import Answer, Answers, Declined, Facts
from prescreen.eligibility.assessment import Determination
from prescreen.eligibility.planning import (
    Interview,
    RedFlag,
    next_red_flag_question,
    raised,
)
from prescreen.eligibility.questions import Question
from prescreen.eligibility.rules import Value, questions_in
from prescreen.eligibility.truth import Truth
from prescreen.web.forms import ANSWER, QuestionField, ReplyError, field_again, field_for, read_reply
from prescreen.web.nearby import WITHIN, abroad, arranged, nearest, read_wish
from prescreen.web.reasons import CHECKED_WORDS, results
from prescreen.web.resources import catalog, condition_or_404, today
from prescreen.web.visits import Visit, forget_everything, read_visit, write_visit
from prescreen.web.wording import answer_words

pages = Blueprint("screener", __name__)

_REVIEW = "review"
LOST = "lost"
_GROUPS = (
    (Determination.POTENTIALLY_ELIGIBLE, "May fit you", "fits"),
    (Determination.UNDETERMINED, "Can't tell yet", "open"),
    (Determination.INELIGIBLE, "Doesn't fit now", "not"),
)


def facts_of(visit: Visit) -> Facts:
    """Give what a visit's answers mean today."""
    return Facts(visit.bank, visit.answers, today())


def waiting_question(condition: Condition, facts: Facts) -> str | None:
    """Give the question to ask now: the page always asks both opening questions, the plan decides the rest."""
    opening = [name for name in condition.opening_questions if name not in facts.answers]
    return opening[0] if opening else catalog().planner(condition.slug).next_question(facts)


@pages.get("/<slug>/screener/<question_id>")
def question(slug: str, question_id: str) -> ResponseReturnValue:
    """Show one question, with the answer that was given before."""
    condition = condition_or_404(slug)
    visit = read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return redirect(url_for("screener.urgent", slug=slug))
    facts = facts_of(visit)
    if facts.applies(question_id) is not Truth.TRUE:
        return _go_on(condition, visit, facts)
    return _question_page(condition, visit, field_for(asked, visit.answers.get(question_id)), {})


@pages.post("/<slug>/screener/<question_id>")
def answer(slug: str, question_id: str) -> ResponseReturnValue:
    """Take an answer and go on; what cannot be read comes back with how to mend it."""
    condition = condition_or_404(slug)
    visit = read_visit(slug)
    asked = _question_or_404(question_id, visit)
    if visit.emergency and visit.emergency != question_id:
        return _redirect("screener.urgent", slug=slug)
    try:
        value = read_reply(asked, request.form)
    except ReplyError as error:
        page = _question_page(condition, visit, field_again(asked, request.form), {ANSWER: str(error)})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return _taken(condition, visit, asked, value)


def _taken(condition: Condition, visit: Visit, asked: Question, value: Value | Declined) -> ResponseReturnValue:
    given = visit.answers.having(asked.id, Answer(value, today()))
    facts = Facts(catalog().bank, given, today())
    emergencies = [flag for flag in raised(catalog().interview(condition.slug), facts) if flag.is_emergency]
    if emergencies:
        response = _redirect("screener.urgent", slug=condition.slug)
        flags = tuple(condition.red_flags.index(flag) for flag in emergencies)
        write_visit(response, condition.slug, replace(visit, answers=Answers(), emergency=asked.id, flags=flags))
        return response
    changed = replace(visit, answers=given, emergency=None, flags=())
    # The first question opens a visit; any other without one means that the cookie ran out or is not kept.
    lost = not visit.answers and not visit.emergency and asked.id not in condition.opening_questions[:1]
    response = _go_on(condition, changed, facts, lost=lost)
    write_visit(response, condition.slug, changed)
    return response


def _go_on(condition: Condition, visit: Visit, facts: Facts, *, lost: bool = False) -> Response:
    slug, came_from = condition.slug, request.form.get("from")
    told: dict[str, str] = {LOST: "1"} if lost else {}
    waiting = waiting_question(condition, facts)
    if waiting is None or came_from == _REVIEW:
        return _redirect("screener.review", slug=slug, **told)
    if came_from == "article" and waiting in condition.opening_questions:
        return _redirect("content.condition", slug=slug, _anchor="screener", **told)
    return _redirect("screener.question", slug=slug, question_id=waiting, **told)


def _redirect(endpoint: str, **values: Any) -> Response:
    return make_response(redirect(url_for(endpoint, **values), HTTPStatus.SEE_OTHER))


def _question_or_404(question_id: str, visit: Visit) -> Question:
    bank = visit.bank
    if question_id not in bank or bank[question_id].computed:
        abort(404)
    return bank[question_id]


def _question_page(condition: Condition, visit: Visit, field: QuestionField, errors: dict[str, str]) -> str:
    plan, facts = catalog().interview(condition.slug), facts_of(visit)
    return render_template(
        "screener/question.html",
        condition=condition,
        field=field,
        errors=errors,
        back=_back(condition, visit, field.question.id),
        came_from=request.values.get("from", ""),
        progress=_progress(condition, facts),
        fresh_advice=_fresh_advice(plan, facts),
        section=_section(field.question),
        can_see_results=_flags_settled(plan, facts) and len(visit.answers) > 0,
    )


def _back(condition: Condition, visit: Visit, question_id: str) -> str:
    """Give the address of the question answered before this one, else of the article."""
    order = list(visit.answers)
    earlier = order[: order.index(question_id)] if question_id in order else order
    if request.values.get("from") == _REVIEW:
        return url_for("screener.review", slug=condition.slug)
    if not earlier:
        return url_for("content.condition", slug=condition.slug)
    return url_for("screener.question", slug=condition.slug, question_id=earlier[-1])


def _progress(condition: Condition, facts: Facts) -> dict[str, int]:
    """Give how many trials are still open, of how many, and at most how many questions are left."""
    planner = catalog().planner(condition.slug)
    standing = planner.at(facts)
    opening = sum(name not in facts.answers for name in condition.opening_questions)
    trials = len(planner.interview.trials)
    return {"open": standing.open_trials, "trials": trials, "left": opening + standing.questions_left}


def _fresh_advice(plan: Interview, facts: Facts) -> list[RedFlag]:
    """Give the red flags raised by the answer that was given last."""
    last = next(reversed(list(facts.answers)), None)
    return [flag for flag in raised(plan, facts) if last in questions_in(flag.when)]


def _section(question: Question) -> dict[str, object] | None:
    if question.read is None:
        return None
    slug, _, anchor = question.read.partition("#")
    article = catalog().article(slug, "en")
    section = article.section(anchor) if article else None
    return {"section": section, "anchor": anchor} if section else None


def _flags_settled(plan: Interview, facts: Facts) -> bool:
    return next_red_flag_question(plan, facts) is None


@pages.get("/<slug>/screener/review")
def review(slug: str) -> ResponseReturnValue:
    """Show every answer with a way to change it."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=slug))
    if not visit.answers:
        return redirect(url_for("content.condition", slug=slug))
    facts, bank = facts_of(visit), visit.bank
    rows = [
        (bank[name], answer_words(bank[name], answer))
        for name, answer in visit.answers.given.items()
        if facts.applies(name) is Truth.TRUE
    ]
    plan = catalog().interview(slug)
    return render_template(
        "screener/review.html",
        condition=condition,
        rows=rows,
        waiting=waiting_question(condition, facts),
        can_see_results=_flags_settled(plan, facts),
        advice=raised(plan, facts),
    )


@pages.get("/<slug>/results")
def show_results(slug: str) -> ResponseReturnValue:
    """Show what the answers say about every trial, in three groups, with reasons."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    plan, facts = catalog().interview(slug), facts_of(visit)
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=slug))
    if not visit.answers:
        return redirect(url_for("content.condition", slug=slug))
    if not _flags_settled(plan, facts):
        return redirect(url_for("screener.question", slug=slug, question_id=next_red_flag_question(plan, facts)))
    waiting, wish = waiting_question(condition, facts), read_wish(request.args)
    judged = results(catalog(), slug, facts, over=waiting is None)
    near = {one.trial.id: nearest(one.trial, catalog().open_sites(one.trial), wish) for one in judged}
    groups = [
        {"heading": heading, "style": style, "results": found, "shown": arranged(found, near, wish)}
        for group, heading, style in _GROUPS
        for found in [[one for one in judged if one.group is group]]
    ]
    page = render_template(
        "screener/results.html",
        condition=condition,
        groups=groups,
        wish=wish,
        errors=wish.errors,
        near=near,
        distances=WITHIN,
        abroad=abroad,
        advice=raised(plan, facts),
        can_send=any(one.takes_leads and one.group is not Determination.INELIGIBLE for one in judged),
        waiting=waiting,
        checked_words=CHECKED_WORDS,
        bank=visit.bank,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if wish.errors else HTTPStatus.OK


@pages.get("/<slug>/urgent")
def urgent(slug: str) -> ResponseReturnValue:
    """Show what to do now. Without an emergency it shows the signs to know."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    return render_template(
        "screener/urgent.html",
        condition=condition,
        advice=[flag.advice for place, flag in enumerate(condition.red_flags) if place in visit.flags],
        question=visit.bank[visit.emergency] if visit.emergency else None,
        section=_emergency_section(condition),
    )


def _emergency_section(condition: Condition) -> Section | None:
    """Give the article's section on emergencies, if one has that anchor."""
    articles = [catalog().article(slug, "en") for slug in condition.articles]
    return next((found for article in articles if article and (found := article.section("emergency"))), None)


@pages.post("/<slug>/clear")
def clear(slug: str) -> ResponseReturnValue:
    """Forget the answers."""
    condition_or_404(slug)
    response = _redirect("screener.cleared", slug=slug)
    forget_everything(response)
    return response


@pages.post("/clear")
def clear_everywhere() -> ResponseReturnValue:
    """Forget the answers about every condition."""
    response = _redirect("screener.cleared", slug=next(iter(catalog().conditions)))
    forget_everything(response)
    return response


@pages.get("/<slug>/cleared")
def cleared(slug: str) -> ResponseReturnValue:
    """Say that the answers are gone."""
    return render_template("screener/cleared.html", condition=condition_or_404(slug))
