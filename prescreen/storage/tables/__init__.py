"""The tables. Only the query modules of `storage` use them.

Every time-ordered id is made by `identifiers.new_id`; trial ids lead the indexes that a trial's work list uses.
"""

from prescreen.storage.tables.accounts import AccountInvitation as AccountInvitation
from prescreen.storage.tables.accounts import KnownAddress as KnownAddress
from prescreen.storage.tables.accounts import KnownBrowser as KnownBrowser
from prescreen.storage.tables.accounts import RecoveryCode as RecoveryCode
from prescreen.storage.tables.accounts import Recruiter as Recruiter
from prescreen.storage.tables.accounts import RecruiterRight as RecruiterRight
from prescreen.storage.tables.accounts import RecruiterSession as RecruiterSession
from prescreen.storage.tables.accounts import RecruiterTrial as RecruiterTrial
from prescreen.storage.tables.accounts import SavedView as SavedView
from prescreen.storage.tables.accounts import SignInAttempt as SignInAttempt
from prescreen.storage.tables.audit_and_statistics import AuditEvent as AuditEvent
from prescreen.storage.tables.audit_and_statistics import AuditLink as AuditLink
from prescreen.storage.tables.audit_and_statistics import AuditMention as AuditMention
from prescreen.storage.tables.audit_and_statistics import CounterRow as CounterRow
from prescreen.storage.tables.audit_and_statistics import CriterionNote as CriterionNote
from prescreen.storage.tables.audit_and_statistics import Heartbeat as Heartbeat
from prescreen.storage.tables.audit_and_statistics import KeyCheck as KeyCheck
from prescreen.storage.tables.audit_and_statistics import VisitorPosts as VisitorPosts
from prescreen.storage.tables.base import Base as Base
from prescreen.storage.tables.editions import CriteriaEdition as CriteriaEdition
from prescreen.storage.tables.participants import Consent as Consent
from prescreen.storage.tables.participants import ConsentWording as ConsentWording
from prescreen.storage.tables.participants import Invitation as Invitation
from prescreen.storage.tables.participants import KnownSubmission as KnownSubmission
from prescreen.storage.tables.participants import Lead as Lead
from prescreen.storage.tables.participants import Mailbox as Mailbox
from prescreen.storage.tables.participants import OutboxLetter as OutboxLetter
from prescreen.storage.tables.participants import PackedAnswers as PackedAnswers
from prescreen.storage.tables.participants import SearchToken as SearchToken
from prescreen.storage.tables.participants import StoredAnswer as StoredAnswer
from prescreen.storage.tables.referrals import CallReminder as CallReminder
from prescreen.storage.tables.referrals import CriteriaEvidence as CriteriaEvidence
from prescreen.storage.tables.referrals import ExportRun as ExportRun
from prescreen.storage.tables.referrals import LogEntry as LogEntry
from prescreen.storage.tables.referrals import Referral as Referral
from prescreen.storage.tables.referrals import ReferralChange as ReferralChange
from prescreen.storage.tables.referrals import ReferralTag as ReferralTag
from prescreen.storage.tables.referrals import ReferralTick as ReferralTick
from prescreen.storage.tables.referrals import Reminder as Reminder
from prescreen.storage.tables.registry import RegistryRecord as RegistryRecord

EVERY_SITE = "*"
