"""The statistics of one trial: who visits, who is referred, the outcomes, and whom the team loses."""

from dataclasses import dataclass
from datetime import date, datetime, time
from http import HTTPStatus
from typing import Annotated, NoReturn

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage import Session, feedback
from prescreen.storage.interview.usage_counters import month_of
from prescreen.storage.statistics.referral_counts import Scope
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import trial_title
from prescreen.web.base.form_fields import Choice, Line
from prescreen.web.base.forms import Form, read_valid
from prescreen.web.base.request_context import catalog, now, resources, today
from prescreen.web.statistics.criterion_blocks import findings_block
from prescreen.web.statistics.equity_blocks import equity_block
from prescreen.web.statistics.outcome_blocks import outcome_block, speed_block
from prescreen.web.statistics.stat_blocks import Block, Tile
from prescreen.web.statistics.tiles import tiles
from prescreen.web.statistics.visit_blocks import steps_block, views_block
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.statistics import visit_statistics
from prescreen.workflow.statistics.equity import equity
from prescreen.workflow.statistics.referral_outcomes import outcomes
from prescreen.workflow.statistics.visit_steps import VisitSteps, visit_steps

PERIODS = {"1": "This month", "3": "Last 3 months", "6": "Last 6 months", "12": "Last 12 months", "all": "All time"}
"""The number of months of each period, the current one included, in the order of the select field."""

_USUAL, _EVER = "3", "all"
_MONTHS = 12


class NumbersForm(Form):
    """Of which trial and period; both may be left out."""

    trial: Annotated[str, Line(longest=None)]
    period: Annotated[
        str | None,
        Choice({one: one for one in PERIODS}, wrong="There is no such period. Choose one from the list."),
    ]


@pages.get("/numbers")
@allowed(Permission.SEE_NUMBERS, menu="Numbers")
def trial_numbers() -> ResponseReturnValue:
    """Show the statistics of one of the account's trials, in a period."""
    account = this_recruiter()
    trials = [(trial_id, trial_title(catalog(), trial_id)) for trial_id in account.trial_ids]
    form, errors = read_valid(NumbersForm, request.args)
    period, trial_id = form.period or _USUAL, form.trial or next((trial_id for trial_id, _title in trials), None)
    page = render_template(
        "statistics/numbers.html",
        trials=trials,
        titled=[(trial_id, f"{title} ({trial_id})") for trial_id, title in trials],
        chosen=trial_id,
        period=period,
        periods=PERIODS,
        numbers=_numbers(account, trial_id, period) if trial_id and not errors else None,
        sample=catalog().service.sample,
        errors=errors,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the page shows of a trial: the figures on top, the four charts, and further blocks."""

    tiles: tuple[Tile, ...]
    blocks: tuple[Block, ...]
    further: tuple[Block, ...]


def _numbers(account: Account, trial_id: str, period: str) -> Numbers:
    since = _since(period)
    scope = visit_statistics.scope_of(account, trial_id, _instant(since), with_tests=catalog().service.sample)
    if scope is None:
        _refuse(account, trial_id)
    may_see_who = may(account, Permission.LIST_REFERRALS, Place(trial_id))
    with resources().database.reading_apart() as session:
        found, trial = outcomes(session, scope, now()), catalog().trials.get(trial_id)
        steps = _steps(session, trial, since)
        charts = [speed_block(found), outcome_block(found)]
        further = [_equity(session, scope)] if may_see_who else []
        if trial is not None:
            charts, views = _with_visits(session, trial, since, steps, charts)
            further += views
        if may(account, Permission.READ_CRITERIA_NOTES, Place(trial_id)):
            further.append(_notes(feedback.count(session, trial_id, since)))
    return Numbers(tiles(found, steps, may_see_who=may_see_who), tuple(charts), tuple(further))


def _refuse(account: Account, trial_id: str) -> NoReturn:
    if trial_id in catalog().trials:
        with resources().database.writing() as session:
            visit_statistics.record_refusal(session, account, trial_id, now())
    abort(HTTPStatus.NOT_FOUND)


def _steps(session: Session, trial: Trial | None, since: date | None) -> VisitSteps | None:
    """Return how far visits came; None where they are not counted, or for a trial that is no longer in the catalog."""
    return None if trial is None or resources().counters is None else visit_steps(session, trial, since)


def _with_visits(
    session: Session, trial: Trial, since: date | None, steps: VisitSteps | None, charts: list[Block]
) -> tuple[list[Block], list[Block]]:
    """Return the charts with those of visits around them, and the further blocks on visits."""
    if steps is None:
        off = Block("journeys", "Where do people stop?", "Visits are not counted here: counters are off.")
        return [off, *charts], []
    findings = findings_block(visit_statistics.findings(session, trial, since), trial)
    views = views_block(visit_statistics.page_views(session, trial, since))
    return [steps_block(steps), *charts, findings], [views]


def _equity(session: Session, scope: Scope) -> Block:
    # Over all time: periods that differ by a month would reveal the few people of that month.
    whole = Scope(scope.trial_id, scope.site_ids, None, scope.with_tests)
    return equity_block(equity(session, whole, catalog().bank), catalog().bank, sample=catalog().service.sample)


def _notes(count: int) -> Block:
    said = f"{count or 'No'} note{'' if count == 1 else 's'} came in this period that a criterion seems wrong."
    return Block("notes", "Do criteria seem wrong to visitors?", said)


def _since(period: str) -> date | None:
    """Return the first day of a period; None for all time."""
    if period == _EVER:
        return None
    month = today().year * _MONTHS + today().month - int(period)
    return month_of(date(month // _MONTHS, month % _MONTHS + 1, 1))


def _instant(day: date | None) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time(), tzinfo=catalog().service.timezone)
