"""A trial's file beside what its registry says now: status, sites, dates, fields and words."""

from collections import Counter
from dataclasses import dataclass

from prescreen.catalog.criterion_comments import plain
from prescreen.catalog.registry.criteria_changes import TextChanges, text_changes
from prescreen.catalog.sources.registry_record import is_registry_id
from prescreen.catalog.sources.source_record import SourceRecord, SourceSite
from prescreen.eligibility.criteria.trials import RECRUITING, Site, Trial


@dataclass(frozen=True, slots=True)
class Differs:
    """What a file and its record say of the same thing."""

    what: str
    file: str
    registry: str


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """How the sites of a file differ from those of its record, in words; `closed` are ids of the file's sites."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    statuses: tuple[Differs, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All in which a trial's file differs from what its registry says now."""

    status: Differs | None
    sites: SiteChanges
    text: TextChanges

    @property
    def is_stale(self) -> bool:
        """Whether the words changed that the file was made from."""
        return bool(self.text)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return self.status is not None or bool(self.sites.added or self.sites.gone or self.sites.statuses or self.text)


def is_compared(trial: Trial) -> bool:
    """Whether a trial is held against the registry: it is published, and its id is one of the registry."""
    return not trial.draft and is_registry_id(trial.id)


def compared(trial: Trial, file_text: str, record: SourceRecord, base: str | None) -> Comparison:
    """Return how a trial's file differs from its record; for `base` see `text_changes`."""
    differs = record.status is not None and record.status != trial.status
    return Comparison(
        Differs("status", trial.status, record.status or "") if differs else None,
        site_changes(trial, record),
        text_changes(file_text, record, base),
    )


def site_changes(trial: Trial, record: SourceRecord) -> SiteChanges:
    """Return how the sites differ. A site of which the record says nothing any more is gone, and not closed by that."""
    pairs = _paired(trial.sites, record.sites)
    found = {id(theirs) for theirs in pairs.values()}
    statuses = [
        Differs(site.id, ours, theirs.status)
        for site in trial.sites
        if (theirs := pairs.get(site.id)) and theirs.status
        if theirs.status != (ours := site.status or trial.status)
    ]
    return SiteChanges(
        added=tuple(_place(one.name, one.city) for one in record.sites if id(one) not in found),
        gone=tuple(_place(site.name, site.city) for site in trial.sites if site.id not in pairs),
        statuses=tuple(statuses),
        closed=tuple(name for name, one in pairs.items() if one.status and one.status != RECRUITING),
    )


def _paired(ours: tuple[Site, ...], theirs: tuple[SourceSite, ...]) -> dict[str, SourceSite]:
    """Return the record's site for each of the file's by its id, only where no other can be meant.

    It has the same name and city; else it is the only one left in that city and postal code, on both sides.
    """
    pairs: dict[str, SourceSite] = {}
    for of_ours, of_theirs in ((_named, _named), (_located, _located)):
        left = [site for site in ours if site.id not in pairs]
        free = [one for one in theirs if all(one is not taken for taken in pairs.values())]
        mine, others = Counter(map(of_ours, left)), Counter(map(of_theirs, free))
        by_key = {of_theirs(one): one for one in free}
        pairs |= {
            site.id: by_key[key] for site in left if mine[key := of_ours(site)] == 1 and others[key] == 1 and all(key)
        }
    return pairs


def _named(site: Site | SourceSite) -> tuple[str, str]:
    return plain(site.name), plain(site.city or "")


def _located(site: Site | SourceSite) -> tuple[str, str]:
    return plain(site.city or ""), plain(site.postal_code or "")


def _place(name: str, city: str | None) -> str:
    return ", ".join(filter(None, (name, city)))
