"""How long a rematch of stored leads takes, end to end, beside reading as many rows with the driver and decoding JSON.

    python -m benchmarks.cohort.rematch 10000 100000 [--database postgresql://…]

Leads are made up and written in SQL: 20,000 different people, over and over, each with a lead, a consent and packed
answers. The reference reads one row a lead from a table of its own, the same answers as JSON, with the bare driver.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from prescreen import database as schema
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA
from prescreen.database import Database
from prescreen.eligibility.assessment.answers import Answer, Answers
from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.trials import Trial
from prescreen.storage.cohort.packed_answers import packed
from prescreen.workflow.cohort.rematch import Rematch, RematchOutcome, rematch

ON = date(2026, 11, 23)
TRIAL = "NCT03386149"
DIFFERENT_PEOPLE = 20_000
ANSWERED = 0.6
ROUNDS = 5
_AT_ONCE = 10_000


@dataclass(frozen=True)
class Row:
    """One size. Times are seconds, middle of the rounds; ratios are formed inside a round; memory is in MB."""

    engine: str
    leads: int
    rematch: float
    reading: float
    ratio: float
    lowest: float
    highest: float
    peak: float

    def __str__(self) -> str:
        return (
            f"{self.engine:<10} {self.leads:>9,} leads: rematch {self.rematch:.3f} s, "
            f"reading JSON {self.reading:.3f} s, "
            f"{self.ratio:.2f}x ({self.lowest:.2f}-{self.highest:.2f}), peak {self.peak:.0f} MB"
        )


def plan() -> Rematch:
    """Return the shipped trial with the most questions that can be judged."""
    catalog = load_to_judge(SHIPPED_CRITERIA, ON)
    return Rematch(_widest(catalog.trials.values(), catalog.bank), catalog.bank, ON)


def _widest(trials: Iterable[Trial], bank: QuestionBank) -> Trial:
    return max(trials, key=lambda trial: (len(trial.questions(bank)), trial.id))


def run(sizes: list[int], url: str | None = None) -> list[Row]:
    """Measure each size, on a new SQLite or (emptied first!) the database at `url`."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            address = url or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
            database = Database(address)
            schema.upgrade(database.engine)
            people = plan()
            _fill(database, people.bank, size)
            rows.append(_measured(database, people, size, address))
            print(rows[-1], flush=True)
            if url:
                schema.downgrade(database.engine, "base")
                _write(database, ["DROP TABLE IF EXISTS bench_json"])
            database.close()
    return rows


def _measured(database: Database, people: Rematch, size: int, address: str) -> Row:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: rematch(database, people), size))
        theirs.append(_timed(lambda: _read_json(database), size))
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    middle = statistics.median
    name = database.engine.dialect.name
    return Row(name, size, middle(ours), middle(theirs), middle(ratios), min(ratios), max(ratios), _peak(address))


def _timed(work: Callable[[], RematchOutcome | int], size: int) -> float:
    start = time.perf_counter()
    done = work()
    took = time.perf_counter() - start
    assert (done.tally.judged if isinstance(done, RematchOutcome) else done) == size
    return took


def _read_json(database: Database) -> int:
    """Read every row with the bare driver and decode it, in batches, keeping nothing."""
    count = 0
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT place, content FROM bench_json ORDER BY place")
        while rows := cursor.fetchmany(_AT_ONCE):
            for _, content in rows:
                json.loads(content)
            count += len(rows)
    finally:
        connection.rollback()
        connection.close()
    return count


_PEAK = """
import resource, sys
from prescreen.database import Database
from prescreen.workflow.cohort.rematch import rematch
from benchmarks.cohort.rematch import plan
rematch(Database(sys.argv[1]), plan())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def _peak(address: str) -> float:
    """Return the peak memory of a process that does nothing but one rematch."""
    done = subprocess.run([sys.executable, "-c", _PEAK, address], check=True, capture_output=True, text=True)
    return float(done.stdout)


# Made-up leads.


def _fill(database: Database, bank: QuestionBank, size: int) -> None:
    chance = random.Random(7)
    people = [_person(bank, chance) for _ in range(min(size, DIFFERENT_PEOPLE))]
    contents = [(packed(bank, one), json.dumps(_as_json(one))) for one in people]
    _write(database, _TABLES)
    for start in range(0, size, _AT_ONCE):
        _add(database, range(start, min(size, start + _AT_ONCE)), contents)
    if database.engine.dialect.name == "postgresql":
        _write(database, ["ANALYZE"])


def _person(bank: QuestionBank, chance: random.Random) -> Answers:
    asked = [question for question in bank if not question.computed and chance.random() < ANSWERED]
    day = ON - timedelta(chance.randrange(700))
    return Answers({question.id: Answer(_value(question, chance), day) for question in asked})


def _value(question: Question, chance: random.Random) -> Value:
    from fractions import Fraction

    match question.type:
        case QuestionType.BOOLEAN:
            return chance.random() < 0.5
        case QuestionType.CHOICE:
            return chance.choice(question.option_ids)
        case QuestionType.CHOICES:
            alone = chance.choice(question.option_ids)
            return frozenset({alone} if alone in question.exclusive_ids else chance.sample(question.option_ids, 1))
    low, high = question.range.min or Fraction(0), question.range.max or Fraction(100)
    return Fraction(round(chance.uniform(float(low), float(high))))


def _as_json(answers: Answers) -> dict[str, list[object]]:
    return {name: [answer.on.isoformat(), _plain(answer.value)] for name, answer in answers.given.items()}


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value if isinstance(value, bool | str) else str(value)


_TABLES = [
    "CREATE TABLE bench_json (place INTEGER PRIMARY KEY, content TEXT NOT NULL)",
    "INSERT INTO consent_wording (sha256, wording) VALUES ('w', 'You may tell me more.')",
]
_INSERTS = (
    "INSERT INTO lead (id, reference, language, is_test, created_at, link_generation) "
    "VALUES ({0}, {0}, 'en', {1}, {2}, 1)",
    "INSERT INTO consent (id, lead_id, purpose, version, wording_sha256, language, given_at) "
    "VALUES ({0}, {0}, 'future', '2026-11', 'w', 'en', {1})",
    "INSERT INTO packed_answers (place, lead_id, content) VALUES ({0}, {1}, {2})",
    "INSERT INTO bench_json (place, content) VALUES ({0}, {1})",
)


def _add(database: Database, numbers: range, contents: list[tuple[bytes, str]]) -> None:
    mark = "?" if database.engine.dialect.name == "sqlite" else "%s"
    lead, consent, answers, text = (
        statement.replace("{0}", mark).replace("{1}", mark).replace("{2}", mark) for statement in _INSERTS
    )
    ids = [f"{number:032x}" for number in numbers]
    at = "2026-11-01 00:00:00.000000"
    people = [contents[number % len(contents)] for number in numbers]
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    if mark == "?":
        cursor.execute("BEGIN")
    cursor.executemany(lead, [(one, one, False, at) for one in ids])
    cursor.executemany(consent, [(one, one, at) for one in ids])
    cursor.executemany(
        answers, [(n + 1, one, packed) for n, one, (packed, _) in zip(numbers, ids, people, strict=True)]
    )
    cursor.executemany(text, [(n + 1, written) for n, (_, written) in zip(numbers, people, strict=True)])
    connection.commit()
    connection.close()


def _write(database: Database, statements: list[str]) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def rematched(sizes: Sequence[int]) -> list[Row]:
    """Rematch so many stored leads, in turn, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.cohort.rematch", "--json", *map(str, sizes)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [Row(**row) for row in json.loads(told.splitlines()[-1])]


def main() -> None:
    """Measure the sizes that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--database", help="A PostgreSQL that may be emptied; a new SQLite if left out.")
    parser.add_argument("--json", action="store_true", help="End with all rows as one line of JSON.")
    chosen = parser.parse_args()
    rows = run(chosen.sizes, chosen.database)
    if chosen.json:
        print(json.dumps([asdict(row) for row in rows]))


if __name__ == "__main__":
    main()
