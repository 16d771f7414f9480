"""The form for who works on a referral, its tags, and whether an interpreter is needed."""

from typing import Annotated
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Choice, Identifier, Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.change_responses import WHO, Clash, Posted, answer, seen
from prescreen.web.referrals.teamwork import INTERPRETER, NOBODY, team_of
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import assignment_and_tags
from prescreen.workflow.referrals.assignment_and_tags import Labels
from prescreen.workflow.referrals.teamwork import ChangeOutcome


class Colleague(Identifier):
    """A field for a colleague; empty means no one, but the field must be present."""

    def pick(self, source: MultiDict[str, str], name: str) -> str:
        """Return the value that a request has under this name."""
        return source.get(name, "missing")


class AssignForm(Form):
    """The colleague to whom a referral is assigned."""

    assignee: Annotated[UUID | None, Colleague(hidden=True, optional=True)]


class LabelsForm(AssignForm):
    """The colleague, the tags with commas between them, and whether an interpreter is needed."""

    tags: Annotated[str, Raw()]
    interpreter: Annotated[bool | None, Choice({name: one for one, (name, _) in INTERPRETER.items()}, hidden=True)]

    @property
    def labels(self) -> Labels:
        """Return what is to be stored."""
        return Labels(self.assignee, tuple(self.tags.split(",")), self.interpreter)


@pages.post("/referrals/<uuid:referral_id>/who")
@allowed(Permission.WORK_REFERRALS)
def label(referral_id: UUID) -> ResponseReturnValue:
    """Store who works on a referral, its tags, and whether an interpreter is needed."""
    form, posted_from = posted_or_400(LabelsForm), seen(referral_id)
    with resources().database.writing() as session:
        result = assignment_and_tags.label(session, desk(), this_recruiter(), posted_from, form.labels)
    field = "assignee" if result.outcome is ChangeOutcome.NO_COLLEAGUE else "tags"
    return answer(result, Posted(posted_from, WHO, field, lambda now: _clash(now, form)))


def _clash(now: StoredReferral, form: LabelsForm) -> Clash:
    team = team_of(now)
    mine = dict(team.colleagues).get(form.assignee, NOBODY) if form.assignee else NOBODY
    return Clash(
        what="Who works on it, interpreter, tags",
        theirs="\n".join((team.assignee, _interpreter(now.interpreter), ", ".join(team.tags) or "no tags")),
        mine="\n".join((mine, _interpreter(form.interpreter))),
        action=url_for("recruiter.label", referral_id=now.id),
        hidden={"assignee": form.assignee or "", "interpreter": INTERPRETER[form.interpreter][0]},
        field="tags",
        words=form.tags,
        label="Your tags, with commas between them",
    )


def _interpreter(needed: bool | None) -> str:
    return f"Interpreter {INTERPRETER[needed][1]}"
