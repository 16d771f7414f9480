"""The invitations that wait for a person's answer, as the private page shows them."""

from dataclasses import dataclass

from prescreen.eligibility.criteria import Site, Trial
from prescreen.web.resources import catalog, today
from prescreen.web.submission import trial_shown
from prescreen.workflow.participation import HeldData


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation to a trial that takes people today, the sites to choose from, and the fingerprint of it all."""

    id: str
    trial: Trial
    sites: tuple[Site, ...]
    condition: str
    shown: str


def waiting(held: HeldData) -> list[Waiting]:
    """Give the invitations that can be answered today; one to a trial that takes nobody any more is left out."""
    found = []
    for one in held.invitations:
        trial = catalog().trials.get(one.trial_id)
        if one.answered_at is None and trial is not None and catalog().takes_leads(trial, today()):
            sites = catalog().open_sites(trial)
            found.append(Waiting(one.id.hex, trial, sites, next(iter(trial.conditions), ""), trial_shown(trial)))
    return found
