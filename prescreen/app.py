"""Assembly of the service: settings, keys, database, catalog, pages."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import structlog
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from prescreen import database as databases
from prescreen import tracing
from prescreen.catalog.base.faults import CatalogError
from prescreen.catalog.base.known_trials import KnownTrials
from prescreen.catalog.base.signed_cache import SignedCache
from prescreen.catalog.closures import Closures
from prescreen.catalog.criteria.live_catalog import Closed, LiveCatalog, Observe, not_observing
from prescreen.cli.base.async_log import frames_of
from prescreen.cli.base.context import tell_of_replica
from prescreen.cli.commands import COMMANDS
from prescreen.config import Settings
from prescreen.database import Database, DatabaseError
from prescreen.storage.base.keys import Keys
from prescreen.web import blueprints, measures, template_context
from prescreen.web.base import language, security
from prescreen.web.base.request_context import EXTENSION, Resources
from prescreen.web.interview import attribution
from prescreen.web.operations import request_log, request_traces
from prescreen.web.rendering import look_pages, shared_parts, template_bytecode
from prescreen.workflow.editions import Make, PublishedCatalog
from prescreen.workflow.interview.usage_counters import Counters
from prescreen.workflow.operations.catalog_readings import CatalogReadings
from prescreen.workflow.operations.key_checks import open_keys
from prescreen.workflow.registry.closing import closures_in
from prescreen.workflow.visitor_limit import VisitorLimit

STATIC_FOLDER = "static"
"""What the addresses of files begin with."""
_STATIC_FILES: dict[str, Any] = {
    "root": Path(__file__).parent / "web" / STATIC_FOLDER,
    "prefix": f"{STATIC_FOLDER}/",
    "max_age": 3600,
    # Else any other site could read them.
    "allow_all_origins": False,
}
Tell = Callable[[CatalogError | None], None]
_log = structlog.get_logger()


class SchemaError(RuntimeError):
    """Raised for a database whose schema is not the one that this code expects."""

    def __init__(self) -> None:
        super().__init__("the database has another schema than this version expects; run `prescreen db upgrade`")


class _App(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view or a hook as it is: none of ours is a coroutine, and the base asks each at every request."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """Log where a request failed and the exception's class: the URL may hold a token, the message an answer."""
        kind, _, trace = exc_info
        _log.error("failed", page=request.endpoint, error=getattr(kind, "__name__", ""), frames=frames_of(trace))


def create_app(settings: Settings | None = None) -> Flask:
    """Return the WSGI application.

    Raise SettingsError, CatalogError, SchemaError or DurabilityError where the service must not start.
    """
    settings = settings or Settings.from_environment(os.environ)
    tracing.begin(os.environ)
    app = _App("prescreen.web", static_folder=None)
    app.url_map.strict_slashes = False
    resources = open_resources(settings)
    app.extensions[EXTENSION] = resources
    security.protect(app)
    _limit_posts(app, resources)
    template_context.prepare(app)
    shared_parts.prepare(app)
    look_pages.prepare(app)
    template_bytecode.prepare(app, settings.cache / "templates", resources.keys.templates)
    attribution.prepare(app)
    language.prepare(app)
    blueprints.register(app)
    for command in COMMANDS:
        app.cli.add_command(command)
    request_log.prepare(app)
    request_traces.prepare(app)
    measures.prepare(app, settings.cache / "metrics", datetime.now(UTC))
    _wrap(app, settings)
    return app


def _wrap(app: Flask, settings: Settings) -> None:
    """Put around the pages what stands between them and the server."""
    pages: WSGIApplication = security.with_host(app.wsgi_app)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        pages = ProxyFix(pages, x_for=hops, x_proto=hops, x_host=hops)
    with_files = WhiteNoise(pages, **_STATIC_FILES)
    numbered = request_log.numbered(with_files, believing=bool(settings.trusted_proxies))
    # Outermost, so that no response leaves without them, whoever made it.
    outermost = security.with_headers(numbered, settings.response_headers)
    app.wsgi_app = outermost  # type: ignore[method-assign, assignment]  # Flask documents it as replaceable


def _limit_posts(app: Flask, resources: Resources) -> None:
    limit, folder = resources.settings.visitor_rate_limit, resources.settings.cache
    if limit:
        security.limit_posts(app, VisitorLimit(limit, resources.keys, resources.database, folder))


def open_resources(settings: Settings) -> Resources:
    """Return what the pages work with: keys, database, catalog and counters, opened.

    Raise SettingsError, CatalogError, SchemaError or DurabilityError where the service must not start.
    """
    database = Database(settings.database_url, settings.database_read_url, tell_of_replica)
    database.require_durability()
    if not databases.is_current(database.engine):
        raise SchemaError
    return _resources(settings, open_keys(database, settings, datetime.now(UTC)), database)


def _resources(settings: Settings, keys: Keys, database: Database) -> Resources:
    counters = Counters(database, _tell_of_failure) if settings.counters else None
    readings = CatalogReadings(datetime.now(UTC))
    observe: Observe = not_observing if counters is None else counters.observed
    if counters is not None:
        # The last batch is written when the process ends. Workers are forked processes, in which atexit does not run.
        Finalize(None, counters.close, exitpriority=0)
    trials = KnownTrials(SignedCache(settings.cache, keys.criteria_cache))
    tell = _telling(readings)

    def read(folder: Path) -> LiveCatalog:
        return LiveCatalog(folder, datetime.now(UTC).date(), tell, observe, trials)

    catalog = _published(settings, database, read, tell) if settings.published_criteria else read(settings.criteria)
    if settings.registry_closes:
        catalog.close_by(_closed_in(database))
    return Resources(settings, keys, database, catalog, counters, readings)


def _published(settings: Settings, database: Database, read: Make, tell: Tell) -> PublishedCatalog:
    return PublishedCatalog(database, settings.cache, read, tell, lambda: datetime.now(UTC))


def _closed_in(database: Database) -> Closed:
    """Return what reads from a database what the registry closes; it returns None where that is not to be had now."""

    def closed() -> Closures | None:
        try:
            return closures_in(database)
        except DatabaseError as error:
            if not databases.is_unusable(error):
                raise
            _log.error("closures_failed", error=type(error).__name__)
            return None

    return closed


def _tell_of_failure(error: Exception) -> None:
    _log.error("counters_failed", error=type(error).__name__)


def _telling(readings: CatalogReadings) -> Tell:
    """Return what logs each change of the criteria, and notes how it was read."""

    def tell(error: CatalogError | None) -> None:
        if error is None:
            readings.accepted(datetime.now(UTC))
            _log.info("criteria_swapped")
        else:
            faults = [str(fault) for fault in error.faults if not fault.warning]
            readings.refused(datetime.now(UTC), len(faults))
            _log.error("criteria_refused", faults=faults)

    return tell
