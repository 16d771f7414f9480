"""Bulk changes: one action on many referrals."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.form_fields import Listed, Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.assignment_and_tags import AssignForm
from prescreen.web.referrals.change_responses import SENTENCES
from prescreen.web.referrals.state_changes import StepForm
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals.assignment_and_tags import stored_tags
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, Seen
from prescreen.workflow.worklist.bulk_changes import MOST_AT_ONCE, Assigning, Deed, Tagging, work_on_many

_NOTHING = "Tick at least one referral, then choose what to do with them."
_MANY = f"Choose at most {MOST_AT_ONCE} referrals at once."
_NO_DEED = "Choose what to do: assign them, tag them, or bring them into another state."


class SeenReferrals(Listed):
    """The ticked referrals without duplicates, each in the form `<id>:<version>`."""

    def read(self, sent: Iterable[str]) -> tuple[Seen, ...]:
        """Return the referrals with the versions that were seen; raise ValueError for any other form."""
        named = (one.partition(":") for one in sent)
        found = {UUID(referral_id): int(version) for referral_id, _, version in named}
        return tuple(Seen(*one) for one in found.items())


class BulkForm(Form):
    """The action and its referrals; the colleague and the new state are forms of their own."""

    referral: Annotated[tuple[Seen, ...], SeenReferrals(hidden=True, optional=True)]
    do: Annotated[str, Raw()]
    tag: Annotated[str, Raw()]
    state: Annotated[str, Raw()]


@dataclass(frozen=True, slots=True)
class NotDone:
    """A referral for which the action failed, and why. None where it is not theirs or does not exist."""

    referral: StoredReferral | None
    why: str


@pages.post("/bulk")
@allowed(Permission.WORK_REFERRALS)
def bulk() -> ResponseReturnValue:
    """Do one action on many referrals, and show for which of them it succeeded."""
    form = posted_or_400(BulkForm)
    chosen, deed = form.referral, _deed(form)
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


def _deed(form: BulkForm) -> Deed | None:
    match form.do:
        case "assign":
            return Assigning(posted_or_400(AssignForm).assignee)
        case "tag":
            return Tagging(form.tag)
        case "state" if form.state:
            return posted_or_400(StepForm).step
    return None


def _words(deed: Deed) -> str:
    match deed:
        case Step(to):
            return f"State: {STATES[to]}"
        case Assigning(to):
            return "Assigned" if to else "Assigned to nobody"
        case Tagging(tag):
            return f"Tag: {', '.join(stored_tags([tag]))}"


def _not_done(result: Result) -> NotDone:
    return NotDone(result.referral, SENTENCES[result.outcome])
