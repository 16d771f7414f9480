"""A team's work on a referral, prepared for pages: `teamwork(referral)` in templates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from flask import g

from prescreen.catalog.assessment.evidence import read_evidence
from prescreen.catalog.assessment.fingerprints import trial_evidence
from prescreen.eligibility.criteria.text import shortened
from prescreen.storage.mail.outbox import LetterState
from prescreen.storage.referrals.notes import Note
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.web.accounts.staff_pages import in_words, pages
from prescreen.web.accounts.staff_wording import STATES
from prescreen.web.assessment.findings import most_urgent_first
from prescreen.web.base.request_context import catalog, local, now, resources
from prescreen.workflow.referrals.state_machine import NEXT, TAKES_CRITERION, TAKES_REASON, last_step, read_reason
from prescreen.workflow.referrals.teamwork import Teamwork, teamwork

NOBODY = "nobody"
INTERPRETER = {None: ("unknown", "not known yet"), True: ("yes", "needed"), False: ("no", "not needed")}
"""Whether an interpreter is needed: the value of the form, and the words."""

_LONGEST_CHOICE = 110
_LETTERS = {
    LetterState.SENT: "a letter told the person",
    LetterState.CANCELLED: "the letter to the person was cancelled",
    LetterState.FAILED: "the letter to the person could not be sent",
}


@dataclass(frozen=True, slots=True)
class ChangeRead:
    """One line of the history. `letter` is the state of the letter about it, if there was one."""

    id: UUID
    at: datetime
    by: str
    words: str
    reason: str = field(repr=False)
    letter: str
    undone: bool


@dataclass(frozen=True, slots=True)
class NoteRead:
    """The current wording of a note, with the wordings before it."""

    id: UUID
    at: datetime
    by: str
    text: str = field(repr=False)
    before: tuple["NoteRead", ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderRead:
    """An open reminder."""

    id: UUID
    due_at: datetime
    is_due: bool
    by: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Team:
    """What the team's part of a referral's page shows. `steps` are the states that may follow, with their words.

    `criteria` are offered as reasons; `undoable` is the change that can be undone.
    """

    state: str
    reason: str = field(repr=False)
    steps: tuple[tuple[State, str], ...]
    criteria: tuple[tuple[str, str], ...]
    history: tuple[ChangeRead, ...]
    undoable: ChangeRead | None
    notes: tuple[NoteRead, ...]
    reminders: tuple[ReminderRead, ...]
    tags: tuple[str, ...]
    tags_in_use: tuple[str, ...]
    colleagues: tuple[tuple[UUID, str], ...]
    assignee: str


@pages.context_processor
def _for_templates() -> dict[str, object]:
    return {
        "teamwork": team_of,
        "takes_reason": TAKES_REASON,
        "takes_criterion": TAKES_CRITERION,
        "interpreter_words": INTERPRETER,
    }


def team_of(referral: StoredReferral) -> Team:
    """Return what a team did with a referral; the caller has checked access. It is read once per request."""
    known = cast(dict[tuple[UUID, int], Team], g.setdefault("teams", {}))
    key = (referral.id, referral.version)
    if key not in known:
        with resources().database.reading() as session:
            known[key] = _team(referral, teamwork(session, resources().keys, referral))
    return known[key]


def _team(referral: StoredReferral, work: Teamwork) -> Team:
    texts = criterion_texts(referral, work.evidence)
    history = tuple(_change(one, work, texts) for one in reversed(work.history))
    last = last_step(work.history, referral.state)
    return Team(
        state=STATES[referral.state],
        reason=reason_words(referral.reason, texts),
        steps=tuple((state, STATES[state]) for state in NEXT[referral.state]),
        criteria=tuple((criterion_id, shortened(text, _LONGEST_CHOICE)) for criterion_id, text in texts.items()),
        history=history,
        undoable=next((one for one in history if last and one.id == last.id), None),
        notes=tuple(_note(thread, work) for thread in work.notes),
        reminders=tuple(_reminders(work)),
        tags=work.tags,
        tags_in_use=tuple(tag for tag in work.tags_in_use if tag not in work.tags),
        colleagues=tuple((one.id, one.name) for one in work.colleagues),
        assignee=work.names.get(referral.assigned_to, NOBODY) if referral.assigned_to else NOBODY,
    )


def criterion_texts(referral: StoredReferral, evidence: str | None) -> dict[str, str]:
    """Return the criteria of the assessment by id, in their wording then, those that do not permit first."""
    kept, trial = read_evidence(evidence or ""), catalog().trials.get(referral.trial_id)
    if not kept.criteria and trial is not None:
        kept = read_evidence(trial_evidence(trial, catalog().bank))
    # A criterion that does not permit is the most likely reason.
    judged = most_urgent_first(referral.findings)
    ids = (*(finding["criterion"] for finding in judged), *referral.still_to_check)
    return {one: kept.words_of(one) for one in ids}


def reason_words(stored: str | None, texts: Mapping[str, str]) -> str:
    """Return a reason in words; an empty text where there is none."""
    reason = read_reason(stored)
    criterion = texts.get(reason.criterion_id, reason.criterion_id) if reason.criterion_id else ""
    return " ".join(filter(None, (criterion, reason.words)))


def _change(one: StoredChange, work: Teamwork, texts: Mapping[str, str]) -> ChangeRead:
    undone = any(other.undoes == one.id for other in work.history)
    return ChangeRead(
        id=one.id,
        at=local(one.at),
        by=work.names.get(one.recruiter_id, "a former colleague") if one.recruiter_id else "the person",
        words=f"{'taken back: ' if one.undoes else ''}{STATES[one.from_state]} → {STATES[one.to_state]}",
        reason=reason_words(one.reason, texts),
        letter=_letter(one, work, undone=undone),
        undone=undone,
    )


def _letter(one: StoredChange, work: Teamwork, *, undone: bool) -> str:
    if one.letter_id is None or one.letter_id not in work.letters:
        return ""
    state, due_at = work.letters[one.letter_id]
    if state is LetterState.PENDING:
        return f"a letter to the person goes out {'on ' + in_words(local(due_at)) if due_at > now() else 'soon'}"
    told = state is LetterState.SENT and undone
    return f"{_LETTERS[state]}{', before this was taken back: set it right with them yourself' if told else ''}"


def _note(thread: Sequence[Note], work: Teamwork) -> NoteRead:
    first, *before = (NoteRead(one.id, local(one.at), work.names.get(one.recruiter_id, ""), one.text) for one in thread)
    return replace(first, before=tuple(before))


def _reminders(work: Teamwork) -> Iterator[ReminderRead]:
    for one in work.reminders:
        by = work.names.get(one.recruiter_id, "")
        yield ReminderRead(one.id, local(one.due_at), one.due_at <= now(), by, one.text)
