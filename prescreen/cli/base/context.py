"""Opening of the database for a command, which ends with one line of error where this fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from prescreen import database as databases
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.signed_cache import SignedCache
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.cli.base.command_options import DataError, catalog_to_judge, refuse_call, settings
from prescreen.config import Settings, SettingsError
from prescreen.database import Database, DatabaseError, DurabilityError, ExposureError
from prescreen.storage.base.keys import Keys
from prescreen.workflow.editions import PublishedCatalog, Served, folder_in_force
from prescreen.workflow.operations.key_checks import open_keys

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Opened:
    """The settings, keys and database that a command works with."""

    settings: Settings
    database: Database
    keys: Keys


@contextmanager
def opened() -> Iterator[Opened]:
    """Yield settings, keys and a database whose schema is that of this version. Raise DataError otherwise."""
    chosen = settings()
    with open_database(chosen) as database:
        if not databases.is_current(database.engine):
            raise DataError("the database has another schema than this version expects; run `prescreen db upgrade`")
        yield Opened(_with_edition(chosen, database), database, _keys(database, chosen))


def _with_edition(chosen: Settings, database: Database) -> Settings:
    """Return the settings with the folder of the edition in force; unchanged where folders are served, or none is."""
    folder = folder_in_force(database, chosen.cache, datetime.now(UTC)) if chosen.published_criteria else None
    return replace(chosen, criteria=folder) if folder else chosen


def _keys(database: Database, chosen: Settings) -> Keys:
    try:
        return open_keys(database, chosen, datetime.now(UTC))
    except SettingsError as error:
        refuse_call(str(error))


@contextmanager
def open_database(chosen: Settings) -> Iterator[Database]:
    """Yield the database, whatever its schema. Raise DataError where it cannot be reached or is unsafe."""
    try:
        database = Database(chosen.database_url, chosen.database_read_url, tell_of_replica)
        try:
            database.require_durability()
            yield database
        finally:
            database.close()
    except (DurabilityError, ExposureError) as error:
        raise DataError(str(error)) from error
    except DatabaseError as error:
        if not databases.is_unusable(error):
            raise
        raise DataError(f"the database cannot be used: {_first_line(error.orig)}") from error


def tell_of_replica(why: str) -> None:
    """Log why the read replica is left alone for a while."""
    _log.warning("replica_left_alone", replica=why)


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip().splitlines() or ["it gave no reason"])[0]


def todays_catalog() -> Catalog:
    """Return today's catalog; end the command with the faults of the criteria where it cannot be read."""
    folder = None
    if settings().published_criteria:
        with opened() as tools:
            folder = tools.settings.criteria
    return catalog_to_judge(folder, datetime.now(UTC).date(), None)


def watched_catalog(tools: Opened, now: datetime) -> Served:
    """Return the catalog that a process of this installation follows; a change that is refused is logged."""
    on, trials = now.date(), KnownTrials(SignedCache(tools.settings.cache, tools.keys.criteria_cache))

    def read(folder: Path) -> LiveCatalog:
        return LiveCatalog(folder, on, _tell_of_change, trials=trials)

    if not tools.settings.published_criteria:
        return read(tools.settings.criteria)
    return PublishedCatalog(tools.database, tools.settings.cache, read, _tell_of_change, lambda: datetime.now(UTC))


def _tell_of_change(error: CatalogError | None) -> None:
    if error is not None:
        _log.error("criteria_refused", faults=len(error.faults))
