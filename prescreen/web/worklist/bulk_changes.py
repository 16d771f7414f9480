"""One thing done with many referrals at once."""

from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.assignment_and_tags import posted_assignee
from prescreen.web.referrals.change_responses import SENTENCES
from prescreen.web.referrals.state_changes import posted_step
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, Seen
from prescreen.workflow.worklist.bulk_changes import MOST_AT_ONCE, Assigning, Deed, Tagging, work_on_many

_NOTHING = "Tick at least one referral, then choose what to do with them."
_MANY = f"Choose at most {MOST_AT_ONCE} referrals at once."
_NO_DEED = "Choose what to do: assign them, tag them, or bring them into another state."


@dataclass(frozen=True, slots=True)
class NotDone:
    """A referral with which it could not be done, and why. None where it is not theirs, or there is none."""

    referral: StoredReferral | None
    why: str


@pages.post("/bulk")
@allowed(Permission.WORK_REFERRALS)
def bulk() -> ResponseReturnValue:
    """Do one thing with many referrals, and say with which it was done."""
    chosen, deed = _chosen(), _deed()
    if deed is None or not 0 < len(chosen) <= MOST_AT_ONCE:
        fault = _NO_DEED if deed is None else _MANY if chosen else _NOTHING
        return render_template("worklist/bulk_result.html", fault=fault), HTTPStatus.UNPROCESSABLE_ENTITY
    with resources().database.writing() as session:
        results = work_on_many(session, desk(), this_recruiter(), chosen, deed)
    return render_template(
        "worklist/bulk_result.html",
        deed=_words(deed),
        done=[one.referral for _, one in results if one.outcome is ChangeOutcome.DONE],
        not_done=[_not_done(one) for _, one in results if one.outcome is not ChangeOutcome.DONE],
    )


def _chosen() -> list[Seen]:
    """Return each referral that was ticked, once; they are named `<id>:<version>`."""
    found: dict[UUID, Seen] = {}
    for ticked in request.form.getlist("referral"):
        referral_id, _, version = ticked.partition(":")
        try:
            found.setdefault(UUID(referral_id), Seen(UUID(referral_id), int(version)))
        except ValueError:
            abort(HTTPStatus.BAD_REQUEST)
    return list(found.values())


def _deed() -> Deed | None:
    match request.form.get("do"):
        case "assign":
            return Assigning(posted_assignee())
        case "tag":
            return Tagging(request.form.get("tag", ""))
        case "state" if request.form.get("state"):
            return posted_step()
    return None


def _words(deed: Deed) -> str:
    match deed:
        case Step(to):
            return f"State: {STATES[to]}"
        case Assigning(to):
            return "Assigned" if to else "Assigned to nobody"
        case Tagging(tag):
            return f"Tag: {' '.join(tag.lower().split())}"


def _not_done(result: Result) -> NotDone:
    return NotDone(result.referral, SENTENCES[result.outcome])
