"""Feedback on a criterion: for the trial's authors, from a visitor who stays unknown.

A module of its own, since the subject has one on every floor.
"""

from prescreen.storage import Session, feedback
from prescreen.storage.feedback import Note as Note
from prescreen.storage.feedback import NoteReason as NoteReason

LONGEST = 500
"""The greatest number of characters of a note."""


class NoteTooLongError(ValueError):
    """A note of more characters than are kept."""

    def __init__(self, length: int) -> None:
        super().__init__(f"the note has {length} signs; at most {LONGEST} are kept, so shorten it")


def leave_note(session: Session, note: Note) -> None:
    """Store a note; raise NoteTooLongError for one that is too long. Nothing goes on record of who left it."""
    if len(note.text) > LONGEST:
        raise NoteTooLongError(len(note.text))
    feedback.add(session, note)
