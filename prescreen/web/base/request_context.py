"""What every page works with: settings, keys, the database, and the one catalog that a request sees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar, cast

from flask import abort, current_app, g, request, url_for

from prescreen.catalog.assessment.answer_codec import Packing
from prescreen.catalog.criteria.catalog import Catalog, Condition
from prescreen.config import Settings
from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Trial
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.workflow.editions import Served
from prescreen.workflow.interview.usage_counters import Counters
from prescreen.workflow.operations.catalog_readings import CatalogReadings
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.registry.closing import refuse_closed

EXTENSION = "prescreen"

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Resources:
    """Objects that are created once per worker. `counters` is None where the operator wants none."""

    settings: Settings
    keys: Keys
    database: Database
    catalog: Served
    counters: Counters | None
    readings: CatalogReadings = field(default_factory=lambda: CatalogReadings(datetime.now(UTC)))


def resources() -> Resources:
    """Return this worker's resources."""
    return cast(Resources, current_app.extensions[EXTENSION])


def now() -> datetime:
    """Return the time of this request, the same at every call."""
    found = g.get("now")
    if found is None:
        found = g.now = datetime.now(UTC)
    return cast(datetime, found)


def catalog() -> Catalog:
    """Return the catalog of this request, the same at every call."""
    found = g.get("catalog")
    if found is None:
        found = g.catalog = resources().catalog.current(now().date())
    return cast(Catalog, found)


@dataclass(frozen=True, slots=True)
class Kept:
    """Values that hold for one catalog."""

    catalog: Catalog
    values: dict[Any, Any] = field(default_factory=dict)


def kept_with_catalog(name: str) -> dict[Any, Any]:
    """Return what this worker keeps under a name for the catalog of this request; empty for another catalog."""
    found = current_app.extensions.get(name)
    if not isinstance(found, Kept) or found.catalog is not catalog():
        found = current_app.extensions[name] = Kept(catalog())
    return found.values


def once_for(name: str, source: object, make: Callable[[], _Made]) -> _Made:
    """Return what is made of an object, once in a request as long as the name is asked for with the same object."""
    known = g.get(name)
    if known is None or known[0] is not source:
        known = source, make()
        setattr(g, name, known)
    return cast(_Made, known[1])


def refuse_closed_now(session: Session, places: Iterable[tuple[str, str]]) -> None:
    """Raise ClosedMeanwhileError for a trial and site that the registry closed by now, where it may close any."""
    if resources().settings.registry_closes:
        refuse_closed(session, catalog(), places)


def pen() -> LetterWriter:
    """Return the composer of this request's letters."""
    return LetterWriter(catalog(), resources().settings.public_address())


def desk() -> Desk:
    """Return the composer, keys and time with which this request's letters are written."""
    return Desk(resources().keys, pen(), now())


def packing() -> Packing:
    """Return the packing of answers for this request's question bank."""
    return catalog().packing


def today() -> date:
    """Return the day of this request in the time zone of the service."""
    found = g.get("today")
    if found is None:
        found = g.today = local(now()).date()
    return cast(date, found)


def local(at: datetime) -> datetime:
    """Return an instant in the time zone of the service."""
    return at.astimezone(catalog().service.timezone)


def condition_or_404(slug: str) -> Condition:
    """Return a condition of the catalog, or answer 404."""
    condition = catalog().conditions.get(slug)
    if condition is None:
        abort(404)
    return condition


def trial_or_404(slug: str, trial_id: str) -> Trial:
    """Return a trial of a condition, or answer 404."""
    trial = catalog().trials.get(trial_id)
    if trial is None or slug not in trial.conditions:
        abort(404)
    return trial


def address_of(endpoint: str, **values: str) -> str:
    """Return the absolute address of a page, for people to keep or share."""
    scheme = "https" if resources().settings.https else request.scheme
    return url_for(endpoint, _external=True, _scheme=scheme, **values)
