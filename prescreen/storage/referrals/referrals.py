"""Queries about referrals, and about the criteria against which they were assessed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, select, update
from sqlalchemy.orm import Session

from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.trials import COHORTS
from prescreen.eligibility.criteria.truth import Truth
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.records import record, values_of
from prescreen.storage.base.upserts import insert_missing, insert_rows, table_of
from prescreen.storage.referrals.states import State as State
from prescreen.storage.tables import CriteriaEvidence, Lead, Referral

_REFERRALS, _LEADS = table_of(Referral), table_of(Lead)
_WITH_LEADS = select(_REFERRALS, _LEADS.c.reference, _LEADS.c.is_test).join(_LEADS, _LEADS.c.id == _REFERRALS.c.lead_id)
_BY_ID = _WITH_LEADS.where(_REFERRALS.c.id == bindparam("referral_id"))
_OF_LEAD = _WITH_LEADS.where(_REFERRALS.c.lead_id == bindparam("person")).order_by(_REFERRALS.c.id)
_OF_IDS = _WITH_LEADS.where(_REFERRALS.c.id.in_(bindparam("referral_ids", expanding=True)))


class FindingRecord(TypedDict):
    """A finding as it is stored: ids and truths (`true`, `false`, `unknown`), as `prescreen assess` prints them.

    One of a criterion that only a cohort of the trial has names the cohort: it decides nothing by itself, since the
    finding of the criterion that stands for all cohorts does.
    """

    criterion: str
    kind: str
    rule: str
    permits: str
    open_questions: list[str]
    cohort: NotRequired[str]


@dataclass(frozen=True, slots=True)
class ReferralWanted:
    """A trial and site that a person chose, with the findings, and the criteria and questions that they rest on.

    `reply_within` is what the site promises; `may_be_offered`: if it does not keep that, another site of the trial may
    be asked; `miles` is how far the person is from the site, where that is known.
    """

    trial_id: str
    site_id: str
    site_name: str
    determination: Determination
    findings: tuple[FindingRecord, ...]
    still_to_check: tuple[str, ...]
    fingerprint: str
    evidence: str
    question_ids: tuple[str, ...]
    reply_within: timedelta | None = None
    may_be_offered: bool = False
    miles: int | None = None


@dataclass(frozen=True, slots=True)
class StoredReferral:
    """A referral as it is stored, with what is shown of its lead. A withdrawn one has no findings.

    `reason` is why it is not eligible or declined; `due_at` by when the site promised to reply; `call_back_at` when the
    last call asked for another. From `offered_from` on another site may be asked, and `taken_over_by` is the referral
    there. `miles`: how far the person is from the site.
    """

    id: UUID
    lead_id: UUID
    reference: str
    is_test: bool
    trial_id: str
    site_id: str
    site_name: str
    state: State
    determination: Determination | None
    findings: tuple[FindingRecord, ...]
    still_to_check: tuple[str, ...]
    question_ids: tuple[str, ...]
    fingerprint: str
    version: int
    created_at: datetime
    withdrawn_at: datetime | None
    state_changed_at: datetime | None = None
    reason: str | None = None
    contacted_at: datetime | None = None
    due_at: datetime | None = None
    call_back_at: datetime | None = None
    offered_from: datetime | None = None
    taken_over_by: UUID | None = None
    assigned_to: UUID | None = None
    interpreter: bool | None = None
    miles: int | None = None

    @property
    def deciding(self) -> tuple[FindingRecord, ...]:
        """Return the findings that decide: all but those of criteria that only a cohort has."""
        return tuple(finding for finding in self.findings if "cohort" not in finding)

    def permitting(self, permits: str) -> tuple[FindingRecord, ...]:
        """Return the findings that decide and are `true`, `false` or `unknown`.

        In place of one of the criterion that stands for all cohorts are those of the cohorts' own criteria that are so,
        but nothing unknown of a cohort that is ruled out.
        """
        found = tuple(one for one in self.deciding if one["permits"] == permits)
        common = tuple(one for one in found if one["criterion"] != COHORTS)
        passed_over = self.shut_cohorts if permits == Truth.UNKNOWN.value else ()
        alike = (one for one in self.findings if one["permits"] == permits)
        inside = tuple(one for one in alike if "cohort" in one and one["cohort"] not in passed_over)
        return (*common, *inside) if len(common) < len(found) and inside else found

    @property
    def shut_cohorts(self) -> frozenset[str]:
        """Return the cohorts whose own criteria do not permit."""
        return frozenset(one["cohort"] for one in self.findings if "cohort" in one and one["permits"] == "false")

    @property
    def fitting_cohorts(self) -> frozenset[str]:
        """Return the cohorts with a rule all of whose own criteria permit."""
        own = [one for one in self.findings if "cohort" in one]
        return frozenset(one["cohort"] for one in own) - {one["cohort"] for one in own if one["permits"] != "true"}

    @property
    def cohorts_that_may_fit(self) -> tuple[str, ...]:
        """Return the cohorts with a rule that the person may fit, in the author's order."""
        if any(finding["permits"] == "false" for finding in self.deciding):
            return ()
        judged = dict.fromkeys(one["cohort"] for one in self.findings if "cohort" in one)
        return tuple(cohort for cohort in judged if cohort not in self.shut_cohorts)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: at most `limit` referrals, older or newer than one of them (None: from the start)."""

    limit: int
    beyond: UUID | None = None
    newest_first: bool = True


@dataclass(frozen=True, slots=True)
class Referred:
    """The person whom referrals are of."""

    lead_id: UUID
    reference: str
    is_test: bool


def add(session: Session, person: Referred, wanted: Sequence[ReferralWanted], at: datetime) -> list[StoredReferral]:
    """Store new referrals, and the criteria as evidence; return the referrals in the order they were wanted."""
    evidence = ({"fingerprint": one.fingerprint, "content": one.evidence} for one in wanted)
    insert_missing(session, CriteriaEvidence, evidence, "fingerprint")
    stored = [_new(person, one, at) for one in wanted]
    insert_rows(session, Referral, [_row(one) for one in stored])
    return stored


def _new(person: Referred, wanted: ReferralWanted, at: datetime) -> StoredReferral:
    within = wanted.reply_within
    return StoredReferral(
        id=new_id(at),
        lead_id=person.lead_id,
        reference=person.reference,
        is_test=person.is_test,
        trial_id=wanted.trial_id,
        site_id=wanted.site_id,
        site_name=wanted.site_name,
        state=State.NEW,
        determination=wanted.determination,
        findings=wanted.findings,
        still_to_check=wanted.still_to_check,
        question_ids=wanted.question_ids,
        fingerprint=wanted.fingerprint,
        version=1,
        created_at=at,
        withdrawn_at=None,
        due_at=at + within if within else None,
        # The second deadline is as long after the first as that is after the referral.
        offered_from=at + 2 * within if within and wanted.may_be_offered else None,
        miles=wanted.miles,
    )


def _row(new: StoredReferral) -> dict[str, Any]:
    """Return the row of a new referral."""
    row = {name: value for name, value in values_of(new).items() if name in _REFERRALS.c}
    lists = {name: list(row[name]) for name in ("findings", "still_to_check", "question_ids")}
    return {**row, **lists, "state": new.state.value, "determination": new.determination and new.determination.value}


def find(session: Session, referral_id: UUID) -> StoredReferral | None:
    """Return the referral with this id; None where there is none."""
    row = session.execute(_BY_ID, {"referral_id": referral_id}).first()
    return None if row is None else _stored(row)


def of_lead(session: Session, lead_id: UUID) -> list[StoredReferral]:
    """Return all referrals of a lead, oldest first, withdrawn ones included."""
    return [_stored(row) for row in session.execute(_OF_LEAD, {"person": lead_id})]


def of_ids(session: Session, referral_ids: Sequence[UUID]) -> list[StoredReferral]:
    """Return these referrals, in this order."""
    found = {row.id: _stored(row) for row in session.execute(_OF_IDS, {"referral_ids": list(referral_ids)})}
    return [found[referral_id] for referral_id in referral_ids if referral_id in found]


def set_miles(session: Session, referral_id: UUID, miles: int | None) -> None:
    """Store how many miles a person who has moved is from the site; None where that is not known.

    A withdrawn referral is left as it is.
    """
    standing = (Referral.id == referral_id, Referral.withdrawn_at.is_(None))
    session.execute(update(Referral).where(*standing).values(miles=miles))


def of_trial(
    session: Session,
    trial_id: str,
    site_ids: Collection[str] | None,
    *,
    page: Page,
    states: Collection[State] = (),
) -> list[StoredReferral]:
    """Return the referrals of a trial at these sites (None: at all) and in these states (empty: in any)."""
    which = [_REFERRALS.c.trial_id == trial_id]
    if site_ids is not None:
        which.append(_REFERRALS.c.site_id.in_(site_ids))
    if states:
        which.append(_REFERRALS.c.state.in_([state.value for state in states]))
    return _paged(session, and_(*which), page)


def _paged(session: Session, which: ColumnElement[bool], page: Page) -> list[StoredReferral]:
    number = _REFERRALS.c.id
    query = _WITH_LEADS.where(which).order_by(number.desc() if page.newest_first else number).limit(page.limit)
    if page.beyond is not None:
        query = query.where(number < page.beyond if page.newest_first else number > page.beyond)
    return [_stored(row) for row in session.execute(query)]


def _stored(row: Any) -> StoredReferral:
    return record(
        StoredReferral,
        row,
        state=State(row.state),
        determination=Determination(row.determination) if row.determination else None,
        findings=tuple(row.findings or ()),
        still_to_check=tuple(row.still_to_check or ()),
        question_ids=tuple(row.question_ids or ()),
    )


def note_first_contact(session: Session, referral_id: UUID, at: datetime) -> None:
    """Store when the person of a referral was first reached, unless that is stored already."""
    first = (Referral.id == referral_id, Referral.state == State.NEW.value, Referral.contacted_at.is_(None))
    # The version stays: nothing that a recruiter's open form shows has changed.
    session.execute(update(Referral).where(*first).values(contacted_at=at))


def withdraw(session: Session, lead_id: UUID, referral_ids: Collection[UUID], at: datetime) -> None:
    """End these referrals of a lead, erase their findings, and leave the rows as tombstones."""
    session.execute(
        update(Referral)
        .where(Referral.lead_id == lead_id, Referral.id.in_(referral_ids), Referral.withdrawn_at.is_(None))
        # An update of many rows bypasses the version counter, which a recruiter's open form relies on.
        .values(
            state=State.WITHDRAWN.value,
            withdrawn_at=at,
            state_changed_at=at,
            version=Referral.version + 1,
            **_ERASED,
        )
    )


_ERASED = dict.fromkeys(
    (
        *("determination", "findings", "still_to_check", "question_ids", "reason"),
        *("interpreter", "miles", "offered_from", "call_back_at"),
    )
)


def evidence(session: Session, fingerprint: str) -> str | None:
    """Return the stored criteria with this fingerprint, as they were; None where there are none."""
    return session.scalar(select(CriteriaEvidence.content).where(CriteriaEvidence.fingerprint == fingerprint))
