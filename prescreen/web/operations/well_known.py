"""What other software looks for under `/.well-known/`: whom to tell of a weakness, and where a password is changed.

`security.txt` follows RFC 9116, `change-password` the W3C's "A Well-Known URL for Changing Passwords".
"""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Contact, Service
from prescreen.web.base.formatting import call_link, mail_link
from prescreen.web.base.request_context import catalog, now, resources

pages = Blueprint("well_known", __name__, url_prefix="/.well-known")

_GOOD_FOR = timedelta(days=30)
_SECURITY_TXT = "/security.txt"


@pages.get(_SECURITY_TXT)
def security() -> ResponseReturnValue:
    """Return whom to tell of a weakness of this service; 404 where the catalog names nobody."""
    service = catalog().service
    contact = service.security_contact or _address_of(service.contact)
    if contact is None:
        abort(HTTPStatus.NOT_FOUND)
    told = _told(service, contact, resources().settings.public_url, now())
    return Response(told, mimetype="text/plain")


def _address_of(contact: Contact) -> str | None:
    if contact.email:
        return mail_link(contact.email)
    return call_link(contact.phone) if contact.phone else None


def _told(service: Service, contact: str, public_url: str | None, at: datetime) -> str:
    """Return the file. It is made anew for each request, so it is good for some weeks from then."""
    expires = (at + _GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(service.languages)}",
    ]
    if public_url:
        lines.append(f"Canonical: {public_url}{pages.url_prefix}{_SECURITY_TXT}")
    return "".join(f"{line}\n" for line in lines)


@pages.get("/change-password")
def change_password() -> ResponseReturnValue:
    """Send a password manager to the page on which staff change their password."""
    return redirect(url_for("recruiter.account"), HTTPStatus.FOUND)
