"""Liveness and readiness.

A module of its own: a blueprint for monitoring, apart from all pages.
"""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from prescreen import database
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.workflow.operations.worker_heartbeat import is_silent
from prescreen.workflow.registry.news import overview

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer that the process is alive."""
    return {"status": "ok"}


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Return whether this version can serve the database's schema, and whether letters and the trail are looked after.

    The part that is not ready is named, without any detail. Where a registry is watched, when it last answered is told;
    one that is down makes nothing less ready.
    """
    if not database.is_served(resources().database.engine):
        return _not_ready("database", "the database schema is not current; run prescreen db upgrade")
    with resources().database.reading() as session:
        silent = is_silent(session, now())
    if silent:
        return _not_ready("worker", "nothing sends letters or seals the audit trail; restart the service")
    return {"status": "ok", "trials": len(catalog().trials), **_registry()}


def _registry() -> dict[str, object]:
    """Return how the watch of the registry stands; nothing where the operator named none."""
    if resources().settings.registry is None:
        return {}
    with resources().database.reading() as session:
        found = overview(session, catalog().trials.values(), now())
    reached = found.reached_at.isoformat(timespec="seconds") if found.reached_at else None
    return {"registry": {"answered_at": reached, "closed": found.closed, "stale": found.stale, "old": found.old}}


def _not_ready(part: str, status: str) -> ResponseReturnValue:
    return {"status": status, "part": part}, HTTPStatus.SERVICE_UNAVAILABLE
