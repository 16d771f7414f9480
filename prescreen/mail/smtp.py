"""Delivery of letters to the mail server in the settings."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass

from prescreen.config import MailServer
from prescreen.mail.messages import Envelope, sealed_up
from prescreen.mail.smtp_replies import Reply, Step, fault_in
from prescreen.storage.mail.outbox import Letter, StoredLetter
from prescreen.workflow.mail.delivery_faults import DeliveryError, Fault

TIMEOUT_S = 20
ACCEPTING_TIMEOUT_S = 90
"""How long a server may take to accept a letter, which it may search for spam first.

RFC 5321, 4.5.3.2.6, asks for ten minutes, since a client that leaves sooner sends the letter again; but a worker that
is silent for two counts as dead.
"""
QUITTING_TIMEOUT_S = 2


@dataclass(frozen=True, slots=True)
class Post:
    """Delivers letters by SMTP; callable with one letter. `sender` replaces the letter's own sender."""

    server: MailServer
    sender: str | None = None

    def __call__(self, stored: StoredLetter, letter: Letter) -> None:
        """Deliver one letter. Raise DeliveryError where the server refuses it or cannot be reached."""
        envelope = sealed_up(stored, letter, self.sender or letter.sender)
        connection = _connected(self.server)
        try:
            _hand_over(connection, envelope)
        finally:
            _leave(connection)


def _hand_over(connection: smtplib.SMTP, envelope: Envelope) -> None:
    """Have the server accept a letter. Raise DeliveryError where it does not, or where its reply was lost."""
    options = _options(connection, envelope)
    try:
        _expect(Step.MAIL, connection.mail(envelope.sender, options))
        _expect(Step.RCPT, connection.rcpt(envelope.recipient))
        _set_timeout(connection, ACCEPTING_TIMEOUT_S)
        _expect(Step.DATA, connection.data(envelope.content))
    except smtplib.SMTPDataError as error:
        raise _refusal(Step.DATA, Reply(error.smtp_code, _bytes(error.smtp_error))) from None
    except OSError as error:
        raise _broken_off(error) from None


def _options(connection: smtplib.SMTP, envelope: Envelope) -> tuple[str, ...]:
    """Return the parameters of MAIL. Raise DeliveryError where the addresses need an extension that is not offered."""
    if not envelope.needs_utf8:
        return ()
    if connection.has_extn("smtputf8"):
        return ("SMTPUTF8", "BODY=8BITMIME")
    if not envelope.sender.isascii():
        raise DeliveryError("the sender's address needs SMTPUTF8, which the mail server does not offer", Fault.SETUP)
    raise DeliveryError("its address needs SMTPUTF8, which the mail server does not offer", Fault.LETTER)


def _expect(step: Step, reply: tuple[int, bytes]) -> None:
    refused = Reply(*reply)
    if fault_in(step, refused) is not None:
        raise _refusal(step, refused)


def _refusal(step: Step, reply: Reply) -> DeliveryError:
    # A positive reply at a wrong moment, as to DATA, is none that we can go on with.
    fault = fault_in(step, reply) or Fault.SERVER
    return DeliveryError(f"{_WHY[step]} ({reply})" if fault is Fault.SETUP else f"refused with {reply}", fault)


_WHY = {
    Step.CONNECT: "the mail server refuses us; look at PRESCREEN_MAIL_URL",
    Step.MAIL: "the mail server refuses our sender; look at PRESCREEN_MAIL_FROM",
    Step.RCPT: "the mail server does not pass on our letters; look at PRESCREEN_MAIL_URL and at its log",
    Step.DATA: "the mail server refuses what we send; look at its log",
}


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _broken_off(error: OSError) -> DeliveryError:
    # Messages of these errors may quote the recipient's address, so only the class is reported.
    return DeliveryError(f"the mail server failed: {type(error).__name__}", Fault.SERVER)


def _leave(connection: smtplib.SMTP) -> None:
    """End the connection. Whatever goes wrong here says nothing about the letter, whose fate is decided before."""
    with suppress(OSError):
        _set_timeout(connection, QUITTING_TIMEOUT_S)
        connection.quit()
    with suppress(OSError):
        connection.close()


def _set_timeout(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _connected(server: MailServer) -> smtplib.SMTP:
    """Return a connection that is encrypted where that is asked for, and authenticated where there is a user.

    Raise DeliveryError, never about the letter: nothing of it was sent yet.
    """
    try:
        return _opened(server)
    except smtplib.SMTPResponseException as error:
        raise _refusal(Step.CONNECT, Reply(error.smtp_code, _bytes(error.smtp_error))) from None
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        raise _broken_off(error) from None
    except ssl.SSLError as error:
        raise DeliveryError(f"the connection cannot be encrypted: {type(error).__name__}", Fault.SETUP) from None
    except smtplib.SMTPException:
        raise DeliveryError("the mail server offers no way to sign in that we know", Fault.SETUP) from None
    except OSError as error:
        raise _broken_off(error) from None
    except ValueError:
        raise DeliveryError("the host, user or password in PRESCREEN_MAIL_URL cannot be sent", Fault.SETUP) from None


def _opened(server: MailServer) -> smtplib.SMTP:
    context = _context(server)
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


def _context(server: MailServer) -> ssl.SSLContext:
    """Return how a server is to identify itself: by a certificate that is valid for its name.

    On this machine any certificate will do: mail servers come with one of their own making, and nothing is in between.
    """
    context = ssl.create_default_context()
    if server.is_loopback:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _prepare(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    """Encrypt a connection and sign in. Raise DeliveryError where the server offers no encryption and must."""
    connection.ehlo_or_helo_if_needed()
    if not server.tls and not server.clear_text:
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo_or_helo_if_needed()
        elif not server.is_loopback:
            raise DeliveryError("the mail server offers no encryption (STARTTLS); see PRESCREEN_MAIL_URL", Fault.SETUP)
    if server.user:
        connection.login(server.user, server.password)
