"""The form that words a team's note on a referral anew."""

from typing import Annotated
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.base.form_fields import Lines
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import desk, resources
from prescreen.web.referrals.change_responses import NOTE, Clash, Posted, answer
from prescreen.web.referrals.teamwork import team_of
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.referrals import notes
from prescreen.workflow.referrals.notes import SeenNote
from prescreen.workflow.referrals.teamwork import Seen


class NoteForm(Form):
    """The new wording of a note; `workflow` limits its length."""

    note: Annotated[str, Lines()]


@pages.post("/referrals/<uuid:referral_id>/notes/<uuid:note_id>")
@allowed(Permission.WORK_REFERRALS)
def reword_note(referral_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Replace the wording of a note."""
    text, note = posted_or_400(NoteForm).note, SeenNote(referral_id, note_id)
    with resources().database.writing() as session:
        result = notes.reword_note(session, desk(), this_recruiter(), note, text)
    # A note has a version of its own, its wording; the version of the referral does not matter.
    posted = Posted(Seen(referral_id, 0), NOTE, f"note-{note_id}", lambda now: _clash(now, note, text))
    return answer(result, posted)


def _clash(now: StoredReferral, note: SeenNote, text: str) -> Clash:
    known = (one for one in team_of(now).notes if note.note_id in {wording.id for wording in one.before})
    current = next(known)
    return Clash(
        what="The note",
        theirs=current.text,
        mine="",
        action=url_for("recruiter.reword_note", referral_id=now.id, note_id=current.id),
        hidden={},
        field="note",
        words=text,
        label="Your wording",
        changes=(("edited", current.by, current.at),),
    )
