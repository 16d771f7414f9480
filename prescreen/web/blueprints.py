"""Every page of the service: the blueprints, and the pages that answer errors."""

from http import HTTPStatus
from types import ModuleType

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError

from prescreen.database import BusyError
from prescreen.web import content, editions_shown, feedback
from prescreen.web.accounts import (
    account_creation,
    account_invitations,
    administration,
    my_account,
    my_second_factor,
    second_factor,
    sign_in,
    staff_pages,
)
from prescreen.web.audit import trail_page
from prescreen.web.export import export_pages
from prescreen.web.interview import interview_pages, leaving, proxy_respondent, wishes_page
from prescreen.web.notices import notice_pages
from prescreen.web.operations import health, metrics_page, well_known
from prescreen.web.participants import (
    contact_and_consent,
    contact_changes,
    data_subject_rights,
    email_confirmation,
    invitation_responses,
    thanks,
)
from prescreen.web.referrals import (
    assignment_and_tags,
    notes,
    phone_intake,
    reassignments,
    referral_page,
    reminders,
    state_changes,
)
from prescreen.web.rendering import look_pages
from prescreen.web.results import doctor_summary, results_page
from prescreen.web.statistics import statistics_page
from prescreen.web.worklist import bulk_changes, saving_views, worklist_page

STAFF: tuple[ModuleType, ...] = (
    account_creation,
    account_invitations,
    administration,
    assignment_and_tags,
    bulk_changes,
    export_pages,
    my_account,
    my_second_factor,
    notes,
    phone_intake,
    reassignments,
    referral_page,
    reminders,
    second_factor,
    sign_in,
    state_changes,
    statistics_page,
    trail_page,
    worklist_page,
    saving_views,
)
"""The modules that add their pages to the one blueprint of staff, on import."""

VISITORS: tuple[ModuleType, ...] = (results_page, wishes_page)
"""The modules that add their pages to the blueprint of the interview, on import."""

_BLUEPRINTS = (
    health.pages,
    metrics_page.pages,
    well_known.pages,
    look_pages.pages,
    notice_pages.pages,
    staff_pages.pages,
    email_confirmation.pages,
    data_subject_rights.pages,
    thanks.pages,
    contact_changes.pages,
    invitation_responses.pages,
    content.pages,
    interview_pages.pages,
    leaving.pages,
    proxy_respondent.pages,
    doctor_summary.pages,
    feedback.pages,
    contact_and_consent.pages,
)
_ERROR_PAGES = frozenset({400, 403, 404, 413, 414, 429})
_BUSY_RETRY_SECONDS = 10


def register(app: Flask) -> None:
    """Add every page, and answer every HTTP error with a page of ours."""
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    editions_shown.prepare(app)
    app.register_error_handler(HTTPException, _error_page)
    app.register_error_handler(BusyError, _busy_page)


def _error_page(error: HTTPException) -> ResponseReturnValue:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, InternalServerError) or code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        name = "base/errors/500.html"
    else:
        name = f"base/errors/{code}.html" if code in _ERROR_PAGES else "base/errors/other.html"
    page = render_template(name, code=code)
    headers = [
        (key, value) for key, value in error.get_headers() if key.lower() not in ("content-type", "content-length")
    ]
    return page, code, headers


def _busy_page(_error: BusyError) -> ResponseReturnValue:
    headers = {"Retry-After": str(_BUSY_RETRY_SECONDS)}
    return render_template("base/errors/busy.html"), HTTPStatus.SERVICE_UNAVAILABLE, headers
