"""Which trials the questions are asked for: those within the wishes; or the focus, one that each address names.

The focus stands there so that a link, the back button, the switch of language and several windows keep to what they
show. See docs/decisions/0040-one-trial-at-a-time.md.
"""

from typing import Annotated

from flask import g, request

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.wishes.wish_table import Marks
from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, once_for
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.wishes.visit_wishes import wish_table

ONLY = "only"
_LOST = "~"
"""Stands in an address for a trial that is lost: no id has this sign."""


class FocusForm(Form):
    """The trial that the questions are asked for."""

    trial: Annotated[str, Raw(name=ONLY)]


def _named() -> str:
    """Return the trial that this request names; empty where it names none."""
    if "focus" not in g:
        g.focus = read_valid(FocusForm, request.values)[0].trial if ONLY in request.values else ""
    return str(g.focus)


def focused_trial(condition: Condition) -> Trial | None:
    """Return the trial that the questions are asked for; None where they are asked for all."""
    named = _named()
    known = bool(named) and named in catalog().planner(condition.slug).places
    return catalog().trials[named] if known else None


def is_lost(condition: Condition) -> bool:
    """Return whether a trial is named that this site does not have, or no longer: then they are asked for all."""
    return bool(_named()) and focused_trial(condition) is None


def in_address(condition: Condition) -> dict[str, str]:
    """Return what keeps the focus in the address of another question, as values for `url_for`.

    That a trial is lost is named once more, so that the next page says so.
    """
    trial = focused_trial(condition)
    return {ONLY: trial.id if trial else _LOST} if _named() else {}


def trials_asked_about(condition: Condition) -> int:
    """Return how many trials the interview of this request asks about."""
    marked = marked_trials(condition)
    return len(catalog().interview(condition.slug).trials) if marked is None else int(marked.sum())


def marked_trials(condition: Condition) -> Marks | None:
    """Return which trials the interview of this request asks about; None for all of them."""
    wishes = read_visit(condition.slug).wishes
    if wishes is None or not wishes.limits:
        return None
    return once_for("marked_trials", wishes, lambda: wish_table(condition.slug).inside(wishes))
