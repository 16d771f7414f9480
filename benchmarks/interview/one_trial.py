"""How many questions and pages settle one chosen trial, from the questions about warning signs on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean

from benchmarks.base.workload import ON
from benchmarks.interview.walks import screens_of_walk
from prescreen.eligibility.assessment.answers import Answer, Facts
from prescreen.eligibility.interview.screens import Plan
from prescreen.eligibility.matching.planner import Planner


@dataclass(frozen=True)
class ForOne:
    """The means over people and trials, and the most questions."""

    questions: float
    pages: float
    most: int


def for_one(planner: Planner, people: Iterable[Mapping[str, Answer]]) -> ForOne:
    """Return how much each of these people is asked for each of the trials alone."""
    found = [_asked(planner, trial.id, said) for said in people for trial in planner.interview.trials]
    questions, pages = zip(*found, strict=True)
    return ForOne(mean(questions), mean(pages), max(questions))


def _asked(planner: Planner, trial_id: str, said: Mapping[str, Answer]) -> tuple[int, int]:
    """Return how many questions and pages one person is asked for a trial once no warning sign is open."""
    bank, is_settled = planner.interview.bank, list[bool]()

    def at(facts: Facts) -> Plan:
        standing = planner.at(facts).alone(trial_id)
        is_settled.append(standing.red_flag_question is None)
        return standing

    walk = screens_of_walk(at, bank, said, ON)
    after = [screen for screen, settled in zip(walk, is_settled, strict=False) if settled]
    return sum(len(screen.answered) for screen in after), len(after)
