"""The tables. Nobody but the query modules beside this package knows them.

Every time-ordered id is made here (`identifiers.new_id`); trial ids lead the indexes that a trial's work list uses.
"""

from prescreen.storage.models.accounts import AccountInvitation as AccountInvitation
from prescreen.storage.models.accounts import RecoveryCode as RecoveryCode
from prescreen.storage.models.accounts import Recruiter as Recruiter
from prescreen.storage.models.accounts import RecruiterRight as RecruiterRight
from prescreen.storage.models.accounts import RecruiterSession as RecruiterSession
from prescreen.storage.models.accounts import RecruiterTrial as RecruiterTrial
from prescreen.storage.models.accounts import SignInAttempt as SignInAttempt
from prescreen.storage.models.base import Base as Base
from prescreen.storage.models.people import Consent as Consent
from prescreen.storage.models.people import ConsentWording as ConsentWording
from prescreen.storage.models.people import Invitation as Invitation
from prescreen.storage.models.people import KnownSubmission as KnownSubmission
from prescreen.storage.models.people import Lead as Lead
from prescreen.storage.models.people import OutboxLetter as OutboxLetter
from prescreen.storage.models.people import PackedAnswers as PackedAnswers
from prescreen.storage.models.people import SearchToken as SearchToken
from prescreen.storage.models.people import StoredAnswer as StoredAnswer
from prescreen.storage.models.referrals import CriteriaEvidence as CriteriaEvidence
from prescreen.storage.models.referrals import ExportRun as ExportRun
from prescreen.storage.models.referrals import LogEntry as LogEntry
from prescreen.storage.models.referrals import Referral as Referral
from prescreen.storage.models.referrals import ReferralChange as ReferralChange
from prescreen.storage.models.referrals import ReferralTag as ReferralTag
from prescreen.storage.models.referrals import ReferralTick as ReferralTick
from prescreen.storage.models.referrals import Reminder as Reminder
from prescreen.storage.models.trails import AuditEvent as AuditEvent
from prescreen.storage.models.trails import AuditLink as AuditLink
from prescreen.storage.models.trails import CounterRow as CounterRow
from prescreen.storage.models.trails import CriterionNote as CriterionNote

EVERY_SITE = "*"
