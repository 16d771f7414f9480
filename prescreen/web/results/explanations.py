"""What the answers mean for each trial, as the pages show it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from flask_babel import lazy_gettext

from prescreen.catalog.criteria.catalog import Catalog, Condition
from prescreen.eligibility.assessment.answers import Declined, Facts
from prescreen.eligibility.assessment.cohort_assessment import open_on
from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.assessment.outlook import fits_from
from prescreen.eligibility.criteria.rules import questions_in
from prescreen.eligibility.criteria.trials import CheckedBy, Cohort, Criterion, Trial
from prescreen.eligibility.matching.planner import Standing
from prescreen.eligibility.matching.told_findings import Told
from prescreen.eligibility.matching.truth_codes import CODE_OF
from prescreen.web.base.language import say
from prescreen.web.base.request_context import catalog
from prescreen.web.base.trial_wording import not_open_words
from prescreen.web.interview.answer_cookie import Visit
from prescreen.web.interview.progress import Progress
from prescreen.web.interview.question_page import is_over, progress_of, standing_of
from prescreen.web.results.groups import Group, groups_of, likeliest, nearest
from prescreen.web.results.reasons import Reason, reason_of, said_shortly

CHECKED_WORDS = {
    CheckedBy.PHONE: lazy_gettext("By phone"),
    CheckedBy.RECORDS: lazy_gettext("In your records"),
    CheckedBy.VISIT: lazy_gettext("At a visit"),
}
"""How the team checks a criterion, in the order in which it comes to that."""
_MOST_IN_SHORT = 6
LONGEST_IN_SHORT = 60
"""An answer of at most so many characters stands in a line with other words."""

_CODES = {truth.value: code for truth, code in CODE_OF.items()}


@dataclass(frozen=True)
class TrialResult:
    """One trial as the pages show it. Reasons are put into words when a page asks for them: most show only a few."""

    trial: Trial
    place: int
    judged: "Judged"
    codes: bytes
    """A code for each reason, in the author's order: see `Told.codes_of`."""

    @property
    def group(self) -> Determination:
        """Return the group in which the trial is shown."""
        return self.judged.told.group_of(self.place)

    @property
    def takes_leads(self) -> bool:
        """Whether people may be referred to the trial today."""
        return self.judged.catalog.takes_leads(self.trial, self.judged.facts.on)

    @property
    def not_open(self) -> str:
        """Return in a few words that the trial does not look for people now; empty where it does."""
        return not_open_words(self.trial)

    @property
    def still_to_check(self) -> tuple[Criterion, ...]:
        """Return the criteria that only the team can check, as far as they may be shown now."""
        return (*self.common_to_check, *(one for group in self.open_groups for one in group.still_to_check))

    @property
    def common_to_check(self) -> tuple[Criterion, ...]:
        """Return those of them that everybody must meet, whatever group of people they belong to."""
        return tuple(one for one in self.trial.common_checked if self.judged.over or not one.is_kept_back)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The groups of people whom the trial takes, as far as they may be told of now; judged once."""
        return groups_of(self.trial, self.judged.facts, over=self.judged.over)

    @property
    def open_groups(self) -> tuple[Group, ...]:
        """Return the groups whose own criteria do not rule the person out, as far as they may be told of now."""
        return tuple(group for group in self.groups if not group.is_shut)

    @property
    def likeliest(self) -> tuple[Group, ...]:
        """Return the groups that the answers fit, or else those that they still may; none where the trial does not fit.

        A group is no hope to people whom a criterion rules out that everybody must meet.
        """
        return likeliest(self.groups) if self.group is not Determination.INELIGIBLE else ()

    @property
    def nearest(self) -> Group | None:
        """Return the group with the least in its way, where the trial does not fit because no group does."""
        shut = self.group is Determination.INELIGIBLE and self.trial.cohorts and not self.open_groups
        return nearest(self.groups) if shut else None

    @property
    def fitting_then(self) -> Cohort | None:
        """Return the group that fits from the day of `fits_from` on, where it is one alone of several.

        None where a group has a criterion whose limits are not told: naming the group would tell of them.
        """
        if not all(one.is_told for cohort in self.trial.cohorts for one in cohort.ruled):
            return None
        first = self.fits_from if self.trial.cohorts else None
        found = open_on(self.trial, self.judged.facts, first) if first else ()
        return found[0] if len(found) == 1 else None

    @property
    def questions_left(self) -> int:
        """How many questions at most are left for this trial alone."""
        return self.judged.standing.most_left(self.place)

    @property
    def is_settled(self) -> bool:
        """Whether no question left to ask can change the result of this trial."""
        return self.judged.standing.is_settled(self.place)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Return all reasons."""
        return tuple(self._reason(number) for number in range(len(self.codes)))

    @property
    def fits_from(self) -> date | None:
        """Return the day from which on time alone removes what stands in the way; None where there is none.

        None too while a criterion is kept back: a day would tell that it permits, and no day that it does not.
        """
        keeps_back = not self.judged.over and any(one.is_kept_back for one in self.trial.ruled)
        if self.group is not Determination.INELIGIBLE or keeps_back:
            return None
        return fits_from(self.trial, self.judged.facts, self.judged.standing.blockers(self.place))

    @property
    def common_reasons(self) -> tuple[Reason, ...]:
        """Return the reasons that everybody is told: all but the one that stands for the groups."""
        return tuple(one for one in self.reasons if not self.trial.stands_for_cohorts(one.criterion))

    @property
    def common_against(self) -> tuple[Reason, ...]:
        """Return what stands in the way of everybody, whatever group they belong to."""
        return tuple(one for one in self.first("false") if not self.trial.stands_for_cohorts(one.criterion))

    @property
    def nearest_against(self) -> tuple[Reason, ...]:
        """Return what stands in the way in the group that is nearest, where no group fits."""
        return self.nearest.against if self.nearest else ()

    @property
    def is_out_by_groups_alone(self) -> bool:
        """Whether nothing stands in the way of everybody, but something does in each group."""
        return self.nearest is not None and not self.common_against

    @property
    def common_unknown(self) -> tuple[Reason, ...]:
        """Return what is not known yet of what everybody must meet, whatever group they belong to."""
        return tuple(one for one in self.first("unknown") if not self.trial.stands_for_cohorts(one.criterion))

    def count(self, permits: str) -> int:
        """Return how many reasons are of this truth: `true`, `false` or `unknown`."""
        return self.codes.count(_CODES[permits])

    def first(self, permits: str, most: int | None = None) -> tuple[Reason, ...]:
        """Return the first reasons of this truth, or all of them."""
        chosen = [number for number, code in enumerate(self.codes) if code == _CODES[permits]]
        return tuple(self._reason(number) for number in chosen[:most])

    def _reason(self, number: int) -> Reason:
        return reason_of(self.judged.told.finding(self.place, number), self.judged.facts)


@dataclass(frozen=True, slots=True)
class Judged:
    """One person's answers judged for all trials of a condition, which are named by their places in its interview."""

    catalog: Catalog
    trials: tuple[Trial, ...]
    standing: Standing
    told: Told
    facts: Facts
    progress: Progress
    over: bool
    """Whether the questions are over, so that everything may be shown."""

    def result(self, place: int) -> TrialResult:
        """Return one trial as it is shown. Until the questions are over, what its author withholds is withheld."""
        return TrialResult(self.trials[place], place, self, self.told.codes_of(place))


def judged(condition: Condition, visit: Visit, facts: Facts, *, marked_alone: bool = False) -> Judged:
    """Return what the facts of a visit say about all trials of a condition, as far as may be told by now.

    `marked_alone`: only those are shown that the interview asks about, so that its end is the end for them.
    """
    progress, standing = progress_of(condition, visit), standing_of(condition, facts)
    over = progress.waiting is None if marked_alone else is_over(condition, visit)
    told = standing.told(over=over)
    return Judged(catalog(), catalog().interview(condition.slug).trials, standing, told, facts, progress, over)


def said_in_short(condition: Condition, found: Judged) -> list[tuple[str, str]]:
    """Return the answers that most criteria ask for, each with what it is about, in the order they were given."""
    facts, chosen = found.facts, dict[str, str]()
    signs = {name for flag in condition.red_flags for name in questions_in(flag.when)}
    for name in found.told.asked_most:
        if name not in signs and (words := _few_words(name, facts)):
            chosen[name] = words
        if len(chosen) == _MOST_IN_SHORT:
            break
    return [(say(facts.bank[name].subject), chosen[name]) for name in facts.answers if name in chosen]


def _few_words(name: str, facts: Facts) -> str:
    """Return the answer to a question; empty where it has no short form, or says that nothing applies, or too much."""
    question, answer = facts.bank[name], facts.answers.get(name)
    if answer is None or question.short is None or isinstance(answer.value, Declined):
        return ""
    if isinstance(answer.value, frozenset) and not answer.value - question.exclusive_ids:
        return ""
    words = said_shortly(question, facts)
    return words if len(words) <= LONGEST_IN_SHORT else ""
