"""How long the results page takes with few and with many trials: `python -m benchmarks.web.results_page 23 1000`.

Times are of the processor, since the service and its visitor are one process. Compare two versions by turns. The
further trials are generated: each takes as many criteria as a shipped trial has, drawn from all shipped trials.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import process_time

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.base.report import Section, Table
from benchmarks.sections import Sizes
from prescreen import app as application
from prescreen import database as databases
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.catalog.criteria.loading import load_to_judge
from prescreen.config import SHIPPED_CRITERIA, Settings
from prescreen.database import Database
from prescreen.eligibility.criteria.trials import Trial

_CONDITION = "low-back-pain"
_ANSWERS = {
    "diagnosed": "yes",
    "taken_medication": "yes",
    "cauda_equina_signs": "none",
    "warning_signs": "none",
    "cancer_history": "never",
    "age": "44",
}
_SHIPPED = 23
_NEAR = {"near": "94612", "within": "25"}


@dataclass(frozen=True)
class Timed:
    """One page with so many trials: processor time, in milliseconds, of the middle request, and the bytes."""

    trials: int
    page: str
    milliseconds: float
    bytes: int


def generated(catalog: Catalog, many: int) -> Catalog:
    """Return the catalog with so many trials for the condition: its own first, then generated ones."""
    own = catalog.trials_for(_CONDITION)
    more = (_drawn(own, number) for number in range(len(own), many))
    return replace(catalog, trials={trial.id: trial for trial in (*own[:many], *more)}, _planners={}, _evidence={})


def _drawn(trials: tuple[Trial, ...], number: int) -> Trial:
    chance = random.Random(f"results {number}")
    pattern = chance.choice(trials)
    criteria = [criterion for trial in trials for criterion in trial.criteria]
    drawn = chance.sample(criteria, len(pattern.criteria))
    named = [replace(one, id=f"c{place}") for place, one in enumerate(drawn)]
    return replace(
        pattern, id=f"NCT9{number:07d}", criteria=tuple(sorted(named, key=lambda one: one.kind, reverse=True))
    )


@dataclass
class _Fixed:
    """A catalog that does not change, in the place of one that is watched."""

    catalog: Catalog

    def current(self, _: date) -> Catalog:
        return self.catalog


@contextmanager
def visitors(many: int) -> Iterator[FlaskClient]:
    """Serve so many trials in this process; give a browser whose visitor has answered a few questions."""
    catalog = generated(load_to_judge(SHIPPED_CRITERIA, datetime.now(UTC).date()), many)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'prescreen.sqlite3'}"
        settings = replace(
            Settings.from_environment({}),
            database_url=url,
            instance=Path(folder),
            secret_key="a secret of a benchmark",
            visitor_rate_limit=None,
            counters=False,
        )
        database = Database(url)
        databases.upgrade(database.engine)
        database.close()
        client = _app(settings, catalog).test_client()
        for question, answer in _ANSWERS.items():
            client.post(f"/{_CONDITION}/screener/{question}", data={"answer": answer})
        yield client


def _app(settings: Settings, catalog: Catalog) -> Flask:
    """Assemble the service; for that moment its catalog is not read from a folder."""
    reading = application.LiveCatalog
    application.LiveCatalog = lambda *_: _Fixed(catalog)
    try:
        return application.create_app(settings)
    finally:
        application.LiveCatalog = reading


def timed(many: int, rounds: int) -> list[Timed]:
    """Ask for the results so many times, all of them and those nearby, in turns."""
    pages: Mapping[str, Mapping[str, str]] = {"all": {}, "nearby": _NEAR}
    times: dict[str, list[float]] = {name: [] for name in pages}
    sizes: dict[str, int] = {}
    with visitors(many) as client:
        for _ in range(rounds + 1):
            for name, asked in pages.items():
                start = process_time()
                reply = client.get(f"/{_CONDITION}/results", query_string=asked)
                times[name].append(process_time() - start)
                sizes[name] = len(reply.data)
                assert reply.status_code == 200, reply.status
    return [Timed(many, name, 1e3 * median(times[name][1:]), sizes[name]) for name in pages]


def results_page(sizes: Sizes) -> Section:
    """Ask for the results with the shipped number of trials and with many."""
    found = [one for many in (_SHIPPED, sizes.trials[1]) for one in timed(many, min(5, sizes.effort.rounds))]
    rows = [[f"{one.trials:,}", one.page, f"{one.milliseconds:,.1f} ms", f"{one.bytes:,}"] for one in found]
    return Section(
        "Results page",
        "Processor time of the whole request, a visitor in the same process; *nearby* shows trials within 25 miles. "
        "Groups come from the bitmaps, reasons from the plain evaluator for those trials alone that are shown.",
        [Table(["trials", "page", "time", "bytes"], rows)],
    )


def main() -> None:
    """Time the sizes that the command line names; a line of JSON each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    for many in chosen.sizes:
        for one in timed(many, chosen.rounds):
            print(json.dumps(vars(one)))


if __name__ == "__main__":
    main()
