"""Nobody is led back: who has seen one edition of the criteria is not shown an earlier one by another process.

A module of its own: it looks at a visit before any page does.
"""

from flask import Flask, g, request

from prescreen.database import BusyError
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.interview.answer_cookie import edition_seen
from prescreen.workflow.editions import PublishedCatalog


def prepare(app: Flask) -> None:
    """Before each request, have its catalog be at least the edition that the visitor has seen, where there are any."""
    app.before_request(_not_back)


def _not_back() -> None:
    """Answer 503 where this process cannot read that edition; another one could."""
    served = resources().catalog
    if not isinstance(served, PublishedCatalog):
        return
    slug = (request.view_args or {}).get("slug")
    seen = edition_seen(slug) if isinstance(slug, str) else 0
    if seen > catalog().edition:
        found = served.at_least(seen, now().date())
        if found is None:
            raise BusyError(TimeoutError("another process has shown an edition that this one has not read"))
        g.catalog = found
