"""Addresses of other services that an operator names: a mail server, a registry.

A module of its own: what may be sent to which of them is decided here, and the settings only keep it.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

_MAIL_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server. With `tls` the connection is encrypted from its first byte, else by STARTTLS.

    `clear_text`: the operator wants no encryption, such as within a network of their own.
    """

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = field(default="", repr=False)
    clear_text: bool = False

    @property
    def is_loopback(self) -> bool:
        """Whether the server runs on this machine, so that what is sent to it crosses no network."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def mail_server(text: str) -> MailServer:
    """Parse `smtp://user:password@host:port`, with `?tls=off` for no encryption, or `smtps://…`.

    Raise ValueError, which never shows the password, for any other text, and where a password would be sent in clear
    over a network.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(_WRITE_MAIL_URL) from None
    clear_text = parts.query == _NO_TLS
    rest = parts.path.removeprefix("/") + parts.fragment + ("" if clear_text else parts.query)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or rest or (clear_text and parts.scheme == "smtps"):
        raise ValueError(_WRITE_MAIL_URL)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = port or _MAIL_PORTS[parts.scheme]
    server = MailServer(parts.hostname, port, parts.scheme == "smtps", user, password, clear_text)
    if user and clear_text and not server.is_loopback:
        raise ValueError("with tls=off the password would be sent in clear over the network; leave one of them out")
    return server


_NO_TLS = "tls=off"
_WRITE_MAIL_URL = (
    "it is not smtp://user:password@host:port, with ?tls=off for no encryption, or smtps://…; "
    "write signs such as @ in a password as %40"
)


def registry_place(text: str) -> str | Path:
    """Parse where records are: the address of a registry that speaks API v2 of ClinicalTrials.gov, or a folder.

    Raise ValueError for an address that is neither https nor on this machine, or that has more than a path.
    """
    if "://" not in text:
        return Path(text).absolute()
    try:
        parts, port = urlsplit(text), urlsplit(text).port
    except ValueError:
        raise ValueError(_WRITE_REGISTRY) from None
    # What connects ends a host at a backslash, and so reaches another one than is looked at here.
    more = parts.query or parts.fragment or parts.username is not None or port == 0 or "\\" in text
    if not parts.hostname or more or parts.scheme not in ("http", "https"):
        raise ValueError(_WRITE_REGISTRY)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("over http somebody on the way could close trials; write https")
    return text.rstrip("/")


_WRITE_REGISTRY = "it is neither a folder nor an address such as https://clinicaltrials.gov"
