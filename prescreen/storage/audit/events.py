"""The audit trail, which is append-only. It holds ids and counts, never contact details or answers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from prescreen.storage.base.upserts import insert_rows, insertion
from prescreen.storage.tables import AuditEvent, AuditMention


class ActorKind(StrEnum):
    """The kinds of actors."""

    PARTICIPANT = "participant"
    RECRUITER = "recruiter"
    OPERATOR = "operator"


class Action(StrEnum):
    """The actions that are recorded."""

    LEAD_SUBMITTED = "lead_submitted"
    LEAD_ENTERED = "lead_entered"
    LEAD_DELETED = "lead_deleted"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_GIVEN = "consent_given"
    CONTACT_CHANGED = "contact_changed"
    EMAIL_CONFIRMED = "email_confirmed"
    EMAIL_DISOWNED = "email_disowned"
    LINKS_ENDED = "links_ended"
    DATA_DOWNLOADED = "data_downloaded"
    LETTER_SHOWN = "letter_shown"
    LETTER_RETRIED = "letter_retried"
    INVITATIONS_MADE = "invitations_made"
    INVITATION_ACCEPTED = "invitation_accepted"
    INVITATION_DECLINED = "invitation_declined"
    SNAPSHOT_TAKEN = "snapshot_taken"
    WORKLIST_VIEWED = "worklist_viewed"
    WORKLIST_SEARCHED = "worklist_searched"
    REFERRAL_VIEWED = "referral_viewed"
    REFERRAL_REFUSED = "referral_refused"
    SCRIPT_TICKED = "script_ticked"
    CALL_LOGGED = "call_logged"
    INTERPRETER_CHANGED = "interpreter_changed"
    REFERRAL_MOVED = "referral_moved"
    REFERRAL_MOVE_UNDONE = "referral_move_undone"
    REFERRAL_ASSIGNED = "referral_assigned"
    REFERRAL_TAGGED = "referral_tagged"
    NOTE_WRITTEN = "note_written"
    NOTE_REWORDED = "note_reworded"
    REMINDER_SET = "reminder_set"
    REMINDER_DONE = "reminder_done"
    REMINDERS_VIEWED = "reminders_viewed"
    REFERRAL_TAKEN_OVER = "referral_taken_over"
    REFERRAL_RECEIVED = "referral_received"
    NUMBERS_REFUSED = "numbers_refused"
    EXPORT_STARTED = "export_started"
    EXPORT_ENDED = "export_ended"
    EXPORT_REFUSED = "export_refused"
    RECRUITER_ADDED = "recruiter_added"
    RECRUITER_CHANGED = "recruiter_changed"
    RECRUITER_DISABLED = "recruiter_disabled"
    RECRUITER_ENABLED = "recruiter_enabled"
    ACCOUNT_INVITED = "account_invited"
    ACCOUNT_INVITATION_CANCELLED = "account_invitation_cancelled"
    ACCOUNT_INVITATION_REFUSED = "account_invitation_refused"
    ACCOUNT_JOINED = "account_joined"
    PASSWORD_GIVEN = "password_given"  # noqa: S105  # the name of an action
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an action
    PASSWORD_REFUSED = "password_refused"  # noqa: S105 - the name of an action
    SECOND_FACTOR_SET_UP = "second_factor_set_up"
    SECOND_FACTOR_RESET = "second_factor_reset"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    SESSIONS_ENDED = "sessions_ended"
    NEWS_CHOSEN = "news_chosen"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    TRAIL_CHECKED = "trail_checked"
    SAMPLE_MADE = "sample_made"
    DATABASE_BACKED_UP = "database_backed_up"
    DATABASE_RESTORED = "database_restored"
    DATA_PURGED = "data_purged"
    KEYS_ROTATED = "keys_rotated"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. `id` is None for an operator at the command line."""

    kind: ActorKind
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What something was done to: the name of its kind, such as `lead`, and its id."""

    kind: str
    id: str


OPERATOR = Actor(ActorKind.OPERATOR)


def participant(lead_id: UUID) -> Actor:
    """Return a participant as an actor."""
    return Actor(ActorKind.PARTICIPANT, str(lead_id))


def recruiter(recruiter_id: UUID) -> Actor:
    """Return a recruiter as an actor."""
    return Actor(ActorKind.RECRUITER, str(recruiter_id))


def lead(lead_id: UUID) -> Subject:
    """Return a lead as the subject of an event."""
    return Subject("lead", str(lead_id))


def referral(referral_id: UUID) -> Subject:
    """Return a referral as the subject of an event."""
    return Subject("referral", str(referral_id))


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    actor: Actor
    action: Action
    subject: Subject
    details: Mapping[str, Any] = field(default_factory=dict)


REFERRALS = "referrals"
"""The key, in an event's details, of the list of referral ids that the event is about beside its subject."""


@dataclass(frozen=True, slots=True)
class Mention:
    """That an event listed a referral among others."""

    at: datetime
    action: Action


_NUMBERED = insertion(AuditEvent).returning(AuditEvent.__table__.c.sequence)


def record(session: Session, *events: Event) -> None:
    """Append events to the trail, and a row for each referral that they mention."""
    if not any(mentioned_in(event.details) for event in events):
        insert_rows(session, AuditEvent, [_row(event) for event in events])
        return
    # One by one, since each mention needs the number of its event.
    for event in events:
        _record_with_mentions(session, event)


def _record_with_mentions(session: Session, event: Event) -> None:
    sequence = session.connection().scalars(_NUMBERED, _row(event)).one()
    rows = [{"referral_id": one, "sequence": sequence} for one in sorted(mentioned_in(event.details))]
    insert_rows(session, AuditMention, rows)


def mentioned_in(details: Mapping[str, Any]) -> frozenset[UUID]:
    """Return the ids of the referrals that an event's details list beside its subject."""
    return frozenset(UUID(one) for one in details.get(REFERRALS, ()))


def _row(event: Event) -> dict[str, object]:
    return {
        "at": event.at,
        "actor_kind": event.actor.kind.value,
        "actor_id": event.actor.id,
        "action": event.action.value,
        "subject_kind": event.subject.kind,
        "subject_id": event.subject.id,
        "details": dict(event.details),
    }


def about(session: Session, subject: Subject, *actions: Action) -> list[Event]:
    """Return the events about one subject, oldest first; only those of these actions, if any are given."""
    which = [AuditEvent.subject_kind == subject.kind, AuditEvent.subject_id == subject.id]
    if actions:
        which.append(AuditEvent.action.in_([action.value for action in actions]))
    return _found(session, *which)


def within(
    session: Session, actions: Iterable[Action], since: datetime, until: datetime, actor: Actor | None = None
) -> Iterator[Event]:
    """Yield the events of these actions from `since` on and before `until`, oldest first; only an actor's, if given."""
    which = [AuditEvent.action.in_([one.value for one in actions]), AuditEvent.at >= since, AuditEvent.at < until]
    if actor is not None:
        which += [AuditEvent.actor_kind == actor.kind.value, AuditEvent.actor_id == actor.id]
    rows = session.scalars(
        select(AuditEvent).where(*which).order_by(AuditEvent.sequence).execution_options(yield_per=500)
    )
    return map(_event, rows)


def happened_since(session: Session, subject: Subject, action: Action, moment: datetime) -> bool:
    """Return whether an action on a subject is recorded at a moment or later."""
    this = (AuditEvent.subject_kind == subject.kind, AuditEvent.subject_id == subject.id)
    since = select(exists().where(*this, AuditEvent.action == action.value, AuditEvent.at >= moment))
    return session.scalar(since) is True


def mentions(session: Session, referral_id: UUID, actions: Iterable[Action]) -> list[Mention]:
    """Return the events of these actions that listed a referral among others, oldest first.

    The details are left out: a referral may be on thousands of lists, each with fifty others.
    """
    which = [AuditMention.referral_id == referral_id, AuditEvent.action.in_([action.value for action in actions])]
    query = select(AuditEvent.at, AuditEvent.action).join(AuditMention, AuditMention.sequence == AuditEvent.sequence)
    rows = session.execute(query.where(*which).order_by(AuditMention.sequence))
    return [Mention(at, Action(action)) for at, action in rows]


def _found(session: Session, *which: ColumnElement[bool]) -> list[Event]:
    rows = session.scalars(select(AuditEvent).where(*which).order_by(AuditEvent.sequence))
    return [_event(row) for row in rows]


def _event(row: AuditEvent) -> Event:
    actor = Actor(ActorKind(row.actor_kind), row.actor_id)
    return Event(row.at, actor, Action(row.action), Subject(row.subject_kind, row.subject_id), row.details)
