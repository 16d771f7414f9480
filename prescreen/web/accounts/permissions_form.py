"""The form fields of an account's duties: role, trials and sites, rights."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage.accounts.recruiters import Account, Assignment, Right, Role
from prescreen.web.base.form_fields import Choice, Listed
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.workflow.accounts.administration import Duties, listed
from prescreen.workflow.accounts.permissions import Permission, may_ever

EVERY_TRIAL = "*"
ROLES = {
    Role.ADMINISTRATOR: ("Administrator", "does all that a recruiter does, and looks after accounts and the trail"),
    Role.RECRUITER: ("Recruiter", "works the referrals of the trials and sites below"),
    Role.ANALYST: ("Analyst", "sees referrals and numbers, never who the people are"),
    Role.AUTHOR: ("Author", "sees numbers and notes on criteria, no referrals"),
}
RIGHTS = {
    Right.EXPORT_CSV: "CSV files",
    Right.EXPORT_XLSX: "Excel files",
    Right.EXPORT_NDJSON: "NDJSON files",
    Right.EXPORT_REDCAP: "REDCap files",
    Right.EXPORT_IDENTITY: "Names and contact details in these files (never for analysts and authors)",
}
_MOST_NAMED = 3


class Ticked(Form):
    """The chosen values in the form. A place is `TRIAL`, `TRIAL:SITE`, or `*` for every trial."""

    role: Annotated[Role | None, Choice(Role)]
    places: Annotated[tuple[str, ...], Listed(name="place")]
    rights: Annotated[tuple[str, ...], Listed(name="right")]


@dataclass(frozen=True, slots=True)
class TrialField:
    """A trial to tick, with its sites if there are several."""

    place: str
    title: str
    sites: tuple[tuple[str, str], ...] = ()


def ticked_of(account: Account) -> Ticked:
    """Return the form's values for an account."""
    return Ticked(account.role, tuple(listed(account.assignments)), tuple(account.rights))


def trial_fields(catalog: Catalog, held: tuple[Assignment, ...] = ()) -> list[TrialField]:
    """Return the trials to choose from, ordered by title, and those held that have left the catalog."""
    trials = sorted(catalog.trials.values(), key=lambda one: str(one.title))
    gone = [one for one in held if one.trial_id not in catalog.trials]
    return [
        *(TrialField(trial.id, str(trial.title), _sites(trial)) for trial in trials),
        *(TrialField(place, "no longer in the catalog") for place in listed(gone)),
    ]


def _sites(trial: Trial) -> tuple[tuple[str, str], ...]:
    several = trial.sites if len(trial.sites) > 1 else ()
    return tuple((f"{trial.id}:{site.id}", f"{site.name}, {site.city}") for site in several)


def read_duties(catalog: Catalog, held: tuple[Assignment, ...] = ()) -> tuple[Duties | None, dict[str, str]]:
    """Return the posted duties, None for a faulty form; and the faults by field."""
    ticked = posted_or_400(Ticked)
    places, rights = frozenset(ticked.places), frozenset(ticked.rights)
    known = {place: Assignment(*place.split(":", 1)) for place in _places(catalog, held)}
    errors = {}
    if ticked.role is None:
        errors["role"] = "Choose what the account is for."
    elif not places and ticked.role is not Role.ADMINISTRATOR:
        errors["places"] = "Choose at least one trial."
    if not places <= {*known, EVERY_TRIAL} or not rights <= set(Right):
        errors["places"] = "Choose among the trials and rights of this page. The catalog may have changed meanwhile."
    if errors or ticked.role is None:
        return None, errors
    chosen = {known[place] for place in places if place != EVERY_TRIAL}
    if EVERY_TRIAL in places:
        chosen |= {Assignment(trial_id) for trial_id in catalog.trials}
    return Duties(ticked.role, _without_sites_of_whole(chosen), frozenset(map(Right, rights))), {}


def _places(catalog: Catalog, held: tuple[Assignment, ...]) -> list[str]:
    of_trials = [place for trial in catalog.trials.values() for place in (trial.id, *_site_places(trial))]
    return [*of_trials, *listed(held)]


def _site_places(trial: Trial) -> list[str]:
    return [f"{trial.id}:{site.id}" for site in trial.sites]


def _without_sites_of_whole(chosen: set[Assignment]) -> tuple[Assignment, ...]:
    """Return the places without single sites of a trial that is chosen as a whole."""
    whole = {one.trial_id for one in chosen if one.only_site_id is None}
    return tuple(sorted(one for one in chosen if one.only_site_id is None or one.trial_id not in whole))


def places_in_words(catalog: Catalog, assignments: tuple[Assignment, ...]) -> str:
    """Return trials and sites in a few words."""
    whole = {one.trial_id for one in assignments if one.only_site_id is None}
    if whole and whole >= catalog.trials.keys():
        return "every trial"
    sites = Counter(one.trial_id for one in assignments if one.only_site_id is not None)
    words = sorted(whole) + [f"{trial} ({count} site{'s' * (count > 1)})" for trial, count in sorted(sites.items())]
    rest = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def rights_in_words(account: Account) -> str:
    """Return in a few words what an account may export, by its rights and its role."""
    held = [right for right in RIGHTS if right in account.rights and may_ever(account.role, Permission(right.value))]
    kinds = [RIGHTS[right].split()[0] for right in held if right is not Right.EXPORT_IDENTITY]
    if not kinds:
        return "nothing"
    return ", ".join(kinds) + (", with names" if Right.EXPORT_IDENTITY in held else ", without names")
