"""The results: what may fit and what cannot be told yet in pages; what does not fit folded by reason.

Where the address asks for what does not fit, that is listed and the two others are folded: a page has up to 40 trials.
Every trial is judged, in arrays; only those on the page are explained in words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.determination import Determination
from prescreen.web.base.language import say
from prescreen.web.base.request_context import condition_or_404
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.interview.interview_pages import pages
from prescreen.web.interview.question_page import facts_of, flags_of, signs_unsettled
from prescreen.web.interview.usage_events import count_results
from prescreen.web.results.explanations import Judged, TrialResult, judged, said_in_short
from prescreen.web.results.folded_reasons import Fold, Subject, folds, subjects
from prescreen.web.results.result_filters import (
    NO_FILTERS,
    PAGE,
    PAGE_KEYS,
    Filters,
    Listed,
    Nearest,
    listed,
    read_filters,
)
from prescreen.web.results.wish_summary import listed_trials, wish_summary, wished_place

GROUP_WORDS = {
    Determination.POTENTIALLY_ELIGIBLE: lazy_gettext("May fit"),
    Determination.UNDETERMINED: lazy_gettext("Not clear yet"),
    Determination.INELIGIBLE: lazy_gettext("Don't fit now"),
}
_ANY = "~any~"
"""Stands for an id in an address. Ids are letters, digits, "_", "." and "-", and need no escapes."""
_NO_PAGES = dict.fromkeys(PAGE_KEYS.values(), "")
"""Takes the pages of all groups out of an address."""
_FIRST = 3
"""How many cards of a group stand open; more than one further on its first page are folded, so that it stays short."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The page of a group that is shown: numbers of trials count from 1; an address is empty where there is no page."""

    number: int
    count: int
    first: int
    last: int
    previous: str
    following: str


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the results with the trials of one page, which are no more than their titles where it is folded.

    `unfolded` is the address of its first page, `everything` that without filters; `is_asked_for`: the address names
    the page, so that all its cards stand open.
    """

    heading: object
    style: str
    listed: Listed
    shown: list[TrialResult]
    pages: Pages
    is_asked_for: bool
    is_folded: bool
    unfolded: str
    everything: str

    @property
    def first(self) -> list[TrialResult]:
        """Return the trials whose cards stand open."""
        return self.shown if self.is_asked_for or len(self.shown) <= _FIRST + 1 else self.shown[:_FIRST]

    @property
    def rest(self) -> list[TrialResult]:
        """Return the trials of the page whose cards are folded."""
        return self.shown[len(self.first) :]


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why trials do not fit: folded by reason, or where they are listed, the subjects of all their reasons.

    `address_of` a question are the trials in whose way it stands; `chosen` is the subject that the list was chosen by.
    `total` is the number of trials that the filters leave, `every` that without filters.
    """

    folds: list[Fold]
    subjects: list[Subject]
    address_of: Callable[[str], str]
    chosen: str
    total: int
    every: int


@pages.get("/<slug>/results")
def show_results(slug: str) -> ResponseReturnValue:
    """Show the results of all trials, in three groups, with reasons."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    facts = facts_of(visit)
    if elsewhere := signs_unsettled(condition, visit, facts):
        return elsewhere
    filters = read_filters(request.args, wished_place(visit))
    found = judged(condition, visit, facts, marked_alone=not filters.outside)
    near, among = Nearest(slug, filters), listed_trials(condition, filters)
    fitting, unsure, excluded = (listed(found, group, filters, near, among) for group in GROUP_WORDS)
    chosen = _with_reason(found, excluded, filters)
    groups = [_group(condition, found, one, filters) for one in (fitting, unsure, chosen)]
    count_results(slug, visit)
    page = render_template(
        "results/results.html",
        condition=condition,
        groups=groups,
        blocked=_blocked(condition, found, excluded, filters),
        filters=filters,
        query=filters.query(),
        page_of=_addresses("content.trial", slug=slug, trial_id=_ANY, **filters.query()),
        wish=filters.wish,
        errors=filters.wish.errors,
        near=near,
        wishes=wish_summary(condition, visit, filters),
        no_filters=NO_FILTERS,
        advice=flags_of(condition, found.progress),
        can_send=any(one.takes_leads for group in groups[:2] for one in group.shown),
        waiting=found.progress.waiting,
        another=facts.bank.about_another,
        in_short=said_in_short(condition, found),
        answers=len(facts.answers),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if filters.wish.errors else HTTPStatus.OK


def _addresses(endpoint: str, **values: Any) -> Callable[[str], str]:
    """Return a function to an address with an id in it: building up to 70 anew takes a tenth of the page's time."""
    pattern = url_for(endpoint, **values)
    return lambda name: pattern.replace(_ANY, name)


def _with_reason(found: Judged, excluded: Listed, filters: Filters) -> Listed:
    """Return those of the trials that do not fit in whose way the chosen question stands; all where none is chosen."""
    if not filters.why:
        return excluded
    places = found.told.blocked_by(filters.why, excluded.places)
    return Listed(excluded.group, places, excluded.hidden, excluded.unsaid)


def _group(condition: Condition, found: Judged, one: Listed, filters: Filters) -> Group:
    page, is_folded = _pages(condition, one, filters), (one.group is Determination.INELIGIBLE) is not filters.asks_why
    most = 0 if is_folded else PAGE
    return Group(
        heading=GROUP_WORDS[one.group],
        style=PAGE_KEYS[one.group],
        listed=one,
        shown=[found.result(place) for place in one.places[page.first - 1 : page.last][:most]],
        pages=page,
        is_asked_for=filters.pages[one.group] > 0,
        is_folded=is_folded,
        unfolded=_address(condition, one.group, filters.query(why="", **_first_page(one.group))),
        everything=_everything(condition, one.group, filters),
    )


def _first_page(group: Determination) -> dict[str, str]:
    """Return what is asked for so that the first page of a group is listed."""
    return _NO_PAGES | {PAGE_KEYS[group]: "1"} if group is Determination.INELIGIBLE else _NO_PAGES


def _pages(condition: Condition, one: Listed, filters: Filters) -> Pages:
    """Return which page of a group is shown; answer 404 where there is none of that number."""
    many = len(one.places)
    number, count = filters.pages[one.group] or 1, max(1, -(-many // PAGE))
    if not 0 < number <= count:
        abort(HTTPStatus.NOT_FOUND)
    first = (number - 1) * PAGE + 1
    return Pages(
        number=number,
        count=count,
        first=first,
        last=min(many, first + PAGE - 1),
        previous=_page_address(condition, one.group, filters, number - 1) if number > 1 else "",
        following=_page_address(condition, one.group, filters, number + 1) if number < count else "",
    )


def _page_address(condition: Condition, group: Determination, filters: Filters, number: int) -> str:
    return _address(condition, group, filters.query(**{PAGE_KEYS[group]: number}))


def _address(condition: Condition, group: Determination, query: Mapping[str, Any]) -> str:
    """Return the address of the results at a group."""
    return url_for(**_place(condition, group), **query)


def _place(condition: Condition, group: Determination) -> dict[str, Any]:
    return {"endpoint": "screener.show_results", "slug": condition.slug, "_anchor": f"group-{PAGE_KEYS[group]}"}


def _everything(condition: Condition, group: Determination, filters: Filters) -> str:
    """Return the address of a group without filters, in the order of distance where those depend on one."""
    kept = {"sort": "distance"} if filters.wish.within and filters.wish.place else {}
    left = filters.query(within="", treatment="", placebo="", remote="", why="", **_first_page(group))
    return _address(condition, group, left | kept)


def _blocked(condition: Condition, found: Judged, excluded: Listed, filters: Filters) -> Blocked:
    """Return the reasons of what does not fit: folded, or as links to the trials of each where those are listed."""
    address_of = _addresses(**_place(condition, Determination.INELIGIBLE), **filters.query(why=_ANY, **_NO_PAGES))
    is_listed = filters.asks_why
    return Blocked(
        folds=[] if is_listed else folds(condition, found, excluded.places),
        subjects=subjects(found, excluded.places, filters.why) if is_listed else [],
        address_of=address_of,
        chosen=say(found.facts.bank[filters.why].subject) if filters.why else "",
        total=len(excluded.places),
        every=excluded.total,
    )
