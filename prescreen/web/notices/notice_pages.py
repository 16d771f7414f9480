"""The pages of notices: privacy with cookies, and accessibility."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from prescreen.catalog.notices import ACCESSIBILITY, AccessibilityPart
from prescreen.eligibility.criteria.trials import Trial
from prescreen.web.base.cookies import VISIT
from prescreen.web.base.language import language, say
from prescreen.web.base.request_context import catalog
from prescreen.web.notices.cookie_wording import time_words
from prescreen.web.notices.privacy_notice import privacy_notice

pages = Blueprint("notices", __name__)

_MOST_NAMED = 100
"""So many trials are named; of a larger catalog each trial's own page names its sites."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """The trials that people can be passed on to, by title, and how many more there are."""

    trials: Sequence[Trial]
    more: int


@pages.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Show the privacy notice, and who can get data today."""
    return render_template("notices/privacy.html", notice=privacy_notice(), recipients=_recipients())


def _recipients() -> Recipients:
    named = sorted((one for one in catalog().trials.values() if not one.draft), key=lambda one: say(one.title))
    return Recipients(named[:_MOST_NAMED], max(0, len(named) - _MOST_NAMED))


@pages.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Show which standard the pages follow, what is known to fail, and whom to tell."""
    own = catalog().notice_parts(ACCESSIBILITY, language())
    parts = {part.value: own.get(part, "") for part in AccessibilityPart}
    return render_template("notices/accessibility.html", own=parts, hours=time_words(VISIT))
