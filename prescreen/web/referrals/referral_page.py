"""The page of one person: whom to reach and why now, what to ask, the findings, the record; and its two large forms."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.storage import Session
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, done_words, pages, this_recruiter
from prescreen.web.accounts.staff_wording import OUTCOMES, Today
from prescreen.web.assessment.findings import case_of
from prescreen.web.base.form_fields import Choice, Lines, Listed, Raw, Tick
from prescreen.web.base.forms import Form, posted_or_400, read_valid
from prescreen.web.base.request_context import catalog, desk, local, now, resources
from prescreen.web.referrals.change_responses import CAME, SENTENCES, Clash, Posted, answer, seen
from prescreen.web.referrals.person_summary import Reach, read_sheet
from prescreen.web.referrals.record import back_words, read_record
from prescreen.web.referrals.state_changes import StepForm, clash_of_states
from prescreen.web.referrals.teamwork import team_of
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import call_log
from prescreen.workflow.referrals.call_log import By, Call, CallOutcome
from prescreen.workflow.referrals.notes import MOST_NOTE
from prescreen.workflow.referrals.outcomes import Outcome, save_outcome
from prescreen.workflow.referrals.referral_view import view_referral
from prescreen.workflow.referrals.state_machine import TAKES_REASON
from prescreen.workflow.referrals.teamwork import ChangeOutcome
from prescreen.workflow.worklist.next_person import next_person

_FORMAT = "%Y-%m-%dT%H:%M"
_FURTHEST = timedelta(days=366)
_CHOOSE = "Choose what came of the call."
_NOTHING = "Nothing was filled in: choose what came of the call or what follows, or write a note."
_DONE = {"saved": "Saved: see the record."}
CHOSEN = {one.value: one for one in OUTCOMES if one is not CallOutcome.CALL_BACK}
"""What can be chosen of a call by its value; a time to call back alone says that the person is to be called back."""
_OF_RINGING = frozenset({CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER})
"""What can only come of a call that the team made."""


class LocalTime(Raw):
    """A date and time without a time zone, as browsers send it."""

    empty = None

    def read(self, sent: str) -> datetime:
        """Return the local time; raise ValueError where it is not one."""
        return datetime.strptime(sent.strip(), _FORMAT)


class OutcomeForm(Form):
    """What came of a call, when to call back and whether a letter reminds of that, and a note.

    The state that follows is a form of its own.
    """

    outcome: Annotated[CallOutcome | None, Choice(CHOSEN, wrong=_CHOOSE)]
    call_back_at: Annotated[
        datetime | None, LocalTime(wrong="Choose a day and a time, such as 30 November 2026, 17:30.")
    ]
    remind: Annotated[bool, Tick()]
    note: Annotated[
        str,
        Lines(longest=MOST_NOTE, too_long="Shorten this to at most %(most)s characters; it has %(has)s."),
    ]
    state: Annotated[str, Raw()]


class TicksForm(Form):
    """Items of the call script: those that were ticked when the page was shown, and those that are ticked now."""

    was: Annotated[tuple[str, ...], Listed()]
    tick: Annotated[tuple[str, ...], Listed()]


def read_outcome(typed: MultiDict[str, str], zone: tzinfo, now: datetime) -> tuple[Outcome, dict[str, str]]:
    """Return the call, the next state and the note, without what is faulty, and the faults by field.

    The time to call back is local time in `zone`.
    """
    form, errors = read_valid(OutcomeForm, typed)
    back = form.call_back_at and _instant(form.call_back_at, zone)
    if fault := _time_fault(form, back, now):
        errors.setdefault("call_back_at", fault)
    what = form.outcome or (CallOutcome.CALL_BACK if back else None)
    step = read_valid(StepForm, typed)[0].step if form.state else None
    call = Call(what, call_back_at=back, reminds=form.remind and back is not None) if what else None
    return Outcome(call, step, form.note), errors


def _time_fault(form: OutcomeForm, back: datetime | None, now: datetime) -> str | None:
    if form.remind and form.call_back_at is None:
        return "Choose when to call back, or take the tick for the reminder away."
    if form.call_back_at and back is None:
        return "The clocks skip this time on that day. Choose another."
    if back and not now < back <= now + _FURTHEST:
        return "Choose a time that is still to come, within a year."
    return None


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
    """Show one person: whom to reach and why now, what to ask, the findings, and the record."""
    return _page(referral_id)


def _page(
    referral_id: UUID, outcome: Outcome | None = None, errors: dict[str, str] | None = None
) -> ResponseReturnValue:
    """Return the page; with errors, that of a form that was refused, and of the outcome that was read in it."""
    view = view_referral(resources().database, resources().keys, this_recruiter(), referral_id, now())
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    there = local(now())
    case = case_of(view, catalog(), there.date())
    with resources().database.reading() as session:
        following = next_person(session, this_recruiter(), referral_id, now(), catalog().service.timezone)
    sheet = read_sheet(case, Today(catalog(), now(), this_recruiter().id))
    call = outcome.call if outcome else None
    page = render_template(
        "referrals/referral.html",
        sheet=sheet,
        record=read_record(case, team_of(view.referral)),
        following=following,
        outcomes={value: OUTCOMES[outcome] for value, outcome in _choices(sheet.reach, call)},
        longest_note=MOST_NOTE,
        zone=f"{there:%Z}",
        errors=errors or {},
        typed=request.form,
        done=done_words(_DONE),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _choices(reach: Reach | None, call: Call | None) -> Iterator[tuple[str, CallOutcome]]:
    """Yield what can be chosen of a call; of people whom nobody may ring, only what also holds of other ways.

    What was chosen of a call that was refused stays to be seen, although the person took back the consent to be rung.
    """
    for value, outcome in CHOSEN.items():
        if outcome not in _OF_RINGING or (reach and reach.rings) or (call and call.outcome is outcome):
            yield value, outcome


@pages.post("/referrals/<uuid:referral_id>/ticks")
@allowed(Permission.WORK_REFERRALS)
def tick(referral_id: UUID) -> ResponseReturnValue:
    """Tick and untick items of the call script. Only items that differ from what the page showed are changed."""
    form = posted_or_400(TicksForm)
    changes = {item: item in form.tick for item in sorted({*form.was} ^ {*form.tick})}
    _do(lambda session, by: call_log.tick(session, by, referral_id, changes))
    return _back(referral_id, "script")


@pages.post("/referrals/<uuid:referral_id>/outcome")
@allowed(Permission.WORK_REFERRALS)
def save_what_came_of_it(referral_id: UUID) -> ResponseReturnValue:
    """Store a call, the state that follows and a note: all of them, or nothing where one is refused."""
    outcome, errors = read_outcome(request.form, catalog().service.timezone, now())
    if errors or outcome.is_empty:
        return _page(referral_id, outcome, errors or {"outcome": _NOTHING})
    posted_from = seen(referral_id)
    with resources().database.writing() as session:
        result = save_outcome(session, desk(), this_recruiter(), posted_from, outcome)
    match result.outcome:
        case ChangeOutcome.DONE:
            return redirect(url_for("recruiter.referral", referral_id=referral_id, done="saved"), HTTPStatus.SEE_OTHER)
        case ChangeOutcome.CONFLICT | ChangeOutcome.WITHDRAWN | ChangeOutcome.NOT_FOUND:
            return answer(result, Posted(posted_from, CAME, "", lambda now: _clash(now, outcome)))
    return _page(referral_id, outcome, {_field(outcome): SENTENCES[result.outcome]})


def _field(outcome: Outcome) -> str:
    """Return the field of what was refused; of a note, only the length could be, which was read before."""
    return "reason" if outcome.step and outcome.step.to in TAKES_REASON else "state"


def _clash(now: StoredReferral, outcome: Outcome) -> Clash:
    """Return the two states; the call and the note stand against nothing and go with either."""
    if outcome.step is None:
        raise AssertionError("only a state stands against what a colleague did")
    clash = clash_of_states(now, outcome.step, url_for("recruiter.save_what_came_of_it", referral_id=now.id))
    return replace(clash, rest=dict(_sent_again(outcome)), rest_words=tuple(_in_words(outcome)))


def _sent_again(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """Yield the fields of the form that say the same of the call and the note."""
    call = outcome.call
    if call and call.outcome in CHOSEN.values():
        yield "outcome", call.outcome.value
    if call and call.call_back_at:
        yield "call_back_at", f"{local(call.call_back_at):{_FORMAT}}"
        if call.reminds:
            yield "remind", "yes"
    if outcome.note:
        yield "note", outcome.note


def _in_words(outcome: Outcome) -> Iterator[tuple[str, str]]:
    if outcome.call:
        yield "Call", OUTCOMES[outcome.call.outcome]
        if outcome.call.call_back_at:
            yield "Call back", back_words(outcome.call)
    if outcome.note:
        yield "Note", outcome.note


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
