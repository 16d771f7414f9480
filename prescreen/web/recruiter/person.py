"""The page of one person: whom to call and why now, what to ask, what was judged; and the forms on it."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage import Session
from prescreen.storage.referrals import StoredReferral
from prescreen.web.recruiter.blueprint import allowed, pages, this_recruiter
from prescreen.web.recruiter.call_form import read_call
from prescreen.web.recruiter.sheets import OUTCOMES, read_sheet
from prescreen.web.resources import catalog, now, resources
from prescreen.workflow import calling
from prescreen.workflow.calling import LONGEST_NOTE, By
from prescreen.workflow.policy import Permission
from prescreen.workflow.recruiting import view_referral

_NEEDS = {"yes": True, "no": False, "unknown": None}
_FASTER = "Somebody else has just answered this. What they said is shown below; change it if it is wrong."


@pages.get("/referrals/<uuid:referral_id>")
@allowed(Permission.SEE_IDENTITY)
def referral(referral_id: UUID) -> ResponseReturnValue:
    """Show one person: whom to call and why now, what to ask, and what was judged."""
    return _page(referral_id)


def _page(
    referral_id: UUID, errors: dict[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> ResponseReturnValue:
    with resources().database.writing() as session:
        view = view_referral(session, resources().keys, this_recruiter(), referral_id, now())
    # After the transaction, so that the refusal stays on record.
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    page = render_template(
        "recruiter/referral.html",
        sheet=read_sheet(view, catalog(), now()),
        outcomes=OUTCOMES,
        longest_note=LONGEST_NOTE,
        zone=f"{now().astimezone(catalog().service.timezone):%Z}",
        errors=errors or {},
        typed=request.form,
    )
    return page, status


@pages.post("/referrals/<uuid:referral_id>/ticks")
@allowed(Permission.WORK_REFERRALS)
def tick(referral_id: UUID) -> ResponseReturnValue:
    """Tick items of the call script, and take ticks back. What the page showed and was left so is no change."""
    shown, wanted = set(request.form.getlist("was")), set(request.form.getlist("tick"))
    changes = {item: item in wanted for item in sorted(shown ^ wanted)}
    _do(lambda session, by: calling.tick(session, by, referral_id, changes))
    return _back(referral_id, "script")


@pages.post("/referrals/<uuid:referral_id>/calls")
@allowed(Permission.WORK_REFERRALS)
def log_call(referral_id: UUID) -> ResponseReturnValue:
    """Write a call into the log."""
    call, errors = read_call(request.form, catalog().service.timezone, now())
    if call is None:
        return _page(referral_id, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    _do(lambda session, by: calling.log_call(session, resources().keys, by, referral_id, call))
    return _back(referral_id, "log")


@pages.post("/referrals/<uuid:referral_id>/interpreter")
@allowed(Permission.WORK_REFERRALS)
def set_interpreter(referral_id: UUID) -> ResponseReturnValue:
    """Note whether the person needs an interpreter."""
    said, seen = request.form.get("interpreter", ""), request.form.get("was", "")
    if said not in _NEEDS or seen not in _NEEDS:
        errors = {"interpreter": "Choose whether they need an interpreter."}
        return _page(referral_id, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    before = _do(
        lambda session, by: calling.set_interpreter(session, by, referral_id, seen=_NEEDS[seen], wanted=_NEEDS[said])
    )
    if before.withdrawn_at is None and before.interpreter not in (_NEEDS[seen], _NEEDS[said]):
        return _page(referral_id, {"interpreter": _FASTER}, HTTPStatus.CONFLICT)
    return _back(referral_id, "contact")


def _do(action: Callable[[Session, By], StoredReferral | None]) -> StoredReferral:
    """Do one thing in a transaction; answer 404 where the referral is not theirs to work on."""
    with resources().database.writing() as session:
        done = action(session, By(this_recruiter(), now()))
    # After the transaction, so that the refusal stays on record.
    if done is None:
        abort(HTTPStatus.NOT_FOUND)
    return done


def _back(referral_id: UUID, anchor: str) -> ResponseReturnValue:
    address = url_for("recruiter.referral", referral_id=referral_id, _anchor=anchor)
    return redirect(address, HTTPStatus.SEE_OTHER)
