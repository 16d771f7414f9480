"""A recruiter's own views of the work list: filters kept under a name.

A module of its own, since they hold nothing about any person and are no event of the audit trail.
"""

from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.worklist import saved_views
from prescreen.storage.worklist.saved_views import StoredView as StoredView

MOST_VIEWS = 12
LONGEST_NAME = 40


def my_views(session: Session, who: Account) -> list[StoredView]:
    """Return a recruiter's own views, the first saved first."""
    return saved_views.of_recruiter(session, who.id)


def save_view(session: Session, who: Account, name: str, query: str, at: datetime) -> bool:
    """Keep filters under a name, in place of those that it had; return False where there are `MOST_VIEWS` others."""
    others = [one for one in my_views(session, who) if one.name != name]
    if len(others) >= MOST_VIEWS:
        return False
    saved_views.save(session, who.id, name, query, at)
    return True


def remove_view(session: Session, who: Account, view_id: UUID) -> None:
    """Delete one of a recruiter's own views."""
    saved_views.remove(session, who.id, view_id)
