"""The one criterion that stands for all cohorts of a trial, so that no engine needs to know of cohorts."""

from collections.abc import Mapping, Sequence

from prescreen.eligibility.criteria.rules import All, Any, Rule
from prescreen.eligibility.criteria.text import DEFAULT_LANGUAGE, Text
from prescreen.eligibility.criteria.trials import COHORTS, Cohort, Criterion, Kind, Show

_WORDS: Mapping[str, str] = {
    "en": "You fit at least one of these groups: {names}.",
    "es": "Usted encaja en al menos uno de estos grupos: {names}.",
}
_LEAST_SHOWN = (Show.END, Show.DIRECTION, Show.FULL)


def cohort_criterion(cohorts: Sequence[Cohort]) -> Criterion | None:
    """Return the inclusion criterion that permits where in some cohort all criteria with a rule permit.

    Return None where some cohort has no rule: then no answer can rule a person out of all of them.

    >>> from prescreen.eligibility.criteria.rules import BooleanTest
    >>> smokes = Criterion("smokes", Kind.INCLUSION, Text({"en": "You smoke."}), BooleanTest("smoker", True))
    >>> drinks = Criterion("drinks", Kind.INCLUSION, Text({"en": "You drink."}), BooleanTest("drinker", True))
    >>> one = Cohort("smokers", Text({"en": "People who smoke"}), (smokes,))
    >>> other = Cohort("drinkers", Text({"en": "People who drink"}), (drinks,))
    >>> found = cohort_criterion([one, other])
    >>> str(found.text)
    'You fit at least one of these groups: People who smoke; People who drink.'
    >>> cohort_criterion([one, Cohort("others", Text({"en": "Anybody else"}))]) is None
    True
    """
    if not cohorts or not all(cohort.ruled for cohort in cohorts):
        return None
    # Whether a person fits some group tells as much of each limit as the limit itself would.
    show = min((one.show for cohort in cohorts for one in cohort.ruled), key=_LEAST_SHOWN.index)
    return Criterion(COHORTS, Kind.INCLUSION, _text(cohorts), Any(tuple(map(_rule, cohorts))), show=show)


def _rule(cohort: Cohort) -> Rule:
    rules = tuple(rule for one in cohort.ruled if (rule := one.permitting_rule))
    return rules[0] if len(rules) == 1 else All(rules)


def _text(cohorts: Sequence[Cohort]) -> Text:
    """Return the wording in each language that all names have; no criterion is named, since some are not shown."""
    spoken = [language for language in _WORDS if all(language in cohort.name.by_language for cohort in cohorts)]
    return Text({one: _worded(one, cohorts) for one in spoken or [DEFAULT_LANGUAGE]})


def _worded(language: str, cohorts: Sequence[Cohort]) -> str:
    return _WORDS[language].format(names="; ".join(cohort.name.in_language(language) for cohort in cohorts))
