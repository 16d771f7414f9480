"""“This seems wrong”: an anonymous note about one criterion of a trial."""

from http import HTTPStatus
from typing import Annotated

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from prescreen.catalog.assessment.fingerprints import evidence_fingerprint
from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.web.base.form_fields import Choice, Lines, Raw
from prescreen.web.base.forms import Form, posted, posted_or_400
from prescreen.web.base.request_context import catalog, condition_or_404, resources, today, trial_or_404
from prescreen.web.interview.answer_cookie import read_visit
from prescreen.web.interview.question_page import facts_of, waiting_question
from prescreen.web.participants.submission import trial_shown, was_shown
from prescreen.workflow.feedback import LONGEST, Note, NoteReason, leave_note

pages = Blueprint("noting", __name__)

_REASONS = {
    NoteReason.UNCLEAR: lazy_gettext("I do not understand it"),
    NoteReason.WRONG_FINDING: lazy_gettext("My answers were taken the wrong way"),
    NoteReason.OUT_OF_DATE: lazy_gettext("It is out of date, or the trial says something else"),
    NoteReason.OTHER: lazy_gettext("Something else"),
}


class ShownForm(Form):
    """The fingerprint of the trial as it was shown."""

    shown: Annotated[str, Raw()]


class VisibleLines(Lines):
    """Words without invisible characters, by which a note could be recognized."""

    def tidy(self, sent: str) -> str:
        """Return the words."""
        return "".join(one for one in super().tidy(sent) if one.isprintable() or one == "\n").strip()


class NoteForm(Form):
    """A note."""

    reason: Annotated[NoteReason, Choice(NoteReason, lazy_gettext("Choose what seems wrong."))]
    text: Annotated[str, VisibleLines(longest=LONGEST)]


@pages.get("/<slug>/trials/<trial_id>/notes")
def choose(slug: str, trial_id: str) -> ResponseReturnValue:
    """Ask which criterion of a trial seems wrong: one of those that may be shown now."""
    condition, trial = condition_or_404(slug), trial_or_404(slug, trial_id)
    return render_template("feedback/choose.html", condition=condition, trial=trial, lists=_lists(condition, trial))


@pages.get("/<slug>/trials/<trial_id>/notes/<int:place>")
def write(slug: str, trial_id: str, place: int) -> ResponseReturnValue:
    """Ask what seems wrong with the criterion at this position of the trial, from 0."""
    condition, trial = condition_or_404(slug), trial_or_404(slug, trial_id)
    return _note_page(condition, trial, _criterion_or_404(condition, trial, place), {})


@pages.post("/<slug>/trials/<trial_id>/notes/<int:place>")
def leave(slug: str, trial_id: str, place: int) -> ResponseReturnValue:
    """Store the note for the trial's authors: no address, no cookie, no time of day."""
    condition, trial = condition_or_404(slug), trial_or_404(slug, trial_id)
    criterion = _criterion_or_404(condition, trial, place)
    form, errors = posted(NoteForm)
    if not was_shown(posted_or_400(ShownForm).shown, trial):
        changed = _("This trial has changed since you opened this page. Please read the point again.")
        return _note_page(condition, trial, criterion, {"shown": changed, **errors}), HTTPStatus.CONFLICT
    if form is None:
        return _note_page(condition, trial, criterion, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    fingerprint = evidence_fingerprint(catalog().evidence(trial))
    note = Note(trial.id, criterion.id, fingerprint, form.reason, form.text, today())
    with resources().database.writing() as session:
        leave_note(session, note)
    return redirect(url_for("noting.thanks", slug=slug, trial_id=trial_id), HTTPStatus.SEE_OTHER)


@pages.get("/<slug>/trials/<trial_id>/notes/thanks")
def thanks(slug: str, trial_id: str) -> ResponseReturnValue:
    """Say what happens with a note."""
    condition, trial = condition_or_404(slug), trial_or_404(slug, trial_id)
    return render_template("feedback/note_thanks.html", condition=condition, trial=trial)


def _lists(condition: Condition, trial: Trial) -> list[tuple[Text | None, list[tuple[int, Criterion]]]]:
    """Return the criteria that may be shown with their positions: those for all, then by the name of each group."""
    placed = [(place, one) for place, one in enumerate(trial.authored) if _may_be_shown(condition, one)]
    parts = [(None, trial.common), *((cohort.name, cohort.criteria) for cohort in trial.cohorts)]
    lists = [(name, [(place, one) for place, one in placed if one in criteria]) for name, criteria in parts]
    return [(name, points) for name, points in lists if points]


def _criterion_or_404(condition: Condition, trial: Trial, place: int) -> Criterion:
    """Return the criterion at a position. The URL has no criterion id, which could reveal what the author hides."""
    if place >= len(trial.authored):
        abort(404)
    criterion = trial.authored[place]
    if not _may_be_shown(condition, criterion):
        abort(404)
    return criterion


def _may_be_shown(condition: Condition, criterion: Criterion) -> bool:
    """Whether visitors may read a criterion now: what its author keeps back, only when the questions are over."""
    return not criterion.is_kept_back or waiting_question(condition, facts_of(read_visit(condition.slug))) is None


def _note_page(condition: Condition, trial: Trial, criterion: Criterion, errors: dict[str, str]) -> str:
    return render_template(
        "feedback/note.html",
        condition=condition,
        trial=trial,
        criterion=criterion,
        shown=trial_shown(trial),
        reasons=_REASONS,
        longest=LONGEST,
        typed=request.form,
        errors=errors,
    )
