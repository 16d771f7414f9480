"""Reassignment: another site of the trial takes over a referral that its site left unanswered, if the person agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from prescreen.eligibility.criteria.trials import Site
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.participants import consents, person_lock
from prescreen.storage.participants.consents import Purpose, StoredConsent
from prescreen.storage.referrals import reassignments, referrals, state_changes
from prescreen.storage.referrals.reassignments import OfferedReferral
from prescreen.storage.referrals.referrals import ReferralWanted, Referred, StoredReferral
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.participants.participant_letters import Desk, tell_of_succession

MOST_OFFERS = 100
"""At most how many offers are shown, those that wait longest."""

OpenSites = Mapping[str, Sequence[Site]]
"""The sites of each trial that are open to people today."""


class ReassignmentOutcome(StrEnum):
    """The result of taking over a referral. Gone: it is not on offer (any more); refused: it is not theirs to take."""

    TAKEN = "taken"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Offer:
    """A referral on offer, and the recruiter's sites that may take it over."""

    referral: OfferedReferral
    sites: tuple[Site, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A referral that a recruiter wants to take over, and the open site for it; None where there is no such site."""

    referral_id: UUID
    trial_id: str
    site: Site | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of taking over; `referral_id` is the new referral where it succeeded, else None."""

    outcome: ReassignmentOutcome
    referral_id: UUID | None = None


def offers_to(session: Session, recruiter: Account, open_sites: OpenSites, desk: Desk) -> list[Offer]:
    """Return the referrals on offer to a recruiter's sites, without identity. A reading session is enough."""
    found = reassignments.waiting(session, recruiter.trial_ids, desk.now, MOST_OFFERS)
    asked = reassignments.sites_asked(session, {one.lead_id for one in found})
    made = [Offer(one, _sites(recruiter, one, open_sites, asked)) for one in found]
    return [offer for offer in made if offer.sites]


def _sites(
    recruiter: Account, one: OfferedReferral, open_sites: OpenSites, asked: set[tuple[UUID, str, str]]
) -> tuple[Site, ...]:
    """Return the recruiter's open sites of the trial to which the person was never referred."""
    return tuple(
        site
        for site in open_sites.get(one.trial_id, ())
        if may(recruiter, Permission.WORK_REFERRALS, Place(one.trial_id, site.id))
        and (one.lead_id, one.trial_id, site.id) not in asked
    )


def take_over(session: Session, recruiter: Account, wish: Wish, desk: Desk) -> Taken:
    """Refer the person to a site in place of the one that did not answer, and tell the person.

    The findings are copied unchanged. In a race between two sites exactly one succeeds. An attempt to take a referral
    that is not theirs is recorded.
    """
    person_lock.hold_behind(session, [wish.referral_id])
    old = referrals.find(session, wish.referral_id)
    if old is None or wish.site is None or not _may_take(recruiter, old, wish):
        _record(session, recruiter, events.Action.REFERRAL_REFUSED, wish.referral_id, desk)
        return Taken(ReassignmentOutcome.REFUSED)
    desk = replace(desk, now=state_changes.moment_after(session, old.id, desk.now))
    share = _share(session, old, wish.site, desk)
    if share is None or not reassignments.end(session, old.id, recruiter.id, desk.now):
        return Taken(ReassignmentOutcome.GONE)
    person = Referred(old.lead_id, old.reference, old.is_test)
    (successor,) = referrals.add(session, person, [_wanted(session, old, wish.site)], desk.now)
    reassignments.name_successor(session, old.id, successor.id)
    consents.keep_another(session, old.lead_id, share)
    _record(session, recruiter, events.Action.REFERRAL_TAKEN_OVER, old.id, desk, by=str(successor.id))
    _record(session, recruiter, events.Action.REFERRAL_RECEIVED, successor.id, desk, instead_of=str(old.id))
    tell_of_succession(session, desk, old, successor.id)
    return Taken(ReassignmentOutcome.TAKEN, successor.id)


def _may_take(recruiter: Account, old: StoredReferral, wish: Wish) -> bool:
    place = Place(wish.trial_id, wish.site.id if wish.site else None)
    return old.trial_id == wish.trial_id and may(recruiter, Permission.WORK_REFERRALS, place)


def _share(session: Session, old: StoredReferral, site: Site, desk: Desk) -> StoredConsent | None:
    """Return the consent to share with the new site, based on the newest consent that another site may be asked.

    None where no such consent is in force, or the person was referred to that site before.
    """
    given = consents.of_lead(session, old.lead_id)
    grounds = [one for one in given if one.purpose is Purpose.ANOTHER_SITE and one.withdrawn_at is None]
    if not grounds or (old.lead_id, old.trial_id, site.id) in reassignments.sites_asked(session, {old.lead_id}):
        return None
    return replace(grounds[-1], purpose=Purpose.SHARE, trial_id=old.trial_id, site_id=site.id, given_at=desk.now)


def _wanted(session: Session, old: StoredReferral, site: Site) -> ReferralWanted:
    """Return the referral to the new site; if that does not answer either, the new referral goes on offer as well."""
    if old.determination is None:
        raise ValueError(f"referral {old.id} was withdrawn and says nothing of what was judged")
    return ReferralWanted(
        trial_id=old.trial_id,
        site_id=site.id,
        site_name=site.name,
        determination=old.determination,
        findings=old.findings,
        still_to_check=old.still_to_check,
        fingerprint=old.fingerprint,
        evidence=referrals.evidence(session, old.fingerprint) or "",
        question_ids=old.question_ids,
        reply_within=None if site.reply_within is None else timedelta(days=site.reply_within),
        may_be_offered=True,
    )


def _record(
    session: Session, recruiter: Account, action: events.Action, referral_id: UUID, desk: Desk, **details: str
) -> None:
    by, of = events.recruiter(recruiter.id), events.referral(referral_id)
    events.record(session, events.Event(desk.now, by, action, of, details))
