"""Whose fault it is that a letter was not delivered, and what follows from that."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_ATTEMPTS = 12


class Fault(StrEnum):
    """What is at fault where a letter was not delivered."""

    LETTER = "letter"
    """This letter, for good: no such mailbox, or a letter that cannot be written."""
    LETTER_FOR_NOW = "letter for now"
    """This letter, for now: a mailbox that is full, a recipient's server that asks to come back."""
    SERVER = "server"
    """The mail server, which is away or busy."""
    SETUP = "setup"
    """How this service and its mail server are set up, which only the operator can mend."""


@dataclass(frozen=True, slots=True)
class Handling:
    """What follows from a fault.

    `most_attempts`: the letter is given up after so many; None: only once it is too old. `holds_up`: other letters
    would fail too, so that they wait for the next call. `tell_operator`: retries fail until the operator mends it.
    """

    most_attempts: int | None
    holds_up: bool = False
    tell_operator: bool = False


HANDLING: Mapping[Fault, Handling] = {
    Fault.LETTER: Handling(most_attempts=1),
    Fault.LETTER_FOR_NOW: Handling(most_attempts=MOST_ATTEMPTS),
    Fault.SERVER: Handling(most_attempts=None, holds_up=True),
    Fault.SETUP: Handling(most_attempts=None, holds_up=True, tell_operator=True),
}


class DeliveryError(Exception):
    """Raised for a letter that could not be delivered. `why` holds no personal data."""

    def __init__(self, why: str, fault: Fault) -> None:
        self.why, self.fault = why, fault
        super().__init__(why)
