"""Where a visitor must have been before a page about the answers means anything."""

from http import HTTPStatus

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.catalog import Condition
from prescreen.eligibility.answers import Facts
from prescreen.eligibility.planning import next_red_flag_question
from prescreen.web.resources import catalog
from prescreen.web.visits import Visit


def nothing_said(
    condition: Condition, visit: Visit, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Lead to urgent advice where a sign of an emergency stands, to the article where nothing was answered."""
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=condition.slug), status)
    if not visit.answers:
        return redirect(url_for("content.condition", slug=condition.slug), status)
    return None


def signs_unsettled(
    condition: Condition, visit: Visit, facts: Facts, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Lead there too, or to the question about a warning sign that was not answered yet."""
    elsewhere = nothing_said(condition, visit, status)
    sign = next_red_flag_question(catalog().interview(condition.slug), facts)
    if elsewhere or sign is None:
        return elsewhere
    return redirect(url_for("screener.question", slug=condition.slug, question_id=sign), status)
