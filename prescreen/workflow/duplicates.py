"""Who left the same e-mail address more than once, as far as a recruiter may know."""

from prescreen.storage import Session, consents, leads, referrals
from prescreen.storage.consents import Purpose, StoredConsent
from prescreen.storage.leads import StoredLead
from prescreen.storage.recruiters import Account
from prescreen.storage.referrals import StoredReferral
from prescreen.workflow.policy import Permission, Place, may

_MOST = 20
"""How many leads with one address are looked at, the newest first."""


def same_email(
    session: Session, recruiter: Account, referral: StoredReferral, lead: StoredLead
) -> tuple[StoredReferral, ...]:
    """Give the other referrals of this lead, and of leads who confirmed the same address.

    Only those to the recruiter's own trials and sites that the person agreed to and still agrees to. Of others it gives
    nothing, not even that there are any.
    """
    alike = leads.with_email(session, lead.email_index, _MOST) if lead.email_index else []
    lead_ids = list(dict.fromkeys((lead.id, *(one.id for one in alike))))
    agreed = consents.of_leads(session, lead_ids)
    found = [one for lead_id in lead_ids for one in referrals.of_lead(session, lead_id) if one.id != referral.id]
    return tuple(one for one in found if _may_be_told(recruiter, one, agreed.get(one.lead_id, [])))


def _may_be_told(recruiter: Account, other: StoredReferral, agreed: list[StoredConsent]) -> bool:
    place = Place(other.trial_id, other.site_id)
    shared = any(
        one.purpose is Purpose.SHARE
        and one.withdrawn_at is None
        and (one.trial_id, one.site_id) == (other.trial_id, other.site_id)
        for one in agreed
    )
    return shared and other.withdrawn_at is None and may(recruiter, Permission.SEE_IDENTITY, place)
