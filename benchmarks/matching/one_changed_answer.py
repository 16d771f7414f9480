"""One changed answer against judging again, with the same trials and the same person."""

from collections.abc import Callable, Sequence

from benchmarks.base.timing import Times, turns
from benchmarks.base.workload import ON, Values, answers
from benchmarks.matching.contest import Effort
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching import Matching

ANEW, CHANGED = "judged anew", "one answer changed"
ANEW_DATED, CHANGED_DATED = "judged anew, from dated answers", "one answer changed, from dated answers"
Change = tuple[Values, str]
"""A person's answers, and the question that was answered last."""


def changes(people: Sequence[Values]) -> list[Change]:
    """Return for each person eight of their questions, spread over all."""
    return [(values, name) for values in people for name in list(values)[:: max(1, len(values) // 8)]]


def changed_answers(bank: QuestionBank, trials: Sequence[Trial], people: Sequence[Values], effort: Effort) -> Times:
    """Time both ways of judging after a change. Raise AssertionError where their results differ."""
    matching, listed = Matching(bank, trials), changes(people)
    works = {**_plain(matching, listed), **_dated(matching, listed)}
    items = range(len(listed))
    for item in items:
        codes = [work(item).codes.tolist() for work in works.values()]  # type: ignore[attr-defined]
        if any(one != codes[0] for one in codes):
            raise AssertionError(f"a changed answer to '{listed[item][1]}' is judged otherwise than anew")
    return turns(works, items, rounds=effort.rounds, budget=effort.budget)


def _plain(matching: Matching, listed: Sequence[Change]) -> dict[str, Callable[[int], object]]:
    before = [matching.match_known(_without(values, name)) for values, name in listed]
    return {
        ANEW: lambda item: matching.match_known(listed[item][0]),
        CHANGED: lambda item: before[item].having({listed[item][1]: listed[item][0][listed[item][1]]}),
    }


def _dated(matching: Matching, listed: Sequence[Change]) -> dict[str, Callable[[int], object]]:
    bank = matching.bank
    before = [matching.match(Facts(bank, answers(_without(values, name)), ON)) for values, name in listed]
    after = [Facts(bank, answers(values), ON) for values, _ in listed]
    return {
        ANEW_DATED: lambda item: matching.match(after[item]),
        CHANGED_DATED: lambda item: matching.after(before[item], listed[item][1], after[item]),
    }


def _without(values: Values, name: str) -> Values:
    return {key: value for key, value in values.items() if key != name}
