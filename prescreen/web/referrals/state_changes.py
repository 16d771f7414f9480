"""The form that brings a referral into another state, and the one that takes that back."""

from typing import Annotated
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.base.form_fields import Choice, Identifier, Line
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.change_responses import UNDO, Clash, Posted, answer, seen
from prescreen.web.referrals.teamwork import team_of
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals.state_changes import Step
from prescreen.workflow.referrals.state_changes import undo as take_back
from prescreen.workflow.referrals.state_machine import NEXT, TAKES_REASON, Reason, fitting

_CRITERION = "criterion:"


class StepForm(Form):
    """The new state, with the reason; `workflow` limits its length."""

    state: Annotated[State, Choice(State, hidden=True)]
    reason: Annotated[str, Line(longest=None)]
    reason_words: Annotated[str, Line(longest=None)]

    @property
    def step(self) -> Step:
        """Return the state and the reason for it."""
        if self.reason.startswith(_CRITERION):
            return Step(self.state, Reason(self.reason.removeprefix(_CRITERION), self.reason_words))
        # A form without criteria, such as that for many referrals, has its text in either field.
        return Step(self.state, Reason(words=self.reason_words or self.reason))


class UndoForm(Form):
    """The change to undo."""

    change: Annotated[UUID, Identifier(hidden=True)]


def clash_of_states(now: StoredReferral, step: Step, action: str) -> Clash:
    """Return the state as it is and the step that was wanted; that is no longer possible where it cannot follow."""
    team, reason = team_of(now), fitting(step.reason, step.to)
    chosen = f"{_CRITERION}{reason.criterion_id}" if reason.criterion_id else ""
    why = dict(team.criteria).get(reason.criterion_id or "", "")
    return Clash(
        what="The state",
        theirs=_with_reason(team.state, team.reason),
        mine=_with_reason(STATES[step.to], why),
        action=action,
        hidden={"state": step.to.value, "reason": chosen} if step.to in NEXT[now.state] else None,
        field="reason_words" if step.to in TAKES_REASON else "",
        words=step.reason.words,
        label="Reason in words",
    )


def _with_reason(state: str, reason: str) -> str:
    return f"{state}: {reason}" if reason else state


@pages.post("/referrals/<uuid:referral_id>/undo")
@allowed(Permission.WORK_REFERRALS)
def undo(referral_id: UUID) -> ResponseReturnValue:
    """Undo the last change of a referral's state."""
    change_id, posted_from = posted_or_400(UndoForm).change, seen(referral_id)
    with resources().database.writing() as session:
        result = take_back(session, desk(), this_recruiter(), posted_from, change_id)
    return answer(result, Posted(posted_from, UNDO, "undo", lambda now: _undo_clash(now, change_id)))


def _undo_clash(now: StoredReferral, change_id: UUID) -> Clash:
    team = team_of(now)
    wanted = next((one.words for one in team.history if one.id == change_id), "")
    stands = team.undoable is not None and team.undoable.id == change_id
    return Clash(
        what="The state",
        theirs=_with_reason(team.state, team.reason),
        mine=f"Take back: {wanted}",
        action=url_for("recruiter.undo", referral_id=now.id),
        hidden={"change": change_id} if stands else None,
    )
