"""Pages of referrals that another site of the trial left unanswered, and that may be taken over; without identity."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from prescreen.web.accounts.staff_pages import allowed, pages, this_recruiter
from prescreen.web.accounts.staff_wording import FITS, in_words, trial_title
from prescreen.web.base.form_fields import Pair
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import catalog, desk, now, refuse_closed_now, resources
from prescreen.workflow.accounts.permissions import Permission, may
from prescreen.workflow.referrals.reassignments import Offer, OpenSites, ReassignmentOutcome, Wish, offers_to, take_over
from prescreen.workflow.registry.closing import ClosedMeanwhileError


class TakeOverForm(Form):
    """The trial and the site that takes over."""

    place: Annotated[tuple[str, str], Pair("/")]


_GONE = (
    "That referral is no longer on offer: another site was quicker, its own site answered after all, or the person "
    "took the permission back. Nothing changed."
)


_CLOSED = "The registry says that this trial or site takes no new people any more. Nothing changed."


@pages.get("/offers")
@allowed(Permission.WORK_REFERRALS)
def offers() -> ResponseReturnValue:
    """Show the referrals on offer to the recruiter's sites."""
    return _page("")


@pages.post("/offers/<uuid:referral_id>")
@allowed(Permission.WORK_REFERRALS)
def take_offer(referral_id: UUID) -> ResponseReturnValue:
    """Take over a referral for one of the recruiter's sites, or show why that was not possible."""
    trial_id, site_id = posted_or_400(TakeOverForm).place
    site = next((one for one in _open_sites().get(trial_id, ()) if one.id == site_id), None)
    try:
        with resources().database.writing() as session:
            taken = take_over(session, this_recruiter(), Wish(referral_id, trial_id, site), desk())
            if taken.outcome is ReassignmentOutcome.TAKEN:
                refuse_closed_now(session, [(trial_id, site_id)])
    except ClosedMeanwhileError:
        return _page(_CLOSED), HTTPStatus.CONFLICT
    if taken.outcome is ReassignmentOutcome.TAKEN:
        return redirect(url_for("recruiter.referral", referral_id=taken.referral_id), HTTPStatus.SEE_OTHER)
    # After the transaction, so that the record of the refusal is kept.
    if taken.outcome is ReassignmentOutcome.REFUSED:
        abort(HTTPStatus.NOT_FOUND)
    return _page(_GONE), HTTPStatus.CONFLICT


def _page(sentence: str) -> str:
    found = _offers()
    return render_template(
        "referrals/offers.html",
        offers=found,
        titles={one.referral.trial_id: trial_title(catalog(), one.referral.trial_id) for one in found},
        fits=FITS,
        waited={one.referral.id: in_words(now() - one.referral.created_at) for one in found},
        sentence=sentence,
    )


def _offers() -> list[Offer]:
    with resources().database.reading() as session:
        return offers_to(session, this_recruiter(), _open_sites(), desk())


def _open_sites() -> OpenSites:
    """Return the open sites of the recruiter's trials."""
    trials = (catalog().trials.get(trial_id) for trial_id in this_recruiter().trial_ids)
    return {trial.id: catalog().open_sites(trial) for trial in trials if trial}


@pages.context_processor
def _beside_every_page() -> dict[str, object]:
    """Return a template function that counts the offers; only a page that calls it causes a query."""
    return {"offers_waiting": lambda: len(_offers()) if may(this_recruiter(), Permission.WORK_REFERRALS) else 0}
