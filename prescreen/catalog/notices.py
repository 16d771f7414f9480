"""The operator's own parts of the privacy notice and of the accessibility statement, which no code can know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PrivacyPart(StrEnum):
    """A section that an operator may add to the privacy notice, by its anchor."""

    CONTROLLER = "controller"
    PROTECTION_CONTACT = "protection_contact"
    LEGAL_BASIS = "legal_basis"
    RETENTION = "retention"
    PROCESSORS = "processors"
    TRANSFERS = "transfers"
    AUTHORITY = "authority"
    AUTHORIZATION = "authorization"


ONLY_THE_OPERATOR_KNOWS = (PrivacyPart.CONTROLLER, PrivacyPart.PROTECTION_CONTACT, PrivacyPart.AUTHORITY)
"""What the law asks a notice to say and no code can know: who is responsible, whom to ask, where to complain."""


class AccessibilityPart(StrEnum):
    """A section that an operator may add to the accessibility statement, by its anchor."""

    KNOWN_FAULTS = "known_faults"
    CONTACT = "contact"


PRIVACY, ACCESSIBILITY = "privacy", "accessibility"
PARTS: Mapping[str, type[StrEnum]] = {PRIVACY: PrivacyPart, ACCESSIBILITY: AccessibilityPart}
"""The parts of each notice, by the name of its file."""


@dataclass(frozen=True, slots=True)
class OperatorNotice:
    """The operator's parts of one notice in one language; each is Markdown, by its anchor."""

    name: str
    language: str
    reviewed: date
    parts: Mapping[str, str]
