"""The benchmark times only contestants that agree: one with wrong results is named and not timed."""

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from benchmarks import __main__, rivals
from benchmarks.base import workload
from benchmarks.base.line_charts import picture
from benchmarks.base.report import Curve, Target
from benchmarks.base.timing import Range
from benchmarks.base.workload import Values
from benchmarks.export.synthetic_referrals import filled_database
from benchmarks.matching.contest import Contest, Effort, one_person, one_trial
from benchmarks.matching.own_engines import Ours, OursOverPeople
from benchmarks.operations.backups import Place, our_backup, our_restore
from benchmarks.rivals import Judge, Matcher
from benchmarks.rivals.handwritten_closures import Closures
from benchmarks.rivals.sql_tables import SqliteTable, SqliteTableByCore
from benchmarks.worklist import worklist_page
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Trial

TRIALS, PEOPLE = 50, 6
TINY = Effort(rounds=1, budget=0.01, items=1)


class UnknownIsNo(Closures):
    name = "unknown is no"

    def judge(self, values: Values) -> list[int]:
        return [2 if code == 2 else 0 for code in super().judge(values)]


class UnknownPeopleDoNotFit(SqliteTable):
    name = "unknown people do not fit"

    def rematch(self, trial: Trial) -> tuple[list[int], list[int]]:
        return super().rematch(trial)[0], []


class NotInstalled:
    name, most_trials = "not installed", 100

    def prepare(self, bank: QuestionBank, trials: Sequence[Trial]) -> None:
        import no_such_engine  # noqa: F401

    def judge(self, values: Values) -> list[int]:
        return []


def judged(*contestants: Judge) -> Contest:
    bank = workload.bank()
    return one_person(contestants, bank, workload.trials(bank, TRIALS), workload.people(bank, PEOPLE), TINY)


def rematched(*contestants: Matcher) -> Contest:
    bank = workload.bank()
    return one_trial(contestants, workload.crowd(bank, 400), workload.trials(bank, 5), TINY)


def test_the_project_and_independent_closures_agree_with_the_plain_evaluator():
    contest = judged(Ours(), Closures())

    assert contest.left_out == {}
    assert set(contest.times) == {Ours.name, Closures.name}


def test_a_contestant_that_takes_unknown_for_no_is_convicted_and_not_timed():
    contest = judged(Ours(), UnknownIsNo())

    assert "WRONG in" in contest.left_out[UnknownIsNo.name]
    assert set(contest.times) == {Ours.name}


def test_columns_and_a_table_agree_with_the_plain_evaluator():
    contest = rematched(OursOverPeople(), SqliteTable(), SqliteTableByCore())

    assert contest.left_out == {}


def test_a_table_that_takes_unknown_for_no_is_convicted_and_not_timed():
    contest = rematched(OursOverPeople(), UnknownPeopleDoNotFit())

    assert "WRONG on" in contest.left_out[UnknownPeopleDoNotFit.name]


def test_a_contestant_that_is_not_installed_is_named():
    contest = judged(Ours(), NotInstalled())

    assert contest.left_out == {NotInstalled.name: "not run: No module named 'no_such_engine'"}


def test_a_contestant_that_would_take_too_long_is_named():
    small = NotInstalled()
    small.most_trials = TRIALS - 1

    assert "not run with more than 49 trials" in judged(Ours(), small).left_out[NotInstalled.name]


def test_the_rivals_are_listed_without_being_installed(monkeypatch: pytest.MonkeyPatch):
    for name in ("cel", "zen", "datalogic_py", "json_logic", "duckdb", "scipy"):
        monkeypatch.setitem(sys.modules, name, None)

    listed = [make().name for make in (*rivals.judges(), *rivals.matchers())]

    assert len(set(listed)) == len(listed) == 9


def test_a_workload_is_the_same_every_time_and_a_larger_one_begins_with_the_smaller():
    bank = workload.bank()

    assert workload.bank() == bank
    assert workload.trials(bank, 20)[:10] == workload.trials(bank, 10)
    assert workload.people(bank, 3) == workload.people(bank, 3)


@pytest.mark.parametrize(
    ("reached", "verdict"),
    [(None, "not measured"), (9.9, "**missed**"), (10, "reached"), (80, "aim reached")],
)
def test_a_target_says_plainly_how_it_stands(reached: float | None, verdict: str):
    figure = None if reached is None else Range(reached, reached, reached)

    assert Target("judging", least=10, aim=80, reached=figure).verdict == verdict


def test_less_can_be_better():
    target = Target("memory", least=200, aim=None, reached=Range(181, 181, 181), less_is_better=True)

    assert target.verdict == "reached"


def test_the_picture_names_every_curve():
    drawn = picture([("Time", "trials", [Curve("ours", [(100, 1e-4), (1000, 3e-4)]), Curve("theirs", [(100, 2e-4)])])])

    assert drawn.startswith("<svg")
    assert all(f">{name}</text>" in drawn for name in ("ours", "theirs"))


def parts_in(source: str) -> set[str]:
    """Return the public functions of a source that return a `Section` of the page about benchmarks."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return {
        one.name for one in functions if one.returns and ast.unparse(one.returns) == "Section" and one.name[0] != "_"
    }


def test_every_part_that_is_written_is_run() -> None:
    files = Path(rivals.__file__).parents[1].rglob("*.py")

    assert set().union(*(parts_in(file.read_text()) for file in files)) == {part.__name__ for part in __main__._PARTS}


def test_a_part_is_seen_in_the_source() -> None:
    assert parts_in("def a(s: Sizes) -> Section: ...\ndef _b() -> Section: ...\ndef c() -> Table: ...") == {"a"}


@pytest.mark.postgres
def test_a_backup_that_is_measured_is_restored_whole(tmp_path: Path) -> None:
    with filled_database(20) as (source, url):
        place = Place(tmp_path, source, url)
        our_backup(place)
        our_restore(place)

        restored = url.replace("+psycopg", "").replace("/bench?", "/ours?")
        with psycopg.connect(restored) as connection:
            assert connection.execute("SELECT count(*) FROM lead").fetchone() == (20,)


def test_the_made_up_work_list_that_is_measured_opens(tmp_path: Path) -> None:
    with worklist_page.served(f"sqlite:///{tmp_path}/list.sqlite3", 20, tmp_path) as desk:
        desk.get("?sort=newest")
