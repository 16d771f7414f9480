"""The links of a page to itself in other languages: a module of its own, since they need the routes of the app."""

from urllib.parse import quote, urlencode

from flask import current_app, request, url_for
from markupsafe import Markup, escape

from prescreen.web.base.language import SWITCH, language, offered, own_name


def language_links() -> Markup:
    """Return the links to this page in its other languages, each in its own language."""
    others = [code for code in offered() if code != language()]
    return Markup("".join([_link(_address_in(one), one) for one in others]))  # noqa: S704  # escaped one by one


def _link(address: str, code: str) -> str:
    # Not a template of its own: including one on every page would take longer than the links.
    return f'<a href="{escape(address)}" lang="{code}" hreflang="{code}">{escape(own_name(code))}</a>\n'


def _address_in(code: str) -> str:
    """Return the URL of this page in a language, or of the home page where this page only answers a form."""
    if not _can_be_opened():
        return f"{url_for('content.home')}?{urlencode({SWITCH: code})}"
    kept = [one for one in request.args.items(multi=True) if one[0] != SWITCH] if request.query_string else []
    return f"{_quoted(request.path)}?{urlencode([*kept, (SWITCH, code)]) if kept else f'{SWITCH}={code}'}"


def _quoted(path: str) -> str:
    # A path that begins with two slashes would lead to another host. Paths can be private links, so none is remembered.
    return f"/{quote(path.lstrip('/'))}"


def _can_be_opened() -> bool:
    if request.method == "GET":
        return True
    routes = current_app.create_url_adapter(request)
    return routes is not None and routes.test(method="GET")
