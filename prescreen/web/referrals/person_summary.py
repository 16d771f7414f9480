"""The summary of one person: whom to reach and why now, how, what to ask, and what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.storage.participants.contact_details import address_for
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import CHANNELS, GivenBy, Purpose
from prescreen.storage.referrals.call_log import LastCall
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.accounts.consent_wording import GIVEN_BY_WORDS, PURPOSE_WORDS, GivenByWords
from prescreen.web.accounts.staff_wording import FITS, STATES, Done, Today, Why, language_name, trial_title, why_now
from prescreen.web.assessment.call_script import HEADINGS, Script, read_script
from prescreen.web.assessment.findings import (
    Case,
    FindingRead,
    GroupRead,
    determination_today,
    read_findings,
    read_groups,
)
from prescreen.web.participants.contact_form import contact_times
from prescreen.workflow.participants.phone_numbers import has_extension
from prescreen.workflow.referrals.call_log import CallOutcome
from prescreen.workflow.referrals.referral_view import ReferralView

_FEW = 4
"""As many findings are shown at once, if there are so many, though they be clear."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person may be reached. Details without consent are None, so that no page can show them.

    `rings` and `texts` are the number, for calls and for text messages; `refused` names the ways not agreed to. A
    number with an extension takes no texts, `takes_no_texts`.
    `wrong_number_at`: when the last call found that the number is not theirs.
    `language` is the one they chose, None where that is English. `disowned_at`: when the owner of the e-mail address
    said that it is not theirs.
    """

    rings: str | None = field(repr=False)
    texts: str | None = field(repr=False)
    email: str | None = field(repr=False)
    refused: tuple[str, ...]
    no_phone: bool
    takes_no_texts: bool
    disowned_at: datetime | None
    wrong_number_at: datetime | None
    best_time: str | None
    language: str | None
    postal_code: str | None = field(repr=False)

    @property
    def ways(self) -> tuple[str, ...]:
        """Return the names of the ways in which the person can be reached."""
        kept = {Purpose.PHONE: self.rings, Purpose.TEXT: self.texts, Purpose.EMAIL: self.email}
        return tuple(PURPOSE_WORDS[way] for way, address in kept.items() if address)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another referral: to another trial or site, or of another lead with the same e-mail address."""

    referral: StoredReferral
    trial_title: str
    state: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that a recruiter reads about one person, but the record.

    `fits_today` is the result of the same answers today, None where it is unchanged; `to_discuss` are the findings to
    look at, `clear` the others, and `groups` those of each group of people whom the trial takes. `why` is why it is now
    that somebody should call, as the work list says it; `reached_but_new`: the person was reached, and the referral is
    still new.
    """

    view: ReferralView
    trial_title: str
    fits: tuple[str, str] | None
    fits_today: tuple[str, str] | None
    why: Why
    judged_at: datetime
    state: str
    reach: Reach | None
    given_by: GivenByWords
    to_discuss: tuple[FindingRead, ...]
    clear: tuple[FindingRead, ...]
    groups: tuple[GroupRead, ...]
    script: Script
    reached_but_new: bool
    same_person: tuple[Elsewhere, ...]
    same_email: tuple[Elsewhere, ...]


def read_sheet(case: Case, today: Today) -> Sheet:
    """Return everything that a recruiter reads about one person, in the wording against which they were assessed."""
    view, referral, catalog = case.view, case.view.referral, today.catalog
    zone = catalog.service.timezone
    reach = _reach(view, view.contact, zone) if view.contact else None
    to_discuss, clear = _divided(read_findings(case))
    return Sheet(
        view=view,
        trial_title=trial_title(catalog, referral.trial_id, case.evidence),
        fits=FITS[referral.determination] if referral.determination else None,
        fits_today=_fits_today(case, referral.determination),
        why=why_now(referral, Done(_last_call(view), view.reminder), today),
        judged_at=referral.created_at.astimezone(zone),
        state=STATES[referral.state],
        reach=reach,
        given_by=GIVEN_BY_WORDS[view.consents[0].given_by if view.consents else GivenBy.SELF],
        to_discuss=to_discuss,
        clear=clear,
        groups=read_groups(case),
        script=read_script(case, _asking(reach)),
        reached_but_new=referral.state is State.NEW
        and any(one.call.outcome is CallOutcome.REACHED for one in view.calls),
        same_person=tuple(_elsewhere(one, catalog) for one in view.same_email if one.lead_id == referral.lead_id),
        same_email=tuple(_elsewhere(one, catalog) for one in view.same_email if one.lead_id != referral.lead_id),
    )


def _last_call(view: ReferralView) -> LastCall | None:
    last = next(iter(view.calls), None)
    return LastCall(last.at, last.call.outcome, last.call.call_back_at) if last else None


def _divided(findings: Sequence[FindingRead]) -> tuple[tuple[FindingRead, ...], tuple[FindingRead, ...]]:
    """Return the findings to look at, filled up with clear ones where they are few, and the other clear ones."""
    clear = [one for one in findings if one.is_clear]
    to_discuss = [one for one in findings if not one.is_clear]
    beside = max(0, _FEW - len(to_discuss))
    return (*to_discuss, *clear[:beside]), tuple(clear[beside:])


def _asking(reach: Reach | None) -> str:
    """Return how to ask what is asked by phone where that is agreed to: else by the other ways, or at the visit."""
    if reach is None or not reach.ways:
        return "Ask at the visit"
    return HEADINGS[CheckedBy.PHONE] if reach.rings else f"Ask by {', '.join(reach.ways)} or at the visit"


def _fits_today(case: Case, then: Determination | None) -> tuple[str, str] | None:
    now = determination_today(case)
    return FITS[now] if now is not None and then is not None and now is not then else None


def _reach(view: ReferralView, contact: Contact, zone: tzinfo) -> Reach:
    agreed, language, last = view.channels, contact.language, _last_call(view)
    texts = address_for(contact, Purpose.TEXT, agreed)
    takes_no_texts = texts is not None and has_extension(texts)
    return Reach(
        rings=address_for(contact, Purpose.PHONE, agreed),
        texts=None if takes_no_texts else texts,
        email=address_for(contact, Purpose.EMAIL, agreed),
        refused=tuple(PURPOSE_WORDS[one] for one in CHANNELS if one not in agreed),
        no_phone=view.no_phone,
        takes_no_texts=takes_no_texts,
        disowned_at=view.disowned_at.astimezone(zone) if view.disowned_at else None,
        wrong_number_at=last.at if last and last.outcome is CallOutcome.WRONG_NUMBER else None,
        best_time=contact_times().get(contact.best_time or "", contact.best_time),
        language=None if language == DEFAULT_LANGUAGE else language_name(language),
        postal_code=contact.postal_code,
    )


def _elsewhere(referral: StoredReferral, catalog: Catalog) -> Elsewhere:
    return Elsewhere(referral, trial_title(catalog, referral.trial_id), STATES[referral.state])
