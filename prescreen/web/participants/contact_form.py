"""The contact and consent form: what was typed, and its faults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated

from email_validator import validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import BESIDE, CHANNELS, PURPOSES, Purpose
from prescreen.web.base.form_fields import Choice, EmailLine, Grouped, Line, Raw, Tick
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog
from prescreen.web.base.trial_wording import country
from prescreen.web.interview.proxy_respondent import ChosenForm
from prescreen.workflow.participants.phone_numbers import PhoneNumberError, example_number, stored_number

_TIMES = {
    "any time": lazy_gettext("Any time"),
    "mornings": lazy_gettext("Mornings"),
    "afternoons": lazy_gettext("Afternoons"),
    "evenings": lazy_gettext("Evenings"),
}

_LANGUAGES = {
    "en": lazy_gettext("English"),
    "es": lazy_gettext("Spanish"),
    "fr": lazy_gettext("French"),
    "de": lazy_gettext("German"),
    "other": lazy_gettext("Another language"),
}
WAYS: Mapping[str, tuple[Purpose, ...]] = {
    detail: tuple(one for one in CHANNELS if PURPOSES[one].needs == detail) for detail in ("email", "phone")
}
"""The ways of contact, by the detail beside which each stands on the form."""
_ON_PAGE = (
    *("trials", "site", "name", "postal_code", "email", "by", "phone", "best_time", "language"),
    *("adult", "share", "another_site", "future"),
)
"""The fields as they stand on the form, those of a group by what their names begin with."""
EMAIL = lazy_gettext("Type an email address such as name@example.org.")


def contact_languages() -> Mapping[str, str]:
    """Return the names of the languages in which a person can ask to be called, by code; the page's comes first."""
    return _languages_in(language())


@cache
def _languages_in(code: str) -> Mapping[str, str]:
    first = [code] if code in _LANGUAGES else []
    return {one: str(_LANGUAGES[one]) for one in dict.fromkeys((*first, *_LANGUAGES))}


def contact_times() -> Mapping[str, str]:
    """Return the times of day at which a person can ask to be called, by stored value."""
    return _times_in(language())


@cache
def _times_in(_code: str) -> Mapping[str, str]:
    return {time: str(name) for time, name in _TIMES.items()}


@dataclass(frozen=True, slots=True)
class Offer:
    """A trial to which a person can be referred, and the sites to choose from.

    `left` is how many questions at most about it were not asked and can still change what the answers say.
    """

    trial: Trial
    sites: tuple[Site, ...]
    may_fit: bool = False
    left: int = 0

    def site(self, site_id: str | None) -> Site | None:
        """Return the site that a form named; see `site_of`."""
        return site_of(self.sites, site_id)


def site_of(sites: Sequence[Site], site_id: str | None) -> Site | None:
    """Return the site with this id, or the only one where a form named none; None where there is no such site.

    Where the site that a person chose was closed meanwhile, nobody is sent to another one, even if it is the only one.
    """
    if not site_id and len(sites) == 1:
        return sites[0]
    return next((site for site in sites if site.id == site_id), None)


class Email(EmailLine):
    """An e-mail address, normalized."""

    def read(self, sent: str) -> str:
        """Return the normalized address; raise ValueError where it is not one."""
        # Looking up the domain would make the page wait for the network.
        return validate_email(super().read(sent), check_deliverability=False).normalized


class Phone(Line):
    """A phone number; without a country code it is of the service's home country."""

    def read(self, sent: str) -> str:
        """Return the number as it is stored; raise ValidationError, which says how to type it, where it is none."""
        home = catalog().service.home_country
        try:
            return stored_number(super().read(sent), home)
        except PhoneNumberError as error:
            raise ValidationError(_phone_advice(home)) from error


def _phone_advice(home: str) -> str:
    return _(
        "This is not a whole phone number in %(country)s. Type it with the area code, such as %(example)s. If it is "
        "a number of another country, start with the country code, such as +33.",
        country=country(home),
        example=example_number(home),
    )


class ContactForm(Form):
    """How to reach a person."""

    name: Annotated[str, Line(lazy_gettext("Type your name, so that the team knows whom to ask for."))]
    email: Annotated[str, Email(EMAIL)]
    phone: Annotated[str, Phone()]
    postal_code: Annotated[str, Line()]
    best_time: Annotated[str | None, Choice({one: one for one in _TIMES})]
    language: Annotated[str | None, Choice({one: one for one in _LANGUAGES})]

    @property
    def contact(self) -> Contact:
        """Return the contact as it is stored."""
        return Contact(
            name=self.name,
            email=self.email,
            phone=self.phone or None,
            postal_code=self.postal_code or None,
            best_time=self.best_time,
            language=self.language or "en",
        )


class InterestForm(ContactForm):
    """Contact details, and what the person agrees to."""

    adult: Annotated[
        bool,
        Tick(lazy_gettext("Tick this box if you are 18 or older. If you are younger, we cannot take your details.")),
    ]
    share: Annotated[
        bool, Tick(lazy_gettext("Tick this box to let us share your details. Without it we cannot pass them on."))
    ]
    another_site: Annotated[bool, Tick()]
    future: Annotated[bool, Tick()]
    by: Annotated[Mapping[str, str], Grouped("by-")]

    @property
    def channels(self) -> list[Purpose]:
        """Return the ticked ways of contact."""
        return [channel for channel in CHANNELS if self.by.get(channel) == "yes"]

    @property
    def purposes(self) -> tuple[Purpose, ...]:
        """Return all purposes that were agreed to."""
        required = (purpose for purpose, definition in PURPOSES.items() if definition.is_required)
        beside = (purpose for purpose in BESIDE if getattr(self, purpose.value))
        return (*required, *beside, *self.channels)


class TrialsForm(ChosenForm):
    """The ticked trials, and the chosen site of each."""

    site: Annotated[Mapping[str, str], Grouped("site-")]


class PostedForm(TrialsForm):
    """What is posted beside contact details and consents: the trials, the pressed button, and hidden fields.

    The hidden ones are the id of the submission, and fingerprints of what the person read. `add` and `more` are the
    buttons that send nothing: one more trial, and a choice from all results.
    """

    add: Annotated[str, Raw()]
    more: Annotated[bool, Tick()]
    submission: Annotated[str, Raw()]
    answers: Annotated[str, Raw()]
    consent: Annotated[str, Raw()]
    shown: Annotated[Mapping[str, str], Grouped("shown-")]


@dataclass(frozen=True, slots=True)
class Interest:
    """What was sent, as far as it could be read, and the faults by field."""

    contact: Contact | None
    chosen: tuple[tuple[Trial, Site], ...]
    purposes: tuple[Purpose, ...]
    errors: dict[str, str] = field(default_factory=dict)


def read_interest(
    typed: MultiDict[str, str], offers: Sequence[Offer], site_ids: Mapping[str, str], refused: Sequence[str]
) -> Interest:
    """Return the form as read, with its faults; the page shows the posted values again.

    `offers` are the ticked trials that can be offered, `site_ids` the chosen sites by trial, `refused` sentences on
    the ticked trials that cannot be offered.
    """
    errors: dict[str, str] = {}
    chosen = _chosen(offers, site_ids, errors)
    if refused:
        errors["trials"] = " ".join(refused)
    form, faults = read_valid(InterestForm, typed)
    errors |= faults
    if not form.channels:
        errors["by-email"] = _("Tick at least one way to reach you.")
    if lacks_phone(form, form.channels):
        errors.setdefault("phone", _("Type your phone number, or untick phone and text."))
    return Interest(None if errors else form.contact, chosen, form.purposes, in_page_order(errors))


def _chosen(
    offers: Sequence[Offer], site_ids: Mapping[str, str], errors: dict[str, str]
) -> tuple[tuple[Trial, Site], ...]:
    chosen = []
    if not offers:
        errors["trials"] = _("Tick at least one trial.")
    for offer in offers:
        site = offer.site(site_ids.get(offer.trial.id))
        if site is None:
            errors[f"site-{offer.trial.id}"] = _without_site(offer, site_ids.get(offer.trial.id))
        else:
            chosen.append((offer.trial, site))
    return tuple(chosen)


def _without_site(offer: Offer, named: str | None) -> str:
    title = say(offer.trial.title)
    return closed_sentence(title) if named else _("Choose a place for “%(title)s”.", title=title)


def closed_sentence(title: str) -> str:
    """Return that a trial, or the place that a person chose, was closed since the form was shown."""
    return _("“%(title)s”, or the place that you chose, takes no new people any more. Nothing was sent.", title=title)


def in_page_order(errors: Mapping[str, str]) -> dict[str, str]:
    """Return the faults in the order in which their fields stand on the page, so that a summary leads down it."""
    return dict(sorted(errors.items(), key=lambda one: _ON_PAGE.index(one[0].partition("-")[0])))


def lacks_phone(form: ContactForm, channels: list[Purpose]) -> bool:
    """Return whether a way of contact needs a phone number and there is none."""
    return not form.phone and any(PURPOSES[channel].needs == "phone" for channel in channels)
