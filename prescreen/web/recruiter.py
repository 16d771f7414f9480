"""Recruiters' pages: signing in, the work list, one referral, the export. Nothing is open but the sign-in."""

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.export.csv import csv_lines
from prescreen.web import recruiter_access as access
from prescreen.web.recruiter_reading import Row, read_sheet, row, tally, trial_title
from prescreen.web.resources import catalog, now, resources, today
from prescreen.web.wording import day
from prescreen.workflow.accounts import Account, TooManyAttemptsError
from prescreen.workflow.exporting import export_rows, recruiters_scope
from prescreen.workflow.recruiting import FIRST_PAGE, Page, named_worklist, view_referral

pages = Blueprint("recruiter", __name__, url_prefix="/recruiter")

_OPEN_TO_ALL = frozenset({"recruiter.sign_in", "recruiter.try_sign_in"})
_WRONG = "That e-mail address and password do not belong together. Check both and try again."
_STALE = "This page was open for too long, or was not made for this browser. Sign in again here."


@pages.before_request
def require_sign_in() -> ResponseReturnValue | None:
    """Let nobody past who is not signed in, and no form that was not made for their session."""
    if request.endpoint in _OPEN_TO_ALL:
        return None
    if access.signed_in_recruiter() is None:
        return redirect(url_for("recruiter.sign_in"), HTTPStatus.SEE_OTHER)
    if request.method == "POST" and not access.has_form_token():
        abort(HTTPStatus.FORBIDDEN)
    return None


@pages.app_template_filter("moment")
def in_words(at: datetime) -> str:
    """Give an instant in words, such as "23 November 2026, 09:30 GMT"."""
    return f"{day(at)}, {at:%H:%M %Z}"


@pages.context_processor
def _for_every_page() -> dict[str, object]:
    recruiter = access.signed_in_recruiter()
    return {"recruiter": recruiter, "form_token": access.form_token() if recruiter else None}


def _recruiter() -> Account:
    recruiter = access.signed_in_recruiter()
    if recruiter is None:
        abort(HTTPStatus.FORBIDDEN)
    return recruiter


@pages.get("/login")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form."""
    if access.signed_in_recruiter():
        return redirect(url_for("recruiter.work_list"), HTTPStatus.SEE_OTHER)
    return _sign_in_form({}, HTTPStatus.OK)


@pages.post("/login")
def try_sign_in() -> ResponseReturnValue:
    """Sign in, or say in one and the same sentence that account or password is wrong."""
    if not access.has_sign_in_token():
        return _sign_in_form({"email": _STALE}, HTTPStatus.FORBIDDEN)
    try:
        token = access.sign_in(request.form.get("email", ""), request.form.get("password", ""))
    except TooManyAttemptsError as error:
        return _too_many(error.retry_after)
    if token is None:
        return _sign_in_form({"email": _WRONG}, HTTPStatus.UNPROCESSABLE_ENTITY)
    access.end_session()
    response = make_response(redirect(url_for("recruiter.work_list"), HTTPStatus.SEE_OTHER))
    access.set_session(response, token)
    return response


def _sign_in_form(errors: dict[str, str], status: HTTPStatus) -> Response:
    visitor = access.visitor_id()
    page = render_template(
        "recruiter/sign_in.html",
        errors=errors,
        email=request.form.get("email", ""),
        sign_in_token=access.sign_in_token(visitor),
    )
    response = make_response(page, status)
    access.set_visitor(response, visitor)
    return response


def _too_many(retry_after: int) -> Response:
    minutes = -(-retry_after // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    errors = {"email": f"There were too many tries to sign in. Wait {wait}, then try again."}
    response = _sign_in_form(errors, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(retry_after)
    return response


@pages.post("/logout")
def sign_out() -> ResponseReturnValue:
    """End the session here and on the server."""
    access.end_session()
    response = make_response(redirect(url_for("recruiter.sign_in"), HTTPStatus.SEE_OTHER))
    access.forget_session(response)
    return response


@pages.get("/")
def work_list() -> ResponseReturnValue:
    """Show the referrals of the recruiter's trials and sites, newest first."""
    recruiter = _recruiter()
    page = Page(FIRST_PAGE.limit, beyond=request.args.get("beyond", type=UUID))
    with resources().database.writing() as session:
        listed = named_worklist(session, resources().keys, recruiter, now(), page)
    rows = [row(one, catalog(), now()) for one in listed]
    return render_template(
        "recruiter/work_list.html",
        rows=rows,
        tally=tally(rows),
        trials=[(trial_id, trial_title(catalog(), trial_id)) for trial_id in recruiter.trial_ids],
        is_first_page=page.beyond is None,
        older=_last_id(rows) if len(rows) == page.limit else None,
    )


def _last_id(rows: list[Row]) -> UUID:
    return rows[-1].referral.id


@pages.get("/referrals/<uuid:referral_id>")
def referral(referral_id: UUID) -> ResponseReturnValue:
    """Show one person: contact, consents, and every finding with the answers behind it."""
    with resources().database.writing() as session:
        view = view_referral(session, resources().keys, _recruiter(), referral_id, now())
    # After the transaction, so that the refusal stays on record.
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("recruiter/referral.html", sheet=read_sheet(view, catalog(), now()))


@pages.post("/export/<trial_id>.csv")
def export(trial_id: str) -> ResponseReturnValue:
    """Stream the referrals of a trial as CSV."""
    scope = recruiters_scope(_recruiter(), trial_id)
    if scope is None:
        abort(HTTPStatus.NOT_FOUND)
    rows = export_rows(resources().database, resources().keys, trial_id, scope, now())
    response = Response(csv_lines(rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{trial_id}-{today()}.csv")
    return response
