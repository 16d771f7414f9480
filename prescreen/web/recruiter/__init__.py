"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import bulk, exports, labels, notes, person, reminders, signing_in, states, work_list
from prescreen.web.recruiter.blueprint import pages

__all__ = [
    "bulk",
    "exports",
    "labels",
    "notes",
    "pages",
    "person",
    "reminders",
    "signing_in",
    "states",
    "work_list",
]
