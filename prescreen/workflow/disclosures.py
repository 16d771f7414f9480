"""Disclosures: who saw a person's details, and when, as the person may know it: by trial, without names of staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from prescreen.storage import Session, audit
from prescreen.storage.referrals import StoredReferral
from prescreen.workflow.participation import HeldData


class How(StrEnum):
    """How details were seen: opened, as a name on a work list, or handed out in an export."""

    OPENED = "opened"
    LISTED = "listed"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """That the team of a trial saw a person's details."""

    at: datetime
    how: How
    trial_id: str
    site_name: str


def disclosures(session: Session, held: HeldData) -> list[Disclosure]:
    """Give all of them, oldest first. A reading session will do."""
    return sorted((one for referral in held.referrals for one in _of(session, referral)), key=lambda one: one.at)


def _of(session: Session, referral: StoredReferral) -> Iterator[Disclosure]:
    for how, events in _events(session, referral):
        for event in events:
            if referral.withdrawn_at is None or event.at < referral.withdrawn_at:
                yield Disclosure(event.at, how, referral.trial_id, referral.site_name)


def _events(session: Session, referral: StoredReferral) -> Iterator[tuple[How, list[audit.Event]]]:
    opened = audit.about(session, audit.Subject("referral", str(referral.id)), audit.Action.REFERRAL_VIEWED)
    yield How.OPENED, opened
    listed = audit.mentioning(session, audit.Action.WORKLIST_VIEWED, str(referral.id), referral.created_at)
    yield How.LISTED, listed
    started = audit.about(session, audit.Subject("trial", referral.trial_id), audit.Action.EXPORT_STARTED)
    yield How.EXPORTED, [one for one in started if one.at >= referral.created_at and _covers(one, referral)]


def _covers(export: audit.Event, referral: StoredReferral) -> bool:
    """Say whether an export was of the referral too: its filter is on record, and by that who was in it."""
    sites, after = export.details.get("sites"), export.details.get("after")
    return (sites is None or referral.site_id in sites) and (after is None or referral.id > UUID(after))
