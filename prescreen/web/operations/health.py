"""Liveness and readiness."""

from http import HTTPStatus

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.operations.standing import standing_now
from prescreen.workflow.operations.readiness import LIMITS, Part, late_parts
from prescreen.workflow.operations.request_numbers import STOPPING
from prescreen.workflow.registry.news import overview

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer that the process is alive."""
    return {"status": "ok"}


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Return whether visitors may be sent here, and which parts are ok or late, without any detail.

    Only a part that visitors need makes the service not ready; it is named. Where a registry is watched, when it last
    answered is told; one that is down makes nothing less ready.
    """
    if request.environ.get(STOPPING):
        return {"status": "the process was told to stop", "part": "process"}, HTTPStatus.SERVICE_UNAVAILABLE
    late = late_parts(standing_now(), now())
    parts = {"parts": {part.value: "late" if part in late else "ok" for part in Part}}
    for part in Part:
        if part in late and LIMITS[part].needed:
            status = f"{LIMITS[part].late_when}; {LIMITS[part].to_do}"
            return {"status": status, "part": part, **parts}, HTTPStatus.SERVICE_UNAVAILABLE
    return {"status": "ok", "trials": len(catalog().trials), **parts, **_registry()}


def _registry() -> dict[str, object]:
    """Return how the watch of the registry stands; nothing where the operator named none."""
    if resources().settings.registry is None:
        return {}
    with resources().database.reading() as session:
        found = overview(session, catalog().trials.values(), now())
    reached = found.reached_at.isoformat(timespec="seconds") if found.reached_at else None
    return {"registry": {"answered_at": reached, "closed": found.closed, "stale": found.stale, "old": found.old}}
