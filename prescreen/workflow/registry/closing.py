"""What the registry closes now, as web processes and commands read it from the database.

A module of its own, since pages, commands and the transaction that refers a person ask it, and none asks the registry.
"""

from collections.abc import Iterable

from prescreen.catalog.closures import Closure, Closures
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.storage import Session, Transactions, registry


class ClosedMeanwhileError(Exception):
    """Raised where a trial or site, which took people when the page was shown, takes none any more."""

    def __init__(self, trial_id: str) -> None:
        self.trial_id = trial_id
        super().__init__(f"the registry closed {trial_id}, or that site of it; tell the person, and refer nobody")


def closures(session: Session) -> Closures:
    """Return what the registry closes now."""
    return {one.trial_id: Closure(one.since, frozenset(one.sites), one.status) for one in registry.closed(session)}


def closures_in(database: Transactions) -> Closures:
    """Return what the registry closes now, read in a transaction of its own."""
    with database.reading() as session:
        return closures(session)


def refuse_closed(session: Session, catalog: Catalog, places: Iterable[tuple[str, str]]) -> None:
    """Raise ClosedMeanwhileError for a place, a trial's and a site's id, that the registry has closed by now.

    It is for the transaction that refers a person: what the catalog says may be seconds old.
    """
    fresh = catalog.closing(closures(session))
    for trial_id, site_id in places:
        trial = fresh.trials.get(trial_id)
        if trial is None or site_id not in {site.id for site in fresh.open_sites(trial)}:
            raise ClosedMeanwhileError(trial_id)
