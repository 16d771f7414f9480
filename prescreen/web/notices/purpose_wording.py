"""Why data is used, and how it came here, in the words of the privacy notice.

A module of its own, so that a new purpose, or a new way to agree, needs one row here and no other change to the notice.
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from prescreen.storage.participants.purposes import GivenBy, Purpose

USED_FOR: Mapping[Purpose, LazyString] = {
    Purpose.SHARE: lazy_gettext(
        "To pass your details to the trials and sites that you tick. Nothing is kept without this."
    ),
    Purpose.ANOTHER_SITE: lazy_gettext(
        "To ask another site of the same trial, if the first one does not answer in time."
    ),
    Purpose.FUTURE: lazy_gettext("To keep all your answers and tell you about later trials that may fit."),
    Purpose.EMAIL: lazy_gettext("To write to you by email."),
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
