"""The links of a page to itself in other languages: a module of its own, since they need the routes of the app."""

from urllib.parse import quote, urlencode

from flask import current_app, request, url_for

from prescreen.web.base.language import SWITCH, language, offered, own_name


def other_languages() -> list[tuple[str, str, str]]:
    """Return the other languages of this page: code, own name, URL."""
    return [(code, own_name(code), _address_in(code)) for code in offered() if code != language()]


def _address_in(code: str) -> str:
    """Return the URL of this page in a language, or of the home page where this page only answers a form."""
    if not _can_be_opened():
        return f"{url_for('content.home')}?{urlencode({SWITCH: code})}"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != SWITCH]
    # A path that begins with two slashes would lead to another host.
    return f"/{quote(request.path.lstrip('/'))}?{urlencode([*kept, (SWITCH, code)])}"


def _can_be_opened() -> bool:
    if request.method == "GET":
        return True
    routes = current_app.create_url_adapter(request)
    return routes is not None and routes.test(method="GET")
