"""Home, the condition's article with the screener beside it, and one trial."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.eligibility.assessment.determination import Determination
from prescreen.web.base.formatting import answer_words
from prescreen.web.base.language import language
from prescreen.web.base.request_context import catalog, condition_or_404, trial_or_404
from prescreen.web.base.trial_wording import not_open_sentence
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.interview.focus import marked_trials
from prescreen.web.interview.question_page import facts_of
from prescreen.web.interview.usage_events import count_arrival, count_shown, count_trial
from prescreen.web.results.explanations import CHECKED_WORDS, judged
from prescreen.web.results.result_filters import Nearest, read_filters
from prescreen.web.results.wish_summary import wished_place

pages = Blueprint("content", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    """Show the conditions, or redirect to the only one."""
    conditions = catalog().conditions
    if len(conditions) == 1:
        return redirect(url_for("content.condition", slug=next(iter(conditions))))
    counted = [(one, len(catalog().trials_for(slug))) for slug, one in conditions.items()]
    return render_template("content/home.html", conditions=counted)


@pages.get("/<slug>")
def condition(slug: str) -> ResponseReturnValue:
    """Show the article, with the first opening question that waits or the next step beside it."""
    chosen = condition_or_404(slug)
    visit, trials = read_visit(slug), len(catalog().trials_for(slug))
    count_arrival(slug)
    waiting = [name for name in chosen.opening_questions if name not in visit.answers]
    asked = visit.bank[waiting[0]] if waiting and trials and not visit.emergency else None
    count_shown([asked.id] if asked else [], visit)
    articles = [article for name in chosen.articles if (article := catalog().article(name, language()))]
    return render_template(
        "content/condition.html",
        condition=chosen,
        articles=articles,
        visit=visit,
        asked=asked,
        answered=[
            (question, answer_words(question, answer))
            for name in chosen.opening_questions
            if (answer := visit.answers.get(name)) and (question := visit.bank[name])
        ],
        trials=trials,
    )


@pages.get("/<slug>/trials/<trial_id>")
def trial(slug: str, trial_id: str) -> ResponseReturnValue:
    """Show one trial: what it is, what taking part involves, and what the answers so far mean for it."""
    chosen, found = condition_or_404(slug), trial_or_404(slug, trial_id)
    visit = read_visit(slug)
    count_arrival(slug)
    count_trial(trial_id, visit)
    facts, marked, place = facts_of(visit), marked_trials(chosen), catalog().planner(slug).places[trial_id]
    known = judged(chosen, visit, facts, marked_alone=marked is None or bool(marked[place]))
    result = known.result(place)
    is_offered = bool(facts.answers) and result.takes_leads and result.group is not Determination.INELIGIBLE
    filters = read_filters(request.args, wished_place(visit))
    return render_template(
        "content/trial.html",
        condition=chosen,
        trial=found,
        result=result,
        nearest=Nearest(slug, filters).of(found),
        can_send=is_offered,
        not_open=not_open_sentence(found, is_offered=is_offered),
        registry_status=catalog().status_of(found),
        waiting=known.progress.waiting,
        query=filters.query(),
        answered=len(facts.answers) > 0,
        checked_words=CHECKED_WORDS,
    )
