"""Exporting: the referrals of a trial as a stream of rows, whatever format they end in."""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.answers import Answers
from prescreen.storage import Session, Transactions, answers, audit, consents, leads, referrals
from prescreen.storage.consents import GivenBy, Purpose, StoredConsent
from prescreen.storage.contacts import Contact, open_contact
from prescreen.storage.keys import Keys
from prescreen.storage.recruiters import Account
from prescreen.storage.referrals import Page, StoredReferral
from prescreen.workflow.recruiting import channels, relevant

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """Who exports, and from which sites (None: all of the trial's)."""

    actor: audit.Actor
    site_ids: frozenset[str] | None = None


def recruiters_scope(recruiter: Account, trial_id: str) -> Scope | None:
    """Give what a recruiter may export of a trial; None where it is not theirs."""
    site_ids = recruiter.sites_of(trial_id)
    if site_ids is not None and not site_ids:
        return None
    return Scope(audit.Actor(audit.ActorKind.RECRUITER, str(recruiter.id)), site_ids)


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral as it is exported. A withdrawn one has None for identity and nothing that was answered or judged.

    `findings` maps each criterion to whether it permits (`true`, `false`, `unknown`); `consents` each purpose to the
    version of the wording that was agreed to; `given_by` says who agreed, and so whose contact details these are.
    """

    reference: str
    referral_id: UUID
    trial_id: str
    site_id: str
    site_name: str
    state: str
    determination: str | None
    created_at: datetime
    is_test: bool
    contact: Contact | None = field(repr=False)
    channels: tuple[Purpose, ...]
    findings: Mapping[str, str]
    answers: Answers = field(repr=False)
    consents: Mapping[str, str]
    given_by: GivenBy | None = None


def export_rows(
    database: Transactions, keys: Keys, trial_id: str, scope: Scope, now: datetime
) -> Generator[ReferralRow, None, None]:
    """Stream the referrals of a trial, oldest first, in short transactions and flat memory.

    The start is on record before the first row leaves; how many rows left is recorded at the end, also where the reader
    stops early.
    """
    begun = audit.Event(now, scope.actor, audit.Action.EXPORT_STARTED, audit.Subject("trial", trial_id), _filter(scope))
    with database.writing() as session:
        audit.record(session, begun)
    return _counted(database, begun, _rows(database, keys, trial_id, scope))


def _filter(scope: Scope) -> dict[str, object]:
    return {"sites": None if scope.site_ids is None else sorted(scope.site_ids)}


def _counted(
    database: Transactions, begun: audit.Event, rows: Iterator[ReferralRow]
) -> Generator[ReferralRow, None, None]:
    count = 0
    try:
        for row in rows:
            count += 1
            yield row
    finally:
        ended = replace(begun, action=audit.Action.EXPORT_ENDED, details={**begun.details, "rows": count})
        with database.writing() as session:
            audit.record(session, ended)


def _rows(database: Transactions, keys: Keys, trial_id: str, scope: Scope) -> Iterator[ReferralRow]:
    page = Page(PAGE_SIZE, newest_first=False)
    while True:
        with database.reading() as session:
            found = referrals.of_trial(session, trial_id, scope.site_ids, page=page)
            rows = _with_people(session, keys, found)
        yield from rows
        if len(found) < PAGE_SIZE:
            return
        page = replace(page, beyond=found[-1].id)


def _with_people(session: Session, keys: Keys, found: list[StoredReferral]) -> list[ReferralRow]:
    lead_ids = {one.lead_id for one in found if one.withdrawn_at is None}
    people = leads.contacts(session, lead_ids)
    agreed, answered = consents.of_leads(session, lead_ids), answers.of_leads(session, lead_ids)
    rows = []
    for one in found:
        sealed = people.get(one.lead_id) if one.withdrawn_at is None else None
        contact = open_contact(keys.ring, one.lead_id, sealed) if sealed else None
        in_force = relevant(agreed.get(one.lead_id, []), one) if contact else ()
        rows.append(_row(one, contact, in_force, answered.get(one.lead_id, Answers()).only(one.question_ids)))
    return rows


def _row(
    referral: StoredReferral, contact: Contact | None, in_force: tuple[StoredConsent, ...], given: Answers
) -> ReferralRow:
    return ReferralRow(
        reference=referral.reference,
        referral_id=referral.id,
        trial_id=referral.trial_id,
        site_id=referral.site_id,
        site_name=referral.site_name,
        state=referral.state,
        determination=referral.determination,
        created_at=referral.created_at,
        is_test=referral.is_test,
        contact=contact,
        channels=channels(in_force),
        findings={finding["criterion"]: finding["permits"] for finding in referral.findings},
        answers=given,
        consents={one.purpose: one.version for one in in_force},
        given_by=in_force[0].given_by if in_force else None,
    )
