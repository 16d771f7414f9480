"""What a visitor can take along: a page for the doctor, and the answers as a file.

Both are anonymous and not stored.
"""

import json
from collections.abc import Iterable
from fractions import Fraction
from http import HTTPStatus

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.growth import grown
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.interview.question_selection import raised
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.request_context import catalog, condition_or_404
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.interview.explanations import CHECKED_WORDS, TrialResult, results
from prescreen.web.interview.question_page import (
    facts_of,
    nothing_said,
    signs_unsettled,
    standing_of,
    waiting_question,
)

pages = Blueprint("sheet", __name__)

_MOST_OPEN = 5
"""The greatest number of undetermined trials on the page."""


@pages.get("/<slug>/sheet")
def sheet(slug: str) -> ResponseReturnValue:
    """Show a page to print and take to a doctor."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    facts = facts_of(visit)
    if elsewhere := signs_unsettled(condition, visit, facts):
        return elsewhere
    over, groups = waiting_question(condition, facts) is None, standing_of(condition, facts).groups
    fitting = results(catalog(), groups[Determination.POTENTIALLY_ELIGIBLE], facts, over=over)
    unsure = results(catalog(), groups[Determination.UNDETERMINED], facts, over=over)
    signs = _signs(condition, facts)
    return render_template(
        "interview/sheet.html",
        condition=condition,
        signs=_answered(signs, facts),
        advice=raised(catalog().interview(slug), facts),
        said=_answered((name for name in facts.answers if name not in signs), facts),
        fitting=fitting,
        unsure=sorted(unsure, key=_unknown)[:_MOST_OPEN],
        checked_words=CHECKED_WORDS,
    )


def _signs(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """Return the questions about warning signs."""
    asked = dict.fromkeys(name for flag in condition.red_flags for name in questions_in(flag.when))
    return facts.bank.reached_from(tuple(asked))


def _answered(question_ids: Iterable[str], facts: Facts) -> list[tuple[Question, str]]:
    """Return those questions that were answered, with the answers in words."""
    return [
        (facts.bank[name], answer_words(facts.bank[name], answer))
        for name in question_ids
        if (answer := facts.answers.get(name))
    ]


def _unknown(one: TrialResult) -> int:
    return len(one.with_permits("unknown"))


@pages.get("/<slug>/answers.json")
def answers(slug: str) -> ResponseReturnValue:
    """Return the visitor's own answers as a file that `prescreen assess` reads."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if elsewhere := nothing_said(condition, visit, HTTPStatus.SEE_OTHER):
        return elsewhere
    facts = facts_of(visit)
    data = {
        "answers": {name: _as_today(facts.bank[name], facts) for name in facts.answers},
        "answered_on": facts.on.isoformat(),
    }
    content = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="answers.json"'}
    return Response(content, mimetype="application/json", headers=headers)


def _as_today(question: Question, facts: Facts) -> object:
    """Return an answer as of today, for a file with one day: what grows has grown since the day it was given."""
    answer = facts.answers.given[question.id]
    value = grown(question, answer.value, answer.on, facts.on) if isinstance(answer.value, Fraction) else answer.value
    written = to_json(value)
    # A number of more digits than JSON's readers keep is read as text, with its unit.
    has_unit = question.unit is not None and isinstance(value, Fraction)
    return f"{written} {question.unit}" if has_unit and isinstance(written, str) else written
