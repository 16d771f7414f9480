"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import (
    account,
    accounts,
    bulk,
    entering,
    exports,
    inviting,
    joining,
    labels,
    notes,
    offering,
    own_factor,
    person,
    reminders,
    second_factor,
    signing_in,
    states,
    work_list,
)
from prescreen.web.recruiter.blueprint import pages

__all__ = [
    "account",
    "accounts",
    "bulk",
    "entering",
    "exports",
    "inviting",
    "joining",
    "labels",
    "notes",
    "offering",
    "own_factor",
    "pages",
    "person",
    "reminders",
    "second_factor",
    "signing_in",
    "states",
    "work_list",
]
