"""What a person may be told of all trials at once, against each trial judged and told plainly."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.assessment.determination import Assessment, Determination, assess
from prescreen.eligibility.criteria.rules import BooleanTest, Missing, questions_behind, questions_in
from prescreen.eligibility.criteria.trials import COHORTS, Cohort, Criterion, Show, Trial
from prescreen.eligibility.criteria.truth import Truth
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner
from prescreen.eligibility.matching.told_findings import Told, ToldFinding
from tests.eligibility.samples import bank, boolean, grouped, include, text, trial
from tests.eligibility.worlds import interviews, known, people

Plain = tuple[str, Truth, bool]


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Interview, Facts, bool]:
    """Draw trials whose criteria are told in every way, someone who is judged by them, and whether all was asked."""
    plan = draw(interviews(computed=True))
    trials = tuple(_shown_somehow(draw, one) for one in plan.trials)
    facts = known(plan.bank, draw(people(plan.bank)))
    return replace(plan, trials=trials), facts, draw(st.booleans())


def _shown_somehow(draw: st.DrawFn, one: Trial) -> Trial:
    ways = st.sampled_from(list(Show))
    return replace(one, criteria=tuple(replace(item, show=draw(ways)) for item in one.criteria))


def quickly(plan: Interview, facts: Facts, *, over: bool) -> Told:
    return Planner(plan).at(facts).told(over=over)


def findings(told: Told, place: int) -> list[ToldFinding]:
    return [told.finding(place, number) for number in range(len(told.codes_of(place)))]


def plainly(judged: Assessment, *, over: bool) -> list[Plain]:
    """Return what a person is told of one trial, by the rule in words."""
    later = {finding.criterion.id for finding in judged.findings if finding.criterion.show is Show.END and not over}
    alone = len(later) == 1 and all(finding.criterion.id in later for finding in judged.blockers)
    told = []
    for finding in judged.findings:
        name, permits = finding.criterion.id, finding.permits
        if name in later:
            permits = Truth.FALSE if alone and permits is Truth.FALSE else Truth.UNKNOWN
        told.append((name, permits, name in later))
    return told


@given(conversations())
def test_each_trial_is_told_as_if_it_were_judged_alone(talk: tuple[Interview, Facts, bool]) -> None:
    plan, facts, over = talk
    told = quickly(plan, facts, over=over)

    for place, one in enumerate(plan.trials):
        found = [(item.criterion.id, item.permits, item.later) for item in findings(told, place)]
        assert found == plainly(assess(one, facts), over=over)


@given(conversations())
def test_the_best_comes_first_and_nothing_is_lost(talk: tuple[Interview, Facts, bool]) -> None:
    plan, facts, over = talk
    told = quickly(plan, facts, over=over)

    def standing_in_the_way(place: int) -> tuple[int, int]:
        judged = assess(plan.trials[place], facts)
        permits = [permits for _, permits, _ in plainly(judged, over=over)]
        return max(permits.count(Truth.FALSE), bool(judged.blockers)), permits.count(Truth.UNKNOWN)

    every = list(range(len(plan.trials)))
    assert told.ranked(every) == sorted(every, key=standing_in_the_way)
    assert sorted(place for group in Determination for place in told.group(group)) == every


def asked_by(criterion: Criterion, facts: Facts) -> Iterable[str]:
    """Return the questions to blame: of the criterion for all groups, those alone by which no group fits."""
    if criterion.rule is None:
        return ()
    every = questions_in(criterion.rule)
    behind = {*questions_behind(Truth.FALSE, criterion.rule, facts)}
    return [name for name in every if criterion.id != COHORTS or name in behind]


def blamed(criterion: Criterion, facts: Facts) -> Iterator[str]:
    for name in asked_by(criterion, facts):
        gone = facts.value(name) is Missing.NOT_APPLICABLE
        names = facts.bank.reached_from((name,))[:-1] if gone else (name,)
        yield from (one for one in names if not isinstance(facts.value(one), Missing))


def openly_forbidding(told: Told, place: int) -> list[Criterion]:
    return [one.criterion for one in findings(told, place) if one.permits is Truth.FALSE and not one.later]


@given(conversations())
def test_the_questions_that_stand_in_the_way_are_those_of_what_is_told(talk: tuple[Interview, Facts, bool]) -> None:
    plan, facts, over = talk
    told = quickly(plan, facts, over=over)
    ruled_out = told.group(Determination.INELIGIBLE)
    blocked: dict[str, list[int]] = {}
    for place in ruled_out:
        for name in {name for one in openly_forbidding(told, place) for name in blamed(one, facts)}:
            blocked.setdefault(name, []).append(place)

    assert dict(told.blocking_questions(ruled_out)) == {name: len(trials) for name, trials in blocked.items()}
    assert {name: told.blocked_by(name, ruled_out) for name in blocked} == blocked
    counts = [count for _, count in told.blocking_questions(ruled_out)]
    assert counts == sorted(counts, reverse=True)


@given(conversations())
def test_each_trial_is_sorted_once_under_a_reason_that_stays_if_it_has_one(talk: tuple[Interview, Facts, bool]) -> None:
    plan, facts, over = talk
    told = quickly(plan, facts, over=over)
    ruled_out = told.group(Determination.INELIGIBLE)

    folds = told.sorted_by_reason(ruled_out)

    placed = [place for _, places in folds for place in places]
    assert sorted(placed) == sorted(place for place in ruled_out if openly_forbidding(told, place))
    lasting = {place: list(staying_reasons(told, place, facts)) for place in placed}
    for name, places in folds:
        assert told.blocked_by(name, places) == places
        assert len({bool(lasting[place]) for place in places}) == 1
        assert all(name in lasting[place] or not lasting[place] for place in places)
    stays = [bool(lasting[places[0]]) for _, places in folds]
    assert stays == sorted(stays, reverse=True)


def staying_reasons(told: Told, place: int, facts: Facts) -> Iterator[str]:
    """Yield the questions of what stands in the way of a trial and cannot change by the passage of time alone."""
    for one in findings(told, place):
        rule = one.criterion.rule if one.permits is Truth.FALSE and not one.later else None
        if rule and facts.moving.isdisjoint(questions_in(rule)):
            yield from blamed(one.criterion, facts)


def test_a_question_that_no_trial_asks_blocks_nothing() -> None:
    questions = bank(boolean("a"))
    plan = Interview(questions, (trial(include("able", BooleanTest("a", True))),))

    told = quickly(plan, known(questions, {"a": False}), over=True)

    assert told.blocked_by("nothing", [0]) == []
    assert told.blocked_by("a", [0]) == [0]


def test_of_a_trial_with_groups_only_what_keeps_out_of_a_group_is_blamed() -> None:
    questions = bank(boolean("young"), boolean("back"), boolean("neck"))
    wanted = include("young", BooleanTest("young", True)), include("back", BooleanTest("back", True))
    back = Cohort("back", text("Back"), wanted)
    neck = Cohort("neck", text("Neck"), (include("neck", BooleanTest("neck", True)),))
    plan = Interview(questions, (grouped(cohorts=(back, neck)),))

    told = quickly(plan, known(questions, {"young": True, "back": False, "neck": False}), over=True)

    assert told.blocking_questions([0]) == [("back", 1), ("neck", 1)]
    assert told.blocked_by("young", [0]) == []
