"""The page of one person: whom to call and why now, what to ask, the findings; and the forms on it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.storage import Session
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Choice, Lines, Listed, Raw
from prescreen.web.base.forms import Form, posted, posted_or_400, read_valid
from prescreen.web.base.request_context import catalog, now, resources
from prescreen.web.referrals.person_summary import OUTCOMES, read_sheet
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import call_log
from prescreen.workflow.referrals.call_log import LONGEST_NOTE, By, Call, CallOutcome
from prescreen.workflow.referrals.referral_view import view_referral

_FORMAT = "%Y-%m-%dT%H:%M"
_FURTHEST = timedelta(days=366)
_NEEDS = {"yes": True, "no": False, "unknown": None}
_WHETHER = "Choose whether they need an interpreter."
_FASTER = "Somebody else has just answered this. What they said is shown below; change it if it is wrong."


class LocalTime(Raw):
    """A date and time without a time zone, as browsers send it."""

    empty = None

    def read(self, sent: str) -> datetime:
        """Return the local time; raise ValueError where it is not one."""
        return datetime.strptime(sent.strip(), _FORMAT)


class CallForm(Form):
    """A call that was made."""

    outcome: Annotated[CallOutcome | None, Choice(CallOutcome, "Choose what came of the call.")]
    call_note: Annotated[
        str,
        Lines(longest=LONGEST_NOTE, too_long="Shorten this to at most %(most)s characters; it has %(has)s."),
    ]
    call_back_at: Annotated[
        datetime | None, LocalTime(wrong="Choose a day and a time, such as 30 November 2026, 17:30.")
    ]


class TicksForm(Form):
    """Items of the call script: those that were ticked when the page was shown, and those that are ticked now."""

    was: Annotated[tuple[str, ...], Listed()]
    tick: Annotated[tuple[str, ...], Listed()]


class InterpreterForm(Form):
    """Whether an interpreter is needed, and what the page showed."""

    interpreter: Annotated[bool | None, Choice(_NEEDS, _WHETHER)]
    was: Annotated[bool | None, Choice(_NEEDS, _WHETHER)]


def read_call(typed: MultiDict[str, str], zone: tzinfo, now: datetime) -> tuple[Call | None, dict[str, str]]:
    """Return the call, None where a field is faulty, and the faults by field.

    The time to call back is local time in `zone`.
    """
    form, errors = read_valid(CallForm, typed)
    back = form.call_back_at and _instant(form.call_back_at, zone)
    if fault := _time_fault(form, back, now):
        errors.setdefault("call_back_at", fault)
    return (Call(form.outcome, form.call_note, back) if form.outcome and not errors else None), errors


def _time_fault(form: CallForm, back: datetime | None, now: datetime) -> str | None:
    if form.call_back_at and back is None:
        return "The clocks skip this time on that day. Choose another."
    if back and not now < back <= now + _FURTHEST:
        return "Choose a time that is still to come, within a year."
    return (
        "Say when to call back: choose a day and a time."
        if form.outcome is CallOutcome.CALL_BACK and not back
        else None
    )


def _instant(local: datetime, zone: tzinfo) -> datetime | None:
    """Return the instant of a local time; the earliest one where it is out of range, None where clocks skip it."""
    try:
        at = local.replace(tzinfo=zone).astimezone(UTC)
        return at if at.astimezone(zone).replace(tzinfo=None) == local else None
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


@pages.get("/referrals/<uuid:referral_id>")
@allowed(Permission.SEE_IDENTITY)
def referral(referral_id: UUID) -> ResponseReturnValue:
    """Show one person: whom to call and why now, what to ask, and the findings."""
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
    """Tick and untick items of the call script. Only items that differ from what the page showed are changed."""
    form = posted_or_400(TicksForm)
    changes = {item: item in form.tick for item in sorted({*form.was} ^ {*form.tick})}
    _do(lambda session, by: call_log.tick(session, by, referral_id, changes))
    return _back(referral_id, "script")


@pages.post("/referrals/<uuid:referral_id>/calls")
@allowed(Permission.WORK_REFERRALS)
def log_call(referral_id: UUID) -> ResponseReturnValue:
    """Add a call to the log."""
    call, errors = read_call(request.form, catalog().service.timezone, now())
    if call is None:
        return _page(referral_id, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    _do(lambda session, by: call_log.log_call(session, resources().keys, by, referral_id, call))
    return _back(referral_id, "log")


@pages.post("/referrals/<uuid:referral_id>/interpreter")
@allowed(Permission.WORK_REFERRALS)
def set_interpreter(referral_id: UUID) -> ResponseReturnValue:
    """Store whether the person needs an interpreter."""
    form, faults = posted(InterpreterForm)
    if form is None:
        # A fault in either field is corrected by choosing again.
        return _page(referral_id, {"interpreter": next(iter(faults.values()))}, HTTPStatus.UNPROCESSABLE_ENTITY)
    seen, wanted = form.was, form.interpreter
    before = _do(lambda session, by: call_log.set_interpreter(session, by, referral_id, seen=seen, wanted=wanted))
    if before.withdrawn_at is None and before.interpreter not in (seen, wanted):
        return _page(referral_id, {"interpreter": _FASTER}, HTTPStatus.CONFLICT)
    return _back(referral_id, "contact")


def _do(action: Callable[[Session, By], StoredReferral | None]) -> StoredReferral:
    """Run an action in a transaction; answer 404 where the recruiter may not work on the referral."""
    with resources().database.writing() as session:
        done = action(session, By(this_recruiter(), now()))
    # After the transaction, so that the refusal stays on record.
    if done is None:
        abort(HTTPStatus.NOT_FOUND)
    return done


def _back(referral_id: UUID, anchor: str) -> ResponseReturnValue:
    address = url_for("recruiter.referral", referral_id=referral_id, _anchor=anchor)
    return redirect(address, HTTPStatus.SEE_OTHER)
