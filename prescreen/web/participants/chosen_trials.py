"""The trials on the contact form: those that the person chose, and those that can be added."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from prescreen.catalog.criteria.catalog import Condition
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Determination, assess, shown_group
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.truth_codes import TRUE
from prescreen.web.base.language import say
from prescreen.web.base.request_context import catalog
from prescreen.web.interview.focus import marked_trials
from prescreen.web.interview.question_page import standing_of
from prescreen.web.participants.contact_form import Offer

MOST_CHOSEN = 20
"""The greatest number of trials on one form, and so of referrals from it."""
_MOST_TO_ADD = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The trials that a person asks for: those that can be offered, and a sentence on each that cannot."""

    offers: tuple[Offer, ...]
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormTrials:
    """The trials that the form shows, the ids of the ticked ones, and those that can be added by one button.

    `added` is the id of the one that was added just now, even if it was refused; empty where none was. `refused` are
    sentences on the ticked trials that are not shown; `more`: there are others in the results.
    """

    offers: tuple[Offer, ...]
    ticked: frozenset[str]
    added: str
    addable: tuple[Offer, ...]
    refused: tuple[str, ...]
    more: bool

    @property
    def all(self) -> tuple[Trial, ...]:
        """Return the trials that are shown or can be added."""
        return tuple(offer.trial for offer in (*self.offers, *self.addable))


def chosen(condition: Condition, facts: Facts, trial_ids: Iterable[str]) -> Chosen:
    """Return the trials with these ids that a person can be referred to, in this order, at most MOST_CHOSEN."""
    offers, refused = list[Offer](), dict[str, None]()
    for trial_id in dict.fromkeys(trial_ids):
        found = _offer(condition, facts, trial_id)
        if isinstance(found, Offer):
            offers.append(found)
        else:
            refused[found] = None
    if len(offers) > MOST_CHOSEN:
        refused[_("You can choose %(most)s trials at one time. We left out the rest.", most=MOST_CHOSEN)] = None
    return Chosen(tuple(offers[:MOST_CHOSEN]), tuple(refused))


def form_trials(
    condition: Condition, facts: Facts, ticked: Sequence[str], shown: Sequence[str] = (), added: str = ""
) -> FormTrials:
    """Return the trials of a form with these ticked and one added; `shown` are all that it showed before, in order.

    Those that are not ticked stay while they are offered and there is room. A form without any lists what fits best.
    """
    wanted = _told(condition, facts, chosen(condition, facts, (*ticked, added) if added else ticked))
    names = frozenset(offer.trial.id for offer in wanted.offers)
    others = _told(condition, facts, chosen(condition, facts, (one for one in shown if one not in names)))
    beside = others.offers[: MOST_CHOSEN - len(names)]
    order = {name: place for place, name in enumerate(dict.fromkeys((*shown, *ticked, added)))}
    offers = tuple(sorted((*wanted.offers, *beside), key=lambda offer: order[offer.trial.id]))
    offers = offers or _fitting(condition, facts, (), MOST_CHOSEN)
    room = min(_MOST_TO_ADD, MOST_CHOSEN - len(offers))
    addable = _fitting(condition, facts, offers, room + 1)
    return FormTrials(offers, names, added, addable[:room], wanted.refused, more=len(addable) > room)


def _offer(condition: Condition, facts: Facts, trial_id: str) -> Offer | str:
    """Return the offer of a trial, or a sentence on why there is none."""
    if trial_id not in catalog().planner(condition.slug).places:
        return _("One of the trials that you chose is not on this site.")
    trial = catalog().trials[trial_id]
    if not catalog().takes_leads(trial, facts.on):
        return _("“%(title)s” is not open to new people now, so you cannot choose it.", title=say(trial.title))
    # Judged alone: it is what the planner says among all, and the others are not asked about.
    if shown_group(trial, assess(trial, facts).determination) is Determination.INELIGIBLE:
        return _("“%(title)s” does not fit your answers now, so you cannot choose it.", title=say(trial.title))
    return Offer(trial, catalog().open_sites(trial))


def _told(condition: Condition, facts: Facts, found: Chosen) -> Chosen:
    """Return the chosen trials with what the form says of each: how well it fits, and how much is left to ask."""
    return replace(found, offers=tuple(_as_told(condition, facts, offer) for offer in found.offers))


def _as_told(condition: Condition, facts: Facts, offer: Offer) -> Offer:
    standing, place = standing_of(condition, facts), catalog().planner(condition.slug).places[offer.trial.id]
    return replace(offer, may_fit=bool(standing.shown_codes[place] == TRUE), left=standing.most_left(place))


def _fitting(condition: Condition, facts: Facts, shown: Sequence[Offer], most: int) -> tuple[Offer, ...]:
    """Return at most so many further trials within the visitor's wishes, those that fit best first."""
    taking, marked = catalog().taking_leads(condition.slug, facts.on), marked_trials(condition)
    taking = taking if marked is None else taking & marked
    found = standing_of(condition, facts).best_fitting(taking, most, without=[offer.trial.id for offer in shown])
    return tuple(_as_told(condition, facts, Offer(trial, catalog().open_sites(trial))) for trial in found)
