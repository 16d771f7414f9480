"""The page of a question, or of several that belong together, and where an interview stands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import Annotated, NamedTuple

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Answers, Facts
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import evaluate, questions_in
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import RedFlag
from prescreen.eligibility.interview.screens import asked_now, belonging, opening_left, screen
from prescreen.eligibility.matching.planner import Standing
from prescreen.web.base.form_fields import Raw
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, kept_with_catalog, once_for, today
from prescreen.web.interview.answer_cookie import Visit, progress_now
from prescreen.web.interview.fields_shown import FieldShown, answered_before, errors_told, last_said, said_last
from prescreen.web.interview.focus import focused_trial, is_lost, marked_trials, trials_asked_about
from prescreen.web.interview.progress import Progress, told_left
from prescreen.web.rendering.shared_parts import filled_page

REVIEW = "review"
_NAMED, _STARTS = "from", "prescreen.starts"


class CameFromForm(Form):
    """The page that a question was opened from."""

    page: Annotated[str, Raw(name=_NAMED)]


class _Start(NamedTuple):
    """An interview without any answer, which is the same for all visitors."""

    standing: Standing
    progress: Progress


def came_from() -> str:
    """Return the page that the question of this request was opened from; empty where none is named."""
    if "came_from" not in g:
        # Few requests name one, and reading a form takes as long as rendering a line.
        named = _NAMED in request.values
        g.came_from = read_valid(CameFromForm, request.values)[0].page if named else ""
    return str(g.came_from)


def facts_of(visit: Visit) -> Facts:
    """Return what a visit's answers say today, without those to questions that do not apply.

    The cookie keeps those as well: whoever corrects an earlier answer back need not answer them again. Computed once
    for the visit of a request, so that what is worked out from these facts is worked out once too.
    """
    every = all_facts_of(visit)
    return once_for("applicable_facts", every, every.applicable)


def all_facts_of(visit: Visit) -> Facts:
    """Return what a visit's answers say today, answers to questions that do not apply included.

    The values are the same; computed once for the visit of a request.
    """
    return once_for("facts", visit, lambda: Facts(visit.bank, visit.answers, today()))


def waiting_question(condition: Condition, facts: Facts) -> str | None:
    """Return the question to ask now: both opening questions are always asked, the plan decides the rest."""
    return asked_now(standing_of(condition, facts), facts, condition.opening_questions)


def progress_of(condition: Condition, visit: Visit) -> Progress:
    """Return where an interview stands: as noted with the last answer, or worked out where that is no longer so."""
    return progress_now(visit) or progress_with(condition, facts_of(visit))


def progress_with(condition: Condition, facts: Facts) -> Progress:
    """Return where an interview stands with these answers."""
    if not facts.answers and marked_trials(condition) is None:
        return _start_of(condition, facts.on).progress
    return _progress(condition, facts, standing_of(condition, facts))


def _progress(condition: Condition, facts: Facts, standing: Standing) -> Progress:
    waiting = asked_now(standing, facts, condition.opening_questions)
    return Progress(
        stamp=catalog().stamp,
        day=facts.on.toordinal(),
        waiting=waiting,
        may_fit=standing.count(Determination.POTENTIALLY_ELIGIBLE),
        undetermined=standing.count(Determination.UNDETERMINED),
        left=max(len(opening_left(condition.opening_questions, facts)), standing.pages_left.about),
        settles=standing.deciding(waiting) if waiting else 0,
        raised=raised_by(condition, facts),
        flags_settled=standing.red_flag_question is None,
        screen=screen_of(facts, standing, waiting, condition.opening_questions) if waiting else (),
    )


def asking(condition: Condition, facts: Facts) -> Standing:
    """Return the state of an interview that asks for the trial in focus alone; without one, for the marked trials.

    Computed once for the facts of a request.
    """
    standing, trial = standing_of(condition, facts), focused_trial(condition)
    return standing if trial is None else once_for("asking", facts, lambda: standing.alone(trial.id))


def waiting_now(condition: Condition, facts: Facts, progress: Progress) -> str | None:
    """Return the question to ask now, for the trial in focus or else for all; None at the end."""
    return asking(condition, facts).next_question if focused_trial(condition) else progress.waiting


def raised_by(condition: Condition, facts: Facts) -> tuple[int, ...]:
    """Return the indexes of the condition's red flags that these answers raise."""
    return tuple(place for place, flag in enumerate(condition.red_flags) if evaluate(flag.when, facts) is Truth.TRUE)


def screen_of(facts: Facts, standing: Standing, asked: str, opening: Collection[str]) -> tuple[str, ...]:
    """Return the questions of the page that asks this one now; `opening` ones are always asked."""
    return screen(asked, facts, belonging(standing, opening))


def is_wanted(standing: Standing, question_id: str, opening: Collection[str]) -> bool:
    """Return whether an unanswered question is to be asked where it applies."""
    return question_id in opening or standing.can_matter(question_id)


def always_asked(condition: Condition) -> tuple[str, ...]:
    """Return the questions that this request asks whether they matter or not: none for a trial in focus."""
    return () if focused_trial(condition) else condition.opening_questions


def question_page(
    condition: Condition,
    visit: Visit,
    asked: Question,
    fields: Sequence[FieldShown],
    faults: Mapping[str, str] | None = None,
) -> str:
    """Return the page that asks a question, with its fields; `faults` are by question."""
    shown = [one.question for one in fields]
    reading = next((one for one in shown if one.read), asked)
    title = (visit.bank.page_title_of(asked.id) or asked.ask) if len(shown) > 1 else None
    about = {"condition": condition, "asked": asked, "another": visit.for_another, "refused": bool(faults)}
    values = {
        "condition": condition,
        "asked": asked,
        "title": title,
        "fields": fields,
        **errors_told(fields, faults or {}),
        "came_from": came_from(),
        "reading": reading,
        **_surroundings(condition, visit, asked.id, shown),
    }
    about |= {"title": title, "reading": reading}
    return filled_page("interview/question.html", about, "interview/question_holes.html", values)


def _surroundings(condition: Condition, visit: Visit, asked: str, shown: Sequence[Question]) -> dict[str, object]:
    """Return what the page of a question shows of the interview: the question before, advice, and how far it is."""
    facts, progress = all_facts_of(visit), progress_of(condition, visit)
    last, before = last_said(facts, facts.answers), last_said(facts, answered_before(facts.answers, shown))
    return {
        "before": visit.bank[before] if before else None,
        "fresh_advice": fresh_advice(condition, visit),
        "may": progress.may_fit + progress.undetermined,
        "left": _left(condition, visit, progress),
        "focus": focused_trial(condition),
        "focus_lost": is_lost(condition),
        "trials": trials_asked_about(condition),
        "limited": marked_trials(condition) is not None,
        "every_trial": len(catalog().interview(condition.slug).trials),
        "settles": _settles(condition, visit, asked, progress) if len(shown) == 1 else 0,
        "can_see_results": progress.flags_settled and last != "",
        "said_last": partial(said_last, facts, shown),
    }


def _left(condition: Condition, visit: Visit, progress: Progress) -> int | None:
    """Return about how many pages are left; of a trial in focus, whose people mostly fit, the most questions.

    None where the number would rise.
    """
    if trial := focused_trial(condition):
        return told_left(_most_asked(condition, visit, trial), _told_alone(visit, trial))
    return told_left(progress.left, visit.fewest) if progress.waiting else None


def _most_asked(condition: Condition, visit: Visit, trial: Trial) -> int:
    place = catalog().planner(condition.slug).places[trial.id]
    return standing_of(condition, facts_of(visit)).most_asked(place)


def _told_alone(visit: Visit, trial: Trial) -> int | None:
    named, fewest = visit.fewest_alone or ("", None)
    return fewest if named == trial.id else None


def fewest_alone(condition: Condition, visit: Visit, changed: Visit) -> tuple[str, int] | None:
    """Return the trial in focus, and the fewest questions that were told to be left for it, after an answer.

    Without a trial in focus that of the visit stays. None at the end of its questions.
    """
    trial = focused_trial(condition)
    if trial is None:
        return visit.fewest_alone
    fewest, left = _told_alone(visit, trial), _most_asked(condition, changed, trial)
    shown = _most_asked(condition, visit, trial) if fewest is None else fewest
    return (trial.id, min(shown, left)) if left else None


def _settles(condition: Condition, visit: Visit, question_id: str, progress: Progress) -> int:
    """Return how many trials an answer to this question alone can settle: none in focus, or once it is answered."""
    if focused_trial(condition):
        return 0
    if question_id == progress.waiting:
        return progress.settles
    return 0 if question_id in visit.answers else standing_of(condition, facts_of(visit)).deciding(question_id)


def fresh_advice(condition: Condition, visit: Visit) -> list[RedFlag]:
    """Return the red flags that the page answered last raises, so that the next one tells their advice."""
    facts = all_facts_of(visit)
    latest = visit.again if visit.again in facts.answers else last_said(facts, facts.answers)
    said = frozenset(visit.bank.together_with(latest)) if latest else frozenset()
    raised = flags_of(condition, progress_of(condition, visit))
    return [flag for flag in raised if said.intersection(questions_in(flag.when))]


def flags_of(condition: Condition, progress: Progress) -> tuple[RedFlag, ...]:
    """Return the red flags that the answers raise, in the author's order."""
    return tuple(condition.red_flags[place] for place in progress.raised)


def standing_of(condition: Condition, facts: Facts) -> Standing:
    """Return the state of an interview, which asks for the marked trials; computed once for the facts of a request."""
    among = marked_trials(condition)
    if not facts.answers and among is None:
        return _start_of(condition, facts.on).standing
    return once_for(f"standing {condition.slug}", facts, lambda: catalog().planner(condition.slug).at(facts, among))


def is_over(condition: Condition, visit: Visit) -> bool:
    """Return whether no question waits for any trial, also of those that the interview does not ask about."""
    if progress_of(condition, visit).waiting is not None:
        return False
    unmarked = marked_trials(condition) is not None
    return not unmarked or catalog().planner(condition.slug).next_question(facts_of(visit)) is None


def _start_of(condition: Condition, on: date) -> _Start:
    """Return the start of an interview on a day, computed once a day for each catalog."""
    kept: dict[str, _Start] = kept_with_catalog(_STARTS)
    start = kept.get(condition.slug)
    if start is None or start.progress.day != on.toordinal():
        facts = Facts(catalog().bank, Answers(), on)
        standing = catalog().planner(condition.slug).at(facts)
        start = kept[condition.slug] = _Start(standing, _progress(condition, facts, standing))
    return start


def nothing_said(
    condition: Condition, visit: Visit, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Return the page that comes first: urgent advice in an emergency, or that no answers are here; else None."""
    if visit.emergency:
        return redirect(url_for("screener.urgent", slug=condition.slug), status)
    if not visit.answers:
        return render_template("interview/answers_gone.html", condition=condition), HTTPStatus.GONE
    return None


def unsettled_sign(condition: Condition, facts: Facts) -> str | None:
    """Return the question about a warning sign that must be answered before anything can be sent; None without one."""
    return standing_of(condition, facts).red_flag_question


def signs_unsettled(
    condition: Condition, visit: Visit, facts: Facts, status: HTTPStatus = HTTPStatus.FOUND
) -> ResponseReturnValue | None:
    """Return likewise the page that comes first, or an unanswered question about a warning sign; else None."""
    elsewhere, sign = nothing_said(condition, visit, status), unsettled_sign(condition, facts)
    if elsewhere or sign is None:
        return elsewhere
    return redirect(url_for("screener.question", slug=condition.slug, question_id=sign), status)
