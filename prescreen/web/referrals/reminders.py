"""Reminders: on a referral, and the list of a recruiter's own."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.web.accounts.staff_pages import allowed, in_words, pages, this_recruiter
from prescreen.web.accounts.staff_wording import trial_title
from prescreen.web.base.form_fields import Day, Line, Raw, Tick
from prescreen.web.base.formatting import day
from prescreen.web.base.forms import Form, posted_or_400, read_valid
from prescreen.web.base.request_context import catalog, desk, local, now, resources
from prescreen.web.referrals.change_responses import REMINDERS, SENTENCES, Clash, Posted, answer
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import reminders as reminding
from prescreen.workflow.referrals.reminders import ListedReminder, Wanted
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Seen
from prescreen.workflow.worklist.listing import day_end

_FIELDS = {ChangeOutcome.PAST: "due_on", ChangeOutcome.EMPTY: "reminder", ChangeOutcome.LONG_REMINDER: "reminder"}
_PAST = datetime.min.replace(tzinfo=UTC)
# Without a time of day, a reminder is due in the morning.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class ReminderRow:
    """One line of the list: the reminder, its local time, and that time as a tag, with a style."""

    listed: ListedReminder = field(repr=False)
    due_at: datetime
    style: str
    when: str
    trial_title: str

    @property
    def day(self) -> str:
        """Return the day of the reminder with its weekday."""
        return f"{self.due_at:%A}, {day(self.due_at)}"


class TimeOfDay(Raw):
    """A time of day, as a browser's time field sends it."""

    empty = _MORNING

    def read(self, sent: str) -> time:
        """Return the time; raise ValueError where it is not one."""
        return time.fromisoformat(sent)


class ReminderForm(Form):
    """What to be reminded of, and when; `workflow` limits its length."""

    due_on: Annotated[date | None, Day(wrong=SENTENCES[ChangeOutcome.PAST])]
    due_time: Annotated[time, TimeOfDay(wrong=SENTENCES[ChangeOutcome.PAST])]
    reminder: Annotated[str, Line(longest=None)]


class FinishForm(Form):
    """The button of a reminder, and whether it was pressed in the list."""

    list: Annotated[bool, Tick()]


@pages.get("/reminders")
@allowed(Permission.WORK_REFERRALS, menu="Reminders")
def reminders() -> ResponseReturnValue:
    """Show the recruiter's own open reminders: those that are due today, then the others."""
    listed = reminding.my_reminders(resources().database, desk(), this_recruiter())
    today_ends = day_end(now(), catalog().service.timezone)
    rows = [(one.reminder.due_at < today_ends, _row(one)) for one in listed]
    due, later = [[row for is_due, row in rows if is_due is wanted] for wanted in (True, False)]
    return render_template("referrals/reminder_list.html", due=due, later=later)


def _row(one: ListedReminder) -> ReminderRow:
    due_at, present = local(one.reminder.due_at), local(now())
    is_today = due_at.date() == present.date()
    style = "late" if due_at <= present else "ask" if is_today else ""
    when = f"today, {due_at:%H:%M}" if is_today else in_words(due_at)
    return ReminderRow(one, due_at, style, when, trial_title(catalog(), one.referral.trial_id))


@pages.post("/referrals/<uuid:referral_id>/reminders")
@allowed(Permission.WORK_REFERRALS)
def add_reminder(referral_id: UUID) -> ResponseReturnValue:
    """Store a reminder."""
    form, faults = read_valid(ReminderForm, request.form)
    wanted = Wanted(_PAST if faults else _due_at(form), form.reminder)
    with resources().database.writing() as session:
        result = reminding.remind(session, desk(), this_recruiter(), referral_id, wanted)
    return answer(result, Posted(Seen(referral_id, 0), REMINDERS, _FIELDS.get(result.outcome, ""), _never))


def _due_at(form: ReminderForm) -> datetime:
    """Return the chosen time; where it is invalid, one long past, which is refused."""
    try:
        chosen = datetime.combine(form.due_on or date.min, form.due_time)
        return chosen.replace(tzinfo=catalog().service.timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        return _PAST


def _never(_: object) -> Clash:
    raise AssertionError("a reminder is added to a referral and stands against nothing")


@pages.post("/reminders/<uuid:reminder_id>/done")
@allowed(Permission.WORK_REFERRALS)
def finish_reminder(reminder_id: UUID) -> ResponseReturnValue:
    """Mark a reminder as done."""
    with resources().database.writing() as session:
        result = reminding.finish(session, desk(), this_recruiter(), reminder_id)
    if result.referral is None:
        abort(HTTPStatus.NOT_FOUND)
    if posted_or_400(FinishForm).list:
        return redirect(url_for("recruiter.reminders"), HTTPStatus.SEE_OTHER)
    return redirect(
        url_for("recruiter.referral", referral_id=result.referral.id, _anchor=REMINDERS.anchor), HTTPStatus.SEE_OTHER
    )
