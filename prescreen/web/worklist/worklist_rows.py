"""The rows of the work list: the person, why they are next, and what to ask."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE
from prescreen.eligibility.criteria.trials import CheckedBy
from prescreen.storage.referrals.referrals import FindingRecord, StoredReferral
from prescreen.web.accounts.consent_wording import PURPOSE_WORDS
from prescreen.web.accounts.staff_wording import FITS, STATES, Done, Today, Why, language_name, trial_title, why_now
from prescreen.web.base.formatting import first_sentence
from prescreen.workflow.worklist.listing import OPEN, Listed

_NOBODY, _READER = "nobody", "you"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the work list. People who withdrew, or whom the reader may not know, have no name.

    `fits` is the style and the words of a tag, `because` the shortest reason for it, and `ask` the first thing to ask.
    `language` is the person's, where it is not English; `keeper` is who has the referral.
    """

    listed: Listed = field(repr=False)
    name: str | None = field(repr=False)
    why: Why
    trial_title: str
    place: str
    fits: tuple[str, str] | None
    because: str
    ask: str
    channels: tuple[str, ...]
    language: str
    state: str
    keeper: str

    @property
    def referral(self) -> StoredReferral:
        """Return the referral of this line."""
        return self.listed.referral


def row(listed: Listed, today: Today) -> Row:
    """Return one line of the work list."""
    referral, catalog, contact = listed.referral, today.catalog, listed.contact
    is_foreign = contact is not None and contact.language != DEFAULT_LANGUAGE
    return Row(
        listed=listed,
        name=contact.name if contact else None,
        why=why_now(referral, Done(listed.last_call, listed.reminder), today),
        trial_title=trial_title(catalog, referral.trial_id),
        place=_place(referral, catalog),
        fits=FITS[referral.determination] if referral.determination else None,
        because=_because(referral, catalog),
        ask=next(_to_ask(referral, catalog), "nothing left to ask") if referral.state in OPEN else "",
        # "Text" alone: three ways must fit a narrow column, where a way that is cut off would not be used.
        channels=tuple(PURPOSE_WORDS[channel].removesuffix(" message") for channel in listed.channels),
        language=language_name(contact.language) if contact and is_foreign else "",
        state=STATES[referral.state],
        keeper=_READER if referral.assigned_to == today.reader else listed.keeper or _NOBODY,
    )


def _place(referral: StoredReferral, catalog: Catalog) -> str:
    """Return the city of the site, or its name where the trial has two in one city, and how far away the person is."""
    trial = catalog.trials.get(referral.trial_id)
    cities = [site.city for site in trial.sites] if trial else []
    city = next((site.city for site in trial.sites if site.id == referral.site_id), None) if trial else None
    place = city if city and cities.count(city) == 1 else referral.site_name
    return place if referral.miles is None else f"{place}, {referral.miles:,} mi"


def _because(referral: StoredReferral, catalog: Catalog) -> str:
    match referral.determination:
        case Determination.POTENTIALLY_ELIGIBLE:
            return f"{_groups(referral, catalog)}all answers fit"
        case Determination.UNDETERMINED:
            unknown = list(referral.permitting("unknown"))
            count = len({name for one in unknown for name in one["open_questions"]}) or len(unknown)
            return f"{_groups(referral, catalog)}{count} {'answer' if count == 1 else 'answers'} open"
        case Determination.INELIGIBLE:
            return next((words for one in referral.permitting("false") for words in _about(one, referral, catalog)), "")
    return ""


def _groups(referral: StoredReferral, catalog: Catalog) -> str:
    """Return, to stand before other words, which groups of people fit, or else which may; empty where all do.

    They come first, since a narrow column cuts off what comes last.
    """
    trial = catalog.trials.get(referral.trial_id)
    every = tuple(one.id for one in trial.cohorts) if trial else ()
    left = [one for one in every if one not in referral.shut_cohorts]
    shown = [one for one in left if one in referral.fitting_cohorts] or left
    names = [str(one.name) for one in trial.cohorts if one.id in shown] if trial else []
    return f"{', '.join(names)}: " if 0 < len(names) < len(every) else ""


def _to_ask(referral: StoredReferral, catalog: Catalog) -> Iterator[str]:
    """Yield what to ask, in short: what is unknown, then what the team asks by phone, then what does not fit."""
    for one in referral.permitting("unknown"):
        yield from _about(one, referral, catalog)
    trial = catalog.trials.get(referral.trial_id)
    for criterion in trial.still_to_check if trial else ():
        if criterion.id in referral.still_to_check and criterion.checked is CheckedBy.PHONE:
            group = trial.cohort_of(criterion.id) if trial else None
            yield f"{f'{group.name}: ' if group else ''}{first_sentence(str(criterion.text)).rstrip('.')}?"
    for one in referral.permitting("false"):
        yield from _about(one, referral, catalog)


def _about(finding: FindingRecord, referral: StoredReferral, catalog: Catalog) -> Iterator[str]:
    """Yield what the questions behind a finding are about, those that are open first, as today's catalog has them."""
    trial = catalog.trials.get(referral.trial_id)
    every = (*trial.criteria, *trial.authored) if trial else ()
    criterion = next((one for one in every if one.id == finding["criterion"]), None)
    asked = questions_in(criterion.rule) if criterion and criterion.rule else ()
    for name in (*finding["open_questions"], *asked):
        if name in catalog.bank:
            yield str(catalog.bank[name].subject)
