"""Recruiters' pages, one module a page or form."""

from http import HTTPStatus

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from prescreen.web.accounts import account_creation as joining
from prescreen.web.accounts import account_invitations as inviting
from prescreen.web.accounts import administration as accounts
from prescreen.web.accounts import my_account as account
from prescreen.web.accounts import my_second_factor as own_factor
from prescreen.web.accounts import second_factor
from prescreen.web.accounts import sign_in as signing_in
from prescreen.web.accounts.staff_pages import pages
from prescreen.web.audit import trail_page as trail
from prescreen.web.export import export_pages as exports
from prescreen.web.referrals import assignment_and_tags as labels
from prescreen.web.referrals import notes, reminders
from prescreen.web.referrals import phone_intake as entering
from prescreen.web.referrals import reassignments as offering
from prescreen.web.referrals import referral_page as person
from prescreen.web.referrals import state_changes as states
from prescreen.web.statistics import statistics_page as numbers
from prescreen.web.worklist import bulk_changes as bulk
from prescreen.web.worklist import worklist_page as work_list

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
    "numbers",
    "offering",
    "own_factor",
    "pages",
    "person",
    "reminders",
    "second_factor",
    "signing_in",
    "states",
    "trail",
    "work_list",
]


_PAGES = frozenset({400, 403, 404, 413, 429})


def register(app: Flask) -> None:
    """Answer every HTTP error with a page of ours."""
    app.register_error_handler(HTTPException, _page)


def _page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, InternalServerError) or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        name = "base/errors/500.html"
    else:
        name = f"base/errors/{code}.html" if code in _PAGES else "base/errors/other.html"
    page = render_template(name, code=code)
    headers = [
        (key, value) for key, value in error.get_headers() if key.lower() not in ("content-type", "content-length")
    ]
    return page, code, headers
