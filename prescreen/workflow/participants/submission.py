"""Submission: a person who consented leaves contact details and is referred to the trials they chose."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from prescreen.eligibility.assessment.answers import Answers
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.storage import Session
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.cohort import packed_answers
from prescreen.storage.participants import consents, leads, submissions
from prescreen.storage.participants import stored_answers as answers
from prescreen.storage.participants.consents import ConsentGiven as ConsentGiven
from prescreen.storage.participants.consents import Purpose as Purpose
from prescreen.storage.participants.consents import StoredConsent
from prescreen.storage.participants.contacts import Contact as Contact
from prescreen.storage.participants.contacts import seal_contact
from prescreen.storage.participants.leads import StoredLead
from prescreen.storage.participants.submissions import StoredSubmission
from prescreen.storage.referrals import referrals
from prescreen.storage.referrals.referrals import FindingRecord as FindingRecord
from prescreen.storage.referrals.referrals import ReferralWanted as ReferralWanted
from prescreen.storage.referrals.referrals import Referred, StoredReferral
from prescreen.storage.worklist import person_search
from prescreen.workflow.participants.data_subject_rights import HeldData


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person sends. `id` is random and made with the form; `content_digest` covers all of it.

    `earlier_digests` cover the same under earlier keys. `bank` holds the questions as they were answered; others stay
    unknown to later trials. `entered_by` is the recruiter who enters it for a person on the phone; None where the
    person sends it.
    """

    id: str
    content_digest: str
    contact: Contact = field(repr=False)
    consents: tuple[ConsentGiven, ...]
    referrals: tuple[ReferralWanted, ...]
    answers: Answers = field(repr=False)
    is_test: bool
    submitted_at: datetime
    bank: QuestionBank = QuestionBank({})  # noqa: RUF009 - never changed
    entered_by: UUID | None = None
    earlier_digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the person is told. `replayed`: this submission had been stored before.

    `stored` is what is held of a person who was stored just now, as `held_data` would read it; None for a replay.
    """

    lead_id: UUID
    reference: str
    replayed: bool
    stored: HeldData | None = field(default=None, repr=False, compare=False)


class SubmissionConflictError(Exception):
    """Raised for a second content under one submission id: a form that was sent, changed and sent again."""

    def __init__(self, submission_id: str) -> None:
        self.submission_id = submission_id
        super().__init__(
            f"submission {submission_id} was stored with other content; "
            "show the person what is held and offer a new form"
        )


class ConsentMissingError(ValueError):
    """Raised for a referral to a trial and site that the person did not agree to."""

    def __init__(self, trial_id: str, site_id: str) -> None:
        self.trial_id, self.site_id = trial_id, site_id
        super().__init__(f"no consent names trial {trial_id} at site {site_id}; ask for it before referring")


def submit(session: Session, keys: Keys, submission: Submission) -> Receipt:
    """Store a lead with consents, answers and referrals, and return the receipt. Idempotent.

    The same submission again stores nothing and returns the same receipt, even in a race or after the lead was deleted.
    Raise SubmissionConflictError for a known id with other content, ConsentMissingError for a referral without consent.
    """
    _refuse_without_consent(submission)
    lead_id, reference = new_id(submission.submitted_at), leads.free_reference(session)
    known = submissions.claim(session, _to_remember(submission, lead_id, reference))
    if known.lead_id == lead_id:
        return Receipt(lead_id, reference, replayed=False, stored=_store(session, keys, submission, known))
    if known.content_digest not in (submission.content_digest, *submission.earlier_digests):
        raise SubmissionConflictError(submission.id)
    return Receipt(known.lead_id, known.reference, replayed=True)


def earlier_receipt(session: Session, submission_id: str, digests: Collection[str]) -> Receipt | None:
    """Return the receipt of a submission that was stored before, None for a new one. A reading session is enough.

    `digests` are those of what was sent now, under the present and earlier keys.
    Raise SubmissionConflictError where it was stored with other content.
    """
    known = submissions.find(session, submission_id)
    if known is None:
        return None
    if known.content_digest not in digests:
        raise SubmissionConflictError(submission_id)
    return Receipt(known.lead_id, known.reference, replayed=True)


def _refuse_without_consent(submission: Submission) -> None:
    shared = {(one.trial_id, one.site_id) for one in submission.consents if one.purpose == Purpose.SHARE}
    for wanted in submission.referrals:
        if (wanted.trial_id, wanted.site_id) not in shared:
            raise ConsentMissingError(wanted.trial_id, wanted.site_id)


def _to_remember(submission: Submission, lead_id: UUID, reference: str) -> StoredSubmission:
    return StoredSubmission(submission.id, submission.content_digest, lead_id, reference, submission.submitted_at)


def _store(session: Session, keys: Keys, submission: Submission, known: StoredSubmission) -> HeldData:
    """Store what was sent under the ids that were claimed for it, and return it: reading it again would take longer."""
    at, lead = submission.submitted_at, _lead(keys, submission, known)
    leads.add(session, lead)
    person_search.add(session, lead.id, person_search.tokens_of(keys, submission.contact))
    agreed = consents.add(session, lead.id, submission.consents, at)
    kept = _answers_to_keep(submission)
    answers.keep(session, lead.id, kept)
    if _allows_future(submission) and not submission.is_test:
        packed_answers.keep(session, lead.id, packed_answers.packed(submission.bank, submission.answers))
    person = Referred(lead.id, lead.reference, lead.is_test)
    referred = referrals.add(session, person, submission.referrals, at)
    events.record(session, _event(submission, lead.id, [one.id for one in referred]))
    return _held(submission, lead, agreed, referred, kept)


def _held(
    submission: Submission,
    lead: StoredLead,
    agreed: Iterable[StoredConsent],
    referred: Iterable[StoredReferral],
    kept: Answers,
) -> HeldData:
    return HeldData(
        lead_id=lead.id,
        reference=lead.reference,
        is_test=lead.is_test,
        created_at=lead.created_at,
        link_generation=lead.link_generation,
        contact=submission.contact,
        consents=tuple(agreed),
        referrals=tuple(sorted(referred, key=lambda one: one.id)),
        answers=kept,
        entered_by=lead.entered_by,
    )


def _lead(keys: Keys, submission: Submission, known: StoredSubmission) -> StoredLead:
    return StoredLead(
        id=known.lead_id,
        reference=known.reference,
        contact=seal_contact(keys.ring, known.lead_id, submission.contact),
        email_index=None,
        language=submission.contact.language,
        is_test=submission.is_test,
        created_at=submission.submitted_at,
        entered_by=submission.entered_by,
    )


def _answers_to_keep(submission: Submission) -> Answers:
    if _allows_future(submission):
        return submission.answers
    used = (question_id for wanted in submission.referrals for question_id in wanted.question_ids)
    return submission.answers.only(tuple(used))


def _allows_future(submission: Submission) -> bool:
    return any(one.purpose == Purpose.FUTURE for one in submission.consents)


def _event(submission: Submission, lead_id: UUID, referral_ids: list[UUID]) -> events.Event:
    if submission.entered_by is None:
        by, action = events.participant(lead_id), events.Action.LEAD_SUBMITTED
    else:
        by, action = events.recruiter(submission.entered_by), events.Action.LEAD_ENTERED
    details = {
        "consents": [str(one.purpose) for one in submission.consents],
        events.REFERRALS: [str(referral_id) for referral_id in referral_ids],
    }
    return events.Event(submission.submitted_at, by, action, events.lead(lead_id), details)
