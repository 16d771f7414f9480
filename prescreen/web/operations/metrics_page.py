"""`/metrics`: what monitoring reads, in the format of Prometheus; everybody else is told that there is no such page.

Counts are of all processes of this machine; what waits in the database is of the whole service.
"""

import hmac
from http import HTTPStatus

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from prescreen.export.prometheus import Measured, metrics_text
from prescreen.service_addresses import is_loopback
from prescreen.web.base.request_context import now, resources
from prescreen.web.measures import metrics
from prescreen.web.operations.standing import disks, standing_now

_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")

pages = Blueprint("metrics", __name__)


@pages.get("/metrics")
def show() -> ResponseReturnValue:
    """Return the metrics; 404 for whoever is neither on this machine nor has the token."""
    if not (_has_token() or _is_local()):
        abort(HTTPStatus.NOT_FOUND)
    counted = metrics()
    measured = Measured(counted.totals(), counted.is_shared, standing_now(), disks(), now())
    text, content_type = metrics_text(measured, request.headers.get("Accept", ""))
    return Response(text, content_type=content_type)


def _has_token() -> bool:
    wanted, authorization = resources().settings.metrics_token, request.authorization
    if wanted is None or authorization is None or authorization.type != "bearer":
        return False
    return hmac.compare_digest((authorization.token or "").encode(), wanted.encode())


def _is_local() -> bool:
    """Return whether a request came from this machine, and through no proxy: that may bring anybody's."""
    if resources().settings.trusted_proxies or any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(request.remote_addr or "")
