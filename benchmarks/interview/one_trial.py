"""How many questions and pages settle one chosen trial, from the questions about warning signs on."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

from benchmarks.base.workload import ON
from benchmarks.interview.drawn_people import person
from prescreen.eligibility.assessment.answers import Facts
from prescreen.eligibility.interview.screens import Plan, screens_of_walk
from prescreen.eligibility.matching.planner import Planner


@dataclass(frozen=True)
class ForOne:
    """The means over people and trials."""

    questions: float
    pages: float


def for_one(planner: Planner, seeds: Iterable[int]) -> ForOne:
    """Return how much each of these people is asked for each of the trials alone, on average."""
    found = [_asked(planner, trial.id, seed) for seed in seeds for trial in planner.interview.trials]
    return ForOne(mean(questions for questions, _ in found), mean(pages for _, pages in found))


def _asked(planner: Planner, trial_id: str, seed: int) -> tuple[int, int]:
    """Return how many questions and pages one person is asked for a trial once no warning sign is open."""
    bank, is_settled = planner.interview.bank, list[bool]()

    def at(facts: Facts) -> Plan:
        standing = planner.at(facts).alone(trial_id)
        is_settled.append(standing.red_flag_question is None)
        return standing

    walk = screens_of_walk(at, bank, person(bank, seed), ON)
    after = [screen for screen, settled in zip(walk, is_settled, strict=False) if settled]
    return sum(len(screen.answered) for screen in after), len(after)
