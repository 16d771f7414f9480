"""The parts of a run, one after the other; each gives what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from benchmarks import rivals
from benchmarks.base import workload
from benchmarks.base.report import Curve, Section, Table, Target, ranged, timed
from benchmarks.base.timing import Range
from benchmarks.cohort.rematch import Row, rematched
from benchmarks.interview.interview_length import interviews, without_priors, yardsticks
from benchmarks.matching.contest import Contest, Effort, one_person, one_trial
from benchmarks.matching.memory import memory_of
from benchmarks.matching.own_engines import Ours, OursOverPeople
from benchmarks.rivals.cel_rust import CelInRust
from benchmarks.rivals.handwritten_closures import Closures
from benchmarks.rivals.handwritten_polars import PolarsByHand
from benchmarks.rivals.sql_tables import SqliteTable
from benchmarks.rivals.zen_engine import ZenEngine
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.interview.priors import Observed
from prescreen.eligibility.interview.question_selection import Interview
from prescreen.eligibility.matching.planner import Planner

_SEED = 1
_EARLIER = 1_000
"""How many people were counted before; others than those who are asked."""


@dataclass(frozen=True)
class Sizes:
    """How large a run is."""

    trials: Sequence[int]
    people: Sequence[int]
    leads: Sequence[int]
    interviewed: int
    effort: Effort
    compiled: int
    exported: int
    workbook: int
    referrals: int
    files: int


FULL = Sizes(
    trials=(100, 1_000, 10_000, 100_000),
    people=(10_000, 100_000, 1_000_000),
    leads=(10_000, 100_000, 1_000_000),
    interviewed=100,
    effort=Effort(rounds=9, budget=8, items=8),
    compiled=10_000,
    exported=1_000_000,
    workbook=100_000,
    referrals=100_000,
    files=1_000,
)
QUICK = Sizes(
    trials=(100, 1_000),
    people=(10_000,),
    leads=(),
    interviewed=3,
    effort=Effort(3, 0.5, 4),
    compiled=1_000,
    exported=20_000,
    workbook=5_000,
    referrals=2_000,
    files=100,
)


def one_person_many_trials(sizes: Sizes) -> Section:
    """Judge one person against ever more trials."""
    bank = workload.bank(_SEED)
    people = workload.people(bank, sizes.effort.items, _SEED)
    section = Section(
        "One person, many trials",
        "From the known answers of one person (about 105 of 150) to a determination for every trial. *prescreen* is "
        "how the pages group trials, from dated answers; the others start from plain values.",
    )
    contests = []
    for size in sizes.trials:
        contestants = [Ours(), *(make() for make in rivals.judges())]
        contests.append(one_person(contestants, bank, workload.trials(bank, size, _SEED), people, sizes.effort))
        section.tables.append(_contest_table(contests[-1], "trials", Ours.name, Closures.name))
    section.targets += _person_targets({contest.size: contest for contest in contests})
    section.curves += _curves(contests)
    section.notes += _left_out(contests, "trials")
    return section


def _person_targets(contests: dict[int, Contest]) -> list[Target]:
    def faster(size: int, than: str) -> Range | None:
        return contests[size].faster(Ours.name, than) if size in contests else None

    return [
        Target("one person, 100 trials, against closures", 1, None, faster(100, Closures.name)),
        Target("one person, 1,000 trials, against CEL in Rust", 25, 80, faster(1_000, CelInRust.name)),
        Target("one person, 1,000 trials, against zen-engine", 18, 140, faster(1_000, ZenEngine.name)),
        Target("one person, 10,000 trials, against CEL in Rust", 70, 240, faster(10_000, CelInRust.name)),
        Target("one person, 10,000 trials, against zen-engine", 120, 440, faster(10_000, ZenEngine.name)),
    ]


def _contest_table(contest: Contest, what: str, ours: str, base: str) -> Table:
    ranked = sorted(contest.times, key=lambda name: contest.time(name).middle)
    rows = []
    for name in ranked:
        against, best = contest.faster(name, base), contest.faster(ours, name)
        ratios = [ranged(ratio) if ratio else "" for ratio in (against, best)]
        rows.append([name, f"{contest.prepared[name]:.2f} s", timed(contest.time(name)), *ratios])
    header = [f"{contest.size:,} {what}", "prepared in", "time", f"times faster than {base}", f"{ours} is faster by"]
    return Table(header, rows)


def _curves(contests: Sequence[Contest]) -> list[Curve]:
    names = dict.fromkeys(name for contest in contests for name in contest.times)
    return [Curve(name, [(one.size, one.time(name).middle) for one in contests if name in one.times]) for name in names]


def _left_out(contests: Sequence[Contest], what: str) -> list[str]:
    return [f"{name}, {contest.size:,} {what}: {why}" for contest in contests for name, why in contest.left_out.items()]


def compiling(sizes: Sizes) -> Section:
    """Compile the catalog, and look at what it takes in memory."""
    bank = workload.bank(_SEED)
    made = workload.trials(bank, sizes.compiled, _SEED)
    took = Range.of(_seconds_to_compile(bank, made) for _ in range(min(5, sizes.effort.rounds)))
    measured = {size: memory_of(size) for size in sizes.trials}
    stages = ("imports", "trials", "compiled", "judged", "peak")
    rows = [[f"{size:,}", *(f"{one[stage]:,.0f} MB" for stage in stages)] for size, one in measured.items() if one]
    section = Section(
        "Compiling, and memory",
        f"{sizes.compiled:,} trials are compiled in {timed(took)}, for judging and planning. Memory of a process of "
        "its own, after each stage: with Python and the libraries, with the trials as read, with the compiled trials "
        "beside them, after judging and planning for twenty people; and the most it ever held, while compiling.",
        [Table(["trials", *stages], rows)],
    )
    ten = measured.get(10_000)
    held, peak = (Range(ten[one], ten[one], ten[one]) if ten else None for one in ("judged", "peak"))
    section.targets += [
        Target("compile 10,000 trials", 3, 0.5, took if sizes.compiled == 10_000 else None, " s", less_is_better=True),
        Target("memory of 10,000 trials, held while judging", 200, None, held, " MB", less_is_better=True),
        Target("memory of 10,000 trials, at its highest while compiling", 200, None, peak, " MB", less_is_better=True),
    ]
    return section


def _seconds_to_compile(bank: QuestionBank, trials: tuple[Trial, ...]) -> float:
    start = perf_counter()
    Planner(Interview(bank, trials))
    return perf_counter() - start


def questions_asked(sizes: Sizes) -> Section:
    """Interview people who answer everything until all trials are decided."""
    section = Section(
        "Questions until everything is decided",
        f"{sizes.interviewed} people who answer everything; all questions cost the same, none comes first. The bound "
        "knows all answers beforehand and settles every trial with the fewest questions that can do it. Ratios are the "
        "mean over people, with the best and the worst person, and of all questions together.",
    )
    rows = []
    for many, least, aim in ((100, 1.33, 1.15), (1_000, 1.22, 1.10)):
        bank = workload.bank(_SEED)
        trials = workload.trials(bank, many, _SEED)
        people = workload.people(bank, sizes.interviewed, _SEED + 8, unanswered=0)
        beside = yardsticks(bank, trials, people)
        ours = interviews(Planner(Interview(bank, trials)), people)
        blind = interviews(Planner(Interview(without_priors(bank), trials)), people)
        seen = _seen(workload.crowd(bank, _EARLIER, _SEED + 9), trials)
        learned = interviews(Planner(Interview(bank, trials), seen), people)
        learned_blind = interviews(Planner(Interview(without_priors(bank), trials), seen), people)
        orders = {
            "the bound": beside.fewest,
            "prescreen, prevalence in the bank": ours.asked,
            f"prescreen, counters of {_EARLIER:,} earlier people": learned.asked,
            "prescreen, no prevalence": blind.asked,
            f"prescreen, no prevalence, counters of {_EARLIER:,} earlier people": learned_blind.asked,
            "most popular first": beside.popular,
        }
        rows += [
            [f"{many:,}", name, _mean(asked), ranged(beside.ratios(asked)), f"{sum(asked) / sum(beside.fewest):.2f}x"]
            for name, asked in orders.items()
        ]
        picks = Range(ours.picks.middle * 1e3, ours.picks.low * 1e3, ours.picks.high * 1e3)
        against = beside.ratios(ours.asked)
        work = f"questions, {many:,} trials, against"
        popular = sum(beside.popular) / sum(ours.asked)
        section.targets += [
            Target(f"{work} the bound", least, aim, against, less_is_better=True),
            Target(f"{work} asking the most popular first (fewer)", 1, None, Range(popular, popular, popular)),
        ]
    section.targets.append(Target("a pick, 1,000 trials", 5, 1, picks, " ms", less_is_better=True))
    section.tables.append(
        Table(["trials", "order", "questions (lowest–highest)", "against the bound", "together"], rows)
    )
    section.notes.append(f"A pick among 1,000 trials: {ranged(picks, ' ms')}, lowest and highest of all picks.")
    return section


def _seen(earlier: workload.Crowd, trials: Sequence[Trial]) -> Observed:
    """Return what was counted of people who answered seven questions in ten before."""
    judge = OursOverPeople()
    judge.load(earlier)
    return {key: seen for trial in trials for key, seen in judge.seen(trial).items()}


def _mean(asked: Sequence[int]) -> str:
    return f"{sum(asked) / len(asked):.1f} ({min(asked)}–{max(asked)})"


def one_trial_many_people(sizes: Sizes) -> Section:
    """Judge ever more people in memory against one trial."""
    bank = workload.bank(_SEED)
    trials = workload.trials(bank, 6, _SEED + 4)
    section = Section(
        "One trial, many people in memory",
        f"Mean over {len(trials)} trials, from the trial as read to the places of those who may fit and of those who "
        "are undetermined. *prescreen* is how `prescreen rematch` judges a batch of leads, a finding per criterion "
        "included; reading the leads, which takes most of a rematch, is in the next part. SQLite stops at the first "
        "term that fails if it is asked `IS NOT FALSE`; SQLAlchemy's `is_not(False)` asks `IS NOT 0`.",
    )
    contests = []
    for size in sizes.people:
        contestants = [OursOverPeople(), *(make() for make in rivals.matchers())]
        effort = replace(sizes.effort, budget=sizes.effort.budget * 4)
        contests.append(one_trial(contestants, workload.crowd(bank, size, _SEED), trials, effort))
        section.tables.append(_contest_table(contests[-1], "people", OursOverPeople.name, SqliteTable.name))
    section.curves += _curves(contests)
    section.notes += _left_out(contests, "people")
    section.notes.append(f"{PolarsByHand.name} is what polars does with expressions and columns made for this alone.")
    return section


def stored_leads(sizes: Sizes) -> Section:
    """Rematch stored leads, end to end."""
    rows = rematched(sizes.leads) if sizes.leads else []
    cells = [
        [f"{row.leads:,}", f"{row.rematch:.2f} s", f"{row.reading:.2f} s", _against_reading(row), f"{row.peak:,.0f} MB"]
        for row in rows
    ]
    million = next((row for row in rows if row.leads == 1_000_000), None)
    ratio = Range(million.ratio, million.lowest, million.highest) if million else None
    peak = Range(million.peak, million.peak, million.peak) if million else None
    return Section(
        "Stored leads, end to end",
        "A rematch from the database to the counts, against reading as many rows with the driver and decoding JSON.",
        [Table(["leads", "rematch", "reading JSON", "rematch takes", "peak memory"], cells)] if cells else [],
        targets=[
            Target("rematch of 1,000,000 leads, against reading", 1.5, 0.5, ratio, less_is_better=True),
            Target("memory of that rematch", 1024, None, peak, " MB", less_is_better=True),
        ],
    )


def _against_reading(row: Row) -> str:
    return ranged(Range(row.ratio, row.lowest, row.highest))
