"""Forms that assign a referral to a colleague and set its tags."""

from typing import Annotated
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Identifier, Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.change_responses import STATE, Clash, Posted, answer, seen
from prescreen.web.referrals.teamwork import NOBODY, team_of
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import assignment_and_tags


class Colleague(Identifier):
    """A field for a colleague; empty means no one, but the field must be present."""

    def pick(self, source: MultiDict[str, str], name: str) -> str:
        """Return the value that a request has under this name."""
        return source.get(name, "missing")


class AssignForm(Form):
    """The colleague to whom a referral is assigned."""

    assignee: Annotated[UUID | None, Colleague(hidden=True, optional=True)]


class TagsForm(Form):
    """The tags of a referral, separated by commas."""

    tags: Annotated[str, Raw()]


@pages.post("/referrals/<uuid:referral_id>/assign")
@allowed(Permission.WORK_REFERRALS)
def assign(referral_id: UUID) -> ResponseReturnValue:
    """Assign a referral to a colleague, or to no one."""
    to, posted_from = posted_or_400(AssignForm).assignee, seen(referral_id)
    with resources().database.writing() as session:
        result = assignment_and_tags.assign(session, desk(), this_recruiter(), posted_from, to)
    return answer(result, Posted(posted_from, STATE, "assignee", lambda now: _assigned(now, to)))


def _assigned(now: StoredReferral, to: UUID | None) -> Clash:
    team = team_of(now)
    return Clash(
        what="Who works on it",
        theirs=team.assignee,
        mine=dict(team.colleagues).get(to, NOBODY) if to else NOBODY,
        action=url_for("recruiter.assign", referral_id=now.id),
        hidden={"assignee": to or ""},
    )


@pages.post("/referrals/<uuid:referral_id>/tags")
@allowed(Permission.WORK_REFERRALS)
def set_tags(referral_id: UUID) -> ResponseReturnValue:
    """Replace the tags of a referral."""
    typed, posted_from = posted_or_400(TagsForm).tags, seen(referral_id)
    with resources().database.writing() as session:
        result = assignment_and_tags.set_tags(session, desk(), this_recruiter(), posted_from, typed.split(","))
    return answer(result, Posted(posted_from, STATE, "tags", lambda now: _tagged(now, typed)))


def _tagged(now: StoredReferral, typed: str) -> Clash:
    return Clash(
        what="Tags",
        theirs=", ".join(team_of(now).tags) or "none",
        mine="",
        action=url_for("recruiter.set_tags", referral_id=now.id),
        hidden={},
        field="tags",
        words=typed,
        label="Your tags, with commas between them",
    )
