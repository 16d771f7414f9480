"""Sentences for the desk on what the registry says otherwise than the files of the trials that a recruiter works."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.web.accounts.staff_pages import this_recruiter
from prescreen.web.base.formatting import day
from prescreen.web.base.request_context import catalog, local, now, resources, today
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.registry.news import TrialNews, news


@dataclass(frozen=True, slots=True)
class ShownNews:
    """A trial, the sentences on it, and the day on which the registry last confirmed what they say, in words."""

    trial_id: str
    title: str
    sentences: tuple[str, ...]
    reached: str


@dataclass(frozen=True, slots=True)
class DeskNews:
    """What a list shows: the trials of which there is something to tell, and how many of each kind, in words."""

    trials: tuple[ShownNews, ...] = ()
    summary: str = ""


def news_for_desk() -> DeskNews:
    """Return the news of the recruiter's trials, none where the operator has no registry watched."""
    if resources().settings.registry is None:
        return DeskNews()
    account = this_recruiter()
    trials = [catalog().trials[one] for one in account.trial_ids if one in catalog().trials]
    with resources().database.reading() as session:
        found = [_of_theirs(one, account) for one in news(session, trials, now())]
    told = [one for one in found if one]
    return DeskNews(tuple(map(_shown, told)), _summary(told))


def _of_theirs(one: TrialNews, account: Account) -> TrialNews:
    """Return the news without sites that a recruiter does not work."""
    own = account.sites_of(one.trial.id)
    return replace(one, closed_sites=tuple(site for site in one.closed_sites if own is None or site.id in own))


def _shown(one: TrialNews) -> ShownNews:
    reached = day(local(one.reached_at).date()) if one.reached_at else ""
    return ShownNews(one.trial.id, str(one.trial.title), tuple(_sentences(one)), reached)


def _summary(told: Sequence[TrialNews]) -> str:
    """Return how many trials there are of each kind, as far as there are any."""
    counts = {
        "closed": sum(bool(one.closed_on) for one in told),
        "closed at a place": sum(bool(one.closed_sites) for one in told),
        "with changed criteria": sum(one.is_stale for one in told),
        "not asked for days": sum(one.is_old for one in told),
    }
    return ", ".join(f"{count} {words}" for words, count in counts.items() if count)


def _sentences(one: TrialNews) -> Iterator[str]:
    if one.closed_on:
        yield f"It takes no new people since {day(one.closed_on)}. {_what_is_done(one.trial, one.trial.sites)}"
    for site in one.closed_sites:
        yield f"{site.name} takes no new people any more. {_what_is_done(one.trial, (site,))}"
    if one.is_stale:
        yield (
            "Its criteria changed since ours were written, so answers may be judged by old ones. Ask its team before "
            "you rule anybody out."
        )
    if one.is_old:
        yield "The registry could not be asked for days, and may say something else by now."


def _what_is_done(trial: Trial, sites: Collection[Site]) -> str:
    is_open = catalog().takes_leads(trial, today()) and any(one in sites for one in catalog().open_sites(trial))
    return "People are still referred there: ask its team." if is_open else "Nobody new is referred there."
