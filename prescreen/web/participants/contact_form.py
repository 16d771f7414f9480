"""The contact and consent form: what was typed, and what must be mended."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from prescreen.eligibility.criteria.trials import Site, Trial
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.participants.purposes import BESIDE, CHANNELS, PURPOSES, Purpose
from prescreen.web.base.language import language, say

_TIMES = {
    "any time": lazy_gettext("Any time"),
    "mornings": lazy_gettext("Mornings"),
    "afternoons": lazy_gettext("Afternoons"),
    "evenings": lazy_gettext("Evenings"),
}

_LONGEST = 200
_LANGUAGES = {
    "en": lazy_gettext("English"),
    "es": lazy_gettext("Spanish"),
    "fr": lazy_gettext("French"),
    "de": lazy_gettext("German"),
    "other": lazy_gettext("Another language"),
}
# Numbers without a country code are read as numbers of this country.
_HOME_REGION = "US"


def contact_languages() -> dict[str, str]:
    """Return the languages in which a person can ask to be called, by code; that of the page comes first."""
    first = [language()] if language() in _LANGUAGES else []
    return {code: str(_LANGUAGES[code]) for code in dict.fromkeys((*first, *_LANGUAGES))}


def contact_times() -> dict[str, str]:
    """Return the times of day at which a person can ask to be called, by what is stored."""
    return {time: str(name) for time, name in _TIMES.items()}


@dataclass(frozen=True, slots=True)
class Offer:
    """A trial that a person may be referred to, and the sites to choose from."""

    trial: Trial
    sites: tuple[Site, ...]
    may_fit: bool = False

    def site(self, site_id: str | None) -> Site | None:
        """Return the chosen site; where there is only one, that one."""
        if len(self.sites) == 1:
            return self.sites[0]
        return next((site for site in self.sites if site.id == site_id), None)


@dataclass(frozen=True, slots=True)
class Interest:
    """What was sent, as far as it could be read, and what must be mended, by field."""

    contact: Contact | None
    chosen: tuple[tuple[Trial, Site], ...]
    purposes: tuple[Purpose, ...]
    errors: dict[str, str] = field(default_factory=dict)


def read_interest(form: MultiDict[str, str], offers: list[Offer]) -> Interest:
    """Read the form; nothing is lost, since the page shows the posted form again."""
    errors: dict[str, str] = {}
    chosen = _chosen(form, offers, errors)
    contact = read_contact(form, errors)
    purposes = read_purposes(form, errors)
    if form.get("adult") != "yes":
        errors["adult"] = _("Tick this box if you are 18 or older. If you are younger, we cannot take your details.")
    if form.get("share") != "yes":
        errors["share"] = _("Tick this box to let us share your details. Without it we cannot pass them on.")
    return Interest(contact, chosen, purposes, errors)


def _chosen(form: MultiDict[str, str], offers: list[Offer], errors: dict[str, str]) -> tuple[tuple[Trial, Site], ...]:
    wanted, chosen = set(form.getlist("trial")), []
    for offer in offers:
        if offer.trial.id in wanted:
            site = offer.site(form.get(f"site-{offer.trial.id}"))
            if site is None:
                errors[f"site-{offer.trial.id}"] = _("Choose a place for “%(title)s”.", title=say(offer.trial.title))
            else:
                chosen.append((offer.trial, site))
    if wanted - {offer.trial.id for offer in offers}:
        errors["trials"] = _("One of the trials you ticked is no longer open to you. Please look at the list again.")
    elif not wanted:
        errors["trials"] = _("Tick at least one trial.")
    return tuple(chosen)


def read_contact(form: MultiDict[str, str], errors: dict[str, str], *, email_needed: bool = True) -> Contact | None:
    """Read the contact details; None where something must be mended, then with errors by field.

    Without `email_needed` the address may be left out; it is empty then.
    """
    name = _line(form, "name")
    email = email_of(form, errors) if email_needed or _line(form, "email") else ""
    phone = _phone(form, errors)
    if not name:
        errors["name"] = _("Type your name, so that the team knows whom to ask for.")
    for field_name in ("name", "email", "phone", "postal_code"):
        if len(form.get(field_name, "")) > _LONGEST:
            errors[field_name] = _("This is longer than %(most)s characters. Please shorten it.", most=_LONGEST)
    best_time, spoken = form.get("best_time"), form.get("language", "en")
    if not name or email is None or errors:
        return None
    return Contact(
        name=name,
        email=email,
        phone=phone,
        postal_code=_line(form, "postal_code") or None,
        best_time=best_time if best_time in _TIMES else None,
        language=spoken if spoken in _LANGUAGES else "en",
    )


def _line(form: MultiDict[str, str], name: str) -> str:
    """Return a field as one tidy line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in form.get(name, "")).split())


def email_of(form: MultiDict[str, str], errors: dict[str, str]) -> str | None:
    """Return the address that was typed, tidied; where it is none, None and an error."""
    try:
        # Looking the domain up would make the page wait on the network.
        return validate_email(_line(form, "email"), check_deliverability=False).normalized
    except EmailNotValidError:
        errors["email"] = _("Type an email address such as name@example.org.")
        return None


def _phone(form: MultiDict[str, str], errors: dict[str, str]) -> str | None:
    typed = _line(form, "phone")
    if not typed:
        return None
    try:
        number = phonenumbers.parse(typed, _HOME_REGION)
        if not phonenumbers.is_possible_number(number):
            raise phonenumbers.NumberParseException(phonenumbers.NumberParseException.NOT_A_NUMBER, typed)
    except phonenumbers.NumberParseException:
        errors["phone"] = _("Type a phone number such as 212 555 0100, or +44 20 7946 0000 with the country code.")
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def read_purposes(form: MultiDict[str, str], errors: dict[str, str]) -> tuple[Purpose, ...]:
    """Read what was agreed to beside sharing; what is not right is told by field."""
    channels = [channel for channel in CHANNELS if form.get(f"by-{channel}") == "yes"]
    if not channels:
        errors["by-email"] = _("Tick at least one way to reach you.")
    if lacks_phone(form, channels):
        errors["phone"] = _("Type your phone number, or untick phone and text.")
    required = (purpose for purpose, definition in PURPOSES.items() if definition.is_required)
    beside = (purpose for purpose in BESIDE if form.get(purpose) == "yes")
    return (*required, *beside, *channels)


def lacks_phone(form: MultiDict[str, str], channels: Iterable[Purpose]) -> bool:
    """Return whether a way of contact needs a phone number and none was typed."""
    by_phone = any(PURPOSES[channel].needs == "phone" for channel in channels)
    return by_phone and not _line(form, "phone")
