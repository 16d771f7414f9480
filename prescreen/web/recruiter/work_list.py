"""The work list: the referrals of a recruiter's trials and sites."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from prescreen.web.recruiter.blueprint import allowed, pages, this_recruiter
from prescreen.web.recruiter.reading import Row, row, tally, trial_title
from prescreen.web.resources import catalog, now, resources
from prescreen.workflow.policy import Permission
from prescreen.workflow.recruiting import FIRST_PAGE, Page, named_worklist


@pages.get("/")
@allowed(Permission.LIST_REFERRALS, menu="Referrals")
def work_list() -> ResponseReturnValue:
    """Show the referrals of the recruiter's trials and sites, newest first."""
    recruiter = this_recruiter()
    page = Page(FIRST_PAGE.limit, beyond=request.args.get("beyond", type=UUID))
    with resources().database.writing() as session:
        listed = named_worklist(session, resources().keys, recruiter, now(), page)
    rows = [row(one, catalog(), now()) for one in listed]
    return render_template(
        "recruiter/work_list.html",
        rows=rows,
        tally=tally(rows),
        trials=[(trial_id, trial_title(catalog(), trial_id)) for trial_id in recruiter.trial_ids],
        is_first_page=page.beyond is None,
        older=_last_id(rows) if len(rows) == page.limit else None,
    )


def _last_id(rows: list[Row]) -> UUID:
    return rows[-1].referral.id
