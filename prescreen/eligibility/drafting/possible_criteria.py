"""Which criteria nobody can meet, alone or together, and which shut out people to whom a question does not apply."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.reachable_truths import prospect
from prescreen.eligibility.criteria.rules import All, Any, AtLeast, Not, Rule, questions_in
from prescreen.eligibility.criteria.trials import Criterion, Kind, Trial
from prescreen.eligibility.drafting.implied_rules import exclude_each_other, implies


def can_permit(blank: Facts, *criteria: Criterion) -> bool:
    """Whether some possible answers, of which `blank` has none, satisfy all these criteria."""
    return not exclude_each_other(blank, *_permitting(criteria))


def can_forbid(blank: Facts, criterion: Criterion) -> bool:
    """Whether some possible answers do not satisfy a criterion."""
    return prospect(All(_permitting((criterion,))), blank).to_false is not None


def contradictions(blank: Facts, criteria: Sequence[Criterion]) -> Iterator[tuple[Criterion, Criterion]]:
    """Yield each pair of criteria that no possible answers satisfy together, in the author's order."""
    for first, second in combinations(criteria, 2):
        if not set(tested(first)).isdisjoint(tested(second)) and not can_permit(blank, first, second):
            yield first, second


def tested(criterion: Criterion) -> tuple[str, ...]:
    """Return the questions that a criterion's rule names."""
    return questions_in(criterion.rule) if criterion.rule else ()


def beside(trial: Trial, criterion: Criterion) -> tuple[Criterion, ...]:
    """Return the other criteria with a rule that everybody meets who meets this one: common ones, and its cohort's."""
    own = [one for cohort in trial.cohorts if criterion in cohort.criteria for one in cohort.ruled]
    return tuple(one for one in (*trial.ruled, *own) if one is not criterion)


def missed_questions(trial: Trial, criterion: Criterion, blank: Facts) -> Iterator[str]:
    """Yield each question of an inclusion that shuts out those to whom it does not apply, unless the trial does so."""
    if criterion.kind is not Kind.INCLUSION or criterion.rule is None:
        return
    for name in questions_in(criterion.rule):
        gate = blank.bank[name].ask_if
        if gate and not _can_hold(criterion.rule, name, True) and not _is_meant(trial, criterion, gate, blank):
            yield name


def _permitting(criteria: Sequence[Criterion]) -> tuple[Rule, ...]:
    return tuple(rule for one in criteria if (rule := one.permitting_rule))


def _can_hold(rule: Rule, inapplicable: str, wanted: bool) -> bool:
    """Return whether a rule can be `wanted` when one question does not apply and all other answers are free."""
    match rule:
        case All(parts):
            return (all if wanted else any)(_can_hold(part, inapplicable, wanted) for part in parts)
        case Any(parts):
            return (any if wanted else all)(_can_hold(part, inapplicable, wanted) for part in parts)
        case Not(part):
            return _can_hold(part, inapplicable, not wanted)
        case AtLeast(count, parts):
            able = sum(_can_hold(part, inapplicable, wanted) for part in parts)
            return able >= (count if wanted else len(parts) - count + 1)
        case _:
            return rule.question != inapplicable or not wanted


def _is_meant(trial: Trial, criterion: Criterion, gate: Rule, blank: Facts) -> bool:
    """Return whether the trial itself excludes the people to whom the gate does not apply."""
    gating = frozenset(questions_in(gate))
    if not gating.isdisjoint(tested(criterion)):
        return True
    return any(
        not gating.isdisjoint(tested(other)) and implies(permits, gate, blank)
        for other in beside(trial, criterion)
        if (permits := other.permitting_rule)
    )
