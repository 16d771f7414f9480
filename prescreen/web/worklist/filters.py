"""The filters and the order of the work list, as parameters of the page's address."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.referrals.referrals import State
from prescreen.web.accounts.staff_wording import FITS, STATES, trial_title
from prescreen.web.base.form_fields import LONGEST, Choice, Choices, Line, Pair, Raw, Whole
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.worklist.pagination import read_turn
from prescreen.workflow.worklist.listing import (
    OPEN,
    Look,
    Order,
    Stretch,
    Urgency,
    WorkListFilters,
    scope_of,
    urgency_of,
)

ORDERS = {
    Order.URGENT: "most urgent first",
    Order.NEWEST: "newest first",
    Order.OLDEST: "oldest first",
    Order.LATEST: "longest overdue first",
    Order.NEAREST: "nearest first",
}
_MOST_MILES, _MOST_DAYS = 20_000, 3_650
_MILES = f"Type the distance in whole miles, such as 25, up to {_MOST_MILES}."
_DAYS = f"Type a whole number of days, such as 14, up to {_MOST_DAYS}."
_NUMBERS = {
    "within": "at most {} miles away",
    "newer": "referred in the last {} day{}",
    "older": "referred more than {} day{} ago",
}
_WHO = {"me": "yours", "nobody": "nobody’s"}
OPENING = {"open": ["yes"]}
"""The filters of the list that opens without any in its address: those of open referrals."""
_ALL = {"sort": [Order.URGENT.value]}


class TagWord(Raw):
    """A tag."""

    def tidy(self, sent: str) -> str:
        """Return the tag with single spaces and without invisible characters."""
        return tidy_line(sent)

    def read(self, sent: str) -> str:
        """Return the tag; raise ValueError where it is not one."""
        if len(sent) > LONGEST:
            raise ValueError(sent)
        return sent


class FilterForm(Form):
    """The filters, all of which are optional."""

    trial: Annotated[str, Line(longest=None)]
    site: Annotated[tuple[str, str], Pair(":")]
    state: Annotated[frozenset[State], Choices(State, wrong="There is no such state. Tick one of those below.")]
    determination: Annotated[
        Determination | None,
        Choice(Determination, wrong="Choose “may fit”, “can't tell yet” or “doesn't fit now”."),
    ]
    within: Annotated[int | None, Whole(most=_MOST_MILES, wrong=_MILES)]
    newer: Annotated[int | None, Whole(most=_MOST_DAYS, wrong=_DAYS)]
    older: Annotated[int | None, Whole(most=_MOST_DAYS, wrong=_DAYS)]
    open: Annotated[bool | None, Choice({"yes": True}, wrong="Tick the box to see only who is open.")]
    overdue: Annotated[bool | None, Choice({"yes": True}, wrong="Tick the box to see only who is overdue.")]
    call_back: Annotated[bool | None, Choice({"today": True}, wrong="Tick the box to see whom to call back today.")]
    assigned: Annotated[str | None, Choice({one: one for one in _WHO}, wrong="Choose “me” or “nobody”.")]
    tag: Annotated[str, TagWord(wrong="No tag is as long as this.")]
    sort: Annotated[
        Order | None, Choice(Order, wrong="The list cannot be put in this order. Choose one of those below.")
    ]


FIELDS = tuple(FilterForm.fields)


@dataclass(frozen=True, slots=True)
class Holding:
    """One active filter: its words, and the parameters of the same list without it."""

    words: str
    without: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The list that a recruiter requested. `parameters` repeat it without its faults; `errors` are by field.

    Without any parameter the list is that of open referrals, the most urgent first; `filled` names its filters too.
    """

    look: Look
    parameters: Mapping[str, list[str]]
    filled: Mapping[str, list[str]]
    holding: tuple[Holding, ...]
    errors: Mapping[str, str]

    @property
    def query(self) -> str:
        """Return the parameters as the part of an address behind `?`."""
        return urlencode(self.parameters, doseq=True)


def read_asked(typed: MultiDict[str, str], account: Account, catalog: Catalog, now: datetime, limit: int) -> Asked:
    """Return what the address of the work list asks for. Faulty parameters are left out, and reported."""
    is_opening = not any(name in typed for name in FIELDS)
    form, errors = read_valid(FilterForm, MultiDict({**OPENING, **typed.to_dict(flat=False)}) if is_opening else typed)
    place, order = _place(form, account, errors), form.sort or Order.URGENT
    urgency = urgency_of(account, now, catalog.service.timezone)
    held = list(_held(form, place, catalog))
    filled = _parameters(held, order)
    turn, fault = read_turn(typed, order, urgency)
    if fault:
        errors["list"] = fault
    return Asked(
        look=Look(
            scope_of(account, *place),
            _wanted(form, urgency),
            Stretch(order, limit, turn.beyond, turn.backwards, urgency),
        ),
        parameters=_addressed(filled),
        filled=filled,
        holding=tuple(Holding(words, _without(held, order, name, value)) for name, value, words in held),
        errors=errors,
    )


def _place(form: FilterForm, account: Account, errors: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the trial and site that filter the list; add a fault where they are not the account's."""
    chosen, (trial_id, site_id) = form.trial or None, form.site
    if chosen is not None and chosen not in account.trial_ids:
        errors["trial"] = "None of your trials has the number in this address, so it was left out."
        chosen = None
    if not trial_id and not site_id:
        return chosen, None
    if not site_id or not scope_of(account, trial_id, site_id):
        errors["site"] = "The site in this address is none of yours, so it was left out."
    elif chosen not in (None, trial_id):
        errors["site"] = "This site belongs to another trial than the one you chose, so it was left out."
    else:
        return trial_id, site_id
    return chosen, None


def _wanted(form: FilterForm, urgency: Urgency) -> WorkListFilters:
    now = urgency.now
    return WorkListFilters(
        states=form.state or (OPEN if form.open else frozenset()),
        determination=form.determination,
        miles=form.within,
        since=None if form.newer is None else now - timedelta(form.newer),
        until=None if form.older is None else now - timedelta(form.older),
        overdue_at=now if form.overdue else None,
        call_back_before=urgency.day_ends if form.call_back else None,
        keeper=urgency.reader if form.assigned == "me" else None,
        nobodys=form.assigned == "nobody",
        tag=form.tag or None,
    )


def _held(form: FilterForm, place: tuple[str | None, str | None], catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """Yield each active filter: its name, its value and its words."""
    trial_id, site_id = place
    if trial_id and trial_id == form.trial:
        yield "trial", trial_id, trial_title(catalog, trial_id)
    if trial_id and site_id:
        yield "site", f"{trial_id}:{site_id}", f"at {site_name(catalog, trial_id, site_id)}"
    if form.open and not form.state:
        yield "open", "yes", "open ones"
    yield from (("state", one.value, words) for one, words in STATES.items() if one in form.state)
    if form.determination:
        yield "determination", form.determination.value, FITS[form.determination][1]
    for name, number in (("within", form.within), ("newer", form.newer), ("older", form.older)):
        if number is not None:
            yield name, str(number), _NUMBERS[name].format(number, "" if number == 1 else "s")
    yield from _held_words(form)


def _held_words(form: FilterForm) -> Iterator[tuple[str, str, str]]:
    if form.overdue:
        yield "overdue", "yes", "overdue"
    if form.call_back:
        yield "call_back", "today", "to call back today"
    if form.assigned:
        yield "assigned", form.assigned, _WHO[form.assigned]
    if form.tag:
        yield "tag", form.tag, f"tagged “{form.tag}”"


def _parameters(held: Iterable[tuple[str, str, str]], order: Order) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value, _ in held:
        found.setdefault(name, []).append(value)
    if order is not Order.URGENT:
        found["sort"] = [order.value]
    return found


def _addressed(parameters: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the parameters that stand in the address: none for the list that opens, one for the list of all."""
    return {} if parameters == OPENING else parameters or _ALL


def _without(held: Iterable[tuple[str, str, str]], order: Order, name: str, value: str) -> dict[str, list[str]]:
    """Return the parameters of the list without one filter; a site goes with its trial."""
    gone = {name} if name != "trial" else {"trial", "site"}
    rest = [one for one in held if one[0] not in gone or (one[0] == name and one[1] != value)]
    return _addressed(_parameters(rest, order))


def site_name(catalog: Catalog, trial_id: str, site_id: str) -> str:
    """Return the name of a site, or its id where the catalog does not have it (any more)."""
    trial = catalog.trials.get(trial_id)
    return next((site.name for site in trial.sites if site.id == site_id), site_id) if trial else site_id
