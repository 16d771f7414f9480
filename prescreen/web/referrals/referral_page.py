"""The page of one person: whom to call and why now, what to ask, what was judged; and the forms on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.storage import Session
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.referrals.person_summary import OUTCOMES, read_sheet
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import call_log
from prescreen.workflow.referrals.call_log import LONGEST_NOTE, By, Call, Outcome
from prescreen.workflow.referrals.referral_view import view_referral

_FORMAT = "%Y-%m-%dT%H:%M"
_FURTHEST = timedelta(days=366)
_UNREADABLE = "Choose a day and a time, such as 30 November 2026, 17:30."


def read_call(form: MultiDict[str, str], zone: tzinfo, now: datetime) -> tuple[Call | None, dict[str, str]]:
    """Read a call; None where something must be mended, and in any case the errors by field.

    The time to call back is taken as the clocks of `zone` show it.
    """
    errors: dict[str, str] = {}
    outcome, note = _outcome(form, errors), _note(form, errors)
    back = _call_back_at(form.get("call_back_at", "").strip(), zone, now, errors)
    if outcome is Outcome.CALL_BACK and back is None:
        errors.setdefault("call_back_at", "Say when to call back: choose a day and a time.")
    return (Call(outcome, note, back) if outcome and not errors else None), errors


def _outcome(form: MultiDict[str, str], errors: dict[str, str]) -> Outcome | None:
    try:
        return Outcome(form.get("outcome", ""))
    except ValueError:
        errors["outcome"] = "Choose what came of the call."
        return None


def _note(form: MultiDict[str, str], errors: dict[str, str]) -> str:
    # Browsers send two signs for one line break, and count it as one.
    note = form.get("call_note", "").replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        errors["call_note"] = f"Shorten this to at most {LONGEST_NOTE:,} characters; it has {len(note):,}."
    return note


def _call_back_at(text: str, zone: tzinfo, now: datetime, errors: dict[str, str]) -> datetime | None:
    if not text:
        return None
    try:
        at = _instant(datetime.strptime(text, _FORMAT), zone)  # the zone comes next
    except (ValueError, OverflowError) as error:
        errors["call_back_at"] = str(error) if isinstance(error, NoSuchTimeError) else _UNREADABLE
        return None
    if not now < at <= now + _FURTHEST:
        errors["call_back_at"] = "Choose a time that is still to come, within a year."
    return at


class NoSuchTimeError(ValueError):
    """A time that the clocks skip on that day."""


def _instant(local: datetime, zone: tzinfo) -> datetime:
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        raise NoSuchTimeError("The clocks skip this time on that day. Choose another.")
    return at


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
    view = view_referral(resources().database, resources().keys, this_recruiter(), referral_id, now())
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    page = render_template(
        "referrals/referral.html",
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
    _do(lambda session, by: call_log.tick(session, by, referral_id, changes))
    return _back(referral_id, "script")


@pages.post("/referrals/<uuid:referral_id>/calls")
@allowed(Permission.WORK_REFERRALS)
def log_call(referral_id: UUID) -> ResponseReturnValue:
    """Write a call into the log."""
    call, errors = read_call(request.form, catalog().service.timezone, now())
    if call is None:
        return _page(referral_id, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    _do(lambda session, by: call_log.log_call(session, resources().keys, by, referral_id, call))
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
        lambda session, by: call_log.set_interpreter(session, by, referral_id, seen=_NEEDS[seen], wanted=_NEEDS[said])
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
