"""What the registry closes now, as web processes and commands read it from the database, and which files are stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
    return {name: Closure(since, frozenset(sites)) for name, since, sites in registry.closed(session)}


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


@dataclass(frozen=True, slots=True)
class News:
    """What the registry says of a trial that its file does not: a status, and whether words changed that it quotes.

    `old_since`: since when the registry could not be asked, or told nothing that could be believed.
    """

    trial_id: str
    file_status: str
    status: str | None
    is_stale: bool
    old_since: datetime | None

    @property
    def is_news(self) -> bool:
        """Whether anybody has to look at the file."""
        return self.is_stale or self.status not in (None, self.file_status)


def news(session: Session, catalog: Catalog, trial_ids: Iterable[str]) -> list[News]:
    """Return what the registry says of published trials, in their order, of those that it was asked for.

    A file that was made from a newer record since counts as read: its author gave it a new version.
    """
    known, found = registry.find_all(session), list[News]()
    for trial_id in trial_ids:
        trial, stored = catalog.trials.get(trial_id), known.get(trial_id)
        if trial is None or trial.draft or stored is None:
            continue
        stale = stored.stale_for is not None and stored.stale_for == trial.source.get("version", "")
        found.append(News(trial_id, trial.status, stored.status, stale, stored.failed_since))
    return found
