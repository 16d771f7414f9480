"""Purposes of consent, and who gave it, in the words for a trial's team."""

from collections.abc import Mapping
from dataclasses import dataclass

from prescreen.storage.participants.purposes import GivenBy, Purpose

PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.SHARE: "sharing with this site",
    Purpose.ANOTHER_SITE: "asking another site",
    Purpose.FUTURE: "later trials",
    Purpose.EMAIL: "email",
    Purpose.PHONE: "phone",
    Purpose.TEXT: "text message",
}
"""What was agreed to, after words such as "they agreed to"."""


@dataclass(frozen=True, slots=True)
class GivenByWords:
    """Who agreed; `alert` is what a team must not overlook. Both are empty where it was the person without help."""

    hint: str = ""
    alert: str = ""


GIVEN_BY_WORDS: Mapping[GivenBy, GivenByWords] = {
    GivenBy.SELF: GivenByWords(),
    GivenBy.ASSISTED: GivenByWords(
        "Somebody else gave the answers. The person was there, agreed and sent them; go through the answers again."
    ),
    GivenBy.GUARDIAN: GivenByWords(
        "Name and contact details are theirs; the answers are about the person they act for. Check their authority "
        "first.",
        alert="Sent by a legal guardian, or under a power of attorney for health matters.",
    ),
    GivenBy.READ_OUT: GivenByWords(
        "The consent was read out by the team on the phone, and the answers were written down in that call."
    ),
}
