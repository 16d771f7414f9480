"""The private page of a person who left contact details: everything that is held, with ways to withdraw it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.participants.consents import StoredConsent, wordings
from prescreen.storage.participants.purposes import CHANNELS, OPTIONAL, GivenBy, Purpose
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.web.base.form_fields import Choice, Identifier, Tick
from prescreen.web.base.formatting import day
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.language import say
from prescreen.web.base.request_context import address_of, catalog, desk, local, now, resources, today
from prescreen.web.base.state_wording import STATE_WORDS
from prescreen.web.interview.answer_cookie import forget_everything
from prescreen.web.notices.consent_wording import GIVEN_BY_WORDS, PURPOSE_WORDS
from prescreen.web.notices.privacy_notice import version_of
from prescreen.web.participants.answers_held import answer_groups
from prescreen.web.participants.contact_form import contact_languages, contact_times
from prescreen.web.participants.participant_session import (
    held_and_signed,
    held_here,
    is_renewed_here,
    keep_open,
    link_ended,
    signature_for,
)
from prescreen.web.participants.submission import consent_in_force, consent_shown, may_ask_another_site, trial_shown
from prescreen.workflow.participants.data_subject_rights import HeldData, delete, held_data, withdraw, withdraw_consent
from prescreen.workflow.participants.disclosures import Disclosure, How, disclosures
from prescreen.workflow.participants.email_confirmation import disowned_at
from prescreen.workflow.participants.participant_letters import fresh_token, tell_of_end
from prescreen.workflow.participants.private_links import LINK_LASTS, lead_behind
from prescreen.workflow.participants.referral_evidence import questions_as_asked


@dataclass(frozen=True, slots=True)
class Waiting:
    """An invitation to a trial that is open today, the sites to choose from, and a fingerprint of what is shown."""

    id: str
    trial: Trial
    sites: tuple[Site, ...]
    condition: str
    shown: str


def waiting(held: HeldData) -> list[Waiting]:
    """Return the invitations that can be answered today; those to a trial that is closed by now are left out."""
    found = []
    for one in held.invitations:
        trial = catalog().trials.get(one.trial_id)
        if one.answered_at is None and trial is not None and catalog().takes_leads(trial, today()):
            sites = catalog().open_sites(trial)
            found.append(Waiting(one.id.hex, trial, sites, next(iter(trial.conditions), ""), trial_shown(trial)))
    return found


@dataclass(frozen=True, slots=True)
class StandingTrial:
    """A trial that the person chose: its title, the consents to share with it, and sentences on who saw what when.

    `reply_by` is the day by which the site promised to answer, while it has not begun; None without such a promise.
    """

    referral: StoredReferral
    title: str
    shared: tuple[StoredConsent, ...]
    disclosed: tuple[str, ...]
    reply_by: str | None

    @property
    def earlier(self) -> tuple[str, ...]:
        """Return all but the newest sentences."""
        return self.disclosed[:-_MOST_IN_SIGHT]

    @property
    def newest(self) -> tuple[str, ...]:
        """Return the newest sentences, oldest first."""
        return self.disclosed[-_MOST_IN_SIGHT:]


_MOST_IN_SIGHT = 4
pages = Blueprint("my_data", __name__)

LINK_DAYS = LINK_LASTS.days
_SEEN: Mapping[How, LazyString] = {
    How.OPENED: lazy_gettext("The team opened your details on %(day)s."),
    How.LISTED: lazy_gettext("The team saw your name in its list on %(day)s."),
    How.WORKED_WITH: lazy_gettext("The team worked with your details on %(day)s."),
    How.EXPORTED: lazy_gettext("Your details were in a list that was handed out on %(day)s."),
    How.EXPORTED_NAMELESS: lazy_gettext(
        "Your answers, without your name, were in a list that was handed out on %(day)s."
    ),
}
"""How details were disclosed, in the words of the person's own page."""


class WithdrawForm(Form):
    """What is withdrawn: one optional consent, everything, or one referral."""

    purpose: Annotated[Purpose | None, Choice({one.value: one for one in OPTIONAL})]
    all: Annotated[bool, Tick()]
    referral: Annotated[UUID | None, Identifier()]


def title_of(trial_id: str) -> str:
    """Return the title of a trial; its id where the catalog has it no more."""
    trial = catalog().trials.get(trial_id)
    return say(trial.title) if trial else trial_id


def is_mailed(held: HeldData) -> bool:
    """Return whether letters to the person can be sent."""
    wanted = any(one.purpose is Purpose.EMAIL and one.withdrawn_at is None for one in held.consents)
    return wanted and not held.is_test and resources().settings.mail_url is not None


@pages.get("/my/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Replace the token of the link by a short-lived cookie, so that the address bar holds no token."""
    with resources().database.reading() as session:
        lead_id = lead_behind(session, resources().keys, token, now())
        held = held_data(session, resources().keys, lead_id) if lead_id else None
    if held is None:
        return link_ended()
    response = make_response(redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER))
    keep_open(response, held)
    return response


@pages.get("/my/")
def mine() -> ResponseReturnValue:
    """Show everything held about the person."""
    held = held_here()
    return link_ended() if held is None else my_page(held, {})


def my_page(held: HeldData, errors: dict[str, str]) -> str:
    """Return the page with everything that is held, and with the faults of a form on it."""
    in_force = [one for one in held.consents if one.withdrawn_at is None]
    agreed = {one.purpose for one in in_force}
    with resources().database.reading() as session:
        seen = disclosures(session, held)
        disowned = disowned_at(session, held.lead_id, held.contact)
        asked = questions_as_asked(session, held, catalog().bank)
    return render_template(
        "participants/my_data.html",
        held=held,
        languages=contact_languages(),
        times=contact_times(),
        trials=_standing_trials(held, _by_day(seen), in_force),
        answers=answer_groups(held.answers, asked, catalog().bank),
        consents=[one for one in in_force if one.purpose in OPTIONAL],
        channels=[one for one in CHANNELS if one not in agreed],
        another_site=Purpose.ANOTHER_SITE not in agreed and _has_another_site(held),
        wording=consent_in_force(),
        notices=_notices_shown(held),
        consent_shown=consent_shown(),
        purpose_words=PURPOSE_WORDS,
        given_by=GIVEN_BY_WORDS[held.consents[0].given_by if held.consents else GivenBy.SELF],
        invitations=waiting(held),
        states=STATE_WORDS,
        signature=signature_for(held),
        day=_local_day,
        disowned=disowned,
        asks=not held.email_confirmed and is_mailed(held),
        new_token=fresh_token(resources().keys, held, now()) if is_renewed_here(held) else None,
        address_of=address_of,
        link_days=LINK_DAYS,
        errors=errors,
    )


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A version of the privacy notice that the person was shown, and the day on which they first agreed beside it."""

    sha256: str
    version: str
    on: str


def _notices_shown(held: HeldData) -> list[NoticeShown]:
    first: dict[str, datetime] = {}
    for one in sorted(held.consents, key=lambda consent: consent.given_at):
        if one.notice_sha256:
            first.setdefault(one.notice_sha256, one.given_at)
    return [NoticeShown(sha256, version_of(sha256), _local_day(at)) for sha256, at in first.items()]


@pages.get("/my/notices/<sha256>")
def notice(sha256: str) -> ResponseReturnValue:
    """Show a version of the privacy notice as the person was shown it."""
    held = held_here()
    if held is None:
        return link_ended()
    shown = next((one for one in _notices_shown(held) if one.sha256 == sha256), None)
    if shown is None:
        abort(HTTPStatus.NOT_FOUND)
    with resources().database.reading() as session:
        text = wordings(session, [sha256])[sha256]
    spoken = next(one.language for one in held.consents if one.notice_sha256 == sha256)
    return render_template("participants/my_notice.html", shown=shown, text=text, spoken=spoken)


def _has_another_site(held: HeldData) -> bool:
    """Return whether a trial that the person chose has a site other than the one they were referred to."""
    standing = (catalog().trials.get(one.trial_id) for one in held.referrals if one.withdrawn_at is None)
    return may_ask_another_site(consent_in_force(), filter(None, standing))


def _by_day(found: list[Disclosure]) -> dict[str, list[str]]:
    """Return sentences on the disclosures, by trial: one for each way and day."""
    zone = catalog().service.timezone
    # Group by day before wording: a person who waits for months is on thousands of lists.
    seen = dict.fromkeys((one.trial_id, one.how, one.at.astimezone(zone).date()) for one in found)
    days: dict[str, list[str]] = {}
    for trial_id, how, on in seen:
        days.setdefault(trial_id, []).append(str(_SEEN[how]) % {"day": day(on)})
    return days


def _standing_trials(
    held: HeldData, seen: Mapping[str, list[str]], in_force: Sequence[StoredConsent]
) -> list[StandingTrial]:
    shared = [one for one in in_force if one.purpose is Purpose.SHARE]
    return [
        StandingTrial(
            one,
            title_of(one.trial_id),
            tuple(given for given in shared if (given.trial_id, given.site_id) == (one.trial_id, one.site_id)),
            tuple(seen.get(one.trial_id, ())),
            _local_day(one.due_at) if one.due_at and one.state is State.NEW else None,
        )
        for one in held.referrals
    ]


def _local_day(instant: datetime) -> str:
    return day(local(instant).date())


@pages.post("/my/withdraw")
def take_back() -> ResponseReturnValue:
    """Withdraw one referral, one optional consent, or everything that was agreed to."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    form = posted_or_400(WithdrawForm)
    with resources().database.writing() as session:
        if form.purpose is not None:
            withdraw_consent(session, held.lead_id, form.purpose, now())
        elif form.all:
            withdraw(session, held.lead_id, None, now())
        elif form.referral in {one.id for one in held.referrals}:
            withdraw(session, held.lead_id, form.referral, now())
            tell_of_end(session, desk(), form.referral)
    return redirect(url_for("my_data.mine"), HTTPStatus.SEE_OTHER)


@pages.post("/my/delete")
def erase() -> ResponseReturnValue:
    """Delete everything that is held about the person."""
    held = held_and_signed()
    if held is None:
        return link_ended()
    with resources().database.writing() as session:
        delete(session, held.lead_id, now())
    response = make_response(render_template("participants/deleted.html"))
    forget_everything(response)
    return response
