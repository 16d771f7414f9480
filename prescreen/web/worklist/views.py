"""The views of the work list: lists of one click, each with its count; those of the service, and a recruiter's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs
from uuid import UUID

from werkzeug.datastructures import MultiDict

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.storage.accounts.recruiters import Account
from prescreen.web.worklist.filters import OPENING, read_asked
from prescreen.workflow.worklist.listing import MOST_COUNTED, Look
from prescreen.workflow.worklist.saved_views import StoredView

Parameters = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class View:
    """A list of one click: its name, its parameters, what is said where it is empty. A recruiter's own has an `id`."""

    name: str
    parameters: Parameters
    empty: str = "This view shows no one today."
    id: UUID | None = None


VIEWS = (
    View("Call next", {}, "Nobody waits. People stand here as soon as they send their details."),
    View(
        "Late",
        {"overdue": ["yes"], "sort": ["overdue"]},
        "Nobody is late: all who are new still wait within the time that was promised.",
    ),
    View("Call back today", {"call_back": ["today"]}, "Nobody is to be called back today."),
    View("New", {"state": ["new"]}, "Nobody is new: the teams have begun with everybody."),
    View(
        "Mine",
        {**OPENING, "assigned": ["me"]},
        "Nobody is yours. Take somebody on their page, or choose some in another view and give them to yourself.",
    ),
    View("Nobody’s", {**OPENING, "assigned": ["nobody"]}, "Everybody who is open is somebody’s."),
    View("All", {"sort": ["urgent"]}, "There are no referrals to your trials yet."),
)
"""The views that everyone has, in order; a recruiter's own stand before the last."""


@dataclass(frozen=True, slots=True)
class CountedView:
    """A view as the page shows it; `count` is empty where a saved view can no longer be read."""

    view: View
    count: str
    is_current: bool


def all_views(saved: Sequence[StoredView]) -> tuple[View, ...]:
    """Return the views of a recruiter in the order of the page."""
    own = (View(one.name, parse_qs(one.query), id=one.id) for one in saved)
    return (*VIEWS[:-1], *own, VIEWS[-1])


def look_of(view: View, account: Account, catalog: Catalog, now: datetime) -> Look | None:
    """Return what a view lists; None where its parameters are faulty, such as a trial that is no longer theirs."""
    asked = read_asked(MultiDict(view.parameters), account, catalog, now, 0)
    return None if asked.errors else asked.look


def counted(count: int) -> str:
    """Return a count for a view's link.

    >>> counted(14), counted(1001)
    ('14', '1,000+')
    """
    return f"{MOST_COUNTED:,}+" if count > MOST_COUNTED else f"{count:,}"
