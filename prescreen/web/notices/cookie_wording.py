"""What each cookie is for, and how long it stays, in the words of the privacy notice."""

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from prescreen.web.base.cookies import COOKIES, CookieKind

COOKIE_USES: Mapping[CookieKind, LazyString] = {
    CookieKind.ANSWERS: lazy_gettext("Your answers, locked, so that only this service can read them."),
    CookieKind.FORM: lazy_gettext("Knows that the form was shown in your browser, so that no one else gets your link."),
    CookieKind.TYPED: lazy_gettext("What you typed into the form and did not send yet, locked."),
    CookieKind.THANKS: lazy_gettext("Shows you your private link after you sent the form."),
    CookieKind.MINE: lazy_gettext("Keeps your own page open after you opened your private link."),
    CookieKind.LANGUAGE: lazy_gettext("The language you chose."),
    CookieKind.STAFF_SESSION: lazy_gettext("Keeps a team member signed in."),
    CookieKind.STAFF_SIGN_IN: lazy_gettext("Guards the sign-in form against forged requests."),
    CookieKind.STAFF_BROWSER: lazy_gettext("Knows a browser in which a team member signed in before."),
}

_HOUR, _YEAR = timedelta(hours=1), timedelta(days=365)


def cookie_lines() -> list[str]:
    """Return a line of Markdown for each cookie: its name, what it is for, and how long it stays."""
    return [
        _("**%(name)s** (%(life)s): %(use)s", name=_shown_name(kind), life=_life(kind), use=use)
        for kind, use in COOKIE_USES.items()
    ]


def _shown_name(kind: CookieKind) -> str:
    return f"{kind.value}…" if COOKIES[kind].has_ending else kind.value


def _life(kind: CookieKind) -> str:
    definition = COOKIES[kind]
    told = time_words(definition.life) if definition.life is not None else _("until you close the browser")
    return _("staff only, %(life)s", life=told) if definition.for_staff else told


def time_words(life: timedelta) -> str:
    """Return a time in words: years, days or hours, whichever is the largest that it is whole in."""
    if not life % _YEAR:
        return ngettext("%(num)s year", "%(num)s years", life // _YEAR)
    if not life % timedelta(days=1):
        return ngettext("%(num)s day", "%(num)s days", life.days)
    return ngettext("%(num)s hour", "%(num)s hours", life // _HOUR)
