"""Exports: which referrals of a trial are wanted, who may have them, and their rows, for every format."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.base.encryption import KeyRing
from prescreen.storage.base.keys import Keys
from prescreen.storage.export import export_runs
from prescreen.storage.participants import consents
from prescreen.storage.participants import stored_answers as answers
from prescreen.storage.participants.consents import StoredConsent
from prescreen.storage.participants.contact_details import allowed_contact
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import Page, State, StoredReferral
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.referrals.referral_view import channels, relevant

PAGE_SIZE = 1000


class Format(StrEnum):
    """The format of a file of referrals. `csv-excel` is CSV with a mark by which Excel reads it as UTF-8."""

    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    REDCAP = "redcap"


RIGHTS = {
    Format.CSV: Permission.EXPORT_CSV,
    Format.CSV_EXCEL: Permission.EXPORT_CSV,
    Format.XLSX: Permission.EXPORT_XLSX,
    Format.NDJSON: Permission.EXPORT_NDJSON,
    Format.REDCAP: Permission.EXPORT_REDCAP,
}
GOES_ON = frozenset({Format.CSV, Format.CSV_EXCEL, Format.NDJSON})
"""The formats whose rest can be added to a stopped file; to half a workbook or archive it cannot."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A requested export. `columns` are in order, and without identity unless `with_identity`.

    `sites` None: all of the trial's; no `states`: all; `after`: only referrals after this one.
    """

    trial_id: str
    format: Format
    columns: tuple[str, ...]
    with_identity: bool
    reason: str
    sites: frozenset[str] | None = None
    states: frozenset[State] = frozenset()
    after: UUID | None = None


def permitted(account: Account, wanted: Wanted) -> Wanted | None:
    """Return an export restricted to the recruiter's own sites; None where they may not have it."""
    needs = [RIGHTS[wanted.format], *([Permission.EXPORT_IDENTITY] if wanted.with_identity else [])]
    if not all(may(account, permission, Place(wanted.trial_id)) for permission in needs):
        return None
    return replace(wanted, sites=account.sites_of(wanted.trial_id))


class Part(StrEnum):
    """What a row can hold beside the referral, each read from a table of its own only where a column needs it."""

    CONSENTS = "consents"
    ANSWERS = "answers"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral as it is exported. For a withdrawn one, nothing beside the referral is read.

    `contact` is None without identity, and holds only the details that may leave; `agreed` are the consents in force
    that name this trial and site, or no site.
    """

    referral: StoredReferral
    language: str | None = None
    contact: Contact | None = field(default=None, repr=False)
    agreed: tuple[StoredConsent, ...] = ()
    answers: Answers = field(default=Answers(), repr=False)
    tags: tuple[str, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the referral was not withdrawn."""
        return self.referral.withdrawn_at is None


def row_pages(
    database: Transactions, keys: Keys, wanted: Wanted, parts: Collection[Part] = tuple(Part)
) -> Iterator[list[ReferralRow]]:
    """Yield pages of a trial's referrals, oldest first, in short transactions and constant memory."""
    page = Page(PAGE_SIZE, beyond=wanted.after, newest_first=False)
    while True:
        with database.reading_apart() as session:
            found = referrals.of_trial(session, wanted.trial_id, wanted.sites, page=page, states=wanted.states)
            ring = keys.ring if wanted.with_identity else None
            rows = _rows(session, ring, found, parts)
        if rows:
            yield rows
        if len(found) < PAGE_SIZE:
            return
        page = replace(page, beyond=found[-1].id)


def _rows(
    session: Session, ring: KeyRing | None, found: list[StoredReferral], parts: Collection[Part]
) -> list[ReferralRow]:
    standing = {one.id: one.lead_id for one in found if one.withdrawn_at is None}
    lead_ids = set(standing.values())
    people = export_runs.people(session, lead_ids)
    # Consents also decide which contact details may leave.
    agreed = consents.of_leads(session, lead_ids) if ring or Part.CONSENTS in parts else {}
    answered = answers.of_leads(session, lead_ids) if Part.ANSWERS in parts else {}
    tags = export_runs.tags(session, standing) if Part.TAGS in parts else {}

    def row(referral: StoredReferral) -> ReferralRow:
        lead_id = referral.lead_id
        language, sealed = people.get(lead_id, (None, None))
        given = relevant(agreed.get(lead_id, []), referral)
        contact = open_contact(ring, lead_id, sealed) if ring and sealed else None
        return ReferralRow(
            referral,
            language=language,
            contact=allowed_contact(contact, channels(given)) if contact else None,
            agreed=given if Part.CONSENTS in parts else (),
            answers=answered.get(lead_id, Answers()).only(referral.question_ids),
            tags=tuple(tags.get(referral.id, ())),
        )

    return [row(one) if one.id in standing else ReferralRow(one) for one in found]
