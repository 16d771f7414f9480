"""Exporting: what is wanted of a trial's referrals, who may have it, and the rows, whatever format they end in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.storage import Session, Transactions
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.base.keys import Keys
from prescreen.storage.export import export_runs
from prescreen.storage.participants import consents
from prescreen.storage.participants import stored_answers as answers
from prescreen.storage.participants.consents import GivenBy, Purpose, StoredConsent
from prescreen.storage.participants.contacts import Contact, open_contact
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import Page, State, StoredReferral
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.referrals.referral_view import channels, relevant

PAGE_SIZE = 1000


class Format(StrEnum):
    """What a file of referrals is."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    REDCAP = "redcap"


RIGHTS = {
    Format.CSV: Permission.EXPORT_CSV,
    Format.XLSX: Permission.EXPORT_XLSX,
    Format.NDJSON: Permission.EXPORT_NDJSON,
    Format.REDCAP: Permission.EXPORT_REDCAP,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export to make. `columns` are in order and without identity, unless `with_identity`.

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

    def has(self, *columns: str) -> bool:
        """Return whether one of these columns is wanted."""
        return any(column in self.columns for column in columns)


def permitted(account: Account, wanted: Wanted) -> Wanted | None:
    """Return an export narrowed to the recruiter's own sites; None where they may not have it."""
    needs = [RIGHTS[wanted.format], *([Permission.EXPORT_IDENTITY] if wanted.with_identity else [])]
    if not all(may(account, permission, Place(wanted.trial_id)) for permission in needs):
        return None
    return replace(wanted, sites=account.sites_of(wanted.trial_id))


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One referral as it is exported. A withdrawn one has nothing that was answered, judged or done since.

    `contact` is None without identity; `findings` maps each criterion to whether it permits (`true`, `false`,
    `unknown`); `consents` each purpose to the version of the wording that was agreed to; `given_by` says who agreed,
    and so whose contact details these are; `reason` is the criterion or word that explains the state.
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
    language: str | None = None
    state_changed_at: datetime | None = None
    contacted_at: datetime | None = None
    reason: str | None = None
    due_at: datetime | None = None
    miles: int | None = None
    tags: tuple[str, ...] = ()


def row_pages(database: Transactions, keys: Keys, wanted: Wanted) -> Iterator[list[ReferralRow]]:
    """Stream the referrals of a trial, oldest first, in short transactions and flat memory."""
    page = Page(PAGE_SIZE, beyond=wanted.after, newest_first=False)
    while True:
        with database.reading() as session:
            found = referrals.of_trial(session, wanted.trial_id, wanted.sites, page=page, states=wanted.states)
            rows = _Beside(session, keys, wanted, found).rows()
        if rows:
            yield rows
        if len(found) < PAGE_SIZE:
            return
        page = replace(page, beyond=found[-1].id)


class _Beside:
    """What a page of rows needs beside the referrals; what no column shows is not read."""

    def __init__(self, session: Session, keys: Keys, wanted: Wanted, found: list[StoredReferral]) -> None:
        standing = [one for one in found if one.withdrawn_at is None]
        lead_ids = {one.lead_id for one in standing}
        self._found, self._wanted, self._ring = found, wanted, keys.ring
        self._people = export_runs.people(session, lead_ids)
        self._agreed = consents.of_leads(session, lead_ids if wanted.has(*_OF_CONSENTS) else ())
        self._answers = answers.of_leads(session, lead_ids if wanted.has("answers") else ())
        self._tags = export_runs.tags(session, [one.id for one in standing] if wanted.has("tags") else ())

    def rows(self) -> list[ReferralRow]:
        """Return the rows."""
        return [_tombstone(one) if one.withdrawn_at else self._row(one) for one in self._found]

    def _row(self, referral: StoredReferral) -> ReferralRow:
        language, sealed = self._people.get(referral.lead_id, (None, None))
        identified = sealed if self._wanted.with_identity else None
        in_force = relevant(self._agreed.get(referral.lead_id, []), referral)
        return replace(
            _tombstone(referral),
            contact=open_contact(self._ring, referral.lead_id, identified) if identified else None,
            channels=channels(in_force),
            findings={finding["criterion"]: finding["permits"] for finding in referral.findings},
            answers=self._answers.get(referral.lead_id, Answers()).only(referral.question_ids),
            consents=_versions(in_force),
            given_by=_given_by(in_force),
            language=language,
            contacted_at=referral.contacted_at,
            reason=referral.reason,
            due_at=referral.due_at,
            miles=referral.miles,
            tags=tuple(self._tags.get(referral.id, ())),
        )


_OF_CONSENTS = ("channels", "consents", "consent_given_by")


def _versions(agreed: tuple[StoredConsent, ...]) -> dict[str, str]:
    """Return the latest version agreed to, by purpose and in their order."""
    given = [(one.purpose, one.version) for one in agreed]
    purposes = [purpose for purpose in Purpose if any(purpose is one for one, _ in given)]
    return {purpose.value: max(version for one, version in given if one is purpose) for purpose in purposes}


def _given_by(agreed: tuple[StoredConsent, ...]) -> GivenBy | None:
    """Say who agreed: somebody else, if anybody else ever did."""
    found = {one.given_by for one in agreed}
    return next((one for one in (GivenBy.GUARDIAN, GivenBy.ASSISTED, GivenBy.SELF) if one in found), None)


def _tombstone(referral: StoredReferral) -> ReferralRow:
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
        contact=None,
        channels=(),
        findings={},
        answers=Answers(),
        consents={},
        state_changed_at=referral.state_changed_at,
    )
