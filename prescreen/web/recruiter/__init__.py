"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import (
    account,
    accounts,
    exports,
    inviting,
    joining,
    own_factor,
    person,
    second_factor,
    signing_in,
    work_list,
)
from prescreen.web.recruiter.blueprint import pages

__all__ = [
    "account",
    "accounts",
    "exports",
    "inviting",
    "joining",
    "own_factor",
    "pages",
    "person",
    "second_factor",
    "signing_in",
    "work_list",
]
