"""The work list: the referrals of a recruiter's trials and sites, and the search for one of them."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.typed_text import LONGEST_EMAIL
from prescreen.storage.accounts import team_members
from prescreen.storage.referrals.states import SET_BY_TEAM
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import FITS, STATES, Today, trial_title
from prescreen.web.base.form_fields import Line
from prescreen.web.base.forms import Form, posted
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.worklist.filters import FIELDS, ORDERS, Asked, read_asked
from prescreen.web.worklist.pagination import mark_text
from prescreen.web.worklist.registry_news import news_for_desk
from prescreen.web.worklist.views import CountedView, View, all_views, counted, look_of
from prescreen.web.worklist.worklist_rows import row
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.worklist import listing as lists
from prescreen.workflow.worklist import saved_views
from prescreen.workflow.worklist.listing import (
    MOST_COUNTED,
    PAGE,
    Listing,
    Order,
    WorkListCursor,
    find_people,
    knows_people,
)

_MOST_SITES = 60
"""With at most this many sites, all are offered in one list; with more, a trial must be chosen first."""


class SearchForm(Form):
    """The words of a search for a person."""

    q: Annotated[
        str,
        Line(
            "Type a name, an e-mail address or a reference.",
            longest=LONGEST_EMAIL,
            too_long="This is longer than %(most)s characters. Type a name or two.",
        ),
    ]


@pages.get("/")
@allowed(Permission.LIST_REFERRALS, menu="Referrals")
def work_list() -> ResponseReturnValue:
    """Show the referrals of the recruiter's trials and sites, filtered and ordered by the address's parameters."""
    if any(not value.strip() for name in FIELDS for value in request.args.getlist(name)):
        # A form also sends its empty fields; the redirect leaves a short address to share.
        return redirect(list_address(_filled()), HTTPStatus.SEE_OTHER)
    return list_page(request.args)


def list_page(typed: MultiDict[str, str], errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """Return the list that these parameters ask for; `errors` are those of a form on it, by field."""
    account = this_recruiter()
    asked = read_asked(typed, account, catalog(), now(), PAGE)
    views = _views(account)
    looks = [look_of(one, account, catalog(), now()) for one in views]
    look = replace(asked.look, beside=tuple(one for one in looks if one))
    listing = lists.work_list(resources().database, resources().keys, account, look, now())
    counts = map(counted, listing.counts)
    shown = [
        CountedView(view, next(counts) if look else "", view.parameters == asked.parameters)
        for view, look in zip(views, looks, strict=True)
    ]
    faults = {**asked.errors, **(errors or {})}
    current = next((one.view for one in shown if one.is_current), None)
    turns = _turns(listing, asked)
    page = _page(listing, errors=faults, asked=asked, current=current, typed_filters=typed, views=shown, turns=turns)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if faults else page


def _views(account: Account) -> tuple[View, ...]:
    with resources().database.reading() as session:
        return all_views(saved_views.my_views(session, account))


def list_address(parameters: Mapping[str, list[str]]) -> str:
    """Return the address of the list with these parameters."""
    return url_for(".work_list", **parameters)  # type: ignore[arg-type]  # Flask types values, not names


def _filled() -> dict[str, list[str]]:
    names = (*FIELDS, "after", "before")
    filled = {name: [value for value in request.args.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in filled.items() if values}


def _turns(listing: Listing, asked: Asked) -> dict[str, str]:
    """Return the addresses of the previous and next page, as far as they exist."""

    def turned(name: str, mark: WorkListCursor) -> str:
        return list_address({**asked.parameters, name: [mark_text(mark)]})

    ends = {"before": listing.before, "after": listing.after}
    return {name: turned(name, mark) for name, mark in ends.items() if mark is not None}


@pages.post("/search")
@allowed(Permission.LIST_REFERRALS)
def search() -> ResponseReturnValue:
    """Show the people found by name, e-mail or reference. A POST, so that no name gets into an address or a log."""
    form, errors = posted(SearchForm)
    if form is None:
        return _page(Listing((), 0), errors=errors, typed=request.form.get("q", "")), HTTPStatus.UNPROCESSABLE_ENTITY
    listing = find_people(resources().database, resources().keys, this_recruiter(), form.q, now())
    return _page(listing, errors={}, typed=form.q)


def _page(listing: Listing, *, errors: Mapping[str, str], asked: Asked | None = None, **shown: object) -> str:
    """Return the page of a list, or of what a search found where nothing was `asked`.

    Where everybody on it is a test, that is said once; single ones among real people are marked.
    """
    account, today = this_recruiter(), Today(catalog(), now(), this_recruiter().id)
    can_change = may(account, Permission.WORK_REFERRALS)
    rows = [row(one, today) for one in listing.people]
    return render_template(
        "worklist/work_list.html",
        rows=rows,
        are_tests=all(one.referral.is_test for one in rows),
        count=_counted(listing.count),
        asked=asked,
        more=listing.count > len(rows),
        errors=errors,
        registry_news=news_for_desk() if asked else None,
        knows_people=knows_people(account),
        can_change=can_change,
        colleagues=_colleagues(account) if can_change else {},
        states_to_set={state: words for state, words in STATES.items() if state in SET_BY_TEAM},
        **_choices(account, asked),
        **shown,
    )


def _choices(account: Account, asked: Asked | None) -> dict[str, object]:
    """Return what the filters of a list offer; nothing for what a search found."""
    if asked is None:
        return {}
    return {
        "chosen": asked.filled,
        "trials": [(trial_id, trial_title(catalog(), trial_id)) for trial_id in account.trial_ids],
        "sites": _sites(account, asked),
        "states": STATES,
        "fit_choices": [(value, words) for value, (_style, words) in FITS.items()],
        "orders": ORDERS,
        # The default order is left out of the address.
        "order_choices": [("" if one is Order.URGENT else one.value, words) for one, words in ORDERS.items()],
    }


def _colleagues(account: Account) -> dict[UUID, str]:
    """Return the names of colleagues on the account's trials by id, ordered by name."""
    with resources().database.reading() as session:
        found = team_members.of_trials(session, account.trial_ids)
    return {one: name for one, name in found.items() if one != account.id}


def _counted(count: int) -> str:
    if count > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} referrals"
    return f"{count:,} {'referral' if count == 1 else 'referrals'}" if count else "nobody"


def _sites(account: Account, asked: Asked) -> list[tuple[str, str, str]]:
    """Return the sites to choose from: trial, value and name; none where there are too many for one list."""
    chosen = asked.parameters.get("trial", [None])[0]
    trials = [catalog().trials[one] for one in account.trial_ids if one in catalog().trials and chosen in (None, one)]
    theirs = {trial.id: account.sites_of(trial.id) for trial in trials}
    found = [
        (str(trial.title), f"{trial.id}:{site.id}", site.name)
        for trial in trials
        for site in trial.sites
        if (sites := theirs[trial.id]) is None or site.id in sites
    ]
    return found if chosen or len(found) <= _MOST_SITES else []
