"""What a visitor can take along: a page for the doctor, and the answers as a file.

Both are anonymous and not stored. Both keep to the trials that are chosen in the address, where it names some.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answer_encoding import to_json
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.growth import grown
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Trial
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.forms import read_valid
from prescreen.web.base.request_context import catalog, condition_or_404
from prescreen.web.interview.answer_cookie import Visit, read_visit
from prescreen.web.interview.proxy_respondent import ChosenForm
from prescreen.web.interview.question_page import facts_of, flags_of, is_over, nothing_said, signs_unsettled
from prescreen.web.results.explanations import CHECKED_WORDS, Judged, TrialResult, judged
from prescreen.web.results.result_filters import Filters, Nearest, listed, read_filters
from prescreen.web.results.wish_summary import listed_trials, outside_listed, wished_place

pages = Blueprint("sheet", __name__)

_MOST = {Determination.POTENTIALLY_ELIGIBLE: (20, 2), Determination.UNDETERMINED: (5, 1)}
"""The greatest number of trials of each group on the page, and of those that show what remains to be checked.

Those that do not fit are not on it. Where none was chosen, it is to be printed on two sheets.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """The trials of one group on the page, those in full before those by name, and how many more the group has."""

    shown: list[TrialResult]
    named: list[TrialResult]
    more: int

    @property
    def all(self) -> list[TrialResult]:
        """Return the trials on the page."""
        return self.shown + self.named


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers to the questions of one page of the interview, under its heading; None for pages of one question."""

    heading: Text | None
    rows: list[tuple[Question, str]]


@pages.get("/<slug>/sheet")
def sheet(slug: str) -> ResponseReturnValue:
    """Show a page to print and take to a doctor."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    facts = facts_of(visit)
    if elsewhere := signs_unsettled(condition, visit, facts):
        return elsewhere
    filters, chosen, signs = read_filters(request.args, wished_place(visit)), _chosen(slug), _signs(condition, facts)
    found = judged(condition, visit, facts, marked_alone=not (chosen or filters.outside))
    fitting, unsure = _sections(condition, found, chosen, filters)
    others = [name for name in facts.answers if name not in signs]
    return render_template(
        "results/sheet.html",
        condition=condition,
        signs=_answered(signs, facts),
        advice=flags_of(condition, found.progress),
        said=[Answered(heading, _answered(page, facts)) for heading, page in facts.bank.by_heading(others)],
        fitting=fitting,
        unsure=unsure,
        chosen=chosen,
        outside=0 if chosen else outside_listed(condition, filters),
        left_out=len(chosen) - len(fitting.all) - len(unsure.all),
        query=filters.query(),
        checked_words=CHECKED_WORDS,
    )


def _chosen(slug: str) -> tuple[str, ...]:
    """Return the trials of the condition that the address names; none where it names none that is known."""
    places = catalog().planner(slug).places
    return tuple(one for one in read_valid(ChosenForm, request.args)[0].trial if one in places)


def _sections(condition: Condition, found: Judged, chosen: tuple[str, ...], filters: Filters) -> list[Section]:
    """Return the chosen trials by group, or else the first of each group in the order of the results."""
    near, among, ids = Nearest(condition.slug, filters), listed_trials(condition, filters), frozenset(chosen)
    sections = []
    for group, (most, most_in_full) in _MOST.items():
        if chosen:
            ranked = found.told.ranked(found.told.group(group))
            places = shown = [place for place in ranked if found.trials[place].id in ids]
        else:
            places = listed(found, group, filters, near, among).places
            shown = places[:most]
        results, full = [found.result(place) for place in shown], len(shown) if chosen else most_in_full
        sections.append(Section(results[:full], results[full:], len(places) - len(shown)))
    return sections


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


@pages.get("/<slug>/answers.json")
def answers(slug: str) -> ResponseReturnValue:
    """Return the visitor's own answers as a file that `prescreen assess` reads; of chosen trials, what they ask."""
    condition, visit = condition_or_404(slug), read_visit(slug)
    if elsewhere := nothing_said(condition, visit, HTTPStatus.SEE_OTHER):
        return elsewhere
    facts = facts_of(visit)
    data = {
        "answers": {name: _as_today(facts.bank[name], facts) for name in _kept(condition, visit, facts)},
        "answered_on": facts.on.isoformat(),
    }
    content = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="answers.json"'}
    return Response(content, mimetype="application/json", headers=headers)


def _kept(condition: Condition, visit: Visit, facts: Facts) -> list[str]:
    """Return the answered questions that the chosen trials reach, and the opening ones; all where none is chosen."""
    chosen = [catalog().trials[one] for one in _chosen(condition.slug)]
    if not chosen:
        return list(facts.answers)
    tested = _tested(chosen, over=is_over(condition, visit))
    reached = {*condition.opening_questions, *facts.bank.reached_from(tested)}
    return [name for name in facts.answers if name in reached]


def _tested(trials: Iterable[Trial], *, over: bool) -> tuple[str, ...]:
    """Return the questions that trials test; until the questions are over, without those of criteria kept back.

    A question in the file would name what such a criterion is about.
    """
    told = (one for trial in trials for one in trial.authored if over or not one.is_kept_back)
    return tuple(dict.fromkeys(name for one in told if one.rule for name in questions_in(one.rule)))


def _as_today(question: Question, facts: Facts) -> object:
    """Return an answer as of today, for a file with one day: what grows has grown since the day it was given."""
    answer = facts.answers.given[question.id]
    value = grown(question, answer.value, answer.on, facts.on) if isinstance(answer.value, Fraction) else answer.value
    written = to_json(value)
    # A number of more digits than JSON's readers keep is read as text, with its unit.
    has_unit = question.unit is not None and isinstance(value, Fraction)
    return f"{written} {question.unit}" if has_unit and isinstance(written, str) else written
