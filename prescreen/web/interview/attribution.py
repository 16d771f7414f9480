"""Where a visitor came from, without a cookie: links and forms carry the source until there is a visit.

The Referer header tells whether the previous page was ours. It is reduced to a short name
(`workflow.interview.attribution`) and only counted.
"""

import re
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, g, request

from prescreen.web.base.cookies import CookieKind, read_cookie
from prescreen.workflow.interview import attribution

VIA = "via"
"""The form field or query parameter that carries a source."""

_UTM = ("utm_source", "utm_medium", "utm_campaign")
_CARRYING = frozenset({"content.condition", "content.trial", "screener.question", "screener.urgent"})
_PARTS = frozenset({"content", "screener"})
_MACHINES = re.compile(r"bot\b|crawl|spider|slurp|preview|externalhit", re.IGNORECASE)
_LATER = {"results": 1, "trials": 2, "interest": 3}
"""The order of a visit's pages, by the second part of their paths; every other page comes before them."""


def prepare(app: Flask) -> None:
    """Make links and forms carry the source of a visitor who has no visit yet."""
    app.url_defaults(_carry)
    app.jinja_env.globals["carried_source"] = carried_source


def carried_source() -> str:
    """Return the source of a visitor who has no visit of this condition yet; empty where it is unknown."""
    if "source" not in g:
        g.source = _source_of_request() if request.blueprint in _PARTS | {"caregiving"} and not _has_visit() else ""
    return cast(str, g.source)


def has_arrived() -> bool:
    """Return whether a visitor without answers arrived at this page from outside; our home page counts as outside."""
    return not _has_visit() and _is_first_look() and _our_path() in (None, "/")


def came_from_before(step: str) -> bool:
    """Return whether the visitor came to this step ("results", "trials", "interest") from an earlier one.

    A returning visitor cannot be recognized; this at least keeps going back and forth from being counted.
    """
    return _is_first_look() and _step_of(_our_path()) < _LATER[step]


def _is_first_look() -> bool:
    control, agent = request.cache_control, request.headers.get("User-Agent", "")
    reloaded = control.no_cache or control.max_age == 0
    ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return request.method == "GET" and not reloaded and not ahead and not _MACHINES.search(agent)


def _has_visit() -> bool:
    slug = (request.view_args or {}).get("slug")
    return slug is not None and read_cookie(CookieKind.ANSWERS, slug) != ""


def _our_path() -> str | None:
    """Return the path of the page of ours that linked here; None where it was none of ours."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return None
    if before.netloc == request.host:
        return before.path.removeprefix(request.script_root) or "/"
    # A browser that withholds the referrer still says that it is of the same origin.
    return "/hidden" if request.headers.get("Sec-Fetch-Site") == "same-origin" else None


def _step_of(path: str | None) -> int:
    # "/<condition>/<step>"
    parts = (path or "").split("/")
    return _LATER.get(parts[2], 0) if len(parts) > 2 else 0  # noqa: PLR2004 - the place just read


def _source_of_request() -> str:
    if VIA in request.values:
        return attribution.named(request.values[VIA])
    if request.method != "GET":
        return ""
    campaign = attribution.campaign(*(request.args.get(name, "") for name in _UTM))
    return campaign or ("" if _our_path() else attribution.referrer(request.headers.get("Referer", "")))


def _carry(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in _CARRYING and request.method == "GET" and request.blueprint in _PARTS and (name := carried_source()):
        values.setdefault(VIA, name)
