"""Disclosures: which trials' teams saw a person's details, and when, as shown to the person: without names of staff.

And the other way round, for an operator after a breach: which people were shown, by whom and within which time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.audit import events, trail_queries
from prescreen.storage.audit.events import Action, Actor, Event, Subject
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals.referrals import Page, StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.referrals.states import State
from prescreen.workflow.participants.data_subject_rights import HeldData


class How(StrEnum):
    """How details were disclosed: opened, as a name on a list, worked with, or exported with or without the name."""

    OPENED = "opened"
    LISTED = "listed"
    WORKED_WITH = "worked_with"
    EXPORTED = "exported"
    EXPORTED_NAMELESS = "exported_nameless"


# Every action is in exactly one of these tables; a new one must be added to one of them.

_WORK = (
    Action.SCRIPT_TICKED,
    Action.CALL_LOGGED,
    Action.INTERPRETER_CHANGED,
    Action.REFERRAL_MOVED,
    Action.REFERRAL_MOVE_UNDONE,
    Action.REFERRAL_ASSIGNED,
    Action.REFERRAL_TAGGED,
    Action.NOTE_WRITTEN,
    Action.NOTE_REWORDED,
    Action.REMINDER_SET,
    Action.REMINDER_DONE,
    Action.REFERRAL_TAKEN_OVER,
    Action.REFERRAL_RECEIVED,
)

OF_REFERRAL: Mapping[Action, How] = {Action.REFERRAL_VIEWED: How.OPENED} | dict.fromkeys(_WORK, How.WORKED_WITH)
"""A team's actions on one referral, which is the subject of the event. All but viewing are `WORKED_WITH`."""

NAMING_REFERRALS: Mapping[Action, How] = dict.fromkeys(
    (Action.WORKLIST_VIEWED, Action.WORKLIST_SEARCHED, Action.REMINDERS_VIEWED), How.LISTED
)
"""The actions that show several people at once; the event mentions their referrals."""

OF_TRIAL: Mapping[Action, How] = {Action.EXPORT_STARTED: How.EXPORTED}
"""The actions that export the referrals of a trial, at the sites and in the states that the event names."""

NOT_TOLD = frozenset(
    {
        # What people did themselves, or had done for them: the rest of their page shows the results.
        Action.LEAD_SUBMITTED,
        Action.LEAD_ENTERED,
        Action.LEAD_DELETED,
        Action.REFERRAL_WITHDRAWN,
        Action.CONSENT_WITHDRAWN,
        Action.CONSENT_GIVEN,
        Action.CONTACT_CHANGED,
        Action.EMAIL_CONFIRMED,
        Action.EMAIL_DISOWNED,
        Action.LINKS_ENDED,
        Action.DATA_DOWNLOADED,
        Action.INVITATIONS_MADE,
        Action.INVITATION_ACCEPTED,
        Action.INVITATION_DECLINED,
        # An operator reads a letter that the person has received too, or has it sent again; no team sees it.
        Action.LETTER_SHOWN,
        Action.LETTER_RETRIED,
        # No person was named, or nothing was seen.
        Action.SNAPSHOT_TAKEN,
        Action.REFERRAL_REFUSED,
        Action.EXPORT_ENDED,
        Action.NUMBERS_REFUSED,
        Action.EXPORT_REFUSED,
        # About accounts and the service itself.
        Action.RECRUITER_ADDED,
        Action.RECRUITER_CHANGED,
        Action.RECRUITER_DISABLED,
        Action.RECRUITER_ENABLED,
        Action.ACCOUNT_INVITED,
        Action.ACCOUNT_INVITATION_CANCELLED,
        Action.ACCOUNT_INVITATION_REFUSED,
        Action.ACCOUNT_JOINED,
        Action.PASSWORD_GIVEN,
        Action.PASSWORD_CHANGED,
        Action.PASSWORD_REFUSED,
        Action.SECOND_FACTOR_SET_UP,
        Action.SECOND_FACTOR_RESET,
        Action.SECOND_FACTOR_FAILED,
        Action.RECOVERY_CODES_MADE,
        Action.SESSIONS_ENDED,
        Action.NEWS_CHOSEN,
        Action.SIGNED_IN,
        Action.SIGNED_OUT,
        Action.SIGN_IN_FAILED,
        Action.TRAIL_CHECKED,
        Action.SAMPLE_MADE,
        # The same people, encrypted, for the same service.
        Action.DATABASE_BACKED_UP,
        Action.DATABASE_RESTORED,
        Action.DATA_PURGED,
        Action.KEYS_ROTATED,
    }
)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One occasion on which the team of a trial saw a person's details."""

    at: datetime
    how: How
    trial_id: str
    site_name: str


def disclosures(session: Session, held: HeldData) -> list[Disclosure]:
    """Return all disclosures of a person's details, oldest first. A reading session is enough."""
    return sorted((one for referral in held.referrals for one in _of(session, referral)), key=lambda one: one.at)


@dataclass(frozen=True, slots=True)
class Shown:
    """A person who was shown: the reference, in which ways, how often, and first and last when."""

    reference: str
    ways: frozenset[How]
    times: int
    first: datetime
    last: datetime


_SHOWING = (*OF_REFERRAL, *NAMING_REFERRALS, *OF_TRIAL)
_AT_ONCE = 500


def shown_people(session: Session, since: datetime, until: datetime, actor: Actor | None = None) -> list[Shown]:
    """Return everybody who was shown from `since` on and before `until`, by reference; only by an actor, if given.

    Those who were deleted since are among them.
    """
    occasions: defaultdict[UUID, list[tuple[datetime, How]]] = defaultdict(list)
    for referral_id, at, how in _shown(session, events.within(session, _SHOWING, since, until, actor)):
        occasions[referral_id].append((at, how))
    of_person: defaultdict[str, list[tuple[datetime, How]]] = defaultdict(list)
    for referral_id, reference in _references(session, list(occasions)):
        of_person[reference] += occasions[referral_id]
    return [_summed(reference, seen) for reference, seen in sorted(of_person.items())]


def _summed(reference: str, seen: list[tuple[datetime, How]]) -> Shown:
    times = [at for at, _ in seen]
    return Shown(reference, frozenset(how for _, how in seen), len(seen), min(times), max(times))


def _references(session: Session, ids: list[UUID]) -> Iterator[tuple[UUID, str]]:
    for place in range(0, len(ids), _AT_ONCE):
        found = trail_queries.references(session, map(str, ids[place : place + _AT_ONCE]))
        yield from ((UUID(one), reference) for one, reference in found.items())


def _shown(session: Session, showing: Iterable[Event]) -> Iterator[tuple[UUID, datetime, How]]:
    """Yield each referral that an event showed, when and how."""
    ends = cache(partial(_ends, session))
    for event in showing:
        if event.action in OF_REFERRAL:
            yield UUID(event.subject.id), event.at, OF_REFERRAL[event.action]
        elif event.action in NAMING_REFERRALS:
            yield from ((one, event.at, NAMING_REFERRALS[event.action]) for one in events.mentioned_in(event.details))
        else:
            end = ends(event.subject).get(event.details.get("run"))
            yield from ((one.id, event.at, _handed_out(event)) for one in _exported(session, event, end))


def _exported(session: Session, export: Event, end: datetime | None) -> Iterator[StoredReferral]:
    page = Page(_AT_ONCE, newest_first=False)
    while found := referrals.of_trial(session, export.subject.id, None, page=page):
        stood = [one for one in found if one.created_at <= export.at and _stands(one, export.at)]
        of_each = state_changes.histories(session, [one.id for one in stood]) if export.details.get("states") else {}
        yield from (one for one in stood if _covers(export, end, one, of_each.get(one.id, ())))
        page = Page(_AT_ONCE, found[-1].id, newest_first=False)


def _stands(referral: StoredReferral, at: datetime) -> bool:
    """Return whether a referral was not withdrawn yet at a moment; afterwards nothing of it is shown."""
    return referral.withdrawn_at is None or at < referral.withdrawn_at


def _of(session: Session, referral: StoredReferral) -> Iterator[Disclosure]:
    for at, how in _seen(session, referral):
        if _stands(referral, at):
            yield Disclosure(at, how, referral.trial_id, referral.site_name)


def _seen(session: Session, referral: StoredReferral) -> Iterator[tuple[datetime, How]]:
    for event in events.about(session, Subject("referral", str(referral.id)), *OF_REFERRAL):
        yield event.at, OF_REFERRAL[event.action]
    for mention in events.mentions(session, referral.id, NAMING_REFERRALS):
        yield mention.at, NAMING_REFERRALS[mention.action]
    trial, changes = Subject("trial", referral.trial_id), state_changes.history(session, referral.id)
    ends = _ends(session, trial)
    for event in events.about(session, trial, *OF_TRIAL):
        end = ends.get(event.details.get("run"))
        if event.at >= referral.created_at and _covers(event, end, referral, changes):
            yield event.at, _handed_out(event)


def _handed_out(export: Event) -> How:
    """Return how people were exported; an event of an older version does not say, and its export named them."""
    return OF_TRIAL[export.action] if export.details.get("with_identity", True) else How.EXPORTED_NAMELESS


def _ends(session: Session, trial: Subject) -> Mapping[object, datetime]:
    """Return when the exports of a trial ended, by run; an end that was not recorded, as after a crash, is missing."""
    ended = events.about(session, trial, Action.EXPORT_ENDED)
    return {one.details["run"]: one.at for one in ended if "run" in one.details}


def _covers(export: Event, end: datetime | None, referral: StoredReferral, changes: Sequence[StoredChange]) -> bool:
    """Return whether an export included the referral, by the filter that was recorded for it.

    `end`: when the export ended, None where that is not known. Of its states the referral had one while it was made.
    """
    sites, states, after = (export.details.get(name) for name in ("sites", "states", "after"))
    return (
        (sites is None or referral.site_id in sites)
        and (after is None or referral.id > UUID(after))
        and (not states or not _states_within(referral, changes, export.at, end).isdisjoint(states))
    )


def _states_within(
    referral: StoredReferral, changes: Sequence[StoredChange], begin: datetime, end: datetime | None
) -> set[State]:
    """Return each state that a referral had from `begin` to `end`, or until now."""
    later = [one for one in changes if one.at > begin]
    at_first = later[0].from_state if later else referral.state
    return {at_first, *(one.to_state for one in later if end is None or one.at <= end)}
