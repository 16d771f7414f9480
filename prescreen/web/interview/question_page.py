"""The page of one question. Its content is computed when the previous answer is stored, and kept in the visit.

So the page is cheap to render; and since it is the same for all visitors at the same point, it is cached.
"""

from dataclasses import astuple, dataclass
from http import HTTPStatus
from typing import Annotated, Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.interview.question_selection import Interview, next_red_flag_question, raised
from prescreen.eligibility.matching.planner import Standing
from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.language import SWITCH, language
from prescreen.web.base.question_fields import QuestionField, field_for
from prescreen.web.base.request_context import catalog, today
from prescreen.web.interview.answer_cookie import Visit, read_ahead

REVIEW = "review"


class CameFromForm(Form):
    """The page that a question was opened from."""

    page: Annotated[str, Raw(name="from")]


_MOST_REMEMBERED = 2000
_REMEMBERED = "prescreen.question_pages"


@dataclass(frozen=True, slots=True)
class Around:
    """What a page shows around its question.

    `back` is the question answered before, empty where there is none; `advice` the indexes of red flags just raised.
    """

    back: str
    open_trials: int
    trials: int
    left: int
    settles: int
    advice: tuple[int, ...]
    can_see_results: bool


def came_from() -> str:
    """Return the page that the question of this request was opened from; empty where none is named."""
    return read_valid(CameFromForm, request.values)[0].page


def facts_of(visit: Visit) -> Facts:
    """Return what a visit's answers say today, without those to questions that do not apply.

    The cookie keeps those as well: whoever corrects an earlier answer back need not answer them again.
    """
    return Facts(visit.bank, visit.answers, today()).applicable()


def waiting_question(condition: Condition, facts: Facts) -> str | None:
    """Return the question to ask now: both opening questions are always asked, the plan decides the rest."""
    opening = [name for name in condition.opening_questions if name not in facts.answers]
    return opening[0] if opening else standing_of(condition, facts).next_question


def flags_settled(plan: Interview, facts: Facts) -> bool:
    """Return whether no red flag can still be raised, so that results may be shown."""
    return next_red_flag_question(plan, facts) is None


def question_page(condition: Condition, visit: Visit, field: QuestionField, errors: dict[str, str]) -> str:
    """Return the page of a question, with an earlier answer or the typed text."""
    around = _around(condition, visit, facts_of(visit), field.question.id)
    return _rendered(condition, field, around, errors)


def note(condition: Condition, visit: Visit, facts: Facts, waiting: str | None) -> tuple[Any, ...]:
    """Return the content of the waiting question's page, to be kept with the visit; empty where no question waits."""
    if waiting is None:
        return ()
    return (*_validity(), waiting, visit.for_another, *astuple(_around(condition, visit, facts, waiting)))


def noted_page(condition: Condition, question_id: str) -> str | None:
    """Return the page of a question from the stored content; None where that is outdated or of another request."""
    noted = read_ahead(condition.slug)
    if noted[:3] != (*_validity(), question_id) or set(request.args) - {SWITCH}:
        return None
    *before, advice, can_see_results = noted
    return _cached_page(condition, (*before, tuple(advice), can_see_results))


def _validity() -> tuple[str, int]:
    """Return what stored content is valid for: the stamp of the catalog and the day."""
    return catalog().stamp, today().toordinal()


def _cached_page(condition: Condition, noted: tuple[Any, ...]) -> str:
    kept: dict[object, str] = current_app.extensions.setdefault(_REMEMBERED, {})
    key = (language(), request.script_root, condition.slug, noted)
    page = kept.get(key)
    if page is None:
        _, _, question_id, for_another, *around = noted
        question = catalog().bank_for(another=for_another)[question_id]
        page = _rendered(condition, field_for(question, None), Around(*around), {})
        if len(kept) >= _MOST_REMEMBERED:
            kept.clear()
        kept[key] = page
    return page


def _rendered(condition: Condition, field: QuestionField, around: Around, errors: dict[str, str]) -> str:
    return render_template(
        "interview/question.html",
        condition=condition,
        field=field,
        errors=errors,
        back=_back_address(condition, around.back),
        came_from=came_from(),
        around=around,
        fresh_advice=[condition.red_flags[place] for place in around.advice],
        section=_section(field.question),
    )


def _around(condition: Condition, visit: Visit, facts: Facts, question_id: str) -> Around:
    standing = standing_of(condition, facts)
    plan = catalog().interview(condition.slug)
    opening = sum(name not in facts.answers for name in condition.opening_questions)
    return Around(
        back=_previous_question(facts.answers, question_id),
        open_trials=standing.open_trials,
        trials=len(plan.trials),
        left=opening + standing.questions_expected,
        settles=standing.deciding(question_id),
        advice=_fresh_advice(condition, plan, facts),
        can_see_results=flags_settled(plan, facts) and len(facts.answers) > 0,
    )


def standing_of(condition: Condition, facts: Facts) -> Standing:
    """Return the state of an interview, computed once for the facts of a request."""
    known: dict[str, tuple[Facts, Standing]] = g.setdefault("standings", {})
    if condition.slug not in known or known[condition.slug][0] is not facts:
        known[condition.slug] = facts, catalog().planner(condition.slug).at(facts)
    return known[condition.slug][1]


def _previous_question(answers: Answers, question_id: str) -> str:
    """Return the question answered before this one; empty where there is none."""
    order = list(answers)
    earlier = order[: order.index(question_id)] if question_id in order else order
    return earlier[-1] if earlier else ""


def _back_address(condition: Condition, before: str) -> str:
    if came_from() == REVIEW:
        return url_for("screener.review", slug=condition.slug)
    if not before:
        return url_for("content.condition", slug=condition.slug)
    return url_for("screener.question", slug=condition.slug, question_id=before)


def _fresh_advice(condition: Condition, plan: Interview, facts: Facts) -> tuple[int, ...]:
    """Return the indexes of the red flags that the last answer raised."""
    last = next(reversed(list(facts.answers)), None)
    fresh = [flag for flag in raised(plan, facts) if last in questions_in(flag.when)]
    return tuple(condition.red_flags.index(flag) for flag in fresh)


def _section(question: Question) -> dict[str, object] | None:
    if question.read is None:
        return None
    slug, _, anchor = question.read.partition("#")
    article = catalog().article(slug, language())
    section = article.section(anchor) if article else None
    return {"section": section, "anchor": anchor} if section else None


def nothing_said(
    condition: Condition, visit: Visit, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Return the page that comes first: urgent advice in an emergency, or that no answers are here; else None."""
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=condition.slug), status)
    if not visit.answers:
        return render_template("interview/answers_gone.html", condition=condition), HTTPStatus.GONE
    return None


def unsettled_sign(condition: Condition, facts: Facts) -> str | None:
    """Return the question about a warning sign that must be answered before anything can be sent; None without one."""
    return next_red_flag_question(catalog().interview(condition.slug), facts)


def signs_unsettled(
    condition: Condition, visit: Visit, facts: Facts, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Return likewise the page that comes first, or an unanswered question about a warning sign; else None."""
    elsewhere, sign = nothing_said(condition, visit, status), unsettled_sign(condition, facts)
    if elsewhere or sign is None:
        return elsewhere
    return redirect(url_for("screener.question", slug=condition.slug, question_id=sign), status)
