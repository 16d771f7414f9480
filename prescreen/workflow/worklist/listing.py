"""The work list of a recruiter, and the search for a person on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account, Assignment
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import reference_in
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import consents, leads
from prescreen.storage.participants.consents import Purpose, StoredConsent
from prescreen.storage.participants.contact_details import allowed_contact
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.referrals import call_log, referrals, reminders
from prescreen.storage.referrals.call_log import LastCall
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.reminders import StoredReminder
from prescreen.storage.worklist import ordering, person_search, row_details
from prescreen.storage.worklist.order_parts import OPEN as OPEN
from prescreen.storage.worklist.order_parts import PartName as PartName
from prescreen.storage.worklist.order_parts import Urgency as Urgency
from prescreen.storage.worklist.order_parts import day_end as day_end
from prescreen.storage.worklist.order_parts import parts_of as parts_of
from prescreen.storage.worklist.ordering import Order as Order
from prescreen.storage.worklist.ordering import Stretch as Stretch
from prescreen.storage.worklist.ordering import WorkListCursor as WorkListCursor
from prescreen.storage.worklist.ordering import WorkListFilters as WorkListFilters
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.referrals.referral_view import channels, relevant

PAGE = 50
EVERYBODY, FIRST_PAGE = WorkListFilters(), Stretch(Order.NEWEST, PAGE)
MOST_COUNTED = 1_000
MOST_WORDS = 6
"""The greatest number of words of a search that are looked for."""


@dataclass(frozen=True, slots=True)
class Look:
    """The recruiter's view: their trials and sites, filters, and the page of the list.

    `beside` are other lists, of which only the referrals are counted.
    """

    scope: tuple[Assignment, ...]
    wanted: WorkListFilters = EVERYBODY
    stretch: Stretch = FIRST_PAGE
    beside: tuple["Look", ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a work list. A withdrawn referral, or one whose identity the reader may not see, has no contact.

    `reminder` is the reader's own, the most urgent one.
    """

    referral: StoredReferral
    contact: Contact | None = field(repr=False)
    channels: tuple[Purpose, ...] = ()
    tags: tuple[str, ...] = ()
    keeper: str | None = None
    reminder: StoredReminder | None = None
    last_call: LastCall | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a work list. `before` and `after` are the cursors of the neighbouring pages, None where there is none.

    `count` is the number of referrals; one more than `MOST_COUNTED` stands for any greater number. `counts` are
    those of the lists beside it.
    """

    people: tuple[Listed, ...]
    count: int
    before: WorkListCursor | None = None
    after: WorkListCursor | None = None
    counts: tuple[int, ...] = ()


def scope_of(account: Account, trial_id: str | None = None, site_id: str | None = None) -> tuple[Assignment, ...]:
    """Return an account's trials and sites, or only the chosen one; empty where that is not theirs."""
    mine = account.scope
    if trial_id is not None and site_id is not None:
        theirs = any(one.covers(trial_id, site_id) for one in mine)
        return (Assignment(trial_id, site_id),) if theirs else ()
    return tuple(one for one in mine if trial_id in (None, one.trial_id))


def urgency_of(account: Account, now: datetime, zone: tzinfo) -> Urgency:
    """Return by what urgency is judged for an account: the time, and when its day ends in the service's time zone."""
    return Urgency(now, day_end(now, zone), account.id)


def work_list(database: Transactions, keys: Keys, account: Account, look: Look, now: datetime) -> Listing:
    """Return a page of the work list, once it is on record whose names it shows.

    Reading and opening what is sealed take a while, and SQLite has but one writer: only the record is a writing
    transaction, and what it says is returned after it was committed.
    """
    with database.reading() as session:
        listing = _work_list(session, keys, account, look)
    _record(database, events.Action.WORKLIST_VIEWED, account, listing.people, now)
    return listing


def _work_list(session: Session, keys: Keys, account: Account, look: Look) -> Listing:
    stretch = look.stretch
    # One more row than is shown tells whether there is a next page.
    wider = replace(stretch, limit=stretch.limit + 1)
    marks = ordering.marks(session, look.scope, look.wanted, wider)
    goes_on = len(marks) > stretch.limit
    shown = (marks[1:] if stretch.backwards else marks[:-1]) if goes_on else marks
    people = _people(session, keys, account, [mark.id for mark in shown])
    before, after = (goes_on, True) if stretch.backwards else (stretch.beyond is not None, goes_on)
    lists = [(one.scope, one.wanted) for one in (look, *look.beside)]
    count, *others = ordering.counts(session, lists, MOST_COUNTED + 1)
    return Listing(
        people=people,
        count=count,
        counts=tuple(others),
        before=shown[0] if shown and before else None,
        after=shown[-1] if shown and after else None,
    )


def find_people(database: Transactions, keys: Keys, account: Account, typed: str, now: datetime) -> Listing:
    """Find people among an account's trials and sites by name, e-mail or reference, the newest first, at most a page.

    Every word must be in the name. An account that may not see identities finds by reference alone. The search is
    recorded with the people it showed, never with what was typed, before anything is returned.
    """
    with database.reading() as session:
        found = _find_people(session, keys, account, typed)
    _record(database, events.Action.WORKLIST_SEARCHED, account, found.people, now)
    return found


def _find_people(session: Session, keys: Keys, account: Account, typed: str) -> Listing:
    scope, most = scope_of(account), PAGE + 1
    readings = [one for generation in keys.generations for one in _readings(generation, typed)]
    found = person_search.with_tokens(session, readings, scope, most) if knows_people(account) else []
    reference = reference_in(typed)
    named = person_search.with_reference(session, reference, scope, most) if reference else []
    ids = list(dict.fromkeys([*named, *found]))
    return Listing(_people(session, keys, account, ids[:PAGE]), len(ids))


def knows_people(account: Account) -> bool:
    """Return whether an account may see people's identity at any of its places."""
    return may(account, Permission.SEE_IDENTITY)


def _readings(keys: Keys, typed: str) -> list[list[bytes]]:
    if "@" in typed:
        return [[person_search.token_of_email(keys, typed)]]
    read = person_search.readings_of(typed, MOST_WORDS)
    return [person_search.tokens_of_words(keys, words) for words in read]


def _people(session: Session, keys: Keys, account: Account, ids: Sequence[UUID]) -> tuple[Listed, ...]:
    found = referrals.of_ids(session, ids)
    known = {one.id: one.lead_id for one in found if one.withdrawn_at is None and _may_know(account, one)}
    lead_ids = set(known.values())
    sealed, agreed = leads.contacts(session, lead_ids), consents.of_leads(session, lead_ids)
    tags, keepers = row_details.tags(session, ids), {one.assigned_to for one in found if one.assigned_to}
    names = row_details.names(session, keepers)
    reminded, called = reminders.earliest(session, keys.ring, ids, account.id), call_log.last_calls(session, ids)

    def listed(one: StoredReferral) -> Listed:
        contact = sealed.get(one.lead_id) if one.id in known else None
        ways = _channels(agreed.get(one.lead_id, []), one)
        return Listed(
            referral=one,
            contact=allowed_contact(open_contact(keys.ring, one.lead_id, contact), ways) if contact else None,
            channels=ways if contact else (),
            tags=tuple(tags.get(one.id, ())),
            keeper=names.get(one.assigned_to) if one.assigned_to else None,
            reminder=reminded.get(one.id),
            last_call=called.get(one.id),
        )

    return tuple(map(listed, found))


def _may_know(account: Account, referral: StoredReferral) -> bool:
    return may(account, Permission.SEE_IDENTITY, Place(referral.trial_id, referral.site_id))


def _channels(agreed: list[StoredConsent], referral: StoredReferral) -> tuple[Purpose, ...]:
    return channels(relevant(agreed, referral))


def _record(
    database: Transactions, action: events.Action, account: Account, people: Sequence[Listed], now: datetime
) -> None:
    """Record whose names are shown; a search that found no one is recorded too."""
    shown, is_search = (
        [str(one.referral.id) for one in people if one.contact],
        action is events.Action.WORKLIST_SEARCHED,
    )
    if shown or is_search:
        who = str(account.id)
        details = {events.REFERRALS: shown} | ({"hits": len(people)} if is_search else {})
        actor, subject = events.Actor(events.ActorKind.RECRUITER, who), events.Subject("recruiter", who)
        with database.writing() as session:
            events.record(session, events.Event(now, actor, action, subject, details))
