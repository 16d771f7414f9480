"""The page of wishes: where the visitor is, how far they would go, and what they would rather not take part in.

It comes once, when the questions about warning signs are settled, and can be opened at any time after that.
"""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.interview.question_selection import RedFlag
from prescreen.eligibility.wishes.wishes import NO_WISHES, REFUSABLE, Obstacle, Reach, Reason, Wishes
from prescreen.web.base.form_fields import Choice, Choices, Line
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, condition_or_404
from prescreen.web.base.trial_wording import TREATMENT_WORDS
from prescreen.web.interview.answer_cookie import Visit, read_visit, revise_visit, write_visit
from prescreen.web.interview.focus import trials_asked_about
from prescreen.web.interview.interview_pages import pages
from prescreen.web.interview.progress import fewest_told
from prescreen.web.interview.question_page import (
    came_from,
    facts_of,
    fresh_advice,
    progress_of,
    progress_with,
    signs_unsettled,
)
from prescreen.web.interview.usage_events import count_end, with_changes
from prescreen.web.wishes.place_field import REACH_KEYS, PlaceReply, place_words, reach_choices, read_place
from prescreen.web.wishes.visit_wishes import wish_table
from prescreen.web.wishes.wish_wording import outside_words

RESULTS = "results"
_PLACEBO_WORDS = lazy_gettext("a placebo: a treatment that looks real but has no effect of its own")
_REFUSALS: dict[str, Reason] = {one.value: one for one in (*REFUSABLE, Obstacle.PLACEBO)}


class WishesForm(Form):
    """Wishes as they are sent. `place` is the chosen one of several that are called what `near` says.

    `skip` leaves all of them out, `no_place` the place alone.
    """

    near: Annotated[str, Line(longest=None)]
    place: Annotated[str, Line(longest=None)]
    within: Annotated[Reach | None, Choice(REACH_KEYS)]
    refused: Annotated[frozenset[Reason], Choices(_REFUSALS)]
    skip: Annotated[bool | None, Choice({"yes": True})]
    no_place: Annotated[bool | None, Choice({"yes": True})]


@pages.get("/<slug>/wishes")
def wishes(slug: str) -> ResponseReturnValue:
    """Show the page of wishes, with those of the visitor."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if elsewhere := signs_unsettled(condition, visit, facts_of(visit)):
        return elsewhere
    known = visit.wishes or NO_WISHES
    place = PlaceReply(place_words(known.place) if known.place else "", known.place)
    # The page comes right after the warning signs, and their advice cannot wait until it is over.
    advice = [] if came_from() == RESULTS else fresh_advice(condition, visit)
    return _page(condition, known, place, advice)


@pages.post("/<slug>/wishes")
def choose_wishes(slug: str) -> ResponseReturnValue:
    """Store wishes in the cookie and go on; show the page again where the place is not known or no trial is left."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if elsewhere := signs_unsettled(condition, visit, facts_of(visit), HTTPStatus.SEE_OTHER):
        return elsewhere
    form, _faults = read_valid(WishesForm, request.form)
    if form.skip:
        return _kept(condition, visit, NO_WISHES)
    place = _place(form, visit)
    wished = _wished(form, place)
    if place.error or not wish_table(slug).inside(wished).any():
        return _page(condition, wished, place), HTTPStatus.UNPROCESSABLE_ENTITY
    return _kept(condition, visit, wished)


def _place(form: WishesForm, visit: Visit) -> PlaceReply:
    """Return the place that was sent. A distance alone asks for one."""
    if form.no_place:
        return PlaceReply("", None)
    known = visit.wishes.place if visit.wishes else None
    return read_place(form.near, form.place, known, needed=form.within is not None)


def _wished(form: WishesForm, place: PlaceReply) -> Wishes:
    return Wishes(
        place=place.place,
        reach=None if form.no_place else form.within,
        refused=frozenset(one for one in form.refused if isinstance(one, Treatment)),
        without_placebo=Obstacle.PLACEBO in form.refused,
    )


def _kept(condition: Condition, visit: Visit, wished: Wishes) -> ResponseReturnValue:
    """Store wishes, and lead to the question that waits now, or back to the results."""
    before, asked_before = progress_of(condition, visit), trials_asked_about(condition)
    changed = with_changes(visit, replace(visit, wishes=wished, progress=None))
    revise_visit(condition.slug, changed)
    facts = facts_of(changed)
    progress = progress_with(condition, facts)
    # Who asks for more trials than before asks for more questions, and is told how many.
    known = visit.fewest if trials_asked_about(condition) <= asked_before else progress.left
    response = make_response(redirect(_following(condition, progress.waiting), HTTPStatus.SEE_OTHER))
    changed = replace(changed, progress=progress, fewest=fewest_told(known, before, progress))
    write_visit(response, condition.slug, count_end(condition, changed, facts, progress.waiting))
    return response


def _following(condition: Condition, waiting: str | None) -> str:
    """Return the address of the question that waits; of the results, where none does or they led here."""
    if came_from() == RESULTS or waiting is None:
        return url_for("screener.show_results", slug=condition.slug)
    return url_for("screener.question", slug=condition.slug, question_id=waiting)


def _page(condition: Condition, wished: Wishes, place: PlaceReply, advice: Sequence[RedFlag] = ()) -> str:
    limits, trials = wished.limits and not place.error, catalog().interview(condition.slug).trials
    nothing_left = limits and not wish_table(condition.slug).inside(wished).any()
    return render_template(
        "interview/wishes.html",
        condition=condition,
        place=place,
        chosen=wished,
        errors={"near": place.error} if place.error else {},
        reaches=reach_choices(),
        refusals=[(one.value, _refusal_words(one), _refuses(wished, one)) for one in _REFUSALS.values()],
        outside=outside_words(condition.slug, wished) if nothing_left else [],
        trials=len(trials),
        came_from=came_from(),
        advice=advice,
        back=url_for("screener.show_results" if came_from() == RESULTS else "screener.review", slug=condition.slug),
    )


def _refusal_words(one: Reason) -> object:
    return TREATMENT_WORDS[one] if isinstance(one, Treatment) else _PLACEBO_WORDS


def _refuses(wished: Wishes, one: Reason) -> bool:
    return one in wished.refused if isinstance(one, Treatment) else wished.without_placebo
