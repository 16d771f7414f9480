"""Purposes of consent, and who gave it, in the words for the person: on forms, on their own page, in the notice."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.storage.participants.purposes import GivenBy, Purpose


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """One purpose: what the person agreed to, and its name after a button such as "Stop this"."""

    agreed: LazyString
    noun: LazyString


PURPOSE_WORDS: Mapping[Purpose, PurposeWords] = {
    Purpose.ANOTHER_SITE: PurposeWords(
        lazy_gettext("Ask another site if one does not answer in time"), lazy_gettext("asking another site")
    ),
    Purpose.FUTURE: PurposeWords(lazy_gettext("Tell me about future trials"), lazy_gettext("future trials")),
    Purpose.EMAIL: PurposeWords(lazy_gettext("Contact me by email"), lazy_gettext("email")),
    Purpose.PHONE: PurposeWords(lazy_gettext("Call me"), lazy_gettext("phone calls")),
    Purpose.TEXT: PurposeWords(lazy_gettext("Send me text messages"), lazy_gettext("text messages")),
}
"""The optional purposes; a required one ends with its referral, and is not listed with the others."""

GIVEN_BY_WORDS: Mapping[GivenBy, LazyString | None] = {
    GivenBy.SELF: None,
    GivenBy.ASSISTED: lazy_gettext("Somebody else gave the answers for you. You agreed and sent them yourself."),
    GivenBy.GUARDIAN: lazy_gettext(
        "You sent this as the legal guardian of the person whom the answers are about, or with a power of attorney for "
        "health matters."
    ),
    GivenBy.READ_OUT: lazy_gettext(
        "You called, and a team read the wording out to you on the phone. You agreed, and it wrote down what you said."
    ),
}
"""Who agreed; None for the person without help, which needs no words."""

USED_FOR: Mapping[Purpose, LazyString] = {
    Purpose.SHARE: lazy_gettext(
        "To pass your details to the trials and sites that you tick. Nothing is kept without this."
    ),
    Purpose.ANOTHER_SITE: lazy_gettext(
        "To ask another site of the same trial, if the first one does not answer in time."
    ),
    Purpose.FUTURE: lazy_gettext("To keep all your answers and tell you about later trials that may fit."),
    Purpose.EMAIL: lazy_gettext("To write to you by email. If you ask for it, that includes a reminder of a call."),
    Purpose.PHONE: lazy_gettext("To call you."),
    Purpose.TEXT: lazy_gettext("To send you text messages."),
}
"""What each purpose of consent is for."""

CAME_FROM: Mapping[GivenBy, LazyString] = {
    GivenBy.SELF: lazy_gettext("From you, when you fill in the form."),
    GivenBy.ASSISTED: lazy_gettext("From someone who gave the answers for you. You agreed and sent them yourself."),
    GivenBy.GUARDIAN: lazy_gettext("From the person who may decide for you by law, such as a guardian."),
    GivenBy.READ_OUT: lazy_gettext("From a team that you called. It wrote down what you said on the phone."),
}
"""Where data comes from, by who agreed."""
