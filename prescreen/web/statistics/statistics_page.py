"""The statistics of one trial: who visits, who is referred, the outcomes, and whom the team loses."""

from datetime import date, datetime, time
from http import HTTPStatus
from typing import Annotated

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
from prescreen.web.statistics.outcome_blocks import journey_block, outcome_block
from prescreen.web.statistics.stat_blocks import Block
from prescreen.workflow.accounts.permissions import Permission, Place, may
from prescreen.workflow.accounts.recruiters import Account
from prescreen.workflow.statistics import visit_statistics
from prescreen.workflow.statistics.equity import equity
from prescreen.workflow.statistics.referral_outcomes import outcomes

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
        blocks=_blocks(account, trial_id, period) if trial_id and not errors else [],
        errors=errors,
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK


def _blocks(account: Account, trial_id: str, period: str) -> list[Block]:
    since, trial = _since(period), catalog().trials.get(trial_id)
    scope = visit_statistics.scope_of(account, trial_id, _instant(since), with_tests=catalog().service.sample)
    if scope is None:
        if trial is not None:
            with resources().database.writing() as session:
                visit_statistics.record_refusal(session, account, trial_id, now())
        abort(HTTPStatus.NOT_FOUND)
    with resources().database.reading() as session:
        blocks = [outcome_block(outcomes(session, scope, now()))]
        if trial is not None:
            blocks += _of_visits(session, trial, since)
        if may(account, Permission.READ_CRITERIA_NOTES, Place(trial_id)):
            blocks.append(_notes(feedback.count(session, trial_id, since)))
        if may(account, Permission.LIST_REFERRALS, Place(trial_id)):
            blocks.append(_equity(session, scope))
    return blocks


def _of_visits(session: Session, trial: Trial, since: date | None) -> list[Block]:
    if resources().counters is None:
        return [Block("journeys", "From arriving to sending", "Visits are not counted here: counters are off.")]
    return [
        journey_block(visit_statistics.journeys(session, trial, since)),
        findings_block(visit_statistics.findings(session, trial, since), trial),
    ]


def _equity(session: Session, scope: Scope) -> Block:
    # Over all time: periods that differ by a month would reveal the few people of that month.
    whole = Scope(scope.trial_id, scope.site_ids, None, scope.with_tests)
    return equity_block(equity(session, whole, catalog().bank), catalog().bank, sample=catalog().service.sample)


def _notes(count: int) -> Block:
    said = f"{count or 'No'} note{'' if count == 1 else 's'} came in this period that a criterion seems wrong."
    return Block("notes", "Notes on the criteria", said)


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
