"""What the work list is narrowed to and ordered by, as the address of the page says it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.referrals.referrals import State
from prescreen.web.accounts.staff_wording import FITS, STATES, trial_title
from prescreen.web.worklist.pagination import read_turn
from prescreen.workflow.worklist.listing import Look, Order, Stretch, WorkListFilters, scope_of

FIELDS = ("trial", "site", "state", "determination", "within", "newer", "older", "overdue", "assigned", "tag", "sort")
ORDERS = {
    Order.NEWEST: "newest first",
    Order.OLDEST: "oldest first",
    Order.LATEST: "longest overdue first",
    Order.NEAREST: "nearest first",
}
_LONGEST_TAG = 200
_MOST_MILES, _MOST_DAYS = 20_000, 3_650
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_WHO = {"me": "yours", "nobody": "nobody’s"}


@dataclass(frozen=True, slots=True)
class Holding:
    """One filter that holds: its words, and the parameters of the same list without it."""

    words: str
    without: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a recruiter asked for. `parameters` say it again, without what is faulty; `errors` are by field."""

    look: Look
    parameters: Mapping[str, list[str]]
    holding: tuple[Holding, ...]
    errors: Mapping[str, str]


@dataclass(slots=True)
class _Reading:
    """One request being read, field by field."""

    account: Account
    catalog: Catalog
    now: datetime
    wanted: WorkListFilters = field(default_factory=WorkListFilters)
    trial_id: str | None = None
    site_id: str | None = None
    order: Order = Order.NEWEST
    words: list[tuple[str, str, str]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)

    def narrow(self, name: str, value: str, words: str, **changes: object) -> None:
        self.wanted = replace(self.wanted, **changes)  # type: ignore[arg-type]
        self.words.append((name, value, words))


def read_asked(typed: MultiDict[str, str], account: Account, catalog: Catalog, now: datetime, limit: int) -> Asked:
    """Read the address of the work list. What is faulty is left out, and said."""
    reading = _Reading(account, catalog, now)
    for name in FIELDS:
        for value in dict.fromkeys(one.strip() for one in typed.getlist(name) if one.strip()):
            _READERS[name](reading, value)
    parameters = _parameters(reading)
    turn, fault = read_turn(typed, reading.order)
    if fault:
        reading.errors["list"] = fault
    return Asked(
        look=Look(_scope(reading), reading.wanted, Stretch(reading.order, limit, turn.beyond, turn.backwards)),
        parameters=parameters,
        holding=tuple(Holding(words, _without(parameters, name, value)) for name, value, words in reading.words),
        errors=reading.errors,
    )


def _scope(reading: _Reading) -> tuple[Assignment, ...]:
    return scope_of(reading.account, reading.trial_id, reading.site_id)


def _parameters(reading: _Reading) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value, _ in reading.words:
        found.setdefault(name, []).append(value)
    if reading.order is not Order.NEWEST:
        found["sort"] = [reading.order.value]
    return found


def _without(parameters: Mapping[str, list[str]], name: str, value: str) -> dict[str, list[str]]:
    rest = {**parameters, name: [one for one in parameters[name] if one != value]}
    if name == "trial":
        rest.pop("site", None)
    return {key: values for key, values in rest.items() if values}


def _trial(reading: _Reading, value: str) -> None:
    if value not in reading.account.trial_ids:
        reading.errors["trial"] = "None of your trials has the number in this address, so it was left out."
        return
    reading.trial_id = value
    reading.words.append(("trial", value, trial_title(reading.catalog, value)))


def _site(reading: _Reading, value: str) -> None:
    trial_id, _, site_id = value.partition(":")
    if not scope_of(reading.account, trial_id, site_id) or not site_id:
        reading.errors["site"] = "The site in this address is none of yours, so it was left out."
    elif reading.trial_id not in (None, trial_id):
        reading.errors["site"] = "This site belongs to another trial than the one you chose, so it was left out."
    else:
        reading.trial_id, reading.site_id = trial_id, site_id
        reading.words.append(("site", value, f"at {site_name(reading.catalog, trial_id, site_id)}"))


def site_name(catalog: Catalog, trial_id: str, site_id: str) -> str:
    """Return the name of a site, or its id where it is not known (any more)."""
    trial = catalog.trials.get(trial_id)
    return next((site.name for site in trial.sites if site.id == site_id), site_id) if trial else site_id


def _state(reading: _Reading, value: str) -> None:
    if value not in set(State):
        reading.errors["state"] = "There is no such state. Tick one of those below."
        return
    reading.narrow("state", value, STATES[State(value)], states=reading.wanted.states | {State(value)})


def _determination(reading: _Reading, value: str) -> None:
    if value not in set(Determination):
        reading.errors["determination"] = "Choose “may fit”, “can't tell yet” or “doesn't fit now”."
        return
    reading.narrow("determination", value, FITS[Determination(value)][1], determination=Determination(value))


def _within(reading: _Reading, value: str) -> None:
    number = _number(value, _MOST_MILES)
    if number is None:
        reading.errors["within"] = f"Type the distance in whole miles, such as 25, up to {_MOST_MILES}."
        return
    reading.narrow("within", value, f"at most {number} miles away", miles=number)


def _newer(reading: _Reading, value: str) -> None:
    days = _days(reading, "newer", value)
    if days is not None:
        reading.narrow("newer", value, f"referred in the last {_of_days(days)}", since=reading.now - timedelta(days))


def _older(reading: _Reading, value: str) -> None:
    days = _days(reading, "older", value)
    if days is not None:
        reading.narrow("older", value, f"referred more than {_of_days(days)} ago", until=reading.now - timedelta(days))


def _days(reading: _Reading, name: str, value: str) -> int | None:
    days = _number(value, _MOST_DAYS)
    if days is None:
        reading.errors[name] = f"Type a whole number of days, such as 14, up to {_MOST_DAYS}."
    return days


def _of_days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _number(value: str, most: int) -> int | None:
    number = int(value) if _NUMBER.fullmatch(value) else None
    return number if number is not None and number <= most else None


def _overdue(reading: _Reading, value: str) -> None:
    if value != "yes":
        reading.errors["overdue"] = "Tick the box to see only who is overdue."
        return
    reading.narrow("overdue", value, "overdue", overdue_at=reading.now)


def _assigned(reading: _Reading, value: str) -> None:
    if value not in _WHO:
        reading.errors["assigned"] = "Choose “me” or “nobody”."
        return
    keeper = reading.account.id if value == "me" else None
    reading.narrow("assigned", value, _WHO[value], keeper=keeper, nobodys=keeper is None)


def _tag(reading: _Reading, value: str) -> None:
    if len(value) > _LONGEST_TAG or "\0" in value:
        reading.errors["tag"] = "No tag is as long as this."
        return
    reading.narrow("tag", value, f"tagged “{value}”", tag=value)


def _sort(reading: _Reading, value: str) -> None:
    if value not in set(Order):
        reading.errors["sort"] = "The list cannot be put in this order. Choose one of those below."
        return
    reading.order = Order(value)


_READERS: Mapping[str, Callable[[_Reading, str], None]] = {
    "trial": _trial,
    "site": _site,
    "state": _state,
    "determination": _determination,
    "within": _within,
    "newer": _newer,
    "older": _older,
    "overdue": _overdue,
    "assigned": _assigned,
    "tag": _tag,
    "sort": _sort,
}
