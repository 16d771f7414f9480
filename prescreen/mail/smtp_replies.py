"""What the reply of a mail server says is at fault: this letter, the server, or how we are set up.

RFC 5321, 4.2 and 4.3.2: the first digit decides between success (2), a fault for now (4) and one for good (5). Whose
fault it is stands in the enhanced code of RFC 3463 (`5.1.1`), where the server sends one that is precise; else it
follows from the command that was answered. All letters have one sender and one form, so that what says nothing of the
recipient is taken for a fault of the set-up: then letters wait, and none is given up that only the set-up keeps back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from prescreen.workflow.mail.delivery_faults import Fault

CLOSING = 421
_POSITIVE, _FOR_NOW, _FOR_GOOD = 2, 4, 5
_ENHANCED = re.compile(rb"\s*(?P<kind>[245])\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})(?!\S)")
_ADDRESS = re.compile(rb"\S+@\S+")


class Step(StrEnum):
    """What a mail server was asked."""

    CONNECT = "connect"
    """To greet, to encrypt, and to take the password."""
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """To take the letter, before it is sent or after."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A mail server's reply. Its text may quote an address and is never passed on."""

    code: int
    text: bytes

    @property
    def enhanced(self) -> tuple[int, int] | None:
        """Return subject and detail of the enhanced code; None where there is none of the reply's own kind."""
        found = _ENHANCED.match(self.text)
        if not found or int(found["kind"]) != self.code // 100:
            return None
        return int(found["subject"]), int(found["detail"])

    def __str__(self) -> str:
        enhanced = ".".join(str(part) for part in (self.code // 100, *(self.enhanced or ())))
        return f"{self.code} {enhanced}" if self.enhanced else str(self.code)


# RFC 4954: authentication is required, too weak, or needs encryption. Postfix answers 454 to those who may not relay.
_OUR_CODES = frozenset({454, 530, 534, 535, 538})

_MAIL_SYSTEM = 3
# RFC 3463, 3.1 to 3.8. A subject that is missing here (0: other, 5: protocol) says nothing of whose fault it is.
_SUBJECTS: Mapping[int, Fault] = {
    1: Fault.LETTER,  # the recipient's address
    2: Fault.LETTER,  # the recipient's mailbox
    _MAIL_SYSTEM: Fault.SETUP,
    4: Fault.LETTER,  # the way to the recipient's server
    6: Fault.LETTER,  # the content cannot be passed on
    7: Fault.SETUP,  # security and policy: relaying, reputation, SPF, DKIM, DMARC
}
_DETAILS: Mapping[tuple[int, int], Fault] = {
    (1, 7): Fault.SETUP,  # the sender's address is none
    (1, 8): Fault.SETUP,  # the sender's domain does not exist
    (3, 4): Fault.LETTER,  # the message is too big for the recipient's system
    (7, 17): Fault.LETTER,  # RFC 7293: the mailbox has another owner now
    (7, 18): Fault.LETTER,  # RFC 7293: the domain has another owner now
}

# RFC 5321, 4.2.3, and RFC 7504 (556), for replies without a telling enhanced code; 552 by RFC 5321, 4.5.3.1.10.
_CODES: Mapping[Step, Mapping[int, Fault]] = {
    Step.CONNECT: {},
    Step.MAIL: {},
    Step.RCPT: {
        501: Fault.LETTER,  # the address is not written as one
        550: Fault.LETTER,  # no such mailbox
        551: Fault.LETTER,  # moved elsewhere
        552: Fault.LETTER_FOR_NOW,  # the mailbox is full
        553: Fault.LETTER,  # no mailbox may have that name
        556: Fault.LETTER,  # the domain takes no mail
    },
    Step.DATA: {552: Fault.LETTER_FOR_NOW},
}

# By RFC 5321 a client goes by the code alone; but Exim says "550 relay not permitted" and "550 Sender verify failed"
# without an enhanced code, and here the words only make a letter wait that would be given up.
_OUR_WORDS = (b"relay", b"authenticat", b"sender")


def fault_in(step: Step, reply: Reply) -> Fault | None:
    """Return what is at fault where a server answered so; None where the reply is positive.

    >>> fault_in(Step.RCPT, Reply(550, b"5.1.1 no such user"))
    <Fault.LETTER: 'letter'>
    >>> fault_in(Step.RCPT, Reply(554, b"5.7.1 relay access denied"))
    <Fault.SETUP: 'setup'>
    """
    kind = reply.code // 100
    if kind == _POSITIVE:
        return None
    if kind not in (_FOR_NOW, _FOR_GOOD) or reply.code == CLOSING:
        return Fault.SERVER
    if step in (Step.CONNECT, Step.MAIL):
        # Neither names a recipient: what is refused here is refused for every letter.
        return Fault.SERVER if kind == _FOR_NOW else Fault.SETUP
    return _refused_for_now(reply) if kind == _FOR_NOW else _refused(step, reply)


def _refused_for_now(reply: Reply) -> Fault:
    if _blames_us(reply) or (reply.enhanced and _DETAILS.get(reply.enhanced) is Fault.SETUP):
        return Fault.SETUP
    return Fault.SERVER if reply.enhanced and reply.enhanced[0] == _MAIL_SYSTEM else Fault.LETTER_FOR_NOW


def _refused(step: Step, reply: Reply) -> Fault:
    told = reply.enhanced and (_DETAILS.get(reply.enhanced) or _SUBJECTS.get(reply.enhanced[0]))
    if told:
        return told
    if _blames_us(reply):
        return Fault.SETUP
    return _CODES[step].get(reply.code, Fault.SETUP)


def _blames_us(reply: Reply) -> bool:
    # An address that the reply quotes may have any words.
    words = _ADDRESS.sub(b"", reply.text).lower()
    return reply.code in _OUR_CODES or any(one in words for one in _OUR_WORDS)
