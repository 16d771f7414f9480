"""Nobody is led back: who has seen one edition of the criteria is not shown an earlier one by another process.

A module of its own: it looks at a visit before any page does.
"""

from flask import Flask, Response, g, request

from prescreen.database import BusyError
from prescreen.web.base.cookies import CookieKind, cookie_name
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.interview.answer_cookie import edition_seen, note_edition
from prescreen.workflow.editions import PublishedCatalog


def prepare(app: Flask) -> None:
    """Before each request, have its catalog be at least the edition that the visitor has seen, where there are any."""
    app.before_request(_not_back)
    app.after_request(_noted)


def _not_back() -> None:
    """Answer 503 where this process cannot read that edition; another one could."""
    served, slug = resources().catalog, _condition()
    seen = edition_seen(slug) if slug and isinstance(served, PublishedCatalog) else 0
    if isinstance(served, PublishedCatalog) and seen > catalog().edition:
        found = served.at_least(seen, now().date())
        if found is None:
            raise BusyError(TimeoutError("another process has shown an edition that this one has not read"))
        g.catalog = found


def _noted(response: Response) -> Response:
    """Note the edition of this response in the visit, unless it is written or deleted anyway."""
    slug = _condition()
    if slug and slug in catalog().conditions and isinstance(resources().catalog, PublishedCatalog):
        name = cookie_name(CookieKind.ANSWERS, slug)
        if not any(one.startswith(f"{name}=") for one in response.headers.get_all("Set-Cookie")):
            note_edition(response, slug)
    return response


def _condition() -> str:
    """Return the condition in the address of this request; empty where it has none."""
    slug = (request.view_args or {}).get("slug")
    return slug if isinstance(slug, str) else ""
