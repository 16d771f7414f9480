"""Letters as messages of RFC 5322, with addresses that any mail server understands."""

from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy

import idna

from prescreen.storage.mail.outbox import Letter, StoredLetter
from prescreen.workflow.mail.delivery_faults import DeliveryError, Fault


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message, and the addresses under which it is handed to a mail server."""

    sender: str
    recipient: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether an address can only be sent to a server that offers SMTPUTF8 (RFC 6531)."""
        return not (self.sender + self.recipient).isascii()


def sealed_up(stored: StoredLetter, letter: Letter, sender: str) -> Envelope:
    """Return a letter in its envelope. Raise DeliveryError where it, or the sender, cannot be written."""
    if not sender:
        raise DeliveryError("there is no sender; set PRESCREEN_MAIL_FROM", Fault.SETUP)
    try:
        origin = _deliverable(sender)
    except ValueError:
        raise DeliveryError("the sender's address cannot be written; set PRESCREEN_MAIL_FROM", Fault.SETUP) from None
    try:
        return _written(stored, letter, origin, _deliverable(letter.recipient))
    except (ValueError, LookupError, MessageError):
        # The email package raises any of these for addresses and subjects that are none.
        raise DeliveryError("its address or subject cannot be written", Fault.LETTER) from None


def _deliverable(address: str) -> str:
    """Return an address whose domain is in A-labels (RFC 5890), which every server takes. Raise ValueError for none."""
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isprintable():
        raise ValueError("there is no address")
    return f"{local}@{domain if domain.isascii() else idna.encode(domain, uts46=True).decode()}"


def _message_id(stored: StoredLetter, sender: str) -> str:
    """Return the Message-ID of a letter, the same at every attempt; one that is not ASCII cannot be written."""
    return stored.message_id if stored.message_id.isascii() else f"<{stored.id}@{sender.rpartition('@')[2]}>"


class _MessagePolicy(EmailPolicy):
    """Writes a URL in a header as it is: the email package would encode one that is longer than a line."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header as bytes, in lines of at most 78 characters except for URLs."""
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode()
        return super().fold_binary(name, value)


_UNSUBSCRIBE = "List-Unsubscribe"
_ASCII, _UTF8 = (_MessagePolicy(linesep="\r\n", utf8=utf8) for utf8 in (False, True))


def _written(stored: StoredLetter, letter: Letter, sender: str, recipient: str) -> Envelope:
    message = EmailMessage(_ASCII if (sender + recipient).isascii() else _UTF8)
    message["From"], message["To"], message["Subject"] = sender, recipient, letter.subject
    message["Date"], message["Message-ID"] = stored.created_at, _message_id(stored, sender)
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe.isascii() and letter.unsubscribe:
        message[_UNSUBSCRIBE] = f"<{letter.unsubscribe}>"
        if letter.one_click:
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # By default the email package breaks long lines, and with them links.
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else "quoted-printable")
    return Envelope(sender, recipient, message.as_bytes())
