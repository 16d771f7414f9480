"""Exports: the referrals of a trial as a file."""

from http import HTTPStatus

from flask import Response, abort
from flask.typing import ResponseReturnValue

from prescreen.export.csv import csv_lines
from prescreen.web.recruiter.blueprint import allowed, pages, this_recruiter
from prescreen.web.resources import now, resources, today
from prescreen.workflow.exporting import export_rows, recruiters_scope
from prescreen.workflow.policy import Permission


@pages.post("/export/<trial_id>.csv")
@allowed(Permission.EXPORT_CSV)
def export(trial_id: str) -> ResponseReturnValue:
    """Stream the referrals of a trial as CSV."""
    scope = recruiters_scope(this_recruiter(), trial_id)
    if scope is None:
        abort(HTTPStatus.NOT_FOUND)
    rows = export_rows(resources().database, resources().keys, trial_id, scope, now())
    response = Response(csv_lines(rows), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{trial_id}-{today()}.csv")
    return response
