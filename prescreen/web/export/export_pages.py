"""Pages of exports: the referrals of a trial as a file, and the recruiter's earlier exports."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import NoReturn, cast
from uuid import UUID

from flask import Response, abort, current_app, render_template, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from prescreen.export.formats import KINDS, Source, chunks
from prescreen.export.redcap_fields.criteria import criteria_of
from prescreen.storage.audit.events import Actor, ActorKind, Subject
from prescreen.storage.export.export_runs import RunState, StoredRun
from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import trial_title
from prescreen.web.base.forms import read_valid
from prescreen.web.base.request_context import catalog, local, now, resources
from prescreen.web.export.download_slots import RETRY_AFTER_SECONDS, DownloadSlots, Slot, held, not_too_slow
from prescreen.web.export.export_form import ExportFields, ExportForm, empty_form, read_form
from prescreen.workflow.accounts.permissions import Permission
from prescreen.workflow.export.export_runs import (
    LISTED_RUNS,
    Recorder,
    begin,
    can_go_on,
    own_run,
    own_runs,
    refused,
    rest_of,
    state_of,
)
from prescreen.workflow.export.referral_rows import Format, Wanted, permitted


@dataclass(frozen=True, slots=True)
class StateWords:
    """How the state of an export is shown: a style, a sign, and the words that are read."""

    style: str
    sign: str
    words: str


_WORDS = {
    RunState.RUNNING: StateWords("open", "…", "under way"),
    RunState.FINISHED: StateWords("fits", "✓", "complete"),
    RunState.ABORTED: StateWords("late", "!", "stopped"),
}


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One line of the list of exports, with the trial's title; `sites` are empty for all of the trial's."""

    run: StoredRun
    format: str
    state: StateWords
    trial: str
    sites: str
    goes_on: bool

    @property
    def short_digest(self) -> str:
        """Return the beginning of the digest, enough to compare by eye."""
        return (self.run.digest or "")[:12]


def listed(run: StoredRun, now: datetime) -> ListedRun:
    """Return an export's line."""
    return ListedRun(
        run=run,
        format=KINDS[Format(run.format)].words,
        state=_WORDS[state_of(run, now)],
        trial=trial_title(catalog(), run.trial_id),
        sites=", ".join(run.filter.get("sites") or ()),
        goes_on=can_go_on(run, now),
    )


_SLOTS = "prescreen.downloads"
_BUSY = "Other downloads are running. Try again in half a minute."
# What server, proxies and network may buffer when a transfer stops: the rest must begin before that, not after.
_ON_THE_WAY = 16 << 20
_LONGEST_NAME = 64


@pages.get("/exports")
@allowed(Permission.LIST_REFERRALS, menu="Exports")
def exports() -> ResponseReturnValue:
    """Show the form for an export, and the recruiter's earlier ones."""
    return _page(empty_form(this_recruiter(), read_valid(ExportFields, request.args)[0].trial))


@pages.post("/exports")
@allowed(Permission.LIST_REFERRALS)
def make_export() -> ResponseReturnValue:
    """Send the file that the form asks for, or the form again with what is wrong."""
    form = read_form(this_recruiter(), request.form)
    if form.wanted is None:
        return _page(form), HTTPStatus.UNPROCESSABLE_ENTITY
    return _file(form.wanted, form)


@pages.post("/exports/<uuid:run_id>/rest")
@allowed(Permission.LIST_REFERRALS)
def rest_of_export(run_id: UUID) -> ResponseReturnValue:
    """Send the rest of a stopped export: everything that was not surely sent."""
    recruiter = this_recruiter()
    with resources().database.reading() as session:
        run = own_run(session, recruiter, run_id)
    if run is None or not can_go_on(run, now()):
        _refuse("export_run", str(run_id))
    return _file(rest_of(run), empty_form(recruiter, run.trial_id))


@pages.get("/exports/<uuid:run_id>.sha256")
@allowed(Permission.LIST_REFERRALS)
def digest_of_export(run_id: UUID) -> ResponseReturnValue:
    """Send the digest of a complete file, as `sha256sum --check` reads it."""
    with resources().database.reading() as session:
        run = own_run(session, this_recruiter(), run_id)
    if run is None or run.digest is None:
        _refuse("export_run", str(run_id))
    name = _name(run.trial_id, Format(run.format), run.id, run.started_at)
    response = Response(f"{run.digest}  {name}\n", mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.sha256")
    return response


def _page(form: ExportForm) -> str:
    with resources().database.reading() as session:
        runs = own_runs(session, this_recruiter())
    known = catalog().trials
    trials = [(one, f"{one} · {known[one].title}" if one in known else one) for one in form.trials]
    return render_template(
        "export/exports.html",
        form=form,
        trials=trials,
        runs=[listed(run, now()) for run in runs],
        is_cut=len(runs) == LISTED_RUNS,
    )


def _file(wanted: Wanted, form: ExportForm) -> ResponseReturnValue:
    """Send a file, or show the form again where too many downloads are running."""
    allowed_part = permitted(this_recruiter(), wanted)
    if allowed_part is None:
        _refuse("trial", wanted.trial_id)
    slot = _slots().take()
    if slot is None:
        page = _page(replace(form, errors={"form": _BUSY}))
        return page, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return _streamed(allowed_part, slot)


def _slots() -> DownloadSlots:
    """Return the places for downloads in this process."""
    return cast(DownloadSlots, current_app.extensions[_SLOTS])


@pages.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_SLOTS] = DownloadSlots()


def _streamed(wanted: Wanted, slot: Slot) -> Response:
    tools = resources()
    actor = Actor(ActorKind.RECRUITER, str(this_recruiter().id))
    run = begin(tools.database, wanted, actor, now())
    kind = KINDS[wanted.format]
    source = Source(tools.database, tools.keys, criteria_of(catalog(), wanted.trial_id))
    recorder = Recorder(tools.database, run, lambda: datetime.now(UTC), on_the_way=_ON_THE_WAY)
    body = recorder.passed(not_too_slow(chunks(source, wanted)), last_words=kind.last_words)
    response = Response(held(slot, body), mimetype=kind.mimetype)
    # A body that was never started cannot end either.
    response.call_on_close(slot.release)
    name = _name(wanted.trial_id, wanted.format, run.id, now())
    response.headers.set("Content-Disposition", "attachment", filename=name)
    # If a proxy buffered megabytes, the page would count referrals that have not arrived yet.
    response.headers.set("X-Accel-Buffering", "no")
    return response


def _name(wanted_trial: str, form: Format, run_id: UUID, at: datetime) -> str:
    """Return a file name that is unique to the export, and to which its digest refers."""
    day = local(at).date()
    return f"{wanted_trial}-{day}-{str(run_id)[-6:]}.{KINDS[form].ending}"


def _refuse(kind: str, what: str) -> NoReturn:
    with resources().database.writing() as session:
        refused(session, this_recruiter(), Subject(kind, what[:_LONGEST_NAME]), now())
    # After the transaction, so that the record of the refusal is kept.
    abort(HTTPStatus.NOT_FOUND)
