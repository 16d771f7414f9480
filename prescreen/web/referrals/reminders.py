"""Reminders: on a referral, and the list of one's own."""

from datetime import UTC, date, datetime, time
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import trial_title
from prescreen.web.base.request_context import catalog, desk, now, resources
from prescreen.web.referrals.change_responses import REMINDERS, Clash, Posted, answer
from prescreen.web.referrals.state_changes import in_one_line
from prescreen.web.referrals.teamwork import local
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import reminders as reminding
from prescreen.workflow.referrals.reminders import Wanted
from prescreen.workflow.referrals.teamwork import Outcome, Seen

_FIELDS = {Outcome.PAST: "due_on", Outcome.EMPTY: "reminder", Outcome.LONG_REMINDER: "reminder"}
# Whoever gives no time of day wants it in the morning.
_MORNING = time(9)


@pages.get("/reminders")
@allowed(Permission.WORK_REFERRALS, menu="Reminders")
def reminders() -> ResponseReturnValue:
    """Show the recruiter's own reminders that wait."""
    listed = reminding.my_reminders(resources().database, desk(), this_recruiter())
    rows = [
        (one, local(one.reminder.due_at), one.reminder.due_at <= now(), trial_title(catalog(), one.referral.trial_id))
        for one in listed
    ]
    return render_template("referrals/reminder_list.html", rows=rows)


@pages.post("/referrals/<uuid:referral_id>/reminders")
@allowed(Permission.WORK_REFERRALS)
def add_reminder(referral_id: UUID) -> ResponseReturnValue:
    """Keep a reminder."""
    wanted = Wanted(_due_at(), in_one_line(request.form.get("reminder", "")))
    with resources().database.writing() as session:
        result = reminding.remind(session, desk(), this_recruiter(), referral_id, wanted)
    return answer(result, Posted(Seen(referral_id, 0), REMINDERS, _FIELDS.get(result.outcome, ""), _never))


def _due_at() -> datetime:
    """Return the moment that was chosen; one long past, which is refused, where it cannot be read."""
    try:
        on = date.fromisoformat(request.form.get("due_on", ""))
        at = request.form.get("due_time", "")
        chosen = datetime.combine(on, time.fromisoformat(at) if at else _MORNING)
        return chosen.replace(tzinfo=catalog().service.timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _never(_: object) -> Clash:
    raise AssertionError("a reminder is added to a referral and stands against nothing")


@pages.post("/reminders/<uuid:reminder_id>/done")
@allowed(Permission.WORK_REFERRALS)
def finish_reminder(reminder_id: UUID) -> ResponseReturnValue:
    """Note that what a reminder was about is done."""
    with resources().database.writing() as session:
        result = reminding.finish(session, desk(), this_recruiter(), reminder_id)
    if result.referral is None:
        abort(HTTPStatus.NOT_FOUND)
    if "list" in request.form:
        return redirect(url_for("recruiter.reminders"), HTTPStatus.SEE_OTHER)
    return redirect(
        url_for("recruiter.referral", referral_id=result.referral.id, _anchor=REMINDERS.anchor), HTTPStatus.SEE_OTHER
    )
