"""What the registry says otherwise than the files, for the desk and for monitoring."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from prescreen.catalog.registry.registry_comparison import is_compared
from prescreen.eligibility.criteria.trials import RECRUITING, Site, Trial
from prescreen.storage import Session, registry
from prescreen.storage.registry import StoredState

OLD_AFTER = timedelta(days=2)
"""What the registry did not confirm for so long is told as old: a day's asking failed twice."""


@dataclass(frozen=True, slots=True)
class TrialNews:
    """What is to be told of one trial. `reached_at` is when the registry last confirmed what is known, None if never.

    Attributes:
        closed_on: Since when the registry says that the trial takes nobody, where its file says that it recruits.
        closed_sites: Sites of which it says so, where their file says that they recruit.
        is_stale: Whether words of the record changed from which the file was made.
        is_old: Whether the registry did not confirm for days what is known.
    """

    trial: Trial
    reached_at: datetime | None
    closed_on: date | None = None
    closed_sites: tuple[Site, ...] = ()
    is_stale: bool = False
    is_old: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.closed_on or self.closed_sites or self.is_stale or self.is_old)


@dataclass(frozen=True, slots=True)
class Overview:
    """How the watch of the registry stands. `reached_at` is when it last told anything, None if it never did."""

    reached_at: datetime | None
    closed: int
    stale: int
    old: int


def news(session: Session, trials: Iterable[Trial], now: datetime) -> list[TrialNews]:
    """Return the news of these trials, as far as they are compared with the registry, in their order."""
    states = registry.states(session)
    return [found for one in trials if is_compared(one) and (found := _news(one, states.get(one.id), now))]


def overview(session: Session, trials: Iterable[Trial], now: datetime) -> Overview:
    """Return how the watch stands over these trials."""
    states, compared = registry.states(session), [one for one in trials if is_compared(one)]
    told = [_news(one, states.get(one.id), now) for one in compared]
    return Overview(
        reached_at=_reached(states),
        closed=sum(bool(one.closed_on or one.closed_sites) for one in told),
        stale=sum(one.is_stale for one in told),
        old=sum(one.is_old for one in told),
    )


def _reached(states: Mapping[str, StoredState]) -> datetime | None:
    return max((one.fetched_at for one in states.values() if one.fetched_at), default=None)


def _news(trial: Trial, state: StoredState | None, now: datetime) -> TrialNews:
    if state is None:
        return TrialNews(trial, None)
    since = state.fetched_at or state.failed_since
    return TrialNews(
        trial,
        state.fetched_at,
        closed_on=state.closed_on if trial.status == RECRUITING else None,
        closed_sites=tuple(_closed_sites(trial, state)) if not state.closed_on else (),
        is_stale=state.stale_for is not None and state.stale_for == trial.source.get("version", ""),
        is_old=since is not None and now - since > OLD_AFTER,
    )


def _closed_sites(trial: Trial, state: StoredState) -> Iterable[Site]:
    recruiting = (site for site in trial.sites if (site.status or trial.status) == RECRUITING)
    return (site for site in recruiting if site.id in state.closed_sites)
