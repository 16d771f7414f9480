"""Delivery of letters to the mail server in the settings."""

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from ipaddress import ip_address

from prescreen.config import MailServer
from prescreen.storage.mail.outbox import Letter, StoredLetter
from prescreen.workflow.mail.delivery import DeliveryError

TIMEOUT_S = 20
_LASTING = 500


@dataclass(frozen=True, slots=True)
class Post:
    """Delivers letters by SMTP; callable with one letter. `sender` replaces the letter's own sender."""

    server: MailServer
    sender: str | None = None

    def __call__(self, stored: StoredLetter, letter: Letter) -> None:
        """Deliver one letter. Raise DeliveryError where the server refuses it or cannot be reached."""
        message = _message(stored, letter, self.sender or letter.sender)
        try:
            with _connected(self.server) as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((code for code, _ in error.recipients.values()), default=_LASTING)
            raise DeliveryError(f"refused with {code}", for_good=code >= _LASTING) from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise DeliveryError(f"refused with {error.smtp_code}", for_good=error.smtp_code >= _LASTING) from None
        except (ValueError, MessageError):
            raise DeliveryError("it cannot be written", for_good=True) from None
        except (smtplib.SMTPException, OSError) as error:
            # Messages of these errors may quote the recipient's address, so only the class is reported.
            raise DeliveryError(f"the mail server failed: {type(error).__name__}", by_server=True) from None


def _message(stored: StoredLetter, letter: Letter, sender: str) -> EmailMessage:
    if not sender:
        raise DeliveryError("there is no sender; set PRESCREEN_MAIL_FROM", by_server=True)
    message = EmailMessage()
    try:
        message["From"], message["To"], message["Subject"] = sender, letter.recipient, letter.subject
    except ValueError:
        raise DeliveryError("its address or subject cannot be written", for_good=True) from None
    message["Date"], message["Message-ID"] = stored.created_at, stored.message_id
    message["Auto-Submitted"] = "auto-generated"
    # By default the email package breaks long lines, and with them links.
    message.set_content(letter.text, cte="7bit" if letter.text.isascii() else "quoted-printable")
    return message


def _connected(server: MailServer) -> smtplib.SMTP:
    """Return an authenticated connection, encrypted where the server supports it; a password is never sent in clear."""
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        _prepare(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    secured = server.tls
    if not secured and connection.has_extn("starttls"):
        connection.starttls(context=context)
        secured = True
    if not server.user:
        return
    if not secured and not _is_here(server.host):
        raise DeliveryError("the mail server wants a password but offers no encryption", by_server=True)
    connection.login(server.user, server.password)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
