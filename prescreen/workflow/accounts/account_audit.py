"""Changes to accounts, on the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.audit.events import Action, Actor, ActorKind, Event, Subject

OPERATOR = Actor(ActorKind.OPERATOR)
UNKNOWN = Actor(ActorKind.RECRUITER, "unknown")


@dataclass(frozen=True, slots=True)
class Deed:
    """An action, its actor, and its details as ids and fixed words."""

    actor: Actor
    action: Action
    details: Mapping[str, Any] = field(default_factory=dict)


def record_own(session: Session, action: Action, recruiter_id: UUID | None, now: datetime, **details: str) -> None:
    """Record what a recruiter did with their own account; None where it is not known whose it is."""
    who = str(recruiter_id) if recruiter_id else "unknown"
    deed = Deed(Actor(ActorKind.RECRUITER, who), action, details)
    record(session, deed, Subject("recruiter", who), now)


def record_change(session: Session, deed: Deed, recruiter_id: UUID, now: datetime) -> None:
    """Record an action on a recruiter's account."""
    record(session, deed, Subject("recruiter", str(recruiter_id)), now)


def record(session: Session, deed: Deed, subject: Subject, now: datetime) -> None:
    """Record an action on a subject."""
    events.record(session, Event(now, deed.actor, deed.action, subject, deed.details))


def actor_of(account: Account | None) -> Actor:
    """Return an account as an actor; None is the operator at the command line."""
    return Actor(ActorKind.RECRUITER, str(account.id)) if account else OPERATOR
