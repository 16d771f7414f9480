"""Liveness and readiness.

A module of its own: a blueprint for monitoring, apart from all pages.
"""

from http import HTTPStatus

from flask import Blueprint
from flask.typing import ResponseReturnValue

from prescreen import database
from prescreen.web.base.request_context import catalog, resources

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer that the process is alive."""
    return {"status": "ok"}


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Answer whether the database is reachable and has the schema of this version."""
    if not database.is_current(resources().database.engine):
        return {
            "status": "the database schema is not current; run prescreen db upgrade"
        }, HTTPStatus.SERVICE_UNAVAILABLE
    return {"status": "ok", "trials": len(catalog().trials)}
