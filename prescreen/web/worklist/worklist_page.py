"""The work list: the referrals of a recruiter's trials and sites, and the search for one of them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.eligibility.criteria.typed_text import LONGEST_EMAIL
from prescreen.storage.accounts import team_members
from prescreen.storage.referrals.states import SET_BY_TEAM
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import FITS, STATES, trial_title
from prescreen.web.base.form_fields import Line
from prescreen.web.base.forms import Form, posted
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.worklist.filters import FIELDS, ORDERS, Asked, read_asked
from prescreen.web.worklist.pagination import mark_text
from prescreen.web.worklist.worklist_rows import Today, row, tally
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.worklist import listing as lists
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


SHORTCUTS: tuple[tuple[str, dict[str, list[str]]], ...] = (
    ("All", {}),
    ("Overdue", {"overdue": ["yes"], "sort": ["overdue"]}),
    ("New", {"state": ["new"]}),
    ("Yours", {"assigned": ["me"]}),
    ("Nobody’s", {"assigned": ["nobody"]}),
)


@pages.get("/")
@allowed(Permission.LIST_REFERRALS, menu="Referrals")
def work_list() -> ResponseReturnValue:
    """Show the referrals of the recruiter's trials and sites, filtered and ordered by the address's parameters."""
    if any(not value.strip() for name in FIELDS for value in request.args.getlist(name)):
        # A form also sends its empty fields; the redirect leaves a short address to share.
        return redirect(_address(_filled()), HTTPStatus.SEE_OTHER)
    account = this_recruiter()
    asked = read_asked(request.args, account, catalog(), now(), PAGE)
    listing = lists.work_list(resources().database, resources().keys, account, asked.look, now())
    page = _page(listing, asked=asked, turns=_turns(listing, asked), errors=asked.errors, typed="")
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if asked.errors else page


def _address(parameters: Mapping[str, list[str]]) -> str:
    return url_for(".work_list", **parameters)  # type: ignore[arg-type]  # Flask types values, not names


def _filled() -> dict[str, list[str]]:
    names = (*FIELDS, "after", "before")
    filled = {name: [value for value in request.args.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in filled.items() if values}


def _turns(listing: Listing, asked: Asked) -> dict[str, str]:
    """Return the addresses of the previous and next page, as far as they exist."""

    def turned(name: str, mark: WorkListCursor) -> str:
        return _address({**asked.parameters, name: [mark_text(mark)]})

    ends = {"before": listing.before, "after": listing.after}
    return {name: turned(name, mark) for name, mark in ends.items() if mark is not None}


@pages.post("/search")
@allowed(Permission.LIST_REFERRALS)
def search() -> ResponseReturnValue:
    """Show the people found by name, e-mail or reference. A POST, so that no name gets into an address or a log."""
    form, errors = posted(SearchForm)
    if form is None:
        return _page(Listing((), 0), typed=request.form.get("q", ""), errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY
    listing = find_people(resources().database, resources().keys, this_recruiter(), form.q, now())
    return _page(listing, typed=form.q, errors={})


def _page(
    listing: Listing, *, typed: str, errors: Mapping[str, str], asked: Asked | None = None, turns: Any = None
) -> str:
    account, today = this_recruiter(), Today(catalog(), now())
    can_change = may(account, Permission.WORK_REFERRALS)
    rows = [row(one, today) for one in listing.people]
    return render_template(
        "worklist/work_list.html",
        rows=rows,
        tally=tally(rows),
        count=_counted(listing.count),
        asked=asked,
        chosen=asked.parameters if asked else {},
        turns=turns or {},
        more=listing.count > len(rows),
        typed=typed,
        errors=errors,
        knows_people=knows_people(account),
        trials=[(trial_id, trial_title(catalog(), trial_id)) for trial_id in account.trial_ids],
        sites=_sites(asked),
        states=STATES,
        states_to_set={state: words for state, words in STATES.items() if state in SET_BY_TEAM},
        fits=FITS,
        fit_choices=[(value, words) for value, (_style, words) in FITS.items()],
        orders=ORDERS,
        # The default order is left out of the address.
        order_choices=[("" if one is Order.NEWEST else one.value, words) for one, words in ORDERS.items()],
        shortcuts=SHORTCUTS,
        can_change=can_change,
        colleagues=_colleagues(account) if can_change else {},
    )


def _colleagues(account: Account) -> dict[UUID, str]:
    """Return the names of colleagues on the account's trials by id, ordered by name."""
    with resources().database.reading() as session:
        found = team_members.of_trials(session, account.trial_ids)
    return {one: name for one, name in found.items() if one != account.id}


def _counted(count: int) -> str:
    if count > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} referrals"
    return f"{count:,} referral{'' if count == 1 else 's'}" if count else "no referrals"


def _sites(asked: Asked | None) -> list[tuple[str, str, str]]:
    """Return the sites to choose from: trial, value and name; none where there are too many for one list."""
    account, chosen = this_recruiter(), (asked.parameters if asked else {}).get("trial", [None])[0]
    trials = [catalog().trials[one] for one in account.trial_ids if one in catalog().trials and chosen in (None, one)]
    theirs = {trial.id: account.sites_of(trial.id) for trial in trials}
    found = [
        (str(trial.title), f"{trial.id}:{site.id}", site.name)
        for trial in trials
        for site in trial.sites
        if (sites := theirs[trial.id]) is None or site.id in sites
    ]
    return found if chosen or len(found) <= _MOST_SITES else []
