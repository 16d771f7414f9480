"""Responses to a posted change: the referral's page, the form with its faults, or the conflict with a colleague."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.audit.events import Action
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.forms import Versioned, posted_or_400
from prescreen.web.base.request_context import local, resources
from prescreen.workflow.referrals.assignment_and_tags import LONGEST_TAG, MOST_TAGS
from prescreen.workflow.referrals.notes import MOST_NOTE
from prescreen.workflow.referrals.reminders import MOST_REMINDER
from prescreen.workflow.referrals.state_machine import MOST_REASON
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Meanwhile, Result, Seen, changes_since

SENTENCES = {
    ChangeOutcome.CONFLICT: "Somebody changed it since this list was opened. Open it to see what it is now.",
    ChangeOutcome.WITHDRAWN: "This person has withdrawn. Nothing can be changed any more.",
    ChangeOutcome.NOT_FOUND: "Not found.",
    ChangeOutcome.NO_STEP: "This state cannot follow the present one. Choose one that is offered.",
    ChangeOutcome.NO_REASON: (
        "Say why the site found this person not eligible: choose a criterion, or write another reason."
    ),
    ChangeOutcome.NO_SUCH_REASON: (
        "That criterion is none of those that this person was judged by. Choose one of the list."
    ),
    ChangeOutcome.LONG_REASON: f"Give the reason in at most {MOST_REASON} characters.",
    ChangeOutcome.NOTHING_TO_UNDO: "There is nothing to take back any more.",
    ChangeOutcome.NO_COLLEAGUE: "That colleague does not work for this trial and site. Choose one of the list.",
    ChangeOutcome.BAD_TAG: f"A tag is a short word of letters and digits, at most {LONGEST_TAG} characters long.",
    ChangeOutcome.PERSONAL_TAG: "A tag must not say who somebody is: no address, no number. Write a note instead.",
    ChangeOutcome.MANY_TAGS: f"A referral bears at most {MOST_TAGS} tags.",
    ChangeOutcome.EMPTY: "Write something first.",
    ChangeOutcome.LONG_TEXT: f"Shorten this to at most {MOST_NOTE} characters.",
    ChangeOutcome.LONG_REMINDER: f"Shorten this to at most {MOST_REMINDER} characters.",
    ChangeOutcome.PAST: "Choose a day and time that is still to come.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a referral's page that has forms: its anchor on the page, and the template that shows it."""

    anchor: str
    template: str


CAME = Part("came", "referrals/person_came.html")
WHO = Part("who", "referrals/person_who.html")
UNDO = Part("record", "referrals/undo_form.html")
NOTE = Part("record", "referrals/note_form.html")
REMINDERS = Part("record", "referrals/reminders.html")


@dataclass(frozen=True, slots=True)
class Clash:
    """A conflict of two versions. `hidden` and the text in `field` post mine again; None: mine is no longer possible.

    `changes` lists what was done meanwhile, by whom and when, where the referral's history does not. `rest` is what was
    sent together with mine and stands against nothing, posted with either version; `rest_words` say it to a reader.
    """

    what: str
    theirs: str = field(repr=False)
    mine: str = field(repr=False)
    action: str
    hidden: Mapping[str, object] | None
    words: str = field(default="", repr=False)
    rest: Mapping[str, object] = field(default_factory=dict, repr=False)
    rest_words: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    field: str = ""
    label: str = ""
    changes: tuple[tuple[str, str, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A posted form: the version of the referral it was made from, the part of its page, and the field for faults.

    `clash` returns the two versions for the page, where another person changed the referral first.
    """

    seen: Seen
    part: Part
    field: str
    clash: Callable[[StoredReferral], Clash]


def seen(referral_id: UUID) -> Seen:
    """Return the version of a referral that the posted form was made from."""
    return Seen(referral_id, posted_or_400(Versioned).version)


def answer(result: Result, posted: Posted) -> ResponseReturnValue:
    """Return the response to a posted change, by its result."""
    referral = result.referral
    if referral is None:
        abort(HTTPStatus.NOT_FOUND)
    match result.outcome:
        case ChangeOutcome.DONE:
            return back_to(referral.id, posted.part)
        case ChangeOutcome.CONFLICT:
            return _conflict(referral, posted)
        case ChangeOutcome.WITHDRAWN:
            return render_template("referrals/gone.html", referral=referral), HTTPStatus.CONFLICT
    return _again(referral, posted.part, {posted.field: SENTENCES[result.outcome]})


def back_to(referral_id: UUID, part: Part) -> ResponseReturnValue:
    """Redirect to a part of a referral's page."""
    return redirect(url_for("recruiter.referral", referral_id=referral_id, _anchor=part.anchor), HTTPStatus.SEE_OTHER)


def _again(referral: StoredReferral, part: Part, errors: Mapping[str, str]) -> ResponseReturnValue:
    """Show a part of the page again, with what was typed and its faults."""
    page = render_template(
        "referrals/form_again.html", referral=referral, part=part, errors=errors, typed=request.form.to_dict()
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _conflict(referral: StoredReferral, posted: Posted) -> ResponseReturnValue:
    clash = posted.clash(referral)
    changes = clash.changes or _changes(posted.seen)
    page = render_template("referrals/conflict.html", referral=referral, clash=clash, changes=changes, part=posted.part)
    return page, HTTPStatus.CONFLICT


def _changes(since: Seen) -> tuple[tuple[str, str, datetime], ...]:
    with resources().database.reading() as session:
        meanwhile = changes_since(session, since)
    return tuple((_words(one), one.by or "the person", local(one.at)) for one in meanwhile)


def _words(one: Meanwhile) -> str:
    """Return what a colleague changed, in words; of texts only how many."""
    details = one.details
    match one.action:
        case Action.REFERRAL_MOVED | Action.REFERRAL_MOVE_UNDONE:
            back = "taken back: " if one.action is Action.REFERRAL_MOVE_UNDONE else ""
            return f"{back}{STATES[State(str(details['from']))]} → {STATES[State(str(details['to']))]}"
        case Action.REFERRAL_ASSIGNED:
            return "assigned to a colleague" if details.get("assigned_to") else "assigned to nobody"
        case Action.REFERRAL_TAGGED:
            return f"tags: {details.get('added')} added, {details.get('removed')} taken off"
        case Action.INTERPRETER_CHANGED:
            return "said whether an interpreter is needed"
    return "withdrawn"
