"""`prescreen registry status`: each published trial beside what its registry says now."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.registry.criteria_changes import TextChanges
from prescreen.catalog.registry.registry_comparison import Comparison, is_compared
from prescreen.catalog.registry.trial_texts import trial_text
from prescreen.catalog.sources.registry_record import REGISTRY
from prescreen.cli.base.command_options import (
    DataError,
    catalog_to_judge,
    criteria_option,
    json_option,
    refuse_call,
    settings,
)
from prescreen.cli.base.context import opened
from prescreen.cli.base.output import telling
from prescreen.config import Settings, registry_place
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Transactions, registry
from prescreen.workflow.registry import sources
from prescreen.workflow.registry.answers import Registry
from prescreen.workflow.registry.watching import Checked, Watched, asked, check

_MOST_DOWN = 3
"""After so many trials in a row for which the registry itself failed, it is not asked for the others."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look at the registry works with; `database` is None where nothing is known from before or kept."""

    source: Registry
    root: Path
    database: Transactions | None
    now: datetime

    def at(self, trial: Trial) -> Checked:
        """Return a trial beside its record, and keep what is known of it then."""
        watched = Watched(trial, trial_text(self.root, trial.id))
        if self.database is None:
            return asked(self.source, watched, None, self.now)
        with self.database.reading() as session:
            known = registry.find(session, trial.id)
        return check(self.database, self.source, watched, known, self.now)


@click.group("registry")
def watched() -> None:
    """Compare trials with what their registry says now."""


@watched.command()
@click.argument("trials", metavar="[TRIAL]...", nargs=-1)
@click.option("--from", "place", metavar="DIR|URL", help="Records as <id>.json, or an API v2; PRESCREEN_REGISTRY else.")
@click.option("--fail-on-change", is_flag=True, help="Exit with 1 where anything differs, for automatic checks.")
@criteria_option
@json_option
def status(
    trials: tuple[str, ...], place: str | None, fail_on_change: bool, criteria: Path | None, as_json: bool
) -> None:
    """Tell for each published trial, or each TRIAL, what its registry says otherwise than its file.

    Status, sites, dates, and the words that criteria quote. A file whose words changed is stale. What is known from
    before is used and kept only with PRESCREEN_REGISTRY and PRESCREEN_CRITERIA, whose records the service trusts. The
    exit status is 0 whatever differs, and 1 where no record could be read.
    """
    chosen, now = settings(), datetime.now(UTC)
    catalog = catalog_to_judge(criteria, now.date(), None)
    wanted = _wanted(catalog, trials)
    with _looking(chosen, place, criteria, catalog, now) as look, telling("trials") as tell:
        found = _looked_at(look, wanted, tell)
    if as_json:
        click.echo(json.dumps([_data(trial, one) for trial, one in found], indent=2, ensure_ascii=False))
    else:
        for trial, one in found:
            click.echo("\n".join(_lines(trial, one)))
    for sentence in filter(None, (_passed_over(catalog, trials), _summary([one for _, one in found]))):
        click.echo(sentence, err=True)
    nothing = bool(found) and all(one.why for _, one in found)
    raise SystemExit(nothing or (fail_on_change and any(one.comparison or one.why for _, one in found)))


def _wanted(catalog: Catalog, names: Sequence[str]) -> list[Trial]:
    """Return the trials with these ids, or all that can be compared."""
    for name in names:
        if name not in catalog.trials:
            raise DataError(f"unknown trial '{name}'{did_you_mean(name, catalog.trials)}")
        if catalog.trials[name].draft:
            raise DataError(f"{name} is a draft, which is not compared; publish it by taking `draft: true` away")
        if not is_compared(catalog.trials[name]):
            raise DataError(f"{name} is no id of {REGISTRY}, so there is no record to compare it with")
    return [one for one in catalog.trials.values() if is_compared(one) and (not names or one.id in names)]


def _passed_over(catalog: Catalog, names: Sequence[str]) -> str:
    """Return a sentence on the published trials that no registry knows; "" where there are none."""
    others = [one.id for one in catalog.trials.values() if not one.draft and not is_compared(one)]
    return f"not compared, since {REGISTRY} has no such ids: {_some(others, ', ')}" if others and not names else ""


@contextmanager
def _looking(
    chosen: Settings, place: str | None, criteria: Path | None, catalog: Catalog, now: datetime
) -> Iterator[_Look]:
    try:
        named = registry_place(place) if place else chosen.registry
    except ValueError as error:
        refuse_call(f"--from: {error}")
    if named is None:
        refuse_call("name a folder of records or an address with --from, or set PRESCREEN_REGISTRY")
    if isinstance(named, Path) and not named.is_dir():
        raise DataError(f"{named} is no folder of records")
    source = sources.opened(named, catalog.service, chosen.public_address())
    root = criteria or chosen.criteria
    if named != chosen.registry or criteria is not None:
        yield _Look(source, root, None, now)
        return
    with opened() as tools:
        yield _Look(source, root, tools.database, now)


def _looked_at(look: _Look, trials: Sequence[Trial], tell: Any) -> list[tuple[Trial, Checked]]:
    """Return each trial with what was found; where the registry is down, it is not asked for ever."""
    found, down = list[tuple[Trial, Checked]](), 0
    for count, trial in enumerate(trials, start=1):
        found.append((trial, look.at(trial)))
        down = down + 1 if found[-1][1].is_down else 0
        tell(count)
        if down == _MOST_DOWN and count < len(trials):
            left = len(trials) - count
            click.echo(f"the registry is down: it was not asked for the other {left} of {len(trials)}", err=True)
            break
    return found


def _data(trial: Trial, one: Checked) -> dict[str, Any]:
    record, stored, found = one.record, one.stored, one.comparison
    return {
        "trial": trial.id,
        "known": record is not None,
        "old_since": stored.failed_since.isoformat() if one.why and stored.failed_since else None,
        "failure": {"kind": stored.last_failure, "why": one.why} if one.why else None,
        "fetched_at": stored.fetched_at.isoformat() if stored.fetched_at else None,
        "stale": found is not None and found.is_stale,
        "status": {"file": trial.status, "registry": record.status if record else None},
        "closed_on": stored.closed_on.isoformat() if stored.closed_on else None,
        "version": {"file": trial.source.get("version"), "registry": record.version if record else None},
        "title": record.title if record else None,
        "sites": asdict(found.sites) if found else None,
        "quotes_the_record": found is not None and found.text.is_quoted,
        "criteria": [asdict(touched) for touched in found.text.touched] if found else [],
        "new_criteria": [asdict(added) for added in found.text.added] if found else [],
        "words": [asdict(words) for words in found.text.words] if found else [],
    }


def _lines(trial: Trial, one: Checked) -> Iterator[str]:
    record, found = one.record, one.comparison
    if record is None or found is None:
        yield f"{trial.id}: nothing is known of its record: {one.why}"
        return
    day = one.stored.fetched_at.date() if one.stored.fetched_at else None
    old = f"the registry could not be asked ({one.why}), so this is old, as of {day}" if one.why else ""
    stale = "STALE: words changed that its criteria were made from" if found.is_stale else ""
    differs = "" if stale else "differs from the registry" if found else "as the registry says"
    yield f"{trial.id}: {'; '.join(filter(None, (stale, differs, old)))}"
    if found:
        made = trial.source.get("version", "no day")
        yield f"  the file is of {made}; its record last changed on {record.version or 'a day that it does not say'}"
        yield from _differences(found, one.stored.closed_on)
        yield from _changed_words(found.text)
    if found.is_stale:
        yield _NEXT.format(version=record.version)


_NEXT = "  when the file says what the record says now: write its day into the file (source: {{version: {version}}})"


def _differences(found: Comparison, closed_on: date | None) -> Iterator[str]:
    if found.status:
        since = f" since {closed_on}" if closed_on else ""
        yield f"  status: {found.status.file} in the file, {found.status.registry}{since} in the registry"
    for site in found.sites.statuses:
        yield f"  site {site.what}: {site.file} in the file, {site.registry} in the registry"
    for what, places in (
        ("that only the registry has", found.sites.added),
        ("that only the file has", found.sites.gone),
    ):
        if places:
            yield f"  {_count(len(places), 'site')} {what}: {_some(places, '; ')}"


def _some(names: Sequence[str], between: str) -> str:
    """Return some of many names and how many are left."""
    more = len(names) - _MOST_NAMED
    return between.join(names[:_MOST_NAMED]) + (f"{between}and {more} more" if more > 0 else "")


def _changed_words(text: TextChanges) -> Iterator[str]:
    for touched in text.touched:
        yield f"  {touched.kind} {touched.criterion}: {touched.rule}"
        yield f"    was: {f'({touched.field}) ' if touched.field else ''}{touched.old}"
        yield f"    now: {touched.new or '(gone)'}"
    for added in text.added:
        yield f"  {added.kind} that no criterion of the file quotes: {added.text}"
    if text.words:
        yield "  the record's words since the file was made:"
        yield from (f"    ... {words} ..." for words in text.words)
    if text and not text.is_quoted:
        yield "  the file quotes no words (`# Record: ...`), so the criteria that they touch cannot be named"


def _summary(found: Sequence[Checked]) -> str:
    stale = sum(one.comparison is not None and one.comparison.is_stale for one in found)
    differ = sum(bool(one.comparison) for one in found)
    failed = sum(bool(one.why) for one in found)
    told = f"{differ} otherwise than the file, {stale} stale, {failed} that could not be asked for now"
    return f"{_count(len(found), 'trial')}: {told}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
