"""What a person can agree to and who can agree, with the properties of each; the rest is derived from these tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Purpose(StrEnum):
    """What a person can agree to.

    To be referred to a site; to another site of the trial, if that one does not answer; to be told of later trials; or
    one way of contact.
    """

    SHARE = "share"
    ANOTHER_SITE = "another_site"
    FUTURE = "future"
    EMAIL = "email"
    PHONE = "phone"
    TEXT = "text"


class GivenBy(StrEnum):
    """Who agreed: the person; the person, where another had given the answers; or the one who may decide for them.

    Read out: the person, on the phone, to a recruiter who read the wording out and entered it.
    """

    SELF = "self"
    ASSISTED = "assisted"
    GUARDIAN = "guardian"
    READ_OUT = "read_out"


@dataclass(frozen=True, slots=True)
class PurposeDefinition:
    """The properties of one purpose.

    Attributes:
        is_required: Nothing is stored without it; it ends with the referral, never alone.
        is_per_site: Each consent names one trial and one site.
        needs: The contact detail without which it is of no use. Purposes that need one are ways of contact.
        may_be_added: The person can agree to it later, on the page of their own data.
        synthetic_share: What part of synthetic people agree to it.
    """

    is_required: bool = False
    is_per_site: bool = False
    needs: Literal["email", "phone"] | None = None
    may_be_added: bool = False
    synthetic_share: float = 0.0

    @property
    def is_channel(self) -> bool:
        """Whether it is a way of contact."""
        return self.needs is not None


PURPOSES: Mapping[Purpose, PurposeDefinition] = {
    Purpose.SHARE: PurposeDefinition(is_required=True, is_per_site=True, synthetic_share=1.0),
    Purpose.ANOTHER_SITE: PurposeDefinition(may_be_added=True),
    Purpose.FUTURE: PurposeDefinition(synthetic_share=0.55),
    Purpose.EMAIL: PurposeDefinition(needs="email", may_be_added=True, synthetic_share=0.75),
    Purpose.PHONE: PurposeDefinition(needs="phone", may_be_added=True, synthetic_share=0.65),
    Purpose.TEXT: PurposeDefinition(needs="phone", may_be_added=True, synthetic_share=0.35),
}

CHANNELS = tuple(purpose for purpose, definition in PURPOSES.items() if definition.is_channel)
"""The ways of contact."""

OPTIONAL = tuple(purpose for purpose, definition in PURPOSES.items() if not definition.is_required)
"""The purposes that a person may leave out, and can withdraw one by one."""

BESIDE = tuple(purpose for purpose in OPTIONAL if purpose not in CHANNELS)
"""The optional purposes that are not ways of contact."""


@dataclass(frozen=True, slots=True)
class GivenByDefinition:
    """The properties of one way to agree.

    Attributes:
        distance: How far it is from the person's own click. Of several ways in which consents were given, the one
            furthest away is named.
        meaning: Who agreed, as exports explain it.
        is_remembered: A consent that the person gives later on their own page counts as given in the same way.
        synthetic_weight: How often synthetic people agree in this way, against the others; 0: never.
    """

    distance: int
    meaning: str
    is_remembered: bool = True
    synthetic_weight: int = 0


GIVERS: Mapping[GivenBy, GivenByDefinition] = {
    GivenBy.SELF: GivenByDefinition(distance=0, meaning="the person", synthetic_weight=86),
    GivenBy.ASSISTED: GivenByDefinition(
        distance=2, meaning="the person, while someone else gave the answers", synthetic_weight=9
    ),
    GivenBy.GUARDIAN: GivenByDefinition(distance=3, meaning="who may decide for the person", synthetic_weight=5),
    # No one reads the person's own page out to them: after the call, they agree by themselves.
    GivenBy.READ_OUT: GivenByDefinition(
        distance=1,
        meaning="the person, to a recruiter who read the wording out on the phone",
        is_remembered=False,
    ),
}
