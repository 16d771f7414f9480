"""Purposes of consent, and who gave it, in the words for a trial's team."""

from collections.abc import Mapping
from dataclasses import dataclass

from prescreen.storage.participants.purposes import GivenBy, Purpose


@dataclass(frozen=True, slots=True)
class PurposeWords:
    """One purpose: what the team may do, and its name after "they agreed to"."""

    allows: str
    noun: str


PURPOSE_WORDS: Mapping[Purpose, PurposeWords] = {
    Purpose.SHARE: PurposeWords("Details may be shared with this trial and site", "sharing with this site"),
    Purpose.ANOTHER_SITE: PurposeWords(
        "Another site may be asked where one does not answer in time", "asking another site"
    ),
    Purpose.FUTURE: PurposeWords("May be told about later trials", "later trials"),
    Purpose.EMAIL: PurposeWords("May be written to by e-mail", "email"),
    Purpose.PHONE: PurposeWords("May be rung", "phone"),
    Purpose.TEXT: PurposeWords("May be sent text messages", "text message"),
}


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
